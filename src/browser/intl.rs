//! The reader's language, number formats and time zone, from the browser's `Intl`.
//!
//! A formatter costs far more to make than to use, so each is made when first needed, and kept until the time zone
//! changes.

use super::chrome::{i18n, to_js};
use crate::state::Language;
use crate::time::{DAY, MINUTE, UtcMillis};
use crate::view::{Locale, TimeUnit, Words};
use js_sys::Intl::{
    DateTimeFormatOptions, DateTimeFormatPart, DateTimeFormatPartType, DayFormat, DurationFormatOptions,
    DurationFormatStyle, MonthFormat, NumberFormatOptions, NumberFormatStyle, NumericFormat,
    RelativeTimeFormatNumeric, RelativeTimeFormatOptions, RelativeTimeFormatStyle,
    ResolvedDateTimeFormatOptions, TimeZoneNameFormat, UnitDisplay, WeekdayFormat,
};
use js_sys::{Array, Date};
use serde::Serialize;
use std::cell::OnceCell;
use wasm_bindgen::prelude::*;

// js-sys has these too, but its versions abort the module if this browser cannot make or use one.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type DateTimeFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(language: &str, options: &DateTimeFormatOptions) -> Result<DateTimeFormat, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn format(this: &DateTimeFormat, at: f64) -> Result<String, JsValue>;
    #[wasm_bindgen(method, js_name = formatToParts, catch)]
    fn format_to_parts(this: &DateTimeFormat, at: f64) -> Result<Array<DateTimeFormatPart>, JsValue>;
    #[wasm_bindgen(method, js_name = resolvedOptions, catch)]
    fn resolved_options(this: &DateTimeFormat) -> Result<ResolvedDateTimeFormatOptions, JsValue>;

    #[wasm_bindgen(js_namespace = Intl)]
    type NumberFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(language: &str, options: &NumberFormatOptions) -> Result<NumberFormat, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn format(this: &NumberFormat, number: f64) -> Result<String, JsValue>;

    #[wasm_bindgen(js_namespace = Intl)]
    type DurationFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(language: &str, options: &DurationFormatOptions) -> Result<DurationFormat, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn format(this: &DurationFormat, duration: &JsValue) -> Result<String, JsValue>;

    #[wasm_bindgen(js_namespace = Intl)]
    type RelativeTimeFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(language: &str, options: &RelativeTimeFormatOptions) -> Result<RelativeTimeFormat, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn format(this: &RelativeTimeFormat, value: f64, unit: &str) -> Result<String, JsValue>;

    #[wasm_bindgen(js_namespace = Intl)]
    type PluralRules;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(language: &str) -> Result<PluralRules, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn select(this: &PluralRules, number: f64) -> Result<String, JsValue>;
}

/// A formatter made on first use; `None` inside if this browser cannot make it.
type Lazy<T> = OnceCell<Option<T>>;

/// How the reader writes numbers and times.
pub(super) struct Intl {
    words: Words,
    /// The language of the words, and of formats that contain words: days and durations.
    language: String,
    /// The locale for numbers and times of day.
    own: String,
    zone_id: String,
    number: Lazy<NumberFormat>,
    time: Lazy<DateTimeFormat>,
    day: Lazy<DateTimeFormat>,
    zone: Lazy<DateTimeFormat>,
    units: [Lazy<NumberFormat>; 4],
    durations: Lazy<DurationFormat>,
    ago: Lazy<RelativeTimeFormat>,
    day_words: Lazy<RelativeTimeFormat>,
    plurals: Lazy<PluralRules>,
}

impl Intl {
    /// For the language in folder `spoken`, such as `pt_BR`, with its words.
    pub(super) fn new(words: Words, spoken: &str) -> Self {
        let tag = spoken.replace('_', "-");
        let browser = i18n::get_ui_language().unwrap_or_default();
        let is_same = browser.split('-').next() == tag.split('-').next();
        // Keep the reader's own variant of the language.
        let language = if is_same { browser.clone() } else { tag };
        // Readers who get English because theirs is missing keep their own numbers and clock.
        let own = if Language::is_known(&browser) { language.clone() } else { browser };
        Self::with(words, language, own)
    }

    /// A new one for the same reader.
    pub(super) fn again(&self) -> Self {
        Self::with(self.words.clone(), self.language.clone(), self.own.clone())
    }

    fn with(words: Words, language: String, own: String) -> Self {
        Self {
            words,
            language,
            own,
            zone_id: zone_id(),
            number: Lazy::new(),
            time: Lazy::new(),
            day: Lazy::new(),
            zone: Lazy::new(),
            units: Default::default(),
            durations: Lazy::new(),
            ago: Lazy::new(),
            day_words: Lazy::new(),
            plurals: Lazy::new(),
        }
    }

    /// Notices that the reader has travelled: a formatter keeps the zone it was made in.
    pub(super) fn follow_zone(&mut self) {
        let zone_id = zone_id();
        if zone_id != self.zone_id {
            self.zone_id = zone_id;
            self.time = Lazy::new();
            self.day = Lazy::new();
            self.zone = Lazy::new();
        }
    }

    /// A number in the reader's format.
    fn own_number(&self, n: f64) -> Option<String> {
        let make = || NumberFormat::new(&self.own, &NumberFormatOptions::new()).ok();
        self.number.get_or_init(make).as_ref()?.format(n).ok()
    }

    /// How far a day or another unit is from now; `cell` holds the formatter.
    fn relative(
        &self,
        cell: &Lazy<RelativeTimeFormat>,
        numeric: RelativeTimeFormatNumeric,
        value: f64,
        unit: TimeUnit,
    ) -> Option<String> {
        let make = || {
            let options = RelativeTimeFormatOptions::new();
            options.set_numeric(numeric);
            // The short forms read as `-12 min` in some languages.
            options.set_style(RelativeTimeFormatStyle::Long);
            RelativeTimeFormat::new(&self.language, &options).ok()
        };
        cell.get_or_init(make).as_ref()?.format(value, name_of(unit)).ok()
    }
}

/// A date formatter for a language, made if `cell` is still empty.
fn dates<'a>(
    cell: &'a Lazy<DateTimeFormat>,
    language: &str,
    choose: impl FnOnce(&DateTimeFormatOptions),
) -> Option<&'a DateTimeFormat> {
    let make = || {
        let options = DateTimeFormatOptions::new();
        choose(&options);
        DateTimeFormat::new(language, &options).ok()
    };
    cell.get_or_init(make).as_ref()
}

/// The unit's name in `Intl`.
fn name_of(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Day => "day",
        TimeUnit::Hour => "hour",
        TimeUnit::Minute => "minute",
        TimeUnit::Second => "second",
    }
}

/// The name of the browser's present zone, such as `Europe/Berlin`.
fn zone_id() -> String {
    DateTimeFormat::new("en", &DateTimeFormatOptions::new())
        .and_then(|format| format.resolved_options())
        .ok()
        .and_then(|options| options.get_time_zone())
        .map(String::from)
        .unwrap_or_default()
}

impl Locale for Intl {
    fn words(&self) -> &Words {
        &self.words
    }

    fn number(&self, n: u64) -> String {
        self.own_number(n as f64).unwrap_or_else(|| n.to_string())
    }

    fn thousandths(&self, n: u64) -> String {
        // Cents are precise enough to look at.
        self.own_number((n / 10) as f64 / 100.0).unwrap_or_default()
    }

    fn plural(&self, n: u64) -> String {
        let rules = self.plurals.get_or_init(|| PluralRules::new(&self.language).ok());
        rules.as_ref().and_then(|rules| rules.select(n as f64).ok()).unwrap_or_else(|| "other".to_owned())
    }

    fn time(&self, at: UtcMillis) -> String {
        let hours_and_minutes = |options: &DateTimeFormatOptions| {
            options.set_hour(NumericFormat::Numeric);
            options.set_minute(NumericFormat::TwoDigit);
        };
        let text = dates(&self.time, &self.own, hours_and_minutes).and_then(|f| f.format(at.0 as f64).ok());
        // Keep "AM" off a line of its own.
        text.map_or_else(|| at.to_string(), |text| text.replace([' ', '\u{202f}'], "\u{a0}"))
    }

    fn day(&self, at: UtcMillis) -> String {
        let day_and_month = |options: &DateTimeFormatOptions| {
            options.set_weekday(WeekdayFormat::Short);
            options.set_month(MonthFormat::Short);
            options.set_day(DayFormat::Numeric);
        };
        let text = dates(&self.day, &self.language, day_and_month).and_then(|f| f.format(at.0 as f64).ok());
        text.unwrap_or_else(|| at.to_string())
    }

    fn day_number(&self, at: UtcMillis) -> i64 {
        at.plus(self.ahead_of_utc(at)).0.div_euclid(DAY)
    }

    fn ahead_of_utc(&self, at: UtcMillis) -> i64 {
        -(Date::new(&JsValue::from_f64(at.0 as f64)).get_timezone_offset() as i64) * MINUTE
    }

    fn zone(&self, at: UtcMillis) -> String {
        let long_name =
            |options: &DateTimeFormatOptions| options.set_time_zone_name(TimeZoneNameFormat::Long);
        dates(&self.zone, &self.language, long_name)
            .and_then(|f| f.format_to_parts(at.0 as f64).ok())
            .and_then(|parts| parts.iter().find(|part| part.type_() == DateTimeFormatPartType::TimeZoneName))
            .map(|part| String::from(part.value()))
            .unwrap_or_else(|| self.zone_id.clone())
    }

    fn unit(&self, n: u64, unit: TimeUnit) -> String {
        let make = || {
            let options = NumberFormatOptions::new();
            options.set_style(NumberFormatStyle::Unit);
            options.set_unit(name_of(unit));
            options.set_unit_display(UnitDisplay::Short);
            NumberFormat::new(&self.language, &options).ok()
        };
        let formatter = self.units[unit as usize].get_or_init(make).as_ref();
        formatter.and_then(|f| f.format(n as f64).ok()).unwrap_or_else(|| format!("{n} {}", name_of(unit)))
    }

    fn duration(&self, parts: &[(u64, TimeUnit)]) -> String {
        let make = || {
            let options = DurationFormatOptions::new();
            options.set_style(DurationFormatStyle::Short);
            DurationFormat::new(&self.language, &options).ok()
        };
        let formatter = self.durations.get_or_init(make).as_ref();
        let amount = |wanted| parts.iter().find(|(_, unit)| *unit == wanted).map(|(n, _)| *n);
        let duration = Duration {
            days: amount(TimeUnit::Day),
            hours: amount(TimeUnit::Hour),
            minutes: amount(TimeUnit::Minute),
            seconds: amount(TimeUnit::Second),
        };
        let text = formatter.zip(to_js(&duration).ok()).and_then(|(f, duration)| f.format(&duration).ok());
        text.unwrap_or_else(|| {
            parts.iter().map(|(n, unit)| self.unit(*n, *unit)).collect::<Vec<_>>().join(" ")
        })
    }

    fn ago(&self, n: u64, unit: TimeUnit) -> String {
        let text = self.relative(&self.ago, RelativeTimeFormatNumeric::Always, -(n as f64), unit);
        text.unwrap_or_else(|| self.unit(n, unit))
    }

    fn day_word(&self, offset: i64) -> String {
        let text =
            self.relative(&self.day_words, RelativeTimeFormatNumeric::Auto, offset as f64, TimeUnit::Day);
        text.unwrap_or_else(|| offset.to_string())
    }
}

/// A duration, as `Intl.DurationFormat` takes it.
#[derive(Serialize)]
struct Duration {
    days: Option<u64>,
    hours: Option<u64>,
    minutes: Option<u64>,
    seconds: Option<u64>,
}
