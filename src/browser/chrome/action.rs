//! The toolbar button.

use super::{Called, to_js};
use serde::{Deserialize, Serialize};

mod raw {
    use js_sys::Promise;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["chrome", "action"], js_name = getUserSettings)]
        pub(super) fn get_user_settings() -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "action"], js_name = setBadgeBackgroundColor)]
        pub(super) fn set_badge_background_color(details: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "action"], js_name = setBadgeText)]
        pub(super) fn set_badge_text(details: &JsValue) -> Result<Promise, JsValue>;
        #[wasm_bindgen(catch, js_namespace = ["chrome", "action"], js_name = setTitle)]
        pub(super) fn set_title(details: &JsValue) -> Result<Promise, JsValue>;
    }
}

#[derive(Serialize)]
struct Color<'a> {
    color: &'a str,
}

#[derive(Serialize)]
struct Text<'a> {
    text: &'a str,
}

#[derive(Serialize)]
struct Title<'a> {
    title: &'a str,
}

/// What the user did with the button.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::browser) struct UserSettings {
    /// It is in the toolbar, not in the menu behind it.
    pub(in crate::browser) is_on_toolbar: Option<bool>,
}

pub(in crate::browser) fn get_user_settings() -> Called {
    raw::get_user_settings()
}

pub(in crate::browser) fn set_badge_background_color(color: &str) -> Called {
    raw::set_badge_background_color(&to_js(&Color { color })?)
}

pub(in crate::browser) fn set_badge_text(text: &str) -> Called {
    raw::set_badge_text(&to_js(&Text { text })?)
}

pub(in crate::browser) fn set_title(title: &str) -> Called {
    raw::set_title(&to_js(&Title { title })?)
}
