//! The facts about one account, folded from what was seen of it.

use super::refill::{Outcome, compare};
use super::{Calendar, Manual, OpenDue, Refill, Seen, Sighting, Standing};
use crate::balance::{Amount, Pool};
use crate::stored::stored_struct;
use crate::time::{SECOND, UtcMillis};
use litemap::LiteMap;

/// A fall of the balance that this browser's own spending does not explain.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SpentElsewhere {
    /// How many tokens.
    pub tokens: Amount,
    /// After this sighting …
    pub from: UtcMillis,
    /// … and before this one.
    pub to: UtcMillis,
}

stored_struct!(SpentElsewhere { tokens, from, to });

/// A change of the plan's slug.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PlanChange {
    /// The slug before.
    pub from: String,
    /// The slug after.
    pub to: String,
    /// The sighting that showed it first.
    pub seen_at: UtcMillis,
}

stored_struct!(PlanChange { from, to, seen_at });

/// What is known of a pool, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Known {
    /// The amount.
    pub amount: Amount,
    /// When it was answered.
    pub as_of: UtcMillis,
}

stored_struct!(Known { amount, as_of });

/// The facts about one account up to a moment. Folding the same things in the same order gives the same facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The newest sighting that told the primary pool, with what only older ones told of the rest.
    pub last: Option<Sighting>,
    /// The newest that is known of each pool.
    pub known: LiteMap<Pool, Known>,
    /// What this browser spent since then.
    pub spent_since: Amount,
    /// The newest confirmed refill.
    pub refill: Option<Refill>,
    /// The due instant that waits for its refill.
    pub open: Option<OpenDue>,
    /// The newest due instant at which nothing was to be seen (at or above the allotment).
    pub nothing_to_see: Option<UtcMillis>,
    /// The newest fall that was spent elsewhere.
    pub elsewhere: Option<SpentElsewhere>,
    /// The newest change of plan.
    pub plan_change: Option<PlanChange>,
    /// The sighting that showed the newest top-up.
    pub topped_up_at: Option<UtcMillis>,
    /// Own spending has been read in this account, so what it does not explain is someone else's.
    pub reads_spending: bool,
}

stored_struct!(Ledger {
    last,
    known,
    spent_since,
    refill,
    open,
    nothing_to_see,
    elsewhere,
    plan_change,
    topped_up_at,
    reads_spending,
});

impl Ledger {
    /// Takes in the next thing seen, which must not be older than what was taken in before.
    pub fn fold(&mut self, seen: &Seen, manual: &Manual) {
        match seen {
            Seen::Spent { tokens, .. } => {
                self.spent_since = self.spent_since.plus(*tokens);
                self.reads_spending = true;
            }
            Seen::Balance(sighting) => self.fold_sighting(sighting, manual),
        }
    }

    fn fold_sighting(&mut self, after: &Sighting, manual: &Manual) {
        for (pool, amount) in after.pools.iter() {
            self.known.insert(pool, Known { amount, as_of: after.answered_at });
        }
        if after.pools.primary_amount().is_none() {
            // Without the pool that refills there is nothing to compare; the facts stay as they were.
            return;
        }
        let Some(before) = self.last.take() else {
            self.last = Some(after.clone());
            self.spent_since = Amount::ZERO;
            return;
        };
        let after = after.following(&before);
        let calendar = Calendar::of(&before, manual);
        self.note_changes(&before, &after);
        let outcome = compare(&before, &after, &calendar, self.spent_since, self.open.as_ref());
        self.note_spending(&before, &after, &outcome);
        self.settle(&before, &after, outcome);
        self.last = Some(after);
        self.spent_since = Amount::ZERO;
    }

    fn note_changes(&mut self, before: &Sighting, after: &Sighting) {
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

    fn note_spending(&mut self, before: &Sighting, after: &Sighting, outcome: &Outcome) {
        if matches!(outcome, Outcome::Came(_)) {
            return;
        }
        let (Some(was), Some(is)) = (before.pools.spendable(), after.pools.spendable()) else { return };
        let unexplained = was.minus(is.plus(self.spent_since));
        if !unexplained.is_zero() && (after.alone || self.reads_spending) {
            self.elsewhere =
                Some(SpentElsewhere { tokens: unexplained, from: before.answered_at, to: after.answered_at });
        }
    }

    fn settle(&mut self, before: &Sighting, after: &Sighting, outcome: Outcome) {
        match outcome {
            Outcome::Nothing => {}
            Outcome::Came(refill) => {
                self.refill = Some(refill);
                self.open = None;
            }
            Outcome::NothingToSee { due } => {
                self.nothing_to_see = Some(due);
                self.open = None;
            }
            Outcome::Waits { crossed, count, standing } => {
                let open = match (self.open.take(), crossed) {
                    // The next one is due and has not come either: the first is what the user waits for.
                    (Some(open), _)
                        if open.standing == Standing::NotCome && standing == Standing::NotCome =>
                    {
                        OpenDue {
                            seen_at: after.answered_at,
                            due_count: open.due_count.saturating_add(count),
                            ..open
                        }
                    }
                    (Some(open), None) if standing == Standing::Unconfirmed => {
                        // A fall after the refill was known to be missing changes nothing about that.
                        OpenDue {
                            seen_at: if open.standing == standing { after.answered_at } else { open.seen_at },
                            ..open
                        }
                    }
                    (Some(open), None) => open,
                    (_, Some(crossed)) => OpenDue {
                        due: crossed,
                        standing,
                        before_at: before.answered_at,
                        seen_at: after.answered_at,
                        due_count: count,
                    },
                    (None, None) => return,
                };
                self.open = Some(open);
            }
        }
    }

    /// Whether the refill due at `due` is settled: it came (early ones included), or nothing was to be seen.
    #[must_use]
    pub fn is_settled(&self, due: UtcMillis) -> bool {
        self.refill.as_ref().is_some_and(|refill| refill.due >= due) || self.nothing_to_see >= Some(due)
    }

    /// The newest due instant at or before `now`, as the schedule of the newest sighting has it or as older
    /// ones had it (a date that has moved on no longer says when the last refill was due).
    #[must_use]
    pub fn last_due(&self, calendar: &Calendar, now: UtcMillis) -> Option<UtcMillis> {
        let known = [
            calendar.last_due(now),
            self.refill.as_ref().map(|refill| refill.due),
            self.open.as_ref().map(|open| open.due),
            self.nothing_to_see,
        ];
        known.into_iter().flatten().filter(|due| *due <= now).max()
    }
}

impl Sighting {
    /// This sighting, with what only the one before told: shapes differ in what they carry, and what one of
    /// them leaves out has not become unknown.
    fn following(&self, before: &Self) -> Self {
        let mut joined = self.clone();
        joined.plan = self.plan.clone().or_else(|| before.plan.clone());
        // A renewal date that has just been left out may have moved: an old one is carried only until it passes.
        joined.renewal = self.renewal.or(before.renewal.filter(|due| *due > self.answered_at.plus(SECOND)));
        joined.api_renewal = self.api_renewal.or(before.api_renewal);
        for (pool, amount) in before.pools.iter() {
            if self.pools.get(pool).is_none() && pool != self.pools.primary() {
                joined.pools.set(pool, amount);
            }
        }
        joined
    }
}
