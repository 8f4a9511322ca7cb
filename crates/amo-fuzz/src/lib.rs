//! What must hold for any input, whoever makes it: the fuzzer of `fuzz/`, which searches, and the
//! tests of this crate, which go through the same changed inputs on every machine.
//!
//! A [`Property`] has a `check`, which panics where something does not hold, and a `work`, which
//! only does what a program does with the input, so that its memory can be measured.
#![allow(clippy::panic, clippy::expect_used, reason = "a property that does not hold panics")]

mod custom_fields;
mod json;
pub mod mutate;
mod page;
mod problem;
mod query;
mod webhook;

/// The longest input that is tried, in bytes.
pub const LONGEST: usize = 64 * 1024;

/// Something that reads what others wrote, with what must hold of it.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// Its name, also that of its target and of the directory with its seeds.
    pub name: &'static str,
    /// Panics if something does not hold for the input.
    pub check: fn(&[u8]),
    /// What a program does with the input.
    pub work: fn(&[u8]),
    /// How many bytes of memory one byte of input may cost while `work` runs, beside
    /// [`Property::OVERHEAD`].
    pub memory_per_byte: usize,
}

impl Property {
    /// The memory that any input may cost, in bytes: errors, a first node of a tree.
    pub const OVERHEAD: usize = 16 * 1024;
}

/// The webhook parser.
pub const WEBHOOK: Property =
    Property { name: "webhook", check: webhook::check, work: webhook::work, memory_per_byte: 150 };

/// The values of custom fields.
pub const CUSTOM_FIELDS: Property = Property {
    name: "custom_fields",
    check: custom_fields::check,
    work: custom_fields::work,
    memory_per_byte: 150,
};

/// The bodies of failed answers.
pub const PROBLEM: Property =
    Property { name: "problem", check: problem::check, work: problem::work, memory_per_byte: 150 };

/// The query encoder, undone.
pub const QUERY: Property =
    Property { name: "query", check: query::check, work: query::work, memory_per_byte: 100 };

/// Pages and single entities.
pub const PAGE: Property =
    Property { name: "page", check: page::check, work: page::work, memory_per_byte: 150 };

/// All of them.
pub const ALL: [Property; 5] = [WEBHOOK, CUSTOM_FIELDS, PROBLEM, QUERY, PAGE];
