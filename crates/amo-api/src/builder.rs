//! Builds a client, or a hub: most settings are for both.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use amo_auth::{Authorization, Clock, Origin, Spawn, SystemClock, ThreadSpawn};
use amo_transport::{
    HttpLayer, HttpService, RateLimiter, Settings, SlidingLog, Stack, StackBuilder, TokenStack,
};

use crate::base::Base;
use crate::people::OwnSearch;
use crate::schema::SchemaSettings;
use crate::{Candidate, Client, Error, ErrorKind, KeepExchanges, LoopGuard, PeopleQuery};

type BoxError = Box<dyn StdError + Send + Sync>;

/// The settings of a [`Client`], or, as [`HubBuilder`](crate::HubBuilder), of a [`Hub`](crate::Hub).
/// Nothing is checked before [`build`](Self::build).
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder<T = OneAccount> {
    pub(crate) of: T,
    stack: StackBuilder,
    settings: Settings,
    clock: Option<Arc<dyn Clock>>,
    spawn: Arc<dyn Spawn>,
    limiter: Option<Arc<dyn RateLimiter>>,
    deadline: Option<Duration>,
    trusted: Vec<String>,
    keep: Option<KeepExchanges>,
    people_search: Option<OwnSearch>,
    schema: SchemaSettings,
    guard: Option<LoopGuard>,
}

/// What a [`ClientBuilder`] builds a client of one account from.
pub struct OneAccount {
    address: String,
    authorization: Option<Box<dyn Authorization>>,
    service: Option<Stack>,
}

impl<T> ClientBuilder<T> {
    pub(crate) fn of(of: T) -> Self {
        Self {
            of,
            stack: StackBuilder::new(),
            settings: Settings::default(),
            clock: None,
            spawn: Arc::new(ThreadSpawn),
            limiter: None,
            deadline: Some(Duration::from_secs(120)),
            trusted: Vec::new(),
            keep: None,
            people_search: None,
            schema: SchemaSettings::default(),
            guard: None,
        }
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

    /// Looks for people elsewhere than in amoCRM's full-text search: in an index of your own, which knows
    /// the ids of contacts and companies by phone and e-mail. Whoever it names is read from amoCRM and
    /// verified, so that it may name too many, but must not leave out any.
    pub fn people_search<F, S, E>(mut self, search: F) -> Self
    where
        F: Fn(PeopleQuery) -> S + Send + Sync + 'static,
        S: Future<Output = Result<Vec<Candidate>, E>> + Send + 'static,
        E: Into<BoxError>,
    {
        self.people_search = Some(OwnSearch::new(search));
        self
    }

    /// How long a part of the account's [schema](crate::Schema) is kept: ten minutes unless said.
    pub fn schema_ttl(mut self, ttl: Duration) -> Self {
        self.schema.ttl = ttl;
        self
    }

    /// Whether what creates and changes leads, contacts, companies, customers and elements of catalogs is
    /// checked against the account's [schema](crate::Schema) before it is sent; it is not unless said.
    /// What does not fit is an error in the form of the server's, naming the item and the place, and
    /// nothing of its request is sent; a batch takes such items out.
    ///
    /// Checked are: that custom fields and their options are there, that values have the form of their
    /// type and are not more than it holds, that no field is written which amoCRM computes, that pipelines
    /// and statuses of leads are there, and that a new lead that names its status fills the fields which
    /// that status asks for, and a new element those that its catalog asks for. Not checked are users,
    /// tags, links, prices and texts, the elements and files that values name, what an entity holds
    /// already, incoming leads and raw requests.
    pub fn check_writes(mut self, check: bool) -> Self {
        self.schema.check_writes = check;
        self
    }

    /// Whether a list of leads, contacts, companies or customers with a filter is refused where the account
    /// has not paid for such filters: it would ignore the filter and list everything. It is unless said;
    /// the account is asked once in a while for it.
    pub fn check_filters(mut self, check: bool) -> Self {
        self.schema.check_filters = check;
        self
    }

    /// Remembers what the client writes, so that it can tell [whose](Client::whose) change a webhook tells
    /// of. Not unless said.
    pub fn loop_guard(mut self, guard: LoopGuard) -> Self {
        self.guard = Some(guard);
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

    /// Keeps the last calls with what was sent and answered, redacted, for
    /// [`Client::exchanges`]. Off unless said; each account keeps its own.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let (sandbox, server) = amo_sandbox::Sandbox::builder().start().await?;
    /// # let token = amo_auth::LongLived::new(sandbox.connection().long_lived_token);
    /// # let client = amo_api::Client::builder(server.base_url()).auth(token);
    /// let client = client.keep_exchanges(20).build()?;
    /// client.account().await?;
    /// // For a mail to the support.
    /// println!("{}", client.exchanges());
    /// # Ok(())
    /// # }
    /// ```
    pub fn keep_exchanges(mut self, keep: impl Into<KeepExchanges>) -> Self {
        self.keep = Some(keep.into());
        self
    }

    /// The origins that the caller named.
    pub(crate) fn named(&self) -> Result<Arc<[Origin]>, Error> {
        self.trusted.iter().map(|named| Origin::parse(named).map_err(wrong)).collect()
    }

    /// What is not an account's. `stack` makes the stack, unless the caller has brought his own.
    pub(crate) fn base(
        self,
        trusted: Arc<[Origin]>,
        stack: impl FnOnce(StackBuilder) -> Result<(Stack, Option<TokenStack>), Error>,
    ) -> Result<Base, Error> {
        let own_clock = self.clock.is_some();
        let clock = self.clock.unwrap_or_else(|| Arc::new(SystemClock));
        let limiter = self.limiter.unwrap_or_else(|| {
            Arc::new(if own_clock {
                SlidingLog::new(SlidingLog::PER_SECOND, Arc::clone(&clock))
            } else {
                SlidingLog::shared()
            })
        });
        let max_body = self.settings.max_body;
        let (stack, tokens) = stack(self.stack.settings(self.settings).clock(Arc::clone(&clock)))?;
        Ok(Base {
            stack,
            tokens,
            limiter,
            clock,
            spawn: self.spawn,
            deadline: self.deadline,
            max_body,
            trusted,
            keep: self.keep.map(Arc::new),
            people_search: self.people_search,
            schema: self.schema,
            guard: self.guard.map(Arc::new),
        })
    }
}

/// The whole stack, of our own layers.
pub(crate) fn whole(stack: StackBuilder) -> Result<(Stack, Option<TokenStack>), Error> {
    let (stack, tokens) = stack.build().map_err(wrong)?;
    Ok((stack, Some(tokens)))
}

/// A setting is wrong.
pub(crate) fn wrong(source: impl Into<BoxError>) -> Error {
    Error::client(ErrorKind::Configuration, "build", source)
}

/// What to say of an address that must not get tokens.
pub(crate) fn untrusted(origin: &Origin) -> String {
    if origin.is_plain_http() {
        format!("`{origin}` would get tokens over plain http: use https")
    } else {
        format!(
            "`{}` is not an address of amoCRM or Kommo, such as example.amocrm.ru; a server of your own is named by `trusted_origin`",
            origin.host()
        )
    }
}

impl ClientBuilder {
    pub(crate) fn new(address: String) -> Self {
        Self::of(OneAccount { address, authorization: None, service: None })
    }

    /// How to authorise: [`OAuth`](amo_auth::OAuth), [`LongLived`](amo_auth::LongLived) or a way of your own.
    pub fn auth(mut self, authorization: impl Authorization + 'static) -> Self {
        self.of.authorization = Some(Box::new(authorization));
        self
    }

    pub(crate) fn service(mut self, service: impl HttpService) -> Self {
        self.of.service = Some(Stack::from_service(service));
        self
    }

    /// Builds the client. Nothing is sent.
    ///
    /// # Errors
    /// If the address cannot be read, is neither amoCRM's nor this machine's nor a
    /// [trusted](Self::trusted_origin) one, there is no way to authorise, or TLS cannot be set up.
    pub fn build(mut self) -> Result<Client, Error> {
        let origin = Origin::parse(&self.of.address).map_err(wrong)?;
        let trusted = self.named()?;
        if !origin.is_official() && !origin.is_loopback() && !trusted.contains(&origin) {
            return Err(wrong(untrusted(&origin)));
        }
        let authorization = self.of.authorization.take();
        let base = match self.of.service.take() {
            Some(service) => self.base(trusted, |_| Ok((service, None)))?,
            None if authorization.is_none() => {
                return Err(wrong("there is no way to authorise: give the builder an `auth`"));
            }
            None => self.base(trusted, whole)?,
        };
        let account = base.account(origin, authorization).map_err(wrong)?;
        Ok(Client::new(Arc::new(base), account, None))
    }
}

impl<T: fmt::Debug> fmt::Debug for ClientBuilder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("of", &self.of)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for OneAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneAccount")
            .field("address", &self.address)
            .field("authorization", &self.authorization)
            .finish_non_exhaustive()
    }
}
