//! The facts about one account, folded from its sightings.
//!
//! Each sighting goes through [`explain`](super::explain::explain). A fact here (the newest refill, the due
//! instant that waits, a short refill) is what all plausible explanations share. When they no longer share
//! it, the ledger takes it back. Nothing here weighs an explanation or knows what a tab shows.

mod lessons;

use super::calendar::LONGEST_DAY;
use super::explain::{explain, first};
use super::readings::Readings;
use super::refill::EARLY;
use super::step::{Cost, Step};
use super::{
    Calendar, Explanation, Habits, Learned, Manual, OpenDue, PlanHistory, Proof, Refill, Returned, Seen,
    Shortfall, Sighting, Source, Spending,
};
use crate::balance::{Amount, Plan, Pool};
use crate::time::{DAY, HOUR, UtcMillis};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A fall of the balance that this browser's own spending does not explain.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SpentElsewhere {
    /// How many tokens.
    pub tokens: Amount,
    /// After this sighting …
    pub from: UtcMillis,
    /// … and by this one.
    pub to: UtcMillis,
}

/// A change of the plan's slug.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlanChange {
    /// The slug before.
    pub from: String,
    /// The slug after.
    pub to: String,
    /// The first sighting that shows it.
    pub seen_at: UtcMillis,
}

/// What is known of a pool, and as of when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Known {
    /// The amount.
    pub amount: Amount,
    /// When the sighting that told it was asked for.
    pub as_of: UtcMillis,
}

/// The facts about one account up to a moment. The same things folded in the same order give the same facts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// The newest sighting that told the primary pool, filled in with what only older ones told.
    pub last: Option<Sighting>,
    /// The newest amount known of each pool.
    #[serde(with = "crate::pairs")]
    pub known: BTreeMap<Pool, Known>,
    /// The primary pool in the newest sighting that told a renewal date.
    pub dated: Option<Known>,
    /// What this browser spent since the newest sighting.
    pub spent_since: Amount,
    /// The newest confirmed refill.
    pub refill: Option<Refill>,
    /// The due instant that waits for its refill.
    pub open: Option<OpenDue>,
    /// A refill that came before it was due, if some plausible explanation has one that is not `refill`.
    #[serde(default)]
    pub perhaps_early: Option<Refill>,
    /// The newest due instant with nothing to see: the pool was at or above the allotment.
    pub nothing_to_see: Option<UtcMillis>,
    /// The newest fall that was spent elsewhere.
    pub elsewhere: Option<SpentElsewhere>,
    /// The newest change of plan.
    pub plan_change: Option<PlanChange>,
    /// The sighting that shows the newest top-up.
    pub topped_up_at: Option<UtcMillis>,
    /// The refill minute that the account's own refills teach.
    pub learned: Learned,
    /// Signs that a plan without a name is the free one: one for each fill to its allotment, two for each
    /// date that moved by days.
    #[serde(default)]
    pub filled_up: u32,
    /// How many refills came since the plan began.
    #[serde(default)]
    pub(super) refills: u32,
    /// What the account spends.
    pub spending: Spending,
    /// Another device of the user reports, so the user spends there too.
    pub has_devices: bool,
    /// Every explanation that is still worth following, the likeliest first.
    #[serde(default)]
    pub explanations: Vec<Explanation>,
    /// Own costs since the newest sighting, oldest first.
    #[serde(default)]
    pub(super) costs: Vec<Cost>,
    /// Costs and falls before the newest sighting that may come back, oldest first.
    #[serde(default)]
    pub(super) past: Vec<Cost>,
    /// Who spends, as far as it has shown.
    #[serde(default)]
    pub habits: Habits,
    /// The newest refill, if it may have brought less than the plan gives.
    #[serde(default)]
    pub shortfall: Option<Shortfall>,
    /// The newest cost that came back.
    #[serde(default)]
    pub returned: Option<Returned>,
    /// The renewal date before the present one.
    #[serde(default)]
    pub former_renewal: Option<UtcMillis>,
    /// A date has lain 6 to 28 hours ahead of its answer: it names the next refill, not the last one.
    #[serde(default)]
    pub names_next: bool,
    /// The renewal date that was told beside the newest full pool.
    #[serde(default)]
    pub(super) full_until: Option<UtcMillis>,
    /// The newest sighting at which the pool held all that the plan gives.
    #[serde(default)]
    pub(super) full_at: Option<UtcMillis>,
    /// The newest sighting that told `former_renewal`.
    #[serde(default)]
    pub(super) former_as_of: Option<UtcMillis>,
}

/// This many signs make a plan without a name the free one.
const DAYS_OF_FREE: u32 = 3;
/// No free pool is known to hold more than this, gifts included.
pub(super) const MOST_ON_FREE: Amount = Amount::whole(1_000);

/// A failed generation gives its cost back within this, in milliseconds. At most [`MOST_PAST`] costs are
/// remembered.
const COMES_BACK_WITHIN: i64 = 2 * DAY;
const MOST_PAST: usize = 16;

impl Ledger {
    /// Takes in the next thing seen. It must not be older than what was taken in before.
    pub fn fold(&mut self, seen: &Seen, manual: &Manual) {
        match seen {
            Seen::Spent { at, heard_at, tokens } => {
                self.spent_since = self.spent_since.plus(*tokens);
                self.spending.generation(*tokens);
                self.costs.push(Cost { at: *at, heard_at: *heard_at, tokens: *tokens });
                self.take_back(*at, *tokens);
            }
            Seen::Balance(sighting) => self.fold_sighting(sighting, manual),
        }
    }

    /// A cost told only now was under way when the newest balance was asked for, so that balance may contain
    /// it. Nobody else spent that much.
    fn take_back(&mut self, asked_at: UtcMillis, tokens: Amount) {
        let newest = self.last.as_ref().map(|last| last.answered_at);
        let Some(fall) =
            self.elsewhere.as_mut().filter(|fall| Some(fall.to) == newest && asked_at <= fall.to)
        else {
            return;
        };
        fall.tokens = fall.tokens.minus(tokens);
        if fall.tokens.is_zero() {
            self.elsewhere = None;
            self.habits.take_back();
        }
    }

    fn fold_sighting(&mut self, after: &Sighting, manual: &Manual) {
        if self.echo_of(after.renewal, after.plan.as_deref()).is_some() {
            // An echo repeats what an older sighting said.
            return;
        }
        self.has_devices |= after.source != Source::Here;
        let bank = |sighting: &Sighting| sighting.pools.get(Pool::Rollover).is_some();
        let bank_was_told = self.known.get(&Pool::Rollover).map(|known| known.as_of);
        for (pool, amount) in after.pools.iter() {
            self.known.insert(pool, Known { amount, as_of: after.answered_at });
        }
        let Some(amount) = after.pools.primary_amount() else {
            // Without the pool that refills there is nothing to compare. The facts stay as they were.
            return;
        };
        let told_renewal = after.renewal;
        // Two dates lie ahead and are not the next refill's: the billing day of an ended plan comes within a
        // day, but never moves on; the date of a refill that came hours early lies only hours ahead.
        let ahead = told_renewal.map_or(0, |date| date.since(after.answered_at));
        let is_next = (EARLY..LONGEST_DAY).contains(&ahead);
        let moves = |was: UtcMillis| told_renewal.is_some_and(|is| is.since(was) >= DAY / 2);
        let has_moved = self.last.as_ref().and_then(|last| last.renewal).is_some_and(moves);
        self.names_next |= is_next && (self.plan_change.is_none() || has_moved);
        let Some(before) = self.last.take() else {
            self.dated = after.renewal.map(|_| Known { amount, as_of: after.answered_at });
            let calendar = self.calendar_of(after, manual);
            self.explanations = first(after.answered_at, Some(amount), told_renewal, &calendar);
            self.note_full(after, amount, manual);
            self.settle(after, &calendar);
            self.last = Some(after.clone());
            self.forget_spent(after.answered_at);
            return;
        };
        let no_longer_free = self.filled_up >= DAYS_OF_FREE && amount > MOST_ON_FREE;
        if no_longer_free {
            self.filled_up = 0;
        }
        let bank_is_told = bank(after) && bank_was_told == Some(before.answered_at);
        let after = after.following(&before);
        let calendar = self.calendar_of(&before, manual);
        self.note_changes(&before, &after);
        if self.explanations.is_empty() {
            self.explanations = vec![self.as_explanation()];
        }
        let is_paid_elsewhere = self.habits.pays_elsewhere() || self.is_beyond(&before, &after, &calendar);
        let own: Vec<Cost> = if is_paid_elsewhere { Vec::new() } else { self.costs.clone() };
        let past: Vec<Amount> = self.past.iter().chain(&own).map(|cost| cost.tokens).collect();
        let step = Step {
            before: &before,
            after: &after,
            told_renewal,
            calendar: &calendar,
            costs: &own,
            past: &past,
            lowered: after.lowered,
            bank_is_told,
            full_at: self.full_at,
            refills: self.refills,
            habits: Habits {
                is_alone: after.alone,
                is_shared: self.habits.is_shared || self.has_devices,
                ..self.habits
            },
        };
        let is_another_plan = no_longer_free || is_another_plan(&step);
        let waited = self.explanations.first().map_or(Amount::ZERO, |best| best.unbooked);
        if is_another_plan {
            self.names_next = false;
            // The new plan's tokens are there; its date may follow.
            let date_lags = step.date_moved() == Some(false);
            let refill = self.refill.clone();
            self.explanations = vec![Explanation { refill, date_lags, ..Explanation::default() }];
        } else {
            self.explanations = explain(&step, &self.explanations);
            self.date_since_told(told_renewal);
        }
        self.note_spending(&step, is_another_plan, waited);
        self.learn(&step, is_another_plan);
        if let Some(date) = told_renewal {
            if let Some(former) = before.renewal.filter(|former| *former != date) {
                self.former_renewal = Some(former);
                self.former_as_of = self.dated.map(|dated| dated.as_of);
            }
            self.dated = Some(Known { amount, as_of: after.answered_at });
        }
        self.note_full(&after, amount, manual);
        let calendar = self.calendar_of(&after, manual);
        self.settle(&after, &calendar);
        let at = after.answered_at;
        self.last = Some(after);
        self.forget_spent(at);
    }

    /// Whether a cost is more than the pools can have paid, even with a refill: then a pool that is not told
    /// pays.
    fn is_beyond(&self, before: &Sighting, after: &Sighting, calendar: &Calendar) -> bool {
        let Some((held, refill)) = before.pools.spendable().zip(calendar.allotment()) else { return false };
        let top_up = |sighting: &Sighting| sighting.pools.get(Pool::TopUp);
        let Some((was, is)) = top_up(before).zip(top_up(after)) else { return false };
        let most = held.plus(refill).plus(is.minus(was));
        self.costs.iter().any(|cost| cost.tokens > most)
    }

    /// Notes a pool that holds all that the plan gives.
    fn note_full(&mut self, seen: &Sighting, amount: Amount, manual: &Manual) {
        let full = self.calendar_of(seen, manual).allotment();
        if full.is_some_and(|full| amount >= full) {
            self.full_until = seen.renewal.or(self.full_until);
            self.full_at = Some(seen.answered_at);
        }
    }

    /// The facts as one explanation, for data of an older version, which stored none.
    fn as_explanation(&self) -> Explanation {
        let open = self.open.as_ref().map(|open| super::explanation::Owed {
            due: open.due,
            newest_due: open.due,
            before_at: open.before_at,
            before: open.before,
            seen_at: open.seen_at,
            count: open.due_count,
            renewed_at: open.renewed_at,
            stood_at: None,
        });
        Explanation {
            owed: open,
            refill: self.refill.clone(),
            nothing_to_see: self.nothing_to_see,
            ..Explanation::default()
        }
    }

    /// A sighting without a date cannot show that the date moved. The refill came after the last sighting
    /// with a date.
    fn date_since_told(&mut self, told_renewal: Option<UtcMillis>) {
        let (Some(dated), Some(_)) = (self.dated, told_renewal) else { return };
        for explanation in &mut self.explanations {
            if let Some(refill) = &mut explanation.refill
                && refill.proof == Proof::DateMoved
                && refill.not_before > dated.as_of
                && refill.due > dated.as_of
            {
                refill.not_before = dated.as_of;
                refill.before = Some(dated.amount);
            }
        }
    }

    /// The newest sighting now contains the own costs. From here on they may come back.
    fn forget_spent(&mut self, at: UtcMillis) {
        self.spent_since = Amount::ZERO;
        self.past.append(&mut self.costs);
        self.past.retain(|cost| at.since(cost.at) <= COMES_BACK_WITHIN);
        let too_many = self.past.len().saturating_sub(MOST_PAST);
        self.past.drain(..too_many);
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
            former_renewal: self.former_renewal,
            names_next: self.names_next,
            full_until: self.full_until,
            contradicts_date: seen.renewal.is_some_and(|date| self.learned.contradicts(date.time_of_day())),
        };
        Calendar::of(seen, manual, self.learned.minute(), history)
    }

    /// The explanations that cannot be ruled out.
    pub fn plausible(&self) -> impl Iterator<Item = &Explanation> {
        self.explanations.iter().filter(|explanation| explanation.surprise <= super::surprise::PLAUSIBLE)
    }

    /// Reads the facts off the explanations: what all plausible ones share.
    fn settle(&mut self, after: &Sighting, calendar: &Calendar) {
        let Some(best) = self.explanations.first().cloned() else { return };
        let seen_at = |explanation: &Explanation| explanation.refill.as_ref().map(|refill| refill.seen_at);
        let shared = self.plausible().all(|other| seen_at(other) == seen_at(&best));
        let stands =
            self.plausible().any(|other| seen_at(other) == self.refill.as_ref().map(|refill| refill.seen_at));
        if shared {
            self.refill.clone_from(&best.refill);
        } else if !stands {
            // The oldest refill claims the least.
            let least =
                self.plausible().min_by_key(|other| seen_at(other)).and_then(|other| other.refill.clone());
            self.refill = least;
        }
        // A refill that came early, or late for the due instant before, leaves the next due instant open.
        let early = |other: &&Explanation| other.refill.as_ref().is_some_and(|refill| refill.early);
        let perhaps = self.plausible().find(early).and_then(|other| other.refill.clone());
        self.perhaps_early = perhaps.filter(|early| self.refill.as_ref() != Some(early));
        if self.plausible().all(|other| other.nothing_to_see == best.nothing_to_see) {
            self.nothing_to_see = best.nothing_to_see;
        }
        let readings = Readings::of(&self.explanations, after, calendar);
        self.open = readings.open;
        self.shortfall = readings.shortfall;
        let shares_return = self.plausible().all(|other| other.returned == best.returned);
        if shares_return {
            self.returned = best.returned;
        }
    }

    /// For an answer that names the former renewal date again: when it was true. Such an echo comes out of a
    /// cache, or a newer answer overtook it. `None` if the answer is no echo.
    #[must_use]
    pub fn echo_of(&self, renewal: Option<UtcMillis>, plan: Option<&str>) -> Option<UtcMillis> {
        let last = self.last.as_ref()?;
        let is_former = renewal.is_some() && renewal == self.former_renewal && last.renewal > renewal;
        self.former_as_of.filter(|_| is_former && last.plan.as_deref() == plan)
    }

    /// Whether somebody is known to spend elsewhere as well.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.habits.is_shared || self.has_devices
    }

    /// Whether the refill due at `due` is settled: it came, early ones included, or there was nothing to see.
    #[must_use]
    pub fn is_settled(&self, due: UtcMillis) -> bool {
        self.refill.as_ref().is_some_and(|refill| refill.due >= due) || self.nothing_to_see >= Some(due)
    }

    /// The newest due instant at or before `now`. Older schedules count as well: a date that has moved on no
    /// longer says when the last refill was due.
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

/// Whether another plan began. The slug says so, or the date does if the slug does not name the plan: `BASIC`
/// has been seen for a daily plan and for a monthly one. The dates of one cycle keep their time of day.
fn is_another_plan(step: &Step<'_>) -> bool {
    if matches!((&step.before.plan, &step.after.plan), (Some(old), Some(new)) if old != new) {
        return true;
    }
    let (Some(old), Some(new)) = (step.before.renewal, step.told_renewal) else { return false };
    let off = (new.time_of_day() - old.time_of_day()).rem_euclid(DAY);
    step.calendar.plan.is_none() && off.min(DAY - off) > HOUR && new.since(old) > 2 * DAY
}

impl Sighting {
    /// This sighting, filled in with what only the one before told. Answers differ in shape; what one leaves
    /// out is still known.
    fn following(&self, before: &Self) -> Self {
        let mut joined = self.clone();
        joined.plan = self.plan.clone().or_else(|| before.plan.clone());
        // A device tells no dates. If the site itself leaves one out, the old date is carried until it
        // passes.
        let here = self.source == Source::Here;
        // Another plan has its own dates.
        let carried = before.renewal.filter(|due| !here || *due > self.answered_at);
        let is_known = joined.plan.as_deref().is_some_and(|slug| Plan::from_slug(slug).is_some());
        let beyond_free = |sighting: &Self| sighting.pools.primary_amount() > Some(MOST_ON_FREE);
        let jumped = !is_known && beyond_free(self) && !beyond_free(before);
        joined.renewal = self.renewal.or(carried.filter(|_| joined.plan == before.plan && !jumped));
        joined.api_renewal = self.api_renewal.or(before.api_renewal);
        joined.team_renewal = self.team_renewal.or(before.team_renewal);
        for (pool, amount) in before.pools.iter() {
            if self.pools.get(pool).is_none() && pool != self.pools.primary() {
                joined.pools.set(pool, amount);
            }
        }
        joined
    }
}
