//! The client of one account.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use amo_auth::AuthorizationCode;
use amo_core::Resource;
use amo_transport::{AccountContext, Call, Counts, HttpService, Meta, Priority, Stack};
use http::HeaderMap;
use tower_service::Service as _;

use crate::answer::{Answer, Report};
use crate::prepared::Prepared;
use crate::{ApiCall, ClientBuilder, Entities, Error, ErrorKind, GetAccount, RawRequest};

/// A client of one account. Clones are cheap and share everything.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    stack: Stack,
    account: Arc<AccountContext>,
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
        account: Arc<AccountContext>,
        deadline: Option<Duration>,
        max_body: usize,
    ) -> Self {
        Self(Arc::new(Inner { stack, account, deadline, max_body }))
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
        let Some(provider) = self.0.account.provider() else {
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
        if let Some(provider) = self.0.account.provider() {
            provider.close().await;
        }
    }

    /// What this client has sent so far.
    pub fn counts(&self) -> Counts {
        self.0.account.counts()
    }

    pub(crate) fn to_http(
        &self,
        prepared: &Prepared,
    ) -> Result<http::Request<bytes::Bytes>, Error> {
        prepared.to_http(self.0.account.origin())
    }

    /// Sends a request through the stack; anything but a success is an error.
    pub(crate) async fn send(&self, prepared: Prepared) -> Result<Answer, Error> {
        let mut request = self.to_http(&prepared)?;
        let Prepared { operation, priority, timeout, .. } = prepared;
        // A walk or a batch takes as long as the rate limit makes it.
        let usual = self.0.deadline.filter(|_| priority == Priority::Interactive);
        let deadline = timeout.or(usual);
        let mut meta = Meta::new(Arc::clone(&operation), deadline);
        meta.priority = priority;
        request.extensions_mut().insert(meta);
        request.extensions_mut().insert(Arc::clone(&self.0.account));
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
        let body = body.collect(self.0.max_body).await.map_err(failed)?;
        let report = report(Some(head.status), head.headers);
        if head.status.is_success() {
            Ok(Answer { operation, report, body })
        } else {
            Err(Error::refused(&operation, head.status, &body).with_report(report))
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("account", self.0.account.origin()).finish_non_exhaustive()
    }
}
