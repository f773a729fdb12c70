//! What is not working at present: a hidden failure is a defect, so it is counted and reported.

use super::{State, Tab, TabId, Unread};
use crate::balance::Failure;
use crate::time::UtcMillis;
use strum::IntoStaticStr;

/// Something that does not work at present, gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Trouble {
    /// The user revoked the access to the site.
    NoAccess,
    /// Storage fails.
    Storage,
    /// The page's answers bypass the hook, or could not be read.
    Unread(Unread),
    /// An answer came in an unknown form.
    NewShape,
    /// The page loaded, but no balance came.
    Silent,
    /// The page's number was not found.
    NoCounter,
}

impl Trouble {
    /// The word in the tree and in the report.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unread(why) => why.word(),
            plain => plain.into(),
        }
    }
}

impl State {
    /// The gravest problem of a tab; without one, of the tab in front.
    #[must_use]
    pub fn trouble(&self, tab: Option<TabId>) -> Option<Trouble> {
        if self.diagnostics.access_lost {
            return Some(Trouble::NoAccess);
        }
        if self.diagnostics.storage_fails {
            return Some(Trouble::Storage);
        }
        let tab = self.tabs.open.get(&tab.or_else(|| self.front_tab())?)?;
        if let Some(why) = tab.unread {
            return Some(Trouble::Unread(why));
        }
        if tab.failure == Some(Failure::Unreadable) {
            return Some(Trouble::NewShape);
        }
        if tab.is_silent {
            return Some(Trouble::Silent);
        }
        tab.search.is_in_vain().then_some(Trouble::NoCounter)
    }

    pub(super) fn handle_unread(&mut self, id: TabId, why: Unread, times: u64, now: UtcMillis) {
        self.count_refused(why.word(), times);
        self.tab_mut(id, now).unread = Some(why);
    }

    /// Counts every document that sent no balance in time.
    pub(super) fn give_up_silent_tabs(&mut self, now: UtcMillis) {
        let silent = self.tabs.give_up_silent(now);
        if silent > 0 {
            self.unsaved.tabs = true;
            self.count_refused("no-answer", silent);
        }
    }
}

impl Tab {
    /// Notes that a balance was read after all.
    pub(super) fn is_answered(&mut self) {
        self.is_silent = false;
        self.unread = None;
    }
}
