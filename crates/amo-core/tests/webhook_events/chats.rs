//! Talks, messages and reviews of templates.

use amo_core::EntityType;
use amo_core::webhook::{HookAction, HookEntity};
use serde_json::{Value, json};

use super::{Case, check};

const TEMPLATE: &[&str] = &[
    "[id]=12",
    "[type]=waba",
    "[account_id]=1",
    "[name]=Hello",
    "[content]=Hi+{{contact.name}}",
    "[created_at]=1700000000",
    "[updated_at]=1700000001",
    "[is_editable]=1",
    "[is_on_review]=1",
    "[reviews][0][id]=55",
    "[reviews][0][source_id]=66",
    "[reviews][0][status]=review",
    "[reviews][0][reject_reason]=",
    "[waba_footer]=Bye",
    "[waba_category]=UTILITY",
    "[waba_language]=en",
];

fn template() -> Value {
    json!({
        "id": 12, "type": "waba", "account_id": 1, "name": "Hello",
        "content": "Hi {{contact.name}}", "created_at": 1_700_000_000,
        "updated_at": 1_700_000_001, "is_editable": true, "is_on_review": true,
        "waba_footer": "Bye", "waba_category": "UTILITY", "waba_language": "en",
        "_embedded": {"reviews":
            [{"id": 55, "source_id": 66, "status": "review", "reject_reason": ""}]},
    })
}

pub(super) fn cases() -> Vec<Case> {
    let review = |prefix| Case {
        setting: "add_chat_template_review",
        entity: HookEntity::ChatTemplateReview,
        action: HookAction::Add,
        body: (prefix, TEMPLATE),
        id: Some(12),
        about: None,
        model: template(),
    };
    vec![
        Case {
            setting: "add_talk",
            entity: HookEntity::Talk,
            action: HookAction::Add,
            body: (
                "talk[add][0]",
                &[
                    "[talk_id]=4",
                    "[created_at]=1700000000",
                    "[updated_at]=1700000000",
                    "[rate]=0",
                    "[contact_id]=7",
                    "[chat_id]=c-1",
                    "[entity_id]=",
                    "[is_in_work]=1",
                    "[is_read]=0",
                    "[origin]=telegram",
                ],
            ),
            id: None,
            about: None,
            model: json!({
                "talk_id": 4, "created_at": 1_700_000_000, "updated_at": 1_700_000_000, "rate": 0,
                "contact_id": 7, "chat_id": "c-1", "entity_id": "", "is_in_work": true,
                "is_read": false, "origin": "telegram",
            }),
        },
        Case {
            setting: "update_talk",
            entity: HookEntity::Talk,
            action: HookAction::Update,
            body: (
                "talk[update][0]",
                &["[talk_id]=4", "[entity_id]=5", "[entity_type]=customer", "[is_in_work]=0"],
            ),
            id: None,
            about: Some((EntityType::Customers, 5)),
            model: json!({
                "talk_id": 4, "entity_id": 5, "entity_type": "customer", "is_in_work": false,
            }),
        },
        Case {
            setting: "add_message",
            entity: HookEntity::Message,
            action: HookAction::Add,
            body: (
                "message[add][0]",
                &[
                    "[id]=0f00-1",
                    "[chat_id]=c-1",
                    "[talk_id]=4",
                    "[contact_id]=7",
                    "[text]=a%26b",
                    "[created_at]=1700000000",
                    "[element_type]=2",
                    "[entity_type]=lead",
                    "[element_id]=501",
                    "[entity_id]=501",
                    "[type]=incoming",
                    "[author][id]=u-1",
                    "[author][type]=external",
                    "[author][name]=Ann",
                    "[author][avatar_url]=https://a.test/1",
                    "[attachment][type]=file",
                    "[attachment][link]=https://a.test/2",
                    "[origin]=telegram",
                ],
            ),
            id: None,
            about: Some((EntityType::Leads, 501)),
            model: json!({
                "id": "0f00-1", "chat_id": "c-1", "talk_id": "4", "contact_id": "7", "text": "a&b",
                "created_at": 1_700_000_000, "element_type": "2", "entity_type": "lead",
                "element_id": "501", "entity_id": "501", "type": "incoming",
                "author": {"id": "u-1", "type": "external", "name": "Ann",
                    "avatar_url": "https://a.test/1"},
                "attachment": {"type": "file", "link": "https://a.test/2"}, "origin": "telegram",
            }),
        },
        Case {
            setting: "add_outgoing_message",
            entity: HookEntity::OutgoingMessage,
            action: HookAction::Add,
            body: (
                "outgoing_message[add][0]",
                &["[id]=0f00-2", "[text]=Hi", "[message_type]=text", "[author][type]=bot"],
            ),
            id: None,
            about: None,
            model: json!({
                "id": "0f00-2", "text": "Hi", "message_type": "text", "type": "outgoing",
                "author": {"type": "bot"},
            }),
        },
        review("add[0]"),
        review("chat_template_reviews[add][0]"),
    ]
}

#[test]
fn talks_messages_and_templates() {
    check(cases());
}
