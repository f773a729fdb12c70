//! What `cargo xtask demo` shows: the shipped extension in a real browser, on the stand-in site.
//!
//! `demo chromium|firefox [--live]`. With a display, the browser opens for the user to play with; without one,
//! [`story`] plays the main job and takes pictures of it.

mod reset;
mod story;
mod window;

use anyhow::{Result, bail};
use browser_tests::Kind;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    // Ctrl+C must end the browser as closing it does, and leave nothing behind.
    let shown = tokio::select! {
        shown = show() => shown,
        _ = tokio::signal::ctrl_c() => Ok(()),
    };
    match shown {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn show() -> Result<()> {
    let mut kind = Kind::Chromium;
    let mut live = false;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "chromium" => kind = Kind::Chromium,
            "firefox" => kind = Kind::Firefox,
            "--live" => live = true,
            other => {
                bail!("{other:?} is not known here: start the demo by `cargo xtask demo`, see its --help")
            }
        }
    }
    match (has_display(), live) {
        (true, true) => window::live(kind).await,
        (true, false) => window::stand_in(kind).await,
        (false, false) => story::play(kind).await,
        (false, true) => bail!("--live needs a display: neither DISPLAY nor WAYLAND_DISPLAY is set"),
    }
}

fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(target_os = "macos") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}
