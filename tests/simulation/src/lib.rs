//! How often is the engine right? An invented population uses a server that the engine never sees.
//!
//! - [`server`]: the truth. Wallets, plans, refill jobs that run late, early, short or never, and answers in the
//!   published shapes.
//! - [`world`]: people, computers with wrong clocks, tabs left open, phones. The engine gets the events that the
//!   extension would send it, and nothing else.
//! - [`truth`]: the judge. It says when a verdict is right, and which other world would produce the same events.
//! - [`rates`]: how common each incident is.
//! - [`dice`]: every random decision.
//! - [`recall`], [`tally`], [`report`], [`picture`], [`cases`]: the counts, and how they are shown.
//!
//! A seed gives one population: neither the machine nor the number of threads changes a single event.

pub mod cases;
pub mod dice;
pub mod picture;
pub mod rates;
pub mod recall;
pub mod report;
pub mod server;
pub mod tally;
pub mod truth;
pub mod world;

use rates::Rates;
use rayon::prelude::*;
use tally::Tally;
use world::{Browser, Plot};

/// Simulates this many browsers for `days` days each. Calls `done(1)` whenever one has finished.
#[must_use]
pub fn simulate(seed: u64, browsers: u64, days: u32, done: &(dyn Fn(u64) + Sync)) -> Tally {
    let plot = Plot { seed, number: 0, days, rates: Rates::default() };
    simulate_into(&Tally::default(), plot, browsers, done)
}

/// Like [`simulate`], with the seed, days and rates of `plot`; its `number` is ignored. `empty` decides what is
/// counted.
#[must_use]
pub fn simulate_into(empty: &Tally, plot: Plot, browsers: u64, done: &(dyn Fn(u64) + Sync)) -> Tally {
    // Fixed strips, merged in order: the result does not depend on which thread did which.
    const STRIP: u64 = 64;
    let strips: Vec<Tally> = (0..browsers.div_ceil(STRIP))
        .into_par_iter()
        .map(|strip| {
            let mut sum = empty.clone();
            for number in strip * STRIP..((strip + 1) * STRIP).min(browsers) {
                let mut tally = empty.clone();
                let mut browser = Browser::new(Plot { number, ..plot }, false);
                browser.live(&mut tally);
                tally.accounts = u64::try_from(browser.accounts.len()).unwrap_or(1);
                tally.events = browser.engine.events;
                sum.merge(tally);
                done(1);
            }
            sum
        })
        .collect();
    let mut tally = empty.clone();
    for strip in strips {
        tally.merge(strip);
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_population_on_any_number_of_threads() {
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| simulate(7, 70, 12, &|_| {}))
        };
        let (one, four) = (run(1), run(4));
        assert_eq!(report::report(&one), report::report(&four));
        assert_ne!(one.grid, simulate(8, 70, 12, &|_| {}).grid);
    }

    #[test]
    fn recording_a_story_changes_no_verdict() {
        let plot = Plot { seed: 5, number: 3, days: 20, rates: Rates::default() };
        let (mut once, mut recorded) = (Tally::default(), Tally::default());
        Browser::new(plot, false).live(&mut once);
        Browser::new(plot, true).live(&mut recorded);
        assert_eq!(once.grid, recorded.grid);
    }

    #[test]
    fn the_picture_is_complete_and_stays_small() {
        let tally = simulate(1, 20, 10, &|_| {});
        let svg = picture::picture(&tally, "20 accounts");
        assert!(svg.len() < 30_000 && svg.ends_with("</svg>\n"));
    }
}
