//! `cargo xtask simulate`: starts tests/simulation, which runs an invented population against the engine.

use crate::{programs, step};
use anyhow::Result;

/// The simulation's own arguments.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// --accounts N (10,000), --days N (60), --seed N (1); `-- --help` lists the rest
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Simulates until every account has lived its days. Fails when a target is broken.
pub(crate) fn run(args: &Args) -> Result<()> {
    step::heading("Simulating");
    let mut command = programs::cargo();
    command
        .args(["run", "--release", "--quiet", "--locked", "--package", "simulation", "--"])
        .args(&args.rest);
    programs::run(&mut command)
}
