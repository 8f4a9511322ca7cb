//! Kinds of entities that differ from the rest in how they are written or named.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use amo_core::{
    Customer, CustomerId, CustomerPatch, NewCustomer, NewSegment, Resource, Segment, Unsorted,
    UnsortedUid,
};
use bytes::Bytes;
use http_body_util::Full;

use super::Entities;
use crate::{Client, Outcome};

type Sent = Arc<Mutex<Vec<String>>>;

/// The handle of a kind, over a server that gives these answers in turn and keeps what it was sent.
fn entities<R: Resource<Scope = ()>>(answers: &[(u16, &'static str)]) -> (Entities<R>, Sent) {
    let sent = Sent::default();
    let (log, answers) = (Arc::clone(&sent), answers.to_vec());
    let service = tower::service_fn(move |request: http::Request<Bytes>| {
        let mut log = log.lock().unwrap();
        let (status, answer) = answers[log.len()];
        log.push(String::from_utf8(request.body().to_vec()).unwrap());
        let response = http::Response::builder().status(status);
        let response = response.body(Full::new(Bytes::from(answer))).unwrap();
        std::future::ready(Ok::<_, Infallible>(response))
    });
    let client = Client::from_service("example.amocrm.ru", service).unwrap();
    (Entities::new(client, ()), sent)
}

#[tokio::test]
async fn what_is_created_one_by_one_is_sent_as_it_is() {
    let (segments, sent) = entities::<Segment>(&[(200, r#"{"id":4,"name":"Wholesale"}"#)]);
    let created = segments.create(NewSegment::new("Wholesale")).await.unwrap();
    assert_eq!((created.id.get(), created.name.as_deref()), (4, Some("Wholesale")));
    assert_eq!(*sent.lock().unwrap(), [r#"{"name":"Wholesale"}"#]);
}

#[tokio::test]
async fn a_batch_of_what_is_created_one_by_one_sends_a_request_for_each() {
    let invalid = r#"{"validation-errors":[{"request_id":"x","errors":[
        {"code":"NotBlank","path":"name","detail":"empty"}]}],"title":"Bad Request","status":400}"#;
    let (segments, sent) =
        entities::<Segment>(&[(200, r#"{"id":4}"#), (400, invalid), (200, r#"{"id":6}"#)]);
    let batch = segments.create_many(["a", "b", "c"].map(NewSegment::new)).per_request(50).await;
    let ids: Vec<_> = batch.done().map(|(place, created)| (place, created.id.get())).collect();
    assert_eq!(ids, [(0, 4), (2, 6)]);
    assert!(matches!(&batch.outcomes()[1], Outcome::Invalid { errors, .. } if errors.len() == 1));
    assert_eq!(*sent.lock().unwrap(), [r#"{"name":"a"}"#, r#"{"name":"b"}"#, r#"{"name":"c"}"#]);
}

#[tokio::test]
async fn receipts_may_stand_under_the_key_of_another_kind() {
    let answer = r#"{"_embedded":{"leads":[{"id":501,"request_id":"0"}]}}"#;
    let (customers, _) = entities::<Customer>(&[(200, answer), (200, answer), (200, answer)]);
    let created = customers.create(NewCustomer::new("Vera")).await.unwrap();
    assert_eq!(created.id, CustomerId::new(501));
    let patch = || CustomerPatch::new().name("Vera");
    let updated = customers.update(CustomerId::new(501), patch()).await.unwrap();
    assert_eq!(updated.id, CustomerId::new(501));
    let batch = customers.update_many([(CustomerId::new(501), patch())]).await;
    assert!(batch.is_complete());
}

#[test]
fn ids_that_are_texts_are_encoded_in_paths() {
    let (unsorted, _) = entities::<Unsorted>(&[]);
    let request = unsorted.get(UnsortedUid::new("a/b?c")).to_request().unwrap();
    assert_eq!(request.uri().path(), "/api/v4/leads/unsorted/a%2Fb%3Fc");
}
