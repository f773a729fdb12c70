//! The fresh login: offered when a fresh reload did not help, with an explanation first.

use super::parts::{button, fold_out, page_link};
use super::{Element, Writer, el};
use crate::state::{Action, Found, SitePage, Status};
use crate::verdict::Verdict;

/// The browsers' name for the permission it needs.
pub const PERMISSION: &str = "browsingData";

/// The explanation and the button; nothing unless a fresh reload is over and something is still wrong.
pub fn login(w: &Writer<'_>, status: &Status<'_>) -> Option<Element> {
    let found = status.reload?.found?;
    let is_well = matches!(status.judgement.verdict, Verdict::Fresh { .. } | Verdict::Refilled { .. });
    if is_well && matches!(found, Found::Answer(_)) {
        return None;
    }
    let links = el("p.links")
        .child(button("link", &Action::OpenApp, &w.say("do_open_app")))
        .child(page_link(w, SitePage::Help, "do_help"));
    let clear = el("div.delete").child(el("p").say(w, "login_warning")).child(button(
        "btn danger",
        &Action::FreshLogin(PERMISSION.to_owned()),
        &w.say("do_fresh_login"),
    ));
    let body = el("div.login").child(el("p").say(w, "login_by_hand")).child(links).child(clear);
    Some(fold_out(w, "login_title", body))
}
