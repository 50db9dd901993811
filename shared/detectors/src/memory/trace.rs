//! The trace: the last things a subject did or met with, moment by moment, within two days and a limit.
//!
//! It only grows by union; what lies too far back goes, and past the limit the commonest kind makes room for itself.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How many entries the trace keeps; the commonest kind lets go first.
pub const TRACE_LIMIT: usize = 512;
/// How long the trace reaches back.
pub const TRACE_SPAN: SignedDuration = SignedDuration::from_hours(48);

/// What the trace calls the place somebody was in.
pub const SIGHTING: &str = "at";

/// How coarsely the trace remembers places.
pub const SIGHTING_SPAN: SignedDuration = SignedDuration::from_mins(5);

/// One recent thing of a kind: when, by which act, and of what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// When it was.
    pub time: Timestamp,
    /// The act it was part of; none for what is remembered by its time alone.
    pub act: String,
    /// Of what: a secret, a target, a network …
    pub value: String,
}

impl Moment {
    /// The first there can be at a time.
    fn first_at(time: Timestamp) -> Self {
        Self { time, act: String::new(), value: String::new() }
    }
}

/// The moments of one subject, by their kind: an act's name, `listed`, `sign-in-failed` …
///
/// Every question is about one kind, so whoever asks passes by what is of others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Traces(BTreeMap<String, BTreeSet<Moment>>);

impl Traces {
    /// Adds a thing and forgets what lies too far back from then, and past the limit what [`Self::make_room`] lets go.
    pub(super) fn remember(&mut self, what: &str, moment: Moment) {
        let time = moment.time;
        self.put_back(what, moment);
        self.trim(time);
    }

    /// Adds a thing, however late, past any limit: [`Self::make_room`] is for afterwards.
    pub(super) fn put_back(&mut self, what: &str, moment: Moment) {
        match self.0.get_mut(what) {
            Some(moments) => drop(moments.insert(moment)),
            None => drop(self.0.insert(what.to_owned(), BTreeSet::from([moment]))),
        }
    }

    /// Adds everything another trace of the same subject holds.
    pub(super) fn merge(&mut self, other: &Self) {
        for (what, moments) in &other.0 {
            self.0.entry(what.clone()).or_default().extend(moments.iter().cloned());
        }
        let latest = self.0.values().filter_map(BTreeSet::last).map(|moment| moment.time).max();
        if let Some(latest) = latest {
            self.trim(latest);
        }
    }

    fn trim(&mut self, now: Timestamp) {
        self.forget_before(now.checked_sub(TRACE_SPAN).unwrap_or(Timestamp::MIN));
        self.make_room(now);
    }

    pub(super) fn forget_before(&mut self, horizon: Timestamp) {
        self.0.retain(|_, moments| {
            while moments.first().is_some_and(|moment| moment.time < horizon) {
                moments.pop_first();
            }
            !moments.is_empty()
        });
    }

    /// Past the limit lets go of the commonest kind, whatever of it is farther from `now`: what is done very often
    /// makes room for itself, not at the cost of what is rare, and a record that comes late finds its own hour.
    pub(super) fn make_room(&mut self, now: Timestamp) {
        let ahead = now.checked_add(TRACE_SPAN).unwrap_or(Timestamp::MAX);
        while self.len() > TRACE_LIMIT {
            let commonest = self.0.iter_mut().max_by_key(|(what, moments)| (moments.len(), *what));
            let Some((_, moments)) = commonest else { return };
            if moments.last().is_some_and(|moment| moment.time > ahead) {
                moments.pop_last();
            } else {
                moments.pop_first();
            }
        }
    }

    /// Whether one more of a kind would only take the place of one no older than `span`: the trace is full, most of
    /// it is of that kind, and all of that so late that its number says what it can.
    pub(super) fn is_full_of(&self, what: &str, time: Timestamp, span: SignedDuration) -> bool {
        if self.len() < TRACE_LIMIT {
            return false;
        }
        let commonest = self.0.iter().max_by_key(|(kind, moments)| (moments.len(), *kind));
        let oldest = commonest.filter(|(kind, _)| *kind == what).and_then(|(_, moments)| moments.first());
        oldest.is_some_and(|oldest| time.duration_since(oldest.time) <= span)
    }

    /// What there was of a kind between two moments, both included, oldest first.
    pub(super) fn between<'b>(
        &'b self,
        what: &str,
        from: Timestamp,
        to: Timestamp,
    ) -> impl Iterator<Item = &'b Moment> + use<'b> {
        let moments = self.0.get(what).into_iter().flat_map(move |moments| moments.range(Moment::first_at(from)..));
        moments.take_while(move |moment| moment.time <= to)
    }

    /// Everything, by its kind.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &Moment)> {
        self.0.iter().flat_map(|(what, moments)| moments.iter().map(|moment| (what.as_str(), moment)))
    }

    pub(super) fn len(&self) -> usize {
        self.0.values().map(BTreeSet::len).sum()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// One thing as it is written.
#[derive(Serialize, Deserialize)]
struct Written<'a> {
    #[serde(borrow)]
    what: Cow<'a, str>,
    #[serde(borrow)]
    value: Cow<'a, str>,
}

/// As a list of moments and what there was at each, whatever its kind.
impl Serialize for Traces {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut written: BTreeMap<(Timestamp, &str), Vec<Written<'_>>> = BTreeMap::new();
        for (what, Moment { time, act, value }) in self.all() {
            let thing = Written { what: Cow::Borrowed(what), value: Cow::Borrowed(value) };
            written.entry((*time, act)).or_default().push(thing);
        }
        serializer.collect_seq(written)
    }
}

impl<'de> Deserialize<'de> for Traces {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut traces = Self::default();
        for ((time, act), things) in Vec::<((Timestamp, String), Vec<Written<'_>>)>::deserialize(deserializer)? {
            for Written { what, value } in things {
                traces.put_back(&what, Moment { time, act: act.clone(), value: value.into_owned() });
            }
        }
        Ok(traces)
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
            traces.remember("secret-read", Moment { time: at(second), act: "r".into(), value: format!("s{second}") });
        }
        for second in 10..2_000 {
            traces.remember("denied", Moment { time: at(second), act: "d".into(), value: second.to_string() });
        }
        let of = |what: &str| {
            let of_kind = traces.between(what, Timestamp::MIN, Timestamp::MAX);
            of_kind.map(|moment| moment.value.clone()).collect::<Vec<_>>()
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
