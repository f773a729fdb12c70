//! The tabs with the app: which are open, which one a surface without a tab is about, and how long any was open.
//!
//! What one tab shows is in [`Tab`]; what an answer does to it is in the reducer.

use super::tab::{Found, Reload, Tab};
use super::{AccountId, TabId};
use crate::time::{MINUTE, UtcMillis};
use crate::verdict::Mend;
use std::collections::BTreeMap;

/// More tabs than any user has; the least recently used one makes room.
const MOST: usize = 200;

/// The tabs with the app.
#[derive(Clone, Debug, Default)]
pub(super) struct Tabs {
    pub(super) open: BTreeMap<TabId, Tab>,
    /// A fresh reload requested while no tab was open; the next tab takes it.
    pub(super) pending_reload: Option<Reload>,
    /// When the first of the open tabs was opened.
    pub(super) opened_at: UtcMillis,
    /// When a tab was last known to be open, before the present ones.
    pub(super) last_open_at: UtcMillis,
    /// The tab whose banner the keyboard command just opened. Not stored.
    pub(super) summoned: Option<TabId>,
}

impl Tabs {
    /// The tab with this number; created if unknown.
    pub(super) fn get_or_insert(&mut self, id: TabId, now: UtcMillis) -> &mut Tab {
        if !self.open.contains_key(&id) && self.open.len() >= MOST {
            let oldest = self.open.iter().min_by_key(|(_, tab)| tab.active_at).map(|(id, _)| *id);
            oldest.map(|id| self.open.remove(&id));
        }
        let tab = self.open.entry(id).or_default();
        tab.active_at = tab.active_at.max(now);
        tab
    }

    /// The tab with the newest answer.
    pub(super) fn last_answered(&self) -> Option<TabId> {
        let answered = |tab: &Tab| tab.answer.as_ref().map(|answer| answer.answered_at);
        let told = self.open.iter().filter(|(_, tab)| tab.answer.is_some() || tab.failure.is_some());
        told.max_by_key(|(_, tab)| (answered(tab), tab.active_at)).map(|(id, _)| *id)
    }

    /// The tab that a surface without its own tab is about: one that was just reloaded, else the one with the newest
    /// answer, else the one that loaded last. `behind` was opened for a check, and does not count until the user sees
    /// it.
    pub(super) fn front(&self, behind: Option<TabId>) -> Option<TabId> {
        let reloads = self.open.iter().filter_map(|(id, tab)| Some((tab.reload.as_ref()?.clicked_at, *id)));
        let is_recent = |clicked_at: UtcMillis| self.last_open_at.since(clicked_at) < MINUTE;
        let reloaded = reloads.max().filter(|(clicked_at, _)| is_recent(*clicked_at)).map(|(_, id)| id);
        let is_used = |(id, tab): &(&TabId, &Tab)| tab.was_seen || Some(**id) != behind;
        let loaded =
            || self.open.iter().filter(is_used).max_by_key(|(_, tab)| tab.active_at).map(|(id, _)| *id);
        reloaded.or_else(|| self.last_answered()).or_else(loaded)
    }

    /// Notes that a tab loads a new document of the app.
    pub(super) fn load(&mut self, id: TabId, now: UtcMillis) {
        if self.open.is_empty() {
            self.opened_at = now;
        }
        let pending = self.pending_reload.take().filter(|pending| now.since(pending.clicked_at) < MINUTE);
        let tab = self.get_or_insert(id, now);
        if pending.is_some() {
            tab.reload = pending;
        }
        tab.load(now);
    }

    /// Notes that a tab is open at `at`; false if that was known.
    pub(super) fn was_open(&mut self, at: UtcMillis) -> bool {
        let is_news = at > self.last_open_at;
        self.last_open_at = self.last_open_at.max(at);
        is_news
    }

    /// Ends every fresh reload that has run out of time; false if there was none.
    pub(super) fn give_up_reloads(&mut self, now: UtcMillis) -> bool {
        let reloads = self.open.values_mut().filter_map(|tab| tab.reload.as_mut());
        let late = reloads.filter(|reload| reload.is_under_way() && now >= reload.deadline());
        late.map(|reload| reload.found = Some(Found::NoAnswer)).count() > 0
    }

    /// Gives up on every document that sent no balance in time; returns how many.
    pub(super) fn give_up_silent(&mut self, now: UtcMillis) -> u64 {
        let silent = self.open.values_mut().filter(|tab| tab.silent_at().is_some_and(|at| at <= now));
        silent.map(|tab| tab.is_silent = true).fold(0, |count, ()| count + 1)
    }

    /// Withdraws every question that nobody answers; false if there was none.
    pub(super) fn withdraw_questions(&mut self, now: UtcMillis) -> bool {
        let asked = self.open.values_mut().filter(|tab| tab.unsent.is_some_and(|unsent| unsent.is_over(now)));
        asked.map(|tab| tab.unsent = None).count() > 0
    }

    /// Replaces an account's name.
    pub(super) fn rename(&mut self, from: &AccountId, to: &AccountId) {
        for tab in self.open.values_mut() {
            if tab.account.as_ref() == Some(from) {
                tab.account = Some(to.clone());
            }
            if let Some(answer) = tab.answer.as_mut().filter(|answer| answer.account == *from) {
                answer.account = to.clone();
            }
        }
    }

    /// Corrects every instant after this computer's clock was set back: a tab's by its account's `mends`, else by
    /// `plain`.
    pub(super) fn mend(&mut self, plain: &Mend, mends: &[(AccountId, Mend)]) {
        for tab in self.open.values_mut() {
            let account = tab.answer.as_ref().map(|answer| &answer.account);
            let own = mends.iter().find(|(id, _)| Some(id) == account).map(|(_, mend)| mend);
            tab.mend(own.unwrap_or(plain));
        }
        if let Some(reload) = &mut self.pending_reload {
            reload.mend(plain);
        }
        for at in [&mut self.opened_at, &mut self.last_open_at] {
            *at = plain.heard(*at);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::state::{Event, TabChange, TabId};
    use crate::time::DeviceTime;
    use crate::{State, UtcMillis};

    #[test]
    fn a_tab_in_which_something_happened_since_the_list_was_asked_for_has_not_left() {
        let at = |ms: i64| DeviceTime(1_796_000_000_000 + ms);
        let mut state = State::default();
        for (tab, ms) in [(1, 0), (2, 0), (3, 50)] {
            state.handle(Event::Tab { tab: TabId(tab), state: TabChange::Loaded }, at(ms));
        }
        assert_eq!(state.corrected(at(0)), UtcMillis(at(0).0), "the clock is right");
        assert_eq!(state.tabs_left(&[TabId(1)], at(20)), [TabId(2)]);
        assert_eq!(state.tabs_left(&[TabId(1)], at(60)), [TabId(2), TabId(3)]);
        assert!(state.tabs_left(&[TabId(1), TabId(2), TabId(3)], at(60)).is_empty());
    }
}
