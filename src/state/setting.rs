//! The settings by name: what each control on our surfaces stands for.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use strum::{EnumString, IntoStaticStr};

/// A setting, as its control names it in `data-setting`. The control's text is passed beside it; if the setting
/// refuses that text, it stays in the control for the user to correct.
#[derive(Clone, Debug, Default, PartialEq, Eq, EnumString, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "snake_case")]
#[serde(into = "String", try_from = "String")]
pub enum Setting {
    /// The banner's corner.
    #[default]
    Corner,
    /// The banner's size when it is not opened.
    BannerSize,
    /// When the banner is shown.
    BannerShow,
    /// What the toolbar badge shows.
    Badge,
    /// Light or dark.
    Theme,
    /// The language of every surface.
    Language,
    /// How many days the chart covers.
    Chart,
    /// The level below which the user is warned.
    WarnBelow,
    /// The age in hours at which an answer looks old.
    OldAfter,
    /// The account's plan; the empty text is "automatic", as for the next two.
    Plan,
    /// When the free plan's tokens refill, in UTC.
    DailyResetUtc,
    /// The day of the month on which a paid plan refills.
    BillingDay,
    /// Whether to remind when a refill is due.
    RemindDue,
    /// How long after that.
    RemindMinutes,
    /// Whether to report a refill that came.
    RemindConfirmed,
    /// How late a refill must be to be reported.
    RemindLate,
    /// When quiet hours start.
    QuietFrom,
    /// When they end.
    QuietTo,
    /// Whether background checks start on their own.
    CheckAuto,
    /// Whether devices share their numbers.
    Devices,
    /// This device's name.
    DeviceName,
    /// The file field for an import; a refused file is reported like a refused setting.
    Import,
    /// Whether a pool has reminders: `account:pool`.
    #[strum(disabled)]
    Watch(String),
    /// Whether a step is ticked, by its word.
    #[strum(disabled)]
    Step(String),
    /// Whether a line is in the report, by its word; its note is `note`.
    #[strum(disabled)]
    Report(String),
    /// Another device's name, by its id.
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

/// The text names no setting.
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

/// What a setting's control holds, as a text.
pub(super) trait Choice {
    /// The text.
    fn text(&self) -> String;
    /// Takes what was chosen or typed; false, with nothing changed, if the setting refuses it.
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
