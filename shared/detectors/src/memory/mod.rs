//! The memory: what is remembered about a subject, as sets of days and a short trace.
//!
//! A [`Baseline`] only ever grows by union and forgets by age, so observing is idempotent and
//! order-free: the same records in any order, any number of times, leave the same memory.
//! Judging looks at the days before a quarantine, which leaves out the activity itself.

mod days;
mod deeds;
mod kept;
mod maker;
mod observation;
mod seed;
mod settled;
mod snapshot;
mod subject;
mod trace;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use days::{Day, Days, decay};
pub use kept::Kept;
pub(crate) use maker::Maker;
pub use observation::{Observation, Seen, name_of, nameless, observe, order};
pub use observation::{closer, deserves_closer};
pub(crate) use observation::{hour_of_week, manager, worn};
pub use seed::still_speaks;
pub use settled::{DAY_SPAN, reach};
pub use subject::Subject;
use trace::Traces;
pub use trace::{Moment, SIGHTING, SIGHTING_SPAN, TRACE_LIMIT, TRACE_SPAN, fair_share, sighted};

/// The version of the remembered form.
pub const VERSION: u8 = 1;
/// How many values of one dimension are kept; the least recently seen goes first.
pub const VALUES_LIMIT: usize = 128;

/// After how many days without a sign of life a subject may be forgotten.
pub const RETENTION_DAYS: i32 = 400;

/// A dimension in which a subject has habits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Dimension {
    /// The networks it comes from.
    Network,
    /// The countries it comes from.
    Country,
    /// The kinds of places it comes from.
    Place,
    /// The programs it uses.
    Client,
    /// The hours it is active, weekdays and weekends apart.
    Hour,
    /// The regions it works in.
    Region,
    /// What it does: acts as detectors name them.
    Act,
    /// The secrets it reads, or (of a secret) who reads it.
    Secret,
    /// The identities it acts on, or (of an account) the identities active in it.
    Identity,
    /// The credentials it was given.
    Credential,
    /// Who manages it: the identity and program that made or wrote it.
    Manager,
    /// The second factor: shown or not.
    Factor,
    /// How much it may do, as granted before our eyes.
    Privilege,
    /// The unique ids behind a name.
    UniqueId,
    /// Another name of the same identity.
    Alias,
    /// The findings a thread runs through, by the end they hold.
    Part,
    /// The changes somebody said would come, as they were said.
    Announced,
}

/// What is remembered about one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// The form's version.
    pub version: u8,
    days: Option<Days>,
    habits: BTreeMap<Dimension, BTreeMap<String, Days>>,
    trace: Traces,
}

impl Default for Baseline {
    fn default() -> Self {
        Self { version: VERSION, days: None, habits: BTreeMap::new(), trace: Traces::default() }
    }
}

impl Baseline {
    /// Adds what one activity showed. Adding it again changes nothing.
    pub fn remember(&mut self, observation: &Observation) {
        if observation.seen.is_empty() {
            return;
        }
        let day = Day::of(observation.time);
        match &mut self.days {
            Some(days) => days.insert(day),
            None => self.days = Some(Days::one(day)),
        }
        for seen in &observation.seen {
            match seen {
                Seen::Habit(dimension, value) => self.remember_habit(*dimension, value, day),
                Seen::Trace(what, value) => {
                    let (time, act, value) = (observation.time, observation.act.clone(), value.clone());
                    self.trace.remember(what, Moment { time, act, value });
                }
                Seen::Sighting(place) => {
                    let (time, act, value) = (sighted(observation.time), String::new(), place.clone());
                    self.trace.remember(SIGHTING, Moment { time, act, value });
                }
            }
        }
    }

    fn remember_habit(&mut self, dimension: Dimension, value: &str, day: Day) {
        let values = self.habits.entry(dimension).or_default();
        if let Some(days) = values.get_mut(value) {
            days.insert(day);
            return;
        }
        values.insert(value.to_owned(), Days::one(day));
        bound(values);
    }

    /// Adds everything another memory of the same subject holds.
    pub fn merge(&mut self, other: &Self) {
        match (&mut self.days, &other.days) {
            (Some(days), Some(more)) => days.merge(more),
            (none @ None, Some(more)) => *none = Some(more.clone()),
            (_, None) => {}
        }
        for (dimension, values) in &other.habits {
            let own = self.habits.entry(*dimension).or_default();
            for (value, days) in values {
                own.entry(value.clone()).and_modify(|own| own.merge(days)).or_insert_with(|| days.clone());
            }
            bound(own);
        }
        self.trace.merge(&other.trace);
    }

    /// The days it was seen on at all.
    #[must_use]
    pub fn days(&self) -> Option<&Days> {
        self.days.as_ref()
    }

    /// The values of a dimension, with their days.
    pub fn values(&self, dimension: Dimension) -> impl Iterator<Item = (&str, &Days)> {
        self.habits.get(&dimension).into_iter().flatten().map(|(value, days)| (value.as_str(), days))
    }

    /// The days a value was seen on.
    #[must_use]
    pub fn value(&self, dimension: Dimension, value: &str) -> Option<&Days> {
        self.habits.get(&dimension)?.get(value)
    }

    /// What the trace holds of a kind between two moments, both included, oldest first.
    pub fn trace<'b>(
        &'b self,
        what: &str,
        from: Timestamp,
        to: Timestamp,
    ) -> impl Iterator<Item = &'b Moment> + use<'b> {
        self.trace.between(what, from, to)
    }

    /// How many values and moments are remembered: what it costs to hold grows with them.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.habits.values().map(BTreeMap::len).sum::<usize>() + self.trace.len()
    }

    /// Whether nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.days.is_none()
    }
}

/// Lets go of the least recently seen values past the limit.
fn bound(values: &mut BTreeMap<String, Days>) {
    while values.len() > VALUES_LIMIT {
        let oldest = values.iter().min_by(|a, b| (a.1.last(), a.0).cmp(&(b.1.last(), b.0)));
        let Some(oldest) = oldest.map(|(value, _)| value.clone()) else { return };
        values.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn observation(time: &str, act: &str, seen: Vec<Seen>) -> Observation {
        Observation { subject: Subject::account("1"), time: time.parse().unwrap(), act: act.to_owned(), seen }
    }

    #[test]
    fn the_same_observations_in_any_order_any_number_of_times_leave_the_same_memory() {
        let a = observation(
            "2026-03-01T10:00:00Z",
            "a",
            vec![Seen::Habit(Dimension::Network, "AS1".into()), Seen::Trace("read", "s1".into())],
        );
        let b = observation(
            "2026-03-02T10:00:00Z",
            "b",
            vec![Seen::Habit(Dimension::Network, "AS2".into()), Seen::Trace("read", "s2".into())],
        );
        let (mut one, mut two) = (Baseline::default(), Baseline::default());
        for o in [&a, &b] {
            one.remember(o);
        }
        for o in [&b, &a, &a, &b] {
            two.remember(o);
        }
        assert_eq!(one, two);
    }

    #[test]
    fn merging_two_memories_is_remembering_both() {
        let a = observation("2026-03-01T10:00:00Z", "a", vec![Seen::Habit(Dimension::Network, "AS1".into())]);
        let b = observation("2026-03-02T10:00:00Z", "b", vec![Seen::Habit(Dimension::Network, "AS1".into())]);
        let (mut one, mut two, mut both) = (Baseline::default(), Baseline::default(), Baseline::default());
        one.remember(&a);
        two.remember(&b);
        both.remember(&a);
        both.remember(&b);
        one.merge(&two);
        assert_eq!(one, both);
    }

    #[test]
    fn a_memory_is_bounded_and_keeps_the_lately_seen() {
        let mut memory = Baseline::default();
        for index in 0..VALUES_LIMIT + 10 {
            let day = if index == 0 { "2026-03-02T00:00:00Z" } else { "2026-03-01T00:00:00Z" };
            memory.remember(&observation(
                day,
                &index.to_string(),
                vec![Seen::Habit(Dimension::Secret, format!("{index:04}"))],
            ));
        }
        assert_eq!(memory.values(Dimension::Secret).count(), VALUES_LIMIT);
        assert!(memory.value(Dimension::Secret, "0000").is_some());
    }
}
