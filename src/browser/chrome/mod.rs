//! The extension APIs that are used, by their names in the browser, with typed arguments.
//!
//! Each function is `chrome.<module>.<function>` and returns the browser's promise: the call is made at once, and whoever
//! makes it decides whether to wait. `Err` is a call that the browser refused at once.

pub(super) mod action;
pub(super) mod alarms;
pub(super) mod browsing_data;
pub(super) mod i18n;
pub(super) mod notifications;
pub(super) mod permissions;
pub(super) mod runtime;
pub(super) mod storage;
pub(super) mod tabs;
pub(super) mod windows;

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

/// What a call gives: the promise of its outcome.
pub(super) type Called = Result<js_sys::Promise, JsValue>;

/// A value as the browser takes it: plain objects, and nothing where a field is `None`.
pub(super) fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    Ok(value.serialize(&Serializer::new().serialize_maps_as_objects(true))?)
}
