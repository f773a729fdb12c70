//! The results of calls: awaited here, and passed to the state when it has to know.
//!
//! A call that the browser refuses is logged once on the console. An expected failure is not: a message to a tab that
//! is gone, or to a popup that is closed.

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

/// The result of a call.
pub(super) async fn come(called: Called) -> Result<JsValue, JsValue> {
    JsFuture::from(called?).await
}

/// Waits for a call already made, then runs `then` with its result.
fn after<T: Future<Output = ()>>(called: Called, then: impl FnOnce(Result<JsValue, JsValue>) -> T + 'static) {
    spawn_local(async move { then(come(called).await).await });
}

/// A call that may fail: its target may be gone.
pub(super) fn ignored(called: Called) {
    after(called, |_| async {});
}

/// A call that should not fail; `what` says what it is for.
pub(super) fn logged(what: &'static str, called: Called) {
    after(called, move |outcome| async move {
        if let Err(reason) = outcome {
            warn(what, &reason);
        }
    });
}

/// Writes to storage. What storage refuses goes with the next write, and is retried on its own.
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

/// Paints a tab. A tab that answers that nobody sees it is left alone until it asks again.
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

/// Writes to the storage that the user's devices share.
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

/// Opens the tab for a background check and tells the state which tab it is, so that the state can close it.
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

/// How long a page gets to say whether it holds unsent text. A live page answers at once.
const ANSWERS_WITHIN_MS: u32 = 1_000;

/// Asks a page whether it holds text that was typed and not sent. No answer means no: the page was orphaned by an
/// update, is asleep, or is another site's.
pub(super) fn of_asking(tab: TabId, before: Before, called: Called) {
    spawn_local(async move {
        let answer = Box::pin(come(called));
        let late = Box::pin(TimeoutFuture::new(ANSWERS_WITHIN_MS));
        let said = match select(answer, late).await {
            Either::Left((Ok(said), _)) => serde_wasm_bindgen::from_value::<UnsentText>(said).ok(),
            _ => None,
        };
        let is_there = said.is_some_and(|said| said.is_there);
        let open = open_tabs(None).await.tabs;
        brain::with(|brain| dispatch(brain, vec![Event::Unsent { tab, before, is_there }], &open, None));
    });
}

/// Clears what the browser stores for the site, then gives back the permission it needed.
pub(super) fn of_clearing(called: Called) {
    after(called, |outcome| async move {
        if let Err(reason) = &outcome {
            warn("clearing the site", reason);
        }
        let open = if outcome.is_ok() { open_tabs(None).await.tabs } else { Vec::new() };
        brain::with(|brain| dispatch(brain, vec![Event::Cleared { cleared: outcome.is_ok() }], &open, None));
        gives_back_clearing();
    });
}

/// Gives back the permission to clear.
pub(super) fn gives_back_clearing() {
    let taken = permissions::Permissions {
        permissions: vec![super::entry::CLEARING.to_owned()],
        ..Default::default()
    };
    logged("a permission", permissions::remove(&taken));
}
