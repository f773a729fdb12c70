//! How long the tokens last, whether they run low, and the last answers with their age.

use super::parts::{fold_out, page_link};
use super::{Element, Writer, el};
use crate::balance::{Cadence, Plan};
use crate::state::{Point, SitePage, Status, WarnLevel};
use crate::time::DAY;

/// How many answers are listed.
const LISTED: usize = 6;

/// A warning that less is left than the user chose.
pub fn low(w: &Writer<'_>, status: &Status<'_>, level: WarnLevel) -> Option<Element> {
    let (left, allotment) = status.low(level)?;
    let percent = w.locale.number(left.percent_of(allotment));
    let values = [
        ("left", w.amount(Some(left)).into()),
        ("allotment", w.amount(Some(allotment)).into()),
        ("percent", percent.into()),
    ];
    let link = page_link(w, SitePage::Pricing, "do_top_up");
    Some(el("p.outcome warn|data-note=low").nodes(w.fill("budget_low", values)).text(" ").child(link))
}

/// What a refill is worth per day.
fn refill_a_day(w: &Writer<'_>, plan: Plan) -> Vec<super::Node> {
    let tokens = plan.allotment().tokens();
    let a_day = if plan.cadence() == Cadence::Daily { tokens } else { tokens / 30 };
    w.fill("budget_refill", [("tokens", w.locale.number(a_day).into())])
}

/// How long the rest lasts at the account's own pace; nothing if it has none, or if the number is in doubt.
pub fn lasts(w: &Writer<'_>, status: &Status<'_>) -> Option<Element> {
    let spending = &status.account?.1.ledger().spending;
    let left = status.spendable.filter(|_| status.judgement.verdict.can_be_trusted())?;
    let mut said = el("p.lasts sub");
    let mut runs_low = false;
    if let Some(pace) = spending.per_day(status.now).filter(|pace| pace.tokens > 0) {
        let span =
            left.in_thousandths().saturating_mul(DAY / 1000) / i64::try_from(pace.tokens).unwrap_or(i64::MAX);
        let next = status.primary().and_then(|row| row.next_refill);
        let runs_out = status.now.plus(span);
        let early = next.filter(|next| runs_out < *next && !left.is_zero());
        let key = match next {
            _ if left.is_zero() => "lasts_nothing_left",
            Some(_) if early.is_none() => "lasts_until_refill",
            _ if span < DAY => "lasts_under_a_day",
            Some(_) => "lasts_not_until_refill",
            None => "lasts_so_long",
        };
        said = said.nodes(w.plural(
            "lasts_pace",
            pace.tokens,
            [("tokens", w.locale.number(pace.tokens).into())],
        ));
        if let Some(plan) = status.plan() {
            said = said.text(w.gap()).nodes(refill_a_day(w, plan));
        }
        let values = [("left", w.amount(Some(left)).into()), ("duration", w.duration(span).into())];
        said = said.text(w.gap()).nodes(w.fill(key, values));
        if let Some(next) = early {
            let values = [("time", w.short_local(runs_out)), ("refill", w.short_local(next))];
            said = said.text(w.gap()).nodes(w.fill("budget_runs_out", values));
            runs_low = true;
        }
    }
    let count = spending.generations_left(left).filter(|count| *count > 0);
    if let Some((count, each)) = count.zip(spending.per_generation()) {
        let values =
            [("count", w.locale.number(count).into()), ("cost", w.locale.number(each.tokens).into())];
        said = said.text(w.gap()).nodes(w.plural("lasts_generations", count, values));
    }
    if runs_low {
        said = said.text(w.gap()).child(page_link(w, SitePage::Pricing, "do_top_up"));
    }
    (!said.children.is_empty()).then_some(said)
}

/// The last answers, newest first.
pub fn answers(w: &Writer<'_>, points: &[Point]) -> Option<Element> {
    let mut list = el("ul.answers");
    for point in points.iter().rev().filter(|point| point.primary.is_some()).take(LISTED) {
        list = list.child(
            el("li")
                .child(el("span").child(w.local(point.at)))
                .child(el("span.sub").child(w.relative(point.at)))
                .child(el("b.num").text(w.amount(point.primary))),
        );
    }
    (!list.children.is_empty()).then(|| fold_out(w, "answers_title", list))
}
