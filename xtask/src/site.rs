//! The app of the stand-in site: from tests/site/app, which needs Node, to target/site-app, which does not.
//!
//! Nothing of it is shipped. A stamp tells when it must be built anew, so that without a change it costs nothing.

use crate::{files, node, step};
use anyhow::{Context, Result};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::process::Command;

/// Builds the app, unless it is there and no source of it has changed since.
pub(crate) fn build() -> Result<()> {
    let app = files::workspace().join("tests/site/app");
    let out = files::workspace().join("target/site-app");
    let stamp = out.join("stamp");
    let sources = digest(&app)?;
    if fs::read_to_string(&stamp).is_ok_and(|built| built == sources) {
        return Ok(());
    }
    let node = node::find("builds the app of the stand-in site (the extension needs none)")?;
    node::install(&app, "Installing the packages of the stand-in site's app")?;
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
