//! The report for Leonardo's support: every fact of the case as a line of English that can be left out.
//!
//! Nothing in it is personal: no account, no name, no address. What the user types is added unchanged.

use crate::State;
use crate::balance::{Amount, Pool};
use crate::state::{Account, Attempt, Found, Status};
use crate::time::{Basis, DAY, MINUTE, UtcMillis};
use crate::verdict::{Calendar, LateReason, Note, Proof, Seen, Sighting, Standing, Verdict};

/// A line of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportLine {
    /// Its subject, the word to leave it out by.
    pub word: &'static str,
    /// Its text.
    pub text: String,
    /// Whether the user left it out.
    pub is_left_out: bool,
}

/// The report without the lines left out, ready to paste.
#[must_use]
pub fn report_text(state: &State, now: UtcMillis) -> String {
    let mut text = String::new();
    for line in report_lines(state, &state.status_at(None, now)) {
        if !line.is_left_out {
            text.push_str(&line.text);
            text.push('\n');
        }
    }
    if !state.report().note.is_empty() {
        text.push('\n');
        text.push_str(&state.report().note);
        text.push('\n');
    }
    text
}

/// Every line, including those left out.
#[must_use]
pub fn report_lines(state: &State, status: &Status<'_>) -> Vec<ReportLine> {
    let mut lines = Vec::new();
    let mut line = |word: &'static str, parts: &[&str]| {
        let is_left_out = state.report().is_left_out(word);
        lines.push(ReportLine { word, text: parts.concat(), is_left_out });
    };
    line("subject", &[subject(status)]);
    line("at", &["Written: ", &utc(status.now)]);
    let plan = status.plan().map_or("not known", |plan| plan.word());
    line("plan", &["Plan: ", plan, " (in Leonardo's data: ", status.slug().unwrap_or("not told"), ")"]);
    if let Some((_, account)) = status.account {
        about_plan(account, status, &mut line);
        for row in &status.pools {
            if let Some((amount, as_of)) = row.amount.zip(row.as_of) {
                line(
                    row.pool.word(),
                    &[pool_name(row.pool), ": ", &amount.to_string(), ", as answered ", &utc(as_of)],
                );
            }
        }
        about_refill(account, status, &mut line);
    }
    let mut tried = String::new();
    let since = status.primary().and_then(|row| row.last_due).unwrap_or(status.now.plus(-DAY));
    for one in state.tried().iter().filter(|one| one.at >= since) {
        tried.push_str(if tried.is_empty() { "" } else { "; " });
        tried.push_str(&[attempt(one.what), " ", &utc(one.at)].concat());
    }
    if let Some((reload, found)) = status.reload.and_then(|reload| Some((reload, reload.found?))) {
        let found = match found {
            Found::Answer(_) => "answered",
            Found::NoBalance(_) => "answered without a balance",
            Found::NoAnswer => "no answer",
        };
        tried.push_str(&[" (the reload of ", &utc(reload.clicked_at), ": ", found, ")"].concat());
    }
    line("tried", &["Tried since then: ", if tried.is_empty() { "nothing yet" } else { &tried }]);
    line("browser", &["Browser: ", &state.browser_name().unwrap_or_else(|| "not known".to_owned())]);
    line(
        "written-by",
        &[concat!("Written with Refill Watch ", env!("CARGO_PKG_VERSION"), ", an unofficial extension")],
    );
    lines
}

fn attempt(what: Attempt) -> &'static str {
    match what {
        Attempt::FreshReload => "fresh reload",
        Attempt::Check => "check in a background tab",
        Attempt::FreshLogin => "clearing the site's saved data",
        Attempt::SignIn => "signing out and in again",
    }
}

fn subject(status: &Status<'_>) -> &'static str {
    let is_below = |note: &Note| matches!(note, Note::BelowAllotment { .. });
    match &status.judgement.verdict {
        Verdict::Missed { .. } => "My tokens did not refill.",
        Verdict::Late { reason: Some(LateReason::Renewed), .. } => {
            "My renewal date moved on, and the tokens have not come."
        }
        Verdict::Late { .. } => "My tokens have not refilled yet.",
        Verdict::Short { .. } => "My tokens refilled to less than my plan gives.",
        _ if status.judgement.notes.iter().any(is_below) => "A part of my refill may be missing.",
        _ => "A question about my token balance.",
    }
}

fn about_plan(account: &Account, status: &Status<'_>, line: &mut impl FnMut(&'static str, &[&str])) {
    if let Some(change) = &account.ledger().plan_change {
        let seen = utc(change.seen_at);
        line(
            "plan-change",
            &["Plan changed: from ", &change.from, " to ", &change.to, ", first seen ", &seen],
        );
    }
    if let Some(day) = account.manual.billing_day {
        line("billing-day", &["Billing day (as I know it): ", &day.to_string()]);
    }
    let calendar = status.calendar.as_ref();
    let Some((calendar, full)) = calendar.and_then(|calendar| Some((calendar, calendar.allotment()?))) else {
        return;
    };
    let gives = if calendar.tops_up() {
        ["refills up to ", &full.to_string(), " a day"].concat()
    } else {
        ["refills ", &full.to_string(), " a month"].concat()
    };
    let held = status.primary().and_then(|row| row.amount);
    let numbers = match came(account, status, full, held) {
        Some((came, missing)) => {
            let percent = came.percent_of(full).to_string();
            let is_level = calendar.tops_up() && !came.is_zero();
            let came = [if is_level { "filled up to: " } else { "came: " }, &came.to_string()].concat();
            let missing = [" %); missing: ", &missing.to_string()].concat();
            ["; ", &came, " (", &percent, &missing].concat()
        }
        None => match held {
            Some(held) => {
                ["; there now: ", &held.to_string(), " (", &held.percent_of(full).to_string(), " %)"].concat()
            }
            None => String::new(),
        },
    };
    line("amounts", &["My plan ", &gives, &numbers]);
}

/// What came of the refill that this is about, and what is missing of it.
fn came(
    account: &Account,
    status: &Status<'_>,
    full: Amount,
    held: Option<Amount>,
) -> Option<(Amount, Amount)> {
    if let Some(short) = account.ledger().shortfall.as_ref() {
        return Some((short.came, short.expected.minus(short.came)));
    }
    if account.awaited(status.now).is_some() {
        // A daily refill would have filled up what is there.
        let tops_up = status.calendar.as_ref().is_some_and(Calendar::tops_up);
        let there = held.filter(|_| tops_up).unwrap_or_default();
        return Some((Amount::ZERO, full.minus(there)));
    }
    let refill =
        account.arrived().filter(|_| matches!(status.judgement.verdict, Verdict::Refilled { .. }))?;
    Some((refill.brought?, refill.missing))
}

/// The refill that the report is about: the one that is missing, else the newest.
fn about_refill(account: &Account, status: &Status<'_>, line: &mut impl FnMut(&'static str, &[&str])) {
    let ledger = account.ledger();
    let case = Case::of(account, status);
    let due = case.as_ref().map(|case| case.due).or_else(|| status.primary()?.last_due);
    if let Some(due) = due {
        let basis = match status.primary().and_then(|row| row.basis) {
            Some(Basis::Server) => "renewal date in Leonardo's data",
            Some(Basis::Learned) => "learned from earlier refills",
            Some(Basis::Manual) => "set by me",
            Some(Basis::Assumed) => "assumed",
            None => "known from an earlier answer",
        };
        line("due", &["Refill due: ", &utc(due), " (", basis, ")"]);
    }
    if let Some(case) = &case {
        if let Some(before) = &case.before {
            line("before", &["Answer before the refill, asked for ", before]);
        }
        let after = if case.has_come { "the refill" } else { "it was due" };
        line("after", &["Answer after ", after, ", asked for ", &case.after]);
    }
    if let Some(open) = ledger.open.as_ref().filter(|open| open.standing == Standing::NotCome) {
        let late = (open.seen_at.since(open.due) / MINUTE).to_string();
        let parts =
            ["Not come by ", &utc(open.seen_at), ", by an answer ", &late, " minutes after it was due"];
        line("not-come", &parts);
    }
    let date = ledger.last.as_ref().and_then(|last| last.renewal);
    if let Some(date) = date.filter(|_| account.date_came_first()) {
        line("renewed", &["The renewal date moved on to ", &utc(date), ", and no tokens came with it"]);
    }
    if let Some(refill) = account.arrived() {
        let amount =
            |amount: Option<Amount>| amount.map_or_else(|| "?".to_owned(), |amount| amount.to_string());
        let proof = match refill.proof {
            Proof::DateMoved => "the renewal date moved on",
            Proof::Rose => "the amount rose",
        };
        let early = if account.came_early() { ", before it was due" } else { "" };
        let parts = match account.parts() {
            0 | 1 => String::new(),
            parts => [", in ", &parts.to_string(), " parts"].concat(),
        };
        line(
            "observed",
            &[
                "Last refill observed: between ",
                &utc(refill.not_before),
                " and ",
                &utc(refill.seen_at),
                ", ",
                &amount(refill.before),
                " to ",
                &amount(refill.after),
                &parts,
                early,
                " (",
                proof,
                ")",
            ],
        );
        let is_short = ledger.shortfall.as_ref().is_some_and(|short| short.due == refill.due);
        // For a refill in parts it leaves out what was spent between them.
        if is_short && refill.further_parts == 0 {
            line(
                "spent",
                &["Spent in this browser between the two answers: ", &refill.spent_between.to_string()],
            );
        }
    }
    if let Some(returned) = ledger.returned.filter(|returned| due.is_none_or(|due| returned.seen_at >= due)) {
        let (tokens, from, to) = (returned.tokens.to_string(), utc(returned.from), utc(returned.seen_at));
        line(
            "returned",
            &["Came back between ", &from, " and ", &to, ": ", &tokens, ", no refill but a refund"],
        );
    }
}

/// The refill in question and the two answers that show what became of it, quoted.
struct Case {
    due: UtcMillis,
    before: Option<String>,
    after: String,
    has_come: bool,
}

impl Case {
    fn of(account: &Account, status: &Status<'_>) -> Option<Self> {
        let ledger = account.ledger();
        let quoted = |at, amount| quote(account, at, amount);
        let arrived = account.arrived();
        if let Some(short) =
            ledger.shortfall.as_ref().filter(|short| arrived.is_none_or(|it| it.due != short.due))
        {
            let before = balances(account).filter(|seen| seen.answered_at < short.due).last();
            return Some(Self {
                due: short.due,
                before: before.map(|seen| quoted(seen.answered_at, seen.pools.primary_amount())),
                after: quoted(short.seen_at, None),
                has_come: false,
            });
        }
        let last_due = status.primary().and_then(|row| row.last_due);
        if let Some(refill) = arrived.filter(|refill| Some(refill.due) >= last_due) {
            return Some(Self {
                due: refill.due,
                before: Some(quoted(refill.not_before, refill.before)),
                after: quoted(refill.seen_at, refill.after),
                has_come: true,
            });
        }
        let (open, last) = (ledger.open.as_ref()?, ledger.last.as_ref()?);
        Some(Self {
            due: open.due,
            before: Some(quoted(open.before_at, open.before)),
            after: quoted(last.answered_at, last.pools.primary_amount()),
            has_come: false,
        })
    }
}

/// The answers that are kept and told the pool that refills, oldest first.
fn balances(account: &Account) -> impl Iterator<Item = &Sighting> {
    account.seen().filter_map(|seen| match seen {
        Seen::Balance(sighting) if sighting.pools.primary_amount().is_some() => Some(sighting),
        _ => None,
    })
}

/// What an answer said; of one that is no longer kept, what is remembered of it.
fn quote(account: &Account, asked_at: UtcMillis, amount: Option<Amount>) -> String {
    let mut text = [&utc(asked_at), ": "].concat();
    let Some(answer) = balances(account).filter(|seen| seen.answered_at == asked_at).last() else {
        let held = amount.map(|amount| [pool_name(account.primary()), " ", &amount.to_string()].concat());
        text.push_str(&held.unwrap_or_else(|| "no longer kept".to_owned()));
        return text;
    };
    let pools: Vec<_> = answer
        .pools
        .iter()
        .map(|(pool, amount)| [pool_name(pool), " ", &amount.to_string()].concat())
        .collect();
    text.push_str(&pools.join(", "));
    if let Some(renewal) = answer.renewal {
        text.push_str(&["; renewal date ", &utc(renewal)].concat());
    }
    text
}

/// `2026-11-23 00:45 UTC`.
fn utc(at: UtcMillis) -> String {
    at.format("%Y-%m-%d %H:%M UTC")
}

fn pool_name(pool: Pool) -> &'static str {
    match pool {
        Pool::Fast => "Fast tokens",
        Pool::Rollover => "Rollover bank",
        Pool::TopUp => "Top-up tokens",
        Pool::Team => "Team pool",
        Pool::Api => "API credits",
    }
}
