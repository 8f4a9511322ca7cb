//! How a request of the box's own leaves it: over HTTP and HTTPS, or into a service without a socket.

use std::fmt;
use std::future::{Future, poll_fn};
#[cfg(not(feature = "tls"))]
use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::header::HOST;
use http::uri::PathAndQuery;
use http::{HeaderValue, Request, Response, Uri};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tower_service::Service;

#[cfg(feature = "tls")]
use super::tls::Trust;
use crate::locked;

/// A request of the box's own.
pub(crate) type Outgoing = Request<Full<Bytes>>;

/// The code of the answer, or why there is none.
pub(crate) type Answered = Result<u16, String>;

type Answering = Pin<Box<dyn Future<Output = Answered> + Send>>;

/// Where requests of the box's own go.
#[derive(Clone)]
pub(crate) struct Sink(Arc<dyn Fn(Outgoing) -> Answering + Send + Sync>);

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sink").finish_non_exhaustive()
    }
}

impl Default for Sink {
    fn default() -> Self {
        Sink::network(Trust::default())
    }
}

impl Sink {
    fn network(trust: Trust) -> Self {
        let trust = Arc::new(trust);
        Sink(Arc::new(move |request| Box::pin(over_network(request, Arc::clone(&trust)))))
    }

    /// To the addresses themselves, some of which have these certificates.
    #[cfg(feature = "tls")]
    pub(crate) fn trusting(pem: &str) -> Result<Self, rustls::pki_types::pem::Error> {
        Trust::with(pem).map(Sink::network)
    }

    /// All of them into one service, whatever their address.
    pub(crate) fn service<S, B>(service: S) -> Self
    where
        S: Service<Outgoing, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send + 'static,
    {
        let service = Mutex::new(service);
        Sink(Arc::new(move |request| {
            let mut service = locked(&service).clone();
            Box::pin(async move {
                let failed = |_| "the service failed".to_owned();
                poll_fn(|context| service.poll_ready(context)).await.map_err(failed)?;
                let answering = service.call(request);
                answering.await.map(|answer| answer.status().as_u16()).map_err(failed)
            })
        }))
    }

    pub(crate) fn send(&self, request: Outgoing) -> Answering {
        (self.0)(request)
    }
}

async fn over_network(request: Outgoing, trust: Arc<Trust>) -> Answered {
    let uri = request.uri().clone();
    let (is_tls, port) = match uri.scheme_str() {
        Some("http") => (false, 80),
        Some("https") => (true, 443),
        _ => return Err("the address is neither http nor https".to_owned()),
    };
    let host = uri.host().ok_or_else(|| "the address has no host".to_owned())?;
    // An IPv6 address stands in brackets in a URI, and without them where it is looked up.
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let stream = TcpStream::connect((bare, uri.port_u16().unwrap_or(port)));
    let stream = stream.await.map_err(|error| format!("{host}: {error}"))?;
    if is_tls {
        let stream = trust.connect(stream, bare).await?;
        exchange(stream, request, host).await
    } else {
        exchange(stream, request, host).await
    }
}

async fn exchange<S>(stream: S, mut request: Outgoing, host: &str) -> Answered
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let failed = |error: &dyn fmt::Display| format!("{host}: {error}");
    let connection = http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = connection.map_err(|error| failed(&error))?;
    let path = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
    *request.uri_mut() = path.parse::<Uri>().map_err(|error| failed(&error))?;
    // It ends when the sender is dropped, with the answer or at the time limit.
    drop(tokio::spawn(connection));
    let answer = sender.send_request(request).await.map_err(|error| failed(&error))?;
    Ok(answer.status().as_u16())
}

/// Without the feature nothing is trusted.
#[cfg(not(feature = "tls"))]
#[derive(Default)]
struct Trust(());

#[cfg(not(feature = "tls"))]
impl Trust {
    fn connect(&self, _: TcpStream, host: &str) -> Ready<Result<TcpStream, String>> {
        let Trust(()) = self;
        ready(Err(format!("{host}: the box was built without the feature `tls`")))
    }
}

/// A request to an address, with the headers that all of them have. `None` if it is none.
pub(super) fn request(method: http::Method, address: &str, body: Bytes) -> Option<Outgoing> {
    let uri: Uri = address.parse().ok()?;
    let host = HeaderValue::try_from(uri.authority()?.as_str()).ok()?;
    let mut request = Request::new(Full::new(body));
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    request.headers_mut().insert(HOST, host);
    Some(request)
}
