//! The reader's language, number forms and time zone, from the browser's `Intl`.
//!
//! A formatter costs far more to make than to use, so each is made when it is first needed and kept until the
//! time zone changes.

use crate::time::{DAY, MINUTE, UtcMillis};
use crate::view::{Locale, TimeUnit, Words};
use js_sys::{Array, Date, Object, Reflect};
use std::cell::OnceCell;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "i18n"], js_name = getUILanguage, catch)]
    fn ui_language() -> Result<String, JsValue>;

    #[wasm_bindgen(js_namespace = Intl)]
    type DateTimeFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(language: &str, options: &JsValue) -> Result<DateTimeFormat, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn format(this: &DateTimeFormat, at: f64) -> Result<String, JsValue>;
    #[wasm_bindgen(method, js_name = formatToParts, catch)]
    fn format_to_parts(this: &DateTimeFormat, at: f64) -> Result<Array, JsValue>;
    #[wasm_bindgen(method, js_name = resolvedOptions, catch)]
    fn resolved_options(this: &DateTimeFormat) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = Intl)]
    type NumberFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(language: &str, options: &JsValue) -> Result<NumberFormat, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn format(this: &NumberFormat, number: f64) -> Result<String, JsValue>;

    #[wasm_bindgen(js_namespace = Intl)]
    type PluralRules;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(language: &str, options: &JsValue) -> Result<PluralRules, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn select(this: &PluralRules, number: f64) -> Result<String, JsValue>;
}

/// The language of the browser's own menus, such as `pt-BR`.
pub(super) fn browser_language() -> String {
    ui_language().unwrap_or_default()
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
        let own = browser_language();
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
        options: &[(&str, &str)],
    ) -> Option<&'a DateTimeFormat> {
        cell.get_or_init(|| DateTimeFormat::new(&self.language, &texts(options)).ok()).as_ref()
    }

    fn numbers<'a>(
        &self,
        cell: &'a Lazy<NumberFormat>,
        options: &[(&str, &str)],
    ) -> Option<&'a NumberFormat> {
        cell.get_or_init(|| NumberFormat::new(&self.language, &texts(options)).ok()).as_ref()
    }
}

fn texts(options: &[(&str, &str)]) -> JsValue {
    let object = Object::new();
    for (name, value) in options {
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    object.into()
}

/// The name of the zone the browser is in now, such as `Europe/Berlin`.
fn zone_id() -> String {
    DateTimeFormat::new("en", &JsValue::UNDEFINED)
        .and_then(|format| format.resolved_options())
        .and_then(|options| Reflect::get(&options, &JsValue::from_str("timeZone")))
        .ok()
        .and_then(|zone| zone.as_string())
        .unwrap_or_default()
}

impl Locale for Intl {
    fn words(&self) -> &Words {
        &self.words
    }

    fn number(&self, n: u64) -> String {
        self.numbers(&self.number, &[]).and_then(|f| f.format(n as f64).ok()).unwrap_or_else(|| n.to_string())
    }

    fn thousandths(&self, n: u64) -> String {
        // Cents are enough to look at.
        let rounded = (n / 10) as f64 / 100.0;
        self.numbers(&self.number, &[]).and_then(|f| f.format(rounded).ok()).unwrap_or_default()
    }

    fn plural(&self, n: u64) -> String {
        let rules = self.plurals.get_or_init(|| PluralRules::new(&self.language, &JsValue::UNDEFINED).ok());
        rules.as_ref().and_then(|rules| rules.select(n as f64).ok()).unwrap_or_else(|| "other".to_owned())
    }

    fn time(&self, at: UtcMillis) -> String {
        self.dates(&self.time, &[("hour", "numeric"), ("minute", "2-digit")])
            .and_then(|f| f.format(at.0 as f64).ok())
            .unwrap_or_else(|| at.to_string())
    }

    fn day(&self, at: UtcMillis) -> String {
        self.dates(&self.day, &[("weekday", "short"), ("month", "short"), ("day", "numeric")])
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
        self.dates(&self.zone, &[("timeZoneName", "long")])
            .and_then(|f| f.format_to_parts(at.0 as f64).ok())
            .and_then(|parts| {
                let part = |of: &JsValue, name| Reflect::get(of, &JsValue::from_str(name)).ok()?.as_string();
                parts
                    .iter()
                    .find_map(|p| if part(&p, "type")? == "timeZoneName" { part(&p, "value") } else { None })
            })
            .unwrap_or_else(|| self.zone_id.clone())
    }

    fn unit(&self, n: u64, unit: TimeUnit) -> String {
        let (index, name) = match unit {
            TimeUnit::Day => (0, "day"),
            TimeUnit::Hour => (1, "hour"),
            TimeUnit::Minute => (2, "minute"),
            TimeUnit::Second => (3, "second"),
        };
        self.numbers(&self.units[index], &[("style", "unit"), ("unit", name), ("unitDisplay", "short")])
            .and_then(|f| f.format(n as f64).ok())
            .unwrap_or_else(|| format!("{n} {name}"))
    }
}
