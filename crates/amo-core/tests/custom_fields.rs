#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_core::field::{
    Birthday, Checkbox, Date, DateTime, EMAIL, Monetary, Multiselect, Numeric, PHONE, POSITION,
    Select, SmartAddress, Text, Textarea,
};
use amo_core::{
    Choice, CustomFieldId, CustomFieldValues, CustomFields, EnumId, EnumText, Field, FieldKey,
    FieldType, FieldValues, NewCustomFields, Number, Timestamp, from_slice,
};
use common::round_trip;
use proptest::prelude::*;
use serde_json::{Value, json};

/// What is sent, as text.
fn sent(body: &impl serde::Serialize) -> String {
    serde_json::to_string(body).unwrap()
}

const REMARK: Field<Text> = Field::id(7001);
const CHANNEL: Field<Select> = Field::id(7002);
const HOBBIES: Field<Multiselect> = Field::code("HOBBIES");

/// One field of every type that has typed values, and some that have none.
fn all() -> Value {
    json!([
        { "field_id": 1, "field_name": "Phone", "field_code": "PHONE", "field_type": "multitext",
          "values": [{ "value": "+7001", "enum_id": 61, "enum_code": "WORK" },
                     { "value": "+7002", "enum_id": 62, "enum_code": "MOB" }] },
        { "field_id": 2, "field_name": "Mail", "field_code": "EMAIL", "field_type": "multitext",
          "values": [{ "value": "o@example.test", "enum_id": 63, "enum_code": null }] },
        { "field_id": 3, "field_name": "Job", "field_code": "POSITION", "field_type": "text",
          "values": [{ "value": "Director" }] },
        { "field_id": 4, "field_name": "Notes", "field_code": null, "field_type": "textarea",
          "values": [{ "value": "one\ntwo" }] },
        { "field_id": 5, "field_type": "numeric", "values": [{ "value": "12.50" }] },
        { "field_id": 6, "field_type": "price", "values": [{ "value": 150 }] },
        { "field_id": 7, "field_type": "monetary", "values": [{ "value": "99.9" }] },
        { "field_id": 8, "field_type": "checkbox", "values": [{ "value": true }] },
        { "field_id": 9, "field_type": "url", "values": [{ "value": "https://example.test" }] },
        { "field_id": 10, "field_type": "streetaddress", "values": [{ "value": "1 Test st" }] },
        { "field_id": 11, "field_code": "UTM_SOURCE", "field_type": "tracking_data",
          "values": [{ "value": "mail" }] },
        { "field_id": 12, "field_type": "date", "values": [{ "value": 1_709_240_400 }] },
        { "field_id": 13, "field_type": "date_time", "values": [{ "value": 0 }] },
        { "field_id": 14, "field_type": "birthday", "values": [{ "value": -86_400 }] },
        { "field_id": 15, "field_type": "select",
          "values": [{ "value": "Blue", "enum_id": 9001, "enum_code": null }] },
        { "field_id": 16, "field_type": "radiobutton",
          "values": [{ "value": "Yes", "enum_id": 9002 }] },
        { "field_id": 17, "field_code": "HOBBIES", "field_type": "multiselect",
          "values": [{ "value": "Chess", "enum_id": 1 }, { "value": "Go", "enum_id": 2,
          "enum_code": "go" }] },
        { "field_id": 18, "field_type": "category", "values": [{ "value": "Devices", "enum_id": 4 }] },
        { "field_id": 19, "field_type": "smart_address",
          "values": [{ "value": "Springfield", "enum_id": 3, "enum_code": "city" }] },
        { "field_id": 20, "field_code": "LEGAL_ENTITY", "field_type": "legal_entity",
          "values": [{ "value": { "name": "Lotos", "vat_id": null, "entity_type": 1,
                                  "bin": "", "kpp": "123" } }] },
        { "field_id": 21, "field_type": "chained_list",
          "values": [{ "catalog_id": 5, "catalog_element_id": 11 },
                     { "catalog_id": 6, "catalog_element_id": 12 }] },
        { "field_id": 22, "field_type": "file", "is_computed": false,
          "values": [{ "value": { "file_uuid": "f", "version_uuid": "v", "file_name": "a.pdf",
                                  "file_size": 10, "is_deleted": false } }] },
        { "field_id": 23, "field_code": "ITEMS", "field_type": "items",
          "values": [{ "value": { "sku": "C-1", "description": "Work", "unit_price": 150.5,
                                  "quantity": 2, "unit_type": "h", "vat_rate_value": 0,
                                  "discount": { "type": "amount", "value": 10.5 },
                                  "external_uid": "", "product_id": null,
                                  "bonus_points_per_purchase": 0.5,
                                  "metadata": { "colour": "red" },
                                  "is_discount_recalculated": false,
                                  "is_total_sum_recalculated": true, "total_sum": 290.5 } }] },
        { "field_id": 24, "field_type": "linked_entity",
          "values": [{ "value": { "name": "Olga", "entity_id": 501, "entity_type": "contacts",
                                  "catalog_id": null } }] },
        { "field_id": 25, "field_code": "PAYER", "field_type": "payer",
          "values": [{ "value": { "type": "legal", "name": "Lotos", "entity_id": 7,
                                  "entity_type": "companies", "phone": "+7003" } }] },
        { "field_id": 26, "field_code": "SUPPLIER", "field_type": "supplier",
          "values": [{ "value": { "entity_id": 88, "name": "Own firm", "vat_id": "77" } }] },
        { "field_id": 27, "field_type": "hologram", "values": [{ "value": "x", "angle": 3 }] },
        { "field_id": 28, "field_type": "org_legal_name", "values": [{ "value": "Lotos" }] },
    ])
}

fn fields(json: &Value) -> CustomFields {
    round_trip(json)
}

fn one(field: &Value) -> CustomFieldValues {
    round_trip(field)
}

#[test]
fn every_type_round_trips_and_is_typed() {
    let fields = fields(&all());
    assert_eq!(fields.iter().count(), 28);
    for field in &fields {
        let id = field.field_id.unwrap().get();
        let unknown = matches!(field.values, FieldValues::Unknown(_));
        assert_eq!(unknown, id >= 27, "{field:?}");
    }
}

#[test]
fn values_are_got_by_typed_handles() {
    let fields = fields(&all());
    assert_eq!(fields.get(POSITION).as_deref(), Some("Director"));
    assert_eq!(fields.get(Field::<Textarea>::id(4)).as_deref(), Some("one\ntwo"));
    let number = fields.get(Field::<Numeric>::id(5)).unwrap();
    assert_eq!((number.to_string().as_str(), number.as_f64()), ("12.50", Some(12.5)));
    assert_eq!(fields.get(Field::<amo_core::field::Price>::id(6)).unwrap().as_i64(), Some(150));
    assert_eq!(fields.get(Field::<Monetary>::id(7)).unwrap().as_i64(), None);
    assert_eq!(fields.get(Field::<Checkbox>::id(8)), Some(true));
    assert_eq!(fields.get(Field::<Date>::id(12)), Some(Timestamp::new(1_709_240_400)));
    assert_eq!(fields.get(Field::<DateTime>::id(13)), Some(Timestamp::new(0)));
    assert_eq!(fields.get(Field::<Birthday>::id(14)), Some(Timestamp::new(-86_400)));
    let choice = fields.get(Field::<Select>::id(15)).unwrap();
    assert_eq!((choice.value.as_deref(), choice.enum_id), (Some("Blue"), Some(EnumId::new(9001))));
    let hobbies = fields.get(HOBBIES).unwrap();
    assert_eq!(hobbies.len(), 2);
    assert_eq!(hobbies[1].enum_code.as_deref(), Some("go"));
    let address = fields.get(Field::<SmartAddress>::id(19)).unwrap();
    assert_eq!(address[0].enum_code.as_deref(), Some("city"));
}

#[test]
fn phones_and_emails_come_with_their_sorts() {
    let fields = fields(&all());
    let phones: Vec<_> =
        fields.phones().map(|phone| (phone.value.as_str(), phone.enum_code.as_deref())).collect();
    assert_eq!(phones, [("+7001", Some("WORK")), ("+7002", Some("MOB"))]);
    assert_eq!(
        fields.emails().map(|mail| mail.value.as_str()).collect::<Vec<_>>(),
        ["o@example.test"]
    );
    assert_eq!(CustomFields::default().phones().count(), 0);
}

#[test]
fn fields_are_found_by_id_and_by_code() {
    let fields = fields(&all());
    assert_eq!(
        fields.by_id(CustomFieldId::new(27)).unwrap().field_type,
        Some(FieldType::Other("hologram".to_owned()))
    );
    assert_eq!(fields.by_code("UTM_SOURCE").unwrap().field_type, Some(FieldType::TrackingData));
    assert_eq!(fields.by_code("NONE"), None);
}

#[test]
fn a_wrong_handle_is_an_error_that_names_both_types() {
    let fields = fields(&all());
    assert_eq!(fields.try_get(REMARK), Ok(None));
    assert_eq!(fields.get(Field::<Checkbox>::id(5)), None);
    let error = fields.try_get(Field::<Checkbox>::id(5)).unwrap_err();
    assert_eq!(error.field(), FieldKey::Id(CustomFieldId::new(5)));
    assert_eq!((error.expected(), error.found()), (&FieldType::Checkbox, "numeric"));
    assert_eq!(
        error.to_string(),
        "custom field 5 is read as `checkbox`, but amoCRM says `numeric`"
    );
}

#[test]
fn a_value_of_another_form_is_kept_as_it_is() {
    for values in [
        json!([{ "value": ["a"] }]),
        json!([{ "value": null }]),
        json!([{ "enum_id": 5 }]),
        json!(["bare"]),
        json!([{ "value": "fine" }, [1, { "x": null }]]),
        json!({ "value": "no list" }),
        json!("text"),
        json!(5),
        json!(true),
        json!(null),
    ] {
        let field = one(&json!({ "field_id": 1, "field_type": "text", "values": values }));
        assert_eq!(field.values, FieldValues::Unknown(values));
    }
    let strange = fields(&json!([{ "field_id": 1, "field_code": "PHONE",
        "field_type": "multitext", "values": [{ "value": { "n": 1 }, "enum_id": 2 }] }]));
    assert_eq!(strange.phones().count(), 0);
    let error = strange.try_get(PHONE).unwrap_err();
    assert!(error.to_string().contains("`multitext` with values of another form"), "{error}");
}

#[test]
fn values_may_stand_before_the_type() {
    for (text, typed) in [
        (r#"{"values":[{"value":"x"}],"field_type":"text","field_id":1}"#, true),
        (r#"{"field_id":1,"values":[{"value":{"a":1}}],"field_type":"payer"}"#, true),
        (r#"{"field_id":1,"values":[{"value":{"a":1}}],"field_type":"text"}"#, false),
        (r#"{"field_id":1,"values":[{"value":"x"}]}"#, false),
    ] {
        let field: CustomFieldValues = from_slice(text.as_bytes()).unwrap();
        assert_eq!(!matches!(field.values, FieldValues::Unknown(_)), typed, "{text}");
        let expected: Value = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_value(&field).unwrap(), expected);
    }
}

#[test]
fn a_list_of_fields_has_the_forms_of_php() {
    let field = json!({ "field_id": 1, "field_type": "text", "values": [{ "value": "x" }] });
    for odd in [json!([null, field]), json!({ "3": field }), field.clone()] {
        let fields: CustomFields = from_slice(odd.to_string().as_bytes()).unwrap();
        assert_eq!(fields.get(Field::<Text>::id(1)).as_deref(), Some("x"), "{odd}");
    }
    let none: CustomFields = from_slice(b"{}").unwrap();
    assert!(none.is_empty());
}

#[test]
fn unknown_keys_of_a_value_are_kept() {
    let field = one(&json!({ "field_id": 1, "field_type": "text",
        "values": [{ "value": "x", "subtype": 3, "enum_id": null }] }));
    let FieldValues::Text(items) = &field.values else { panic!("{field:?}") };
    assert_eq!(items[0].extra.get("subtype"), Some(&json!(3)));
    one(&json!({ "field_id": 1, "field_type": "select",
        "values": [{ "value": null, "enum_id": 4, "color": "red" }] }));
    one(&json!({ "field_id": 1, "field_type": "multitext", "extra": {},
        "values": [{ "value": "x", "enum_id": null, "enum_code": null, "n": [] }] }));
}

#[test]
fn other_forms_of_values_are_understood() {
    let read = |json: Value| serde_json::from_value::<CustomFields>(json).unwrap();
    let fields = read(json!([
        { "field_id": "1", "field_type": "date", "values": [{ "value": "2024-03-01T00:00:00+03:00" }] },
        { "field_id": 2, "field_type": "date_time", "values": [{ "value": "1709240400" }] },
        { "field_id": 3, "field_type": "checkbox", "values": [{ "value": 1 }] },
        { "field_id": 4, "field_type": "text", "values": [{ "value": 42 }] },
        { "field_id": 5, "field_code": "PHONE", "field_type": "multitext",
          "values": [{ "value": 79_001_112_233_i64, "enum_id": "61", "enum": "WORK" }] },
        { "field_id": 6, "field_type": "checkbox", "values": [{ "value": "0" }] },
    ]));
    let time = Some(Timestamp::new(1_709_240_400));
    assert_eq!(fields.get(Field::<Date>::id(1)), time);
    assert_eq!(fields.get(Field::<DateTime>::id(2)), time);
    assert_eq!(fields.get(Field::<Checkbox>::id(3)), Some(true));
    assert_eq!(fields.get(Field::<Text>::id(4)).as_deref(), Some("42"));
    assert_eq!(fields.get(Field::<Checkbox>::id(6)), Some(false));
    let phone = fields.phones().next().unwrap();
    assert_eq!((phone.value.as_str(), phone.enum_code.as_deref()), ("79001112233", Some("WORK")));
    assert!(phone.extra.is_empty());
}

#[test]
fn local_changes() {
    let mut fields = fields(&all());
    fields.set(POSITION, "Owner");
    fields.set(REMARK, "new");
    fields.set(CHANNEL, EnumId::new(5));
    fields.add(PHONE, ("+7003", "HOME"));
    fields.add(HOBBIES, Choice::text("Tea"));
    fields.clear(EMAIL);
    assert_eq!(fields.get(POSITION).as_deref(), Some("Owner"));
    assert_eq!(fields.get(REMARK).as_deref(), Some("new"));
    assert_eq!(fields.get(CHANNEL), Some(Choice::id(EnumId::new(5))));
    assert_eq!(fields.phones().count(), 3);
    assert_eq!(fields.get(HOBBIES).unwrap().len(), 3);
    assert_eq!(fields.emails().count(), 0);
    let name = fields.by_code("POSITION").unwrap().field_name.as_deref();
    assert_eq!(name, Some("Job"), "what the server said of the field stays");
}

#[test]
fn adding_keeps_what_is_there_whatever_it_is() {
    let strange = json!({ "value": null, "enum_id": 61 });
    let mut fields = fields(&json!([{ "field_id": 1, "field_code": "PHONE",
        "field_type": "multitext", "values": [strange] }]));
    fields.add(PHONE, ("+7001", "WORK"));
    let added = json!({ "value": "+7001", "enum_code": "WORK" });
    assert_eq!(
        fields.by_code("PHONE").unwrap().values,
        FieldValues::Unknown(json!([strange, added]))
    );
    let mut empty: CustomFields = round_trip(&json!([{ "field_id": 1, "field_code": "PHONE",
        "field_type": "multitext", "values": null }]));
    assert_eq!(empty.try_get(PHONE), Ok(None));
    empty.add(PHONE, ("+7001", "WORK"));
    assert_eq!(empty.phones().count(), 1);
}

#[test]
fn new_fields_byte_for_byte() {
    let fields = NewCustomFields::new()
        .add(PHONE, ("+7001", "WORK"))
        .add(PHONE, EnumText::with_id("+7002", EnumId::new(62)))
        .set(REMARK, "urgent")
        .set(REMARK, "very \"urgent\"")
        .set(CHANNEL, Choice::id(EnumId::new(9001)))
        .set(HOBBIES, [Choice::code("go"), Choice::text("Chess")])
        .set(Field::<Numeric>::id(5), Number::try_from(12.5).unwrap())
        .set(Field::<Monetary>::id(6), 150)
        .set(Field::<Checkbox>::id(7), false)
        .set(Field::<Date>::id(8), Timestamp::new(-86_400))
        .set_json(FieldKey::Code("HOLOGRAM"), vec![json!({ "value": { "name": "Lotos" } })])
        .clear(POSITION);
    assert_eq!(
        sent(&fields),
        concat!(
            r#"[{"field_code":"PHONE","values":[{"value":"+7001","enum_code":"WORK"},"#,
            r#"{"value":"+7002","enum_id":62}]},"#,
            r#"{"field_id":7001,"values":[{"value":"very \"urgent\""}]},"#,
            r#"{"field_id":7002,"values":[{"enum_id":9001}]},"#,
            r#"{"field_code":"HOBBIES","values":[{"enum_code":"go"},{"value":"Chess"}]},"#,
            r#"{"field_id":5,"values":[{"value":"12.5"}]},"#,
            r#"{"field_id":6,"values":[{"value":"150"}]},"#,
            r#"{"field_id":7,"values":[{"value":false}]},"#,
            r#"{"field_id":8,"values":[{"value":-86400}]},"#,
            r#"{"field_code":"HOLOGRAM","values":[{"value":{"name":"Lotos"}}]},"#,
            r#"{"field_code":"POSITION","values":null}]"#,
        )
    );
}

#[test]
fn a_choice_that_was_read_is_sent_in_one_way() {
    let fields = fields(&all());
    let choice = fields.get(Field::<Select>::id(15)).unwrap();
    assert_eq!(
        sent(&NewCustomFields::new().set(CHANNEL, choice)),
        r#"[{"field_id":7002,"values":[{"enum_id":9001}]}]"#
    );
    let none: Vec<EnumText> = Vec::new();
    assert_eq!(
        sent(&NewCustomFields::new().set(PHONE, none)),
        r#"[{"field_code":"PHONE","values":null}]"#,
        "an empty list clears, as null"
    );
}

#[test]
fn numbers_are_text() {
    for text in ["0", "-5", "12.50", "00.1"] {
        assert_eq!(text.parse::<Number>().unwrap().to_string(), text);
    }
    for text in ["", "-", ".", "1.", ".5", "1e5", "NaN", "1 000", "1,5", "+1", "1.2.3"] {
        assert!(text.parse::<Number>().is_err(), "{text}");
    }
    assert!(Number::try_from(f64::INFINITY).is_err());
    assert_eq!(Number::from(7).as_i64(), Some(7));
    assert_eq!(Number::from(7_i64).as_str(), Some("7"));
}

/// Any JSON, not too deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        "[a-z0-9]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let key = prop_oneof![
            Just("value".to_owned()),
            Just("enum_id".to_owned()),
            Just("enum_code".to_owned()),
            "[a-z]{1,3}",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key, inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_values_are_an_error_and_none_are_lost(
        values in prop_oneof![any_json(), prop::collection::vec(any_json(), 0..3).prop_map(Value::from)],
        field_type in prop::sample::select(vec![
            "text", "numeric", "checkbox", "date", "select", "multiselect", "multitext", "file",
            "chained_list", "items", "payer", "new",
        ]),
        before in any::<bool>(),
    ) {
        let (first, second) = (format!("\"values\":{values}"), format!("\"field_type\":\"{field_type}\""));
        let (first, second) = if before { (first, second) } else { (second, first) };
        let text = format!("{{{first},\"field_id\":1,{second}}}");
        let field: CustomFieldValues = from_slice(text.as_bytes()).unwrap();
        let printed = serde_json::to_value(&field.values).unwrap();
        if matches!(field.values, FieldValues::Unknown(_)) {
            prop_assert_eq!(printed, values);
        } else {
            // Scalars may be printed in their usual form; nothing else changes.
            let (printed, values) = (printed.as_array().unwrap(), values.as_array().unwrap());
            prop_assert_eq!(printed.len(), values.len());
            for (printed, value) in printed.iter().zip(values) {
                let keys = |value: &Value| -> Vec<String> {
                    value.as_object().unwrap().keys().cloned().collect()
                };
                prop_assert_eq!(keys(printed), keys(value));
            }
            let again: CustomFieldValues =
                from_slice(serde_json::to_string(&field).unwrap().as_bytes()).unwrap();
            prop_assert_eq!(again, field);
        }
    }

    #[test]
    fn no_json_panics(json in any_json()) {
        let bytes = json.to_string().into_bytes();
        let _ = from_slice::<amo_core::Lead>(&bytes).map_err(|error| error.to_string());
        let _ = from_slice::<amo_core::Account>(&bytes).map_err(|error| error.to_string());
        let _ = from_slice::<CustomFields>(&bytes).map_err(|error| error.to_string());
        let _ = amo_core::one_from_slice::<amo_core::Tag>("tags", &bytes);
        prop_assert!(amo_core::Problem::from_slice(&bytes).is_some());
    }
}
