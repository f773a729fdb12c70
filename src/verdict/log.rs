//! What was seen of one account, in order of time.
//!
//! Only order and doubles matter here. What the things mean is up to the ledger.

use super::Mend;
use crate::balance::{Amount, Pools, Reading};
use crate::time::{HOUR, UtcMillis};
use serde::{Deserialize, Serialize};

/// Where a sighting comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(from = "Option<String>", into = "Option<String>")]
pub enum Source {
    /// A tab of this browser.
    #[default]
    Here,
    /// Another device, by its name.
    Device(String),
}

/// Stored as a device's name, or nothing for this browser.
impl From<Option<String>> for Source {
    fn from(name: Option<String>) -> Self {
        name.map_or(Self::Here, Self::Device)
    }
}

impl From<Source> for Option<String> {
    fn from(source: Source) -> Self {
        match source {
            Source::Here => None,
            Source::Device(name) => Some(name),
        }
    }
}

/// The balances of one answer, and when they were true.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sighting {
    /// When the answer was asked for, or when a cache took it in. It says nothing about earlier instants.
    pub answered_at: UtcMillis,
    /// When the answer arrived: the latest instant it can speak of. Read it with [`Self::heard_at`].
    #[serde(default)]
    pub heard_at: UtcMillis,
    /// Who saw it.
    pub source: Source,
    /// What each pool held.
    pub pools: Pools,
    /// The plan's slug.
    pub plan: Option<String>,
    /// The server's renewal date.
    pub renewal: Option<UtcMillis>,
    /// The server's renewal date of the API plan.
    pub api_renewal: Option<UtcMillis>,
    /// The server's renewal date of a team's pool that stands beside the personal ones.
    #[serde(default)]
    pub team_renewal: Option<UtcMillis>,
    /// No tab of this browser was open since the sighting before, so somebody else spent what was spent.
    pub alone: bool,
    /// What the page took off its counter by itself since the sighting before, beyond the costs that it told.
    #[serde(default)]
    pub lowered: Amount,
}

impl Sighting {
    /// A sighting that this browser asked for at `answered_at` and read at `heard_at`.
    #[must_use]
    pub fn here(reading: &Reading, answered_at: UtcMillis, heard_at: UtcMillis, alone: bool) -> Self {
        Self {
            answered_at,
            heard_at,
            source: Source::Here,
            pools: reading.pools.clone(),
            plan: reading.plan.clone(),
            renewal: reading.renewal,
            api_renewal: reading.api_renewal,
            team_renewal: reading.team_renewal,
            alone,
            lowered: Amount::ZERO,
        }
    }

    /// When the answer arrived. Older versions stored only when it was asked for; then it is that.
    #[must_use]
    pub fn heard_at(&self) -> UtcMillis {
        self.heard_at.max(self.answered_at)
    }

    fn tells_the_same_as(&self, other: &Self) -> bool {
        self.pools == other.pools && self.renewal == other.renewal && self.plan == other.plan
    }
}

/// One thing that was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Seen {
    /// Balances.
    Balance(Sighting),
    /// This browser spent tokens.
    Spent {
        /// When its generation was asked for.
        at: UtcMillis,
        /// When its cost was told; it was booked in between, or a moment later. Read it with
        /// [`Seen::heard_at`].
        #[serde(default)]
        heard_at: UtcMillis,
        /// How many.
        tokens: Amount,
    },
}

impl Seen {
    /// When it was asked for. The log is in this order.
    #[must_use]
    pub fn at(&self) -> UtcMillis {
        match self {
            Self::Balance(sighting) => sighting.answered_at,
            Self::Spent { at, .. } => *at,
        }
    }

    /// When it arrived.
    #[must_use]
    pub fn heard_at(&self) -> UtcMillis {
        match self {
            Self::Balance(sighting) => sighting.heard_at(),
            Self::Spent { at, heard_at, .. } => *heard_at.max(at),
        }
    }
}

impl Default for Seen {
    fn default() -> Self {
        Self::Balance(Sighting::default())
    }
}

/// The newest things seen, in the order in which they were asked for, not in which they arrived: an answer
/// that another one overtook must not become the newest.
///
/// A clock that is set back changes the instants but never the order ([`Log::mend`]). What leaves at the old
/// end is handed out to be folded away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Log(Vec<Seen>);

/// How many things stay unfolded: more than busy use brings while answers can still overtake each other.
const KEPT: usize = 48;

impl Log {
    /// Everything kept, oldest first.
    pub fn iter(&self) -> std::slice::Iter<'_, Seen> {
        self.0.iter()
    }

    /// Puts `seen` in its place in time. Returns what has to be folded away to make room, oldest first. What
    /// is known already, or no newer than `folded_up_to`, changes nothing.
    pub fn insert(&mut self, seen: Seen, folded_up_to: Option<UtcMillis>) -> Vec<Seen> {
        if folded_up_to.is_some_and(|folded| seen.at() <= folded) {
            return Vec::new();
        }
        let mut place = self.0.partition_point(|other| other.at() <= seen.at());
        // A balance asked for at the same instant already contains the cost, so the cost goes first.
        while matches!(seen, Seen::Spent { .. })
            && place > 0
            && matches!(&self.0[place - 1], Seen::Balance(balance) if balance.answered_at == seen.at())
        {
            place -= 1;
        }
        if let Seen::Balance(sighting) = &seen {
            let twin = self.0[..place]
                .iter()
                .rev()
                .take_while(|other| other.at() == seen.at())
                .any(|other| matches!(other, Seen::Balance(known) if known.tells_the_same_as(sighting)));
            if twin {
                return Vec::new();
            }
        }
        self.0.insert(place, seen);
        if self.0.len() <= KEPT {
            return Vec::new();
        }
        // Of three equal balances in a row the middle one says nothing new. Only old ones are thinned: a late
        // arrival may still fall between young ones.
        let newest = self.0.last().map_or(UtcMillis(0), Seen::at);
        let middle = (1..self.0.len() - 1).find(|&i| match (&self.0[i - 1], &self.0[i], &self.0[i + 1]) {
            (Seen::Balance(a), Seen::Balance(b), Seen::Balance(c)) => {
                newest.since(c.answered_at) > HOUR
                    && a.tells_the_same_as(b)
                    && b.tells_the_same_as(c)
                    && !b.alone
            }
            _ => false,
        });
        match middle {
            Some(middle) => {
                self.0.remove(middle);
                Vec::new()
            }
            None => vec![self.0.remove(0)],
        }
    }

    /// Corrects the instants after this computer's clock was set back. The order stays.
    pub fn mend(&mut self, mend: &Mend) {
        for seen in &mut self.0 {
            match seen {
                Seen::Balance(sighting) => sighting.mend(mend),
                Seen::Spent { at, heard_at, .. } => {
                    *heard_at = mend.heard((*heard_at).max(*at));
                    *at = mend.asked(*at);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_stored_by_its_name_and_this_browser_without_one() {
        for source in [Source::Here, Source::Device("phone".into())] {
            let text = serde_json::to_string(&source).unwrap();
            assert_eq!(serde_json::from_str::<Source>(&text).unwrap(), source);
        }
        assert!(serde_json::from_str::<Source>("7").is_err());
    }

    #[test]
    fn spending_stands_before_a_balance_of_the_same_instant() {
        let at = UtcMillis(1_763_769_600_000);
        let spent = Seen::Spent { at, heard_at: at, tokens: Amount::whole(8) };
        let balance = Seen::Balance(Sighting { answered_at: at, ..Sighting::default() });
        for order in [[&spent, &balance], [&balance, &spent]] {
            let mut log = Log::default();
            for seen in order {
                log.insert(seen.clone(), None);
            }
            assert!(log.iter().eq([&spent, &balance]));
        }
    }
}
