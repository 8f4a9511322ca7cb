//! Writing many: lazily, several requests at once, halved, stopped half-way, from streams.
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

use amo_api::{Client, ErrorKind, Outcome, Stop};
use amo_auth::LongLived;
use amo_auth::clock::ManualClock;
use amo_core::field::{LegalEntity, PHONE};
use amo_core::{
    CallDirection, ContactId, ContactPatch, Field, LegalEntityValue, NewCall, NewComplexLead,
    NewContact, NewLead, Timestamp, UserId,
};
use amo_sandbox::{Fault, RateLimit, Sandbox, demo};
use amo_transport::{Settings, Unlimited};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http_body_util::Full;

use common::{line, offline, start};

const CONTACTS: &str = "/api/v4/contacts";

fn named(number: usize) -> NewContact {
    NewContact::new().name(format!("Contact {number}"))
}

fn id(number: i64) -> ContactId {
    ContactId::new(demo::FIRST_CONTACT + number)
}

/// How many there are of each kind of outcome, in order: `done 3, not sent 2`.
fn told<'a, T: 'a, I: 'a>(outcomes: impl IntoIterator<Item = &'a Outcome<T, I>>) -> String {
    let mut told: Vec<(&str, usize)> = Vec::new();
    for outcome in outcomes {
        let word = match outcome {
            Outcome::Done(_) => "done",
            Outcome::Invalid { .. } => "invalid",
            Outcome::Rejected { .. } => "rejected",
            Outcome::Refused { .. } => "refused",
            Outcome::NotMentioned { .. } => "not mentioned",
            Outcome::NotSent { .. } => "not sent",
            Outcome::OutcomeUnknown(_) => "unknown",
            other => panic!("{other}"),
        };
        match told.last_mut() {
            Some((last, count)) if *last == word => *count += 1,
            _ => told.push((word, 1)),
        }
    }
    told.iter().map(|(word, count)| format!("{word} {count}")).collect::<Vec<_>>().join(", ")
}

async fn contacts_in(client: &Client) -> usize {
    client.contacts().list().items().count().await
}

#[test]
fn complex_leads_are_sent_by_fifty() {
    let leads = (0..51).map(|number| {
        let contact = NewContact::new().name(format!("C{number}"));
        NewComplexLead::new(NewLead::new().name(format!("L{number}"))).contact(contact)
    });
    let requests = offline().leads().create_complex_many(leads).per_request(250);
    let requests = requests.to_requests().unwrap();
    assert_eq!(requests.len(), 2);
    assert_eq!(
        line(&requests[1]),
        concat!(
            r#"POST /api/v4/leads/complex [{"name":"L50","_embedded":{"contacts":[{"name":"C50"}]},"#,
            r#""request_id":"50"}]"#,
        )
    );
}

#[test]
fn changes_of_one_entity_are_never_in_one_request() {
    let name = |id: i64, name: &str| (ContactId::new(id), ContactPatch::new().name(name));
    let patches = [name(1, "a"), name(2, "b"), name(1, "c"), name(3, "d")];
    let requests = offline().contacts().update_many(patches).to_requests().unwrap();
    assert_eq!(
        requests.iter().map(line).collect::<Vec<_>>(),
        [
            r#"PATCH /api/v4/contacts [{"id":1,"name":"a","request_id":"0"},{"id":2,"name":"b","request_id":"1"}]"#,
            r#"PATCH /api/v4/contacts [{"id":1,"name":"c","request_id":"2"},{"id":3,"name":"d","request_id":"3"}]"#,
        ]
    );
}

#[tokio::test]
async fn an_iterator_of_millions_is_taken_piece_by_piece() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let taken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&taken);
    let items = (0..5_000_000).map(move |number| {
        count.fetch_add(1, Ordering::Relaxed);
        named(number)
    });
    let call = client.contacts().create_many(items).per_request(10).concurrency(2);
    assert_eq!(taken.load(Ordering::Relaxed), 0, "nothing is taken before it is polled");
    let mut outcomes = call.outcomes();
    for expected in 0..100 {
        let (place, outcome) = outcomes.next().await.unwrap();
        assert_eq!(place, expected);
        let id = outcome.done().unwrap().id.get();
        assert_eq!(sandbox.entity("contacts", id).unwrap()["name"], format!("Contact {place}"));
    }
    let taken = taken.load(Ordering::Relaxed);
    assert!(taken <= 200, "{taken} of the items were taken");
    drop(outcomes);
    let there = contacts_in(&client).await;
    assert!((100..=taken).contains(&there), "{there}; the client works on");
}

/// A server that says how many requests it has had at once.
fn crowd() -> (Client, Arc<AtomicUsize>) {
    let most = Arc::new(AtomicUsize::new(0));
    let (seen, now) = (Arc::clone(&most), Arc::new(AtomicUsize::new(0)));
    let service = tower::service_fn(move |_: http::Request<Bytes>| {
        let (seen, now) = (Arc::clone(&seen), Arc::clone(&now));
        async move {
            seen.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
            now.fetch_sub(1, Ordering::SeqCst);
            let answer = http::Response::new(Full::new(Bytes::from_static(b"{}")));
            Ok::<_, Infallible>(answer)
        }
    });
    (Client::from_service("example.amocrm.ru", service).unwrap(), most)
}

#[tokio::test]
async fn as_many_requests_are_under_way_as_there_may_be() {
    for (said, expected) in [(None, 4), (Some(1), 1), (Some(0), 1), (Some(7), 7)] {
        let (client, most) = crowd();
        let mut call = client.contacts().create_many((0..100).map(named)).per_request(5);
        if let Some(said) = said {
            call = call.concurrency(said);
        }
        let batch = call.await;
        assert_eq!(told(batch.outcomes()), "not mentioned 100");
        assert_eq!(most.load(Ordering::SeqCst), expected);
    }
}

#[tokio::test]
async fn a_stop_half_way_waits_for_what_was_sent_and_gives_the_rest_back() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let stop = Stop::new();
    let call = client.contacts().create_many((0..1000).map(named)).per_request(10);
    let mut outcomes = call.concurrency(2).stop_on(&stop).outcomes();
    let mut all = Vec::new();
    while let Some((place, outcome)) = outcomes.next().await {
        assert_eq!(place, all.len());
        if place == 14 {
            stop.stop();
        }
        all.push(outcome);
    }
    let done = all.iter().filter(|outcome| outcome.done().is_some()).count();
    assert_eq!(told(&all), format!("done {done}, not sent {}", 1000 - done));
    assert!(
        (20..=100).contains(&done),
        "{done}: as many as may wait for an earlier one, and a request"
    );
    assert_eq!(contacts_in(&client).await, done);
    assert!(all[999].error().is_none(), "nothing failed");
    assert_eq!(all.pop().unwrap().into_item(), Some(named(999)));

    let before = sandbox.log().len();
    let batch = client.contacts().create_many((0..3).map(named)).stop_on(&stop).await;
    assert_eq!(told(batch.outcomes()), "not sent 3");
    assert_eq!(sandbox.log().len(), before);
}

#[tokio::test]
async fn what_makes_no_json_is_refused_and_the_others_are_written() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let firm = Field::<LegalEntity>::id(1);
    let items = move || {
        (0..3).map(move |number| match number {
            1 => named(number).set(firm, [LegalEntityValue::new("")]),
            _ => named(number),
        })
    };
    let batch = client.contacts().create_many(items()).await;
    assert_eq!(told(batch.outcomes()), "done 1, refused 1, done 1");
    let error = batch.outcomes()[1].error().unwrap();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("custom field 1"), "{error}");
    assert_eq!(sandbox.log().count("POST", CONTACTS), 1);
    let error = client.contacts().create_many(items()).to_requests().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}

#[tokio::test]
async fn what_a_stream_gives_is_written_too() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let slowly = stream::iter(0..25).then(async |number| {
        tokio::task::yield_now().await;
        named(number)
    });
    let created = client.contacts().create_stream(slowly).per_request(10).await;
    assert_eq!(told(created.outcomes()), "done 25");
    assert_eq!(sandbox.log().count("POST", CONTACTS), 3, "full requests");
    let ids: Vec<_> = created.done().map(|(_, created)| created.id).collect();
    let patches = stream::iter(ids.clone()).map(|id| (id, ContactPatch::new().name("Vera")));
    let changed = client.contacts().update_stream(patches).await;
    assert!(changed.is_complete());
    assert_eq!(sandbox.entity("contacts", ids[24].get()).unwrap()["name"], "Vera");
}

#[tokio::test]
async fn a_stream_without_an_end_is_not_waited_for_after_a_stop_or_a_failure() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let endless = || stream::iter((0..25).map(named)).chain(stream::pending());
    let stop = Stop::new();
    let call = client.contacts().create_stream(endless()).per_request(10).stop_on(&stop);
    let mut outcomes = call.outcomes();
    let mut all = Vec::new();
    while let Some((_, outcome)) = outcomes.next().await {
        all.push(outcome);
        if all.len() == 20 {
            stop.stop();
        }
    }
    assert_eq!(told(&all), "done 20, not sent 5");
    sandbox.faults().add(Fault::status(403).method("POST").path(CONTACTS));
    let call = client.contacts().create_stream(endless()).per_request(10).concurrency(1);
    assert_eq!(told(call.await.outcomes()), "refused 10, not sent 15");
}

#[tokio::test]
async fn what_is_too_large_goes_in_halves() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    sandbox.faults().add(Fault::status(413).method("POST").path(CONTACTS).times(2));
    let call = client.contacts().create_many((0..100).map(named)).concurrency(1);
    let batch = call.await;
    assert_eq!(told(batch.outcomes()), "done 100");
    for (place, receipt) in batch.done() {
        let stored = sandbox.entity("contacts", receipt.id.get()).unwrap();
        assert_eq!(stored["name"], format!("Contact {place}"));
    }
    assert_eq!(contacts_in(&client).await, 100, "each once");
}

/// A client that repeats nothing, on a clock that stands.
async fn once() -> (Client, Sandbox, amo_sandbox::Server) {
    let sandbox = Sandbox::builder().contacts(300).rate_limit(RateLimit::Off).build();
    let server = sandbox.serve("127.0.0.1:0").await.unwrap();
    let mut settings = Settings::default();
    settings.attempts = 1;
    let client = Client::builder(server.base_url())
        .auth(LongLived::new(sandbox.connection().long_lived_token))
        .rate_limiter(Unlimited)
        .settings(settings)
        .clock(ManualClock::new(Timestamp::new(1_700_000_000)))
        .build()
        .unwrap();
    (client, sandbox, server)
}

#[tokio::test]
async fn changes_that_take_too_long_go_in_halves_by_choice_and_creations_never() {
    let (client, sandbox, _server) = once().await;
    let timeout = |method: &str| Fault::status(504).method(method).path(CONTACTS);
    let patches = || (0..200).map(|number| (id(number), ContactPatch::new().name("Vera")));

    sandbox.faults().add(timeout("PATCH").after_work());
    let call = client.contacts().update_many(patches()).per_request(100).concurrency(1);
    let batch = call.halve_on_timeout().await;
    assert_eq!(told(batch.outcomes()), "done 200");
    assert_eq!(sandbox.log().count("PATCH", CONTACTS), 5, "100, 50, 50, then by 50");

    sandbox.faults().add(timeout("PATCH"));
    let call = client.contacts().update_many(patches()).per_request(100).concurrency(1);
    let batch = call.await;
    assert_eq!(told(batch.outcomes()), "unknown 100, not sent 100");

    sandbox.faults().add(timeout("POST").after_work());
    let batch = client.contacts().create_many((0..60).map(named)).concurrency(1).await;
    assert_eq!(told(batch.outcomes()), "unknown 50, not sent 10");
    assert_eq!(sandbox.log().count("POST", CONTACTS), 1);
    let now = Timestamp::new(1_700_000_000);
    let (place, unknown) = batch.into_unknown().last().unwrap();
    assert_eq!((place, unknown.item), (49, named(49)));
    assert_eq!((unknown.attempt.started, unknown.attempt.ended), (now, now));
    assert_eq!(unknown.error.status(), Some(504));
}

#[tokio::test]
async fn what_is_to_go_in_halves_is_not_repeated_as_a_whole_for_long() {
    let (client, sandbox, _server) = start(Sandbox::builder().contacts(40)).await;
    sandbox.faults().add(Fault::status(504).method("PATCH").path(CONTACTS).times(2));
    let patches = (0..40).map(|number| (id(number), ContactPatch::new().name("Vera")));
    let batch = client.contacts().update_many(patches).halve_on_timeout().await;
    assert_eq!(told(batch.outcomes()), "done 40");
    assert_eq!(sandbox.log().count("PATCH", CONTACTS), 4, "twice 40, then twice 20");
}

#[tokio::test]
async fn what_an_earlier_attempt_may_have_changed_is_not_called_refused() {
    let (client, sandbox, _server) = start(Sandbox::builder().contacts(2)).await;
    let patches = || (0..2).map(|number| (id(number), ContactPatch::new().name("Vera")));
    let fault = |status| Fault::status(status).method("PATCH").path(CONTACTS);
    // The change is made, and what repeats it is refused.
    sandbox.faults().add(fault(502).after_work());
    sandbox.faults().add(fault(403));
    let batch = client.contacts().update_many(patches()).await;
    assert_eq!(told(batch.outcomes()), "unknown 2");
    assert_eq!(sandbox.entity("contacts", id(1).get()).unwrap()["name"], "Vera");
    sandbox.faults().add(fault(403));
    let batch = client.contacts().update_many(patches()).await;
    assert_eq!(told(batch.outcomes()), "refused 2");
}

#[tokio::test]
async fn what_is_under_way_when_another_request_fails_has_its_own_outcome() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let refusal = r#"{"title":"Payment required","status":402,"detail":"not paid"}"#;
    let paid = Fault::status(402).method("POST").path(CONTACTS).skip(1).body(refusal);
    sandbox.faults().add(paid);
    let call = client.contacts().create_many((0..400).map(named)).per_request(10);
    let batch = call.await;
    let failures: Vec<_> = batch.failures().map(|(_, outcome)| outcome).collect();
    let refused = failures.iter().filter(|one| matches!(one, Outcome::Refused { .. })).count();
    assert_eq!(refused, 10, "one request was refused");
    assert!(failures.iter().all(|one| one.error().unwrap().status() == Some(402)));
    let done = batch.done().count();
    assert_eq!(told(batch.outcomes().iter().rev().take(1)), "not sent 1");
    assert_eq!(contacts_in(&client).await, done);
    let sent = sandbox.log().count("POST", CONTACTS);
    assert!((2..=17).contains(&sent), "{sent} requests, then no more");
    assert_eq!(done, 10 * (sent - 1));
    let left = batch.into_not_sent().map(|(_, item)| item).collect::<Vec<_>>();
    let again = client.contacts().create_many(left).per_request(10).await;
    assert!(again.is_complete(), "what was not sent can be sent");
}

#[tokio::test]
async fn the_last_change_of_an_entity_is_the_one_that_stays() {
    let (client, sandbox, _server) = start(Sandbox::builder().contacts(8)).await;
    let patches = (0..64)
        .map(|number| (id(number % 7), ContactPatch::new().name(format!("change {number}"))));
    let batch = client.contacts().update_many(patches).per_request(3).await;
    assert_eq!(told(batch.outcomes()), "done 64");
    for number in 57..64 {
        let stored = sandbox.entity("contacts", id(number % 7).get()).unwrap();
        assert_eq!(stored["name"], format!("change {number}"));
    }
    assert!(
        batch.done().all(|(place, receipt)| receipt.id == id(i64::try_from(place % 7).unwrap()))
    );
}

#[tokio::test]
async fn the_first_invalid_item_stops_by_choice() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let items = (0..30).map(|number| match number {
        12 => named(number).responsible_user_id(UserId::new(1)),
        _ => named(number),
    });
    let call = client.contacts().create_many(items).per_request(10).concurrency(1);
    let batch = call.stop_at_first_invalid().await;
    assert_eq!(told(batch.outcomes()), "done 10, not sent 2, invalid 1, not sent 17");
    assert_eq!(batch.outcomes()[11].error().unwrap().status(), Some(400));
    assert_eq!(sandbox.log().count("POST", CONTACTS), 2);
    assert_eq!(contacts_in(&client).await, 10);
}

#[tokio::test]
async fn calls_of_unknown_numbers_are_rejected_and_the_others_saved() {
    let (client, _sandbox, _server) = start(Sandbox::builder()).await;
    let known = NewContact::new().name("Vera").add(PHONE, ("+70000000001", "MOB"));
    client.contacts().create(known).await.unwrap();
    let call = |phone: &str| NewCall::new(CallDirection::Inbound, 61, "pbx", phone);
    let phones = ["+70000000001", "+79999999999", "80000000001"];
    let batch = client.calls().create_many(phones.map(call)).await;
    assert_eq!(told(batch.outcomes()), "done 1, rejected 1, done 1");
    let Outcome::Rejected { item, reasons } = &batch.outcomes()[1] else { panic!("{batch:?}") };
    assert_eq!(**item, call("+79999999999"));
    let words = reasons[0].detail.as_deref().unwrap();
    assert!(words.contains("phone number not found"), "{words}");
    // Where nothing could be saved the status is 400: to the caller it is the same.
    let batch = client.calls().create_many([call("+79999999999"), call("+79999999998")]).await;
    assert_eq!(told(batch.outcomes()), "rejected 2");
}

#[tokio::test]
async fn duplicates_among_complex_leads_share_one_receipt() {
    let (client, sandbox, _server) = start(Sandbox::builder().duplicate_control(true)).await;
    let lead = |name: &str, phone: &str| {
        let contact = NewContact::new().name(name).add(PHONE, (phone, "MOB"));
        NewComplexLead::new(NewLead::new().name(name)).contact(contact)
    };
    let first = client.leads().create_complex(&lead("first", "+70000000001")).await.unwrap();
    let leads = [
        lead("again", "+70000000001"),
        lead("other", "+70000000002"),
        lead("once more", "+70000000001"),
    ];
    let batch = client.leads().create_complex_many(leads.clone()).await;
    assert_eq!(told(batch.outcomes()), "done 3");
    let ids: Vec<_> = batch.done().map(|(_, lead)| (lead.id, lead.merged == Some(true))).collect();
    assert_eq!((ids[0], ids[2]), ((first.id, true), (first.id, true)));
    assert!(ids[1].0 != first.id && !ids[1].1);
    let batch = client.leads().create_complex_stream(stream::iter(leads)).await;
    assert_eq!(batch.done().map(|(_, lead)| lead.id).collect::<Vec<_>>().len(), 3);
    assert_eq!(sandbox.log().count("POST", "/api/v4/leads/complex"), 3);
}
