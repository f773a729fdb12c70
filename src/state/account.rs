//! One account: what was seen of it and what the user set for it.

use crate::balance::{OwnerIds, Pool};
use crate::stored::{Stored, put, stored_struct};
use crate::time::{Basis, MinuteOfDay, Schedule, UtcMillis};
use crate::verdict::{Calendar, Ledger, Log, Manual, Planned, Seen};
use serde_json::Value;
use siphasher::sip::SipHasher24;
use std::fmt;
use std::hash::Hasher;

/// An account, by a hash of the site's id: the id itself is never kept.
///
/// The personal workspace and each team of one user are accounts of their own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct AccountId(String);

impl AccountId {
    fn hash(kind: &str, id: &str) -> Self {
        let mut hasher = SipHasher24::new_with_keys(0x5265_6669_6c6c, 0x5761_7463_6821);
        hasher.write(kind.as_bytes());
        hasher.write_u8(0);
        hasher.write(id.as_bytes());
        Self(format!("{:016x}", hasher.finish()))
    }

    /// Every name that an answer gives its account; the first is the one to use for a new account.
    #[must_use]
    pub fn names(owner: &OwnerIds) -> Vec<Self> {
        match &owner.team {
            Some(team) => vec![Self::hash("team", team)],
            None => owner.user.iter().map(|id| Self::hash("user", id)).collect(),
        }
    }

    /// The account of answers that name none.
    #[must_use]
    pub fn unnamed() -> Self {
        Self::hash("unnamed", "")
    }

    /// A hash of it for other devices of the user's, with a salt that comes along.
    #[must_use]
    pub fn salted(&self, salt: &str) -> String {
        Self::hash(salt, &self.0).0
    }

    /// The id that a replay or the storage wrote; `None` when it is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit())).then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Stored for AccountId {
    fn write(&self, out: &mut String) {
        self.0.write(out);
    }
    fn read(&mut self, value: &Value) -> bool {
        put(self, value.as_str().and_then(Self::parse))
    }
}

/// What is kept of one account.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Every name that answers gave it.
    pub names: Vec<AccountId>,
    /// A team workspace.
    pub is_team: bool,
    /// What the user set for it.
    pub manual: Manual,
    /// The facts from everything that has left the log.
    base: Ledger,
    /// When the newest of that was seen.
    folded_up_to: Option<UtcMillis>,
    /// What was seen lately.
    log: Log,
    /// The facts from everything. Made anew after loading.
    ledger: Ledger,
}

stored_struct!(Account { names, is_team, manual, base, folded_up_to, log });

impl Account {
    /// An account that nothing is known of but its names.
    #[must_use]
    pub fn new(names: Vec<AccountId>, is_team: bool) -> Self {
        Self { names, is_team, ..Self::default() }
    }

    /// Notes something seen.
    pub fn see(&mut self, seen: Seen) {
        let kept = self.log.iter().len();
        let folded = self.log.insert(seen.clone(), self.folded_up_to);
        let is_last =
            self.log.iter().len() + folded.len() == kept + 1 && self.log.iter().last() == Some(&seen);
        for old in folded {
            self.folded_up_to = Some(old.at());
            self.base.fold(&old, &self.manual);
        }
        // Almost everything arrives in order, and then it only adds to the facts.
        if is_last {
            self.ledger.fold(&seen, &self.manual);
        } else {
            self.refold();
        }
    }

    /// Makes the facts anew: after loading, and after the user set something.
    pub fn refold(&mut self) {
        let mut ledger = self.base.clone();
        for seen in self.log.iter() {
            ledger.fold(seen, &self.manual);
        }
        self.ledger = ledger;
    }

    /// What was seen lately, oldest first.
    pub fn seen(&self) -> std::slice::Iter<'_, Seen> {
        self.log.iter()
    }

    /// The facts.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The calendar as of the newest sighting; `None` before the first.
    #[must_use]
    pub fn calendar(&self) -> Option<Calendar> {
        self.ledger.calendar(&self.manual)
    }

    /// The schedule of one of its pools.
    #[must_use]
    pub fn planned(&self, pool: Pool) -> Option<Planned> {
        if pool == self.primary() {
            return self.calendar()?.planned;
        }
        let due = self.ledger.last.as_ref()?.api_renewal.filter(|_| pool == Pool::Api)?;
        Some(Planned { schedule: Schedule::At(due), basis: Basis::Server, slack: 0 })
    }

    /// The schedule of one of its pools for whoever waits for more than the next refill: a plan that refills every day
    /// does so on the day after the one that an answer named, too. Of a month no such thing is made.
    #[must_use]
    pub fn schedule(&self, pool: Pool) -> Option<Schedule> {
        let schedule = self.planned(pool)?.schedule;
        let is_daily = pool == self.primary() && self.calendar()?.tops_up();
        Some(match schedule {
            Schedule::At(due) if is_daily => Schedule::Daily(MinuteOfDay::of(due)),
            schedule => schedule,
        })
    }

    /// Whether it is known by one of these names.
    #[must_use]
    pub fn is_one_of(&self, names: &[AccountId]) -> bool {
        self.names.iter().any(|name| names.contains(name))
    }

    /// The pool that the plan refills.
    #[must_use]
    pub fn primary(&self) -> Pool {
        if self.is_team { Pool::Team } else { Pool::Fast }
    }
}
