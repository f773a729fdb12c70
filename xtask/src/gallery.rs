//! `cargo xtask gallery`: every surface in every situation, theme and direction, on one page and as pictures.
//!
//! Designers and translators look at it. The page itself is made by tests/support/gallery.rs, which the tests use as
//! well.

use crate::{build, files, pictures, programs, setup, step};
use anyhow::{Context, Result};
use std::fs;

#[path = "../../tests/support/marks.rs"]
#[allow(missing_docs)]
pub(crate) mod marks;
#[path = "../../tests/support/gallery.rs"]
#[allow(dead_code)]
pub(crate) mod page;
#[path = "../../tests/support/scenes.rs"]
#[allow(missing_docs)]
pub(crate) mod scenes;

/// What to show.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The language, as its folder in extension/_locales is called, or "all"
    #[arg(long, default_value = "en")]
    language: String,

    /// The pictures for the stores instead, into target/store: five screenshots (1.png to 5.png) and tile.png
    ///
    /// The text beside the surfaces is store/pictures/<language>.json, or English where that is missing.
    #[arg(long)]
    store: bool,

    /// Only the page, no pictures
    #[arg(long)]
    no_pictures: bool,

    /// Only pictures of frames whose name contains this, such as `popup-late` or `dark-rtl`
    #[arg(long, default_value = "")]
    only: String,
}

/// Writes the page and the pictures to `target/gallery/`, or those for the stores to `target/store/`.
pub(crate) fn run(args: &Args) -> Result<()> {
    if args.store {
        return pictures::run(&args.language, &args.only, args.no_pictures);
    }
    if !args.no_pictures {
        setup::everything()?;
        build::run(&build::Args::default())?;
    }
    if args.language != "all" {
        return one(&args.language, args);
    }
    let mut languages = Vec::new();
    for entry in fs::read_dir(files::workspace().join("extension/_locales"))? {
        languages.push(entry?.file_name().to_string_lossy().into_owned());
    }
    languages.sort_unstable();
    languages.iter().try_for_each(|language| one(language, args))
}

/// The page and the pictures of one language.
fn one(language: &str, args: &Args) -> Result<()> {
    let (page, count) = page::page(files::workspace(), language)?;
    let folder = files::target().join("gallery");
    fs::create_dir_all(&folder)?;
    let file = folder.join(format!("{language}.html"));
    fs::write(&file, page).with_context(|| format!("cannot write {}", file.display()))?;
    println!("{count} frames on {}", file.display());
    if args.no_pictures {
        return Ok(());
    }
    step::heading("Taking the pictures");
    programs::run(
        programs::cargo()
            .args(["run", "--quiet", "--locked", "--package", "browser-tests", "--bin", "gallery", "--"])
            .args([&file, &folder.join(language)])
            .arg(&args.only),
    )
}
