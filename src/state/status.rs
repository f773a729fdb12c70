//! The status of a tab, or of the last account without a tab: verdict, notes, pools.

use super::{Account, AccountId, Reload, State, Tab, TabId, WarnLevel};
use crate::balance::{Amount, CounterText, Plan, Pool};
use crate::time::{Basis, DeviceTime, UtcMillis};
use crate::verdict::{
    Calendar, Counter, Evidence, Grounds, Judgement, Ledger, Note, Shown, UnknownReason, judge,
};

/// One pool, as we know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolRow {
    /// Which pool.
    pub pool: Pool,
    /// Its amount; `None` if no answer ever gave it.
    pub amount: Option<Amount>,
    /// When that was answered.
    pub as_of: Option<UtcMillis>,
    /// When it refills next.
    pub next_refill: Option<UtcMillis>,
    /// When it was due last.
    pub last_due: Option<UtcMillis>,
    /// How we know its schedule; `None` if it has none.
    pub basis: Option<Basis>,
}

/// Everything a surface or a replay says about one tab.
#[derive(Clone, Debug)]
pub struct Status<'a> {
    /// The present, corrected for a wrong clock, as are all instants here.
    pub now: UtcMillis,
    /// The tab; `None` if none has an answer.
    pub tab: Option<TabId>,
    /// The account, if one is known.
    pub account: Option<(&'a AccountId, &'a Account)>,
    /// The account's calendar.
    pub calendar: Option<Calendar>,
    /// Verdict and notes.
    pub judgement: Judgement,
    /// The observations they rest on.
    pub grounds: Grounds,
    /// Every pool, in the order of [`Pool::ALL`]; team only if there is one.
    pub pools: Vec<PoolRow>,
    /// When the tab's answer was given.
    pub answered_at: Option<UtcMillis>,
    /// The primary pool in the tab's own last answer.
    pub shown: Option<Amount>,
    /// What the page's counter shows, if it has been right before: the page subtracts its own spending.
    pub counter: Option<&'a str>,
    /// What the app can spend, as last known.
    pub spendable: Option<Amount>,
    /// Whether the tab shows the page about API credits.
    pub on_api_page: bool,
    /// The tab's newest fresh reload.
    pub reload: Option<&'a Reload>,
}

impl State {
    /// The status of `tab`; without one, of the tab in front, or of the last account.
    #[must_use]
    pub fn status(&self, tab: Option<TabId>, now: DeviceTime) -> Status<'_> {
        self.status_at(tab, self.corrected(now))
    }

    /// The same for a present that is already corrected.
    #[must_use]
    pub fn status_at(&self, tab: Option<TabId>, now: UtcMillis) -> Status<'_> {
        let id = tab.or_else(|| self.front_tab());
        let tab = id.and_then(|id| self.tabs.open.get(&id));
        let account_id = match tab {
            Some(tab) => tab.account.as_ref(),
            None => self.accounts.last.as_ref(),
        };
        let account = account_id.and_then(|id| Some((id, self.accounts.known.get(id)?)));
        let empty = Ledger::default();
        let ledger = account.map_or(&empty, |(_, account)| account.ledger());
        let calendar = account.and_then(|(_, account)| account.calendar());
        let shown = shown(tab, ledger);
        let judgement = judge(&Evidence {
            now,
            shown,
            ledger,
            calendar: calendar.as_ref(),
            on_api_page: tab.is_some_and(|tab| tab.on_api_page),
            old_after: self.banner.old_after.age(),
            clock_ahead: Some(self.clock.ahead()).filter(|ahead| *ahead != 0),
        });
        let allotment = calendar.as_ref().and_then(Calendar::allotment);
        let grounds = Grounds::of(&judgement, ledger, shown, allotment);
        let (answered_at, amount) = match shown {
            Shown::Answer { answered_at, pools, .. } => (Some(answered_at), pools.primary_amount()),
            Shown::Nothing(_) => (None, None),
        };
        Status {
            now,
            tab: id.filter(|_| tab.is_some()),
            account,
            pools: pool_rows(account.map(|(_, account)| account), ledger, calendar.as_ref(), now),
            calendar,
            judgement,
            grounds,
            answered_at,
            shown: amount,
            counter: tab.and_then(Tab::shown_number),
            spendable: ledger.last.as_ref().and_then(|last| last.pools.spendable()),
            on_api_page: tab.is_some_and(|tab| tab.on_api_page),
            reload: tab.and_then(|tab| tab.reload.as_ref()),
        }
    }
}

fn shown<'a>(tab: Option<&'a Tab>, ledger: &'a Ledger) -> Shown<'a> {
    let Some(tab) = tab else {
        return match &ledger.last {
            Some(last) => Shown::Answer {
                answered_at: last.answered_at,
                pools: &last.pools,
                spent_since: ledger.spent_since,
                counter: None,
            },
            None => Shown::Nothing(UnknownReason::NoAnswer),
        };
    };
    match (&tab.failure, &tab.answer) {
        (Some(failure), _) => Shown::Nothing(UnknownReason::NoBalance(*failure)),
        (None, None) => Shown::Nothing(UnknownReason::NoAnswer),
        (None, Some(answer)) => Shown::Answer {
            answered_at: answer.answered_at,
            pools: &answer.pools,
            spent_since: tab.taken_off(),
            counter: tab.counter.as_ref().and_then(|counter| {
                Some(Counter {
                    text: CounterText::read(&counter.text)?,
                    // Before the answer arrived, there was nothing to compare it with.
                    since: counter.since.max(answer.heard_at()),
                    was_right: counter.was_right,
                })
            }),
        },
    }
}

fn pool_rows(
    account: Option<&Account>,
    ledger: &Ledger,
    calendar: Option<&Calendar>,
    now: UtcMillis,
) -> Vec<PoolRow> {
    let is_team = account.is_some_and(|account| account.is_team);
    let primary = if is_team { Pool::Team } else { Pool::Fast };
    let applies = |pool: &Pool| match pool {
        Pool::Fast => !is_team,
        Pool::Team => is_team || ledger.known.contains_key(&Pool::Team),
        Pool::Rollover | Pool::TopUp | Pool::Api => true,
    };
    Pool::ALL
        .into_iter()
        .filter(applies)
        .map(|pool| {
            let known = ledger.known.get(&pool);
            let planned = account.and_then(|account| account.planned(pool));
            let schedule = planned.map(|planned| planned.schedule);
            let last_due = if pool == primary {
                calendar.and_then(|calendar| ledger.last_due(calendar, now))
            } else {
                schedule.and_then(|schedule| schedule.last_due(now))
            };
            PoolRow {
                pool,
                amount: known.map(|known| known.amount),
                as_of: known.map(|known| known.as_of),
                next_refill: schedule.and_then(|schedule| schedule.next_due(now)),
                last_due,
                basis: planned.map(|planned| planned.basis),
            }
        })
        .collect()
}

impl Status<'_> {
    /// The row of the primary pool.
    #[must_use]
    pub fn primary(&self) -> Option<&PoolRow> {
        let primary = self.account.map_or(Pool::Fast, |(_, account)| account.primary());
        self.pools.iter().find(|row| row.pool == primary)
    }

    /// What can be spent and what the plan gives, if the user wants a warning at that level.
    #[must_use]
    pub fn low(&self, level: WarnLevel) -> Option<(Amount, Amount)> {
        let left = self.spendable.filter(|_| self.judgement.verdict.can_be_trusted())?;
        let allotment = self.calendar.as_ref()?.allotment()?;
        level.warns_of(left, allotment).then_some((left, allotment))
    }

    /// When the number was answered, if that is too long ago to call it up to date.
    #[must_use]
    pub fn old_since(&self) -> Option<UtcMillis> {
        self.judgement.notes.iter().find_map(|note| match note {
            Note::OldAnswer { answered_at } => Some(*answered_at),
            _ => None,
        })
    }

    /// The plan, if known.
    #[must_use]
    pub fn plan(&self) -> Option<Plan> {
        self.calendar.as_ref().and_then(|calendar| calendar.plan)
    }

    /// The plan's slug, as the site writes it.
    #[must_use]
    pub fn slug(&self) -> Option<&str> {
        self.account?.1.ledger().last.as_ref()?.plan.as_deref()
    }
}
