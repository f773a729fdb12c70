//! When a pool refills.

use super::{DAY, MINUTE, UtcMillis};
use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use std::fmt;
use strum::IntoStaticStr;

/// How we know a schedule, surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Basis {
    /// From a renewal date in an answer.
    Server,
    /// From the account's own refills.
    Learned,
    /// The user set it.
    Manual,
    /// 00:00 UTC, which is all that is published (one article; not official).
    Assumed,
}

impl Basis {
    /// The word in the replay format.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A minute of the UTC day, `0..1440`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct MinuteOfDay(u16);

impl MinuteOfDay {
    /// 00:00 UTC.
    pub const MIDNIGHT: Self = Self(0);

    /// `None` if `minute` is not in `0..1440`.
    #[must_use]
    pub fn new(minute: u16) -> Option<Self> {
        (minute < 1440).then_some(Self(minute))
    }

    /// The minute that contains `at`.
    #[must_use]
    pub fn of(at: UtcMillis) -> Self {
        Self(u16::try_from(at.time_of_day() / MINUTE).unwrap_or(0))
    }

    /// Reads `HH:MM`; `None` for anything else.
    ///
    /// ```
    /// use refill_watch::time::MinuteOfDay;
    /// assert_eq!(MinuteOfDay::parse("08:30").map(|m| m.to_string()).as_deref(), Some("08:30"));
    /// assert_eq!(MinuteOfDay::parse("24:00"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (hours, minutes) = text.trim().split_once(':')?;
        let two_digits = |part: &str| {
            (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse::<u16>().ok())?
        };
        let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
        (hours < 24 && minutes < 60).then(|| Self(hours * 60 + minutes))
    }

    /// Minutes since 00:00 UTC.
    #[must_use]
    pub fn minutes(self) -> u16 {
        self.0
    }

    fn millis(self) -> i64 {
        i64::from(self.0) * MINUTE
    }
}

impl fmt::Display for MinuteOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// More minutes than a day has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a day has no minute {0}")]
pub struct NoMinuteOfDay(u16);

impl TryFrom<u16> for MinuteOfDay {
    type Error = NoMinuteOfDay;

    fn try_from(minutes: u16) -> Result<Self, NoMinuteOfDay> {
        Self::new(minutes).ok_or(NoMinuteOfDay(minutes))
    }
}

impl From<MinuteOfDay> for u16 {
    fn from(minute: MinuteOfDay) -> Self {
        minute.0
    }
}

/// When a pool refills, in UTC.
///
/// ```
/// use refill_watch::time::{parse_timestamp, MinuteOfDay, Schedule};
/// let daily = Schedule::Daily(MinuteOfDay::MIDNIGHT);
/// let now = parse_timestamp("2026-11-22T10:00:00")?;
/// assert_eq!(daily.last_due(now).unwrap().to_string(), "2026-11-22T00:00:00Z");
/// assert_eq!(daily.next_due(now).unwrap().to_string(), "2026-11-23T00:00:00Z");
/// # Ok::<(), refill_watch::time::TimestampError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// Every day at this UTC minute.
    Daily(MinuteOfDay),
    /// Every month on `day` (the last day of a shorter month) at `minute`.
    Monthly {
        /// The anchor day, 1 to 31.
        day: u8,
        /// The UTC minute of that day.
        minute: MinuteOfDay,
    },
    /// Once, at this instant. We do not know what follows, and do not invent it.
    At(UtcMillis),
    /// The pool never refills.
    Never,
}

impl Schedule {
    /// The latest due instant at or before `now`.
    #[must_use]
    pub fn last_due(self, now: UtcMillis) -> Option<UtcMillis> {
        match self {
            Self::Daily(minute) => {
                let today = now.start_of_day().plus(minute.millis());
                Some(if today <= now { today } else { today.plus(-DAY) })
            }
            Self::Monthly { day, minute } => {
                let this = month_due(now, 0, day, minute)?;
                if this <= now { Some(this) } else { month_due(now, -1, day, minute) }
            }
            Self::At(due) => (due <= now).then_some(due),
            Self::Never => None,
        }
    }

    /// The first due instant after `now`, never `now` itself.
    #[must_use]
    pub fn next_due(self, now: UtcMillis) -> Option<UtcMillis> {
        match self {
            Self::Daily(_) => self.last_due(now).map(|due| due.plus(DAY)),
            Self::Monthly { day, minute } => {
                let this = month_due(now, 0, day, minute)?;
                if this > now { Some(this) } else { month_due(now, 1, day, minute) }
            }
            Self::At(due) => (due > now).then_some(due),
            Self::Never => None,
        }
    }
}

/// The due instant in the month `shift` months from `now`'s.
fn month_due(now: UtcMillis, shift: i32, day: u8, minute: MinuteOfDay) -> Option<UtcMillis> {
    let first = now.date()?.with_day(1)?;
    let months = Months::new(shift.unsigned_abs());
    let first =
        if shift < 0 { first.checked_sub_months(months)? } else { first.checked_add_months(months)? };
    let date = (28..=31.min(u32::from(day.max(1))))
        .rev()
        .chain([u32::from(day.clamp(1, 28))])
        .find_map(|day| NaiveDate::from_ymd_opt(first.year(), first.month(), day))?;
    Some(UtcMillis::on(date, minute.millis()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_timestamp;

    fn at(text: &str) -> UtcMillis {
        parse_timestamp(text).unwrap()
    }

    fn monthly(day: u8) -> Schedule {
        Schedule::Monthly { day, minute: MinuteOfDay::MIDNIGHT }
    }

    #[test]
    fn a_due_instant_counts_as_last_and_not_as_next_at_that_very_millisecond() {
        for schedule in [Schedule::Daily(MinuteOfDay::MIDNIGHT), monthly(22), Schedule::At(at("2026-11-22"))]
        {
            let due = at("2026-11-22");
            assert_eq!(schedule.last_due(due), Some(due), "{schedule:?}");
            assert_ne!(schedule.next_due(due), Some(due), "{schedule:?}");
            assert_eq!(schedule.next_due(due.plus(-1)), Some(due), "{schedule:?}");
        }
    }

    #[test]
    fn a_month_too_short_for_the_anchor_day_refills_on_its_last_day() {
        for (day, now, due) in [
            (31, "2027-02-10", "2027-02-28"),
            (31, "2028-02-10", "2028-02-29"),
            (31, "2027-04-10", "2027-04-30"),
            (31, "2027-03-01", "2027-03-31"),
            (30, "2027-02-10", "2027-02-28"),
            (29, "2027-02-10", "2027-02-28"),
            (28, "2028-02-10", "2028-02-28"),
            (1, "2026-12-15", "2027-01-01"),
            (14, "2026-11-14T00:00:01", "2026-12-14"),
        ] {
            assert_eq!(monthly(day).next_due(at(now)), Some(at(due)), "day {day} after {now}");
        }
    }

    #[test]
    fn the_last_monthly_due_instant_reaches_back_over_the_turn_of_the_year() {
        assert_eq!(monthly(31).last_due(at("2027-01-15")), Some(at("2026-12-31")));
        assert_eq!(monthly(31).last_due(at("2027-03-15")), Some(at("2027-02-28")));
    }

    #[test]
    fn a_date_that_has_passed_is_never_turned_into_a_future_one() {
        let once = Schedule::At(at("2026-11-01"));
        assert_eq!(once.next_due(at("2026-11-22")), None);
        assert_eq!(once.last_due(at("2026-11-22")), Some(at("2026-11-01")));
        assert_eq!(once.last_due(at("2026-10-22")), None);
    }

    #[test]
    fn a_minute_of_the_day_is_read_strictly() {
        for text in ["", "8:30", "08:60", "24:00", "-1:00", "08:30:00", "+8:30", "ab:cd"] {
            assert_eq!(MinuteOfDay::parse(text), None, "{text:?}");
        }
        assert_eq!(MinuteOfDay::parse("23:59").map(MinuteOfDay::minutes), Some(1439));
    }

    #[test]
    fn a_minute_that_no_day_has_is_not_read_from_storage() {
        assert_eq!(serde_json::from_str::<MinuteOfDay>("1439").ok().map(MinuteOfDay::minutes), Some(1439));
        assert_eq!(serde_json::from_str::<MinuteOfDay>("1440").ok(), None);
        assert_eq!(serde_json::from_str::<MinuteOfDay>("null").ok(), None);
    }
}
