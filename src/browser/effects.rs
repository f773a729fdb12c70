//! What the state asked for, as calls of the extension APIs.
//!
//! A browser API that refuses (a tab that is gone, a popup that is not open) is no failure of ours: the state
//! is saved, and the surface asks again by itself.

use super::brain::{Brain, now};
use super::call::{Argument, Call, call, writes};
use super::message::{APP, Asker, Surface};
use crate::state::{Effect, Event, TabChange, TabId};
use crate::stored::{Stored, quoted};
use crate::time::UtcMillis;
use crate::view::SITE_ACCESS;
use crate::view::{self, Locale, Notification, View};

/// Where what a fresh login clears is kept.
const HOST: &str = "app.leonardo.ai";

/// The one alarm.
const ALARM: &str = "wake";

/// A tab of the browser that shows the app.
#[derive(Clone, Copy)]
pub(super) struct AppTab {
    pub(super) id: TabId,
    pub(super) window: i64,
}

/// Hands `events` to the state and returns what follows from them. `open` are the tabs that show the app, the
/// most recently used first. `asker` gets its view by the reply, not by a push.
pub(super) fn happen(
    brain: &mut Brain,
    mut events: Vec<Event>,
    open: &[AppTab],
    asker: Option<Asker>,
) -> Vec<Call> {
    let now = now();
    let mut wake = None;
    let mut after = Vec::new();
    // A surface that only asks again tells the others nothing new; two open ones would keep each other asking. At a
    // banner's tick a verdict can change: its counter has settled on a wrong number.
    let only_asks = events.iter().all(|event| matches!(event, Event::Tick));
    let is_news = !(only_asks && matches!(asker, Some(Asker::Surface(_))));
    // Travelling and summer time, noticed before anything is judged by the local time.
    let ahead_of_utc = brain.locale.ahead_of_utc(now);
    if brain.state.ahead_of_utc() != Some(ahead_of_utc) {
        events.insert(0, Event::Zone { ahead_of_utc });
    }
    for event in events {
        for effect in brain.state.handle(event, now) {
            match effect {
                Effect::Save | Effect::Refresh => {}
                Effect::WakeAt(at) => wake = Some(at),
                Effect::Reload(tab) => after.push(call(
                    "tabs.reload",
                    vec![Argument::Number(tab.0), Argument::object("bypassCache", Argument::True)],
                )),
                Effect::OpenApp => after.extend(open_app(open)),
                Effect::Sync(key, Some(text)) => {
                    let item = Argument::Object(vec![(key, Argument::Text(text))]);
                    after.push(call("storage.sync.set", vec![item]));
                }
                Effect::Sync(key, None) => {
                    after.push(call("storage.sync.remove", vec![Argument::Text(key)]));
                }
                Effect::ClearSite => after.push(clear_site(&brain.state.browser)),
                Effect::OpenInBackground => after.push(open_in_background()),
                Effect::CloseTab(tab) => after.push(call("tabs.remove", vec![Argument::Number(tab.0)])),
                Effect::OpenPage(page) => after.push(open_url(page.url())),
                Effect::OpenOptions => after.push(call("runtime.openOptionsPage", Vec::new())),
                Effect::WatchCounter(candidate) => brain.watch = Some(candidate),
                Effect::Notify(notice) => {
                    after.push(notify(brain, view::notification(&brain.state, &notice, now, &brain.locale)));
                }
                Effect::SaveCalendar => {
                    let file = view::calendar_file(&brain.state, now, &brain.locale);
                    file.into_iter().for_each(|file| brain.state.hand_over(file));
                }
                Effect::Copy(text) => brain.copy = Some(text),
                Effect::PickCounter(tab) => {
                    let hint =
                        Argument::object("pick", Argument::Text(view::picker(&brain.state, &brain.locale)));
                    after.push(call("tabs.sendMessage", vec![Argument::Number(tab.0), hint]));
                    let front = Argument::object("active", Argument::True);
                    after.push(call("tabs.update", vec![Argument::Number(tab.0), front]));
                }
            }
        }
    }
    // Storage first of all: the browser may end us at any later step.
    let mut calls = save(brain);
    calls.extend(wake.filter(|_| !brain.private).and_then(|at| wake_at(brain, at)));
    brain.locale.follow_zone();
    refresh_banners(brain, asker, now, &mut calls);
    if !brain.private {
        refresh_badge(brain, now, &mut calls);
        if is_news {
            // Open surfaces ask again. Nobody knows whether one is open, and the message costs next to nothing.
            calls.push(call("runtime.sendMessage", vec![Argument::object("changed", Argument::True)]));
        }
    }
    calls.extend(after);
    calls
}

/// The tabs that the state knows and the browser no longer shows the app in: a tab can go to another site
/// without being closed.
pub(super) fn tabs_left(brain: &Brain, open: &[AppTab]) -> Vec<Event> {
    let gone = brain.state.tabs().filter(|tab| !open.iter().any(|one| one.id == *tab));
    gone.map(|tab| Event::Tab { tab, state: TabChange::Closed }).collect()
}

fn save(brain: &mut Brain) -> Vec<Call> {
    if !brain.may_write {
        return Vec::new();
    }
    let mut unsaved = brain.state.take_unsaved();
    for earlier in brain.unwritten.drain(..) {
        if !unsaved.iter().any(|newer| newer.area == earlier.area && newer.key == earlier.key) {
            unsaved.push(earlier);
        }
    }
    writes(unsaved)
}

/// Sets the alarm, unless it is set so already: one that is set again at every wake never goes off.
fn wake_at(brain: &mut Brain, at: UtcMillis) -> Option<Call> {
    if brain.alarm.replace(at) == Some(at) {
        return None;
    }
    let when = Argument::object("when", Argument::Number(at.0));
    Some(call("alarms.create", vec![Argument::Text(ALARM.into()), when]))
}

/// Shows a notification, with what both browsers know of them.
fn notify(brain: &Brain, told: Notification) -> Call {
    let icon = [&*brain.own_origin, "icons/128.png"].concat();
    let text = |name: &str, value: &str| (name.to_owned(), Argument::Text(value.to_owned()));
    let shown =
        [("type", "basic"), ("iconUrl", &*icon), ("title", &*told.title), ("message", &*told.message)];
    let options = Argument::Object(shown.map(|(name, value)| text(name, value)).into());
    call("notifications.create", vec![Argument::Text(told.id), options])
}

fn open_in_background() -> Call {
    let url = ("url".to_owned(), Argument::Text(APP.to_owned()));
    call("tabs.create", vec![Argument::Object(vec![url, ("active".to_owned(), Argument::False)])])
}

/// The browsers name the site in two ways. What is not of the site stays.
fn clear_site(browser: &str) -> Call {
    let (name, site) = if browser.contains("Firefox/") {
        ("hostnames", HOST.to_owned())
    } else {
        ("origins", ["https://", HOST].concat())
    };
    let kinds = ["cookies", "indexedDB", "localStorage"].map(|kind| (kind.to_owned(), Argument::True));
    call("browsingData.remove", vec![list(name, site), Argument::Object(kinds.into())])
}

/// Gives back the permission that clearing took.
pub(super) fn give_back() -> Call {
    call("permissions.remove", vec![list("permissions", "browsingData".to_owned())])
}

/// An object whose one property is a list of one text.
fn list(name: &str, text: String) -> Argument {
    Argument::object(name, Argument::List(vec![Argument::Text(text)]))
}

fn open_url(url: &str) -> Call {
    call("tabs.create", vec![Argument::object("url", Argument::Text(url.to_owned()))])
}

/// Brings the app to the front, or opens it.
fn open_app(open: &[AppTab]) -> Vec<Call> {
    let Some(tab) = open.first() else { return vec![open_url(APP)] };
    vec![
        call("tabs.update", vec![Argument::Number(tab.id.0), Argument::object("active", Argument::True)]),
        call(
            "windows.update",
            vec![Argument::Number(tab.window), Argument::object("focused", Argument::True)],
        ),
    ]
}

fn refresh_banners(brain: &mut Brain, asker: Option<Asker>, now: UtcMillis, calls: &mut Vec<Call>) {
    let tabs: Vec<TabId> = brain.state.tabs().collect();
    brain.banners.retain(|tab, _| tabs.contains(tab));
    for tab in tabs {
        if matches!(asker, Some(Asker::Banner { tab: asking, .. }) if asking == tab) {
            continue;
        }
        let view = view::banner(&brain.state, tab, now, &brain.locale);
        let look = look_of(&view, now);
        if brain.banners.get(&tab) == Some(&look) {
            continue;
        }
        brain.banners.insert(tab, look);
        let style = style_for(brain, tab, false);
        let paint = Argument::object("paint", Argument::Text(view.to_text(style)));
        calls.push(call("tabs.sendMessage", vec![Argument::Number(tab.0), paint]));
    }
}

fn refresh_badge(brain: &mut Brain, now: UtcMillis, calls: &mut Vec<Call>) {
    let badge = view::badge(&brain.state, now, &brain.locale);
    if brain.badge.as_ref() == Some(&badge) {
        return;
    }
    let mut set = |function, name, value: &str| {
        calls.push(call(function, vec![Argument::object(name, Argument::Text(value.to_owned()))]));
    };
    set("action.setBadgeBackgroundColor", "color", badge.color);
    set("action.setBadgeText", "text", &badge.text);
    set("action.setTitle", "title", &badge.title);
    brain.badge = Some(badge);
}

/// The view that `asker` asked for, as the JSON text of the reply.
pub(super) fn reply(brain: &mut Brain, asker: Asker) -> String {
    brain.locale.follow_zone();
    let now = now();
    match asker {
        Asker::Banner { tab, unstyled } => {
            let view = view::banner(&brain.state, tab, now, &brain.locale);
            brain.banners.insert(tab, look_of(&view, now));
            let kept = brain.state.kept(tab);
            let more = [
                ("counter", brain.watch.take().map(|candidate| candidate.to_string())),
                ("kept", (!kept.is_empty()).then(|| quoted(&kept))),
                // Once a document: when the extension is updated, there is nobody left to ask.
                ("farewell", unstyled.then(|| view::farewell(&brain.state, &brain.locale))),
            ];
            with_more(view.to_text(style_for(brain, tab, unstyled)), &more)
        }
        Asker::Surface(Surface::Popup) => {
            let view = view::popup(&brain.state, now, &brain.locale).to_text(None);
            let picture = brain.state.take_picture().map(|name| pair(name, SITE_ACCESS.to_owned()));
            let copy = brain.copy.take().map(|text| quoted(&text));
            with_more(view, &[("copy", copy), ("picture", picture), ("file", file(brain))])
        }
        Asker::Surface(Surface::Options) => {
            let view = view::options(&brain.state, now, &brain.locale).to_text(None);
            with_more(view, &[("file", file(brain))])
        }
    }
}

/// The file that the user asked for, with its name.
fn file(brain: &mut Brain) -> Option<String> {
    brain.state.take_file().map(|file| pair(file.name, file.text))
}

/// Two texts as a JSON list.
fn pair(one: String, other: String) -> String {
    crate::stored::to_text(&vec![one, other])
}

/// The style sheet that goes with a view of the banner: an open card brings all of it along each time, as nobody
/// remembers which documents have it, and a banner that has none gets what it needs while it is folded.
fn style_for(brain: &Brain, tab: TabId, unstyled: bool) -> Option<&str> {
    let is_open = brain.state.tab(tab).is_some_and(|tab| tab.expanded);
    if is_open { Some(&brain.styles.whole) } else { unstyled.then_some(&brain.styles.folded) }
}

/// What the browser calls itself.
pub(super) fn browser() -> String {
    let navigator = js_sys::Reflect::get(&js_sys::global(), &"navigator".into());
    let name = navigator.and_then(|navigator| js_sys::Reflect::get(&navigator, &"userAgent".into()));
    name.ok().and_then(|name| name.as_string()).unwrap_or_default()
}

/// Puts more properties into the JSON text of a view: `values` are JSON texts.
fn with_more(mut view: String, values: &[(&str, Option<String>)]) -> String {
    for (name, value) in values {
        if let Some(value) = value {
            view.pop();
            view.push_str(",\"");
            view.push_str(name);
            view.push_str("\":");
            view.push_str(value);
            view.push('}');
        }
    }
    view
}

/// What two views must share to be the same to the reader: all but the wait, which is counted from now.
fn look_of(view: &View, now: UtcMillis) -> String {
    let mut look = String::new();
    view.tree.write(&mut look);
    view.watch.write(&mut look);
    view.ask_again_ms.map(|wait| now.plus(wait)).write(&mut look);
    look
}
