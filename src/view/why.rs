//! "Why it says this": the observations behind the verdict, and what would decide an open case.

use super::parts::fold_out;
use super::words::Part;
use super::{Element, Node, Writer, el};
use crate::state::Status;
use crate::verdict::{Decider, Observation};

/// What the verdict rests on; nothing if that is a single number.
pub fn why(w: &Writer<'_>, status: &Status<'_>) -> Option<Element> {
    let grounds = &status.grounds;
    if grounds.observations.len() < 2 && grounds.decider.is_none() {
        return None;
    }
    let mut list = el("ul.why");
    for observation in &grounds.observations {
        list = list.child(el("li").nodes(seen(w, observation)));
    }
    if let Some(decider) = &grounds.decider {
        list = list.child(el("li.decides").nodes(decides(w, decider)));
    }
    Some(fold_out(w, "why_title", list))
}

fn seen(w: &Writer<'_>, observation: &Observation) -> Vec<Node> {
    let amount = |amount| Part::from(w.amount(Some(amount)));
    let time = |at| w.short_local(at);
    match observation {
        Observation::Before { amount: held, at } => {
            w.fill("why_before", [("amount", amount(*held)), ("time", time(*at))])
        }
        Observation::After { amount: held, at } => {
            w.fill("why_after", [("amount", amount(*held)), ("time", time(*at))])
        }
        Observation::Shown { amount: held, at } => {
            w.fill("why_shown", [("amount", amount(*held)), ("time", time(*at))])
        }
        Observation::Newer { amount: held, at } => {
            w.fill("why_newer", [("amount", amount(*held)), ("time", time(*at))])
        }
        Observation::Due { at } => w.fill("why_due", [("time", time(*at)), ("utc", w.utc(*at).into())]),
        Observation::DateStands { date } => w.fill("why_date_stands", [("time", time(*date))]),
        Observation::DateMoved { date } => w.fill("why_date_moved", [("time", time(*date))]),
        Observation::Spent { tokens } => w.fill("why_spent", [("amount", amount(*tokens))]),
        Observation::Expected { amount: full } => w.fill("why_expected", [("amount", amount(*full))]),
        Observation::Returned { tokens, at } => {
            w.fill("why_returned", [("amount", amount(*tokens)), ("time", time(*at))])
        }
    }
}

fn decides(w: &Writer<'_>, decider: &Decider) -> Vec<Node> {
    match decider {
        Decider::FullerPool { allotment: Some(full) } => {
            w.fill("why_decides_pool", [("amount", w.amount(Some(*full)).into())])
        }
        Decider::FullerPool { allotment: None } => w.fill("why_decides_date", []),
        Decider::OwnGenerations { missing } => {
            w.fill("why_decides_spent", [("amount", w.amount(Some(*missing)).into())])
        }
    }
}
