//! Random numbers: the same seed gives the same ones on every machine.
//!
//! Every random decision of the simulation goes through [`Dice`]. Each simulated browser has its own, made from
//! the seed and the browser's number, so neither the thread count nor the order of work changes anything.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// A source of random numbers.
pub struct Dice(Pcg64Mcg);

impl Dice {
    /// The dice of one simulated browser.
    #[must_use]
    pub fn of(seed: u64, number: u64) -> Self {
        // Neighbouring numbers must not give neighbouring streams.
        let mixed = (seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xd134_2543_de82_ef95);
        Self(Pcg64Mcg::seed_from_u64(mixed ^ number))
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.0.random::<f64>() < probability
    }

    /// A whole number from `from` up to and including `to`.
    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        self.0.random_range(from..=to.max(from))
    }

    /// A number in `0.0..1.0`.
    pub fn share(&mut self) -> f64 {
        self.0.random::<f64>()
    }

    /// One of `choices`, each with its weight as its probability; `otherwise` has the rest.
    pub fn weighted<T: Copy>(&mut self, choices: &[(f64, T)], otherwise: T) -> T {
        let mut left = self.share();
        for (weight, choice) in choices {
            if left < *weight {
                return *choice;
            }
            left -= weight;
        }
        otherwise
    }

    /// One of `choices`, all equally likely; `otherwise` when there are none.
    pub fn pick<T: Copy>(&mut self, choices: &[T], otherwise: T) -> T {
        let index = self.between(0, i64::try_from(choices.len()).unwrap_or(1) - 1);
        usize::try_from(index).ok().and_then(|index| choices.get(index).copied()).unwrap_or(otherwise)
    }
}
