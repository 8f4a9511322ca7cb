//! How a request of the box's own leaves it: over HTTP, or into a service without a socket.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::header::HOST;
use http::uri::PathAndQuery;
use http::{HeaderValue, Request, Response, Uri};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

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
        Sink(Arc::new(|request| Box::pin(over_http(request))))
    }
}

impl Sink {
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

async fn over_http(mut request: Outgoing) -> Answered {
    let uri = request.uri().clone();
    if uri.scheme_str() != Some("http") {
        return Err(
            "the box speaks no TLS: subscribe an http address, or give it a sink".to_owned()
        );
    }
    let host = uri.host().ok_or_else(|| "the address has no host".to_owned())?;
    // An IPv6 address stands in brackets in a URI, and without them where it is looked up.
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let failed = |error: &dyn fmt::Display| format!("{host}: {error}");
    let stream = TcpStream::connect((bare, uri.port_u16().unwrap_or(80)));
    let stream = stream.await.map_err(|error| failed(&error))?;
    let connection = http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = connection.map_err(|error| failed(&error))?;
    let path = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    *request.uri_mut() = path.parse::<Uri>().map_err(|error| failed(&error))?;
    // It ends when the sender is dropped, with the answer or at the time limit.
    drop(tokio::spawn(connection));
    let answer = sender.send_request(request).await.map_err(|error| failed(&error))?;
    Ok(answer.status().as_u16())
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
