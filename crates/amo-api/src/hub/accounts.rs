//! The accounts that a hub has in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use amo_auth::Origin;
use amo_core::AccountId;

use super::gate::Watch;
use super::{AccountStatus, Gate};
use crate::{Client, Error};

pub(super) struct Accounts {
    idle: Duration,
    watch: Arc<Watch>,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    entries: HashMap<AccountId, Entry>,
    /// When idle clients are looked for next.
    sweep_at: Duration,
}

struct Entry {
    gate: Arc<Gate>,
    /// `None` where only the status is remembered.
    client: Option<Client>,
    used_at: Duration,
    /// Its grant was removed: if the store has one again, it is another.
    forgotten: bool,
}

impl Entry {
    /// May its client be dropped? Nobody else has it, and no pair of tokens is only in memory.
    fn is_idle(&self) -> bool {
        self.client.as_ref().is_none_or(|client| {
            client.is_alone() && !client.provider().is_some_and(|auth| auth.is_busy())
        })
    }
}

impl Accounts {
    pub(super) fn new(idle: Duration, watch: Watch) -> Self {
        Self { idle, watch: Arc::new(watch), table: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The client that is there, and its gate.
    pub(super) fn get(&self, account_id: AccountId) -> Option<(Client, Arc<Gate>)> {
        let now = self.watch.clock.monotonic();
        let mut table = self.lock();
        let dropped = table.sweep(now, self.idle);
        let found = table.entries.get_mut(&account_id).and_then(|entry| {
            entry.used_at = now;
            Some((entry.client.clone()?, Arc::clone(&entry.gate)))
        });
        drop(table);
        // Not under the lock: it takes a while if they are many.
        drop(dropped);
        found
    }

    /// Enters a client of the account at `origin`, unless somebody else was faster.
    pub(super) fn enter(
        &self,
        account_id: AccountId,
        origin: &Origin,
        make: impl FnOnce(Arc<Gate>) -> Result<Client, Error>,
    ) -> Result<Client, Error> {
        let (gate, other) = match self.lock().entries.get(&account_id) {
            Some(entry) => match &entry.client {
                Some(client) if client.origin() == origin => return Ok(client.clone()),
                there => (Arc::clone(&entry.gate), there.is_some() || entry.forgotten),
            },
            None => (self.new_gate(account_id), false),
        };
        if other {
            return self.replace(account_id, make);
        }
        let client = make(Arc::clone(&gate))?;
        let now = self.watch.clock.monotonic();
        let mut table = self.lock();
        let entry = table.entries.entry(account_id);
        let entry =
            entry.or_insert_with(|| Entry { gate, client: None, used_at: now, forgotten: false });
        entry.used_at = now;
        // The first one stays: two providers of one grant would only wait for each other.
        Ok(entry.client.get_or_insert(client).clone())
    }

    /// Enters a client in the place of the one that is there, which its owners may keep.
    pub(super) fn replace(
        &self,
        account_id: AccountId,
        make: impl FnOnce(Arc<Gate>) -> Result<Client, Error>,
    ) -> Result<Client, Error> {
        let gate = self.new_gate(account_id);
        let client = make(Arc::clone(&gate))?;
        let used_at = self.watch.clock.monotonic();
        let entry = Entry { gate, client: Some(client.clone()), used_at, forgotten: false };
        let former = self.lock().entries.insert(account_id, entry);
        if let Some(former) = former {
            former.gate.retire(AccountStatus::Active);
        }
        Ok(client)
    }

    /// The account has withdrawn its access: only that is remembered of it.
    pub(super) fn revoke(&self, account_id: AccountId) {
        let used_at = self.watch.clock.monotonic();
        let gate = Arc::new(Gate::revoked(account_id, Arc::clone(&self.watch)));
        let entry = Entry { gate, client: None, used_at, forgotten: true };
        let former = self.lock().entries.insert(account_id, entry);
        let former = former.map_or_else(|| self.new_gate(account_id), |former| former.gate);
        former.retire(AccountStatus::Revoked);
    }

    pub(super) fn status(&self, account_id: AccountId) -> Option<AccountStatus> {
        let gate = self.lock().entries.get(&account_id).map(|entry| Arc::clone(&entry.gate));
        gate.map(|gate| gate.status())
    }

    pub(super) fn open(&self) -> usize {
        self.lock().entries.values().filter(|entry| entry.client.is_some()).count()
    }

    pub(super) fn all(&self) -> Vec<Client> {
        self.lock().entries.values().filter_map(|entry| entry.client.clone()).collect()
    }

    fn new_gate(&self, account_id: AccountId) -> Arc<Gate> {
        Arc::new(Gate::new(account_id, Arc::clone(&self.watch)))
    }
}

impl Table {
    /// Takes out the clients that nobody has used for `idle`. So that it costs little, it looks only
    /// every now and then.
    fn sweep(&mut self, now: Duration, idle: Duration) -> Vec<Client> {
        if now < self.sweep_at {
            return Vec::new();
        }
        self.sweep_at = now.saturating_add(idle / 4);
        let mut dropped = Vec::new();
        self.entries.retain(|_, entry| {
            if !entry.is_idle() {
                entry.used_at = now;
            } else if now.saturating_sub(entry.used_at) >= idle {
                dropped.extend(entry.client.take());
            }
            // How an account stands is remembered, unless there is nothing to remember.
            entry.client.is_some() || entry.gate.status() != AccountStatus::Active
        });
        dropped
    }
}
