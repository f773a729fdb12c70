//! The pools that tokens sit in.

use super::Amount;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use strum::IntoStaticStr;

/// A pool of tokens.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Pool {
    /// The plan's own tokens: daily on the free plan, monthly on paid ones. The site calls them "Fast tokens".
    #[default]
    Fast,
    /// What was left of earlier months on a paid plan: "Rollover bank".
    Rollover,
    /// Bought tokens; they never refill and never expire: "Top-Up tokens".
    TopUp,
    /// The shared pool of a team workspace.
    Team,
    /// API credits: bought apart from the app and of no use in it.
    Api,
}

impl Pool {
    /// Every pool, in the order in which surfaces list them.
    pub const ALL: [Self; 5] = [Self::Fast, Self::Team, Self::Rollover, Self::TopUp, Self::Api];

    /// The word in the tree, in storage and in a replay.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The pool of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pool| pool.word() == word)
    }
}

/// The amounts that one answer gave, pool by pool; a pool that is not here was not told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pools(#[serde(with = "crate::pairs")] BTreeMap<Pool, Amount>);

impl Pools {
    /// The amount in `pool`, where it was told.
    #[must_use]
    pub fn get(&self, pool: Pool) -> Option<Amount> {
        self.0.get(&pool).copied()
    }

    /// Notes what was told of a pool.
    pub fn set(&mut self, pool: Pool, amount: Amount) {
        self.0.insert(pool, amount);
    }

    /// Whether nothing was told.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The pools that were told, with their amounts.
    pub fn iter(&self) -> impl Iterator<Item = (Pool, Amount)> {
        self.0.iter().map(|(pool, amount)| (*pool, *amount))
    }

    /// The pool that the plan refills: the team's in a team workspace, else the fast one.
    #[must_use]
    pub fn primary(&self) -> Pool {
        if self.get(Pool::Fast).is_none() && self.get(Pool::Team).is_some() { Pool::Team } else { Pool::Fast }
    }

    /// The amount in the primary pool.
    #[must_use]
    pub fn primary_amount(&self) -> Option<Amount> {
        self.get(self.primary())
    }

    /// What can be spent in the app now: everything but API credits. `None` when the primary pool is unknown.
    #[must_use]
    pub fn spendable(&self) -> Option<Amount> {
        let rest = self.get(Pool::Rollover).unwrap_or(Amount::ZERO);
        Some(self.primary_amount()?.plus(rest).plus(self.get(Pool::TopUp).unwrap_or(Amount::ZERO)))
    }

    /// The numbers that the app's own counter may show for these pools: the primary one alone, with
    /// top-up, with rollover, with both (known of the live site; which one depends on the build). The largest
    /// comes last.
    #[must_use]
    pub fn shown_sums(&self) -> Vec<Amount> {
        let Some(primary) = self.primary_amount() else { return Vec::new() };
        let rollover = self.get(Pool::Rollover).unwrap_or(Amount::ZERO);
        let top_up = self.get(Pool::TopUp).unwrap_or(Amount::ZERO);
        let mut sums =
            vec![primary, primary.plus(top_up), primary.plus(rollover), primary.plus(rollover).plus(top_up)];
        sums.dedup();
        sums
    }

    /// Whether a pool that both know differs.
    #[must_use]
    pub fn differs_from(&self, other: &Self) -> bool {
        self.iter().any(|(pool, amount)| other.get(pool).is_some_and(|theirs| theirs != amount))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pools(amounts: &[(Pool, u64)]) -> Pools {
        let mut pools = Pools::default();
        for (pool, tokens) in amounts {
            pools.set(*pool, Amount::whole(*tokens));
        }
        pools
    }

    #[test]
    fn a_word_names_its_pool_and_any_other_none() {
        for pool in Pool::ALL {
            assert_eq!(Pool::from_word(pool.word()), Some(pool));
        }
        assert_eq!(Pool::from_word("slow"), None);
    }

    #[test]
    fn the_pool_that_refills_is_the_teams_only_where_it_stands_in_place_of_ones_own() {
        assert_eq!(pools(&[(Pool::Team, 9)]).primary(), Pool::Team);
        assert_eq!(pools(&[(Pool::Team, 9), (Pool::Fast, 1)]).primary(), Pool::Fast);
        assert_eq!(pools(&[(Pool::TopUp, 9)]).primary(), Pool::Fast);
        assert_eq!(pools(&[]).primary(), Pool::Fast);
    }

    #[test]
    fn pools_differ_only_in_what_both_know() {
        let one = pools(&[(Pool::Fast, 5), (Pool::TopUp, 1)]);
        assert!(!one.differs_from(&one));
        assert!(!one.differs_from(&pools(&[(Pool::Fast, 5), (Pool::Rollover, 8)])));
        assert!(one.differs_from(&pools(&[(Pool::Fast, 5), (Pool::TopUp, 2)])));
        assert!(!one.differs_from(&pools(&[(Pool::Rollover, 8)])), "nothing in common");
    }
}
