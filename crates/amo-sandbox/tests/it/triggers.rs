//! Triggers of the digital pipeline, and bots that ask widgets.

use crate::common::inbox::{Behaves, Inbox, letter, letters};
use crate::common::{Client, START, quiet};
use amo_sandbox::{CustomersMode, TriggerOn, demo};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha512;

const URL: &str = "https://hook.example.test/dp";

fn boxed() -> (Client, Inbox) {
    let inbox = Inbox::default();
    let sandbox = quiet().webhook_sink(inbox.clone()).customers_mode(CustomersMode::Periodicity);
    (Client::of(&sandbox.contacts(1).build()), inbox)
}

fn form(pairs: &[(&str, i64)]) -> Vec<(String, String)> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), value.to_string())).collect()
}

#[tokio::test]
async fn a_lead_that_comes_into_a_stage_is_posted_once() {
    let told = boxed();
    let client = &told.0;
    client.sandbox.add_trigger(TriggerOn::Status(demo::STATUS_TALKS), URL);
    let lead = client.add("leads", json!({})).await;
    assert!(letters(&told).await.is_empty(), "another stage");
    told.1.always(Behaves::Answers(500));
    let path = format!("/api/v4/leads/{lead}");
    client.patch(&path, json!({"status_id": demo::STATUS_TALKS})).await;
    let posted = letter(&told).await;
    assert_eq!((posted.method.as_str(), posted.uri.to_string()), ("POST", URL.to_owned()));
    assert_eq!(posted.headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(
        posted.form(),
        form(&[
            ("leads[status][0][id]", lead),
            ("leads[status][0][status_id]", demo::STATUS_TALKS),
            ("leads[status][0][pipeline_id]", demo::PIPELINE),
            ("leads[status][0][old_status_id]", demo::STATUS_FIRST),
            ("leads[status][0][old_pipeline_id]", demo::PIPELINE),
        ])
    );
    client.sandbox.calendar().set(START + 100_000);
    assert!(letters(&told).await.is_empty(), "it is never sent again");
    client.patch(&path, json!({"price": 5})).await;
    assert!(letters(&told).await.is_empty(), "it is there already");
    let born = client.add("leads", json!({"status_id": demo::STATUS_TALKS})).await;
    assert_eq!(letter(&told).await.get("leads[status][0][id]"), born.to_string());
    client.sandbox.clear_triggers();
    client.add("leads", json!({"status_id": demo::STATUS_TALKS})).await;
    assert!(letters(&told).await.is_empty());
}

#[tokio::test]
async fn customers_calls_chats_and_visits_fire_triggers() {
    let told = boxed();
    let client = &told.0;
    let sandbox = &client.sandbox;
    let statuses = client.read("/api/v4/customers/statuses").await;
    let statuses = &statuses["_embedded"]["statuses"];
    let (old, new) = (statuses[0]["id"].as_i64().unwrap(), statuses[2]["id"].as_i64().unwrap());
    let customer = client.add("customers", json!({"name": "x", "next_date": START})).await;
    sandbox.add_trigger(TriggerOn::Period(new), URL);
    client.patch(&format!("/api/v4/customers/{customer}"), json!({"status_id": new})).await;
    assert_eq!(
        letter(&told).await.form(),
        form(&[
            ("customers[period][0][id]", customer),
            ("customers[period][0][period_id]", new),
            ("customers[period][0][old_period_id]", old),
        ])
    );
    let contact = demo::FIRST_CONTACT;
    let lead = json!({"_embedded": {"contacts": [{"id": contact}]}});
    let lead = client.add("leads", lead).await;
    for on in [TriggerOn::CallIn, TriggerOn::Chat, TriggerOn::SiteVisit] {
        sandbox.add_trigger(on, URL);
    }
    let ids = |event: &str| {
        form(&[
            (&format!("leads[{event}][0][id]"), lead),
            (&format!("leads[{event}][0][status_id]"), demo::STATUS_FIRST),
            (&format!("leads[{event}][0][pipeline_id]"), demo::PIPELINE),
        ])
    };
    let notes = format!("/api/v4/leads/{lead}/notes");
    let call = json!([{"note_type": "call_in", "params": {"uniq": "u", "duration": 61,
        "source": "pbx", "phone": "+7", "call_responsible": "Anna"}}]);
    client.post(&notes, call).await;
    assert_eq!(letter(&told).await.form(), ids("call_in"));
    let visit = json!([{"note_type": "site_visit", "params": {"url": "https://example.test"}}]);
    client.post(&notes, visit).await;
    assert_eq!(letter(&told).await.form(), ids("site_visit"));
    sandbox.client_writes(contact, "Hello").unwrap();
    assert_eq!(letter(&told).await.form(), ids("chat"));
    client.post(&notes, json!([{"note_type": "common", "params": {"text": "x"}}])).await;
    assert!(letters(&told).await.is_empty());
}

#[tokio::test]
async fn a_widget_is_told_what_happened_and_what_was_set_in_it() {
    let told = boxed();
    let client = &told.0;
    let on = TriggerOn::Status(demo::STATUS_TALKS);
    client.sandbox.add_widget_trigger(on, URL, json!({"template": "t1", "users": [5]}));
    let lead = client.add("leads", json!({})).await;
    let path = format!("/api/v4/leads/{lead}");
    client.patch(&path, json!({"status_id": demo::STATUS_TALKS})).await;
    let posted = letter(&told).await;
    for (key, value) in [
        ("event[type]", "14".to_owned()),
        ("event[type_code]", "lead_status_changed".to_owned()),
        ("event[data][id]", lead.to_string()),
        ("event[data][element_type]", "2".to_owned()),
        ("event[data][status_id]", demo::STATUS_TALKS.to_string()),
        ("event[data][pipeline_id]", demo::PIPELINE.to_string()),
        ("event[data][direction_of_movement]", "went_to_trigger".to_owned()),
        ("event[time]", START.to_string()),
        ("action[settings][widget][settings][template]", "t1".to_owned()),
        ("action[settings][widget][settings][users][0]", "5".to_owned()),
        ("subdomain", "demo".to_owned()),
        ("account_id", demo::ACCOUNT.to_string()),
    ] {
        assert_eq!(posted.get(key), value, "{key}");
    }
    client.add("leads", json!({"status_id": demo::STATUS_TALKS})).await;
    assert_eq!(letter(&told).await.get("event[type_code]"), "lead_added");
}

/// The claims of a token, when its signature is right.
fn claims(token: &str) -> Value {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let mut mac = Hmac::<Sha512>::new_from_slice(demo::CLIENT_SECRET.as_bytes()).unwrap();
    mac.update(signed.as_bytes());
    mac.verify_slice(&URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let read = |part: &str| -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    assert_eq!(read(header)["alg"], "HS512");
    read(claims)
}

#[tokio::test]
async fn a_bot_that_runs_asks_its_widget_and_is_answered() {
    let told = boxed();
    let client = &told.0;
    let lead = client.add("leads", json!({})).await;
    let data = json!({"message": "{{message_text}}", "from": "widget"});
    let widget = "https://widget.example.test:8443/ask?k=1";
    assert!(!client.sandbox.teach_bot(5, widget, data.clone()));
    assert!(client.sandbox.teach_bot(demo::BOT, widget, data.clone()));
    let target = json!({"entity_id": lead, "entity_type": "leads"});
    let run = format!("/api/v4/bots/{}/run", demo::BOT);
    assert_eq!(client.post(&run, target.clone()).await.status, 202);
    let asked = letter(&told).await;
    assert_eq!(
        (asked.uri.to_string().as_str(), &asked.headers["content-type"]),
        (widget, &"application/json".parse().unwrap())
    );
    let question: Value = serde_json::from_str(&asked.body).unwrap();
    assert_eq!(question["data"], data);
    let claims = claims(question["token"].as_str().unwrap());
    let expected = json!({"iss": "https://demo.amocrm.ru", "aud": "https://widget.example.test",
        "iat": START, "nbf": START, "exp": START + 1800, "account_id": demo::ACCOUNT,
        "subdomain": "demo", "client_uuid": demo::CLIENT_ID, "bot_type": "salesbot",
        "entity_type": "lead", "entity_id": lead});
    assert_eq!(claims, expected);
    let path = |question: &Value| {
        let url = question["return_url"].as_str().unwrap();
        url.strip_prefix("http://box.test").unwrap().to_owned()
    };
    let first = path(&question);
    assert!(first.starts_with(&format!("/api/v4/salesbot/{}/continue/", demo::BOT)), "{first}");

    let other = json!([{"bot_id": demo::BOT_GREETING, "entity_id": lead, "entity_type": "leads"}]);
    assert_eq!(client.post("/api/v4/bots/run", other).await.status, 202);
    assert!(letters(&told).await.is_empty(), "it was taught nothing");
    assert_eq!(client.post(&first, json!({})).await.status, 404, "another bot runs there now");
    client.post(&run, target.clone()).await;
    let again: Value = serde_json::from_str(&letter(&told).await.body).unwrap();
    assert_eq!(
        client.post(&path(&again), json!({"data": {"status": "success"}})).await.status,
        202
    );
    client.post(&run, target.clone()).await;
    let last: Value = serde_json::from_str(&letter(&told).await.body).unwrap();
    let stop = format!("/api/v4/bots/{}/stop", demo::BOT);
    assert_eq!(client.post(&stop, target).await.status, 202);
    assert_eq!(client.post(&path(&last), json!({})).await.status, 404, "it was stopped");
}
