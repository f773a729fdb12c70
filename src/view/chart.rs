//! Balance over time: a line with its refills, bars for what was spent, and the same as a table.
//!
//! The picture is 3400 by 900 units of a tenth of a CSS pixel, so whole numbers are fine enough. Positions count from
//! the left; in a right-to-left language, time runs from the right.

use super::{Element, Writer, el};
use crate::balance::Amount;
use crate::state::{Action, ChartSpan, Past};
use crate::time::{DAY, HOUR, MINUTE, UtcMillis};

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
    /// A refill that was this many milliseconds late.
    Refill { late: i64 },
    /// A further part of the refill before it.
    Part,
}

/// A day or a week, which the reader can point at.
#[derive(Default)]
struct Slot {
    left: Option<Amount>,
    spent: Amount,
    /// How many milliseconds late its latest refill was.
    late: Option<i64>,
    /// How many further parts its refills had.
    further_parts: u64,
}

/// The chart of the account's recent days, if any are known.
pub fn chart(w: &Writer<'_>, span: ChartSpan, past: &Past) -> Option<Element> {
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
        let refill = match slot.late {
            Some(late) if late > ON_TIME => {
                let text = w.say_with("chart_late", &[("duration", &w.duration(late))]);
                latest = Some(text.clone());
                text
            }
            Some(_) if slot.further_parts > 0 => {
                w.say_with("chart_parts", &[("count", &w.locale.number(slot.further_parts + 1))])
            }
            Some(_) => w.say("chart_refilled"),
            None => String::new(),
        };
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
    let mut dots = el("g");
    for corner in &vertices {
        let (x, y) = (x(corner.at), ZERO - corner.amount * RISE / highest);
        for (number, after) in [(x, ','), (y, ' ')] {
            line.push_str(&number.to_string());
            line.push(after);
        }
        let (class, radius) = match corner.mark {
            Some(Mark::Refill { late }) if late > ON_TIME => ("refill late", 36),
            Some(Mark::Refill { .. }) => ("refill", 36),
            Some(Mark::Part) => ("refill part", 20),
            None => continue,
        };
        dots = dots.child(el("circle").class(class).number("cx", x).number("cy", y).number("r", radius));
    }
    let svg = svg.child(el("polyline.line-left").attr("points", line)).child(dots);
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
            let late = refill.late_at_least;
            let mut at = refill.due.plus(late).max(start);
            if let Some(before) = vertices.last() {
                at = at.max(before.at);
                let amount = before.amount;
                vertices.push(Vertex { at, amount, mark: None });
            }
            let amount = highest.unwrap_or(amount).in_thousandths();
            let is_part = marked.replace(refill.due) == Some(refill.due);
            let mark = if is_part { Mark::Part } else { Mark::Refill { late } };
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
            slot.late = slot.late.max(day.last.refill.map(|refill| refill.late_at_least));
            slot.further_parts += day.last.refill.map_or(0, |refill| refill.further_parts);
        }
        before = day.last.primary.or(before);
    }
    slot
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
