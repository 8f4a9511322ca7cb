//! The provider: the state machine of [`flight`](super::flight), the grant, and the work on its own thread.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use amo_core::{AccountDomain, AccountId};
use async_trait::async_trait;
use tokio::sync::watch;

use super::flight::{Action, Event, Flight, Job, Landing, Token, renew_at};
use super::landing::{Ground, Landed, due};
use super::{OAuth, look_up};
use crate::store::{Stored, Version};
use crate::{
    AuthorizationCode, Credential, Error, ErrorKind, Generation, Grant, GrantKey, Seams,
    TokenProvider,
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
    pending: Option<Grant>,
    /// The grant that the server refused for good.
    dead: Option<(GrantKey, Version)>,
    /// Why there is no token, or none for much longer.
    failure: Option<Error>,
}

impl State {
    fn failure(&self) -> Error {
        let unknown = || Error::new(ErrorKind::NotAuthorized, "there is no token yet");
        self.failure.clone().unwrap_or_else(unknown)
    }

    fn credential(&self) -> Result<Credential, Error> {
        let held = self.held.as_ref().map(|(_, credential)| credential.clone());
        held.ok_or_else(|| self.failure())
    }
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
                Action::FailAsBefore => return Err(state.failure()),
                Action::FailFresh => return Err(refused_when_fresh()),
                Action::Wait => (landed, None),
                Action::Start(job) => (landed, Some(job)),
            }
        };
        if let Some(job) = job {
            self.shared.start(job, None);
            // An early renewal holds nobody up, not even who started it.
            if let Some(present) = self.usable(event) {
                return present;
            }
        }
        match wait(&mut landed).await {
            Ok(()) => self.shared.lock().credential(),
            Err(error) => self.usable(event).unwrap_or(Err(error)),
        }
    }

    /// The present token, where a call needs one and it has not ended.
    fn usable(&self, event: Event) -> Option<Result<Credential, Error>> {
        let state = self.shared.lock();
        let usable = event == Event::Needed && state.flight.usable(self.shared.seams.clock.now());
        usable.then(|| state.credential())
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

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a job where its caller cannot end it. The state must not be locked: a task that is dropped
    /// lands at once.
    fn start(self: &Arc<Self>, job: Job, code: Option<AuthorizationCode>) {
        let mut landing = LandingGuard { shared: Arc::clone(self), job, landed: false };
        let task = Box::pin(async move {
            let outcome = landing.shared.run(job, code).await;
            landing.land(outcome);
        });
        if let Err(error) = self.seams.spawn.spawn(task) {
            // The task was dropped, and its guard has landed.
            tracing::error!(%error, "the refresh could not be started on a thread of its own");
        }
    }

    async fn run(&self, job: Job, code: Option<AuthorizationCode>) -> Result<Landed, Error> {
        let ground = Ground { oauth: &self.oauth, seams: &self.seams };
        let (held, pending, dead) = {
            let state = self.lock();
            let held = state.held.as_ref().map(|(stored, _)| stored.clone());
            (held, state.pending.clone(), state.dead.clone())
        };
        let is_due = |grant: &Grant| due(grant, self.oauth.leeway, self.seams.clock.now());
        match (job, code) {
            (Job::Exchange, Some(code)) => ground.exchange(&code).await,
            (Job::Exchange, None) => Err(Error::configuration("there is no code to exchange")),
            (Job::Renew { .. }, _) => ground.renew(held.as_ref(), pending, is_due).await,
            (Job::Look, _) => match ground.look(dead.as_ref()).await? {
                Some(other) if is_due(&other.grant) => {
                    ground.renew(Some(&other), pending, is_due).await
                }
                Some(other) => Ok(Landed::Durable(other)),
                None => Err(self.lock().failure()),
            },
        }
    }

    /// Takes the outcome of a job into the state and tells everyone.
    fn land(&self, job: Job, outcome: Result<Landed, Error>) {
        let mut state = self.lock();
        let (landing, result) = match outcome {
            Ok(Landed::Durable(stored)) => {
                state.pending = None;
                self.adopt(&mut state, stored, true)
            }
            Ok(Landed::Unpersisted { grant, error }) => {
                tracing::error!(%error, "a new pair of tokens is only in memory");
                state.pending = Some(grant.clone());
                if self.oauth.use_unpersisted {
                    // Of no version: what is in the store is another one.
                    self.adopt(&mut state, Stored::new(grant, Version::new(0)), false)
                } else {
                    (Landing::Unpersisted { pause: pause(&error) }, Err(error))
                }
            }
            Ok(Landed::Dead { key, version, error }) => {
                state.dead = Some((key, version));
                (Landing::Dead, Err(error))
            }
            // What failed was only the look for another grant.
            Err(_) if job == Job::Look => (Landing::Dead, Err(state.failure())),
            Err(error) if job == Job::Exchange => (Landing::Nothing, Err(error)),
            Err(error) => (Landing::Failed { pause: pause(&error) }, Err(error)),
        };
        if let Err(error) = &result {
            tracing::warn!(%error, kind = ?error.kind(), "no new token");
        }
        // A refused code says nothing of the grant.
        if landing != Landing::Nothing {
            state.failure = result.as_ref().err().cloned();
        }
        state.flight.land(landing, self.seams.clock.now());
        // Still under the lock: whoever decides by the new state must not meet the old result.
        let before = self.landed.send_replace(result);
        drop(state);
        drop(before);
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
                let jitter = fastrand::f64();
                let renew_at = renew_at(obtained_at, expires_at, self.oauth.leeway, jitter);
                tracing::info!(
                    client_id = grant.key.client_id,
                    account_id = %grant.key.account_id,
                    %expires_at,
                    durable,
                    "has a token"
                );
                state.held = Some((stored, credential));
                let token = Token { generation, obtained_at, renew_at, expires_at };
                (Landing::Token { token, durable }, Ok(()))
            }
            Err(error) => (Landing::Failed { pause: pause(&error) }, Err(error)),
        }
    }
}

/// How long, in seconds, nothing is tried after this failure: a block gets worse by knocking, and what is
/// set wrong does not mend itself in a moment.
fn pause(error: &Error) -> i64 {
    match error.kind() {
        ErrorKind::Blocked => 300,
        ErrorKind::WrongClient | ErrorKind::Configuration => 60,
        // Another process may have been authorised meanwhile.
        ErrorKind::NotAuthorized => 1,
        _ => 5,
    }
}

/// Lands even if the job panics or its runtime is taken down: whoever waits must not wait for ever.
struct LandingGuard {
    shared: Arc<Shared>,
    job: Job,
    landed: bool,
}

impl LandingGuard {
    fn land(&mut self, outcome: Result<Landed, Error>) {
        self.landed = true;
        self.shared.land(self.job, outcome);
    }
}

impl Drop for LandingGuard {
    fn drop(&mut self) {
        if !self.landed {
            let interrupted = Error::new(ErrorKind::Unavailable, "the refresh was interrupted");
            self.land(Err(interrupted));
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

    async fn account_domain(&self) -> Result<AccountDomain, Error> {
        let held = || self.shared.lock().held.as_ref().map(|(stored, _)| stored.clone());
        let ground = Ground { oauth: &self.shared.oauth, seams: &self.shared.seams };
        let asked = match held() {
            Some(stored) => stored,
            None => ground.find().await?,
        };
        let answer = look_up::account_domain(&self.shared.seams, &asked.grant).await;
        if answer.is_ok() {
            return answer;
        }
        // The pair may have been renewed meanwhile, or the server has done so and the new one is on its
        // way to the store; or another process was it.
        let landing = {
            let state = self.shared.lock();
            state.flight.flying().then(|| self.shared.landed.subscribe())
        };
        if let Some(mut landed) = landing {
            let _ = wait(&mut landed).await;
        }
        let other = |stored: &Stored| stored.version != asked.version;
        let newer = match held().filter(other) {
            Some(stored) => Some(stored),
            None => ground.find().await.ok().filter(other),
        };
        match newer {
            Some(stored) => look_up::account_domain(&self.shared.seams, &stored.grant).await,
            None => answer,
        }
    }

    fn account_id(&self) -> Option<AccountId> {
        let state = self.shared.lock();
        let held = state.held.as_ref().map(|(stored, _)| &stored.grant);
        let grant = state.pending.as_ref().or(held);
        grant.map(|grant| grant.key.account_id).or(self.shared.oauth.account_id)
    }

    fn is_busy(&self) -> bool {
        let state = self.shared.lock();
        state.flight.flying() || state.flight.unpersisted()
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
