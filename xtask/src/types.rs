//! The TypeScript checker on the scripts in extension/. They stay plain JavaScript: their comments name the types.
//!
//! The types that cross between the worlds are in extension/protocol.d.ts, generated from src/protocol.
//! xtask/typescript pins the checker and the browsers' types.

use crate::{files, node};
use anyhow::Result;
use std::process::Command;

/// Installs the checker and runs it on every script; fails if a script and a type disagree.
pub(crate) fn check() -> Result<Command> {
    let node = node::find("runs the type checker of the scripts")?;
    let folder = files::workspace().join("xtask/typescript");
    node::install_once(&folder, "Installing TypeScript (30 MB, once)")?;
    let mut tsc = Command::new(node);
    tsc.arg(folder.join("node_modules/typescript/bin/tsc")).arg("--project").arg(&folder);
    Ok(tsc)
}
