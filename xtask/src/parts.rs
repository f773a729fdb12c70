//! The software bill of materials: what the shipped module consists of, as CycloneDX.
//!
//! It lists the crates compiled into the module, those that only generate code for it at compile time (`excluded`,
//! CycloneDX's word for parts that do not run), the standard library, and the tools. It has no date and no random
//! number, so it is the same wherever it is made.

use crate::{files, programs};
use anyhow::{Context, Result, bail};
use cargo_metadata::{MetadataCommand, Package};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// The module's compile target.
const TARGET: &str = "wasm32-unknown-unknown";

/// The crate that becomes the module.
const ROOT: &str = "refill-watch";

/// A crate by name and version.
type Crate = (String, String);

/// The list as JSON.
pub(crate) fn list() -> Result<String> {
    let mut cargo = programs::cargo();
    // `cargo metadata` includes features that other crates of the workspace turn on. This lists only what is
    // compiled.
    cargo.args(["tree", "--locked", "--package", ROOT, "--target", TARGET, "--edges", "normal"]);
    let tree = Tree::read(&said(cargo.args(["--prefix", "depth", "--no-dedupe", "--format", " {p}"]))?)?;
    let metadata = MetadataCommand::new()
        .current_dir(files::workspace())
        // This saves cargo from downloading what only other systems need.
        .other_options(["--locked", "--filter-platform", TARGET].map(str::to_owned))
        .exec()
        .context("cargo does not describe the workspace")?;
    let described = |(name, version): &Crate| {
        let package = metadata
            .packages
            .iter()
            .find(|package| package.name.as_str() == name && package.version.to_string() == *version);
        package.with_context(|| format!("cargo does not describe {name} {version}"))
    };
    let digests = digests(&String::from_utf8(files::read(&files::workspace().join("Cargo.lock"))?)?);

    let rust = said(Command::new("rustc").arg("--version").current_dir(files::workspace()))?;
    let rust = rust.split(' ').nth(1).context("rustc does not tell its version")?;
    let std_name = format!("std@{rust}");

    let mut components = Vec::new();
    let mut dependencies = Vec::new();
    for (name, needs) in &tree.needs {
        let mut needs: Vec<String> = needs.iter().map(address).collect();
        if name == &tree.root {
            needs.push(std_name.clone());
        } else {
            let mut component = component(described(name)?, &digests);
            let scope = if tree.compiled_in.contains(name) { "required" } else { "excluded" };
            component.insert("scope".to_owned(), scope.into());
            components.push(Value::Object(component));
        }
        dependencies.push(json!({ "ref": address(name), "dependsOn": needs }));
    }
    components.push(json!({
        "type": "library",
        "bom-ref": std_name,
        "name": "std",
        "version": rust,
        "description": "The Rust Standard Library, compiled with the module from the toolchain's sources",
        "licenses": [{ "expression": "MIT OR Apache-2.0" }],
        "scope": "required",
    }));

    let mut root = component(described(&tree.root)?, &digests);
    root.insert("type".to_owned(), "application".into());
    let glue = metadata.packages.iter().find(|package| package.name.as_str() == "wasm-bindgen-cli-support");
    let glue = component(glue.context("what makes the glue is not among the dependencies")?, &digests);
    let list = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": root,
            "tools": { "components": [
                { "type": "application", "name": "rustc", "version": rust },
                glue,
                binaryen()?,
            ] },
        },
        "components": components,
        "dependencies": dependencies,
    });
    Ok(format!("{list:#}\n"))
}

/// The dependencies, as `cargo tree` prints them.
struct Tree {
    root: Crate,
    needs: BTreeMap<Crate, BTreeSet<Crate>>,
    /// The crates whose code is in the module. The others are macros and their dependencies.
    compiled_in: BTreeSet<Crate>,
}

impl Tree {
    /// Reads lines such as `2 quote v1.0.40` or `1 serde_derive v1.0.219 (proc-macro)`; a crate's dependencies follow
    /// it.
    fn read(drawn: &str) -> Result<Self> {
        let mut root = None;
        let mut needs: BTreeMap<Crate, BTreeSet<Crate>> = BTreeMap::new();
        let mut compiled_in = BTreeSet::new();
        // The crates above the current line, each with whether it is compiled in.
        let mut above: Vec<(Crate, bool)> = Vec::new();
        for line in drawn.lines().filter(|line| !line.is_empty()) {
            let mut words = line.split(' ');
            let (Some(depth), Some(name), Some(version)) = (words.next(), words.next(), words.next()) else {
                bail!("cargo tree draws otherwise than expected: `{line}`");
            };
            let depth: usize =
                depth.parse().with_context(|| format!("cargo tree drew no depth: `{line}`"))?;
            let this = (name.to_owned(), version.trim_start_matches('v').to_owned());
            above.truncate(depth);
            let is_compiled_in = !line.ends_with("(proc-macro)")
                && above.last().is_none_or(|(_, is_compiled_in)| *is_compiled_in);
            match above.last() {
                Some((parent, _)) => {
                    needs.entry(parent.clone()).or_default().insert(this.clone());
                }
                None => root = Some(this.clone()),
            }
            needs.entry(this.clone()).or_default();
            if is_compiled_in {
                compiled_in.insert(this.clone());
            }
            above.push((this, is_compiled_in));
        }
        Ok(Self { root: root.context("cargo tree drew nothing")?, needs, compiled_in })
    }
}

/// Where to find a crate, as a package URL.
fn address((name, version): &Crate) -> String {
    format!("pkg:cargo/{name}@{version}")
}

/// A crate's entry in the list.
fn component(package: &Package, digests: &BTreeMap<Crate, String>) -> Map<String, Value> {
    let this = (package.name.to_string(), package.version.to_string());
    let mut said = Map::from_iter([
        ("type".to_owned(), "library".into()),
        ("bom-ref".to_owned(), address(&this).into()),
        ("name".to_owned(), this.0.clone().into()),
        ("version".to_owned(), this.1.clone().into()),
    ]);
    if let Some(description) = &package.description {
        let line = description.split_whitespace().collect::<Vec<_>>().join(" ");
        said.insert("description".to_owned(), line.into());
    }
    if let Some(license) = &package.license {
        // The older spelling, from before there was a standard.
        let license = license.replace(" / ", " OR ").replace('/', " OR ");
        said.insert("licenses".to_owned(), json!([{ "expression": license }]));
    }
    // Only crates from the registry have a digest and an address there.
    if let Some(digest) = digests.get(&this) {
        said.insert("hashes".to_owned(), json!([{ "alg": "SHA-256", "content": digest }]));
        said.insert("purl".to_owned(), address(&this).into());
    }
    if let Some(repository) = &package.repository {
        said.insert("externalReferences".to_owned(), json!([{ "type": "vcs", "url": repository }]));
    }
    said
}

/// The digests in Cargo.lock, which are those of the crates' archives.
fn digests(lock: &str) -> BTreeMap<Crate, String> {
    let value = |part: &str, key: &str| {
        let line = part.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \""))?;
        Some(line.trim_end_matches('"').to_owned())
    };
    lock.split("[[package]]")
        .filter_map(|part| Some(((value(part, "name")?, value(part, "version")?), value(part, "checksum")?)))
        .collect()
}

/// binaryen, in the version pinned for `wasm-opt`.
fn binaryen() -> Result<Value> {
    let lock = files::workspace().join("xtask/wasm-opt/package-lock.json");
    let lock: Value = serde_json::from_slice(&files::read(&lock)?)?;
    let pinned = &lock["packages"]["node_modules/binaryen"];
    let version = pinned["version"].as_str().context("binaryen is not pinned in xtask/wasm-opt")?;
    Ok(json!({
        "type": "application",
        "name": "binaryen",
        "version": version,
        "purl": format!("pkg:npm/binaryen@{version}"),
        "licenses": [{ "expression": pinned["license"] }],
    }))
}

/// What a program prints.
fn said(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("cannot start {program}"))?;
    if !output.status.success() {
        bail!("{program} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8(output.stdout)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Crate {
        (name.to_owned(), "1.0.0".to_owned())
    }

    #[test]
    fn macros_and_what_they_need_are_not_compiled_in_unless_something_else_needs_it() {
        let drawn = "0 ours v1.0.0 (/somewhere)\n1 a-macro v1.0.0 (proc-macro)\n2 below v1.0.0\n2 both v1.0.0\n1 both v1.0.0\n";
        let tree = Tree::read(drawn).unwrap();
        assert_eq!(tree.root, named("ours"));
        assert_eq!(tree.compiled_in, BTreeSet::from([named("ours"), named("both")]));
        assert_eq!(tree.needs[&named("a-macro")], BTreeSet::from([named("below"), named("both")]));
        assert_eq!(tree.needs[&named("ours")], BTreeSet::from([named("a-macro"), named("both")]));
    }

    #[test]
    fn every_part_has_a_licence_and_all_that_is_not_ours_a_digest() {
        let list: Value = serde_json::from_str(&list().unwrap()).unwrap();
        let parts = list["components"].as_array().unwrap();
        assert!(parts.len() > 20, "{} parts", parts.len());
        for part in parts {
            assert!(part["licenses"][0]["expression"].is_string(), "{part:#}");
            assert!(part["hashes"][0]["content"].is_string() || part["name"] == "std", "{part:#}");
        }
        assert!(!list.to_string().contains(&files::workspace().display().to_string()));
    }
}
