//! What can be asked of amoCRM / Kommo.
//!
//! A [`Client`] is for one account. It hands out an [`Entities`] handle for each kind of entity; the
//! handle's methods give builders, which are sent by `.await` and can also say their `http::Request`
//! without sending it.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let (sandbox, server) = amo_sandbox::Sandbox::builder().contacts(3).leads(1).start().await?;
//! # let token = amo_auth::LongLived::new(sandbox.connection().long_lived_token);
//! # let client = amo_api::Client::builder(server.base_url()).auth(token).build()?;
//! use amo_core::{ContactWith, LeadId};
//!
//! let contacts = client.contacts().list().search("+7").with(ContactWith::Leads).limit(50).await?;
//! for contact in &contacts.items {
//!     println!("{} {:?}", contact.id, contact.name);
//! }
//! let lead = client.leads().get(LeadId::new(3_000_001)).await?;
//! assert!(lead.is_some());
//! # Ok(())
//! # }
//! ```

mod account;
mod answer;
mod base;
mod batch;
mod builder;
mod call;
mod changes;
mod client;
mod complete;
mod domain;
mod draft;
mod entities;
mod error;
mod exchanges;
mod files;
mod get;
mod get_many;
mod hosts;
mod hub;
mod items;
mod key_locks;
mod links;
mod list;
mod lookup;
mod loop_guard;
mod memory;
mod one;
mod options;
mod pages;
mod people;
mod place;
mod prepared;
mod raw;
mod reconcile;
mod resume;
mod save;
mod save_all;
mod schema;
mod sending;
mod server_time;
mod services;
mod shared;
mod task;
mod update_with;
mod walk;
mod whole;
mod write;

pub use account::GetAccount;
pub use answer::Answered;
pub use batch::{
    Attempt, Batch, CreateComplexMany, CreateComplexStream, CreateMany, CreateStream, Outcome,
    Outcomes, SendMany, Stop, Unknown, UpdateMany, UpdateStream, WriteMany,
};
pub use builder::{ClientBuilder, OneAccount};
pub use call::ApiCall;
pub use changes::{
    AnyChange, Change, ChangeSet, Changes, Checkpoint, FollowAll, FollowChanges, Followed,
};
pub use client::Client;
pub use complete::{Completable, Complete, Completeness};
pub use domain::LookUpDomain;
pub use draft::{Draft, Savable};
pub use entities::Entities;
pub use error::{Error, ErrorKind};
pub use exchanges::{Exchanges, KeepExchanges, KeptExchange};
pub use files::{
    AttachUpload, AttachedFile, Download, DownloadLink, FileDownload, UploadError, UploadFile,
    UploadSource, UploadState,
};
pub use get::GetOne;
pub use get_many::{Found, GetMany};
pub use hub::{AccountStatus, Hub, HubBuilder, ManyAccounts, StatusChange};
pub use items::Items;
pub use links::{LinkEntities, ListLinks, UnlinkEntities};
pub use list::ListPage;
pub use lookup::{LookUpMany, Lookup};
pub use loop_guard::{LoopGuard, Whose};
pub use one::One;
pub use pages::Pages;
pub use people::{
    Candidate, FindOrCreate, FindPeople, FoundOrCreated, NewPerson, People, PeopleQuery, Person,
    PersonKey, PersonKind,
};
pub use raw::{RawAnswer, RawRequest};
pub use reconcile::{Reconcile, ReconcileBy, Reconciled};
pub use resume::ResumeList;
pub use save::{Save, Saved, Saving};
pub use save_all::{AnyDraft, SaveAll};
pub use schema::{CheckedNew, CheckedPatch, Fields, LookupError, Pipelines, Schema, Users};
pub use sending::Sending;
pub use services::{
    AddOrUnsorted, CallSource, CallTaken, EnsureWebhook, EnsuredWebhook, TagsOfMany, TagsOfOne,
};
pub use update_with::{Edited, UpdateWith, Verdict};
pub use walk::{Cursor, Estimate, Progress};
pub use write::{CreateOne, DeleteOne, UpdateOne};
