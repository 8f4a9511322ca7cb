//! Customers with their notes, and elements of catalogs.

use amo_core::webhook::{Hook, HookAction, HookEntity};
use amo_core::{EntityType, FieldType};
use serde_json::json;

use super::{Case, check};

pub(super) fn cases() -> Vec<Case> {
    let customer = |setting, action, body, model| Case {
        setting,
        entity: HookEntity::Customer,
        action,
        body,
        id: Some(5),
        about: Some((EntityType::Customers, 5)),
        model,
    };
    vec![
        customer(
            "add_customer",
            HookAction::Add,
            (
                "customers[add][0]",
                &["[id]=5", "[name]=Buyer", "[next_price]=70", "[next_date]=1700000000"],
            ),
            json!({"id": 5, "name": "Buyer", "next_price": 70, "next_date": 1_700_000_000}),
        ),
        customer(
            "update_customer",
            HookAction::Update,
            (
                "customers[update][0]",
                &[
                    "[id]=5",
                    "[name]=Buyer",
                    "[status_id]=44",
                    "[period_id]=2",
                    "[main_user_id]=9",
                    "[custom_fields][0][id]=73",
                    "[custom_fields][0][values][0][value]=gold",
                ],
            ),
            json!({
                "id": 5, "name": "Buyer", "status_id": 44, "period_id": "2", "main_user_id": 9,
                "custom_fields_values": [{"field_id": 73, "values": [{"value": "gold"}]}],
            }),
        ),
        customer(
            "delete_customer",
            HookAction::Delete,
            ("customers[delete][0]", &["[id]=5"]),
            json!({"id": 5, "is_deleted": true}),
        ),
        customer(
            "responsible_customer",
            HookAction::Responsible,
            (
                "customers[responsible][0]",
                &["[id]=5", "[responsible_user_id]=8", "[old_responsible_user_id]=9"],
            ),
            json!({"id": 5, "responsible_user_id": 8, "old_responsible_user_id": "9"}),
        ),
        Case {
            id: Some(93),
            ..customer(
                "note_customer",
                HookAction::Note,
                (
                    "customers[note][0][note]",
                    &[
                        "[id]=93",
                        "[note_type]=25",
                        "[element_type]=12",
                        "[element_id]=5",
                        "[text]={\"text\":\"Paid\",\"service\":\"Bank\"}",
                    ],
                ),
                json!({
                    "id": 93, "note_type": "service_message", "entity_id": 5,
                    "element_type": "12", "params": {"text": "Paid", "service": "Bank"},
                }),
            )
        },
    ]
}

/// The names of the subscriptions are not documented.
fn elements() -> Vec<Case> {
    let element = |action, body, model| Case {
        setting: "",
        entity: HookEntity::CatalogElement,
        action,
        body,
        id: Some(3),
        about: Some((EntityType::CatalogElements, 3)),
        model,
    };
    vec![
        element(
            HookAction::Add,
            (
                "catalogs[add][0]",
                &[
                    "[id]=3",
                    "[catalog_id]=40",
                    "[name]=Invoice",
                    "[custom_fields][0][id]=61",
                    "[custom_fields][0][name]=Items",
                    "[custom_fields][0][code]=ITEMS",
                    "[custom_fields][0][values][0][value][unit_price]=10",
                    "[custom_fields][0][values][0][value][quantity]=2",
                    "[custom_fields][0][values][0][value][discount][value]=1",
                    "[custom_fields][1][id]=62",
                    "[custom_fields][1][values][0][value]=Created",
                    "[custom_fields][1][values][0][enum]=801",
                ],
            ),
            json!({
                "id": 3, "catalog_id": 40, "name": "Invoice",
                "custom_fields_values": [
                    {
                        "field_id": 61, "field_name": "Items", "field_code": "ITEMS",
                        "values": [{"value":
                            {"unit_price": "10", "quantity": "2", "discount": {"value": "1"}}}],
                    },
                    {"field_id": 62, "values": [{"value": "Created", "enum_id": 801}]},
                ],
            }),
        ),
        element(
            HookAction::Update,
            (
                "catalogs[update][0]",
                &[
                    "[id]=3",
                    "[catalog_id]=40",
                    "[name]=Invoice+2",
                    "[custom_fields][0][code]=LINK_TO_LEAD",
                    "[custom_fields][0][values][0][value]=https://demo.amocrm.ru/leads/detail/501",
                ],
            ),
            json!({
                "id": 3, "catalog_id": 40, "name": "Invoice 2",
                "custom_fields_values": [{
                    "field_code": "LINK_TO_LEAD",
                    "values": [{"value": "https://demo.amocrm.ru/leads/detail/501"}],
                }],
            }),
        ),
        element(
            HookAction::Delete,
            ("catalogs[delete][0]", &["[id]=3", "[catalog_id]=40"]),
            json!({"id": 3, "catalog_id": 40, "is_deleted": true}),
        ),
        element(
            HookAction::Delete,
            ("catalogs[delete]", &["[id]=3"]),
            json!({"id": 3, "is_deleted": true}),
        ),
    ]
}

#[test]
fn customers() {
    check(cases());
}

#[test]
fn elements_of_catalogs() {
    check(elements());
    let body = b"catalogs[add][0][id]=3&catalogs[add][0][custom_fields][0][id]=62\
        &catalogs[add][0][custom_fields][0][values][0]=4.5";
    let hook = Hook::parse(body).unwrap();
    let element = hook.events[0].element_by(|_| Some(FieldType::Numeric)).unwrap();
    let field: amo_core::Field<amo_core::field::Numeric> = amo_core::Field::id(62);
    let number = element.custom_fields_values.get(field).unwrap();
    assert_eq!(number.as_f64(), Some(4.5));

    let body = b"catalogs[add][0][id]=3&catalogs[add][0][custom_fields][0][code]=ITEMS\
        &catalogs[add][0][custom_fields][0][values][0][value][unit_price]=10\
        &catalogs[add][0][custom_fields][0][values][0][value][discount][value]=1";
    let hook = Hook::parse(body).unwrap();
    let element = hook.events[0].element_by(|_| Some(FieldType::Items)).unwrap();
    let items = &element.custom_fields_values.by_code("ITEMS").unwrap().values;
    let expected = json!([{"value": {"unit_price": 10, "discount": {"value": 1}}}]);
    assert_eq!(serde_json::to_value(items).unwrap(), expected);
}
