//! What every script on the web has: files of the package, the console, random values, the browser's name.
//!
//! The background is a service worker in Chrome and a page in Firefox, so the global object is one of two.

use super::chrome::{Called, runtime};
use gloo_timers::callback::Timeout;
use js_sys::{Array, Promise};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Response, Window, WorkerGlobalScope};

/// The longest that we wait for a read: one that never ends must not hold up every event. A slow disk takes seconds.
const LONGEST_READ_MS: u32 = 20_000;

enum Global {
    Page(Window),
    Worker(WorkerGlobalScope),
}

fn global() -> Global {
    match js_sys::global().dyn_into::<Window>() {
        Ok(page) => Global::Page(page),
        Err(worker) => Global::Worker(worker.unchecked_into()),
    }
}

/// The browser's user agent.
pub(super) fn user_agent() -> String {
    let name = match global() {
        Global::Page(page) => page.navigator().user_agent(),
        Global::Worker(worker) => worker.navigator().user_agent(),
    };
    name.unwrap_or_default()
}

/// A text that never repeats.
pub(super) fn random_uuid() -> String {
    let crypto = match global() {
        Global::Page(page) => page.crypto(),
        Global::Worker(worker) => worker.crypto(),
    };
    crypto.map(|crypto| crypto.random_uuid()).unwrap_or_default()
}

/// The text of a file in the package.
pub(super) async fn file(path: &str) -> Result<String, JsValue> {
    let url = runtime::get_url(path);
    let response = match global() {
        Global::Page(page) => page.fetch_with_str(&url),
        Global::Worker(worker) => worker.fetch_with_str(&url),
    };
    let response: Response = bounded(response).await?.dyn_into()?;
    text(bounded(response.text()?).await?)
}

/// A value that must be a text.
pub(super) fn text(value: JsValue) -> Result<String, JsValue> {
    value.as_string().ok_or_else(|| JsValue::from_str("no text"))
}

/// The result of a promise, unless it takes longer than a read may.
pub(super) async fn bounded(promise: Promise) -> Result<JsValue, JsValue> {
    let outcome = within(Ok(promise), LONGEST_READ_MS).await;
    outcome.unwrap_or_else(|| Err(JsValue::from_str("it takes too long")))
}

/// The result of a call within this many milliseconds; `None` if it takes longer.
pub(super) async fn within(called: Called, millis: u32) -> Option<Result<JsValue, JsValue>> {
    let promise = match called {
        Ok(promise) => promise,
        Err(reason) => return Some(Err(reason)),
    };
    let (mut timeout, is_over) = (None, Rc::new(Cell::new(false)));
    let too_long = Promise::new(&mut |resolve, _| {
        let is_over = is_over.clone();
        timeout = Some(Timeout::new(millis, move || {
            is_over.set(true);
            // Resolving a promise cannot fail.
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }));
    });
    let outcome = JsFuture::from(Promise::race(&Array::of2(&promise, &too_long))).await;
    drop(timeout);
    (!is_over.get()).then_some(outcome)
}

/// Logs on the console what the browser did not do. The one place that does.
pub(super) fn warn(what: &str, reason: &JsValue) {
    web_sys::console::warn_2(&JsValue::from_str(what), reason);
}
