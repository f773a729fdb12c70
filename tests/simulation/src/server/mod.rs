//! The server as it truly is: wallets, plans, refill jobs and what an answer says. The engine never sees it.
//!
//! Nothing of the engine is used here, not even its calendar: two calendars that share a mistake would agree.

mod answer;
mod calendar;
mod jobs;

pub use answer::{DateForm, Owner, Shape, answer};
pub use calendar::Cycle;
pub use jobs::{Fate, Job};

use crate::dice::Dice;
use jobs::draw_fate;
use refill_watch::time::DAY;

/// Milliseconds since 1970, true time.
pub type Instant = i64;

/// What an account is subscribed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// 150 a day.
    Free,
    /// 8,500 a month.
    Essential,
    /// 25,000 a month.
    Premium,
    /// 60,000 a month.
    Ultimate,
    /// A team of that many seats on the smaller team plan.
    Team(u64),
}

impl Offer {
    /// What one full refill brings, or tops up to.
    #[must_use]
    pub fn allotment(self) -> u64 {
        match self {
            Self::Free => 150,
            Self::Essential => 8_500,
            Self::Premium => 25_000,
            Self::Ultimate => 60_000,
            Self::Team(seats) => 25_000 * seats,
        }
    }

    /// What the rollover bank holds at most.
    #[must_use]
    pub fn rollover_cap(self) -> u64 {
        if self == Self::Free { 0 } else { 3 * self.allotment() }
    }

    /// The next larger personal plan.
    #[must_use]
    pub fn larger(self) -> Option<Self> {
        match self {
            Self::Free => Some(Self::Essential),
            Self::Essential => Some(Self::Premium),
            Self::Premium => Some(Self::Ultimate),
            Self::Ultimate | Self::Team(_) => None,
        }
    }

    /// The next smaller personal plan.
    #[must_use]
    pub fn smaller(self) -> Option<Self> {
        match self {
            Self::Ultimate => Some(Self::Premium),
            Self::Premium => Some(Self::Essential),
            Self::Essential => Some(Self::Free),
            Self::Free | Self::Team(_) => None,
        }
    }
}

/// What is in the pools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wallet {
    /// The plan's own tokens (of a team: the team's).
    pub fast: u64,
    /// The rollover bank.
    pub rollover: u64,
    /// Bought tokens.
    pub top_up: u64,
}

impl Wallet {
    /// All that can be spent.
    #[must_use]
    pub fn total(self) -> u64 {
        self.fast + self.rollover + self.top_up
    }

    /// Takes tokens: fast first, then rollover, then top-up. Returns how many there were.
    pub fn spend(&mut self, tokens: u64) -> u64 {
        let mut left = tokens;
        for pool in [&mut self.fast, &mut self.rollover, &mut self.top_up] {
            let taken = left.min(*pool);
            *pool -= taken;
            left -= taken;
        }
        tokens - left
    }
}

/// How the server tells the renewal date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Date {
    /// The next refill; it moves on when the job has run.
    Told,
    /// `null`.
    Null,
    /// A date that a former plan left behind, and that never moves.
    Left(Instant),
    /// A year that nobody means.
    Absurd(&'static str),
    /// Paid by the year: the end of the paid year, although tokens come by the month.
    Yearly(Instant),
}

/// A change of the wallet that is no refill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Spent in the simulated browser.
    SpentHere,
    /// Spent on a phone or by someone who shares the account.
    SpentElsewhere,
    /// Tokens were bought.
    TopUp,
    /// The site gave some for nothing.
    Grant,
    /// The plan became another one.
    Plan,
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
    /// How the renewal date is told.
    pub date: Date,
    /// The next refill by the server's own books.
    pub renewal: Instant,
    /// Every refill job, oldest first. The last one is the next to come.
    pub jobs: Vec<Job>,
    /// Every change that is no refill: when, and what.
    pub changes: Vec<(Instant, Change)>,
    /// Counts changes of the cycle: jobs of an earlier one are void.
    pub cycle_number: u32,
    /// A smaller plan, chosen already, that begins with the next refill.
    pub next_offer: Option<(Offer, String)>,
}

impl Server {
    /// A new account, with its first job to come after `now`.
    pub fn new(offer: Offer, slug: String, cycle: Cycle, date: Date, now: Instant, dice: &mut Dice) -> Self {
        let mut server = Self {
            offer,
            slug,
            cycle,
            wallet: Wallet { fast: offer.allotment(), ..Wallet::default() },
            date,
            renewal: cycle.next_due(now),
            jobs: Vec::new(),
            changes: Vec::new(),
            cycle_number: 0,
            next_offer: None,
        };
        server.plan_job(now, dice);
        server
    }

    /// Puts the next job on the list: the first one due after the last, or after `now`.
    pub fn plan_job(&mut self, now: Instant, dice: &mut Dice) {
        let after = self.jobs.last().map_or(now, |job| job.due.max(now));
        let due = self.cycle.next_due(after);
        let before = self.jobs.last().map(|job| job.fate);
        let job = draw_fate(due, self.cycle, before, dice);
        self.jobs.push(job);
    }

    /// Runs the job of that number, now.
    pub fn run_job(&mut self, number: usize, now: Instant) {
        if let Some((offer, slug)) = self.next_offer.take() {
            self.take_offer_over(offer, slug);
        }
        let (allotment, cap, daily) =
            (self.offer.allotment(), self.offer.rollover_cap(), self.cycle.is_daily());
        let Some(job) = self.jobs.get_mut(number) else { return };
        let target = allotment * job.percent / 100;
        let before = self.wallet;
        if daily && target <= self.wallet.fast && target < allotment && self.wallet.fast < allotment {
            // Less than what is there would be topped up to: the job does nothing, which is the same as not running.
            job.fate = Fate::Skipped;
            return;
        }
        if daily {
            // Up to the allotment, never beyond and never down.
            self.wallet.fast = self.wallet.fast.max(target);
            job.percent = self.wallet.fast * 100 / allotment;
        } else {
            self.wallet.rollover =
                (self.wallet.rollover + self.wallet.fast).min(cap.max(self.wallet.rollover));
            self.wallet.fast = target;
        }
        job.changed = self.wallet != before;
        job.ran_at = Some(now);
        self.renewal = self.cycle.next_due(job.due.max(now));
        if let Date::Yearly(end) = &mut self.date
            && *end <= now
        {
            *end += 365 * DAY;
        }
    }

    /// Takes tokens out.
    pub fn spend(&mut self, tokens: u64, at: Instant, change: Change) -> u64 {
        let spent = self.wallet.spend(tokens);
        if spent > 0 {
            self.changes.push((at, change));
        }
        spent
    }

    /// Puts bought tokens in.
    pub fn top_up(&mut self, tokens: u64, at: Instant) {
        self.wallet.top_up += tokens;
        self.changes.push((at, Change::TopUp));
    }

    /// Gives tokens for nothing.
    pub fn grant(&mut self, tokens: u64, at: Instant) {
        self.wallet.fast += tokens;
        self.changes.push((at, Change::Grant));
    }

    /// A larger plan, at once. It begins a new month when it `restarts`, and always when it ends a free plan.
    pub fn upgrade(&mut self, offer: Offer, slug: String, restarts: bool, at: Instant, dice: &mut Dice) {
        let was_free = self.offer == Offer::Free;
        if restarts || was_free {
            self.wallet.rollover = (self.wallet.rollover + if was_free { 0 } else { self.wallet.fast })
                .min(offer.rollover_cap());
            self.wallet.fast = offer.allotment();
            self.offer = offer;
            self.slug = slug;
            self.begin_cycle(Cycle::monthly_from(at), at, dice);
            if was_free {
                self.date = if dice.chance(0.8) { Date::Told } else { Date::Null };
            }
        } else {
            self.wallet.fast += offer.allotment() - self.offer.allotment();
            self.offer = offer;
            self.slug = slug;
        }
        self.changes.push((at, Change::Plan));
    }

    /// A smaller plan, at once: what is there stays, the next refill is the smaller one.
    pub fn downgrade_now(&mut self, offer: Offer, slug: String, at: Instant) {
        self.offer = offer;
        self.slug = slug;
        self.changes.push((at, Change::Plan));
    }

    /// The end of a paid plan: from now on 150 a day, and the old renewal date stays behind.
    pub fn end_plan(&mut self, slug: String, cycle: Cycle, at: Instant, dice: &mut Dice) {
        if matches!(self.date, Date::Told | Date::Yearly(_)) {
            self.date = Date::Left(self.renewal.min(at));
        }
        self.offer = Offer::Free;
        self.slug = slug;
        self.wallet.rollover = 0;
        self.wallet.fast = Offer::Free.allotment();
        self.changes.push((at, Change::Plan));
        self.begin_cycle(cycle, at, dice);
    }

    fn take_offer_over(&mut self, offer: Offer, slug: String) {
        self.offer = offer;
        self.slug = slug;
    }

    fn begin_cycle(&mut self, cycle: Cycle, at: Instant, dice: &mut Dice) {
        self.cycle = cycle;
        self.cycle_number += 1;
        // What was to come under the old cycle does not come any more.
        self.jobs.retain(|job| job.due <= at || job.ran_at.is_some());
        for job in &mut self.jobs {
            if job.ran_at.is_none() {
                job.void = true;
            }
        }
        self.renewal = cycle.next_due(at);
        let last = self.jobs.last().map_or(at, |job| job.due);
        let due = cycle.next_due(at.max(last));
        self.jobs.push(draw_fate(due, cycle, None, dice));
    }
}

#[cfg(test)]
mod tests;
