//! A token provider by script: its `n`th token is `token-n`.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use amo_auth::clock::ManualClock;
use amo_auth::{Clock as _, Credential, Error, ErrorKind, Generation, TokenProvider};
use async_trait::async_trait;

#[derive(Debug)]
pub(crate) struct Provider {
    clock: ManualClock,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    token: u64,
    credential_takes: Duration,
    credential_fails: Option<ErrorKind>,
    refresh_takes: Duration,
    refresh_fails: VecDeque<ErrorKind>,
    refused: Vec<Generation>,
    refreshes: u32,
}

impl Provider {
    pub(crate) fn new(clock: &ManualClock) -> Self {
        let state = State { token: 1, ..State::default() };
        Self { clock: clock.clone(), state: Mutex::new(state) }
    }

    fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap());
    }

    /// Somebody else has replaced the token; 0 for none at all.
    pub(crate) fn set_token(&self, n: u64) {
        self.set(|state| state.token = n);
    }

    pub(crate) fn credential_takes(&self, time: Duration) {
        self.set(|state| state.credential_takes = time);
    }

    pub(crate) fn credential_fails(&self, kind: ErrorKind) {
        self.set(|state| state.credential_fails = Some(kind));
    }

    pub(crate) fn refresh_takes(&self, time: Duration) {
        self.set(|state| state.refresh_takes = time);
    }

    pub(crate) fn refresh_fails(&self, kind: ErrorKind) {
        self.set(|state| state.refresh_fails.push_back(kind));
    }

    /// The generations that were said to be refused.
    pub(crate) fn refused(&self) -> Vec<Generation> {
        self.state.lock().unwrap().refused.clone()
    }

    /// How often there was a new token.
    pub(crate) fn refreshes(&self) -> u32 {
        self.state.lock().unwrap().refreshes
    }

    fn token(&self) -> Option<Credential> {
        let token = self.state.lock().unwrap().token;
        let secret = format!("token-{token}").into();
        (token > 0).then(|| Credential::bearer(&secret, Generation::new(token)).unwrap())
    }
}

#[async_trait]
impl TokenProvider for Provider {
    async fn credential(&self) -> Result<Credential, Error> {
        let (takes, fails) = {
            let state = self.state.lock().unwrap();
            (state.credential_takes, state.credential_fails)
        };
        self.clock.sleep(takes).await;
        let none = || Error::new(ErrorKind::NotAuthorized, "by script");
        fails.map_or_else(
            || self.token().ok_or_else(none),
            |kind| Err(Error::new(kind, "by script")),
        )
    }

    fn current(&self) -> Option<Credential> {
        self.token()
    }

    async fn refresh_if(&self, refused: Generation) -> Result<Credential, Error> {
        let takes = {
            let mut state = self.state.lock().unwrap();
            state.refused.push(refused);
            state.refresh_takes
        };
        self.clock.sleep(takes).await;
        {
            let mut state = self.state.lock().unwrap();
            if let Some(kind) = state.refresh_fails.pop_front() {
                return Err(Error::new(kind, "by script"));
            }
            if Generation::new(state.token) == refused {
                state.token += 1;
                state.refreshes += 1;
            }
        }
        Ok(self.token().unwrap())
    }
}
