//! The browser's language.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The language of the browser's own menus, such as `pt-BR`.
    #[wasm_bindgen(catch, js_namespace = ["chrome", "i18n"], js_name = getUILanguage)]
    pub(in crate::browser) fn get_ui_language() -> Result<String, JsValue>;
}
