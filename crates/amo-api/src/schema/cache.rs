//! Parts of the schema in memory: read once, for everybody, for a time.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use amo_auth::Clock;
use amo_core::{Account, CustomFieldsOf};

use super::filters::HeedsFilters;
use super::{Fields, Pipelines, Users};
use crate::Error;

/// What a client and its clones keep of the account's schema.
#[derive(Debug, Default)]
pub(crate) struct SchemaMemory {
    pub(super) pipelines: Arc<Slot<Pipelines>>,
    pub(super) users: Arc<Slot<Users>>,
    pub(super) account: Arc<Slot<Account>>,
    pub(super) filters: Arc<Slot<HeedsFilters>>,
    fields: Mutex<HashMap<CustomFieldsOf, Arc<Slot<Fields>>>>,
}

/// What the builder says of the schema.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SchemaSettings {
    /// How long a part is believed.
    pub(crate) ttl: Duration,
    /// Are writes checked before they are sent?
    pub(crate) check_writes: bool,
    /// Is it checked that the account heeds filters?
    pub(crate) check_filters: bool,
}

impl Default for SchemaSettings {
    fn default() -> Self {
        Self { ttl: Duration::from_secs(600), check_writes: false, check_filters: true }
    }
}

impl SchemaMemory {
    pub(super) fn fields(&self, of: CustomFieldsOf) -> Arc<Slot<Fields>> {
        let mut fields = self.fields.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(fields.entry(of).or_default())
    }

    /// The fields that somebody has asked for, however old.
    pub(super) fn held_fields(&self, of: CustomFieldsOf) -> Option<Arc<Fields>> {
        let fields = self.fields.lock().unwrap_or_else(PoisonError::into_inner);
        fields.get(&of)?.peek()
    }

    /// Forgets everything.
    pub(super) fn forget(&self) {
        self.pipelines.forget();
        self.users.forget();
        self.account.forget();
        self.filters.forget();
        for slot in self.fields.lock().unwrap_or_else(PoisonError::into_inner).values() {
            slot.forget();
        }
    }

    /// Forgets what a change at this path may have changed.
    pub(super) fn forget_after(&self, path: &str) {
        if path.contains("/custom_fields") {
            for slot in self.fields.lock().unwrap_or_else(PoisonError::into_inner).values() {
                slot.forget();
            }
        } else if path.contains("/pipelines") {
            self.pipelines.forget();
        } else if path.contains("/users") {
            self.users.forget();
        } else if path.ends_with("/customers/mode") {
            self.account.forget();
        }
    }
}

/// One part. Of those who want it at the same time one reads it, and the others wait for him.
pub(super) struct Slot<T> {
    /// Held while it is read.
    reading: tokio::sync::Mutex<()>,
    state: Mutex<State<T>>,
    /// How many times it was read, or was tried to be.
    ended: AtomicU64,
}

struct State<T> {
    held: Option<(Arc<T>, Duration)>,
    /// Why reading failed, and which time that was.
    failure: Option<(u64, Arc<Error>)>,
    /// Counts how often it was forgotten: what was asked for before that is old when it comes.
    forgotten: u64,
}

/// A part, and whether it was read for the one who asked: then it cannot be older than his question.
pub(super) struct Got<T> {
    pub(super) value: Arc<T>,
    pub(super) is_fresh: bool,
}

impl<T> Slot<T> {
    /// The part; read if it is not there, too old, or the very one that is not wanted any more.
    pub(super) async fn get<F: Future<Output = Result<T, Error>>>(
        &self,
        clock: &dyn Clock,
        ttl: Duration,
        instead_of: Option<&Arc<T>>,
        read: impl FnOnce() -> F,
    ) -> Result<Got<T>, Arc<Error>> {
        if let Some(value) = self.held(clock, instead_of) {
            return Ok(Got { value, is_fresh: instead_of.is_some() });
        }
        let seen = self.ended.load(Ordering::SeqCst);
        let _reading = self.reading.lock().await;
        if let Some(value) = self.held(clock, instead_of) {
            return Ok(Got { value, is_fresh: true });
        }
        if let Some((_, error)) = self.state().failure.as_ref().filter(|(time, _)| *time > seen) {
            // Somebody failed while this one waited: it would be the same again.
            return Err(Arc::clone(error));
        }
        let forgotten = self.state().forgotten;
        let result = read().await;
        let time = self.ended.fetch_add(1, Ordering::SeqCst) + 1;
        let mut state = self.state();
        match result {
            Ok(value) => {
                let value = Arc::new(value);
                state.failure = None;
                // What was forgotten meanwhile is not kept.
                if state.forgotten == forgotten {
                    state.held = Some((Arc::clone(&value), clock.monotonic() + ttl));
                }
                Ok(Got { value, is_fresh: true })
            }
            Err(error) => {
                let error = Arc::new(error);
                state.failure = Some((time, Arc::clone(&error)));
                Err(error)
            }
        }
    }

    /// Somebody has learned it by the way.
    pub(super) fn put(&self, value: T, until: Duration) {
        self.state().held = Some((Arc::new(value), until));
    }

    /// What is there, however old.
    pub(super) fn peek(&self) -> Option<Arc<T>> {
        self.state().held.as_ref().map(|(value, _)| Arc::clone(value))
    }

    fn held(&self, clock: &dyn Clock, instead_of: Option<&Arc<T>>) -> Option<Arc<T>> {
        let state = self.state();
        let (value, until) = state.held.as_ref()?;
        let is_wanted = instead_of.is_none_or(|old| !Arc::ptr_eq(old, value));
        (is_wanted && clock.monotonic() < *until).then(|| Arc::clone(value))
    }

    fn forget(&self) {
        let mut state = self.state();
        state.held = None;
        state.forgotten += 1;
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// By hand: the derive would ask for the same of `T`.
impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self {
            reading: tokio::sync::Mutex::default(),
            state: Mutex::new(State { held: None, failure: None, forgotten: 0 }),
            ended: AtomicU64::new(0),
        }
    }
}

impl<T> fmt::Debug for Slot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").field("is_held", &self.peek().is_some()).finish_non_exhaustive()
    }
}
