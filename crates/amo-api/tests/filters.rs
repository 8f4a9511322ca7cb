//! Lists with filters that the account may ignore: they are no result.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_api::{Client, ErrorKind};
use amo_core::{AccountWith, ContactFilter, LeadFilter, LeadId, TaskFilter};
use amo_sandbox::{ApiFilter, Fault, Sandbox, demo};

use common::start_with;

#[tokio::test]
async fn a_filter_that_the_account_ignores_is_no_result() {
    let (client, sandbox, _server) = start_with(Sandbox::builder().leads(3), |client| client).await;
    let filtered =
        || client.leads().list().filter(LeadFilter::new().id([LeadId::new(demo::FIRST_LEAD)]));
    let error = filtered().await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::PaymentRequired, None));
    assert!(error.to_string().contains("is_api_filter_enabled"), "{error}");
    let error = filtered().items().next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PaymentRequired);
    let contacts = client.contacts().list().filter(ContactFilter::new().name(["Vera".to_owned()]));
    assert_eq!(contacts.await.unwrap_err().kind(), ErrorKind::PaymentRequired);
    assert_eq!(sandbox.log().count("GET", "/api/v4/leads"), 0);
    assert_eq!(client.leads().list().await.unwrap().items.len(), 3);
    // Filters of other lists are for everybody.
    let tasks = TaskFilter::new().is_completed(true);
    client.tasks().list().filter(tasks).await.unwrap();

    let (client, _sandbox, _server) =
        start_with(Sandbox::builder().leads(3), |client| client.check_filters(false)).await;
    let ignored = LeadFilter::new().id([LeadId::new(demo::FIRST_LEAD)]);
    assert_eq!(client.leads().list().filter(ignored).await.unwrap().items.len(), 3);

    let (client, sandbox, _server) =
        start_with(Sandbox::builder().leads(3).api_filter(ApiFilter::On), |client| client).await;
    for _ in 0..2 {
        let filter = LeadFilter::new().id([LeadId::new(demo::FIRST_LEAD)]);
        assert_eq!(client.leads().list().filter(filter).await.unwrap().items.len(), 1);
    }
    assert_eq!(sandbox.log().count("GET", "/api/v4/account"), 1);
}

/// Whoever asks the account for something else too learns it by the way.
#[tokio::test]
async fn whether_filters_work_is_learned_by_the_way() {
    let builder = || Sandbox::builder().leads(3);
    let (client, sandbox, _server) =
        start_with(builder().api_filter(ApiFilter::On), |client| client).await;
    client.account().with(AccountWith::IsApiFilterEnabled).await.unwrap();
    let filtered = |client: &Client| {
        let filter = LeadFilter::new().id([LeadId::new(demo::FIRST_LEAD)]);
        client.leads().list().filter(filter)
    };
    filtered(&client).await.unwrap();
    assert_eq!(sandbox.log().count("GET", "/api/v4/account"), 1);

    // What is not said is asked for, and that they do not work is asked again: they may have been bought.
    let (client, sandbox, _server) = start_with(builder(), |client| client).await;
    client.account().await.unwrap();
    let asked = || sandbox.log().count("GET", "/api/v4/account");
    filtered(&client).await.unwrap_err();
    assert_eq!(asked(), 2);
    filtered(&client).await.unwrap_err();
    assert_eq!(asked(), 3);
    let bought = r#"{"id":1,"is_api_filter_enabled":true}"#;
    sandbox.faults().add(Fault::status(200).body(bought).path("/api/v4/account"));
    filtered(&client).await.unwrap();
}
