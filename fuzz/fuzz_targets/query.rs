//! See `amo_fuzz::QUERY`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (amo_fuzz::QUERY.check)(input));
