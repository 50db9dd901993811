//! Recent rows: what this process told the ledger already and need not tell again.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use super::digest::{Cell, News};

/// How many networks a row is told by one process: more is a flood, and the first ones say enough.
const NETWORKS: usize = 16;

/// What one row was told.
#[derive(Debug, Default)]
struct Said {
    first: Option<Timestamp>,
    hours: BTreeSet<i8>,
    outcomes: BTreeSet<&'static str>,
    networks: BTreeSet<String>,
    used: u64,
}

impl Said {
    fn knows(&self, news: &News) -> bool {
        let network = || {
            self.networks.len() >= NETWORKS
                || news.network.as_ref().is_none_or(|network| self.networks.contains(network))
        };
        self.first.is_some_and(|first| first <= news.time)
            && self.hours.contains(&news.hour)
            && self.outcomes.contains(news.outcome)
            && network()
    }
}

/// The rows told last, so many at most.
#[derive(Debug)]
pub(super) struct Recent {
    rows: HashMap<Cell, Said>,
    limit: usize,
    clock: u64,
}

impl Recent {
    pub(super) fn of(limit: usize) -> Self {
        Self { rows: HashMap::new(), limit, clock: 0 }
    }

    /// Whether the row was told all this.
    pub(super) fn knows(&mut self, cell: &Cell, news: &News) -> bool {
        self.clock += 1;
        let Some(said) = self.rows.get_mut(cell) else { return false };
        said.used = self.clock;
        said.knows(news)
    }

    /// Notes that the row was told.
    pub(super) fn learn(&mut self, cell: Cell, news: News) {
        if self.rows.len() >= self.limit && !self.rows.contains_key(&cell) {
            self.forget();
        }
        let said = self.rows.entry(cell).or_default();
        said.used = self.clock;
        said.first = Some(said.first.map_or(news.time, |first| first.min(news.time)));
        said.hours.insert(news.hour);
        said.outcomes.insert(news.outcome);
        said.networks.extend(news.network.filter(|_| said.networks.len() < NETWORKS));
    }

    /// Forgets the half that was of no use for longest.
    fn forget(&mut self) {
        let mut used: Vec<u64> = self.rows.values().map(|said| said.used).collect();
        used.sort_unstable();
        let middle = used.get(used.len() / 2).copied().unwrap_or_default();
        self.rows.retain(|_, said| said.used > middle);
    }
}

#[cfg(test)]
mod tests {
    use trailwarden_fixtures::records::{Caller, get_secret_value};
    use trailwarden_model::Fact;
    use trailwarden_model::aws::{Coverage, Reading, read};

    use super::*;

    fn told(secret: &str, time: &str) -> (Cell, News) {
        let record = get_secret_value(&Caller::user("ann"), secret).at(time).bytes();
        let Reading::Activity(activity) = read(&record, Coverage::Catalog) else { panic!("no activity") };
        let fact = Fact::of(&activity).unwrap();
        (Cell::of(&fact, fact.objects()[0]), News::of(&fact))
    }

    #[test]
    fn what_is_new_is_an_hour_or_an_earlier_time() {
        let mut recent = Recent::of(4);
        let (cell, news) = told("a", "2026-03-14T09:30:00Z");
        assert!(!recent.knows(&cell, &news));
        recent.learn(cell, news);
        for (time, known) in [("09:30:00", true), ("09:45:00", true), ("09:10:00", false), ("10:00:00", false)] {
            let (cell, news) = told("a", &format!("2026-03-14T{time}Z"));
            assert_eq!(recent.knows(&cell, &news), known, "{time}");
        }
    }

    #[test]
    fn no_more_is_remembered_than_there_is_room_for() {
        let mut recent = Recent::of(8);
        for index in 0..100 {
            let (cell, news) = told(&format!("secret-{index}"), "2026-03-14T09:30:00Z");
            recent.knows(&cell, &news);
            recent.learn(cell, news);
        }
        assert!(recent.rows.len() <= 8);
        let (cell, news) = told("secret-99", "2026-03-14T09:30:00Z");
        assert!(recent.knows(&cell, &news));
    }
}
