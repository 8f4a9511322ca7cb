//! Locks by key: whoever works on the same thing within the process waits for its turn.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as Lock, OwnedMutexGuard};

/// A lock for each key that somebody holds or waits for, and for no others.
#[derive(Debug, Default)]
pub(crate) struct KeyLocks<K>(Mutex<HashMap<K, Arc<Lock<()>>>>);

impl<K: Clone + Eq + Hash> KeyLocks<K> {
    /// Waits until nobody else holds `key`. Who comes first goes first; dropping the future gives up
    /// the turn.
    pub(crate) async fn lock(&self, key: K) -> Turn<'_, K> {
        let lock = Arc::clone(self.map().entry(key.clone()).or_default());
        let mut turn = Turn { locks: self, key, lock: Arc::clone(&lock), held: None };
        turn.held = Some(lock.lock_owned().await);
        turn
    }

    fn map(&self) -> std::sync::MutexGuard<'_, HashMap<K, Arc<Lock<()>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.map().len()
    }
}

/// Somebody's turn, or his place in the queue for it.
#[derive(Debug)]
pub(crate) struct Turn<'a, K: Clone + Eq + Hash> {
    locks: &'a KeyLocks<K>,
    key: K,
    lock: Arc<Lock<()>>,
    held: Option<OwnedMutexGuard<()>>,
}

impl<K: Clone + Eq + Hash> Drop for Turn<'_, K> {
    fn drop(&mut self) {
        let mut map = self.locks.map();
        self.held = None;
        // The map's own and this one: nobody else holds it or waits.
        if Arc::strong_count(&self.lock) == 2 {
            map.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn one_after_the_other_by_key_and_nothing_is_left() {
        let locks = KeyLocks::default();
        let first = locks.lock("a").await;
        let other = locks.lock("b").await;
        let mut second = Box::pin(locks.lock("a"));
        let mut third = Box::pin(locks.lock("a"));
        assert!((&mut second).now_or_never().is_none());
        assert!((&mut third).now_or_never().is_none());
        drop(other);
        assert_eq!(locks.len(), 1);
        drop(first);
        assert!((&mut third).now_or_never().is_none(), "the second was first");
        // The turn that nobody takes goes to the next.
        drop(second);
        let third = third.await;
        assert_eq!(locks.len(), 1);
        drop(third);
        assert_eq!(locks.len(), 0);
    }
}
