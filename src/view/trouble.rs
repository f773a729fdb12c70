//! What is not working, in one line with what can be done about it; the picker's hint; the farewell.

use super::parts::button;
use super::{Element, Locale, Writer, el};
use crate::State;
use crate::state::{TabId, Trouble};
use crate::time::UtcMillis;

/// The pages of the site, as the browsers write them in a request for access.
const SITE_ACCESS: &str = "https://app.leonardo.ai/*";

/// The line about the gravest trouble of a tab, if there is any.
pub fn line(w: &Writer<'_>, state: &State, tab: Option<TabId>) -> Option<Element> {
    let trouble = state.trouble(tab)?;
    let words = match trouble {
        Trouble::NoAccess => "trouble_no_access",
        Trouble::Storage => "trouble_storage",
        Trouble::Unread(_) => "trouble_unread",
        Trouble::NewShape => "trouble_new_shape",
        Trouble::Silent => "trouble_silent",
        Trouble::NoCounter => "trouble_no_counter",
    };
    let way_out = match trouble {
        Trouble::NoAccess => {
            Some(button("link", "ask-access", &w.say("do_ask_access")).attr("data-value", SITE_ACCESS))
        }
        Trouble::NoCounter => Some(button("link", "pick-counter", &w.say("do_pick_counter"))),
        _ => None,
    };
    let text = el("p")
        .class("outcome warn")
        .attr("data-trouble", trouble.word())
        .text(w.say(words))
        .text(" ")
        .children(way_out.map(|way_out| way_out.text(" ")))
        .text(" ")
        .child(button("link", "copy-report", &w.say("do_copy_report")));
    Some(text)
}

/// The JSON text of the hint that is shown while the user points at the counter.
#[must_use]
pub fn picker(locale: &dyn Locale) -> String {
    let w = Writer { locale, now: UtcMillis(0) };
    let tree = el("section")
        .class("rw banner line quiet top-left")
        .attr("role", "status")
        .attr("lang", w.say("language_tag"))
        .child(el("div").class("bar").child(el("p").class("say").text(w.say("picker_hint"))));
    text_of(&tree)
}

/// The JSON text of what the banner turns into when the extension is updated or removed: by then there is nobody
/// left to ask.
#[must_use]
pub fn farewell(state: &State, locale: &dyn Locale) -> String {
    let w = Writer { locale, now: UtcMillis(0) };
    let tree = el("section")
        .class(format!("rw banner line quiet {}", state.banner.corner.word()))
        .attr("role", "region")
        .attr("aria-label", w.say("banner_label"))
        .attr("lang", w.say("language_tag"))
        .attr("data-verdict", "unknown")
        .attr("data-farewell", "")
        .child(el("div").class("bar").child(el("p").class("say").text(w.say("farewell"))).child(button(
            "btn ghost",
            "reload-page",
            &w.say("do_reload_page"),
        )));
    text_of(&tree)
}

fn text_of(tree: &Element) -> String {
    let mut out = String::new();
    tree.write(&mut out);
    out
}
