//! What libFuzzer drives: the target that `TRAILWARDEN_FUZZ` names.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| trailwarden_fuzz::chosen(bytes));
