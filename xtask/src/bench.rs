//! `cargo xtask bench`: what the extension costs, measured and written into docs/benchmarks.md.

use crate::{build, programs, setup, site, step};
use anyhow::Result;

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// What to measure
    #[arg(value_enum)]
    what: What,

    /// How many rounds; of `page`, pairs with and without the extension
    #[arg(long, value_name = "N", default_value_t = 9, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum What {
    /// What the page pays: load, heap, rest, a storm of nodes, and how soon the banner is there
    Page,
    /// How soon the popup is there, with the background awake and asleep
    Popup,
}

/// Measures. It fails when that is not possible, never because something took long.
pub(crate) fn run(args: &Args) -> Result<()> {
    setup::everything()?;
    site::build()?;
    build::make()?;
    let (what, heading) = match args.what {
        What::Page => ("page", "Measuring what the page pays"),
        What::Popup => ("popup", "Measuring how soon the popup is there"),
    };
    step::heading(heading);
    let bench = ["run", "--quiet", "--locked", "--package", "browser-tests", "--bin", "bench", "--", what];
    programs::run(programs::cargo().args(bench).arg(args.rounds.to_string()))
}
