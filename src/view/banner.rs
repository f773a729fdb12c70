//! The banner in the page: pill, line or open card, always the same tree with other parts hidden.

use super::parts::{self, pictures};
use super::ring::ring;
use super::sentence::{self, Tone};
use super::{Element, Locale, View, Writer, el};
use crate::State;
use crate::balance::Amount;
use crate::state::{Corner, Status, TabId};
use crate::time::UtcMillis;
use crate::verdict::{UnknownReason, Verdict};

/// How much of the banner is to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Size {
    /// Ring, number, a few words.
    Pill,
    /// The sentence and the button; it opens by itself only when something is wrong.
    Line,
    /// Everything; only when asked for.
    Open,
}

/// The banner of one tab.
#[must_use]
pub fn banner(state: &State, tab: TabId, now: UtcMillis, locale: &dyn Locale) -> View {
    let status = state.status(Some(tab), now);
    let w = Writer { locale, now: status.now };
    let size = size(state, tab, &status);
    let tone = Tone::of(&status.judgement.verdict);
    let put_away = is_put_away(state, &status);
    let tree = el("section")
        .class(format!("rw banner {} {} {}", size_word(size), tone.class(), state.banner.corner.word()))
        .attr("role", "region")
        .attr("aria-label", w.say("banner_label"))
        .attr("lang", w.say("language_tag"))
        .attr("data-verdict", status.judgement.verdict.word())
        .attr("data-size", size_word(size))
        .attr("data-corner", state.banner.corner.word())
        .flag("hidden", put_away)
        .child(bar(&w, &status, size))
        .child(card(&w, state, &status, size));
    let answer = state.tab(tab).and_then(|tab| tab.answer.as_ref());
    let spent = state.tab(tab).map_or(Amount::ZERO, |tab| tab.spent_since);
    View {
        tree,
        // Nothing counts while it is put away; the boundary still comes by alarm.
        ask_again_ms: (!put_away).then(|| state.repaint_in(now, parts::counted_to(&status))),
        watch: parts::watched_sums(answer.map(|answer| &answer.pools), spent),
    }
}

fn size(state: &State, tab: TabId, status: &Status<'_>) -> Size {
    if state.tab(tab).is_some_and(|tab| tab.expanded) {
        Size::Open
    } else if state.banner.folded {
        Size::Pill
    } else {
        let waiting = status.judgement.verdict == (Verdict::Unknown { reason: UnknownReason::NoAnswer });
        let reload_says_something = status.reload.is_some();
        match Tone::of(&status.judgement.verdict) {
            Tone::Ok if !reload_says_something => Size::Pill,
            Tone::Quiet if waiting && !reload_says_something => Size::Pill,
            _ => Size::Line,
        }
    }
}

fn size_word(size: Size) -> &'static str {
    match size {
        Size::Pill => "pill",
        Size::Line => "line",
        Size::Open => "open",
    }
}

fn is_put_away(state: &State, status: &Status<'_>) -> bool {
    let Some(put_away) = &state.banner.put_away else { return false };
    let verdict = &status.judgement.verdict;
    // A page that is still loading is no news.
    let loading = *verdict == (Verdict::Unknown { reason: UnknownReason::NoAnswer });
    loading
        || (put_away.verdict == verdict.word()
            && put_away.account.as_ref() == status.account.map(|(id, _)| id))
}

fn bar(w: &Writer<'_>, status: &Status<'_>, size: Size) -> Element {
    let (number, words) = sentence::pill(w, status);
    let close = parts::icon_button("put-away", &w.say("do_put_away"), parts::picture(pictures::CLOSE));
    let bar = el("div").class("bar").flag("hidden", size == Size::Open);
    if size == Size::Pill {
        return bar
            .child(
                el("button")
                    .attr("type", "button")
                    .class("pill-face")
                    .attr("data-action", "expand")
                    .attr("aria-expanded", "false")
                    .attr("title", w.say("do_expand"))
                    .child(ring(status, 26))
                    .child(el("b").class("num").text(number))
                    .child(el("span").class("sub").nodes(words)),
            )
            .child(close);
    }
    let words = match parts::outcome(w, status) {
        Some(outcome) => outcome,
        None => el("p").class("sub").nodes(sentence::subtitle(w, status)),
    };
    bar.child(ring(status, 30))
        .child(el("div").class("say").child(el("h1").nodes(sentence::title(w, status))).child(words))
        .child(parts::fresh_reload(w, status))
        .child(
            parts::icon_button("expand", &w.say("do_expand"), parts::picture(pictures::MORE))
                .attr("aria-expanded", "false"),
        )
        .child(parts::icon_button("fold", &w.say("do_fold"), parts::picture(pictures::FOLD)))
        .child(close)
}

fn card(w: &Writer<'_>, state: &State, status: &Status<'_>, size: Size) -> Element {
    let open = size == Size::Open;
    let card = el("div").class("card").flag("hidden", !open);
    if !open {
        // The rows stay in the tree for whoever reads it; the rest of the card is not worth carrying.
        return card.child(parts::pools(w, status, true));
    }
    card.child(parts::head(w, status))
        .children(parts::outcome(w, status))
        .children(parts::next_refill(w, status))
        .child(parts::pools(w, status, false))
        .children(parts::notes(w, status))
        .child(
            el("div")
                .class("foot")
                .child(parts::fresh_reload(w, status))
                .child(el("span").class("space"))
                .child(corners(w, state.banner.corner))
                .child(parts::icon_button(
                    "open-options",
                    &w.say("do_options"),
                    parts::picture(pictures::OPTIONS),
                ))
                .child(parts::icon_button("collapse", &w.say("do_collapse"), parts::picture(pictures::LESS)))
                .child(parts::icon_button("fold", &w.say("do_fold"), parts::picture(pictures::FOLD)))
                .child(parts::icon_button(
                    "put-away",
                    &w.say("do_put_away"),
                    parts::picture(pictures::CLOSE),
                )),
        )
}

/// Four small buttons laid out like the corners they stand for.
pub fn corners(w: &Writer<'_>, current: Corner) -> Element {
    let buttons = Corner::ALL.map(|corner| {
        let name = w.say(match corner {
            Corner::TopLeft => "corner_top_left",
            Corner::TopRight => "corner_top_right",
            Corner::BottomLeft => "corner_bottom_left",
            Corner::BottomRight => "corner_bottom_right",
        });
        el("button")
            .attr("type", "button")
            .class("corner")
            .attr("data-action", "move-to")
            .attr("data-value", corner.word())
            .attr("aria-pressed", if corner == current { "true" } else { "false" })
            .attr("aria-label", name.clone())
            .attr("title", name)
    });
    el("div").class("corners").attr("role", "group").attr("aria-label", w.say("do_move")).children(buttons)
}
