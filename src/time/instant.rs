//! The instant type of the whole core.

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct UtcMillis(pub i64);

impl UtcMillis {
    /// The earliest instant we take seriously: 2000-01-01T00:00:00Z.
    pub const EARLIEST: Self = Self(946_684_800_000);
    /// The latest instant we take seriously: 2100-01-01T00:00:00Z.
    pub const LATEST: Self = Self(4_102_444_800_000);

    /// The instant `millis` later (earlier if negative), saturating at the limits of `i64`.
    #[must_use]
    pub fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this instant; negative if this one comes first.
    #[must_use]
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Whether the instant is in the years 2000 to 2099, the only ones we believe.
    #[must_use]
    pub fn is_plausible(self) -> bool {
        (Self::EARLIEST..Self::LATEST).contains(&self)
    }

    /// 00:00 UTC of this instant's day.
    #[must_use]
    pub fn start_of_day(self) -> Self {
        Self(self.0.div_euclid(DAY) * DAY)
    }

    /// Milliseconds since 00:00 UTC of its day, `0..DAY`.
    #[must_use]
    pub fn time_of_day(self) -> i64 {
        self.0.rem_euclid(DAY)
    }

    /// The day of the month in UTC, 1 to 31; `None` outside chrono's range of years.
    #[must_use]
    pub fn day_of_month(self) -> Option<u8> {
        self.date().and_then(|date| u8::try_from(date.day()).ok())
    }

    /// The calendar day in UTC; `None` outside chrono's range of years.
    pub(crate) fn date(self) -> Option<NaiveDate> {
        self.in_utc().map(|at| at.date_naive())
    }

    /// The instant in UTC by a chrono pattern such as `%Y-%m-%d`; RFC 3339 outside chrono's range of years.
    #[must_use]
    pub fn format(self, pattern: &str) -> String {
        self.in_utc().map_or_else(|| self.to_string(), |at| at.format(pattern).to_string())
    }

    fn in_utc(self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp_millis(self.0)
    }

    /// The instant `time_of_day` milliseconds into `date`.
    pub(crate) fn on(date: NaiveDate, time_of_day: i64) -> Self {
        let days = i64::from(date.num_days_from_ce()) - 719_163;
        Self(days * DAY + time_of_day)
    }
}

impl fmt::Display for UtcMillis {
    /// RFC 3339 in UTC, with milliseconds only if there are any: `2026-11-22T00:00:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.in_utc() {
            Some(at) => f.write_str(&at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            None => write!(f, "{} ms", self.0),
        }
    }
}

/// An instant by this computer's clock, which may be wrong and may be set: milliseconds since 1970.
///
/// It is not a [`UtcMillis`]. Only the clock in `state` converts one to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct DeviceTime(pub i64);

impl DeviceTime {
    /// What the clock shows `millis` later (earlier if negative), saturating at the limits of `i64`.
    #[must_use]
    pub fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this instant by the same clock; negative if this one comes first.
    #[must_use]
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// The instant, on a clock that is right.
impl From<UtcMillis> for DeviceTime {
    fn from(at: UtcMillis) -> Self {
        Self(at.0)
    }
}

impl fmt::Display for DeviceTime {
    /// As [`UtcMillis`] is written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        UtcMillis(self.0).fmt(f)
    }
}

/// The correction after the present turned out to be earlier than we thought: this computer's clock was set back, or
/// proved to be ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetBack {
    /// The present, as we know it now.
    pub to: UtcMillis,
    /// How many milliseconds too late we thought it was, at least.
    pub by: i64,
    /// How many more milliseconds it may have been. Nobody knows how long it was between the last event on the old
    /// clock and the first on the new one.
    pub slack: i64,
}

impl SetBack {
    /// When something stamped `at` really happened. A stamp later than the present came from the old clock, and is
    /// too late by at least that much.
    #[must_use]
    pub fn mend(self, at: UtcMillis) -> UtcMillis {
        if at <= self.to { at } else { at.plus(-self.by).min(self.to) }
    }
}

/// A number of milliseconds that no browser's clock can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no clock shows {0} ms since 1970")]
pub struct NoInstant(i64);

impl TryFrom<i64> for UtcMillis {
    type Error = NoInstant;

    fn try_from(millis: i64) -> Result<Self, NoInstant> {
        // The range of JavaScript's `Date`: we never wrote anything beyond it.
        if millis.unsigned_abs() <= 8_640_000_000_000_000 { Ok(Self(millis)) } else { Err(NoInstant(millis)) }
    }
}

impl From<UtcMillis> for i64 {
    fn from(at: UtcMillis) -> Self {
        at.0
    }
}

impl TryFrom<i64> for DeviceTime {
    type Error = NoInstant;

    fn try_from(millis: i64) -> Result<Self, NoInstant> {
        UtcMillis::try_from(millis).map(|at| Self(at.0))
    }
}

impl From<DeviceTime> for i64 {
    fn from(shown: DeviceTime) -> Self {
        shown.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_stamped_later_than_the_present_is_mended_and_keeps_its_order() {
        let back = SetBack { to: UtcMillis(1_000), by: 300, slack: 0 };
        let mended = [900, 1_000, 1_001, 1_100, 1_300, 9_000].map(|at| back.mend(UtcMillis(at)).0);
        assert_eq!(mended, [900, 1_000, 701, 800, 1_000, 1_000]);
    }

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
        let read = |text: &str| serde_json::from_str::<UtcMillis>(text).ok();
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
