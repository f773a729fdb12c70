//! Tabs and the pages in them.

use super::{Called, to_js};
use crate::protocol::Push;
use crate::state::TabId;
use serde::{Deserialize, Serialize};

mod raw {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["chrome", "tabs"])]
        pub(super) fn create(properties: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "tabs"])]
        pub(super) fn query(filter: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "tabs"])]
        pub(super) fn reload(tab: f64, properties: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "tabs"])]
        pub(super) fn remove(tab: f64) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "tabs"], js_name = sendMessage)]
        pub(super) fn send_message(tab: f64, message: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "tabs"])]
        pub(super) fn update(tab: f64, properties: &JsValue) -> Result<Promise, JsValue>;
    }
}

/// A tab, as far as we read it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::browser) struct Tab {
    pub(in crate::browser) id: Option<i64>,
    pub(in crate::browser) window_id: Option<i64>,
    /// In milliseconds since 1970; not every browser has it.
    pub(in crate::browser) last_accessed: Option<f64>,
}

#[derive(Serialize)]
struct Create<'a> {
    url: &'a str,
    active: bool,
}

#[derive(Serialize)]
struct Filter<'a> {
    url: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reload {
    bypass_cache: bool,
}

#[derive(Serialize)]
struct Update {
    active: bool,
}

/// Opens a tab, in front or in the background.
pub(in crate::browser) fn create(url: &str, active: bool) -> Called {
    raw::create(&to_js(&Create { url, active })?)
}

/// The tabs whose address matches a pattern.
pub(in crate::browser) fn query(url: &str) -> Called {
    raw::query(&to_js(&Filter { url })?)
}

/// Reloads a tab past the HTTP cache.
pub(in crate::browser) fn reload_past_cache(tab: TabId) -> Called {
    raw::reload(tab.0 as f64, &to_js(&Reload { bypass_cache: true })?)
}

pub(in crate::browser) fn remove(tab: TabId) -> Called {
    raw::remove(tab.0 as f64)
}

/// Sends to the page in a tab.
pub(in crate::browser) fn send_message(tab: TabId, push: &Push) -> Called {
    raw::send_message(tab.0 as f64, &to_js(push)?)
}

/// Brings a tab to the front of its window.
pub(in crate::browser) fn activate(tab: TabId) -> Called {
    raw::update(tab.0 as f64, &to_js(&Update { active: true })?)
}
