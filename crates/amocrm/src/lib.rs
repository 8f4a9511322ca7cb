#![doc = include_str!("../docs/overview.md")]
//!
//! # Layers
//!
//! Everything here comes from crates that can also be used one at a time:
//!
//! * [`api`]: the client and its handles;
//! * [`transport`]: the tower stack that requests go through;
//! * [`auth`]: authorisation and token stores;
//! * [`core`]: models, custom fields, queries.
//!
//! [`methods`] has what every method is called here, in the official PHP client and in an older PHP wrapper.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(inline)]
pub use amo_api::{
    self as api, AccountStatus, Answered, AnyChange, ApiCall, AttachedFile, Batch, CallSource,
    CallTaken, Change, Changes, Checkpoint, Client, ClientBuilder, Complete, Completeness, Cursor,
    Draft, Entities, Error, ErrorKind, Estimate, FileDownload, Followed, FoundOrCreated, Hub,
    Items, KeepExchanges, LookupError, LoopGuard, Outcome, Outcomes, Pages, Person, PersonKey,
    Progress, ReconcileBy, Reconciled, Saved, Schema, Stop, UploadError, UploadSource, UploadState,
    Whose,
};
#[doc(inline)]
pub use amo_auth::{
    self as auth, AuthorizationCode, FileStore, LongLived, MemoryStore, OAuth, Redirect, TokenStore,
};
#[doc(inline)]
pub use amo_core::{self as core, *};
#[doc(inline)]
pub use amo_transport::{self as transport, Counts, RateLimiter, Settings, SlidingLog, Unlimited};

#[doc = include_str!("../docs/methods.md")]
pub mod methods {}

/// The programs of the READMEs compile.
#[cfg(doctest)]
mod readme {
    #[doc = include_str!("../../../README.md")]
    mod english {}
    #[doc = include_str!("../../../README.ru.md")]
    mod russian {}
}
