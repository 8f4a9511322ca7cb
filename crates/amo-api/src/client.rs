//! The client of one account.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use amo_auth::{AuthorizationCode, Origin, TokenProvider};
use amo_core::{AccountWith, Resource};
use amo_transport::{AccountContext, Body, Call, Counts, HttpService, Meta, Priority, Stack};
use bytes::Bytes;
use http::HeaderMap;
use tower_service::Service as _;

use crate::answer::{Answer, Report};
use crate::hosts::{Host, Hosts};
use crate::prepared::Prepared;
use crate::{ApiCall, ClientBuilder, Entities, Error, ErrorKind, GetAccount, RawRequest};

/// A client of one account. Clones are cheap and share everything.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    stack: Stack,
    hosts: Hosts,
    deadline: Option<Duration>,
    max_body: usize,
}

impl Client {
    /// Builds a client for the account at `address`: `example.amocrm.ru`, `example.kommo.com`, or for a
    /// sandbox on this machine `http://127.0.0.1:8080`.
    pub fn builder(address: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(address.into())
    }

    /// A client over a service of your own in the place of the whole stack: there are no retries, no rate
    /// limit, no credential and no log but yours. To replace only the network, see
    /// [`ClientBuilder::connector`].
    ///
    /// # Errors
    /// If the address cannot be read; see [`ClientBuilder::build`].
    pub fn from_service(
        address: impl Into<String>,
        service: impl HttpService,
    ) -> Result<Self, Error> {
        ClientBuilder::new(address.into()).service(service).build()
    }

    pub(crate) fn new(
        stack: Stack,
        hosts: Hosts,
        deadline: Option<Duration>,
        max_body: usize,
    ) -> Self {
        Self(Arc::new(Inner { stack, hosts, deadline, max_body }))
    }

    pub(crate) fn entities<R: Resource>(&self, scope: R::Scope) -> Entities<R> {
        Entities::new(self.clone(), scope)
    }

    /// The account's own data: `GET /api/v4/account`.
    pub fn account(&self) -> ApiCall<GetAccount> {
        ApiCall::new(self.clone(), GetAccount::default())
    }

    /// Any request to the account's server: a way to what the client has no method for yet. It goes
    /// through the whole stack like every other.
    pub fn raw(&self, method: http::Method, path: impl Into<String>) -> ApiCall<RawRequest> {
        ApiCall::new(self.clone(), RawRequest::new(method, path.into()))
    }

    /// Exchanges an authorisation code and stores the grant: the first authorisation, or a new one.
    ///
    /// # Errors
    /// If the code is refused, the grant cannot be stored, or the client does not use OAuth 2.0.
    pub async fn authorize(&self, code: impl Into<AuthorizationCode>) -> Result<(), Error> {
        let Some(provider) = self.provider() else {
            let message = "the client was built without authorisation";
            return Err(Error::client(ErrorKind::Configuration, "authorize", message));
        };
        provider
            .authorize(code.into())
            .await
            .map_err(|error| Error::client(ErrorKind::Auth, "authorize", error))
    }

    /// Waits until nothing is under way that must not be lost: a refresh runs on a thread of its own, and
    /// a program that ends before it is done may lose the authorisation.
    pub async fn close(&self) {
        if let Some(provider) = self.provider() {
            provider.close().await;
        }
    }

    /// What this client has sent so far.
    pub fn counts(&self) -> Counts {
        self.0.hosts.account().counts()
    }

    pub(crate) fn provider(&self) -> Option<&Arc<dyn TokenProvider>> {
        self.0.hosts.account().provider()
    }

    /// The host that all accounts share.
    pub(crate) fn shared_origin(&self) -> Origin {
        self.0.hosts.shared("www")
    }

    pub(crate) fn to_http(&self, prepared: &Prepared) -> Result<http::Request<Bytes>, Error> {
        prepared.to_http(&self.0.hosts.origin(&prepared.host))
    }

    /// Sends a request through the stack; anything but a success is an error.
    pub(crate) async fn send(&self, prepared: Prepared) -> Result<Answer, Error> {
        let (answer, body) = self.open(prepared, false).await?;
        let body = match body.collect(self.0.max_body).await {
            Ok(body) => body,
            Err(error) => return Err(answer.failed(error)),
        };
        Ok(Answer { body, ..answer })
    }

    /// Sends a request and gives the body of a success apart, as it arrives if it is `streaming`.
    pub(crate) async fn open(
        &self,
        prepared: Prepared,
        streaming: bool,
    ) -> Result<(Answer, Body), Error> {
        let account = self.account_at(&prepared).await?;
        let mut request = prepared.to_http(account.origin())?;
        let Prepared { operation, priority, timeout, .. } = prepared;
        // A walk or a batch takes as long as the rate limit makes it.
        let usual = self.0.deadline.filter(|_| priority == Priority::Interactive);
        let deadline = timeout.or(usual);
        let mut meta = Meta::new(Arc::clone(&operation), deadline);
        meta.priority = priority;
        meta.streaming = streaming;
        request.extensions_mut().insert(meta);
        request.extensions_mut().insert(account);
        // Made here, so that it can be asked after a failure too.
        let call = Arc::new(Call::default());
        request.extensions_mut().insert(Arc::clone(&call));
        let report = |status, headers| Report {
            status,
            headers,
            attempts: call.attempts(),
            waited: call.waited(),
        };

        let failed =
            |error| Error::transport(&operation, error).with_report(report(None, HeaderMap::new()));
        let mut stack = self.0.stack.clone();
        std::future::poll_fn(|cx| stack.poll_ready(cx)).await.map_err(failed)?;
        let (head, body) = stack.call(request).await.map_err(failed)?.into_parts();
        let report = report(Some(head.status), head.headers);
        if head.status.is_success() {
            return Ok((Answer { operation, report, body: Bytes::new() }, body));
        }
        let body = body.collect(self.0.max_body).await;
        let body =
            body.map_err(|error| Error::transport(&operation, error).with_report(report.clone()))?;
        Err(Error::refused(&operation, head.status, &body).with_report(report))
    }

    /// The account at the host that a request is for.
    async fn account_at(&self, prepared: &Prepared) -> Result<Arc<AccountContext>, Error> {
        let hosts = &self.0.hosts;
        match &prepared.host {
            Host::Account => Ok(Arc::clone(hosts.account())),
            Host::Named(origin) => hosts.named(&prepared.operation, origin),
            Host::Drive => {
                let asked = self.account().with(AccountWith::DriveUrl).priority(prepared.priority);
                // Boxed by that: asking for the account comes here again.
                let asked = asked.into_future();
                let ask = async { Ok(asked.await?.drive_url) };
                hosts.drive(&prepared.operation, ask).await
            }
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("account", self.0.hosts.account().origin())
            .finish_non_exhaustive()
    }
}
