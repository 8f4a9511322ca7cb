//! How requests to amoCRM / Kommo travel.
//!
//! A [`Stack`] is one `tower` service, built once and shared; each request brings what it needs to know
//! of its account ([`AccountContext`]) and of its operation ([`Meta`]) in its extensions. From the
//! outside in, a stack is:
//!
//! | | layer | what it does |
//! |---|---|---|
//! | 1, 2 | [`layers::Calls`] | one span and one deadline for each logical call, waiting included |
//! | 3 | yours | [`StackBuilder::layer_call`] |
//! | 4 | [`layers::Retry`] | repeats what may be repeated |
//! | 5 | [`layers::Reauth`] | refreshes a token before its end and after a 401 |
//! | 6 | [`layers::RateLimit`] | a slot for each attempt |
//! | 7 | [`layers::Attach`] | the credential, only for origins of the account's list |
//! | 8 | yours | [`StackBuilder::layer_attempt`] |
//! | 9 | [`layers::AttemptLog`] | one event for each attempt, redacted |
//! | 10, 11 | [`layers::Attempt`] | timeout, decompression, bounded collection of the body |
//! | 12 | the connector | hyper, or one of yours |
//!
//! Waiting is only ever done in the future that `call` returns: dropping it gives everything back.

mod account;
mod body;
#[cfg(feature = "client")]
mod client;
mod error;
mod exchange;
pub mod layers;
mod limiter;
mod meta;
mod stack;

pub use account::{AccountContext, Counts};
pub use body::Body;
#[cfg(feature = "client")]
pub use client::HyperSettings;
pub use error::{Error, ErrorKind};
pub use exchange::StackExchange;
pub use limiter::{Ask, LimitKey, Opening, Permit, Priority, RateLimiter, SlidingLog, Unlimited};
pub use meta::{Call, Meta};
pub use stack::{HttpLayer, HttpService, Settings, Stack, StackBuilder, TokenStack};
