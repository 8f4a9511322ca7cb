//! Puts the layers together in their order.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use amo_auth::{Clock, SystemClock};
use bytes::Bytes;
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceExt as _};
use tower_layer::Layer;

use crate::layers::{
    AttachLayer, AttemptLayer, AttemptLogLayer, CallsLayer, Inner, RateLimitLayer, ReauthLayer,
    Request, Response, ResponseFuture, RetryLayer,
};
use crate::{AccountContext, Body, Error, ErrorKind, StackExchange};

type BoxError = Box<dyn StdError + Send + Sync>;

/// A service that answers HTTP requests: your own client, a mock, a connector. Everything that fits
/// implements it.
pub trait HttpService:
    Service<Request, Response = http::Response<Self::Body>, Error: Into<BoxError>, Future: Send>
    + Clone
    + Send
    + Sync
    + 'static
{
    /// The body of its responses.
    type Body: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static;
}

impl<S, B> HttpService for S
where
    S: Service<Request, Response = http::Response<B>, Error: Into<BoxError>, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Body = B;
}

/// A layer of the caller's around a part of the stack. Everything that fits implements it.
pub trait HttpLayer:
    Layer<
        Stack,
        Service: Service<Request, Response = Response, Error: Into<BoxError>, Future: Send>
                     + Clone
                     + Send
                     + Sync
                     + 'static,
    > + Send
    + Sync
    + 'static
{
}

impl<L> HttpLayer for L where
    L: Layer<
            Stack,
            Service: Service<Request, Response = Response, Error: Into<BoxError>, Future: Send>
                         + Clone
                         + Send
                         + Sync
                         + 'static,
        > + Send
        + Sync
        + 'static
{
}

/// The numbers of a stack.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// How long one attempt may take, its body included: 20 s.
    pub attempt_timeout: Duration,
    /// The same for a request of the token endpoint: 15 s.
    pub token_timeout: Duration,
    /// How many attempts a call has at most, a repetition after 401 not counted: 3.
    pub attempts: u32,
    /// How many bytes a body that is collected may have, unpacked: 32 MiB.
    pub max_body: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            attempt_timeout: Duration::from_secs(20),
            token_timeout: Duration::from_secs(15),
            attempts: 3,
            max_body: 32 * 1024 * 1024,
        }
    }
}

/// A finished stack, or a part of one: a service that can be cloned and shared between accounts.
#[derive(Clone)]
pub struct Stack(BoxCloneSyncService<Request, Response, Error>);

impl Stack {
    /// Takes any HTTP service for a stack: your own client, or a mock.
    pub fn from_service<S: HttpService>(service: S) -> Self {
        let service = service
            .map_err(|error: S::Error| {
                Error::from_box(ErrorKind::Middleware, "the service failed", error.into())
            })
            .map_response(|response: http::Response<S::Body>| response.map(Body::streaming));
        Self::new(service)
    }

    fn new(service: impl Inner) -> Self {
        Self(BoxCloneSyncService::new(service))
    }

    /// A caller's layer around this stack.
    fn layered<L: HttpLayer>(self, layer: &L) -> Self {
        type LayerError<L> = <<L as Layer<Stack>>::Service as Service<Request>>::Error;
        Self::new(layer.layer(self).map_err(|error: LayerError<L>| {
            Error::from_box(ErrorKind::Middleware, "a layer of the caller's failed", error.into())
        }))
    }
}

impl Service<Request> for Stack {
    type Response = Response;
    type Error = Error;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> ResponseFuture {
        self.0.call(request)
    }
}

impl fmt::Debug for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stack")
    }
}

type Insert = Box<dyn Fn(Stack) -> Stack + Send + Sync>;

/// Builds a [`Stack`].
pub struct StackBuilder {
    settings: Settings,
    clock: Arc<dyn Clock>,
    connector: Option<Connectors>,
    #[cfg(feature = "client")]
    hyper: crate::HyperSettings,
    calls: Vec<Insert>,
    attempts: Vec<Insert>,
}

/// One for calls and one for the token endpoint.
struct Connectors {
    calls: Stack,
    tokens: Stack,
}

#[cfg(feature = "client")]
impl Connectors {
    fn hyper(connector: crate::client::HyperConnector) -> Self {
        let tokens = Stack::new(connector.unpooled());
        Self { calls: Stack::new(connector), tokens }
    }
}

impl StackBuilder {
    /// A stack over hyper with its default settings, if that is compiled in.
    pub fn new() -> Self {
        Self {
            settings: Settings::default(),
            clock: Arc::new(SystemClock),
            connector: None,
            #[cfg(feature = "client")]
            hyper: crate::HyperSettings::default(),
            calls: Vec::new(),
            attempts: Vec::new(),
        }
    }

    /// Over a connector of your own, which sends one request and gives the answer.
    ///
    /// It is also used by a refresh, on a short-lived runtime of its own: connections that it keeps must
    /// not depend on the runtime that opened them.
    #[must_use]
    pub fn connector<S: HttpService>(mut self, connector: S) -> Self {
        let connector = Stack::from_service(connector.map_err(|error: S::Error| {
            Error::from_box(ErrorKind::Io, "the connector failed", error.into())
        }));
        self.connector = Some(Connectors { calls: connector.clone(), tokens: connector });
        self
    }

    /// Over hyper with settings of your own.
    #[cfg(feature = "client")]
    #[must_use]
    pub fn hyper(mut self, settings: crate::HyperSettings) -> Self {
        self.hyper = settings;
        self.connector = None;
        self
    }

    /// The numbers.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// The clock of all timeouts, pauses and waits.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// A layer of yours around each call, outside of retry: it sees a call once. The layer that was added
    /// first is outermost.
    #[must_use]
    pub fn layer_call<L: HttpLayer>(mut self, layer: L) -> Self {
        self.calls.push(Box::new(move |inner| inner.layered(&layer)));
        self
    }

    /// A layer of yours around each attempt, inside of rate limit and credential: it sees every request
    /// as it leaves, the `Authorization` header included.
    #[must_use]
    pub fn layer_attempt<L: HttpLayer>(mut self, layer: L) -> Self {
        self.attempts.push(Box::new(move |inner| inner.layered(&layer)));
        self
    }

    #[cfg(feature = "client")]
    fn default_connectors(&self) -> Result<Connectors, Error> {
        let clock = Arc::clone(&self.clock);
        crate::client::HyperConnector::new(&self.hyper, clock).map(Connectors::hyper)
    }

    #[cfg(not(feature = "client"))]
    #[expect(clippy::unused_self, reason = "with hyper there are settings")]
    fn default_connectors(&self) -> Result<Connectors, Error> {
        let message = "this build has no connector: switch on the feature `client`, or bring one by `connector`";
        Err(Error::new(ErrorKind::Configuration, message))
    }

    /// The stack for calls, and a maker of exchanges for token providers.
    ///
    /// # Errors
    /// If there is no connector, or TLS cannot be set up.
    pub fn build(mut self) -> Result<(Stack, TokenStack), Error> {
        let connectors = match self.connector.take() {
            Some(connectors) => connectors,
            None => self.default_connectors()?,
        };
        let Connectors { calls: connector, tokens } = connectors;
        let Self { settings, clock, calls, attempts, .. } = self;
        let attempt = AttemptLayer::new(clock.clone(), settings.attempt_timeout, settings.max_body);
        let log = AttemptLogLayer::new(clock.clone());
        let stack = Stack::new(log.layer(attempt.layer(decompress(connector))));
        let stack = attempts.iter().rev().fold(stack, |inner, insert| insert(inner));
        let stack = Stack::new(RetryLayer::new(clock.clone(), settings.attempts).layer(
            ReauthLayer.layer(RateLimitLayer::new(clock.clone()).layer(AttachLayer.layer(stack))),
        ));
        let stack = calls.iter().rev().fold(stack, |inner, insert| insert(inner));
        let stack = Stack::new(CallsLayer::new(clock.clone()).layer(stack));

        let attempt = AttemptLayer::new(clock.clone(), settings.token_timeout, settings.max_body);
        let first = RateLimitLayer::new(clock).always_first();
        let tokens = Stack::new(first.layer(log.layer(attempt.layer(decompress(tokens)))));
        Ok((stack, TokenStack { stack: tokens, max_body: settings.max_body }))
    }
}

impl Default for StackBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for StackBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StackBuilder").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// The short stack of the token endpoint.
#[derive(Clone, Debug)]
pub struct TokenStack {
    stack: Stack,
    max_body: usize,
}

impl TokenStack {
    /// What a token provider of this account sends its requests with.
    pub fn exchange(&self, account: Arc<AccountContext>) -> StackExchange {
        StackExchange::new(self.stack.clone(), account, self.max_body)
    }
}

#[cfg(feature = "gzip")]
fn decompress(connector: Stack) -> Stack {
    use tower_http::decompression::{DecompressionBody, DecompressionLayer};

    let unpacked = DecompressionLayer::new().layer(connector);
    Stack::new(unpacked.map_response(|response: http::Response<DecompressionBody<Body>>| {
        response.map(Body::streaming)
    }))
}

#[cfg(not(feature = "gzip"))]
fn decompress(connector: Stack) -> Stack {
    connector
}
