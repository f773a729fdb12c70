//! The background check: its button, and what the last one found.

use super::parts::button;
use super::{Element, Writer, el};
use crate::State;
use crate::balance::Failure;
use crate::state::{Action, Checked, Found, NoCheck};
use crate::time::MINUTE;

/// The button with its last result, or why it cannot be pressed.
pub fn check(w: &Writer<'_>, state: &State) -> Element {
    let can = state.can_check(w.now);
    let button = button("btn ghost line", &Action::Check, &w.say("do_check")).flag("disabled", can.is_err());
    let found = state.checks().found.as_ref();
    let mut said = el("p.sub");
    if can == Err(NoCheck::UnderWay) {
        said = said.say(w, "check_under_way");
    } else if let Some(found) = found {
        said = said.attr("data-outcome", outcome_word(found)).nodes(outcome(w, found));
    } else {
        said = said.say(w, "check_hint");
    }
    el("div.check").child(button).child(said).maybe(why_not(w, state))
}

/// Why no check can start, if the user needs to know.
pub fn why_not(w: &Writer<'_>, state: &State) -> Option<Element> {
    let why = match state.can_check(w.now) {
        Err(NoCheck::SignedOut) => w.fill("check_signed_out_first", []),
        Err(NoCheck::Until(next)) => w.fill("check_until", [("time", w.short_local(next))]),
        Ok(()) | Err(NoCheck::UnderWay) => return None,
    };
    Some(el("p.sub").nodes(why))
}

/// What a check just found, for screen readers.
pub fn spoken(w: &Writer<'_>, state: &State) -> Option<Element> {
    let found = state.checks().found.as_ref().filter(|found| w.now.since(found.at) < MINUTE)?;
    Some(el("p").nodes(outcome(w, found)))
}

/// The machine-readable word for what a check found.
pub fn outcome_word(checked: &Checked) -> &'static str {
    match checked.found {
        Found::Answer(_) if checked.before != checked.after => "changed",
        Found::Answer(_) => "same",
        Found::NoBalance(Failure::SignedOut) => "signed-out",
        Found::NoBalance(_) => "no-balance",
        Found::NoAnswer => "no-answer",
    }
}

/// What a check found, as a sentence.
pub fn outcome(w: &Writer<'_>, checked: &Checked) -> Vec<super::Node> {
    let key = match checked.found {
        Found::Answer(_) if checked.before.is_some() && checked.before != checked.after => "check_changed",
        Found::Answer(_) => "check_same",
        Found::NoBalance(Failure::SignedOut) => "check_signed_out",
        Found::NoBalance(_) | Found::NoAnswer => "check_nothing",
    };
    let values = [
        ("ago", w.relative(checked.at).into()),
        ("before", w.amount(checked.before).into()),
        ("after", w.amount(checked.after).into()),
    ];
    w.fill(key, values)
}
