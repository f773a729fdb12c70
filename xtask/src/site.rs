//! The app of the stand-in site: from tests/site/app, which needs Node, to target/site-app, which does not.
//!
//! Nothing of it is shipped. A stamp tells when it must be built anew, so that without a change it costs nothing.

use crate::{files, programs, step};
use anyhow::{Context, Result, bail};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The oldest Node that the app's tools run with.
const OLDEST_NODE: u32 = 18;

/// Builds the app, unless it is there and no source of it has changed since.
pub(crate) fn build() -> Result<()> {
    let app = files::workspace().join("tests/site/app");
    let out = files::workspace().join("target/site-app");
    let stamp = out.join("stamp");
    let sources = digest(&app)?;
    if fs::read_to_string(&stamp).is_ok_and(|built| built == sources) {
        return Ok(());
    }
    let node = node()?;
    install(&app, &node)?;
    if out.exists() {
        fs::remove_dir_all(&out).with_context(|| format!("cannot empty {}", out.display()))?;
    }
    step::run(
        "Building the stand-in site's app",
        Command::new(&node).arg("build.js").arg(&out).current_dir(&app),
    )?;
    fs::write(&stamp, sources).with_context(|| format!("cannot write {}", stamp.display()))
}

/// A digest of every file that the app is built from.
fn digest(app: &Path) -> Result<String> {
    let mut sources = vec![app.join("build.js"), app.join("package-lock.json")];
    for entry in fs::read_dir(app.join("src")).with_context(|| format!("cannot read {}", app.display()))? {
        sources.push(entry?.path());
    }
    sources.sort();
    // A new toolchain may hash differently: then the app is built once more, and nothing else happens.
    let mut hasher = DefaultHasher::new();
    for file in sources {
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        (file.file_name(), bytes).hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Node, if it is there and new enough. `setup` installs it where it can.
fn node() -> Result<PathBuf> {
    let node = programs::find(&["node", "nodejs"]).with_context(|| {
        format!(
            "missing: Node {OLDEST_NODE} or later, which builds the app of the stand-in site (the extension needs none). \
             Run `cargo xtask setup`, or install it by https://nodejs.org"
        )
    })?;
    let said = Command::new(&node).arg("--version").stderr(Stdio::inherit()).output();
    let said = said.with_context(|| format!("cannot start {}", node.display()))?;
    let version = String::from_utf8_lossy(&said.stdout).trim().to_owned();
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    match major {
        Some(OLDEST_NODE..) => Ok(node),
        _ => bail!(
            "{} is Node {version}, and the app of the stand-in site needs {OLDEST_NODE} or later: install it by \
             https://nodejs.org",
            node.display()
        ),
    }
}

/// Installs the packages that package-lock.json names. None of them runs a script of its own.
fn install(app: &Path, node: &Path) -> Result<()> {
    let npm = programs::find(&["npm"]).with_context(|| {
        format!(
            "missing: npm, though {} is there: install your system's package of it (`npm` in Debian)",
            node.display()
        )
    })?;
    step::run(
        "Installing the packages of the stand-in site's app",
        Command::new(npm).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(app),
    )
    .context("npm needs the network once for this; with it, run the same command again")
}
