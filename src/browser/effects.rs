//! Turns what the state asks for into calls of the extension APIs.
//!
//! All calls for an event start in one turn, storage first, because the browser may end us at any later step.
//! `outcome` waits for the results. A call that fails because a tab is gone or a popup is closed is no failure of
//! ours: the state is saved, and the surface asks again.

use super::brain::{Brain, Look, now};
use super::chrome::{action, alarms, browsing_data, notifications, runtime, storage, tabs, windows};
use super::message::{APP, Asker};
use super::writes::{with_earlier, writes};
use super::{entry, outcome};
use crate::protocol::{File, Picture, Push, Reply, Surface};
use crate::state::{Effect, Event, TabChange, TabId};
use crate::time::DeviceTime;
use crate::view::{self, Locale, Notification, SITE_ACCESS, View};
use gloo_timers::callback::Timeout;

/// The host that a fresh login clears.
const HOST: &str = "app.leonardo.ai";

/// The one alarm.
const ALARM: &str = "wake";

/// The shortest delay that browsers honour for an alarm, in milliseconds. A shorter timer is lost when the background
/// ends, so the alarm is set as well.
const SHORTEST_ALARM: i64 = 30_000;

/// A browser tab that shows the app.
#[derive(Clone, Copy)]
pub(super) struct AppTab {
    pub(super) id: TabId,
    pub(super) window: i64,
}

/// The tabs that show the app, as the browser lists them.
#[derive(Default)]
pub(super) struct AppTabs {
    /// Most recently used first.
    pub(super) tabs: Vec<AppTab>,
    /// When the browser was asked for the list; `None` if it was not, or did not answer.
    pub(super) asked_at: Option<DeviceTime>,
}

/// Hands `events` to the state and carries out what follows. `open` lists the tabs that show the app, most recently
/// used first. `asker` gets its view with the reply, not by a push.
pub(super) fn dispatch(brain: &mut Brain, mut events: Vec<Event>, open: &[AppTab], asker: Option<Asker>) {
    let now = now();
    let mut wake = None;
    let mut after = Vec::new();
    // A surface that only asks again is no news for the others; two open ones would keep each other asking. A
    // banner's tick can change a verdict: its counter may have settled on a wrong number.
    let only_asks = events.iter().all(|event| matches!(event, Event::Tick));
    let is_news = !(only_asks && matches!(asker, Some(Asker::Surface(_))));
    // Notice travel and daylight saving time before anything is judged by local time.
    let ahead_of_utc = brain.locale.ahead_of_utc(brain.state.corrected(now));
    if brain.state.ahead_of_utc() != Some(ahead_of_utc) {
        events.insert(0, Event::Zone { ahead_of_utc });
    }
    for event in events {
        for effect in brain.state.handle(event, now) {
            match effect {
                Effect::WakeAt(at) => wake = Some(at),
                Effect::WatchCounter(candidate) => brain.counter = Some(candidate),
                Effect::Copy(clip) => {
                    brain.copy = view::clip(&brain.state, &clip, brain.state.corrected(now));
                }
                Effect::SaveReport { name } => {
                    let file = view::report_file(&brain.state, name, brain.state.corrected(now));
                    brain.state.hand_over(file);
                }
                Effect::SaveCalendar => {
                    let file = view::calendar_file(&brain.state, now, &brain.locale);
                    file.into_iter().for_each(|file| brain.state.hand_over(file));
                }
                effect => after.push(effect),
            }
        }
    }
    save(brain);
    if let Some(at) = wake.filter(|_| !brain.private) {
        wake_at(brain, at, now);
    }
    brain.locale.follow_zone();
    refresh_banners(brain, asker, now);
    if !brain.private {
        refresh_badge(brain, now);
        if is_news {
            // Open surfaces ask again. We do not know whether any is open, and the message costs next to nothing.
            outcome::ignored(runtime::send_message(&Push::Changed));
        }
    }
    for effect in after {
        carry_out(brain, effect, open, now);
    }
    entry::follow_language(brain);
}

/// Makes the call for an effect.
fn carry_out(brain: &Brain, effect: Effect, open: &[AppTab], now: DeviceTime) {
    match effect {
        Effect::Reload(tab) => outcome::ignored(tabs::reload_past_cache(tab)),
        Effect::AskUnsent(tab, before) => {
            outcome::of_asking(tab, before, tabs::send_message(tab, &Push::AskUnsent));
        }
        Effect::OpenApp => open_app(open),
        Effect::Sync(key, Some(text)) => outcome::of_sync(storage::sync_set(&key, &text)),
        Effect::Sync(key, None) => outcome::of_sync(storage::sync_remove(key)),
        Effect::ClearSite => outcome::of_clearing(clear_site(&brain.state.browser)),
        Effect::OpenInBackground => outcome::of_opening(tabs::create(APP, false)),
        Effect::GiveBack => outcome::gives_back_clearing(),
        Effect::CloseTab(tab) => outcome::ignored(tabs::remove(tab)),
        Effect::OpenPage(page) => outcome::logged("a page of the site", tabs::create(page.url(), true)),
        Effect::OpenOptions => outcome::logged("the options", runtime::open_options_page()),
        Effect::Notify(notice) => {
            notify(brain, &view::notification(&brain.state, &notice, now, &brain.locale));
        }
        Effect::PickCounter(tab) => {
            let hint = view::picker(&brain.state, &brain.locale);
            outcome::ignored(tabs::send_message(tab, &Push::Pick { hint }));
            outcome::ignored(tabs::activate(tab));
        }
        // These need no call, or were handled before the calls.
        Effect::WakeAt(_)
        | Effect::WatchCounter(_)
        | Effect::Copy(_)
        | Effect::SaveCalendar
        | Effect::SaveReport { .. } => {}
    }
}

/// Tabs that the state knows but that no longer show the app: a tab can go to another site without being closed.
pub(super) fn tabs_left(brain: &Brain, open: &AppTabs) -> Vec<Event> {
    let Some(asked_at) = open.asked_at else { return Vec::new() };
    let listed: Vec<TabId> = open.tabs.iter().map(|tab| tab.id).collect();
    let left = brain.state.tabs_left(&listed, asked_at);
    left.into_iter().map(|tab| Event::Tab { tab, state: TabChange::Closed }).collect()
}

/// Starts to store what changed, and what storage refused earlier.
pub(super) fn save(brain: &mut Brain) {
    if !brain.may_write {
        return;
    }
    let unsaved = brain.state.take_unsaved();
    for write in writes(with_earlier(unsaved, std::mem::take(&mut brain.unwritten))) {
        outcome::of_write(write);
    }
}

/// Sets the alarm, unless it is already set for that time. An alarm that is set again at every wake never fires.
fn wake_at(brain: &mut Brain, at: DeviceTime, now: DeviceTime) {
    if brain.alarm.replace(at) == Some(at) {
        return;
    }
    outcome::logged("the alarm", alarms::create(ALARM, at.0 as f64));
    let wait = at.since(now);
    brain.timer = u32::try_from(wait)
        .ok()
        .filter(|_| wait < SHORTEST_ALARM)
        .map(|wait| Timeout::new(wait, || wasm_bindgen_futures::spawn_local(entry::on_wake())));
}

/// Shows a notification.
fn notify(brain: &Brain, told: &Notification) {
    let icon = [&*brain.own_origin, "icons/128.png"].concat();
    let options = notifications::Options {
        template: "basic",
        icon_url: &icon,
        title: &told.title,
        message: &told.message,
    };
    outcome::logged("a notification", notifications::create(&told.id, &options));
}

/// Each browser names the site in its own way. Data outside the site stays.
fn clear_site(browser: &str) -> super::chrome::Called {
    let site = if browser.contains("Firefox/") {
        browsing_data::Site::Hostnames([HOST.to_owned()])
    } else {
        browsing_data::Site::Origins([["https://", HOST].concat()])
    };
    browsing_data::remove(
        &site,
        &browsing_data::Kinds { cookies: true, indexed_db: true, local_storage: true },
    )
}

/// Brings the app to the front, or opens it.
fn open_app(open: &[AppTab]) {
    let Some(tab) = open.first() else { return outcome::logged("the app", tabs::create(APP, true)) };
    outcome::ignored(tabs::activate(tab.id));
    outcome::ignored(windows::focus(tab.window));
}

/// Whether nobody can see what is drawn in a tab.
fn is_behind(brain: &Brain, tab: TabId) -> bool {
    brain.state.tab(tab).is_some_and(|tab| tab.is_behind)
}

fn refresh_banners(brain: &mut Brain, asker: Option<Asker>, now: DeviceTime) {
    let tabs: Vec<TabId> = brain.state.tabs().collect();
    brain.banners.retain(|tab, _| tabs.contains(tab));
    for tab in tabs {
        // The asker gets its view with the reply. A page in the background asks when the user looks at it.
        if matches!(asker, Some(Asker::Banner { tab: asking, .. }) if asking == tab) || is_behind(brain, tab)
        {
            continue;
        }
        let mut reply = reply_of(&view::banner(&brain.state, tab, now, &brain.locale));
        let look = Look::of(&reply, now);
        if brain.banners.get(&tab) == Some(&look) {
            continue;
        }
        brain.banners.insert(tab, look);
        reply.style = style_for(brain, tab, false);
        outcome::of_painting(tab, tabs::send_message(tab, &Push::Paint(Box::new(reply))));
    }
}

fn refresh_badge(brain: &mut Brain, now: DeviceTime) {
    let badge = view::badge(&brain.state, now, &brain.locale);
    if brain.badge.as_ref() == Some(&badge) {
        return;
    }
    outcome::logged("the badge", action::set_badge_background_color(badge.color));
    outcome::logged("the badge", action::set_badge_text(&badge.text));
    outcome::logged("the button's title", action::set_title(&badge.title));
    brain.badge = Some(badge);
}

/// The view that `asker` asked for, and what goes with it.
pub(super) fn reply(brain: &mut Brain, asker: Asker) -> Reply {
    brain.locale.follow_zone();
    let now = now();
    match asker {
        Asker::Banner { tab, .. } if is_behind(brain, tab) => Reply {
            sums: view::expected_sums(&brain.state, tab),
            counter: brain.counter.take(),
            kept: Some(brain.state.kept(tab)).filter(|kept| !kept.is_empty()),
            ..Reply::default()
        },
        Asker::Banner { tab, unstyled } => {
            let reply = reply_of(&view::banner(&brain.state, tab, now, &brain.locale));
            brain.banners.insert(tab, Look::of(&reply, now));
            Reply {
                style: style_for(brain, tab, unstyled),
                counter: brain.counter.take(),
                kept: Some(brain.state.kept(tab)).filter(|kept| !kept.is_empty()),
                // Once per document, for when the extension is updated and there is nobody left to ask.
                farewell: unstyled.then(|| view::farewell(&brain.state, &brain.locale)),
                ..reply
            }
        }
        Asker::Surface(Surface::Popup) => Reply {
            copy: brain.copy.take(),
            picture: brain.state.take_picture().map(|name| Picture { name, pages: SITE_ACCESS.to_owned() }),
            file: file(brain),
            ..reply_of(&view::popup(&brain.state, now, &brain.locale))
        },
        Asker::Surface(Surface::Options) => {
            Reply { file: file(brain), ..reply_of(&view::options(&brain.state, now, &brain.locale)) }
        }
    }
}

/// A view and nothing else.
fn reply_of(view: &View) -> Reply {
    Reply {
        view: view.tree.to_text(),
        ask_again_ms: view.ask_again_ms,
        sums: view.sums.clone(),
        ..Reply::default()
    }
}

/// The file that the user asked for.
fn file(brain: &mut Brain) -> Option<File> {
    brain.state.take_file().map(|file| File { name: file.name, text: file.text })
}

/// The style sheet to send with a view of the banner. An open card always gets all of it, since nobody remembers
/// which documents have it. A banner without any gets what it needs while folded.
fn style_for(brain: &Brain, tab: TabId, unstyled: bool) -> Option<String> {
    let is_open = brain.state.tab(tab).is_some_and(|tab| tab.expanded);
    if is_open { Some(brain.styles.whole.clone()) } else { unstyled.then(|| brain.styles.folded.clone()) }
}
