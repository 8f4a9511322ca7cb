//! How webhooks reach their addresses: in order, within two seconds, again and again, over a socket.

use std::time::Duration;

use crate::common::inbox::{Behaves, Inbox};
use crate::common::{Client, quiet};
use amo_sandbox::{Sandbox, WebhookDelivery, demo};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const URL: &str = "http://hook.example.test/";

async fn subscribe(client: &Client, destination: &str) {
    let hook = json!({"destination": destination, "settings": ["add_lead"]});
    assert_eq!(client.post("/api/v4/webhooks", hook).await.status, 201);
}

async fn told() -> (Client, Inbox) {
    let inbox = Inbox::default();
    let client = Client::of(&quiet().webhook_sink(inbox.clone()).build());
    subscribe(&client, URL).await;
    (client, inbox)
}

async fn settled(sandbox: &Sandbox) -> Vec<WebhookDelivery> {
    sandbox.webhooks().settled().await;
    let deliveries = sandbox.webhooks().deliveries();
    sandbox.webhooks().clear_deliveries();
    deliveries
}

fn minutes(number: u64) -> Duration {
    Duration::from_secs(number * 60)
}

#[tokio::test]
async fn a_server_that_fails_is_asked_five_times() {
    for (answer, waits) in [
        (Behaves::Answers(503), &[5, 15, 15, 60][..]),
        (Behaves::Answers(499), &[5, 15, 15, 60]),
        (Behaves::Answers(404), &[5, 15]),
        (Behaves::Answers(301), &[5, 15]),
        (Behaves::Answers(299), &[]),
    ] {
        let (client, inbox) = told().await;
        inbox.always(answer);
        client.add("leads", json!({})).await;
        let first = settled(&client.sandbox).await;
        assert_eq!((first.len(), first[0].attempt), (1, 1), "{answer:?}");
        for (wait, attempt) in waits.iter().zip(2..) {
            client.sandbox.calendar().advance(Duration::from_secs(wait * 60 - 1));
            assert_eq!(settled(&client.sandbox).await, [], "{answer:?} {attempt}: too early");
            client.sandbox.calendar().advance(Duration::from_secs(1));
            let again = settled(&client.sandbox).await;
            assert_eq!((again.len(), again[0].attempt), (1, attempt), "{answer:?}");
            assert_eq!(again[0].body, first[0].body);
        }
        client.sandbox.calendar().advance(minutes(24 * 60));
        assert_eq!(settled(&client.sandbox).await, [], "{answer:?}: no more");
    }
}

#[tokio::test]
async fn a_retry_that_succeeds_is_the_last_and_later_posts_do_not_wait_for_it() {
    let (client, inbox) = told().await;
    inbox.then(Behaves::Answers(500));
    let first = client.add("leads", json!({})).await;
    let second = client.add("leads", json!({})).await;
    client.sandbox.webhooks().settled().await;
    client.sandbox.calendar().advance(minutes(5));
    client.sandbox.webhooks().settled().await;
    client.sandbox.calendar().advance(minutes(600));
    client.sandbox.webhooks().settled().await;
    let ids: Vec<String> =
        inbox.take().iter().map(|letter| letter.get("leads[add][0][id]")).collect();
    assert_eq!(ids, [first, second, first].map(|id| id.to_string()));
}

#[tokio::test(start_paused = true)]
async fn who_does_not_answer_in_two_seconds_has_not_answered_and_holds_nobody_up() {
    let (client, inbox) = told().await;
    #[expect(clippy::disallowed_methods, reason = "the test measures on tokio's paused clock")]
    let now = tokio::time::Instant::now;
    let start = now();
    inbox.always(Behaves::Hangs);
    for _ in 0..3 {
        client.add("leads", json!({})).await;
    }
    assert_eq!(start.elapsed(), Duration::ZERO, "requests do not wait");
    let deliveries = settled(&client.sandbox).await;
    assert_eq!(start.elapsed(), Duration::from_secs(6), "one after the other");
    assert_eq!(deliveries.len(), 3);
    assert!(deliveries.iter().all(|one| one.status.is_none() && one.error.is_some()));
    let attempts = deliveries.iter().map(|one| one.attempt).collect::<Vec<_>>();
    assert_eq!(attempts, [1, 1, 1]);
    inbox.always(Behaves::Answers(200));
    client.sandbox.calendar().advance(minutes(5));
    assert_eq!(settled(&client.sandbox).await.len(), 3);
}

#[tokio::test]
async fn posts_keep_their_order() {
    let (client, inbox) = told().await;
    let mut wanted = Vec::new();
    for _ in 0..50 {
        wanted.push(client.add("leads", json!({})).await.to_string());
    }
    client.sandbox.webhooks().settled().await;
    let ids: Vec<String> =
        inbox.take().iter().map(|letter| letter.get("leads[add][0][id]")).collect();
    assert_eq!(ids, wanted);
}

#[tokio::test]
async fn more_than_a_hundred_bad_answers_in_two_hours_switch_it_off() {
    let (client, inbox) = told().await;
    let is_disabled = async || {
        let list = client.read("/api/v4/webhooks").await;
        list["_embedded"]["webhooks"][0]["disabled"].as_bool().unwrap()
    };
    inbox.always(Behaves::Answers(404));
    for _ in 0..60 {
        client.add("leads", json!({})).await;
    }
    client.sandbox.webhooks().settled().await;
    client.sandbox.calendar().advance(Duration::from_secs(4));
    for _ in 0..40 {
        client.add("leads", json!({})).await;
    }
    client.sandbox.webhooks().settled().await;
    assert!(!is_disabled().await, "a hundred are not more than a hundred");
    // Retries are bad answers too, but the first of them is enough.
    client.sandbox.calendar().advance(minutes(5));
    client.sandbox.webhooks().settled().await;
    assert!(is_disabled().await);
    assert_eq!(inbox.take().len(), 101, "nothing more is sent");
    client.add("leads", json!({})).await;
    client.sandbox.calendar().advance(minutes(600));
    client.sandbox.webhooks().settled().await;
    assert!(inbox.take().is_empty());
    inbox.always(Behaves::Answers(200));
    assert!(client.sandbox.webhooks().enable(URL) && !client.sandbox.webhooks().enable("x"));
    client.add("leads", json!({})).await;
    client.sandbox.webhooks().settled().await;
    assert_eq!((inbox.take().len(), is_disabled().await), (1, false));
}

#[tokio::test]
async fn old_bad_answers_do_not_count() {
    let (client, inbox) = told().await;
    inbox.always(Behaves::Answers(404));
    for _ in 0..4 {
        // 90 in any two hours: the retries come 5 and 20 minutes later.
        for _ in 0..30 {
            client.add("leads", json!({})).await;
        }
        for wait in [0, 5, 15, 110] {
            client.sandbox.calendar().advance(minutes(wait));
            client.sandbox.webhooks().settled().await;
        }
    }
    assert_eq!(inbox.take().len(), 360);
    let list = client.read("/api/v4/webhooks").await;
    assert_eq!(list["_embedded"]["webhooks"][0]["disabled"], false);
}

#[tokio::test]
async fn who_unsubscribed_is_not_asked_again() {
    let (client, inbox) = told().await;
    inbox.always(Behaves::Answers(500));
    client.add("leads", json!({})).await;
    client.sandbox.webhooks().settled().await;
    client.send("DELETE", "/api/v4/webhooks", &json!({"destination": URL})).await;
    subscribe(&client, URL).await;
    client.sandbox.calendar().advance(minutes(5));
    client.sandbox.webhooks().settled().await;
    assert_eq!(inbox.take().len(), 1);
}

#[tokio::test]
async fn posts_go_over_http_when_there_is_no_sink() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let client = Client::of(&quiet().build());
    subscribe(&client, &format!("http://{address}/amo?k=1")).await;
    client.add("leads", json!({"name": "over the wire"})).await;
    let served = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !String::from_utf8_lossy(&request).contains("self%5D=") {
            let mut part = [0; 4096];
            let length = stream.read(&mut part).await.unwrap();
            assert!(length > 0, "{}", String::from_utf8_lossy(&request));
            request.extend_from_slice(&part[..length]);
        }
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        String::from_utf8(request).unwrap()
    };
    let webhooks = client.sandbox.webhooks();
    let (request, ()) = tokio::join!(served, webhooks.settled());
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let head = head.to_ascii_lowercase();
    assert!(head.starts_with("post /amo?k=1 http/1.1"), "{head}");
    assert!(head.contains(&format!("host: {address}")), "{head}");
    assert!(head.contains("content-type: application/x-www-form-urlencoded"), "{head}");
    assert!(body.contains("over+the+wire"), "{body}");
    assert_eq!(client.sandbox.webhooks().deliveries()[0].status, Some(204));
}

#[tokio::test]
async fn an_address_that_cannot_be_reached_fails_only_its_own_posts() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let client = Client::of(&quiet().build());
    subscribe(&client, &format!("http://{free}/")).await;
    // Who speaks no TLS is no https address.
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    subscribe(&client, &format!("https://{}/", plain.local_addr().unwrap())).await;
    tokio::spawn(async move {
        let (mut stream, _) = plain.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
    });
    client.add("leads", json!({})).await;
    let mut deliveries = settled(&client.sandbox).await;
    deliveries.sort_by(|one, other| one.destination.cmp(&other.destination));
    assert_eq!(deliveries.len(), 2);
    assert_eq!(deliveries.iter().map(|one| one.status).collect::<Vec<_>>(), [None, None]);
    assert!(deliveries[1].destination.starts_with("https:"));
    assert!(deliveries.iter().all(|one| one.error.is_some()), "{deliveries:?}");
}

#[tokio::test]
async fn a_moved_calendar_is_enough_for_a_retry() {
    let (client, inbox) = told().await;
    inbox.then(Behaves::Answers(500));
    client.add("leads", json!({})).await;
    client.sandbox.webhooks().settled().await;
    assert_eq!(inbox.take().len(), 1);
    client.sandbox.calendar().advance(minutes(5));
    // Nobody asks the box for anything: it notices by itself.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(inbox.take().len(), 1);
}

#[tokio::test]
async fn a_widget_that_is_installed_calls_the_redirect_uri_once() {
    let (client, inbox) = told().await;
    inbox.always(Behaves::Answers(500));
    client.sandbox.install_widget();
    client.sandbox.webhooks().settled().await;
    client.sandbox.calendar().advance(minutes(19));
    client.sandbox.webhooks().settled().await;
    let letters = inbox.take();
    assert_eq!(letters.len(), 1, "whatever the answer");
    let (address, query) = letters[0]
        .uri
        .to_string()
        .split_once('?')
        .map(|(a, q)| (a.to_owned(), q.to_owned()))
        .unwrap();
    assert_eq!((letters[0].method.as_str(), address.as_str()), ("GET", demo::REDIRECT_URI));
    let query: Vec<(String, String)> =
        form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let get = |key: &str| query.iter().find(|(known, _)| known == key).unwrap().1.clone();
    assert_eq!((get("from_widget"), get("referer")), ("1".to_owned(), "demo.amocrm.ru".to_owned()));
    let grant = json!({"client_id": demo::CLIENT_ID, "client_secret": demo::CLIENT_SECRET,
        "grant_type": "authorization_code", "code": get("code"), "redirect_uri": demo::REDIRECT_URI});
    assert_eq!(client.post("/oauth2/access_token", grant).await.status, 200);
}

#[test]
fn a_runtime_that_ends_in_the_middle_loses_nothing() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let inbox = Inbox::default();
    let client = Client::of(&quiet().webhook_sink(inbox.clone()).build());
    runtime().block_on(async {
        subscribe(&client, URL).await;
        inbox.then(Behaves::Hangs);
        client.add("leads", json!({})).await;
        tokio::task::yield_now().await;
    });
    assert_eq!(inbox.take().len(), 1, "it was on its way");
    runtime().block_on(client.sandbox.webhooks().settled());
    assert_eq!(inbox.take().len(), 1);
    assert_eq!(client.sandbox.webhooks().deliveries().len(), 1);
}
