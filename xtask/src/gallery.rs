//! `cargo xtask gallery`: every surface in every situation, theme and direction, on one page and as pictures.
//!
//! Designers and translators look at it. The page itself is made by tests/support/gallery.rs, which the tests use as
//! well.

use crate::{files, pictures, programs, setup, step};
use anyhow::{Context, Result};
use std::fs;

#[path = "../../tests/support/gallery.rs"]
#[allow(dead_code)]
pub(crate) mod page;
#[path = "../../tests/support/reader.rs"]
#[allow(missing_docs, dead_code)]
mod reader;
#[path = "../../tests/support/scenes.rs"]
#[allow(missing_docs)]
pub(crate) mod scenes;

/// What to show.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The language, by its folder in extension/_locales
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
    let (page, count) = page::page(files::workspace(), &args.language)?;
    let folder = files::target().join("gallery");
    fs::create_dir_all(&folder)?;
    let file = folder.join(format!("{}.html", args.language));
    fs::write(&file, page).with_context(|| format!("cannot write {}", file.display()))?;
    println!("{count} frames on {}", file.display());
    if args.no_pictures {
        return Ok(());
    }
    setup::everything()?;
    step::heading("Taking the pictures");
    programs::run(
        programs::cargo()
            .args(["run", "--quiet", "--locked", "--package", "browser-tests", "--bin", "gallery", "--"])
            .args([&file, &folder.join(&args.language)])
            .arg(&args.only),
    )
}
