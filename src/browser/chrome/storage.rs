//! Storage: on this computer, until the browser closes, and across devices.

use super::{Called, to_js};
use crate::state::Area;
use std::collections::BTreeMap;
use wasm_bindgen::prelude::*;

mod raw {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["chrome", "storage", "local"], js_name = set)]
        pub(super) fn local_set(items: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "storage", "local"], js_name = remove)]
        pub(super) fn local_remove(keys: Vec<String>) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "storage", "session"], js_name = set)]
        pub(super) fn session_set(items: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "storage", "session"], js_name = remove)]
        pub(super) fn session_remove(keys: Vec<String>) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "storage", "sync"], js_name = get)]
        pub(super) fn sync_get(keys: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "storage", "sync"], js_name = set)]
        pub(super) fn sync_set(items: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "storage", "sync"], js_name = remove)]
        pub(super) fn sync_remove(keys: Vec<String>) -> Result<Promise, JsValue>;
    }
}

/// Everything in the area that the browser syncs across devices.
pub(in crate::browser) fn sync_get_all() -> Called {
    raw::sync_get(&JsValue::NULL)
}

pub(in crate::browser) fn sync_set(key: &str, text: &str) -> Called {
    raw::sync_set(&to_js(&BTreeMap::from([(key, text)]))?)
}

pub(in crate::browser) fn sync_remove(key: String) -> Called {
    raw::sync_remove(vec![key])
}

pub(in crate::browser) fn set(area: Area, items: &BTreeMap<String, String>) -> Called {
    let items = to_js(items)?;
    match area {
        Area::Local => raw::local_set(&items),
        Area::Session => raw::session_set(&items),
    }
}

pub(in crate::browser) fn remove(area: Area, keys: Vec<String>) -> Called {
    match area {
        Area::Local => raw::local_remove(keys),
        Area::Session => raw::session_remove(keys),
    }
}
