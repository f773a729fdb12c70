//! The judge: the engine's verdict beside the truth of the server.
//!
//! For every tab and moment there is a **claim** (the engine's verdict, with the evidence it names) and a
//! **truth** ([`Class`]). A claim is right when what it says is so, by these definitions:
//!
//! | verdict | right when |
//! |---|---|
//! | `unknown` | the tab's newest answer held no balance, or there is none |
//! | `stale`, `before-refill` | a refill was truly due, or truly ran, between the tab's answer and now; or another plan began |
//! | `stale`, `newer-elsewhere` | the page's number is not the server's, or a refill was due or ran since its answer |
//! | `stale`, `counter-behind` | the number on the page is not the one that its answer gives |
//! | `missed` | when the answer it rests on came, a refill had been owed for a day, or two were, or it never came |
//! | `late` | when the answer it rests on came, a refill was owed |
//! | `short` | a refill ran between the answers it names, and gave less than 80 % |
//! | `refilled` | a refill ran, or another plan brought its first tokens, between the answers it names, or in the 4 hours before the second |
//! | `fresh` | no refill that changed the pool has run since the tab's answer, or the page's number is the server's all the same |
//!
//! *Owed*: due, not run, and no later one has run. A refill that ran after the answer that `late` and `missed`
//! rest on makes them wrong too, but nobody could have known ([`Excuse::RanSinceAnswer`]). A verdict *misses* a
//! truth when its claim is right and something worse is true as well. Instants within two minutes are the same.
//! Nothing here asks the engine's calendar or policy what should be so.

mod brackets;
mod class;
mod excuse;

pub use brackets::Brackets;
pub use class::{Class, Facts, SLACK};
pub use excuse::{Excuse, Fault};

use crate::server::{Cycle, Fate, Instant};
use crate::tally::{Evaluation, Grade, Learned, Tally};
use crate::world::Browser;
use excuse::excuse;
use refill_watch::state::Status;
use refill_watch::time::{Basis, DAY, HOUR, MINUTE};
use refill_watch::verdict::{Note, StaleReason, Verdict};

/// Judges what the engine says about `tab` at `at`.
pub fn judge(browser: &Browser, tab_id: i64, at: Instant, tally: &mut Tally) {
    let Some((_, tab)) = browser.tabs.iter().find(|(id, _)| *id == tab_id) else { return };
    let facts = Facts::of(browser, tab, at);
    let status = browser.engine.status(tab_id, at);
    let verdict = &status.judgement.verdict;
    let said = Class::of_word(verdict.word());
    let truth = facts.class();
    let other_account = tab.answer.is_some()
        && status.account.map(|(id, _)| id.to_string()).as_ref() != facts.known.id.as_ref()
        && facts.known.id.is_some();
    let seen_at = match verdict {
        Verdict::Late { seen_at, .. } | Verdict::Missed { seen_at, .. } => facts.known.true_time(seen_at.0),
        _ => None,
    };
    let right = claim_is_right(browser, &facts, &status, seen_at) && !other_account;
    let fault = Fault { said, truth, seen_at, claim_is_wrong: !right };
    let grade = if !right {
        match excuse(browser, &facts, &status, &fault) {
            Some(excuse) if !other_account => Grade::Unknowable(excuse),
            _ => Grade::Wrong,
        }
    } else if said < truth {
        match excuse(browser, &facts, &status, &fault) {
            Some(excuse) => Grade::MissedUnknowable(excuse),
            None => Grade::Missed,
        }
    } else {
        Grade::Right
    };
    if let Some(heard) = &mut tally.heard {
        heard.hear(&status);
    }
    tally.add(
        &Evaluation {
            browser: browser.number(),
            tab: tab_id,
            at,
            events: browser.engine.events,
            said,
            truth,
            grade,
        },
        || (cause(&facts, &status, other_account), describe(browser, &facts, &status)),
    );
}

fn claim_is_right(
    browser: &Browser,
    facts: &Facts<'_>,
    status: &Status<'_>,
    seen_at: Option<Instant>,
) -> bool {
    let at = facts.at;
    let verdict = &status.judgement.verdict;
    let Some(shown) = facts.shown else { return matches!(verdict, Verdict::Unknown { .. }) };
    let due_or_ran = || {
        facts.due_between(shown.at - SLACK, at + SLACK)
            || facts.plan_began_between(shown.at - SLACK, at + SLACK)
            || facts
                .jobs()
                .any(|job| job.ran_at.is_some_and(|ran| ran > shown.at - SLACK && ran <= at + SLACK))
    };
    let refill = || status.account.and_then(|(_, account)| account.ledger().refill.as_ref());
    match verdict {
        Verdict::Unknown { .. } => false,
        Verdict::Stale { reason: StaleReason::BeforeRefill { .. } } => due_or_ran(),
        Verdict::Stale { reason: StaleReason::NewerElsewhere { .. } } => {
            facts.number != facts.true_number || due_or_ran()
        }
        Verdict::Stale { reason: StaleReason::CounterBehind { .. } } => {
            facts.number != browser.number_for(shown.wallet)
        }
        Verdict::Missed { .. } => seen_at.is_some_and(|seen| {
            let owed = facts.owed(seen + SLACK);
            let long = owed.last().is_some_and(|oldest| seen + SLACK - oldest.due >= DAY);
            let never = owed.iter().any(|job| job.fate == Fate::Skipped);
            (long || never || owed.len() > 1) && none_ran_since(facts, seen)
        }),
        Verdict::Late { .. } => {
            seen_at.is_some_and(|seen| facts.owed_about(seen) && none_ran_since(facts, seen))
        }
        Verdict::Short { .. } => refill().is_some_and(|refill| {
            let (from, to) = between(facts, refill.not_before.0, refill.seen_at.0);
            let short = |percent: u64| percent < 80;
            facts
                .jobs()
                .any(|job| job.ran_at.is_some_and(|ran| ran > from && ran <= to) && short(job.percent))
        }),
        Verdict::Refilled { .. } => refill().is_some_and(|refill| {
            let (from, to) = between(facts, refill.not_before.0, refill.seen_at.0);
            let from = from.min(to - 4 * HOUR);
            facts.plan_began_between(from, to)
                || facts.jobs().any(|job| job.ran_at.is_some_and(|ran| ran > from && ran <= to))
        }),
        Verdict::Fresh { .. } => {
            facts.number == facts.true_number || facts.ran_between(shown.at, at - SLACK).next().is_none()
        }
    }
}

fn none_ran_since(facts: &Facts<'_>, seen: Instant) -> bool {
    facts.ran_between(seen, facts.at - SLACK).next().is_none()
}

/// The true instants of two answers that the engine names, with slack around them.
fn between(facts: &Facts<'_>, not_before: Instant, seen_at: Instant) -> (Instant, Instant) {
    let from = facts.known.true_time(not_before).unwrap_or(not_before);
    let to = facts.known.true_time(seen_at).unwrap_or(seen_at);
    (from - SLACK, to + SLACK)
}

/// What sets this wrong case apart, so that cases of one cause come together.
fn cause(facts: &Facts<'_>, status: &Status<'_>, other_account: bool) -> String {
    let mut cause = vec![status.judgement.verdict.word()];
    cause.extend(status.judgement.verdict.reason());
    if other_account {
        cause.push("of-another-account");
    }
    let offer = format!("{:?}", facts.known.server.offer).to_lowercase();
    cause.push(if offer.starts_with("team") {
        "team"
    } else if offer == "free" {
        "free"
    } else {
        "paid"
    });
    cause.push(status.primary().and_then(|row| row.basis).map_or("no-basis", Basis::word));
    if status.judgement.notes.iter().any(|note| matches!(note, Note::PlanChanged { .. })) {
        cause.push("plan-changed");
    }
    let recent = facts.known.server.changes.iter().rev().take_while(|(at, _)| facts.at - at < 2 * DAY);
    let mut kinds: Vec<&str> = recent
        .map(|(_, change)| match change {
            crate::server::Change::SpentHere => "",
            crate::server::Change::SpentElsewhere => "spent-elsewhere",
            crate::server::Change::TopUp => "top-up",
            crate::server::Change::Grant => "grant",
            crate::server::Change::Plan => "plan",
        })
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds.retain(|kind| !kind.is_empty());
    cause.extend(kinds);
    cause.join("+")
}

/// The truth in words, for the file beside a replay.
fn describe(browser: &Browser, facts: &Facts<'_>, status: &Status<'_>) -> String {
    use std::fmt::Write;
    let time = |at: Instant| refill_watch::UtcMillis(at).to_string();
    let server = &facts.known.server;
    let mut text = String::new();
    let _ = writeln!(text, "the engine says {:?}", status.judgement.verdict);
    let _ = writeln!(text, "notes {:?}", status.judgement.notes);
    let _ = writeln!(text, "calendar {:?}", status.calendar);
    let _ = writeln!(text, "true time {} · the engine takes it for {}", time(facts.at), status.now);
    let _ = writeln!(
        text,
        "plan {:?} as {:?}, due {:?}, date {:?}",
        server.offer, server.slug, server.cycle, server.date
    );
    let _ = writeln!(
        text,
        "the server holds {:?}; the page shows {} and should show {}",
        server.wallet, facts.number, facts.true_number
    );
    let _ = writeln!(text, "the tab's answer: {:?}", facts.shown.map(|shown| (time(shown.at), shown.wallet)));
    let _ = writeln!(
        text,
        "own spending is read: {}; elsewhere: {:?}",
        browser.persona.spending_is_read, browser.persona.elsewhere
    );
    let _ = writeln!(text, "what its refills could teach: {:?}", facts.known.brackets);
    let _ = writeln!(text, "refill jobs, newest first:");
    for job in facts.jobs().take(5) {
        let ran = job.ran_at.map_or("has not run".into(), |at| format!("ran {}", time(at)));
        let _ = writeln!(
            text,
            "  due {} {:?}, {ran}, {} %, changed {}, void {}",
            time(job.due),
            job.fate,
            job.percent,
            job.changed,
            job.void
        );
    }
    let _ = writeln!(text, "other changes, newest first:");
    for (at, change) in server.changes.iter().rev().take(10) {
        let _ = writeln!(text, "  {} {change:?}", time(*at));
    }
    let _ = writeln!(text, "told, newest first (true time, stamp, wallet):");
    for told in facts.known.told.iter().rev().take(8) {
        let _ = writeln!(text, "  {} {} {:?}", time(told.at), time(told.stamped), told.wallet);
    }
    text
}

/// At the end of a story: what the engine has learned of each account's hour. `rows` holds, for each account,
/// the basis and the next refill that the engine shows.
pub fn judge_learning(browser: &Browser, rows: &[(Option<Basis>, Option<Instant>)], tally: &mut Tally) {
    for (known, (basis, next)) in browser.accounts.iter().zip(rows) {
        let Cycle::Daily(time) = known.server.cycle else { continue };
        if known.brackets.count < 5 {
            continue;
        }
        let error = next.map_or(DAY, |next| (next - time).rem_euclid(DAY));
        let minutes = error.min(DAY - error) / MINUTE;
        tally.learned(match basis {
            Some(Basis::Learned) if minutes <= 30 => Learned::Right,
            Some(Basis::Learned) => Learned::Wrong,
            Some(Basis::Assumed) if minutes <= 30 => Learned::AssumedRightly,
            Some(Basis::Server | Basis::Manual) => Learned::NoNeed,
            _ if known.brackets.width() > HOUR => Learned::NotEnclosed,
            _ => Learned::NotLearned,
        });
    }
}
