//! What the user chose: per account ([`Manual`]), and for the banner.

use super::Corner;
use crate::balance::Plan;
use crate::state::AccountId;
use crate::stored::{Stored, put, stored_struct};
use crate::time::MinuteOfDay;
use crate::verdict::Manual;
use serde_json::Value;
use std::fmt;

/// The banner, the same in every tab.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BannerSettings {
    /// Where it stands.
    pub corner: Corner,
    /// Folded to a pill whatever the verdict.
    pub folded: bool,
    /// Put away until the verdict of that account is another one.
    pub put_away: Option<PutAway>,
    /// Where the page's own counter has been found, by structure; the newest last.
    pub counter_places: Vec<String>,
}

stored_struct!(BannerSettings { corner, folded, put_away } later { counter_places });

impl Stored for Corner {
    fn write(&self, out: &mut String) {
        crate::stored::write_text(out, self.word());
    }
    fn read(&mut self, value: &Value) -> bool {
        put(self, Self::ALL.into_iter().find(|corner| Some(corner.word()) == value.as_str()))
    }
}

/// What the banner said when it was put away.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PutAway {
    /// The account.
    pub account: Option<AccountId>,
    /// The verdict's word.
    pub verdict: String,
}

stored_struct!(PutAway { account, verdict });

/// What was typed into a setting that does not take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedSetting {
    /// The setting's key.
    pub key: String,
    /// What was typed.
    pub typed: String,
}

/// A setting that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingError {
    /// The setting's key.
    pub key: String,
    /// What it takes.
    pub takes: &'static str,
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} takes {}", self.key, self.takes)
    }
}

impl std::error::Error for SettingError {}

/// Sets one of the account's settings; null returns it to automatic.
///
/// # Errors
/// [`SettingError`] names the key and what it takes; nothing is changed then.
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
