//! What the user chose: per account ([`Manual`]), and for the looks of every surface.

use super::setting::Choice;
use super::{Corner, FirstRun, Setting};
use crate::balance::{Amount, Plan};
use crate::state::AccountId;
use crate::time::{HOUR, MinuteOfDay, UtcMillis};
use crate::verdict::Manual;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_with::{DeserializeFromStr, SerializeDisplay};
use std::fmt;
use std::str::FromStr;

/// How the surfaces look, the same in every tab, and what can be undone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BannerSettings {
    /// The banner's corner.
    pub corner: Corner,
    /// Folded to a pill, whatever the verdict.
    pub folded: bool,
    /// Dismissed until that account's verdict changes.
    pub put_away: Option<PutAway>,
    /// The banner's size when it is not opened.
    #[serde(default)]
    pub banner_size: BannerSize,
    /// When the banner is shown.
    #[serde(default)]
    pub banner_show: ShowBanner,
    /// What the toolbar badge shows.
    #[serde(default)]
    pub badge: BadgeShows,
    /// Light or dark.
    #[serde(default)]
    pub theme: Theme,
    /// The language of every surface.
    #[serde(default)]
    pub language: Language,
    /// How many days the chart covers.
    #[serde(default)]
    pub chart: ChartSpan,
    /// The level below which the user is warned that tokens run low.
    #[serde(default)]
    pub warn_below: WarnLevel,
    /// The age at which an answer looks old.
    #[serde(default)]
    pub old_after: OldAfter,
    /// The steps that the user ticked.
    #[serde(default)]
    pub ticked: Ticked,
    /// What the last change changed.
    #[serde(default)]
    pub undo: Option<Change>,
    /// The places of the page's own counter, by structure; the newest last.
    #[serde(default)]
    pub counter_places: Vec<String>,
    /// One-time messages.
    #[serde(default)]
    pub first_run: FirstRun,
    /// What the user typed into a setting that refused it, until the next change.
    #[serde(skip)]
    pub(super) refused: Option<RefusedSetting>,
}

impl BannerSettings {
    /// Where the banner's settings are kept.
    pub(super) fn choice(&mut self, setting: &Setting) -> Option<&mut dyn Choice> {
        Some(match setting {
            Setting::Corner => &mut self.corner,
            Setting::BannerSize => &mut self.banner_size,
            Setting::BannerShow => &mut self.banner_show,
            Setting::Badge => &mut self.badge,
            Setting::Theme => &mut self.theme,
            Setting::Language => &mut self.language,
            Setting::Chart => &mut self.chart,
            Setting::WarnBelow => &mut self.warn_below,
            Setting::OldAfter => &mut self.old_after,
            _ => return None,
        })
    }
}

/// Declares a choice in the options: an enum whose words, each written once, serve the controls and storage.
macro_rules! choice {
    ($(#[$doc:meta])* $type:ident { $($(#[$about:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[derive(strum::Display, strum::EnumString, strum::IntoStaticStr, strum::VariantNames)]
        pub enum $type {
            $($(#[$about])* #[serde(rename = $word)] #[strum(serialize = $word)] $variant),*
        }

        impl $type {
            /// All words, in the order of the options.
            pub const WORDS: &[&str] = <Self as strum::VariantNames>::VARIANTS;
        }
    };
}
pub(super) use choice;

choice!(
    /// The banner's size while nobody opens it.
    BannerSize {
        /// A pill when all is well, a line when something is wrong.
        #[default]
        Auto = "auto",
        /// Always a pill.
        Pill = "pill",
        /// Always a line.
        Line = "line",
    }
);
choice!(
    /// When the banner is shown.
    ShowBanner {
        /// Always.
        #[default]
        Always = "always",
        /// Only when something is wrong.
        WhenWrong = "wrong",
        /// Never; the popup and the badge remain.
        Never = "never",
    }
);
choice!(
    /// What the toolbar badge shows while the number can be trusted.
    BadgeShows {
        /// What the app can spend.
        #[default]
        Amount = "amount",
        /// The share of the plan's tokens that is left.
        Percent = "percent",
        /// Nothing, not even a mark.
        Off = "off",
    }
);
choice!(
    /// Light or dark.
    Theme {
        /// Like the page or the browser.
        #[default]
        Auto = "auto",
        /// Light.
        Light = "light",
        /// Dark.
        Dark = "dark",
    }
);
choice!(
    /// How many days the chart covers.
    ChartSpan {
        /// Two weeks, by day.
        #[default]
        Days14 = "14",
        /// A quarter, by week.
        Days90 = "90",
    }
);

choice!(
    /// The share of the plan's tokens below which the user is warned, in per cent.
    WarnLevel {
        /// Never.
        #[default]
        Off = "off",
        /// A tenth.
        Tenth = "10",
        /// A quarter.
        Quarter = "25",
        /// Half.
        Half = "50",
    }
);

choice!(
    /// The age in hours at which an answer looks old. A counter this old is not to be trusted, refill or not.
    OldAfter {
        /// One.
        One = "1",
        /// Three.
        #[default]
        Three = "3",
        /// Six.
        Six = "6",
        /// Twelve.
        Twelve = "12",
        /// No answer ever looks old.
        Never = "never",
    }
);

impl OldAfter {
    /// The age in milliseconds; `None` for never.
    #[must_use]
    pub fn age(self) -> Option<i64> {
        <&str>::from(self).parse::<i64>().ok().map(|hours| hours * HOUR)
    }
}

impl WarnLevel {
    /// Whether the user wants a warning at `left` tokens on a plan that gives `allotment`.
    #[must_use]
    pub fn warns_of(self, left: Amount, allotment: Amount) -> bool {
        <&str>::from(self).parse().is_ok_and(|percent| left.is_below_percent(percent, allotment))
    }
}

impl Theme {
    /// The word in the tree.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Every language the extension speaks: its folder in `_locales`, and its own name.
pub const LANGUAGES: [(&str, &str); 14] = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("es", "Español"),
    ("fr", "Français"),
    ("it", "Italiano"),
    ("pl", "Polski"),
    ("pt_BR", "Português (Brasil)"),
    ("tr", "Türkçe"),
    ("ru", "Русский"),
    ("ar", "العربية"),
    ("hi", "हिन्दी"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("zh_CN", "简体中文"),
];

/// A language from [`LANGUAGES`] that the user chose; the empty text is the browser's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, SerializeDisplay, DeserializeFromStr)]
pub struct Language(String);

impl Language {
    /// The folder of the language to use in a browser whose language is `browser` (`pt-BR`): the chosen one, else the
    /// browser's, else another variant of it, else English.
    ///
    /// ```
    /// use refill_watch::state::Language;
    /// assert_eq!(Language::default().spoken("en-GB"), "en");
    /// assert_eq!(Language::default().spoken("tlh"), "en");
    /// assert_eq!(Language::default().spoken("zh-TW"), "en");
    /// ```
    #[must_use]
    pub fn spoken(&self, browser: &str) -> &'static str {
        let wanted = if self.0.is_empty() { browser } else { &self.0 };
        Self::folder(wanted).unwrap_or("en")
    }

    /// Whether we have a language, by its tag.
    #[must_use]
    pub fn is_known(tag: &str) -> bool {
        Self::folder(tag).is_some()
    }

    /// The folder of a language, or of another variant of it.
    fn folder(tag: &str) -> Option<&'static str> {
        let wanted = tag.replace('-', "_");
        let tongue = |tag: &str| tag.split('_').next().unwrap_or_default().to_ascii_lowercase();
        let all = || LANGUAGES.iter().map(|(tag, _)| *tag);
        all()
            .find(|tag| tag.eq_ignore_ascii_case(&wanted))
            // Readers of traditional characters do not get simplified ones next to dates in their own.
            .or_else(|| all().find(|tag| tongue(tag) == tongue(&wanted) && !is_traditional(&wanted)))
    }
}

/// Whether a tag (`zh_TW`, `zh_Hant_HK`) means Chinese in traditional characters.
fn is_traditional(tag: &str) -> bool {
    let parts = || tag.split('_').skip(1);
    let is = |names: &[&str]| parts().any(|part| names.iter().any(|name| part.eq_ignore_ascii_case(name)));
    tag.to_ascii_lowercase().starts_with("zh") && !is(&["Hans"]) && is(&["Hant", "TW", "HK", "MO"])
}

impl FromStr for Language {
    type Err = NoSuchLanguage;

    fn from_str(tag: &str) -> Result<Self, NoSuchLanguage> {
        let is_known = tag.is_empty() || LANGUAGES.iter().any(|(known, _)| *known == tag);
        if is_known { Ok(Self(tag.to_owned())) } else { Err(NoSuchLanguage(tag.to_owned())) }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The language is not one of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not spoken")]
pub struct NoSuchLanguage(String);

/// The steps that the user ticked, for one due instant: the next problem starts with an empty list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticked {
    /// The refill they belong to.
    pub due: UtcMillis,
    /// The steps' words.
    pub steps: Vec<String>,
}

/// A change to a setting, by the value before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The setting.
    pub key: Setting,
    /// What its control held.
    pub before: String,
}

/// What the banner said when it was put away.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PutAway {
    /// The account.
    pub account: Option<AccountId>,
    /// The verdict's word.
    pub verdict: String,
}

/// What was typed into a setting that refused it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedSetting {
    /// The setting.
    pub key: Setting,
    /// What was typed.
    pub typed: String,
}

/// Why a setting was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key} takes {takes}")]
pub struct SettingError {
    /// The setting's key.
    pub key: String,
    /// What it accepts.
    pub takes: &'static str,
}

/// Changes one of the account's settings; null returns it to automatic.
///
/// # Errors
/// [`SettingError`] names the key and what it accepts; nothing changes then.
pub fn set(manual: &mut Manual, key: &str, value: &Value) -> Result<(), SettingError> {
    let refuse = |takes| SettingError { key: key.to_owned(), takes };
    let text = value.as_str();
    match key {
        "plan" if value.is_null() => manual.plan = None,
        "plan" => {
            let plan = text
                .and_then(Plan::from_word)
                .ok_or_else(|| refuse("free, essential, premium, ultimate or null"))?;
            manual.plan = Some(plan);
        }
        "daily_reset_utc" if value.is_null() => manual.daily_reset_utc = None,
        "daily_reset_utc" => {
            let minute =
                text.and_then(MinuteOfDay::parse).ok_or_else(|| refuse("a time as HH:MM in UTC, or null"))?;
            manual.daily_reset_utc = Some(minute);
        }
        "billing_day" if value.is_null() => manual.billing_day = None,
        "billing_day" => {
            let day =
                value.as_u64().and_then(|day| u8::try_from(day).ok()).filter(|day| (1..=31).contains(day));
            manual.billing_day = Some(day.ok_or_else(|| refuse("a day of the month from 1 to 31, or null"))?);
        }
        _ => return Err(refuse("nothing: there is no such setting")),
    }
    Ok(())
}

/// The JSON value of what a form control holds: the empty text is "automatic", digits are a number.
#[must_use]
pub fn from_control(text: &str) -> Value {
    let text = text.trim();
    match text.parse::<u32>() {
        _ if text.is_empty() => Value::Null,
        Ok(number) => Value::from(number),
        Err(_) => Value::from(text),
    }
}
