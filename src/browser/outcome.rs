//! What comes of a call: waited for here, and told to the state where it has to know.
//!
//! What a browser refuses is said once on the console. What is expected to fail is not: a message to a tab that is gone or
//! a popup that is not open.

use super::brain::{self, Brain};
use super::chrome::{Called, permissions, storage, tabs};
use super::effects::{dispatch, save};
use super::entry::{from_js, open_tabs};
use super::global::warn;
use super::writes::{Change, Write};
use crate::protocol::{Shown, UnsentText};
use crate::state::{Before, Event, TabId};
use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use std::future::Future;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// What a call comes to.
pub(super) async fn come(called: Called) -> Result<JsValue, JsValue> {
    JsFuture::from(called?).await
}

/// Waits for a call that has been made, and then does `then` with what came of it.
fn after<T: Future<Output = ()>>(called: Called, then: impl FnOnce(Result<JsValue, JsValue>) -> T + 'static) {
    spawn_local(async move { then(come(called).await).await });
}

/// A call that may fail: what it is for may be gone.
pub(super) fn ignored(called: Called) {
    after(called, |_| async {});
}

/// A call that should not fail; `what` names what it is for.
pub(super) fn logged(what: &'static str, called: Called) {
    after(called, move |outcome| async move {
        if let Err(reason) = outcome {
            warn(what, &reason);
        }
    });
}

/// Writes to storage. What it refuses goes with the next write, and is tried again by itself.
pub(super) fn of_write(write: Write) {
    let called = match &write.change {
        Change::Set(items) => storage::set(write.area, items),
        Change::Remove(keys) => storage::remove(write.area, keys.clone()),
    };
    after(called, move |outcome| async move {
        brain::with(|brain| {
            let Err(reason) = outcome else {
                brain.retries.reset();
                brain.state.diagnostics.storage_fails = !brain.may_write || !brain.unwritten.is_empty();
                return;
            };
            warn("storage", &reason);
            brain.state.count_refused("storage-write", 1);
            brain.state.diagnostics.storage_fails = true;
            brain.unwritten.extend(write.into_unsaved());
            brain.retries.after_refusal(|| {
                brain::with(|brain| {
                    brain.retries.begin();
                    save(brain);
                });
            });
        });
    });
}

/// Paints a tab. One that answers that nobody sees it is left alone from then on, until it asks again.
pub(super) fn of_painting(tab: TabId, called: Called) {
    after(called, move |outcome| async move {
        let shown = outcome.ok().and_then(from_js::<Shown>);
        if shown.is_some_and(|shown| !shown.in_front) {
            let note = |brain: &mut Brain| {
                brain.state.note_behind(tab);
                save(brain);
            };
            brain::with(note);
            if brain::has_private() {
                brain::with_private(note);
            }
        }
    });
}

/// Writes to what all devices of the user share.
pub(super) fn of_sync(called: Called) {
    after(called, |outcome| async move {
        brain::with(|brain| {
            brain.state.handle_sync_outcome(outcome.is_ok());
            if let Err(reason) = outcome {
                warn("the storage of all devices", &reason);
                dispatch(brain, vec![Event::Tick], &[], None);
            }
        });
    });
}

/// Opens the tab that a check in the background looks at: which it is the state has to know, to close it again.
pub(super) fn of_opening(called: Called) {
    after(called, |outcome| async move {
        let made = outcome.and_then(|tab| Ok(serde_wasm_bindgen::from_value::<tabs::Tab>(tab)?));
        if let Err(reason) = &made {
            warn("a tab in the background", reason);
        }
        let tab = made.ok().and_then(|tab| tab.id).map(TabId);
        brain::with(|brain| dispatch(brain, vec![Event::CheckIsOpen { tab }], &[], None));
    });
}

/// How long a page gets to say whether it holds unsent text: it looks at once, if it is there at all.
const ANSWERS_WITHIN_MS: u32 = 1_000;

/// Asks a page whether it holds text that was typed and not sent. One that does not answer holds none that could be asked
/// about: it was left behind by an update, put to sleep, or is another site's.
pub(super) fn of_asking(tab: TabId, before: Before, called: Called) {
    spawn_local(async move {
        let answer = Box::pin(come(called));
        let late = Box::pin(TimeoutFuture::new(ANSWERS_WITHIN_MS));
        let said = match select(answer, late).await {
            Either::Left((Ok(said), _)) => serde_wasm_bindgen::from_value::<UnsentText>(said).ok(),
            _ => None,
        };
        let is_there = said.is_some_and(|said| said.is_there);
        let open = open_tabs(None).await;
        brain::with(|brain| dispatch(brain, vec![Event::Unsent { tab, before, is_there }], &open, None));
    });
}

/// Clears what the browser keeps of the site, and gives back the permission that it took.
pub(super) fn of_clearing(called: Called) {
    after(called, |outcome| async move {
        if let Err(reason) = &outcome {
            warn("clearing the site", reason);
        }
        let open = if outcome.is_ok() { open_tabs(None).await } else { Vec::new() };
        brain::with(|brain| dispatch(brain, vec![Event::Cleared { cleared: outcome.is_ok() }], &open, None));
        gives_back_clearing();
    });
}

/// Gives the permission back that clearing takes.
pub(super) fn gives_back_clearing() {
    let taken = permissions::Permissions {
        permissions: vec![super::entry::CLEARING.to_owned()],
        ..Default::default()
    };
    logged("a permission", permissions::remove(&taken));
}
