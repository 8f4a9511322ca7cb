//! Many entities by their ids: without a request for each where the account allows it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use amo_api::{Client, ErrorKind};
use amo_auth::LongLived;
use amo_auth::clock::ManualClock;
use amo_core::{
    CatalogId, Contact, ContactId, ContactWith, ElementId, Lead, LeadId, LeadWith, NewNote,
    NewTask, NoteContent, NoteId, NoteParent, Task, TaskId, Timestamp,
};
use amo_sandbox::{ApiFilter, Fault, RateLimit, Sandbox, SandboxBuilder, demo};
use amo_transport::Unlimited;
use bytes::Bytes;
use futures_util::future::join_all;
use http::Request;
use http_body_util::Full;

use common::start;

const CONTACTS: &str = "/api/v4/contacts";
const ACCOUNT: &str = "/api/v4/account";

fn contact(number: i64) -> ContactId {
    ContactId::new(demo::FIRST_CONTACT + number)
}

fn with_filter() -> SandboxBuilder {
    Sandbox::builder().api_filter(ApiFilter::On)
}

#[tokio::test]
async fn by_lists_of_ids_where_filters_are_on() {
    let (client, sandbox, _server) = start(with_filter().contacts(600)).await;
    let missing = [ContactId::new(5), contact(9_999)];
    let ids = (0..600).map(contact).chain(missing).chain((0..600).map(contact));
    let found = client.contacts().get_many(ids).await.unwrap();
    assert_eq!((found.len(), found.missing()), (600, &missing[..]));
    assert!(found.iter().all(|one| found.get(&one.id).unwrap().id == one.id));
    assert!(found.get(&missing[0]).is_none());
    assert_eq!((sandbox.log().count("GET", CONTACTS), sandbox.log().count("GET", ACCOUNT)), (3, 1));
    for request in sandbox.log().entries().iter().filter(|sent| sent.path == CONTACTS) {
        let asked = request.query.matches("filter%5Bid%5D").count();
        assert!(asked <= 250 && request.query.contains(&format!("limit={asked}")), "{asked}");
    }
    // What the account said is known for a while.
    client.contacts().get_many([contact(0), contact(1)]).with(ContactWith::Leads).await.unwrap();
    assert_eq!(sandbox.log().count("GET", ACCOUNT), 1);
    assert!(sandbox.log().entries().last().unwrap().query.contains("with=leads"));
    sandbox.log().clear();
    assert!(client.contacts().get_many([]).await.unwrap().is_empty());
    assert!(sandbox.log().is_empty());
}

#[tokio::test]
async fn one_by_one_where_filters_are_off() {
    for filter in [ApiFilter::Ignored, ApiFilter::Refused] {
        let (client, sandbox, _server) =
            start(Sandbox::builder().api_filter(filter).contacts(40)).await;
        let ids = (0..40).map(contact).chain([ContactId::new(5)]);
        let found = client.contacts().get_many(ids).await.unwrap();
        assert_eq!((found.len(), found.missing()), (40, &[ContactId::new(5)][..]));
        assert_eq!(sandbox.log().count("GET", CONTACTS), 0, "no list is asked for");
        assert_eq!(sandbox.log().len(), 42);
    }
}

/// An account that says that filters are on, but ignores or refuses them.
#[tokio::test]
async fn a_filter_that_is_not_heeded_is_never_taken_for_a_result() {
    for status in [200, 400] {
        let lists = Arc::new(AtomicUsize::new(0));
        let asked = Arc::clone(&lists);
        let service = tower::service_fn(move |request: Request<Bytes>| {
            let path = request.uri().path();
            let (status, body) = match path.strip_prefix("/api/v4/contacts/") {
                Some(id) => (200, format!(r#"{{"id":{id}}}"#)),
                None if path == ACCOUNT => {
                    (200, r#"{"id":1,"is_api_filter_enabled":true}"#.to_owned())
                }
                None => {
                    asked.fetch_add(1, Ordering::SeqCst);
                    let body = r#"{"_embedded":{"contacts":[{"id":1},{"id":99}]}}"#;
                    (status, body.to_owned())
                }
            };
            let answer = http::Response::builder().status(status);
            let answer = answer.body(Full::new(Bytes::from(body))).unwrap();
            std::future::ready(Ok::<_, Infallible>(answer))
        });
        let client = Client::from_service("example.amocrm.ru", service).unwrap();
        for _ in 0..2 {
            let found = client.contacts().get_many((1..=3).map(ContactId::new)).await.unwrap();
            assert_eq!((found.len(), found.missing().len()), (3, 0));
            assert!(found.get(&ContactId::new(99)).is_none());
        }
        assert_eq!(lists.load(Ordering::SeqCst), 1, "that is remembered");
    }
}

#[tokio::test]
async fn what_the_account_says_of_filters_is_believed_for_ten_minutes() {
    let sandbox = with_filter().rate_limit(RateLimit::Off).contacts(3).build();
    let server = sandbox.serve("127.0.0.1:0").await.unwrap();
    let clock = ManualClock::new(Timestamp::from_unix_seconds(demo::EPOCH));
    let client = Client::builder(server.base_url())
        .auth(LongLived::new(sandbox.connection().long_lived_token))
        .rate_limiter(Unlimited)
        .clock(clock.clone())
        .build()
        .unwrap();
    let get = || client.clone().contacts().get_many([contact(0), contact(1)]).into_future();
    // Asked once by all together.
    for found in join_all((0..5).map(|_| get())).await {
        assert_eq!(found.unwrap().len(), 2);
    }
    clock.advance(Duration::from_secs(599));
    get().await.unwrap();
    assert_eq!(sandbox.log().count("GET", ACCOUNT), 1);
    clock.advance(Duration::from_secs(2));
    get().await.unwrap();
    assert_eq!(sandbox.log().count("GET", ACCOUNT), 2);
}

#[tokio::test]
async fn filters_that_cost_nothing_are_used_everywhere() {
    let (client, sandbox, _server) = start(Sandbox::builder().leads(1).catalog_elements(60)).await;
    let lead = LeadId::new(demo::FIRST_LEAD);
    let till = Timestamp::from_unix_seconds(2_000_000_000);
    let task = || {
        let task = NewTask::new("Call", till).entity_id(lead.get());
        task.entity_type(amo_core::EntityType::Leads)
    };
    let made = client.tasks().create_many([task(), task()]).await;
    let ids: Vec<TaskId> = made.done().map(|(_, task)| task.id).collect();
    sandbox.log().clear();
    let tasks = client.tasks().get_many(ids.iter().copied().chain([TaskId::new(1)])).await.unwrap();
    assert_eq!((tasks.len(), tasks.missing()), (2, &[TaskId::new(1)][..]));
    assert_eq!(sandbox.log().len(), 1);
    let leads =
        client.leads().get_many(tasks.iter().filter_map(Task::about::<Lead>)).await.unwrap();
    assert!(leads.get(&lead).is_some());
    sandbox.log().clear();
    let notes = ["one", "two"].map(|text| NewNote::new(NoteContent::common(text)));
    let notes = client.notes(lead).create_many(notes).await;
    let notes: Vec<NoteId> = notes.done().map(|(_, note)| note.id).collect();
    sandbox.log().clear();
    let notes = client.notes(NoteParent::Leads).get_many(notes).await.unwrap();
    assert!(notes.len() == 2 && notes.iter().all(|note| note.entity_id == Some(lead.get())));
    assert_eq!(sandbox.log().len(), 1);
    sandbox.log().clear();
    let elements = client.elements(CatalogId::new(demo::CATALOG_PRODUCTS));
    let ids = (0..60).map(|number| ElementId::new(demo::FIRST_ELEMENT + number));
    let elements = elements.get_many(ids).await.unwrap();
    assert!(!elements.is_empty());
    assert_eq!(elements.len() + elements.missing().len(), 60);
    assert_eq!(sandbox.log().len(), 1);
}

#[tokio::test]
async fn a_list_that_is_too_long_is_halved_and_other_failures_are_errors() {
    let (client, sandbox, _server) = start(with_filter().contacts(100)).await;
    sandbox.faults().add(Fault::status(414).path(CONTACTS));
    let found = client.contacts().get_many((0..100).map(contact)).await.unwrap();
    assert_eq!(found.len(), 100);
    let limits: Vec<_> = sandbox.log().entries();
    let limits: Vec<_> = limits
        .iter()
        .filter(|sent| sent.path == CONTACTS)
        .map(|sent| {
            sent.query.split('&').find(|pair| pair.starts_with("limit=")).unwrap().to_owned()
        })
        .collect();
    assert_eq!(limits, ["limit=100", "limit=50", "limit=50"]);
    // That is remembered.
    client.contacts().get_many((0..100).map(contact)).await.unwrap();
    assert_eq!(sandbox.log().count("GET", CONTACTS), 3 + 2);
    sandbox.faults().add(Fault::status(402).path(CONTACTS));
    let error = client.contacts().get_many((0..100).map(contact)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PaymentRequired);
}

#[tokio::test]
async fn joins_over_pages_read_each_entity_once() {
    let (client, sandbox, _server) = start(Sandbox::builder().contacts(30).leads(60)).await;
    let people = client.contacts().lookup().with(ContactWith::Leads);
    let mut pages = client.leads().list().with(LeadWith::Contacts).limit(20).pages();
    let mut met = std::collections::HashSet::new();
    while let Some(page) = pages.next().await {
        let leads = page.unwrap().items;
        let contacts = people.get_many(leads.iter().flat_map(Lead::contact_ids)).await.unwrap();
        for id in leads.iter().flat_map(Lead::contact_ids) {
            let one: &Contact = contacts.get(&id).unwrap();
            assert!(one.lead_ids().next().is_some());
            met.insert(id);
        }
    }
    assert!(met.len() > 3);
    let read = sandbox.log().entries();
    let read = read.iter().filter(|sent| sent.path.starts_with("/api/v4/contacts/")).count();
    assert_eq!(read, met.len());
}

#[tokio::test]
async fn a_lookup_reads_once_for_all_who_ask_and_forgets_the_oldest() {
    let (client, sandbox, _server) = start(Sandbox::builder().contacts(30)).await;
    let people = client.contacts().lookup().remember(10);
    let count = || {
        let log = sandbox.log().entries();
        log.iter().filter(|sent| sent.path.starts_with("/api/v4/contacts/")).count()
    };
    // In both directions, so that locks that are not taken in order would wait for each other.
    let ask = (0..6).map(|turn| {
        let ids: Vec<_> = (0..10).map(contact).collect();
        let ids = if turn % 2 == 0 { ids } else { ids.into_iter().rev().collect() };
        people.clone().get_many(ids).into_future()
    });
    for found in join_all(ask).await {
        assert_eq!(found.unwrap().len(), 10);
    }
    assert_eq!(count(), 10);
    // One more pushes the oldest out; what is not there is remembered too.
    people.get_many([contact(10)]).await.unwrap();
    for _ in 0..2 {
        assert_eq!(people.get_many([contact(10), contact(9)]).await.unwrap().len(), 2);
    }
    assert_eq!(count(), 11);
    for _ in 0..2 {
        assert_eq!(people.get_many([ContactId::new(5)]).await.unwrap().missing().len(), 1);
    }
    assert_eq!(count(), 12);
    assert_eq!(
        people.get_many((0..10).map(contact)).await.unwrap().len(),
        10,
        "more than it keeps"
    );
    assert!(format!("{people:?}").contains("10 of 10"), "{people:?}");
}
