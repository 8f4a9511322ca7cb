//! The control API: what the handle can do, over HTTP, at an address of its own.

mod access;
mod account;
mod answer;
mod asked;
mod log;
mod routes;
mod rules;
mod state;
mod talks;
mod weather;

use std::collections::BTreeSet;
use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, HeaderValue, ORIGIN};
use http::request::Parts;
use http::uri::{Authority, PathAndQuery};
use http::{Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde_json::{Value, json};
use tokio::net::ToSocketAddrs;
use tower_service::Service;

use self::answer::{Answer, Refusal};
use self::asked::Asked;
use self::routes::{Doing, Parameters};
use crate::accounts::Accounts;
use crate::body::AnswerBody;
use crate::query::Query;
use crate::sandbox::Sandbox;
use crate::server::{Server, Transport};
use crate::service::Lost;

/// The largest body that is taken: a state may be large.
const MOST_BYTES: usize = 1024 * 1024 * 1024;

/// The [control API](crate::control_api) of a box, or of several, as a [`tower_service::Service`]. It
/// is always ready, clones share the boxes, and it answers always: its error never comes.
///
/// Who reaches it can do everything, so it is never a part of the account's API. It takes requests
/// whose `Host` is `localhost`, an IP address, missing, or one of
/// [`allow_host`](ControlService::allow_host), and none that a page in a browser sent.
#[derive(Debug, Clone)]
pub struct ControlService {
    accounts: Accounts,
    hosts: BTreeSet<String>,
}

impl Sandbox {
    /// The control API of the box, without a socket.
    pub fn control(&self) -> ControlService {
        Accounts::new([self.clone()]).control()
    }

    /// Serves the control API over HTTP/1.1 until the server is shut down or dropped; needs a
    /// running tokio runtime. Listen on loopback: it asks nobody for a password.
    ///
    /// # Errors
    /// When it cannot listen there.
    pub async fn serve_control(&self, listen: impl ToSocketAddrs) -> io::Result<Server> {
        self.control().serve(listen).await
    }
}

impl Accounts {
    /// The control API of all accounts, without a socket: which of them a call is about stands before
    /// it, as in `/accounts/one.amocrm.ru/faults`.
    pub fn control(&self) -> ControlService {
        ControlService { accounts: self.clone(), hosts: BTreeSet::new() }
    }
}

impl ControlService {
    /// Takes requests to this host name too, whatever the port: for a box that is reached by a name,
    /// such as that of a container.
    #[must_use]
    pub fn allow_host(mut self, name: &str) -> Self {
        self.hosts.insert(name.to_ascii_lowercase());
        self
    }

    /// Serves it as [`Sandbox::serve_control`] does.
    ///
    /// # Errors
    /// When it cannot listen there.
    pub async fn serve(self, listen: impl ToSocketAddrs) -> io::Result<Server> {
        Server::start(listen, self, Transport::Plain).await
    }

    /// A page on the web may have its own name resolve to loopback, or post to loopback without
    /// being asked: neither must reach the box.
    fn check_sender(&self, head: &Parts) -> Result<(), Refusal> {
        if head.headers.contains_key(ORIGIN) {
            let told = "Requests of pages in a browser (with an `Origin`) are not taken";
            return Err(Refusal::new(StatusCode::FORBIDDEN, told));
        }
        let sent = head.headers.get(HOST).map(|host| host.to_str().unwrap_or("?"));
        let Some(host) = head.uri.authority().map(Authority::as_str).or(sent) else {
            return Ok(());
        };
        let name = host
            .parse::<Authority>()
            .map_or_else(|_| String::new(), |authority| authority.host().to_ascii_lowercase());
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        if name == "localhost" || bare.parse::<IpAddr>().is_ok() || self.hosts.contains(&name) {
            return Ok(());
        }
        let told = format!("The host `{host}` is neither localhost nor an IP address nor allowed");
        Err(Refusal::new(StatusCode::FORBIDDEN, told))
    }

    async fn answer<B>(&self, head: &Parts, body: B) -> Result<Answer, Refusal>
    where
        B: Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.check_sender(head)?;
        let body = Limited::new(body, MOST_BYTES).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() {
                Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "The body is larger than 1 GiB")
            } else {
                Refusal::bad("The body broke off")
            }
        })?;
        let body = body.to_bytes();
        let target = head.uri.path_and_query();
        let root = PathAndQuery::from_static("/");
        let target = target.unwrap_or(&root);
        let (named, path) = self.named(target.path())?;
        let (doing, parameters) = routes::find(&head.method, path)?;
        let sandbox = match doing {
            Doing::List => return Ok(Answer::Shown(routes::list())),
            Doing::Accounts => return Ok(Answer::Shown(self.list_accounts())),
            _ => named.map_or_else(|| self.only(), Ok)?,
        };
        if matches!(doing, Doing::Settle) {
            sandbox.webhooks().settled().await;
            return Ok(Answer::Done);
        }
        answered(sandbox, doing, parameters, target, &body)
    }

    /// The account that the path begins with, if one is named there, and the path of the call.
    fn named<'a>(&self, path: &'a str) -> Result<(Option<&Sandbox>, &'a str), Refusal> {
        let rest = path.strip_prefix("/accounts/");
        let Some((domain, _)) = rest.and_then(|rest| rest.split_once('/')) else {
            return Ok((None, path));
        };
        let unknown = || Refusal::unknown(format!("There is no account at `{domain}`"));
        let account = self.accounts.at(domain).ok_or_else(unknown)?;
        Ok((Some(account), path.get("/accounts/".len() + domain.len()..).unwrap_or_default()))
    }

    /// The account, where there are not several.
    fn only(&self) -> Result<&Sandbox, Refusal> {
        match self.accounts.all() {
            [only] => Ok(only),
            _ => Err(Refusal::unknown(
                "There are several accounts: say which one before the call, as in \
                 `/accounts/one.amocrm.ru/calendar`; `GET /accounts` lists them",
            )),
        }
    }

    fn list_accounts(&self) -> Value {
        let all = self.accounts.all().iter();
        let shown = |one: &Sandbox| json!({"account_id": one.account_id(), "domain": one.domain()});
        json!({"accounts": all.map(shown).collect::<Vec<_>>()})
    }
}

/// The answer to what needs no waiting.
fn answered(
    sandbox: &Sandbox,
    doing: Doing,
    parameters: Parameters,
    target: &PathAndQuery,
    body: &[u8],
) -> Result<Answer, Refusal> {
    let query = Query::parse(target.query().unwrap_or_default());
    let asked = Asked { sandbox, query, parameters, body };
    match doing {
        Doing::Surely(answer) => Ok(answer(&asked)),
        Doing::AtOnce(answer) => answer(&asked),
        Doing::List | Doing::Accounts | Doing::Settle => Err(Refusal::bad(format!(
            "`{}` is no step of a script, which knows its own account and cannot wait",
            target.path()
        ))),
    }
}

/// Answers a request that needs no waiting, as a step of a script.
pub(crate) fn answer_at_once(
    sandbox: &Sandbox,
    method: &Method,
    target: &PathAndQuery,
    body: &[u8],
) -> (StatusCode, Bytes) {
    let found = routes::find(method, target.path());
    let (status, text) = answer::told(
        found.and_then(|(doing, parameters)| answered(sandbox, doing, parameters, target, body)),
    );
    (status, text.into())
}

impl<B> Service<Request<B>> for ControlService
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = Response<AnswerBody>;
    type Error = Lost;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Lost>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Lost>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let (status, text) = answer::told(service.answer(&head, body).await);
            let mut response = Response::new(AnswerBody::whole(text.into()));
            *response.status_mut() = status;
            if status != StatusCode::NO_CONTENT {
                let json = HeaderValue::from_static("application/json");
                response.headers_mut().insert(CONTENT_TYPE, json);
            }
            Ok(response)
        })
    }
}
