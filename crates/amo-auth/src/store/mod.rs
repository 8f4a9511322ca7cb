//! Where grants are kept, and the contract that makes a single-use refresh token safe.
//!
//! A refresh goes: [`acquire`](TokenStore::acquire) the lease of the grant, [`load`](TokenStore::load) it
//! again (somebody else may have refreshed it meanwhile), ask the server, [`save`](TokenStore::save) the
//! new pair **before its first use**, let the lease go. A store has to keep two promises: a save is
//! durable when it returns, and it is refused when the lease was lost or the stored version is not the
//! one that was loaded.

mod file;
mod file_format;
mod memory;

use std::any::Any;
use std::error::Error as StdError;
use std::fmt::{self, Debug};
use std::time::Duration;

use amo_core::{AccountId, Timestamp};
use async_trait::async_trait;

pub use self::file::FileStore;
pub use self::memory::MemoryStore;
use crate::{Grant, GrantKey, Origin};

/// Counts the saves of one grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u64);

impl Version {
    /// A version as a store counts it.
    pub const fn new(version: u64) -> Self {
        Self(version)
    }

    /// The number to store.
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// A grant as it was read, with the version that a later save has to name.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Stored {
    /// The grant.
    pub grant: Grant,
    /// Its version.
    pub version: Version,
}

impl Stored {
    /// A grant as a store has it.
    pub fn new(grant: Grant, version: Version) -> Self {
        Self { grant, version }
    }
}

/// The right to refresh one grant, for a limited time. Dropping it gives it back.
pub struct Lease {
    fence: u64,
    guard: Box<dyn Any + Send + Sync>,
}

impl Lease {
    /// A lease with its fencing number, greater than that of every earlier lease of the same grant.
    /// Dropping `guard` must give the lease back.
    pub fn new(fence: u64, guard: impl Any + Send + Sync) -> Self {
        Self { fence, guard: Box::new(guard) }
    }

    /// The fencing number.
    pub fn fence(&self) -> u64 {
        self.fence
    }

    /// What the store keeps in the lease, if it is a `T`.
    pub fn guard<T: Any>(&self) -> Option<&T> {
        self.guard.downcast_ref()
    }
}

impl Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease").field("fence", &self.fence).finish_non_exhaustive()
    }
}

/// What to look a grant up by when its key is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FindBy {
    /// The integration and the account's address.
    Domain {
        /// The integration's id.
        client_id: String,
        /// The account's address.
        domain: Origin,
    },
    /// The integration and the account.
    Account {
        /// The integration's id.
        client_id: String,
        /// The account.
        account_id: AccountId,
    },
}

impl FindBy {
    /// Is `grant` what is looked for?
    pub fn matches(&self, grant: &Grant) -> bool {
        match self {
            Self::Domain { client_id, domain } => {
                grant.key.client_id == *client_id && grant.domain == *domain
            }
            Self::Account { client_id, account_id } => {
                grant.key.client_id == *client_id && grant.key.account_id == *account_id
            }
        }
    }
}

/// A part of a list of keys, and where it goes on.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct KeyPage {
    /// The keys.
    pub keys: Vec<GrantKey>,
    /// What [`TokenStore::list`] takes to go on; `None` at the end.
    pub next: Option<String>,
}

impl KeyPage {
    /// A part with what [`TokenStore::list`] takes to go on.
    pub fn new(keys: Vec<GrantKey>, next: Option<String>) -> Self {
        Self { keys, next }
    }
}

/// Keeps grants. See the [module](self) for the contract.
#[async_trait]
pub trait TokenStore: Debug + Send + Sync + 'static {
    /// Reads a grant.
    ///
    /// # Errors
    /// If the store cannot be read, or what it has is damaged.
    async fn load(&self, key: &GrantKey) -> Result<Option<Stored>, StoreError>;

    /// The grants that `by` describes: more than one if several users' grants are kept.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    async fn find(&self, by: &FindBy) -> Result<Vec<Stored>, StoreError>;

    /// Waits for the lease of a grant, which need not exist yet. A holder that does not give it back
    /// loses it after `ttl`, or earlier if the store can tell that it is gone.
    ///
    /// # Errors
    /// If the store fails or somebody else keeps the lease for too long.
    async fn acquire(&self, key: &GrantKey, ttl: Duration) -> Result<Lease, StoreError>;

    /// Writes a grant, durably. `expected` is the version that was loaded, `None` if there was none. The
    /// version that it gives is greater than every earlier one of the same key, also of one that was
    /// removed meanwhile; the lease's fence helps with that.
    ///
    /// # Errors
    /// [`StoreErrorKind::LeaseLost`], [`StoreErrorKind::Conflict`], or the store's own failure. Whatever the
    /// error, what was stored before is still there, whole.
    async fn save(
        &self,
        grant: &Grant,
        expected: Option<Version>,
        lease: &Lease,
    ) -> Result<Version, StoreError>;

    /// The keys of grants that were obtained before `older_than`, in a stable order, a part at a time.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    async fn list(
        &self,
        older_than: Timestamp,
        cursor: Option<&str>,
    ) -> Result<KeyPage, StoreError>;

    /// Forgets a grant; it is no error if there is none.
    ///
    /// # Errors
    /// If the store fails.
    async fn remove(&self, key: &GrantKey) -> Result<(), StoreError>;
}

/// What a store refuses or fails at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// The stored version is not the expected one: somebody else has saved.
    Conflict,
    /// The lease ended or was taken over before the save.
    LeaseLost,
    /// Somebody else keeps the lease.
    LeaseUnavailable,
    /// What is stored cannot be understood. It is left as it is.
    Damaged,
    /// The store cannot be reached, read or written.
    Unavailable,
}

/// Why a store did not do what it was asked to.
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl StoreError {
    /// An error; `message` names the place (a file, a table) but no secret.
    pub fn new(kind: StoreErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// The same with its cause.
    pub fn with_source(
        kind: StoreErrorKind,
        message: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self { kind, message: message.into(), source: Some(source.into()) }
    }

    /// What it is.
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl StdError for StoreError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
