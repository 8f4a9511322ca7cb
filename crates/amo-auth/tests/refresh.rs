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
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use amo_auth::clock::ManualClock;
use amo_auth::store::FindBy;
use amo_auth::{
    ErrorKind, Exchange, ExchangeError, Generation, Grant, MemoryStore, ThreadSpawn,
    TokenStore as _,
};
use amo_core::{Timestamp, UserId};
use amo_sandbox::Fault;
use async_trait::async_trait;
use bytes::Bytes;

use common::{
    Abortable, Stepped, Steps, TOKEN_ENDPOINT, Wire, accepted, authorize, bind, bind_over, oauth,
    provider, sandbox, token_requests, tomorrow,
};

#[tokio::test]
async fn a_wrong_secret_is_said_to_be_wrong() {
    let sandbox = sandbox(false);
    let connection = sandbox.connection();
    let oauth =
        amo_auth::OAuth::new(connection.client_id, "not the secret", connection.redirect_uri);
    let provider = bind(&sandbox, oauth, &Steps::default(), Arc::new(ThreadSpawn));
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
    // Nobody waits for the renewal while the token works.
    assert_eq!(provider.credential().await.unwrap().generation(), old.generation());
    provider.close().await;
    assert_eq!(sandbox.faults().pending(), 0, "it was tried three times");

    // For a little while nobody tries again, and then it works.
    let asked = token_requests(&sandbox);
    provider.credential().await.unwrap();
    assert_eq!(token_requests(&sandbox), asked);
    sandbox.calendar().advance(Duration::from_secs(10));
    provider.credential().await.unwrap();
    provider.close().await;
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
    store.failing_saves.store(100, Ordering::SeqCst);

    assert_eq!(
        ours.credential().await.unwrap().generation(),
        old.generation(),
        "the old one still works"
    );
    ours.close().await;
    let asked = token_requests(&sandbox);
    sandbox.calendar().advance(Duration::from_secs(61));
    let error = ours.credential().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TokenNotPersisted);

    store.failing_saves.store(0, Ordering::SeqCst);
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
    let ours = bind(&sandbox, settings, &steps, Arc::new(ThreadSpawn));
    ours.credential().await.unwrap();
    tomorrow(&sandbox);
    store.failing_saves.store(3, Ordering::SeqCst);
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
    store.failing_saves.store(3, Ordering::SeqCst);
    let error = ours.authorize(sandbox.authorization_code().into()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TokenNotPersisted);
    sandbox.calendar().advance(Duration::from_secs(10));
    assert!(accepted(&sandbox, &ours.credential().await.unwrap()).await);
    assert_eq!(token_requests(&sandbox), 1);
}

/// Authorising again over a dead grant, with a store that fails in every way: the new pair is not lost.
#[tokio::test]
async fn a_new_authorisation_survives_a_failing_store() {
    for failing in ["the lease", "the write"] {
        let (sandbox, steps) = (sandbox(false), Steps::default());
        let store = Stepped::new(MemoryStore::new(), &steps);
        authorize(&sandbox, store.clone()).await;
        let ours = provider(&sandbox, store.clone());
        ours.credential().await.unwrap();
        sandbox.revoke_tokens();
        tomorrow(&sandbox);
        assert!(ours.credential().await.unwrap_err().authorise_again());

        let failures =
            if failing == "the lease" { &store.failing_leases } else { &store.failing_saves };
        failures.store(3, Ordering::SeqCst);
        let error = ours.authorize(sandbox.authorization_code().into()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TokenNotPersisted, "{failing}");
        failures.store(0, Ordering::SeqCst);
        sandbox.calendar().advance(Duration::from_secs(10));
        assert!(accepted(&sandbox, &ours.credential().await.unwrap()).await, "{failing}");
        let next = provider(&sandbox, store);
        assert!(accepted(&sandbox, &next.credential().await.unwrap()).await, "{failing}");
    }
}

/// A user authorised again while a pair of ours waited to be written: the store keeps the user's.
#[tokio::test]
async fn an_unwritten_pair_does_not_replace_a_later_authorisation() {
    let (sandbox, steps, store) = (sandbox(false), Steps::default(), MemoryStore::new());
    authorize(&sandbox, store.clone()).await;
    let failing = Stepped::new(store.clone(), &steps);
    let ours = provider(&sandbox, failing.clone());
    ours.credential().await.unwrap();
    tomorrow(&sandbox);
    failing.failing_saves.store(100, Ordering::SeqCst);
    let error = ours.credential().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TokenNotPersisted);

    sandbox.revoke_tokens();
    sandbox.calendar().advance(Duration::from_secs(60));
    authorize(&sandbox, store.clone()).await;
    failing.failing_saves.store(0, Ordering::SeqCst);
    assert!(accepted(&sandbox, &ours.credential().await.unwrap()).await);
    assert!(accepted(&sandbox, &provider(&sandbox, store).credential().await.unwrap()).await);
}

/// A process that starts with a dead grant asks once.
#[tokio::test]
async fn a_grant_that_was_dead_from_the_start_is_not_knocked_on() {
    let (sandbox, store) = (sandbox(false), MemoryStore::new());
    authorize(&sandbox, store.clone()).await;
    sandbox.revoke_tokens();
    tomorrow(&sandbox);
    let ours = provider(&sandbox, store.clone());
    for _ in 0..5 {
        assert!(ours.credential().await.unwrap_err().authorise_again());
        sandbox.calendar().advance(Duration::from_secs(31));
    }
    assert_eq!(token_requests(&sandbox), 2, "the code, and one refresh that was refused");
    // A code that is refused does not hide why.
    let refused = ours.authorize("no such code".into()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::CodeRefused);
    assert_eq!(ours.credential().await.unwrap_err().kind(), ErrorKind::AuthorizeAgain);
    // The integration is removed and installed again, elsewhere.
    let key = amo_auth::GrantKey::new(
        sandbox.connection().client_id,
        amo_core::AccountId::new(amo_sandbox::demo::ACCOUNT),
    );
    amo_auth::TokenStore::remove(&store, &key).await.unwrap();
    authorize(&sandbox, store).await;
    sandbox.calendar().advance(Duration::from_secs(31));
    assert!(accepted(&sandbox, &ours.credential().await.unwrap()).await);
}

/// A store that fails while a dead grant is looked for must not hide that it is dead.
#[tokio::test]
async fn a_failing_look_does_not_forget_why() {
    let (sandbox, steps) = (sandbox(false), Steps::default());
    let store = Stepped::new(MemoryStore::new(), &steps);
    authorize(&sandbox, store.clone()).await;
    let ours = provider(&sandbox, store.clone());
    ours.credential().await.unwrap();
    sandbox.revoke_tokens();
    tomorrow(&sandbox);
    ours.credential().await.unwrap_err();
    store.failing_finds.store(2, Ordering::SeqCst);
    for _ in 0..4 {
        sandbox.calendar().advance(Duration::from_secs(31));
        assert_eq!(ours.credential().await.unwrap_err().kind(), ErrorKind::AuthorizeAgain);
    }
}

/// Whether the server has taken the code is not known after a gateway's error: it is not sent again.
/// What cannot mend itself in a moment is not asked again at once.
#[tokio::test]
async fn a_block_is_not_knocked_on() {
    let (sandbox, store) = (sandbox(false), MemoryStore::new());
    authorize(&sandbox, store.clone()).await;
    let ours = provider(&sandbox, store);
    ours.credential().await.unwrap();
    tomorrow(&sandbox);
    sandbox.faults().add(Fault::status(403).path(TOKEN_ENDPOINT).body("<html>403</html>"));
    for _ in 0..4 {
        assert_eq!(ours.credential().await.unwrap_err().kind(), ErrorKind::Blocked);
        sandbox.calendar().advance(Duration::from_secs(60));
    }
    assert_eq!(token_requests(&sandbox), 2);
    sandbox.calendar().advance(Duration::from_secs(61));
    assert!(accepted(&sandbox, &ours.credential().await.unwrap()).await);
}

/// A refresh that failed is to blame for what follows, not the token.
#[tokio::test]
async fn a_refusal_after_a_failed_refresh_says_what_failed() {
    let (sandbox, store) = (sandbox(false), MemoryStore::new());
    authorize(&sandbox, store.clone()).await;
    let ours = provider(&sandbox, store);
    let refused = ours.credential().await.unwrap().generation();
    sandbox.calendar().advance(Duration::from_secs(3_600));
    sandbox.faults().add(Fault::status(502).path(TOKEN_ENDPOINT).times(3));
    for _ in 0..3 {
        assert_eq!(ours.refresh_if(refused).await.unwrap_err().kind(), ErrorKind::Unavailable);
    }
    assert_eq!(token_requests(&sandbox), 4, "a storm of refusals asks once a minute");
    sandbox.calendar().advance(Duration::from_secs(61));
    ours.refresh_if(refused).await.unwrap();
}

/// The grant that was found in place of a dead one may be old too: it is renewed before it is used.
#[tokio::test]
async fn an_old_grant_that_is_found_is_renewed_first() {
    let (sandbox, store) = (sandbox(false), MemoryStore::new());
    authorize(&sandbox, store.clone()).await;
    let ours = provider(&sandbox, store.clone());
    ours.credential().await.unwrap();
    sandbox.revoke_tokens();
    tomorrow(&sandbox);
    ours.credential().await.unwrap_err();
    authorize(&sandbox, store).await;
    tomorrow(&sandbox);
    assert!(accepted(&sandbox, &ours.credential().await.unwrap()).await);
}

/// Somebody authorised again while our refresh was on its way, and our lease had ended.
#[tokio::test]
async fn a_refusal_gives_way_to_what_was_stored_meanwhile() {
    /// Before it takes the first refresh to the server, a user authorises again.
    #[derive(Debug)]
    struct Meanwhile {
        wire: Wire,
        store: MemoryStore,
        leases: ManualClock,
        done: AtomicBool,
    }

    #[async_trait]
    impl Exchange for Meanwhile {
        async fn exchange(
            &self,
            request: http::Request<Bytes>,
        ) -> Result<http::Response<Bytes>, ExchangeError> {
            if !self.done.swap(true, Ordering::SeqCst) {
                self.leases.advance(Duration::from_secs(3_600));
                self.wire.sandbox.revoke_tokens();
                authorize(&self.wire.sandbox, self.store.clone()).await;
            }
            self.wire.exchange(request).await
        }
    }

    let (sandbox, leases) = (sandbox(false), ManualClock::new(Timestamp::new(0)));
    let store = MemoryStore::with_clock(Arc::new(leases.clone()));
    authorize(&sandbox, store.clone()).await;
    tomorrow(&sandbox);
    let wire = Wire { sandbox: sandbox.clone(), steps: Steps::default() };
    let network = Meanwhile { wire, store: store.clone(), leases, done: AtomicBool::new(false) };
    let settings = oauth(&sandbox).store(store);
    let ours = bind_over(&sandbox, settings, Arc::new(network), Arc::new(ThreadSpawn));
    assert!(accepted(&sandbox, &ours.credential().await.unwrap()).await);
}

/// A code that never left the machine is not spent.
/// A user's own grant beside the installation's does not take its place, though it came later.
#[tokio::test]
async fn the_grant_of_the_installation_comes_before_a_users() {
    let (sandbox, store) = (sandbox(false), MemoryStore::new());
    authorize(&sandbox, store.clone()).await;
    let by = FindBy::Domain { client_id: sandbox.connection().client_id, domain: common::origin() };
    let installed = store.find(&by).await.unwrap().remove(0).grant;
    let users = Grant::new(
        installed.key.clone().for_user(UserId::new(7)),
        installed.domain,
        "of a user".into(),
        "of a user".into(),
        Timestamp::new(installed.obtained_at.as_unix_seconds() + 1),
        Timestamp::new(installed.expires_at.as_unix_seconds() + 1),
    );
    let lease = store.acquire(&users.key, Duration::from_secs(60)).await.unwrap();
    store.save(&users, None, &lease).await.unwrap();
    assert!(accepted(&sandbox, &provider(&sandbox, store).credential().await.unwrap()).await);
}
