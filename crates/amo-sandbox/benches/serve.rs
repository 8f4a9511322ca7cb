//! How many requests a second the box serves over loopback, against two services that work out
//! nothing: one with empty answers, and one that has the bytes of a page ready.
//!
//! `cargo bench -p amo-sandbox --bench serve`. All take turns within one run and under the same
//! load, so that their ratios hold on a machine that does other things too; the medians are
//! compared. The load shares the machine with what it loads.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use amo_sandbox::{RateLimit, Sandbox};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Connection = SendRequest<Empty<Bytes>>;

const ROUNDS: usize = 15;
const CONNECTIONS: usize = 8;
/// Of each connection in a round; the walk goes over as many pages.
const REQUESTS: usize = 250;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let contacts = REQUESTS * 50;
    let sandbox =
        Sandbox::builder().contacts(contacts).companies(500).rate_limit(RateLimit::Off).build();
    let server = sandbox.serve(("127.0.0.1", 0)).await?;
    let token = sandbox.connection().long_lived_token;
    let mut the_box = Target::connect(server.local_addr(), &token).await?;
    let body = the_box.page().await?;
    let length = body.len();
    let mut empty = Target::connect(fixed(Bytes::new()).await?, &token).await?;
    let mut ready = Target::connect(fixed(body).await?, &token).await?;

    let mut times = [const { Vec::new() }; 4];
    for _ in 0..ROUNDS {
        times[0].push(empty.load(|_| 1).await?);
        times[1].push(ready.load(|_| 1).await?);
        times[2].push(the_box.load(|_| 1).await?);
        times[3].push(the_box.load(|number| number + 1).await?);
    }
    let [empty, ready, same, walk] = times.map(|mut times| {
        times.sort();
        (CONNECTIONS * REQUESTS) as f64 / times[times.len() / 2].as_secs_f64()
    });
    println!("empty answers: {empty:.0} requests/s");
    println!("{length} bytes that are ready: {ready:.0} requests/s");
    for (name, rate) in [("one page of 50 contacts", same), ("a walk over all pages", walk)] {
        let (of_empty, of_ready) = (rate / empty, rate / ready);
        println!("{name}: {rate:.0} requests/s, {of_empty:.2} of empty, {of_ready:.2} of ready");
    }
    server.shutdown().await;
    Ok(())
}

/// A service that gives every request the same bytes.
async fn fixed(body: Bytes) -> Result<SocketAddr, Failure> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let body = body.clone();
            let answer = service_fn(move |_: Request<Incoming>| {
                let answer = Response::new(Full::new(body.clone()));
                std::future::ready(Ok::<_, Infallible>(answer))
            });
            let _ = stream.set_nodelay(true);
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
        }
    });
    Ok(address)
}

/// A service and the connections to it.
struct Target {
    host: String,
    authorization: String,
    connections: Vec<Connection>,
}

impl Target {
    async fn connect(address: SocketAddr, token: &str) -> Result<Target, Failure> {
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            let (connection, driver) = handshake(TokioIo::new(stream)).await?;
            tokio::spawn(driver);
            connections.push(connection);
        }
        let (host, authorization) = (address.to_string(), format!("Bearer {token}"));
        Ok(Target { host, authorization, connections })
    }

    fn request(&self, page: usize) -> Result<Request<Empty<Bytes>>, Failure> {
        Ok(Request::get(format!("/api/v4/contacts?limit=50&page={page}"))
            .header("host", &self.host)
            .header("authorization", &self.authorization)
            .body(Empty::new())?)
    }

    /// The bytes of the first page.
    async fn page(&mut self) -> Result<Bytes, Failure> {
        let request = self.request(1)?;
        let connection = self.connections.first_mut().ok_or("no connection")?;
        Ok(connection.send_request(request).await?.into_body().collect().await?.to_bytes())
    }

    /// The time that all connections need for their requests; each asks for the page that the
    /// number of the request says.
    async fn load(&mut self, page: fn(usize) -> usize) -> Result<Duration, Failure> {
        let mut tasks = Vec::new();
        for connection in std::mem::take(&mut self.connections) {
            let requests: Result<Vec<_>, _> =
                (0..REQUESTS).map(|number| self.request(page(number))).collect();
            tasks.push((connection, requests?));
        }
        let stopwatch = Stopwatch::start();
        let tasks: Vec<_> = tasks
            .into_iter()
            .map(|(connection, requests)| tokio::spawn(ask(connection, requests)))
            .collect();
        for task in tasks {
            self.connections.push(task.await??);
        }
        Ok(stopwatch.taken())
    }
}

/// Asks one after another, and reads the answers to their ends.
async fn ask(
    mut connection: Connection,
    requests: Vec<Request<Empty<Bytes>>>,
) -> Result<Connection, Failure> {
    for request in requests {
        connection.ready().await?;
        let answer = connection.send_request(request).await?;
        assert_eq!(answer.status(), StatusCode::OK, "what is measured succeeds");
        let mut body = answer.into_body();
        while let Some(frame) = body.frame().await {
            frame?;
        }
    }
    Ok(connection)
}

struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
    fn start() -> Stopwatch {
        Stopwatch(Instant::now())
    }

    fn taken(&self) -> Duration {
        self.0.elapsed()
    }
}
