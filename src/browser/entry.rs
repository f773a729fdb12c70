//! The functions that `background.js` calls, one for each thing that can happen to an extension.
//!
//! Each first reads what it needs from the browser, then hands the event to the state in one turn, in which it waits
//! for nothing. So events never interleave, and are handled in the order in which they are ready.

use super::brain::{self, Brain, Styles, now};
use super::chrome::{action, alarms, i18n, notifications, permissions, runtime, storage, tabs};
use super::effects::{self, AppTab, AppTabs, dispatch};
use super::global::{bounded, file, random_uuid, text, user_agent, warn};
use super::intl::Intl;
use super::message::{self, Asker, Refused, Request};
use super::outcome::{come, logged};
use crate::State;
use crate::protocol::{Sender, Sent, Surface};
use crate::state::{Action, Event, TabChange, TabId};
use crate::time::DeviceTime;
use crate::view::{SITE_ACCESS, Words};
use js_sys::{Array, Object, Promise};
use serde::de::DeserializeOwned;
use std::cell::Cell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// The permission that a fresh login needs.
pub(super) const CLEARING: &str = "browsingData";

#[wasm_bindgen]
extern "C" {
    /// What `background.js` started to read alongside the module; read afterwards, it would come 8 ms later.
    pub type Reads;
    /// Every key of `storage.local`.
    #[wasm_bindgen(method, getter)]
    fn local(this: &Reads) -> Promise;
    /// Every key of `storage.session`.
    #[wasm_bindgen(method, getter)]
    fn session(this: &Reads) -> Promise;
    /// The one alarm.
    #[wasm_bindgen(method, getter)]
    fn alarm(this: &Reads) -> Promise;
    /// The style sheet for a pill or a line.
    #[wasm_bindgen(method, getter)]
    fn folded(this: &Reads) -> Promise;
    /// What an open card needs on top.
    #[wasm_bindgen(method, getter)]
    fn card(this: &Reads) -> Promise;
    /// The keys of all messages.
    #[wasm_bindgen(method, getter)]
    fn keys(this: &Reads) -> Promise;
    /// The most likely language, by its folder.
    #[wasm_bindgen(method, getter)]
    fn language(this: &Reads) -> String;
    /// That language's messages.
    #[wasm_bindgen(method, getter)]
    fn sentences(this: &Reads) -> Promise;
    /// The tabs that show the app.
    #[wasm_bindgen(method, getter)]
    fn tabs(this: &Reads) -> Promise;
    /// Whether the user lets the extension read the site.
    #[wasm_bindgen(method, getter)]
    fn access(this: &Reads) -> Promise;
}

/// What we started to read from the browser before the first event. That event may use it; for the next one it is out
/// of date.
pub(super) struct Begun {
    tabs: Asked,
    access: Promise,
}

/// The browser was asked for the tabs that show the app.
pub(super) struct Asked {
    promise: Promise,
    at: DeviceTime,
}

thread_local! {
    static BEGUN: Cell<Option<Begun>> = const { Cell::new(None) };
}

/// Takes in what storage holds, and the words of the language to use.
///
/// # Errors
/// When a file in the package cannot be read; the next event tries again.
#[wasm_bindgen]
pub async fn start(reads: Reads) -> Result<(), JsValue> {
    console_error_panic_hook::set_once();
    // The tabs were asked for just before, and no event has been handled yet.
    let asked_at = now();
    let local = bounded(reads.local()).await;
    let session = bounded(reads.session()).await;
    let alarm = bounded(reads.alarm()).await.ok().and_then(from_js::<alarms::Alarm>);
    let folded = text(bounded(reads.folded()).await?)?;
    let card = text(bounded(reads.card()).await?)?;

    let mut state = State::load(&entries(local.as_ref().ok()), &entries(session.as_ref().ok()));
    if let Err(reason) = &local {
        warn("storage", reason);
        state.count_refused("storage-read", 1);
        state.diagnostics.storage_fails = true;
    }
    state.browser = user_agent();
    let spoken = state.banner.language.spoken(&browser_language());
    let styles = Styles { whole: [folded.as_str(), &card].concat(), folded };
    let mut brain = Brain::new(state, spoken, styles, runtime::id(), runtime::get_url(""));
    // A write would wipe what could not be read.
    brain.may_write = local.is_ok();
    brain.alarm = alarm.map(|alarm| DeviceTime(alarm.scheduled_time as i64));

    let likely =
        async { Ok((text(bounded(reads.keys()).await?)?, text(bounded(reads.sentences()).await?)?)) };
    let words = match likely.await {
        Ok(words) if reads.language() == spoken => words,
        Ok(_) | Err::<_, JsValue>(_) => words_of(spoken).await?,
    };
    let tabs = Asked { promise: reads.tabs(), at: asked_at };
    BEGUN.set(Some(Begun { tabs, access: reads.access() }));
    brain::install(brain);
    speak(spoken, &words);
    on_sync_changed();
    Ok(())
}

/// A message from a page or from a surface of ours. Returns a [`crate::protocol::Reply`], or nothing for a sender
/// that gets no answer.
#[wasm_bindgen]
pub async fn on_message(sent: JsValue, sender: JsValue) -> JsValue {
    let begun = BEGUN.take();
    let read = from_js::<Sender>(sender)
        .ok_or(Refused::UnreadableSender)
        .and_then(|sender| Ok((from_js::<Sent>(sent).ok_or(Refused::UnreadableMessage)?, sender)));
    // Only our own pages may speak for other tabs.
    let is_ours = read.as_ref().is_ok_and(|(sent, _)| sent.surface.is_some());
    let open = if is_ours {
        let (tabs, access) = begun.map_or((None, None), |begun| (Some(begun.tabs), Some(begun.access)));
        follow_access(access).await;
        open_tabs(tabs).await
    } else {
        AppTabs::default()
    };
    let request = brain::with(|brain| {
        let read =
            read.and_then(|(sent, sender)| message::read(sent, &sender, &brain.own_id, &brain.own_origin));
        read.map_err(|refused| brain.state.count_refused(&refused.to_string(), 1)).ok()
    });
    let Some(request) = request else { return JsValue::UNDEFINED };
    if request.asker == Asker::Surface(Surface::Popup) {
        follow_pin().await;
    }
    let reply = if request.private {
        brain::with_private(|brain| Some(take(brain, request, &open)))
    } else {
        brain::with(|brain| Some(take(brain, request, &open)))
    };
    reply.and_then(|reply| super::chrome::to_js(&reply).ok()).unwrap_or(JsValue::UNDEFINED)
}

/// One of the manifest's keyboard commands, with the tab in front, if any.
#[wasm_bindgen]
pub async fn on_command(name: String, tab: JsValue) {
    let begun = BEGUN.take();
    let tab = from_js::<tabs::Tab>(tab).and_then(|tab| tab.id).map(TabId);
    let open = open_tabs(begun.map(|begun| begun.tabs)).await;
    let act = |brain: &mut Brain| {
        let known = tab.filter(|tab| brain.state.tab(*tab).is_some());
        let action = match name.as_str() {
            "toggle-banner" if known.is_some() => Action::Toggle,
            // There is no banner elsewhere.
            "toggle-banner" => Action::OpenApp,
            _ => return,
        };
        dispatch(brain, vec![Event::Act { tab: known, action }], &open.tabs, None);
    };
    let is_known = |brain: &mut Brain| tab.is_some_and(|tab| brain.state.tab(tab).is_some());
    if brain::has_private() && brain::with_private(is_known) {
        brain::with_private(act);
    } else {
        brain::with(act);
    }
}

/// The user clicked one of our notifications; it is about Leonardo, so open it.
#[wasm_bindgen]
pub async fn on_notification_clicked(id: String) {
    let begun = BEGUN.take();
    let open = open_tabs(begun.map(|begun| begun.tabs)).await;
    brain::with(|brain| {
        dispatch(brain, vec![Event::Act { tab: None, action: Action::OpenApp }], &open.tabs, None);
    });
    logged("a notification", notifications::clear(&id));
}

/// The alarm fired, the browser started, or the extension was installed or updated.
#[wasm_bindgen]
pub async fn on_wake() {
    let begun = BEGUN.take();
    let (tabs, access) = begun.map_or((None, None), |begun| (Some(begun.tabs), Some(begun.access)));
    follow_access(access).await;
    let open = open_tabs(tabs).await;
    brain::with(|brain| {
        // An alarm that has fired no longer exists.
        brain.alarm = brain.alarm.filter(|at| *at > now());
        let mut events = effects::tabs_left(brain, &open);
        events.push(Event::Tick);
        dispatch(brain, events, &open.tabs, None);
    });
}

/// A tab was closed; most are not ours.
#[wasm_bindgen]
pub fn on_tab_removed(tab: f64) {
    BEGUN.take();
    let tab = TabId(tab as i64);
    let close = |brain: &mut Brain| {
        if brain.state.tracks_tab(tab) {
            dispatch(brain, vec![Event::Tab { tab, state: TabChange::Closed }], &[], None);
        }
    };
    brain::with(close);
    if brain::has_private() {
        brain::with_private(close);
    }
}

/// The storage that the browser syncs across devices has changed, or is ready to be read.
#[wasm_bindgen]
pub fn on_sync_changed() {
    spawn_local(async {
        let held = match storage::sync_get_all() {
            Ok(held) => bounded(held).await,
            Err(reason) => Err(reason),
        };
        let items = held.ok().map(|held| entries(Some(&held)));
        let random = random_uuid();
        brain::with(|brain| dispatch(brain, vec![Event::Synced { items, random }], &[], None));
    });
}

/// The user granted permissions: to the site, or for a fresh login.
#[wasm_bindgen]
pub async fn on_permissions_added(added: JsValue) {
    BEGUN.take();
    follow_access(None).await;
    let added = from_js::<permissions::Permissions>(added).unwrap_or_default();
    if added.permissions.iter().any(|name| name == CLEARING) {
        brain::with(|brain| dispatch(brain, vec![Event::MayClear], &[], None));
    }
}

/// The user revoked permissions.
#[wasm_bindgen]
pub async fn on_permissions_removed() {
    BEGUN.take();
    follow_access(None).await;
}

/// Switches to another language, once its words have loaded, if one is wanted.
pub(super) fn follow_language(brain: &mut Brain) {
    if brain.private {
        return;
    }
    let wanted = brain.state.banner.language.spoken(&browser_language());
    let before = std::mem::replace(&mut brain.spoken, wanted);
    if before == wanted {
        return;
    }
    spawn_local(async move {
        match words_of(wanted).await {
            Ok(words) => speak(wanted, &words),
            Err(reason) => {
                warn("the words of a language", &reason);
                // The next event asks for them again.
                brain::with(|brain| {
                    if brain.spoken == wanted {
                        brain.spoken = before;
                    }
                });
            }
        }
    });
}

/// Takes the words of a language, unless another one is wanted by now.
fn speak(language: &'static str, (keys, sentences): &(String, String)) {
    brain::with(|brain| {
        if brain.spoken != language {
            return;
        }
        brain.locale = Intl::new(Words::paired(keys, sentences), language);
        brain::speak_in_private(&brain.locale);
        // Catches up on what fell due while nobody was awake, and on an alarm lost to an update or a restart.
        dispatch(brain, vec![Event::Tick], &[], None);
    });
}

/// The keys of all messages, and one language's messages in the same order.
async fn words_of(language: &str) -> Result<(String, String), JsValue> {
    Ok((file("words/keys.json").await?, file(&["words/", language, ".json"].concat()).await?))
}

/// The language of the browser's own menus, such as `pt-BR`.
fn browser_language() -> String {
    i18n::get_ui_language().unwrap_or_default()
}

/// Checks whether the user lets the extension read the site; `begun` may already be asking that.
async fn follow_access(begun: Option<Promise>) {
    let site = permissions::Permissions { origins: vec![SITE_ACCESS.to_owned()], ..Default::default() };
    let granted = come(begun.map_or_else(|| permissions::contains(&site), Ok)).await;
    let Some(is_granted) = granted.ok().and_then(|granted| granted.as_bool()) else { return };
    brain::with(|brain| {
        if brain.state.diagnostics.access_lost != is_granted {
            return;
        }
        brain.state.diagnostics.access_lost = !is_granted;
        if !is_granted {
            brain.state.count_refused("access-lost", 1);
        }
        dispatch(brain, vec![Event::Tick], &[], None);
    });
}

/// Checks whether the button is in the toolbar, as long as that matters.
async fn follow_pin() {
    if !brain::with(|brain| brain.state.wants_pin_state()) {
        return;
    }
    // Older browsers do not say.
    let settings = come(action::get_user_settings()).await.ok().and_then(from_js::<action::UserSettings>);
    if let Some(is_pinned) = settings.and_then(|settings| settings.is_on_toolbar) {
        brain::with(|brain| brain.state.note_pin(is_pinned, now()));
    }
}

/// The tabs that show the app; `begun` may already be asking for them.
pub(super) async fn open_tabs(begun: Option<Asked>) -> AppTabs {
    let asked_at = begun.as_ref().map_or_else(now, |asked| asked.at);
    let found = come(begun.map_or_else(|| tabs::query(SITE_ACCESS), |asked| Ok(asked.promise))).await;
    let Some(mut found) = found.ok().and_then(from_js::<Vec<tabs::Tab>>) else { return AppTabs::default() };
    let used = |tab: &tabs::Tab| tab.last_accessed.unwrap_or_default();
    found.sort_by(|one, other| used(other).total_cmp(&used(one)));
    let shown = found.iter().filter_map(|tab| Some(AppTab { id: TabId(tab.id?), window: tab.window_id? }));
    AppTabs { tabs: shown.collect(), asked_at: Some(asked_at) }
}

fn take(brain: &mut Brain, request: Request, open: &AppTabs) -> crate::protocol::Reply {
    let Request { asker, event, dropped, forms, loaded, on_api_page, in_front, .. } = request;
    for form in forms {
        brain.state.count_form(form.into());
    }
    if dropped > 0 {
        brain.state.count_refused("too-many-reports", dropped);
    }
    let mut events = Vec::new();
    if let (true, Asker::Banner { tab, .. }) = (loaded, asker) {
        events.push(Event::Tab { tab, state: TabChange::Loaded });
    }
    match event {
        Ok(event) => {
            if matches!(asker, Asker::Surface(_)) {
                events = effects::tabs_left(brain, open);
            }
            events.push(with_a_tab(event, &open.tabs));
            if let Asker::Banner { tab, .. } = asker {
                let known = brain.state.tab(tab).map(|tab| (tab.was_seen, tab.is_behind));
                let news = match known {
                    Some((true, false)) if in_front => None,
                    Some((_, true)) if !in_front => None,
                    _ if in_front => Some(Event::InFront { tab }),
                    _ => Some(Event::Behind { tab }),
                };
                // How an answer changes its tab depends on this.
                let last = events.len() - 1;
                news.into_iter().for_each(|news| events.insert(last, news));
            }
            if let (Asker::Banner { tab, .. }, Some(is)) = (asker, on_api_page)
                && is != brain.state.tab(tab).is_some_and(|tab| tab.on_api_page)
            {
                events.push(Event::OnApiPage { tab, is });
            }
        }
        Err(refused) => brain.state.count_refused(&refused.to_string(), 1),
    }
    dispatch(brain, events, &open.tabs, Some(asker));
    effects::reply(brain, asker)
}

/// A fresh reload from one of our own surfaces goes to the most recently used tab, if there is one.
fn with_a_tab(event: Event, open: &[AppTab]) -> Event {
    match event {
        Event::Act { tab: None, action: Action::FreshReload } => {
            Event::Act { tab: open.first().map(|tab| tab.id), action: Action::FreshReload }
        }
        event => event,
    }
}

/// Reads a value from the browser into its type.
pub(super) fn from_js<T: DeserializeOwned>(value: JsValue) -> Option<T> {
    serde_wasm_bindgen::from_value(value).ok()
}

/// The keys of a storage area with their texts. We never wrote a value that is not a text; the core gets to see it
/// all the same, and judges.
fn entries(area: Option<&JsValue>) -> Vec<(String, String)> {
    let Some(area) = area.and_then(|area| area.dyn_ref::<Object>()) else { return Vec::new() };
    let entries = Object::entries(area).into_iter().filter_map(|entry| {
        let entry: Array = entry.dyn_into().ok()?;
        Some((entry.get(0).as_string()?, entry.get(1).as_string().unwrap_or_else(|| "?".to_owned())))
    });
    entries.collect()
}
