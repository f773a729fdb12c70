//! What a page keeps of its own tab for the background, which may forget: pages outlive its memory.

use super::{Account, AccountId, State, TabAnswer, TabId};
use crate::balance::{Amount, Failure, Pool};
use crate::time::UtcMillis;
use crate::verdict::{Seen, Sighting, Source};
use serde::{Deserialize, Serialize};

/// What a page keeps of its own tab, so that it can be put back when the page comes out of the back/forward
/// cache, or when the background has lost it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
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

impl State {
    /// What the page of a tab has to keep for [`super::Event::Back`]; empty when there is nothing.
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

    /// Puts a page's tab back to what it was when it last was shown.
    pub(super) fn put_back(&mut self, id: TabId, kept: &str, from_cache: bool, now: UtcMillis) {
        let is_lost = self.tabs.open.get(&id).is_none_or(|tab| tab.loaded_at == UtcMillis(0));
        if !from_cache && !is_lost {
            return;
        }
        // What a newer document of this tab was told is not what this page shows.
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
        // Nothing can be said of an account that is not known.
        if kept.account.as_ref().is_none_or(|account| self.accounts.known.contains_key(account)) {
            let answer = kept.answer.and_then(|answer| self.as_known(answer));
            let tab = self.tab_mut(id, now);
            tab.answer = answer;
            tab.failure = kept.failure;
            tab.account = kept.account;
            tab.spent_since = kept.spent_since;
        }
    }

    /// An answer that a page has kept, with the instants by which its account knows it: the page's are of before the
    /// computer's clock was set back, where it has been. `None` where the account cannot tell which one it was.
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
