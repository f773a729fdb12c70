//! One account: what was seen of it and what the user set for it.

use crate::balance::{OwnerIds, Pool};
use crate::time::{Basis, MinuteOfDay, Schedule, SetBack, UtcMillis};
use crate::verdict::{Calendar, Ledger, Log, Manual, Mend, Planned, Seen};
use serde::{Deserialize, Serialize};
use siphasher::sip::SipHasher24;
use std::fmt;
use std::hash::Hasher;

/// An account, by a hash of the site's id: the id itself is never kept.
///
/// The personal workspace and each team of one user are accounts of their own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
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

/// A text that is no hash of an account's id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no account")]
pub struct NoAccountId(String);

impl TryFrom<String> for AccountId {
    type Error = NoAccountId;

    fn try_from(text: String) -> Result<Self, NoAccountId> {
        Self::parse(&text).ok_or(NoAccountId(text))
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.0
    }
}

/// More names than the known shapes give one account.
const MOST_NAMES: usize = 8;

/// What is kept of one account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
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
    #[serde(skip)]
    ledger: Ledger,
}

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

    /// Corrects every instant after this computer's clock was set back; `None` where none was stamped by the clock as it
    /// was before.
    pub fn set_back(&mut self, back: SetBack) -> Option<Mend> {
        let later = |at: UtcMillis| at > back.to;
        if !self.log.iter().any(|seen| later(seen.heard_at())) && !self.folded_up_to.is_some_and(later) {
            return None;
        }
        let seen = self.log.iter().map(Seen::at).chain(self.folded_up_to);
        let floor = seen.filter(|at| !later(*at)).max().unwrap_or(UtcMillis(i64::MIN));
        let due = self.calendar().and_then(|calendar| calendar.last_due(back.to));
        let mend = Mend::after(back, floor, due);
        self.log.mend(&mend);
        self.base.mend(&mend);
        // What comes next, perhaps within the same millisecond, is newer than that.
        self.folded_up_to = self.folded_up_to.map(|at| mend.asked(at).min(back.to.plus(-1)));
        self.refold();
        Some(mend)
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
        let last = self.ledger.last.as_ref()?;
        let due = match pool {
            Pool::Api => last.api_renewal?,
            Pool::Team => last.team_renewal?,
            Pool::Fast | Pool::Rollover | Pool::TopUp => return None,
        };
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

    /// Takes in what was seen of the same account under other names: its names, its settings where none are set
    /// here, and what its log still holds. What had left that log stays with the facts that it taught there.
    pub fn join(&mut self, other: Self) {
        for name in other.names {
            self.add_name(name);
        }
        if self.manual == Manual::default() {
            self.manual = other.manual;
        }
        for seen in other.log.iter() {
            self.see(seen.clone());
        }
        self.refold();
    }

    /// Notes one more name of it, up to as many as one account can have.
    pub fn add_name(&mut self, name: AccountId) {
        if !self.names.contains(&name) && self.names.len() < MOST_NAMES {
            self.names.push(name);
        }
    }

    /// How much has left its log: of two that turn out to be one, the one with more of a past is kept.
    #[must_use]
    pub fn folded_up_to(&self) -> Option<UtcMillis> {
        self.folded_up_to
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
