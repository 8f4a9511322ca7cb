//! See `amo_fuzz::PAGE`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (amo_fuzz::PAGE.check)(input));
