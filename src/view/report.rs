//! The report for Leonardo's support: every fact of the case as a line of English that can be left out.
//!
//! Nothing in it is personal: no account, no name, no address. What the user types is added unchanged.

use crate::State;
use crate::balance::{Amount, Pool};
use crate::state::{Account, Attempt, Found, Status};
use crate::time::{Basis, DAY, MINUTE, UtcMillis};
use crate::verdict::{Proof, Standing, Verdict};

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
    line("subject", &[subject(&status.judgement.verdict)]);
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

fn subject(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Missed { .. } => "My tokens did not refill.",
        Verdict::Late { .. } => "My tokens have not refilled yet.",
        Verdict::Short { .. } => "My tokens refilled to less than my plan gives.",
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
    let expected = status.calendar.as_ref().and_then(crate::verdict::Calendar::allotment);
    let actual = match &status.judgement.verdict {
        Verdict::Short { came, .. } => Some(*came),
        _ => status.primary().and_then(|row| row.amount),
    };
    if let Some((expected, actual)) = expected.zip(actual) {
        let percent = actual.percent_of(expected).to_string();
        line(
            "amounts",
            &["Expected: ", &expected.to_string(), ", actual: ", &actual.to_string(), " (", &percent, " %)"],
        );
    }
}

fn about_refill(account: &Account, status: &Status<'_>, line: &mut impl FnMut(&'static str, &[&str])) {
    let ledger = account.ledger();
    let open = ledger.open.as_ref().filter(|open| open.standing == Standing::NotCome);
    let refill = ledger.refill.as_ref();
    let due = open.map(|open| open.due).or_else(|| status.primary()?.last_due);
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
    if let Some(open) = open {
        let late = (open.seen_at.since(open.due) / MINUTE).to_string();
        let parts =
            ["Not come by ", &utc(open.seen_at), ", by an answer ", &late, " minutes after it was due"];
        line("not-come", &parts);
    }
    if let Some(refill) = refill {
        let amount =
            |amount: Option<Amount>| amount.map_or_else(|| "?".to_owned(), |amount| amount.to_string());
        let proof = match refill.proof {
            Proof::DateMoved => "the renewal date moved on",
            Proof::Rose => "the amount rose",
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
                " (",
                proof,
                ")",
            ],
        );
    }
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
