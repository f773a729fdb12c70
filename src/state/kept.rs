//! What a page keeps of its own tab for the background, which may forget: pages outlive its memory.

use super::{Account, AccountId, State, TabAnswer, TabId};
use crate::balance::{Amount, Failure, Pool};
use crate::stored::{from_text, stored_struct, to_text};
use crate::time::UtcMillis;
use crate::verdict::{Seen, Sighting};

/// What a page keeps of its own tab, so that it can be put back when the page comes out of the back/forward
/// cache, or when the background has lost it.
#[derive(Clone, Debug, Default)]
struct Kept {
    answer: Option<TabAnswer>,
    failure: Option<Failure>,
    account: Option<AccountId>,
    spent_since: Amount,
    loaded_at: UtcMillis,
    /// The answer as the account knows it, for a background that knows no account: that of private windows has
    /// no storage.
    sighting: Option<Sighting>,
}

stored_struct!(Kept { answer, failure, account, spent_since, loaded_at, sighting });

impl State {
    /// What the page of a tab has to keep for [`super::Event::Back`]; empty when there is nothing.
    #[must_use]
    pub fn kept(&self, id: TabId) -> String {
        let Some(tab) = self.tabs.get(&id).filter(|tab| tab.answer.is_some()) else { return String::new() };
        let account = tab.account.as_ref().and_then(|id| self.accounts.get(id));
        let last = account.and_then(|account| account.ledger().last.clone());
        let answered_at = tab.answer.as_ref().map(|answer| answer.answered_at);
        to_text(&Kept {
            sighting: last.filter(|last| Some(last.answered_at) == answered_at),
            answer: tab.answer.clone(),
            failure: tab.failure,
            account: tab.account.clone(),
            spent_since: tab.spent_since,
            loaded_at: tab.loaded_at,
        })
    }

    /// Puts a page's tab back to what it was when it last was shown.
    pub(super) fn put_back(&mut self, id: TabId, kept: &str, from_cache: bool, now: UtcMillis) {
        let is_lost = self.tabs.get(&id).is_none_or(|tab| tab.loaded_at == UtcMillis(0));
        if !from_cache && !is_lost {
            return;
        }
        let at = self.corrected(now);
        // What a newer document of this tab was told is not what this page shows.
        self.tab_mut(id, now).load(at);
        let Some(kept) = from_text::<Kept>(kept) else { return };
        let tab = self.tab_mut(id, now);
        tab.loaded_at = kept.loaded_at;
        if let (Some(id), Some(sighting)) = (&kept.account, kept.sighting)
            && self.accounts.is_empty()
        {
            let is_team =
                sighting.pools.get(Pool::Team).is_some() && sighting.pools.get(Pool::Fast).is_none();
            let mut account = Account::new(vec![id.clone()], is_team);
            account.see(Seen::Balance(sighting));
            self.accounts.insert(id.clone(), account);
            self.last_account = Some(id.clone());
            self.changed_account(id.clone());
        }
        // Nothing can be said of an account that is not known.
        if kept.account.as_ref().is_none_or(|account| self.accounts.contains_key(account)) {
            let tab = self.tab_mut(id, now);
            tab.answer = kept.answer;
            tab.failure = kept.failure;
            tab.account = kept.account;
            tab.spent_since = kept.spent_since;
        }
    }
}
