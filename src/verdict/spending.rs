//! What an account spends: tokens a day, tokens a generation, and how long the rest lasts.
//!
//! These are averages for the user. No verdict rests on them.

use super::Mend;
use crate::balance::Amount;
use crate::time::{DAY, UtcMillis};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Spending as it was seen, in a small fixed size.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spending {
    /// Tokens spent by UTC day number, here or elsewhere, as far as the balances tell.
    #[serde(with = "crate::pairs")]
    days: BTreeMap<i64, Amount>,
    /// How many generations this browser paid for lately.
    generations: u64,
    /// What they cost together.
    cost: Amount,
}

/// An average in whole tokens, and how many samples it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Average {
    /// The average, rounded.
    pub tokens: u64,
    /// How many days or generations it rests on.
    pub samples: u64,
}

/// How many days count.
const DAYS: usize = 14;
/// At this many generations, the older ones count half: prices change with models.
const GENERATIONS: u64 = 100;

impl Spending {
    /// Notes that this browser paid for a generation.
    pub fn generation(&mut self, cost: Amount) {
        if self.generations >= GENERATIONS {
            self.generations /= 2;
            self.cost = self.cost.half();
        }
        self.generations += 1;
        self.cost = self.cost.plus(cost);
    }

    /// Notes that the balances show `tokens` spent by `at`. Zero counts too: a day without spending is a day.
    pub fn spent(&mut self, at: UtcMillis, tokens: Amount) {
        let day = at.0.div_euclid(DAY);
        let so_far = self.days.get(&day).copied().unwrap_or_default();
        self.days.insert(day, so_far.plus(tokens));
        while self.days.len() > DAYS + 1 {
            self.days.pop_first();
        }
    }

    /// Corrects the days after this computer's clock was set back: spending on a future day was today's.
    pub fn mend(&mut self, mend: &Mend) {
        let days = std::mem::take(&mut self.days);
        for (day, tokens) in days {
            self.spent(mend.heard(UtcMillis(day * DAY)), tokens);
        }
    }

    /// Tokens a day, over the last 14 full days or as many as have been seen; `None` before the first is
    /// over.
    #[must_use]
    pub fn per_day(&self, now: UtcMillis) -> Option<Average> {
        let today = now.0.div_euclid(DAY);
        let window = i64::try_from(DAYS).ok()?;
        let past = || self.days.iter().filter(|(day, _)| **day < today && today - **day <= window);
        let first = past().map(|(day, _)| *day).next()?;
        let samples = u64::try_from(today - first).ok()?;
        let sum = past().fold(Amount::ZERO, |sum, (_, tokens)| sum.plus(*tokens));
        Some(Average { tokens: rounded(sum.tokens(), samples)?, samples })
    }

    /// Tokens a generation; `None` before the first.
    #[must_use]
    pub fn per_generation(&self) -> Option<Average> {
        Some(Average { tokens: rounded(self.cost.tokens(), self.generations)?, samples: self.generations })
    }

    /// How many generations `left` pays for; `None` if no average is known, or if it is zero.
    #[must_use]
    pub fn generations_left(&self, left: Amount) -> Option<u64> {
        left.tokens().checked_div(self.per_generation()?.tokens)
    }

    /// How many whole days `left` lasts at this pace; `None` if nothing is known to be spent.
    #[must_use]
    pub fn days_left(&self, left: Amount, now: UtcMillis) -> Option<u64> {
        left.tokens().checked_div(self.per_day(now)?.tokens)
    }
}

fn rounded(sum: u64, count: u64) -> Option<u64> {
    sum.checked_add(count / 2)?.checked_div(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: i64) -> UtcMillis {
        UtcMillis(n * DAY + 1)
    }

    #[test]
    fn tokens_a_day_come_from_the_days_that_are_over() {
        let mut spending = Spending::default();
        assert_eq!(spending.per_day(day(100)), None);
        spending.spent(day(100), Amount::whole(50));
        assert_eq!(spending.per_day(day(100)), None);
        spending.spent(day(101), Amount::whole(9_999));
        assert_eq!(spending.per_day(day(101)), Some(Average { tokens: 50, samples: 1 }));
        // A day without sightings counts as a day without spending.
        assert_eq!(spending.per_day(day(104)), Some(Average { tokens: 2_512, samples: 4 }));
    }

    #[test]
    fn only_the_last_fourteen_days_count_and_no_more_are_kept() {
        let mut spending = Spending::default();
        for n in 0..400 {
            spending.spent(day(n), Amount::whole(if n < 380 { 1_000 } else { 10 }));
        }
        assert_eq!(spending.per_day(day(400)), Some(Average { tokens: 10, samples: 14 }));
        assert!(spending.days.len() <= DAYS + 1);
    }

    #[test]
    fn what_is_left_is_counted_in_generations_and_days() {
        let mut spending = Spending::default();
        assert_eq!(spending.generations_left(Amount::whole(72)), None);
        spending.generation(Amount::whole(8));
        spending.generation(Amount::whole(11));
        assert_eq!(spending.per_generation(), Some(Average { tokens: 10, samples: 2 }));
        assert_eq!(spending.generations_left(Amount::whole(72)), Some(7));
        spending.spent(day(1), Amount::whole(30));
        assert_eq!(spending.days_left(Amount::whole(72), day(2)), Some(2));
        assert_eq!(spending.days_left(Amount::whole(72), day(40)), None);
    }

    #[test]
    fn a_free_generation_is_no_reason_to_divide_by_zero() {
        let mut spending = Spending::default();
        spending.generation(Amount::ZERO);
        spending.spent(day(1), Amount::ZERO);
        assert_eq!(spending.generations_left(Amount::whole(72)), None);
        assert_eq!(spending.days_left(Amount::whole(72), day(2)), None);
    }

    #[test]
    fn new_prices_outweigh_old_ones_in_time() {
        let mut spending = Spending::default();
        (0..100).for_each(|_| spending.generation(Amount::whole(8)));
        (0..300).for_each(|_| spending.generation(Amount::whole(24)));
        assert!(
            spending.per_generation().is_some_and(|average| average.tokens > 21 && average.samples <= 100)
        );
    }
}
