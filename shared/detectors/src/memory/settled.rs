//! Settled: what says nothing that is not remembered already, and need not be written again.

use jiff::SignedDuration;

use super::{Baseline, Day, Dimension, Observation, SIGHTING, Seen, TRACE_SPAN, sighted};

/// For how long a thing that is counted once however often it comes need not be said again.
///
/// Half of the shortest window it is counted over at the defaults: at the far end of a window a
/// repeat may be missing, a value never. What is counted by the act, or looked up by its maker or its
/// last time, is always said again.
fn goes_without_saying(what: &str) -> Option<SignedDuration> {
    match what {
        "secret-read" | "role-assumed" | "denied" => Some(SignedDuration::from_mins(30)),
        "used" => Some(SignedDuration::from_hours(2)),
        _ => None,
    }
}

/// Within how long a trace that is full of one kind holds all that kind can say: as long as a repeat goes unsaid.
const FULL: SignedDuration = SignedDuration::from_mins(30);

/// Whether a kind is only ever counted: past what a trace holds, one more says nothing.
fn is_counted(what: &str) -> bool {
    matches!(what, "secret-read" | "role-assumed" | "denied" | "sign-in-failed" | "proof-failed")
}

/// How long entries of the trace that are counted by the hour or the day are looked back for.
pub const DAY_SPAN: SignedDuration = SignedDuration::from_hours(24);

/// How long an entry of this kind is looked back for, at most: whoever stores it may forget it then.
#[must_use]
pub fn reach(what: &str) -> SignedDuration {
    match what {
        "secret-read" | "role-assumed" | "denied" | "searched" | "secrets-listed" => DAY_SPAN,
        _ => TRACE_SPAN,
    }
}

impl Baseline {
    /// What an observation adds that judging would miss; none where that is nothing.
    ///
    /// An observation that only asks is never settled: whoever asks wants to know what others wrote.
    #[must_use]
    pub fn news(&self, observation: &Observation) -> Option<Observation> {
        let (time, day) = (observation.time, Day::of(observation.time));
        // Where somebody searches counts only on the first day they are seen there.
        let known_before =
            |region: &str| self.value(Dimension::Region, region).is_some_and(|days| days.any_before(day));
        let known = |seen: &Seen| match seen {
            Seen::Habit(dimension, value) => self.value(*dimension, value).is_some_and(|days| days.includes(day)),
            Seen::Trace("searched", region) => known_before(region),
            Seen::Trace(what, value) => {
                goes_without_saying(what)
                    .is_some_and(|span| self.trace(what, time - span, time).any(|moment| moment.value == *value))
                    || is_counted(what) && self.trace.is_full_of(what, time, FULL)
            }
            Seen::Sighting(place) => {
                self.trace(SIGHTING, sighted(time), sighted(time)).any(|moment| moment.value == *place)
            }
        };
        let today = self.days().is_some_and(|days| days.includes(day));
        let mut said = observation.clone();
        // The first sign of life on a day says the day, whatever else it says.
        if today {
            said.seen.retain(|seen| !known(seen));
        }
        (observation.seen.is_empty() || !said.seen.is_empty()).then_some(said)
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
        assert_eq!(memory.news(next).is_none(), settled, "{next:?}");
    }

    #[test]
    fn a_repeat_within_minutes_is_settled_and_anything_new_is_not() {
        let first = read("2026-03-01T10:00:00Z", "secret-read", "aws-cli s1");
        check(true, &first, &read("2026-03-01T10:29:00Z", "secret-read", "aws-cli s1"));
        check(false, &first, &read("2026-03-01T10:31:00Z", "secret-read", "aws-cli s1"));
        check(false, &first, &read("2026-03-01T10:01:00Z", "secret-read", "aws-cli s2"));
        check(false, &first, &read("2026-03-02T10:01:00Z", "secret-read", "aws-cli s1"));
        check(false, &first, &Observation { seen: Vec::new(), ..first.clone() });
    }

    #[test]
    fn of_what_is_partly_new_only_the_news_is_said() {
        let mut memory = Baseline::default();
        memory.remember(&read("2026-03-01T23:55:00Z", "secret-read", "aws-cli s1"));
        let mut next = read("2026-03-01T23:56:00Z", "secret-read", "aws-cli s1");
        next.seen.push(Seen::Habit(Dimension::Hour, "weekend 23".to_owned()));
        assert_eq!(memory.news(&next).unwrap().seen, [Seen::Habit(Dimension::Hour, "weekend 23".to_owned())]);
        let tomorrow = read("2026-03-02T00:05:00Z", "secret-read", "aws-cli s1");
        assert_eq!(memory.news(&tomorrow), Some(tomorrow.clone()));
    }

    #[test]
    fn a_trace_full_of_failures_of_the_last_minutes_needs_no_more_of_them() {
        let mut memory = Baseline::default();
        let at = |second: usize| format!("2026-03-01T10:{:02}:{:02}Z", second / 60, second % 60);
        let knock = |second: usize, what: &str| read(&at(second), what, &format!("v{second}"));
        for second in 0..600 {
            memory.remember(&knock(second, "sign-in-failed"));
        }
        assert_eq!(memory.news(&knock(601, "sign-in-failed")), None);
        assert!(memory.news(&knock(601, "secret-read")).is_some(), "another kind");
        assert!(memory.news(&knock(601, "credential-added")).is_some(), "looked up by its maker");
        assert!(memory.news(&knock(59 * 60, "sign-in-failed")).is_some(), "half an hour later");
    }

    #[test]
    fn a_region_somebody_was_seen_in_before_is_searched_without_saying() {
        let search = |time: &str| {
            let seen = vec![
                Seen::Habit(Dimension::Region, "eu-west-1".to_owned()),
                Seen::Trace("searched", "eu-west-1".to_owned()),
            ];
            Observation { seen, ..read(time, "searched", "eu-west-1") }
        };
        check(false, &search("2026-03-01T10:00:00Z"), &search("2026-03-01T10:00:01Z"));
        let mut memory = Baseline::default();
        memory.remember(&search("2026-03-01T10:00:00Z"));
        memory.remember(&Observation { seen: vec![], ..search("2026-03-02T10:00:00Z") });
        let today = memory.news(&search("2026-03-02T10:00:00Z")).unwrap();
        assert_eq!(today.seen.len(), 2, "the first sign of a day says all");
        memory.remember(&today);
        assert_eq!(memory.news(&search("2026-03-02T11:00:00Z")), None);
    }

    #[test]
    fn what_is_counted_by_the_act_is_never_settled() {
        let failed = read("2026-03-01T10:00:00Z", "sign-in-failed", "1.2.3.4");
        check(false, &failed, &read("2026-03-01T10:00:01Z", "sign-in-failed", "1.2.3.4"));
    }
}
