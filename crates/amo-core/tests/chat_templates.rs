#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod wire;

use amo_core::{
    ChatTemplate, ChatTemplateFilter, ChatTemplateId, ChatTemplatePatch, ChatTemplateType,
    ChatTemplateWith, Create, Created, Delete, DiffError, FileUuid, Get, List, NewChatTemplate,
    Patch, QueryName, Receipt, ReviewDecision, ReviewStatus, Scope, TemplateAttachment,
    TemplateAttachmentType, TemplateButton, TemplateReview, Update, UpdateMany, WabaCategory,
    WabaHeaderType,
};
use serde_json::{Value, json};
use wire::{asked, read, said, sent};

fn template() -> Value {
    json!({
        "id": 7103, "account_id": 1, "name": "Hello", "content": "Hi {{contact.name}}",
        "type": "waba", "is_editable": true, "external_id": "t-1",
        "buttons": [{ "type": "inline", "text": "Yes" },
            { "type": "url", "text": "Look", "url": "https://a.test/" }],
        "attachment": { "id": "f-1", "name": "a.png", "type": "picture", "is_external": false },
        "waba_header": "News", "waba_header_type": "text", "waba_footer": "",
        "waba_category": "UTILITY", "waba_language": "en",
        "waba_examples": { "{{contact.name}}": "Ann" },
        "created_at": 1_700_000_000, "updated_at": 1_700_000_100,
        "review_status": "review", "is_on_review": true, "request_id": "t1",
        "_links": { "self": { "href": "https://demo.amocrm.ru/x" } },
        "_embedded": { "reviews": [
            { "id": 1, "source_id": 15, "status": "rejected", "reject_reason": "Too long" },
        ] },
    })
}

#[test]
fn a_new_template_byte_for_byte() {
    let file = FileUuid::new("f-1");
    let template = NewChatTemplate::new("Hello", "Hi {{contact.name}}")
        .kind(ChatTemplateType::Waba)
        .is_editable(true)
        .external_id("t-1")
        .buttons([TemplateButton::reply("Yes"), TemplateButton::url("Look", "https://a.test/")])
        .attachment(TemplateAttachment::new(file, "a.png", TemplateAttachmentType::Picture))
        .waba_header_type(WabaHeaderType::Media)
        .waba_category(WabaCategory::Utility)
        .waba_language("en")
        .waba_examples([("{{contact.name}}".to_owned(), "Ann".to_owned())]);
    assert_eq!(
        sent(&template),
        concat!(
            r#"{"name":"Hello","content":"Hi {{contact.name}}","type":"waba","is_editable":true,"#,
            r#""external_id":"t-1","buttons":[{"type":"inline","text":"Yes"},"#,
            r#"{"type":"url","text":"Look","url":"https://a.test/"}],"#,
            r#""attachment":{"id":"f-1","name":"a.png","type":"picture"},"#,
            r#""waba_header_type":"media","waba_category":"UTILITY","waba_language":"en","#,
            r#""waba_examples":{"{{contact.name}}":"Ann"}}"#,
        )
    );
}

#[test]
fn a_patch_byte_for_byte() {
    let patch = ChatTemplatePatch::new()
        .kind(ChatTemplateType::Amocrm)
        .buttons(Patch::Clear)
        .waba_footer("Bye".to_owned());
    assert_eq!(sent(&patch), r#"{"type":"amocrm","buttons":null,"waba_footer":"Bye"}"#);
    let before: ChatTemplate = read(&template());
    let mut after = before.clone();
    after.attachment = None;
    after.content = Some("Hi".to_owned());
    assert_eq!(
        sent(&ChatTemplate::diff(&before, &after).unwrap()),
        r#"{"content":"Hi","attachment":null}"#
    );
    after.review_status = Some(ReviewStatus::Approved);
    let error = ChatTemplate::diff(&before, &after).unwrap_err();
    assert_eq!(error, DiffError::ReadOnly { entity: "chat template", member: "review_status" });
}

#[test]
fn decisions_byte_for_byte() {
    assert_eq!(sent(&ReviewDecision::approved()), r#"{"status":"approved"}"#);
    assert_eq!(sent(&ReviewDecision::paused()), r#"{"status":"paused"}"#);
    assert_eq!(
        sent(&ReviewDecision::rejected("Too long")),
        r#"{"status":"rejected","reject_reason":"Too long"}"#
    );
}

#[test]
fn filters_and_operations() {
    let filter = ChatTemplateFilter::new().external_id(["t-1", "t-2"]);
    assert_eq!(asked(&filter), "filter[external_id][0]=t-1&filter[external_id][1]=t-2");
    assert_eq!(ChatTemplateWith::Reviews.name(), "reviews");
    assert_eq!(ChatTemplate::MAX_LIMIT, 50);
    for (operation, expected) in [
        (ChatTemplate::LIST, "list GET /api/v4/chats/templates Repeatable"),
        (ChatTemplate::GET, "get GET /api/v4/chats/templates/{id} Repeatable"),
        (ChatTemplate::CREATE, "create POST /api/v4/chats/templates ActsOnce"),
        (ChatTemplate::UPDATE, "update PATCH /api/v4/chats/templates/{id} Repeatable"),
        (ChatTemplate::UPDATE_MANY, "update_many PATCH /api/v4/chats/templates Repeatable"),
        (ChatTemplate::DELETE, "delete DELETE /api/v4/chats/templates/{id} Repeatable"),
        (ChatTemplate::DELETE_MANY, "delete_many DELETE /api/v4/chats/templates Repeatable"),
    ] {
        assert_eq!(said(&operation), format!("chat_templates.{expected}"));
    }
    assert_eq!(
        said(&TemplateReview::REQUEST),
        "template_reviews.request POST /api/v4/chats/templates/{template_id}/review ActsOnce"
    );
    assert_eq!(
        said(&TemplateReview::DECIDE),
        "template_reviews.decide POST /api/v4/chats/templates/{template_id}/review/{id} Repeatable"
    );
    assert_eq!(
        ChatTemplateId::new(5).fill(&TemplateReview::DECIDE.path),
        "/api/v4/chats/templates/5/review/{id}"
    );
    let created: Created<ChatTemplate> = read(&template());
    assert_eq!((created.id(), created.request_id()), (ChatTemplateId::new(7103), Some("t1")));
}
