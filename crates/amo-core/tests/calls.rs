#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_core::{
    Call, CallDirection, CallPopUp, CallResponsible, CallStatus, CallsAnswer, Create, EntityType,
    NewCall, NewCallPopUp, NewCallPopUps, NoteId, Page, Receipt, Repeat, Resource, Timestamp,
    UserId,
};
use common::round_trip;
use serde_json::json;

fn sent(body: &impl serde::Serialize) -> String {
    serde_json::to_string(body).unwrap()
}

#[test]
fn an_answer_with_errors_round_trips() {
    let answer: CallsAnswer = round_trip(&json!({
        "_total_items": 1,
        "errors": [
            { "request_id": "u2", "title": "Not Found", "detail": "No such number", "status": 404 },
            { "msg": "failed", "code": 263, "item": { "uniq": "x" } },
            "text",
        ],
        "_embedded": { "calls": [{ "id": 8802, "entity_id": 556, "entity_type": "contacts",
            "account_id": 777, "request_id": "u", "new_member": 1,
            "_embedded": { "entity": { "id": 556,
                "_links": { "self": { "href": "https://demo.amocrm.ru/api/v4/contacts/556" } } } },
        }] },
    }));
    let calls = answer.embedded.calls.unwrap();
    assert_eq!((calls[0].id(), calls[0].request_id()), (NoteId::new(8802), Some("u")));
    assert_eq!(calls[0].entity_type, Some(EntityType::Contacts));
    assert_eq!(calls[0].embedded.entity.as_ref().unwrap().id, 556);
    let errors = answer.errors.unwrap();
    assert_eq!(errors[0].request_id(), Some("u2"));
    assert_eq!((errors[0].title(), errors[0].status()), (Some("Not Found"), Some(404)));
    assert_eq!(errors[0].to_string(), "Not Found: No such number");
    assert_eq!(errors[1].json()["code"], 263);
    assert_eq!(
        (errors[2].request_id(), errors[2].detail(), errors[2].status()),
        (None, None, None)
    );
    assert!(errors[2].to_string().contains("\"text\""));
}

#[test]
fn new_calls_byte_for_byte() {
    let call = NewCall::new(CallDirection::Inbound, 20, "pbx", "+70000000009")
        .uniq("call-78")
        .link("https://rec.example.test/78.mp3")
        .call_result("Will think")
        .call_status(CallStatus::NOT_REACHED)
        .call_responsible("Reception")
        .responsible_user_id(UserId::new(12))
        .created_by(UserId::new(12))
        .created_at(Timestamp::new(1_700_000_000));
    assert_eq!(
        sent(&call),
        concat!(
            r#"{"direction":"inbound","duration":20,"source":"pbx","phone":"+70000000009","#,
            r#""uniq":"call-78","link":"https://rec.example.test/78.mp3","#,
            r#""call_result":"Will think","call_status":6,"call_responsible":"Reception","#,
            r#""responsible_user_id":12,"created_by":12,"created_at":1700000000}"#,
        )
    );
    let call = NewCall::new("outbound", 0, "pbx", "1").call_responsible(UserId::new(5));
    assert_eq!(
        sent(&call),
        r#"{"direction":"outbound","duration":0,"source":"pbx","phone":"1","call_responsible":5}"#
    );
}

#[test]
fn who_spoke_is_a_number_or_a_text() {
    let responsible = |json| serde_json::from_value::<CallResponsible>(json);
    assert_eq!(responsible(json!(12)).unwrap(), UserId::new(12).into());
    assert_eq!(responsible(json!("12")).unwrap(), "12".to_owned().into());
    assert_eq!(responsible(json!(-1)).unwrap(), UserId::new(-1).into());
    for json in [json!(null), json!(u64::MAX), json!([1]), json!(true)] {
        assert!(responsible(json).is_err());
    }
    assert_eq!(serde_json::from_value::<CallStatus>(json!("7")).unwrap(), CallStatus::BUSY);
    assert_eq!(CallStatus::UNDEFINED.get(), 8);
}

#[test]
fn operations() {
    assert_eq!((Call::NAME, Call::KEY), ("call", "calls"));
    let operation = Call::CREATE;
    assert_eq!(format!("{} {}", operation.method, operation.path), "POST /api/v4/calls");
    assert_eq!((operation.repeat, Call::MAX_BATCH), (Repeat::ActsOnce, 250));
    let operation = CallPopUp::ADD;
    assert_eq!(format!("{} {}", operation.method, operation.path), "POST /api/v2/events/");
    assert_eq!(
        (operation.to_string().as_str(), operation.repeat),
        ("call_pop_ups.add", Repeat::ActsOnce)
    );
}

#[test]
fn pop_ups() {
    let body = NewCallPopUps::new([
        NewCallPopUp::new("+70000000001").user(UserId::new(12)).user(UserId::new(13)),
        NewCallPopUp::new("8 (000) 000-00-02"),
    ]);
    assert_eq!(
        sent(&body),
        concat!(
            r#"{"add":[{"type":"phone_call","phone_number":"+70000000001","users":[12,13]},"#,
            r#"{"type":"phone_call","phone_number":"8 (000) 000-00-02"}]}"#,
        )
    );
    let unknown: CallPopUp = round_trip(&json!({ "element_id": null, "element_type": null,
        "uid": "a1", "phone_number": "+7", "request_id": 0 }));
    assert_eq!((unknown.element_id, unknown.entity_type()), (None, None));
    let page: Page<CallPopUp> = Page::from_slice(
        CallPopUp::KEY,
        br#"{"_links":{"self":{"href":"/api/v2/events","method":"post"}},"_embedded":{"items":[
            {"element_id":"5","element_type":"2","uid":"a","phone_number":70000000001}]}}"#,
    )
    .unwrap();
    let pop_up = &page.items[0];
    assert_eq!((pop_up.element_id, pop_up.entity_type()), (Some(5), Some(EntityType::Leads)));
    assert_eq!(pop_up.phone_number.as_deref(), Some("70000000001"));
    for (number, kind) in [
        (1, Some(EntityType::Contacts)),
        (3, Some(EntityType::Companies)),
        (12, Some(EntityType::Customers)),
        (1005, None),
    ] {
        let pop_up: CallPopUp = round_trip(&json!({ "element_type": number }));
        assert_eq!(pop_up.entity_type(), kind);
    }
}
