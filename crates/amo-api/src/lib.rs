//! What can be asked of amoCRM / Kommo.
//!
//! A [`Client`] is for one account. It hands out an [`Entities`] handle for each kind of entity; the
//! handle's methods give builders, which are sent by `.await` and can also say their `http::Request`
//! without sending it.
//!
//! ```no_run
//! # async fn run(client: amo_api::Client) -> Result<(), amo_api::Error> {
//! use amo_core::{ContactWith, LeadId};
//!
//! let contacts = client.contacts().list().search("petrov").with(ContactWith::Leads).limit(50).await?;
//! for contact in &contacts.items {
//!     println!("{} {:?}", contact.id, contact.name);
//! }
//! let lead = client.leads().get(LeadId::new(90_001)).await?;
//! # let _ = lead;
//! # Ok(())
//! # }
//! ```

mod account;
mod answer;
mod batch;
mod builder;
mod call;
mod client;
mod entities;
mod error;
mod get;
mod links;
mod list;
mod one;
mod options;
mod pages;
mod place;
mod prepared;
mod raw;
mod send_many;
mod sending;
mod services;
mod write;

pub use account::GetAccount;
pub use answer::Answered;
pub use batch::{Batch, CreateMany, Outcome, UpdateMany};
pub use builder::ClientBuilder;
pub use call::ApiCall;
pub use client::Client;
pub use entities::Entities;
pub use error::{Error, ErrorKind};
pub use get::GetOne;
pub use links::{LinkEntities, ListLinks, UnlinkEntities};
pub use list::ListPage;
pub use one::One;
pub use pages::{Items, Pages};
pub use raw::{RawAnswer, RawRequest};
pub use send_many::SendMany;
pub use sending::Sending;
pub use services::{EnsureWebhook, EnsuredWebhook};
pub use write::{CreateOne, DeleteOne, UpdateOne};
