//! What is not working, in one line with a remedy; the picker's hint; the farewell.

use super::parts::{self, button};
use super::{Element, Locale, Writer, el};
use crate::State;
use crate::state::{Action, TabId, Trouble, Unread};
use crate::time::UtcMillis;

/// The site's pages, as browsers write them in a request for access.
pub const SITE_ACCESS: &str = "https://app.leonardo.ai/*";

/// The line about a tab's gravest problem, if there is one.
pub fn line(w: &Writer<'_>, state: &State, tab: Option<TabId>) -> Option<Element> {
    let trouble = state.trouble(tab)?;
    let words = match trouble {
        Trouble::NoAccess => "trouble_no_access",
        Trouble::Storage => "trouble_storage",
        Trouble::Unread(Unread::HookBypassed) => "trouble_unread",
        Trouble::Unread(_) => "trouble_unreadable",
        Trouble::NewShape => "trouble_new_shape",
        Trouble::Silent => "trouble_silent",
        Trouble::NoCounter => "trouble_no_counter",
    };
    let way_out = match trouble {
        Trouble::NoAccess => {
            Some(button("link", &Action::AskAccess(SITE_ACCESS.to_owned()), &w.say("do_ask_access")))
        }
        Trouble::NoCounter => Some(button("link", &Action::PickCounter, &w.say("do_pick_counter"))),
        _ => None,
    };
    let text = el("p.outcome warn")
        .attr("data-trouble", trouble.word())
        .say(w, words)
        .text(" ")
        .maybe(way_out.map(|way_out| way_out.text(" ")))
        .text(" ")
        .child(button("link", &Action::CopyReport, &w.say("do_copy_report")));
    Some(text)
}

/// The hint shown while the user points at the counter, as a JSON string.
#[must_use]
pub fn picker(state: &State, locale: &dyn Locale) -> String {
    let w = Writer { locale, now: UtcMillis(0) };
    let tree = parts::plain_root(&w, "section", state.banner.theme)
        .class("rw banner line quiet top-left")
        .attr("role", "status")
        .child(said(&w, "picker_hint"));
    tree.to_text()
}

/// What the banner becomes when the extension is updated or removed, as a JSON string: by then there is nobody left
/// to ask.
#[must_use]
pub fn farewell(state: &State, locale: &dyn Locale) -> String {
    let w = Writer { locale, now: UtcMillis(0) };
    let tree = parts::plain_root(&w, "section", state.banner.theme)
        .class(["rw banner line quiet ", state.banner.corner.word()].concat())
        .attr("role", "region")
        .attr("aria-label", w.say("banner_label"))
        .attr("data-verdict", "unknown")
        .attr("data-farewell", "")
        .child(
            el("div.bar")
                .child(el("div.say").child(el("p").say(&w, "farewell")).child(
                    // The page unhides this if it holds unsent text.
                    el("p.outcome warn|data-unsent|hidden|role=status").say(&w, "unsent_text"),
                ))
                .child(button("btn ghost", &Action::ReloadPage, &w.say("do_reload_page"))),
        );
    tree.to_text()
}

/// A bar with one sentence in it.
fn said(w: &Writer<'_>, key: &str) -> Element {
    el("div.bar").child(el("p.say").say(w, key))
}
