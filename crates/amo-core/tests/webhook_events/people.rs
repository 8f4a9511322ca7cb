//! Contacts and companies, which stand under the same key, and their notes.

use amo_core::EntityType;
use amo_core::webhook::{HookAction, HookEntity};
use serde_json::json;

use super::{Case, check};

pub(super) fn cases() -> Vec<Case> {
    let mut all = contacts();
    all.extend(companies());
    all.extend(notes());
    all
}

fn contacts() -> Vec<Case> {
    let contact = |setting, action, body, model| Case {
        setting,
        entity: HookEntity::Contact,
        action,
        body,
        id: Some(7),
        about: Some((EntityType::Contacts, 7)),
        model,
    };
    vec![
        contact(
            "add_contact",
            HookAction::Add,
            (
                "contacts[add][0]",
                &[
                    "[id]=7",
                    "[name]=Ann",
                    "[type]=contact",
                    "[responsible_user_id]=9",
                    "[date_create]=1699990000",
                    "[last_modified]=1700000000",
                    "[created_user_id]=9",
                    "[modified_user_id]=-1",
                    "[company_name]=Acme",
                    "[linked_company_id]=8",
                    "[linked_leads_id][501][ID]=501",
                    "[linked_leads_id][502][ID]=502",
                    "[account_id]=1",
                    "[custom_fields][0][id]=71",
                    "[custom_fields][0][name]=Phone",
                    "[custom_fields][0][code]=PHONE",
                    "[custom_fields][0][values][0][value]=%2B70000000002",
                    "[custom_fields][0][values][0][enum]=4401",
                ],
            ),
            json!({
                "id": 7, "name": "Ann", "type": "contact", "responsible_user_id": 9,
                "created_at": 1_699_990_000, "updated_at": 1_700_000_000, "created_by": 9,
                "updated_by": -1, "company_name": "Acme", "account_id": 1,
                "custom_fields_values": [{
                    "field_id": 71, "field_name": "Phone", "field_code": "PHONE",
                    "field_type": "multitext",
                    "values": [{"value": "+70000000002", "enum_id": 4401}],
                }],
                "_embedded": {
                    "companies": [{"id": 8}], "leads": [{"id": 501}, {"id": 502}],
                },
            }),
        ),
        contact(
            "update_contact",
            HookAction::Update,
            (
                "contacts[update][0]",
                &[
                    "[id]=7",
                    "[type]=contact",
                    "[name]=Ann+B",
                    "[linked_company_id]=0",
                    "[tags][5][id]=31",
                    "[tags][5][name]=new",
                    "[created_at]=1699990000",
                    "[updated_at]=1700000000",
                ],
            ),
            json!({
                "id": 7, "type": "contact", "name": "Ann B", "linked_company_id": "0",
                "created_at": 1_699_990_000, "updated_at": 1_700_000_000,
                "_embedded": {"tags": [{"id": 31, "name": "new"}]},
            }),
        ),
        contact(
            "delete_contact",
            HookAction::Delete,
            ("contacts[delete][0]", &["[id]=7", "[type]=contact"]),
            json!({"id": 7, "type": "contact", "is_deleted": true}),
        ),
        contact(
            "restore_contact",
            HookAction::Restore,
            ("contacts[restore][0]", &["[id]=7", "[type]=contact", "[name]=Ann"]),
            json!({"id": 7, "type": "contact", "name": "Ann", "is_deleted": false}),
        ),
        contact(
            "responsible_contact",
            HookAction::Responsible,
            (
                "contacts[responsible][0]",
                &["[id]=7", "[responsible_user_id]=8", "[old_responsible_user_id]=9"],
            ),
            json!({"id": 7, "responsible_user_id": 8, "old_responsible_user_id": "9"}),
        ),
    ]
}

fn companies() -> Vec<Case> {
    let company = |setting, action, body, model| Case {
        setting,
        entity: HookEntity::Company,
        action,
        body,
        id: Some(8),
        about: Some((EntityType::Companies, 8)),
        model,
    };
    vec![
        company(
            "add_company",
            HookAction::Add,
            (
                "contacts[add][0]",
                &[
                    "[id]=8",
                    "[name]=Acme",
                    "[type]=company",
                    "[responsible_user_id]=9",
                    "[date_create]=1699990000",
                    "[last_modified]=1699990000",
                    "[linked_leads_id][501][ID]=501",
                    "[account_id]=1",
                ],
            ),
            json!({
                "id": 8, "name": "Acme", "type": "company", "responsible_user_id": 9,
                "created_at": 1_699_990_000, "updated_at": 1_699_990_000, "account_id": 1,
                "_embedded": {"leads": [{"id": 501}]},
            }),
        ),
        company(
            "update_company",
            HookAction::Update,
            ("companies[update][0]", &["[id]=8", "[name]=Acme+2", "[modified_user_id]=9"]),
            json!({"id": 8, "name": "Acme 2", "updated_by": 9}),
        ),
        company(
            "delete_company",
            HookAction::Delete,
            ("contacts[delete][0]", &["[id]=8", "[type]=company"]),
            json!({"id": 8, "type": "company", "is_deleted": true}),
        ),
        company(
            "restore_company",
            HookAction::Restore,
            ("contacts[restore][0]", &["[id]=8", "[type]=company"]),
            json!({"id": 8, "type": "company", "is_deleted": false}),
        ),
        company(
            "responsible_company",
            HookAction::Responsible,
            ("contacts[responsible][0]", &["[id]=8", "[type]=company", "[responsible_user_id]=8"]),
            json!({"id": 8, "type": "company", "responsible_user_id": 8}),
        ),
    ]
}

fn notes() -> Vec<Case> {
    vec![
        Case {
            setting: "note_contact",
            entity: HookEntity::Contact,
            action: HookAction::Note,
            body: (
                "contacts[note][0][note]",
                &[
                    "[id]=91",
                    "[note_type]=11",
                    "[element_type]=1",
                    "[element_id]=7",
                    "[text]={\"UNIQ\":\"c-1\",\"LINK\":\"https://rec.test/1\",\
                     \"PHONE\":\"%2B7\",\"DURATION\":61,\"SRC\":\"pbx\",\"call_status\":\"4\"}",
                    "[created_at]=1700000000",
                ],
            ),
            id: Some(91),
            about: Some((EntityType::Contacts, 7)),
            model: json!({
                "id": 91, "note_type": "call_out", "entity_id": 7, "element_type": "1",
                "created_at": 1_700_000_000,
                "params": {
                    "uniq": "c-1", "link": "https://rec.test/1", "phone": "+7", "duration": 61,
                    "source": "pbx", "call_status": 4,
                },
            }),
        },
        Case {
            setting: "note_company",
            entity: HookEntity::Company,
            action: HookAction::Note,
            body: (
                "contacts[note][0][note]",
                &[
                    "[id]=92",
                    "[note_type]=5",
                    "[element_type]=3",
                    "[element_id]=8",
                    "[text]=offer.pdf",
                    "[attachement]=a_offer.pdf",
                ],
            ),
            id: Some(92),
            about: Some((EntityType::Companies, 8)),
            model: json!({
                "id": 92, "note_type": "attachment", "entity_id": 8, "element_type": "3",
                "params": {"text": "offer.pdf", "attachment": "a_offer.pdf"},
            }),
        },
    ]
}

#[test]
fn contacts_and_companies() {
    check(cases());
}
