//! Explains a step in which a refill came: whole, short, early, or the rest of a short one.
//!
//! When a refill is due, and what it means that none came, stays in the parent. Prices stay in
//! [`super::surprise`].

use super::surprise::{
    self, DATE_FIRST, DATE_LAGS, DATE_STUCK, EARLY_WITH_DATE, EARLY_WITHOUT_DATE, HOURS_EARLY, REST_CAME,
    Surprise, UNKNOWN_PLAN,
};
use super::{Dues, Explanation, Next, Owed};
use crate::balance::Amount;
use crate::time::{DAY, HOUR, UtcMillis};
use crate::verdict::refill::{EARLY, LATEST_JOB};
use crate::verdict::step::Gap;
use crate::verdict::{Proof, Refill};

/// A part of the rest of a refill is at least this share of it, in per cent.
const PART_PERCENT: u64 = 10;
/// A refill that brings this share of the allotment is whole: the rest may have been spent before anyone
/// looked.
const WHOLE_PERCENT: u64 = 95;

impl Next<'_> {
    /// A refill came: the newest one due, the one before it, or an early one.
    pub(super) fn refill(&mut self, dues: Option<&Dues>, left_out: usize) {
        let moved = self.date_moved() == Some(true);
        let names_last = moved && self.follows_date() && !self.date_is_next();
        if let Some(date) = self.step.told_renewal.filter(|_| names_last) {
            // The date names the refill that ran.
            self.came(date, date > self.after(), None, Surprise::NONE, left_out);
            return;
        }
        let owed = self.story.owed.as_ref();
        let newest = dues.map(|dues| dues.newest).or(owed.map(|owed| owed.newest_due));
        if let Some(due) = newest {
            self.came(due, false, None, Surprise::NONE, left_out);
            let before = dues.and_then(|dues| dues.before_newest).or(owed.map(|owed| owed.due));
            if let Some(earlier) = before.filter(|earlier| *earlier < due)
                && self.after().since(due) <= LATEST_JOB
            {
                // A date beyond the newest due instant has already moved on for the newest refill.
                let renewed = moved && self.date_is_next() && self.step.told_renewal > Some(due);
                let still = Owed {
                    renewed_at: renewed.then_some(self.after()),
                    stood_at: renewed.then_some(self.step.before.answered_at),
                    ..self.owed(due, due, 1)
                };
                let first = if renewed { DATE_FIRST } else { Surprise::NONE };
                let late = self.not_come(self.after().since(due));
                self.came(earlier, false, Some(still), late + first, left_out);
            }
            return;
        }
        let rose = self.step.without_refill(self.sums, Amount::ZERO, self.unbooked(), left_out).risen;
        if !moved && rose.is_zero() {
            return;
        }
        let next_due = self.calendar().next_due(self.after());
        let hours_early = next_due.filter(|due| due.since(self.after()) <= EARLY);
        if let Some(date) = self.step.before.renewal.filter(|_| moved && self.date_is_next()) {
            let hours = hours_early.is_some();
            self.came(date, true, None, if hours { Surprise::NONE } else { EARLY_WITH_DATE }, left_out);
            return;
        }
        if let Some(due) = hours_early {
            self.came(due, true, None, HOURS_EARLY, left_out);
        }
        if self.calendar().tops_up() {
            // The first sighting did not tell whether the last refill had come.
            let last =
                self.calendar().last_due(self.after()).filter(|last| Some(*last) > self.story.settled());
            match last {
                Some(last) => {
                    let late = self.step.before.answered_at.since(last);
                    self.came(last, false, None, Surprise::bits(2) + self.not_come(late), left_out);
                }
                None if hours_early.is_none() => {
                    let due = next_due.unwrap_or(self.after());
                    self.came(due, true, None, EARLY_WITHOUT_DATE, left_out);
                }
                None => {}
            }
        } else if hours_early.is_none() {
            // If nothing tells when a refill is due, the tokens alone show it.
            let is_known = self.calendar().planned.is_some();
            let due = next_due.unwrap_or(self.after());
            let surprise = if is_known { EARLY_WITHOUT_DATE } else { Surprise::bits(4) };
            self.came(if is_known { due } else { self.after() }, is_known, None, surprise, left_out);
        }
    }

    /// Own costs that the pools were charged with between the two sightings.
    fn charged(&self, left_out: usize) -> Amount {
        self.step.all_costs().minus(self.step.newest_costs(left_out)).plus(self.unbooked())
    }

    /// A refill came for `due`, whole or short.
    fn came(&mut self, due: UtcMillis, early: bool, owed: Option<Owed>, surprise: Surprise, left_out: usize) {
        let (step, sums, unbooked) = (self.step, self.sums, self.unbooked());
        let slack = self.calendar().slack();
        let earliest = if early { step.before.answered_at } else { due.plus(-slack) };
        let charged = self.charged(left_out);
        let full = self.allotment();
        let daily = self.calendar().tops_up();
        let brings = |brings: Option<Amount>| {
            if daily {
                step.with_daily(sums, brings, earliest, unbooked, left_out)
            } else {
                step.with_monthly(sums, brings, unbooked, left_out)
            }
        };
        // While the date stands, the refill can only have come within the last hour.
        let stands = self.date_stands(due);
        let lately = if stands { self.after().plus(-HOUR) } else { earliest };
        let since = step.before.answered_at.max(earliest);
        let spent_since = since.max(lately);
        let push = |next: &Self, (gap, level): (Gap, Amount), missing: Amount, cost: Surprise| {
            let mut explanation = next.start(left_out);
            explanation.add(surprise + cost);
            next.weigh(&mut explanation, gap, spent_since);
            next.date_with_refill(&mut explanation, due, since.max(due));
            explanation.refill = Some(Refill {
                due,
                not_before: step.before.answered_at,
                seen_at: next.after(),
                before: Some(sums.was),
                after: Some(sums.is),
                spent_between: charged,
                proof: if next.date_moved() == Some(true) && !stands {
                    Proof::DateMoved
                } else {
                    Proof::Rose
                },
                early,
                missing,
                brought: Some(level),
                further_parts: 0,
            });
            explanation.came_now = true;
            explanation.owed.clone_from(&owed);
            explanation
        };
        let Some(full) = full else {
            // Nobody knows what a refill brings on this plan, so it brought what is there.
            let (gap, level) = brings(None);
            if level > sums.was {
                let cost = UNKNOWN_PLAN + Surprise::one_of(level.tokens() / 64);
                let explanation = push(self, (gap, level), Amount::ZERO, cost);
                self.all.push(explanation);
            } else if self.date_moved() == Some(true) && owed.is_none() {
                // The pool may already have held all that the plan gives.
                let mut next = self.start(left_out);
                next.add(UNKNOWN_PLAN + surprise);
                let gap = step.without_refill(sums, Amount::ZERO, unbooked, left_out);
                self.weigh(&mut next, gap, step.before.answered_at);
                next.owed = None;
                next.nothing_to_see = Some(due);
                self.all.push(next);
            }
            return;
        };
        let own = step.all_costs().plus(unbooked);
        let had_room = sums.was < full || (!own.is_zero() && sums.was.minus(own) < full);
        if !had_room && daily && early {
            // The pool had no room for the refill.
            let gap = step.without_refill(sums, Amount::ZERO, unbooked, left_out);
            let mut next = self.start(left_out);
            next.add(surprise);
            self.weigh(&mut next, gap, step.before.answered_at);
            next.owed.clone_from(&owed);
            next.nothing_to_see = Some(due);
            self.all.push(next);
            return;
        }
        if had_room || !daily {
            let explanation = push(self, brings(Some(full)), Amount::ZERO, Surprise::NONE);
            self.all.push(explanation);
        }
        let (gap, level) = brings(None);
        let saved = sums.bank.is_some_and(|(was, is)| is > was);
        let has_risen = if daily { level > sums.was } else { saved || !level.is_zero() };
        if has_risen && level.is_below_percent(WHOLE_PERCENT, full) {
            let explanation =
                push(self, (gap, level), full.minus(level), surprise::short(full.minus(level), full));
            self.all.push(explanation);
        }
    }

    /// Whether the date has not moved on for the refill of `due`: it stands, or names just that refill.
    pub(super) fn date_stands(&self, due: UtcMillis) -> bool {
        let names_this = self.calendar().plan.is_some()
            && self.date_is_next()
            && self.step.told_renewal.is_some_and(|date| date <= due);
        self.follows_date() && (self.date_moved() == Some(false) || names_this)
    }

    /// Adds the surprise of a date that stands though the tokens came at some time after `since`.
    fn date_with_refill(&self, next: &mut Explanation, due: UtcMillis, since: UtcMillis) {
        if self.step.told_renewal.is_none() {
            // A device tells no dates. The date may have moved, and a later sighting will show it.
            next.date_lags = self.follows_date();
            return;
        }
        let has_moved = self.story.owed.as_ref().is_some_and(|owed| owed.renewed_at.is_some());
        if !self.date_stands(due) || has_moved {
            return;
        }
        let lag = self.after().since(since);
        let came_just_now = self.not_come(lag - HOUR) + DATE_LAGS;
        next.add(if lag <= HOUR { DATE_LAGS } else { DATE_STUCK.min(came_just_now) });
        next.date_lags = true;
    }

    /// The rest of a short refill came, or a part of it.
    pub(super) fn rest(&mut self, left_out: usize) {
        let Some(refill) = self.story.refill.as_ref().filter(|refill| !refill.missing.is_zero()) else {
            return;
        };
        let (step, sums) = (self.step, self.sums);
        let own = step.newest_costs(step.costs.len() - left_out.min(step.costs.len()));
        let rose = sums.is.plus(own).minus(sums.was);
        let is_part = !rose.is_zero() && rose < refill.missing;
        if is_part && rose.is_below_percent(PART_PERCENT, refill.missing) {
            return;
        }
        let odd = surprise::odd_share(rose, self.allotment().unwrap_or_default());
        // After weeks it is more likely a gift.
        let days = self.after().since(refill.seen_at).max(0).unsigned_abs() / DAY.unsigned_abs();
        let part = is_part.then_some((rose, REST_CAME + Surprise::bits(5) + odd + Surprise::one_of(days)));
        for (came, surprise) in [Some((refill.missing, REST_CAME)), part].into_iter().flatten() {
            self.rest_of(refill, came, surprise, left_out);
        }
    }

    /// `came` tokens of the rest of a short refill came.
    fn rest_of(&mut self, refill: &Refill, came: Amount, surprise: Surprise, left_out: usize) {
        let (step, sums, unbooked) = (self.step, self.sums, self.unbooked());
        let gap = step.without_refill(sums, came, unbooked, left_out);
        let mut next = self.start(left_out);
        next.add(surprise);
        self.weigh(&mut next, gap, step.before.answered_at);
        self.date_without_refill(&mut next);
        next.came_now = true;
        next.refill = Some(Refill {
            seen_at: self.after(),
            after: Some(sums.is),
            missing: refill.missing.minus(came),
            brought: refill.brought.map(|brought| brought.plus(came)),
            further_parts: refill.further_parts + 1,
            spent_between: refill.spent_between.plus(self.charged(left_out)),
            ..refill.clone()
        });
        self.all.push(next);
    }
}
