//! An amoCRM in a box: a tower service and a server on loopback to learn with and to test against.
//!
//! The box holds one demo account in memory, with users, a pipeline, custom fields ([`demo`]) and
//! as many contacts, companies, leads, customers and elements of catalogs as wanted. It speaks
//! OAuth with single-use refresh tokens, checks requests and the rights of their users, answers in
//! the forms of the real service, and refuses the eighth request of a second. Tests move its
//! [`Calendar`], read its [`RequestLog`], switch [`Faults`] on and let [`Scripts`] run. Clients in
//! any language can use it over HTTP, and so can tests: [`control_api`]. [`Accounts`] puts several
//! accounts behind one address.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! use amo_sandbox::Sandbox;
//! use http_body_util::{BodyExt, Full};
//! use tower_service::Service;
//!
//! let sandbox = Sandbox::builder().contacts(3).build();
//! let token = sandbox.connection().long_lived_token;
//! let request = http::Request::get("https://demo.amocrm.ru/api/v4/contacts")
//!     .header("authorization", format!("Bearer {token}"))
//!     .body(Full::<bytes::Bytes>::default())?;
//! let answer = sandbox.service().call(request).await?;
//! let body = answer.into_body().collect().await?.to_bytes();
//! let list: serde_json::Value = serde_json::from_slice(&body)?;
//! assert_eq!(list["_embedded"]["contacts"].as_array().map(Vec::len), Some(3));
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! What it changes it posts to those that subscribed to webhooks ([`Webhooks`]). What is not there
//! yet answers 404. Where nobody has said what the real service does, the box had to decide:
//! [`guesses`] lists it. [`recipes`] shows how to test with it, and [`state_format`] what its whole
//! state looks like as JSON.

mod access;
mod account;
mod accounts;
mod automation;
mod body;
mod builder;
mod calendar;
mod call;
mod check;
mod clock;
mod complex;
mod connection;
mod control;
#[doc = include_str!("../docs/control.md")]
pub mod control_api {}
pub mod demo;
mod drive;
mod duplicates;
mod entity;
mod events;
mod fault;
mod fields;
mod filter;
mod flaws;
mod generated;
#[doc = include_str!("../docs/guesses.md")]
pub mod guesses {}
mod head;
#[doc = include_str!("../docs/state.md")]
#[doc = "```json"]
#[doc = include_str!("../docs/state.json")]
#[doc = "```"]
pub mod state_format {}
mod latency;
mod legacy;
mod limit;
mod links;
mod listing;
mod log;
mod oauth;
mod operations;
mod outside;
mod page;
mod query;
#[doc = include_str!("../docs/recipes.md")]
pub mod recipes {}
mod record;
mod reply;
mod rights;
mod route;
mod rule;
mod sandbox;
mod script;
mod server;
mod service;
mod special;
mod spelling;
mod state;
mod table;
mod tags;
#[cfg(feature = "tls")]
mod tls;
mod unsorted;
mod webhooks;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use accounts::{Accounts, AccountsService};
pub use automation::TriggerOn;
pub use body::AnswerBody;
pub use builder::{ApiFilter, CustomersMode, Language, SandboxBuilder};
pub use calendar::Calendar;
pub use connection::Connection;
pub use control::ControlService;
pub use fault::{Fault, Faults};
pub use latency::Latency;
pub use limit::{Block, Blocked, Limits, RateLimit, TooManyRequests};
pub use log::{LoggedRequest, RequestLog};
pub use oauth::moved::Moved;
pub use sandbox::Sandbox;
pub use script::{Script, ScriptOutcome, Scripts};
pub use server::Server;
pub use service::{Lost, SandboxService};
pub use state::StateError;
pub use webhooks::{WebhookDelivery, Webhooks};

/// Locks; a lock that a panicking test left behind is still good, as every step leaves its state
/// whole.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod assertions {
    use super::*;

    fn shared<T: Send + Sync + 'static>() {}

    #[test]
    fn everything_public_can_be_shared_between_threads() {
        shared::<Sandbox>();
        shared::<SandboxBuilder>();
        shared::<SandboxService>();
        shared::<Server>();
        shared::<Fault>();
        shared::<LoggedRequest>();
        shared::<Webhooks>();
    }
}
