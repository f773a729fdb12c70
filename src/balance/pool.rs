//! The pools that hold tokens.

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
    /// Leftovers from earlier months on a paid plan. The site calls it "Rollover bank".
    Rollover,
    /// Bought tokens, which never refill and never expire. The site calls them "Top-Up tokens".
    TopUp,
    /// The shared pool of a team workspace.
    Team,
    /// API credits: bought separately, and of no use in the app.
    Api,
}

impl Pool {
    /// Every pool, in the order that surfaces list them.
    pub const ALL: [Self; 5] = [Self::Fast, Self::Team, Self::Rollover, Self::TopUp, Self::Api];

    /// The word in the tree, in storage and in replays.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The pool that a word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pool| pool.word() == word)
    }
}

/// The amounts in one answer, by pool. A pool that is missing here was not in the answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pools(#[serde(with = "crate::pairs")] BTreeMap<Pool, Amount>);

impl Pools {
    /// The amount in `pool`, if the answer had it.
    #[must_use]
    pub fn get(&self, pool: Pool) -> Option<Amount> {
        self.0.get(&pool).copied()
    }

    /// Sets the amount of a pool.
    pub fn set(&mut self, pool: Pool, amount: Amount) {
        self.0.insert(pool, amount);
    }

    /// Whether the answer had no pools.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The pools in the answer, with their amounts.
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

    /// What the app can spend now: everything except API credits. `None` if the primary pool is unknown.
    #[must_use]
    pub fn spendable(&self) -> Option<Amount> {
        let rest = self.get(Pool::Rollover).unwrap_or(Amount::ZERO);
        Some(self.primary_amount()?.plus(rest).plus(self.get(Pool::TopUp).unwrap_or(Amount::ZERO)))
    }

    /// The numbers that the app's counter may show for these pools: the primary pool alone, with top-up, with
    /// rollover, or with both (seen on the live site; it depends on the build). The largest comes last.
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

    /// Whether the two differ in a pool that both have.
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
