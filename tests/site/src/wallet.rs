//! The ground truth: what one plan's pools hold, and the refill job that fills them.
//!
//! Nothing here reads a clock. The job has no timer: whoever looks at a wallet settles it first, which does exactly
//! what a job on time would have done.

use crate::plan::Plan;
use chrono::{DateTime, Datelike, Days, Months, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// What each pool holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Pools {
    /// The plan's own tokens.
    pub fast: u64,
    /// Leftovers from earlier months.
    pub rollover: u64,
    /// Bought; never refilled.
    pub top_up: u64,
    /// Realtime canvas tokens.
    pub stream: u64,
    /// Prompt-helper tokens.
    pub gpt: u64,
    /// Model-training tokens.
    pub model: u64,
    /// API credits, which need not be whole.
    pub api: f64,
}

impl Pools {
    /// What can pay for a generation.
    #[must_use]
    pub fn spendable(&self) -> u64 {
        self.fast.saturating_add(self.rollover).saturating_add(self.top_up)
    }
}

/// New amounts for the named pools; the others stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
#[allow(missing_docs)] // The fields are those of `Pools`.
pub struct PoolsChange {
    pub fast: Option<u64>,
    pub rollover: Option<u64>,
    pub top_up: Option<u64>,
    pub stream: Option<u64>,
    pub gpt: Option<u64>,
    pub model: Option<u64>,
    pub api: Option<f64>,
}

impl PoolsChange {
    fn apply(self, pools: &mut Pools) {
        pools.fast = self.fast.unwrap_or(pools.fast);
        pools.rollover = self.rollover.unwrap_or(pools.rollover);
        pools.top_up = self.top_up.unwrap_or(pools.top_up);
        pools.stream = self.stream.unwrap_or(pools.stream);
        pools.gpt = self.gpt.unwrap_or(pools.gpt);
        pools.model = self.model.unwrap_or(pools.model);
        pools.api = self.api.unwrap_or(pools.api);
    }
}

/// When the refill job runs, measured from the due instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Job {
    /// At the due instant.
    #[default]
    OnTime,
    /// This many seconds after it.
    Late {
        /// Seconds after the due instant.
        seconds: u32,
    },
    /// Never; the renewal date stays.
    Never,
}

/// The balance does not cover the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotEnough {
    pub held: u64,
}

/// What changes the balance later, on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    at: DateTime<Utc>,
    tokens: u64,
    kind: EntryKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EntryKind {
    /// An answered generation's cost is booked.
    Cost,
    /// A failed generation's cost is returned.
    Return,
}

/// One plan's pools and its refills.
#[derive(Clone, Debug)]
pub(crate) struct Wallet {
    pub plan: Plan,
    /// The answer's `plan`.
    pub slug: String,
    pub pools: Pools,
    due: DateTime<Utc>,
    /// The day of the month that a monthly due date returns to after a shorter month.
    anchor_day: u32,
    job: Job,
    /// When due date or job were last changed by hand: a job cannot have run before that.
    told: DateTime<Utc>,
    last_refill: Option<DateTime<Utc>>,
    /// What is yet to be booked, earliest first.
    entries: Vec<Entry>,
}

impl Wallet {
    /// A full wallet whose next refill is due at the next 00:00 UTC (daily) or in a month (monthly).
    pub fn new(plan: Plan, now: DateTime<Utc>) -> Self {
        let today = now.date_naive().and_time(NaiveTime::MIN).and_utc();
        let due = if plan.is_daily() { today + Days::new(1) } else { today + Months::new(1) };
        Self {
            plan,
            slug: plan.slug().to_owned(),
            pools: Pools { fast: plan.allotment(), ..Pools::default() },
            due,
            anchor_day: today.day(),
            job: Job::OnTime,
            told: now,
            last_refill: None,
            entries: Vec::new(),
        }
    }

    pub fn due(&self) -> DateTime<Utc> {
        self.due
    }

    pub fn job(&self) -> Job {
        self.job
    }

    pub fn last_refill(&self) -> Option<DateTime<Utc>> {
        self.last_refill
    }

    pub fn set_due(&mut self, due: DateTime<Utc>, now: DateTime<Utc>) {
        self.due = due;
        self.anchor_day = due.day();
        self.told = now;
    }

    pub fn set_job(&mut self, job: Job, now: DateTime<Utc>) {
        self.job = job;
        self.told = now;
    }

    /// Sets the named pools. Costs not booked yet are dropped: the balance is as set.
    pub fn set_pools(&mut self, change: PoolsChange) {
        self.entries.retain(|entry| entry.kind != EntryKind::Cost);
        change.apply(&mut self.pools);
    }

    /// When the job refills next; `None` if never.
    pub fn runs_at(&self) -> Option<DateTime<Utc>> {
        let late = match self.job {
            Job::OnTime => 0,
            Job::Late { seconds } => i64::from(seconds),
            Job::Never => return None,
        };
        Some((self.due + TimeDelta::seconds(late)).max(self.told))
    }

    /// Runs the job and books entries that were due by `now`, in order.
    pub fn settle(&mut self, now: DateTime<Utc>) {
        loop {
            let run = self.runs_at().filter(|run| *run <= now);
            let entry = self.entries.first().map(|entry| entry.at).filter(|at| *at <= now);
            match (run, entry) {
                (Some(run), entry) if entry.is_none_or(|entry| run <= entry) => self.refill(run, None),
                (_, Some(_)) => {
                    let entry = self.entries.remove(0);
                    self.book(entry);
                }
                _ => return,
            }
        }
    }

    fn book(&mut self, entry: Entry) {
        match entry.kind {
            EntryKind::Cost => self.take(entry.tokens),
            EntryKind::Return => self.pools.fast = self.pools.fast.saturating_add(entry.tokens),
        }
    }

    fn enter(&mut self, entry: Entry) {
        let place = self.entries.partition_point(|other| other.at <= entry.at);
        self.entries.insert(place, entry);
    }

    /// Spends `tokens`, all or nothing; the balance shows it from `booked` on.
    pub fn spend_later(&mut self, tokens: u64, booked: DateTime<Utc>) -> Result<(), NotEnough> {
        let held = self.without_unbooked().spendable();
        if tokens > held {
            return Err(NotEnough { held });
        }
        self.enter(Entry { at: booked, tokens, kind: EntryKind::Cost });
        Ok(())
    }

    /// Returns `tokens` to the fast pool at `at`.
    pub fn give_back_later(&mut self, tokens: u64, at: DateTime<Utc>) {
        self.enter(Entry { at, tokens, kind: EntryKind::Return });
    }

    /// Returns now what was to be returned later.
    pub fn give_back_now(&mut self) {
        let due = self.entries.extract_if(.., |entry| entry.kind == EntryKind::Return).collect::<Vec<_>>();
        due.into_iter().for_each(|entry| self.book(entry));
    }

    /// What is yet to be returned.
    pub fn to_be_returned(&self) -> u64 {
        self.entries.iter().filter(|entry| entry.kind == EntryKind::Return).map(|entry| entry.tokens).sum()
    }

    /// What the pools hold once every cost is booked.
    pub fn without_unbooked(&self) -> Pools {
        let mut booked = self.clone();
        for entry in self.entries.iter().filter(|entry| entry.kind == EntryKind::Cost) {
            booked.take(entry.tokens);
        }
        booked.pools
    }

    /// Runs the job once with `granted` fast tokens, by default the plan's allotment. The due instant moves on.
    pub fn refill(&mut self, at: DateTime<Utc>, granted: Option<u64>) {
        let granted = granted.unwrap_or(self.plan.allotment());
        let pools = &mut self.pools;
        if self.plan.is_daily() {
            pools.fast = pools.fast.max(granted);
        } else {
            pools.rollover = pools.rollover.saturating_add(pools.fast).min(self.plan.rollover_cap());
            pools.fast = granted;
        }
        self.due = self.following(self.due);
        self.last_refill = Some(at);
    }

    /// The due instant one period before the next one.
    pub fn previous_due(&self) -> DateTime<Utc> {
        if self.plan.is_daily() { self.due - Days::new(1) } else { self.due - Months::new(1) }
    }

    fn following(&self, due: DateTime<Utc>) -> DateTime<Utc> {
        if self.plan.is_daily() {
            return due + Days::new(1);
        }
        let next = due + Months::new(1);
        (1..=self.anchor_day).rev().find_map(|day| next.with_day(day)).unwrap_or(next)
    }

    /// Takes `tokens` from fast, then rollover, then top-up; all of it or nothing.
    pub fn spend(&mut self, tokens: u64) -> Result<(), NotEnough> {
        let held = self.without_unbooked().spendable();
        if tokens > held {
            return Err(NotEnough { held });
        }
        self.take(tokens);
        Ok(())
    }

    /// Takes `tokens`, or what there is.
    fn take(&mut self, tokens: u64) {
        let mut rest = tokens;
        for pool in [&mut self.pools.fast, &mut self.pools.rollover, &mut self.pools.top_up] {
            let part = rest.min(*pool);
            *pool -= part;
            rest -= part;
        }
    }

    /// Switches to another plan: `fast` tokens, by default its allotment, and a new period.
    pub fn change_plan(&mut self, plan: Plan, fast: Option<u64>, now: DateTime<Utc>) {
        let fresh = Self::new(plan, now);
        self.pools.fast = fast.unwrap_or(plan.allotment());
        self.pools.rollover = self.pools.rollover.min(plan.rollover_cap());
        (self.plan, self.slug) = (plan, fresh.slug);
        self.set_due(fresh.due, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn wallet(plan: Plan, fast: u64, due: &str) -> Wallet {
        let start = at("2026-01-01T09:00:00Z");
        let mut wallet = Wallet::new(plan, start);
        wallet.pools.fast = fast;
        wallet.set_due(at(due), start);
        wallet
    }

    #[test]
    fn a_daily_refill_tops_up_to_150_and_never_takes_away() {
        for (before, after) in [(0, 150), (149, 150), (150, 150), (400, 400)] {
            let mut wallet = wallet(Plan::Free, before, "2026-01-02T00:00:00Z");
            wallet.settle(at("2026-01-01T23:59:59Z"));
            assert_eq!(wallet.pools.fast, before);
            wallet.settle(at("2026-01-02T00:00:00Z"));
            assert_eq!(wallet.pools.fast, after);
            assert_eq!(wallet.due(), at("2026-01-03T00:00:00Z"));
        }
    }

    #[test]
    fn a_monthly_refill_moves_the_leftovers_to_the_rollover_bank_up_to_its_cap() {
        let mut wallet = wallet(Plan::Essential, 500, "2026-02-14T08:00:00Z");
        wallet.pools.rollover = 25_400;
        wallet.settle(at("2026-02-14T08:00:00Z"));
        assert_eq!((wallet.pools.fast, wallet.pools.rollover), (8_500, 25_500));
    }

    #[test]
    fn a_billing_day_of_31_comes_back_after_a_short_month() {
        let mut wallet = wallet(Plan::Premium, 0, "2026-01-31T00:00:00Z");
        wallet.settle(at("2026-02-01T00:00:00Z"));
        assert_eq!(wallet.due(), at("2026-02-28T00:00:00Z"));
        wallet.settle(at("2026-03-01T00:00:00Z"));
        assert_eq!(wallet.due(), at("2026-03-31T00:00:00Z"));
    }

    #[test]
    fn a_late_job_leaves_balance_and_date_alone_until_it_runs() {
        let mut wallet = wallet(Plan::Free, 3, "2026-01-02T00:00:00Z");
        wallet.set_job(Job::Late { seconds: 300 }, at("2026-01-01T10:00:00Z"));
        wallet.settle(at("2026-01-02T00:04:59Z"));
        assert_eq!((wallet.pools.fast, wallet.due()), (3, at("2026-01-02T00:00:00Z")));
        wallet.settle(at("2026-01-02T00:05:00Z"));
        assert_eq!((wallet.pools.fast, wallet.due()), (150, at("2026-01-03T00:00:00Z")));
        assert_eq!(wallet.last_refill(), Some(at("2026-01-02T00:05:00Z")));
    }

    #[test]
    fn a_job_that_never_runs_leaves_the_date_in_the_past() {
        let mut wallet = wallet(Plan::Free, 3, "2026-01-02T00:00:00Z");
        wallet.set_job(Job::Never, at("2026-01-01T10:00:00Z"));
        wallet.settle(at("2026-01-09T00:00:00Z"));
        assert_eq!((wallet.pools.fast, wallet.due()), (3, at("2026-01-02T00:00:00Z")));
    }

    #[test]
    fn a_job_that_is_mended_after_the_due_instant_runs_then_and_not_in_the_past() {
        let mut wallet = wallet(Plan::Free, 3, "2026-01-02T00:00:00Z");
        wallet.set_job(Job::Never, at("2026-01-01T10:00:00Z"));
        wallet.settle(at("2026-01-02T03:00:00Z"));
        wallet.set_job(Job::OnTime, at("2026-01-02T03:00:00Z"));
        wallet.settle(at("2026-01-02T03:00:01Z"));
        assert_eq!(wallet.last_refill(), Some(at("2026-01-02T03:00:00Z")));
        assert_eq!(wallet.pools.fast, 150);
    }

    #[test]
    fn a_cost_is_in_the_balance_when_it_is_booked_and_cannot_be_spent_twice() {
        let mut wallet = wallet(Plan::Free, 40, "2026-01-02T00:00:00Z");
        wallet.spend_later(40, at("2026-01-01T10:00:01Z")).unwrap();
        wallet.settle(at("2026-01-01T10:00:00Z"));
        assert_eq!((wallet.pools.fast, wallet.without_unbooked().fast), (40, 0));
        assert_eq!(wallet.spend_later(1, at("2026-01-01T10:00:02Z")), Err(NotEnough { held: 0 }));
        wallet.settle(at("2026-01-01T10:00:01Z"));
        assert_eq!(wallet.pools.fast, 0);
    }

    #[test]
    fn a_cost_booked_after_the_refill_is_taken_from_the_new_tokens() {
        let mut wallet = wallet(Plan::Free, 40, "2026-01-02T00:00:00Z");
        wallet.spend_later(30, at("2026-01-02T00:00:01Z")).unwrap();
        wallet.settle(at("2026-01-02T00:00:02Z"));
        assert_eq!(wallet.pools.fast, 120);
    }

    #[test]
    fn what_failed_is_given_back_at_its_instant_or_at_once_when_told() {
        let mut wallet = wallet(Plan::Free, 40, "2026-01-02T00:00:00Z");
        wallet.give_back_later(8, at("2026-01-01T10:03:00Z"));
        wallet.give_back_later(5, at("2026-01-01T10:02:00Z"));
        wallet.settle(at("2026-01-01T10:02:00Z"));
        assert_eq!((wallet.pools.fast, wallet.to_be_returned()), (45, 8));
        wallet.give_back_now();
        assert_eq!((wallet.pools.fast, wallet.to_be_returned()), (53, 0));
        wallet.settle(at("2026-01-01T10:04:00Z"));
        assert_eq!(wallet.pools.fast, 53);
    }

    #[test]
    fn spending_takes_fast_then_rollover_then_top_up_and_all_or_nothing() {
        let mut wallet = wallet(Plan::Essential, 5, "2026-02-01T00:00:00Z");
        (wallet.pools.rollover, wallet.pools.top_up) = (4, 10);
        assert_eq!(wallet.spend(20), Err(NotEnough { held: 19 }));
        wallet.spend(8).unwrap();
        assert_eq!((wallet.pools.fast, wallet.pools.rollover, wallet.pools.top_up), (0, 1, 10));
        wallet.spend(3).unwrap();
        assert_eq!((wallet.pools.fast, wallet.pools.rollover, wallet.pools.top_up), (0, 0, 8));
    }
}
