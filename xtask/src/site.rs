//! The stand-in site's bundles: its app, from tests/site/app to target/site-app, and real apps' GraphQL clients, from
//! tests/site/clients to target/site-clients. Only these need Node.
//!
//! None of it ships. A stamp tells when a bundle must be rebuilt, so that a build without changes costs nothing.

use crate::{files, node, step};
use anyhow::{Context, Result};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds app and clients, unless they are there and no source has changed since.
pub(crate) fn build() -> Result<()> {
    bundle("app", "the stand-in site's app")?;
    bundle("clients", "the clients that the stand-in site asks itself by")
}

fn bundle(name: &str, what: &str) -> Result<()> {
    let folder = files::workspace().join("tests/site").join(name);
    let out = files::workspace().join("target").join(format!("site-{name}"));
    let stamp = out.join("stamp");
    let sources = digest(&folder)?;
    if fs::read_to_string(&stamp).is_ok_and(|built| built == sources) {
        return Ok(());
    }
    let node = node::find(&format!("builds {what} (the extension needs none)"))?;
    node::install(&folder, &format!("Installing the packages of {what}"))?;
    if out.exists() {
        fs::remove_dir_all(&out).with_context(|| format!("cannot empty {}", out.display()))?;
    }
    step::run(
        &format!("Building {what}"),
        Command::new(&node).arg("build.js").arg(&out).current_dir(&folder),
    )?;
    fs::write(&stamp, sources).with_context(|| format!("cannot write {}", stamp.display()))
}

/// A digest of every file that a bundle is built from.
fn digest(folder: &Path) -> Result<String> {
    let mut sources = vec![folder.join("build.js"), folder.join("package-lock.json")];
    files_in(&folder.join("src"), &mut sources)?;
    sources.sort();
    // A new toolchain may hash differently; then the bundle is just built once more.
    let mut hasher = DefaultHasher::new();
    for file in sources {
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        (file.file_name(), bytes).hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn files_in(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            files_in(&entry.path(), found)?;
        } else {
            found.push(entry.path());
        }
    }
    Ok(())
}
