//! The reader's language, number forms and time zone, from the browser's `Intl`.
//!
//! A formatter costs far more to make than to use, so each is made when it is first needed and kept until the
//! time zone changes.

use super::chrome::i18n;
use crate::time::{DAY, MINUTE, UtcMillis};
use crate::view::{Locale, TimeUnit, Words};
use js_sys::Intl::{
    DateTimeFormatOptions, DateTimeFormatPart, DateTimeFormatPartType, DayFormat, MonthFormat,
    NumberFormatOptions, NumberFormatStyle, NumericFormat, ResolvedDateTimeFormatOptions, TimeZoneNameFormat,
    UnitDisplay, WeekdayFormat,
};
use js_sys::{Array, Date};
use std::cell::OnceCell;
use wasm_bindgen::prelude::*;

// js-sys has these too, but stops the module where this browser cannot make one or write with it.
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
    type PluralRules;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(language: &str) -> Result<PluralRules, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn select(this: &PluralRules, number: f64) -> Result<String, JsValue>;
}

/// A formatter that is made at its first use; `None` inside when this browser cannot make it.
type Lazy<T> = OnceCell<Option<T>>;

/// The reader's way to write things.
pub(super) struct Intl {
    words: Words,
    language: String,
    zone_id: String,
    number: Lazy<NumberFormat>,
    time: Lazy<DateTimeFormat>,
    day: Lazy<DateTimeFormat>,
    zone: Lazy<DateTimeFormat>,
    units: [Lazy<NumberFormat>; 4],
    plurals: Lazy<PluralRules>,
}

impl Intl {
    /// For the language in the folder `spoken`, such as `pt_BR`, with its words.
    pub(super) fn new(words: Words, spoken: &str) -> Self {
        // Dates follow the language of the sentences they stand in; the reader's own kind of it is kept.
        let tag = spoken.replace('_', "-");
        let own = i18n::get_ui_language().unwrap_or_default();
        let same = own.split('-').next() == tag.split('-').next();
        Self::with(words, if same { own } else { tag })
    }

    /// Another one for the same reader.
    pub(super) fn again(&self) -> Self {
        Self::with(self.words.clone(), self.language.clone())
    }

    fn with(words: Words, language: String) -> Self {
        Self {
            words,
            language,
            zone_id: zone_id(),
            number: Lazy::new(),
            time: Lazy::new(),
            day: Lazy::new(),
            zone: Lazy::new(),
            units: Default::default(),
            plurals: Lazy::new(),
        }
    }

    /// Notices that the reader has travelled: formatters keep the zone they were made in.
    pub(super) fn follow_zone(&mut self) {
        let zone_id = zone_id();
        if zone_id != self.zone_id {
            self.zone_id = zone_id;
            self.time = Lazy::new();
            self.day = Lazy::new();
            self.zone = Lazy::new();
        }
    }

    fn dates<'a>(
        &self,
        cell: &'a Lazy<DateTimeFormat>,
        choose: impl FnOnce(&DateTimeFormatOptions),
    ) -> Option<&'a DateTimeFormat> {
        cell.get_or_init(|| {
            let options = DateTimeFormatOptions::new();
            choose(&options);
            DateTimeFormat::new(&self.language, &options).ok()
        })
        .as_ref()
    }

    fn numbers<'a>(
        &self,
        cell: &'a Lazy<NumberFormat>,
        choose: impl FnOnce(&NumberFormatOptions),
    ) -> Option<&'a NumberFormat> {
        cell.get_or_init(|| {
            let options = NumberFormatOptions::new();
            choose(&options);
            NumberFormat::new(&self.language, &options).ok()
        })
        .as_ref()
    }
}

/// The name of the zone the browser is in now, such as `Europe/Berlin`.
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
        self.numbers(&self.number, |_| {})
            .and_then(|f| f.format(n as f64).ok())
            .unwrap_or_else(|| n.to_string())
    }

    fn thousandths(&self, n: u64) -> String {
        // Cents are enough to look at.
        let rounded = (n / 10) as f64 / 100.0;
        self.numbers(&self.number, |_| {}).and_then(|f| f.format(rounded).ok()).unwrap_or_default()
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
        self.dates(&self.time, hours_and_minutes)
            .and_then(|f| f.format(at.0 as f64).ok())
            .unwrap_or_else(|| at.to_string())
    }

    fn day(&self, at: UtcMillis) -> String {
        let day_and_month = |options: &DateTimeFormatOptions| {
            options.set_weekday(WeekdayFormat::Short);
            options.set_month(MonthFormat::Short);
            options.set_day(DayFormat::Numeric);
        };
        self.dates(&self.day, day_and_month)
            .and_then(|f| f.format(at.0 as f64).ok())
            .unwrap_or_else(|| at.to_string())
    }

    fn day_number(&self, at: UtcMillis) -> i64 {
        at.plus(self.ahead_of_utc(at)).0.div_euclid(DAY)
    }

    fn ahead_of_utc(&self, at: UtcMillis) -> i64 {
        -(Date::new(&JsValue::from_f64(at.0 as f64)).get_timezone_offset() as i64) * MINUTE
    }

    fn zone(&self, at: UtcMillis) -> String {
        self.dates(&self.zone, |options| options.set_time_zone_name(TimeZoneNameFormat::Long))
            .and_then(|f| f.format_to_parts(at.0 as f64).ok())
            .and_then(|parts| parts.iter().find(|part| part.type_() == DateTimeFormatPartType::TimeZoneName))
            .map(|part| String::from(part.value()))
            .unwrap_or_else(|| self.zone_id.clone())
    }

    fn unit(&self, n: u64, unit: TimeUnit) -> String {
        let (index, name) = match unit {
            TimeUnit::Day => (0, "day"),
            TimeUnit::Hour => (1, "hour"),
            TimeUnit::Minute => (2, "minute"),
            TimeUnit::Second => (3, "second"),
        };
        let in_units = |options: &NumberFormatOptions| {
            options.set_style(NumberFormatStyle::Unit);
            options.set_unit(name);
            options.set_unit_display(UnitDisplay::Short);
        };
        self.numbers(&self.units[index], in_units)
            .and_then(|f| f.format(n as f64).ok())
            .unwrap_or_else(|| format!("{n} {name}"))
    }
}
