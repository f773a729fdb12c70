//! Which browser, and where its programs and its build of the extension are.

use anyhow::{Result, bail};
use std::fmt;
use std::path::{Path, PathBuf};

/// A browser that the extension is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Chromium, driven by chromedriver.
    Chromium,
    /// Firefox, driven by geckodriver.
    Firefox,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
        })
    }
}

impl Kind {
    /// Both browsers.
    pub const ALL: [Self; 2] = [Self::Chromium, Self::Firefox];

    /// The unpacked extension that `cargo xtask build` made for this browser.
    ///
    /// # Errors
    /// When it has not been built.
    pub fn dist(self) -> Result<PathBuf> {
        let dist = workspace().join("dist").join(match self {
            Self::Chromium => "chrome",
            Self::Firefox => "firefox",
        });
        if !dist.join("manifest.json").is_file() {
            bail!(
                "the extension is not built: no manifest.json in {}. Run `cargo xtask build`",
                dist.display()
            );
        }
        Ok(dist)
    }

    /// The browser's executable.
    pub(crate) fn program(self) -> Result<PathBuf> {
        find(match self {
            Self::Chromium => &["chromium", "chromium-browser", "google-chrome"],
            Self::Firefox => &["firefox-esr", "firefox"],
        })
    }

    /// The executable of its driver.
    pub(crate) fn driver(self) -> Result<PathBuf> {
        find(match self {
            Self::Chromium => &["chromedriver"],
            Self::Firefox => &["geckodriver"],
        })
    }
}

/// The first of `names` in PATH, or among the tools that `cargo xtask setup` installed.
fn find(names: &[&str]) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([workspace().join("target/tools/bin")]);
    for folder in folders {
        if let Some(found) = names.iter().map(|name| folder.join(name)).find(|program| program.is_file()) {
            return Ok(found);
        }
    }
    bail!("{} is not installed. Run `cargo xtask setup`", names[0])
}

/// The root of the workspace: two folders above this crate.
pub(crate) fn workspace() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}
