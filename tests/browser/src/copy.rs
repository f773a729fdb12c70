//! A copy of the built extension for a broken browser: the shipped files, with a few lines in front of
//! `background.js` that make one of the browser's functions fail, wait or lie.

use crate::{Kind, failed};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use tempfile::TempDir;

/// A copy of the extension; removed once it is dropped and its test is over.
#[derive(Debug)]
pub struct Copy {
    folder: Rc<TempDir>,
}

impl Copy {
    /// Copies the extension, with `prelude` in front of its background script.
    ///
    /// # Errors
    /// When it is not built, or cannot be copied.
    pub fn with(kind: Kind, prelude: &str) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("refill-watch-copy-").tempdir()?;
        copy(&kind.dist()?, folder.path())?;
        let file = folder.path().join("background.js");
        let script = std::fs::read_to_string(&file).context("the extension has no background.js")?;
        std::fs::write(&file, format!("{prelude}\n{script}"))?;
        let folder = Rc::new(folder);
        failed::keep(&folder);
        Ok(Self { folder })
    }

    /// Its folder.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.path().to_owned()
    }
}

/// Copies a folder with everything in it.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
