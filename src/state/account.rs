//! One account: what we have seen of it, and what the user set for it.

use crate::balance::{OwnerIds, Pool};
use crate::time::{Basis, MinuteOfDay, Schedule, SetBack, UtcMillis};
use crate::verdict::{Calendar, Ledger, Log, Manual, Mend, Planned, Seen};
use serde::{Deserialize, Serialize};
use siphasher::sip::SipHasher24;
use std::fmt;
use std::hash::Hasher;

/// An account, by a hash of the site's id. The id itself is never kept.
///
/// A user's personal workspace and each of their teams are separate accounts.
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

    /// Every name an answer gives its account; a new account takes the first.
    #[must_use]
    pub fn names(owner: &OwnerIds) -> Vec<Self> {
        match &owner.team {
            Some(team) => vec![Self::hash("team", team)],
            None => owner.user.iter().map(|id| Self::hash("user", id)).collect(),
        }
    }

    /// The account for answers that name none.
    #[must_use]
    pub fn unnamed() -> Self {
        Self::hash("unnamed", "")
    }

    /// Its hash for the user's other devices, with a salt that travels along.
    #[must_use]
    pub fn salted(&self, salt: &str) -> String {
        Self::hash(salt, &self.0).0
    }

    /// The id as a replay or storage wrote it; `None` if it is not one.
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

/// The text is not the hash of an account's id.
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

/// What we keep about one account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Account {
    /// Every name that answers have given it.
    pub names: Vec<AccountId>,
    /// Whether it is a team workspace.
    pub is_team: bool,
    /// What the user set for it.
    pub manual: Manual,
    /// The facts from observations that have left the log.
    base: Ledger,
    /// When the newest of those was made.
    folded_up_to: Option<UtcMillis>,
    /// The recent observations.
    log: Log,
    /// The facts from everything. Rebuilt after loading.
    #[serde(skip)]
    ledger: Ledger,
}

impl Account {
    /// An account of which only the names are known.
    #[must_use]
    pub fn new(names: Vec<AccountId>, is_team: bool) -> Self {
        Self { names, is_team, ..Self::default() }
    }

    /// Adds an observation.
    pub fn see(&mut self, seen: Seen) {
        let kept = self.log.iter().len();
        let folded = self.log.insert(seen.clone(), self.folded_up_to);
        let is_last =
            self.log.iter().len() + folded.len() == kept + 1 && self.log.iter().last() == Some(&seen);
        for old in folded {
            self.folded_up_to = Some(old.at());
            self.base.fold(&old, &self.manual);
        }
        // Almost everything arrives in order and only adds to the facts.
        if is_last {
            self.ledger.fold(&seen, &self.manual);
        } else {
            self.refold();
        }
    }

    /// Rebuilds the facts, after loading or after the user changed a setting.
    pub fn refold(&mut self) {
        let mut ledger = self.base.clone();
        for seen in self.log.iter() {
            ledger.fold(seen, &self.manual);
        }
        self.ledger = ledger;
    }

    /// Corrects every instant after this computer's clock was set back; `None` if the old clock stamped none of them.
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
        // Whatever comes next, even within the same millisecond, is newer than that.
        self.folded_up_to = self.folded_up_to.map(|at| mend.asked(at).min(back.to.plus(-1)));
        self.refold();
        Some(mend)
    }

    /// The recent observations, oldest first.
    pub fn seen(&self) -> std::slice::Iter<'_, Seen> {
        self.log.iter()
    }

    /// The facts.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The calendar as of the newest observation; `None` before the first.
    #[must_use]
    pub fn calendar(&self) -> Option<Calendar> {
        self.ledger.calendar(&self.manual)
    }

    /// The schedule of one pool.
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

    /// The schedule of one pool beyond its next refill. A daily plan also refills on the day after the date that an
    /// answer named. A monthly one is not extended this way.
    #[must_use]
    pub fn schedule(&self, pool: Pool) -> Option<Schedule> {
        let schedule = self.planned(pool)?.schedule;
        let is_daily = pool == self.primary() && self.calendar()?.tops_up();
        Some(match schedule {
            Schedule::At(due) if is_daily => Schedule::Daily(MinuteOfDay::of(due)),
            schedule => schedule,
        })
    }

    /// Merges in what was seen of the same account under other names: its names, its settings if none are set here,
    /// and what its log still holds. What had already left that log is not carried over.
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

    /// Adds another name, up to as many as one account can have.
    pub fn add_name(&mut self, name: AccountId) {
        if !self.names.contains(&name) && self.names.len() < MOST_NAMES {
            self.names.push(name);
        }
    }

    /// How much has left its log. Of two that turn out to be one account, the one with the longer past stays.
    #[must_use]
    pub fn folded_up_to(&self) -> Option<UtcMillis> {
        self.folded_up_to
    }

    /// Whether the account has one of these names.
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
