//! How often is the engine right? An invented population lives against a server that the engine never sees.
//!
//! - [`server`]: the truth. Wallets, plans, refill jobs that run late, early, short or never, and answers in the
//!   published shapes.
//! - [`world`]: people, computers with wrong clocks, tabs left open, phones; they send the engine what the
//!   extension would send it, and nothing else.
//! - [`truth`]: the judge. It states what makes a verdict right, and from which other world the same events come.
//! - [`rates`]: how common each incident is.
//! - [`recall`], [`tally`], [`report`], [`picture`], [`cases`]: the counts, and how they are shown.
//!
//! A seed names one population: neither the machine nor the number of threads changes a single event.

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

/// Lives the stories of so many browsers; `done` hears of each that has ended.
#[must_use]
pub fn simulate(seed: u64, browsers: u64, days: u32, done: &(dyn Fn(u64) + Sync)) -> Tally {
    let plot = Plot { seed, number: 0, days, rates: Rates::default() };
    simulate_into(&Tally::default(), plot, browsers, done)
}

/// The same with incidents as common as in `plot`, whatever its number, and counting what `empty` counts.
#[must_use]
pub fn simulate_into(empty: &Tally, plot: Plot, browsers: u64, done: &(dyn Fn(u64) + Sync)) -> Tally {
    // Whole strips of work, merged in order: the result does not depend on who did what.
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
    fn a_seed_names_one_population_whatever_the_number_of_threads() {
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| simulate(7, 70, 12, &|_| {}))
        };
        let (one, four) = (run(1), run(4));
        assert_eq!(report::report(&one), report::report(&four));
        assert_ne!(one.grid, simulate(8, 70, 12, &|_| {}).grid);
    }

    #[test]
    fn every_verdict_of_a_recorded_story_is_the_one_that_was_judged() {
        let plot = Plot { seed: 5, number: 3, days: 20, rates: Rates::default() };
        let (mut once, mut recorded) = (Tally::default(), Tally::default());
        Browser::new(plot, false).live(&mut once);
        Browser::new(plot, true).live(&mut recorded);
        assert_eq!(once.grid, recorded.grid);
    }

    #[test]
    fn the_picture_stays_small_and_is_whole() {
        let tally = simulate(1, 20, 10, &|_| {});
        let svg = picture::picture(&tally, "20 accounts");
        assert!(svg.len() < 30_000 && svg.ends_with("</svg>\n"));
    }
}
