//! The known accounts, and which of them is in use.

use super::{Account, AccountId};
use crate::balance::Amount;
use crate::verdict::{Ledger, Manual};
use std::collections::BTreeMap;

/// More accounts than any user has; the one answered longest ago makes room.
const MOST: usize = 20;

/// The known accounts.
#[derive(Clone, Debug, Default)]
pub(super) struct Accounts {
    pub(super) known: BTreeMap<AccountId, Account>,
    /// The account of the newest answer.
    pub(super) last: Option<AccountId>,
    /// What the user set before the first answer.
    pub(super) manual_for_next: Option<Manual>,
}

impl Accounts {
    /// The account of the newest answer.
    pub(super) fn in_use(&self) -> Option<(&AccountId, &Account)> {
        self.known.get_key_value(self.last.as_ref()?)
    }

    /// What an account's answers have told us.
    pub(super) fn ledger(&self, id: &AccountId) -> Option<&Ledger> {
        self.known.get(id).map(Account::ledger)
    }

    /// What an account can spend, according to its newest answer.
    pub(super) fn spendable(&self, id: &AccountId) -> Option<Amount> {
        self.ledger(id)?.last.as_ref()?.pools.spendable()
    }

    /// The user's settings for the account in use, or for the one to come.
    pub(super) fn manual(&self) -> Manual {
        let in_use = self.in_use().map(|(_, account)| &account.manual);
        in_use.or(self.manual_for_next.as_ref()).cloned().unwrap_or_default()
    }

    /// Adds a new account. Returns the one that made room for it, if any.
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
