//! The box as a tower service: what happens to a request from its arrival to its answer.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::header::DATE;
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tower_service::Service;

use crate::body::AnswerBody;
use crate::call::Call;
use crate::entity::Kind;
use crate::head::{acting_user, host, modified_since};
use crate::limit::{Limits, Verdict};
use crate::log::LoggedRequest;
use crate::oauth::grants::Holder;
use crate::oauth::integrations::all_scopes;
use crate::oauth::login::Refusal;
use crate::oauth::route::Asked as AskedAnywhere;
use crate::operations::{self, Asked};
use crate::query::Query;
use crate::reply::Reply;
use crate::sandbox::{Inner, Sandbox};
use crate::{clock, demo, drive, legacy, locked, oauth, route};

/// The largest body that is taken.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// The connection was closed without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the connection was closed without an answer")]
#[non_exhaustive]
pub struct Lost;

impl From<Lost> for std::io::Error {
    fn from(lost: Lost) -> Self {
        std::io::Error::new(std::io::ErrorKind::ConnectionReset, lost)
    }
}

/// The box as a [`tower_service::Service`]. It is always ready, and clones share the box.
///
/// The address that a request comes from is a [`SocketAddr`] among its extensions; the server puts
/// it there.
#[derive(Clone)]
pub struct SandboxService {
    inner: Arc<Inner>,
}

impl std::fmt::Debug for SandboxService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SandboxService").finish_non_exhaustive()
    }
}

impl SandboxService {
    pub(crate) fn new(inner: Arc<Inner>) -> Self {
        SandboxService { inner }
    }
}

impl<B> Service<Request<B>> for SandboxService
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

    /// The request arrives now, and not when the future is polled: its stamp in the log and its
    /// place in the rate limit are taken here.
    fn call(&mut self, request: Request<B>) -> Self::Future {
        let inner = Arc::clone(&self.inner);
        let (head, body) = request.into_parts();
        let arrival = inner.arrive(&head);
        Box::pin(async move {
            let body = match Limited::new(body, MOST_BYTES).collect().await {
                Ok(body) => Ok(body.to_bytes()),
                Err(error) if error.is::<LengthLimitError>() => Err(Reply::problem(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "The request body is larger than 16 MiB",
                )),
                // The client itself broke off.
                Err(_) => return Err(Lost),
            };
            if let Ok(body) = &body {
                inner.log.has_body(arrival.number, body.clone());
            }
            let decision = inner.decide(&head, body, &arrival);
            let Decision { reply, wait, fault, is_cut_short, user_id } = decision;
            if reply.as_ref().is_some_and(|reply| reply.status.is_success()) {
                Sandbox { inner: Arc::clone(&inner) }
                    .run_scripts(head.method.as_str(), head.uri.path());
            }
            let latency = locked(&inner.latency).next();
            clock::wait(latency + wait).await;
            inner.log.answered(arrival.number, |entry| {
                entry.status = reply.as_ref().map_or(0, |reply| reply.status.as_u16());
                entry.fault = fault;
                entry.authorized_as = user_id;
            });
            let request_id = HeaderValue::try_from(format!("{:032x}", fastrand::u128(..)));
            let answer = if is_cut_short { AnswerBody::cut_short } else { AnswerBody::whole };
            let mut response = reply.ok_or(Lost)?.into_response().map(answer);
            if let Ok(request_id) = request_id {
                response.headers_mut().insert(HeaderName::from_static("x-request-id"), request_id);
            }
            if let Some(date) = date(inner.calendar.now()) {
                response.headers_mut().insert(DATE, date);
            }
            Ok(response)
        })
    }
}

/// The `Date` of an answer: clients learn by it what time changes are stamped with. None before 1970.
fn date(now: i64) -> Option<HeaderValue> {
    let since = Duration::from_secs(u64::try_from(now).ok()?);
    // The format ends with the year 9999, and panics behind it.
    let at = UNIX_EPOCH.checked_add(since).filter(|_| now < 253_402_300_800)?;
    HeaderValue::try_from(httpdate::fmt_http_date(at)).ok()
}

/// What is known of a request when its head is there.
struct Arrival {
    /// Its number in the log.
    number: u64,
    holder: Option<Holder>,
    verdict: Verdict,
    /// The limits that it met.
    limits: Limits,
}

/// How a request is answered.
struct Decision {
    /// `None`: not at all.
    reply: Option<Reply>,
    wait: Duration,
    fault: bool,
    is_cut_short: bool,
    user_id: Option<i64>,
}

impl Inner {
    fn arrive(&self, head: &Parts) -> Arrival {
        let now = self.calendar.now();
        let holder = self.holder(head, now);
        let integration =
            holder.as_ref().map_or(demo::CLIENT_ID, |holder| holder.client_id.as_str());
        // The stamp is taken under the lock, so that the log and the limiter see the requests in
        // one order.
        let mut limiter = locked(&self.limiter);
        let at = self.stopwatch.elapsed();
        let address = head.extensions.get::<SocketAddr>().map(SocketAddr::ip);
        let verdict = limiter.arrive(integration, address, at);
        let number = self.log.arrived(LoggedRequest {
            at,
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            host: host(head).map(str::to_owned),
            status: 0,
            body: Bytes::new(),
            authorized_as: None,
            fault: false,
        });
        Arrival { number, holder, verdict, limits: limiter.limits }
    }

    /// First the rate limit, then a fault, then the work.
    fn decide(&self, head: &Parts, body: Result<Bytes, Reply>, arrival: &Arrival) -> Decision {
        let mut decision = Decision {
            reply: None,
            wait: Duration::ZERO,
            fault: false,
            is_cut_short: false,
            user_id: arrival.holder.as_ref().map(|holder| holder.user_id),
        };
        decision.reply = match arrival.verdict {
            Verdict::Taken => None,
            Verdict::OverLimit => Some(arrival.limits.refusal()),
            Verdict::Blocked => Some(Reply::gateway(StatusCode::FORBIDDEN)),
        };
        if decision.reply.is_some() {
            return decision;
        }
        let fault = self.faults.take(head.method.as_str(), head.uri.path());
        let works = fault.as_ref().is_none_or(crate::fault::Fault::works);
        let worked = works.then(|| {
            let worked = body.and_then(|body| {
                self.work(head, &body, arrival.holder.as_ref(), &mut decision.user_id)
            });
            let worked = worked.unwrap_or_else(|refused| refused);
            if head.uri.path().starts_with("/v1.0/") { worked.in_plain_json() } else { worked }
        });
        decision.reply = match fault {
            None => worked,
            Some(fault) => {
                decision.fault = true;
                decision.wait = fault.delay;
                decision.is_cut_short = fault.cuts_short();
                fault.strike(worked)
            }
        };
        decision
    }

    fn work(
        &self,
        head: &Parts,
        body: &[u8],
        holder: Option<&Holder>,
        user_id: &mut Option<i64>,
    ) -> Result<Reply, Reply> {
        let query = Query::parse(head.uri.query().unwrap_or_default());
        let path = head.uri.path();
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        let method = head.method.as_str();
        let now = self.calendar.now();
        let host = host(head);
        {
            let account = self.account.read();
            if let Some(moved) = host.and_then(|host| account.moved_from(host)) {
                let target = head.uri.path_and_query().map_or(path, PathAndQuery::as_str);
                return Ok(moved.reply(&segments, target, &account.domain, now));
            }
        }
        self.check_address(head, &segments, &query, now)?;
        let asked = AskedAnywhere { head, query: &query, body, host, holder, now };
        if let Some(answered) = oauth::route::answer(self, &asked, &segments) {
            return answered;
        }
        if (method, path) == ("GET", "/openapi.json") {
            return Ok(Reply::openapi());
        }
        self.api(&asked, &segments, user_id)
    }

    /// Does a request of the API as the administrator does it, past the log, the limits, the faults
    /// and the white list.
    pub(crate) fn act(&self, method: &Method, target: &PathAndQuery, body: &[u8]) -> Reply {
        let now = self.calendar.now();
        let domain = self.account.read().domain.clone();
        let is_drive = target.path().starts_with("/v1.0/");
        let host = if is_drive { format!("drive-b.{domain}") } else { domain };
        let request = Request::builder().method(method).uri(format!("https://{host}{target}"));
        let Ok((head, ())) = request.body(()).map(Request::into_parts) else {
            return Reply::bad_request("The path is none of a URI");
        };
        let holder = Holder {
            user_id: demo::ADMIN,
            client_id: demo::CLIENT_ID.to_owned(),
            scopes: all_scopes(),
        };
        let query = Query::parse(target.query().unwrap_or_default());
        let segments: Vec<&str> = target.path().trim_matches('/').split('/').collect();
        let asked = AskedAnywhere {
            head: &head,
            query: &query,
            body,
            host: Some(&host),
            holder: Some(&holder),
            now,
        };
        self.api(&asked, &segments, &mut None).unwrap_or_else(|refused| refused)
    }

    /// The API and the drive.
    fn api(
        &self,
        asked: &AskedAnywhere<'_>,
        segments: &[&str],
        user_id: &mut Option<i64>,
    ) -> Result<Reply, Reply> {
        let AskedAnywhere { head, query, body, host, holder, now } = *asked;
        let (method, path) = (head.method.as_str(), head.uri.path());
        let base = self.base(head);
        let (rest, scope) = match segments {
            ["api", "v4" | "v2", rest @ ..] if !drive::is_only_at(host) => (rest, "crm"),
            ["v1.0", ..] if drive::is_at(host) && method == "DELETE" => (segments, "files_delete"),
            ["v1.0", ..] if drive::is_at(host) => (segments, "files"),
            ["download", rest @ ..] if drive::is_at(host) && method == "GET" => {
                return drive::download(&mut self.account.write(), rest, now);
            }
            _ => return Err(Reply::not_found(&format!("Cannot {method} {base}{path}"))),
        };
        let holder = holder.ok_or_else(Reply::unauthorized)?;
        if !holder.may(scope) || (scope == "files_delete" && !holder.may("files")) {
            return Err(Reply::problem(StatusCode::FORBIDDEN, "Invalid scope"));
        }
        let shows_cards = method == "GET"
            && matches!(segments, ["api", "v4", kind] if Kind::named(kind).is_some());
        let mut account =
            if shows_cards { self.account.to_show_cards() } else { self.account.write() };
        let acting = acting_user(head, holder, &account)?;
        *user_id = Some(acting);
        if let ["api", "v2", old @ ..] = segments {
            let mut request = legacy::Old {
                method,
                path,
                query,
                body,
                modified_since: modified_since(head),
                base: &base,
                now,
                user_id: acting,
                account: &mut account,
            };
            if let Some(answered) = legacy::answer(&mut request, old) {
                self.remember(&mut account, acting, now);
                return answered;
            }
        }
        let (resource, operation, parameters) = match operations::find(method, segments) {
            Asked::For(resource, operation, parameters) => (resource, operation, parameters),
            Asked::OtherMethod => return Err(Reply::method_not_allowed(method)),
            Asked::Nothing => {
                return Err(Reply::not_found(&format!("Cannot {method} {base}{path}")));
            }
        };
        let mut call = Call {
            method,
            operation,
            resource,
            parameters,
            path,
            query,
            body,
            base: &base,
            now,
            user_id: acting,
            account: &mut account,
        };
        let reply = route::answer(&mut call, rest);
        self.remember(&mut account, acting, now);
        let reply = reply?;
        Ok(match operation.success {
            [code, ..] => reply.with_success(*code),
            [] => reply,
        })
    }

    /// The account's white list is for the API and for logins with an API key.
    fn check_address(
        &self,
        head: &Parts,
        path: &[&str],
        query: &Query,
        now: i64,
    ) -> Result<(), Reply> {
        let address = head.extensions.get::<SocketAddr>().map(SocketAddr::ip);
        let is_allowed = {
            let allowed = locked(&self.allowed_addresses);
            allowed.is_empty() || address.is_some_and(|address| allowed.contains(&address))
        };
        match path.first() {
            Some(&"private") if !is_allowed => {
                Err(Refusal::WrongAddress.reply(query.get("type") == Some("json"), now))
            }
            // What the newer API says is a guess.
            Some(&"api") if !is_allowed => {
                Err(Reply::problem(StatusCode::FORBIDDEN, "The API is closed for this IP address"))
            }
            _ => Ok(()),
        }
    }
}
