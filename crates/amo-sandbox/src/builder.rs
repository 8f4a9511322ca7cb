//! How a box is set up.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use serde::{Deserialize, Serialize};
use tower_service::Service;

use crate::calendar::Time;
use crate::latency::Latency;
use crate::limit::{Block, Blocked, Limits, RateLimit, TooManyRequests};
use crate::sandbox::Sandbox;
use crate::server::Server;
use crate::state::Begin;
use crate::webhooks::Sink;
use crate::{demo, sandbox};

/// What the account does with `filter[…]` of leads, contacts and companies: the real service has
/// these filters only where they are paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ApiFilter {
    /// The filters work, and `is_api_filter_enabled` of the account says so.
    On,
    /// They are ignored: everything is listed.
    #[default]
    Ignored,
    /// They are answered with 400.
    Refused,
}

/// How the account works with customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CustomersMode {
    /// The tariff has no customers: requests about them are answered with 425, and switching them
    /// on with 402.
    Unavailable,
    /// They are switched off: requests about them are answered with 426.
    #[default]
    Disabled,
    /// By segments.
    Segments,
    /// By periods between purchases.
    Periodicity,
}

impl CustomersMode {
    /// As the API spells it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            CustomersMode::Unavailable => "unavailable",
            CustomersMode::Disabled => "disabled",
            CustomersMode::Segments => "segments",
            CustomersMode::Periodicity => "periodicity",
        }
    }
}

/// What language invented cards are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Language {
    /// Some in Russian, some in English.
    #[default]
    Mixed,
    /// All in Russian.
    Russian,
    /// All in English.
    English,
}

/// Sets a [`Sandbox`] up.
///
/// ```
/// use amo_sandbox::{RateLimit, Sandbox};
///
/// let sandbox = Sandbox::builder().contacts(10).leads(25).rate_limit(RateLimit::Off).build();
/// assert_eq!(sandbox.log().len(), 0);
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until build is called"]
pub struct SandboxBuilder {
    pub(crate) contacts: usize,
    pub(crate) leads: usize,
    pub(crate) companies: usize,
    pub(crate) customers: usize,
    pub(crate) catalog_elements: usize,
    pub(crate) seed: u64,
    pub(crate) language: Language,
    pub(crate) limits: Limits,
    pub(crate) domain: String,
    pub(crate) account_id: i64,
    pub(crate) access_token_lifetime: Duration,
    pub(crate) refresh_grace: bool,
    pub(crate) api_filter: ApiFilter,
    pub(crate) customers_mode: Option<CustomersMode>,
    pub(crate) duplicate_control: bool,
    pub(crate) paid_until: Option<i64>,
    pub(crate) most_templates: Option<usize>,
    pub(crate) latency: Latency,
    pub(crate) manual_calendar: Option<i64>,
    pub(crate) sink: Sink,
    pub(crate) allowed_addresses: Vec<IpAddr>,
    /// The state that the box begins with, if it is not the demo account.
    pub(crate) begin: Option<Begin>,
}

impl Default for SandboxBuilder {
    fn default() -> Self {
        SandboxBuilder {
            contacts: 0,
            leads: 0,
            companies: 0,
            customers: 0,
            catalog_elements: 0,
            seed: 0,
            language: Language::default(),
            limits: Limits::default(),
            domain: demo::DOMAIN.to_owned(),
            account_id: demo::ACCOUNT,
            access_token_lifetime: Duration::from_secs(86_400),
            refresh_grace: false,
            api_filter: ApiFilter::default(),
            customers_mode: None,
            duplicate_control: false,
            paid_until: None,
            most_templates: None,
            latency: Latency::default(),
            manual_calendar: None,
            sink: Sink::default(),
            allowed_addresses: Vec::new(),
            begin: None,
        }
    }
}

impl SandboxBuilder {
    /// How many contacts the demo account has; none unless said. The same ones every time, as of
    /// all that is asked for so; [`seed`](SandboxBuilder::seed) gives others.
    pub fn contacts(mut self, count: usize) -> Self {
        self.contacts = count;
        self
    }

    /// How many leads the demo account has; none unless said. They are linked to its contacts,
    /// companies and products as far as there are any.
    pub fn leads(mut self, count: usize) -> Self {
        self.leads = count;
        self
    }

    /// How many companies the demo account has; none unless said.
    pub fn companies(mut self, count: usize) -> Self {
        self.companies = count;
        self
    }

    /// How many customers the demo account has, with what they bought; none unless said. See
    /// [`customers_mode`](SandboxBuilder::customers_mode): where customers are switched off, they
    /// are there but cannot be reached.
    pub fn customers(mut self, count: usize) -> Self {
        self.customers = count;
        self
    }

    /// How many elements the catalogs of the demo account have together; none, and no catalogs,
    /// unless said.
    pub fn catalog_elements(mut self, count: usize) -> Self {
        self.catalog_elements = count;
        self
    }

    /// Which cards the account has of all those that could be invented; 0 unless said. The same
    /// seed gives the same cards, and each of them does not depend on how many are asked for.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// What language the cards are in; some in Russian, some in English unless said.
    pub fn language(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// How many requests of each integration are taken; 7 in any second unless said.
    /// [`Sandbox::set_rate_limit`] changes it later, and [`Sandbox::set_limits`] all of them.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.limits.integration = limit;
        self
    }

    /// How many requests of all integrations of the account together are taken. Unless said it is
    /// 50 in any second (or as many as one integration may, if that is more), and as many as come
    /// when [`rate_limit`](SandboxBuilder::rate_limit) is off.
    pub fn account_rate_limit(mut self, limit: RateLimit) -> Self {
        self.limits.account = Some(limit);
        self
    }

    /// How many requests from one IP address are taken, whatever integration they are of; as many
    /// as come unless said. Without a socket all come from one address, unless their extensions
    /// have a [`SocketAddr`](std::net::SocketAddr).
    pub fn address_rate_limit(mut self, limit: RateLimit) -> Self {
        self.limits.address = Some(limit);
        self
    }

    /// What a request over the limit is answered with.
    pub fn too_many_requests(mut self, answer: TooManyRequests) -> Self {
        self.limits.too_many_requests = answer;
        self
    }

    /// The account's white list of the API: requests to it from other addresses, and without one,
    /// are refused with 403. All are allowed unless said.
    /// [`Sandbox::set_allowed_addresses`] changes it later.
    pub fn allowed_addresses(mut self, addresses: impl IntoIterator<Item = IpAddr>) -> Self {
        self.allowed_addresses = addresses.into_iter().collect();
        self
    }

    /// After more than this many refusals within a minute all requests of the offender are answered
    /// with a page that says 403, also those for tokens, until [`Sandbox::unblock`] is called.
    /// Nobody is blocked unless said.
    pub fn block_after(mut self, refusals: u32, whom: Blocked) -> Self {
        self.limits.block = Some(Block { after: refusals, whom });
        self
    }

    /// Whether the answer to a request over the limit says in `Retry-After` how long to wait: as long
    /// as [`TooManyRequests::JsonWithWait`] says, otherwise 1 second. The real service does
    /// not promise the header, so it is left out unless said.
    pub fn retry_after(mut self, sent: bool) -> Self {
        self.limits.retry_after = sent;
        self
    }

    /// The account's host name; `demo.amocrm.ru` unless said. Requests to other hosts reach the
    /// account too.
    pub fn domain(mut self, domain: &str) -> Self {
        domain.clone_into(&mut self.domain);
        self
    }

    /// The account's id; [`demo::ACCOUNT`] unless said. Several [`Accounts`](crate::Accounts) need ids
    /// of their own.
    pub fn account_id(mut self, id: i64) -> Self {
        self.account_id = id;
        self
    }

    /// How long access tokens work, by the calendar, in whole seconds; 24 hours unless said.
    pub fn access_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.access_token_lifetime = lifetime;
        self
    }

    /// Whether a refresh token that was exchanged is taken until the new pair was used, as Kommo
    /// documents it. Otherwise (unless said) it is dead at once.
    pub fn refresh_grace(mut self, grace: bool) -> Self {
        self.refresh_grace = grace;
        self
    }

    /// What the account does with filters; it ignores them unless said.
    pub fn api_filter(mut self, filter: ApiFilter) -> Self {
        self.api_filter = filter;
        self
    }

    /// How the account works with customers. Unless said they are switched off, or worked with by
    /// periods if [`customers`](SandboxBuilder::customers) asks for some. `PATCH
    /// /api/v4/customers/mode` changes it later.
    pub fn customers_mode(mut self, mode: CustomersMode) -> Self {
        self.customers_mode = Some(mode);
        self
    }

    /// Whether leads that are added together with their contacts are compared with those that are
    /// there, by telephone number and e-mail address; they are not unless said.
    pub fn duplicate_control(mut self, on: bool) -> Self {
        self.duplicate_control = on;
        self
    }

    /// To when the account is paid for, in Unix seconds of the calendar; for ever unless said. Then
    /// changes are answered with 402, and 30 days later everything is. [`Sandbox::set_paid_until`]
    /// changes it later.
    pub fn paid_until(mut self, end: i64) -> Self {
        self.paid_until = Some(end);
        self
    }

    /// How many chat templates the account may have: one more is answered with 422. The real number
    /// is not known; as many as come unless said.
    pub fn chat_template_limit(mut self, most: usize) -> Self {
        self.most_templates = Some(most);
        self
    }

    /// How long every answer takes, in real time: the work is done first. None unless said.
    /// [`Sandbox::set_latency`] changes it later.
    pub fn latency(mut self, latency: impl Into<Latency>) -> Self {
        self.latency = latency.into();
        self
    }

    /// The calendar begins here, in Unix seconds, and stands still until it is moved. Otherwise it
    /// shows the machine's time.
    pub fn manual_calendar(mut self, start: i64) -> Self {
        self.manual_calendar = Some(start);
        self
    }

    /// Gives every request that the box makes of its own to this service, without a socket and
    /// whatever the address is: the posts of webhooks, and what the box calls once. Otherwise they
    /// go over HTTP/1.1 to the addresses themselves, and with the feature `tls`, which is on by
    /// default, to https ones too. Only the code of the answer counts; an error of the service is no
    /// answer.
    ///
    /// See [`Webhooks::settled`](crate::Webhooks::settled) for how to wait for them.
    pub fn webhook_sink<S, B>(mut self, service: S) -> Self
    where
        S: Service<Request<Full<Bytes>>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send + 'static,
    {
        self.sink = Sink::service(service);
        self
    }

    /// How the account works with customers, said or not.
    pub(crate) fn mode_of_customers(&self) -> CustomersMode {
        let usual =
            if self.customers > 0 { CustomersMode::Periodicity } else { CustomersMode::Disabled };
        self.customers_mode.unwrap_or(usual)
    }

    /// The box, and a server of it on a free port of loopback.
    ///
    /// # Errors
    /// When it cannot listen there.
    pub async fn start(self) -> io::Result<(Sandbox, Server)> {
        let sandbox = self.build();
        let server = sandbox.serve("127.0.0.1:0").await?;
        Ok((sandbox, server))
    }

    /// Trusts the certificates of a PEM text besides Mozilla's roots where it posts webhooks to https
    /// addresses: for a receiver on the same machine. It takes the place of a
    /// [`webhook_sink`](SandboxBuilder::webhook_sink). Needs the feature `tls`.
    ///
    /// # Errors
    /// When there is no certificate in the text, or something in it is none.
    #[cfg(feature = "tls")]
    pub fn trust_webhooks(mut self, pem: &str) -> io::Result<Self> {
        let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, error);
        self.sink = Sink::trusting(pem).map_err(invalid)?;
        Ok(self)
    }

    /// The box.
    pub fn build(self) -> Sandbox {
        sandbox::from_settings(self)
    }

    /// What the calendar shows at first.
    pub(crate) fn time(&self) -> Time {
        let manual = |start: i64| Time::ManualMs(start.saturating_mul(1000));
        self.manual_calendar.map_or(Time::MovedByMs(0), manual)
    }
}
