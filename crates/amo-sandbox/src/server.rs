//! The box behind a socket.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tower_service::Service;

use crate::accounts::AccountsService;
use crate::body::AnswerBody;
use crate::control::ControlService;
use crate::service::{Lost, SandboxService};
use crate::{clock, locked};

/// The open connections; they end when the set is dropped.
type Connections = Arc<Mutex<JoinSet<()>>>;

/// A running server. Dropping it stops it.
#[derive(Debug)]
#[must_use = "the server stops when it is dropped"]
pub struct Server {
    address: SocketAddr,
    transport: Transport,
    accepting: JoinHandle<()>,
    connections: Connections,
    /// True: no further request is taken on an open connection.
    stopping: watch::Sender<bool>,
}

/// The request came over TLS: an extension of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OverTls;

/// What the bytes of a connection go through.
#[derive(Clone)]
pub(crate) enum Transport {
    Plain,
    #[cfg(feature = "tls")]
    /// With the certificate as PEM.
    Tls(tokio_rustls::TlsAcceptor, Arc<str>),
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Transport::Plain => "Plain",
            #[cfg(feature = "tls")]
            Transport::Tls(..) => "Tls",
        })
    }
}

/// What can stand behind a socket; its error closes the connection without an answer.
pub(crate) trait Answering:
    Service<Request<Incoming>, Response = Response<AnswerBody>, Error = Lost, Future: Send>
    + Clone
    + Send
    + 'static
{
}

impl Answering for AccountsService {}
impl Answering for SandboxService {}
impl Answering for ControlService {}

impl Server {
    pub(crate) async fn start(
        listen: impl ToSocketAddrs,
        service: impl Answering,
        transport: Transport,
    ) -> io::Result<Server> {
        Server::start_on(TcpListener::bind(listen).await?, service, transport)
    }

    pub(crate) fn start_on(
        listener: TcpListener,
        service: impl Answering,
        transport: Transport,
    ) -> io::Result<Server> {
        let address = listener.local_addr()?;
        let connections = Connections::default();
        let stopping = watch::Sender::new(false);
        let door = Door { service, transport: transport.clone(), stopping: stopping.subscribe() };
        let accepting = tokio::spawn(accept(listener, door, Arc::clone(&connections)));
        Ok(Server { address, transport, accepting, connections, stopping })
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Its address as a URL without a slash at the end, such as `http://127.0.0.1:8080`.
    pub fn base_url(&self) -> String {
        let scheme = match &self.transport {
            Transport::Plain => "http",
            #[cfg(feature = "tls")]
            Transport::Tls(..) => "https",
        };
        format!("{scheme}://{}", self.address)
    }

    /// The certificate that clients have to trust, as PEM; `None` for one that speaks plain HTTP.
    #[cfg(feature = "tls")]
    pub fn certificate_pem(&self) -> Option<&str> {
        match &self.transport {
            Transport::Plain => None,
            Transport::Tls(_, pem) => Some(pem),
        }
    }

    /// Stops it and waits until the port is free and all connections are closed; requests that are
    /// being answered are cut off.
    pub async fn shutdown(self) {
        self.shutdown_gracefully(Duration::ZERO).await;
    }

    /// The same, but requests that have arrived are answered first, as far as that takes no longer
    /// than this, in real time. No new ones are taken.
    pub async fn shutdown_gracefully(mut self, within: Duration) {
        self.accepting.abort();
        // The only error is that it was aborted, which is what is wanted.
        let _ = (&mut self.accepting).await;
        let mut connections = std::mem::take(&mut *locked(&self.connections));
        self.stopping.send_replace(true);
        if !within.is_zero() {
            let all = async { while connections.join_next().await.is_some() {} };
            // Whoever is not done in time is cut off.
            let _ = clock::within(within, all).await;
        }
        connections.shutdown().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// What every connection of a server gets.
#[derive(Clone)]
struct Door<S> {
    service: S,
    transport: Transport,
    stopping: watch::Receiver<bool>,
}

async fn accept(listener: TcpListener, door: Door<impl Answering>, connections: Connections) {
    loop {
        // An error here is that of one connection that broke off at once, or of too many open
        // files: a short wait lets others close theirs.
        match listener.accept().await {
            Ok((stream, peer)) => {
                let mut connections = locked(&connections);
                connections.spawn(connection(stream, peer, door.clone()));
                while connections.try_join_next().is_some() {}
            }
            Err(_) => clock::wait(Duration::from_millis(10)).await,
        }
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, door: Door<impl Answering>) {
    // Without it small answers wait for acknowledgements; with an error the connection is broken
    // anyway.
    let _ = stream.set_nodelay(true);
    match door.transport {
        Transport::Plain => talk(stream, peer, door.service, door.stopping, false).await,
        #[cfg(feature = "tls")]
        Transport::Tls(acceptor, _) => {
            // Who does not trust the certificate breaks off here, as he should.
            let Ok(stream) = acceptor.accept(stream).await else { return };
            talk(stream, peer, door.service, door.stopping, true).await;
        }
    }
}

async fn talk(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    peer: SocketAddr,
    service: impl Answering,
    mut stopping: watch::Receiver<bool>,
    is_tls: bool,
) {
    let answer = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        if is_tls {
            request.extensions_mut().insert(OverTls);
        }
        service.clone().call(request)
    });
    let mut http = http1::Builder::new();
    // Clients on loopback may keep a connection as long as they like; and a timer would run on a
    // paused clock.
    http.header_read_timeout(None);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), answer));
    let is_over = {
        let mut stopped = pin!(stopping.wait_for(|is_stopping| *is_stopping));
        std::future::poll_fn(|context| {
            if connection.as_mut().poll(context).is_ready() {
                return Poll::Ready(true);
            }
            // Also when the server was dropped: connections outlive that only while they are shut
            // down.
            stopped.as_mut().poll(context).map(|_| false)
        })
        .await
    };
    // A service error (a cut) closes the connection without an answer; other errors are the
    // client's.
    if !is_over {
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
}
