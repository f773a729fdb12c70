//! The project's own files according to git: the contents of the source archive, and of the second build.

use crate::{files, programs, zip};
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Every tracked file of this checkout, as it is in the folder.
pub(crate) struct Sources {
    files: BTreeMap<String, Vec<u8>>,
    executable: BTreeSet<String>,
}

impl Sources {
    /// Reads them. Fails if anything in the folder is uncommitted, unless `allow_dirty`.
    pub(crate) fn read(allow_dirty: bool) -> Result<Self> {
        must_be_checkout()?;
        let changes = git(&["status", "--porcelain"])?;
        if !changes.is_empty() && !allow_dirty {
            bail!(
                "not everything is committed, so no commit would be the sources of these packages. Commit it, or pack \
                 the tracked files as they are by --allow-dirty:\n{}",
                changes.trim_end()
            );
        }
        let mut sources = Self { files: BTreeMap::new(), executable: BTreeSet::new() };
        for entry in git(&["ls-files", "--stage", "-z"])?.split_terminator('\0') {
            let (facts, name) =
                entry.split_once('\t').context("git lists its files otherwise than expected")?;
            match facts.split(' ').next() {
                Some("100644") => {}
                Some("100755") => {
                    sources.executable.insert(name.to_owned());
                }
                _ => bail!("{name} is no plain file, and the source archive holds nothing else: `{facts}`"),
            }
            let file = files::workspace().join(name);
            // Deleted without a commit; that was allowed above.
            if !file.exists() {
                continue;
            }
            let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            sources.files.insert(name.to_owned(), bytes);
        }
        Ok(sources)
    }

    /// The source archive: the same bytes wherever it is made.
    pub(crate) fn zip(&self) -> Result<Vec<u8>> {
        zip::pack(&self.files, &self.executable, zip::Effort::Usual)
    }

    /// Writes them into `folder`, which then holds nothing else.
    pub(crate) fn copy_to(&self, folder: &Path) -> Result<()> {
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
        }
        for (name, bytes) in &self.files {
            files::write(&folder.join(name), bytes)?;
        }
        Ok(())
    }
}

/// An unpacked source archive is not a checkout, even inside a folder that is one.
fn must_be_checkout() -> Result<()> {
    let next = "only a checkout of git tells which files are sources, and this folder is none, as where a source \
                archive was unpacked. `cargo xtask build` makes the extension's zips there, and they are the same";
    let root = git(&["rev-parse", "--show-toplevel"]).context(next)?;
    let root = Path::new(root.trim_end()).canonicalize()?;
    if root != files::workspace().canonicalize()? {
        bail!("{next} ({} is the checkout of something else)", root.display());
    }
    Ok(())
}

/// What git prints.
fn git(args: &[&str]) -> Result<String> {
    let git =
        programs::find(&["git"]).context("missing: git. Install it, then run the same command again")?;
    let said = Command::new(git).args(args).current_dir(files::workspace()).output();
    let said = said.context("cannot start git")?;
    if !said.status.success() {
        bail!("`git {}` failed: {}", args.join(" "), String::from_utf8_lossy(&said.stderr).trim());
    }
    String::from_utf8(said.stdout).context("git names a file that is no Unicode")
}
