//! The quickstart's whole flow over a real socket, with everything logged.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    dead_code,
    reason = "a test fails by panicking; the example's `main` is not called"
)]

use std::io;
use std::sync::{Arc, Mutex};

use amo_sandbox::Sandbox;
use tracing_subscriber::fmt::MakeWriter;

#[path = "../quickstart/main.rs"]
mod quickstart;

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn real_seconds_quickstart_reaches_the_limit_and_logs_no_secret() {
    let log = Log::default();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(log.clone())
        .init();
    let sandbox = Sandbox::builder().contacts(quickstart::CONTACTS).leads(5).build();
    let server = sandbox.serve("127.0.0.1:0").await.unwrap();
    quickstart::demo(&sandbox, &server.base_url()).await.unwrap();

    assert_eq!(sandbox.log().peak_per_second(), 7);
    let entries = sandbox.log().entries();
    let refused: Vec<_> =
        entries.iter().map(|entry| entry.status).filter(|status| *status >= 400).collect();
    assert_eq!(refused, [400, 401, 429, 503], "one batch with a wrong item, and the three faults");

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for word in
        ["contacts.create", "/api/v4/contacts/{id}", "attempt", "has a token", "token.exchange"]
    {
        assert!(log.contains(word), "the log lacks {word}");
    }
    // What the token endpoint was sent: the integration's secret, the code, refresh tokens.
    let mut secrets = Vec::new();
    for entry in entries.iter().filter(|entry| entry.path == "/oauth2/access_token") {
        let body: serde_json::Value = serde_json::from_slice(&entry.body).unwrap();
        for name in ["client_secret", "code", "refresh_token"] {
            secrets.extend(body[name].as_str().map(str::to_owned));
        }
    }
    assert!(secrets.len() >= 6, "a code and two refreshes");
    // How every access and refresh token begins; and people's data.
    secrets.extend(
        ["eyJ", "def50200", "000 000-00-01", "vera@example.test", "Orlova"].map(str::to_owned),
    );
    for secret in secrets {
        assert!(!log.contains(&secret), "the log holds {secret}");
    }
}
