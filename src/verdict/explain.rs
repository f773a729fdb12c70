//! Lists what can explain the next sighting, for each explanation of the sightings before it.
//!
//! A balance moves for few causes between two sightings. A refill comes: whole, short, the rest of one,
//! early, or its date alone. This browser spends, read or unread; somebody else spends. A cost comes back, or
//! a gift arrives. [`explain`] tries each kind of refill, and none, and asks [`Step`] what must have been
//! spent or given beside it.
//!
//! No price stands here: the table of [`super::surprise`] has them. No verdict is read off here either.

mod came;
mod first;

pub use first::first;

use super::calendar::DateNames;
use super::explanation::{Explanation, Owed, Returned};
use super::refill::EARLY;
use super::step::{BOOKED_WITHIN, Gap, Step, Sums};
use super::surprise::{
    self, DATE_ALONE, DATE_FIRST, DATE_LAGS, DATE_STUCK, EARLY_UNSEEN, FORGOTTEN, LOWERED_BY_THE_PAGE,
    NOT_BOOKED_YET, STILL_NOT_BOOKED, Surprise, TOLD_LATE, not_come_after,
};
use super::{Calendar, Proof, Refill};
use crate::balance::Amount;
use crate::time::{DAY, HOUR, UtcMillis};

/// How many explanations are followed at most.
const MOST: usize = 10;
/// A date that moves within this of its due instant moves when the job runs. One that only names midnight
/// moves later. Milliseconds.
const PROMPT: i64 = 4 * HOUR;

/// Every explanation of what was seen up to the later sighting of `step`, the likeliest first. If the step
/// does not tell the pool that refills, `known` as it is.
#[must_use]
pub fn explain(step: &Step<'_>, known: &[Explanation]) -> Vec<Explanation> {
    let Some(sums) = step.sums() else { return known.to_vec() };
    let mut all = Vec::new();
    for story in known {
        let mut next = Next { step, sums: &sums, story, waits: false, all: &mut all };
        next.list();
    }
    likeliest(all)
}

/// The likeliest explanations, each once. The surprise that all of them share is taken off.
#[must_use]
pub fn likeliest(mut all: Vec<Explanation>) -> Vec<Explanation> {
    all.sort_by_key(|explanation| explanation.surprise);
    let least = all.first().map(|best| best.surprise).unwrap_or_default();
    let mut kept: Vec<Explanation> = Vec::new();
    for mut explanation in all {
        explanation.surprise = explanation.surprise.beyond(least);
        let is_new = kept.iter().all(|other| !other.is_same_story(&explanation));
        if explanation.surprise > FORGOTTEN || kept.len() >= MOST {
            break;
        }
        if is_new {
            kept.push(explanation);
        }
    }
    kept
}

/// One story, and what may come next in it.
struct Next<'a> {
    step: &'a Step<'a>,
    sums: &'a Sums,
    story: &'a Explanation,
    /// What was not booked at the earlier sighting is not booked at this one either.
    waits: bool,
    all: &'a mut Vec<Explanation>,
}

/// The due instants that a step crosses.
struct Dues {
    first: UtcMillis,
    before_newest: Option<UtcMillis>,
    newest: UtcMillis,
    count: u32,
}

impl Next<'_> {
    fn list(&mut self) {
        let dues = self.crossed();
        let may_wait =
            !self.story.unbooked.is_zero() && self.after().since(self.story.unbooked_at) <= BOOKED_WITHIN;
        for waits in [false, true].into_iter().filter(|waits| !waits || may_wait) {
            self.waits = waits;
            for left_out in 0..=self.step.may_be_unbooked() {
                self.no_refill(dues.as_ref(), left_out);
                self.refill(dues.as_ref(), left_out);
                if dues.is_none() {
                    self.rest(left_out);
                }
            }
        }
    }

    /// Costs that were not booked at the earlier sighting and are at this one.
    fn unbooked(&self) -> Amount {
        if self.waits { Amount::ZERO } else { self.story.unbooked }
    }

    fn not_come(&self, late: i64) -> Surprise {
        not_come_after(late, self.step.refills)
    }

    fn calendar(&self) -> &Calendar {
        self.step.calendar
    }

    fn after(&self) -> UtcMillis {
        self.step.after.answered_at
    }

    fn allotment(&self) -> Option<Amount> {
        self.calendar().allotment()
    }

    /// The due instants that are new to the story. One known only roughly counts from its first possible
    /// moment.
    fn crossed(&self) -> Option<Dues> {
        let slack = self.calendar().slack();
        let known = self.story.settled().max(self.story.owed.as_ref().map(|owed| owed.newest_due));
        // A learned hour moves as more is learned. Within half a day it is still the same due instant.
        let is_learned = self.calendar().tops_up() && !self.date_is_next();
        let near = if is_learned && slack > 0 { DAY / 2 } else { 0 };
        let settled = known.map_or(UtcMillis(i64::MIN), |known| known.plus(near));
        let mut cursor = self.step.before.answered_at.plus(-slack).max(settled);
        let mut dues: Option<Dues> = None;
        // Enough for a daily schedule: history goes back 400 days, so no gap is longer.
        for _ in 0..400 {
            match self.calendar().next_due(cursor) {
                Some(due) if due.plus(-slack) <= self.after() => {
                    dues = Some(match dues {
                        None => Dues { first: due, before_newest: None, newest: due, count: 1 },
                        Some(dues) => Dues {
                            before_newest: Some(dues.newest),
                            newest: due,
                            count: dues.count + 1,
                            ..dues
                        },
                    });
                    cursor = due;
                }
                _ => break,
            }
        }
        // The date has moved on and has passed again: that refill is due too.
        let told = self.step.told_renewal.filter(|due| *due <= self.after() && Some(*due) > known);
        let told = told.filter(|_| self.date_moved() == Some(true));
        match (dues, told) {
            (Some(dues), Some(due)) if due > dues.newest => {
                Some(Dues { before_newest: Some(dues.newest), newest: due, count: dues.count + 1, ..dues })
            }
            (None, Some(due)) => Some(Dues { first: due, before_newest: None, newest: due, count: 1 }),
            (dues, _) => dues,
        }
    }

    fn date_moved(&self) -> Option<bool> {
        self.step.date_moved()
    }

    /// Whether the server's date says anything about the refill.
    fn follows_date(&self) -> bool {
        self.calendar().date.is_some()
    }

    /// Whether the server's date is that of the next refill.
    fn date_is_next(&self) -> bool {
        self.calendar().date == Some(DateNames::Next)
    }

    /// Whether the newest refill moved its date within hours. A date that names midnight whenever the job
    /// runs does not do that.
    fn date_is_prompt(&self) -> bool {
        let prompt =
            |refill: &Refill| refill.proof == Proof::DateMoved && refill.seen_at.since(refill.due) <= PROMPT;
        self.story.refill.as_ref().is_some_and(prompt)
    }

    /// The refill of `due`, and of as many as `count` up to `newest_due`, that nothing came of in this step.
    fn owed(&self, due: UtcMillis, newest_due: UtcMillis, count: u32) -> Owed {
        Owed {
            due,
            newest_due,
            before_at: self.step.before.answered_at,
            before: Some(self.sums.was),
            seen_at: self.after(),
            count,
            ..Owed::default()
        }
    }

    fn start(&self, left_out: usize) -> Explanation {
        let mut next = self.story.clone();
        next.unread = Amount::ZERO;
        next.took_back = false;
        next.came_now = false;
        let waits = if self.waits { self.story.unbooked } else { Amount::ZERO };
        next.unbooked = self.step.newest_costs(left_out).plus(waits);
        if self.waits {
            next.add(STILL_NOT_BOOKED);
        }
        if left_out > 0 {
            next.add(NOT_BOOKED_YET);
            next.unbooked_at = self.step.costs.last().map_or(self.after(), |cost| cost.at);
        } else if !self.waits {
            next.unbooked_at = UtcMillis::default();
        }
        if next.returned.is_some_and(|returned| self.after().since(returned.seen_at) > 2 * DAY) {
            next.returned = None;
        }
        next
    }

    /// Adds the surprise of the gap, and notes what the gap is.
    fn weigh(&self, next: &mut Explanation, gap: Gap, since: UtcMillis) {
        let step = self.step;
        let by_page = gap.unread.minus(gap.unread.minus(step.lowered));
        if !by_page.is_zero() {
            next.add(LOWERED_BY_THE_PAGE);
        }
        next.unread = gap.unread.minus(by_page);
        let amounts = self.allotment().map(|allotment| (allotment, self.calendar().tops_up()));
        let before = next.unread.minus(next.unread.minus(gap.unread_before));
        let hurry = amounts.map_or(Surprise::NONE, |(allotment, daily)| {
            let whole = step.before.answered_at;
            surprise::hurry(next.unread.minus(before), self.after().since(since), allotment, daily)
                .max(surprise::hurry(before, self.after().since(whole), allotment, daily))
        });
        next.add(surprise::spent_unread(next.unread, self.sums.left, step.habits.unread()) + hurry);
        if gap.risen.is_zero() {
            return;
        }
        if self.story.unread >= gap.risen && step.all_costs() >= gap.risen {
            // The answer before already contained the cost.
            next.add(TOLD_LATE);
            next.took_back = true;
            return;
        }
        let came_lately =
            self.story.refill.as_ref().is_some_and(|refill| self.after().since(refill.seen_at) < DAY);
        let twice = self.allotment().filter(|_| came_lately);
        let own = step.all_costs().plus(self.unbooked());
        let (surprise, rise) = surprise::rose(gap.risen, own, step.past, twice, &step.habits);
        next.add(surprise);
        let returned = Returned { tokens: gap.risen, from: step.before.answered_at, seen_at: self.after() };
        next.note_rise(rise, returned);
    }

    /// Nothing came: what is due is owed.
    fn no_refill(&mut self, dues: Option<&Dues>, left_out: usize) {
        let (step, slack) = (self.step, self.calendar().slack());
        let gap = step.without_refill(self.sums, Amount::ZERO, self.unbooked(), left_out);
        let mut next = self.start(left_out);
        self.weigh(&mut next, gap, step.before.answered_at);
        // A daily pool that was full at its due instant had no room for a refill.
        let was_full = self.was_full();
        if let Some(dues) = dues.filter(|_| was_full) {
            let due = dues.first.plus(slack);
            // A cost from before the due instant made room for the refill, once it was booked.
            let spent_by = |at: UtcMillis| {
                let before = step.costs.iter().filter(|cost| cost.at < at);
                let own = before.fold(self.unbooked(), |sum, cost| sum.plus(cost.tokens));
                own.minus(self.sums.paid_elsewhere)
                    .minus(self.sums.was.minus(self.allotment().unwrap_or_default()))
            };
            let (surely, maybe) = (spent_by(due.plus(-BOOKED_WITHIN)), spent_by(due));
            // The pool holds as much as before, so no cost was taken from it.
            if surely.is_zero() || self.sums.is == self.sums.was {
                let mut full = next.clone();
                full.owed = None;
                full.nothing_to_see = Some(dues.newest);
                self.date_without_refill(&mut full);
                // The date moves at a full pool as well. While it stands, the job has not run.
                if self.date_stands(dues.newest) && self.date_is_prompt() {
                    let lag = self.after().since(dues.newest);
                    full.add(if lag <= HOUR { DATE_LAGS } else { DATE_STUCK });
                }
                self.all.push(full);
            }
            self.newest_owed(dues, &next);
            let may_have_room =
                self.sums.was == self.allotment().unwrap_or_default() && !gap.unread.is_zero();
            if maybe.is_zero() && !may_have_room {
                return;
            }
        }
        if let Some(dues) = dues.filter(|_| !was_full) {
            self.came_unseen(dues, &next);
        }
        let before = self.story.owed.as_ref();
        next.owed = match (before, dues) {
            (None, None) => None,
            (None, Some(dues)) => Some(self.owed(dues.first, dues.newest, dues.count)),
            (Some(owed), dues) => Some(Owed {
                seen_at: self.after(),
                newest_due: dues.map_or(owed.newest_due, |dues| dues.newest),
                count: owed.count.saturating_add(dues.map_or(0, |dues| dues.count)),
                ..owed.clone()
            }),
        };
        if let Some(owed) = &next.owed {
            let refills = step.refills;
            let late = |at: UtcMillis| not_come_after(at.since(owed.due) - slack, refills);
            let before = before.map_or(Surprise::NONE, |before| late(before.seen_at));
            next.surprise = next.surprise + late(self.after()).beyond(before);
            let further = owed.count.saturating_sub(self.story.owed.as_ref().map_or(1, |owed| owed.count));
            next.add(surprise::not_come_again(further, refills));
        }
        self.date_without_refill(&mut next);
        self.all.push(next);
    }

    /// A daily refill came some hours early and found the pool full.
    fn came_unseen(&mut self, dues: &Dues, nothing_came: &Explanation) {
        let full_at = self.step.full_at.filter(|at| (0..=EARLY).contains(&dues.first.since(*at)));
        let stands = self.date_stands(dues.newest);
        if full_at.is_none() || !self.calendar().tops_up() || dues.count > 1 || stands {
            return;
        }
        let mut next = nothing_came.clone();
        next.add(EARLY_UNSEEN);
        next.owed = None;
        next.nothing_to_see = Some(dues.newest);
        self.date_without_refill(&mut next);
        self.all.push(next);
    }

    /// A daily pool was full at every due instant but the newest. What was spent since made room for the
    /// newest refill, and that one has not come.
    fn newest_owed(&mut self, dues: &Dues, nothing_came: &Explanation) {
        let Some(earlier) = dues.before_newest else { return };
        if self.allotment().is_some_and(|full| self.sums.is >= full) {
            return;
        }
        let mut next = nothing_came.clone();
        next.nothing_to_see = Some(earlier);
        next.owed = Some(self.owed(dues.newest, dues.newest, 1));
        next.add(self.not_come(self.after().since(dues.newest) - self.calendar().slack()));
        if self.follows_date() && self.date_moved() == Some(false) {
            // The earlier refill would have moved the date.
            next.add(DATE_STUCK);
        } else if !self.date_stands(dues.newest) {
            self.date_without_refill(&mut next);
        }
        self.all.push(next);
    }

    /// Whether a daily refill had nothing to add at the earlier sighting.
    fn was_full(&self) -> bool {
        self.calendar().tops_up() && self.allotment().is_some_and(|full| self.sums.was >= full)
    }

    /// Adds the surprise of a date that moved, or stands, though no refill came.
    fn date_without_refill(&self, next: &mut Explanation) {
        let Some(moved) = self.date_moved() else { return };
        if !moved {
            // The date should have followed the tokens by now.
            let came = next.refill.as_ref().map(|refill| refill.seen_at);
            // After a day, it may be a date that another plan left behind: that one moves in its own time.
            if next.date_lags && came.is_some_and(|came| (HOUR + 1..DAY).contains(&self.after().since(came)))
            {
                next.add(DATE_STUCK);
                next.date_lags = false;
            }
            return;
        }
        if next.date_lags {
            next.date_lags = false;
            return;
        }
        let names = if self.date_is_next() { self.step.before.renewal } else { self.step.told_renewal };
        // A daily plan's date moves with the refill, even where it has not been seen to.
        let with_refill = self.calendar().tops_up() && next.owed.is_some();
        let says_nothing = !self.follows_date() && !with_refill;
        if says_nothing || next.nothing_to_see >= names {
            return;
        }
        match &mut next.owed {
            Some(owed) => {
                if owed.renewed_at.is_none() {
                    owed.renewed_at = Some(self.after());
                    owed.stood_at = Some(self.step.before.answered_at);
                }
                next.add(DATE_FIRST);
            }
            None if !self.date_is_next() && self.was_full() => next.nothing_to_see = names,
            None => {
                next.add(DATE_ALONE);
                let newest_due = self.step.before.renewal.unwrap_or(self.after());
                next.owed = Some(Owed {
                    renewed_at: Some(self.after()),
                    stood_at: Some(self.step.before.answered_at),
                    ..self.owed(self.after(), newest_due, 1)
                });
            }
        }
    }
}
