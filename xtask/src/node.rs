//! Node and npm, which some tools of the workspace run on. The extension carries nothing of them.

use crate::{programs, step};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The oldest Node that all of these tools run with.
const OLDEST: u32 = 18;

/// Node, if it is there and new enough for `purpose`. `setup` installs it where it can.
pub(crate) fn find(purpose: &str) -> Result<PathBuf> {
    let node = programs::find(&["node", "nodejs"]).with_context(|| {
        format!(
            "missing: Node {OLDEST} or later, which {purpose}. Run `cargo xtask setup`, or install it by \
             https://nodejs.org"
        )
    })?;
    let said = Command::new(&node).arg("--version").stderr(Stdio::inherit()).output();
    let said = said.with_context(|| format!("cannot start {}", node.display()))?;
    let version = String::from_utf8_lossy(&said.stdout).trim().to_owned();
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    match major {
        Some(OLDEST..) => Ok(node),
        _ => bail!(
            "{} is Node {version}, and what {purpose} needs {OLDEST} or later: install it by https://nodejs.org",
            node.display()
        ),
    }
}

/// Installs the packages that package-lock.json in `folder` names. None of them runs a script of its own.
pub(crate) fn install(folder: &Path, heading: &str) -> Result<()> {
    let npm = programs::find(&["npm"]).context(
        "missing: npm, which comes with Node, or as your system's package of it (`npm` in Debian)",
    )?;
    step::run(
        heading,
        Command::new(npm).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(folder),
    )
    .context("npm needs the network once for this; with it, run the same command again")
}
