//! Reminders: what the user wants to hear about refills, and what was already sent.
//!
//! Each chosen pool of an account ([`Watched`]) keeps the due instant it waits for, and those already announced.
//! These are stored, so that no restart and no sleep can make a reminder come twice or never:
//!
//! | kind | sent when | once per |
//! |---|---|---|
//! | [`NoticeKind::Due`] | the chosen minutes after a refill was due; later if nobody was awake; only the newest of several missed ones | due instant, unless its refill was already announced |
//! | [`NoticeKind::Confirmed`] | an answer shows that the refill came, wherever it was read | refill |
//! | [`NoticeKind::Rest`] | an answer shows that more of it came, after [`NoticeKind::Confirmed`] was sent | part of a refill |
//! | [`NoticeKind::Late`] | an answer shows that it has not come, or its date alone, and the chosen time has passed | due instant |
//!
//! Nothing is sent during quiet hours; reminders that still hold when they end are sent then.

mod choices;

pub use choices::{LateReminder, LocalTime, Minutes, Switch};

use super::setting::Choice;
use super::{Account, AccountId, Effect, Setting, State};
use crate::balance::Pool;
use crate::time::{DAY, HOUR, MINUTE, MinuteOfDay, UtcMillis};
use crate::verdict::{Mend, Refill};
use serde::{Deserialize, Serialize};

/// Due instants closer together than this are the same refill, whose time became better known.
const SAME_REFILL: i64 = 12 * HOUR;
/// What came longer ago, and has only now become clear, is no news. Quiet hours are shorter.
const NO_NEWS: i64 = DAY;
/// Two pools of every account that is kept.
const MOST_WATCHED: usize = 40;
/// No refill is this far ahead: a later instant comes from a clock that was wrong.
const TOO_FAR_AHEAD: i64 = 32 * DAY;

/// The user's reminder settings, and what was sent so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminders {
    /// Remind when a refill was due …
    pub remind_due: Switch,
    /// … after this delay.
    pub remind_minutes: Minutes,
    /// Announce a confirmed refill.
    pub remind_confirmed: Switch,
    /// Report a late refill.
    pub remind_late: LateReminder,
    /// Quiet from this local time …
    pub quiet_from: LocalTime,
    /// … to this one.
    pub quiet_to: LocalTime,
    /// The chosen pools.
    pub watched: Vec<Watched>,
}

impl Default for Reminders {
    fn default() -> Self {
        Self {
            remind_due: Switch::Off,
            remind_minutes: Minutes(5),
            remind_confirmed: Switch::Off,
            remind_late: LateReminder::Off,
            quiet_from: LocalTime(None),
            quiet_to: LocalTime(None),
            watched: Vec::new(),
        }
    }
}

/// A pool of an account that the user has reminders for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watched {
    /// The account.
    pub account: AccountId,
    /// The pool.
    pub pool: Pool,
    /// The next due instant to announce; a passed one stays until it is announced.
    waits: Option<UtcMillis>,
    /// The newest due instants announced, per kind.
    told: UtcMillis,
    confirmed: UtcMillis,
    late: UtcMillis,
    /// How many further parts of the confirmed one were known when it was announced.
    #[serde(default)]
    parts: u64,
}

/// What a notification says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// A refill was due.
    Due,
    /// It came.
    Confirmed,
    /// More of it came.
    Rest,
    /// It has not come.
    Late,
    /// An automatic check in the background looked for it.
    Checked,
}

/// A notification for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What it says.
    pub kind: NoticeKind,
    /// The account.
    pub account: AccountId,
    /// The pool.
    pub pool: Pool,
    /// The refill, by its due instant.
    pub due: UtcMillis,
}

impl Notice {
    /// The notification's id: a new one with the same id replaces the old one.
    #[must_use]
    pub fn id(&self) -> String {
        // What came since stands in the place of what had come.
        let kind = ["due:", "confirmed:", "confirmed:", "late:", "checked:"][self.kind as usize];
        [kind, &self.account.to_string(), ":", self.pool.word(), ":", &self.due.to_string()].concat()
    }
}

impl Reminders {
    /// Where the reminder settings are kept.
    pub(super) fn choice(&mut self, setting: &Setting) -> Option<&mut dyn Choice> {
        Some(match setting {
            Setting::RemindDue => &mut self.remind_due,
            Setting::RemindMinutes => &mut self.remind_minutes,
            Setting::RemindConfirmed => &mut self.remind_confirmed,
            Setting::RemindLate => &mut self.remind_late,
            Setting::QuietFrom => &mut self.quiet_from,
            Setting::QuietTo => &mut self.quiet_to,
            _ => return None,
        })
    }

    /// Whether the user has reminders for this pool.
    #[must_use]
    pub fn watches(&self, account: &AccountId, pool: Pool) -> bool {
        self.watched.iter().any(|watched| watched.account == *account && watched.pool == pool)
    }

    /// Moves what is watched of one account to another, after they turned out to be the same one.
    pub(super) fn rename(&mut self, from: &AccountId, to: &AccountId) {
        let mut renamed = Vec::new();
        for mut watched in std::mem::take(&mut self.watched) {
            if watched.account == *from {
                watched.account = to.clone();
            }
            let is_there = |other: &Watched| other.account == watched.account && other.pool == watched.pool;
            if !renamed.iter().any(is_there) {
                renamed.push(watched);
            }
        }
        self.watched = renamed;
    }

    /// Forgets what it waits for: what fell due while these settings were in a file is no news.
    pub(super) fn begin_anew(&mut self) {
        self.watched.iter_mut().for_each(|watched| watched.waits = None);
    }

    /// Whether the user wants to hear of a confirmed refill of this pool.
    pub(super) fn tells_of(&self, account: &AccountId, pool: Pool) -> bool {
        self.remind_confirmed == Switch::On && self.watches(account, pool)
    }

    fn is_on(&self) -> bool {
        self.remind_due == Switch::On
            || self.remind_confirmed == Switch::On
            || self.remind_late != LateReminder::Off
    }

    /// How long after the due instant the reminder comes, in milliseconds.
    #[must_use]
    pub fn delay(&self) -> i64 {
        i64::from(self.remind_minutes.0) * MINUTE
    }

    fn due_after(&self) -> Option<i64> {
        (self.remind_due == Switch::On).then(|| self.delay())
    }

    /// When the quiet hours in force at `now` end; `None` if none are. Across a change of daylight saving time this
    /// is an hour off: whoever wakes then asks again.
    fn quiet_until(&self, now: UtcMillis, ahead_of_utc: i64) -> Option<UtcMillis> {
        let (from, to) = (self.quiet_from.0?, self.quiet_to.0?);
        let time = now.plus(ahead_of_utc).time_of_day();
        let until = |minute: MinuteOfDay| (i64::from(minute.minutes()) * MINUTE - time).rem_euclid(DAY);
        // The end comes before the next start; at the end itself they are over.
        let (begins, ends) = (until(from), until(to));
        (from != to && ends > 0 && (ends < begins || begins == 0)).then(|| now.plus(ends))
    }
}

/// Reads `account:pool`.
fn named(key: &str) -> Option<(AccountId, Pool)> {
    let (id, pool) = key.split_once(':')?;
    AccountId::parse(id).zip(Pool::from_word(pool))
}

impl State {
    /// The user's reminder settings.
    #[must_use]
    pub fn reminders(&self) -> &Reminders {
        &self.reminders
    }

    /// Turns reminders for a pool on or off; `key` is `account:pool`. False if there is no such pool.
    pub(super) fn watch(&mut self, key: &str, on: bool) -> bool {
        let Some((account, pool)) = named(key).filter(|(id, _)| self.accounts.known.contains_key(id)) else {
            return false;
        };
        let watched = &mut self.reminders.watched;
        watched.retain(|watched| watched.account != account || watched.pool != pool);
        if on && watched.len() < MOST_WATCHED {
            // A refill confirmed before the user asked is no news.
            let refill = self.accounts.known.get(&account).and_then(Account::arrived);
            let (confirmed, parts) =
                refill.map(|refill| (refill.due, refill.further_parts)).unwrap_or_default();
            watched.push(Watched { account, pool, confirmed, parts, ..Watched::default() });
        }
        true
    }

    pub(super) fn is_watched(&self, key: &str) -> bool {
        named(key).is_some_and(|(account, pool)| self.reminders.watches(&account, pool))
    }

    /// Reminders are for the account in use, unless another was chosen.
    pub(super) fn watch_something(&mut self) {
        if let Some(id) = self.accounts.last.clone()
            && let Some(account) = self.accounts.known.get(&id)
            && self.reminders.watched.is_empty()
            && self.reminders.is_on()
        {
            let key = [&id.to_string(), ":", account.primary().word()].concat();
            self.watch(&key, true);
        }
    }

    /// Whether it is quiet at `now` (corrected).
    pub(super) fn is_quiet(&self, now: UtcMillis) -> bool {
        match self.ahead_of_utc {
            Some(ahead) => self.reminders.quiet_until(now, ahead).is_some(),
            // We do not know the local time yet.
            None => self.reminders.quiet_from.0.is_some(),
        }
    }

    /// Sends the notifications due at `now`.
    pub(super) fn remind(&mut self, now: UtcMillis, effects: &mut Vec<Effect>) {
        if self.reminders.watched.is_empty() {
            return;
        }
        let is_quiet = self.is_quiet(now);
        let mut reminders = std::mem::take(&mut self.reminders);
        let mut all = std::mem::take(&mut reminders.watched);
        for watched in &mut all {
            let Some(account) = self.accounts.known.get(&watched.account) else { continue };
            let before = watched.clone();
            let kinds = watched.look(account, &reminders, is_quiet, now);
            self.unsaved.meta |= *watched != before;
            for (kind, due) in kinds.into_iter().flatten() {
                let (account, pool) = (before.account.clone(), before.pool);
                effects.push(Effect::Notify(Notice { kind, account, pool, due }));
            }
        }
        reminders.watched = all;
        self.reminders = reminders;
    }

    /// The next time a notification may be due.
    pub(super) fn reminder_moments(&self, now: UtcMillis, moments: &mut Vec<UtcMillis>) {
        let reminders = &self.reminders;
        if reminders.watched.is_empty() || !reminders.is_on() {
            return;
        }
        moments.extend(self.ahead_of_utc.and_then(|ahead| reminders.quiet_until(now, ahead)));
        for watched in &reminders.watched {
            let due = watched.waits.zip(reminders.due_after());
            moments.extend(due.map(|(due, after)| due.plus(after)));
            let open =
                self.accounts.known.get(&watched.account).and_then(|account| account.ledger().open.as_ref());
            let late = open.zip(reminders.remind_late.after());
            moments.extend(late.map(|(open, after)| open.due.plus(after)));
        }
    }
}

impl Watched {
    /// Forgets announcements that a fast clock made too early, after it was set back: a refill still to come will be
    /// announced. `refill` is the newest that is known to have come.
    pub(super) fn mend(&mut self, mend: &Mend, refill: Option<&Refill>) {
        for told in [&mut self.told, &mut self.late] {
            if mend.seemed_past(*told) {
                *told = UtcMillis::default();
                self.waits = None;
            }
        }
        if mend.is_ahead(self.confirmed) {
            (self.confirmed, self.parts) =
                refill.map(|refill| (refill.due, refill.further_parts)).unwrap_or_default();
        }
    }

    /// Looks at an account's facts and returns the notifications to send now, marked as sent.
    fn look(
        &mut self,
        account: &Account,
        reminders: &Reminders,
        is_quiet: bool,
        now: UtcMillis,
    ) -> [Option<(NoticeKind, UtcMillis)>; 3] {
        let is_primary = self.pool == account.primary();
        let refill = account.arrived().filter(|refill| is_primary && refill.seen_at <= now);
        let is_known = refill.is_some_and(|refill| refill.due == self.confirmed);
        // A clock that was ahead for a while must not silence anything for longer.
        self.late = self.late.min(now);
        for (told, most) in [(&mut self.told, DAY), (&mut self.confirmed, TOO_FAR_AHEAD)] {
            // One that came weeks early is due as far ahead.
            if *told > now.plus(most) && !is_known {
                *told = now;
            }
        }
        let mut kinds = [None; 3];
        let is_new = |refill: &Refill| refill.due.since(self.confirmed) >= SAME_REFILL;
        let is_rest = |refill: &Refill| refill.due == self.confirmed && refill.further_parts > self.parts;
        if let Some(refill) = refill.filter(|refill| is_new(refill) || is_rest(refill)) {
            let kind = if is_new(refill) { NoticeKind::Confirmed } else { NoticeKind::Rest };
            let is_on = reminders.remind_confirmed == Switch::On;
            if !is_on || !is_quiet {
                (self.confirmed, self.parts) = (refill.due, refill.further_parts);
            }
            if is_on && !is_quiet && now.since(refill.seen_at) < NO_NEWS {
                kinds[0] = Some((kind, refill.due));
                // The plain reminder would say less.
                self.told = self.told.max(refill.due);
                self.waits = self.waits.filter(|due| due.since(refill.due) >= SAME_REFILL);
            }
        }
        let awaited = account.awaited(now).filter(|_| is_primary);
        if let (Some(due), Some(after)) = (awaited, reminders.remind_late.after())
            && due.since(self.late) >= SAME_REFILL
            && now.since(due) >= after
            && !is_quiet
        {
            self.late = due;
            kinds[1] = Some((NoticeKind::Late, due));
        }
        let schedule = account.schedule(self.pool);
        let passed = self.waits.filter(|due| *due <= now && reminders.due_after().is_some());
        if let Some(due) = passed {
            // Of several missed ones, the user waits for the newest.
            let newest = schedule.and_then(|schedule| schedule.last_due(now));
            let due = newest.filter(|newest| newest.since(due) >= SAME_REFILL).unwrap_or(due);
            self.waits = Some(due);
            if reminders.due_after().is_some_and(|after| now.since(due) >= after) && !is_quiet {
                self.told = due;
                self.waits = None;
                kinds[2] = Some((NoticeKind::Due, due));
            }
        }
        if self.waits.is_none_or(|due| due > now || passed.is_none()) {
            let from = now.max(self.told.plus(SAME_REFILL - 1));
            self.waits = schedule.and_then(|schedule| schedule.next_due(from));
        }
        kinds
    }
}
