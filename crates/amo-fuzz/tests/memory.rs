//! How much memory an input may cost. One test in a program of its own: the allocator counts for
//! the whole process.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod seeds;

use amo_fuzz::{ALL, LONGEST, Property, WEBHOOK, mutate};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// What fills 64 KiB with as many things as it can.
const DENSE: &[(&str, &[u8])] = &[
    ("", b"a[][][][][][][][][][][][][][][][][][][][][][][][][][][][][][][]&"),
    ("", b"a[]&"),
    ("", b"leads[add][][]&"),
    ("{\"leads\":{\"add\":[0", b",[]"),
    ("{\"leads\":{\"add\":[0", b",{}"),
    ("[{}", b",{}"),
    ("[[]", b",[]"),
    ("[0", b",0"),
    ("", b"["),
    ("", b"{\"\":"),
    ("{\"\":0", b",\"\":0"),
    ("[{\"values\":[{}", b",{}"),
    ("[{\"field_type\":\"text\",\"values\":[{\"value\":0}", b",{\"value\":0}"),
    ("{\"errors\":[0", b",0"),
    ("{\"errors\":[{}", b",{}"),
    ("{\"_embedded\":{\"leads\":[{\"id\":1}", b",{\"id\":1}"),
    ("{\"_embedded\":{\"leads\":[{\"id\":1,\"_embedded\":{\"tags\":[{}", b",{}"),
    ("", b"\x01"),
    ("", b"%"),
    ("\"", b"\\u0001"),
    ("id", b"\xFF"),
];

/// A dense input, closed as JSON where it is that.
fn dense((start, piece): &(&str, &[u8]), length: usize) -> Vec<u8> {
    let room = length - start.len() - 32;
    let body = piece.repeat(room / piece.len());
    let mut closing = Vec::new();
    for byte in start.bytes() {
        match byte {
            b'[' => closing.push(b']'),
            b'{' => closing.push(b'}'),
            b']' | b'}' => drop(closing.pop()),
            _ => {}
        }
    }
    closing.reverse();
    [start.as_bytes(), &body, &closing].concat()
}

/// The most bytes that were in use at once, beyond those that were before.
fn peak(property: Property, input: &[u8]) -> usize {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    (property.work)(input);
    MEMORY.peak_usage().saturating_sub(before)
}

#[test]
fn an_input_costs_at_most_so_many_times_its_length() {
    for property in ALL {
        let seeds = seeds::of(property);
        let changed = mutate::inputs(&seeds, 2).take(200);
        let mut most = 0;
        for input in DENSE.iter().map(|parts| dense(parts, LONGEST)).chain(changed) {
            let used = peak(property, &input);
            let bound = property.memory_per_byte * input.len() + Property::OVERHEAD;
            let start = input[..input.len().min(200)].escape_ascii();
            assert!(
                used <= bound,
                "{}: {used} bytes for {} bytes, {start}",
                property.name,
                input.len()
            );
            most = most.max(used.saturating_sub(Property::OVERHEAD) / input.len().max(1));
        }
        println!("{}: at most {most} bytes for each byte", property.name);
        // A bound that nothing comes near is no bound.
        assert!(most * 2 >= property.memory_per_byte, "{}: the bound is loose", property.name);
    }
    // What `Limits` promises of the longest body that it lets pass: some tens of megabytes.
    for parts in DENSE.iter().filter(|(start, _)| start.is_empty() || start.contains("leads")) {
        let used = peak(WEBHOOK, &dense(parts, 2 * 1024 * 1024));
        assert!(used <= 64 * 1024 * 1024, "{parts:?} costs {used} bytes");
    }
}
