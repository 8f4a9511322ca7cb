//! A client and a sandbox with a socket between them.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

pub mod hub;

use amo_api::{Client, ClientBuilder};
use amo_auth::LongLived;
use amo_sandbox::{RateLimit, Sandbox, SandboxBuilder, Server};
use amo_transport::Unlimited;
use bytes::Bytes;
use futures_util::FutureExt as _;

/// A client that waits for nobody, over a real socket. The server lives as long as the last value.
pub async fn start(builder: SandboxBuilder) -> (Client, Sandbox, Server) {
    start_with(builder, |client| client).await
}

/// The same with settings of the client.
pub async fn start_with(
    builder: SandboxBuilder,
    settings: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> (Client, Sandbox, Server) {
    let sandbox = builder.rate_limit(RateLimit::Off).build();
    let server = sandbox.serve("127.0.0.1:0").await.unwrap();
    let client = settings(builder_of(&sandbox, &server)).build().unwrap();
    (client, sandbox, server)
}

/// Another client of the same account, which knows nothing of the first one's.
pub fn another(sandbox: &Sandbox, server: &Server) -> Client {
    builder_of(sandbox, server).build().unwrap()
}

fn builder_of(sandbox: &Sandbox, server: &Server) -> ClientBuilder {
    Client::builder(server.base_url())
        .auth(LongLived::new(sandbox.connection().long_lived_token))
        .rate_limiter(Unlimited)
}

/// A client for looking at requests that are never sent.
pub fn offline() -> Client {
    Client::builder("example.amocrm.ru").auth(LongLived::new("token")).build().unwrap()
}

/// Method, path with query, and body.
pub fn line(request: &http::Request<Bytes>) -> String {
    let path = request.uri().path_and_query().unwrap();
    let body = String::from_utf8(request.body().to_vec()).unwrap();
    format!("{} {path} {body}", request.method()).trim_end().to_owned()
}

/// Polls a future once: has it anything to wait for?
pub fn waits<F: Future + Unpin>(future: &mut F) -> bool {
    future.now_or_never().is_none()
}
