//! The policy itself: from evidence to one verdict and its notes.
//!
//! Each verdict has one function, and [`judge`] asks them in order. No fact is found here: the ledger has
//! them all.

use super::calendar::ROUGHLY;
use super::step::Cost;
use super::{
    Calendar, Judgement, LateReason, Ledger, Note, OpenDue, Refill, Returned, Shortfall, SpentElsewhere,
    StaleReason, Standing, UnknownReason, Verdict,
};
use crate::balance::{Amount, CounterText, Pool, Pools};
use crate::time::{Basis, DAY, HOUR, MINUTE, SECOND, UtcMillis};

/// What the page's own counter shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counter {
    /// The numbers that its text may stand for.
    pub text: CounterText,
    /// Since when it has shown them.
    pub since: UtcMillis,
    /// It has shown a right sum of the same answer before. If it shows less now, the page lowered it by
    /// itself.
    pub was_right: bool,
}

/// What the tab shows.
#[derive(Clone, Copy, Debug)]
pub enum Shown<'a> {
    /// No balance.
    Nothing(UnknownReason),
    /// A number from this answer.
    Answer {
        /// When the answer was asked for.
        answered_at: UtcMillis,
        /// What each pool held.
        pools: &'a Pools,
        /// What this browser has spent since. The page may have taken it off by itself.
        spent_since: Amount,
        /// The page's counter, if it was found.
        counter: Option<Counter>,
    },
}

/// Everything a judgement rests on.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The present, corrected for a wrong clock.
    pub now: UtcMillis,
    /// What the tab shows.
    pub shown: Shown<'a>,
    /// The facts about the account.
    pub ledger: &'a Ledger,
    /// The account's calendar; `None` before the first balance.
    pub calendar: Option<&'a Calendar>,
    /// The user looks at the page about API credits.
    pub on_api_page: bool,
    /// How far the server's clock is ahead of this computer's, in milliseconds; `None` if that is not worth a
    /// note.
    pub clock_ahead: Option<i64>,
    /// After how many milliseconds an answer is old; `None` for never.
    pub old_after: Option<i64>,
}

/// A counter is settled once it has stood still this long, in milliseconds.
pub(crate) const COUNTER_SETTLES: i64 = 5 * SECOND;
/// How long a confirmed refill is news, in milliseconds.
pub(crate) const REFILL_IS_NEWS: i64 = HOUR;
/// Jobs run up to this late now and then (users' reports, good).
const JOBS_ARE_LATE: i64 = 4 * HOUR;
/// Two clocks that are both right may differ by this much.
const CLOCKS_DIFFER: i64 = 2 * MINUTE;
/// A generation under way when the balance was asked for tells its cost within this.
const COSTS_ARE_TOLD: i64 = 4 * MINUTE;
/// As a rule the server takes a cost off the balance within this (one report of a minute).
const COSTS_ARE_BOOKED: i64 = 2 * MINUTE;
/// A refill is hardly late within this of its due instant: most come in these minutes. Milliseconds.
pub(crate) const JUST_DUE: i64 = 10 * MINUTE;

/// The verdict and the notes for one tab.
///
/// | verdict | when, first match wins |
/// |---|---|
/// | `unknown` | no answer yet, signed out, or the last answer held no balance |
/// | `stale` | the tab's last answer is older than the last due refill (`before-refill`), or another tab or device has a newer, different answer (`newer-elsewhere`), or the counter has settled on a number above what the answer allows (`counter-behind`) |
/// | `missed` | answers show no refill a day after it was due, or the next one is due too |
/// | `late` | an answer after the due instant shows that the refill has not come; `just-due` for ten minutes, `renewed` while only the date has moved |
/// | `short` | a refill came, or only its date moved 4 hours ago or more, and the pool is over 20 % below the plan's allotment, and nothing else explains that |
/// | `refilled` | a refill was confirmed within the last hour |
/// | `fresh` | none of the above |
#[must_use]
pub fn judge(evidence: &Evidence<'_>) -> Judgement {
    let verdict = unknown(evidence)
        .or_else(|| stale(evidence))
        .or_else(|| missed(evidence))
        .or_else(|| late(evidence))
        .or_else(|| short(evidence))
        .or_else(|| refilled(evidence))
        .unwrap_or_else(|| fresh(evidence));
    Judgement { verdict, notes: notes(evidence) }
}

fn unknown(evidence: &Evidence<'_>) -> Option<Verdict> {
    match evidence.shown {
        Shown::Nothing(reason) => Some(Verdict::Unknown { reason }),
        Shown::Answer { .. } => None,
    }
}

fn stale(evidence: &Evidence<'_>) -> Option<Verdict> {
    let Shown::Answer { answered_at, pools, spent_since, counter } = evidence.shown else { return None };
    let reason = before_refill(evidence, answered_at)
        .or_else(|| newer_elsewhere(evidence, answered_at, pools, spent_since, counter))
        .or_else(|| counter_behind(evidence, counter?, answered_at, pools, spent_since))?;
    Some(Verdict::Stale { reason })
}

fn before_refill(evidence: &Evidence<'_>, answered_at: UtcMillis) -> Option<StaleReason> {
    let due = evidence.ledger.last_due(evidence.calendar?, evidence.now)?;
    let slack = evidence.calendar?.slack();
    // An answer from after an early refill already contains it.
    let early = evidence
        .ledger
        .refill
        .as_ref()
        .into_iter()
        .chain(&evidence.ledger.perhaps_early)
        .any(|refill| refill.early && refill.due == due && answered_at >= refill.seen_at);
    (answered_at < due.plus(-slack) && !early).then_some(StaleReason::BeforeRefill { due })
}

fn newer_elsewhere(
    evidence: &Evidence<'_>,
    answered_at: UtcMillis,
    pools: &Pools,
    spent_since: Amount,
    counter: Option<Counter>,
) -> Option<StaleReason> {
    let newest = evidence.ledger.last.as_ref()?;
    // An answer from the future proves nothing: a clock that has been set back since stamped it. The clocks
    // of two devices always differ a little.
    let newer = newest.answered_at > answered_at && newest.answered_at <= evidence.now.plus(CLOCKS_DIFFER);
    // The page takes its own spending off by itself, and then already shows the newer number.
    let spent_after = evidence.ledger.spent_since;
    let sums = newest.pools.shown_sums();
    let shows = |counter: Counter, sums: &[Amount]| sums.iter().any(|sum| counter.text.may_show(*sum));
    // The page cannot have counted a refill that came after its answer.
    let refilled_since =
        evidence.ledger.refill.as_ref().is_some_and(|refill| refill.not_before >= answered_at);
    let caught_up = match counter {
        Some(counter) => {
            let less_spent =
                |spent: Amount| -> Vec<Amount> { sums.iter().map(|sum| sum.minus(spent)).collect() };
            let lowered = lowered_unread(evidence, counter, &sums);
            shows(counter, &sums)
                || booked(evidence).any(|spent| shows(counter, &less_spent(spent)))
                || (lowered && !refilled_since && !shows(counter, &pools.shown_sums()))
        }
        // Without the counter nobody knows which sum the page shows. One sum that has not changed is enough.
        None => {
            let sum_is_right = pools.spendable().map(|sum| sum.minus(spent_since))
                == newest.pools.spendable().map(|sum| sum.minus(spent_after));
            let primary = |pools: &Pools, spent| pools.primary_amount().map(|amount| amount.minus(spent));
            sum_is_right
                || primary(pools, spent_since) == primary(&newest.pools, spent_after)
                || primary(pools, Amount::ZERO) == primary(&newest.pools, Amount::ZERO)
        }
    };
    (newer && newest.pools.differs_from(pools) && !caught_up).then(|| StaleReason::NewerElsewhere {
        answered_at: newest.answered_at,
        source: newest.source.clone(),
    })
}

/// How much of the costs since the newest answer may be booked by now: all of them, or all but the very
/// newest.
fn booked(evidence: &Evidence<'_>) -> impl Iterator<Item = Amount> {
    let costs = &evidence.ledger.costs;
    let soon = |cost: &&Cost| evidence.now.since(cost.at) <= COSTS_ARE_BOOKED;
    let open = costs.iter().rev().take_while(soon).count();
    (costs.len() - open..=costs.len())
        .map(|count| costs[..count].iter().fold(Amount::ZERO, |sum, cost| sum.plus(cost.tokens)))
}

/// Spending explains a counter below what the answer allows. Nothing explains one above it.
fn counter_behind(
    evidence: &Evidence<'_>,
    counter: Counter,
    answered_at: UtcMillis,
    pools: &Pools,
    spent_here: Amount,
) -> Option<StaleReason> {
    // Spending of this browser's other tabs: a page takes off its own at most.
    let is_newest = evidence.ledger.last.as_ref().is_some_and(|last| last.answered_at == answered_at);
    let spent = if is_newest { evidence.ledger.spent_since.minus(spent_here) } else { Amount::ZERO };
    let booked_at = match evidence.ledger.costs.last().filter(|_| !spent.is_zero()) {
        Some(cost) => cost.at.plus(COSTS_ARE_BOOKED - COUNTER_SETTLES),
        None => answered_at,
    };
    let settled_since = counter.since.max(answered_at).max(booked_at);
    let sums: Vec<Amount> = pools.shown_sums().iter().map(|sum| sum.minus(spent)).collect();
    let most = sums.last()?;
    let above = !sums.iter().any(|sum| counter.text.may_show(*sum)) && !counter.text.is_below(*most);
    (above && evidence.now.since(settled_since) >= COUNTER_SETTLES)
        .then_some(StaleReason::CounterBehind { since: counter.since })
}

/// If own spending cannot be read, a counter that was right and fell was lowered for a generation.
fn lowered_unread(evidence: &Evidence<'_>, counter: Counter, sums: &[Amount]) -> bool {
    let fell = sums.last().is_some_and(|most| counter.text.is_below(*most));
    counter.was_right && fell && !evidence.ledger.habits.reads_all()
}

/// The due instant whose refill is missing, as answers show. One that lies ahead does not count: a clock that
/// has been set back since saw it pass.
fn not_come<'a>(evidence: &Evidence<'a>) -> Option<&'a OpenDue> {
    let open = evidence.ledger.open.as_ref()?;
    (open.standing == Standing::NotCome && open.due <= evidence.now && open.seen_at <= evidence.now)
        .then_some(open)
}

/// The newest confirmed refill. One that a clock saw which has been set back since does not count.
fn confirmed<'a>(evidence: &Evidence<'a>) -> Option<&'a Refill> {
    evidence.ledger.refill.as_ref().filter(|refill| refill.seen_at <= evidence.now)
}

fn missed(evidence: &Evidence<'_>) -> Option<Verdict> {
    let open = not_come(evidence)?;
    let a_day_after = open.seen_at.since(open.due) >= DAY;
    (a_day_after || open.due_count > 1).then_some(Verdict::Missed {
        due: open.due,
        seen_at: open.seen_at,
        due_count: open.due_count,
    })
}

fn late(evidence: &Evidence<'_>) -> Option<Verdict> {
    let open = not_come(evidence)?;
    let just_due = evidence.now.since(open.due) < JUST_DUE;
    let renewed = open.renewed_at.map(|_| LateReason::Renewed);
    let reason = if just_due { Some(LateReason::JustDue) } else { renewed };
    Some(Verdict::Late { due: open.due, seen_at: open.seen_at, reason })
}

fn short(evidence: &Evidence<'_>) -> Option<Verdict> {
    let short =
        evidence.ledger.shortfall.as_ref().filter(|short| short.is_sure && short.seen_at <= evidence.now)?;
    Some(Verdict::Short {
        expected: short.expected,
        came: short.came,
        due: short.due,
        seen_at: short.seen_at,
    })
}

fn refilled(evidence: &Evidence<'_>) -> Option<Verdict> {
    let refill = confirmed(evidence)?;
    (evidence.now.since(refill.seen_at) < REFILL_IS_NEWS).then_some(Verdict::Refilled {
        before: refill.before,
        after: refill.after,
        due: refill.due,
        seen_at: refill.seen_at,
    })
}

fn fresh(evidence: &Evidence<'_>) -> Verdict {
    match evidence.shown {
        Shown::Answer { answered_at, .. } => Verdict::Fresh { answered_at },
        Shown::Nothing(reason) => Verdict::Unknown { reason },
    }
}

fn notes(evidence: &Evidence<'_>) -> Vec<Note> {
    let ledger = evidence.ledger;
    let cycle_start = evidence.calendar.and_then(|calendar| ledger.last_due(calendar, evidence.now));
    // News is what happened in the running cycle, or on the last day if no cycle is known.
    let since = cycle_start.unwrap_or(evidence.now.plus(-DAY));
    let mut notes = Vec::new();
    if let Some(ahead) = evidence.clock_ahead {
        notes.push(Note::ClockOff { ahead });
    }
    let known = |pool| ledger.known.get(&pool).map(|known| known.amount);
    let other = [Pool::Rollover, Pool::TopUp, Pool::Team, Pool::Api]
        .into_iter()
        .find(|pool| known(*pool).is_some_and(|amount| !amount.is_zero()));
    if (known(Pool::Fast).is_some_and(Amount::is_zero) && other.is_some()) || evidence.on_api_page {
        notes.push(Note::WrongPool { other });
    }
    let stands = |fall: &&SpentElsewhere| fall.to > since && evidence.now.since(fall.to) >= COSTS_ARE_TOLD;
    if let Some(elsewhere) = ledger.elsewhere.as_ref().filter(stands) {
        notes.push(Note::SpentElsewhere { tokens: elsewhere.tokens, from: elsewhere.from, to: elsewhere.to });
    }
    if let Some(change) = ledger.plan_change.as_ref().filter(|change| change.seen_at > since) {
        notes.push(Note::PlanChanged {
            from: change.from.clone(),
            to: change.to.clone(),
            seen_at: change.seen_at,
        });
    }
    if ledger.topped_up_at.is_some_and(|at| at > since) {
        notes.push(Note::ToppedUp);
    }
    let nothing_to_see = ledger.nothing_to_see.is_some_and(|due| Some(due) == cycle_start);
    if not_come(evidence).is_none() && (nothing_to_see || stands_at_the_allotment(evidence)) {
        notes.push(Note::AtOrAboveAllotment);
    }
    let open_at = |open: &OpenDue| match open.standing {
        Standing::Unconfirmed => Some(open.due),
        Standing::NotCome => open.maybe_since,
    };
    if let Some(due) = ledger.open.as_ref().and_then(open_at).or_else(|| may_have_come(evidence)) {
        notes.push(Note::RefillUnconfirmed { due });
    }
    let slack = evidence.calendar.map_or(0, Calendar::slack);
    let was_early = |refill: &Refill| refill.came_early(slack) && evidence.now.since(refill.seen_at) < DAY;
    if ledger.refill.as_ref().is_some_and(was_early) {
        notes.push(Note::EarlyRefill);
    }
    if let Some(short) = ledger.shortfall.as_ref().filter(|short| !short.is_sure) {
        let missing = short.expected.minus(short.came);
        let Shortfall { expected, due, seen_at, .. } = *short;
        notes.push(Note::BelowAllotment { expected, missing, due, seen_at });
    }
    if let Some(returned) = ledger.returned.filter(|returned| evidence.now.since(returned.seen_at) < DAY) {
        let Returned { tokens, from, seen_at } = returned;
        notes.push(Note::Returned { tokens, from, seen_at });
    }
    if let (Some(old_after), Shown::Answer { answered_at, .. }) = (evidence.old_after, evidence.shown)
        && evidence.now.since(answered_at) >= old_after
    {
        notes.push(Note::OldAnswer { answered_at });
    }
    notes
}

/// A due instant that may lie before or after the number on the screen.
///
/// Either it is known only roughly. Or the server's date had already passed when the answer told it, and
/// nothing shows whether the refill has come. Or the refill seen before it may have been the late one of the
/// due before.
fn may_have_come(evidence: &Evidence<'_>) -> Option<UtcMillis> {
    let (calendar, Shown::Answer { answered_at, .. }) = (evidence.calendar?, evidence.shown) else {
        return None;
    };
    let planned = calendar.planned?;
    let due = planned.schedule.last_due(evidence.now.plus(planned.slack))?;
    let roughly = planned.slack > 0 && answered_at < due.plus(planned.slack);
    let past = planned.basis == Basis::Server && answered_at >= due;
    let refill = evidence.ledger.refill.as_ref();
    let doubtful =
        refill.is_some_and(|refill| refill.early && refill.due == due && !refill.is_surely_early());
    let perhaps = evidence.ledger.perhaps_early.as_ref().is_some_and(|refill| refill.due == due);
    if (doubtful || perhaps) && answered_at < due.plus(planned.slack) {
        return Some(due);
    }
    // If the hour is hardly known, all there is to go by is a day since the last refill.
    let is_over = planned.slack > ROUGHLY
        && refill.is_none_or(|refill| evidence.now.since(refill.not_before) >= DAY - JOBS_ARE_LATE);
    let shows_it = refill.is_none_or(|refill| answered_at >= refill.seen_at);
    let settled = evidence.ledger.is_settled(due) && shows_it && !is_over;
    let is_known = not_come(evidence).is_some() || before_refill(evidence, answered_at).is_some();
    ((roughly || past) && !settled && !is_known).then_some(due)
}

/// Whether the number is from before a daily refill that will not have changed it.
fn stands_at_the_allotment(evidence: &Evidence<'_>) -> bool {
    let (Some(calendar), Shown::Answer { answered_at, pools, .. }) = (evidence.calendar, evidence.shown)
    else {
        return false;
    };
    let at_or_above = pools.primary_amount().zip(calendar.allotment()).is_some_and(|(is, full)| is >= full);
    calendar.tops_up() && at_or_above && before_refill(evidence, answered_at).is_some()
}

#[cfg(test)]
mod tests;
