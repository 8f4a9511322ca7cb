//! See `amo_fuzz::CUSTOM_FIELDS`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (amo_fuzz::CUSTOM_FIELDS.check)(input));
