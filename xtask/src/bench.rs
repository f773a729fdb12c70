//! `cargo xtask bench`: what the extension costs, measured and written into docs/dev/benchmarks.md.

use crate::{build, programs, setup, site, step};
use anyhow::Result;

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// What to measure; everything, one after the other, when nothing is named
    #[arg(value_enum)]
    what: Vec<What>,

    /// How many rounds of each browser measurement
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// The size of everything shipped
    Sizes,
    /// The time of an event and an evaluation, by how much happened before (criterion)
    Engine,
    /// What the page pays: load, heap, idle, a storm of nodes, and the time until the banner is there
    Page,
    /// The time until the popup is there, with the background awake and asleep
    Popup,
    /// How costs grow with nodes, messages, tabs, history and accounts, as a picture
    Growth,
}

impl What {
    /// Its name in the measuring program, and its heading.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Sizes => ("sizes", "Weighing what is shipped"),
            Self::Engine => ("engine", "Measuring the engine, a few minutes"),
            Self::Page => ("page", "Measuring what the page pays, a few minutes"),
            Self::Popup => ("popup", "Measuring how soon the popup is there"),
            Self::Growth => ("growth", "Measuring how the cost grows, a quarter of an hour"),
        }
    }
}

/// Runs the measurements. Fails when one is not possible, never because something took long.
pub(crate) fn run(args: &Args) -> Result<()> {
    use clap::ValueEnum as _;
    setup::everything()?;
    site::build()?;
    build::make()?;
    let wanted = if args.what.is_empty() { What::value_variants() } else { &args.what };
    for what in wanted {
        let (name, heading) = what.words();
        step::heading(heading);
        if *what == What::Engine {
            programs::run(programs::cargo().args([
                "bench",
                "--locked",
                "--package",
                "refill-watch",
                "--bench",
                "engine",
            ]))?;
        }
        let bench =
            ["run", "--quiet", "--locked", "--package", "browser-tests", "--bin", "bench", "--", name];
        programs::run(programs::cargo().args(bench).arg(args.rounds.to_string()))?;
    }
    Ok(())
}
