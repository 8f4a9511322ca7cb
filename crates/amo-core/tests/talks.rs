#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;
mod wire;

use amo_core::{
    ChatId, CloseTalk, ContactId, DeliveryStatus, Get, List, MessageAuthorType, MessageDirection,
    MessageType, Scope, Talk, TalkEntityType, TalkFilter, TalkId, TalkMessage, TalkMessageFilter,
    TalkStatus, Timestamp, one_from_slice,
};
use common::round_trip;
use serde_json::{Value, json};
use wire::{asked, read, said, sent};

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
fn a_talk_round_trips() {
    let json = talk();
    let talk: Talk = round_trip(&json);
    assert_eq!((talk.id, talk.chat_id), (TalkId::new(114), Some(ChatId::new("3b0c"))));
    assert_eq!(talk.entity_type, Some(TalkEntityType::Lead));
    assert_eq!(talk.status, Some(TalkStatus::NpsScheduled));
    assert_eq!(talk.embedded.contacts.unwrap()[0].id, ContactId::new(501));
    // It has `_embedded` and no `id`, and yet it is no envelope.
    let one: Talk = one_from_slice("talks", json.to_string().as_bytes()).unwrap();
    assert_eq!(one.id, TalkId::new(114));
}

#[test]
fn other_forms_are_understood() {
    round_trip::<Talk>(&json!({ "talk_id": 1, "entity_id": null, "entity_type": null }));
    let talk: Talk = read(&json!({
        "talk_id": "1", "is_read": "1", "rate": "5", "_embedded": [], "entity_type": "task",
        "new_member": 1,
    }));
    assert_eq!((talk.is_read, talk.rate), (Some(true), Some(5)));
    assert_eq!(talk.entity_type, Some(TalkEntityType::Other("task".to_owned())));
    assert_eq!(talk.extra.get("new_member"), Some(&json!(1)));
}

#[test]
fn a_message_round_trips() {
    let message: TalkMessage = round_trip(&json!({
        "id": "m-1", "type": "incoming", "message_type": "picture", "text": "Look",
        "created_at": 1_700_000_000, "author": { "id": "501", "type": "external", "name": "Oleg" },
        "delivery_status": "delivered", "attachment": { "link": "https://a.test/a.png" },
    }));
    assert_eq!(message.direction, Some(MessageDirection::Incoming));
    assert_eq!(message.message_type, Some(MessageType::Picture));
    assert_eq!(message.author.unwrap().kind, Some(MessageAuthorType::External));
    assert_eq!(message.delivery_status, Some(DeliveryStatus::Delivered));
    let bare: TalkMessage = read(&json!({ "id": 5, "author": { "id": 12 }, "text": null }));
    assert_eq!(bare.author.unwrap().id.as_deref(), Some("12"));
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
