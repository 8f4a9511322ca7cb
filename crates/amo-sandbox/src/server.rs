//! The box behind a socket.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};
use tokio::task::{JoinHandle, JoinSet};
use tower_service::Service;

use crate::service::SandboxService;
use crate::{clock, locked};

/// The open connections; they end when the set is dropped.
type Connections = Arc<Mutex<JoinSet<()>>>;

/// A running server. Dropping it stops it.
#[derive(Debug)]
#[must_use = "the server stops when it is dropped"]
pub struct Server {
    address: SocketAddr,
    accepting: JoinHandle<()>,
    connections: Connections,
}

impl Server {
    pub(crate) async fn start(
        listen: impl ToSocketAddrs,
        service: SandboxService,
    ) -> io::Result<Server> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let connections = Connections::default();
        let accepting = tokio::spawn(accept(listener, service, Arc::clone(&connections)));
        Ok(Server { address, accepting, connections })
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Its address as a URL without a slash at the end, such as `http://127.0.0.1:8080`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops it and waits until the port is free and all connections are closed; requests that are
    /// being answered are cut off.
    pub async fn shutdown(mut self) {
        self.accepting.abort();
        // The only error is that it was aborted, which is what is wanted.
        let _ = (&mut self.accepting).await;
        let mut connections = std::mem::take(&mut *locked(&self.connections));
        connections.shutdown().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, service: SandboxService, connections: Connections) {
    loop {
        // An error here is that of one connection that broke off at once, or of too many open
        // files: a short wait lets others close theirs.
        match listener.accept().await {
            Ok((stream, peer)) => {
                let mut connections = locked(&connections);
                connections.spawn(connection(stream, peer, service.clone()));
                while connections.try_join_next().is_some() {}
            }
            Err(_) => clock::wait(Duration::from_millis(10)).await,
        }
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, service: SandboxService) {
    // Without it small answers wait for acknowledgements; with an error the connection is broken
    // anyway.
    let _ = stream.set_nodelay(true);
    let answer = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        service.clone().call(request)
    });
    let mut http = http1::Builder::new();
    // Clients on loopback may keep a connection as long as they like; and a timer would run on a
    // paused clock.
    http.header_read_timeout(None);
    // A service error (a cut) closes the connection without an answer; other errors are the
    // client's.
    let _ = http.serve_connection(TokioIo::new(stream), answer).await;
}
