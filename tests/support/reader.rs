//! A reader on the host: one language's words, with numbers and times in English format.

use chrono::{DateTime, Datelike, Offset, Timelike};
use chrono_tz::Tz;
use refill_watch::UtcMillis;
use refill_watch::view::{Locale, TimeUnit, Words};

/// An English reader.
pub struct English {
    words: Words,
    zone: Tz,
}

impl English {
    pub fn in_zone(zone: Tz) -> Self {
        Self::with_words(include_str!("../../extension/_locales/en/messages.json"), zone)
    }

    /// A reader with other words, given as the text of a `messages.json`.
    pub fn with_words(messages: &str, zone: Tz) -> Self {
        Self { words: Words::parse(messages), zone }
    }

    fn local(&self, at: UtcMillis) -> DateTime<Tz> {
        DateTime::from_timestamp_millis(at.0).unwrap_or_default().with_timezone(&self.zone)
    }
}

impl Locale for English {
    fn words(&self) -> &Words {
        &self.words
    }
    fn number(&self, n: u64) -> String {
        let digits = n.to_string();
        let mut grouped = String::new();
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        grouped
    }
    fn time(&self, at: UtcMillis) -> String {
        let local = self.local(at);
        let (is_pm, hour) = local.hour12();
        format!("{hour}:{:02} {}", local.minute(), if is_pm { "PM" } else { "AM" })
    }
    fn day(&self, at: UtcMillis) -> String {
        self.local(at).format("%a, %b %-d").to_string()
    }
    fn day_number(&self, at: UtcMillis) -> i64 {
        i64::from(self.local(at).num_days_from_ce())
    }
    fn ahead_of_utc(&self, at: UtcMillis) -> i64 {
        i64::from(self.local(at).offset().fix().local_minus_utc()) * 1000
    }
    fn zone(&self, at: UtcMillis) -> String {
        self.local(at).format("%Z").to_string()
    }
    fn unit(&self, n: u64, unit: TimeUnit) -> String {
        let unit = match unit {
            TimeUnit::Day if n == 1 => "day",
            TimeUnit::Day => "days",
            TimeUnit::Hour => "hr",
            TimeUnit::Minute => "min",
            TimeUnit::Second => "sec",
        };
        format!("{n} {unit}")
    }
    fn duration(&self, parts: &[(u64, TimeUnit)]) -> String {
        parts.iter().map(|(n, unit)| self.unit(*n, *unit)).collect::<Vec<_>>().join(", ")
    }
    fn ago(&self, n: u64, unit: TimeUnit) -> String {
        let unit = match unit {
            TimeUnit::Day => "day",
            TimeUnit::Hour => "hour",
            TimeUnit::Minute => "minute",
            TimeUnit::Second => "second",
        };
        format!("{n} {unit}{} ago", if n == 1 { "" } else { "s" })
    }
    fn day_word(&self, offset: i64) -> String {
        match offset {
            -1 => "yesterday",
            1 => "tomorrow",
            _ => "today",
        }
        .to_owned()
    }
}
