//! What goes wrong with following changes, one thing at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use amo_api::{AnyChange, Change, Checkpoint, Client, ErrorKind, Followed};
use amo_auth::LongLived;
use amo_core::{Contact, ContactId, Lead, LeadId, NoteParent, Timestamp};
use amo_sandbox::{ApiFilter, Fault, RateLimit, Sandbox, SandboxBuilder, demo};
use amo_transport::Unlimited;
use bytes::Bytes;
use futures_util::FutureExt as _;
use http_body_util::{BodyExt as _, Full};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::common::start;

const START: i64 = 1_750_000_000;

fn quiet() -> SandboxBuilder {
    Sandbox::builder().manual_calendar(START).rate_limit(RateLimit::Off)
}

/// A client without a socket, of a server that answers something else than the box, by the path and query
/// of the request: null is 204.
fn tampered(
    sandbox: &Sandbox,
    change: impl Fn(&str, &mut Value) + Clone + Send + Sync + 'static,
) -> Client {
    let service = sandbox.service();
    let tampering = tower::service_fn(move |request: http::Request<Bytes>| {
        let (service, change) = (service.clone(), change.clone());
        async move {
            let asked = request.uri().path_and_query().unwrap().to_string();
            let answer = service.oneshot(request.map(Full::new)).await.unwrap();
            let (mut head, body) = answer.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            let mut json: Value = serde_json::from_slice(&body).unwrap_or_default();
            change(&asked, &mut json);
            let is_empty = json.is_null();
            if is_empty {
                head.status = http::StatusCode::NO_CONTENT;
            } else if head.status == http::StatusCode::NO_CONTENT {
                head.status = http::StatusCode::OK;
            }
            if json["no_date"] == true {
                head.headers.remove("date");
            }
            let body = if is_empty { String::new() } else { json.to_string() };
            Ok::<_, std::convert::Infallible>(http::Response::from_parts(
                head,
                Full::new(Bytes::from(body)),
            ))
        }
    });
    Client::builder("demo.amocrm.ru")
        .auth(LongLived::new(sandbox.connection().long_lived_token))
        .rate_limiter(Unlimited)
        .connector(tampering)
        .build()
        .unwrap()
}

/// What was asked for: path and query.
fn asked(sandbox: &Sandbox) -> Vec<String> {
    let entries = sandbox.log().entries();
    let decoded = |text: &str| text.replace("%5B", "[").replace("%5D", "]").replace("%2C", ",");
    let line =
        |path: &str, query: &str| format!("{}?{}", path.replace("/api/v4/", ""), decoded(query));
    entries.iter().map(|entry| line(&entry.path, &entry.query)).collect()
}

async fn leads(client: &Client, since: impl Into<Checkpoint>) -> (Vec<Change<Lead>>, Checkpoint) {
    let set = client.leads().changes(since).await.unwrap();
    (set.changes, set.checkpoint)
}

fn change_lead(sandbox: &Sandbox, index: i64, name: &str) {
    let path = format!("/api/v4/leads/{}", demo::FIRST_LEAD + index);
    assert_eq!(sandbox.act("PATCH", &path, &json!({"name": name})).0, 200);
}

fn ids(changes: &[Change<Lead>]) -> Vec<i64> {
    changes.iter().map(|change| change.id().get() - demo::FIRST_LEAD).collect()
}

const DELETIONS: &str =
    "filter[created_at][from]=1749999700&filter[created_at][to]=1750000100&limit=100&page=1";

#[tokio::test]
async fn what_is_asked_for_depends_on_what_the_account_heeds() {
    for (filter, list) in [
        (
            ApiFilter::On,
            "leads?with=contacts&filter[updated_at][from]=1749999700&order[id]=asc&limit=250&page=1",
        ),
        (ApiFilter::Ignored, "leads?with=contacts&order[updated_at]=desc&limit=250&page=1"),
        (ApiFilter::Refused, "leads?with=contacts&order[updated_at]=desc&limit=250&page=1"),
    ] {
        let (client, sandbox, _server) = start(quiet().leads(600).api_filter(filter)).await;
        sandbox.calendar().advance(Duration::from_secs(100));
        change_lead(&sandbox, 7, "Changed");
        let since = Timestamp::new(START);
        let set = client.leads().changes(since).with(amo_core::LeadWith::Contacts).await.unwrap();
        assert_eq!(ids(&set.changes), [7], "{filter:?}");
        assert_eq!(
            set.checkpoint.since(),
            Timestamp::new(START + 100),
            "by the clock of the server"
        );
        assert_eq!(
            asked(&sandbox),
            [
                "account?with=is_api_filter_enabled",
                &format!(
                    "events?filter[entity][0]=lead&filter[type][0]=lead_deleted&filter[type][1]=lead_restored\
                     &filter[type][2]=entity_merged&{DELETIONS}"
                ),
                "leads?with=only_deleted&order[updated_at]=desc&limit=250&page=1",
                list
            ]
        );
    }
    // Tasks cannot be ordered by their changes; notes are asked for by what they belong to.
    let (client, sandbox, _server) = start(quiet().leads(1)).await;
    sandbox.calendar().advance(Duration::from_secs(100));
    client.tasks().changes(Timestamp::new(START)).await.unwrap();
    client.notes(LeadId::new(demo::FIRST_LEAD)).changes(Timestamp::new(START)).await.unwrap();
    client.events().changes(Timestamp::new(START)).await.unwrap();
    let asked = asked(&sandbox);
    assert_eq!(
        asked[2],
        "tasks?filter[updated_at][from]=1749999700&order[id]=asc&limit=250&page=1"
    );
    assert_eq!(
        asked[4],
        format!(
            "events?filter[entity][0]=lead&filter[type][0]=common_note_deleted&filter[entity_id][0]=3000001&{DELETIONS}"
        )
    );
    assert_eq!(
        asked[5],
        "leads/3000001/notes?filter[updated_at][from]=1749999700&order[id]=asc&limit=250&page=1"
    );
    assert_eq!(asked[7], format!("events?{DELETIONS}"));
    assert_eq!(asked.len(), 8);
}

#[tokio::test]
async fn of_several_lists_the_deletions_are_asked_for_together() {
    let (client, sandbox, _server) = start(quiet().leads(3).contacts(3)).await;
    let note =
        json!([{"entity_id": demo::FIRST_LEAD, "note_type": "common", "params": {"text": "a"}}]);
    let note_of = |parent: &str, entity: i64| {
        let mut note = note.clone();
        note[0]["entity_id"] = entity.into();
        let (_, made) = sandbox.act("POST", &format!("/api/v4/{parent}/notes"), &note);
        made["_embedded"]["notes"][0]["id"].as_i64().unwrap()
    };
    let of_lead = note_of("leads", demo::FIRST_LEAD);
    let of_contact = note_of("contacts", demo::FIRST_CONTACT);
    sandbox.calendar().advance(Duration::from_secs(1000));
    assert!(sandbox.delete("notes", of_lead) && sandbox.delete("notes", of_contact));
    assert!(sandbox.delete("leads", demo::FIRST_LEAD + 1));
    let lists = [Followed::Leads, Followed::Tasks, Followed::Notes(NoteParent::Leads)];
    let set = client.changes(Timestamp::new(START + 900)).of(lists).await.unwrap();
    assert_eq!(
        set.changes,
        [
            AnyChange::Lead(Change::Gone(LeadId::new(demo::FIRST_LEAD + 1))),
            // Not that of the contact.
            AnyChange::Note(NoteParent::Leads, Change::Gone(amo_core::NoteId::new(of_lead))),
        ]
    );
    let asked = asked(&sandbox);
    assert_eq!(
        asked[1],
        "events?filter[entity][0]=lead&filter[entity][1]=task&filter[type][0]=lead_deleted\
         &filter[type][1]=lead_restored&filter[type][2]=entity_merged&filter[type][3]=task_deleted\
         &filter[type][4]=common_note_deleted&filter[created_at][from]=1750000600\
         &filter[created_at][to]=1750001000&limit=100&page=1"
    );
    assert_eq!(asked.len(), 6, "{asked:?}");
}

#[tokio::test]
async fn an_account_that_says_it_heeds_filters_is_not_believed() {
    for filter in [ApiFilter::Ignored, ApiFilter::Refused] {
        let sandbox = quiet().leads(300).api_filter(filter).build();
        let client = tampered(&sandbox, |asked, json| {
            if asked.starts_with("/api/v4/account") {
                json["is_api_filter_enabled"] = true.into();
            }
        });
        sandbox.calendar().advance(Duration::from_secs(1000));
        change_lead(&sandbox, 270, "Changed");
        let (changes, _) = leads(&client, Timestamp::new(START + 900)).await;
        assert_eq!(ids(&changes), [270], "{filter:?}: not everything that came");
    }
}

#[tokio::test]
async fn what_changes_again_within_a_second_is_told_and_the_rest_is_not_told_again() {
    let (client, sandbox, _server) = start(quiet().leads(30)).await;
    sandbox.calendar().advance(Duration::from_secs(1000));
    change_lead(&sandbox, 1, "One");
    change_lead(&sandbox, 2, "Two");
    let (changes, checkpoint) = leads(&client, Timestamp::new(START + 900)).await;
    assert_eq!(changes.len(), 2);
    // The same second: `updated_at` is the same as before.
    change_lead(&sandbox, 2, "Two again");
    assert!(sandbox.delete("leads", demo::FIRST_LEAD + 3));
    let (changes, checkpoint) = leads(&client, checkpoint).await;
    assert_eq!(ids(&changes), [2, 3]);
    assert!(
        matches!(&changes[0], Change::Upsert(lead) if lead.name.as_deref() == Some("Two again"))
    );
    assert_eq!(changes[1], Change::Gone(LeadId::new(demo::FIRST_LEAD + 3)));
    assert!(sandbox.restore("leads", demo::FIRST_LEAD + 3));
    let (changes, checkpoint) = leads(&client, checkpoint).await;
    assert_eq!(ids(&changes), [3], "deleted and restored in one second: only that it is there");
    sandbox.calendar().advance(Duration::from_secs(10));
    assert!(sandbox.delete("leads", demo::FIRST_LEAD + 4));
    sandbox.calendar().advance(Duration::from_secs(10));
    assert!(sandbox.restore("leads", demo::FIRST_LEAD + 4));
    let (changes, checkpoint) = leads(&client, checkpoint).await;
    assert_eq!(ids(&changes), [4, 4]);
    assert!(matches!(changes[0], Change::Restored(_)) && matches!(changes[1], Change::Upsert(_)));
    assert_eq!(leads(&client, checkpoint).await.0, []);
}

#[tokio::test]
async fn the_bin_tells_what_events_do_not_and_events_what_the_bin_does_not() {
    let sandbox = quiet().contacts(30).build();
    sandbox.calendar().advance(Duration::from_secs(1000));
    assert!(sandbox.delete("contacts", demo::FIRST_CONTACT + 3));
    let without_events = tampered(&sandbox, |asked, json| {
        if asked.starts_with("/api/v4/events") {
            *json = Value::Null;
        }
    });
    // A server that does not know what `only_deleted` is.
    let live = Sandbox::act(&sandbox, "GET", "/api/v4/contacts?limit=250", &Value::Null).1;
    let without_bin = tampered(&sandbox, move |asked, json| {
        if asked.contains("only_deleted") {
            *json = live.clone();
        }
    });
    for client in [without_events, without_bin] {
        let set = client.contacts().changes(Timestamp::new(START + 900)).await.unwrap();
        assert_eq!(set.changes, [Change::Gone(ContactId::new(demo::FIRST_CONTACT + 3))]);
    }
}

#[tokio::test]
async fn of_merged_contacts_one_is_gone_and_the_other_is_read() {
    let sandbox = quiet().contacts(30).build();
    let (kept, lost) = (demo::FIRST_CONTACT + 3, demo::FIRST_CONTACT + 4);
    assert!(sandbox.delete("contacts", lost));
    sandbox.calendar().advance(Duration::from_secs(1000));
    // Whichever of them the event is of; nothing else tells of it.
    let client = tampered(&sandbox, move |asked, json| {
        if asked.starts_with("/api/v4/events") {
            let event = |number: i64, id: i64| {
                json!({"id": format!("0{number}"), "type": "entity_merged", "entity_type": "contact",
                    "entity_id": id, "created_at": START + 1000})
            };
            *json = json!({"_embedded": {"events": [event(1, kept), event(2, lost)]}});
        }
        if asked.contains("only_deleted") {
            *json = Value::Null;
        }
    });
    let mut changes = client.contacts().changes(Timestamp::new(START + 900)).await.unwrap().changes;
    changes.sort_by_key(|change: &Change<Contact>| change.id().get());
    assert!(
        matches!(&changes[0], Change::Upsert(contact) if contact.id.get() == kept),
        "{changes:?}"
    );
    assert_eq!(changes[1..], [Change::Gone(ContactId::new(lost))]);
}

/// The page that is asked for, of these rows.
fn page_of(asked: &str, rows: Vec<Value>) -> Value {
    let number = |name: &str| -> usize {
        let (_, rest) = asked.split_once(&format!("{name}=")).unwrap();
        rest.split('&').next().unwrap().parse().unwrap()
    };
    let (limit, page) = (number("limit"), number("page"));
    let more = rows.len() > limit * page;
    let rows: Vec<Value> = rows.into_iter().skip(limit * (page - 1)).take(limit).collect();
    let mut list = json!({"_embedded": {"leads": rows}});
    if more {
        list["_links"] = json!({"next": {"href": "https://demo.amocrm.ru/api/v4/leads?page=x"}});
    }
    list
}

#[tokio::test]
async fn an_order_that_the_server_does_not_keep_makes_no_end() {
    let sandbox = quiet().leads(90).build();
    sandbox.calendar().set(START + 1000);
    change_lead(&sandbox, 80, "Changed");
    let all = Sandbox::act(&sandbox, "GET", "/api/v4/leads?limit=250", &Value::Null).1;
    let all = all["_embedded"]["leads"].as_array().unwrap().clone();
    let client = tampered(&sandbox, move |asked, json| {
        if asked.starts_with("/api/v4/leads?order") {
            *json = page_of(asked, all.clone());
        }
    });
    let set = client.leads().changes(Timestamp::new(START + 1000)).limit(20).await.unwrap();
    assert_eq!(ids(&set.changes), [80], "the newest was not the first");
}

#[tokio::test]
async fn waiting_for_the_next_change_can_be_given_up_and_begun_again() {
    let (client, _sandbox, _server) = start(quiet().leads(90)).await;
    let mut changes = client.leads().changes(Checkpoint::beginning()).limit(20).items();
    let mut found = Vec::new();
    loop {
        // Given up after one look, again and again.
        match changes.next().now_or_never() {
            None => tokio::task::yield_now().await,
            Some(Some(change)) => found.push(change.unwrap()),
            Some(None) => break,
        }
    }
    assert_eq!(ids(&found), (0..90).collect::<Vec<_>>());
    assert!(changes.checkpoint().is_some());
}

#[tokio::test]
async fn many_changes_of_one_second_come_once_each_however_they_are_ordered() {
    let sandbox = quiet().leads(90).build();
    sandbox.calendar().set(START + 1000);
    for lead in 0..80 {
        // Four of them in a second.
        sandbox.calendar().set(START + 1000 + lead / 4);
        change_lead(&sandbox, lead, "Changed");
    }
    let count = Arc::new(AtomicI64::new(0));
    let all = Sandbox::act(&sandbox, "GET", "/api/v4/leads?limit=250", &Value::Null).1;
    let all = all["_embedded"]["leads"].as_array().unwrap().clone();
    // A server that puts rows of the same time in another order each time.
    let client = tampered(&sandbox, move |asked, json| {
        if !asked.starts_with("/api/v4/leads?order") {
            return;
        }
        let mut rows = all.clone();
        let turn = count.fetch_add(1, Ordering::Relaxed) * 7 + 1;
        let mixed = |row: &Value| row["id"].as_i64().unwrap() * turn % 31;
        rows.sort_by_key(|row| (-row["updated_at"].as_i64().unwrap(), mixed(row)));
        *json = page_of(asked, rows);
    });
    for _ in 0..12 {
        let set = client.leads().changes(Timestamp::new(START + 1000)).limit(30).await.unwrap();
        let mut found = ids(&set.changes);
        found.sort_unstable();
        assert_eq!(found, (0..80).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_run_that_fails_has_no_checkpoint_and_a_page_that_is_too_much_is_made_smaller() {
    let (client, sandbox, _server) = start(quiet().leads(90)).await;
    sandbox.faults().add(Fault::status(402).path("/api/v4/leads").skip(1));
    let mut changes = client.leads().changes(Checkpoint::beginning()).limit(40).items();
    let mut found = 0;
    let error = loop {
        match changes.next().await.expect("an error") {
            Ok(_) => found += 1,
            Err(error) => break error,
        }
    };
    assert_eq!((found, error.kind()), (40, ErrorKind::PaymentRequired));
    assert!(changes.next().await.is_none(), "an end is an end");
    assert_eq!(changes.into_checkpoint(), None);

    // Once is taken for bad luck; three times is too much to do for one request.
    sandbox.log().clear();
    sandbox.faults().add(Fault::status(504).path("/api/v4/leads").times(3).skip(1));
    let set = client.leads().changes(Checkpoint::beginning()).limit(40).await.unwrap();
    assert_eq!(set.changes.len(), 90);
    let limits: Vec<_> = asked(&sandbox).into_iter().skip(1).collect();
    assert!(limits[1..4].iter().all(|asked| asked.contains("limit=39&page=2")), "{limits:?}");
    assert!(limits[4..].iter().all(|asked| !asked.contains("limit=39")), "{limits:?}");
}

#[tokio::test]
async fn what_a_checkpoint_is_not_good_for_is_refused() {
    let (client, sandbox, _server) = start(quiet().leads(3).contacts(3)).await;
    let (_, checkpoint) = leads(&client, Checkpoint::beginning()).await;
    let before = sandbox.log().len();
    let of_contacts = client.contacts().changes(checkpoint.clone()).await.unwrap_err();
    assert_eq!(of_contacts.kind(), ErrorKind::InvalidRequest);
    assert!(of_contacts.to_string().contains("did not read /api/v4/contacts"), "{of_contacts}");
    let of_none = client.changes(checkpoint.clone()).await.unwrap_err();
    assert_eq!(of_none.kind(), ErrorKind::InvalidRequest);
    assert_eq!(sandbox.log().len(), before, "nothing was sent");
    let (other, _, _server) = start(quiet().account_id(31)).await;
    let of_another = other.leads().changes(checkpoint.clone()).await.unwrap_err();
    assert!(of_another.to_string().contains("not of the account 31"), "{of_another}");
    // Together with others it is good for its own list still.
    let both = [Followed::Leads, Followed::Leads, Followed::Notes(NoteParent::Leads)];
    let set = client.changes(Timestamp::new(START)).of(both).await.unwrap();
    assert!(
        set.changes.iter().all(|change| matches!(change, AnyChange::Lead(_) | AnyChange::Note(..)))
    );
    assert!(client.leads().changes(set.checkpoint).await.is_ok());
}

#[tokio::test]
async fn without_the_time_of_the_server_nothing_is_followed() {
    let sandbox = quiet().leads(3).build();
    let client = tampered(&sandbox, |_, json| json["no_date"] = true.into());
    let error = client.leads().changes(Checkpoint::beginning()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("no `Date`"), "{error}");
}

#[tokio::test]
async fn lists_that_lie_about_their_end_come_to_one() {
    let sandbox = quiet().leads(70).build();
    // A next page is promised even behind the last one.
    let client = tampered(&sandbox, |asked, json| {
        if asked.starts_with("/api/v4/leads?") && !json.is_null() {
            json["_links"]["next"] =
                json!({"href": "https://demo.amocrm.ru/api/v4/leads?page=999"});
        }
    });
    let set = client.leads().changes(Checkpoint::beginning()).limit(20).await.unwrap();
    assert_eq!(ids(&set.changes), (0..70).collect::<Vec<_>>());
    // Whatever page is asked for, it is the first one.
    let first = Sandbox::act(&sandbox, "GET", "/api/v4/leads?limit=20", &Value::Null).1;
    let client = tampered(&sandbox, move |asked, json| {
        if asked.starts_with("/api/v4/leads?") {
            *json = first.clone();
        }
    });
    let error = client.leads().changes(Checkpoint::beginning()).limit(20).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("repeat each other"), "{error}");
}
