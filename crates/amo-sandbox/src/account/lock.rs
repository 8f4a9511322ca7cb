//! The account behind its lock.

use std::ops::Deref;
use std::sync::{Mutex, MutexGuard};

use super::Account;
use crate::locked;

/// The account behind its lock. Cards that were drawn once are kept until somebody may have changed
/// something: who locks it says what for.
#[derive(Debug)]
pub(crate) struct AccountLock(Mutex<Account>);

/// The account, to be read only.
pub(crate) struct Read<'a>(MutexGuard<'a, Account>);

impl Deref for Read<'_> {
    type Target = Account;

    fn deref(&self) -> &Account {
        &self.0
    }
}

impl AccountLock {
    pub(crate) fn new(account: Account) -> Self {
        AccountLock(Mutex::new(account))
    }

    pub(crate) fn read(&self) -> Read<'_> {
        Read(locked(&self.0))
    }

    /// To change it: nothing that was drawn before is true any more.
    pub(crate) fn write(&self) -> MutexGuard<'_, Account> {
        let account = locked(&self.0);
        account.drawn.forget();
        account
    }

    /// For a request that shows cards and changes nothing that they show.
    pub(crate) fn to_show_cards(&self) -> MutexGuard<'_, Account> {
        locked(&self.0)
    }
}
