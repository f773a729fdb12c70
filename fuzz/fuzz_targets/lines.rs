//! Any bytes as the lines of a replay. tests/support/fuzzed.rs says what
//! must hold, and also tests the kept inputs.
#![no_main]

#[path = "../../tests/support/fuzzed.rs"]
#[allow(dead_code)]
mod fuzzed;

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzed::lines(input));
