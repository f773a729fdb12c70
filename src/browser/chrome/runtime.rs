//! The extension itself and its own pages.

use super::{Called, to_js};
use crate::protocol::Push;
use js_sys::Promise;
use wasm_bindgen::prelude::*;

mod raw {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(thread_local_v2, js_namespace = ["chrome", "runtime"], js_name = id)]
        pub(super) static ID: String;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "runtime"], js_name = sendMessage)]
        pub(super) fn send_message(message: &JsValue) -> Result<Promise, JsValue>;
    }
}

#[wasm_bindgen]
extern "C" {
    /// The address of a file in the package.
    #[wasm_bindgen(js_namespace = ["chrome", "runtime"], js_name = getURL)]
    pub(in crate::browser) fn get_url(path: &str) -> String;
    #[wasm_bindgen(catch, js_namespace = ["chrome", "runtime"], js_name = openOptionsPage)]
    pub(in crate::browser) fn open_options_page() -> Result<Promise, JsValue>;
}

/// The extension's own id.
pub(in crate::browser) fn id() -> String {
    raw::ID.with(String::clone)
}

/// Sends to every open page of our own.
pub(in crate::browser) fn send_message(push: &Push) -> Called {
    raw::send_message(&to_js(push)?)
}
