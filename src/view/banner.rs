//! The banner in the page: pill, line or open card; always the same tree, with other parts hidden.

use super::answers::low;
use super::guide::guide;
use super::parts::{self, pictures};
use super::ring::ring;
use super::sentence::{self, Tone};
use super::steps::steps;
use super::unsent::unsent;
use super::why::why;
use super::{Element, Locale, View, Writer, el};
use crate::State;
use crate::balance::Amount;
use crate::state::{Action, BannerSize, Corner, ShowBanner, Status, TabId};
use crate::time::DeviceTime;
use crate::verdict::{UnknownReason, Verdict};

/// How much of the banner is visible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Size {
    /// Ring, number, a few words.
    Pill,
    /// The sentence and the button; it opens on its own only when something is wrong.
    Line,
    /// Everything; only on request.
    Open,
}

/// The banner of one tab.
#[must_use]
pub fn banner(state: &State, tab: TabId, now: DeviceTime, locale: &dyn Locale) -> View {
    let status = state.status(Some(tab), now);
    let w = Writer { locale, now: status.now };
    let size = size(state, tab, &status);
    let tone = Tone::of(&status);
    let put_away = is_put_away(state, &status) || is_unwanted(state, tab, &status);
    let tree = parts::root(&w, "section", state.banner.theme, &status)
        .class(["rw banner ", size_word(size), " ", tone.class(), " ", state.banner.corner.word()].concat())
        .attr("role", "region")
        .attr("aria-label", w.say("banner_label"))
        .attr("data-size", size_word(size))
        .attr("data-corner", state.banner.corner.word())
        .flag("hidden", put_away)
        .child(parts::spoken(&w, &status))
        .child(bar(&w, state, tab, &status, size))
        .child(card(&w, state, tab, &status, size));
    View {
        tree,
        // Nothing counts down while it is dismissed; the alarm still covers the next boundary.
        ask_again_ms: (!put_away).then(|| state.repaint_in(now, parts::counted_to(&status))),
        sums: expected_sums(state, tab),
    }
}

/// What the page's counter may show, as plain digits. Also for a tab that nobody sees: the search runs there too.
#[must_use]
pub fn expected_sums(state: &State, tab: TabId) -> Vec<String> {
    let answer = state.tab(tab).and_then(|tab| tab.answer.as_ref());
    let spent = state.tab(tab).map_or(Amount::ZERO, |tab| tab.spent_since);
    parts::watched_sums(answer.map(|answer| &answer.pools), spent)
}

fn size(state: &State, tab: TabId, status: &Status<'_>) -> Size {
    if state.tab(tab).is_some_and(|tab| tab.expanded) {
        return Size::Open;
    }
    // Anyone who is asked or told something must be able to read it.
    if state.tab(tab).is_some_and(|tab| tab.unsent.is_some_and(|unsent| !unsent.goes_on))
        || state.introduces(status.now)
    {
        return Size::Line;
    }
    match state.banner.banner_size {
        _ if state.banner.folded => Size::Pill,
        BannerSize::Pill => Size::Pill,
        BannerSize::Line => Size::Line,
        BannerSize::Auto if is_quiet(status) => Size::Pill,
        BannerSize::Auto => Size::Line,
    }
}

/// Whether there is nothing to do: all is well, or the page is still loading.
fn is_quiet(status: &Status<'_>) -> bool {
    let waiting = status.judgement.verdict == (Verdict::Unknown { reason: UnknownReason::NoAnswer });
    status.reload.is_none() && (waiting || Tone::of(status).is_calm())
}

/// Whether the options hide the banner now. What the user opens is shown anyway.
fn is_unwanted(state: &State, tab: TabId, status: &Status<'_>) -> bool {
    let unwanted = match state.banner.banner_show {
        ShowBanner::Always => false,
        ShowBanner::WhenWrong => is_quiet(status),
        ShowBanner::Never => true,
    };
    unwanted && !state.tab(tab).is_some_and(|tab| tab.expanded)
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

fn bar(w: &Writer<'_>, state: &State, tab: TabId, status: &Status<'_>, size: Size) -> Element {
    let (number, words) = sentence::pill(w, status);
    let close = parts::icon_button(&Action::PutAway, &w.say("do_put_away"), parts::picture(pictures::CLOSE));
    let bar = el("div.bar").flag("hidden", size == Size::Open);
    if size == Size::Pill {
        return bar
            .child(
                el("button|type=button|class=pill-face")
                    .press(&Action::Expand)
                    .attr("aria-expanded", "false")
                    .attr("title", w.say("do_expand"))
                    .child(ring(status, 26))
                    .child(el("b.num").text(number))
                    .child(el("span.sub").nodes(words)),
            )
            .child(close);
    }
    let question = unsent(w, state, Some(tab));
    // A few words stand under the sentence; advice needs a row of its own.
    let found = parts::outcome(w, status).filter(|_| question.is_none());
    let (advice, words) = match found {
        Some(found) if parts::is_advice(&found) => (Some(found), None),
        found => (None, found),
    };
    let words = words.unwrap_or_else(|| el("p.sub").nodes(sentence::subtitle(w, status)));
    bar.child(ring(status, 30))
        .child(el("div.say").child(el("h2.title").nodes(sentence::title(w, status))).child(words))
        .child(parts::fresh_reload(w, state, status))
        .child(
            parts::icon_button(&Action::Expand, &w.say("do_expand"), parts::picture(pictures::MORE))
                .attr("aria-expanded", "false"),
        )
        .child(parts::icon_button(&Action::Fold, &w.say("do_fold"), parts::picture(pictures::FOLD)))
        .child(close)
        .maybe(question)
        .maybe(advice)
        .maybe(intro(w, state))
}

/// The introduction, for someone who meets the banner for the first time.
fn intro(w: &Writer<'_>, state: &State) -> Option<Element> {
    let dismiss_hint = parts::button("link", &Action::GotIt, &w.say("do_got_it"));
    state
        .introduces(w.now)
        .then(|| el("p.sub intro|data-intro").say(w, "intro").text(" ").child(dismiss_hint))
}

fn card(w: &Writer<'_>, state: &State, tab: TabId, status: &Status<'_>, size: Size) -> Element {
    let open = size == Size::Open;
    let card = el("div.card").flag("hidden", !open);
    if !open {
        // The rows stay in the tree for assistive technology; the rest of the card is not worth carrying.
        return card.child(parts::pools(w, status, true));
    }
    // The command that opens the banner moves keyboard focus here.
    let reload = parts::fresh_reload(w, state, status).flag("autofocus", state.is_summoned(tab));
    let mut foot = el("div.foot").child(reload).child(el("span.space"));
    for (action, key, path) in [
        (Action::OpenOptions, "do_options", pictures::OPTIONS),
        (Action::Collapse, "do_collapse", pictures::LESS),
        (Action::Fold, "do_fold", pictures::FOLD),
        (Action::PutAway, "do_put_away", pictures::CLOSE),
    ] {
        foot = foot.child(parts::icon_button(&action, &w.say(key), parts::picture(path)));
    }
    let place =
        el("div.place").child(el("span.sub").say(w, "options_corner")).child(corners(w, state.banner.corner));
    card.attr("data-on-escape", "collapse")
        .child(parts::head(w, status, "h2"))
        .maybe(unsent(w, state, Some(tab)))
        .maybe(parts::outcome(w, status))
        .maybe(steps(w, state, status))
        .maybe(parts::next_refill(w, status))
        .child(parts::pools(w, status, false))
        .maybe(parts::notes(w, status))
        .maybe(why(w, status))
        .maybe(low(w, status, state.banner.warn_below))
        .child(guide(w, status))
        .child(foot.child(place))
}

/// Four small buttons, laid out like the corners they stand for.
pub fn corners(w: &Writer<'_>, current: Corner) -> Element {
    let mut buttons = el("div.corners|role=group").attr("aria-label", w.say("options_corner"));
    for corner in Corner::ALL {
        let name = w.say_of("corner_", &corner.word().replace('-', "_"));
        buttons = buttons.child(
            el("button.corner|type=button")
                .press(&Action::MoveTo(corner))
                .attr("aria-pressed", if corner == current { "true" } else { "false" })
                .attr("aria-label", name.clone())
                .attr("title", name),
        );
    }
    buttons
}
