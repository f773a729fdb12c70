//! `cargo xtask build`: the shipped extension, for both browsers.

use crate::{files, icons, optimise, site, wasm, words, zip};
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The placeholder for the version in the manifest's source: the version is set in one place, the workspace.
const NO_VERSION: &str = r#""version": "0.0.0""#;

/// The browsers' folders in `dist/`. Both get the same files: one manifest serves both.
const BROWSERS: [&str; 2] = ["chrome", "firefox"];

/// What to build.
#[derive(clap::Args, Default)]
pub(crate) struct Args {
    /// Leave out the stand-in site's app, which only tests and the demo need
    #[arg(long)]
    extension_only: bool,
}

/// What to report about a build.
pub(crate) struct Made {
    /// Whether `wasm-opt` ran.
    pub(crate) is_optimised: bool,
}

/// Builds everything and prints the sizes.
pub(crate) fn run(args: &Args) -> Result<()> {
    make()?;
    if args.extension_only {
        return Ok(());
    }
    // The extension is complete without it.
    if let Err(error) = site::build() {
        eprintln!("note: the extension is built; what `test` and `demo` show it on is not: {error:#}");
    }
    Ok(())
}

/// The names of the zips in `dist/`.
pub(crate) fn zips() -> [String; 2] {
    BROWSERS.map(zip_name)
}

/// The name of a browser's zip.
pub(crate) fn zip_name(browser: &str) -> String {
    format!("refill-watch-{browser}.zip")
}

/// Builds the extension and prints the sizes.
pub(crate) fn make() -> Result<Made> {
    let mut core = wasm::build()?;
    let optimised = optimise::optimise(&core.wasm);
    let is_optimised = optimised.is_ok();
    match optimised {
        Ok(smaller) => core.wasm = smaller,
        Err(error) => eprintln!(
            "note: the module works as it is, but is a fourteenth larger than one to publish: wasm-opt did not run: {error:#}"
        ),
    }
    let wasm_size = core.wasm.len();
    let mut shipped = BTreeMap::new();
    collect(&files::workspace().join("extension"), "", &mut shipped)?;
    shipped.remove(icons::DRAWING);
    words::pack(&mut shipped)?;
    shipped.insert("manifest.json".to_owned(), manifest()?.into_bytes());
    shipped.insert("core.js".to_owned(), core.js);
    shipped.insert("core_bg.wasm".to_owned(), core.wasm);

    let dist = files::dist();
    let zipped = zip::pack(&shipped, &BTreeSet::new(), zip::Effort::Most)?;
    for browser in BROWSERS {
        let folder = dist.join(browser);
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
        }
        for (name, bytes) in &shipped {
            files::write(&folder.join(name), bytes)?;
        }
    }
    for name in zips() {
        files::write(&dist.join(name), &zipped)?;
    }
    print_sizes(&shipped, wasm_size, zipped.len());
    Ok(Made { is_optimised })
}

/// Every file below `folder` except hidden ones and type declarations, by its path in the extension.
fn collect(folder: &Path, prefix: &str, into: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        let name =
            entry.file_name().into_string().ok().context("a file of the extension has no Unicode name")?;
        // Type declarations are only for checking the scripts.
        if name.starts_with('.') || name.ends_with(".d.ts") {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{prefix}{name}/"), into)?;
        } else {
            into.insert(format!("{prefix}{name}"), fs::read(entry.path())?);
        }
    }
    Ok(())
}

/// The manifest with the workspace's version filled in.
fn manifest() -> Result<String> {
    let file = files::workspace().join("manifest.json");
    let source = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    if source.matches(NO_VERSION).count() != 1 {
        bail!(
            "{} must hold {NO_VERSION} once: the build writes the workspace's version there",
            file.display()
        );
    }
    let manifest = source.replace(NO_VERSION, &format!(r#""version": "{}""#, env!("CARGO_PKG_VERSION")));
    serde_json::from_str::<serde_json::Value>(&manifest)
        .with_context(|| format!("{} is not JSON", file.display()))?;
    Ok(manifest)
}

fn print_sizes(shipped: &BTreeMap<String, Vec<u8>>, wasm: usize, zip: usize) {
    println!("{:>9}  file", "bytes");
    for (name, bytes) in shipped {
        println!("{:>9}  {name}", bytes.len());
    }
    let total: usize = shipped.values().map(Vec::len).sum();
    println!("{total:>9}  in all, the same in dist/chrome and dist/firefox");
    println!("{wasm:>9}  core_bg.wasm");
    for name in zips() {
        println!("{zip:>9}  dist/{name}");
    }
}
