//! What a step teaches about an account beside its refills: their hour, the plan, what is spent and by whom.
//!
//! Nothing here weighs an explanation. The lessons are read off those that the ledger has.

use super::{Ledger, MOST_ON_FREE, PlanChange, SpentElsewhere};
use crate::balance::{Amount, Plan, Pool};
use crate::time::{DAY, HOUR};
use crate::verdict::step::{Cost, Step};
use crate::verdict::{Bracket, Learned, Refill, Sighting, surprise};

impl Ledger {
    /// The refill that the newest step brought, if all plausible explanations say that it brought one.
    fn came(&self) -> Option<&Refill> {
        let best = self.explanations.first()?.refill.as_ref()?;
        self.plausible().all(|explanation| explanation.came_now).then_some(best)
    }

    /// Learns the refill's hour, and that the plan is the free one if nothing else names it.
    pub(super) fn learn(&mut self, step: &Step<'_>, is_another_plan: bool) {
        if is_another_plan {
            self.filled_up = 0;
            self.refills = 0;
            self.learned = Learned::default();
            return;
        }
        self.refills = self.refills.saturating_add(u32::from(self.came().is_some()));
        let (before, after) = (step.before, step.after);
        let free = Plan::Free.allotment();
        let Some((was, is)) = before.pools.primary_amount().zip(after.pools.primary_amount()) else { return };
        let bracket = Bracket { from: before.answered_at, to: after.answered_at };
        let rose_toward = is > was && is >= free.half() && is <= free;
        if step.calendar.tops_up() {
            let came = self.came().map(|refill| Bracket { from: refill.not_before, to: refill.seen_at });
            // The date moves when the job runs, whatever the pool shows.
            let has_moved = step.date_moved() == Some(true);
            let moved =
                self.dated.filter(|_| has_moved).map(|dated| Bracket { from: dated.as_of, ..bracket });
            if let Some(bracket) = moved.or(came).or(rose_toward.then_some(bracket)) {
                self.learned.add(bracket);
            }
        } else if step.calendar.plan.is_none() && is <= MOST_ON_FREE && moved_by_days(step) {
            self.filled_up = self.filled_up.saturating_add(2);
            self.learned.add(bracket);
        } else if step.calendar.plan.is_none()
            && is > was
            && (is == free || is.plus(self.spent_since) == free)
        {
            self.filled_up = self.filled_up.saturating_add(1);
            self.learned.add(bracket);
        }
    }

    pub(super) fn note_changes(&mut self, before: &Sighting, after: &Sighting) {
        if let (Some(from), Some(to)) = (&before.plan, &after.plan)
            && from != to
        {
            self.plan_change =
                Some(PlanChange { from: from.clone(), to: to.clone(), seen_at: after.answered_at });
        }
        if let (Some(was), Some(is)) = (before.pools.get(Pool::TopUp), after.pools.get(Pool::TopUp))
            && is > was
        {
            self.topped_up_at = Some(after.answered_at);
        }
    }

    pub(super) fn note_spending(&mut self, step: &Step<'_>, is_another_plan: bool, waited: Amount) {
        let (before, after) = (step.before, step.after);
        let own = self.costs.iter().fold(Amount::ZERO, |sum, cost| sum.plus(cost.tokens));
        let is_paid_elsewhere = step.costs.is_empty() && !own.is_zero();
        let came = self.plausible().any(|explanation| explanation.came_now);
        let across = came || is_another_plan;
        let spendable = before.pools.spendable().zip(after.pools.spendable());
        // Across a refill or a new plan, only own spending is known.
        let charged = step.all_costs();
        let fell = spendable.filter(|_| !across).map_or(charged, |(was, is)| was.minus(is).max(charged));
        self.spending.spent(after.answered_at, fell);
        if is_another_plan {
            return;
        }
        let stood = spendable.is_some_and(|(was, is)| was == is);
        let Some(best) = self.explanations.first() else { return };
        let booked = best.unbooked.is_zero();
        let across_due = best.came_now || is_another_plan;
        if stood && !across_due && booked && !(own.is_zero() && waited.is_zero()) {
            self.habits.note_uncharged();
        }
        if is_paid_elsewhere && spendable.is_some_and(|(was, is)| was.minus(is) == own) {
            self.habits.note_explained();
        }
        let Some(best) = self.explanations.first() else { return };
        if best.took_back && self.elsewhere.as_ref().is_some_and(|fall| fall.to == before.answered_at) {
            self.elsewhere = None;
        }
        let least = self.plausible().map(|explanation| explanation.unread).min().unwrap_or_default();
        // A fall that equals recent own costs was booked late or told twice: nobody is accused of it. An
        // unknown plan may take what is left at its refill.
        let lately = |cost: &&Cost| after.answered_at.since(cost.at) <= HOUR;
        let own_lately: Vec<Amount> =
            self.past.iter().chain(&self.costs).filter(lately).map(|cost| cost.tokens).collect();
        let is_own = surprise::sum_of(&own_lately, least).is_some();
        let is_by_rule = came && step.calendar.plan.is_none();
        let is_proven = (after.alone || self.habits.reads_all()) && !is_own && !is_by_rule;
        if !least.is_zero() {
            if is_proven {
                self.elsewhere =
                    Some(SpentElsewhere { tokens: least, from: before.answered_at, to: after.answered_at });
            }
            self.past.push(Cost { at: after.answered_at, heard_at: after.heard_at(), tokens: least });
        }
        let is_long = after.answered_at.since(before.answered_at) >= HOUR;
        if after.alone && (is_long || !least.is_zero()) {
            self.habits.note_away(!least.is_zero());
        }
        if !least.is_zero() {
            self.habits.is_shared |= after.alone;
            if !after.alone {
                self.habits.note_unexplained();
            }
        } else if across || after.alone {
            // Spending before a refill does not show, spending after it does.
            if is_long && !after.alone {
                self.habits.note_quiet();
            }
        } else if !after.lowered.is_zero() && !own.is_zero() {
            self.habits.note_unexplained();
        } else if !own.is_zero() && best.unread.is_zero() && best.unbooked.is_zero() && !best.took_back {
            self.habits.note_explained();
        } else if own.is_zero() && fell.is_zero() && after.answered_at.since(before.answered_at) >= HOUR {
            self.habits.note_quiet();
        }
    }
}

/// Whether the date moved on by some whole days but less than a month: no monthly plan's does.
fn moved_by_days(step: &Step<'_>) -> bool {
    let moved = step.before.renewal.zip(step.told_renewal).map(|(was, is)| is.since(was));
    moved.is_some_and(|by| (DAY / 2..27 * DAY).contains(&by) && (by + HOUR / 2) % DAY <= HOUR)
}
