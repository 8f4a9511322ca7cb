//! See `amo_fuzz::PROBLEM`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (amo_fuzz::PROBLEM.check)(input));
