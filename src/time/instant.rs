//! The instant type of the whole core.

use crate::stored::Stored;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde_json::Value;
use std::fmt;

/// One second in milliseconds.
pub const SECOND: i64 = 1_000;
/// One minute in milliseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// One hour in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// One day in milliseconds.
pub const DAY: i64 = 24 * HOUR;

/// An instant: milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// It is written as RFC 3339 with `Z` ([`fmt::Display`]) and stored as a plain number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct UtcMillis(pub i64);

impl UtcMillis {
    /// The earliest instant that anything here takes for real: 2000-01-01T00:00:00Z.
    pub const EARLIEST: Self = Self(946_684_800_000);
    /// The latest instant that anything here takes for real: 2100-01-01T00:00:00Z.
    pub const LATEST: Self = Self(4_102_444_800_000);

    /// The instant `millis` later (earlier when negative), held inside what an `i64` can carry.
    #[must_use]
    pub fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this instant; negative when this one comes first.
    #[must_use]
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Whether the instant lies in the years 2000 to 2099, the only ones that are believed.
    #[must_use]
    pub fn is_plausible(self) -> bool {
        (Self::EARLIEST..Self::LATEST).contains(&self)
    }

    /// 00:00 UTC of the day the instant lies in.
    #[must_use]
    pub fn start_of_day(self) -> Self {
        Self(self.0.div_euclid(DAY) * DAY)
    }

    /// Milliseconds since 00:00 UTC of its day, `0..DAY`.
    #[must_use]
    pub fn time_of_day(self) -> i64 {
        self.0.rem_euclid(DAY)
    }

    /// The day of the month in UTC, 1 to 31; `None` outside the years chrono can name.
    #[must_use]
    pub fn day_of_month(self) -> Option<u8> {
        self.date().and_then(|date| u8::try_from(date.day()).ok())
    }

    /// The calendar day in UTC; `None` outside the years chrono can name.
    pub(crate) fn date(self) -> Option<NaiveDate> {
        DateTime::<Utc>::from_timestamp_millis(self.0).map(|at| at.date_naive())
    }

    /// The instant of `time_of_day` milliseconds into `date`.
    pub(crate) fn on(date: NaiveDate, time_of_day: i64) -> Self {
        let days = i64::from(date.num_days_from_ce()) - 719_163;
        Self(days * DAY + time_of_day)
    }
}

impl fmt::Display for UtcMillis {
    /// RFC 3339 in UTC, with milliseconds only where there are any: `2026-11-22T00:00:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Written out: chrono's formatter would bring its whole pattern language along.
        let Some(date) = self.date() else { return write!(f, "{} ms", self.0) };
        let of_day = self.time_of_day();
        let (hour, minute, second) = (of_day / HOUR, of_day / MINUTE % 60, of_day / SECOND % 60);
        let (year, month, day) = (date.year(), date.month(), date.day());
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        match of_day % SECOND {
            0 => f.write_str("Z"),
            millis => write!(f, ".{millis:03}Z"),
        }
    }
}

impl Stored for UtcMillis {
    fn write(&self, out: &mut String) {
        self.0.write(out);
    }
    fn read(&mut self, value: &Value) -> bool {
        // What no clock of a browser can show was not written by us.
        self.0.read(value) && self.0.unsigned_abs() <= 8_640_000_000_000_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_as_rfc_3339_in_utc() {
        assert_eq!(UtcMillis(0).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(UtcMillis(1_500).to_string(), "1970-01-01T00:00:01.500Z");
    }

    #[test]
    fn a_date_and_a_time_of_day_make_the_instant_they_were_taken_from() {
        for millis in [0, 1_763_769_600_123, 951_782_400_000, -1] {
            let at = UtcMillis(millis);
            assert_eq!(UtcMillis::on(at.date().unwrap(), at.time_of_day()), at);
        }
    }

    #[test]
    fn what_no_clock_can_show_is_not_read_from_storage() {
        let read = |text: &str| crate::stored::from_text::<UtcMillis>(text);
        assert_eq!(read("8640000000000000"), Some(UtcMillis(8_640_000_000_000_000)));
        assert_eq!(read("8640000000000001"), None);
        assert_eq!(read("-8640000000000001"), None);
        assert_eq!(read("\"2026-11-23\""), None);
    }

    #[test]
    fn the_day_of_the_month_is_that_of_utc() {
        assert_eq!(UtcMillis(1_763_769_600_123).day_of_month(), Some(22));
        assert_eq!(UtcMillis(0).plus(-1).day_of_month(), Some(31));
        assert_eq!(UtcMillis(i64::MAX).day_of_month(), None);
    }
}
