//! The two clocks that people confuse most: the UTC day, and the month from billing day to billing day.
//!
//! Each is a dial. Positions are rotated by whole degrees, so no sine is needed.

use super::{Element, TimeUnit, Writer, el};
use crate::balance::Cadence;
use crate::state::Status;
use crate::time::{Basis, DAY, MINUTE, MinuteOfDay, Schedule, UtcMillis};

/// A dial, and where things are on it, in degrees from the top.
struct Dial {
    is_yours: bool,
    /// Hour marks with numbers.
    is_day: bool,
    /// What one turn stands for.
    turn: String,
    now: i64,
    due: Option<i64>,
    legend: Element,
}

/// Both clocks, with the account's own marked.
pub fn clocks(w: &Writer<'_>, status: &Status<'_>) -> Element {
    let cadence = status.plan().map(crate::balance::Plan::cadence);
    let next = status.primary().and_then(|row| row.next_refill);
    let daily = daily(w, cadence == Some(Cadence::Daily), next);
    let monthly = monthly(w, cadence == Some(Cadence::Monthly), next);
    el("div.clocks").child(el("p").say(w, "clocks_intro")).child(draw(daily)).child(draw(monthly))
}

fn daily(w: &Writer<'_>, is_yours: bool, next: Option<UtcMillis>) -> Dial {
    let usual = || w.now.start_of_day().plus(DAY);
    let next = next.filter(|_| is_yours).unwrap_or_else(usual);
    let turned = |at: UtcMillis| (at.0 + w.locale.ahead_of_utc(at)).rem_euclid(DAY) / (4 * MINUTE);
    let legend = legend(w, "clocks_daily", is_yours)
        .child(mark(w, "mark-now", "clocks_here", el("span").text(w.locale.time(w.now))))
        .child(
            mark(w, "mark-due", "clocks_refill", el("span").text(w.locale.time(next))).child(utc(w, next)),
        );
    let turn = w.locale.unit(24, TimeUnit::Hour);
    Dial { is_yours, is_day: true, turn, now: turned(w.now), due: Some(turned(next)), legend }
}

fn monthly(w: &Writer<'_>, is_yours: bool, next: Option<UtcMillis>) -> Dial {
    let next = next.filter(|_| is_yours);
    let mut legend = legend(w, "clocks_monthly", is_yours);
    let (mut length, mut left) = (30 * DAY, 0);
    if let Some(next) = next {
        let day = next.day_of_month().unwrap_or(1);
        let before = Schedule::Monthly { day, minute: MinuteOfDay::of(next) }.last_due(w.now);
        length = next.since(before.unwrap_or(next)).clamp(28 * DAY, 31 * DAY);
        left = next.since(w.now).min(length);
        legend = legend
            .child(mark(w, "mark-now", "clocks_here", el("span").text(w.locale.day(w.now))))
            .child(mark(w, "mark-due", "clocks_billing", w.local(next)).child(utc(w, next)));
    } else {
        let key = if is_yours { "clocks_billing_unknown" } else { "clocks_billing_paid_only" };
        legend = legend.child(el("p.sub").say(w, key));
    }
    let turn = w.locale.unit((length / DAY).unsigned_abs(), TimeUnit::Day);
    Dial { is_yours, is_day: false, turn, now: (length - left) * 360 / length, due: next.map(|_| 0), legend }
}

fn legend(w: &Writer<'_>, title: &str, is_yours: bool) -> Element {
    let yours = is_yours.then(|| el("span.tag").say(w, "clocks_yours"));
    el("div").child(el("h2").say(w, title).text(" ").maybe(yours))
}

fn mark(w: &Writer<'_>, class: &'static str, key: &str, time: Element) -> Element {
    el("p").child(el("i").class(class)).say(w, key).text(" ").child(el("b").child(time)).text(" ")
}

fn utc(w: &Writer<'_>, at: UtcMillis) -> Element {
    el("span.sub").child(w.utc(at))
}

fn draw(dial: Dial) -> Element {
    let turned = |element: Element, by: i64| {
        element.attr("transform", ["rotate(", &by.to_string(), " 60 60)"].concat())
    };
    let ticks = if dial.is_day { "24" } else { "30" };
    let mut svg = el("svg|viewBox=0 0 120 120|aria-hidden=true")
        .child(el("circle.dial|cx=60|cy=60|r=50"))
        .child(el("circle.dial-ticks|cx=60|cy=60|r=50").attr("pathLength", ticks));
    if let Some(due) = dial.due {
        // From now to the refill: the time still to wait.
        let wait = [&(due - dial.now).rem_euclid(360).to_string(), " 360"].concat();
        let arc = el("circle.dial-wait|cx=60|cy=60|r=50|pathLength=360").attr("stroke-dasharray", wait);
        svg = svg
            .child(turned(arc, dial.now - 90))
            .child(turned(el("path.dial-due|d=M60 1l9 9-9 9-9-9z"), due))
            .child(turned(el("circle.dial-now|cx=60|cy=10|r=7"), dial.now));
    }
    if dial.is_day {
        svg = svg
            .child(el("text|x=60|y=31|text-anchor=middle").text("0"))
            .child(el("text|x=94|y=64|text-anchor=middle").text("6"))
            .child(el("text|x=60|y=97|text-anchor=middle").text("12"))
            .child(el("text|x=26|y=64|text-anchor=middle").text("18"));
    }
    let turn = el("text.turn|x=60|y=64|text-anchor=middle").text(dial.turn);
    el("div")
        .class(if dial.is_yours { "clock yours" } else { "clock" })
        .child(svg.child(turn))
        .child(dial.legend)
}

/// How certain the schedule is, in words.
pub fn basis(w: &Writer<'_>, basis: Basis) -> String {
    w.say_of("basis_", basis.word())
}
