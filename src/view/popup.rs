//! The toolbar popup: the same verdict, with or without a tab, and what led to it.

use super::answers::{answers, lasts, low};
use super::chart::chart;
use super::check::check;
use super::guide::guide;
use super::login::login;
use super::parts::{self, pictures};
use super::sentence::Tone;
use super::steps::steps;
use super::support::support;
use super::unsent::unsent;
use super::why::why;
use super::{Element, Locale, View, Writer, el};
use crate::State;
use crate::state::{Action, SetAside, Why};
use crate::time::DeviceTime;

/// The toolbar popup.
#[must_use]
pub fn popup(state: &State, now: DeviceTime, locale: &dyn Locale) -> View {
    let status = state.status(None, now);
    let w = Writer { locale, now: status.now };
    let first_run = parts::is_first_run(&status);
    let main = if first_run {
        parts::button("btn", &Action::OpenApp, &w.say("do_open_app"))
    } else {
        parts::fresh_reload(&w, state, &status)
    };
    let foot = el("div.foot")
        .child(main)
        .maybe(
            (!first_run && status.tab.is_none())
                .then(|| parts::button("btn ghost", &Action::OpenApp, &w.say("do_open_app"))),
        )
        .maybe(
            state
                .banner
                .put_away
                .is_some()
                .then(|| parts::button("btn ghost", &Action::Show, &w.say("do_show_banner"))),
        )
        .child(el("span.space"))
        .child(parts::icon_button(
            &Action::OpenOptions,
            &w.say("do_options"),
            parts::picture(pictures::OPTIONS),
        ));
    let mut tree = parts::root(&w, "main", state.banner.theme, &status)
        .class(["rw popup ", Tone::of(&status).class()].concat())
        .child(parts::spoken(&w, &status).maybe(super::check::spoken(&w, state)))
        .child(parts::head(&w, &status, "h1"))
        .maybe(unsent(&w, state, status.tab))
        .maybe(parts::outcome(&w, &status))
        .maybe(steps(&w, state, &status))
        .maybe(login(&w, &status))
        .maybe(parts::next_refill(&w, &status));
    if !first_run {
        tree = tree.child(parts::pools(&w, &status, false));
    }
    let past = status.account.map(|(id, _)| state.past(id)).unwrap_or_default();
    let tree = tree
        .maybe(parts::notes(&w, &status))
        .maybe(why(&w, &status))
        .maybe(chart(&w, state.banner.chart, &past, &status))
        .maybe(state.accounts().next().map(|_| check(&w, state)))
        .maybe(low(&w, &status, state.banner.warn_below))
        .maybe(lasts(&w, &status))
        .maybe(set_aside(&w, &state.diagnostics.set_aside))
        .maybe(super::trouble::line(&w, state, status.tab))
        .maybe(pin(&w, state))
        .child(guide(&w, &status))
        .maybe(support(&w, state, &status))
        .maybe(answers(&w, &past.points))
        .child(parts::unofficial(&w, state))
        .child(foot);
    View { tree, ask_again_ms: Some(state.repaint_in(now, parts::counted_to(&status))), sums: Vec::new() }
}

/// Suggests pinning the button, once, to users who have not.
fn pin(w: &Writer<'_>, state: &State) -> Option<Element> {
    let key = if state.browser.contains("Firefox/") { "pin_firefox" } else { "pin_chrome" };
    let dismiss_hint = parts::button("link", &Action::GotIt, &w.say("do_got_it"));
    state
        .suggests_pin(w.now)
        .then(|| el("p.outcome quiet|data-pin").say(w, key).text(" ").child(dismiss_hint))
}

/// That stored data was set aside, and why.
fn set_aside(w: &Writer<'_>, kept: &[SetAside]) -> Option<Element> {
    let last = kept.last()?;
    let key = match last.why {
        Why::Corrupt => "note_set_aside",
        Why::Newer => "note_set_aside_newer",
    };
    Some(el("p.outcome warn|data-note=set-aside").say(w, key))
}
