//! Alarms, which wake a background that has been shut down.

use super::{Called, to_js};
use serde::{Deserialize, Serialize};

mod raw {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["chrome", "alarms"])]
        pub(super) fn create(name: &str, info: &JsValue) -> Result<Promise, JsValue>;
    }
}

/// An alarm that is set.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::browser) struct Alarm {
    /// When it fires, in milliseconds since 1970.
    pub(in crate::browser) scheduled_time: f64,
}

#[derive(Serialize)]
struct Info {
    when: f64,
}

/// Sets the alarm to fire at `when`, in milliseconds since 1970.
pub(in crate::browser) fn create(name: &str, when: f64) -> Called {
    raw::create(name, &to_js(&Info { when })?)
}
