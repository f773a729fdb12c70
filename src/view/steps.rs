//! What to do about a refill that is late, missing or too small: steps to tick off.

use super::{Element, Node, Writer, el};
use crate::State;
use crate::state::{Setting, Status};
use crate::time::HOUR;
use crate::verdict::Verdict;

/// The latest that a refill has been seen to come.
const LATEST: i64 = 4 * HOUR;

/// The steps for the present problem, if there is one.
pub fn steps(w: &Writer<'_>, state: &State, status: &Status<'_>) -> Option<Element> {
    let verdict = &status.judgement.verdict;
    let due = verdict.trouble()?;
    let ticked = &state.banner.ticked;
    let amount = w.amount(status.primary().and_then(|row| row.amount));
    let until = due.plus(LATEST);
    let is_over = status.now >= until;
    let wait = match is_over {
        true => w.fill("step_wait_over", []),
        false => w.fill("step_wait", [("time", w.short_local(until))]),
    };
    let mut list = el("ol.steps").attr("aria-label", w.say("steps_title"));
    let mut current = true;
    // A step's word, its text, and whether we know that it is done.
    let steps: [(&str, Vec<Node>, bool); 4] = [
        // These verdicts rest on an answer after the due instant, which is what a fresh reload is for.
        ("reload", w.fill("step_reload", [("amount", amount.into())]), true),
        ("login", w.fill("step_login", []), false),
        ("wait", wait, is_over),
        ("report", w.fill("step_report", []), false),
    ];
    for (word, text, is_known) in steps {
        if word == "wait" && matches!(verdict, Verdict::Short { .. }) {
            continue;
        }
        let done = is_known || (ticked.due == due && ticked.steps.iter().any(|step| step == word));
        let class = match done {
            true => "done",
            false if std::mem::take(&mut current) => "now",
            false => "",
        };
        let tick = el("input|type=checkbox")
            .attr("id", ["step-", word].concat())
            .attr("data-setting", Setting::Step(word.to_owned()).to_string())
            .flag("checked", done)
            .flag("disabled", is_known);
        list = list.child(el("li").class(class).child(el("label").child(tick).child(el("span").nodes(text))));
    }
    Some(list)
}
