//! Values that are objects, of fields that only catalogs have.

use serde_json::{Value, json};

use super::{FieldDefinition, FieldType, value};
use crate::entity::Entity;
use crate::flaws::Flaws;
use crate::generated::custom_fields::CUSTOM_FIELD;
use crate::table::Type;
use crate::{Sandbox, demo};

/// What is read of a value, or what is wrong with it, with paths from the value on.
fn read(field: &FieldDefinition, sent: &Value) -> Result<Value, Vec<String>> {
    let mut account = demo::account(&Sandbox::builder().contacts(1).companies(1));
    for id in [9, 88] {
        account.records.keep("elements", "1005", Entity::new(id));
    }
    let mut flaws = Flaws::default();
    let fields = std::slice::from_ref(field);
    let list = json!([{"field_id": field.id, "values": [{"value": sent}]}]);
    let values = value::check(&list, fields, &account, &mut flaws);
    if flaws.is_empty() {
        Ok(value::show(&values, fields)[0]["values"][0]["value"].clone())
    } else {
        Err(flaws.short().into_iter().map(|flaw| flaw.replace("0.values.0.value", "$")).collect())
    }
}

fn refused(field: &FieldDefinition, sent: &Value, wanted: &[&str]) {
    assert_eq!(
        read(field, sent),
        Err(wanted.iter().map(|flaw| (*flaw).to_owned()).collect()),
        "{sent}"
    );
}

#[test]
fn a_line_of_a_bill_is_completed_and_counted() {
    let field = FieldDefinition::new(1, "Items", FieldType::Items);
    let sent = json!({"description": "Consulting", "unit_price": 150, "quantity": 2, "unit_type": "h",
        "discount": {"type": "amount", "value": 10.5}, "vat_rate_value": 20, "external_uid": "E-1"});
    let wanted = json!({
        "sku": null, "description": "Consulting", "unit_price": 150.0, "quantity": 2.0,
        "unit_type": "h", "discount": {"type": "amount", "value": 10.5}, "vat_rate_id": null,
        "vat_rate_value": 20, "external_uid": "E-1", "product_id": null,
        "bonus_points_per_purchase": 0.0, "metadata": [], "is_discount_recalculated": false,
        "is_total_sum_recalculated": false, "total_sum": 289.5,
    });
    assert_eq!(read(&field, &sent), Ok(wanted));
    let sent = json!({"unit_price": 100, "quantity": 2, "discount": {"type": "percentage", "value": 5},
        "sku": 7, "metadata": [], "vat_rate_id": null, "total_sum": null});
    let line = read(&field, &sent).unwrap();
    assert_eq!((&line["total_sum"], &line["sku"]), (&json!(190.0), &json!(7)));
    let gift = json!({"unit_price": 1, "quantity": 3, "discount": {"type": "amount", "value": 5}});
    let line = read(&field, &gift).unwrap();
    assert_eq!((&line["total_sum"], &line["discount"]["value"]), (&json!(0.0), &json!(3.0)));
    assert_eq!(line["is_discount_recalculated"], true);
    refused(&field, &json!({"quantity": "2"}), &["InvalidType $.quantity"]);
    refused(&field, &json!({"total_sum": 5}), &["FieldNotExpected $.total_sum"]);
    refused(
        &field,
        &json!({"discount": {"type": "gift", "value": 1}}),
        &["NotSupportedChoice $.discount.type"],
    );
    refused(&field, &json!({"discount": {"type": "amount"}}), &["FieldMissing $.discount.value"]);
    refused(&field, &json!([]), &["InvalidType $"]);
}

#[test]
fn a_linked_entity_is_named_or_is_one_of_those_searched() {
    let mut field = FieldDefinition::new(1, "Link", FieldType::LinkedEntity);
    field.more.insert("search_in", "contacts".into());
    let contact = json!({"entity_id": demo::FIRST_CONTACT, "entity_type": "contacts"});
    let shown = read(&field, &contact).unwrap();
    assert_eq!(shown["entity_id"], demo::FIRST_CONTACT);
    assert!(shown["name"].as_str().is_some_and(|name| !name.is_empty()), "{shown}");
    assert_eq!(shown["catalog_id"], Value::Null);
    let free = read(&field, &json!({"name": "Somebody", "entity_id": null})).unwrap();
    assert_eq!(
        free,
        json!({"name": "Somebody", "entity_id": null, "entity_type": null, "catalog_id": null})
    );
    let company = json!({"entity_id": demo::FIRST_COMPANY, "entity_type": "companies"});
    refused(&field, &company, &["NotSupportedChoice $.entity_type"]);
    refused(
        &field,
        &json!({"entity_id": 5, "entity_type": "contacts"}),
        &["NotSupportedChoice $.entity_id"],
    );
    refused(&field, &json!({"entity_id": 5}), &["FieldMissing $.entity_type"]);
    refused(&field, &json!({}), &["FieldMissing $.name"]);
    field.more.insert("search_in", "contacts_and_companies".into());
    assert!(read(&field, &company).is_ok());
    field.more.insert("search_in", "1005".into());
    let element = json!({"entity_id": 9, "entity_type": "catalog_elements"});
    assert_eq!(read(&field, &element).unwrap()["catalog_id"], 1005);
    let elsewhere = json!({"entity_id": 9, "entity_type": "catalog_elements", "catalog_id": 1006});
    refused(&field, &elsewhere, &["NotSupportedChoice $.catalog_id"]);
    refused(&field, &contact, &["NotSupportedChoice $.entity_type"]);
}

#[test]
fn a_payer_is_free_or_linked_and_a_supplier_is_linked() {
    let payer = FieldDefinition::new(1, "Payer", FieldType::Payer);
    let free = json!({"name": "Lotos", "kpp": 770, "type": "legal", "email": null});
    assert_eq!(read(&payer, &free), Ok(json!({"name": "Lotos", "kpp": "770", "type": "legal"})));
    let linked = json!({"entity_id": demo::FIRST_COMPANY, "entity_type": "companies"});
    let shown = read(&payer, &linked).unwrap();
    assert!(shown["name"].is_string() && shown.get("type").is_none(), "{shown}");
    refused(
        &payer,
        &json!({"entity_id": 5, "entity_type": "companies"}),
        &["NotSupportedChoice $.entity_id"],
    );
    refused(&payer, &json!({"name": "x", "type": "robot"}), &["NotSupportedChoice $.type"]);

    let supplier = FieldDefinition::new(1, "Supplier", FieldType::Supplier);
    assert_eq!(read(&supplier, &json!({"entity_id": 88})), Ok(json!({"entity_id": 88})));
    refused(&supplier, &json!({"entity_id": null}), &["FieldMissing $.entity_id"]);
    refused(&supplier, &json!({"entity_id": "88"}), &["InvalidType $.entity_id"]);
    refused(&supplier, &json!({"name": "x", "entity_id": 88}), &["FieldNotExpected $.name"]);
}

#[test]
fn every_type_has_one_name() {
    let mut members = CUSTOM_FIELD.members.iter();
    let kind = members.find(|member| member.name == "type").map(|member| member.kind);
    let Some(Type::OneOf(names)) = kind else { panic!("{kind:?}") };
    for name in names {
        let known = FieldType::named(name).map(FieldType::name);
        assert_eq!(known, (*name != "org_legal_name").then_some(*name));
    }
}
