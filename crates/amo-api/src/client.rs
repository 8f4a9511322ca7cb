//! The client of one account.

use std::fmt;
use std::sync::Arc;

use amo_auth::{AuthorizationCode, Clock, Origin, TokenProvider};
use amo_core::{AccountId, AccountWith, Resource, UserId};
use amo_transport::{AccountContext, Body, Call, Counts, HttpService, Meta, Priority};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use tower_service::Service as _;

use crate::answer::{Answer, Report};
use crate::base::Base;
use crate::exchanges::{Exchanges, Kept, Recording};
use crate::hosts::{Host, Hosts};
use crate::hub::Gate;
use crate::key_locks::Turn;
use crate::loop_guard::Memory as OwnWrites;
use crate::memory::Memory;
use crate::prepared::Prepared;
use crate::schema::{self, Inspection, filters};
use crate::shared::{EntityKey, Shared};
use crate::{ApiCall, ClientBuilder, Entities, Error, ErrorKind, GetAccount, RawRequest};

/// The header that makes a request act with another user's rights.
pub(crate) const ACTING_USER: &str = "x-context-user-id";

/// A client of one account. Clones are cheap and share everything.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    base: Arc<Base>,
    hosts: Arc<Hosts>,
    /// Of an account of a hub: whether it can be asked at all.
    gate: Option<Arc<Gate>>,
    /// The last calls, where they are to be kept.
    kept: Option<Arc<Kept>>,
    shared: Arc<Shared>,
    /// What it has written, where that is to be remembered.
    own_writes: Option<Arc<OwnWrites>>,
    /// In whose name.
    user: Option<HeaderValue>,
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

    pub(crate) fn new(base: Arc<Base>, account: AccountContext, gate: Option<Arc<Gate>>) -> Self {
        let kept = base.keep.clone().map(|keep| Arc::new(Kept::new(keep)));
        let hosts = Arc::new(Hosts::new(Arc::new(account), Arc::clone(&base.trusted)));
        let guard = base.guard.clone();
        let own_writes =
            guard.map(|guard| Arc::new(OwnWrites::new(guard, Arc::clone(&base.clock))));
        let shared = Arc::default();
        Self(Arc::new(Inner { base, hosts, gate, kept, shared, own_writes, user: None }))
    }

    pub(crate) fn own_writes(&self) -> Option<&OwnWrites> {
        self.0.own_writes.as_deref()
    }

    /// The time of everything.
    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.base.clock
    }

    /// The same client with the rights of this user, and in his name, in every call: it takes a token that
    /// an administrator granted. [`ApiCall::as_user`] does so in one call.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let (sandbox, server) = amo_sandbox::Sandbox::builder().start().await?;
    /// # let token = amo_auth::LongLived::new(sandbox.connection().long_lived_token);
    /// # let client = amo_api::Client::builder(server.base_url()).auth(token).build()?;
    /// use amo_core::UserId;
    ///
    /// let as_manager = client.as_user(UserId::new(9002));
    /// assert_eq!(as_manager.account().await?.current_user_id, Some(UserId::new(9002)));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn as_user(&self, user: UserId) -> Self {
        let Inner { base, hosts, gate, kept, shared, own_writes, .. } = &*self.0;
        Self(Arc::new(Inner {
            base: Arc::clone(base),
            hosts: Arc::clone(hosts),
            gate: gate.clone(),
            kept: kept.clone(),
            shared: Arc::clone(shared),
            own_writes: own_writes.clone(),
            user: Some(HeaderValue::from(user.get())),
        }))
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.0.shared
    }

    /// Waits until nobody else within this program changes the entity.
    pub(crate) async fn alone<R: Resource>(&self, id: &R::Id) -> Turn<'_, EntityKey> {
        self.0.shared.entities.lock((R::KEY, id.to_string())).await
    }

    pub(crate) fn entities<R: Resource>(&self, scope: R::Scope) -> Entities<R> {
        Entities::new(self.clone(), scope)
    }

    pub(crate) fn base(&self) -> &Base {
        &self.0.base
    }

    pub(crate) fn memory(&self) -> &Memory {
        self.0.shared.memory.get_or_init(Box::default)
    }

    /// What is remembered, if anything is.
    pub(crate) fn memories(&self) -> Option<&Memory> {
        self.0.shared.memory.get().map(|memory| &**memory)
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

    /// The account's id, as far as it is known without asking: a token tells it.
    pub fn account_id(&self) -> Option<AccountId> {
        self.provider()?.account_id()
    }

    /// The last calls of this account, as many as [`keep_exchanges`](ClientBuilder::keep_exchanges) said;
    /// none without it.
    pub fn exchanges(&self) -> Exchanges {
        self.0.kept.as_ref().map(|kept| kept.all()).unwrap_or_default()
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

    /// Does nobody but whoever holds this one use it, or another of the same account?
    pub(crate) fn is_alone(&self) -> bool {
        Arc::strong_count(&self.0) == 1 && Arc::strong_count(&self.0.hosts) == 1
    }

    /// The account's address.
    pub(crate) fn origin(&self) -> &Origin {
        self.0.hosts.account().origin()
    }

    pub(crate) fn to_http(&self, prepared: &Prepared) -> Result<http::Request<Bytes>, Error> {
        self.to_http_at(&self.0.hosts.origin(&prepared.host), prepared)
    }

    fn to_http_at(
        &self,
        origin: &Origin,
        prepared: &Prepared,
    ) -> Result<http::Request<Bytes>, Error> {
        let mut request = prepared.to_http(origin)?;
        if let Some(user) = &self.0.user {
            // What is said of the one call counts more.
            request.headers_mut().entry(ACTING_USER).or_insert_with(|| user.clone());
        }
        Ok(request)
    }

    /// Sends a request; anything but a success is an error, and so is what cannot be one.
    pub(crate) async fn send(&self, prepared: Prepared) -> Result<Answer, Error> {
        let Some(inspection) = Inspection::of(self, &prepared) else {
            return self.transmit(prepared).await;
        };
        inspection.before(self).await?;
        match self.transmit(prepared).await {
            Err(error) => Err(inspection.after(self, error).await),
            answer => answer,
        }
    }

    /// Sends a request, and notes what it writes, where that is wanted.
    async fn transmit(&self, prepared: Prepared) -> Result<Answer, Error> {
        let Some(own) = &self.0.own_writes else { return self.collect(prepared).await };
        let write = own.begin(&prepared);
        let answer = self.collect(prepared).await;
        if let Ok(answer) = &answer {
            own.heard(answer);
        }
        match (write, &answer) {
            (Some(write), Ok(answer)) => write.done(answer),
            (Some(write), Err(error)) => write.failed(error),
            (None, _) => {}
        }
        answer
    }

    /// Sends a request through the stack, and collects the body.
    async fn collect(&self, prepared: Prepared) -> Result<Answer, Error> {
        let (answer, body, kept) = self.begin(prepared, false).await?;
        let body = match body.collect(self.0.base.max_body).await {
            Ok(body) => body,
            Err(error) => return Err(answer.failed(error)),
        };
        if let Some(mut kept) = kept {
            kept.received(&answer.report.headers, &body);
        }
        let answer = Answer { body, ..answer };
        filters::heard(self, &answer);
        Ok(answer)
    }

    /// Sends a request and gives the body of a success apart, as it arrives if it is `streaming`.
    pub(crate) async fn open(
        &self,
        prepared: Prepared,
        streaming: bool,
    ) -> Result<(Answer, Body), Error> {
        let (answer, body, _) = self.begin(prepared, streaming).await?;
        Ok((answer, body))
    }

    async fn begin(
        &self,
        prepared: Prepared,
        streaming: bool,
    ) -> Result<(Answer, Body, Option<Recording>), Error> {
        let operation = Arc::clone(&prepared.operation);
        let asks_account = matches!(prepared.host, Host::Account);
        // Another host than its own says nothing of an account; where it lives now is asked at one that all
        // accounts share, whatever is known.
        let gate = self.0.gate.as_ref().filter(|_| !matches!(prepared.host, Host::Named(_)));
        let pass = gate.map(|gate| gate.admit(&operation, asks_account)).transpose()?;
        let result = self.exchange(prepared, streaming).await;
        if let (Some(gate), Some(pass), true) = (gate, pass, asks_account) {
            gate.learn(pass, &operation, result.as_ref().err());
        }
        result
    }

    async fn exchange(
        &self,
        prepared: Prepared,
        streaming: bool,
    ) -> Result<(Answer, Body, Option<Recording>), Error> {
        let base = &*self.0.base;
        let account = self.account_at(&prepared).await?;
        let mut request = self.to_http_at(account.origin(), &prepared)?;
        // Made here, so that it can be asked after a failure too.
        let call = Arc::new(Call::default());
        let mut kept = self.0.kept.as_ref().map(|kept| {
            kept.begin(&prepared.operation, &request, Arc::clone(&base.clock), Arc::clone(&call))
        });
        let Prepared { operation, priority, timeout, timeouts, .. } = prepared;
        // A walk or a batch takes as long as the rate limit makes it.
        let usual = base.deadline.filter(|_| priority == Priority::Interactive);
        let deadline = timeout.or(usual);
        let mut meta = Meta::new(Arc::clone(&operation), deadline);
        meta.priority = priority;
        meta.timeouts = timeouts;
        meta.streaming = streaming;
        request.extensions_mut().insert(meta);
        request.extensions_mut().insert(account);
        request.extensions_mut().insert(Arc::clone(&call));
        let report = |status, headers| Report {
            status,
            headers,
            attempts: call.attempts(),
            waited: call.waited(),
        };

        let answer = async {
            let mut stack = base.stack.clone();
            std::future::poll_fn(|cx| stack.poll_ready(cx)).await?;
            stack.call(request).await
        };
        let (head, body) = match answer.await {
            Ok(answer) => answer.into_parts(),
            Err(error) => {
                let error = Error::transport(&operation, error);
                if let Some(kept) = &mut kept {
                    kept.failed(error.kind());
                }
                return Err(error.with_report(report(None, HeaderMap::new())));
            }
        };
        let report = report(Some(head.status), head.headers);
        if let Some(kept) = &mut kept {
            kept.answered(head.status, &report.headers);
        }
        if head.status.is_success() {
            schema::done(self, &operation);
            return Ok((Answer { operation, report, body: Bytes::new() }, body, kept));
        }
        let body = body.collect(base.max_body).await;
        let body =
            body.map_err(|error| Error::transport(&operation, error).with_report(report.clone()))?;
        if let Some(kept) = &mut kept {
            kept.received(&report.headers, &body);
        }
        let error = Error::refused(&operation, head.status, body).with_report(report);
        Err(if call.perhaps_done() { error.perhaps_done() } else { error })
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
