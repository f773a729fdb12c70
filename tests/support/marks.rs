//! A reader for pages that a browser draws: numbers and times are left to the `Intl` of that browser, so every language
//! has its own. intl.js beside this file puts them in.

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;
use refill_watch::UtcMillis;
use refill_watch::view::{Locale, TimeUnit, Words};

/// Writes numbers and times in a page with marks in their places.
pub const INTL: &str = include_str!("intl.js");

/// A reader who leaves numbers and times to the page: `⟦time 1763856000000⟧`.
pub struct Marks {
    words: Words,
    zone: Tz,
}

impl Marks {
    pub fn in_zone(words: Words, zone: Tz) -> Self {
        Self { words, zone }
    }

    /// The language of the words, as a tag.
    pub fn language(&self) -> String {
        self.words.say("language_tag", &[])
    }
}

impl Locale for Marks {
    fn words(&self) -> &Words {
        &self.words
    }
    fn number(&self, n: u64) -> String {
        self.thousandths(n * 1000)
    }
    fn thousandths(&self, n: u64) -> String {
        format!("⟦number {n}⟧")
    }
    fn time(&self, at: UtcMillis) -> String {
        format!("⟦time {}⟧", at.0)
    }
    fn day(&self, at: UtcMillis) -> String {
        format!("⟦day {}⟧", at.0)
    }
    fn day_number(&self, at: UtcMillis) -> i64 {
        at.plus(self.ahead_of_utc(at)).0.div_euclid(24 * 3_600_000)
    }
    fn zone(&self, at: UtcMillis) -> String {
        format!("⟦zone {}⟧", at.0)
    }
    // The rules of CLDR for whole numbers below a million, as a sentence is chosen before the page is drawn.
    fn plural(&self, n: u64) -> String {
        let (ones, tens) = (n % 10, n % 100);
        let few = (2..=4).contains(&ones) && !(12..=14).contains(&tens);
        match (self.language().split('-').next().unwrap_or_default(), n) {
            ("ar", 0) => "zero",
            ("ar", 2) => "two",
            ("ar", 3..) if (3..=10).contains(&tens) => "few",
            ("ar", 3..) if tens > 10 => "many",
            ("fr" | "pt" | "hi", 0) => "one",
            ("ru", _) if ones == 1 && tens != 11 => "one",
            ("pl" | "ru", _) if few => "few",
            ("ru", _) => "many",
            ("pl", n) if n != 1 => "many",
            (_, 1) => "one",
            _ => "other",
        }
        .to_owned()
    }
    fn ahead_of_utc(&self, at: UtcMillis) -> i64 {
        let utc = DateTime::from_timestamp_millis(at.0).unwrap_or_default().naive_utc();
        i64::from(self.zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()) * 1000
    }
    fn unit(&self, n: u64, unit: TimeUnit) -> String {
        format!("⟦unit {n} {}⟧", name(unit))
    }
    fn duration(&self, parts: &[(u64, TimeUnit)]) -> String {
        let parts = parts.iter().map(|(n, unit)| format!("{n} {}", name(*unit)));
        format!("⟦duration {}⟧", parts.collect::<Vec<_>>().join(" "))
    }
    fn ago(&self, n: u64, unit: TimeUnit) -> String {
        format!("⟦ago {n} {}⟧", name(unit))
    }
    // A letter that can be made a capital, as the word would be.
    fn day_word(&self, offset: i64) -> String {
        format!("ⓓ⟦dayWord {offset}⟧")
    }
}

fn name(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Day => "day",
        TimeUnit::Hour => "hour",
        TimeUnit::Minute => "minute",
        TimeUnit::Second => "second",
    }
}
