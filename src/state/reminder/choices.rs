//! What the user can choose about reminders, as it is typed and stored. When a reminder is sent stands in the parent.

use crate::state::settings::choice;
use crate::time::{MINUTE, MinuteOfDay};
use serde_with::{DeserializeFromStr, SerializeDisplay};
use std::fmt;
use std::str::FromStr;

choice!(
    /// Whether a reminder is wanted.
    Switch {
        /// No.
        #[default]
        Off = "off",
        /// Yes.
        On = "on",
    }
);

choice!(
    /// How late a refill must be to be reported.
    LateReminder {
        /// Never.
        #[default]
        Off = "off",
        /// Half an hour.
        HalfAnHour = "30",
        /// An hour.
        OneHour = "60",
        /// Two hours.
        TwoHours = "120",
        /// Four hours: as late as has been seen.
        FourHours = "240",
    }
);

impl LateReminder {
    /// Milliseconds; `None` for never.
    pub(super) fn after(self) -> Option<i64> {
        Self::WORDS[self as usize].parse::<i64>().ok().map(|minutes| minutes * MINUTE)
    }
}

/// Minutes from 0 to 120, as the user typed them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SerializeDisplay, DeserializeFromStr)]
pub struct Minutes(pub(super) u8);

/// Why a time is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTime {
    /// More than two hours, or not a number.
    #[error("it is no number of minutes from 0 to 120")]
    Minutes,
    /// Not a time of day.
    #[error("it is no time of day")]
    TimeOfDay,
}

impl FromStr for Minutes {
    type Err = BadTime;

    fn from_str(typed: &str) -> Result<Self, BadTime> {
        let minutes = typed.trim().parse().ok().filter(|minutes| *minutes <= 120);
        minutes.map(Self).ok_or(BadTime::Minutes)
    }
}

impl fmt::Display for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A local time of day as the user typed it; empty for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, SerializeDisplay, DeserializeFromStr)]
pub struct LocalTime(pub(super) Option<MinuteOfDay>);

impl FromStr for LocalTime {
    type Err = BadTime;

    fn from_str(typed: &str) -> Result<Self, BadTime> {
        match typed.trim() {
            "" => Ok(Self(None)),
            text => MinuteOfDay::parse(text).map(|minute| Self(Some(minute))).ok_or(BadTime::TimeOfDay),
        }
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |minute| minute.fmt(f))
    }
}
