//! Refreshing against the sandbox, whose refresh tokens can be used once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::Arc;
use std::time::Duration;

use amo_auth::{ErrorKind, Generation, MemoryStore};
use amo_sandbox::Fault;

use common::{
    Abortable, Stepped, Steps, TOKEN_ENDPOINT, accepted, authorize, bind, oauth, provider, sandbox,
    token_requests, tomorrow,
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
async fn a_wrong_secret_is_said_to_be_wrong() {
    let sandbox = sandbox(false);
    let connection = sandbox.connection();
    let oauth =
        amo_auth::OAuth::new(connection.client_id, "not the secret", connection.redirect_uri);
    let provider = bind(&sandbox, oauth, &Steps::default(), Arc::new(amo_auth::ThreadSpawn));
    let error = provider.authorize(connection.code.into()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongClient);
    assert!(!format!("{error} {error:?}").contains("not the secret"));
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_who_sees_the_token_end_shares_one_refresh() {
    let (sandbox, store) = (sandbox(false), MemoryStore::new());
    authorize(&sandbox, store.clone()).await;
    // Two providers, as two processes would have.
    let providers = [provider(&sandbox, store.clone()), provider(&sandbox, store)];
    for provider in &providers {
        provider.credential().await.unwrap();
    }
    tomorrow(&sandbox);
    let calls: Vec<_> = (0..64)
        .map(|number| {
            let provider = Arc::clone(&providers[number % 2]);
            tokio::spawn(async move { provider.credential().await.unwrap() })
        })
        .collect();
    for call in calls {
        assert!(accepted(&sandbox, &call.await.unwrap()).await);
    }
    assert_eq!(token_requests(&sandbox), 2, "one for the code, one refresh");
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let (sandbox, store) = (sandbox(false), MemoryStore::new());
    authorize(&sandbox, store.clone()).await;
    let provider = provider(&sandbox, store);
    let refused = provider.credential().await.unwrap().generation();
    assert_eq!(
        provider.refresh_if(refused).await.unwrap_err().kind(),
        ErrorKind::FreshTokenRefused
    );

    sandbox.calendar().advance(Duration::from_secs(61));
    let renewed = provider.refresh_if(refused).await.unwrap();
    assert_ne!(renewed.generation(), refused);
    assert!(accepted(&sandbox, &renewed).await);
    // Whoever was refused with the old token takes the new one.
    assert_eq!(provider.refresh_if(refused).await.unwrap().generation(), renewed.generation());
    assert_eq!(token_requests(&sandbox), 2);
    assert_eq!(
        provider.refresh_if(renewed.generation()).await.unwrap_err().kind(),
        ErrorKind::FreshTokenRefused
    );
}

#[tokio::test]
async fn trouble_before_the_end_does_not_fail_a_call() {
    let (sandbox, store) = (sandbox(false), MemoryStore::new());
    authorize(&sandbox, store.clone()).await;
    let provider = provider(&sandbox, store);
    let old = provider.credential().await.unwrap();
    sandbox.calendar().advance(Duration::from_secs(86_400 - 60));
    sandbox.faults().add(Fault::status(502).path(TOKEN_ENDPOINT).times(3));
    assert_eq!(provider.credential().await.unwrap().generation(), old.generation());
    assert_eq!(sandbox.faults().pending(), 0, "it was tried three times");

    // For a little while nobody tries again, and then it works.
    let asked = token_requests(&sandbox);
    provider.credential().await.unwrap();
    assert_eq!(token_requests(&sandbox), asked);
    sandbox.calendar().advance(Duration::from_secs(10));
    assert_ne!(provider.credential().await.unwrap().generation(), old.generation());
}

#[tokio::test]
async fn trouble_after_the_end_is_a_passing_error() {
    let (sandbox, store) = (sandbox(false), MemoryStore::new());
    authorize(&sandbox, store.clone()).await;
    let provider = provider(&sandbox, store);
    provider.credential().await.unwrap();
    tomorrow(&sandbox);
    sandbox.faults().add(Fault::status(502).path(TOKEN_ENDPOINT).times(3));
    let error = provider.credential().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.is_transient() && !error.authorise_again());
    sandbox.calendar().advance(Duration::from_secs(10));
    assert!(accepted(&sandbox, &provider.credential().await.unwrap()).await);
}

#[tokio::test]
async fn a_lost_answer_is_recovered_where_the_server_still_takes_the_old_token() {
    for grace in [true, false] {
        let (sandbox, store) = (sandbox(grace), MemoryStore::new());
        authorize(&sandbox, store.clone()).await;
        let provider = provider(&sandbox, store);
        provider.credential().await.unwrap();
        tomorrow(&sandbox);
        sandbox.faults().add(Fault::cut().path(TOKEN_ENDPOINT).after_work());
        match provider.credential().await {
            Ok(credential) => assert!(grace && accepted(&sandbox, &credential).await),
            Err(error) => {
                assert!(!grace, "{error}");
                assert_eq!(error.kind(), ErrorKind::AuthorizeAgain);
            }
        }
    }
}

#[tokio::test]
async fn a_dead_grant_is_not_knocked_on_and_a_new_one_is_found() {
    let (sandbox, store) = (sandbox(false), MemoryStore::new());
    authorize(&sandbox, store.clone()).await;
    let provider = provider(&sandbox, store.clone());
    provider.credential().await.unwrap();
    sandbox.revoke_tokens();
    tomorrow(&sandbox);
    for _ in 0..5 {
        let error = provider.credential().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AuthorizeAgain);
        assert!(error.authorise_again());
        sandbox.calendar().advance(Duration::from_secs(20));
    }
    assert_eq!(token_requests(&sandbox), 2, "the code, and one refresh that was refused");

    // A user authorises again, in another process.
    authorize(&sandbox, store).await;
    sandbox.calendar().advance(Duration::from_secs(31));
    assert!(accepted(&sandbox, &provider.credential().await.unwrap()).await);
}

#[tokio::test]
async fn a_refresh_behind_our_back_is_found_in_the_store() {
    let (sandbox, store, steps) = (sandbox(false), MemoryStore::new(), Steps::default());
    authorize(&sandbox, store.clone()).await;
    let settings = oauth(&sandbox).store(Stepped::new(store.clone(), &steps));
    let ours = bind(&sandbox, settings, &steps, Arc::new(Abortable::default()));
    ours.credential().await.unwrap();
    tomorrow(&sandbox);
    let other = provider(&sandbox, store);
    other.credential().await.unwrap();
    let asked = token_requests(&sandbox);
    assert!(accepted(&sandbox, &ours.credential().await.unwrap()).await);
    assert_eq!(token_requests(&sandbox), asked, "the other's pair was taken");
}

#[tokio::test]
async fn a_pair_that_cannot_be_written_is_not_used_but_not_lost() {
    let (sandbox, steps) = (sandbox(false), Steps::default());
    let store = Stepped::new(MemoryStore::new(), &steps);
    authorize(&sandbox, store.clone()).await;
    let ours = provider(&sandbox, store.clone());
    let old = ours.credential().await.unwrap();
    sandbox.calendar().advance(Duration::from_secs(86_400 - 60));
    store.failing_saves.store(100, std::sync::atomic::Ordering::SeqCst);

    assert_eq!(
        ours.credential().await.unwrap().generation(),
        old.generation(),
        "the old one still works"
    );
    let asked = token_requests(&sandbox);
    sandbox.calendar().advance(Duration::from_secs(61));
    let error = ours.credential().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TokenNotPersisted);

    store.failing_saves.store(0, std::sync::atomic::Ordering::SeqCst);
    sandbox.calendar().advance(Duration::from_secs(10));
    assert!(accepted(&sandbox, &ours.credential().await.unwrap()).await);
    assert_eq!(token_requests(&sandbox), asked, "the pair in memory was written and used");
    assert!(accepted(&sandbox, &provider(&sandbox, store).credential().await.unwrap()).await);
}

#[tokio::test]
async fn a_pair_that_cannot_be_written_is_used_where_that_is_allowed() {
    let (sandbox, steps) = (sandbox(false), Steps::default());
    let store = Stepped::new(MemoryStore::new(), &steps);
    authorize(&sandbox, store.clone()).await;
    let settings = oauth(&sandbox).store(store.clone()).use_unpersisted(true);
    let ours = bind(&sandbox, settings, &steps, Arc::new(amo_auth::ThreadSpawn));
    ours.credential().await.unwrap();
    tomorrow(&sandbox);
    store.failing_saves.store(3, std::sync::atomic::Ordering::SeqCst);
    assert!(accepted(&sandbox, &ours.credential().await.unwrap()).await);
    assert_eq!(ours.current().unwrap().generation(), Generation::new(2));
    // The end of the program is a last chance.
    ours.close().await;
    let asked = token_requests(&sandbox);
    assert!(accepted(&sandbox, &provider(&sandbox, store).credential().await.unwrap()).await);
    assert_eq!(token_requests(&sandbox), asked);
}

#[tokio::test]
async fn the_first_pair_survives_a_full_disk() {
    let (sandbox, steps) = (sandbox(false), Steps::default());
    let store = Stepped::new(MemoryStore::new(), &steps);
    let ours = provider(&sandbox, store.clone());
    store.failing_saves.store(3, std::sync::atomic::Ordering::SeqCst);
    let error = ours.authorize(sandbox.authorization_code().into()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TokenNotPersisted);
    sandbox.calendar().advance(Duration::from_secs(10));
    assert!(accepted(&sandbox, &ours.credential().await.unwrap()).await);
    assert_eq!(token_requests(&sandbox), 1);
}
