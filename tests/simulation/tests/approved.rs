//! What the engine says to a whole small population, compared with an approved file. If you change the engine, you
//! see here what that does to people. Accept what you mean to change with `cargo insta review`, or run with
//! `INSTA_UPDATE=always` and read the difference.
//!
//! Passing does not mean that the engine is right. How often it is, the first part of the approved file says, as
//! `cargo xtask simulate` prints it.

use simulation::rates::Rates;
use simulation::report::report;
use simulation::simulate_into;
use simulation::tally::Tally;
use simulation::world::Plot;
use std::fmt::Write;

/// Enough for every verdict with nearly every note.
const BROWSERS: u64 = 256;
const DAYS: u32 = 60;

#[test]
fn a_small_population_hears_what_was_approved() {
    let plot = Plot { seed: 20_261_125, number: 0, days: DAYS, rates: Rates::default() };
    let tally = simulate_into(&Tally::listening(), plot, BROWSERS, &|_| {});
    let heard = tally.heard.clone().unwrap_or_default();
    let mut text = report(&tally);
    let _ = writeln!(text, "\nEverything said, how often:");
    for (words, count) in &heard.words {
        let _ = writeln!(text, "{count:>9}  {words}");
    }
    let _ = writeln!(text, "\nA sum over all evidence: {:016x}", heard.digest);
    insta::assert_snapshot!(text);
}
