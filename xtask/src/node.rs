//! Node and npm, which some tools of the workspace need. The extension ships nothing from them.

use crate::{files, programs, step};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The oldest Node that the tools for builds and tests run on.
const OLDEST: u32 = 18;

/// Node, if it is there and recent enough for `purpose`. `setup` installs it where it can.
pub(crate) fn find(purpose: &str) -> Result<PathBuf> {
    find_from(OLDEST, purpose)
}

/// The same, for a tool that needs a newer one.
pub(crate) fn find_from(oldest: u32, purpose: &str) -> Result<PathBuf> {
    let node = programs::find(&["node", "nodejs"]).with_context(|| {
        format!(
            "missing: Node {oldest} or later, which {purpose}. Run `cargo xtask setup`, or install it by \
             https://nodejs.org"
        )
    })?;
    let said = Command::new(&node).arg("--version").stderr(Stdio::inherit()).output();
    let said = said.with_context(|| format!("cannot start {}", node.display()))?;
    let version = String::from_utf8_lossy(&said.stdout).trim().to_owned();
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(major) if oldest <= major => Ok(node),
        _ => bail!(
            "{} is Node {version}, and what {purpose} needs {oldest} or later: install it by https://nodejs.org",
            node.display()
        ),
    }
}

/// Installs the packages in `folder`'s package-lock.json. None of them may run install scripts.
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

/// The same, unless already done since package-lock.json last changed.
pub(crate) fn install_once(folder: &Path, heading: &str) -> Result<()> {
    let lock = files::read(&folder.join("package-lock.json"))?;
    let installed = folder.join("node_modules/.refill-watch-lock");
    if fs::read(&installed).is_ok_and(|done| done == lock) {
        return Ok(());
    }
    install(folder, heading)?;
    files::write(&installed, &lock)
}
