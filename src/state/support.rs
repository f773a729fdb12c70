//! The report for Leonardo's support: every fact of the case as a line of English that can be left out.
//!
//! Nothing in it is personal: no account, no name, no address. What the user types is added as it is, and is not
//! stored. What was tried is noted as it happens ([`Tried`]).

use super::{Account, File, Found, State, Status};
use crate::balance::{Amount, Pool};
use crate::time::{Basis, DAY, MINUTE, UtcMillis};
use crate::verdict::{Proof, Standing, Verdict};
use serde::{Deserialize, Serialize};

/// What the user typed is kept up to this length.
const LONGEST_NOTE: usize = 2_000;
/// So many of the things tried last are kept.
const MOST_TRIED: usize = 12;

/// The report as the user has it before them. Not stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The words of the lines that are left out.
    without: Vec<String>,
    /// What the user typed.
    pub note: String,
    /// A picture of the tab could not be taken.
    pub has_no_picture: bool,
    /// The name of a picture to be taken, until it is handed over.
    picture: Option<String>,
}

/// Something that was tried to bring the tokens back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// What, in English.
    what: String,
    /// When.
    pub(super) at: UtcMillis,
}

/// A line of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportLine {
    /// What it is about: by this it is left out.
    pub word: &'static str,
    /// The line.
    pub text: String,
    /// The user has left it out.
    pub is_left_out: bool,
}

impl State {
    /// The report as the user has it before them.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The name of the picture to take, once.
    pub fn take_picture(&mut self) -> Option<String> {
        self.report.picture.take()
    }

    /// Notes that something was tried.
    pub(super) fn tried(&mut self, what: &str, now: UtcMillis) {
        self.tried.push(Tried { what: what.to_owned(), at: now });
        if self.tried.len() > MOST_TRIED {
            self.tried.remove(0);
        }
        self.unsaved.meta = true;
    }

    /// Leaves a line out of the report, or takes it in again; `note` is what the user typed.
    pub(super) fn edit_report(&mut self, word: &str, value: &str) {
        let report = &mut self.report;
        if word == "note" {
            report.note = value.chars().take(LONGEST_NOTE).collect();
            return;
        }
        report.without.retain(|left_out| left_out != word);
        if value == "false" && report.without.len() < 32 {
            report.without.push(word.to_owned());
        }
    }

    /// The report was copied or saved as a file, with a picture of the tab beside it.
    pub(super) fn save_report(&mut self, now: UtcMillis) {
        let name = ["refill-watch-report-", &day(now)].concat();
        let text = self.report_text(now);
        self.report.picture = Some([&name, ".png"].concat());
        self.report.has_no_picture = false;
        // Support asks for the amounts of each pool.
        if let Some(tab) = self.front_tab() {
            self.tab_mut(tab, now).expanded = true;
        }
        self.hand_over(File { name: [&name, ".txt"].concat(), text });
    }

    /// A picture of the tab could not be taken.
    pub(super) fn has_no_picture(&mut self) {
        self.report.has_no_picture = true;
    }

    /// The report without what was left out, ready to paste.
    #[must_use]
    pub fn report_text(&self, now: UtcMillis) -> String {
        let mut text = String::new();
        for line in self.report_lines(&self.status_at(None, now)) {
            if !line.is_left_out {
                text.push_str(&line.text);
                text.push('\n');
            }
        }
        if !self.report.note.is_empty() {
            text.push('\n');
            text.push_str(&self.report.note);
            text.push('\n');
        }
        text
    }

    /// Every line there is, those included that were left out.
    #[must_use]
    pub fn report_lines(&self, status: &Status<'_>) -> Vec<ReportLine> {
        let mut lines = Vec::new();
        let mut line = |word: &'static str, parts: &[&str]| {
            let is_left_out = self.report.without.iter().any(|left_out| left_out == word);
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
        for one in self.tried.iter().filter(|one| one.at >= since) {
            tried.push_str(if tried.is_empty() { "" } else { "; " });
            tried.push_str(&[&*one.what, " ", &utc(one.at)].concat());
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
        line("browser", &["Browser: ", &self.browser_name()]);
        line(
            "written-by",
            &[concat!("Written with Refill Watch ", env!("CARGO_PKG_VERSION"), ", an unofficial extension")],
        );
        lines
    }

    /// What kind of browser it is on what kind of computer, as a name for this device.
    pub(super) fn browser_kind(&self) -> String {
        let systems = ["Windows", "Android", "Macintosh", "CrOS", "Linux"];
        let system = systems
            .into_iter()
            .find(|system| self.browser.split([' ', '(', ';']).any(|part| part == *system));
        let name = self.browser_name();
        [name.split(' ').next().unwrap_or_default(), " · ", system.unwrap_or("?")].concat()
    }

    /// The browser's name and version, without the rest of what it says of itself.
    fn browser_name(&self) -> String {
        let parts = || self.browser.split(' ');
        let named = ["Firefox/", "Edg/", "OPR/", "Chrome/"];
        let found = named.iter().find_map(|name| parts().find(|part| part.starts_with(name)));
        found.map_or_else(|| "not known".to_owned(), |found| found.replace('/', " "))
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
    let text: String = at.to_string().chars().take(16).collect();
    [&text.replace('T', " "), " UTC"].concat()
}

/// The day for a file's name.
pub(super) fn day(at: UtcMillis) -> String {
    at.to_string().chars().take(10).collect()
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
