//! Everything that is read from answers loses nothing and survives what amoCRM writes.
//!
//! * `spec` is what `xtask/spec/` says of the models, `registry` the models as the library has
//!   them; a model that is in one and not in the other, or has no fixture, fails the tests.
//! * `law` is the one place that says what may differ between what came and what is printed.
//! * `variants` goes through every place of every fixture, `props` mixes many odd things at once,
//!   `errors` puts something at every place that cannot be read there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod changes;
mod errors;
mod fixtures;
mod law;
mod places;
mod props;
mod registry;
mod spec;
mod variants;
