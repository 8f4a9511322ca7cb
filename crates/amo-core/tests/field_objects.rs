//! Custom fields whose values are objects, and those that say where a lead came from.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_core::field::invoice::{ITEMS, LEGAL_ENTITY, PAYER, SUPPLIER};
use amo_core::field::tracking::{GCLID, UTM_SOURCE, YCLID, YM_UID};
use amo_core::field::{
    ChainedList, EMAIL, File, IM, Items, LegalEntity, LinkedEntity, PHONE, Select, SmartAddress,
    Supplier, Text,
};
use amo_core::{
    AddressPart, Amount, CatalogId, ChainedElement, Choice, CompanyId, ContactId, CustomFields,
    Discount, DiscountType, ElementId, EmailSort, EntityType, Field, FieldValues, FileUuid,
    FileValue, FileVersionUuid, InvoiceItem, Lead, LeadPatch, LegalEntityType, LegalEntityValue,
    LinkedEntityValue, MessengerSort, NewCustomFields, NewLead, PayerType, PayerValue, PhoneSort,
    SupplierValue, Utm, from_slice,
};
use common::{round_trip, sent};
use serde_json::{Value, json};

const LINK: Field<LinkedEntity> = Field::id(24);
const CHAIN: Field<ChainedList> = Field::id(21);
const SCAN: Field<File> = Field::id(22);

/// What one field reads as, which is printed back as it came.
fn field(field_type: &str, values: &Value) -> CustomFields {
    round_trip(&json!([{ "field_id": 1, "field_type": field_type, "values": values }]))
}

/// The same of what is printed in its usual form.
fn odd(field_type: &str, values: &Value) -> CustomFields {
    let field = json!([{ "field_id": 1, "field_type": field_type, "values": values }]);
    from_slice(field.to_string().as_bytes()).unwrap()
}

/// What is sent for what was read.
fn sent_back(field_type: &str, values: &Value) -> Value {
    let body = NewCustomFields::from(&field(field_type, values));
    serde_json::to_value(body).unwrap()[0]["values"].take()
}

#[test]
fn objects_are_read_by_typed_handles() {
    let fields = odd(
        "legal_entity",
        &json!([{ "value": { "name": "Lotos", "vat_id": 77,
        "tax_registration_reason_code": 1_027_700, "entity_type": 2, "kpp": null, "new": 1 } }]),
    );
    let firms = fields.get(Field::<LegalEntity>::id(1)).unwrap();
    assert_eq!(firms[0].name.as_deref(), Some("Lotos"));
    assert_eq!(firms[0].vat_id.as_deref(), Some("77"));
    assert_eq!(firms[0].entity_type, Some(LegalEntityType::LEGAL));
    assert_eq!(firms[0].extra.get("new"), Some(&json!(1)));

    let fields = odd(
        "items",
        &json!([
            { "value": { "description": 5, "unit_price": "150", "quantity": 2.5, "vat_rate_id": "1",
                         "discount": { "type": "percentage", "value": 5 }, "metadata": [] } },
            { "value": { "sku": "C-2", "total_sum": 10.0, "discount": null } },
        ]),
    );
    let lines = fields.get(Field::<Items>::id(1)).unwrap();
    assert_eq!(lines[0].unit_price, Some(Amount::new(150)));
    assert_eq!(lines[0].description.as_deref(), Some("5"));
    let discount = lines[0].discount.as_ref().unwrap();
    assert_eq!(discount.kind, Some(DiscountType::Percentage));
    assert_eq!(lines[1].total_sum, Amount::from_f64(10.0));

    let fields = odd("supplier", &json!([{ "value": { "entity_id": "88", "name": "Own" } }]));
    let supplier = fields.get(Field::<Supplier>::id(1)).unwrap();
    assert_eq!(supplier.entity_id, Some(ElementId::new(88)));

    let chain = json!([{ "catalog_id": 5, "catalog_element_id": 11, "depth": 1 }]);
    let levels = odd("chained_list", &chain).get(Field::<ChainedList>::id(1)).unwrap();
    assert_eq!(levels[0].catalog_element_id, Some(ElementId::new(11)));
    assert_eq!(levels[0].extra.get("depth"), Some(&json!(1)));
}

#[test]
fn an_object_may_stand_without_its_value() {
    let bare = json!([{ "name": "Lotos", "kpp": "1" }]);
    let fields = field("legal_entity", &bare);
    let firms = fields.get(Field::<LegalEntity>::id(1)).unwrap();
    assert_eq!(firms[0].kpp.as_deref(), Some("1"));
    assert_eq!(
        sent_back("legal_entity", &bare),
        json!([{ "value": { "name": "Lotos", "kpp": "1" } }]),
        "it is sent in the documented form"
    );
}

#[test]
fn what_is_no_such_object_is_kept() {
    for (field_type, values) in [
        ("payer", json!([{ "value": "Lotos" }])),
        ("payer", json!([{ "value": ["a"] }])),
        ("payer", json!([{ "value": { "name": {} } }])),
        ("payer", json!([{ "name": {} }])),
        ("file", json!([{ "value": null }])),
        ("items", json!([{ "value": { "unit_price": "many" } }])),
        ("items", json!([{ "value": { "sku": "1" } }, { "value": { "quantity": true } }, 5])),
        ("chained_list", json!([{ "value": 5 }])),
        ("chained_list", json!([{ "catalog_id": "x" }])),
        ("chained_list", json!([{ "catalog_id": 1, "catalog_element_id": 2 }, { "value": 5 }])),
    ] {
        let fields = field(field_type, &values);
        let read = &fields.iter().next().unwrap().values;
        assert_eq!(*read, FieldValues::Unknown(values.clone()), "{field_type}");
        assert_eq!(sent_back(field_type, &values), values, "{field_type}");
    }
}

#[test]
fn only_what_the_server_takes_is_sent_back() {
    let item = json!({ "sku": "C-1", "unit_price": 150.5, "external_uid": "", "product_id": null,
        "discount": { "type": "amount", "value": 10, "new": 1 }, "metadata": {}, "quantity": 0,
        "is_discount_recalculated": false, "is_total_sum_recalculated": true, "total_sum": 290.5 });
    assert_eq!(
        sent_back("items", &json!([{ "value": item, "author": 5 }])),
        json!([{ "value": { "sku": "C-1", "unit_price": 150.5, "quantity": 0,
                            "discount": { "type": "amount", "value": 10 } } }])
    );
    assert_eq!(
        sent_back("supplier", &json!([{ "value": { "entity_id": 88, "name": "Own", "kpp": "" } }])),
        json!([{ "value": { "entity_id": 88 } }])
    );
    let firm = json!([{ "value": { "name": "Lotos", "bin": "", "kpp": null, "region": "x" } }]);
    assert_eq!(sent_back("legal_entity", &firm), json!([{ "value": { "name": "Lotos" } }]));
    assert_eq!(
        sent_back("file", &json!([{ "value": { "file_uuid": "f", "is_deleted": true } }])),
        json!([{ "value": { "file_uuid": "f" } }])
    );
    assert_eq!(
        sent_back("chained_list", &json!([{ "catalog_id": 5, "catalog_element_id": 11, "x": 1 }])),
        json!([{ "catalog_id": 5, "catalog_element_id": 11 }])
    );
    let computed: CustomFields = round_trip(&json!([
        { "field_id": 1, "field_type": "text", "values": [{ "value": "x" }], "is_computed": true },
        { "field_id": 2, "field_type": "text", "values": null },
        { "field_id": 3, "field_type": "text", "values": [{ "value": "y" }], "is_computed": false },
    ]));
    assert_eq!(
        sent(&NewCustomFields::from(&computed)),
        r#"[{"field_id":3,"values":[{"value":"y"}]}]"#
    );
}

#[test]
fn objects_byte_for_byte() {
    let line = InvoiceItem::new()
        .description("Consulting")
        .unit_price(150)
        .quantity(2)
        .unit_type("h")
        .discount(Discount::percentage(5))
        .product_id(ElementId::new(7));
    let fields = NewCustomFields::new()
        .set(LEGAL_ENTITY, [LegalEntityValue::new("Lotos").kpp("1").vat_id("")])
        .add(LEGAL_ENTITY, LegalEntityValue::from("Other"))
        .set(ITEMS, [line])
        .set(LINK, LinkedEntityValue::element(CatalogId::new(5), ElementId::new(9)))
        .set(
            CHAIN,
            [(5, 11), (6, 12)].map(|(catalog, element)| {
                ChainedElement::new(CatalogId::new(catalog), ElementId::new(element))
            }),
        )
        .set(SCAN, FileValue::new("f").version_uuid(FileVersionUuid::new("v")))
        .set(PAYER, PayerValue::contact(ContactId::new(501)).kind(PayerType::Individual))
        .set(SUPPLIER, ElementId::new(88));
    assert_eq!(
        sent(&fields),
        concat!(
            r#"[{"field_code":"LEGAL_ENTITY","values":[{"value":{"kpp":"1","name":"Lotos"}},"#,
            r#"{"value":{"name":"Other"}}]},"#,
            r#"{"field_code":"ITEMS","values":[{"value":{"description":"Consulting","#,
            r#""discount":{"type":"percentage","value":5},"product_id":7,"quantity":2,"#,
            r#""unit_price":150,"unit_type":"h"}}]},"#,
            r#"{"field_id":24,"values":[{"value":{"catalog_id":5,"entity_id":9,"#,
            r#""entity_type":"catalog_elements"}}]},"#,
            r#"{"field_id":21,"values":[{"catalog_element_id":11,"catalog_id":5},"#,
            r#"{"catalog_element_id":12,"catalog_id":6}]},"#,
            r#"{"field_id":22,"values":[{"value":{"file_uuid":"f","version_uuid":"v"}}]},"#,
            r#"{"field_code":"PAYER","values":[{"value":{"entity_id":501,"#,
            r#""entity_type":"contacts","type":"individual"}}]},"#,
            r#"{"field_code":"SUPPLIER","values":[{"value":{"entity_id":88}}]}]"#,
        )
    );
    let others = NewCustomFields::new()
        .set(LINK, CompanyId::new(7))
        .set(PAYER, PayerValue::named("Lotos").phone("+7003"))
        .set(SCAN, FileUuid::new("f"))
        .add(CHAIN, (CatalogId::new(5), ElementId::new(11)));
    assert_eq!(
        sent(&others),
        concat!(
            r#"[{"field_id":24,"values":[{"value":{"entity_id":7,"entity_type":"companies"}}]},"#,
            r#"{"field_code":"PAYER","values":[{"value":{"name":"Lotos","phone":"+7003"}}]},"#,
            r#"{"field_id":22,"values":[{"value":{"file_uuid":"f"}}]},"#,
            r#"{"field_id":21,"values":[{"catalog_element_id":11,"catalog_id":5}]}]"#,
        )
    );
    assert_eq!(LinkedEntityValue::named("x").entity_type, None);
    assert_eq!(LinkedEntityValue::from(ContactId::new(5)).entity_type, Some(EntityType::Contacts));
    assert_eq!(SupplierValue::from(ElementId::new(5)).entity_id, Some(ElementId::new(5)));
}

#[test]
fn what_no_account_would_take_is_refused_by_the_name_of_the_field() {
    let level = || ChainedElement::new(CatalogId::new(5), ElementId::new(11));
    let mut half = level();
    half.catalog_id = None;
    let mut nobody = PayerValue::named("");
    nobody.name = None;
    let mut option = Choice::text("x");
    option.value = None;
    for (fields, flaw) in [
        (
            NewCustomFields::new().set(LEGAL_ENTITY, [LegalEntityValue::new("")]),
            "custom field LEGAL_ENTITY: a legal entity needs a name",
        ),
        (
            NewCustomFields::new().set(ITEMS, [InvoiceItem::new().sku("1"), InvoiceItem::new()]),
            "custom field ITEMS: a line of a bill says nothing",
        ),
        (
            NewCustomFields::new().set(CHAIN, vec![level(); 6]),
            "custom field 21: a chain has at most five levels",
        ),
        (
            NewCustomFields::new().set(CHAIN, [half]),
            "custom field 21: a level of a chain needs its catalog and its element",
        ),
        (NewCustomFields::new().set(PAYER, nobody), "custom field PAYER: a payer says nothing"),
        (
            NewCustomFields::new().set(LINK, LinkedEntityValue::named("")),
            "custom field 24: a link needs an entity or a name",
        ),
        (
            NewCustomFields::new().set(Field::<Select>::id(3), option),
            "custom field 3: an option needs an id, a code or a text",
        ),
    ] {
        let lead = NewLead::new().custom_fields(fields);
        assert_eq!(serde_json::to_string(&lead).unwrap_err().to_string(), flaw);
    }
    sent(&NewCustomFields::new().set(CHAIN, vec![level(); 5]));
}

#[test]
fn a_file_is_cleared_by_a_null_of_its_own() {
    let cleared = r#"[{"field_id":22,"values":[{"value":null}]}]"#;
    assert_eq!(sent(&NewCustomFields::new().clear(SCAN)), cleared);
    let read: CustomFields = round_trip(&json!([{ "field_id": 22, "field_type": "file",
        "values": [{ "value": { "file_uuid": "f" } }] }]));
    let mut after = read.clone();
    after.clear(SCAN);
    assert_eq!(sent(&CustomFields::diff(&read, &after)), cleared);
    assert_eq!(
        sent(&LeadPatch::new().clear(SCAN)),
        format!(r#"{{"custom_fields_values":{cleared}}}"#)
    );
}

#[test]
fn a_difference_is_in_what_can_be_sent() {
    let before = field("items", &json!([{ "value": { "sku": "1", "total_sum": 5 } }]));
    let after = field("items", &json!([{ "value": { "sku": "1", "total_sum": 6 } }]));
    assert!(CustomFields::diff(&before, &after).is_empty());
    let mut after = after;
    after.add(Field::<Items>::id(1), InvoiceItem::new().sku("2"));
    assert_eq!(
        sent(&CustomFields::diff(&before, &after)),
        r#"[{"field_id":1,"values":[{"value":{"sku":"1"}},{"value":{"sku":"2"}}]}]"#
    );
}

#[test]
fn a_field_of_another_type_can_be_left_alone() {
    let mut fields = field("items", &json!([{ "value": { "sku": "1" } }]));
    let error = fields.try_set(Field::<Text>::id(1), "x").unwrap_err();
    assert_eq!(error.to_string(), "custom field 1 is read as `text`, but amoCRM says `items`");
    assert_eq!(fields.get(Field::<Items>::id(1)).unwrap().len(), 1);
    fields.try_set(Field::<Text>::id(2), "x").unwrap();
    fields.try_set(Field::<Text>::id(2), "y").unwrap();
    assert_eq!(fields.get(Field::<Text>::id(2)).as_deref(), Some("y"));
}

#[test]
fn sorts_have_names() {
    let fields = NewCustomFields::new()
        .add(PHONE, ("+7001", PhoneSort::WorkDirect))
        .add(EMAIL, ("o@example.test", EmailSort::Private))
        .add(IM, ("olga", MessengerSort::Skype))
        .add(Field::<SmartAddress>::id(1), ("US", AddressPart::Country));
    assert_eq!(
        sent(&fields),
        concat!(
            r#"[{"field_code":"PHONE","values":[{"value":"+7001","enum_code":"WORKDD"}]},"#,
            r#"{"field_code":"EMAIL","values":[{"value":"o@example.test","enum_code":"PRIV"}]},"#,
            r#"{"field_code":"IM","values":[{"value":"olga","enum_code":"SKYPE"}]},"#,
            r#"{"field_id":1,"values":[{"value":"US","enum_code":"country"}]}]"#,
        )
    );
}

#[test]
fn where_a_lead_came_from() {
    let utm = Utm::new().source("mail").medium("").set(YCLID, "1").source("letter").term("chairs");
    assert_eq!(
        sent(&NewLead::new().tracking(utm.clone())),
        concat!(
            r#"{"custom_fields_values":[{"field_code":"UTM_SOURCE","values":[{"value":"letter"}]},"#,
            r#"{"field_code":"YCLID","values":[{"value":"1"}]},"#,
            r#"{"field_code":"UTM_TERM","values":[{"value":"chairs"}]}]}"#,
        )
    );
    let patch = LeadPatch::new().tracking(Utm::new().source("mail"));
    assert!(sent(&patch).contains("UTM_SOURCE"));
    assert_eq!(
        (utm.get(UTM_SOURCE), utm.get(GCLID), utm.is_empty()),
        (Some("letter"), None, false)
    );

    let lead: Lead = from_slice(
        br#"{"id":1,"custom_fields_values":[
            {"field_id":5,"field_code":"UTM_SOURCE","field_type":"tracking_data",
             "values":[{"value":"mail"}]},
            {"field_id":6,"field_code":"GCLID","field_type":"tracking_data",
             "values":[{"value":"g"}]}]}"#,
    )
    .unwrap();
    let tracking = lead.custom_fields_values.tracking();
    assert_eq!(tracking, Utm::new().source("mail").set(GCLID, "g"));
}

#[test]
fn where_an_address_says_that_a_visitor_came_from() {
    let utm = Utm::from_address(concat!(
        "https://shop.example/a?x=1&utm_source=%D0%9F%D0%BE%D0%B8%D1%81%D0%BA&UTM_TERM=a+b%2Bc",
        "&utm_source=late&utm_campaign=&_ym_uid=9&gclid&utm_content=50%#utm_medium=no",
    ));
    let expected = Utm::new().source("Поиск").term("a b+c").set(YM_UID, "9").content("50%");
    assert_eq!(utm, expected);
    assert_eq!(Utm::from_address("utm_medium=cpc"), Utm::new().medium("cpc"));
    for nothing in ["", "https://shop.example", "?", "?&&=", "%%%?%=%"] {
        assert!(Utm::from_address(nothing).is_empty(), "{nothing}");
    }
}
