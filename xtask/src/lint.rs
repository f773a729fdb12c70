//! `cargo xtask lint`: what addons.mozilla.org would say about the package on upload.
//!
//! Runs its own linter, in the version that xtask/addons-linter pins, on the Firefox zip. It should find nothing new;
//! its known warnings are listed here, each with the reason why it stays.

use crate::{build, files, node, step};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::process::{Command, Stdio};

/// The oldest Node that runs the linter.
const OLDEST_NODE: u32 = 20;

/// Warnings that stay: their code, and what they must be about.
const KNOWN: [(&str, &str); 2] = [
    // One manifest serves both browsers: Chrome takes the service worker, Firefox the scripts.
    ("BACKGROUND_SERVICE_WORKER_IGNORED", "/background/service_worker"),
    // Raised for every add-on that supports Firefox below 142, though this one is not offered for Android:
    // https://github.com/mozilla/web-ext/issues/3561. Avoiding it means offering it there or dropping Firefox 140.
    ("KEY_FIREFOX_ANDROID_UNSUPPORTED_BY_MIN_VERSION", "gecko.data_collection_permissions"),
];

/// Builds, runs the linter on the Firefox zip, and fails if it finds anything new.
pub(crate) fn run() -> Result<()> {
    // Check this before the build, which takes a minute.
    let node = node::find_from(OLDEST_NODE, "runs the linter of addons.mozilla.org")?;
    let folder = files::workspace().join("xtask/addons-linter");
    build::make()?;
    node::install_once(&folder, "Installing addons-linter (60 MB, once)")?;
    step::heading("Linting the package for Firefox");
    let said = Command::new(node)
        .arg(folder.join("node_modules/addons-linter/bin/addons-linter"))
        .args(["--output", "json"])
        .arg(files::dist().join(build::zip_name("firefox")))
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start the linter")?;
    // It exits with a failure on errors, which its output lists.
    let found = serde_json::from_slice(&said.stdout).with_context(|| {
        format!(
            "the linter ({}) did not say what it found, but {:?}",
            said.status,
            String::from_utf8_lossy(&said.stdout)
        )
    })?;
    let verdict = judge(&found)?;
    for line in &verdict.known {
        println!("known: {line}");
    }
    if !verdict.new.is_empty() {
        bail!(
            "addons.mozilla.org would say this of the package. Mend it, or add a warning to KNOWN in xtask/src/lint.rs \
             with the reason why it stays:\n{}",
            verdict.new.join("\n")
        );
    }
    println!("addons-linter: no errors, no notices, no new warnings");
    Ok(())
}

/// What the linter found, one line each.
#[derive(Default)]
struct Verdict {
    known: Vec<String>,
    new: Vec<String>,
}

/// Splits what the linter found into known and new.
fn judge(found: &Value) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    for kind in ["errors", "notices", "warnings"] {
        let messages = found[kind].as_array().with_context(|| format!("the linter told of no {kind}"))?;
        for message in messages {
            let text = |key: &str| message[key].as_str().unwrap_or_default();
            let line =
                format!("{}: {}: {} {}", text("file"), text("code"), text("message"), text("description"));
            let is_known =
                |(code, about): &(&str, &str)| text("code") == *code && text("description").contains(about);
            if kind == "warnings" && KNOWN.iter().any(is_known) {
                verdict.known.push(line);
            } else {
                verdict.new.push(line);
            }
        }
    }
    Ok(verdict)
}

#[cfg(test)]
mod tests {
    use super::judge;
    use serde_json::json;

    #[test]
    fn what_is_known_is_known_by_what_it_is_about_and_as_a_warning_only() {
        let message =
            |code: &str, about: &str| json!({"code": code, "description": about, "file": "manifest.json"});
        let known = message("BACKGROUND_SERVICE_WORKER_IGNORED", "\"/background/service_worker\" is ignored");
        let android = "KEY_FIREFOX_ANDROID_UNSUPPORTED_BY_MIN_VERSION";
        let found = json!({
            "errors": [known],
            "notices": [],
            "warnings": [known, message(android, "gecko.data_collection_permissions"), message(android, "commands"), message("NEW", "")],
        });
        let verdict = judge(&found).unwrap();
        assert_eq!((verdict.known.len(), verdict.new.len()), (2, 3), "{:?}", verdict.new);
        assert!(judge(&json!({"errors": [], "warnings": []})).is_err());
    }
}
