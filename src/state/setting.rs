//! The settings by name: what a control of the surfaces stands for.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use strum::{EnumString, IntoStaticStr};

/// A setting, as its control names it in `data-setting`. What the control holds is a text beside it: it may be one that the
/// setting does not take, and then stays before the user to be mended.
#[derive(Clone, Debug, Default, PartialEq, Eq, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "snake_case")]
#[serde(into = "String", try_from = "String")]
pub enum Setting {
    /// Where the banner stands.
    #[default]
    Corner,
    /// How large the banner is by itself.
    BannerSize,
    /// When the banner is there at all.
    BannerShow,
    /// What the toolbar badge shows.
    Badge,
    /// Light or dark.
    Theme,
    /// The language of every surface.
    Language,
    /// How many days the chart spans.
    Chart,
    /// From which level on the user is warned.
    WarnBelow,
    /// After how many hours an answer looks old.
    OldAfter,
    /// The plan of the account; the empty text is "automatic", as for the next two.
    Plan,
    /// When the free plan's tokens refill, UTC.
    DailyResetUtc,
    /// The day of the month on which a paid plan renews.
    BillingDay,
    /// Whether a refill that is due is told of.
    RemindDue,
    /// How long after it.
    RemindMinutes,
    /// Whether a refill that came is told of.
    RemindConfirmed,
    /// From when on one that is late is told of.
    RemindLate,
    /// When the quiet hours begin.
    QuietFrom,
    /// When they end.
    QuietTo,
    /// Whether refills are checked in the background without being asked.
    CheckAuto,
    /// Whether devices tell each other.
    Devices,
    /// What this device is called.
    DeviceName,
    /// The field for a file to read back: what it refuses is told like that of a setting.
    Import,
    /// Whether a pool is watched: `account:pool`.
    #[strum(disabled)]
    Watch(String),
    /// Whether a step is ticked off, by its word.
    #[strum(disabled)]
    Step(String),
    /// Whether a line of the report is in it, by its word; its note is `note`.
    #[strum(disabled)]
    Report(String),
    /// What another device is called, by its id.
    #[strum(disabled)]
    Device(String),
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Watch(pool) => write!(f, "watch:{pool}"),
            Self::Step(word) => write!(f, "step:{word}"),
            Self::Report(word) => write!(f, "report:{word}"),
            Self::Device(id) => write!(f, "device:{id}"),
            plain => f.write_str(plain.into()),
        }
    }
}

/// A text that names no setting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no setting {0:?}")]
pub struct UnknownSetting(String);

impl TryFrom<String> for Setting {
    type Error = UnknownSetting;

    fn try_from(name: String) -> Result<Self, UnknownSetting> {
        match name.split_once(':') {
            Some(("watch", pool)) => Ok(Self::Watch(pool.to_owned())),
            Some(("step", word)) => Ok(Self::Step(word.to_owned())),
            Some(("report", word)) => Ok(Self::Report(word.to_owned())),
            Some(("device", id)) => Ok(Self::Device(id.to_owned())),
            _ => Self::from_str(&name).map_err(|_| UnknownSetting(name)),
        }
    }
}

impl From<Setting> for String {
    fn from(setting: Setting) -> Self {
        setting.to_string()
    }
}

/// What the control of a setting holds, as a text.
pub(super) trait Choice {
    /// The text.
    fn text(&self) -> String;
    /// Takes what was chosen or typed; false, and nothing changed, when the setting does not take it.
    fn choose(&mut self, text: &str) -> bool;
}

impl<T: fmt::Display + FromStr> Choice for T {
    fn text(&self) -> String {
        self.to_string()
    }

    fn choose(&mut self, text: &str) -> bool {
        text.parse().map(|chosen| *self = chosen).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_read_by_the_name_that_it_is_written_by() {
        for setting in [
            Setting::DailyResetUtc,
            Setting::Theme,
            Setting::Watch("00ff:fast".to_owned()),
            Setting::Device("0badcafe".to_owned()),
        ] {
            assert_eq!(Setting::try_from(setting.to_string()), Ok(setting));
        }
        assert_eq!(Setting::DailyResetUtc.to_string(), "daily_reset_utc");
        for unknown in ["colour", "watch", "set:theme", ""] {
            assert!(Setting::try_from(unknown.to_owned()).is_err(), "{unknown}");
        }
    }
}
