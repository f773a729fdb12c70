//! How long the tokens last, and the last answers with their age.

use super::parts::fold_out;
use super::{Element, Writer, el};
use crate::state::{Point, Status};
use crate::time::DAY;

/// How many answers are listed.
const LISTED: usize = 6;

/// How long what is left lasts at the account's own pace; nothing where it has none, or the number is in doubt.
pub fn lasts(w: &Writer<'_>, status: &Status<'_>) -> Option<Element> {
    let spending = &status.account?.1.ledger().spending;
    let left = status.spendable.filter(|_| status.judgement.verdict.can_be_trusted())?;
    let mut said = el("p.lasts sub");
    if let Some(pace) = spending.per_day(status.now).filter(|pace| pace.tokens > 0) {
        let span =
            left.in_thousandths().saturating_mul(DAY / 1000) / i64::try_from(pace.tokens).unwrap_or(i64::MAX);
        let next = status.primary().and_then(|row| row.next_refill);
        let key = match next {
            _ if left.is_zero() => "lasts_nothing_left",
            Some(next) if status.now.plus(span) >= next => "lasts_until_refill",
            _ if span < DAY => "lasts_under_a_day",
            Some(_) => "lasts_not_until_refill",
            None => "lasts_so_long",
        };
        said = said
            .nodes(w.plural("lasts_pace", pace.tokens, [("tokens", w.locale.number(pace.tokens).into())]))
            .text(" ")
            .nodes(
                w.fill(key, [("left", w.amount(Some(left)).into()), ("duration", w.duration(span).into())]),
            );
    }
    let count = spending.generations_left(left).filter(|count| *count > 0);
    if let Some((count, each)) = count.zip(spending.per_generation()) {
        let values =
            [("count", w.locale.number(count).into()), ("cost", w.locale.number(each.tokens).into())];
        said = said.text(" ").nodes(w.plural("lasts_generations", count, values));
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
