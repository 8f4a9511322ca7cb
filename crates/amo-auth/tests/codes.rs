//! Authorisation codes against the sandbox, where each works once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use amo_auth::{ErrorKind, Exchange, ExchangeError, ExchangeErrorKind, MemoryStore, ThreadSpawn};
use amo_sandbox::Fault;
use async_trait::async_trait;
use bytes::Bytes;

use common::{
    Steps, TOKEN_ENDPOINT, Wire, accepted, authorize, bind_over, oauth, provider, sandbox,
    token_requests,
};

#[tokio::test]
async fn a_code_gives_a_grant_that_another_provider_finds_in_the_store() {
    let (sandbox, store) = (sandbox(false), MemoryStore::new());
    let first = provider(&sandbox, store.clone());
    assert_eq!(first.credential().await.unwrap_err().kind(), ErrorKind::NotAuthorized);
    first.authorize(sandbox.authorization_code().into()).await.unwrap();
    assert!(accepted(&sandbox, &first.credential().await.unwrap()).await);

    let second = provider(&sandbox, store);
    assert!(accepted(&sandbox, &second.credential().await.unwrap()).await);
    assert_eq!(token_requests(&sandbox), 1);
}

#[tokio::test]
async fn a_code_that_is_refused_leaves_the_grant_alone() {
    let (sandbox, store) = (sandbox(false), MemoryStore::new());
    authorize(&sandbox, store.clone()).await;
    let provider = provider(&sandbox, store);
    let error = provider.authorize("no such code".into()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CodeRefused);
    assert!(accepted(&sandbox, &provider.credential().await.unwrap()).await);
}

#[tokio::test]
async fn a_code_is_sent_once() {
    let sandbox = sandbox(false);
    let ours = provider(&sandbox, MemoryStore::new());
    sandbox.faults().add(Fault::status(502).path(TOKEN_ENDPOINT).after_work());
    let error = ours.authorize(sandbox.authorization_code().into()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(token_requests(&sandbox), 1);
    // Refused before it was looked at: it may be sent again.
    sandbox.faults().add(Fault::status(429).path(TOKEN_ENDPOINT));
    ours.authorize(sandbox.authorization_code().into()).await.unwrap();
    assert_eq!(token_requests(&sandbox), 3);
}

#[tokio::test]
async fn a_code_is_sent_again_when_no_connection_came_about() {
    #[derive(Debug)]
    struct Unreachable(Wire, AtomicUsize);

    #[async_trait]
    impl Exchange for Unreachable {
        async fn exchange(
            &self,
            request: http::Request<Bytes>,
        ) -> Result<http::Response<Bytes>, ExchangeError> {
            if self.1.fetch_add(1, Ordering::SeqCst) == 0 {
                return Err(ExchangeError::new(ExchangeErrorKind::NotSent, "no route"));
            }
            self.0.exchange(request).await
        }
    }

    let sandbox = sandbox(false);
    let wire = Wire { sandbox: sandbox.clone(), steps: Steps::default() };
    let network = Arc::new(Unreachable(wire, AtomicUsize::new(0)));
    let settings = oauth(&sandbox).store(MemoryStore::new());
    let ours = bind_over(&sandbox, settings, network, Arc::new(ThreadSpawn));
    ours.authorize(sandbox.authorization_code().into()).await.unwrap();
    assert!(accepted(&sandbox, &ours.credential().await.unwrap()).await);
}
