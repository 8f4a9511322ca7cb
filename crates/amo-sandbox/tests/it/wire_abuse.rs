//! What no client should do to a socket: the server answers or hangs up, and serves the next one.

use amo_sandbox::{Sandbox, Server};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::common::quiet;

struct Wire {
    _sandbox: Sandbox,
    server: Server,
    token: String,
}

impl Wire {
    async fn new() -> Wire {
        let sandbox = quiet().contacts(1).build();
        let server = sandbox.serve("127.0.0.1:0").await.unwrap();
        let token = sandbox.connection().long_lived_token;
        Wire { _sandbox: sandbox, server, token }
    }

    /// Sends these bytes, says that no more will come if they are no whole request, and gives all
    /// that comes back.
    async fn raw(&self, bytes: &[u8], is_whole: bool) -> Vec<u8> {
        let mut stream = TcpStream::connect(self.server.local_addr()).await.unwrap();
        // The server may hang up before it has read all.
        let _ = stream.write_all(bytes).await;
        if !is_whole {
            let _ = stream.shutdown().await;
        }
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        answer
    }

    /// A request of somebody who may make it.
    fn head(&self, first: &str, more: &str) -> String {
        let token = &self.token;
        format!(
            "{first} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n{more}\r\n"
        )
    }

    async fn serves(&self) {
        let answer = self.raw(self.head("GET /api/v4/contacts", "").as_bytes(), true).await;
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
    }
}

/// The status of an answer; 0 if the server hung up without one.
fn status(answer: &[u8]) -> u16 {
    let text = String::from_utf8_lossy(answer);
    if text.is_empty() {
        return 0;
    }
    text.split(' ').nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn broken_requests_are_refused_or_hung_up_on() {
    let wire = Wire::new().await;
    let many = "X-A: a\r\n".repeat(2000);
    let long = "a".repeat(2 * 1024 * 1024);
    let get = |more: &str| wire.head("GET /api/v4/contacts", more).into_bytes();
    let post = |more: &str, body: &str| {
        [wire.head("POST /api/v4/contacts", more), body.to_owned()].concat().into_bytes()
    };
    let ended = |mut bytes: Vec<u8>, by: usize| {
        bytes.truncate(bytes.len() - by);
        bytes
    };
    for (what, bytes, wanted) in [
        ("nothing", Vec::new(), &[0][..]),
        ("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(), &[0, 400]),
        ("half a line", b"GET /api".to_vec(), &[0, 400]),
        ("half a head", ended(get(""), 9), &[0, 400]),
        ("another version", b"GET / HTTP/7.7\r\n\r\n".to_vec(), &[0, 400, 505]),
        ("a header without a name", get(": a\r\n"), &[0, 400]),
        ("a header with a null", get("X: a\0b\r\n"), &[0, 400]),
        ("two thousand headers", get(&many), &[0, 431]),
        ("a header of two megabytes", get(&format!("X: {long}\r\n")), &[0, 431]),
        ("an address of two megabytes", wire.head(&format!("GET /{long}"), "").into_bytes(), &[0, 414, 431]),
        ("a length that is no number", post("Content-Length: x\r\n", "[]"), &[0, 400]),
        ("a length below zero", post("Content-Length: -2\r\n", "[]"), &[0, 400]),
        ("two lengths", post("Content-Length: 2\r\nContent-Length: 3\r\n", "[]"), &[0, 400]),
        ("a length and chunks", post("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "[]"), &[0, 400]),
        ("less than the length", post("Content-Length: 99\r\n", "[]"), &[0, 400]),
        ("more than the length", post("Content-Length: 2\r\n", "[]]]]]"), &[400]),
        ("a broken chunk", post("Transfer-Encoding: chunked\r\n", "zz\r\n[]"), &[0, 400]),
        ("no last chunk", post("Transfer-Encoding: chunked\r\n", "2\r\n[]\r\n"), &[0, 400]),
        ("an unknown coding", post("Transfer-Encoding: rot13\r\n", "[]"), &[0, 400, 501]),
        ("no JSON", post("Content-Type: text/xml\r\nContent-Length: 4\r\n", "<a/>"), &[400]),
        ("compressed", post("Content-Encoding: gzip\r\nContent-Length: 3\r\n", "\x1f\x0b\x08"), &[400]),
        ("a path that is no UTF-8", wire.head("GET /api/v4/%ff%fe/contacts", "").into_bytes(), &[404]),
        ("a path that goes up", wire.head("GET /api/v4/../../etc/passwd", "").into_bytes(), &[404]),
        ("a query that is no UTF-8", wire.head("GET /api/v4/contacts?query=%ff%fe&filter%5B%ff%5D=1", "").into_bytes(), &[200, 204, 400]),
        ("an empty token", b"GET /api/v4/contacts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \r\nConnection: close\r\n\r\n".to_vec(), &[401]),
        ("a token that is no UTF-8", b"GET /api/v4/contacts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\r\nConnection: close\r\n\r\n".to_vec(), &[401]),
        ("no host", format!("GET /api/v4/contacts HTTP/1.1\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\r\n", wire.token).into_bytes(), &[200, 400]),
        ("an odd host", format!("GET /api/v4/contacts HTTP/1.1\r\nHost: a b/<>\"\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\r\n", wire.token).into_bytes(), &[200, 400]),
    ] {
        let answer = wire.raw(&bytes, !wanted.contains(&0)).await;
        assert!(wanted.contains(&status(&answer)), "{what}: {}", String::from_utf8_lossy(&answer));
        wire.serves().await;
    }
}

/// Bodies that would take a careless reader down.
#[tokio::test]
async fn deep_huge_and_doubled_json_is_refused() {
    let wire = Wire::new().await;
    let deep =
        |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    for body in [
        deep("[", "]"),
        "[".repeat(100_000),
        deep("{\"a\":", "}"),
        format!("[{{\"name\":{}}}]", "9".repeat(100_000)),
        "[{\"name\":1e999999}]".to_owned(),
        "[{\"price\":-0.0e-400}]".to_owned(),
        "[{\"name\":\"\\ud800\"}]".to_owned(),
        "[{\"name\":5,\"name\":\"a\",\"name\":[]}]".to_owned(),
        "[{\"custom_fields_values\":[[[[[[[[]]]]]]]]}]".to_owned(),
        "\u{feff}[{\"name\":\"a\"}]".to_owned(),
    ] {
        let head =
            wire.head("POST /api/v4/contacts", &format!("Content-Length: {}\r\n", body.len()));
        let answer = wire.raw(format!("{head}{body}").as_bytes(), true).await;
        let shown: String = body.chars().take(60).collect();
        assert_eq!(status(&answer), 400, "{shown}: {}", String::from_utf8_lossy(&answer));
        let answer = String::from_utf8(answer).unwrap();
        assert!(
            answer.to_lowercase().contains("content-type: application/problem+json"),
            "{shown}"
        );
    }
    for query in [
        "[".repeat(50_000),
        "filter[a]".repeat(5_000),
        format!("filter[id][]={}", "9".repeat(9_000)),
        "&".repeat(50_000),
        "with=".to_owned() + &"a,".repeat(20_000),
    ] {
        let answer =
            wire.raw(wire.head(&format!("GET /api/v4/tasks?{query}"), "").as_bytes(), true).await;
        assert!([200, 204, 400].contains(&status(&answer)), "{}", String::from_utf8_lossy(&answer));
    }
    wire.serves().await;
}

/// One who stays silent in the middle of his request keeps nobody else waiting, and the server can
/// be stopped all the same.
#[tokio::test]
async fn who_stops_in_the_middle_holds_nobody_up() {
    let wire = Wire::new().await;
    let mut silent = Vec::new();
    let whole = wire.head("POST /api/v4/contacts", "Content-Length: 5000\r\n") + "[";
    for at in [0, 3, 30, whole.len()] {
        let mut stream = TcpStream::connect(wire.server.local_addr()).await.unwrap();
        stream.write_all(&whole.as_bytes()[..at]).await.unwrap();
        silent.push(stream);
    }
    for _ in 0..20 {
        wire.serves().await;
    }
    wire.server.shutdown().await;
    for mut stream in silent {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        assert_eq!(status(&rest), 0);
    }
}
