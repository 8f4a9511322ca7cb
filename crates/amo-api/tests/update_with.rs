//! Read, change, write back: one at a time, and only what changed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::error::Error as _;

use amo_api::{Draft, Error, ErrorKind};
use amo_core::{Amount, Lead, LeadId};
use amo_sandbox::{Sandbox, demo};
use futures_util::future::join_all;

use common::{start, waits};

const LEAD: LeadId = LeadId::new(demo::FIRST_LEAD);

fn path() -> String {
    format!("/api/v4/leads/{LEAD}")
}

fn raise(lead: &mut Lead) {
    let price = lead.price.and_then(Amount::as_i64).unwrap_or_default();
    lead.price = Some((price + 1).into());
}

#[tokio::test]
async fn changes_of_one_entity_come_one_after_the_other() {
    let (client, sandbox, _server) = start(Sandbox::builder().leads(2)).await;
    client.leads().update_with(LEAD, |lead| lead.price = Some(0.into())).await.unwrap().unwrap();
    sandbox.log().clear();
    // Without the lock they would all read the same price.
    let raised = (0..20).map(|_| client.clone().leads().update_with(LEAD, raise).into_future());
    for edited in join_all(raised).await {
        assert!(edited.unwrap().unwrap().updated.is_some());
    }
    assert_eq!(sandbox.entity("leads", LEAD.get()).unwrap()["price"], 20);
    let methods: Vec<_> = sandbox.log().entries().iter().map(|sent| sent.method.clone()).collect();
    assert_eq!(methods, ["GET", "PATCH"].repeat(20));
}

#[tokio::test]
async fn saving_waits_for_those_who_change_the_entity() {
    let (client, sandbox, _server) = start(Sandbox::builder().leads(1)).await;
    let mut lead = Draft::with_id(LEAD);
    lead.change(|lead| lead.name("Saved"));
    let (go, wait) = tokio::sync::oneshot::channel::<()>();
    let (entered, inside) = tokio::sync::oneshot::channel::<()>();
    let slow = client.leads().update_with_async(LEAD, |mut lead: Lead| async move {
        entered.send(()).unwrap();
        wait.await?;
        lead.name = Some("Slow".to_owned());
        Ok::<_, tokio::sync::oneshot::error::RecvError>(lead)
    });
    let slow = tokio::spawn(slow.into_future());
    inside.await.unwrap();
    let mut saving = client.save(&mut lead).into_future();
    assert!(waits(&mut saving));
    assert_eq!(sandbox.log().count("PATCH", &path()), 0);
    go.send(()).unwrap();
    slow.await.unwrap().unwrap().unwrap();
    saving.await.unwrap();
    let names: Vec<_> = sandbox.log().entries();
    let bodies: Vec<_> = names
        .iter()
        .filter(|sent| sent.method == "PATCH")
        .map(|sent| String::from_utf8(sent.body.to_vec()).unwrap())
        .collect();
    assert_eq!(bodies, [r#"{"name":"Slow"}"#, r#"{"name":"Saved"}"#]);
}

#[tokio::test]
async fn what_is_not_changed_is_not_sent_and_what_is_not_there_is_none() {
    let (client, sandbox, _server) = start(Sandbox::builder().leads(1)).await;
    let edited = client.leads().update_with(LEAD, |_| ()).await.unwrap().unwrap();
    assert!(edited.updated.is_none());
    assert_eq!(edited.entity.id, LEAD);
    assert_eq!(sandbox.log().count("PATCH", &path()), 0);
    let gone = client
        .leads()
        .update_with(LeadId::new(1), |lead| assert!(lead.id == LEAD, "there is none"));
    assert!(gone.await.unwrap().is_none());
}

#[derive(Debug, PartialEq, thiserror::Error)]
#[error("too late")]
struct TooLate;

#[tokio::test]
async fn an_error_of_the_caller_gives_everything_up() {
    let (client, sandbox, _server) = start(Sandbox::builder().leads(1)).await;
    let is_too_late = |error: &Error| {
        assert_eq!(error.kind(), ErrorKind::GivenUp);
        assert!(!error.outcome_unknown());
        error.source().unwrap().downcast_ref() == Some(&TooLate)
    };
    let edit = |lead: &mut Lead| {
        lead.price = Some(5.into());
        Err(TooLate)
    };
    assert!(is_too_late(&client.leads().update_with(LEAD, edit).await.unwrap_err()));
    let edit = |_: Lead| async { Err::<Lead, _>(TooLate) };
    assert!(is_too_late(&client.leads().update_with_async(LEAD, edit).await.unwrap_err()));
    let error = client.leads().update_with(LEAD, |lead| lead.score = Some(-1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("`score` of a lead"), "{error}");
    assert_eq!(sandbox.log().count("PATCH", &path()), 0);
    // The lock is free again.
    client.leads().update_with(LEAD, raise).await.unwrap().unwrap();
}

#[tokio::test]
async fn dropped_changes_hold_nobody_up() {
    let (client, sandbox, _server) = start(Sandbox::builder().leads(1)).await;
    let first = client.leads().update_with(LEAD, raise);
    {
        let mut first = first.into_future();
        assert!(waits(&mut first));
        let mut waiting = client.leads().update_with(LEAD, raise).into_future();
        assert!(waits(&mut waiting));
    }
    client.leads().update_with(LEAD, |lead| lead.name = Some("Free".to_owned())).await.unwrap();
    assert_eq!(sandbox.entity("leads", LEAD.get()).unwrap()["name"], "Free");
}
