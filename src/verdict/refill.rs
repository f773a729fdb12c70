//! Did a refill come between two sightings?

use super::{Calendar, Sighting};
use crate::balance::{Amount, Plan, Pool};
use crate::stored::{stored_struct, stored_words};
use crate::time::{HOUR, UtcMillis};

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
    /// It came before it was due.
    pub early: bool,
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
    Came(Refill),
    /// A refill was due, but the pool stood at or above the allotment: nothing is to be seen.
    NothingToSee {
        /// The due instant.
        due: UtcMillis,
    },
    /// A refill was due, or still waited for, and did not come, or may not have come.
    Waits {
        /// The newest due instant that the pair crosses; `None` when it crosses none.
        crossed: Option<UtcMillis>,
        /// How many due instants the pair crosses.
        count: u32,
        /// Whether that is shown or open.
        standing: Standing,
    },
}

/// A refill this long before it is due is an early one; more than that, and the rise is something else.
const EARLY: i64 = 6 * HOUR;

/// Compares two consecutive sightings. `calendar` is as of `before`; `spent` is what this browser spent
/// between the two; `waiting` is the due instant that already waits, if any.
pub fn compare(
    before: &Sighting,
    after: &Sighting,
    calendar: &Calendar,
    spent: Amount,
    waiting: Option<&OpenDue>,
) -> Outcome {
    let (crossed, count) = dues_between(calendar, before.answered_at, after.answered_at);
    let pool = after.pools.primary();
    let (was, is) = (before.pools.get(pool), after.pools.get(pool));
    // What the pool would hold now if only this browser had spent from it.
    let unspent = is.map(|is| is.plus(spent));
    let rose = matches!((was, unspent), (Some(was), Some(unspent)) if unspent > was);
    let came = |due: UtcMillis, proof, early| {
        Outcome::Came(Refill {
            due,
            not_before: before.answered_at,
            seen_at: after.answered_at,
            before: was,
            after: is,
            spent_between: spent,
            proof,
            early,
        })
    };
    // Where a refill was missed and the next one is due within the same pair, what came is the next one.
    let due = crossed.or(waiting.map(|open| open.due));

    if let (Some(old), Some(new)) = (before.renewal, after.renewal)
        && new.since(old) >= 12 * HOUR
    {
        if old <= after.answered_at {
            return came(due.unwrap_or(old), Proof::DateMoved, false);
        }
        if rose && old.since(after.answered_at) <= EARLY {
            return came(old, Proof::DateMoved, true);
        }
    }
    let plan_changed = matches!((&before.plan, &after.plan), (Some(old), Some(new)) if old != new);
    let topped_up = matches!((before.pools.get(Pool::TopUp), after.pools.get(Pool::TopUp)), (Some(was), Some(is)) if is > was);
    let full = calendar.allotment().zip(unspent).is_some_and(|(allotment, unspent)| unspent >= allotment);

    if rose {
        if let Some(due) = due {
            // A plan change brings tokens of its own, and a top-up may have been booked to the wrong pool:
            // only a pool that reached the allotment speaks for a refill then.
            let muddied = plan_changed || (topped_up && !full);
            return if muddied {
                waits(crossed, count, Standing::Unconfirmed)
            } else {
                came(due, Proof::Rose, false)
            };
        }
        let early =
            calendar.next_due(after.answered_at).filter(|next| next.since(after.answered_at) <= EARLY);
        if let Some(early) = early
            && full
            && !plan_changed
            && calendar.plan.is_none_or(|plan| plan != Plan::Free || was < Some(plan.allotment()))
        {
            return came(early, Proof::Rose, true);
        }
        return Outcome::Nothing;
    }
    let Some(due) = due else { return Outcome::Nothing };
    if calendar.tops_up() {
        let at_or_above =
            |amount: Option<Amount>| amount.zip(calendar.allotment()).is_some_and(|(a, b)| a >= b);
        if at_or_above(was) && crossed.is_some() || at_or_above(is) {
            return Outcome::NothingToSee { due: crossed.unwrap_or(due) };
        }
    }
    let (Some(was), Some(unspent)) = (was, unspent) else {
        return waits(crossed, count, Standing::Unconfirmed);
    };
    // The server itself says that the refill it announced is still to come.
    let date_stands = before.renewal.is_some()
        && before.renewal == after.renewal
        && after.renewal <= Some(after.answered_at);
    let standing = if unspent == was || (date_stands && !calendar.tops_up()) {
        Standing::NotCome
    } else {
        Standing::Unconfirmed
    };
    waits(crossed, count, standing)
}

fn waits(crossed: Option<UtcMillis>, count: u32, standing: Standing) -> Outcome {
    Outcome::Waits { crossed, count, standing }
}

/// The newest due instant in `(from, to]`, and how many there are.
fn dues_between(calendar: &Calendar, from: UtcMillis, to: UtcMillis) -> (Option<UtcMillis>, u32) {
    let mut newest = None;
    let mut count = 0;
    let mut cursor = from;
    // A daily schedule over the 400 days that are kept; no gap is longer than what is kept.
    while count < 400 {
        match calendar.next_due(cursor) {
            Some(due) if due <= to => {
                newest = Some(due);
                count += 1;
                cursor = due;
            }
            _ => break,
        }
    }
    (newest, count)
}
