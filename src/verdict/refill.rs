//! Did a refill come between two sightings?

use super::{Calendar, Sighting};
use crate::balance::{Amount, Pool};
use crate::stored::{stored_struct, stored_words};
use crate::time::{Basis, DAY, HOUR, MINUTE, UtcMillis};

/// What shows that a refill happened, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Proof {
    /// The server's renewal date moved on.
    DateMoved,
    /// The primary pool rose to or toward the allotment across the due instant, while top-up stood still.
    #[default]
    Rose,
}

stored_words!(Proof { DateMoved = "date-moved", Rose = "rose" });

/// A confirmed refill.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Refill {
    /// The due instant it belongs to.
    pub due: UtcMillis,
    /// The last sighting before it was answered then.
    pub not_before: UtcMillis,
    /// The sighting that shows it was answered then: the moment of confirmation.
    pub seen_at: UtcMillis,
    /// The primary pool before; `None` when that sighting did not tell it.
    pub before: Option<Amount>,
    /// The primary pool in the confirming sighting.
    pub after: Option<Amount>,
    /// What this browser spent between the two sightings.
    pub spent_between: Amount,
    /// What shows it.
    pub proof: Proof,
    /// It was seen before it was due.
    pub early: bool,
}

impl Refill {
    /// Whether it surely came before it was due; else it may as well have been the one before, which was late.
    #[must_use]
    pub fn is_surely_early(&self) -> bool {
        self.early && self.due.since(self.not_before) <= EARLY
    }
}

stored_struct!(Refill { due, not_before, seen_at, before, after, spent_between, proof, early });

/// How a due instant stands that has passed without a confirmed refill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Standing {
    /// Answers after it show that the refill has not come.
    NotCome,
    /// Answers after it allow both readings.
    #[default]
    Unconfirmed,
}

stored_words!(Standing { NotCome = "not-come", Unconfirmed = "unconfirmed" });

/// A due instant that still waits for its refill.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct OpenDue {
    /// When the refill was due; the first one, when several were missed.
    pub due: UtcMillis,
    /// How it stands.
    pub standing: Standing,
    /// The last sighting before `due`.
    pub before_at: UtcMillis,
    /// The newest sighting that speaks for `standing`.
    pub seen_at: UtcMillis,
    /// How many due instants in a row have passed like this, the first included.
    pub due_count: u32,
}

stored_struct!(OpenDue { due, standing, before_at, seen_at, due_count });

/// What a pair of sightings says about refills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing was due and nothing came.
    Nothing,
    /// A refill came.
    Came {
        /// Which.
        refill: Refill,
        /// A due instant that it may not belong to: another one was missing before, and the job of this one may
        /// still be on its way.
        still_open: Option<UtcMillis>,
    },
    /// A refill was due, but the pool stood at or above the allotment: nothing is to be seen.
    NothingToSee {
        /// The due instant.
        due: UtcMillis,
    },
    /// Another plan began, with tokens and a cycle of its own; what was waited for is no longer to come.
    NewPlan,
    /// A refill was due, or still waited for, and did not come, or may not have come.
    Waits {
        /// The due instants that the pair crosses.
        crossed: Option<Crossed>,
        /// Whether that is shown or open.
        standing: Standing,
    },
}

/// Due instants between two sightings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crossed {
    /// The first.
    pub first: UtcMillis,
    /// The newest; the same when there is one.
    pub newest: UtcMillis,
    /// How many.
    pub count: u32,
}

/// Two consecutive sightings, and what is known beside them.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// The earlier one.
    pub before: &'a Sighting,
    /// The later one, with what only earlier ones told filled in.
    pub after: &'a Sighting,
    /// The renewal date that the later one itself told.
    pub told_renewal: Option<UtcMillis>,
    /// The calendar as of the earlier one.
    pub calendar: &'a Calendar,
    /// What this browser spent between the two.
    pub spent: Amount,
    /// When the first of that was spent.
    pub first_spent: Option<UtcMillis>,
    /// Both sightings themselves told the rollover bank.
    pub bank_is_told: bool,
    /// The newest sighting that showed a rise which nothing explained.
    pub risen: Option<UtcMillis>,
    /// The due instant that already waits.
    pub waiting: Option<&'a OpenDue>,
    /// The newest due instant whose refill was confirmed.
    pub confirmed: Option<UtcMillis>,
    /// The newest due instant that needs no refill any more.
    pub settled: Option<UtcMillis>,
    /// For how long after a due instant an unchanged number shows that the refill has not come.
    pub trusted_for: i64,
}

/// A refill this long before it is due is an early one; more than that, and it is a late one of the due before.
const EARLY: i64 = 6 * HOUR;
/// A job that comes at all, comes within this (half a day late has been seen).
const LATEST_JOB: i64 = 13 * HOUR;
/// Where others are known to spend too, an unchanged number shows a missing refill only this soon after it was
/// due: later, what came may have been spent down to the same number.
pub const TRUSTED_WHEN_SHARED: i64 = 20 * MINUTE;
/// The same where the balance has fallen by more than this browser was seen to spend, which may have been the
/// user or another: no longer than a job is late, as far as has been seen.
pub const TRUSTED_WHEN_UNREAD: i64 = 4 * HOUR;
/// A rise to less than this share of the allotment may as well be a gift.
const TOWARD_PERCENT: u64 = 50;

/// Compares two consecutive sightings.
pub fn compare(pair: &Pair<'_>) -> Outcome {
    let Pair { before, after, calendar, .. } = *pair;
    let settled = |due: &UtcMillis| Some(*due) <= pair.settled;
    let slack = calendar.slack();
    let crossing = |from: UtcMillis| {
        crossed(calendar, from, after.answered_at.plus(-slack)).filter(|dues| !settled(&dues.newest))
    };
    let surely = crossing(before.answered_at.plus(slack));
    // Where it is known only roughly when one was due, it may have come before the earlier sighting.
    let crossed = surely.or_else(|| crossing(before.answered_at.plus(-slack)));
    let pool = after.pools.primary();
    let (was, is) = (before.pools.get(pool), after.pools.get(pool));
    let spent = spent_from_primary(pair);
    // What the pool would hold now if only this browser had spent from it.
    let rose_by =
        |pool| matches!((before.pools.get(pool), after.pools.get(pool)), (Some(was), Some(is)) if is > was);
    let topped_up = rose_by(Pool::TopUp);
    // Own spending may have been paid from bought tokens, or from a rollover bank that the answers leave out: then it
    // tells nothing about the pool that refills.
    let may_be_paid_elsewhere = topped_up || !(calendar.tops_up() || pair.bank_is_told);
    let unspent = is
        .map(|is| is.plus(spent))
        .filter(|unspent| !(may_be_paid_elsewhere && is <= was && Some(*unspent) > was));
    let rose = matches!((was, unspent), (Some(was), Some(unspent)) if unspent > was);
    let came = |due: UtcMillis, proof, early| {
        let refill = Refill {
            due,
            not_before: before.answered_at,
            seen_at: after.answered_at,
            before: was,
            after: is,
            spent_between: spent,
            proof,
            early,
        };
        let several = crossed.is_some_and(|dues| {
            let missing = pair.waiting.is_some_and(|open| open.standing == Standing::NotCome);
            // Where nothing was to be seen when it was due, a late job may have come after all.
            let lately_due =
                pair.settled.is_some_and(|due| before.answered_at.since(due) <= TRUSTED_WHEN_UNREAD);
            (dues.count > 1 || missing || lately_due) && after.answered_at.since(dues.newest) <= LATEST_JOB
        });
        Outcome::Came {
            refill,
            still_open: crossed.filter(|_| several && proof == Proof::Rose).map(|d| d.newest),
        }
    };
    let newest = crossed.map(|dues| dues.newest);
    // Where a refill was missed and the next one is due within the same pair, what came is the next one.
    let due = newest.or(pair.waiting.map(|open| open.due));

    if matches!((&before.plan, &after.plan), (Some(old), Some(new)) if old != new) || is_another_cycle(pair) {
        return Outcome::NewPlan;
    }
    if let (Some(old), Some(new)) = (before.renewal, pair.told_renewal)
        && new.since(old) >= 12 * HOUR
    {
        if old <= after.answered_at {
            return came(due.unwrap_or(old), Proof::DateMoved, false);
        }
        if rose && old.since(after.answered_at) <= EARLY {
            return came(old, Proof::DateMoved, true);
        }
    }
    let reaches = |percent| {
        calendar
            .allotment()
            .zip(unspent)
            .is_some_and(|(full, unspent)| !unspent.is_below_percent(percent, full))
    };
    let full = reaches(100);
    let at_or_above = |amount: Option<Amount>| amount.zip(calendar.allotment()).is_some_and(|(a, b)| a >= b);
    // No refill lifts the pool above the allotment: that was a gift or another plan, which may hide a refill.
    let given = calendar.plan.is_some() && rose && is > calendar.allotment();

    if rose && !(given && calendar.tops_up() && at_or_above(was)) {
        if let Some(due) = due {
            // A top-up may have been booked to the wrong pool, and a small rise may be a gift: only a pool that
            // reached the allotment, or most of it while nothing was bought, speaks for a refill.
            let toward = calendar.allotment().is_none() || reaches(TOWARD_PERCENT);
            let speaks = !given && (full || (toward && !topped_up));
            return if speaks {
                came(due, Proof::Rose, false)
            } else {
                waits(crossed, Standing::Unconfirmed)
            };
        }
        // Nothing was due, and the pool is full again: a refill before its time, or by another clock than ours.
        if calendar.tops_up() && fills_up(was, is, unspent, calendar.allotment()) {
            let next = calendar.next_due(after.answered_at);
            let early = next.filter(|next| next.since(after.answered_at) <= EARLY);
            // The last one has come already: a gift, or our clock is not theirs.
            let last = calendar.last_due(after.answered_at).filter(|last| Some(*last) > pair.confirmed);
            return match (early, last) {
                (Some(early), _) => came(early, Proof::Rose, true),
                (None, Some(last)) => came(last, Proof::Rose, false),
                (None, None) => Outcome::Nothing,
            };
        }
        return Outcome::Nothing;
    }
    let Some(due) = due else { return Outcome::Nothing };
    let first = crossed.map_or(due, |dues| dues.first);
    // What was spent from a pool that was just full, before it was due, has left room for it.
    let has_room = was == calendar.allotment()
        && unspent == was
        && pair.first_spent.is_some_and(|spent| spent < first.plus(-slack));
    let was_full_when_due = at_or_above(was) && crossed.is_some() && !has_room;
    if calendar.tops_up() && (was_full_when_due || at_or_above(is)) {
        return Outcome::NothingToSee { due };
    }
    let (Some(was), Some(unspent)) = (was, unspent) else { return waits(crossed, Standing::Unconfirmed) };
    // Where nothing speaks for a schedule any more, nothing can be missing from it.
    let trusted = after.answered_at.since(first) <= pair.trusted_for;
    // What rose unexplained shortly before it was due may have been this refill, early.
    let came_early = pair.risen.is_some_and(|at| at >= first.plus(-EARLY));
    let is_vague = crossed.is_some() && surely.is_none();
    // Bought and saved tokens are spent when the plan's own are gone: if others spent of those, these came and went.
    let others_fell = before.pools.spendable().map(|had| had.minus(pair.spent)) > after.pools.spendable();
    let unchanged =
        calendar.planned.is_some() && unspent == was && trusted && !(came_early || is_vague || others_fell);
    // The server itself says that the refill it announced is still to come.
    let follows_date = calendar.planned.is_some_and(|planned| planned.basis == Basis::Server);
    let date_stands = follows_date && pair.told_renewal == Some(first) && before.renewal == Some(first);
    waits(crossed, if unchanged || date_stands { Standing::NotCome } else { Standing::Unconfirmed })
}

/// Whether a rise is what a daily refill does: it fills up to exactly the allotment, and more than that was given, not
/// refilled. What this browser spent lies before it or after.
pub(super) fn fills_up(
    was: Option<Amount>,
    is: Option<Amount>,
    unspent: Option<Amount>,
    allotment: Option<Amount>,
) -> bool {
    was.is_some() && was < allotment && (is == allotment || unspent == allotment)
}

/// Whether the date says that another cycle began, where the slug does not name the plan: `BASIC` has been seen for
/// a daily and for a monthly one. A cycle's dates keep their time of day.
fn is_another_cycle(pair: &Pair<'_>) -> bool {
    let (Some(old), Some(new)) = (pair.before.renewal, pair.told_renewal) else { return false };
    let off = (new.time_of_day() - old.time_of_day()).rem_euclid(DAY);
    pair.calendar.plan.is_none() && off.min(DAY - off) > HOUR && new.since(old) > 2 * DAY
}

/// What this browser spent from the pool that refills: what the other pools fell by was paid from them.
fn spent_from_primary(pair: &Pair<'_>) -> Amount {
    [Pool::Rollover, Pool::TopUp].into_iter().fold(pair.spent, |spent, pool| {
        match (pair.before.pools.get(pool), pair.after.pools.get(pool)) {
            (Some(was), Some(is)) => spent.minus(was.minus(is)),
            _ => spent,
        }
    })
}

fn waits(crossed: Option<Crossed>, standing: Standing) -> Outcome {
    Outcome::Waits { crossed, standing }
}

/// The due instants in `(from, to]`.
fn crossed(calendar: &Calendar, from: UtcMillis, to: UtcMillis) -> Option<Crossed> {
    let mut crossed: Option<Crossed> = None;
    let mut cursor = from;
    // A daily schedule over the 400 days that are kept; no gap is longer than what is kept.
    for _ in 0..400 {
        match calendar.next_due(cursor) {
            Some(due) if due <= to => {
                let (first, count) = crossed.map_or((due, 0), |dues| (dues.first, dues.count));
                crossed = Some(Crossed { first, newest: due, count: count + 1 });
                cursor = due;
            }
            _ => break,
        }
    }
    crossed
}
