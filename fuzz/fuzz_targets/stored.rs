//! Any bytes as what storage holds, with a few events after it. What must hold stands in
//! tests/support/fuzzed.rs, which the kept inputs are tested with as well.
#![no_main]

#[path = "../../tests/support/fuzzed.rs"]
#[allow(dead_code)]
mod fuzzed;

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzed::stored(input));
