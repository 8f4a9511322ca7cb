//! The box behind a socket.

use std::time::Duration;

use amo_sandbox::{Fault, RateLimit, Sandbox, Server, demo};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tower_service::Service as _;

async fn started() -> (Sandbox, Server, String) {
    let sandbox = Sandbox::builder().contacts(3).rate_limit(RateLimit::Off).build();
    let server = sandbox.serve("127.0.0.1:0").await.unwrap();
    let token = sandbox.connection().long_lived_token;
    (sandbox, server, token)
}

/// Sends one request and reads until the connection is closed.
pub(crate) async fn send(
    address: std::net::SocketAddr,
    host: &str,
    path: &str,
    token: &str,
) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    // A cut may show as a reset instead of an end.
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

pub(crate) fn json(answer: &str) -> Value {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    serde_json::from_str(body).unwrap()
}

#[tokio::test]
async fn links_begin_with_the_address_that_was_asked() {
    let (sandbox, server, token) = started().await;
    let address = server.local_addr();
    let own = json(&send(address, &address.to_string(), "/api/v4/contacts?limit=1", &token).await);
    let next = own["_links"]["next"]["href"].as_str().unwrap();
    assert!(next.starts_with(&format!("{}/api/v4/contacts?", server.base_url())), "{next}");
    let unknown = json(&send(address, "unknown.example.test", "/api/v4/contacts", &token).await);
    assert_eq!(unknown["_embedded"]["contacts"].as_array().unwrap().len(), 3, "the demo account");
    let href = unknown["_embedded"]["contacts"][0]["_links"]["self"]["href"].as_str().unwrap();
    assert_eq!(
        href,
        format!("http://unknown.example.test/api/v4/contacts/{}", demo::FIRST_CONTACT)
    );
    let entries = sandbox.log().entries();
    assert_eq!(entries[1].host.as_deref(), Some("unknown.example.test"));
}

#[tokio::test]
async fn requests_over_a_socket_have_an_address() {
    let sandbox = Sandbox::builder().address_rate_limit(RateLimit::PerSecond(1)).build();
    let server = sandbox.serve("127.0.0.1:0").await.unwrap();
    let without =
        http::Request::get("http://x/").body(http_body_util::Full::<bytes::Bytes>::default());
    let without = sandbox.service().call(without.unwrap()).await.unwrap();
    assert_eq!(without.status(), 404);
    for wanted in ["HTTP/1.1 404", "HTTP/1.1 429"] {
        let answer = send(server.local_addr(), "x", "/", "").await;
        assert!(answer.starts_with(wanted), "{answer}");
    }
}

#[tokio::test]
async fn a_cut_closes_the_connection_without_an_answer() {
    let (sandbox, server, token) = started().await;
    sandbox.faults().add(Fault::cut());
    assert_eq!(send(server.local_addr(), "x", "/api/v4/account", &token).await, "");
    assert!(
        send(server.local_addr(), "x", "/api/v4/account", &token).await.starts_with("HTTP/1.1 200")
    );
}

#[tokio::test]
async fn an_answer_that_is_cut_short_had_promised_more() {
    let (sandbox, server, token) = started().await;
    let address = server.local_addr();
    let whole = send(address, "x", "/api/v4/contacts", &token).await;
    sandbox.faults().add(Fault::cut_short().path("/api/v4/contacts"));
    let short = send(address, "x", "/api/v4/contacts", &token).await;
    let [whole, short] = [&whole, &short].map(|answer| answer.split_once("\r\n\r\n").unwrap());
    let promised = format!("content-length: {}", whole.1.len());
    assert!(short.0.contains(&promised), "{} does not promise {promised}", short.0);
    assert_eq!(short.1, &whole.1[..whole.1.len() / 2]);
    assert!(sandbox.log().entries()[1].fault);
}

#[tokio::test]
async fn control_has_an_address_of_its_own() {
    let (sandbox, server, token) = started().await;
    let control = sandbox.serve_control("127.0.0.1:0").await.unwrap();
    let host = control.local_addr().to_string();
    let calendar = json(&send(control.local_addr(), &host, "/calendar", "").await);
    assert_eq!(calendar["is_manual"], false);
    let evil = send(control.local_addr(), "evil.example", "/calendar", "").await;
    assert!(evil.starts_with("HTTP/1.1 403"), "{evil}");
    let nothing = send(server.local_addr(), &host, "/calendar", &token).await;
    assert!(nothing.starts_with("HTTP/1.1 404"), "the account does not have it: {nothing}");
    let nothing = send(control.local_addr(), &host, "/api/v4/account", &token).await;
    assert!(nothing.starts_with("HTTP/1.1 404"), "nor the other way round: {nothing}");
}

#[tokio::test]
async fn a_graceful_stop_answers_what_has_arrived() {
    let (sandbox, server, token) = started().await;
    let address = server.local_addr();
    let mut idle = TcpStream::connect(address).await.unwrap();
    sandbox.faults().add(Fault::slow(Duration::from_millis(300)));
    let slow = tokio::spawn(async move { send(address, "x", "/api/v4/account", &token).await });
    while sandbox.log().is_empty() {
        tokio::task::yield_now().await;
    }
    server.shutdown_gracefully(Duration::from_secs(60)).await;
    assert!(slow.await.unwrap().starts_with("HTTP/1.1 200"));
    assert_eq!(idle.read(&mut [0; 1]).await.unwrap_or(0), 0, "idle connections are closed");
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_graceful_stop_has_an_end() {
    let (sandbox, server, token) = started().await;
    let address = server.local_addr();
    sandbox.faults().add(Fault::slow(Duration::from_secs(3600)));
    let slow = tokio::spawn(async move { send(address, "x", "/api/v4/account", &token).await });
    while sandbox.log().is_empty() {
        tokio::task::yield_now().await;
    }
    server.shutdown_gracefully(Duration::from_millis(50)).await;
    assert_eq!(slow.await.unwrap(), "", "cut off");
}

#[tokio::test]
async fn one_connection_carries_many_requests() {
    let (_sandbox, server, token) = started().await;
    let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
    for _ in 0..3 {
        let head = format!(
            "GET /api/v4/contacts/5 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = vec![0; 4096];
        let length = stream.read(&mut answer).await.unwrap();
        assert!(answer[..length].starts_with(b"HTTP/1.1 204"));
    }
}

#[tokio::test]
async fn a_server_that_was_shut_down_frees_its_port() {
    let (sandbox, server, _) = started().await;
    let address = server.local_addr();
    let mut open = TcpStream::connect(address).await.unwrap();
    server.shutdown().await;
    assert_eq!(open.read(&mut [0; 1]).await.unwrap_or(0), 0, "open connections are closed");
    assert!(TcpStream::connect(address).await.is_err());
    drop(sandbox.serve(address).await.unwrap());
}
