//! One step: two sightings of an account in a row, and everything seen between them.
//!
//! Only sums stand here: what rose, what fell, which own costs there were, and what must have been spent or
//! given if a refill came or if none did. `explain` weighs how likely that is.

use super::surprise::Left;
use super::{Calendar, Habits, Sighting};
use crate::balance::{Amount, Plan, Pool};
use crate::time::{HOUR, UtcMillis};
use serde::{Deserialize, Serialize};

/// The cost of one of this browser's generations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// When the generation was asked for.
    pub at: UtcMillis,
    /// When its cost was told.
    pub heard_at: UtcMillis,
    /// How many tokens.
    pub tokens: Amount,
}

/// Two sightings in a row, and what lies between them.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// The earlier sighting.
    pub before: &'a Sighting,
    /// The later sighting, filled in with what only earlier ones told.
    pub after: &'a Sighting,
    /// The renewal date that the later sighting itself told.
    pub told_renewal: Option<UtcMillis>,
    /// The calendar as of the earlier sighting.
    pub calendar: &'a Calendar,
    /// Own costs since the earlier sighting, oldest first.
    pub costs: &'a [Cost],
    /// Costs and falls that may come back: those from before the earlier sighting, then `costs`.
    pub past: &'a [Amount],
    /// What the page took off its counter by itself, beyond the costs that were told.
    pub lowered: Amount,
    /// Both sightings told the rollover bank.
    pub bank_is_told: bool,
    /// The newest sighting at which the pool held all that the plan gives.
    pub full_at: Option<UtcMillis>,
    /// Who spends.
    pub habits: Habits,
    /// How many of the account's refills came so far.
    pub refills: u32,
}

/// What must have been spent or given, beyond what is known, on one assumption about the refill.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gap {
    /// Tokens spent that nobody read.
    pub unread: Amount,
    /// How many of them were spent before the refill.
    pub unread_before: Amount,
    /// Tokens that came, and not by a refill.
    pub risen: Amount,
}

/// The pools that pay for spending, as far as both sightings tell them.
#[derive(Clone, Copy, Debug)]
pub struct Sums {
    /// The pool that refills, before and after.
    pub was: Amount,
    pub is: Amount,
    /// The rollover bank, before and after; `None` unless both sightings told it.
    pub bank: Option<(Amount, Amount)>,
    /// What fell in the pools that no refill touches: bought tokens, and a team's pool beside the own one.
    pub paid_elsewhere: Amount,
    /// A pool may have paid own costs without showing it: it is not told, or tokens were bought for it.
    pub is_hidden: bool,
    /// What is left to spend.
    pub left: Left,
}

/// A renewal date moves on by at least a day. A smaller difference is the same date, written in another way.
const DATE_MOVES_BY: i64 = 12 * HOUR;

impl<'a> Step<'a> {
    /// Whether the server's date has moved on; `None` if one of the two sightings tells none.
    #[must_use]
    pub fn date_moved(&self) -> Option<bool> {
        let (old, new) = (self.before.renewal?, self.told_renewal?);
        Some(new.since(old) >= DATE_MOVES_BY)
    }

    /// The sums; `None` if one of the two sightings does not tell the pool that refills.
    #[must_use]
    pub fn sums(&self) -> Option<Sums> {
        let pool = self.after.pools.primary();
        let both = |pool| self.before.pools.get(pool).zip(self.after.pools.get(pool));
        let (was, is) = both(pool)?;
        let bank = both(Pool::Rollover).filter(|_| self.bank_is_told);
        let beside = [Pool::TopUp, Pool::Team].into_iter().filter(|other| *other != pool).filter_map(both);
        let paid_elsewhere = beside.fold(Amount::ZERO, |sum, (was, is)| sum.plus(was.minus(is)));
        let has_bought = both(Pool::TopUp).is_some_and(|(was, is)| is > was);
        let is_hidden = has_bought || (bank.is_none() && !self.calendar.tops_up());
        let left = match self.after.pools.spendable() {
            Some(all) if all < CHEAPEST && was == is && !is.is_zero() => Left::TheSame(is),
            Some(all) if all < CHEAPEST => Left::Nothing,
            _ if is < CHEAPEST => Left::OtherPools,
            _ => Left::Tokens,
        };
        Some(Sums { was, is, bank, paid_elsewhere, is_hidden, left })
    }

    /// The most that the bank holds.
    fn cap(&self) -> Option<Amount> {
        self.calendar.plan.and_then(Plan::rollover_cap)
    }

    /// Own costs, less what the pools paid that no refill touches. The newest `left_out` costs are not booked
    /// yet.
    fn own(&self, sums: &Sums, unbooked: Amount, left_out: usize) -> Amount {
        let booked = self.costs.len().saturating_sub(left_out);
        let all = self.costs[..booked].iter().fold(unbooked, |sum, cost| sum.plus(cost.tokens));
        all.minus(sums.paid_elsewhere)
    }

    /// What fell in the pools that no refill touches, beyond own costs.
    fn others_paid(&self, sums: &Sums, unbooked: Amount) -> Amount {
        let own = self.costs.iter().fold(unbooked, |sum, cost| sum.plus(cost.tokens));
        sums.paid_elsewhere.minus(own)
    }

    /// The gap if no refill came, and `came` tokens were added to the pool.
    #[must_use]
    pub fn without_refill(&self, sums: &Sums, came: Amount, unbooked: Amount, left_out: usize) -> Gap {
        let own = self.own(sums, unbooked, left_out);
        let was = sums.was.plus(came);
        let (bank_was, bank_is) = sums.bank.unwrap_or_default();
        let rose = sums.is.minus(was).plus(bank_is.minus(bank_was));
        let fell = was.minus(sums.is).plus(bank_was.minus(bank_is));
        let risen = if sums.is_hidden { rose } else { rose.plus(own.minus(fell)) };
        let unread = fell.minus(own).plus(self.others_paid(sums, unbooked));
        Gap { unread, unread_before: Amount::ZERO, risen }
    }

    /// The gap if a monthly refill came, and what the pool held right after it. The leftovers went to the
    /// bank. `brings` is what the refill filled the pool with; `None` stands for what is there now plus own
    /// costs.
    #[must_use]
    pub fn with_monthly(
        &self,
        sums: &Sums,
        brings: Option<Amount>,
        unbooked: Amount,
        left_out: usize,
    ) -> (Gap, Amount) {
        let own = self.own(sums, unbooked, left_out);
        // Leftovers that are not in the bank were spent: from the pool before the refill, or from the bank
        // after it.
        let (not_saved, over, lost) = match sums.bank {
            None => (Amount::ZERO, Amount::ZERO, Amount::ZERO),
            Some((was, is)) => {
                let all = was.plus(sums.was);
                let most = self.cap().map_or(all, |cap| all.min(cap.max(was)));
                (most.minus(is), is.minus(most), all.minus(most))
            }
        };
        // What did not fit into the bank may have been spent before the refill.
        let brings = brings.unwrap_or_else(|| sums.is.plus(own.minus(not_saved).minus(lost)));
        let after = brings.minus(sums.is);
        let spent = after.plus(not_saved);
        let unaccounted =
            if sums.bank.is_none() || sums.is_hidden { Amount::ZERO } else { own.minus(spent).minus(lost) };
        let gap = Gap {
            unread: spent.minus(own).plus(self.others_paid(sums, unbooked)),
            unread_before: not_saved.minus(own),
            risen: sums.is.minus(brings).plus(over).plus(unaccounted),
        };
        (gap, brings)
    }

    /// The gap if a daily refill came no earlier than `earliest`, and the level it filled the pool up to.
    /// `None` for `level` stands for what is there now plus what was spent since.
    #[must_use]
    pub fn with_daily(
        &self,
        sums: &Sums,
        level: Option<Amount>,
        earliest: UtcMillis,
        unbooked: Amount,
        left_out: usize,
    ) -> (Gap, Amount) {
        // Nobody tells between which costs the job ran. Costs before it left room that it filled; costs after
        // it show.
        let booked = self.costs.len().saturating_sub(left_out);
        let costs = &self.costs[..booked];
        let mut suffixes = vec![Amount::ZERO];
        for cost in costs.iter().rev().filter(|cost| cost.at >= earliest) {
            let last = suffixes.last().copied().unwrap_or_default();
            suffixes.push(last.plus(cost.tokens));
        }
        if costs.iter().all(|cost| cost.at >= earliest) && !unbooked.is_zero() {
            let last = suffixes.last().copied().unwrap_or_default();
            suffixes.push(last.plus(unbooked));
        }
        let of = |suffix: Amount| suffix.minus(sums.paid_elsewhere);
        let all = of(costs.iter().fold(unbooked, |sum, cost| sum.plus(cost.tokens)));
        let most = of(suffixes.last().copied().unwrap_or_default());
        // A refill fills up to the level and no further. If the pool still held more, earlier costs are gone
        // for good.
        let level_after = |own: Amount| match level {
            Some(full) => full.max(sums.was.minus(all.minus(own))),
            None => sums.is.plus(most).max(sums.was),
        };
        // The costs that other pools paid may be those before the refill or those after it.
        let charged = |suffix: Amount| {
            let paid_before = all.minus(of(suffix)) >= suffix.minus(of(suffix));
            [Some(of(suffix)), Some(suffix).filter(|_| paid_before)]
        };
        let tried = suffixes.into_iter().flat_map(charged).flatten().map(|own| {
            let level = level_after(own);
            let (held, risen) = (level.minus(own), sums.is.minus(level.minus(own)));
            (risen, held.minus(sums.is), own, level)
        });
        let (risen, unread, _, level) = tried
            .min_by_key(|(risen, unread, own, _)| (*risen, *unread, std::cmp::Reverse(*own)))
            .unwrap_or((Amount::ZERO, Amount::ZERO, Amount::ZERO, level_after(Amount::ZERO)));
        let gap =
            Gap { unread: unread.plus(self.others_paid(sums, unbooked)), unread_before: Amount::ZERO, risen };
        (gap, level)
    }

    /// How many of the newest costs may not be booked yet.
    #[must_use]
    pub fn may_be_unbooked(&self) -> usize {
        // A generation was asked for a moment ago, or its cost was told only after the balance was asked for.
        let asked = self.after.answered_at;
        let soon = |cost: &&Cost| asked.since(cost.at) <= BOOKED_WITHIN || cost.heard_at > asked;
        self.costs.iter().rev().take_while(soon).take(MOST_UNBOOKED).count()
    }

    /// The sum of the newest `count` costs.
    #[must_use]
    pub fn newest_costs(&self, count: usize) -> Amount {
        self.costs.iter().rev().take(count).fold(Amount::ZERO, |sum, cost| sum.plus(cost.tokens))
    }

    /// All own costs since the earlier sighting.
    #[must_use]
    pub fn all_costs(&self) -> Amount {
        self.newest_costs(self.costs.len())
    }
}

/// The balance contains a cost this long after the generation was asked for, in milliseconds (one report of a
/// minute; the rest is a margin for slow answers).
pub const BOOKED_WITHIN: i64 = 4 * crate::time::MINUTE;
/// Hardly any generation costs less.
const CHEAPEST: Amount = Amount::whole(10);
/// No more generations than this run at once.
const MOST_UNBOOKED: usize = 3;
