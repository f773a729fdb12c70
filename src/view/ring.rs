//! The ring: the signature of every surface.
//!
//! The outer arc is the time until the next refill, the level inside is the balance against the plan. A mark replaces
//! the level if the number cannot be trusted or something is wrong.

use super::sentence::Tone;
use super::{Element, el};
use crate::balance::Cadence;
use crate::state::Status;
use crate::time::DAY;

/// Radius and length of the outer arc, in the ring's own units (the picture is 100 wide).
const ARC: &str = "41";

/// The ring for a status, `size` CSS pixels wide. The words beside it say the same, so it is hidden from screen
/// readers.
pub fn ring(status: &Status<'_>, size: i64) -> Element {
    let tone = Tone::of(status);
    let left = percent_of_time_left(status).unwrap_or(if tone.is_calm() { 100 } else { 0 });
    let arc = |class: &'static str| {
        el("circle")
            .class(class)
            .attr("cx", "50")
            .attr("cy", "50")
            .attr("r", ARC)
            .attr("fill", "none")
            .attr("stroke-width", "9")
    };
    let class = if tone == Tone::Old { "ring pale" } else { "ring" };
    let mut svg = el("svg|viewBox=0 0 100 100")
        .class(class)
        .number("width", size)
        .number("height", size)
        .attr("aria-hidden", "true")
        .child(arc("ring-track"));
    if tone.is_calm() {
        svg = svg.child(
            arc("ring-arc")
                .attr("pathLength", "100")
                .attr("stroke-dasharray", format!("{left} 100"))
                .attr("stroke-linecap", "round")
                .attr("transform", "rotate(-90 50 50)"),
        );
    } else {
        svg = svg.child(arc("ring-arc"));
    }
    match tone.mark() {
        Some(mark) => svg.child(el("text.ring-mark|x=50|y=66|text-anchor=middle").text(mark)),
        None => svg.child(level(percent_of_plan(status).unwrap_or(100))),
    }
}

/// A disc filled from below: a nested picture clips it at the level.
fn level(percent: i64) -> Element {
    // The disc spans 22 to 78. Some of it shows at one per cent, none at zero.
    let height = 56 * percent.min(100) / 100;
    let y = 78 - height;
    el("g").child(el("circle.ring-well|cx=50|cy=50|r=28")).child(
        el("svg|x=22")
            .number("y", y)
            .attr("width", "56")
            .number("height", height)
            .attr("viewBox", format!("22 {y} 56 {height}"))
            .child(el("circle.ring-level|cx=50|cy=50|r=28")),
    )
}

fn percent_of_plan(status: &Status<'_>) -> Option<i64> {
    let allotment = status.calendar.as_ref()?.allotment()?;
    i64::try_from(status.primary()?.amount?.percent_of(allotment)).ok()
}

fn percent_of_time_left(status: &Status<'_>) -> Option<i64> {
    let left = status.primary()?.next_refill?.since(status.now);
    let period = match status.plan()?.cadence() {
        Cadence::Daily => DAY,
        Cadence::Monthly => 30 * DAY,
    };
    Some((left.clamp(0, period) * 100 / period).max(1))
}
