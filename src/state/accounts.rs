//! The accounts that were seen, and which of them is in use.

use super::{Account, AccountId};
use crate::balance::Amount;
use crate::verdict::{Ledger, Manual};
use std::collections::BTreeMap;

/// More accounts than any user has; the one that was answered longest ago makes room.
const MOST: usize = 20;

/// The accounts that were seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Accounts {
    pub(super) known: BTreeMap<AccountId, Account>,
    /// The account of the last answer.
    pub(super) last: Option<AccountId>,
    /// What the user set before the first answer.
    pub(super) manual_for_next: Option<Manual>,
}

impl Accounts {
    /// The account of the last answer.
    pub(super) fn in_use(&self) -> Option<(&AccountId, &Account)> {
        self.known.get_key_value(self.last.as_ref()?)
    }

    /// What is known of an account from its answers.
    pub(super) fn ledger(&self, id: &AccountId) -> Option<&Ledger> {
        self.known.get(id).map(Account::ledger)
    }

    /// What can be spent of an account's pools, as it was last answered.
    pub(super) fn spendable(&self, id: &AccountId) -> Option<Amount> {
        self.ledger(id)?.last.as_ref()?.pools.spendable()
    }

    /// What the user set for the account in use, or for the one that comes.
    pub(super) fn manual(&self) -> Manual {
        let in_use = self.in_use().map(|(_, account)| &account.manual);
        in_use.or(self.manual_for_next.as_ref()).cloned().unwrap_or_default()
    }

    /// Puts a new account there. Gives the name of the one that made room for it, if any did.
    pub(super) fn insert(&mut self, id: AccountId, mut account: Account) -> Option<AccountId> {
        let answered_at = |account: &Account| account.ledger().last.as_ref().map(|last| last.answered_at);
        let is_full = self.known.len() >= MOST;
        let oldest = self.known.iter().filter(|_| is_full).min_by_key(|(_, account)| answered_at(account));
        let oldest = oldest.map(|(id, _)| id.clone());
        if let Some(oldest) = &oldest {
            self.known.remove(oldest);
        }
        account.manual = self.manual_for_next.take().unwrap_or_default();
        self.known.insert(id, account);
        oldest
    }
}
