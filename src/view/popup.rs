//! The toolbar popup: the same truth, with or without a tab.

use super::parts::{self, pictures};
use super::sentence::Tone;
use super::{Element, Locale, View, Writer, el};
use crate::State;
use crate::state::{SetAside, Why};
use crate::time::UtcMillis;

/// The toolbar popup.
#[must_use]
pub fn popup(state: &State, now: UtcMillis, locale: &dyn Locale) -> View {
    let status = state.status(None, now);
    let w = Writer { locale, now: status.now };
    let first_run = parts::is_first_run(&status);
    let main = if first_run {
        parts::button("btn", "open-app", &w.say("do_open_app"))
    } else {
        parts::fresh_reload(&w, &status)
    };
    let foot = el("div")
        .class("foot")
        .child(main)
        .children(
            (!first_run && status.tab.is_none())
                .then(|| parts::button("btn ghost", "open-app", &w.say("do_open_app"))),
        )
        .children(
            state
                .banner
                .put_away
                .is_some()
                .then(|| parts::button("btn ghost", "show", &w.say("do_show_banner"))),
        )
        .child(el("span").class("space"))
        .child(parts::icon_button("open-options", &w.say("do_options"), parts::picture(pictures::OPTIONS)));
    let tree = el("main")
        .class(format!("rw popup {}", Tone::of(&status.judgement.verdict).class()))
        .attr("lang", w.say("language_tag"))
        .attr("data-verdict", status.judgement.verdict.word())
        .child(parts::head(&w, &status))
        .children(parts::outcome(&w, &status))
        .children(parts::next_refill(&w, &status))
        .children((!first_run).then(|| parts::pools(&w, &status, false)))
        .children(parts::notes(&w, &status))
        .children(set_aside(&w, &state.diagnostics.set_aside))
        .children(super::trouble::line(&w, state, status.tab))
        .child(foot)
        .child(el("p").class("fine").text(w.say("unofficial")));
    View { tree, ask_again_ms: Some(state.repaint_in(now, parts::counted_to(&status))), watch: Vec::new() }
}

/// That stored data was kept aside, and why.
fn set_aside(w: &Writer<'_>, kept: &[SetAside]) -> Option<Element> {
    let last = kept.last()?;
    let key = match last.why {
        Why::Corrupt => "note_set_aside",
        Why::Newer => "note_set_aside_newer",
    };
    Some(el("p").class("outcome warn").attr("data-note", "set-aside").text(w.say(key)))
}
