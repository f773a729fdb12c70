//! What the browser stores for a site.

use super::{Called, to_js};
use serde::Serialize;

mod raw {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["chrome", "browsingData"])]
        pub(super) fn remove(options: &JsValue, kinds: &JsValue) -> Result<Promise, JsValue>;
    }
}

/// The site to clear, under the name that each browser takes.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::browser) enum Site {
    /// Firefox.
    Hostnames([String; 1]),
    /// Chrome.
    Origins([String; 1]),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::browser) struct Kinds {
    pub(in crate::browser) cookies: bool,
    #[serde(rename = "indexedDB")]
    pub(in crate::browser) indexed_db: bool,
    pub(in crate::browser) local_storage: bool,
}

pub(in crate::browser) fn remove(site: &Site, kinds: &Kinds) -> Called {
    raw::remove(&to_js(site)?, &to_js(kinds)?)
}
