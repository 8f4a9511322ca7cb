//! Leads and their notes.

use amo_core::webhook::{HookAction, HookEntity};
use amo_core::{EntityType, FieldType, StatusId};
use serde_json::json;

use super::{Case, check};

pub(super) fn cases() -> Vec<Case> {
    let lead = |setting, action, body, model| Case {
        setting,
        entity: HookEntity::Lead,
        action,
        body,
        id: Some(501),
        about: Some((EntityType::Leads, 501)),
        model,
    };
    vec![
        lead(
            "add_lead",
            HookAction::Add,
            (
                "leads[add][0]",
                &[
                    "[id]=501",
                    "[name]=%D0%A1%D0%B4%D0%B5%D0%BB%D0%BA%D0%B0+1",
                    "[status_id]=20",
                    "[price]=0",
                    "[responsible_user_id]=9",
                    "[last_modified]=1699990000",
                    "[modified_user_id]=0",
                    "[created_user_id]=0",
                    "[date_create]=1699990000",
                    "[pipeline_id]=10",
                    "[tags][0][id]=31",
                    "[tags][0][name]=hot",
                    "[account_id]=1",
                    "[custom_fields][0][id]=71",
                    "[custom_fields][0][name]=Agreed",
                    "[custom_fields][0][values][0]=1",
                    "[created_at]=1699990000",
                    "[updated_at]=1699990000",
                ],
            ),
            json!({
                "id": 501, "name": "Сделка 1", "status_id": 20, "price": 0, "pipeline_id": 10,
                "responsible_user_id": 9, "created_at": 1_699_990_000, "updated_at": 1_699_990_000,
                "created_by": 0, "updated_by": 0, "account_id": 1,
                "custom_fields_values":
                    [{"field_id": 71, "field_name": "Agreed", "values": [{"value": "1"}]}],
                "_embedded": {"tags": [{"id": 31, "name": "hot"}]},
            }),
        ),
        lead(
            "update_lead",
            HookAction::Update,
            // The stage may change with an update; a text that is empty is no number.
            (
                "leads[update][0]",
                &[
                    "[id]=501",
                    "[name]=",
                    "[status_id]=21",
                    "[old_status_id]=20",
                    "[price]=",
                    "[responsible_user_id]=9",
                    "[last_modified]=1700000000",
                    "[modified_user_id]=9",
                    "[date_create]=1699990000",
                    "[created_at]=1699990001",
                    "[custom_fields][0][id]=72",
                    "[custom_fields][0][values][0][value]=Site",
                    "[custom_fields][0][values][0][enum]=41",
                ],
            ),
            json!({
                "id": 501, "name": "", "status_id": 21, "old_status_id": "20", "price": "",
                "responsible_user_id": 9, "updated_at": 1_700_000_000, "updated_by": 9,
                "created_at": 1_699_990_001, "date_create": "1699990000",
                "custom_fields_values":
                    [{"field_id": 72, "values": [{"value": "Site", "enum_id": 41}]}],
            }),
        ),
        lead(
            "delete_lead",
            HookAction::Delete,
            ("leads[delete][0]", &["[id]=501", "[status_id]=143", "[pipeline_id]=10"]),
            json!({"id": 501, "status_id": 143, "pipeline_id": 10, "is_deleted": true}),
        ),
        lead(
            "delete_lead",
            HookAction::Delete,
            ("leads[delete]", &["=501"]),
            json!({"id": 501, "is_deleted": true}),
        ),
        lead(
            "restore_lead",
            HookAction::Restore,
            ("leads[restore][0]", &["[id]=501", "[name]=Deal", "[status_id]=20", "[price]=1000.5"]),
            json!({
                "id": 501, "name": "Deal", "status_id": 20, "price": 1000.5, "is_deleted": false,
            }),
        ),
        lead(
            "status_lead",
            HookAction::Status,
            (
                "leads[status][0]",
                &[
                    "[id]=501",
                    "[name]=Deal",
                    "[status_id]=142",
                    "[old_status_id]=20",
                    "[price]=1000",
                    "[responsible_user_id]=9",
                    "[last_modified]=1700000000",
                    "[modified_user_id]=9",
                    "[created_user_id]=9",
                    "[date_create]=1699990000",
                    "[pipeline_id]=10",
                    "[old_pipeline_id]=11",
                    "[account_id]=1",
                    "[created_at]=1699990000",
                    "[updated_at]=1700000000",
                ],
            ),
            json!({
                "id": 501, "name": "Deal", "status_id": StatusId::WON, "old_status_id": "20",
                "price": 1000, "responsible_user_id": 9, "updated_at": 1_700_000_000,
                "updated_by": 9, "created_by": 9, "created_at": 1_699_990_000, "pipeline_id": 10,
                "old_pipeline_id": "11", "account_id": 1,
            }),
        ),
        lead(
            "responsible_lead",
            HookAction::Responsible,
            (
                "leads[responsible][0]",
                &["[id]=501", "[responsible_user_id]=8", "[old_responsible_user_id]=9"],
            ),
            json!({"id": 501, "responsible_user_id": 8, "old_responsible_user_id": "9"}),
        ),
        Case {
            id: Some(90),
            ..lead(
                "note_lead",
                HookAction::Note,
                (
                    "leads[note][0][note]",
                    &[
                        "[id]=90",
                        "[note_type]=4",
                        "[element_type]=2",
                        "[element_id]=501",
                        "[text]={\"call\":+back}",
                        "[attachement]=",
                        "[metadata]={\"a\":1}",
                        "[account_id]=1",
                        "[date_create]=2024-03-01 12:00:00",
                        "[timestamp_x]=2024-03-01 12:00:00",
                        "[created_by]=9",
                        "[modified_by]=0",
                        "[main_user_id]=8",
                        "[group_id]=0",
                        "[created_at]=1700000000",
                        "[updated_at]=1700000001",
                    ],
                ),
                json!({
                    "id": 90, "note_type": "common", "params": {"text": "{\"call\": back}"},
                    "entity_id": 501, "element_type": "2", "attachement": "",
                    "metadata": "{\"a\":1}", "account_id": 1, "date_create": "2024-03-01 12:00:00",
                    "timestamp_x": "2024-03-01 12:00:00", "created_by": 9, "updated_by": 0,
                    "responsible_user_id": 8, "group_id": 0, "created_at": 1_700_000_000,
                    "updated_at": 1_700_000_001,
                }),
            )
        },
    ]
}

#[test]
fn leads() {
    check(cases());
}

#[test]
fn types_of_custom_fields_can_be_told() {
    let body = b"leads[add][0][id]=5&leads[add][0][custom_fields][0][id]=71\
        &leads[add][0][custom_fields][0][values][0]=1700000000";
    let hook = amo_core::webhook::Hook::parse(body).unwrap();
    let lead = hook.events[0].lead_by(|_| Some(FieldType::Date)).unwrap();
    let date: amo_core::Field<amo_core::field::Date> = amo_core::Field::id(71);
    assert_eq!(lead.custom_fields_values.get(date), Some(amo_core::Timestamp::new(1_700_000_000)));
}

/// What is no field or no tag, or has no place any more, is not lost.
#[test]
fn what_cannot_be_moved_stays() {
    let body = b"leads[add][0][id]=5&leads[add][0][custom_fields]=x&leads[add][0][tags][0][id]=a\
        &leads[add][0][_embedded]=y&leads[add][0][linked_company_id]=3\
        &leads[add][0][created_user_id]=me&leads[add][0][date_create]=9\
        &leads[add][0][created_at]=&leads[add][0][last_modified]=9&leads[add][0][updated_at]=x";
    let hook = amo_core::webhook::Hook::parse(body).unwrap();
    assert_eq!(
        super::models(&hook.events[0]),
        [json!({
            "id": 5, "custom_fields": "x", "tags": [{"id": "a"}], "_embedded": "y",
            "linked_company_id": "3", "created_user_id": "me", "created_at": 9,
            "last_modified": "9", "updated_at": "x",
        })]
    );
}

#[test]
fn without_an_id_there_is_no_model() {
    for id in ["x", "", "1.5", "99999999999999999999"] {
        let body = format!("leads[add][0][name]=Deal&leads[add][0][id]={id}");
        let hook = amo_core::webhook::Hook::parse(body.as_bytes()).unwrap();
        assert_eq!(hook.events[0].lead(), None, "{id}");
    }
}
