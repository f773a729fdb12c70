//! The parts that banner and popup share: head, next refill, result of a reload, pools, notes, buttons.

use super::ring::ring;
use super::sentence::{self, Tone};
use super::{Element, Node, Writer, el};
use crate::State;
use crate::balance::{Amount, Cadence, Failure, Pool};
use crate::state::{Action, Found, PoolRow, SitePage, Status, Switch, Theme};
use crate::time::UtcMillis;
use crate::verdict::{LateReason, Note, StaleReason, UnknownReason, Verdict};

/// The attributes of every surface's root: language, direction, theme, verdict.
pub fn root(w: &Writer<'_>, tag: &'static str, theme: Theme, status: &Status<'_>) -> Element {
    let verdict = &status.judgement.verdict;
    let root = plain_root(w, tag, theme).attr("data-verdict", verdict.word());
    match verdict.reason() {
        Some(reason) => root.attr("data-reason", reason),
        None => root,
    }
}

/// The root of a surface without a balance.
pub fn plain_root(w: &Writer<'_>, tag: &'static str, theme: Theme) -> Element {
    el(tag)
        .attr("lang", w.say("language_tag"))
        .attr("dir", w.say("text_direction"))
        .attr("data-theme", theme.word())
}

/// The one live region: it announces the verdict when it changes, and what the user's own reload found.
pub fn spoken(w: &Writer<'_>, status: &Status<'_>) -> Element {
    let found = status.reload.is_some_and(|reload| !reload.is_under_way());
    el("div.sr|role=status|aria-live=polite").child(el("p").nodes(sentence::tag(w, status))).maybe(
        outcome(w, status).filter(|_| found).map(|mut outcome| {
            // The visible parts already have these.
            outcome.attributes.clear();
            outcome
        }),
    )
}

/// A part that the reader can expand; the browser keeps it open.
pub fn fold_out(w: &Writer<'_>, key: &'static str, body: Element) -> Element {
    el("details.fold-out")
        .attr("data-key", key)
        .child(el("summary").say(w, key).child(picture(pictures::MORE)))
        .child(body)
}

/// Ring, tag, sentence, subtitle.
pub fn head(w: &Writer<'_>, status: &Status<'_>, heading: &'static str) -> Element {
    el("div.head").child(ring(status, 44)).child(
        el("div.say")
            .child(el("span.tag").nodes(sentence::tag(w, status)))
            .child(el(heading).class("title").nodes(sentence::title(w, status)))
            .child(el("p.sub").nodes(sentence::subtitle(w, status))),
    )
}

/// The refill that was due and does not show in the number, if the verdict is about one.
fn overdue(status: &Status<'_>) -> Option<UtcMillis> {
    match &status.judgement.verdict {
        // The sentence already says it, and there is nothing more to say yet.
        Verdict::Late { reason: Some(LateReason::JustDue), .. } => None,
        Verdict::Late { due, .. } | Verdict::Missed { due, .. } => Some(*due),
        Verdict::Stale { reason: StaleReason::BeforeRefill { due } } => Some(*due),
        _ => None,
    }
}

/// The refill that the user waits for: the next one, or the one that was due if the number is out of date.
pub fn next_refill(w: &Writer<'_>, status: &Status<'_>) -> Option<Element> {
    let row = status.primary()?;
    let overdue = overdue(status);
    let Some(due) = overdue.or(row.next_refill) else {
        status.account?;
        let why = match row.last_due {
            Some(last) => w.fill("next_unknown_passed", [("time", w.local(last).into())]),
            None => w.fill("next_unknown_plan", []),
        };
        return Some(el("div.next").child(el("strong").say(w, "next_unknown")).child(el("p.sub").nodes(why)));
    };
    let zone = w.locale.zone(due);
    let allotment = status.calendar.as_ref().and_then(crate::verdict::Calendar::allotment);
    let kind = match (overdue, status.plan().map(crate::balance::Plan::cadence)) {
        (Some(_), _) => w.say_with("was_due", &[("zone", &zone)]),
        (None, Some(Cadence::Daily)) => {
            w.say_with("next_daily", &[("allotment", &w.amount(allotment)), ("zone", &zone)])
        }
        (None, Some(Cadence::Monthly)) => {
            w.say_with("next_monthly", &[("allotment", &w.amount(allotment)), ("zone", &zone)])
        }
        (None, None) => w.say_with("next_plain", &[("zone", &zone)]),
    };
    let basis = row
        .basis
        .map(|basis| el("p.sub").attr("data-basis", basis.word()).text(super::clocks::basis(w, basis)));
    Some(
        el("div.next")
            .child(
                el("div.pair")
                    .child(el("strong").child(w.local(due)))
                    .child(el("span.num").child(w.relative(due))),
            )
            .child(el("div.pair sub").child(el("span").text(kind)).child(el("span.num").child(w.utc(due))))
            .maybe(basis),
    )
}

/// What a fresh reload found, or that it is running.
pub fn outcome(w: &Writer<'_>, status: &Status<'_>) -> Option<Element> {
    let reload = status.reload?;
    let after = w.amount(status.spendable);
    let (word, tone, text) = match (&reload.found, &status.judgement.verdict) {
        (None, _) => ("under-way", "quiet", w.fill("reload_under_way", [])),
        (Some(Found::NoAnswer), _) => ("no-answer", "warn", w.fill("reload_no_answer", [])),
        (Some(Found::NoBalance(Failure::SignedOut)), _) => {
            ("signed-out", "warn", w.fill("reload_signed_out", []))
        }
        (Some(Found::NoBalance(_)), _) => ("no-balance", "warn", w.fill("reload_no_balance", [])),
        // Once the number is out of date again, the reload's result is history. If a refill came, the sentence above
        // already says so.
        (
            Some(Found::Answer(_)),
            Verdict::Stale { .. } | Verdict::Unknown { .. } | Verdict::Refilled { .. },
        ) => {
            return None;
        }
        (Some(Found::Answer(_)), Verdict::Late { .. } | Verdict::Missed { .. })
            if reload.before == status.spendable =>
        {
            // Within the first minutes nothing is wrong yet.
            let tone = if Tone::of(status) == Tone::Due { "quiet" } else { "warn" };
            ("same", tone, w.fill("reload_same_late", [("after", after.into())]))
        }
        // The number is new, and something is still wrong.
        (Some(Found::Answer(_)), Verdict::Late { .. } | Verdict::Missed { .. } | Verdict::Short { .. })
            if reload.before != status.spendable =>
        {
            ("changed", "quiet", w.fill("reload_found", [("after", after.into())]))
        }
        (Some(Found::Answer(_)), _) => match reload.before {
            Some(before) if Some(before) == status.spendable => {
                ("same", "ok", w.fill("reload_same", [("after", after.into())]))
            }
            Some(before) => (
                "changed",
                "ok",
                w.fill(
                    "reload_changed",
                    [("before", w.amount(Some(before)).into()), ("after", after.into())],
                ),
            ),
            None => ("found", "ok", w.fill("reload_found", [("after", after.into())])),
        },
    };
    let help = matches!(word, "no-answer" | "no-balance");
    let mut element =
        el("div").class(format!("outcome {tone}")).attr("data-outcome", word).child(el("p").nodes(text));
    if help {
        element =
            element.child(el("p.links").child(page_link(w, SitePage::Help, "do_help")).child(page_link(
                w,
                SitePage::Contact,
                "do_contact",
            )));
    }
    Some(element)
}

/// Whether an outcome says what to do next, with links.
pub fn is_advice(outcome: &Element) -> bool {
    outcome.children.len() > 1
}

/// Every pool with its name, amount, and what it is for.
pub fn pools(w: &Writer<'_>, status: &Status<'_>, hidden: bool) -> Element {
    let mut list = el("ul.pools").flag("hidden", hidden);
    for row in &status.pools {
        list = list.child(pool_row(w, status, row));
    }
    list
}

fn pool_row(w: &Writer<'_>, status: &Status<'_>, row: &PoolRow) -> Element {
    let mut li = el("li.pool").attr("data-pool", row.pool.word());
    if let Some(amount) = row.amount {
        li = li.attr("data-amount", amount.to_string());
    }
    let amount = match (row.pool, row.amount) {
        (Pool::Api, None) => w.say("amount_elsewhere"),
        (_, amount) => w.amount(amount),
    };
    let name =
        el("span.name").child(el("i").class(format!("dot dot-{}", row.pool.word()))).text(w.pool(row.pool));
    li.child(name)
        .child(el(if row.amount.is_some() { "b.amount num" } else { "span.amount sub" }).text(amount))
        .child(el("span.when").nodes(pool_when(w, status, row)))
        .child(el("span.hint sub").text(pool_hint(w, status, row.pool)))
}

fn pool_hint(w: &Writer<'_>, status: &Status<'_>, pool: Pool) -> String {
    match pool {
        Pool::Fast => match status.plan() {
            None => w.say("hint_fast"),
            Some(plan) => {
                let key =
                    if plan.cadence() == Cadence::Daily { "hint_fast_daily" } else { "hint_fast_monthly" };
                w.say_with(key, &[("allotment", &w.amount(Some(plan.allotment())))])
            }
        },
        Pool::Rollover => w.say("hint_rollover"),
        Pool::TopUp => w.say("hint_top_up"),
        Pool::Team => w.say("hint_team"),
        Pool::Api => w.say("hint_api"),
    }
}

fn pool_when(w: &Writer<'_>, status: &Status<'_>, row: &PoolRow) -> Vec<Node> {
    let primary = status.primary().is_some_and(|primary| primary.pool == row.pool);
    match row.pool {
        Pool::Rollover => match status.plan() {
            Some(plan) => match plan.rollover_cap() {
                None => w.fill("when_paid_only", []),
                Some(cap) => w.fill("when_cap", [("cap", w.amount(Some(cap)).into())]),
            },
            None => Vec::new(),
        },
        Pool::TopUp => w.fill("when_never_expires", []),
        // An API plan has a date, past or future; bought credits have none.
        Pool::Api if row.amount.is_some() && row.basis.is_none() => w.fill("when_pay_as_you_go", []),
        Pool::Api if row.next_refill.is_none() => {
            vec![Node::Element(page_link(w, SitePage::ApiAccess, "open_api_page"))]
        }
        Pool::Api => match row.next_refill {
            Some(next) => {
                vec![Node::Element(w.local(next)), Node::Element(el("br")), Node::Element(w.relative(next))]
            }
            None => Vec::new(),
        },
        Pool::Fast | Pool::Team => {
            // The same refill as in the block above: of two missing ones, the one that the verdict is about.
            match (overdue(status).filter(|_| primary), row.next_refill) {
                (Some(due), _) => w.fill("when_due", [("ago", w.relative(due).into())]),
                (_, Some(next)) => w.fill("when_next", [("in", w.relative(next).into())]),
                _ => w.fill("when_unknown", []),
            }
        }
    }
}

/// The notes as sentences.
pub fn notes(w: &Writer<'_>, status: &Status<'_>) -> Option<Element> {
    // How old the number is stands in the sentence already.
    let is_said = |note: &Note| matches!(note, Note::OldAnswer { .. }) && Tone::of(status) == Tone::Old;
    let notes = &status.judgement.notes;
    let mut list = el("ul.notes").flag("hidden", notes.iter().all(is_said));
    for note in notes {
        list = list.child(
            el("li")
                .flag("hidden", is_said(note))
                .attr("data-note", note.word())
                .nodes(sentence::note(w, status, note)),
        );
    }
    (!list.children.is_empty()).then_some(list)
}

/// The button this product is about. It is the main action when there is something to ask for again, unless its press
/// has just raised a question.
pub fn fresh_reload(w: &Writer<'_>, state: &State, status: &Status<'_>) -> Element {
    let under_way = status.reload.is_some_and(crate::state::Reload::is_under_way);
    let question = status.tab.and_then(|id| state.tab(id)?.unsent);
    let is_asked = question.is_some_and(|question| !question.goes_on && !question.is_checking);
    let main = Tone::of(status) != Tone::Ok && !is_asked;
    button(if main { "btn" } else { "btn ghost" }, &Action::FreshReload, &w.say("do_fresh_reload"))
        .flag("disabled", under_way)
}

/// Whether there is nothing to reload yet: no tab, no account.
pub fn is_first_run(status: &Status<'_>) -> bool {
    status.account.is_none()
        && status.tab.is_none()
        && status.judgement.verdict == (Verdict::Unknown { reason: UnknownReason::NoAnswer })
}

/// That this is unofficial, and what leaves the browser, if anything.
pub fn unofficial(w: &Writer<'_>, state: &State) -> Element {
    let tells = state.devices().devices == Switch::On;
    el("p.fine").say(w, if tells { "unofficial_synced" } else { "unofficial" })
}

/// A button with text.
pub fn button(class: &'static str, action: &Action, text: &str) -> Element {
    el("button|type=button").class(class).press(action).text(text)
}

/// A button with an icon; the text is its accessible name.
pub fn icon_button(action: &Action, name: &str, picture: Element) -> Element {
    el("button|type=button|class=ico")
        .press(action)
        .attr("title", name)
        .attr("aria-label", name)
        .child(picture)
}

/// A link to one of the site's pages. A button, so that the click goes to the extension and not to the page.
pub fn page_link(w: &Writer<'_>, page: SitePage, key: &str) -> Element {
    button("link", &Action::OpenPage(page), &w.say(key))
}

/// The end of the surface's countdown, if it has one.
pub fn counted_to(status: &Status<'_>) -> Option<crate::time::UtcMillis> {
    status.primary().and_then(|row| row.next_refill)
}

/// What the page's counter may show now, as plain digits.
pub fn watched_sums(pools: Option<&crate::balance::Pools>, spent_since: Amount) -> Vec<String> {
    let mut sums: Vec<String> = Vec::new();
    for sum in pools.map(crate::balance::Pools::shown_sums).unwrap_or_default() {
        for sum in [sum, sum.minus(spent_since)] {
            let digits = sum.tokens().to_string();
            if !sums.contains(&digits) {
                sums.push(digits);
            }
        }
    }
    sums
}

/// A small icon drawn with one stroke.
pub fn picture(path: &'static str) -> Element {
    el("svg|viewBox=0 0 16 16|width=16|height=16|aria-hidden=true").child(
        el("path")
            .attr("d", path)
            .attr("fill", "none")
            .attr("stroke", "currentColor")
            .attr("stroke-width", "1.6")
            .attr("stroke-linecap", "round")
            .attr("stroke-linejoin", "round"),
    )
}

/// The icons of the buttons.
pub mod pictures {
    /// A cross.
    pub const CLOSE: &str = "M4 4l8 8M12 4l-8 8";
    /// A chevron pointing down.
    pub const MORE: &str = "M4 6l4 4 4-4";
    /// A chevron pointing up.
    pub const LESS: &str = "M4 10l4-4 4 4";
    /// A short line.
    pub const FOLD: &str = "M4 8h8";
    /// Sliders.
    pub const OPTIONS: &str = "M2.5 5h5M11.5 5h2M2.5 11h2M8.5 11h5M9.5 3v4M6.5 9v4";
}
