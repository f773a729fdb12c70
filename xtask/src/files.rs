//! Where things are in the workspace.

use std::path::{Path, PathBuf};

/// The root of the workspace: the folder above this crate.
pub(crate) fn workspace() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Where cargo builds: beside the sources, unless the user's environment says otherwise.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from)
}

/// Where the extension is built.
pub(crate) fn dist() -> PathBuf {
    workspace().join("dist")
}

/// Where `setup` installs tools that belong to this workspace only.
pub(crate) fn tools() -> PathBuf {
    workspace().join("target/tools")
}
