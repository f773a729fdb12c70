//! The layout of `src/`: each room uses only those below it, and the files of the view use each other in one
//! direction.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// From the ground up.
const ROOMS: [&str; 7] = ["time", "balance", "verdict", "state", "view", "protocol", "browser"];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The files in a folder, each with its text up to its tests.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.file_name().is_some_and(|name| name != "tests.rs") {
            let text = fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned();
            found.push((path, text));
        }
    }
    found
}

/// Every word after `prefix`, outside comments.
fn words_after(text: &str, prefix: &str) -> BTreeSet<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code: String = code.collect::<Vec<_>>().join("\n");
    let names = code.split(prefix).skip(1).flat_map(|rest| {
        // One name, or a list in braces.
        let list =
            rest.strip_prefix('{').and_then(|list| list.split_once("};")).map_or(rest, |(list, _)| list);
        let is_list = list.len() < rest.len();
        let end = list.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(list.len());
        let one = if is_list { list } else { &list[..end] };
        one.split([',', '{', '}', ' ', '\n', ':']).map(|name| name.trim().to_owned()).collect::<Vec<_>>()
    });
    names.filter(|name| !name.is_empty()).collect()
}

#[test]
fn each_room_uses_only_the_rooms_below_it() {
    for (place, room) in ROOMS.iter().enumerate() {
        for (path, text) in files(&source().join(room)) {
            let used = words_after(&text, "crate::");
            let above: Vec<_> = ROOMS[place + 1..].iter().filter(|room| used.contains(**room)).collect();
            assert!(above.is_empty(), "{} uses {above:?}, which stand above {room}", path.display());
        }
    }
}

#[test]
fn the_files_of_the_view_use_each_other_in_one_direction() {
    let view = source().join("view");
    let stem = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let all: BTreeMap<String, String> =
        files(&view).into_iter().map(|(path, text)| (stem(&path), text)).collect();
    // What a room itself offers the others is in one of its files.
    let mut home = BTreeMap::new();
    for line in all["mod"].split(';') {
        let Some((_, exported)) = line.split_once("use ") else { continue };
        let Some((file, names)) = exported.split_once("::") else { continue };
        for name in names.split(['{', '}', ',', ' ', '\n']).filter(|name| !name.is_empty()) {
            home.insert(name.to_owned(), file.to_owned());
        }
    }
    let mut left: BTreeMap<&String, BTreeSet<String>> = BTreeMap::new();
    for (file, text) in all.iter().filter(|(file, _)| *file != "mod") {
        let used = words_after(text, "super::").into_iter();
        let used = used
            .filter_map(|name| if all.contains_key(&name) { Some(name) } else { home.get(&name).cloned() });
        left.insert(file, used.filter(|used| used != file && used != "mod").collect());
    }
    assert!(left.values().map(BTreeSet::len).sum::<usize>() > 50, "the uses are not found: {left:?}");
    // Whatever uses nothing that is left can go; a circle never can.
    while let Some(file) = left.iter().find_map(|(file, used)| {
        let is_free = !used.iter().any(|used| left.contains_key(used));
        is_free.then(|| (*file).clone())
    }) {
        left.remove(&file);
    }
    assert!(left.is_empty(), "these files use each other in a circle: {left:?}");
}
