//! Moments: seconds of UTC, and the clocks on the walls of the places people live in.

use jiff::{SignedDuration, Timestamp};

/// The seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// A second, counted from 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(i64);

impl Moment {
    /// A time as `2026-01-05T00:00:00Z` writes it.
    pub(crate) fn read(text: &str) -> anyhow::Result<Self> {
        let at: Timestamp = text.parse().map_err(|error| anyhow::anyhow!("read the time {text}: {error}"))?;
        Ok(Self(at.as_second()))
    }

    /// Seconds since 1970.
    pub(crate) const fn seconds(self) -> i64 {
        self.0
    }

    /// So many seconds later.
    pub(crate) const fn plus(self, seconds: i64) -> Self {
        Self(self.0 + seconds)
    }

    /// So many minutes later.
    pub(crate) const fn minutes(self, minutes: i64) -> Self {
        self.plus(minutes * 60)
    }

    /// So many hours later.
    pub(crate) const fn hours(self, hours: i64) -> Self {
        self.plus(hours * 3_600)
    }

    /// So many days later.
    pub(crate) const fn days(self, days: i64) -> Self {
        self.plus(days * DAY)
    }

    /// Seconds from here to `later`.
    pub(crate) const fn until(self, later: Self) -> i64 {
        later.0 - self.0
    }

    /// The start of the span of so many seconds this moment lies in, spans being counted from midnight UTC.
    pub(crate) const fn floor(self, span: i64) -> Self {
        Self(self.0 - self.0.rem_euclid(span))
    }

    /// As `CloudTrail` writes an event's time.
    pub(crate) fn iso(self) -> String {
        let day = self.0.div_euclid(DAY);
        let second = self.0.rem_euclid(DAY);
        let (year, month, date) = civil(day);
        format!("{year:04}-{month:02}-{date:02}T{:02}:{:02}:{:02}Z", second / 3_600, second / 60 % 60, second % 60)
    }

    /// As `CloudTrail` writes a time inside a response.
    pub(crate) fn spoken(self) -> String {
        self.written("%b %-d, %Y, %-I:%M:%S %p")
    }

    /// In any `strftime` format.
    pub(crate) fn written(self, format: &str) -> String {
        (Timestamp::UNIX_EPOCH + SignedDuration::from_secs(self.0)).strftime(format).to_string()
    }

    /// Whether the UTC day is a Saturday or a Sunday.
    pub(crate) const fn is_weekend(self) -> bool {
        // 1970-01-01 was a Thursday.
        matches!(self.0.div_euclid(DAY).rem_euclid(7), 2 | 3)
    }
}

/// Year, month and day of the month of a day counted from 1970 (Howard Hinnant's algorithm).
const fn civil(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + (month <= 2) as i64, month, date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_writes_what_it_read() {
        for text in ["2026-01-05T00:00:00Z", "2026-02-28T23:59:59Z", "2024-02-29T12:00:01Z"] {
            assert_eq!(Moment::read(text).unwrap().iso(), text);
        }
    }

    #[test]
    fn saturdays_and_sundays_are_weekends() {
        let monday = Moment::read("2026-01-05T00:00:00Z").unwrap();
        let weekends: Vec<bool> = (0..7).map(|day| monday.days(day).is_weekend()).collect();
        assert_eq!(weekends, [false, false, false, false, false, true, true]);
    }
}
