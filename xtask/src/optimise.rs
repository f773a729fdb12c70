//! binaryen's `wasm-opt` on the finished module: makes it 7 % smaller and changes nothing else.
//!
//! It runs on Node, from the package that xtask/wasm-opt pins. A stamp records the module it last ran on, so that a
//! build without changes costs nothing.

use crate::{files, node, step};
use anyhow::{Context, Result};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::process::Command;

/// For size, and only with features that rustc's own module already uses. `--all-features` would allow proposals that
/// make Chromium refuse the module.
///
/// Repeating until nothing changes, and knowing that the lowest KB is the far end of the stack and that fresh memory
/// is zero, saves another 1.5 KB.
const FLAGS: [&str; 10] = [
    "-Oz",
    "--converge",
    "--low-memory-unused",
    "--zero-filled-memory",
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-multivalue",
    "--enable-reference-types",
];

/// The smaller module.
pub(crate) fn optimise(module: &[u8]) -> Result<Vec<u8>> {
    let folder = files::workspace().join("xtask/wasm-opt");
    let lock = files::read(&folder.join("package-lock.json"))?;
    // A new toolchain may hash differently; then it just runs once more.
    let mut hasher = DefaultHasher::new();
    (module, &lock, FLAGS).hash(&mut hasher);
    let digest = format!("{:016x}", hasher.finish());

    let out = files::target().join("wasm/optimised");
    let (before, after, stamp) = (out.join("before.wasm"), out.join("after.wasm"), out.join("stamp"));
    if fs::read_to_string(&stamp).is_ok_and(|done| done == digest) {
        return fs::read(&after).with_context(|| format!("cannot read {}", after.display()));
    }
    let node = node::find("runs wasm-opt")?;
    let program = folder.join("node_modules/binaryen/bin/wasm-opt");
    node::install_once(&folder, "Installing wasm-opt (100 MB, a minute or two, once)")?;
    fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
    fs::write(&before, module).with_context(|| format!("cannot write {}", before.display()))?;
    step::run(
        "Optimising the module",
        Command::new(node).arg(program).arg(&before).args(FLAGS).arg("-o").arg(&after),
    )?;
    let smaller = fs::read(&after).with_context(|| format!("cannot read {}", after.display()))?;
    fs::write(&stamp, digest).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(smaller)
}
