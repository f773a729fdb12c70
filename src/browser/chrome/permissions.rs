//! What the user has allowed.

use super::{Called, to_js};
use serde::{Deserialize, Serialize};

mod raw {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["chrome", "permissions"])]
        pub(super) fn contains(permissions: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "permissions"])]
        pub(super) fn remove(permissions: &JsValue) -> Result<Promise, JsValue>;
    }
}

/// Permissions by their names, and sites by their patterns.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::browser) struct Permissions {
    pub(in crate::browser) permissions: Vec<String>,
    pub(in crate::browser) origins: Vec<String>,
}

pub(in crate::browser) fn contains(permissions: &Permissions) -> Called {
    raw::contains(&to_js(permissions)?)
}

pub(in crate::browser) fn remove(permissions: &Permissions) -> Called {
    raw::remove(&to_js(permissions)?)
}
