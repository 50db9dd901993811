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

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
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

/// The version of the remembered form.
pub const VERSION: u8 = 1;
/// How many values of one dimension are kept; the least recently seen goes first.
pub const VALUES_LIMIT: usize = 128;
/// How many entries the trace keeps; the oldest goes first.
pub const TRACE_LIMIT: usize = 512;
/// How long the trace reaches back.
pub const TRACE_SPAN: SignedDuration = SignedDuration::from_hours(48);

/// After how many days without a sign of life a subject may be forgotten.
pub const RETENTION_DAYS: i32 = 400;

/// What the trace calls the place somebody was in.
pub const SIGHTING: &str = "at";

/// How coarsely the trace remembers places.
pub const SIGHTING_SPAN: SignedDuration = SignedDuration::from_mins(5);

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

/// One recent thing, by the moment and the act that did it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Trace {
    /// What kind of thing: an act's name, `listed`, `sign-in-failed` …
    pub what: String,
    /// Of what: a secret, a target, a network …
    pub value: String,
}

/// What is remembered about one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// The form's version.
    pub version: u8,
    days: Option<Days>,
    habits: BTreeMap<Dimension, BTreeMap<String, Days>>,
    #[serde(with = "seed::entries")]
    trace: BTreeMap<(Timestamp, String), Vec<Trace>>,
}

impl Default for Baseline {
    fn default() -> Self {
        Self { version: VERSION, days: None, habits: BTreeMap::new(), trace: BTreeMap::new() }
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
                    self.remember_trace(observation.time, &observation.act, what, value);
                }
                Seen::Sighting(place) => self.remember_trace(sighted(observation.time), "", SIGHTING, place),
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

    fn remember_trace(&mut self, time: Timestamp, act: &str, what: &str, value: &str) {
        let entry = Trace { what: what.to_owned(), value: value.to_owned() };
        let entries = self.trace.entry((time, act.to_owned())).or_default();
        if let Err(place) = entries.binary_search(&entry) {
            entries.insert(place, entry);
        }
        self.trim_trace(time);
    }

    /// Forgets what lies too far back, and past the limit what [`Self::make_room`] lets go.
    fn trim_trace(&mut self, now: Timestamp) {
        let horizon = now.checked_sub(TRACE_SPAN).unwrap_or(Timestamp::MIN);
        while self.trace.first_key_value().is_some_and(|((time, _), _)| *time < horizon) {
            self.trace.pop_first();
        }
        self.make_room(now);
    }

    /// Past the limit lets go of the commonest kind, whatever of it is farther from `now`: what is done very often
    /// makes room for itself, not at the cost of what is rare, and a record that comes late finds its own hour.
    fn make_room(&mut self, now: Timestamp) {
        if self.trace.len() <= TRACE_LIMIT {
            return;
        }
        let ahead = now.checked_add(TRACE_SPAN).unwrap_or(Timestamp::MAX);
        let mut kinds: Vec<(String, usize)> =
            self.kinds().into_iter().map(|(kind, count)| (kind.to_owned(), count)).collect();
        while self.trace.len() > TRACE_LIMIT {
            let Some((kind, count)) = kinds.iter_mut().max_by(|one, other| (one.1, &one.0).cmp(&(other.1, &other.0)))
            else {
                return;
            };
            let mut of_kind = self.trace.iter().filter(|(_, entries)| entries.iter().any(|one| one.what == *kind));
            let latest = of_kind.clone().next_back().filter(|((time, _), _)| *time > ahead);
            let Some(key) = latest.or_else(|| of_kind.next()).map(|(key, _)| key.clone()) else { return };
            if let Some(entries) = self.trace.get_mut(&key) {
                let before = entries.len();
                entries.retain(|one| one.what != *kind);
                *count -= before - entries.len();
                if entries.is_empty() {
                    self.trace.remove(&key);
                }
            }
        }
    }

    /// How much the trace holds of each kind.
    fn kinds(&self) -> Vec<(&str, usize)> {
        // Some twenty kinds at most: looking along them is quicker than a map.
        let mut kinds: Vec<(&str, usize)> = Vec::new();
        for entry in self.trace.values().flatten() {
            match kinds.iter_mut().find(|(kind, _)| *kind == entry.what) {
                Some((_, count)) => *count += 1,
                None => kinds.push((&entry.what, 1)),
            }
        }
        kinds
    }

    /// Whether one more of a kind would only take the place of one no older than `span`: the trace is full, most of
    /// it is of that kind, and all of that so late that its number says what it can.
    fn is_full_of(&self, what: &str, time: Timestamp, span: SignedDuration) -> bool {
        let mut of_kind = self.trace.iter().filter(|(_, entries)| entries.iter().any(|one| one.what == what));
        self.trace.len() >= TRACE_LIMIT
            && self
                .kinds()
                .into_iter()
                .max_by_key(|(kind, count)| (*count, *kind))
                .is_some_and(|(kind, _)| kind == what)
            && of_kind.next().is_some_and(|((oldest, _), _)| time.duration_since(*oldest) <= span)
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
        for (key, entries) in &other.trace {
            let own = self.trace.entry(key.clone()).or_default();
            own.extend(entries.iter().cloned());
            own.sort_unstable();
            own.dedup();
        }
        if let Some(latest) = self.trace.last_key_value().map(|((time, _), _)| *time) {
            self.trim_trace(latest);
        }
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

    /// The trace between two moments, both included, oldest first.
    pub fn trace(&self, from: Timestamp, to: Timestamp) -> impl Iterator<Item = (Timestamp, &str, &Trace)> {
        self.trace
            .range((from, String::new())..)
            .take_while(move |((time, _), _)| *time <= to)
            .flat_map(|((time, act), entries)| entries.iter().map(|entry| (*time, act.as_str(), entry)))
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

/// The most each kind may hold so that all of them together hold no more than `limit`: kinds with less are whole,
/// and the others share the rest.
#[must_use]
pub fn fair_share(counts: impl IntoIterator<Item = usize>, limit: usize) -> usize {
    let mut counts: Vec<usize> = counts.into_iter().collect();
    counts.sort_unstable();
    let (mut left, mut sharing) = (limit, counts.len());
    for count in counts {
        let share = left / sharing.max(1);
        if count > share {
            return share;
        }
        left -= count;
        sharing -= 1;
    }
    limit
}

/// The beginning of the five minutes a moment lies in: places are remembered no finer.
#[must_use]
pub fn sighted(time: Timestamp) -> Timestamp {
    let second = time.as_second();
    Timestamp::from_second(second - second.rem_euclid(SIGHTING_SPAN.as_secs())).unwrap_or(time)
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

    #[test]
    fn what_is_done_very_often_makes_room_for_itself() {
        let mut memory = Baseline::default();
        let at = |second: usize| format!("2026-03-01T10:{:02}:{:02}Z", second / 60, second % 60);
        for second in 0..10 {
            memory.remember(&observation(&at(second), "r", vec![Seen::Trace("secret-read", format!("s{second}"))]));
        }
        for second in 10..2_000 {
            memory.remember(&observation(&at(second), "d", vec![Seen::Trace("denied", format!("{second}"))]));
        }
        let of = |memory: &Baseline, what: &str| {
            let trace = memory.trace(Timestamp::MIN, Timestamp::MAX);
            trace.filter(|(_, _, entry)| entry.what == what).map(|(.., entry)| entry.value.clone()).collect::<Vec<_>>()
        };
        assert_eq!(of(&memory, "secret-read").len(), 10);
        let denied = of(&memory, "denied");
        assert_eq!((denied.len(), denied.last().unwrap().as_str()), (TRACE_LIMIT - 10, "1999"));
        assert_eq!(Baseline::from_kept(memory.kept()), memory);
    }

    #[test]
    fn small_kinds_are_whole_and_large_ones_share_the_rest() {
        assert_eq!(fair_share([3, 5], 10), 10);
        assert_eq!(fair_share([3, 50], 10), 7);
        assert_eq!(fair_share([100, 2, 100], 12), 5);
        assert_eq!(fair_share([], 12), 12);
    }
}
