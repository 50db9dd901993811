//! Settled: what says nothing that is not remembered already, and need not be written again.

use jiff::SignedDuration;

use super::{Baseline, Day, Observation, SIGHTING, Seen, sighted};

/// For how long a thing that is counted once however often it comes need not be said again.
///
/// A quarter of the shortest window it is counted over at the defaults: at the far end of a window a
/// repeat may be missing, a value never. What is counted by the act, or looked up by its maker or its
/// last time, is always said again.
fn goes_without_saying(what: &str) -> Option<SignedDuration> {
    match what {
        "secret-read" | "role-assumed" | "denied" => Some(SignedDuration::from_mins(15)),
        "used" | "searched" => Some(SignedDuration::from_hours(2)),
        _ => None,
    }
}

impl Baseline {
    /// Whether an observation adds nothing that judging would miss.
    ///
    /// An observation that only asks is never settled: whoever asks wants to know what others wrote.
    #[must_use]
    pub fn is_settled(&self, observation: &Observation) -> bool {
        let (time, day) = (observation.time, Day::of(observation.time));
        let known = |seen: &Seen| match seen {
            Seen::Habit(dimension, value) => self.value(*dimension, value).is_some_and(|days| days.includes(day)),
            Seen::Trace(what, value) => goes_without_saying(what).is_some_and(|span| {
                let mut lately = self.trace(time - span, time);
                lately.any(|(_, _, entry)| entry.what == *what && entry.value == *value)
            }),
            Seen::Sighting(place) => {
                let mut then = self.trace(sighted(time), sighted(time));
                then.any(|(_, _, entry)| entry.what == SIGHTING && entry.value == *place)
            }
        };
        !observation.seen.is_empty()
            && self.days().is_some_and(|days| days.includes(day))
            && observation.seen.iter().all(known)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Dimension, Subject};
    use super::*;

    fn read(time: &str, what: &str, value: &str) -> Observation {
        let seen = vec![
            Seen::Habit(Dimension::Network, "AS1".to_owned()),
            Seen::Trace(what.to_owned().leak(), value.to_owned()),
        ];
        Observation { subject: Subject::identity("a"), time: time.parse().unwrap(), act: time.to_owned(), seen }
    }

    #[track_caller]
    fn check(settled: bool, first: &Observation, next: &Observation) {
        let mut memory = Baseline::default();
        memory.remember(first);
        assert_eq!(memory.is_settled(next), settled, "{next:?}");
    }

    #[test]
    fn a_repeat_within_minutes_is_settled_and_anything_new_is_not() {
        let first = read("2026-03-01T10:00:00Z", "secret-read", "aws-cli s1");
        check(true, &first, &read("2026-03-01T10:14:00Z", "secret-read", "aws-cli s1"));
        check(false, &first, &read("2026-03-01T10:16:00Z", "secret-read", "aws-cli s1"));
        check(false, &first, &read("2026-03-01T10:01:00Z", "secret-read", "aws-cli s2"));
        check(false, &first, &read("2026-03-02T10:01:00Z", "secret-read", "aws-cli s1"));
        check(false, &first, &Observation { seen: Vec::new(), ..first.clone() });
    }

    #[test]
    fn what_is_counted_by_the_act_is_never_settled() {
        let failed = read("2026-03-01T10:00:00Z", "sign-in-failed", "1.2.3.4");
        check(false, &failed, &read("2026-03-01T10:00:01Z", "sign-in-failed", "1.2.3.4"));
    }
}
