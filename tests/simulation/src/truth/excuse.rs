//! When the engine is wrong and nobody could have been right: every such case is named, and kept narrow.

use super::class::{Class, Facts, SLACK};
use crate::server::{Change, Cycle, Date, Fate, Instant, Job, Offer, Shape};
use crate::world::{Browser, Elsewhere};
use refill_watch::state::Status;
use refill_watch::time::{Basis, DAY, HOUR};
use refill_watch::verdict::{Note, StaleReason, Verdict};

/// Why nobody could have known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excuse {
    /// The computer's clock is off, or was at the answers in question, and no answer told the server's.
    ClockUntold,
    /// The true refill minute is not 00:00 UTC, and fewer than 5 refills were seen that speak against it; or it is
    /// another than before, and fewer than 5 refills were seen since.
    HourNotLearned,
    /// Neither a date nor a plan with a schedule was ever told, nor set by the user.
    NoSchedule,
    /// The same, and yet 5 daily refills or more were seen: a schedule could be guessed from them, though not known.
    ScheduleUntold,
    /// The refill came before it was due, and no answer has come since, or none that shows it.
    EarlyUnseen,
    /// The refill ran after the newest answer, and the engine says what that answer showed.
    RanSinceAnswer,
    /// The plan became another one after the newest answer, or answers do not name the plan.
    PlanUntold,
    /// Tokens were spent, bought or given where this browser sees nothing, and no answer has come since.
    NobodyTold,
    /// The engine says itself that the evidence allows both (`refill-unconfirmed`, `at-or-above-allotment`).
    SaidSo,
    /// No answer of this browser is older than the refill in question.
    NoBefore,
    /// What came was spent elsewhere down to exactly what was there, in an account where nothing was ever seen to be spent elsewhere.
    SpentToTheSame,
    /// A full refill was partly spent elsewhere before the next answer, in an account where own spending is read
    /// and nothing was ever seen to be spent elsewhere.
    SpentInBetween,
    /// The page shows something else than its answer, as when it took off what was spent in it; neither its counter nor
    /// the spending can be read.
    PageTookOff,
    /// A gift lifted a daily pool to or toward the allotment, as a refill does.
    GiftLikeARefill,
}

impl Excuse {
    /// All.
    pub const ALL: [Self; 14] = [
        Self::ClockUntold,
        Self::HourNotLearned,
        Self::NoSchedule,
        Self::ScheduleUntold,
        Self::EarlyUnseen,
        Self::RanSinceAnswer,
        Self::PlanUntold,
        Self::NobodyTold,
        Self::SaidSo,
        Self::NoBefore,
        Self::SpentToTheSame,
        Self::SpentInBetween,
        Self::PageTookOff,
        Self::GiftLikeARefill,
    ];

    /// Its name in the output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::ClockUntold => "clock-untold",
            Self::HourNotLearned => "hour-not-learned",
            Self::NoSchedule => "no-schedule",
            Self::ScheduleUntold => "schedule-untold",
            Self::EarlyUnseen => "early-unseen",
            Self::RanSinceAnswer => "ran-since-answer",
            Self::PlanUntold => "plan-untold",
            Self::NobodyTold => "nobody-told",
            Self::SaidSo => "said-so",
            Self::NoBefore => "no-before",
            Self::SpentToTheSame => "spent-to-the-same",
            Self::SpentInBetween => "spent-in-between",
            Self::PageTookOff => "page-took-off",
            Self::GiftLikeARefill => "gift-like-a-refill",
        }
    }

    /// What it means, for the legend.
    #[must_use]
    pub fn legend(self) -> &'static str {
        match self {
            Self::ClockUntold => "the computer's clock is wrong and no answer told the server's",
            Self::HourNotLearned => {
                "true hour is not the assumed 00:00 UTC, or has changed; under 5 refills seen that tell"
            }
            Self::NoSchedule => {
                "neither a date nor a plan was ever told, nor set; under 5 daily refills seen"
            }
            Self::ScheduleUntold => {
                "the same, but 5 daily refills or more were seen: it could have been guessed"
            }
            Self::EarlyUnseen => "the refill came before it was due, and no answer shows it",
            Self::RanSinceAnswer => "the refill ran after the newest answer; what that showed was said",
            Self::PlanUntold => "the plan changed after the newest answer, or answers do not name it",
            Self::NobodyTold => "spent, bought or given unseen, and no answer since",
            Self::SaidSo => "the engine notes itself that the evidence allows both",
            Self::NoBefore => "no answer is older than the refill in question",
            Self::SpentToTheSame => "refilled and drained to the same number elsewhere, never seen before",
            Self::SpentInBetween => {
                "a full refill was partly spent elsewhere before it was seen, never seen before"
            }
            Self::PageTookOff => {
                "the page shows something else than its answer, and its counter cannot be read"
            }
            Self::GiftLikeARefill => {
                "a gift lifted a daily pool to or toward the allotment, as a refill does"
            }
        }
    }

    /// Its place in [`Excuse::ALL`].
    #[must_use]
    pub fn place(self) -> usize {
        Self::ALL.iter().position(|excuse| *excuse == self).unwrap_or(0)
    }
}

/// A claim of the engine that is not true, or a truth that it left out.
pub struct Fault {
    /// What the engine said.
    pub said: Class,
    /// What is true.
    pub truth: Class,
    /// When the answer that the claim rests on truly came, where it names one.
    pub seen_at: Option<Instant>,
    /// The claim itself is not true; else it only leaves the truth out.
    pub claim_is_wrong: bool,
}

/// The first excuse that holds.
#[must_use]
pub fn excuse(browser: &Browser, facts: &Facts<'_>, status: &Status<'_>, fault: &Fault) -> Option<Excuse> {
    let silent = match fault.said {
        Class::Fresh => true,
        Class::Refilled | Class::Short => !fault.claim_is_wrong,
        _ => false,
    };
    // What is claimed of a refill that came rests on two amounts: neither clock nor schedule excuses it.
    let of_time = silent || matches!(fault.said, Class::Stale | Class::Late | Class::Missed);
    let holds = |excuse: Excuse| match excuse {
        Excuse::ClockUntold => {
            // Amounts are put in the wrong order where one of two clocks is off, or the one has jumped.
            let two_clocks = browser.persona.elsewhere == Elsewhere::Phone { reports: true }
                || browser.persona.clock.len() > 1;
            (of_time || two_clocks) && clock_untold(browser, facts, status)
        }
        Excuse::HourNotLearned => of_time && hour_not_learned(facts, status),
        Excuse::NoSchedule => silent && has_no_schedule(status) && facts.known.brackets.count < 5,
        Excuse::ScheduleUntold => silent && has_no_schedule(status),
        Excuse::EarlyUnseen => of_time && early_unseen(facts),
        Excuse::RanSinceAnswer => ran_since_answer(facts, fault),
        Excuse::PlanUntold => {
            let told = newest_told(facts);
            let untold = |(at, change): &(Instant, Change)| *change == Change::Plan && *at > told;
            // The official REST answer does not name the plan at all.
            let unnamed = browser.persona.shapes == (Shape::Rest, Shape::Rest);
            let lately = |(at, change): &(Instant, Change)| {
                unnamed && *change == Change::Plan && facts.at - at < 35 * DAY
            };
            of_time && facts.known.server.changes.iter().rev().take(40).any(|c| untold(c) || lately(c))
        }
        Excuse::NobodyTold => {
            if fault.claim_is_wrong {
                right_when_told(browser, facts, status)
            } else {
                nobody_told(browser, facts, fault)
            }
        }
        Excuse::SaidSo => {
            let noted =
                |note: &Note| matches!(note, Note::RefillUnconfirmed { .. } | Note::AtOrAboveAllotment);
            silent && status.judgement.notes.iter().any(noted)
        }
        Excuse::NoBefore => no_before(facts, fault),
        Excuse::SpentToTheSame => spent_to_the_same(browser, facts, fault),
        Excuse::SpentInBetween => spent_in_between(browser, facts, status, fault),
        Excuse::PageTookOff => {
            let newer = matches!(
                status.judgement.verdict,
                Verdict::Stale { reason: StaleReason::NewerElsewhere { .. } }
            );
            let is_its_own =
                facts.shown.is_some_and(|shown| facts.number == browser.number_for(shown.wallet));
            newer && !browser.persona.counter_is_read && (!browser.persona.spending_is_read || !is_its_own)
        }
        Excuse::GiftLikeARefill => gift_like_a_refill(facts, status, fault),
    };
    Excuse::ALL.into_iter().find(|excuse| holds(*excuse))
}

fn has_no_schedule(status: &Status<'_>) -> bool {
    status.calendar.as_ref().is_none_or(|calendar| calendar.planned.is_none())
}

fn newest_told(facts: &Facts<'_>) -> Instant {
    facts.known.told.last().map_or(Instant::MIN, |told| told.at)
}

/// Off now with no server clock to know it by, or off at one of the answers that the facts are folded from.
fn clock_untold(browser: &Browser, facts: &Facts<'_>, status: &Status<'_>) -> bool {
    let off_now = (status.now.0 - facts.at).abs() > SLACK;
    let told_since = browser
        .clock_told_at
        .is_some_and(|told| browser.engine.clock_error(told) == browser.engine.clock_error(facts.at));
    let off_then = facts.known.told.iter().rev().take(12).any(|told| (told.stamped - told.at).abs() > SLACK);
    // What happened between the jump and the next answer has the time of neither clock.
    let jumped = |(at, _): &(Instant, i64)| (0..2 * DAY).contains(&(facts.at - at));
    (off_now && !told_since) || off_then || browser.persona.clock.iter().skip(1).any(jumped)
}

fn hour_not_learned(facts: &Facts<'_>, status: &Status<'_>) -> bool {
    let assumed = status.primary().is_some_and(|row| row.basis == Some(Basis::Assumed));
    let Cycle::Daily(time) = facts.known.server.cycle else { return false };
    // An account that comes back to the free plan may refill at another hour than before, and so does every account by
    // a clock that is set right.
    let has_changed = facts.known.brackets.against_former.is_some_and(|count| count < 5);
    (assumed && time != 0 && facts.known.brackets.against_midnight < 5) || has_changed
}

/// A refill ran early in the last day and a half, and what was told before and after it shows no rise, or one that may
/// as well be the refill before.
fn early_unseen(facts: &Facts<'_>) -> bool {
    facts.jobs().filter(|job| job.fate == Fate::Early).take(2).any(|job| {
        let Some(ran) = job.ran_at.filter(|ran| facts.at - ran < 36 * HOUR) else { return false };
        let before = facts.known.told.iter().rev().find(|told| told.at <= ran);
        let after = facts.known.told.iter().find(|told| told.at > ran);
        if !job.changed {
            return true;
        }
        match (before, after) {
            (Some(before), Some(after)) => {
                let no_rise = after.wallet.fast <= before.wallet.fast && after.at < job.due + 6 * HOUR;
                // A rise since before the due instant before this one is taken for that one's refill.
                no_rise || before.at < job.due - DAY
            }
            _ => true,
        }
    })
}

/// What the engine says was true when its answer came, and a refill has run since.
fn ran_since_answer(facts: &Facts<'_>, fault: &Fault) -> bool {
    if !matches!(fault.said, Class::Late | Class::Missed) {
        return false;
    }
    let seen_at = fault.seen_at.unwrap_or(newest_told(facts));
    let newest = newest_told(facts);
    facts.owed_about(seen_at) && facts.ran_between(newest, facts.at).next().is_some()
}

/// The page's number was not the newest that was told, and what changed unseen since made it right by chance.
fn right_when_told(browser: &Browser, facts: &Facts<'_>, status: &Status<'_>) -> bool {
    let newer =
        matches!(&status.judgement.verdict, Verdict::Stale { reason: StaleReason::NewerElsewhere { .. } });
    let Some(newest) = facts.known.told.last() else { return false };
    let changed = |(at, _): &(Instant, Change)| *at > newest.at;
    newer
        && facts.number != browser.number_for(newest.wallet)
        && facts.known.server.changes.iter().rev().take(40).any(changed)
}

/// The page agrees with the newest that this browser was told, and the server has changed since by itself.
fn nobody_told(browser: &Browser, facts: &Facts<'_>, fault: &Fault) -> bool {
    if fault.truth != Class::Stale {
        return false;
    }
    let Some(newest) = facts.known.told.last() else { return true };
    let told_spending = browser.persona.spending_is_read;
    let unseen = |(at, change): &&(Instant, Change)| {
        *at > newest.at && (*change != Change::SpentHere || !told_spending)
    };
    let changed_unseen = facts.known.server.changes.iter().rev().take(40).find(unseen).is_some();
    let own = facts
        .known
        .server
        .changes
        .iter()
        .rev()
        .take(40)
        .any(|(at, change)| *at > newest.at && *change == Change::SpentHere);
    let agrees = facts.number == browser.number_for(newest.wallet) || own;
    let refill_since = facts.shown.is_some_and(|shown| {
        facts.ran_between(shown.at, facts.at).next().is_some()
            || facts.due_between(shown.at + SLACK, facts.at - SLACK)
    });
    changed_unseen && agrees && !refill_since
}

/// Nothing was told from before the refill was due, so nothing showed that it was still to come; unless the
/// server tells its date, which then lies in the past.
fn no_before(facts: &Facts<'_>, fault: &Fault) -> bool {
    let Some(first) = facts.known.told.first() else { return true };
    if fault.claim_is_wrong {
        let ran_later = |shown: &crate::world::Shown| {
            facts.ran_between(shown.at, facts.at).all(|job| first.at > job.due && job.due <= shown.at)
        };
        return fault.said == Class::Fresh
            && facts.known.server.date != Date::Told
            && facts.shown.as_ref().is_some_and(ran_later);
    }
    if !matches!(fault.truth, Class::Late | Class::Missed | Class::Short | Class::Refilled) {
        return false;
    }
    let owed = facts.owed(facts.at);
    let newest = owed.first().copied().or_else(|| facts.jobs().find(|job| job.ran_at.is_some()));
    newest.is_none_or(|job| first.at > job.due.min(job.ran_at.unwrap_or(job.due)))
}

/// The answers before and after the refill show the same number, less what was spent here in between.
fn spent_to_the_same(browser: &Browser, facts: &Facts<'_>, fault: &Fault) -> bool {
    if !matches!(fault.said, Class::Late | Class::Missed) {
        return false;
    }
    // A refill that is too small may fill up to just the number that stood there.
    let first_time = |job: &&Job| facts.known.falls_seen == 0 || job.fate == Fate::Partial;
    facts.jobs().filter(|job| job.changed).take(2).filter(first_time).any(|job| {
        let Some(ran) = job.ran_at else { return false };
        let before = facts.known.told.iter().rev().find(|told| told.at <= ran);
        let after = facts.known.told.iter().find(|told| told.at > ran);
        let (Some(before), Some(after)) = (before, after) else { return false };
        let is_between = |(at, _): &&(Instant, u64)| (before.at..after.at).contains(at);
        let here: u64 = facts.known.spent_here.iter().filter(is_between).map(|(_, tokens)| tokens).sum();
        // Where what is spent here is not read, the same number is the same number.
        let unread = before.wallet.fast == after.wallet.fast && !browser.persona.spending_is_read;
        unread || before.wallet.fast == after.wallet.fast + here
    })
}

/// Between the two answers that a refill is claimed for, a gift was booked that left the free pool within 150.
fn gift_like_a_refill(facts: &Facts<'_>, status: &Status<'_>, fault: &Fault) -> bool {
    let claimed = matches!(fault.said, Class::Refilled | Class::Short) && fault.claim_is_wrong;
    let refill = status.account.and_then(|(_, account)| account.ledger().refill.as_ref());
    let Some(refill) = refill.filter(|_| claimed && facts.known.server.cycle.is_daily()) else {
        return false;
    };
    let (from, to) = (facts.known.true_time(refill.not_before.0), facts.known.true_time(refill.seen_at.0));
    let (Some(from), Some(to)) = (from, to) else { return false };
    let gift = |(at, change): &(Instant, Change)| *change == Change::Grant && (from..=to).contains(at);
    let is_within = refill.after.is_some_and(|after| after.tokens() <= Offer::Free.allotment());
    is_within && facts.known.server.changes.iter().rev().take(40).any(gift)
}

/// Between the two answers a refill gave all it should, and someone else spent of it.
fn spent_in_between(browser: &Browser, facts: &Facts<'_>, status: &Status<'_>, fault: &Fault) -> bool {
    if fault.said != Class::Short
        || !fault.claim_is_wrong
        || facts.known.falls_seen > 0
        || !browser.persona.spending_is_read
    {
        return false;
    }
    let Some(refill) = status.account.and_then(|(_, account)| account.ledger().refill.as_ref()) else {
        return false;
    };
    let (from, to) = (facts.known.true_time(refill.not_before.0), facts.known.true_time(refill.seen_at.0));
    let (Some(from), Some(to)) = (from, to) else { return false };
    let elsewhere =
        |(at, change): &(Instant, Change)| *change == Change::SpentElsewhere && (from..=to).contains(at);
    facts.ran_between(from, to).any(|job| job.percent >= 80)
        && facts.known.server.changes.iter().rev().take(40).any(elsewhere)
}
