//! The server model, which is the truth here: wallets, plans, refill jobs and answers. The engine never sees it.
//!
//! It may use none of the engine's rules, not even its calendar: two calendars that share a mistake would agree.

mod answer;
mod calendar;
mod jobs;
mod wallet;

pub use answer::{DateForm, Owner, Shape, answer, told_date};
pub use calendar::Cycle;
pub use jobs::{Fate, Job, Step};
pub use wallet::{Offer, Wallet};

use crate::dice::Dice;
use crate::rates::Rates;
use jobs::draw_fate;
use refill_watch::time::DAY;

/// True time, in milliseconds since 1970 (UTC).
pub type Instant = i64;

/// What answers say about the renewal date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Date {
    /// The next refill; it moves on when the job has run.
    Parsed,
    /// The next refill's day, at 00:00, whatever the hour of the job.
    Midnight,
    /// When the last refill was due: in the past, and it moves when a job runs.
    Past,
    /// `null`.
    Null,
    /// A date left over from a former plan. It never moves.
    Left(Instant),
    /// A text that names no sensible date: year 1, year 9999, or no date at all.
    Absurd(&'static str),
    /// The end of a year paid in advance, although tokens come monthly.
    Yearly(Instant),
}

/// A change of the wallet other than the first tokens of a refill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Spent in the simulated browser.
    SpentHere,
    /// Spent on a phone or by someone who shares the account.
    SpentElsewhere,
    /// Tokens were bought.
    TopUp,
    /// The site gave tokens away.
    Grant,
    /// The plan changed.
    Plan,
    /// The cost of a failed generation came back.
    Returned,
    /// The rest of a refill came, or all of it a second time.
    Rest,
}

/// One account on the server.
#[derive(Clone, Debug)]
pub struct Server {
    /// The plan.
    pub offer: Offer,
    /// The plan's slug in answers.
    pub slug: String,
    /// When its refills are due.
    pub cycle: Cycle,
    /// What it holds.
    pub wallet: Wallet,
    /// What answers say about the renewal date.
    pub date: Date,
    /// When the next refill is due, by the server's own books.
    pub renewal: Instant,
    /// When the last refill was due, by the same books.
    pub renewed: Instant,
    /// How common incidents are.
    pub rates: Rates,
    /// Every refill job, oldest first. The last one is the next to come.
    pub jobs: Vec<Job>,
    /// Every change, with its time.
    pub changes: Vec<(Instant, Change)>,
    /// When the plan changed, except along with a refill.
    pub plans: Vec<Instant>,
    /// Counts changes of the cycle: what was scheduled under an earlier number is void.
    pub cycle_number: u32,
    /// A smaller plan that is already chosen and begins with the next refill.
    pub next_offer: Option<(Offer, String)>,
}

impl Server {
    /// An account whose first job is due after `now`.
    pub fn new(
        (offer, slug): (Offer, String),
        (cycle, date): (Cycle, Date),
        now: Instant,
        rates: Rates,
        dice: &mut Dice,
    ) -> Self {
        let renewal = cycle.next_due(now);
        let mut server = Self {
            offer,
            slug,
            cycle,
            wallet: Wallet { fast: offer.allotment(), ..Wallet::default() },
            date,
            renewal,
            renewed: if cycle.is_daily() { renewal - DAY } else { renewal - 31 * DAY },
            rates,
            jobs: Vec::new(),
            changes: Vec::new(),
            plans: Vec::new(),
            cycle_number: 0,
            next_offer: None,
        };
        server.plan_job(now, dice);
        server
    }

    /// Adds the next job: the first one due after `now` and after the last job.
    pub fn plan_job(&mut self, now: Instant, dice: &mut Dice) {
        let after = self.jobs.last().map_or(now, |job| job.due.max(now));
        let due = self.cycle.next_due(after);
        let before = self.jobs.last().map(|job| job.fate);
        let mut job = draw_fate(due, self.cycle, before, &self.rates, dice);
        for (at, _) in &mut job.steps {
            *at = (*at).max(now + 1);
        }
        self.jobs.push(job);
    }

    /// Does one step of the job with this number, at `now`.
    pub fn step(&mut self, number: usize, step: Step, now: Instant, dice: &mut Dice) {
        // Once a later job has run, an earlier one brings nothing more.
        if self.jobs.iter().skip(number + 1).any(|later| later.has_run(now) && later.due <= now) {
            return;
        }
        match step {
            Step::Date => self.move_date(number, now),
            Step::Tokens(percent) => match self.jobs.get(number).map(|job| job.ran_at) {
                Some(None) => self.begin_refill(number, percent, now),
                Some(Some(_)) => self.bring_more(number, percent, now),
                None => {}
            },
        }
        // A month that starts anew has this day as its anchor from now on.
        let is_anew = self.jobs.get(number).is_some_and(|job| {
            job.fate == Fate::Anew && job.ran_at == Some(now) && job.date_moved_at == Some(now)
        });
        if is_anew {
            self.jobs[number].due = now;
            self.begin_cycle(Cycle::monthly_from(now), now, dice);
        }
    }

    fn move_date(&mut self, number: usize, now: Instant) {
        let Some(job) = self.jobs.get_mut(number) else { return };
        // A job that did nothing leaves the date alone.
        if job.fate == Fate::Skipped {
            return;
        }
        job.date_moved_at = Some(now);
        self.renewal = self.renewal.max(self.cycle.next_due(job.due.max(now)));
        self.renewed = self.renewed.max(job.due);
        if let Date::Yearly(end) = &mut self.date
            && *end <= now
        {
            *end += 365 * DAY;
        }
    }

    fn begin_refill(&mut self, number: usize, percent: u64, now: Instant) {
        if let Some((offer, slug)) = self.next_offer.take() {
            self.take_offer_over(offer, slug);
        }
        let (allotment, cap, daily) =
            (self.offer.allotment(), self.offer.rollover_cap(), self.cycle.is_daily());
        let before = self.wallet;
        let job = &mut self.jobs[number];
        job.given += percent;
        let target = allotment * job.given / 100;
        if daily && target <= before.fast && target < allotment && before.fast < allotment {
            // A part that the pool already exceeds tops nothing up, which is the same as not running.
            if !job.steps.iter().any(|(at, step)| *at > now && matches!(step, Step::Tokens(_))) {
                job.fate = Fate::Skipped;
            }
            return;
        }
        if daily {
            // A daily refill tops up, and never takes tokens away.
            self.wallet.fast = before.fast.max(target);
        } else {
            self.wallet.rollover = (before.rollover + before.fast).min(cap.max(before.rollover));
            self.wallet.fast = target;
        }
        job.changed = self.wallet != before;
        job.ran_at = Some(now);
        job.brought.push((now, job.given));
    }

    /// Brings the rest of a refill, or all of it a second time.
    fn bring_more(&mut self, number: usize, percent: u64, now: Instant) {
        let (allotment, daily) = (self.offer.allotment(), self.cycle.is_daily());
        let job = &mut self.jobs[number];
        job.given += percent;
        let before = self.wallet.fast;
        self.wallet.fast = if daily && job.fate != Fate::Twice {
            before.max(allotment * job.given / 100)
        } else {
            before + allotment * percent / 100
        };
        job.brought.push((now, job.given));
        job.changed |= self.wallet.fast != before;
        if self.wallet.fast != before {
            self.changes.push((now, Change::Rest));
        }
    }

    /// Takes out up to `tokens`; returns how many came from which pool.
    pub fn spend(&mut self, tokens: u64, at: Instant, change: Change) -> Wallet {
        let spent = self.wallet.spend(tokens);
        if spent.total() > 0 {
            self.changes.push((at, change));
        }
        spent
    }

    /// Puts the cost of a failed generation back into the pools it came from.
    pub fn give_back(&mut self, cost: Wallet, at: Instant) {
        self.wallet.put(cost);
        self.changes.push((at, Change::Returned));
    }

    /// Puts bought tokens in.
    pub fn top_up(&mut self, tokens: u64, at: Instant) {
        self.wallet.top_up += tokens;
        self.changes.push((at, Change::TopUp));
    }

    /// Puts in tokens that the site gives away.
    pub fn grant(&mut self, tokens: u64, at: Instant) {
        self.wallet.fast += tokens;
        self.changes.push((at, Change::Grant));
    }

    /// Changes to a larger plan at once. A new month begins if it `restarts`, and always after a free plan.
    pub fn upgrade(&mut self, offer: Offer, slug: String, restarts: bool, at: Instant, dice: &mut Dice) {
        let was_free = self.offer == Offer::Free;
        if restarts || was_free {
            self.wallet.rollover = (self.wallet.rollover + if was_free { 0 } else { self.wallet.fast })
                .min(offer.rollover_cap());
            self.wallet.fast = offer.allotment();
            self.offer = offer;
            self.slug = slug;
            self.begin_cycle(Cycle::monthly_from(at), at, dice);
            self.renewed = at;
            if was_free {
                self.date = if dice.chance(0.8) { Date::Parsed } else { Date::Null };
            }
        } else {
            self.wallet.fast += offer.allotment() - self.offer.allotment();
            self.offer = offer;
            self.slug = slug;
        }
        self.changes.push((at, Change::Plan));
        self.plans.push(at);
    }

    /// Changes to a smaller plan at once: the tokens stay, the next refill is the smaller plan's.
    pub fn downgrade_now(&mut self, offer: Offer, slug: String, at: Instant) {
        self.offer = offer;
        self.slug = slug;
        self.changes.push((at, Change::Plan));
        self.plans.push(at);
    }

    /// Ends a paid plan: 150 a day from now on, and answers keep the old renewal date.
    pub fn end_plan(&mut self, slug: String, cycle: Cycle, at: Instant, dice: &mut Dice) {
        if matches!(self.date, Date::Parsed | Date::Midnight | Date::Yearly(_)) {
            self.date = Date::Left(self.renewal.min(at));
        }
        self.offer = Offer::Free;
        self.slug = slug;
        self.wallet.rollover = 0;
        self.wallet.fast = Offer::Free.allotment();
        self.changes.push((at, Change::Plan));
        self.plans.push(at);
        self.renewed = at;
        self.begin_cycle(cycle, at, dice);
    }

    fn take_offer_over(&mut self, offer: Offer, slug: String) {
        self.offer = offer;
        self.slug = slug;
    }

    fn begin_cycle(&mut self, cycle: Cycle, at: Instant, dice: &mut Dice) {
        self.cycle = cycle;
        self.cycle_number += 1;
        // Jobs that were still to come under the old cycle never run.
        self.jobs.retain(|job| job.due <= at || job.ran_at.is_some());
        for job in &mut self.jobs {
            if job.ran_at.is_none() {
                job.void = true;
            }
        }
        self.renewal = cycle.next_due(at);
        let last = self.jobs.last().map_or(at, |job| job.due);
        let due = cycle.next_due(at.max(last));
        let mut job = draw_fate(due, cycle, None, &self.rates, dice);
        for (step, _) in &mut job.steps {
            *step = (*step).max(at + 1);
        }
        self.jobs.push(job);
    }
}

#[cfg(test)]
mod tests;
