//! Balance over time: a line with its refills, bars for what was spent, and the same as a table.
//!
//! The picture is 3400 by 900 units of a tenth of a CSS pixel, so whole numbers are fine enough. Positions count from
//! the left; in a right-to-left language, time runs from the right.

use super::{Element, Writer, el};
use crate::balance::Amount;
use crate::state::{Action, ChartSpan, Past, RefillMark, Status};
use crate::time::{DAY, HOUR, MINUTE, UtcMillis};
use crate::verdict::{LateReason, Verdict};
use std::collections::BTreeMap;

const WIDTH: i64 = 3400;
/// The height of the line's zero, of its highest value, and of the highest bar.
const ZERO: i64 = 840;
const RISE: i64 = 760;
const BAR: i64 = 330;

/// A refill is late beyond this: the job itself takes some minutes.
const ON_TIME: i64 = 20 * MINUTE;

/// A point on the line.
struct Vertex {
    at: UtcMillis,
    amount: i64,
    mark: Option<Mark>,
}

/// The mark at a point.
#[derive(Clone, Copy)]
enum Mark {
    /// A refill.
    Refill(RefillMark),
    /// A further part of the refill before it.
    Part(RefillMark),
}

/// A day or a week, which the reader can point at.
#[derive(Default)]
struct Slot {
    left: Option<Amount>,
    spent: Amount,
    /// Its refills by when they were due, each as it was at its newest part.
    refills: BTreeMap<UtcMillis, RefillMark>,
}

/// The chart of the account's recent days, if any are known.
pub fn chart(w: &Writer<'_>, span: ChartSpan, past: &Past, status: &Status<'_>) -> Option<Element> {
    // Days per slot, number of slots.
    let (step, count) = if span == ChartSpan::Days14 { (DAY, 14) } else { (7 * DAY, 13) };
    let start = w.now.start_of_day().plus(DAY - step * count);
    let vertices = vertices(past, start);
    let highest = vertices.iter().map(|corner| corner.amount).max()?.max(1);
    if vertices.len() < 2 {
        return None;
    }
    let mirrored = w.is_rtl();
    let x = |at: UtcMillis| {
        let x = at.since(start).clamp(0, step * count) / MINUTE * WIDTH / (step * count / MINUTE);
        if mirrored { WIDTH - x } else { x }
    };
    let slots: Vec<Slot> = (0..count).map(|n| slot(past, start.plus(n * step), step)).collect();
    let most = slots.iter().map(|slot| slot.spent.in_thousandths()).max()?.max(1);

    let mut svg = el("svg|viewBox=0 0 3400 900|aria-hidden=true");
    let mut tips = el("div.slots|role=radiogroup").attr("aria-label", w.say("chart_title"));
    let mut rows = el("tbody");
    let mut latest = None;
    let tip = if span == ChartSpan::Days14 { "chart_tip" } else { "chart_tip_week" };
    for (n, slot) in (0..).zip(&slots) {
        let from = start.plus(n * step);
        let spent = slot.spent.in_thousandths();
        if spent > 0 {
            let height = (spent * BAR / most).max(12);
            svg = svg.child(
                el("rect.bar-spent|width=120|rx=25")
                    .number("x", x(from.plus(step / 2)) - 60)
                    .number("y", ZERO + 20 - height)
                    .number("height", height),
            );
        }
        // Noon in UTC is on the same date nearly everywhere.
        let day = w.locale.day(from.plus(12 * HOUR));
        let (left, spent) = (w.amount(slot.left), w.amount(Some(slot.spent)));
        let late = slot.late(w);
        latest = late.clone().or(latest);
        let is_here = |at: UtcMillis| (0..step).contains(&at.since(from));
        let refill = late.into_iter().chain(slot.refilled(w)).chain(now(w, status, is_here));
        let refill = refill.collect::<Vec<_>>().join(" · ");
        let text = w.say_with(tip, &[("day", &day), ("left", &left), ("spent", &spent)]);
        // Pointing shows a day's numbers; the arrow keys walk through the days in a single tab stop.
        tips = tips.child(
            el("label")
                .child(el("input|type=radio|name=chart-slot").attr("id", ["slot-", &n.to_string()].concat()))
                .child(el("span.tip").text(text).text(" ").text(refill.clone())),
        );
        let mut row = el("tr");
        for cell in [day, left, spent, refill] {
            row = row.child(el("td").text(cell));
        }
        rows = rows.child(row);
    }

    let mut line = String::new();
    let mut marks: Vec<(RefillMark, (i64, i64), Vec<Element>)> = Vec::new();
    for corner in &vertices {
        let (x, y) = (x(corner.at), ZERO - corner.amount * RISE / highest);
        for (number, after) in [(x, ','), (y, ' ')] {
            line.push_str(&number.to_string());
            line.push(after);
        }
        // A refill in parts is one mark: a ring at the newest part, with what that left missing, and a dot at each before.
        match corner.mark {
            Some(Mark::Refill(mark)) => marks.push((mark, (x, y), Vec::new())),
            Some(Mark::Part(part)) => {
                if let Some((mark, place, parts)) = marks.last_mut() {
                    mark.missing = part.missing;
                    parts.push(dot("refill part", 20, std::mem::replace(place, (x, y))));
                }
            }
            None => {}
        }
    }
    let marks = marks
        .into_iter()
        .map(|(mark, place, parts)| el("g").child(dot(class(mark), 36, place)).children(parts));
    let svg = svg.child(el("polyline.line-left").attr("points", line)).child(el("g").children(marks));
    let late = latest.map(|text| el("span.late").child(el("i")).text(text));
    let axis = el("div.axis sub|aria-hidden=true")
        .child(el("span").text(w.locale.day(start.plus(12 * HOUR))))
        .maybe(late)
        .child(el("span").text(w.locale.day(w.now)));
    let mut columns = el("tr");
    for key in ["chart_day", "chart_left", "chart_spent", "chart_refill"] {
        columns = columns.child(el("th|scope=col").say(w, key));
    }
    let table =
        el("table").child(el("caption").say(w, "chart_title")).child(el("thead").child(columns)).child(rows);
    Some(
        el("section.chart")
            .child(head(w, span))
            .child(el("div.plot").child(svg).child(tips))
            .child(axis)
            // A table itself cannot be made that small.
            .child(el("div.sr").child(table)),
    )
}

/// The line: straight between answers, upright at a refill. First the days before the oldest detailed point, then the
/// points.
fn vertices(past: &Past, start: UtcMillis) -> Vec<Vertex> {
    let first = past.points.first().map_or(UtcMillis::LATEST, |point| point.at);
    let days = past.days.iter().filter(|day| day.last.at < first).map(|day| (&day.last, day.highest));
    let mut vertices: Vec<Vertex> = Vec::new();
    let mut marked = None;
    for (point, highest) in days.chain(past.points.iter().map(|point| (point, point.primary))) {
        let Some(amount) = point.primary.filter(|_| point.at >= start) else { continue };
        if let Some(refill) = point.refill {
            // One that came early is due later than it was seen.
            let mut at = refill.due.plus(refill.late_at_least).min(point.at).max(start);
            if let Some(before) = vertices.last() {
                at = at.max(before.at);
                let amount = before.amount;
                vertices.push(Vertex { at, amount, mark: None });
            }
            let amount = highest.unwrap_or(amount).in_thousandths();
            let is_part = marked.replace(refill.due) == Some(refill.due);
            let mark = if is_part { Mark::Part(refill) } else { Mark::Refill(refill) };
            vertices.push(Vertex { at, amount, mark: Some(mark) });
        }
        vertices.push(Vertex { at: point.at, amount: amount.in_thousandths(), mark: None });
    }
    vertices
}

fn slot(past: &Past, from: UtcMillis, length: i64) -> Slot {
    let mut slot = Slot::default();
    let mut before: Option<Amount> = None;
    for day in &past.days {
        let at = day.last.at.since(from);
        if (0..length).contains(&at) {
            // The fall in balances, if it is more than this browser was seen to spend.
            let highest = if day.refills == 0 { before.max(day.highest) } else { day.highest };
            let fall = highest.zip(day.last.primary).map_or(Amount::ZERO, |(high, low)| high.minus(low));
            slot.spent = slot.spent.plus(fall.max(day.last.spent));
            slot.left = day.last.primary.or(slot.left);
            slot.refills.extend(day.last.refill.map(|refill| (refill.due, refill)));
        }
        before = day.last.primary.or(before);
    }
    slot
}

/// A dot in the picture.
fn dot(class: &'static str, radius: i64, (x, y): (i64, i64)) -> Element {
    el("circle").class(class).number("cx", x).number("cy", y).number("r", radius)
}

/// The class of a refill's mark.
fn class(mark: RefillMark) -> &'static str {
    match mark {
        _ if mark.late_at_least > ON_TIME => "refill late",
        _ if !mark.missing.is_zero() => "refill below",
        _ => "refill",
    }
}

impl Slot {
    /// That a refill was late, and by how much.
    fn late(&self, w: &Writer<'_>) -> Option<String> {
        let late = self.refills.values().map(|mark| mark.late_at_least).max();
        late.filter(|late| *late > ON_TIME)
            .map(|late| w.say_with("chart_late", &[("duration", &w.duration(late))]))
    }

    /// What else there is to say of its refills.
    fn refilled(&self, w: &Writer<'_>) -> Vec<String> {
        let parts = self.refills.values().map(|mark| mark.further_parts).max().unwrap_or_default() + 1;
        let missing = self.refills.values().map(|mark| mark.missing).max().unwrap_or_default();
        let is_early = self.refills.values().any(|mark| mark.late_at_most < 0);
        let is_late = self.refills.values().any(|mark| mark.late_at_least > ON_TIME);
        let mut said = Vec::new();
        if is_early {
            said.push(w.say("chart_early"));
        }
        if parts > 1 {
            said.push(w.say_with("chart_parts", &[("count", &w.locale.number(parts))]));
        }
        if said.is_empty() && !is_late && !self.refills.is_empty() {
            said.push(w.say("chart_refilled"));
        }
        if !missing.is_zero() {
            said.push(w.say_with("chart_missing", &[("missing", &w.amount(Some(missing)))]));
        }
        said
    }
}

/// What is said of the account now, where it belongs: a refill that has not come, tokens that came back.
fn now(w: &Writer<'_>, status: &Status<'_>, is_here: impl Fn(UtcMillis) -> bool) -> Vec<String> {
    let mut said = Vec::new();
    let Some((_, account)) = status.account else { return said };
    if account.awaited(w.now).is_some_and(&is_here) {
        said.push(w.say(match status.judgement.verdict {
            Verdict::Missed { .. } => "tag_missed",
            Verdict::Late { reason: Some(LateReason::JustDue), .. } => "tag_just_due",
            _ if account.date_came_first() => "chart_renewed",
            _ => "tag_late",
        }));
    }
    let returned = account.ledger().returned;
    if let Some(returned) = returned.filter(|returned| is_here(returned.seen_at)) {
        said.push(w.say_with("chart_back", &[("amount", &w.amount(Some(returned.tokens)))]));
    }
    said
}

fn head(w: &Writer<'_>, span: ChartSpan) -> Element {
    let mut spans = el("div.seg|role=group").attr("aria-label", w.say("chart_title"));
    for (n, days) in ChartSpan::WORDS.iter().enumerate() {
        spans = spans.child(
            el("button|type=button")
                .press(&Action::ShowChart((*days).to_owned()))
                .attr("aria-pressed", if n == span as usize { "true" } else { "false" })
                .say_of(w, "chart_", days),
        );
    }
    el("div.chart-head").child(el("h2").say(w, "chart_title")).child(spans)
}
