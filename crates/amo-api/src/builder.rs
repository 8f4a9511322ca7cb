//! Builds a client.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use amo_auth::{Authorization, Clock, Origin, Seams, Spawn, SystemClock, ThreadSpawn};
use amo_transport::{
    AccountContext, HttpLayer, HttpService, LimitKey, RateLimiter, Settings, SlidingLog, Stack,
    StackBuilder,
};

use crate::hosts::Hosts;
use crate::{Client, Error, ErrorKind};

type BoxError = Box<dyn StdError + Send + Sync>;

/// The settings of a [`Client`]. Nothing is checked before [`build`](Self::build).
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    address: String,
    authorization: Option<Box<dyn Authorization>>,
    stack: StackBuilder,
    service: Option<Stack>,
    settings: Settings,
    clock: Option<Arc<dyn Clock>>,
    spawn: Arc<dyn Spawn>,
    limiter: Option<Arc<dyn RateLimiter>>,
    deadline: Option<Duration>,
    trusted: Vec<String>,
}

impl ClientBuilder {
    pub(crate) fn new(address: String) -> Self {
        Self {
            address,
            authorization: None,
            stack: StackBuilder::new(),
            service: None,
            settings: Settings::default(),
            clock: None,
            spawn: Arc::new(ThreadSpawn),
            limiter: None,
            deadline: Some(Duration::from_secs(120)),
            trusted: Vec::new(),
        }
    }

    /// How to authorise: [`OAuth`](amo_auth::OAuth), [`LongLived`](amo_auth::LongLived) or a way of your own.
    pub fn auth(mut self, authorization: impl Authorization + 'static) -> Self {
        self.authorization = Some(Box::new(authorization));
        self
    }

    /// Trusts a server that is not amoCRM's with tokens and the client secret: a sandbox or a proxy of your
    /// own, `http://sandbox:8080`. Only amoCRM's own hosts over https and this machine itself need not be
    /// named. Never put here what came from outside, such as the `referer` of a redirect.
    pub fn trusted_origin(mut self, origin: impl Into<String>) -> Self {
        self.trusted.push(origin.into());
        self
    }

    /// How long a call may take from its first poll, with queueing, waits and repetitions: 120 s by
    /// default, `None` for as long as it takes. Walks and batches have none.
    pub fn deadline(mut self, deadline: impl Into<Option<Duration>>) -> Self {
        self.deadline = deadline.into();
        self
    }

    /// The timeouts, bounds and numbers of attempts of the stack.
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// The rate limiter. By default all clients of a process share [`SlidingLog::shared`].
    pub fn rate_limiter(mut self, limiter: impl RateLimiter) -> Self {
        self.limiter = Some(Arc::new(limiter));
        self
    }

    /// The clock of everything: for tests. The client gets a rate limiter of its own then.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Where refreshes run; by default on a short-lived thread each.
    pub fn spawn(mut self, spawn: impl Spawn) -> Self {
        self.spawn = Arc::new(spawn);
        self
    }

    /// How hyper connects.
    #[cfg(feature = "client")]
    pub fn hyper(mut self, settings: amo_transport::HyperSettings) -> Self {
        self.stack = self.stack.hyper(settings);
        self
    }

    /// A connector of yours in the place of hyper, under the whole stack: it sends one request.
    pub fn connector(mut self, connector: impl HttpService) -> Self {
        self.stack = self.stack.connector(connector);
        self
    }

    /// A layer of yours around each call: outside of retries, inside of the deadline.
    pub fn layer_call(mut self, layer: impl HttpLayer) -> Self {
        self.stack = self.stack.layer_call(layer);
        self
    }

    /// A layer of yours around each attempt: it sees every request as it leaves, with its credential.
    pub fn layer_attempt(mut self, layer: impl HttpLayer) -> Self {
        self.stack = self.stack.layer_attempt(layer);
        self
    }

    pub(crate) fn service(mut self, service: impl HttpService) -> Self {
        self.service = Some(Stack::from_service(service));
        self
    }

    /// Builds the client. Nothing is sent.
    ///
    /// # Errors
    /// If the address cannot be read, is neither amoCRM's nor this machine's nor a
    /// [trusted](Self::trusted_origin) one, there is no way to authorise, or TLS cannot be set up.
    pub fn build(self) -> Result<Client, Error> {
        let wrong = |source: BoxError| Error::client(ErrorKind::Configuration, "build", source);
        let origin = Origin::parse(&self.address).map_err(|error| wrong(error.into()))?;
        let mut trusted = Vec::new();
        for named in &self.trusted {
            trusted.push(Origin::parse(named).map_err(|error| wrong(error.into()))?);
        }
        if !origin.is_official() && !origin.is_loopback() && !trusted.contains(&origin) {
            let message = if origin.is_plain_http() {
                format!("`{origin}` would get tokens over plain http: use https")
            } else {
                format!(
                    "`{}` is not an address of amoCRM or Kommo, such as example.amocrm.ru; a server of your own is named by `trusted_origin`",
                    origin.host()
                )
            };
            return Err(wrong(message.into()));
        }
        let own_clock = self.clock.is_some();
        let clock = self.clock.unwrap_or_else(|| Arc::new(SystemClock));
        let limiter = self.limiter.unwrap_or_else(|| {
            Arc::new(if own_clock {
                SlidingLog::new(SlidingLog::PER_SECOND, Arc::clone(&clock))
            } else {
                SlidingLog::shared()
            })
        });
        let integration = self.authorization.as_ref().and_then(|auth| auth.client_id());
        let key = LimitKey::new(integration.unwrap_or_default(), origin.host());
        let account = AccountContext::new(origin.clone(), key, limiter);
        let max_body = self.settings.max_body;
        if let Some(service) = self.service {
            let hosts = Hosts::new(Arc::new(account), trusted);
            return Ok(Client::new(service, hosts, self.deadline, max_body));
        }
        let Some(authorization) = self.authorization else {
            return Err(wrong("there is no way to authorise: give the builder an `auth`".into()));
        };
        let stack = self.stack.settings(self.settings).clock(Arc::clone(&clock));
        let (stack, tokens) = stack.build().map_err(|error| wrong(error.into()))?;
        let exchange = Arc::new(tokens.exchange(Arc::new(account.clone())));
        let seams = Seams::new(origin, exchange, clock, self.spawn);
        let provider = authorization.bind(seams).map_err(|error| wrong(error.into()))?;
        let account = Arc::new(account.with_provider(provider));
        Ok(Client::new(stack, Hosts::new(account, trusted), self.deadline, max_body))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("address", &self.address)
            .field("authorization", &self.authorization)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
