//! What a surface needs to know about the reader: language, zone, number formats.
//!
//! In the browser, `Intl` answers (see `browser`); tests bring their own locale. A locale formats; it decides
//! nothing.

use super::Words;
use crate::time::UtcMillis;

/// A unit of a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    /// Days of 24 hours.
    Day,
    /// Hours.
    Hour,
    /// Minutes.
    Minute,
    /// Seconds.
    Second,
}

/// How the reader writes numbers and times.
pub trait Locale {
    /// The words of the reader's language.
    fn words(&self) -> &Words;
    /// A whole number with the reader's grouping: `8,500`.
    fn number(&self, n: u64) -> String;
    /// The time of day at `at` in the reader's zone: `4:00 PM`.
    fn time(&self, at: UtcMillis) -> String;
    /// The day of `at` in the reader's zone, short: `Mon, Nov 23`.
    fn day(&self, at: UtcMillis) -> String;
    /// The local calendar day of `at`, in days since 1970-01-01, so that instants can be compared by day.
    fn day_number(&self, at: UtcMillis) -> i64;
    /// The zone's name at `at`: `Pacific Standard Time`.
    fn zone(&self, at: UtcMillis) -> String;
    /// A number of thousandths as a decimal number: `12.5`. Cents are precise enough to look at.
    fn thousandths(&self, n: u64) -> String {
        let whole = self.number(n / 1000);
        match n / 10 % 100 {
            0 => whole,
            cents => [whole, ".".to_owned(), (cents / 10).to_string(), (cents % 10).to_string()].concat(),
        }
    }
    /// The plural form for `n`, by its CLDR name: `one`, `few`, `other`.
    fn plural(&self, n: u64) -> String {
        if n == 1 { "one" } else { "other" }.to_owned()
    }
    /// Milliseconds that the reader's local time is ahead of UTC at `at`.
    fn ahead_of_utc(&self, _at: UtcMillis) -> i64 {
        0
    }
    /// A number with its short unit: `3 hr`.
    fn unit(&self, n: u64, unit: TimeUnit) -> String;
    /// A duration, in units from largest to smallest, each at most once and none 0: `3 hr, 12 min`.
    fn duration(&self, parts: &[(u64, TimeUnit)]) -> String;
    /// How long ago it was: `3 hours ago`.
    fn ago(&self, n: u64, unit: TimeUnit) -> String;
    /// The word for the day `offset` days from today (-1 to 1), as written inside a sentence: `tomorrow`.
    fn day_word(&self, offset: i64) -> String;
}
