//! The commands for developers of Refill Watch: `cargo xtask help`.
//!
//! A command does all its own set-up, shows progress when it takes long, and on failure names the cause and the next
//! step. Nothing here knows pools or verdicts.

mod bench;
mod build;
mod demo;
mod files;
mod gallery;
mod icons;
mod lint;
mod node;
mod optimise;
mod pack;
mod parts;
mod pictures;
mod programs;
mod replay;
mod setup;
mod simulate;
mod site;
mod sources;
mod step;
mod test;
mod types;
mod wasm;
mod words;
mod zip;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Build, test and show Refill Watch
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the extension for both browsers into dist/, and print the size of every file
    ///
    /// Makes dist/chrome and dist/firefox, to load unpacked, and a zip of each for the stores. The same sources give
    /// the same bytes. Also builds the stand-in site's app for the tests, if Node is there.
    Build(build::Args),

    /// Build what a release consists of: the zips, the source archive, the list of parts, and their checksums
    ///
    /// Writes dist/refill-watch-chrome.zip, -firefox.zip and -source.zip, the module's parts as CycloneDX
    /// (refill-watch.cdx.json), and SHA256SUMS. Needs a git checkout with everything committed.
    Pack(pack::Args),

    /// Run the linter of addons.mozilla.org on the built package
    ///
    /// Needs Node 20. Fails on errors, notices, and any warning that is not on the list of known ones.
    Lint,

    /// Install what is missing: browsers, drivers, the WebAssembly target
    ///
    /// Uses apt-get where it may; otherwise it names the command to run. Quick when nothing is missing. `demo` and
    /// `test` run it themselves.
    Setup,

    /// Check format and lints, run every test on this machine and in both browsers
    ///
    /// The last line adds up all tests: `N passed, N failed`.
    Test(test::Args),

    /// Show the main job: the extension in a real browser, on a stand-in site with a control page
    ///
    /// Without a display it plays the story in a headless browser, and writes a screenshot of each step to
    /// target/demo/.
    Demo(demo::Args),

    /// Show every surface in every situation, theme and direction on one page, and take pictures of them
    ///
    /// Writes target/gallery/<language>.html, drawn by the real view and painter, and a PNG of each frame beside it. With
    /// `--store` the pictures for the browser stores, target/store/<language>/1.png to 5.png and tile.png.
    Gallery(gallery::Args),

    /// Render the extension's icons from their one drawing
    ///
    /// From extension/icons/ring.svg to the PNGs beside it, which are committed.
    Icons,

    /// Measure what the extension costs, beside its budgets, into docs/dev/benchmarks.md
    ///
    /// In real browsers with and without the extension, and by criterion. Takes half an hour if nothing is named. Run
    /// nothing else on the machine meanwhile.
    Bench(bench::Args),

    /// Feed the core one JSON event per line, print one JSON line for each
    ///
    /// The format is that of the extension's diagnostics file.
    Replay(replay::Args),

    /// Run an invented population against the engine, and count how often its verdicts are right
    ///
    /// A ground-truth server that the engine never sees judges every verdict: right, wrong, missed, could not know.
    /// Draws the confusion matrix into docs/dev/simulation.svg and writes wrong verdicts as replay files to
    /// target/simulation/. Fails when a target is broken.
    Simulate(simulate::Args),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Build(args) => build::run(&args),
        Command::Pack(args) => pack::run(&args),
        Command::Lint => lint::run(),
        Command::Setup => setup::everything(),
        Command::Test(args) => return test::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Gallery(args) => gallery::run(&args),
        Command::Icons => icons::run(),
        Command::Bench(args) => bench::run(&args),
        Command::Replay(args) => replay::run(&args),
        Command::Simulate(args) => simulate::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
