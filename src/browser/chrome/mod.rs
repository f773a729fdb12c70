//! The extension APIs we use, under the browser's names, with typed arguments.
//!
//! Each function is `chrome.<module>.<function>`. It makes the call at once and returns the browser's promise; the
//! caller decides whether to wait. `Err` means that the browser refused the call at once.

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

/// What a call returns: the promise of its outcome.
pub(super) type Called = Result<js_sys::Promise, JsValue>;

/// A value as the browser takes it: plain objects, without the fields that are `None`.
pub(super) fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    Ok(value.serialize(&Serializer::new().serialize_maps_as_objects(true))?)
}
