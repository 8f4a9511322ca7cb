#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod wire;

use amo_core::{
    CloseTalk, ContactId, Get, List, Scope, Talk, TalkEntityType, TalkFilter, TalkId, TalkMessage,
    TalkMessageFilter, Timestamp, one_from_slice,
};
use serde_json::{Value, json};
use wire::{asked, said, sent};

fn talk() -> Value {
    json!({
        "talk_id": 114, "created_at": 1_700_000_000, "updated_at": 1_700_000_100, "rate": 0,
        "contact_id": 501, "chat_id": "3b0c", "entity_id": 601, "entity_type": "lead",
        "is_in_work": true, "is_read": false, "origin": "telegram", "missed_at": null,
        "status": "nps_scheduled", "account_id": 1,
        "_links": { "self": { "href": "https://demo.amocrm.ru/api/v4/talks/114" } },
        "_embedded": { "contacts": [{ "id": 501 }], "leads": [{ "id": 601 }], "customers": [] },
    })
}

#[test]
fn a_talk_is_no_envelope_though_it_has_no_id() {
    let one: Talk = one_from_slice("talks", talk().to_string().as_bytes()).unwrap();
    assert_eq!(one.id, TalkId::new(114));
}

#[test]
fn bodies_and_filters_byte_for_byte() {
    assert_eq!(sent(&CloseTalk::new()), r#"{"force_close":false}"#);
    assert_eq!(sent(&CloseTalk::new().force()), r#"{"force_close":true}"#);
    let filter = TalkFilter::new()
        .id([TalkId::new(114)])
        .contact_id(ContactId::new(501))
        .entity_id(601)
        .entity_type(TalkEntityType::Lead)
        .only_in_work(true);
    assert_eq!(
        asked(&filter),
        "filter[talk_id][0]=114&filter[contact_id]=501&filter[entity_id]=601\
         &filter[entity_type]=lead&filter[only_in_work]=1"
    );
    let filter = TalkMessageFilter::new().created_at(Timestamp::new(5)..);
    assert_eq!(asked(&filter), "filter[created_at][from]=5");
}

#[test]
fn operations() {
    assert_eq!(said(&Talk::LIST), "talks.list GET /api/v4/talks Repeatable");
    assert_eq!(said(&Talk::GET), "talks.get GET /api/v4/talks/{id} Repeatable");
    assert_eq!(said(&Talk::CLOSE), "talks.close POST /api/v4/talks/{id}/close Repeatable");
    assert_eq!(
        said(&TalkMessage::LIST),
        "talk_messages.list GET /api/v4/talks/{talk_id}/messages Repeatable"
    );
    assert_eq!(TalkId::new(114).fill(&TalkMessage::LIST.path), "/api/v4/talks/114/messages");
}
