//! A refresh that is interrupted: by its caller, by the caller's runtime, by the end of the program.
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

use amo_auth::{ErrorKind, FileStore, MemoryStore, ThreadSpawn};
use amo_sandbox::{Fault, Sandbox};

use common::{
    Abortable, Stepped, Steps, TOKEN_ENDPOINT, accepted, authorize, bind, oauth, provider, sandbox,
    token_requests, tomorrow,
};

/// Waits, without a clock, until the token endpoint was asked `n` times.
fn wait_for_token_requests(sandbox: &Sandbox, n: usize) {
    while token_requests(sandbox) < n {
        std::thread::yield_now();
    }
}

#[test]
fn dropping_the_caller_and_its_runtime_leads_to_one_exchange() {
    let (sandbox, store) = (sandbox(false), MemoryStore::new());
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ours = provider(&sandbox, store.clone());
    runtime().block_on(async {
        authorize(&sandbox, store).await;
        ours.credential().await.unwrap();
    });
    tomorrow(&sandbox);
    sandbox.faults().add(Fault::slow(Duration::from_millis(200)).path(TOKEN_ENDPOINT));
    // The caller's runtime ends while the server is at work.
    let callers = runtime();
    let call = Arc::clone(&ours);
    callers.spawn(async move { call.credential().await });
    callers.block_on(async {
        while token_requests(&sandbox) < 2 {
            tokio::task::yield_now().await;
        }
    });
    callers.shutdown_background();
    wait_for_token_requests(&sandbox, 2);

    let credential = runtime().block_on(ours.credential()).unwrap();
    assert!(runtime().block_on(accepted(&sandbox, &credential)));
    assert_eq!(token_requests(&sandbox), 2, "one for the code, one refresh");
}

#[tokio::test]
async fn closing_waits_for_the_refresh() {
    let (sandbox, store) = (sandbox(false), MemoryStore::new());
    authorize(&sandbox, store.clone()).await;
    let ours = provider(&sandbox, store.clone());
    ours.credential().await.unwrap();
    tomorrow(&sandbox);
    sandbox.faults().add(Fault::slow(Duration::from_millis(100)).path(TOKEN_ENDPOINT));
    let call = Arc::clone(&ours);
    let call = tokio::spawn(async move { call.credential().await });
    while token_requests(&sandbox) < 2 {
        tokio::task::yield_now().await;
    }
    call.abort();
    ours.close().await;
    // The program may end now: the pair is in the store.
    assert!(accepted(&sandbox, &provider(&sandbox, store).credential().await.unwrap()).await);
    assert_eq!(token_requests(&sandbox), 2);
}

/// A refresh that is taken down with its runtime leaves nobody waiting for ever.
#[tokio::test]
async fn who_waits_for_a_refresh_that_is_killed_gets_an_error() {
    let (sandbox, store, steps) = (sandbox(false), MemoryStore::new(), Steps::default());
    authorize(&sandbox, store.clone()).await;
    let tasks = Abortable::default();
    let settings = oauth(&sandbox).store(store);
    let ours = bind(&sandbox, settings, &steps, Arc::new(tasks.clone()));
    ours.credential().await.unwrap();
    tomorrow(&sandbox);
    steps.stop_at(1);
    let waiting = Arc::clone(&ours);
    let waiting = tokio::spawn(async move { waiting.credential().await });
    steps.stopped().await;
    tasks.kill().await;
    assert_eq!(waiting.await.unwrap().unwrap_err().kind(), ErrorKind::Unavailable);
    sandbox.calendar().advance(Duration::from_secs(10));
    assert!(accepted(&sandbox, &ours.credential().await.unwrap()).await);
}

/// Stops the program at each step of a refresh in turn, and gives the steps after which the next program
/// has no way in.
async fn steps_that_lose_the_grant(grace: bool) -> (usize, Vec<&'static str>) {
    let mut lost = Vec::new();
    for stop_at in 1.. {
        let (sandbox, steps) = (sandbox(grace), Steps::default());
        let directory = tempfile::tempdir().unwrap();
        let store = Stepped::new(FileStore::new(directory.path()), &steps);
        authorize(&sandbox, store.clone()).await;
        let running = Abortable::default();
        let program =
            bind(&sandbox, oauth(&sandbox).store(store.clone()), &steps, Arc::new(running.clone()));
        program.credential().await.unwrap();
        tomorrow(&sandbox);
        steps.stop_at(stop_at);
        let name = tokio::select! {
            done = program.credential() => {
                assert!(accepted(&sandbox, &done.unwrap()).await);
                return (stop_at - 1, lost);
            }
            name = steps.stopped() => name,
        };
        running.kill().await;
        drop(program);

        steps.stop_at(0);
        let next = bind(&sandbox, oauth(&sandbox).store(store), &steps, Arc::new(ThreadSpawn));
        match next.credential().await {
            Ok(credential) => assert!(accepted(&sandbox, &credential).await, "{name}"),
            Err(error) => {
                assert!(error.authorise_again(), "{name}: {error}");
                lost.push(name);
            }
        }
    }
    unreachable!("a refresh has an end")
}

#[tokio::test]
async fn a_program_that_stops_at_any_step_loses_nothing_under_the_grace_rule() {
    let (steps, lost) = steps_that_lose_the_grant(true).await;
    assert!(steps >= 7, "only {steps} steps were seen");
    assert_eq!(lost, [] as [&str; 0]);
}

#[tokio::test]
async fn without_the_grace_rule_only_the_time_between_answer_and_write_is_open() {
    let (_, lost) = steps_that_lose_the_grant(false).await;
    assert_eq!(lost, ["the server has answered", "before the pair is written"]);
}
