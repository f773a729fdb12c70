//! The one sentence that answers "is this number right?", and the line below it.

use super::words::Part;
use super::{Node, Writer, el};
use crate::balance::{Failure, Pool};
use crate::state::Status;
use crate::verdict::{LateReason, Note, Source, StaleReason, UnknownReason, Verdict};

/// How a verdict looks: never by colour alone, since the mark says it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// All is well.
    Ok,
    /// The user should act or wait.
    Warn,
    /// A case for support.
    Bad,
    /// The number is hours old.
    Old,
    /// A refill is due, and not yet later than usual.
    Due,
    /// Nothing is known.
    Quiet,
}

impl Tone {
    /// The tone of a status.
    pub fn of(status: &Status<'_>) -> Self {
        match &status.judgement.verdict {
            Verdict::Fresh { .. } | Verdict::Refilled { .. } if status.old_since().is_some() => Self::Old,
            Verdict::Fresh { .. } | Verdict::Refilled { .. } => Self::Ok,
            Verdict::Late { reason: Some(LateReason::JustDue), .. } => Self::Due,
            Verdict::Stale { .. } | Verdict::Late { .. } => Self::Warn,
            Verdict::Missed { .. } | Verdict::Short { .. } => Self::Bad,
            Verdict::Unknown { .. } => Self::Quiet,
        }
    }

    /// Whether nothing is wrong, as far as we know.
    pub fn is_calm(self) -> bool {
        matches!(self, Self::Ok | Self::Old | Self::Due)
    }

    /// The class that sets its colour.
    pub fn class(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Old | Self::Due | Self::Quiet => "quiet",
        }
    }

    /// The mark in the ring that replaces the level.
    pub fn mark(self) -> Option<&'static str> {
        match self {
            Self::Ok | Self::Old | Self::Due => None,
            Self::Warn | Self::Bad => Some("!"),
            Self::Quiet => Some("?"),
        }
    }
}

/// A verdict's short name; for an old number, its age.
pub fn tag(w: &Writer<'_>, status: &Status<'_>) -> Vec<Node> {
    match (Tone::of(status), status.old_since()) {
        (Tone::Due, _) => w.fill("tag_just_due", []),
        (Tone::Old, Some(at)) => w.fill("tag_old", [("ago", w.relative(at).into())]),
        _ => vec![Node::Text(w.say_of("tag_", status.judgement.verdict.word()))],
    }
}

/// The number in front of the reader: the page's own, if known, else the one in the tab's answer.
fn on_the_page(w: &Writer<'_>, status: &Status<'_>) -> String {
    status.counter.map_or_else(|| w.amount(status.shown), str::to_owned)
}

/// The one sentence.
pub fn title(w: &Writer<'_>, status: &Status<'_>) -> Vec<Node> {
    let shown = on_the_page(w, status);
    let known = status.primary().and_then(|row| row.amount);
    let text = match &status.judgement.verdict {
        Verdict::Fresh { .. } => {
            let amount = w.amount(known);
            let pool = status.primary().map_or_else(String::new, |row| w.pool_in_sentence(row.pool));
            let allotment = status.calendar.as_ref().and_then(crate::verdict::Calendar::allotment);
            // "300 of 150" would confuse more than it explains.
            match allotment.filter(|allotment| known.is_some_and(|known| known <= *allotment)) {
                Some(allotment) => w.say_with(
                    "title_fresh_of",
                    &[("amount", &amount), ("allotment", &w.amount(Some(allotment))), ("pool", &pool)],
                ),
                None => w.say_with("title_fresh", &[("amount", &amount), ("pool", &pool)]),
            }
        }
        // If much of a refill was spent before anyone saw it, say what is there now.
        Verdict::Refilled { before, after, .. } => match before.filter(|before| Some(*before) < *after) {
            Some(before) => w.say_with(
                "title_refilled",
                &[("before", &w.amount(Some(before))), ("after", &w.amount(*after))],
            ),
            None => w.say_with("title_refilled_to", &[("after", &w.amount(*after))]),
        },
        Verdict::Stale { reason } => match reason {
            StaleReason::BeforeRefill { due } => {
                let key = if w.is_today(*due) { "title_before_refill_today" } else { "title_before_refill" };
                w.say_with(key, &[("amount", &shown)])
            }
            StaleReason::NewerElsewhere { .. } => w.say_with("title_newer_elsewhere", &[("amount", &shown)]),
            StaleReason::CounterBehind { .. } => {
                w.say_with("title_counter_behind", &[("amount", &w.amount(status.spendable))])
            }
        },
        Verdict::Late { due, reason, .. } => match reason {
            Some(LateReason::JustDue) => {
                return w.fill("title_just_due", [("time", w.short_local(*due)), ("ago", ago(w, *due))]);
            }
            Some(LateReason::Renewed) => w.say("title_renewed"),
            None => return w.fill("title_late", [("duration", lateness(w, *due))]),
        },
        Verdict::Missed { due, .. } => {
            return w.fill("title_missed", [("duration", lateness(w, *due))]);
        }
        Verdict::Short { expected, came, .. } => w.say_with(
            "title_short",
            &[("came", &w.amount(Some(*came))), ("expected", &w.amount(Some(*expected)))],
        ),
        Verdict::Unknown { reason } => w.say(match reason {
            UnknownReason::NoAnswer if status.tab.is_none() && status.account.is_none() => "title_no_tab",
            UnknownReason::NoAnswer => "title_no_answer",
            UnknownReason::NoBalance(Failure::SignedOut) => "title_signed_out",
            UnknownReason::NoBalance(Failure::Unreadable) => "title_unreadable",
            UnknownReason::NoBalance(Failure::Refused | Failure::Empty) => "title_no_balance",
        }),
    };
    vec![Node::Text(text)]
}

fn ago(w: &Writer<'_>, at: crate::time::UtcMillis) -> Part {
    w.relative(at).into()
}

/// How long ago `due` was, as a duration that carries the instant.
fn lateness(w: &Writer<'_>, due: crate::time::UtcMillis) -> Part {
    el("time").attr("datetime", due.to_string()).text(w.duration(w.now.since(due))).into()
}

/// The line below the sentence.
pub fn subtitle(w: &Writer<'_>, status: &Status<'_>) -> Vec<Node> {
    let ago = |at| ago(w, at);
    match &status.judgement.verdict {
        Verdict::Fresh { .. } | Verdict::Refilled { .. } if Tone::of(status) == Tone::Old => {
            w.fill("sub_old", [])
        }
        Verdict::Fresh { answered_at } => w.fill("sub_fresh", [("ago", ago(*answered_at))]),
        Verdict::Refilled { seen_at, .. } => w.fill("sub_refilled", [("ago", ago(*seen_at))]),
        Verdict::Late { reason: Some(LateReason::JustDue), .. } => w.fill("sub_just_due", []),
        Verdict::Late { reason: Some(LateReason::Renewed), due, seen_at } => {
            w.fill("sub_renewed", [("duration", lateness(w, *due)), ("ago", ago(*seen_at))])
        }
        Verdict::Stale { reason } => match (reason, status.answered_at) {
            (StaleReason::BeforeRefill { due }, Some(at)) => w.fill(
                "sub_before_refill",
                [("time", w.short_local(at)), ("due", w.short_local(*due)), ("utc", w.utc(*due).into())],
            ),
            (StaleReason::NewerElsewhere { answered_at, source }, _) => {
                let time = w.short_local(*answered_at);
                let amount = Part::from(w.amount(status.primary().and_then(|row| row.amount)));
                match source {
                    Source::Here => w.fill("sub_newer_tab", [("amount", amount), ("time", time)]),
                    Source::Device(name) => w.fill(
                        "sub_newer_device",
                        [("device", name.clone().into()), ("amount", amount), ("time", time)],
                    ),
                }
            }
            (StaleReason::CounterBehind { .. }, Some(at)) => w.fill(
                "sub_counter_behind",
                [("amount", w.amount(status.spendable).into()), ("time", w.short_local(at))],
            ),
            _ => Vec::new(),
        },
        Verdict::Late { seen_at, .. } => w.fill("sub_late", [("ago", ago(*seen_at))]),
        Verdict::Missed { seen_at, .. } => w.fill("sub_missed", [("ago", ago(*seen_at))]),
        Verdict::Short { seen_at, .. } => w.fill("sub_short", [("ago", ago(*seen_at))]),
        Verdict::Unknown { reason } => {
            let known = status.primary().and_then(|row| row.amount.zip(row.as_of));
            let Some((amount, as_of)) = known else {
                let first_run = status.account.is_none() && *reason == UnknownReason::NoAnswer;
                return w.fill(if first_run { "sub_first_run" } else { "sub_nothing_known" }, []);
            };
            let signed_out = *reason == UnknownReason::NoBalance(Failure::SignedOut);
            let key = if signed_out { "sub_signed_out" } else { "sub_last_known" };
            w.fill(key, [("amount", w.amount(Some(amount)).into()), ("ago", ago(as_of))])
        }
    }
}

/// The number and the few words in a pill.
pub fn pill(w: &Writer<'_>, status: &Status<'_>) -> (String, Vec<Node>) {
    let verdict = &status.judgement.verdict;
    let row = status.primary();
    let known = w.amount(row.and_then(|row| row.amount));
    let doubtful = || w.say_with("pill_doubtful", &[("amount", &on_the_page(w, status))]);
    match verdict {
        Verdict::Fresh { .. } | Verdict::Refilled { .. } if status.old_since().is_some() => {
            let at = status.old_since().unwrap_or(w.now);
            (known, w.fill("pill_old", [("ago", ago(w, at))]))
        }
        Verdict::Fresh { answered_at } => {
            let words = match row.and_then(|row| row.next_refill) {
                Some(next) => w.fill(
                    "pill_refills",
                    [("time", w.clock(next).into()), ("duration", w.duration_until(next).into())],
                ),
                None => w.fill("pill_no_schedule", [("ago", w.relative(*answered_at).into())]),
            };
            (known, words)
        }
        Verdict::Refilled { .. } => (known, w.fill("pill_refilled", [])),
        Verdict::Stale { reason: StaleReason::BeforeRefill { .. } } => {
            (doubtful(), w.fill("pill_before_refill", []))
        }
        Verdict::Stale { .. } => (doubtful(), w.fill("pill_out_of_date", [])),
        Verdict::Late { due, reason: Some(LateReason::JustDue), .. } => {
            (known, w.fill("pill_just_due", [("ago", ago(w, *due))]))
        }
        Verdict::Late { due, .. } => (known, w.fill("pill_late", [("duration", lateness(w, *due))])),
        Verdict::Missed { .. } => (known, w.fill("pill_missed", [])),
        Verdict::Short { .. } => (known, w.fill("pill_short", [])),
        Verdict::Unknown { .. } => (w.say("amount_unknown"), w.fill("pill_unknown", [])),
    }
}

/// A note as a sentence.
pub fn note(w: &Writer<'_>, status: &Status<'_>, note: &Note) -> Vec<Node> {
    match note {
        Note::WrongPool { other } => {
            let row = other.and_then(|other| status.pools.iter().find(|row| row.pool == other));
            let primary = status.primary().and_then(|row| Some((row.pool, row.amount?)));
            let is_empty = primary.is_some_and(|(_, amount)| amount.is_zero());
            match (row.filter(|_| is_empty), primary) {
                // On the API page, people take API credits for the app's tokens.
                (_, Some((pool, amount))) if status.on_api_page => w.fill(
                    "note_on_api_page",
                    [("amount", w.amount(Some(amount)).into()), ("pool", w.pool_in_sentence(pool).into())],
                ),
                (Some(row), _) if row.pool == Pool::Api => {
                    w.fill("note_only_api", [("amount", w.amount(row.amount).into())])
                }
                (Some(row), _) => w.fill(
                    "note_wrong_pool",
                    [("amount", w.amount(row.amount).into()), ("pool", w.pool_in_sentence(row.pool).into())],
                ),
                (None, _) => w.fill("note_wrong_pool_api", []),
            }
        }
        Note::SpentElsewhere { tokens, from, to } => w.plural(
            "note_spent_elsewhere",
            tokens.tokens(),
            [
                ("amount", w.amount(Some(*tokens)).into()),
                ("from", w.short_local(*from)),
                ("to", w.short_local(*to)),
            ],
        ),
        Note::PlanChanged { from, to, seen_at } => w.fill(
            "note_plan_changed",
            [("from", from.clone().into()), ("to", to.clone().into()), ("time", w.relative(*seen_at).into())],
        ),
        Note::ToppedUp => w.fill("note_topped_up", []),
        Note::AtOrAboveAllotment => {
            let allotment = status.calendar.as_ref().and_then(crate::verdict::Calendar::allotment);
            w.fill("note_at_or_above", [("allotment", w.amount(allotment).into())])
        }
        Note::RefillUnconfirmed { due } => w.fill("note_unconfirmed", [("time", w.short_local(*due))]),
        Note::ClockOff { ahead } => {
            let key = if *ahead > 0 { "note_clock_behind" } else { "note_clock_ahead" };
            w.fill(key, [("duration", w.duration(ahead.saturating_abs()).into())])
        }
        Note::EarlyRefill => w.fill("note_early_refill", []),
        Note::BelowAllotment { expected, missing, due, .. } => w.fill(
            "note_below_allotment",
            [
                ("missing", w.amount(Some(*missing)).into()),
                ("expected", w.amount(Some(*expected)).into()),
                ("time", w.short_local(*due)),
            ],
        ),
        Note::OldAnswer { answered_at } => {
            w.fill("note_old_answer", [("ago", w.relative(*answered_at).into())])
        }
        Note::Returned { tokens, seen_at, .. } => w.fill(
            "note_returned",
            [("amount", w.amount(Some(*tokens)).into()), ("time", w.short_local(*seen_at))],
        ),
    }
}
