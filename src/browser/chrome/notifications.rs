//! Desktop notifications.

use super::{Called, to_js};
use js_sys::Promise;
use serde::Serialize;
use wasm_bindgen::prelude::*;

mod raw {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["chrome", "notifications"])]
        pub(super) fn create(id: &str, options: &JsValue) -> Result<Promise, JsValue>;
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["chrome", "notifications"])]
    pub(in crate::browser) fn clear(id: &str) -> Result<Promise, JsValue>;
}

/// The options that both browsers support.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::browser) struct Options<'a> {
    #[serde(rename = "type")]
    pub(in crate::browser) template: &'static str,
    pub(in crate::browser) icon_url: &'a str,
    pub(in crate::browser) title: &'a str,
    pub(in crate::browser) message: &'a str,
}

pub(in crate::browser) fn create(id: &str, options: &Options<'_>) -> Called {
    raw::create(id, &to_js(options)?)
}
