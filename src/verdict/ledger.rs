//! The facts about one account, folded from what was seen of it.

use super::compare::{Pair, TRUSTED_WHEN_SHARED, TRUSTED_WHEN_UNREAD, compare, fills_up};
use super::refill::{Crossed, Outcome};
use super::{
    Bracket, Calendar, Learned, Manual, OpenDue, PlanHistory, Proof, Refill, Seen, Sighting, Source,
    Spending, Standing,
};
use crate::balance::{Amount, Plan, Pool};
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
    /// When the first of that was spent.
    pub first_spent_at: Option<UtcMillis>,
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
    /// How often the pool was filled up to the free plan's allotment while the plan was not known.
    pub filled_up: u32,
    /// The newest sighting that showed a rise which nothing explained.
    pub risen_at: Option<UtcMillis>,
    /// What the account spends.
    pub spending: Spending,
    /// Another device of the user's reports: the user spends there, too.
    pub has_devices: bool,
    /// The most by which the balance has fallen between two sightings beyond what this browser was seen to spend.
    pub unread_fall: Amount,
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
    reads_spending,
} later {
    // Version 2.
    first_spent_at,
    filled_up,
    risen_at,
    unread_fall,
});

/// A pool that was filled up to the free plan's allotment that often is the free plan's.
const DAYS_OF_FREE: u32 = 3;
/// More than gifts are known to make of it.
const MOST_ON_FREE: Amount = Amount::whole(1_000);

impl Ledger {
    /// Takes in the next thing seen, which must not be older than what was taken in before.
    pub fn fold(&mut self, seen: &Seen, manual: &Manual) {
        match seen {
            Seen::Spent { at, tokens } => {
                self.first_spent_at = self.first_spent_at.or(Some(*at));
                self.spent_since = self.spent_since.plus(*tokens);
                self.reads_spending = true;
                self.spending.generation(*tokens);
            }
            Seen::Balance(sighting) => self.fold_sighting(sighting, manual),
        }
    }

    fn fold_sighting(&mut self, after: &Sighting, manual: &Manual) {
        self.has_devices |= after.source != Source::Here;
        let bank = |sighting: &Sighting| sighting.pools.get(Pool::Rollover).is_some();
        let bank_was_told = self.known.get(&Pool::Rollover).map(|known| known.as_of);
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
            self.forget_spent();
            return;
        };
        let told_renewal = after.renewal;
        let bank_is_told = bank(after) && bank_was_told == Some(before.answered_at);
        let no_longer_free =
            self.filled_up >= DAYS_OF_FREE && after.pools.primary_amount() > Some(MOST_ON_FREE);
        if no_longer_free {
            self.filled_up = 0;
        }
        let after = after.following(&before);
        let calendar = self.calendar_of(&before, manual);
        self.note_changes(&before, &after);
        let early = self.refill.as_ref().filter(|refill| refill.early).map(|refill| refill.due);
        // Where it is known only roughly when a refill is due, one that was seen thereabouts is that one.
        let slack = calendar.slack();
        let thereabouts = self.refill.as_ref().filter(|_| slack > 0).map(|refill| refill.seen_at.plus(slack));
        let outcome = compare(&Pair {
            before: &before,
            after: &after,
            told_renewal,
            calendar: &calendar,
            spent: self.spent_since,
            first_spent: self.first_spent_at,
            bank_is_told,
            risen: self.risen_at,
            waiting: self.open.as_ref(),
            confirmed: self.refill.as_ref().map(|refill| refill.due),
            settled: early.max(thereabouts).max(self.nothing_to_see),
            trusted_for: self.trusted_for(&after, &calendar),
        });
        let outcome = if no_longer_free { Outcome::NewPlan } else { outcome };
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
        self.learn(&before, &after, &calendar, &outcome);
        // A rise that nothing explains, or that may have been the late refill of one due as well as the next one's,
        // early.
        let rose = after.pools.primary_amount() > before.pools.primary_amount();
        let late = matches!(&outcome, Outcome::Came { refill, .. } if refill.due <= before.answered_at);
        if (outcome == Outcome::Nothing && rose) || late {
            self.risen_at = Some(after.answered_at);
        }
        self.settle(&before, &after, &calendar, outcome);
        self.last = Some(after);
        self.forget_spent();
    }

    fn forget_spent(&mut self) {
        self.spent_since = Amount::ZERO;
        self.first_spent_at = None;
    }

    /// The calendar as of the newest sighting; `None` before the first.
    #[must_use]
    pub fn calendar(&self, manual: &Manual) -> Option<Calendar> {
        self.last.as_ref().map(|last| self.calendar_of(last, manual))
    }

    fn calendar_of(&self, seen: &Sighting, manual: &Manual) -> Calendar {
        let history = PlanHistory {
            has_changed: self.plan_change.is_some(),
            refills_like_free: self.filled_up >= DAYS_OF_FREE,
        };
        Calendar::of(seen, manual, self.learned.minute(), history)
    }

    /// Learns from a refill: when it ran, and that the plan is the free one where nothing else says which it is.
    fn learn(&mut self, before: &Sighting, after: &Sighting, calendar: &Calendar, outcome: &Outcome) {
        let free = Some(Plan::Free.allotment());
        let (was, is) = (before.pools.primary_amount(), after.pools.primary_amount());
        // Of an unknown plan it is not known either which pool the spending was paid from.
        let unspent = is.map(|is| is.plus(self.spent_since)).filter(|_| is > was || calendar.tops_up());
        match outcome {
            Outcome::NewPlan => {
                self.filled_up = 0;
                self.learned = Learned::default();
            }
            Outcome::Came { refill, .. } if calendar.tops_up() => {
                self.learned.add(Bracket { from: refill.not_before, to: refill.seen_at });
            }
            // Others spend of what has come before it is seen, so any rise to most of it counts.
            _ if calendar.tops_up() && is > was && is >= free.map(Amount::half) && is <= free => {
                self.learned.add(Bracket { from: before.answered_at, to: after.answered_at });
            }
            _ if calendar.plan.is_none() && fills_up(was, is, unspent, free) => {
                self.filled_up = self.filled_up.saturating_add(1);
                self.learned.add(Bracket { from: before.answered_at, to: after.answered_at });
            }
            _ => {}
        }
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
        self.unread_fall = self.unread_fall.max(unexplained);
        if !unexplained.is_zero() && (after.alone || self.reads_spending) {
            self.elsewhere =
                Some(SpentElsewhere { tokens: unexplained, from: before.answered_at, to: after.answered_at });
        }
    }

    fn settle(&mut self, before: &Sighting, after: &Sighting, calendar: &Calendar, outcome: Outcome) {
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
            Outcome::Waits { crossed, standing } => self.wait(before, after, calendar, crossed, standing),
        }
    }

    fn wait(
        &mut self,
        before: &Sighting,
        after: &Sighting,
        calendar: &Calendar,
        crossed: Option<Crossed>,
        standing: Standing,
    ) {
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
            // A fall soon after the refill was seen to be missing changes nothing about that. Longer after, or where
            // others spend, the refill may have come and gone unseen.
            (Some(open), None) if !not_come && self.may_have_gone(&open, before, after, calendar) => {
                Some(OpenDue { standing, seen_at: after.answered_at, ..open })
            }
            (open, None) => open,
        };
    }

    /// Whether a refill that was missing may have come between the two sightings, and have been spent unseen.
    fn may_have_gone(
        &self,
        open: &OpenDue,
        before: &Sighting,
        after: &Sighting,
        calendar: &Calendar,
    ) -> bool {
        let (was, is) = (before.pools.primary_amount(), after.pools.primary_amount());
        // In so short a time a little is spent, and not nearly everything.
        let soon = after.answered_at.since(open.seen_at) <= TRUSTED_WHEN_SHARED;
        let unread = is < was && !self.unread_fall.is_zero();
        let fell_unseen = unread && (self.is_shared() || !soon || is_nearly_full(after, calendar, 50));
        is > was || fell_unseen || after.answered_at.since(open.due) > TRUSTED_WHEN_UNREAD
    }

    /// For how long after a due instant the number of `after`, unchanged, shows that the refill has not come.
    fn trusted_for(&self, after: &Sighting, calendar: &Calendar) -> i64 {
        let unread = !self.unread_fall.is_zero();
        // The fewer tokens are missing, the sooner the same number comes again by chance.
        if (self.is_shared() || unread) && is_nearly_full(after, calendar, 80) {
            0
        } else if self.is_shared() || (unread && is_nearly_full(after, calendar, 50)) {
            TRUSTED_WHEN_SHARED
        } else if unread {
            TRUSTED_WHEN_UNREAD
        } else {
            i64::MAX
        }
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

/// Whether a daily pool holds at least that much of its allotment: what is missing is soon spent, and a number that
/// comes again may be chance.
fn is_nearly_full(sighting: &Sighting, calendar: &Calendar, percent: u64) -> bool {
    let amounts = sighting.pools.primary_amount().zip(calendar.allotment());
    calendar.tops_up() && amounts.is_some_and(|(is, full)| !is.is_below_percent(percent, full))
}

impl Sighting {
    /// This sighting, with what only the one before told: shapes differ in what they carry, and what one of
    /// them leaves out has not become unknown.
    fn following(&self, before: &Self) -> Self {
        let mut joined = self.clone();
        joined.plan = self.plan.clone().or_else(|| before.plan.clone());
        // A device tells no dates. Where the site itself leaves one out, an old one is carried until it passes.
        let here = self.source == Source::Here;
        // Another plan has dates of its own.
        let carried = before.renewal.filter(|due| !here || *due > self.answered_at);
        let is_known = joined.plan.as_deref().is_some_and(|slug| Plan::from_slug(slug).is_some());
        let beyond_free = |sighting: &Self| sighting.pools.primary_amount() > Some(MOST_ON_FREE);
        let jumped = !is_known && beyond_free(self) && !beyond_free(before);
        joined.renewal = self.renewal.or(carried.filter(|_| joined.plan == before.plan && !jumped));
        joined.api_renewal = self.api_renewal.or(before.api_renewal);
        for (pool, amount) in before.pools.iter() {
            if self.pools.get(pool).is_none() && pool != self.pools.primary() {
                joined.pools.set(pool, amount);
            }
        }
        joined
    }
}
