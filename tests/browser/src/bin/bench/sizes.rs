//! The sizes of what ships, as `cargo xtask build` has made it.

use crate::figures::{Figures, Section, workspace};
use anyhow::{Context, Result};

/// Reads them from `dist/`.
pub(crate) fn read(figures: &mut Figures) -> Result<Section> {
    let dist = workspace()?.join("dist");
    let chrome = dist.join("chrome");
    let size = |file: &str| -> Result<f64> {
        let path = dist.join(file);
        let bytes = std::fs::metadata(&path).with_context(|| format!("{} is missing", path.display()))?.len();
        Ok(f64::from(u32::try_from(bytes)?) / 1e3)
    };
    for browser in ["chrome", "firefox"] {
        figures.note(
            &format!("zip for {browser}"),
            "KB",
            250.0,
            size(&format!("refill-watch-{browser}.zip"))?,
        );
    }
    figures.note("WebAssembly", "KB", 200.0, size("chrome/core_bg.wasm")?);
    for file in ["hook.js", "page.js", "banner.css"] {
        figures.note(&format!("{file}, in the page"), "KB", None, size(&format!("chrome/{file}"))?);
    }
    let mut lines = 0_u32;
    for entry in std::fs::read_dir(&chrome)? {
        let path = entry?.path();
        // The module's glue is wasm-bindgen's, not ours.
        if path.extension().is_some_and(|end| end == "js") && !path.ends_with("core.js") {
            lines += u32::try_from(std::fs::read_to_string(&path)?.lines().count())?;
        }
    }
    figures.note("JavaScript of our own", "lines", None, f64::from(lines));
    Ok(Section {
        name: "sizes",
        heading: "What is shipped",
        about: "`cargo xtask bench sizes`: KB of 1,000 bytes. The module has no budget in the build; decisions.md says why.".to_owned(),
    })
}
