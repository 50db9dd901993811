//! The trace: the last things a subject did or met with, moment by moment, within two days and a limit.
//!
//! It only grows by union; what lies too far back goes, and past the limit the commonest kind makes room for itself.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How many moments the trace keeps; the commonest kind lets go first.
pub const TRACE_LIMIT: usize = 512;
/// How long the trace reaches back.
pub const TRACE_SPAN: SignedDuration = SignedDuration::from_hours(48);

/// What the trace calls the place somebody was in.
pub const SIGHTING: &str = "at";

/// How coarsely the trace remembers places.
pub const SIGHTING_SPAN: SignedDuration = SignedDuration::from_mins(5);

/// One recent thing, by the moment and the act that did it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Trace {
    /// What kind of thing: an act's name, `listed`, `sign-in-failed` …
    pub what: String,
    /// Of what: a secret, a target, a network …
    pub value: String,
}

impl Trace {
    pub(super) fn new(what: &str, value: &str) -> Self {
        Self { what: what.to_owned(), value: value.to_owned() }
    }
}

/// The moments of one subject, by time and act.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Traces(BTreeMap<(Timestamp, String), Vec<Trace>>);

impl Traces {
    /// Adds a thing and forgets what lies too far back from then, and past the limit what [`Self::make_room`] lets go.
    pub(super) fn remember(&mut self, time: Timestamp, act: &str, entry: Trace) {
        self.put_back(time, act.to_owned(), entry);
        self.trim(time);
    }

    /// Adds a thing, however late, past any limit: [`Self::make_room`] is for afterwards.
    pub(super) fn put_back(&mut self, time: Timestamp, act: String, entry: Trace) {
        let entries = self.0.entry((time, act)).or_default();
        if let Err(place) = entries.binary_search(&entry) {
            entries.insert(place, entry);
        }
    }

    /// Adds everything another trace of the same subject holds.
    pub(super) fn merge(&mut self, other: &Self) {
        for (key, entries) in &other.0 {
            let own = self.0.entry(key.clone()).or_default();
            own.extend(entries.iter().cloned());
            own.sort_unstable();
            own.dedup();
        }
        if let Some(latest) = self.0.last_key_value().map(|((time, _), _)| *time) {
            self.trim(latest);
        }
    }

    fn trim(&mut self, now: Timestamp) {
        self.forget_before(now.checked_sub(TRACE_SPAN).unwrap_or(Timestamp::MIN));
        self.make_room(now);
    }

    pub(super) fn forget_before(&mut self, horizon: Timestamp) {
        while self.0.first_key_value().is_some_and(|((time, _), _)| *time < horizon) {
            self.0.pop_first();
        }
    }

    /// Past the limit lets go of the commonest kind, whatever of it is farther from `now`: what is done very often
    /// makes room for itself, not at the cost of what is rare, and a record that comes late finds its own hour.
    pub(super) fn make_room(&mut self, now: Timestamp) {
        if self.0.len() <= TRACE_LIMIT {
            return;
        }
        let ahead = now.checked_add(TRACE_SPAN).unwrap_or(Timestamp::MAX);
        let mut kinds: Vec<(String, usize)> =
            self.kinds().into_iter().map(|(kind, count)| (kind.to_owned(), count)).collect();
        while self.0.len() > TRACE_LIMIT {
            let Some((kind, count)) = kinds.iter_mut().max_by(|one, other| (one.1, &one.0).cmp(&(other.1, &other.0)))
            else {
                return;
            };
            let latest = self.of_kind(kind).next_back().filter(|(time, _)| *time > ahead);
            let Some(key) = latest.or_else(|| self.of_kind(kind).next()).cloned() else { return };
            if let Some(entries) = self.0.get_mut(&key) {
                let before = entries.len();
                entries.retain(|one| one.what != *kind);
                *count -= before - entries.len();
                if entries.is_empty() {
                    self.0.remove(&key);
                }
            }
        }
    }

    /// The moments at which something of a kind was, oldest first.
    fn of_kind(&self, kind: &str) -> impl DoubleEndedIterator<Item = &(Timestamp, String)> {
        self.0.iter().filter(move |(_, entries)| entries.iter().any(|one| one.what == kind)).map(|(key, _)| key)
    }

    /// How much it holds of each kind.
    fn kinds(&self) -> Vec<(&str, usize)> {
        // Some twenty kinds at most: looking along them is quicker than a map.
        let mut kinds: Vec<(&str, usize)> = Vec::new();
        for entry in self.0.values().flatten() {
            match kinds.iter_mut().find(|(kind, _)| *kind == entry.what) {
                Some((_, count)) => *count += 1,
                None => kinds.push((&entry.what, 1)),
            }
        }
        kinds
    }

    /// Whether one more of a kind would only take the place of one no older than `span`: the trace is full, most of
    /// it is of that kind, and all of that so late that its number says what it can.
    pub(super) fn is_full_of(&self, what: &str, time: Timestamp, span: SignedDuration) -> bool {
        self.0.len() >= TRACE_LIMIT
            && self
                .kinds()
                .into_iter()
                .max_by_key(|(kind, count)| (*count, *kind))
                .is_some_and(|(kind, _)| kind == what)
            && self.of_kind(what).next().is_some_and(|(oldest, _)| time.duration_since(*oldest) <= span)
    }

    /// What was between two moments, both included, oldest first.
    pub(super) fn between(&self, from: Timestamp, to: Timestamp) -> impl Iterator<Item = (Timestamp, &str, &Trace)> {
        self.0
            .range((from, String::new())..)
            .take_while(move |((time, _), _)| *time <= to)
            .flat_map(|((time, act), entries)| entries.iter().map(|entry| (*time, act.as_str(), entry)))
    }

    /// Everything, oldest first.
    pub(super) fn all(&self) -> impl Iterator<Item = (Timestamp, &str, &Trace)> {
        self.between(Timestamp::MIN, Timestamp::MAX)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// As a list, since not every form of writing has keys that are more than text.
impl Serialize for Traces {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.0)
    }
}

impl<'de> Deserialize<'de> for Traces {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<((Timestamp, String), Vec<Trace>)>::deserialize(deserializer).map(|all| Self(all.into_iter().collect()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_very_often_makes_room_for_itself() {
        let mut traces = Traces::default();
        let at = |second: usize| format!("2026-03-01T10:{:02}:{:02}Z", second / 60, second % 60).parse().unwrap();
        for second in 0..10 {
            traces.remember(at(second), "r", Trace::new("secret-read", &format!("s{second}")));
        }
        for second in 10..2_000 {
            traces.remember(at(second), "d", Trace::new("denied", &format!("{second}")));
        }
        let of = |what: &str| {
            let of_kind = traces.all().filter(|(_, _, entry)| entry.what == what);
            of_kind.map(|(.., entry)| entry.value.clone()).collect::<Vec<_>>()
        };
        assert_eq!(of("secret-read").len(), 10);
        let denied = of("denied");
        assert_eq!((denied.len(), denied.last().unwrap().as_str()), (TRACE_LIMIT - 10, "1999"));
    }

    #[test]
    fn small_kinds_are_whole_and_large_ones_share_the_rest() {
        assert_eq!(fair_share([3, 5], 10), 10);
        assert_eq!(fair_share([3, 50], 10), 7);
        assert_eq!(fair_share([100, 2, 100], 12), 5);
        assert_eq!(fair_share([], 12), 12);
    }
}
