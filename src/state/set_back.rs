//! The present, and what follows when it turns out to be earlier than we thought.

use super::clock::DatedAnswer;
use super::tab::{Found, Reload};
use super::{Account, Answer, State, Tab};
use crate::time::{DAY, DeviceTime, SECOND, SetBack, UtcMillis, parse_timestamp};
use crate::verdict::Mend;

/// We do not believe that a cache kept an answer for longer than this.
const LONGEST_KEPT: i64 = 30 * DAY;

impl State {
    /// Takes in what the computer's clock shows, before anything uses it.
    pub(super) fn observe_clock(&mut self, shown: DeviceTime) {
        if let Some(back) = self.clock.hear(shown) {
            self.set_back(back);
        }
    }

    /// Stores what the clock showed, if that is some time ago or other things are stored as well.
    pub(super) fn keep_clock(&mut self) {
        let something = self.unsaved.meta || self.unsaved.tabs || !self.unsaved.accounts.is_empty();
        self.unsaved.meta |= self.clock.is_to_store(something);
    }

    /// When an answer counts from: when it was requested, or when a cache took it in. Its `Date` informs our clock.
    pub(super) fn counts_from(&mut self, answer: &Answer, shown: DeviceTime) -> UtcMillis {
        let date = answer.server_date.as_deref().and_then(|text| parse_timestamp(text).ok());
        let asked = asked(answer.asked_at.as_deref(), shown);
        let is_aged = answer.age_s.is_some_and(|age| age > 0);
        let is_kept = date.is_some_and(|date| {
            let lesson = self.clock.learn(DatedAnswer { asked, heard: shown, date, is_aged });
            self.unsaved.meta = true;
            if let Some(back) = lesson.set_back {
                self.set_back(back);
            }
            lesson.is_kept
        });
        let now = self.corrected(shown);
        let age = answer.age_s.and_then(|age| i64::try_from(age).ok()).map(|age| age.saturating_mul(SECOND));
        let taken_in = [age.map(|age| now.plus(-age)), date.filter(|_| is_kept)];
        let taken_in =
            taken_in.into_iter().flatten().filter(|at| (0..=LONGEST_KEPT).contains(&now.since(*at)));
        taken_in.fold(self.corrected(asked), Ord::min)
    }

    /// Corrects every instant stamped later than the present: what a fast clock saw must not rule the future.
    pub(super) fn set_back(&mut self, back: SetBack) {
        let plain = Mend::new(back);
        let mends: Vec<_> = self
            .accounts
            .known
            .iter_mut()
            .filter_map(|(id, account)| Some((id.clone(), account.set_back(back)?)))
            .collect();
        self.tabs.mend(&plain, &mends);
        self.unsaved.tabs |= !self.tabs.open.is_empty();
        for (id, mend) in mends {
            self.history.mend(&id, &mend);
            self.changed_account(id);
        }
        for watched in &mut self.reminders.watched {
            let account = self.accounts.known.get(&watched.account);
            watched.mend(&plain, account.and_then(Account::arrived));
        }
        self.checks.mend(&plain);
        self.devices.mend(&plain);
        self.support.mend(&plain);
        self.login.wanted = self.login.wanted.map(|at| plain.heard(at));
        self.unsaved.meta = true;
    }
}

/// When something was requested, by this computer's clock. The page uses the same clock, so nothing it reports is in
/// the future.
pub(super) fn asked(text: Option<&str>, shown: DeviceTime) -> DeviceTime {
    let asked = text.and_then(|text| parse_timestamp(text).ok());
    asked.map_or(shown, DeviceTime::from).min(shown)
}

impl Reload {
    pub(super) fn mend(&mut self, mend: &Mend) {
        self.clicked_at = mend.heard(self.clicked_at);
        if let Some(Found::Answer(at)) = &mut self.found {
            *at = mend.heard(*at);
        }
    }
}

impl Tab {
    /// Corrects its instants by those of its account.
    pub(super) fn mend(&mut self, mend: &Mend) {
        for at in [&mut self.active_at, &mut self.loaded_at] {
            *at = mend.heard(*at);
        }
        if let Some(counter) = &mut self.counter {
            counter.since = mend.heard(counter.since);
        }
        if let Some(reload) = &mut self.reload {
            reload.mend(mend);
        }
        if let Some(answer) = &mut self.answer {
            answer.heard_at = mend.heard(answer.heard_at());
            answer.answered_at = mend.asked(answer.answered_at);
        }
    }
}
