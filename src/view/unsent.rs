//! The question before a reload that would lose what the user typed, and what the check in its place found.

use super::parts::button;
use super::{Element, Node, Writer, el};
use crate::State;
use crate::state::{Action, Before, Found, NoCheck, TabId, Unsent};

/// A tab's question, while there is one.
pub fn unsent(w: &Writer<'_>, state: &State, tab: Option<TabId>) -> Option<Element> {
    let tab = state.tab(tab?)?;
    let question = tab.unsent.as_ref().filter(|question| !question.goes_on)?;
    if question.is_checking {
        let shown = tab.answer.as_ref().and_then(|answer| answer.pools.spendable());
        return Some(checked(w, state, question, shown));
    }
    let can = state.can_check(w.now);
    let check = button("btn", &Action::Check, &w.say("do_check_instead")).flag("disabled", can.is_err());
    let (text, anyway) = match question.before {
        Before::Reload => {
            ("unsent_text", button("btn ghost", &Action::ReloadAnyway, &w.say("do_reload_anyway")))
        }
        Before::Login => {
            let action = Action::LoginAnyway(super::login::PERMISSION.to_owned());
            ("unsent_login", button("btn ghost", &action, &w.say("do_login_anyway")))
        }
    };
    let why = match can {
        Err(NoCheck::Until(next)) => Some(w.fill("check_until", [("time", w.short_local(next))])),
        Err(NoCheck::SignedOut) => Some(w.fill("check_signed_out_first", [])),
        Err(NoCheck::UnderWay) => Some(w.fill("check_under_way", [])),
        Ok(()) => None,
    };
    Some(
        outcome("unsent", "warn", w.fill(text, []))
            .attr("role", "alert")
            .maybe(why.map(|why| el("p.sub").nodes(why)))
            .child(el("div.row").child(check).child(anyway)),
    )
}

/// What the check found, beside what the page still shows. Every surface has a reload button anyway.
fn checked(
    w: &Writer<'_>,
    state: &State,
    question: &Unsent,
    shown: Option<crate::balance::Amount>,
) -> Element {
    let found = state.checks().found.as_ref().filter(|found| found.at >= question.asked_at);
    match found {
        None => outcome("checking", "quiet", w.fill("check_under_way", [])),
        Some(found) if matches!(found.found, Found::Answer(_)) && found.after != shown => {
            let values = [("after", w.amount(found.after).into()), ("shown", w.amount(shown).into())];
            outcome("checked-other", "warn", w.fill("unsent_other", values))
        }
        Some(found) if matches!(found.found, Found::Answer(_)) => {
            outcome("checked-same", "ok", w.fill("unsent_same", [("after", w.amount(found.after).into())]))
        }
        Some(found) => {
            let text = w.fill("check_nothing", [("ago", w.relative(found.at).into())]);
            outcome("checked-nothing", "warn", text)
        }
    }
}

fn outcome(word: &'static str, tone: &'static str, text: Vec<Node>) -> Element {
    el("div").class(format!("outcome {tone}")).attr("data-outcome", word).child(el("p").nodes(text))
}
