//! The judge: it compares the engine's verdict with the truth on the server.
//!
//! Every look at a tab has a **claim** (the engine's verdict) and a **truth** ([`Class`]). When a claim is right:
//!
//! | verdict | right when |
//! |---|---|
//! | `unknown` | the tab's newest answer held no balance, or there is none |
//! | `stale` | a refill was due or ran since the tab's answer was asked for, another plan began, or the page's number is not the server's |
//! | `missed` | a refill was owed for a day when the newest answer was asked for, or two refills are owed |
//! | `late` | a refill is owed: it is due, none of its tokens have come, and no later refill has come |
//! | `short` | the newest refill has brought less than 80 % and the pool is below that too, or its date alone moved 4
//! h ago |
//! | `refilled` | tokens of a refill came, or another plan began, between the answers of the last hour and the one
//! before |
//! | `fresh` | none of stale, missed, late and short is true |
//!
//! If one of these four is true, the look also counts for **recall**: a verdict says so, only a note does, or nothing
//! does. Only a [`World`] excuses a wrong claim, or silence: the very same events come from it, and in it the claim
//! or the silence is right. Instants within two minutes count as the same. Nothing here may ask the engine's calendar
//! or policy what should be true.

mod brackets;
mod cause;
mod class;
mod odds;
mod question;
mod worlds;

pub use brackets::Brackets;
pub use class::{Class, DATE_ALONE, Facts, SLACK};
pub use worlds::World;

use crate::server::{Cycle, Instant};
use crate::tally::{Evaluation, Grade, Heed, Learned, Tally};
use crate::world::Browser;
use question::Question;
use refill_watch::state::Status;
use refill_watch::time::{Basis, DAY, HOUR, MINUTE};

/// Judges what the engine says about `tab` at `at`.
pub fn judge(browser: &Browser, tab_id: i64, at: Instant, tally: &mut Tally) {
    let Some((_, tab)) = browser.tabs.iter().find(|(id, _)| *id == tab_id) else { return };
    let facts = Facts::of(browser, tab, at);
    let status = browser.engine.status(tab_id, at);
    if let Some(heard) = &mut tally.heard {
        heard.hear(&status);
    }
    let said = Class::of_word(status.judgement.verdict.word());
    let truth = facts.class();
    let question = Question { browser, facts: &facts, status: &status, said, truth };
    let other_account = tab.answer.is_some()
        && status.account.map(|(id, _)| id.to_string()).as_ref() != facts.known.id.as_ref()
        && facts.known.id.is_some();
    let is_right = claim_is_right(&facts, said) && !other_account;
    let noted = status.judgement.notes.iter().any(|note| truth.concerns(note.word()));
    let looks_old = status.judgement.notes.iter().any(|note| note.word() == "old-answer");
    // A right verdict that comes before the truth in the policy is enough: nothing else has to be said.
    let is_over = is_right && said > truth;
    let heed = (truth.is_trouble() && !is_over).then(|| {
        if said == truth && is_right {
            Heed::Said
        } else if is_kin(said, truth) {
            Heed::Kin
        } else if noted {
            Heed::Noted
        } else {
            match question.where_well() {
                Some(world) if !other_account => Heed::Excused(world),
                _ if truth == Class::Stale && looks_old => Heed::Old,
                _ => Heed::Silent,
            }
        }
    });
    let is_plain = heed.is_some_and(|heed| !matches!(heed, Heed::Excused(_)))
        && question.is_plain()
        && question.where_well().is_none();
    let grade = match heed {
        _ if said == Class::Fresh && is_right => Grade::Right,
        Some(Heed::Noted | Heed::Old) if said == Class::Fresh => Grade::Noted,
        Some(Heed::Excused(world)) if said == Class::Fresh => Grade::Excused(world),
        _ if !is_right && said != Class::Fresh => match question.where_right() {
            Some(world) if !other_account => Grade::Excused(world),
            _ => Grade::Wrong,
        },
        _ if !is_right => Grade::Wrong,
        Some(Heed::Said | Heed::Kin) | None => Grade::Right,
        Some(Heed::Noted | Heed::Old) => Grade::Noted,
        Some(Heed::Silent) => Grade::TooMild,
        Some(Heed::Excused(world)) => Grade::Excused(world),
    };
    let evaluation = Evaluation {
        browser: browser.number(),
        tab: tab_id,
        at,
        events: browser.engine.events,
        said,
        truth,
        grade,
        heed,
        fate: facts.newest_due().map_or("none-yet", |job| job.fate.word()),
        is_plain,
    };
    tally.add(&evaluation, || {
        (cause::cause(&question, other_account), cause::describe(&question, &evaluation))
    });
    let is_well = |class: Class| matches!(class, Class::Fresh | Class::Refilled);
    if is_well(truth) && is_well(said) {
        let doubts = |note: &str| matches!(note, "refill-unconfirmed" | "below-allotment");
        tally.hear_doubt(status.judgement.notes.iter().any(|note| doubts(note.word())));
    }
    tally.hear_accusation(&accusation(&facts, &status));
}

/// Whether the note `spent-elsewhere` is right; `None` if it is not there.
fn accusation(facts: &Facts<'_>, status: &Status<'_>) -> Option<bool> {
    let is_said = status.judgement.notes.iter().any(|note| note.word() == "spent-elsewhere");
    // The note is about the running cycle: what somebody spent before it does not make the note right.
    let since = facts.at - if facts.server().cycle.is_daily() { 2 * DAY } else { 33 * DAY };
    let changes = facts.server().changes.iter().rev();
    is_said.then(|| {
        changes
            .take_while(|(at, _)| *at > since)
            .any(|(_, change)| matches!(change, crate::server::Change::SpentElsewhere))
    })
}

/// Whether both are verdicts about missing tokens, even if not the same one.
fn is_kin(said: Class, truth: Class) -> bool {
    let missing = |class: Class| matches!(class, Class::Late | Class::Missed | Class::Short);
    missing(said) && missing(truth)
}

fn claim_is_right(facts: &Facts<'_>, said: Class) -> bool {
    let at = facts.at;
    let Some(shown) = facts.shown else { return said == Class::Unknown };
    let Some(newest) = facts.newest() else { return false };
    match said {
        Class::Unknown => false,
        Class::Stale => {
            facts.number != facts.true_number
                || facts.due_between(shown.asked - SLACK, at + SLACK).is_some()
                || facts.came_between(shown.asked - SLACK, at + SLACK).next().is_some()
                || facts.plan_began_between(shown.asked - SLACK, at + SLACK)
        }
        Class::Missed => {
            let owed = facts.owed_about(at);
            owed.len() > 1 || owed.last().is_some_and(|oldest| newest.asked + SLACK - oldest.due >= DAY)
        }
        Class::Late => !facts.owed_about(at).is_empty(),
        Class::Short => {
            // Unlike the truth, the claim is right until the rest has come, even if that is on its way.
            facts.is_short(at)
                || facts.has_brought_little(facts.server().wallet.fast, at)
                || facts.owed(at).first().is_some_and(|job| {
                    job.is_renewed(at).is_some_and(|moved| at + SLACK - moved >= DATE_ALONE)
                })
        }
        Class::Refilled => {
            let earlier = facts.known.told.iter().rev().find(|told| told.heard < at - HOUR - SLACK);
            let from = earlier.map_or(0, |told| told.served - SLACK);
            facts.plan_began_between(from, at)
                || facts.jobs().any(|job| job.brought_between(from, at + SLACK))
        }
        Class::Fresh => !facts.class().is_trouble(),
    }
}

/// Judges, at the end of a story, what the engine has learned about each account's refill hour. `rows` holds, for
/// each account, the basis and the next refill that the engine shows.
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

#[cfg(test)]
mod tests;
