#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_core::{
    AttachmentParams, Author, CallParams, CallResponsible, CallStatus, CashierStatus, ContactId,
    Create, DiffError, EntityType, GeolocationParams, Get, LeadId, List, ListQuery,
    MessageCashierParams, NewNote, Note, NoteContent, NoteFilter, NoteId, NoteOrder, NoteParent,
    NotePatch, NoteReceipt, NoteType, NoteWith, Page, PatchBody, QueryPart, Receipt, Repeat,
    Resource, Scope, ServiceMessageParams, SmsParams, TargetingParams, TargetingService, Timestamp,
    Update, UpdateMany, UserId,
};
use common::round_trip;
use serde_json::{Value, json};

fn note(note_type: &str, params: &Value) -> Value {
    json!({
        "id": 8801, "entity_id": 90001, "created_by": 12, "updated_by": 0,
        "created_at": 1_700_000_000, "updated_at": 1_700_000_100, "responsible_user_id": 12,
        "group_id": 0, "note_type": note_type, "params": params, "account_id": 777,
        "is_pinned": false,
        "_links": { "self": { "href": "https://demo.amocrm.ru/api/v4/leads/90001/notes/8801" } },
    })
}

fn read(note_type: &str, params: &Value) -> Note {
    round_trip(&note(note_type, params))
}

fn sent(body: &impl serde::Serialize) -> String {
    serde_json::to_string(body).unwrap()
}

#[test]
fn what_only_the_server_says_of_a_note_is_not_sent() {
    let before: Note = round_trip(&json!({ "id": 1, "note_type": "attachment", "params": {
        "file_uuid": "f", "file_name": "a.pdf", "original_name": "scan.pdf", "text": "a.pdf",
        "is_drive_attachment": true, "new": 1 } }));
    let mut after = before.clone();
    let NoteContent::Attachment(params) = &mut after.content else { panic!("{after:?}") };
    params.file_name = Some("b.pdf".to_owned());
    let expected = r#"{"note_type":"attachment","params":{"file_uuid":"f","file_name":"b.pdf"}}"#;
    assert_eq!(sent(&Note::diff(&before, &after).unwrap()), expected);
    assert_eq!(sent(&NewNote::new(after.content)), expected);
}

#[test]
fn the_members_of_a_call_are_typed() {
    let note =
        read("call_in", &json!({ "duration": 61, "call_responsible": 12, "call_status": 9 }));
    let NoteContent::CallIn(call) = note.content else { panic!("{:?}", note.content) };
    assert_eq!(call.call_responsible, Some(CallResponsible::User(UserId::new(12))));
    assert_eq!(call.call_status, Some(CallStatus::new(9)));
    assert_eq!(
        (note.created_by, note.updated_by),
        (Some(UserId::new(12).into()), Some(Author::Robot))
    );
}

#[test]
fn what_has_no_type_or_does_not_fit_is_kept() {
    for (note_type, params) in [
        ("chat", json!([])),
        ("chat", json!({ "chat_id": "a" })),
        ("new_type", json!({ "a": [1, { "b": null }] })),
        ("common", json!([])),
        ("common", json!(null)),
        ("common", json!({ "text": { "html": "x" } })),
        ("call_in", json!({ "call_responsible": [12] })),
        ("call_in", json!("none")),
    ] {
        let note = read(note_type, &params);
        let NoteContent::Other { note_type: kind, params: kept } = note.content else {
            panic!("{:?}", note.content)
        };
        assert_eq!((kind.unwrap().as_str(), kept), (note_type, Some(params)));
    }
    for body in [
        json!({ "id": 1 }),
        json!({ "id": 1, "note_type": "common" }),
        json!({ "id": 1, "note_type": null, "params": null }),
        json!({ "id": 1, "note_type": 4, "params": { "text": "x" } }),
        json!({ "id": 1, "params": { "text": "x" }, "new_member": 1, "entity_id": null }),
    ] {
        round_trip::<Note>(&body);
    }
    let note: Note = round_trip(&json!({ "id": 1, "note_type": "chat" }));
    assert_eq!(note.content, NoteContent::Other { note_type: Some(NoteType::Chat), params: None });
}

#[test]
fn new_notes_byte_for_byte() {
    let call = CallParams::new()
        .uniq("call-77")
        .duration(61)
        .source("pbx")
        .phone("+70000000001")
        .call_status(CallStatus::TALKED)
        .call_responsible(UserId::new(12));
    for (note, expected) in [
        (
            NewNote::new(NoteContent::common("Hello")),
            r#"{"note_type":"common","params":{"text":"Hello"}}"#,
        ),
        (
            NewNote::new(NoteContent::CallOut(call))
                .entity_id(90_001)
                .created_by(UserId::new(12))
                .is_need_to_trigger_digital_pipeline(false),
            concat!(
                r#"{"note_type":"call_out","params":{"uniq":"call-77","duration":61,"#,
                r#""source":"pbx","phone":"+70000000001","call_responsible":12,"#,
                r#""call_status":4},"entity_id":90001,"created_by":12,"#,
                r#""is_need_to_trigger_digital_pipeline":false}"#,
            ),
        ),
        (
            NewNote::new(NoteContent::ServiceMessage(ServiceMessageParams::new("Bot", "Done"))),
            r#"{"note_type":"service_message","params":{"service":"Bot","text":"Done"}}"#,
        ),
        (
            NewNote::new(NoteContent::MessageCashier(MessageCashierParams::new(
                CashierStatus::Created,
                "x",
            ))),
            r#"{"note_type":"message_cashier","params":{"status":"created","text":"x"}}"#,
        ),
        (
            NewNote::new(NoteContent::Geolocation(GeolocationParams::new("t", "a", "1.5", "2"))),
            concat!(
                r#"{"note_type":"geolocation","params":{"text":"t","address":"a","#,
                r#""longitude":"1.5","latitude":"2"}}"#,
            ),
        ),
        (
            NewNote::new(NoteContent::SmsOut(SmsParams::new("t", "+7"))),
            r#"{"note_type":"sms_out","params":{"text":"t","phone":"+7"}}"#,
        ),
        (
            NewNote::new(NoteContent::Attachment(AttachmentParams::new("f", "Scan"))),
            r#"{"note_type":"attachment","params":{"file_uuid":"f","file_name":"Scan"}}"#,
        ),
        (
            NewNote::new(NoteContent::TargetingIn(TargetingParams::new(
                json!([1]),
                "c",
                TargetingService::Adwords,
            ))),
            concat!(
                r#"{"note_type":"targeting_in","params":{"contacts":[1],"campaign":"c","#,
                r#""service":"adwords"}}"#,
            ),
        ),
        (
            NewNote::new(NoteContent::Other {
                note_type: Some("new_type".into()),
                params: Some(json!({ "a": 1 })),
            }),
            r#"{"note_type":"new_type","params":{"a":1}}"#,
        ),
    ] {
        assert_eq!(sent(&note), expected);
    }
}

#[test]
fn a_note_can_be_put_into_an_item_of_a_batch() {
    #[derive(serde::Serialize)]
    struct Item<'a, T> {
        #[serde(flatten)]
        item: &'a T,
        request_id: &'a str,
    }

    let patch = NotePatch::new().responsible_user_id(UserId::new(5));
    assert_eq!(
        sent(&Item { item: &patch, request_id: "0" }),
        r#"{"responsible_user_id":5,"request_id":"0"}"#
    );
    let new = NewNote::new(NoteContent::common("x"));
    assert_eq!(
        sent(&Item { item: &new, request_id: "0" }),
        r#"{"note_type":"common","params":{"text":"x"},"request_id":"0"}"#
    );
}

#[test]
fn a_change_says_the_type_with_the_parameters() {
    assert!(NotePatch::new().is_empty());
    assert_eq!(sent(&NotePatch::new()), "{}");
    let patch = NotePatch::new().content(NoteContent::common("New"));
    assert!(!patch.is_empty());
    assert_eq!(sent(&patch), r#"{"note_type":"common","params":{"text":"New"}}"#);
    let before = read("common", &json!({ "text": "Old" }));
    let mut after = before.clone();
    assert!(Note::diff(&before, &after).unwrap().is_empty());
    after.content = NoteContent::common("New");
    assert_eq!(Note::diff(&before, &after), Ok(patch));
    after.is_pinned = Some(true);
    let error = Note::diff(&before, &after).unwrap_err();
    assert_eq!(error, DiffError::ReadOnly { entity: "note", member: "is_pinned" });
}

#[test]
fn receipts_are_read() {
    let page: Page<NoteReceipt> = Page::from_slice(
        Note::KEY,
        br#"{"_embedded":{"notes":[{"id":8801,"entity_id":90001,"request_id":"n1","_links":{}}]}}"#,
    )
    .unwrap();
    let receipt = &page.items[0];
    assert_eq!((receipt.id(), receipt.request_id()), (NoteId::new(8801), Some("n1")));
    assert_eq!(receipt.entity_id, Some(90_001));
    let receipt: NoteReceipt = round_trip(&json!({ "id": 1, "entity_id": 5, "updated_at": 7,
        "_links": { "self": { "href": "x" } }, "more": 1 }));
    assert_eq!((receipt.updated_at, receipt.request_id()), (Some(Timestamp::new(7)), None));
    assert_eq!(Note::unchanged(NoteId::new(3)).id(), NoteId::new(3));
}

#[test]
fn filters_byte_for_byte() {
    let filter = NoteFilter::new()
        .id([NoteId::new(1)])
        .entity_id([5, 6])
        .note_type([NoteType::CallIn, "new_type".into()])
        .updated_at(Timestamp::new(7)..);
    let query = ListQuery::<Note>::new()
        .with(NoteWith::IsPinned)
        .filter(filter.clone())
        .order(NoteOrder::UpdatedAt, amo_core::Direction::Asc);
    let mut pairs = amo_core::Query::new();
    filter.write(&mut pairs);
    let pairs: Vec<String> = pairs.pairs().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(
        pairs,
        [
            "filter[id][0]=1",
            "filter[entity_id][0]=5",
            "filter[entity_id][1]=6",
            "filter[note_type][0]=call_in",
            "filter[note_type][1]=new_type",
            "filter[updated_at][from]=7",
        ]
    );
    let text = query.to_query().to_string();
    assert!(text.starts_with("with=is_pinned&"), "{text}");
    assert!(text.ends_with("&order%5Bupdated_at%5D=asc"), "{text}");
}

#[test]
fn operations() {
    assert_eq!((Note::NAME, Note::KEY, Note::PATH), ("note", "notes", "/api/v4/{parent}/notes"));
    assert_eq!((<Note as List>::MAX_LIMIT, <Note as Create>::BATCH), (250, 50));
    for (operation, text, repeat) in [
        (Note::GET, "GET /api/v4/{parent}/notes/{id}", Repeat::Repeatable),
        (Note::LIST, "GET /api/v4/{parent}/notes", Repeat::Repeatable),
        (Note::CREATE, "POST /api/v4/{parent}/notes", Repeat::ActsOnce),
        (Note::UPDATE, "PATCH /api/v4/{parent}/notes/{id}", Repeat::Repeatable),
        (Note::UPDATE_MANY, "PATCH /api/v4/{parent}/notes", Repeat::Repeatable),
        (Note::PIN, "POST /api/v4/{parent}/notes/{id}/pin", Repeat::Repeatable),
        (Note::UNPIN, "POST /api/v4/{parent}/notes/{id}/unpin", Repeat::Repeatable),
    ] {
        assert_eq!(format!("{} {}", operation.method, operation.path), text);
        assert_eq!((operation.service, operation.repeat), ("notes", repeat));
    }
}

#[test]
fn parents_fill_the_path() {
    let lead = NoteParent::from(LeadId::new(90_001));
    assert_eq!(lead.fill(&Note::GET.path), "/api/v4/leads/90001/notes/{id}");
    assert_eq!(lead.kind().fill(&Note::PIN.path), "/api/v4/leads/notes/{id}/pin");
    let contact = NoteParent::Contact(ContactId::new(5));
    assert_eq!((contact.entity_type(), contact.entity_id()), (EntityType::Contacts, Some(5)));
    for (parent, path) in [
        (NoteParent::Contacts, "contacts"),
        (NoteParent::Companies, "companies"),
        (NoteParent::Customers, "customers"),
        (NoteParent::Company(amo_core::CompanyId::new(5)).kind(), "companies"),
        (NoteParent::Customer(amo_core::CustomerId::new(5)), "customers/5"),
    ] {
        assert_eq!(parent.fill(Note::PATH), format!("/api/v4/{path}/notes"));
    }
}
