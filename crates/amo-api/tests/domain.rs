//! Where an account lives now.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_api::{Client, ClientBuilder, ErrorKind};
use amo_auth::{LongLived, OAuth};
use amo_sandbox::{Moved, RateLimit, Sandbox};
use amo_transport::Unlimited;
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use tower::ServiceExt as _;

use common::{line, offline, start};

/// A client of an account at amoCRM's own address, without a socket.
fn official(sandbox: &Sandbox) -> ClientBuilder {
    let service = sandbox.service().map_request(|request: Request<Bytes>| request.map(Full::new));
    Client::builder("demo.amocrm.ru").rate_limiter(Unlimited).connector(service)
}

#[tokio::test]
async fn by_the_refresh_token_where_there_is_one() {
    let sandbox = Sandbox::builder().rate_limit(RateLimit::Off).build();
    let connection = sandbox.connection();
    let oauth = OAuth::new(connection.client_id, connection.client_secret, connection.redirect_uri);
    let client = official(&sandbox).auth(oauth).build().unwrap();
    client.authorize(sandbox.authorization_code()).await.unwrap();
    sandbox.move_account("renamed.amocrm.ru", Moved::Redirect);
    let found = client.account_domain().await.unwrap();
    assert_eq!(found.domain.as_deref(), Some("renamed.amocrm.ru"));
    let asked = sandbox.log().entries();
    assert_eq!(asked.last().unwrap().path, "/oauth2/account/current/subdomain");
    sandbox.revoke_tokens();
    let error = client.account_domain().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert!(error.authorise_again(), "{error}");
}

#[tokio::test]
async fn by_the_access_token_else() {
    let request = offline().account_domain_by_token().to_request().unwrap();
    assert_eq!(line(&request), "GET /oauth2/account/subdomain");
    assert_eq!(request.uri().host(), Some("www.amocrm.ru"));

    let sandbox = Sandbox::builder().rate_limit(RateLimit::Off).build();
    let token = LongLived::new(sandbox.connection().long_lived_token);
    let client = official(&sandbox).auth(token).build().unwrap();
    sandbox.move_account("renamed.amocrm.ru", Moved::Redirect);
    let found = client.account_domain().await.unwrap();
    assert_eq!(found.domain.as_deref(), Some("renamed.amocrm.ru"));

    // A server of one's own knows it itself.
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let found = client.account_domain().await.unwrap();
    assert_eq!(found.id.get(), amo_sandbox::demo::ACCOUNT);
    assert_eq!(sandbox.log().count("GET", "/oauth2/account/subdomain"), 1);
}
