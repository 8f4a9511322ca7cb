//! Where an account lives now.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::{Arc, Mutex};

use amo_auth::{
    Authorization as _, ErrorKind, Exchange, ExchangeError, Grant, GrantKey, LongLived,
    MemoryStore, Origin, Seams, SystemClock, ThreadSpawn, TokenProvider, TokenStore as _,
};
use amo_core::{AccountId, Timestamp};
use amo_sandbox::Moved;
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use secrecy::SecretString;

use common::{accepted, authorize, provider, sandbox, tomorrow};

#[tokio::test]
async fn a_moved_account_is_found_by_its_refresh_token() {
    let sandbox = sandbox(false);
    let store = MemoryStore::new();
    authorize(&sandbox, store.clone()).await;
    sandbox.move_account("renamed.amocrm.ru", Moved::NotFound);
    // Another run of the program, which has only the store.
    let provider = provider(&sandbox, store);
    let found = provider.account_domain().await.unwrap();
    assert_eq!(found.domain.as_deref(), Some("renamed.amocrm.ru"));
    assert_eq!(found.id, AccountId::new(amo_sandbox::demo::ACCOUNT));
    assert_eq!(sandbox.log().count("GET", "/oauth2/account/current/subdomain"), 1);
    // The refresh token is not used up.
    let again = provider.account_domain().await.unwrap();
    assert_eq!(again.domain, found.domain);
}

/// The refresh token that this process knows was used by another one.
#[tokio::test]
async fn a_pair_that_another_process_has_renewed_is_taken_from_the_store() {
    let (sandbox, store) = (sandbox(false), MemoryStore::new());
    authorize(&sandbox, store.clone()).await;
    let ours = provider(&sandbox, store.clone());
    ours.credential().await.unwrap();
    tomorrow(&sandbox);
    provider(&sandbox, store).credential().await.unwrap();
    let found = ours.account_domain().await.unwrap();
    assert_eq!(found.id, AccountId::new(amo_sandbox::demo::ACCOUNT));
    assert_eq!(sandbox.log().count("GET", "/oauth2/account/current/subdomain"), 2);
}

#[tokio::test]
async fn a_token_that_is_gone_finds_nothing() {
    let sandbox = sandbox(false);
    let store = MemoryStore::new();
    authorize(&sandbox, store.clone()).await;
    let provider = provider(&sandbox, store.clone());
    provider.credential().await.unwrap();
    sandbox.revoke_tokens();
    let error = provider.account_domain().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AuthorizeAgain);
    let nobody = common::provider(&sandbox, MemoryStore::new());
    assert_eq!(nobody.account_domain().await.unwrap_err().kind(), ErrorKind::NotAuthorized);
}

/// Notes what is asked, and answers nothing good.
#[derive(Clone, Debug, Default)]
struct Noted(Arc<Mutex<Vec<http::Request<Bytes>>>>);

#[async_trait]
impl Exchange for Noted {
    async fn exchange(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, ExchangeError> {
        self.0.lock().unwrap().push(request);
        Ok(http::Response::builder().status(403).body(Bytes::new()).unwrap())
    }
}

async fn asked(account: &str, claims: &str) -> (Option<String>, ErrorKind) {
    let account = Origin::parse(account).unwrap();
    let token = format!("h.{}.s", URL_SAFE_NO_PAD.encode(claims));
    let key = GrantKey::new("client", AccountId::new(1));
    let (from, until) = (Timestamp::new(1), Timestamp::new(i64::from(i32::MAX)));
    let secret = SecretString::from("refresh");
    let grant = Grant::new(key.clone(), account.clone(), token.into(), secret, from, until);
    let store = MemoryStore::new();
    let lease = store.acquire(&key, std::time::Duration::from_secs(9)).await.unwrap();
    store.save(&grant, None, &lease).await.unwrap();
    drop(lease);
    let noted = Noted::default();
    let oauth = amo_auth::OAuth::new("client", "secret", "https://example.test").store(store);
    let seams =
        Seams::new(account, Arc::new(noted.clone()), Arc::new(SystemClock), Arc::new(ThreadSpawn));
    let provider: Arc<dyn TokenProvider> = Box::new(oauth).bind(seams).unwrap();
    let error = provider.account_domain().await.unwrap_err();
    let requests = noted.0.lock().unwrap();
    let uri = requests.first().map(|request| {
        assert_eq!(request.headers()["x-refresh-token"], "refresh");
        assert!(!format!("{request:?}").contains("\"refresh\""), "it is marked as a secret");
        request.uri().to_string()
    });
    (uri, error.kind())
}

#[tokio::test]
async fn only_amocrms_own_hosts_are_asked() {
    let path = "/oauth2/account/current/subdomain";
    for (claims, host) in [
        (r#"{"api_domain":"api-b.amocrm.ru"}"#, "https://api-b.amocrm.ru"),
        (r#"{"api_domain":"api-c","base_domain":"kommo.com"}"#, "https://api-c.kommo.com"),
        (r#"{"api_domain":"api-c"}"#, "https://api-c.amocrm.com"),
    ] {
        let (uri, kind) = asked("demo.amocrm.com", claims).await;
        assert_eq!(uri, Some(format!("{host}{path}")));
        assert_eq!(kind, ErrorKind::Unavailable, "403 says nothing of the token");
    }
    for (claims, expected) in [
        (r#"{"api_domain":"api-b.evil.test"}"#, ErrorKind::Configuration),
        (r#"{"api_domain":"http://api-b.amocrm.ru"}"#, ErrorKind::Configuration),
        (r#"{"api_domain":"x","base_domain":"evil.test"}"#, ErrorKind::Configuration),
        ("{}", ErrorKind::Unsupported),
    ] {
        assert_eq!(asked("demo.amocrm.com", claims).await, (None, expected), "{claims}");
    }
    // A server of the caller's own knows it itself.
    let (uri, _) = asked("http://127.0.0.1:8080", r#"{"api_domain":"api-b.amocrm.ru"}"#).await;
    assert_eq!(uri, Some(format!("http://127.0.0.1:8080{path}")));
}

#[tokio::test]
async fn other_ways_to_authorise_have_no_refresh_token() {
    let sandbox = sandbox(false);
    let wire = Arc::new(Noted::default());
    let seams = Seams::new(common::origin(), wire, Arc::new(SystemClock), Arc::new(ThreadSpawn));
    let token = LongLived::new(sandbox.connection().long_lived_token);
    let provider: Arc<dyn TokenProvider> = Box::new(token).bind(seams).unwrap();
    let error = provider.account_domain().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(accepted(&sandbox, &provider.credential().await.unwrap()).await);
}
