//! When refills are truly due.

use super::Instant;
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use refill_watch::time::DAY;

/// When an account's refills are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cycle {
    /// Every day, that many milliseconds after 00:00 UTC.
    Daily(i64),
    /// Every month on the anchor day (the last day of a shorter month), that many milliseconds after 00:00 UTC.
    Monthly(u32, i64),
}

impl Cycle {
    /// The monthly cycle that begins at this instant, cut to the minute: its day is the anchor.
    #[must_use]
    pub fn monthly_from(at: Instant) -> Self {
        Self::Monthly(date(at).day(), at.rem_euclid(DAY) / 60_000 * 60_000)
    }

    /// Whether refills come every day.
    #[must_use]
    pub fn is_daily(self) -> bool {
        matches!(self, Self::Daily(_))
    }

    /// The time of day, in milliseconds after 00:00 UTC.
    #[must_use]
    pub fn time_of_day(self) -> i64 {
        match self {
            Self::Daily(time) | Self::Monthly(_, time) => time,
        }
    }

    /// Whether `due` lies on the anchor day itself, and not on the last day of a month that is too short for it.
    #[must_use]
    pub fn falls_on_the_anchor(self, due: Instant) -> bool {
        matches!(self, Self::Monthly(day, _) if date(due).day() == day)
    }

    /// The first due instant after `now`.
    #[must_use]
    pub fn next_due(self, now: Instant) -> Instant {
        match self {
            Self::Daily(time) => {
                let today = now.div_euclid(DAY) * DAY + time;
                if today > now { today } else { today + DAY }
            }
            Self::Monthly(day, time) => {
                let first = date(now).with_day(1).unwrap_or_default();
                (0..3)
                    .filter_map(|shift| first.checked_add_months(Months::new(shift)))
                    .map(|month| midnight(anchored(month, day)) + time)
                    .find(|due| *due > now)
                    .unwrap_or(now + 31 * DAY)
            }
        }
    }
}

/// The anchor day in the month that begins at `first`.
fn anchored(first: NaiveDate, day: u32) -> NaiveDate {
    let wanted = first.checked_add_days(Days::new(u64::from(day) - 1)).unwrap_or(first);
    if wanted.month() == first.month() {
        return wanted;
    }
    // The month is too short, so its last day stands in.
    first.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(first)
}

fn date(at: Instant) -> NaiveDate {
    DateTime::<Utc>::from_timestamp_millis(at).unwrap_or_default().date_naive()
}

fn midnight(date: NaiveDate) -> Instant {
    date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis()
}
