//! Walks that read several pages at a time: how fast, in which order, to which end, and from where on.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use amo_api::{Client, Cursor, ErrorKind};
use amo_auth::clock::{ManualClock, Sleep};
use amo_auth::{Clock, LongLived};
use amo_core::{Contact, Lead, Query, Timestamp};
use amo_sandbox::{Fault, Sandbox};
use amo_transport::{Meta, Priority, Unlimited};
use bytes::Bytes;
use futures_util::{Stream, TryStreamExt as _};
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use tokio::sync::Notify;

use common::start;

/// A list of contacts with the ids from 1 to `len`, in pages.
#[derive(Default)]
struct Contacts {
    len: usize,
    /// More on a page are a 504.
    most: Option<usize>,
    /// Pages behind the last one are a 400, where others are empty.
    strict: bool,
    /// The links have something that changes from page to page.
    tokens: bool,
    /// Pages that come late enough are answered when so many were asked for at once.
    together: usize,
    /// Only the first page is ever answered.
    stuck: bool,
    asked: Mutex<Vec<String>>,
    now: AtomicUsize,
    most_at_once: AtomicUsize,
    arrived: Notify,
}

/// A request that somebody waits for.
struct Waiting(Arc<Contacts>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Contacts {
    fn client(self) -> (Client, Arc<Contacts>) {
        let list = Arc::new(self);
        let service = Arc::clone(&list);
        let service = tower::service_fn(move |request| Arc::clone(&service).answer(request));
        (Client::from_service("example.amocrm.ru", service).unwrap(), list)
    }

    async fn answer(
        self: Arc<Self>,
        request: Request<Bytes>,
    ) -> Result<Response<Full<Bytes>>, Infallible> {
        assert_eq!(request.extensions().get::<Meta>().unwrap().priority, Priority::Background);
        let waiting = Waiting(Arc::clone(&self));
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(now, Ordering::SeqCst);
        let query = Query::parse(request.uri().query().unwrap_or_default());
        let number = |name| {
            let mut pairs = query.pairs().filter(|(known, _)| *known == name);
            pairs.next().map(|(_, value)| value.parse::<usize>().unwrap())
        };
        let (limit, page) = (number("limit").unwrap(), number("page").unwrap_or(1));
        self.asked.lock().unwrap().push(format!("{page}x{limit}"));
        self.arrived.notify_waiters();
        if self.stuck && page > 1 {
            std::future::pending::<()>().await;
        }
        if page > 2 * self.together && page < self.len.div_ceil(limit) {
            loop {
                let arrived = self.arrived.notified();
                if self.most_at_once.load(Ordering::SeqCst) >= self.together {
                    break;
                }
                arrived.await;
            }
        }
        // The earlier a page, the later it comes.
        for _ in 0..20_usize.saturating_sub(page) {
            tokio::task::yield_now().await;
        }
        drop(waiting);
        let status = |status| {
            let mut answer = Response::new(Full::default());
            *answer.status_mut() = status;
            Ok(answer)
        };
        if self.most.is_some_and(|most| limit > most) {
            return status(StatusCode::GATEWAY_TIMEOUT);
        }
        let (from, to) = ((page - 1) * limit, (page * limit).min(self.len));
        if from >= to {
            return status(if self.strict {
                StatusCode::BAD_REQUEST
            } else {
                StatusCode::NO_CONTENT
            });
        }
        let items: Vec<_> = (from + 1..=to).map(|id| serde_json::json!({"id": id})).collect();
        let token = if self.tokens { format!("&after={to}") } else { String::new() };
        let next = format!(
            "https://example.amocrm.ru/api/v4/contacts?page={}&limit={limit}{token}",
            page + 1
        );
        let links = if to < self.len {
            serde_json::json!({"next": {"href": next}})
        } else {
            serde_json::json!({})
        };
        let body =
            serde_json::json!({"_page": page, "_links": links, "_embedded": {"contacts": items}});
        Ok(Response::new(Full::new(Bytes::from(body.to_string()))))
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn most_at_once(&self) -> usize {
        self.most_at_once.load(Ordering::SeqCst)
    }
}

async fn ids(contacts: impl Stream<Item = Result<Contact, amo_api::Error>>) -> Vec<i64> {
    contacts.map_ok(|contact| contact.id.get()).try_collect().await.unwrap()
}

fn up_to(len: usize) -> Vec<i64> {
    (1..=i64::try_from(len).unwrap()).collect()
}

#[tokio::test]
async fn pages_are_asked_for_together_and_come_in_order() {
    let (client, list) = Contacts { len: 1_000, together: 4, ..Contacts::default() }.client();
    assert_eq!(ids(client.contacts().list().limit(50).items()).await, up_to(1_000));
    assert_eq!(list.most_at_once(), 4, "the bound is 4 unless said");
    let asked = list.asked();
    assert_eq!(asked[0], "1x50", "whether there is a second one only the first one says");
    assert!(asked.len() <= 24, "at most the window behind the end: {asked:?}");

    let (client, list) = Contacts { len: 2_000, together: 7, ..Contacts::default() }.client();
    assert_eq!(ids(client.contacts().list().limit(50).items().ahead(7)).await, up_to(2_000));
    assert_eq!(list.most_at_once(), 7);
}

#[tokio::test]
async fn what_is_asked_for_behind_the_end_does_not_matter() {
    for len in [1, 9, 10, 11, 19, 20, 21, 30, 45, 100] {
        let (client, list) = Contacts { len, strict: true, ..Contacts::default() }.client();
        let mut pages = client.contacts().list().limit(10).pages();
        let mut sizes = Vec::new();
        while let Some(page) = pages.next().await {
            sizes.push(page.unwrap().items.len());
        }
        assert_eq!(sizes.iter().sum::<usize>(), len);
        assert!(pages.next().await.is_none());
        assert!(pages.cursor().is_none(), "there is no place behind the end");
        let needed = len.div_ceil(10);
        let asked = list.asked().len();
        let most = if needed == 1 { 1 } else { needed + 3 };
        assert!((needed..=most).contains(&asked), "{asked} requests for {needed} pages");
    }
}

#[tokio::test]
async fn links_that_say_more_than_the_page_are_followed_one_by_one() {
    let (client, list) = Contacts { len: 95, tokens: true, ..Contacts::default() }.client();
    assert_eq!(ids(client.contacts().list().limit(10).items()).await, up_to(95));
    assert_eq!(list.most_at_once(), 1);
    assert_eq!(list.asked().len(), 10);
}

#[tokio::test]
async fn with_nothing_ahead_a_page_is_asked_for_when_it_is_wanted() {
    let (client, list) = Contacts { len: 50, ..Contacts::default() }.client();
    let mut contacts = client.contacts().list().limit(10).items().ahead(0);
    for id in up_to(50) {
        assert_eq!(contacts.next().await.unwrap().unwrap().id.get(), id);
        let pages = usize::try_from(id).unwrap().div_ceil(10);
        assert_eq!(list.asked().len(), pages);
    }
    assert!(contacts.next().await.is_none());
    assert_eq!(list.most_at_once(), 1);
}

#[tokio::test]
async fn dropping_a_walk_ends_what_it_asked_for() {
    let (client, list) = Contacts { len: 1_000, stuck: true, ..Contacts::default() }.client();
    let mut pages = client.contacts().list().limit(10).pages();
    pages.next().await.unwrap().unwrap();
    while list.now.load(Ordering::SeqCst) < 2 {
        tokio::task::yield_now().await;
    }
    drop(pages);
    while list.now.load(Ordering::SeqCst) > 0 {
        tokio::task::yield_now().await;
    }
    assert!(list.asked().len() <= 4);
}

#[test]
fn without_a_runtime_pages_are_read_while_the_walk_is_polled() {
    let page = |number: usize| {
        let next =
            format!("https://example.amocrm.ru/api/v4/contacts?limit=250&page={}", number + 1);
        let links = if number < 6 {
            serde_json::json!({"next": {"href": next}})
        } else {
            serde_json::json!({})
        };
        serde_json::json!({"_links": links, "_embedded": {"contacts": [{"id": number}]}})
    };
    let service = tower::service_fn(move |request: Request<Bytes>| {
        let query = Query::parse(request.uri().query().unwrap());
        let number = query.pairs().find(|(name, _)| *name == "page");
        let body = page(number.map_or(1, |(_, page)| page.parse().unwrap()));
        let answer = Response::new(Full::new(Bytes::from(body.to_string())));
        std::future::ready(Ok::<_, Infallible>(answer))
    });
    let client = Client::from_service("example.amocrm.ru", service).unwrap();
    let mut contacts = client.contacts().list().items();
    let mut cx = Context::from_waker(Waker::noop());
    let mut seen = Vec::new();
    while let Poll::Ready(Some(contact)) = Pin::new(&mut contacts).poll_next(&mut cx) {
        seen.push(contact.unwrap().id.get());
    }
    assert_eq!(seen, up_to(6));
}

/// Pauses take no time.
#[derive(Debug)]
struct Hasty(ManualClock);

impl Clock for Hasty {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        // Only the timeouts of attempts are as long.
        if duration >= Duration::from_secs(5) {
            return Box::pin(std::future::pending());
        }
        Box::pin(std::future::ready(()))
    }
}

#[tokio::test]
async fn a_page_that_is_too_much_is_read_in_parts() {
    for (most, first) in [
        (125, vec!["1x250", "1x250", "1x125", "2x125"]),
        (100, vec!["1x250", "1x250", "1x125", "1x125", "1x25", "2x25", "3x25"]),
    ] {
        let list = Arc::new(Contacts { len: 1_110, most: Some(most), ..Contacts::default() });
        let service = Arc::clone(&list);
        let client = Client::builder("example.amocrm.ru")
            .auth(LongLived::new("token"))
            .connector(tower::service_fn(move |request| Arc::clone(&service).answer(request)))
            .clock(Hasty(ManualClock::new(Timestamp::new(1_750_000_000))))
            .rate_limiter(Unlimited)
            .build()
            .unwrap();
        let mut pages = client.contacts().list().pages();
        let mut seen = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.unwrap();
            assert!(page.items.len() == 250 || page.next.is_none(), "a page is a page");
            seen.extend(page.items.iter().map(|contact| contact.id.get()));
        }
        assert_eq!(seen, up_to(1_110));
        let asked = list.asked();
        assert_eq!(asked[..first.len()], first);
        assert_eq!(
            asked.iter().filter(|page| page.ends_with("x250")).count(),
            2,
            "the pages behind it are read in parts at once: {asked:?}"
        );
        assert_eq!(pages.progress().requests, asked.len() as u64);
    }
}

#[tokio::test]
async fn what_is_too_much_even_in_parts_ends_the_walk_at_its_page() {
    let (client, list) = Contacts { len: 600, most: Some(3), ..Contacts::default() }.client();
    let mut pages = client.contacts().list().pages();
    let error = pages.next().await.unwrap().unwrap_err();
    assert_eq!(error.status(), Some(504));
    assert_eq!(error.cursor().unwrap().to_string(), "/api/v4/contacts?limit=250");
    assert_eq!(list.asked(), ["1x250", "1x125", "1x25", "1x5"]);
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn a_failed_walk_goes_on_from_its_error() {
    let (client, sandbox, _server) = start(Sandbox::builder().leads(95)).await;
    sandbox.faults().add(Fault::status(402).method("GET").path("/api/v4/leads").skip(3));
    let mut leads = client.leads().list().limit(10).items().ahead(0);
    let mut seen: Vec<i64> = Vec::new();
    let error = loop {
        match leads.next().await.unwrap() {
            Ok(lead) => seen.push(lead.id.get()),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::PaymentRequired);
    assert_eq!(seen.len(), 30);
    let cursor = error.cursor().unwrap();
    assert_eq!((cursor.page(), cursor.skip()), (Some(4), 0));
    let rest = client.leads().resume(cursor.clone()).items();
    let rest: Vec<Lead> = rest.try_collect().await.unwrap();
    seen.extend(rest.iter().map(|lead| lead.id.get()));
    let first = amo_sandbox::demo::FIRST_LEAD;
    assert_eq!(seen, (first..first + 95).collect::<Vec<_>>());
}

/// Numbers that are the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

#[tokio::test]
async fn a_walk_can_be_broken_off_and_resumed_anywhere() {
    for seed in 0..50 {
        let random = &mut Random(seed);
        let len = 1 + random.below(120);
        let limit = 1 + random.below(17);
        let (client, _) = Contacts { len, ..Contacts::default() }.client();
        let mut contacts = client.contacts().list().limit(u16::try_from(limit).unwrap()).items();
        let mut seen = Vec::new();
        'all: loop {
            for _ in 0..random.below(40) {
                let Some(contact) = contacts.next().await else { break 'all };
                seen.push(contact.unwrap().id.get());
            }
            let Some(cursor) = contacts.cursor() else { break };
            let kept = serde_json::to_string(&cursor).unwrap();
            let cursor: Cursor = serde_json::from_str(&kept).unwrap();
            assert_eq!(cursor, kept.trim_matches('"').parse().unwrap());
            contacts = client.contacts().resume(cursor).items().ahead(random.below(6));
        }
        assert_eq!(seen, up_to(len), "seed {seed}");
    }
}

#[tokio::test]
async fn pages_are_resumed_in_the_middle_of_one_too() {
    let (client, _) = Contacts { len: 25, ..Contacts::default() }.client();
    let cursor: Cursor = "/api/v4/contacts?limit=10&page=2#3".parse().unwrap();
    let page = client.contacts().resume(cursor.clone()).pages().next().await.unwrap().unwrap();
    assert_eq!(
        page.items.iter().map(|contact| contact.id.get()).collect::<Vec<_>>(),
        [14, 15, 16, 17, 18, 19, 20]
    );
    let request = client.contacts().resume(cursor).to_request().unwrap();
    assert_eq!(common::line(&request), "GET /api/v4/contacts?limit=10&page=2");
}

#[tokio::test]
async fn a_cursor_of_another_list_is_refused() {
    let (client, list) = Contacts { len: 25, ..Contacts::default() }.client();
    let cursor: Cursor = "/api/v4/contacts?limit=10&page=2#3".parse().unwrap();
    let error = client.leads().resume(cursor.clone()).pages().next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("/api/v4/contacts, not in /api/v4/leads"), "{error}");
    assert!(list.asked().is_empty());
    for (text, words) in [
        ("https://evil.test/api/v4/leads?page=2", "begin with"),
        ("", "begin with"),
        ("/api/v4/leads?page=2#x", "no number"),
        ("/api/v4/leads?page=2#-1", "no number"),
        ("/api v4", "no path"),
    ] {
        let error = text.parse::<Cursor>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains(words), "{error}");
        assert!(serde_json::from_value::<Cursor>(text.into()).is_err());
    }
    let debug = format!("{:?}", "/api/v4/leads?query=%2B7900&page=2".parse::<Cursor>().unwrap());
    assert!(!debug.contains("7900"), "people's data: {debug}");
}

#[tokio::test]
async fn the_progress_of_a_walk() {
    let (client, list) = Contacts { len: 100, ..Contacts::default() }.client();
    let mut contacts = client.contacts().list().limit(10).items().expecting(100);
    let left = contacts.progress().left.unwrap();
    assert_eq!(left.requests, 10);
    assert_eq!(left.time.as_millis(), 1_428, "at 7 a second");
    for _ in 0..15 {
        contacts.next().await.unwrap().unwrap();
    }
    let progress = contacts.progress();
    assert_eq!((progress.pages, progress.items), (1, 15));
    assert_eq!(progress.left.unwrap().requests, 8, "what is read need not be asked for");
    while contacts.next().await.is_some() {}
    let progress = contacts.progress();
    assert_eq!((progress.pages, progress.items), (10, 100));
    assert_eq!(progress.left.unwrap().requests, 0);
    assert!(progress.requests >= 10 && progress.requests <= list.asked().len() as u64);

    let mut contacts = client.contacts().list().limit(10).items();
    contacts.next().await.unwrap().unwrap();
    assert_eq!(contacts.progress().left, None, "nobody knows how many there are");
}

#[tokio::test]
async fn a_list_that_says_its_length_is_not_asked_for_more() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let mut fields = client.custom_fields(amo_core::CustomFieldsOf::Leads).list().limit(5).pages();
    let (mut seen, mut pages) = (0, 0);
    while let Some(page) = fields.next().await {
        seen += page.unwrap().items.len();
        pages += 1;
    }
    assert!(pages > 2, "{seen} fields");
    assert_eq!(fields.progress().left.unwrap().requests, 0);
    assert_eq!(sandbox.log().count("GET", "/api/v4/leads/custom_fields"), pages);
}
