//! Each property with its seeds as they are, and with changed ones up to 64 KiB.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod seeds;

use amo_fuzz::{ALL, CUSTOM_FIELDS, PAGE, PROBLEM, Property, QUERY, WEBHOOK, mutate};

/// How many changed inputs are tried; the fuzzer in `fuzz/` goes on from there.
const INPUTS: usize = 1000;

fn holds(property: Property) {
    let seeds = seeds::of(property);
    for seed in &seeds {
        (property.check)(seed);
    }
    for (number, input) in mutate::inputs(&seeds, 1).take(INPUTS).enumerate() {
        let outcome = std::panic::catch_unwind(|| (property.check)(&input));
        assert!(outcome.is_ok(), "input {number}: {}", start(&input));
    }
}

/// Enough of an input to see what it is.
fn start(input: &[u8]) -> String {
    format!("{} bytes, {}", input.len(), input[..input.len().min(400)].escape_ascii())
}

#[test]
fn webhooks() {
    holds(WEBHOOK);
}

#[test]
fn custom_fields() {
    holds(CUSTOM_FIELDS);
}

#[test]
fn problems() {
    holds(PROBLEM);
}

#[test]
fn queries() {
    holds(QUERY);
}

#[test]
fn pages() {
    holds(PAGE);
}

/// Otherwise the runs above would be tests of the seeds.
#[test]
fn inputs_are_the_same_each_time_and_differ_from_each_other() {
    let seeds = seeds::of(WEBHOOK);
    let all = || mutate::inputs(&seeds, 1).take(200).collect::<Vec<_>>();
    let (first, second) = (all(), all());
    assert_eq!(first, second);
    let distinct: std::collections::BTreeSet<_> = first.iter().collect();
    assert!(distinct.len() > 150, "{}", distinct.len());
    assert!(first.iter().all(|input| input.len() <= amo_fuzz::LONGEST));
    assert!(first.iter().any(|input| input.len() == amo_fuzz::LONGEST));
}

#[test]
fn each_property_has_a_target() {
    let targets = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/fuzz_targets");
    let mut targets: Vec<_> = std::fs::read_dir(targets)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    targets.sort();
    let mut names = ALL.map(|property| format!("{}.rs", property.name));
    names.sort();
    assert_eq!(targets, names);
}
