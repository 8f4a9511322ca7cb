//! A provider against the sandbox, without a socket: time stands still until a test moves it.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use amo_auth::clock::Sleep;
use amo_auth::store::{FindBy, KeyPage, Lease, StoreError, StoreErrorKind, Stored, Version};
use amo_auth::{
    Authorization as _, Clock, Credential, Exchange, ExchangeError, ExchangeErrorKind, Grant,
    GrantKey, OAuth, Origin, Seams, Spawn, Task, ThreadSpawn, TokenProvider, TokenStore,
};
use amo_core::Timestamp;
use amo_sandbox::{RateLimit, Sandbox};
use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use tower_service::Service as _;

pub const START: i64 = 1_700_000_000;
pub const TOKEN_ENDPOINT: &str = "/oauth2/access_token";

/// A sandbox whose calendar stands still.
pub fn sandbox(grace: bool) -> Sandbox {
    Sandbox::builder()
        .manual_calendar(START)
        .rate_limit(RateLimit::Off)
        .refresh_grace(grace)
        .build()
}

pub fn origin() -> Origin {
    Origin::parse("demo.amocrm.ru").unwrap()
}

/// The sandbox's calendar as a clock. Pauses take no time, and timeouts never come.
#[derive(Clone)]
pub struct Calendar(pub Sandbox);

impl fmt::Debug for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Calendar")
    }
}

impl Clock for Calendar {
    fn now(&self) -> Timestamp {
        Timestamp::new(self.0.calendar().now())
    }

    fn monotonic(&self) -> Duration {
        Duration::from_secs((self.0.calendar().now() - START).cast_unsigned())
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        if duration < Duration::from_secs(10) {
            Box::pin(std::future::ready(()))
        } else {
            Box::pin(std::future::pending())
        }
    }
}

/// The sandbox as the network.
#[derive(Clone)]
pub struct Wire {
    pub sandbox: Sandbox,
    pub steps: Steps,
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}

#[async_trait]
impl Exchange for Wire {
    async fn exchange(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, ExchangeError> {
        self.steps.step("before the request is sent").await;
        let answer = self.sandbox.service().call(request.map(Full::new)).await;
        self.steps.step("the server has answered").await;
        let answer =
            answer.map_err(|lost| ExchangeError::new(ExchangeErrorKind::OutcomeUnknown, lost))?;
        let (head, body) = answer.into_parts();
        Ok(http::Response::from_parts(head, body.collect().await.unwrap().to_bytes()))
    }
}

/// The steps of a refresh, at one of which the program may stop.
#[derive(Clone, Debug, Default)]
pub struct Steps(Arc<StepsInner>);

#[derive(Debug, Default)]
struct StepsInner {
    passed: AtomicUsize,
    stop_at: AtomicUsize,
    stopped: Mutex<Option<&'static str>>,
    notice: tokio::sync::Notify,
}

impl Steps {
    /// Stops at the `n`th step from now on, counted from 1; 0 for never.
    pub fn stop_at(&self, n: usize) {
        self.0.passed.store(0, Ordering::SeqCst);
        self.0.stop_at.store(n, Ordering::SeqCst);
    }

    pub async fn step(&self, name: &'static str) {
        let passed = self.0.passed.fetch_add(1, Ordering::SeqCst) + 1;
        if passed == self.0.stop_at.load(Ordering::SeqCst) {
            *self.0.stopped.lock().unwrap() = Some(name);
            self.0.notice.notify_one();
            std::future::pending::<()>().await;
        }
    }

    /// Waits until somebody has stopped.
    pub async fn stopped(&self) -> &'static str {
        self.0.notice.notified().await;
        self.0.stopped.lock().unwrap().take().unwrap()
    }
}

/// A store whose steps count, and that can be made to fail.
#[derive(Clone, Debug)]
pub struct Stepped<S> {
    pub store: S,
    pub steps: Steps,
    /// So many saves fail from now on.
    pub failing_saves: Arc<AtomicUsize>,
    /// So many leases.
    pub failing_leases: Arc<AtomicUsize>,
    /// So many searches.
    pub failing_finds: Arc<AtomicUsize>,
}

/// Counts one down; an error while there is one left.
fn fails(left: &AtomicUsize) -> Result<(), StoreError> {
    let one_less = |left: usize| left.checked_sub(1);
    match left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less) {
        Ok(_) => Err(StoreError::new(StoreErrorKind::Unavailable, "the disk is full")),
        Err(_) => Ok(()),
    }
}

impl<S> Stepped<S> {
    pub fn new(store: S, steps: &Steps) -> Self {
        Self {
            store,
            steps: steps.clone(),
            failing_saves: Arc::default(),
            failing_leases: Arc::default(),
            failing_finds: Arc::default(),
        }
    }
}

#[async_trait]
impl<S: TokenStore> TokenStore for Stepped<S> {
    async fn load(&self, key: &GrantKey) -> Result<Option<Stored>, StoreError> {
        self.steps.step("before the store is read").await;
        self.store.load(key).await
    }

    async fn find(&self, by: &FindBy) -> Result<Vec<Stored>, StoreError> {
        fails(&self.failing_finds)?;
        self.store.find(by).await
    }

    async fn acquire(&self, key: &GrantKey, ttl: Duration) -> Result<Lease, StoreError> {
        self.steps.step("before the lease is taken").await;
        fails(&self.failing_leases)?;
        let lease = self.store.acquire(key, ttl).await;
        self.steps.step("the lease is taken").await;
        lease
    }

    async fn save(
        &self,
        grant: &Grant,
        expected: Option<Version>,
        lease: &Lease,
    ) -> Result<Version, StoreError> {
        self.steps.step("before the pair is written").await;
        fails(&self.failing_saves)?;
        let version = self.store.save(grant, expected, lease).await;
        self.steps.step("the pair is written").await;
        version
    }

    async fn list(
        &self,
        older_than: Timestamp,
        cursor: Option<&str>,
    ) -> Result<KeyPage, StoreError> {
        self.store.list(older_than, cursor).await
    }

    async fn remove(&self, key: &GrantKey) -> Result<(), StoreError> {
        self.store.remove(key).await
    }
}

/// Runs refreshes on the test's runtime, so that they can be stopped dead.
#[derive(Clone, Debug, Default)]
pub struct Abortable(Arc<Mutex<Vec<tokio::task::JoinHandle<()>>>>);

impl Abortable {
    /// The program ends: whatever runs is gone, with what it holds.
    pub async fn kill(&self) {
        let tasks: Vec<_> = self.0.lock().unwrap().drain(..).collect();
        for task in tasks {
            task.abort();
            let _ = task.await;
        }
    }
}

impl Spawn for Abortable {
    fn spawn(&self, task: Task) -> std::io::Result<()> {
        self.0.lock().unwrap().push(tokio::spawn(task));
        Ok(())
    }
}

/// The settings of the sandbox's integration.
pub fn oauth(sandbox: &Sandbox) -> OAuth {
    let connection = sandbox.connection();
    OAuth::new(connection.client_id, connection.client_secret, connection.redirect_uri)
}

/// A provider over the sandbox, with refreshes on threads of their own.
pub fn provider(sandbox: &Sandbox, store: impl TokenStore) -> Arc<dyn TokenProvider> {
    bind(sandbox, oauth(sandbox).store(store), &Steps::default(), Arc::new(ThreadSpawn))
}

pub fn bind(
    sandbox: &Sandbox,
    oauth: OAuth,
    steps: &Steps,
    spawn: Arc<dyn Spawn>,
) -> Arc<dyn TokenProvider> {
    let wire = Wire { sandbox: sandbox.clone(), steps: steps.clone() };
    bind_over(sandbox, oauth, Arc::new(wire), spawn)
}

/// A provider over a network that is not only the sandbox.
pub fn bind_over(
    sandbox: &Sandbox,
    oauth: OAuth,
    wire: Arc<dyn Exchange>,
    spawn: Arc<dyn Spawn>,
) -> Arc<dyn TokenProvider> {
    let seams = Seams::new(origin(), wire, Arc::new(Calendar(sandbox.clone())), spawn);
    Box::new(oauth).bind(seams).unwrap()
}

/// Authorises once, so that the store has a grant.
pub async fn authorize(sandbox: &Sandbox, store: impl TokenStore) {
    let provider = provider(sandbox, store);
    provider.authorize(sandbox.authorization_code().into()).await.unwrap();
}

/// Does the server take this credential?
pub async fn accepted(sandbox: &Sandbox, credential: &Credential) -> bool {
    let request = http::Request::get("https://demo.amocrm.ru/api/v4/account")
        .header(http::header::AUTHORIZATION, credential.authorization())
        .body(Full::<Bytes>::default())
        .unwrap();
    sandbox.service().call(request).await.unwrap().status().is_success()
}

/// How often the token endpoint was asked so far.
pub fn token_requests(sandbox: &Sandbox) -> usize {
    sandbox.log().count("POST", TOKEN_ENDPOINT)
}

/// A day later every access token has ended.
pub fn tomorrow(sandbox: &Sandbox) {
    sandbox.calendar().advance(Duration::from_secs(86_400));
}
