//! The days on which something was seen: a set that merges, forgets by age and never counts twice.
//!
//! Inserting is idempotent and order-free, and merging two sets is their union: writers that
//! do not know of each other lose nothing, and a redelivered record changes nothing.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A day, counted from 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
pub struct Day(i32);

impl Day {
    /// The UTC day of a moment.
    #[must_use]
    pub fn of(time: Timestamp) -> Self {
        Self(i32::try_from(time.as_second().div_euclid(86_400)).unwrap_or(i32::MAX))
    }

    /// The day so many days later (or earlier).
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// How many days lie between `earlier` and this day; negative if it comes after.
    #[must_use]
    pub fn since(self, earlier: Self) -> i32 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A set of days: the latest 128 exactly, of those before them only the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days {
    first: Day,
    last: Day,
    /// Bit `i` stands for the day `last - i`.
    bits: u128,
}

impl Days {
    /// The set of one day.
    #[must_use]
    pub fn one(day: Day) -> Self {
        Self { first: day, last: day, bits: 1 }
    }

    /// Adds a day.
    pub fn insert(&mut self, day: Day) {
        self.merge(&Self::one(day));
    }

    /// Adds every day of another set.
    pub fn merge(&mut self, other: &Self) {
        let last = self.last.max(other.last);
        self.bits = self.shifted_to(last) | other.shifted_to(last);
        self.last = last;
        self.first = self.first.min(other.first);
    }

    fn shifted_to(&self, last: Day) -> u128 {
        let shift = u32::try_from(last.since(self.last)).unwrap_or(0);
        self.bits.checked_shl(shift).unwrap_or(0)
    }

    /// The earliest day ever inserted, even where its bit has fallen off.
    #[must_use]
    pub fn first(&self) -> Day {
        self.first
    }

    /// The latest day inserted.
    #[must_use]
    pub fn last(&self) -> Day {
        self.last
    }

    /// Whether it holds a day, of the latest 128.
    #[must_use]
    pub fn includes(&self, day: Day) -> bool {
        let back = u32::try_from(self.last.since(day)).ok();
        back.and_then(|back| self.bits.checked_shr(back)).is_some_and(|bits| bits & 1 == 1)
    }

    /// The days before `day`, latest first.
    pub fn before(&self, day: Day) -> impl Iterator<Item = Day> + use<> {
        let skipped = self.last.since(day).saturating_add(1).max(0);
        let latest = self.last.plus(-skipped);
        let mut left = u32::try_from(skipped).ok().and_then(|skipped| self.bits.checked_shr(skipped)).unwrap_or(0);
        std::iter::from_fn(move || {
            let back = i32::try_from(left.trailing_zeros()).ok().filter(|_| left != 0)?;
            left &= left - 1;
            Some(latest.plus(-back))
        })
    }

    /// Every day that is known: the latest ones, latest first, and the first.
    pub fn all(&self) -> impl Iterator<Item = Day> + use<> {
        let first = Some(self.first).filter(|first| !self.includes(*first));
        self.before(self.last.plus(1)).chain(first)
    }

    /// How many days before `day`, each weighing half as much for every `half_life` days of age.
    #[must_use]
    pub fn weight_before(&self, day: Day, half_life: f64) -> f64 {
        self.before(day).map(|seen| decay(day.since(seen), half_life)).sum()
    }

    /// Whether any day lies before `day`.
    #[must_use]
    pub fn any_before(&self, day: Day) -> bool {
        self.first < day
    }
}

/// What a day so old still weighs.
#[must_use]
pub fn decay(age_days: i32, half_life: f64) -> f64 {
    (-f64::from(age_days) / half_life).exp2()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(days: &[i32]) -> Days {
        let mut set = Days::one(Day(days[0]));
        for day in days {
            set.insert(Day(*day));
        }
        set
    }

    #[test]
    fn order_and_repetition_change_nothing() {
        assert_eq!(set(&[10, 12, 40]), set(&[40, 10, 12, 12, 10]));
        let mut merged = set(&[10]);
        merged.merge(&set(&[40, 12]));
        assert_eq!(merged, set(&[10, 12, 40]));
    }

    #[test]
    fn a_day_older_than_the_span_is_remembered_only_as_the_first() {
        let set = set(&[0, 1000]);
        assert_eq!(set.before(Day(2000)).count(), 1);
        assert_eq!(set.first(), Day(0));
    }

    #[test]
    fn what_is_not_yet_old_enough_does_not_count() {
        let set = set(&[10, 11, 12]);
        assert_eq!(set.before(Day(12)).count(), 2);
        assert!((set.weight_before(Day(12), 1.0) - (0.5 + 0.25)).abs() < 1e-9);
    }
}
