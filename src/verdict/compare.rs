//! Did a refill come between two sightings?
//!
//! [`compare`] looks at two consecutive sightings of one account and at what was known before, and gives one
//! [`Outcome`]. Where the evidence allows both readings it says so ([`Standing::Unconfirmed`]) rather than guess.

use super::refill::{Crossed, EARLY, Outcome};
use super::{Calendar, OpenDue, Proof, Refill, Sighting, Standing};
use crate::balance::{Amount, Pool};
use crate::time::{Basis, DAY, HOUR, MINUTE, UtcMillis};

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
/// A renewal date moves on by a day at least; less than this is another way to write the same.
const DATE_MOVES_BY: i64 = 12 * HOUR;

/// Compares two consecutive sightings. First match wins: another plan, a date that moved, a rise, the lack of one.
pub fn compare(pair: &Pair<'_>) -> Outcome {
    if is_another_plan(pair) {
        return Outcome::NewPlan;
    }
    let change = Change::of(pair);
    change.date_moved().or_else(|| change.rise()).unwrap_or_else(|| change.no_rise())
}

/// What happened to the pool that refills between the two sightings of a [`Pair`].
struct Change<'a> {
    pair: &'a Pair<'a>,
    /// The due instants that it crosses and that still need a refill.
    crossed: Option<Crossed>,
    /// Where it is known only roughly when one was due: it may have come before the earlier sighting.
    is_vague: bool,
    /// What the pool held before, and holds after.
    was: Option<Amount>,
    is: Option<Amount>,
    /// What this browser spent from it.
    spent: Amount,
    /// What it would hold now if only this browser had spent from it; `None` when that cannot be told.
    unspent: Option<Amount>,
    /// Tokens were bought.
    topped_up: bool,
}

impl<'a> Change<'a> {
    fn of(pair: &'a Pair<'a>) -> Self {
        let Pair { before, after, calendar, .. } = *pair;
        let slack = calendar.slack();
        let crossing = |from: UtcMillis| {
            crossed(calendar, from, after.answered_at.plus(-slack))
                .filter(|dues| Some(dues.newest) > pair.settled)
        };
        let surely = crossing(before.answered_at.plus(slack));
        let crossed = surely.or_else(|| crossing(before.answered_at.plus(-slack)));
        let pool = after.pools.primary();
        let (was, is) = (before.pools.get(pool), after.pools.get(pool));
        let topped_up = {
            let of = |sighting: &Sighting| sighting.pools.get(Pool::TopUp);
            of(before).is_some() && of(after) > of(before)
        };
        let spent = spent_from_primary(pair);
        // Own spending may have been paid from bought tokens, or from a rollover bank that the answers leave out: then
        // it tells nothing about the pool that refills.
        let may_be_paid_elsewhere = topped_up || !(calendar.tops_up() || pair.bank_is_told);
        let unspent = is
            .map(|is| is.plus(spent))
            .filter(|unspent| !(may_be_paid_elsewhere && is <= was && Some(*unspent) > was));
        let is_vague = crossed.is_some() && surely.is_none();
        Self { pair, crossed, is_vague, was, is, spent, unspent, topped_up }
    }

    fn calendar(&self) -> &Calendar {
        self.pair.calendar
    }

    /// The due instant in question. Where a refill was missed and the next one is due within the same pair, what came
    /// is the next one.
    fn due(&self) -> Option<UtcMillis> {
        self.crossed.map(|dues| dues.newest).or(self.pair.waiting.map(|open| open.due))
    }

    /// Whether the pool holds more than spending leaves.
    fn rose(&self) -> bool {
        self.was.is_some() && self.unspent > self.was
    }

    /// Whether the amount is at or above what a refill brings.
    fn is_full(&self, amount: Option<Amount>) -> bool {
        amount.zip(self.calendar().allotment()).is_some_and(|(amount, full)| amount >= full)
    }

    /// Whether the pool has come to that share of the allotment, own spending left aside.
    fn reaches(&self, percent: u64) -> bool {
        let amounts = self.unspent.zip(self.calendar().allotment());
        amounts.is_some_and(|(unspent, full)| !unspent.is_below_percent(percent, full))
    }

    /// The strongest evidence: the server's renewal date has moved on.
    fn date_moved(&self) -> Option<Outcome> {
        let (old, new) = (self.pair.before.renewal?, self.pair.told_renewal?);
        if new.since(old) < DATE_MOVES_BY {
            return None;
        }
        let after = self.pair.after.answered_at;
        if old <= after {
            return Some(self.came(self.due().unwrap_or(old), Proof::DateMoved, false));
        }
        (self.rose() && old.since(after) <= EARLY).then(|| self.came(old, Proof::DateMoved, true))
    }

    /// What a rise says; `None` when there is none that says anything.
    fn rise(&self) -> Option<Outcome> {
        let calendar = self.calendar();
        // No refill lifts the pool above the allotment: that was a gift or another plan, which may hide a refill.
        let given = calendar.plan.is_some() && self.rose() && self.is > calendar.allotment();
        if !self.rose() || (given && calendar.tops_up() && self.is_full(self.was)) {
            return None;
        }
        let Some(due) = self.due() else { return Some(self.rise_out_of_time()) };
        // A top-up may have been booked to the wrong pool, and a small rise may be a gift: only a pool that reached
        // the allotment, or most of it while nothing was bought, speaks for a refill.
        let toward = calendar.allotment().is_none() || self.reaches(TOWARD_PERCENT);
        let speaks = !given && (self.reaches(100) || (toward && !self.topped_up));
        Some(if speaks { self.came(due, Proof::Rose, false) } else { self.waits(Standing::Unconfirmed) })
    }

    /// Nothing was due, and the pool is full again: a refill before its time, or by another clock than ours.
    fn rise_out_of_time(&self) -> Outcome {
        let calendar = self.calendar();
        if !calendar.tops_up() || !fills_up(self.was, self.is, self.unspent, calendar.allotment()) {
            return Outcome::Nothing;
        }
        let after = self.pair.after.answered_at;
        let early = calendar.next_due(after).filter(|next| next.since(after) <= EARLY);
        // The last one has come already: a gift, or our clock is not theirs.
        let last = calendar.last_due(after).filter(|last| Some(*last) > self.pair.confirmed);
        match (early, last) {
            (Some(early), _) => self.came(early, Proof::Rose, true),
            (None, Some(last)) => self.came(last, Proof::Rose, false),
            (None, None) => Outcome::Nothing,
        }
    }

    /// What it says that the pool has not risen.
    fn no_rise(&self) -> Outcome {
        let Some(due) = self.due() else { return Outcome::Nothing };
        let first = self.crossed.map_or(due, |dues| dues.first);
        if self.calendar().tops_up() && (self.was_full_at(first) || self.is_full(self.is)) {
            return Outcome::NothingToSee { due };
        }
        let shown = self.is_unchanged_since(first) || self.date_stands(first);
        self.waits(if shown { Standing::NotCome } else { Standing::Unconfirmed })
    }

    /// Whether a daily pool was full when it was due, so that nothing was to be added.
    fn was_full_at(&self, due: UtcMillis) -> bool {
        // What was spent from a pool that was just full, before it was due, has left room for it.
        let has_room = self.was == self.calendar().allotment()
            && self.unspent == self.was
            && self.pair.first_spent.is_some_and(|spent| spent < due.plus(-self.calendar().slack()));
        self.is_full(self.was) && self.crossed.is_some() && !has_room
    }

    /// Whether the number, unchanged, shows that the refill due then has not come.
    fn is_unchanged_since(&self, due: UtcMillis) -> bool {
        let Pair { before, after, spent, trusted_for, .. } = *self.pair;
        let is_trusted = after.answered_at.since(due) <= trusted_for;
        // What rose unexplained shortly before it was due may have been this refill, early.
        let came_early = self.pair.risen.is_some_and(|at| at >= due.plus(-EARLY));
        // Bought and saved tokens are spent when the plan's own are gone: if others spent of those, these came and went.
        let others_fell = before.pools.spendable().map(|had| had.minus(spent)) > after.pools.spendable();
        // Where nothing speaks for a schedule any more, nothing can be missing from it.
        self.calendar().planned.is_some()
            && self.was.is_some()
            && self.unspent == self.was
            && is_trusted
            && !(came_early || self.is_vague || others_fell)
    }

    /// Whether the server itself says that the refill it announced for then is still to come.
    fn date_stands(&self, due: UtcMillis) -> bool {
        let follows_date = self.calendar().planned.is_some_and(|planned| planned.basis == Basis::Server);
        let is_known = self.was.is_some() && self.unspent.is_some();
        is_known
            && follows_date
            && self.pair.told_renewal == Some(due)
            && self.pair.before.renewal == Some(due)
    }

    fn came(&self, due: UtcMillis, proof: Proof, early: bool) -> Outcome {
        let Pair { before, after, .. } = *self.pair;
        let refill = Refill {
            due,
            not_before: before.answered_at,
            seen_at: after.answered_at,
            before: self.was,
            after: self.is,
            spent_between: self.spent,
            proof,
            early,
        };
        let still_open = self.crossed.filter(|dues| proof == Proof::Rose && self.may_be_another(dues));
        Outcome::Came { refill, still_open: still_open.map(|dues| dues.newest) }
    }

    /// Whether what came may belong to another due instant than the newest, whose job may still be on its way.
    fn may_be_another(&self, dues: &Crossed) -> bool {
        let Pair { before, after, waiting, settled, .. } = *self.pair;
        let missing = waiting.is_some_and(|open| open.standing == Standing::NotCome);
        // Where nothing was to be seen when it was due, a late job may have come after all.
        let lately_due = settled.is_some_and(|due| before.answered_at.since(due) <= TRUSTED_WHEN_UNREAD);
        (dues.count > 1 || missing || lately_due) && after.answered_at.since(dues.newest) <= LATEST_JOB
    }

    fn waits(&self, standing: Standing) -> Outcome {
        Outcome::Waits { crossed: self.crossed, standing }
    }
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

/// Whether another plan began: the slug says so, or the date does where the slug does not name the plan. `BASIC` has
/// been seen for a daily and for a monthly one; the dates of one cycle keep their time of day.
fn is_another_plan(pair: &Pair<'_>) -> bool {
    if matches!((&pair.before.plan, &pair.after.plan), (Some(old), Some(new)) if old != new) {
        return true;
    }
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
