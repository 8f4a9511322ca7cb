//! Builds a hub.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use amo_auth::OAuth;

use super::gate::{OnChange, Watch};
use super::{Hub, StatusChange};
use crate::builder::whole;
use crate::{ClientBuilder, Error};

/// The settings of a [`Hub`]. Most are those of a [`ClientBuilder`].
pub type HubBuilder = ClientBuilder<ManyAccounts>;

/// What a [`HubBuilder`] builds a hub from.
pub struct ManyAccounts {
    oauth: OAuth,
    idle: Duration,
    probe_every: Duration,
    on_change: Option<OnChange>,
}

impl ClientBuilder<ManyAccounts> {
    pub(super) fn many(oauth: OAuth) -> Self {
        Self::of(ManyAccounts {
            oauth,
            idle: Duration::from_secs(900),
            probe_every: Duration::from_secs(60),
            on_change: None,
        })
    }

    /// After how long the client of an account that nobody uses is dropped: 15 minutes unless said. It is
    /// made anew when it is asked for.
    pub fn idle(mut self, after: Duration) -> Self {
        self.of.idle = after;
        self
    }

    /// How often a call of an account that is not active is sent nevertheless, to see how things are: every
    /// 60 s unless said.
    pub fn probe_every(mut self, every: Duration) -> Self {
        self.of.probe_every = every;
        self
    }

    /// Is told whenever an account stands differently. It is called by the call that found out, in the
    /// middle of it: it should be quick.
    pub fn on_change(mut self, told: impl Fn(StatusChange) + Send + Sync + 'static) -> Self {
        self.of.on_change = Some(Arc::new(told));
        self
    }

    /// Builds the hub. Nothing is sent and nothing is read.
    ///
    /// # Errors
    /// If a [trusted origin](Self::trusted_origin) cannot be read, or TLS cannot be set up.
    pub fn build(self) -> Result<Hub, Error> {
        let trusted = self.named()?;
        let ManyAccounts { oauth, idle, probe_every, on_change } = &self.of;
        let (oauth, idle, probe_every) = (oauth.clone(), *idle, *probe_every);
        let on_change = on_change.clone();
        let base = self.base(trusted, whole)?;
        let watch = Watch { clock: Arc::clone(&base.clock), probe_every, on_change };
        Ok(Hub::new(base, oauth, idle, watch))
    }
}

impl fmt::Debug for ManyAccounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManyAccounts")
            .field("oauth", &self.oauth)
            .field("idle", &self.idle)
            .field("probe_every", &self.probe_every)
            .finish_non_exhaustive()
    }
}
