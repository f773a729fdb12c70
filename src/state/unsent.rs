//! Text that was typed into the page and not sent: a fresh reload asks first.
//!
//! At the click, the page says whether there is any; the text itself never gets here. If there is, the surfaces offer
//! a background check instead of the reload, and the reload once more.

use super::{Effect, State, TabId};
use crate::time::{MINUTE, UtcMillis};
use serde::{Deserialize, Serialize};

/// How long the question stays.
const PATIENCE: i64 = 2 * MINUTE;

/// A fresh reload that waits for the user's word, because it would lose what they typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsent {
    /// When it was asked for.
    pub asked_at: UtcMillis,
    /// The user chose the check instead.
    pub is_checking: bool,
    /// The action that the question is about.
    #[serde(default)]
    pub before: Before,
    /// The user clears anyway; the browser has yet to allow it.
    #[serde(default)]
    pub goes_on: bool,
}

/// An action that would lose the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Before {
    /// A fresh reload.
    #[default]
    Reload,
    /// A fresh login, which also reloads the page.
    Login,
}

impl Unsent {
    /// Whether nobody answers the question any more; a check's result stays until the page reloads.
    pub(super) fn is_over(&self, now: UtcMillis) -> bool {
        !self.is_checking && !(0..PATIENCE).contains(&now.since(self.asked_at))
    }
}

impl State {
    /// The user wants a fresh reload: first ask the page whether it would lose anything.
    pub(super) fn want_reload(&mut self, tab: Option<TabId>, now: UtcMillis, effects: &mut Vec<Effect>) {
        match tab.or_else(|| self.front_tab()).filter(|id| self.tabs.open.contains_key(id)) {
            Some(id) => effects.push(Effect::AskUnsent(id, Before::Reload)),
            None => self.reload(tab, now, effects),
        }
    }

    /// The page has said whether it holds unsent text; no answer means no.
    pub(super) fn handle_unsent(
        &mut self,
        id: TabId,
        is_there: bool,
        now: UtcMillis,
        effects: &mut Vec<Effect>,
    ) {
        self.tab_mut(id, now).unsent = is_there.then_some(Unsent { asked_at: now, ..Unsent::default() });
        if !is_there {
            self.reload(Some(id), now, effects);
        }
    }

    /// The user wants the reload even though text is lost.
    pub(super) fn reload_anyway(&mut self, tab: Option<TabId>, now: UtcMillis, effects: &mut Vec<Effect>) {
        let Some(id) = tab.or_else(|| self.front_tab()) else { return };
        let was_asked = self.tabs.open.get_mut(&id).and_then(|tab| tab.unsent.take()).is_some();
        if was_asked {
            self.reload(Some(id), now, effects);
        }
    }

    /// The site may be cleared. First ask the page that would reload, unless the user was already asked.
    pub(super) fn want_clearing(&mut self, now: UtcMillis, effects: &mut Vec<Effect>) {
        if self.login.wanted.is_none() {
            return;
        }
        let front = self.front_tab();
        let asked = front
            .and_then(|id| self.tabs.open.get_mut(&id))
            .filter(|tab| tab.unsent.is_some_and(|unsent| unsent.goes_on));
        match (front, asked) {
            (Some(id), None) => effects.push(Effect::AskUnsent(id, Before::Login)),
            (_, asked) => {
                if let Some(tab) = asked {
                    tab.unsent = None;
                }
                self.may_clear(now, effects);
            }
        }
    }

    /// The page that a fresh login would reload has said whether it holds unsent text. The permission to clear is
    /// given back while the user decides.
    pub(super) fn handle_unsent_before_login(
        &mut self,
        id: TabId,
        is_there: bool,
        now: UtcMillis,
        effects: &mut Vec<Effect>,
    ) {
        if !is_there {
            return self.may_clear(now, effects);
        }
        // Browser and surface both report the permission, so the page is asked twice.
        if self.login.wanted.take().is_some() {
            let question = Unsent { asked_at: now, before: Before::Login, ..Unsent::default() };
            self.tab_mut(id, now).unsent = Some(question);
            effects.push(Effect::GiveBack);
        }
    }

    /// The user wants the fresh login even though text is lost; it continues with the permission.
    pub(super) fn login_anyway(&mut self, now: UtcMillis) {
        let front = self.front_tab().and_then(|id| self.tabs.open.get_mut(&id));
        if let Some(question) = front.and_then(|tab| tab.unsent.as_mut()) {
            question.goes_on = true;
            question.asked_at = now;
        }
        self.want_login(now);
    }

    /// The user wants a check. A page can ask for one only in place of a reload.
    pub(super) fn want_check(&mut self, tab: Option<TabId>, now: UtcMillis, effects: &mut Vec<Effect>) {
        let asked = tab.or_else(|| self.front_tab()).and_then(|id| self.tabs.open.get_mut(&id));
        let question = asked.and_then(|tab| tab.unsent.as_mut());
        if tab.is_some() && question.is_none() {
            return;
        }
        if let Some(question) = question {
            question.is_checking = true;
            question.asked_at = now;
            self.unsaved.tabs = true;
        }
        self.begin_check(false, now, effects);
    }

    /// Withdraws every question that nobody answers.
    pub(super) fn withdraw_questions(&mut self, now: UtcMillis) {
        self.unsaved.tabs |= self.tabs.withdraw_questions(now);
    }
}
