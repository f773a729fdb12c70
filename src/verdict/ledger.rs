//! The facts about one account, folded from what was seen of it.

use super::refill::{Crossed, Outcome, Pair, TRUSTED_WHEN_SHARED, TRUSTED_WHEN_UNREAD, compare};
use super::{
    Bracket, Calendar, Learned, Manual, OpenDue, Proof, Refill, Seen, Sighting, Source, Spending, Standing,
};
use crate::balance::{Amount, Pool};
use crate::stored::stored_struct;
use crate::time::UtcMillis;
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
    /// The newest sighting that told a renewal date: the primary pool in it.
    pub dated: Option<Known>,
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
    /// The refill minute that the account's own refills teach.
    pub learned: Learned,
    /// What the account spends.
    pub spending: Spending,
    /// Another device of the user's reports: the user spends there, too.
    pub has_devices: bool,
    /// The balance has fallen by more than this browser was seen to spend.
    pub unread_falls: bool,
    /// Own spending has been read in this account, so what it does not explain is someone else's.
    pub reads_spending: bool,
}

stored_struct!(Ledger {
    last,
    known,
    dated,
    spent_since,
    refill,
    open,
    nothing_to_see,
    elsewhere,
    plan_change,
    topped_up_at,
    learned,
    spending,
    has_devices,
    unread_falls,
    reads_spending,
});

impl Ledger {
    /// Takes in the next thing seen, which must not be older than what was taken in before.
    pub fn fold(&mut self, seen: &Seen, manual: &Manual) {
        match seen {
            Seen::Spent { tokens, .. } => {
                self.spent_since = self.spent_since.plus(*tokens);
                self.reads_spending = true;
                self.spending.generation(*tokens);
            }
            Seen::Balance(sighting) => self.fold_sighting(sighting, manual),
        }
    }

    fn fold_sighting(&mut self, after: &Sighting, manual: &Manual) {
        self.has_devices |= after.source != Source::Here;
        for (pool, amount) in after.pools.iter() {
            self.known.insert(pool, Known { amount, as_of: after.answered_at });
        }
        if after.pools.primary_amount().is_none() {
            // Without the pool that refills there is nothing to compare; the facts stay as they were.
            return;
        }
        let Some(before) = self.last.take() else {
            let amount = after.renewal.and(after.pools.primary_amount());
            self.dated = amount.map(|amount| Known { amount, as_of: after.answered_at });
            self.last = Some(after.clone());
            self.spent_since = Amount::ZERO;
            return;
        };
        let told_renewal = after.renewal;
        let after = after.following(&before);
        let calendar = Calendar::of(&before, manual, self.learned.minute());
        self.note_changes(&before, &after);
        let early = self.refill.as_ref().filter(|refill| refill.early).map(|refill| refill.due);
        let outcome = compare(&Pair {
            before: &before,
            after: &after,
            told_renewal,
            calendar: &calendar,
            spent: self.spent_since,
            waiting: self.open.as_ref(),
            settled: early.max(self.nothing_to_see),
            trusted_for: if self.is_shared() {
                TRUSTED_WHEN_SHARED
            } else if self.unread_falls {
                TRUSTED_WHEN_UNREAD
            } else {
                i64::MAX
            },
        });
        // A sighting without a date cannot show that the date has moved: what came, came after the last one
        // with it.
        let outcome = match (outcome, self.dated) {
            (Outcome::Came { refill, still_open }, Some(dated)) if refill.proof == Proof::DateMoved => {
                let refill = Refill { not_before: dated.as_of, before: Some(dated.amount), ..refill };
                Outcome::Came { refill, still_open }
            }
            (outcome, _) => outcome,
        };
        if let (Some(_), Some(amount)) = (told_renewal, after.pools.primary_amount()) {
            self.dated = Some(Known { amount, as_of: after.answered_at });
        }
        self.note_spending(&before, &after, &outcome);
        if let (Outcome::Came { refill, .. }, true) = (&outcome, calendar.tops_up()) {
            self.learned.add(Bracket { from: refill.not_before, to: refill.seen_at });
        }
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
        let spendable = before.pools.spendable().zip(after.pools.spendable());
        let fell = match (outcome, spendable) {
            // Across a refill or a new plan only the own spending is known.
            (Outcome::Came { .. } | Outcome::NewPlan, _) | (_, None) => self.spent_since,
            (_, Some((was, is))) => was.minus(is).max(self.spent_since),
        };
        self.spending.spent(after.answered_at, fell);
        let unexplained = fell.minus(self.spent_since);
        self.unread_falls |= !unexplained.is_zero();
        if !unexplained.is_zero() && (after.alone || self.reads_spending) {
            self.elsewhere =
                Some(SpentElsewhere { tokens: unexplained, from: before.answered_at, to: after.answered_at });
        }
    }

    fn settle(&mut self, before: &Sighting, after: &Sighting, outcome: Outcome) {
        match outcome {
            Outcome::Nothing => {}
            Outcome::Came { refill, still_open } => {
                self.open = still_open.map(|due| OpenDue {
                    due,
                    standing: Standing::Unconfirmed,
                    before_at: before.answered_at,
                    seen_at: after.answered_at,
                    due_count: 1,
                });
                self.refill = Some(refill);
            }
            Outcome::NothingToSee { due } => {
                self.nothing_to_see = Some(due);
                self.open = None;
            }
            Outcome::NewPlan => self.open = None,
            Outcome::Waits { crossed, standing } => self.wait(before, after, crossed, standing),
        }
    }

    fn wait(&mut self, before: &Sighting, after: &Sighting, crossed: Option<Crossed>, standing: Standing) {
        let waiting = self.open.take();
        let not_come = standing == Standing::NotCome;
        self.open = match (waiting, crossed) {
            // The next one is due and has not come either: the first is what the user waits for.
            (Some(open), crossed) if open.standing == Standing::NotCome && not_come => Some(OpenDue {
                seen_at: after.answered_at,
                due_count: open.due_count.saturating_add(crossed.map_or(0, |dues| dues.count)),
                ..open
            }),
            (_, Some(dues)) => Some(OpenDue {
                // Of several that did not come the user waits for the first; of several that may have come, only
                // the newest matters.
                due: if not_come { dues.first } else { dues.newest },
                standing,
                before_at: before.answered_at,
                seen_at: after.answered_at,
                due_count: dues.count,
            }),
            // A fall soon after the refill was known to be missing changes nothing about that. Longer after, the
            // refill may have come and gone unseen.
            (Some(open), None) if !not_come && after.answered_at.since(open.due) > TRUSTED_WHEN_UNREAD => {
                Some(OpenDue { standing, seen_at: after.answered_at, ..open })
            }
            (open, None) => open,
        };
    }

    /// Whether tokens are known to be spent elsewhere as well.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.elsewhere.is_some() || self.has_devices
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
        // A device tells no dates. Where the site itself leaves one out, an old one is carried until it passes.
        let here = self.source == Source::Here;
        joined.renewal = self.renewal.or(before.renewal.filter(|due| !here || *due > self.answered_at));
        joined.api_renewal = self.api_renewal.or(before.api_renewal);
        for (pool, amount) in before.pools.iter() {
            if self.pools.get(pool).is_none() && pool != self.pools.primary() {
                joined.pools.set(pool, amount);
            }
        }
        joined
    }
}
