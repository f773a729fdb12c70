//! What a page keeps about its own tab for the background, whose memory it outlives.

use super::{Account, AccountId, State, TabAnswer, TabId};
use crate::balance::{Amount, Failure, Pool};
use crate::time::UtcMillis;
use crate::verdict::{Seen, Sighting, Source};
use serde::{Deserialize, Serialize};

/// What a page keeps about its own tab, to restore it when the page leaves the back/forward cache, or when the
/// background has lost it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Kept {
    answer: Option<TabAnswer>,
    failure: Option<Failure>,
    account: Option<AccountId>,
    spent_since: Amount,
    loaded_at: UtcMillis,
    /// The answer as the account knows it, for a background that knows no account: private windows have no storage.
    sighting: Option<Sighting>,
}

impl State {
    /// What the page in a tab should keep for [`super::Event::Back`]; empty if there is nothing.
    #[must_use]
    pub fn kept(&self, id: TabId) -> String {
        let Some(tab) = self.tabs.open.get(&id).filter(|tab| tab.answer.is_some()) else {
            return String::new();
        };
        let account = tab.account.as_ref().and_then(|id| self.accounts.known.get(id));
        let last = account.and_then(|account| account.ledger().last.clone());
        let answered_at = tab.answer.as_ref().map(|answer| answer.answered_at);
        let kept = Kept {
            sighting: last.filter(|last| Some(last.answered_at) == answered_at),
            answer: tab.answer.clone(),
            failure: tab.failure,
            account: tab.account.clone(),
            spent_since: tab.spent_since,
            loaded_at: tab.loaded_at,
        };
        serde_json::to_string(&kept).unwrap_or_default()
    }

    /// Restores a page's tab to its state when it was last shown.
    pub(super) fn put_back(&mut self, id: TabId, kept: &str, from_cache: bool, now: UtcMillis) {
        let is_lost = self.tabs.open.get(&id).is_none_or(|tab| tab.loaded_at == UtcMillis(0));
        if !from_cache && !is_lost {
            return;
        }
        // This page does not show what a newer document in the tab received.
        self.tab_mut(id, now).load(now);
        let Ok(kept) = serde_json::from_str::<Kept>(kept) else { return };
        let tab = self.tab_mut(id, now);
        tab.loaded_at = kept.loaded_at;
        if let (Some(id), Some(sighting)) = (&kept.account, kept.sighting)
            && self.accounts.known.is_empty()
        {
            let is_team =
                sighting.pools.get(Pool::Team).is_some() && sighting.pools.get(Pool::Fast).is_none();
            let mut account = Account::new(vec![id.clone()], is_team);
            account.see(Seen::Balance(sighting));
            self.accounts.known.insert(id.clone(), account);
            self.accounts.last = Some(id.clone());
            self.changed_account(id.clone());
        }
        // Nothing can be said about an unknown account.
        if kept.account.as_ref().is_none_or(|account| self.accounts.known.contains_key(account)) {
            let answer = kept.answer.and_then(|answer| self.as_known(answer));
            let tab = self.tab_mut(id, now);
            tab.answer = answer;
            tab.failure = kept.failure;
            tab.account = kept.account;
            tab.spent_since = kept.spent_since;
        }
    }

    /// An answer that a page kept, with its account's instants: if the computer's clock was set back, the page's are
    /// from before. `None` if the account cannot tell which answer it was.
    fn as_known(&self, answer: TabAnswer) -> Option<TabAnswer> {
        let account = self.accounts.known.get(&answer.account)?;
        if account.folded_up_to() >= Some(answer.answered_at) {
            return Some(answer);
        }
        let told = account.seen().rev().filter_map(|seen| match seen {
            Seen::Balance(sighting) if sighting.source == Source::Here => Some(sighting),
            _ => None,
        });
        let same = told.filter(|sighting| sighting.answered_at <= answer.answered_at);
        let known = same.into_iter().find(|sighting| sighting.pools == answer.pools)?;
        Some(TabAnswer { answered_at: known.answered_at, heard_at: known.heard_at(), ..answer })
    }
}
