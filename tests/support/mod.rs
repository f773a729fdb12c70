//! What the host tests share: a reader in a zone of the tester's choice, and a surface as plain text.
#![allow(missing_docs, dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod replays;

use chrono::{DateTime, Datelike, Timelike};
use chrono_tz::Tz;
use refill_watch::UtcMillis;
use refill_watch::view::{Element, Locale, Node, TimeUnit, Words};

/// An English reader.
pub struct English {
    words: Words,
    zone: Tz,
}

impl English {
    pub fn in_zone(zone: Tz) -> Self {
        Self { words: Words::parse(include_str!("../../extension/_locales/en/messages.json")), zone }
    }

    fn local(&self, at: UtcMillis) -> DateTime<Tz> {
        DateTime::from_timestamp_millis(at.0).unwrap().with_timezone(&self.zone)
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
}

/// The text that a reader sees: hidden parts left out, blocks on lines of their own.
pub fn visible_text(element: &Element) -> String {
    fn walk(element: &Element, out: &mut String) {
        if attribute(element, "hidden").is_some() || element.tag == "svg" {
            return;
        }
        if matches!(element.tag, "div" | "p" | "h1" | "h2" | "li" | "ul" | "button") && !out.ends_with('\n') {
            out.push('\n');
        }
        for child in &element.children {
            match child {
                Node::Text(text) => out.push_str(text),
                Node::Element(element) => {
                    if !out.ends_with([' ', '\n']) {
                        out.push(' ');
                    }
                    walk(element, out);
                }
            }
        }
    }
    let mut out = String::new();
    walk(element, &mut out);
    out.trim().to_owned()
}

/// An attribute of an element.
pub fn attribute<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    element.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
}

/// Every element below `element`, itself included, in order.
pub fn elements(element: &Element) -> Vec<&Element> {
    let mut all = vec![element];
    for child in &element.children {
        if let Node::Element(child) = child {
            all.extend(elements(child));
        }
    }
    all
}
