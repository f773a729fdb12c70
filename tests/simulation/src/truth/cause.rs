//! A fault in words: its cause, and the truth about it.

use super::SLACK;
use super::question::Question;
use crate::server::{Change, Instant, Offer};
use crate::tally::Evaluation;
use refill_watch::UtcMillis;
use refill_watch::time::{Basis, DAY};
use std::fmt::Write;

/// The circumstances of this case. Cases with the same ones have the same cause.
pub fn cause(question: &Question<'_, '_>, other_account: bool) -> String {
    let Question { browser, facts, status, .. } = question;
    let mut cause = vec![status.judgement.verdict.word()];
    cause.extend(status.judgement.verdict.reason());
    if other_account {
        cause.push("of-another-account");
    }
    cause.push(match facts.server().offer {
        Offer::Team(_) => "team",
        Offer::Free => "free",
        _ => "paid",
    });
    cause.push(status.primary().and_then(|row| row.basis).map_or("no-basis", Basis::word));
    cause.extend(facts.newest_due().map(|job| job.fate.word()));
    if browser.engine.clock_error(facts.at).abs() > SLACK {
        cause.push("clock-off");
    }
    let tells = browser.persona.tells;
    cause.extend((tells <= 0.0).then_some("costs-untold").or((tells < 1.0).then_some("costs-partly-told")));
    let recent = facts.server().changes.iter().rev().take_while(|(at, _)| facts.at - at < 2 * DAY);
    let mut kinds: Vec<&str> = recent
        .map(|(_, change)| match change {
            Change::SpentHere | Change::Rest => "",
            Change::SpentElsewhere => "spent-elsewhere",
            Change::TopUp => "top-up",
            Change::Grant => "grant",
            Change::Plan => "plan",
            Change::Returned => "returned",
        })
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds.retain(|kind| !kind.is_empty());
    cause.extend(kinds);
    cause.join("+")
}

fn time(at: Instant) -> String {
    UtcMillis(at).to_string()
}

/// The truth in words, for the file beside a replay.
pub fn describe(question: &Question<'_, '_>, evaluation: &Evaluation) -> String {
    let Question { browser, facts, status, .. } = question;
    let server = facts.server();
    let mut text = String::new();
    let _ = writeln!(
        text,
        "true: {}, said: {} · {:?}",
        evaluation.truth.word(),
        evaluation.said.word(),
        evaluation.grade
    );
    if let Some(heed) = evaluation.heed {
        let plain = if evaluation.is_plain { ", and it is plain" } else { "" };
        let _ = writeln!(text, "recall: {heed:?}{plain}");
    }
    let _ = writeln!(text, "the engine says {:?}", status.judgement.verdict);
    let _ = writeln!(text, "notes {:?}", status.judgement.notes);
    let _ = writeln!(text, "calendar {:?}", status.calendar);
    if let Some((_, account)) = status.account {
        let ledger = account.ledger();
        let _ = writeln!(text, "learned {:?}", ledger.learned);
        let _ = writeln!(text, "habits {:?}", ledger.habits);
        for explanation in &ledger.explanations {
            let _ = writeln!(text, "explanation {explanation:?}");
        }
    }
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
    if let Some(shown) = facts.shown {
        let _ = writeln!(
            text,
            "the tab's answer: asked for {}, served {}, heard {}: {:?}",
            time(shown.asked),
            time(shown.served),
            time(shown.heard),
            shown.wallet
        );
    }
    let persona = &browser.persona;
    let _ = writeln!(
        text,
        "the page tells {} of its costs; its counter is read: {}; elsewhere: {:?}; team: {:?}; settings: {:?}; computer's clock ahead by {} s",
        persona.tells,
        persona.counter_is_read,
        persona.elsewhere,
        persona.team,
        persona.settings,
        browser.engine.clock_error(facts.at) / 1000,
    );
    let _ = writeln!(text, "what its refills could teach: {:?}", facts.known.brackets);
    let _ = writeln!(text, "refill jobs, newest first:");
    for job in facts.jobs().take(4) {
        let _ = write!(text, "  due {} {}", time(job.due), job.fate.word());
        if let Some(at) = job.date_moved_at {
            let _ = write!(text, ", the date moved {}", time(at));
        }
        for (at, percent) in &job.brought {
            let _ = write!(text, ", {percent} % by {}", time(*at));
        }
        for (at, step) in job.steps.iter().filter(|(at, _)| *at > facts.at) {
            let _ = write!(text, ", to come: {step:?} {}", time(*at));
        }
        let _ = writeln!(
            text,
            "{}{}",
            if job.changed { "" } else { ", changed nothing" },
            if job.void { ", void" } else { "" }
        );
    }
    let _ = writeln!(text, "other changes, newest first:");
    for (at, change) in server.changes.iter().rev().take(12) {
        let _ = writeln!(text, "  {} {change:?}", time(*at));
    }
    let _ = writeln!(text, "own costs, newest first:");
    for own in facts.known.own.iter().rev().take(8) {
        let told = if own.is_told { "told" } else { "not told" };
        let _ = writeln!(
            text,
            "  {} tokens, asked for {}, booked {}, {told}",
            own.tokens,
            time(own.asked),
            time(own.booked)
        );
    }
    let _ = writeln!(text, "told, newest first (asked for, served, heard, the engine's stamp):");
    for told in facts.known.told.iter().rev().take(10) {
        let _ = writeln!(
            text,
            "  {} {} {} {} {:?} date {:?}{}",
            time(told.asked),
            time(told.served),
            time(told.heard),
            time(told.stamped),
            told.wallet,
            told.date.map(time),
            if told.is_from_device { " (another device)" } else { "" }
        );
    }
    text
}
