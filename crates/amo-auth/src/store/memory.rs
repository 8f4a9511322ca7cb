//! Grants in memory: for tests, and for programs that get their grants from elsewhere at every start.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use amo_core::Timestamp;
use async_trait::async_trait;
use tokio::sync::Notify;

use super::{FindBy, KeyPage, Lease, StoreError, StoreErrorKind, Stored, TokenStore, Version};
use crate::{Clock, Grant, GrantKey, SystemClock};

/// Keeps grants in memory. Clones share them.
#[derive(Clone, Debug)]
pub struct MemoryStore {
    clock: Arc<dyn Clock>,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    grants: Mutex<BTreeMap<GrantKey, Slot>>,
    freed: Notify,
}

#[derive(Debug, Default)]
struct Slot {
    stored: Option<Stored>,
    fence: u64,
    /// Until when, by monotonic time, the lease with the present fence holds.
    held_until: Option<Duration>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::with_clock(Arc::new(SystemClock))
    }

    /// An empty store whose leases end by `clock`.
    pub fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self { clock, shared: Arc::default() }
    }

    /// Takes the lease, or says how long its present holder may keep it.
    fn try_acquire(&self, key: &GrantKey, ttl: Duration) -> Result<u64, Duration> {
        let now = self.clock.monotonic();
        let mut grants = self.shared.lock();
        let slot = grants.entry(key.clone()).or_default();
        match slot.held_until {
            Some(until) if until > now => Err(until.saturating_sub(now)),
            _ => {
                slot.fence += 1;
                slot.held_until = Some(now + ttl);
                Ok(slot.fence)
            }
        }
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<GrantKey, Slot>> {
        self.grants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives the lease back when it is dropped.
struct Guard {
    shared: Arc<Shared>,
    key: GrantKey,
    fence: u64,
}

impl Drop for Guard {
    fn drop(&mut self) {
        let mut grants = self.shared.lock();
        if let Some(slot) = grants.get_mut(&self.key)
            && slot.fence == self.fence
        {
            slot.held_until = None;
        }
        drop(grants);
        self.shared.freed.notify_waiters();
    }
}

#[async_trait]
impl TokenStore for MemoryStore {
    async fn load(&self, key: &GrantKey) -> Result<Option<Stored>, StoreError> {
        Ok(self.shared.lock().get(key).and_then(|slot| slot.stored.clone()))
    }

    async fn find(&self, by: &FindBy) -> Result<Vec<Stored>, StoreError> {
        let grants = self.shared.lock();
        let stored = grants.values().filter_map(|slot| slot.stored.as_ref());
        Ok(stored.filter(|stored| by.matches(&stored.grant)).cloned().collect())
    }

    async fn acquire(&self, key: &GrantKey, ttl: Duration) -> Result<Lease, StoreError> {
        loop {
            // Registered before the look, so that a lease freed in between is noticed.
            let mut freed = std::pin::pin!(self.shared.freed.notified());
            freed.as_mut().enable();
            match self.try_acquire(key, ttl) {
                Ok(fence) => {
                    let guard = Guard { shared: Arc::clone(&self.shared), key: key.clone(), fence };
                    return Ok(Lease::new(fence, guard));
                }
                Err(held_for) => {
                    let mut expired = self.clock.sleep(held_for);
                    std::future::poll_fn(|cx| {
                        if expired.as_mut().poll(cx).is_ready() {
                            return std::task::Poll::Ready(());
                        }
                        freed.as_mut().poll(cx)
                    })
                    .await;
                }
            }
        }
    }

    async fn save(
        &self,
        grant: &Grant,
        expected: Option<Version>,
        lease: &Lease,
    ) -> Result<Version, StoreError> {
        let now = self.clock.monotonic();
        let mut grants = self.shared.lock();
        let slot = grants.entry(grant.key.clone()).or_default();
        if slot.fence != lease.fence() || slot.held_until.is_none_or(|until| until <= now) {
            let message = format!("the lease for {} was lost before the save", grant.key);
            return Err(StoreError::new(StoreErrorKind::LeaseLost, message));
        }
        let present = slot.stored.as_ref().map(|stored| stored.version);
        if present != expected {
            let message = format!("{} was saved by somebody else meanwhile", grant.key);
            return Err(StoreError::new(StoreErrorKind::Conflict, message));
        }
        let next = present.map_or(1, |version| version.get() + 1);
        let version = Version::new(next.max(slot.fence));
        slot.stored = Some(Stored { grant: grant.clone(), version });
        Ok(version)
    }

    async fn list(
        &self,
        older_than: Timestamp,
        cursor: Option<&str>,
    ) -> Result<KeyPage, StoreError> {
        // Everything fits one part.
        if cursor.is_some() {
            return Ok(KeyPage::default());
        }
        let grants = self.shared.lock();
        let stored = grants.values().filter_map(|slot| slot.stored.as_ref());
        let old = stored.filter(|stored| stored.grant.obtained_at < older_than);
        Ok(KeyPage { keys: old.map(|stored| stored.grant.key.clone()).collect(), next: None })
    }

    async fn remove(&self, key: &GrantKey) -> Result<(), StoreError> {
        if let Some(slot) = self.shared.lock().get_mut(key) {
            slot.stored = None;
        }
        Ok(())
    }
}
