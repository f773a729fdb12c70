//! Windows.

use super::{Called, to_js};
use serde::Serialize;

mod raw {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["chrome", "windows"])]
        pub(super) fn update(window: f64, properties: &JsValue) -> Result<Promise, JsValue>;
    }
}

#[derive(Serialize)]
struct Update {
    focused: bool,
}

/// Brings a window to the front.
pub(in crate::browser) fn focus(window: i64) -> Called {
    raw::update(window as f64, &to_js(&Update { focused: true })?)
}
