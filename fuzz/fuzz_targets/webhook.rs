//! See `amo_fuzz::WEBHOOK`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (amo_fuzz::WEBHOOK.check)(input));
