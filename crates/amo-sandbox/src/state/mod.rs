//! The whole state of a box as one JSON object: written, read, and put in place of another.

mod account;
mod error;
mod file;
pub(crate) mod item;
mod parts;
mod reading;
mod source;
mod view;

use std::path::Path;
use std::sync::Arc;
use std::{fmt, io};

use serde_json::Value;

pub use error::StateError;
use reading::Reading;
use view::View;

use crate::builder::SandboxBuilder;
use crate::limit::Limiter;
use crate::sandbox::{Inner, Sandbox};
use crate::{demo, locked, webhooks};

/// The state that a box begins with.
#[derive(Clone)]
pub(crate) struct Begin(Arc<Value>);

/// It holds secrets.
impl fmt::Debug for Begin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Begin").finish_non_exhaustive()
    }
}

impl SandboxBuilder {
    /// The box, which begins with this state instead of the demo account. How many cards the
    /// builder was asked for does not count then; its other settings hold where the state does not
    /// say them. [`Sandbox::reset`] comes back to it.
    ///
    /// ```
    /// use amo_sandbox::Sandbox;
    /// use serde_json::json;
    ///
    /// let state = json!({"leads": [{"id": 7, "name": "Chairs"}]});
    /// let sandbox = Sandbox::builder().build_from(state)?;
    /// assert_eq!(sandbox.entity("leads", 7).unwrap()["name"], "Chairs");
    /// # Ok::<(), amo_sandbox::StateError>(())
    /// ```
    ///
    /// # Errors
    /// When something in the state is not right: see [`state_format`](crate::state_format).
    pub fn build_from(self, state: Value) -> Result<Sandbox, StateError> {
        let begin = Begin(Arc::new(state));
        let settings = SandboxBuilder { begin: Some(begin.clone()), ..self.without_cards() };
        let sandbox = settings.build();
        sandbox.load_state(&begin.0)?;
        Ok(sandbox)
    }

    /// The same settings, for an account without cards.
    pub(crate) fn without_cards(&self) -> Self {
        SandboxBuilder {
            contacts: 0,
            leads: 0,
            companies: 0,
            customers: 0,
            catalog_elements: 0,
            customers_mode: Some(self.mode_of_customers()),
            ..self.clone()
        }
    }
}

/// The whole state: see [`state_format`](crate::state_format).
impl Sandbox {
    /// The whole state as one JSON object. It holds secrets and tokens. Of a large box
    /// [`write_state`](Sandbox::write_state) needs less memory.
    pub fn state(&self) -> Value {
        // Nothing that is kept cannot be JSON.
        View::of(&self.inner, |view| serde_json::to_value(view).unwrap_or_default())
    }

    /// Writes the whole state, thing by thing. The box stands still meanwhile. What is written holds
    /// secrets and tokens.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_state(&self, writer: impl io::Write) -> io::Result<()> {
        View::of(&self.inner, |view| file::write(view, writer))
    }

    /// Writes the whole state to a file, which replaces the one that is there as a whole; on Unix
    /// only its owner can read it. It holds secrets and tokens.
    ///
    /// # Errors
    /// When the file cannot be written; the old one is there still.
    pub fn save_state(&self, path: impl AsRef<Path>) -> Result<(), StateError> {
        View::of(&self.inner, |view| file::replace(path.as_ref(), view))
    }

    /// Puts a state in place of that of the box. What it leaves out is as in the demo account, and
    /// no cards; but integrations, tokens and API keys that it does not tell of stay, so that
    /// clients go on, and so does the calendar. The log, faults and limits stay too.
    ///
    /// # Errors
    /// When something in the state is not right; nothing has changed then.
    pub fn load_state(&self, state: &Value) -> Result<(), StateError> {
        let read = self.inner.read(&mut |wanted, take| source::walk_value(state, wanted, take))?;
        self.inner.put(read);
        Ok(())
    }

    /// The same with a state from a file, which is read thing by thing.
    ///
    /// # Errors
    /// When the file cannot be read, is no JSON, or something in it is not right; nothing has
    /// changed then.
    pub fn load_state_file(&self, path: impl AsRef<Path>) -> Result<(), StateError> {
        let path = path.as_ref();
        let read = self.inner.read(&mut |wanted, take| file::walk(path, wanted, take))?;
        self.inner.put(read);
        Ok(())
    }

    /// Puts the box back to what the builder made: the demo account, or the state that it was built
    /// with, the calendar, limits, latency and the white list. The log, faults, scripts, what waits
    /// to be posted and what was posted are gone.
    ///
    /// Who has access keeps it: integrations, codes, tokens and API keys stay as they are, so that
    /// the client of a test suite goes on with the next test. Those that the builder's state had
    /// are as they were there.
    pub fn reset(&self) {
        let inner = &self.inner;
        let settings = &inner.settings;
        // It was read once without an error, and is so again.
        let read = settings.begin.as_ref().and_then(|Begin(state)| {
            inner.read(&mut |wanted, take| source::walk_value(state, wanted, take)).ok()
        });
        inner.calendar.set_time(settings.time());
        match read {
            Some(mut read) => {
                let mut integrations = locked(&inner.integrations).clone();
                if let Some(known) = read.integrations.take() {
                    integrations.absorb(known);
                }
                read.integrations = Some(integrations);
                if let Some(known) = read.grants.take() {
                    locked(&inner.grants).absorb(known);
                }
                if let Some(known) = read.logins.take() {
                    locked(&inner.logins).absorb(known);
                }
                inner.put(read);
            }
            None => inner.put(Reading::of_account(demo::account(settings), inner)),
        }
        inner.outbox.clear_log();
        inner.log.clear();
        inner.faults.clear();
        inner.scripts.clear();
        settings.latency.clone_into(&mut locked(&inner.latency));
        settings.allowed_addresses.clone_into(&mut locked(&inner.allowed_addresses));
        *locked(&inner.limiter) = Limiter::new(settings.limits);
    }
}

impl Inner {
    fn read(&self, walk: &mut reading::Walk<'_>) -> Result<Reading, StateError> {
        let issuer = locked(&self.grants).issuer().clone();
        let known = locked(&self.integrations).clone();
        Reading::of(&self.settings, issuer, known, walk)
    }

    /// Puts what was read in place of what is there, at once.
    fn put(&self, read: Reading) {
        let mut integrations = locked(&self.integrations);
        let mut account = self.account.write();
        let mut logins = locked(&self.logins);
        let mut grants = locked(&self.grants);
        if let Some(read) = read.integrations {
            *integrations = read;
        }
        if let Some(read) = read.logins {
            *logins = read;
        }
        if let Some(read) = read.grants {
            *grants = read;
        }
        grants.set_account(&read.account);
        let before = std::mem::replace(&mut *account, read.account);
        if let Some(time) = read.time {
            self.calendar.set_time(time);
        }
        self.outbox.replace(read.waiting);
        drop((integrations, account, logins, grants));
        // A large one takes its time.
        drop(before);
        webhooks::start(self);
    }
}
