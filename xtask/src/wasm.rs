//! From the core's sources to the module and its JavaScript glue.

use crate::{files, programs, setup, step};
use anyhow::{Context, Result, bail};
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

/// The name that the extension's scripts import: `core.js` and `core_bg.wasm`.
const NAME: &str = "core";

/// The module and its glue.
pub(crate) struct Core {
    pub(crate) wasm: Vec<u8>,
    pub(crate) js: Vec<u8>,
}

/// Compiles the core for the browsers.
pub(crate) fn build() -> Result<Core> {
    setup::wasm_target()?;
    step::heading("Building the core for WebAssembly");
    // A separate target folder: with other flags in the same one, cargo would rebuild everything each time.
    let target = files::target().join("wasm");
    let mut cargo = programs::cargo();
    cargo
        .args(["rustc", "--package", "refill-watch", "--lib", "--crate-type", "cdylib", "--locked"])
        .args(["--target", "wasm32-unknown-unknown", "--profile", "wasm", "--target-dir"])
        .arg(&target)
        .env("CARGO_ENCODED_RUSTFLAGS", flags()?.join("\x1f"))
        .env_remove("RUSTFLAGS");
    programs::run(&mut cargo)?;

    let module = target.join("wasm32-unknown-unknown/wasm/refill_watch.wasm");
    let glue = || {
        let mut bindgen = Bindgen::new();
        bindgen.input_path(&module).out_name(NAME).typescript(false);
        bindgen.remove_name_section(true).remove_producers_section(true);
        bindgen.web(true)?.generate_output()
    };
    let mut output = glue().with_context(|| format!("wasm-bindgen refuses {}", module.display()))?;
    // A crate that could bring scripts but brings none is listed in the snippets, with an empty list.
    let no_scripts = output.snippets().values().all(Vec::is_empty) && output.local_modules().is_empty();
    if !no_scripts || !output.npm_dependencies().is_empty() {
        bail!(
            "a crate of the core brings JavaScript of its own, which the extension does not ship: remove it"
        );
    }
    Ok(Core { js: output.js().as_bytes().to_vec(), wasm: output.wasm_mut().emit_wasm() })
}

/// Flags for a small module that is the same on every machine: none of its folders get in.
fn flags() -> Result<Vec<String>> {
    let equal = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    Ok(vec![
        equal(&programs::cargo_home()?, "/cargo"),
        equal(&setup::sysroot()?, "/rust"),
        equal(files::workspace(), "/refill-watch"),
    ])
}
