//! Whether an account can be asked: what its calls have told so far.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use amo_auth::Clock;
use amo_core::{AccountId, Operation};

use super::status::{AccountStatus, Asked, Inactive, StatusChange, told_by};
use crate::{Error, ErrorKind};

pub(super) type OnChange = Arc<dyn Fn(StatusChange) + Send + Sync>;

/// What the gates of a hub share.
#[derive(Clone)]
pub(super) struct Watch {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) probe_every: Duration,
    pub(super) on_change: Option<OnChange>,
}

impl Watch {
    fn tell(&self, change: Option<StatusChange>) {
        let Some(change) = change else { return };
        let StatusChange { account_id, before, after } = change;
        tracing::info!(%account_id, %before, %after, "the account stands differently");
        if let Some(on_change) = &self.on_change {
            on_change(change);
        }
    }
}

/// Lets calls of one account through, or not.
pub(crate) struct Gate {
    account_id: AccountId,
    watch: Arc<Watch>,
    state: Mutex<State>,
}

struct State {
    status: AccountStatus,
    /// By what the account was found unpaid.
    found_by: Asked,
    /// When the next call is let through although the account is not active.
    probe_at: Duration,
    /// When it is asked next where the account has moved to.
    look_at: Duration,
    /// Counts the changes: what a call tells that began before the last one is old.
    changes: u64,
    /// Another client of the same account has taken over: nobody is told of changes here.
    retired: bool,
}

/// A call was let through, when the account stood as it did after so many changes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pass(u64);

impl Gate {
    pub(super) fn new(account_id: AccountId, watch: Arc<Watch>) -> Self {
        Self::with_status(account_id, watch, AccountStatus::Active)
    }

    /// Of an account that has withdrawn its access.
    pub(super) fn revoked(account_id: AccountId, watch: Arc<Watch>) -> Self {
        Self::with_status(account_id, watch, AccountStatus::Revoked)
    }

    fn with_status(account_id: AccountId, watch: Arc<Watch>, status: AccountStatus) -> Self {
        let state = State {
            status,
            found_by: Asked::Write,
            probe_at: Duration::ZERO,
            look_at: Duration::ZERO,
            changes: 0,
            retired: false,
        };
        Self { account_id, watch, state: Mutex::new(state) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn status(&self) -> AccountStatus {
        self.lock().status
    }

    /// May this call be sent? One that `tells` how the account stands may be sent now and then though it is
    /// not active.
    pub(crate) fn admit(&self, operation: &Operation, tells: bool) -> Result<Pass, Error> {
        let now = self.watch.clock.monotonic();
        let mut state = self.lock();
        let open = match state.status {
            AccountStatus::Active => true,
            AccountStatus::Unpaid => {
                state.found_by == Asked::Write && Asked::by(operation) == Asked::Read
            }
            _ => false,
        };
        if open {
            return Ok(Pass(state.changes));
        }
        if tells && now >= state.probe_at {
            // This call asks how things are by now. The next one does so later, whatever becomes of it.
            state.probe_at = now.saturating_add(self.watch.probe_every);
            return Ok(Pass(state.changes));
        }
        let again_in = state.probe_at.saturating_sub(now);
        let inactive = Inactive { account_id: self.account_id, status: state.status, again_in };
        Err(Error::new(ErrorKind::Inactive, operation, "").caused_by(inactive))
    }

    /// Is it time to ask where the account has moved to? Who is told so does it.
    pub(super) fn may_look(&self) -> bool {
        let now = self.watch.clock.monotonic();
        let mut state = self.lock();
        let may = now >= state.look_at;
        if may {
            state.look_at = now.saturating_add(self.watch.probe_every);
        }
        may
    }

    /// Takes in how a call ended.
    pub(crate) fn learn(&self, pass: Pass, operation: &Operation, error: Option<&Error>) {
        let Some(told) = told_by(operation, error) else { return };
        let asked = Asked::by(operation);
        let now = self.watch.clock.monotonic();
        let change = {
            let mut state = self.lock();
            if pass.0 != state.changes {
                return;
            }
            let reads_only = state.status == AccountStatus::Unpaid
                && state.found_by == Asked::Write
                && asked == Asked::Read;
            // Reading goes on for some weeks after the end of a subscription, and what is wrong with data
            // may be found before the bill: neither says that it is paid.
            if told == AccountStatus::Active
                && (reads_only || state.status == AccountStatus::Unpaid && error.is_some())
            {
                return;
            }
            if told == AccountStatus::Unpaid {
                // What is refused for reads is refused for writes.
                let reads_too =
                    state.status == AccountStatus::Unpaid && state.found_by == Asked::Read;
                state.found_by = if reads_too { Asked::Read } else { asked };
            }
            self.change(&mut state, told, now)
        };
        self.watch.tell(change);
    }

    /// Another client of the same account takes over, or none if it has withdrawn its access: from then on
    /// the account stands so.
    pub(super) fn retire(&self, after: AccountStatus) {
        let now = self.watch.clock.monotonic();
        let change = {
            let mut state = self.lock();
            let before = state.status;
            let told = !state.retired && before != after;
            state.retired = true;
            if after == AccountStatus::Revoked {
                self.change(&mut state, after, now);
            }
            told.then_some(StatusChange { account_id: self.account_id, before, after })
        };
        self.watch.tell(change);
    }

    fn change(
        &self,
        state: &mut State,
        after: AccountStatus,
        now: Duration,
    ) -> Option<StatusChange> {
        let before = std::mem::replace(&mut state.status, after);
        if before == after {
            return None;
        }
        state.probe_at = now.saturating_add(self.watch.probe_every);
        state.changes += 1;
        let change = StatusChange { account_id: self.account_id, before, after };
        (!state.retired).then_some(change)
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate")
            .field("account_id", &self.account_id)
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}
