//! The type checker of TypeScript on the scripts of extension/, which stay plain JavaScript: their comments name the types.
//!
//! The types that cross between the worlds are extension/protocol.d.ts, written from src/protocol. The checker and the
//! browsers' types are pinned in xtask/typescript.

use crate::{files, node};
use anyhow::Result;
use std::process::Command;

/// The checker on every script, its packages installed; fails where a script and a type do not agree.
pub(crate) fn check() -> Result<Command> {
    let node = node::find("runs the type checker of the scripts")?;
    let folder = files::workspace().join("xtask/typescript");
    node::install_once(&folder, "Installing TypeScript (30 MB, once)")?;
    let mut tsc = Command::new(node);
    tsc.arg(folder.join("node_modules/typescript/bin/tsc")).arg("--project").arg(&folder);
    Ok(tsc)
}
