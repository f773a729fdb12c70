//! The check in the background: Leonardo in an inactive tab, the answer that its page receives, and the tab closed again.
//!
//! Nothing is asked of the server but what the page itself asks. A check begins by the button, or by itself where the
//! user wants that:
//!
//! | limit | why |
//! |---|---|
//! | ten minutes between two checks | a page load is no small thing for the site |
//! | by itself six times in 24 hours, and no more after two that brought nothing | nobody is waiting at the screen |
//! | never while signed out | the page would only ask to sign in |
//! | only the tab that was opened is closed, and only while nobody has looked at it | it may be in use by then |

use super::reminder::Switch;
use super::tab::Found;
use super::{AccountId, Attempt, Effect, Notice, NoticeKind, State, TabId};
use crate::balance::{Amount, Failure};
use crate::time::{DAY, HOUR, MINUTE, SECOND, UtcMillis};
use crate::verdict::{Mend, Standing};
use serde::{Deserialize, Serialize};

/// Between two checks.
const APART: i64 = 10 * MINUTE;
/// Checks by themselves in 24 hours.
const MOST_A_DAY: usize = 6;
/// So long after the due instant the first one begins.
const AFTER_DUE: i64 = 5 * MINUTE;
/// For so long after the due instant it is looked again whether a late refill has come.
const WHILE_LATE: i64 = 5 * HOUR;
/// A page in the background is given longer than one that the user looks at.
const PATIENCE: i64 = 60 * SECOND;
/// So many checks in a row that brought nothing end those by themselves.
const MOST_IN_VAIN: u8 = 2;

/// Checks in the background: what the user wants, and what has been.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checks {
    /// They begin by themselves.
    pub check_auto: Switch,
    /// When the last one began.
    last: UtcMillis,
    /// When those began by themselves that count for the day.
    automatic: Vec<UtcMillis>,
    /// How many in a row brought nothing.
    in_vain: u8,
    /// The newest answer of any page was that nobody is signed in.
    signed_out: bool,
    /// What the last one found.
    pub found: Option<Checked>,
    /// The one under way; the browser forgets it when it ends, as it forgets the tabs.
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
    /// What can be spent since.
    pub after: Option<Amount>,
}

/// A check under way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    began: UtcMillis,
    /// The tab that was opened for it, once the browser has told it.
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

    /// Whether a check can begin.
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

    /// Notes that a check begins.
    fn begin(&mut self, check: Check) {
        let now = check.began;
        self.last = now;
        self.automatic.retain(|began| (0..DAY).contains(&now.since(*began)));
        if check.automatic {
            self.automatic.push(now);
        }
        self.under_way = Some(check);
    }

    /// Notes what the newest answer of a page says of checks; false where that was known.
    fn note(&mut self, failure: Option<Failure>) -> bool {
        let (signed_out, in_vain) = (self.signed_out, self.in_vain);
        self.signed_out = failure == Some(Failure::SignedOut);
        if failure.is_none() {
            self.in_vain = 0;
        }
        (self.signed_out, self.in_vain) != (signed_out, in_vain)
    }

    /// Whether the tab was opened for the check under way.
    fn is_in(&self, id: TabId) -> bool {
        self.under_way.as_ref().is_some_and(|check| check.tab == Some(id))
    }

    /// When the check under way is given up.
    pub(super) fn deadline(&self) -> Option<UtcMillis> {
        self.under_way.as_ref().map(|check| check.began.plus(PATIENCE))
    }

    /// When one may begin by itself that is looked for from `wanted` on.
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

/// Why no check can begin now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoCheck {
    /// One is under way.
    UnderWay,
    /// Nobody is signed in.
    SignedOut,
    /// The last one was too short a time ago; one can begin then.
    Until(UtcMillis),
}

impl State {
    /// What the user wants of checks in the background, and what has been.
    #[must_use]
    pub fn checks(&self) -> &Checks {
        &self.checks
    }

    /// Whether it matters that this tab is closed: it shows the app, or was opened for a check and may have told nothing yet.
    #[must_use]
    pub fn tracks_tab(&self, id: TabId) -> bool {
        self.tabs.open.contains_key(&id) || self.checks.is_in(id)
    }

    /// Whether a check can begin at `now` (corrected).
    ///
    /// # Errors
    /// Why not.
    pub fn can_check(&self, now: UtcMillis) -> Result<(), NoCheck> {
        self.checks.can_begin(now)
    }

    /// Begins a check where that is allowed.
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

    /// The browser has opened the tab of the check under way, or could not.
    pub(super) fn check_is_open(&mut self, tab: Option<TabId>, now: UtcMillis, effects: &mut Vec<Effect>) {
        let Some(check) = self.checks.under_way.as_mut().filter(|check| check.tab.is_none()) else {
            // It was given up meanwhile.
            effects.extend(tab.filter(|id| !self.was_seen(*id)).map(Effect::CloseTab));
            return;
        };
        check.tab = tab;
        self.unsaved.tabs = true;
        if tab.is_none() {
            self.conclude_check(Found::NoAnswer, now, effects);
        }
    }

    /// Concludes the check under way when its tab has an answer, or has had its time.
    pub(super) fn follow_check(&mut self, now: UtcMillis, effects: &mut Vec<Effect>) {
        let Some(check) = &self.checks.under_way else { return };
        let tab = check.tab.and_then(|id| self.tabs.open.get(&id));
        let answered = tab.and_then(|tab| {
            let answer = tab.answer.as_ref().map(|answer| Found::Answer(answer.answered_at));
            tab.failure.map(Found::NoBalance).or(answer)
        });
        // A clock that was set back must not keep the tab open for good.
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

    /// The user has closed the tab: nothing is looked for any more, and nothing was found that could be told.
    pub(super) fn drop_check_in(&mut self, id: TabId) {
        if self.checks.is_in(id) {
            self.checks.under_way = None;
            self.unsaved.tabs = true;
        }
    }

    /// Tells what a check by itself has found of the refill that it was for, unless a reminder tells that.
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

    /// Notes what the newest answer of a page says of checks.
    pub(super) fn note_for_checks(&mut self, failure: Option<Failure>) {
        self.unsaved.meta |= self.checks.note(failure);
    }

    /// Begins a check by itself when it is time for one.
    pub(super) fn check_by_itself(&mut self, now: UtcMillis, effects: &mut Vec<Effect>) {
        if self.next_check(now).is_some_and(|next| next <= now) {
            self.begin_check(true, now, effects);
        }
    }

    /// When the next check is to begin by itself, past or to come; `None` where nothing is to be looked for.
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
            // It was out when last looked for.
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
