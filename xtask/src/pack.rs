//! `cargo xtask pack`: everything a release consists of.
//!
//! The zips for the stores, the source archive for Firefox's reviewers, the list of parts, and checksums of all. Each
//! is the same wherever it is made; `--twice` proves it for the zips.

use crate::sources::Sources;
use crate::{build, files, parts, programs, step, zip};
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// The archive for Firefox's reviewers.
const SOURCES: &str = "refill-watch-source.zip";

/// The list of parts, under the name that CycloneDX asks for.
const PARTS: &str = "refill-watch.cdx.json";

/// How to pack.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Pack the tracked files as they are, even if not everything is committed
    #[arg(long)]
    allow_dirty: bool,

    /// Build once more from a copy of the sources, in another folder with another cargo home, and compare the zips
    #[arg(long)]
    twice: bool,
}

/// Makes everything in `dist/`, and prints the checksums.
pub(crate) fn run(args: &Args) -> Result<()> {
    let sources = Sources::read(args.allow_dirty)?;
    let made = build::make()?;
    if !made.is_optimised {
        bail!("what is published must be optimised: see the note above, then run the same command again");
    }
    let dist = files::dist();
    step::heading("Packing the sources");
    files::write(&dist.join(SOURCES), &sources.zip()?)?;
    files::write(&dist.join(PARTS), parts::list()?.as_bytes())?;

    let mut names = build::zips().to_vec();
    names.extend([SOURCES.to_owned(), PARTS.to_owned()]);
    let sums = checksums(&dist, &names)?;
    files::write(&dist.join("SHA256SUMS"), sums.as_bytes())?;
    print!("{sums}");
    if args.twice {
        again(&sources)?;
    }
    Ok(())
}

/// In the format of `sha256sum --check`.
fn checksums(folder: &Path, names: &[String]) -> Result<String> {
    let mut sums = String::new();
    for name in names {
        for byte in Sha256::digest(files::read(&folder.join(name))?) {
            write!(sums, "{byte:02x}")?;
        }
        writeln!(sums, "  {name}")?;
    }
    Ok(sums)
}

/// Builds a copy of the sources with nothing of this build in reach, and compares its zips with ours.
fn again(sources: &Sources) -> Result<()> {
    let place = files::target().join("twice");
    let copy = place.join("in-a-folder-of-another-length");
    sources.copy_to(&copy)?;
    // cargo's downloads are elsewhere as well; the user's choice of registry stays.
    let home = place.join("cargo-home");
    let choices = programs::cargo_home()?.join("config.toml");
    if choices.exists() {
        files::write(&home.join("config.toml"), &files::read(&choices)?)?;
    }
    let built = step::run(
        "Building again elsewhere, from nothing (some minutes)",
        programs::cargo()
            .args(["run", "--locked", "--package", "xtask", "--", "build", "--extension-only"])
            .current_dir(&copy)
            .env("CARGO_HOME", &home)
            .env_remove("CARGO_TARGET_DIR"),
    );
    for name in build::zips() {
        let other = copy.join("dist").join(&name);
        // A build over its budget fails only after everything is made.
        if !other.exists() {
            built?;
            bail!("the second build ended well, but did not make {}", other.display());
        }
        let (ours, theirs) = (files::read(&files::dist().join(&name))?, files::read(&other)?);
        if ours != theirs {
            let what = difference(&ours, &theirs)?;
            bail!("{name} is not the same when it is built in {}: {what}", copy.display());
        }
    }
    println!("Built again in {}: the zips are the same, byte by byte", copy.display());
    // Its target folder alone takes a gigabyte.
    fs::remove_dir_all(&copy).with_context(|| format!("cannot remove {}", copy.display()))
}

/// The first difference between two zips.
fn difference(ours: &[u8], theirs: &[u8]) -> Result<String> {
    let (ours, theirs) = (zip::unpack(ours)?, zip::unpack(theirs)?);
    for name in ours.keys().chain(theirs.keys()) {
        match (ours.get(name), theirs.get(name)) {
            (Some(one), Some(other)) if one == other => {}
            (Some(one), Some(other)) => {
                let place = one.iter().zip(other).position(|(one, other)| one != other);
                let place = place.unwrap_or(one.len().min(other.len()));
                return Ok(format!(
                    "{name} is, from byte {place} on ({} bytes here, {} there)",
                    one.len(),
                    other.len()
                ));
            }
            (Some(_), None) => return Ok(format!("{name} is missing there")),
            (None, _) => return Ok(format!("{name} is there alone")),
        }
    }
    Ok("the files are the same, but not how they are packed".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
        let files: BTreeMap<_, _> =
            files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
        zip::pack(&files, &BTreeSet::new(), zip::Effort::Usual).unwrap()
    }

    #[test]
    fn the_first_file_that_differs_is_named() {
        let ours = zipped(&[("a.js", "1"), ("b.js", "two"), ("c.js", "3")]);
        for (theirs, said) in [
            (
                zipped(&[("a.js", "1"), ("b.js", "tow"), ("c.js", "4")]),
                "b.js is, from byte 1 on (3 bytes here, 3 there)",
            ),
            (
                zipped(&[("a.js", "1"), ("b.js", "two!"), ("c.js", "3")]),
                "b.js is, from byte 3 on (3 bytes here, 4 there)",
            ),
            (zipped(&[("a.js", "1"), ("b.js", "two")]), "c.js is missing there"),
            (zipped(&[("a.js", "1"), ("b.js", "two"), ("c.js", "3"), ("d.js", "")]), "d.js is there alone"),
        ] {
            assert_eq!(difference(&ours, &theirs).unwrap(), said);
        }
    }
}
