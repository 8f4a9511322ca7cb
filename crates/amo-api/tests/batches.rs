//! Many at once: what becomes of each item.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_api::{ErrorKind, Outcome};
use amo_core::{ContactId, ContactPatch, NewContact, UserId, ValidationCode};
use amo_sandbox::{Fault, Sandbox, demo};

use common::start;

const CONTACTS: &str = "/api/v4/contacts";

fn named(number: usize) -> NewContact {
    NewContact::new().name(format!("Contact {number}"))
}

#[tokio::test]
async fn an_invalid_item_is_named_and_the_others_are_saved_in_order() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let wrong = [7, 60, 61];
    let items = (0..120).map(move |number| {
        if wrong.contains(&number) {
            named(number).responsible_user_id(UserId::new(1))
        } else {
            named(number)
        }
    });
    let batch = client.contacts().create_many(items).await;
    assert_eq!(batch.failures().map(|(index, _)| index).collect::<Vec<_>>(), wrong);
    for (index, outcome) in batch.failures() {
        let Outcome::Invalid { errors, .. } = outcome else { panic!("{index}: {outcome}") };
        assert_eq!(errors[0].path.as_deref(), Some("responsible_user_id"));
        assert_eq!(errors[0].code, Some(ValidationCode::NotSupportedChoice));
        assert!(outcome.to_string().contains("responsible_user_id"), "{outcome}");
    }
    for (index, receipt) in batch.done() {
        let stored = sandbox.entity("contacts", receipt.id.get()).unwrap();
        assert_eq!(stored["name"], format!("Contact {index}"));
    }
    assert_eq!(batch.done().count(), 117);
    assert_eq!(
        sandbox.log().count("POST", CONTACTS),
        5,
        "three requests, two of them once more without the wrong"
    );
    assert!(!batch.is_complete());
}

#[tokio::test]
async fn nothing_is_sent_for_nothing() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let batch = client.contacts().create_many([]).await;
    assert!(batch.is_complete() && batch.outcomes().is_empty());
    let unchanged = client.contacts().update_many([(ContactId::new(5), ContactPatch::new())]).await;
    assert!(unchanged.is_complete());
    assert_eq!(sandbox.log().len(), 0);
}

#[tokio::test]
async fn a_create_whose_answer_is_lost_is_unknown_and_not_repeated() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    // The second of three requests: the work is done, the answer is a gateway's.
    sandbox.faults().add(Fault::status(504).method("POST").path(CONTACTS).skip(1).after_work());
    let batch = client.contacts().create_many((0..6).map(named));
    let batch = batch.per_request(2).concurrency(1).await;
    let kinds: Vec<_> = batch
        .outcomes()
        .iter()
        .map(|outcome| match outcome {
            Outcome::Done(_) => "done",
            Outcome::OutcomeUnknown(unknown) if unknown.error.outcome_unknown() => "unknown",
            Outcome::NotSent { .. } => "not sent",
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(kinds, ["done", "done", "unknown", "unknown", "not sent", "not sent"]);
    assert_eq!(sandbox.log().count("POST", CONTACTS), 2);
    assert!(
        client.contacts().list().limit(250).await.unwrap().items.len() == 4,
        "what is unknown was done"
    );
}

#[tokio::test]
async fn a_cut_connection_after_a_create_is_unknown() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    sandbox.faults().add(Fault::cut().method("POST").path(CONTACTS).after_work());
    let batch = client.contacts().create_many([named(0)]).await;
    assert!(
        matches!(&batch.outcomes()[0], Outcome::OutcomeUnknown(unknown) if unknown.error.outcome_unknown()),
        "{batch:?}"
    );
    let error = {
        sandbox.faults().add(Fault::cut().method("POST").path(CONTACTS).after_work());
        client.contacts().create(named(1)).await.unwrap_err()
    };
    assert!(error.outcome_unknown(), "{error}");
    assert!(error.to_string().contains("not known whether it was done"), "{error}");
}

#[tokio::test]
async fn a_request_that_is_refused_as_a_whole_saves_nothing() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let refusal = r#"{"title":"Forbidden","status":403,"detail":"no right to add contacts"}"#;
    sandbox.faults().add(Fault::status(403).method("POST").path(CONTACTS).body(refusal));
    let batch = client.contacts().create_many((0..60).map(named)).concurrency(1).await;
    for outcome in &batch.outcomes()[..50] {
        let Outcome::Refused { error, .. } = outcome else { panic!("{outcome}") };
        assert_eq!(error.kind(), ErrorKind::Forbidden);
        assert!(error.to_string().contains("no right to add contacts"), "{error}");
    }
    assert!(
        batch.outcomes()[50..].iter().all(|outcome| matches!(outcome, Outcome::NotSent { .. }))
    );
    assert_eq!(sandbox.log().count("POST", CONTACTS), 1);
}

#[tokio::test]
async fn a_refusal_that_names_no_item_of_ours_is_not_taken_for_one() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let refusal = r#"{"title":"Bad Request","status":400,"validation-errors":[{"request_id":"999","errors":[{"code":"X","path":"name"}]}]}"#;
    sandbox.faults().add(Fault::status(400).method("POST").path(CONTACTS).body(refusal));
    let batch = client.contacts().create_many((0..2).map(named)).await;
    assert!(
        batch.outcomes().iter().all(|outcome| matches!(outcome, Outcome::Refused { .. })),
        "{batch:?}"
    );
    assert_eq!(sandbox.log().count("POST", CONTACTS), 1);
}

#[tokio::test]
async fn updates_are_matched_by_id_and_repeated_when_the_server_fails() {
    let (client, sandbox, _server) = start(Sandbox::builder().contacts(4)).await;
    let id = |number: i64| ContactId::new(demo::FIRST_CONTACT + number);
    sandbox.faults().add(Fault::status(503).method("PATCH").path(CONTACTS));
    let batch = client
        .contacts()
        .update_many([
            (id(2), ContactPatch::new().name("two")),
            (id(0), ContactPatch::new()),
            (id(1), ContactPatch::new().name("one")),
            (id(3), ContactPatch::new().responsible_user_id(UserId::new(1))),
        ])
        .await;
    assert_eq!(batch.failures().map(|(index, _)| index).collect::<Vec<_>>(), [3]);
    let ids: Vec<_> = batch.done().map(|(index, receipt)| (index, receipt.id)).collect();
    assert_eq!(ids, [(0, id(2)), (1, id(0)), (2, id(1))]);
    assert_eq!(sandbox.entity("contacts", id(2).get()).unwrap()["name"], "two");
    assert_eq!(sandbox.entity("contacts", id(1).get()).unwrap()["name"], "one");
    assert_eq!(
        sandbox.log().count("PATCH", CONTACTS),
        3,
        "refused with 503, refused with 400, done"
    );
}

#[tokio::test]
async fn an_item_that_the_answer_forgets_is_said_to_be_forgotten() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let answer = r#"{"_embedded":{"contacts":[{"id":77,"request_id":"1"},{"id":78},{"id":79,"request_id":"5"}]}}"#;
    sandbox.faults().add(Fault::status(200).method("POST").path(CONTACTS).body(answer));
    let batch = client.contacts().create_many((0..2).map(named)).await;
    assert!(matches!(batch.outcomes()[0], Outcome::NotMentioned { .. }));
    assert_eq!(batch.outcomes()[1].done().unwrap().id, ContactId::new(77));
}

#[tokio::test]
async fn a_success_that_cannot_be_read_is_not_a_refusal() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let html =
        || Fault::status(200).method("POST").path(CONTACTS).after_work().body("<html>ok</html>");
    sandbox.faults().add(html());
    let batch = client.contacts().create_many([named(0), named(1)]).await;
    assert!(
        batch
            .outcomes()
            .iter()
            .all(|outcome| matches!(outcome, Outcome::OutcomeUnknown(unknown) if unknown.error.outcome_unknown())),
        "{batch:?}"
    );
    sandbox.faults().add(html());
    let error = client.contacts().create(named(2)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.outcome_unknown(), "{error}");
    assert_eq!(client.contacts().list().await.unwrap().items.len(), 3, "they are there");
}
