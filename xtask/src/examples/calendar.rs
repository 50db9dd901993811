//! The fortnight: moments in it, and the clocks of the places people live in.

use jiff::{SignedDuration, Timestamp};

/// Midnight UTC at the start of Monday 2026-03-02, in seconds since 1970.
const MONDAY: i64 = 1_772_409_600;
const DAY: i64 = 86_400;

/// The days of the fortnight, counted from one.
pub(super) const DAYS: std::ops::RangeInclusive<i64> = 1..=14;

/// A second within, or shortly around, the fortnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(i64);

impl Moment {
    /// `hour`:`minute` UTC on `day` of the fortnight; hours past 24 run into the next day.
    pub(super) const fn on(day: i64, hour: i64, minute: i64) -> Self {
        Self(MONDAY + (day - 1) * DAY + hour * 3_600 + minute * 60)
    }

    /// So many seconds later.
    pub(super) const fn plus(self, seconds: i64) -> Self {
        Self(self.0 + seconds)
    }

    /// So many minutes later.
    pub(super) const fn minutes(self, minutes: i64) -> Self {
        self.plus(minutes * 60)
    }

    /// Seconds from here to `later`.
    pub(super) const fn until(self, later: Self) -> i64 {
        later.0 - self.0
    }

    /// The end of the span of `hours` this moment lies in, spans being counted from midnight UTC.
    pub(super) const fn span_end(self, hours: i64) -> Self {
        let span = hours * 3_600;
        Self(self.0 - self.0.rem_euclid(span) + span)
    }

    /// The first multiple of so many seconds that is not before this moment.
    pub(super) const fn round_up(self, seconds: i64) -> Self {
        Self(self.0 + (-self.0).rem_euclid(seconds))
    }

    /// As `CloudTrail` writes an event's time.
    pub(super) fn iso(self) -> String {
        self.written("%Y-%m-%dT%H:%M:%SZ")
    }

    /// As `CloudTrail` writes a time inside a response.
    pub(super) fn spoken(self) -> String {
        self.written("%b %-d, %Y, %-I:%M:%S %p")
    }

    /// In any `strftime` format.
    pub(super) fn written(self, format: &str) -> String {
        (Timestamp::UNIX_EPOCH + SignedDuration::from_secs(self.0)).strftime(format).to_string()
    }
}

/// Whether `day` is a Saturday or a Sunday.
pub(super) const fn is_weekend(day: i64) -> bool {
    (day - 1) % 7 >= 5
}

/// Where a person's clock hangs.
///
/// Fixed offsets: no zone here changes its clock before the fortnight ends, and no zone database is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    Berlin,
    Lisbon,
    SaoPaulo,
}

impl Zone {
    /// `hour`:`minute` on this place's wall on `day`.
    pub(super) const fn at(self, day: i64, hour: i64, minute: i64) -> Moment {
        let ahead = match self {
            Self::Berlin => 1,
            Self::Lisbon => 0,
            Self::SaoPaulo => -3,
        };
        Moment::on(day, hour - ahead, minute)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fortnight_starts_on_a_monday_in_march() {
        assert_eq!(Moment::on(1, 0, 0).iso(), "2026-03-02T00:00:00Z");
        assert_eq!(Moment::on(1, 13, 5).spoken(), "Mar 2, 2026, 1:05:00 PM");
        assert!(!is_weekend(5) && is_weekend(6) && is_weekend(14));
    }

    #[test]
    fn nine_in_the_morning_comes_to_lisbon_an_hour_after_berlin() {
        assert_eq!(Zone::Berlin.at(2, 9, 0).until(Zone::Lisbon.at(2, 9, 0)), 3_600);
    }
}
