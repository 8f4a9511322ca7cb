//! The provider: the state machine of [`flight`](super::flight), the grant, and the work on its own thread.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::watch;

use super::OAuth;
use super::flight::{Action, Event, Flight, Job, Landing, Token, renew_at};
use super::landing::{Ground, Landed, Pending, due};
use crate::store::{Stored, Version};
use crate::{
    AuthorizationCode, Credential, Error, ErrorKind, Generation, Grant, Seams, TokenProvider,
};

#[derive(Debug)]
pub(super) struct Provider {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    oauth: OAuth,
    seams: Seams,
    state: Mutex<State>,
    /// The result of the last landing, for everyone who waits for it.
    landed: watch::Sender<Result<(), Error>>,
}

#[derive(Debug, Default)]
struct State {
    flight: Flight,
    /// The present grant, as stored, and what is made of it.
    held: Option<(Stored, Credential)>,
    /// A pair that is not in the store yet.
    pending: Option<Pending>,
}

impl Provider {
    pub(super) fn new(oauth: OAuth, seams: Seams) -> Self {
        let (landed, _) = watch::channel(Ok(()));
        Self { shared: Arc::new(Shared { oauth, seams, state: Mutex::default(), landed }) }
    }

    async fn obtain(&self, event: Event) -> Result<Credential, Error> {
        let (mut landed, job) = {
            let mut state = self.shared.lock();
            // From here on: whoever subscribes under the lock misses no landing.
            let landed = self.shared.landed.subscribe();
            match state.flight.on(event, self.shared.seams.clock.now()) {
                Action::Use => return state.credential(),
                Action::FailAsBefore => return Err(self.shared.last_error()),
                Action::FailFresh => return Err(refused_when_fresh()),
                Action::Wait => (landed, None),
                Action::Start(job) => (landed, Some(job)),
            }
        };
        if let Some(job) = job {
            self.shared.start(job, None);
        }
        let result = wait(&mut landed).await;
        let state = self.shared.lock();
        match result {
            Ok(()) => state.credential(),
            // Not yet at its end: what failed was only the early renewal.
            Err(_)
                if event == Event::Needed && state.flight.usable(self.shared.seams.clock.now()) =>
            {
                state.credential()
            }
            Err(error) => Err(error),
        }
    }
}

async fn wait(landed: &mut watch::Receiver<Result<(), Error>>) -> Result<(), Error> {
    // The sender lives as long as the provider, which the caller borrows.
    let _ = landed.changed().await;
    landed.borrow_and_update().clone()
}

fn refused_when_fresh() -> Error {
    Error::new(
        ErrorKind::FreshTokenRefused,
        "the server refused a token that is fresh: the integration may be switched off, or it lacks a right; another token would be refused as well",
    )
}

impl State {
    fn credential(&self) -> Result<Credential, Error> {
        let held = self.held.as_ref().map(|(_, credential)| credential.clone());
        held.ok_or_else(|| Error::new(ErrorKind::NotAuthorized, "there is no token yet"))
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn last_error(&self) -> Error {
        match &*self.landed.borrow() {
            Err(error) => error.clone(),
            Ok(()) => Error::new(ErrorKind::NotAuthorized, "there is no token yet"),
        }
    }

    /// Starts a job where its caller cannot end it. The state must not be locked: a task that is dropped
    /// lands at once.
    fn start(self: &Arc<Self>, job: Job, code: Option<AuthorizationCode>) {
        let mut landing = LandingGuard { shared: Arc::clone(self), landed: false };
        let task = Box::pin(async move {
            let outcome = landing.shared.run(job, code).await;
            landing.land(outcome);
        });
        if let Err(error) = self.seams.spawn.spawn(task) {
            let message = "the refresh could not be started on a thread of its own";
            self.land(Err(Error::with_source(ErrorKind::Unavailable, message, error)));
        }
    }

    async fn run(&self, job: Job, code: Option<AuthorizationCode>) -> Result<Landed, Error> {
        let ground = Ground { oauth: &self.oauth, seams: &self.seams };
        let (held, pending) = {
            let state = self.lock();
            (state.held.as_ref().map(|(stored, _)| stored.clone()), state.pending.clone())
        };
        let is_due = |grant: &Grant| due(grant, self.oauth.leeway, self.seams.clock.now());
        match (job, code) {
            (Job::Exchange, Some(code)) => ground.exchange(&code).await,
            (Job::Look, _) => match ground.look(held.as_ref()).await? {
                Some(other) => ground.renew(Some(&other), None, false, is_due).await,
                None => Err(self.last_error()),
            },
            (Job::Renew { refused }, _) => {
                ground.renew(held.as_ref(), pending, refused, is_due).await
            }
            (Job::Exchange, None) => Err(Error::configuration("there is no code to exchange")),
        }
    }

    /// Takes the outcome of a job into the state and tells everyone.
    fn land(&self, outcome: Result<Landed, Error>) {
        let mut state = self.lock();
        let (landing, result) = match outcome {
            Ok(Landed::Durable(stored)) => {
                state.pending = None;
                self.adopt(&mut state, stored, true)
            }
            Ok(Landed::Unpersisted { pending, error }) => {
                tracing::error!(%error, "a new pair of tokens is only in memory");
                let grant = pending.grant.clone();
                // Stands for the version that it could not replace.
                let version = pending.replaces.unwrap_or(Version::new(0));
                state.pending = Some(pending);
                if self.oauth.use_unpersisted {
                    self.adopt(&mut state, Stored { grant, version }, false)
                } else {
                    (Landing::Unpersisted, Err(error))
                }
            }
            Err(error) => {
                tracing::warn!(%error, kind = ?error.kind(), "no new token");
                let landing = match error.kind() {
                    ErrorKind::AuthorizeAgain => Landing::Dead,
                    ErrorKind::NotAuthorized | ErrorKind::CodeRefused => Landing::Nothing,
                    _ => Landing::Transient,
                };
                (landing, Err(error))
            }
        };
        state.flight.land(landing, self.seams.clock.now());
        drop(state);
        drop(self.landed.send_replace(result));
    }

    fn adopt(
        &self,
        state: &mut State,
        stored: Stored,
        durable: bool,
    ) -> (Landing, Result<(), Error>) {
        let generation =
            state.flight.token().map_or(Generation::new(1), |token| token.generation.next());
        match Credential::bearer(&stored.grant.access_token, generation) {
            Ok(credential) => {
                let grant = &stored.grant;
                let (obtained_at, expires_at) = (grant.obtained_at, grant.expires_at);
                let renew_at =
                    renew_at(obtained_at, expires_at, self.oauth.leeway, fastrand::f64());
                tracing::info!(
                    client_id = grant.key.client_id,
                    account_id = %grant.key.account_id,
                    %expires_at,
                    durable,
                    "has a token"
                );
                state.held = Some((stored, credential));
                (
                    Landing::Token {
                        token: Token { generation, obtained_at, renew_at, expires_at },
                        durable,
                    },
                    Ok(()),
                )
            }
            Err(error) => (Landing::Transient, Err(error)),
        }
    }
}

/// Lands even if the job panics or its runtime is taken down: whoever waits must not wait for ever.
struct LandingGuard {
    shared: Arc<Shared>,
    landed: bool,
}

impl LandingGuard {
    fn land(&mut self, outcome: Result<Landed, Error>) {
        self.landed = true;
        self.shared.land(outcome);
    }
}

impl Drop for LandingGuard {
    fn drop(&mut self) {
        if !self.landed {
            self.land(Err(Error::new(ErrorKind::Unavailable, "the refresh was interrupted")));
        }
    }
}

#[async_trait]
impl TokenProvider for Provider {
    async fn credential(&self) -> Result<Credential, Error> {
        self.obtain(Event::Needed).await
    }

    fn current(&self) -> Option<Credential> {
        self.shared.lock().credential().ok()
    }

    async fn refresh_if(&self, refused: Generation) -> Result<Credential, Error> {
        self.obtain(Event::Refused(refused)).await
    }

    async fn authorize(&self, code: AuthorizationCode) -> Result<(), Error> {
        loop {
            let (mut landed, action) = {
                let mut state = self.shared.lock();
                let landed = self.shared.landed.subscribe();
                (landed, state.flight.on(Event::Authorize, self.shared.seams.clock.now()))
            };
            if let Action::Start(job) = action {
                self.shared.start(job, Some(code));
                return wait(&mut landed).await;
            }
            // Whatever is under way lands first.
            let _ = wait(&mut landed).await;
        }
    }

    async fn close(&self) {
        // A pair that is not in the store gets one more chance.
        let mut last_chance = true;
        loop {
            let (mut landed, action) = {
                let mut state = self.shared.lock();
                let landed = self.shared.landed.subscribe();
                let unwritten = state.flight.unpersisted() && last_chance;
                if !state.flight.flying() && !unwritten {
                    return;
                }
                (landed, state.flight.on(Event::Close, self.shared.seams.clock.now()))
            };
            if let Action::Start(job) = action {
                last_chance = false;
                self.shared.start(job, None);
            }
            let _ = wait(&mut landed).await;
        }
    }
}
