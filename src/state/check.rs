//! The background check: Leonardo opens in an inactive tab, its page gets an answer, and the tab closes again.
//!
//! The server is asked nothing that the page does not ask itself. A check starts from the button, or on its own if
//! the user wants that:
//!
//! | limit | why |
//! |---|---|
//! | ten minutes between two checks | a page load is real work for the site |
//! | six automatic checks in 24 hours, and no more after two without a result | nobody is waiting at the screen |
//! | none while signed out | the page would only ask the user to sign in |
//! | only the tab we opened is closed, and only if nobody has looked at it | it may be in use by then |

use super::reminder::Switch;
use super::tab::Found;
use super::{AccountId, Attempt, Effect, Notice, NoticeKind, State, TabId};
use crate::balance::{Amount, Failure};
use crate::time::{DAY, HOUR, MINUTE, SECOND, UtcMillis};
use crate::verdict::{Mend, Standing};
use serde::{Deserialize, Serialize};

/// The shortest time between two checks.
const APART: i64 = 10 * MINUTE;
/// The most automatic checks in 24 hours.
const MOST_A_DAY: usize = 6;
/// How long after the due instant the first automatic check starts.
const AFTER_DUE: i64 = 5 * MINUTE;
/// How long after the due instant we keep looking for a late refill.
const WHILE_LATE: i64 = 5 * HOUR;
/// A page in the background gets more time than one in front.
const PATIENCE: i64 = 60 * SECOND;
/// Automatic checks stop after this many in a row without an answer.
const MOST_IN_VAIN: u8 = 2;

/// Background checks: what the user wants, and what has happened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checks {
    /// Whether checks start on their own.
    pub check_auto: Switch,
    /// When the last one started.
    last: UtcMillis,
    /// When each automatic check that counts for the day started.
    automatic: Vec<UtcMillis>,
    /// How many in a row brought nothing.
    in_vain: u8,
    /// The newest answer on any page said that nobody is signed in.
    signed_out: bool,
    /// What the last check found.
    pub found: Option<Checked>,
    /// The running check. The browser forgets it on exit, along with the tabs.
    #[serde(skip)]
    pub(super) under_way: Option<Check>,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// When.
    pub at: UtcMillis,
    /// What could be spent before.
    pub before: Option<Amount>,
    /// What it found.
    pub found: Found,
    /// What can be spent now.
    pub after: Option<Amount>,
}

/// A running check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    began: UtcMillis,
    /// The tab opened for it, once the browser has named it.
    pub(super) tab: Option<TabId>,
    before: Option<Amount>,
    automatic: bool,
}

impl Checks {
    /// Corrects its instants after this computer's clock was set back.
    pub(super) fn mend(&mut self, mend: &Mend) {
        self.last = mend.heard(self.last);
        for began in &mut self.automatic {
            *began = mend.heard(*began);
        }
        if let Some(checked) = &mut self.found {
            checked.at = mend.heard(checked.at);
            if let Found::Answer(at) = &mut checked.found {
                *at = mend.heard(*at);
            }
        }
        if let Some(check) = &mut self.under_way {
            check.began = mend.heard(check.began);
        }
    }

    /// Whether a check can start.
    fn can_begin(&self, now: UtcMillis) -> Result<(), NoCheck> {
        let next = self.last.min(now).plus(APART);
        if self.under_way.is_some() {
            Err(NoCheck::UnderWay)
        } else if self.signed_out {
            Err(NoCheck::SignedOut)
        } else if self.last > UtcMillis(0) && now < next {
            Err(NoCheck::Until(next))
        } else {
            Ok(())
        }
    }

    /// Notes that a check starts.
    fn begin(&mut self, check: Check) {
        let now = check.began;
        self.last = now;
        self.automatic.retain(|began| (0..DAY).contains(&now.since(*began)));
        if check.automatic {
            self.automatic.push(now);
        }
        self.under_way = Some(check);
    }

    /// Notes what a page's newest answer means for checks; false if that was known.
    fn note(&mut self, failure: Option<Failure>) -> bool {
        let (signed_out, in_vain) = (self.signed_out, self.in_vain);
        self.signed_out = failure == Some(Failure::SignedOut);
        if failure.is_none() {
            self.in_vain = 0;
        }
        (self.signed_out, self.in_vain) != (signed_out, in_vain)
    }

    /// Whether this tab was opened for the running check.
    fn is_in(&self, id: TabId) -> bool {
        self.under_way.as_ref().is_some_and(|check| check.tab == Some(id))
    }

    /// When the running check is given up.
    pub(super) fn deadline(&self) -> Option<UtcMillis> {
        self.under_way.as_ref().map(|check| check.began.plus(PATIENCE))
    }

    /// When an automatic check that is wanted from `wanted` on may start.
    fn next_automatic(&self, wanted: UtcMillis, now: UtcMillis) -> UtcMillis {
        let mut next = wanted;
        if self.last > UtcMillis(0) {
            let apart = if self.in_vain > 0 { HOUR } else { APART };
            next = next.max(self.last.min(now).plus(apart));
        }
        let mut today = self.automatic.iter().filter(|began| (0..DAY).contains(&now.since(**began)));
        match (today.clone().count(), today.next()) {
            (MOST_A_DAY.., Some(first)) => next.max(first.plus(DAY)),
            _ => next,
        }
    }
}

/// Why no check can start now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoCheck {
    /// One is running.
    UnderWay,
    /// Nobody is signed in.
    SignedOut,
    /// The last one was too recent; the next can start at this instant.
    Until(UtcMillis),
}

impl State {
    /// The user's settings for background checks, and what has happened.
    #[must_use]
    pub fn checks(&self) -> &Checks {
        &self.checks
    }

    /// Whether it matters that this tab closes: it shows the app, or was opened for a check and may have sent nothing
    /// yet.
    #[must_use]
    pub fn tracks_tab(&self, id: TabId) -> bool {
        self.tabs.open.contains_key(&id) || self.checks.is_in(id)
    }

    /// Whether a check can start at `now` (corrected).
    ///
    /// # Errors
    /// Why not.
    pub fn can_check(&self, now: UtcMillis) -> Result<(), NoCheck> {
        self.checks.can_begin(now)
    }

    /// Starts a check if that is allowed.
    pub(super) fn begin_check(&mut self, automatic: bool, now: UtcMillis, effects: &mut Vec<Effect>) {
        if self.can_check(now).is_err() {
            return;
        }
        let before = self.accounts.last.as_ref().and_then(|id| self.accounts.spendable(id));
        self.checks.begin(Check { began: now, tab: None, before, automatic });
        self.note_attempt(Attempt::Check, now);
        self.unsaved.tabs = true;
        effects.push(Effect::OpenInBackground);
    }

    /// The browser opened the tab for the running check, or could not.
    pub(super) fn check_is_open(&mut self, tab: Option<TabId>, now: UtcMillis, effects: &mut Vec<Effect>) {
        let Some(check) = self.checks.under_way.as_mut().filter(|check| check.tab.is_none()) else {
            // It was given up in the meantime.
            effects.extend(tab.filter(|id| !self.was_seen(*id)).map(Effect::CloseTab));
            return;
        };
        check.tab = tab;
        self.unsaved.tabs = true;
        if tab.is_none() {
            self.conclude_check(Found::NoAnswer, now, effects);
        }
    }

    /// Ends the running check when its tab has an answer or has run out of time.
    pub(super) fn follow_check(&mut self, now: UtcMillis, effects: &mut Vec<Effect>) {
        let Some(check) = &self.checks.under_way else { return };
        let tab = check.tab.and_then(|id| self.tabs.open.get(&id));
        let answered = tab.and_then(|tab| {
            let answer = tab.answer.as_ref().map(|answer| Found::Answer(answer.answered_at));
            tab.failure.map(Found::NoBalance).or(answer)
        });
        // A clock that was set back must not keep the tab open forever.
        let is_over = !(0..PATIENCE).contains(&now.since(check.began));
        if let Some(found) = answered.or(is_over.then_some(Found::NoAnswer)) {
            self.conclude_check(found, now, effects);
        }
    }

    fn conclude_check(&mut self, found: Found, now: UtcMillis, effects: &mut Vec<Effect>) {
        let Some(check) = self.checks.under_way.take() else { return };
        effects.extend(check.tab.filter(|id| !self.was_seen(*id)).map(Effect::CloseTab));
        let account = check.tab.and_then(|id| self.tabs.open.get(&id)?.account.clone());
        let after = account.as_ref().and_then(|id| self.accounts.spendable(id));
        self.checks.found = Some(Checked { at: now, before: check.before, found, after });
        self.unsaved.meta = true;
        self.unsaved.tabs = true;
        if !matches!(found, Found::Answer(_)) {
            self.checks.in_vain = self.checks.in_vain.saturating_add(1);
        } else if check.automatic {
            self.tell_check(account, now, effects);
        }
    }

    /// The user closed the tab: we stop looking, and there is no result to show.
    pub(super) fn drop_check_in(&mut self, id: TabId) {
        if self.checks.is_in(id) {
            self.checks.under_way = None;
            self.unsaved.tabs = true;
        }
    }

    /// Notifies the user of what an automatic check found about its refill, unless a reminder already does.
    fn tell_check(&mut self, id: Option<AccountId>, now: UtcMillis, effects: &mut Vec<Effect>) {
        let Some((id, account)) = id.and_then(|id| self.accounts.known.get(&id).map(|account| (id, account)))
        else {
            return;
        };
        let due = account.calendar().and_then(|calendar| account.ledger().last_due(&calendar, now));
        let pool = account.primary();
        if let Some(due) = due
            && !self.reminders.tells_of(&id, pool)
            && !self.is_quiet(now)
        {
            effects.push(Effect::Notify(Notice { kind: NoticeKind::Checked, account: id, pool, due }));
        }
    }

    fn was_seen(&self, id: TabId) -> bool {
        self.tabs.open.get(&id).is_some_and(|tab| tab.was_seen)
    }

    /// Notes what a page's newest answer means for checks.
    pub(super) fn note_for_checks(&mut self, failure: Option<Failure>) {
        self.unsaved.meta |= self.checks.note(failure);
    }

    /// Starts an automatic check when it is time.
    pub(super) fn check_by_itself(&mut self, now: UtcMillis, effects: &mut Vec<Effect>) {
        if self.next_check(now).is_some_and(|next| next <= now) {
            self.begin_check(true, now, effects);
        }
    }

    /// When the next automatic check should start, past or future; `None` if there is nothing to look for.
    pub(super) fn next_check(&self, now: UtcMillis) -> Option<UtcMillis> {
        let checks = &self.checks;
        let is_wanted = checks.check_auto == Switch::On && checks.in_vain < MOST_IN_VAIN;
        if !is_wanted || checks.signed_out || self.checks.under_way.is_some() {
            return None;
        }
        let (_, account) = self.accounts.in_use()?;
        let calendar = account.calendar()?;
        let ledger = account.ledger();
        let last = ledger.last.as_ref()?;
        let is_full = last.pools.primary_amount() >= calendar.allotment();
        let due = match calendar.last_due(now).filter(|due| !ledger.is_settled(*due)) {
            // Nobody has looked since it was due.
            Some(due) if last.answered_at < due => due,
            // It was missing at the last look.
            Some(due)
                if ledger.open.as_ref().is_some_and(|open| open.standing == Standing::NotCome)
                    && last.answered_at.since(due) < WHILE_LATE - HOUR =>
            {
                last.answered_at.plus(HOUR - AFTER_DUE).max(due)
            }
            _ => calendar.next_due(now)?,
        };
        // A daily refill adds nothing to a full pool.
        if calendar.tops_up() && is_full {
            return None;
        }
        Some(checks.next_automatic(due.plus(AFTER_DUE + calendar.slack()), now))
    }
}
