//! `cargo xtask simulate`: runs the engine for an invented population and reports how often it is right.

use anyhow::{Context, Result};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use simulation::cases::Kind;
use simulation::rates::Rates;
use simulation::tally::Tally;
use simulation::world::Plot;
use simulation::{cases, picture, report, simulate_into};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

/// How often is the engine right? Runs it for an invented population, against a server model that it never sees
///
/// The exit code is 1 when a target is not reached, or when something fails.
#[derive(Parser)]
#[command(name = "cargo xtask simulate", version)]
struct Args {
    /// Browsers to simulate, each with its user and one or two accounts
    #[arg(long, default_value_t = 10_000)]
    accounts: u64,
    /// Days to simulate for each browser
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=400))]
    days: u32,
    /// The seed; the same one gives the same population
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads; all cores if not given
    #[arg(long)]
    threads: Option<usize>,
    #[command(flatten)]
    rates: Rates,
    /// Folder for replay files of wrong verdicts and of trouble that went untold, with the truth beside each
    #[arg(long, value_name = "DIR", default_value = "target/simulation")]
    wrong: PathBuf,
    /// File for the picture of the confusion matrix
    #[arg(long, value_name = "FILE", default_value = "docs/dev/simulation.svg")]
    picture: PathBuf,
}

/// At most this many replay files are written for wrong verdicts, and for silent ones.
const WRONG_WRITTEN: usize = 60;
const SILENT_WRITTEN: usize = 60;

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<bool> {
    if let Some(threads) = args.threads {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build_global()
            .context("cannot start the threads")?;
    }
    let began = Instant::now();
    let bar =
        if std::io::stderr().is_terminal() { ProgressBar::new(args.accounts) } else { ProgressBar::hidden() };
    bar.set_style(ProgressStyle::with_template("{bar:40} {pos} of {len} browsers, {eta} left")?);
    let plot = Plot { seed: args.seed, number: 0, days: args.days, rates: args.rates };
    let tally = simulate_into(&Tally::default(), plot, args.accounts, &|count| bar.inc(count));
    bar.finish_and_clear();
    println!(
        "{} browsers × {} days, seed {}, {} s",
        args.accounts,
        args.days,
        args.seed,
        began.elapsed().as_secs()
    );
    print!("{}", report::report(&tally));
    let title = format!("{} accounts over {} days, seed {}", tally.accounts, args.days, args.seed);
    if let Some(folder) = args.picture.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    std::fs::write(&args.picture, picture::picture(&tally, &title))
        .with_context(|| format!("cannot write {}", args.picture.display()))?;
    println!("\nPicture: {}", args.picture.display());
    for (causes, kind, name, most) in [
        (&tally.wrong, Kind::Wrong, "wrong", WRONG_WRITTEN),
        (&tally.silent, Kind::Silent, "silent", SILENT_WRITTEN),
    ] {
        let dir = args.wrong.join(name);
        let files = cases::write(causes, kind, plot, &dir, most)?;
        println!("Replays of {} {name} verdicts: {}", files.len(), dir.display());
    }
    Ok(report::targets(&tally).iter().all(|target| target.reached))
}
