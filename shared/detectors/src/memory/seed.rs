//! A seed: what was learned about a subject in one place, on its way to where it is kept.

use jiff::Timestamp;

use super::{Baseline, Day, RETENTION_DAYS, Subject, TRACE_SPAN};

/// What of a memory can still matter to anything that happens from `now` on; none where nothing can.
///
/// The trace is read over its span and no further, a credential is nothing without its trace, and what gave
/// no sign of life for so long would be forgotten anyway.
#[must_use]
pub fn still_speaks(subject: &Subject, mut memory: Baseline, now: Timestamp) -> Option<Baseline> {
    memory.trace.forget_before(now.saturating_sub(TRACE_SPAN).unwrap_or(Timestamp::MIN));
    let forgotten = Day::of(now).plus(-RETENTION_DAYS);
    let alive = memory.days().is_some_and(|days| days.last() > forgotten);
    let silent = memory.trace.is_empty() && subject.is_short_lived();
    (alive && !silent).then_some(memory)
}

#[cfg(test)]
mod tests {
    use super::super::{Dimension, Kept, Observation, Seen, TRACE_LIMIT};
    use super::*;

    fn memory(subject: &Subject, times: &[&str]) -> Baseline {
        let mut memory = Baseline::default();
        for time in times {
            let seen = vec![
                Seen::Habit(Dimension::Network, "AS1 \"quoted\"".to_owned()),
                Seen::Trace("used", "outside AS1".to_owned()),
            ];
            let (subject, time, act) = (subject.clone(), time.parse().unwrap(), (*time).to_owned());
            memory.remember(&Observation { subject, time, act, seen });
        }
        memory
    }

    #[test]
    fn a_memory_taken_apart_and_put_together_is_the_same_memory() {
        let subject = Subject::identity("a");
        let whole = memory(&subject, &["2025-01-01T00:00:00Z", "2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z"]);
        assert_eq!(Baseline::from_kept(whole.kept()), whole);
        let first: Timestamp = "2026-03-01T10:00:00Z".parse().unwrap();
        let second = |second| (first + jiff::SignedDuration::from_secs(second)).to_string();
        let times: Vec<String> = (0..).take(TRACE_LIMIT + 100).map(second).collect();
        let full = memory(&subject, &times.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!((full.trace.len(), Baseline::from_kept(full.kept())), (TRACE_LIMIT, full));
        assert!(whole.kept().any(|kept| matches!(kept, Kept::Day(day) if day == whole.days().unwrap().first())));
    }

    #[test]
    fn a_memory_survives_being_written_as_json() {
        let whole = memory(&Subject::identity("a"), &["2025-11-01T00:00:00Z", "2026-03-02T10:00:00.5Z"]);
        let text = serde_json::to_string(&whole).unwrap();
        assert_eq!(serde_json::from_str::<Baseline>(&text).unwrap(), whole);
    }

    #[test]
    fn what_is_over_is_left_behind_and_habits_are_not() {
        let now = "2026-03-05T00:00:00Z".parse().unwrap();
        let (person, key) = (Subject::identity("a"), Subject::credential("AKIA"));
        let (old, new) = (["2026-03-01T10:00:00Z"], ["2026-03-04T10:00:00Z"]);
        let kept = still_speaks(&person, memory(&person, &old), now).unwrap();
        assert!(kept.trace.is_empty() && kept.value(Dimension::Network, "AS1 \"quoted\"").is_some());
        assert_eq!(still_speaks(&key, memory(&key, &old), now), None);
        assert_eq!(still_speaks(&key, memory(&key, &new), now), Some(memory(&key, &new)));
        assert_eq!(still_speaks(&person, memory(&person, &["2025-01-01T00:00:00Z"]), now), None);
    }
}
