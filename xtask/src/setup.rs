//! `cargo xtask setup`: finds what is missing, and installs it.

use crate::{files, node, programs, step};
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A browser, a driver, or what builds the site for the tests.
struct Tool {
    /// Its name for the user.
    name: &'static str,
    /// The programs that will do, best first. The harness in tests/browser looks for the same.
    programs: &'static [&'static str],
    /// The package in Debian and its derivatives.
    package: &'static str,
}

const FROM_APT: [Tool; 5] = [
    Tool {
        name: "Chromium",
        programs: &["chromium", "chromium-browser", "google-chrome"],
        package: "chromium",
    },
    Tool { name: "chromedriver", programs: &["chromedriver"], package: "chromium-driver" },
    Tool { name: "Firefox", programs: &["firefox-esr", "firefox"], package: "firefox-esr" },
    // For wasm-opt, axe-core and the stand-in site's app. Without Node, the extension is only larger.
    Tool { name: "Node", programs: &["node", "nodejs"], package: "nodejs" },
    Tool { name: "npm", programs: &["npm"], package: "npm" },
];

/// A font for a script that not every system brings.
struct Font {
    /// The script, for the user.
    script: &'static str,
    /// A language written in it, as fontconfig calls it.
    language: &'static str,
    /// The package in Debian and its derivatives.
    package: &'static str,
}

const FONTS: [Font; 4] = [
    Font { script: "Devanagari", language: "hi", package: "fonts-lohit-deva" },
    Font { script: "Japanese", language: "ja", package: "fonts-noto-cjk" },
    Font { script: "Korean", language: "ko", package: "fonts-noto-cjk" },
    Font { script: "Chinese", language: "zh-cn", package: "fonts-noto-cjk" },
];

/// Installs everything missing.
pub(crate) fn everything() -> Result<()> {
    wasm_target()?;
    browsers()?;
    fonts()?;
    geckodriver()?;
    axe()?;
    eprintln!("All is there: browsers, drivers, fonts, Node, the WebAssembly target.");
    Ok(())
}

/// Installs the toolchain's WebAssembly target, if it is missing.
pub(crate) fn wasm_target() -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    if sysroot()?.join("lib/rustlib").join(TARGET).exists() {
        return Ok(());
    }
    step::run(
        &format!("Installing {TARGET} for this toolchain"),
        Command::new("rustup").args(["target", "add", TARGET]).current_dir(files::workspace()),
    )
    .with_context(|| {
        format!("run `rustup target add {TARGET}`, or install your distribution's package of it")
    })
}

/// The folder of the toolchain that builds this workspace.
pub(crate) fn sysroot() -> Result<PathBuf> {
    let printed = Command::new("rustc")
        .args(["--print", "sysroot"])
        .current_dir(files::workspace())
        .output()
        .context("cannot start rustc: install Rust by https://rustup.rs")?;
    if !printed.status.success() {
        bail!("rustc does not name its folder: {}", String::from_utf8_lossy(&printed.stderr).trim());
    }
    Ok(PathBuf::from(String::from_utf8_lossy(&printed.stdout).trim()))
}

/// Installs browsers, chromedriver and Node.
fn browsers() -> Result<()> {
    let missing: Vec<&Tool> =
        FROM_APT.iter().filter(|tool| programs::find(tool.programs).is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.iter().map(|tool| tool.name).collect::<Vec<_>>().join(", ");
    let packages: Vec<&str> = missing.iter().map(|tool| tool.package).collect();
    let programs: Vec<&str> = missing.iter().map(|tool| tool.programs[0]).collect();
    install(&names, &packages, &format!("so that these are in PATH: {}", programs.join(", ")))?;
    match missing.iter().find(|tool| programs::find(tool.programs).is_none()) {
        Some(tool) => bail!("{} is installed, but none of {:?} is in PATH", tool.package, tool.programs),
        None => Ok(()),
    }
}

/// Installs fonts for the scripts that the surfaces are written in. Without one, a browser draws boxes, which have
/// another width than the words.
fn fonts() -> Result<()> {
    let lister = programs::find(&["fc-list"]);
    if lister.is_none() && programs::find(&["apt-get"]).is_none() {
        // Not a system with fontconfig: its own fonts have these scripts.
        return Ok(());
    }
    let has = |language: &str| {
        let listed = Command::new("fc-list").arg(format!(":lang={language}")).output();
        listed.is_ok_and(|listed| !listed.stdout.is_empty())
    };
    let missing: Vec<&Font> = FONTS.iter().filter(|font| !has(font.language)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.iter().map(|font| font.script).collect::<Vec<_>>().join(", ");
    let mut packages: Vec<&str> = missing.iter().map(|font| font.package).chain(["fontconfig"]).collect();
    packages.dedup();
    install(&format!("fonts for {names}"), &packages, "so that fc-list shows them")
}

/// Installs packages by apt-get, or says what to install, and `until` when that is done.
fn install(names: &str, packages: &[&str], until: &str) -> Result<()> {
    let by_hand = format!("sudo apt-get update && sudo apt-get install --yes {}", packages.join(" "));
    if programs::find(&["apt-get"]).is_none() {
        bail!("missing: {names}. There is no apt-get here: install them your system's way, {until}");
    }
    let Some(apt) = apt_get() else {
        bail!(
            "missing: {names}. Installing them needs a password, so run this yourself, then try again:\n  {by_hand}"
        );
    };
    let next = || format!("missing: {names}. To see what is wrong, run\n  {by_hand}");
    step::run("Updating the package lists", apt().arg("update")).with_context(next)?;
    step::run(
        &format!("Installing {names}"),
        apt().args(["install", "--yes", "--no-install-recommends"]).args(packages),
    )
    .with_context(next)
}

/// How to start apt-get with the rights to install; `None` if that needs a password.
fn apt_get() -> Option<impl Fn() -> Command> {
    let succeeds = |program: &str, args: &[&str]| {
        Command::new(program)
            .args(args)
            .stdin(Stdio::null())
            .output()
            .ok()
            .filter(|output| output.status.success())
    };
    let is_root = succeeds("id", &["-u"]).is_some_and(|output| output.stdout.trim_ascii() == b"0");
    if !is_root && succeeds("sudo", &["-n", "true"]).is_none() {
        return None;
    }
    Some(move || {
        let mut command = Command::new(if is_root { "apt-get" } else { "sudo" });
        if !is_root {
            command.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        }
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    })
}

/// Installs axe-core, which the accessibility tests inject into the surfaces.
fn axe() -> Result<()> {
    let folder = files::workspace().join("tests/browser/axe");
    if folder.join("node_modules/axe-core/axe.min.js").is_file() {
        return Ok(());
    }
    node::install(&folder, "Installing axe-core")
}

/// Installs geckodriver from crates.io: Debian does not package it.
fn geckodriver() -> Result<()> {
    if programs::find(&["geckodriver"]).is_some() {
        return Ok(());
    }
    let root = files::tools();
    step::run(
        "Installing geckodriver (a few minutes, once)",
        programs::cargo().args(["install", "geckodriver", "--debug", "--locked", "--root"]).arg(&root),
    )
    .with_context(|| {
        format!(
            "geckodriver is missing. Install it by `cargo install geckodriver --locked --root {}`, or put one from \
             https://github.com/mozilla/geckodriver/releases into PATH",
            root.display()
        )
    })
}
