//! `cargo xtask demo`: sets up, builds, and starts the demo in tests/browser, which drives the browser.

use crate::{build, programs, setup, site, step};
use anyhow::Result;
use clap::ValueEnum;
use std::fmt;

/// How to show it.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The browser to show it in
    #[arg(long, value_enum, default_value_t)]
    browser: Browser,

    /// Open the real https://app.leonardo.ai instead of the stand-in site
    #[arg(long)]
    live: bool,
}

/// A browser that the extension supports.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Browser {
    #[default]
    Chromium,
    Firefox,
}

impl fmt::Display for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        })
    }
}

/// Runs the demo until the user closes the browser or the story ends.
pub(crate) fn run(args: &Args) -> Result<()> {
    setup::everything()?;
    if !args.live {
        site::build()?;
    }
    build::run(&build::Args::default())?;
    step::heading("Preparing the demo");
    let demo = ["--package", "browser-tests", "--bin", "demo"];
    programs::run(programs::cargo().arg("build").args(demo))?;
    let mut command = programs::cargo();
    command.args(["run", "--quiet"]).args(demo).arg("--").arg(args.browser.to_string());
    if args.live {
        command.arg("--live");
    }
    programs::run(&mut command)
}
