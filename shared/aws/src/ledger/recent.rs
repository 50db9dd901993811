//! Recent rows: what this process told the ledger already and need not tell again.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use jiff::Timestamp;
use lru::LruCache;
use trailwarden_model::{Finding, FindingId};

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

/// What was told last, so many of each at most.
#[derive(Debug)]
pub(super) struct Recent {
    rows: LruCache<Cell, Said>,
    findings: LruCache<FindingId, u32>,
}

impl Recent {
    pub(super) fn of(limit: NonZeroUsize) -> Self {
        Self { rows: LruCache::new(limit), findings: LruCache::new(limit) }
    }

    /// Whether the row was told all this.
    pub(super) fn knows(&mut self, cell: &Cell, news: &News) -> bool {
        self.rows.get(cell).is_some_and(|said| said.knows(news))
    }

    /// Notes that the row was told.
    pub(super) fn learn(&mut self, cell: Cell, news: News) {
        let said = self.rows.get_or_insert_mut(cell, Said::default);
        said.first = Some(said.first.map_or(news.time, |first| first.min(news.time)));
        said.hours.insert(news.hour);
        said.outcomes.insert(news.outcome);
        said.networks.extend(news.network.filter(|_| said.networks.len() < NETWORKS));
    }

    /// Whether this revision of a finding was told, or a later one.
    pub(super) fn knows_finding(&mut self, finding: &Finding) -> bool {
        self.findings.get(&finding.id).is_some_and(|revision| *revision >= finding.revision)
    }

    /// Notes that a revision was told.
    pub(super) fn learn_finding(&mut self, finding: &Finding) {
        let known = self.findings.get_or_insert_mut(finding.id.clone(), || 0);
        *known = finding.revision.max(*known);
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
        let mut recent = Recent::of(NonZeroUsize::new(4).unwrap());
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
        let mut recent = Recent::of(NonZeroUsize::new(8).unwrap());
        for index in 0..100 {
            let (cell, news) = told(&format!("secret-{index}"), "2026-03-14T09:30:00Z");
            recent.knows(&cell, &news);
            recent.learn(cell, news);
        }
        assert_eq!(recent.rows.len(), 8);
        let (cell, news) = told("secret-99", "2026-03-14T09:30:00Z");
        assert!(recent.knows(&cell, &news));
    }

    #[test]
    fn a_revision_is_told_once_and_an_older_one_no_more() {
        let mut recent = Recent::of(NonZeroUsize::MIN);
        let mut finding = trailwarden_fixtures::findings::ordinary("credential-added.for-another-identity");
        for (revision, known) in [(2, false), (2, true), (1, true), (3, false)] {
            finding.revision = revision;
            assert_eq!(recent.knows_finding(&finding), known, "revision {revision}");
            recent.learn_finding(&finding);
        }
    }
}
