//! Fuzzing inputs worth keeping: each once broke something, or reaches a place that no other does.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/fuzzed.rs"]
mod fuzzed;

use std::fs;
use std::path::Path;

fn each_kept(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzzed").join(target);
    let mut inputs: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!inputs.is_empty(), "{} is empty", folder.display());
    inputs.sort();
    for input in inputs {
        // Only a failed test prints it: the last input named is the culprit.
        println!("{}", input.display());
        check(&fs::read(&input).unwrap());
    }
}

#[test]
fn every_kept_answer_is_read_without_inventing_anything() {
    each_kept("answer", fuzzed::answer);
}

#[test]
fn every_kept_storage_is_taken_in_or_kept_aside_and_survives_a_restart() {
    each_kept("stored", fuzzed::stored);
}

#[test]
fn every_kept_replay_prints_one_line_for_each() {
    each_kept("lines", fuzzed::lines);
}
