//! How often decoding a page of leads asks for memory, against the same bytes as JSON without
//! types.
//!
//! `cargo bench -p amo-core --bench allocations`. It is a program of its own, because counting
//! would slow down the side that allocates more, and so spoil the times of `decode`.

mod common;

use std::alloc::System;
use std::hint::black_box;

use amo_core::{Lead, Page};
use common::{Text, page};
use serde_json::Value;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static GLOBAL: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    for (name, text) in [("raw", Text::Raw), ("\\uXXXX", Text::Escaped)] {
        let page = page(text);
        let ours = count(|| Page::<Lead>::from_slice("leads", black_box(page.as_bytes())));
        let plain = count(|| serde_json::from_slice::<Value>(black_box(page.as_bytes())));
        let ratio = ours.0 as f64 / plain.0 as f64;
        let bytes = ours.1 as f64 / plain.1 as f64;
        println!(
            "250 leads, {name}: {} allocations against {}, ratio {ratio:.2}; {} bytes against {}, ratio {bytes:.2}",
            ours.0, plain.0, ours.1, plain.1,
        );
    }
}

/// Allocations and reallocations, and the bytes of what remains.
fn count<T, E>(work: impl Fn() -> Result<T, E>) -> (usize, usize) {
    let region = Region::new(GLOBAL);
    let made = black_box(work());
    let stats = region.change();
    assert!(made.is_ok(), "what is measured succeeds");
    let grown = stats.bytes_allocated.saturating_add_signed(stats.bytes_reallocated);
    (stats.allocations + stats.reallocations, grown.saturating_sub(stats.bytes_deallocated))
}
