//! Walking lists.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use amo_api::{Client, ErrorKind};
use amo_core::{Contact, ContactWith};
use amo_sandbox::{Fault, Sandbox};
use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use http_body_util::Full;

use common::start;

#[tokio::test]
async fn a_stream_brings_everyone_once_in_order() {
    let (client, sandbox, _server) = start(Sandbox::builder().contacts(620)).await;
    let ids: Vec<i64> = client
        .contacts()
        .list()
        .items()
        .map_ok(|contact| contact.id.get())
        .try_collect()
        .await
        .unwrap();
    let first = amo_sandbox::demo::FIRST_CONTACT;
    assert_eq!(ids, (first..first + 620).collect::<Vec<_>>());
    let asked = sandbox.log().count("GET", "/api/v4/contacts");
    assert!((3..=6).contains(&asked), "three pages of 250, and perhaps some ahead: {asked}");
}

#[tokio::test]
async fn pages_come_with_the_limit_that_was_asked_for() {
    let (client, _, _server) = start(Sandbox::builder().contacts(23)).await;
    let mut pages = client.contacts().list().with(ContactWith::Leads).limit(10).pages();
    let mut sizes = Vec::new();
    while let Some(page) = pages.next().await {
        sizes.push(page.unwrap().items.len());
    }
    assert_eq!(sizes, [10, 10, 3]);
    assert!(pages.next().await.is_none(), "an end is an end");
    let from_third: Vec<_> = client.contacts().list().limit(10).page(3).items().collect().await;
    assert_eq!(from_third.len(), 3);
}

#[tokio::test]
async fn a_failing_page_ends_the_walk_with_its_error() {
    let (client, sandbox, _server) = start(Sandbox::builder().contacts(30)).await;
    sandbox.faults().add(Fault::status(402).method("GET").path("/api/v4/contacts").skip(1));
    let results: Vec<_> = client.contacts().list().limit(10).items().collect().await;
    assert_eq!(results.len(), 11);
    assert!(results[..10].iter().all(Result::is_ok));
    assert_eq!(results[10].as_ref().unwrap_err().kind(), ErrorKind::PaymentRequired);
}

/// A server that answers whatever is asked with a page whose next link is `next`.
fn with_next_link(next: &str) -> (Client, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (log, next) = (Arc::clone(&asked), next.to_owned());
    let service = tower::service_fn(move |request: http::Request<Bytes>| {
        log.lock().unwrap().push(request.uri().to_string());
        let nth = log.lock().unwrap().len();
        let links = if nth == 1 {
            serde_json::json!({"next": {"href": next}})
        } else {
            serde_json::json!({})
        };
        let page = serde_json::json!({"_links": links, "_embedded": {"contacts": [{"id": nth}]}});
        let response = http::Response::new(Full::new(Bytes::from(page.to_string())));
        std::future::ready(Ok::<_, Infallible>(response))
    });
    (Client::from_service("example.amocrm.ru", service).unwrap(), asked)
}

#[tokio::test]
async fn of_a_next_link_only_path_and_query_are_used() {
    let (client, asked) =
        with_next_link("http://shard151.evil.test:81/api/v4/contacts?page=2&limit=250");
    let contacts = client.contacts().list().items().ahead(1);
    let contacts: Vec<Contact> = contacts.try_collect().await.unwrap();
    assert_eq!(contacts.len(), 2);
    assert_eq!(
        *asked.lock().unwrap(),
        [
            "https://example.amocrm.ru/api/v4/contacts?limit=250",
            "https://example.amocrm.ru/api/v4/contacts?page=2&limit=250",
        ]
    );
}

#[tokio::test]
async fn a_next_link_that_leads_astray_ends_the_walk_after_its_page() {
    for (next, words) in [
        ("https://example.amocrm.ru/api/v4/contacts?limit=250", "the same page"),
        ("https://example.amocrm.ru/api/v4/leads?page=2", "another list"),
        ("https://example.amocrm.ru/oauth2/access_token", "another list"),
        ("http://[", "no URL"),
        ("", "no URL"),
    ] {
        let (client, asked) = with_next_link(next);
        let results: Vec<_> = client.contacts().list().items().collect().await;
        assert_eq!(results.len(), 2, "{next}");
        assert!(results[0].is_ok(), "the page itself is good");
        let error = results[1].as_ref().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().contains(words), "{error}");
        // Its page is done with; another time its link may be better.
        assert_eq!(error.cursor().unwrap().to_string(), "/api/v4/contacts?limit=250#1");
        assert_eq!(asked.lock().unwrap().len(), 1);
    }
}

/// A server that answers the nth request with the nth of these pages.
fn with_pages(pages: Vec<serde_json::Value>) -> Client {
    let pages = Arc::new(Mutex::new(pages.into_iter()));
    let service = tower::service_fn(move |_: http::Request<Bytes>| {
        let page = pages.lock().unwrap().next().expect("one page more than there is");
        let response = http::Response::new(Full::new(Bytes::from(page.to_string())));
        std::future::ready(Ok::<_, Infallible>(response))
    });
    Client::from_service("example.amocrm.ru", service).unwrap()
}

#[tokio::test]
async fn an_empty_page_in_the_middle_is_not_the_end() {
    let page = |number: u32, ids: &[i64], next: bool| {
        let items: Vec<_> = ids.iter().map(|id| serde_json::json!({"id": id})).collect();
        let href =
            format!("https://example.amocrm.ru/api/v4/contacts?limit=250&page={}", number + 1);
        let links =
            if next { serde_json::json!({"next": {"href": href}}) } else { serde_json::json!({}) };
        serde_json::json!({"_links": links, "_embedded": {"contacts": items}})
    };
    let client = with_pages(vec![page(1, &[1], true), page(2, &[], true), page(3, &[3], false)]);
    let contacts: Vec<Contact> = client.contacts().list().items().try_collect().await.unwrap();
    assert_eq!(contacts.iter().map(|contact| contact.id.get()).collect::<Vec<_>>(), [1, 3]);
}

#[tokio::test]
async fn links_are_read_to_the_end() {
    let page = |id: i64, next: bool| {
        let link = serde_json::json!({"to_entity_id": id, "to_entity_type": "contacts"});
        let href = "https://example.amocrm.ru/api/v4/leads/9/links?page=2";
        let links =
            if next { serde_json::json!({"next": {"href": href}}) } else { serde_json::json!({}) };
        serde_json::json!({"_links": links, "_embedded": {"links": [link]}})
    };
    let client = with_pages(vec![page(1, true), page(2, false)]);
    let links = client.leads().links(amo_core::LeadId::new(9)).await.unwrap();
    assert_eq!(links.iter().map(|link| link.to_entity_id).collect::<Vec<_>>(), [1, 2]);
}
