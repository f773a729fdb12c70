//! The functions that `background.js` calls, one for each thing that can happen to an extension.
//!
//! All but one return the text of [`call::text`]: the calls to make, and the reply to whoever asked.

use super::brain::{self, Brain, Styles, now};
use super::call::{self, Argument, Call};
use super::effects::{self, AppTab};
use super::intl::{self, Intl};
use super::message::{self, Asker, Request};
use crate::State;
use crate::state::{Action, Event, TabChange, TabId};
use crate::time::UtcMillis;
use crate::view::Words;
use litemap::LiteMap;
use serde_json::Value;
use wasm_bindgen::prelude::wasm_bindgen;

/// The functions of the storage that the browser keeps the same on all devices.
const SYNC: &str = "storage.sync";

/// Takes in what storage holds: each area as the JSON text of all its keys, empty when it could not be read.
/// `alarm` is when the alarm is set for, 0 for no alarm. `folded` and `card` are the style sheets of the package,
/// see [`Styles`]. Returns the language whose words [`speak`] is to be given first of all.
#[wasm_bindgen]
pub fn start(
    id: String,
    origin: String,
    local: &str,
    session: &str,
    alarm: f64,
    folded: String,
    card: &str,
) -> String {
    let may_write = !local.is_empty();
    let mut state = State::load(&entries(local), &entries(session));
    if !may_write {
        state.count_refused("storage-read", 1);
        state.diagnostics.storage_fails = true;
    }
    state.browser = effects::browser();
    let language = state.banner.language.spoken(&intl::browser_language());
    brain::install(Brain {
        state,
        locale: Intl::new(Words::default(), language),
        spoken: language,
        styles: Styles { whole: [folded.as_str(), card].concat(), folded },
        own_id: id,
        own_origin: origin,
        may_write,
        unwritten: Vec::new(),
        banners: LiteMap::new(),
        badge: None,
        alarm: (alarm > 0.0).then_some(UtcMillis(alarm as i64)),
        watch: None,
        copy: None,
        private: false,
    });
    language.to_owned()
}

/// Takes the words of the language that was asked for, as the texts of the two lists that [`Words::paired`] reads.
#[wasm_bindgen]
pub fn speak(keys: &str, sentences: &str) -> String {
    let calls = brain::with(|brain| {
        brain.locale = Intl::new(Words::paired(keys, sentences), brain.spoken);
        brain::speak_in_private(&brain.locale);
        // What fell due while nobody was awake, and an alarm that an update or a restart has lost.
        effects::happen(brain, vec![Event::Tick], &[], None)
    });
    answer(calls, "")
}

/// One of the manifest's keyboard commands; `tab` is the tab in front, -1 where there is none.
#[wasm_bindgen]
pub fn command(name: &str, tab: f64, open: &str) -> String {
    let open = app_tabs(open);
    let tab = TabId(tab as i64);
    let act = |brain: &mut Brain| {
        let known = brain.state.tab(tab).is_some();
        let action = match name {
            "toggle-banner" if known => Action::Toggle,
            // Elsewhere there is no banner to open.
            "toggle-banner" => Action::OpenApp,
            _ => return Vec::new(),
        };
        effects::happen(brain, vec![Event::Act { tab: known.then_some(tab), action }], &open, None)
    };
    let is_private = brain::has_private() && brain::with_private(|brain| brain.state.tab(tab).is_some());
    let calls = if is_private { brain::with_private(act) } else { brain::with(act) };
    answer(calls, "")
}

/// The user clicked one of our notifications: Leonardo is what they are about.
#[wasm_bindgen]
pub fn notified(id: String, open: &str) -> String {
    let open = app_tabs(open);
    let calls = brain::with(|brain| {
        let act = Event::Act { tab: None, action: Action::OpenApp };
        let mut calls = effects::happen(brain, vec![act], &open, None);
        calls.push(call::call("notifications.clear", vec![Argument::Text(id)]));
        calls
    });
    answer(calls, "")
}

/// The alarm went off, the browser started, or the extension was installed or updated.
#[wasm_bindgen]
pub fn wake(open: &str) -> String {
    let open = app_tabs(open);
    let calls = brain::with(|brain| {
        // An alarm that has gone off is gone.
        brain.alarm = brain.alarm.filter(|at| *at > now());
        let mut events = effects::tabs_left(brain, &open);
        events.push(Event::Tick);
        effects::happen(brain, events, &open, None)
    });
    answer(calls, "")
}

/// The tab that the core asked for in the background is open; -1 when it could not be opened.
#[wasm_bindgen]
pub fn opened(tab: f64) -> String {
    let tab = (tab >= 0.0).then_some(TabId(tab as i64));
    answer(brain::with(|brain| effects::happen(brain, vec![Event::CheckIsOpen { tab }], &[], None)), "")
}

/// The user has given a permission; `names` is the JSON text of all that are new.
#[wasm_bindgen]
pub fn allowed(names: &str) -> String {
    let names = crate::stored::from_text::<Vec<String>>(names).unwrap_or_default();
    if !names.iter().any(|name| name == "browsingData") {
        return answer(Vec::new(), "");
    }
    answer(brain::with(|brain| effects::happen(brain, vec![Event::MayClear], &[], None)), "")
}

/// What the browser keeps of the site is cleared, or could not be.
#[wasm_bindgen]
pub fn cleared(cleared: bool, open: &str) -> String {
    let open = app_tabs(open);
    let calls = brain::with(|brain| {
        let mut calls = effects::happen(brain, vec![Event::Cleared { cleared }], &open, None);
        calls.push(effects::give_back());
        calls
    });
    answer(calls, "")
}

/// A tab was closed; most are none of ours.
#[wasm_bindgen]
pub fn tab_removed(tab: f64) -> String {
    let tab = TabId(tab as i64);
    let close = |brain: &mut Brain| {
        if !brain.state.minds_closing(tab) {
            return Vec::new();
        }
        effects::happen(brain, vec![Event::Tab { tab, state: TabChange::Closed }], &[], None)
    };
    let mut calls = brain::with(close);
    if brain::has_private() {
        calls.extend(brain::with_private(close));
    }
    answer(calls, "")
}

/// Whether the user lets the extension read the site.
#[wasm_bindgen]
pub fn access(is_granted: bool) -> String {
    let calls = brain::with(|brain| {
        if brain.state.diagnostics.access_lost != is_granted {
            return Vec::new();
        }
        brain.state.diagnostics.access_lost = !is_granted;
        if !is_granted {
            brain.state.count_refused("access-lost", 1);
        }
        effects::happen(brain, vec![Event::Tick], &[], None)
    });
    answer(calls, "")
}

/// A message of a page or of one of our own surfaces, and its sender, both as JSON texts. `open` are the tabs
/// that show the app, the most recently used first; it is empty for messages of a page.
#[wasm_bindgen]
pub fn message(text: &str, sender: &str, open: &str) -> String {
    let open = app_tabs(open);
    let read = brain::with(|brain| {
        let read = message::read(text, sender, &brain.own_id, &brain.own_origin);
        read.map_err(|reason| brain.state.count_refused(reason, 1)).ok()
    });
    let Some(request) = read else { return answer(Vec::new(), "") };
    let (calls, reply) = if request.private {
        brain::with_private(|brain| take(brain, request, &open))
    } else {
        brain::with(|brain| take(brain, request, &open))
    };
    answer(calls, &reply)
}

/// What the browser's own sync storage holds, as the JSON text of all its keys, empty when it cannot be read; `random` is a
/// text that is never the same twice.
#[wasm_bindgen]
pub fn synced(held: &str, random: String) -> String {
    let items = (!held.is_empty()).then(|| entries(held));
    answer(brain::with(|brain| effects::happen(brain, vec![Event::Synced { items, random }], &[], None)), "")
}

/// Storage took a write, by the function of that name.
#[wasm_bindgen]
pub fn written(function: &str) {
    brain::with(|brain| {
        if function.starts_with(SYNC) {
            return brain.state.take_sync_outcome(true);
        }
        brain.state.diagnostics.storage_fails = !brain.may_write || !brain.unwritten.is_empty()
    });
}

/// Storage refused a write: its function and argument, as they were called. It is tried again with the next.
#[wasm_bindgen]
pub fn not_written(function: &str, argument: &str) -> String {
    let calls = brain::with(|brain| {
        if function.starts_with(SYNC) {
            brain.state.take_sync_outcome(false);
            return effects::happen(brain, vec![Event::Tick], &[], None);
        }
        brain.state.count_refused("storage-write", 1);
        brain.state.diagnostics.storage_fails = true;
        brain.unwritten.extend(call::refused(function, argument));
        Vec::new()
    });
    answer(calls, "")
}

fn answer(calls: Vec<Call>, reply: &str) -> String {
    let speak = brain::with(|brain| {
        let wanted = brain.state.banner.language.spoken(&intl::browser_language());
        let before = std::mem::replace(&mut brain.spoken, wanted);
        (before != wanted).then_some(wanted)
    });
    call::text(&calls, reply, speak)
}

fn take(brain: &mut Brain, request: Request, open: &[AppTab]) -> (Vec<Call>, String) {
    let Request { asker, event, dropped, loaded, on_api_page, in_front, .. } = request;
    if dropped > 0 {
        brain.state.count_refused("too-many-reports", dropped);
    }
    let mut events = Vec::new();
    if let (true, Asker::Banner { tab, .. }) = (loaded, asker) {
        events.push(Event::Tab { tab, state: TabChange::Loaded });
    }
    let calls = match event {
        Ok(event) => {
            if matches!(asker, Asker::Surface(_)) {
                events = effects::tabs_left(brain, open);
            }
            events.push(with_a_tab(event, open));
            if let Asker::Banner { tab, .. } = asker
                && in_front
                && !brain.state.tab(tab).is_some_and(|tab| tab.was_seen)
            {
                // What an answer makes of its tab depends on it.
                events.insert(events.len() - 1, Event::InFront { tab });
            }
            if let (Asker::Banner { tab, .. }, Some(is)) = (asker, on_api_page)
                && is != brain.state.tab(tab).is_some_and(|tab| tab.on_api_page)
            {
                events.push(Event::OnApiPage { tab, is });
            }
            effects::happen(brain, events, open, Some(asker))
        }
        Err(reason) => {
            brain.state.count_refused(reason, 1);
            effects::happen(brain, events, open, Some(asker))
        }
    };
    (calls, effects::reply(brain, asker))
}

/// A fresh reload from one of our own surfaces is meant for the tab that was used last, if there is one.
fn with_a_tab(event: Event, open: &[AppTab]) -> Event {
    match event {
        Event::Act { tab: None, action: Action::FreshReload } => {
            Event::Act { tab: open.first().map(|tab| tab.id), action: Action::FreshReload }
        }
        event => event,
    }
}

/// The keys of a storage area with their texts. A value that is no text was not written by us; the core gets
/// to see it all the same, and judges.
fn entries(area: &str) -> Vec<(String, String)> {
    let Ok(Value::Object(all)) = serde_json::from_str(area) else { return Vec::new() };
    all.into_iter().map(|(key, value)| (key, value.as_str().unwrap_or("?").to_owned())).collect()
}

/// Reads `[[id, window], …]`.
fn app_tabs(text: &str) -> Vec<AppTab> {
    let Ok(Value::Array(tabs)) = serde_json::from_str(text) else { return Vec::new() };
    let number = |tab: &Value, i: usize| tab.get(i).and_then(Value::as_i64);
    tabs.iter()
        .filter_map(|tab| Some(AppTab { id: TabId(number(tab, 0)?), window: number(tab, 1)? }))
        .collect()
}
