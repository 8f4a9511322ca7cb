//! Several accounts behind one address, as the vendor has them.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use http_body::Body;
use tokio::net::ToSocketAddrs;
use tower_service::Service;

use crate::body::AnswerBody;
use crate::head::host;
use crate::locked;
use crate::sandbox::Sandbox;
use crate::server::{Server, Transport};
use crate::service::{Lost, SandboxService};

/// Several accounts behind one address: each is a box of its own, and a request reaches the one at
/// whose domain it is sent.
///
/// Requests to hosts that all accounts share, such as the drive and the look-ups of domains, reach
/// the account whose token they bear. What tells nothing of an account reaches the first one. Give
/// each a domain and an id of its own. They share the demo's integration, so that one client id
/// serves all of them, and count its requests each for itself. How many there are does not slow
/// down a request to the domain of one of them.
///
/// ```
/// use amo_sandbox::{Accounts, Sandbox};
///
/// let one = Sandbox::builder().domain("one.amocrm.ru").account_id(1).build();
/// let two = Sandbox::builder().domain("two.kommo.com").account_id(2).leads(5).build();
/// let accounts = Accounts::new([one, two]);
/// assert!(accounts.at("two.kommo.com").is_some());
/// # let _ = accounts.service();
/// ```
#[derive(Clone, Debug)]
pub struct Accounts {
    boxes: Arc<[Sandbox]>,
    /// Where an account was found last, by its host without a port: of thousands of accounts not all
    /// can be asked for each request. A place counts only while the account is there still.
    places: Arc<Mutex<HashMap<String, usize>>>,
}

impl Accounts {
    /// These accounts; without any it closes every connection without an answer.
    pub fn new(boxes: impl IntoIterator<Item = Sandbox>) -> Self {
        Accounts { boxes: boxes.into_iter().collect(), places: Arc::default() }
    }

    /// All of them.
    pub fn all(&self) -> &[Sandbox] {
        &self.boxes
    }

    /// The account at a domain, or, where none is any more, that was there once.
    pub fn at(&self, domain: &str) -> Option<&Sandbox> {
        let bare = domain.rsplit_once(':').map_or(domain, |(bare, _)| bare).to_ascii_lowercase();
        let is_there = |one: &Sandbox| one.inner.account.read().is_at(domain);
        let known = locked(&self.places).get(&bare).and_then(|place| self.boxes.get(*place));
        if let Some(known) = known.filter(|known| is_there(known)) {
            return Some(known);
        }
        let Some(place) = self.boxes.iter().position(is_there) else {
            let left = |one: &&Sandbox| one.inner.account.read().moved_from(domain).is_some();
            return self.boxes.iter().find(left);
        };
        locked(&self.places).insert(bare, place);
        self.boxes.get(place)
    }

    /// All of them as one tower service, without a socket.
    pub fn service(&self) -> AccountsService {
        AccountsService { accounts: self.clone() }
    }

    /// Serves them over HTTP/1.1 until the server is shut down or dropped; needs a running tokio
    /// runtime. Clients must send the domain as `Host`, so lead its name to this address; names
    /// below `localhost`, such as `one.localhost`, lead to loopback on most machines. For https there
    /// is `serve_tls`.
    ///
    /// # Errors
    /// When it cannot listen there.
    pub async fn serve(&self, listen: impl ToSocketAddrs) -> io::Result<Server> {
        Server::start(listen, self.service(), Transport::Plain).await
    }

    fn of(&self, head: &Parts) -> Option<&Sandbox> {
        let own = host(head).and_then(|host| self.at(host));
        let known = || self.boxes.iter().find(|one| one.inner.is_meant(head));
        own.or_else(known).or_else(|| self.boxes.first())
    }
}

/// [`Accounts`] as a [`tower_service::Service`]. It is always ready.
#[derive(Clone, Debug)]
pub struct AccountsService {
    accounts: Accounts,
}

impl<B> Service<Request<B>> for AccountsService
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = Response<AnswerBody>;
    type Error = Lost;
    type Future = <SandboxService as Service<Request<B>>>::Future;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Lost>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (head, body) = request.into_parts();
        match self.accounts.of(&head) {
            Some(meant) => meant.service().call(Request::from_parts(head, body)),
            None => Box::pin(std::future::ready(Err(Lost))),
        }
    }
}
