//! Numbers, instants and durations as the reader sees them: the building blocks of every surface.

use super::words::{Part, capitalized};
use super::{Element, Locale, Node, TimeUnit, el};
use crate::balance::{Amount, Pool};
use crate::time::{DAY, MINUTE, MinuteOfDay, UtcMillis};

/// Writes for one reader at one moment.
#[derive(Clone, Copy)]
pub struct Writer<'a> {
    /// The reader's language, formats and zone.
    pub locale: &'a dyn Locale,
    /// The present.
    pub now: UtcMillis,
}

impl Writer<'_> {
    /// The message of `key`.
    pub fn say(&self, key: &str) -> String {
        self.locale.words().say(key, &[])
    }

    /// The message of `key` with texts filled in.
    pub fn say_with(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.locale.words().say(key, values)
    }

    /// The message of `key` with texts and elements filled in.
    pub fn fill<const N: usize>(&self, key: &str, mut values: [(&str, Part); N]) -> Vec<Node> {
        self.locale.words().fill(key, &mut values)
    }

    /// An amount in the reader's format; the word for "unknown" if it is unknown.
    pub fn amount(&self, amount: Option<Amount>) -> String {
        match amount {
            None => self.say("amount_unknown"),
            Some(amount) => self.locale.thousandths(amount.in_thousandths().unsigned_abs()),
        }
    }

    /// The message of `key` in the plural form for `n`: the one among `key_one`, `key_few` and so on that the
    /// language uses.
    pub fn plural<const N: usize>(&self, key: &str, n: u64, values: [(&str, Part); N]) -> Vec<Node> {
        let words = self.locale.words();
        let form = [key, "_", &self.locale.plural(n)].concat();
        let form = if words.has(&form) { form } else { [key, "_other"].concat() };
        self.fill(&form, values)
    }

    /// The message of the key `start` + `end`.
    pub fn say_of(&self, start: &str, end: &str) -> String {
        self.say(&[start, end].concat())
    }

    /// Whether the language is written right to left.
    pub fn is_rtl(&self) -> bool {
        self.say("text_direction") == "rtl"
    }

    /// What stands between two sentences: nothing where the full stop is as wide as a letter.
    pub fn gap(&self) -> &'static str {
        let language = self.say("language_tag");
        if language.starts_with("ja") || language.starts_with("zh") { "" } else { " " }
    }

    /// A length of time in its two largest units: `3 hr, 12 min`.
    pub fn duration(&self, millis: i64) -> String {
        let minutes = u64::try_from(millis.max(0) / MINUTE).unwrap_or(0);
        let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
        let units = match days {
            0 => [(hours, TimeUnit::Hour), (rest, TimeUnit::Minute)],
            _ => [(days, TimeUnit::Day), (hours, TimeUnit::Hour)],
        };
        match units {
            [(0, _), (0, _)] => self.say("under_a_minute"),
            [(0, _), second] => self.locale.duration(&[second]),
            [first, (0, _)] => self.locale.duration(&[first]),
            both => self.locale.duration(&both),
        }
    }

    /// The time until `at`, rounded up to whole minutes so that the last minute reads as one, not none.
    pub fn duration_until(&self, at: UtcMillis) -> String {
        let left = at.since(self.now);
        self.duration(if left > MINUTE { (left + MINUTE - 1) / MINUTE * MINUTE } else { left })
    }

    /// Where `at` is relative to now: `in 3 hr, 12 min`, `3 hours ago`, `just now`. The past takes one unit: nobody
    /// waits for it.
    pub fn relative(&self, at: UtcMillis) -> Element {
        let passed = u64::try_from(self.now.since(at) / MINUTE).unwrap_or(0);
        let text = match passed {
            _ if at > self.now => self.say_with("in", &[("duration", &self.duration_until(at))]),
            0 => self.say("just_now"),
            1..60 => self.locale.ago(passed, TimeUnit::Minute),
            60..1440 => self.locale.ago(passed / 60, TimeUnit::Hour),
            _ => self.locale.ago(passed / 1440, TimeUnit::Day),
        };
        time(at).text(text)
    }

    /// The local time with its day, as written inside a sentence: `tomorrow, 4:00 PM`.
    pub fn local_text(&self, at: UtcMillis) -> String {
        let day = match self.locale.day_number(at) - self.locale.day_number(self.now) {
            offset @ -1..=1 => self.locale.day_word(offset),
            _ => self.locale.day(at),
        };
        self.say_with("day_and_time", &[("day", &day), ("time", &self.locale.time(at))])
    }

    /// The local time, without the day if it is today.
    pub fn short_local(&self, at: UtcMillis) -> Part {
        match self.locale.day_number(at) - self.locale.day_number(self.now) {
            0 => Part::Element(time(at).text(self.locale.time(at))),
            _ => Part::Day(time(at).text(self.local_text(at))),
        }
    }

    /// The local time, with the day only from a day away on: for places beside a countdown, where room is short.
    pub fn clock(&self, at: UtcMillis) -> Element {
        let near = at.since(self.now).abs() < DAY;
        time(at).text(if near { self.locale.time(at) } else { capitalized(&self.local_text(at)) })
    }

    /// The local time with its day, on its own: `Tomorrow, 4:00 PM`.
    pub fn local(&self, at: UtcMillis) -> Element {
        time(at).text(capitalized(&self.local_text(at)))
    }

    /// The UTC time of day: `00:00 UTC`.
    pub fn utc(&self, at: UtcMillis) -> Element {
        time(at).text(self.utc_text(at))
    }

    /// The UTC time of day as a text.
    pub fn utc_text(&self, at: UtcMillis) -> String {
        self.say_with("utc", &[("time", &MinuteOfDay::of(at).to_string())])
    }

    /// A pool's name, as the site has it.
    pub fn pool(&self, pool: Pool) -> String {
        self.say(&["pool_", pool_key(pool)].concat())
    }

    /// A pool's name inside a sentence.
    pub fn pool_in_sentence(&self, pool: Pool) -> String {
        self.say(&["in_pool_", pool_key(pool)].concat())
    }

    /// Whether `at` is on the reader's today.
    pub fn is_today(&self, at: UtcMillis) -> bool {
        self.now.since(at).abs() < DAY && self.locale.day_number(at) == self.locale.day_number(self.now)
    }
}

impl Element {
    /// Adds the number `n` as an attribute.
    pub fn number(self, name: &'static str, n: i64) -> Self {
        self.attr(name, n.to_string())
    }

    /// Appends the message of the key `start` + `end`.
    pub fn say_of(self, w: &Writer<'_>, start: &str, end: &str) -> Self {
        self.text(w.say_of(start, end))
    }

    /// Appends the message of `key`.
    pub fn say(self, w: &Writer<'_>, key: &str) -> Self {
        self.text(w.say(key))
    }
}

/// An empty `<time>` with the machine-readable instant.
fn time(at: UtcMillis) -> Element {
    el("time").attr("datetime", at.to_string())
}

/// A pool's word in message keys, which take no hyphen.
pub fn pool_key(pool: Pool) -> &'static str {
    if pool == Pool::TopUp { "top_up" } else { pool.word() }
}
