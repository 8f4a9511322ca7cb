//! Values of custom fields: what each type takes and how it comes back.

use crate::common::{Client, pair};
use amo_sandbox::demo;
use serde_json::{Value, json};

/// Writes one field of a new entity and gives its values as they are read.
async fn written(client: &Client, collection: &str, field: i64, values: Value) -> Value {
    let id = client
        .add(collection, json!({"custom_fields_values": [{"field_id": field, "values": values}]}))
        .await;
    let entity = client.read(&format!("/api/v4/{collection}/{id}")).await;
    assert_eq!(entity["custom_fields_values"][0]["field_id"], field);
    entity["custom_fields_values"][0]["values"].clone()
}

/// Writes a wrong value and gives the flaw, its path shortened to what comes after `values.`.
async fn refused(client: &Client, collection: &str, field: i64, values: Value) -> (String, String) {
    let item = json!([{"custom_fields_values": [{"field_id": field, "values": values}]}]);
    let (code, path) = client.post(&format!("/api/v4/{collection}"), item).await.flaw();
    let path = path.strip_prefix("custom_fields_values.0.values").unwrap();
    (code, path.trim_start_matches('.').to_owned())
}

#[tokio::test]
async fn each_type_takes_its_forms() {
    let client = Client::quiet();
    let gold = json!([{"value": "Gold", "enum_id": demo::LEVEL_GOLD, "enum_code": "gold"}]);
    let tables =
        json!({"value": "Tables", "enum_id": demo::INTEREST_TABLES, "enum_code": "tables"});
    let lamps = json!({"value": "Lamps", "enum_id": demo::INTEREST_LAMPS, "enum_code": null});
    for (field, sent, wanted) in [
        (demo::CONTACT_COMMENT, json!([{"value": "привет"}]), json!([{"value": "привет"}])),
        (demo::CONTACT_COMMENT, json!([{"value": 5}]), json!([{"value": "5"}])),
        (demo::CONTACT_SCORE, json!([{"value": 12.5}]), json!([{"value": "12.5"}])),
        (demo::CONTACT_SCORE, json!([{"value": "-3"}]), json!([{"value": "-3"}])),
        (demo::CONTACT_NEWS, json!([{"value": true}]), json!([{"value": true}])),
        (demo::CONTACT_BIRTHDAY, json!([{"value": -86400}]), json!([{"value": -86400}])),
        (
            demo::CONTACT_BIRTHDAY,
            json!([{"value": "1970-01-02T00:00:00Z"}]),
            json!([{"value": 86400}]),
        ),
        (demo::CONTACT_LEVEL, json!([{"enum_id": demo::LEVEL_GOLD}]), gold.clone()),
        (demo::CONTACT_LEVEL, json!([{"enum_code": "gold"}]), gold.clone()),
        (demo::CONTACT_LEVEL, json!([{"value": "Gold", "enum_id": null, "enum_code": null}]), gold),
        (
            demo::CONTACT_INTERESTS,
            json!([{"value": "Lamps"}, {"enum_code": "tables"}]),
            json!([lamps, tables]),
        ),
        (
            demo::CONTACT_EMAIL,
            json!([{"value": "a@example.test"}, {"value": "b@example.test", "enum_id": demo::EMAIL_PRIV}]),
            json!([{"value": "a@example.test", "enum_id": demo::EMAIL_WORK, "enum_code": "WORK"},
                {"value": "b@example.test", "enum_id": demo::EMAIL_PRIV, "enum_code": "PRIV"}]),
        ),
    ] {
        assert_eq!(written(&client, "contacts", field, sent.clone()).await, wanted, "{sent}");
    }
}

#[tokio::test]
async fn each_type_refuses_the_rest() {
    let client = Client::quiet();
    for (field, sent, code, path) in [
        (demo::CONTACT_COMMENT, json!([{"value": true}]), "InvalidType", "0.value"),
        (demo::CONTACT_COMMENT, json!([{}]), "FieldMissing", "0.value"),
        (
            demo::CONTACT_COMMENT,
            json!([{"value": "a", "enum_id": 1}]),
            "FieldNotExpected",
            "0.enum_id",
        ),
        (demo::CONTACT_COMMENT, json!([{"value": "a"}, {"value": "b"}]), "InvalidValue", ""),
        (demo::CONTACT_COMMENT, json!(["a"]), "InvalidType", "0"),
        (demo::CONTACT_COMMENT, json!("a"), "InvalidType", ""),
        (demo::CONTACT_SCORE, json!([{"value": "many"}]), "InvalidType", "0.value"),
        (demo::CONTACT_SCORE, json!([{"value": "NaN"}]), "InvalidType", "0.value"),
        (demo::CONTACT_NEWS, json!([{"value": 1}]), "InvalidType", "0.value"),
        (demo::CONTACT_BIRTHDAY, json!([{"value": "tomorrow"}]), "InvalidType", "0.value"),
        (demo::CONTACT_LEVEL, json!([{"value": "gold"}]), "NotSupportedChoice", "0.value"),
        (demo::CONTACT_LEVEL, json!([{"enum_code": "lead"}]), "NotSupportedChoice", "0.enum_code"),
        (demo::CONTACT_LEVEL, json!([{"enum_id": null}]), "FieldMissing", "0.value"),
        (
            demo::CONTACT_INTERESTS,
            json!([{"value": "Lamps"}, {"enum_id": 5}]),
            "NotSupportedChoice",
            "1.enum_id",
        ),
        (
            demo::CONTACT_PHONE,
            json!([{"value": "1", "enum_code": "PRIV"}]),
            "NotSupportedChoice",
            "0.enum_code",
        ),
        (demo::CONTACT_PHONE, json!([{"enum_code": "WORK"}]), "FieldMissing", "0.value"),
    ] {
        assert_eq!(
            refused(&client, "contacts", field, sent.clone()).await,
            pair(code, path),
            "{sent}"
        );
    }
}

#[tokio::test]
async fn fields_are_named_by_id_or_code() {
    let client = Client::quiet();
    for (item, code, path) in [
        (json!({"values": []}), "FieldMissing", "field_id"),
        (json!({"field_id": null, "field_code": null, "values": []}), "FieldMissing", "field_id"),
        (json!({"field_code": "NOPE", "values": []}), "NotSupportedChoice", "field_code"),
        (json!({"field_id": demo::LEAD_CHANNEL, "values": []}), "NotSupportedChoice", "field_id"),
        (json!({"field_id": "7001", "values": []}), "InvalidType", "field_id"),
        (json!({"field_code": "PHONE"}), "FieldMissing", "values"),
        (
            json!({"field_code": "PHONE", "values": [], "is_computed": false}),
            "FieldNotExpected",
            "is_computed",
        ),
    ] {
        let answer = client
            .post("/api/v4/contacts", json!([{"custom_fields_values": [item.clone()]}]))
            .await;
        assert_eq!(answer.flaw(), pair(code, &format!("custom_fields_values.0.{path}")), "{item}");
    }
    let answer = client.post("/api/v4/contacts", json!([{"custom_fields_values": {}}])).await;
    assert_eq!(answer.flaw(), pair("InvalidType", "custom_fields_values"));
    client.add("contacts", json!({"custom_fields_values": null})).await;
}

#[tokio::test]
async fn addresses_and_legal_entities_have_parts() {
    let client = Client::quiet();
    let sent = json!([{"value": "Springfield", "enum_code": "city"}, {"value": "12345", "enum_id": 5},
        {"value": "", "enum_code": "state"}]);
    let wanted = json!([{"value": "Springfield", "enum_id": 3, "enum_code": "city"},
        {"value": "12345", "enum_id": 5, "enum_code": "zip"}]);
    assert_eq!(written(&client, "companies", demo::COMPANY_LOCATION, sent).await, wanted);
    let place = demo::COMPANY_LOCATION;
    assert_eq!(
        refused(&client, "companies", place, json!([{"value": "x"}])).await,
        pair("FieldMissing", "0.enum_id")
    );
    assert_eq!(
        refused(&client, "companies", place, json!([{"value": "x", "enum_code": "moon"}])).await,
        pair("NotSupportedChoice", "0.enum_code")
    );

    let sent = json!([{"value": {"name": "Lotos", "entity_type": 2, "tax_registration_reason_code": 770}}]);
    let read = written(&client, "companies", demo::COMPANY_REQUISITES, sent).await;
    assert_eq!(read[0]["value"]["name"], "Lotos");
    assert_eq!(read[0]["value"]["entity_type"], 2);
    assert_eq!(read[0]["value"]["tax_registration_reason_code"], "770");
    assert_eq!(read[0]["value"]["kpp"], Value::Null);
    let entity = demo::COMPANY_REQUISITES;
    for (value, code, path) in [
        (json!({"kpp": "1"}), "FieldMissing", "0.value.name"),
        (json!({"name": ""}), "NotBlank", "0.value.name"),
        (json!({"name": "x", "entity_type": 3}), "NotSupportedChoice", "0.value.entity_type"),
        (json!({"name": "x", "moon": 1}), "FieldNotExpected", "0.value.moon"),
        (json!("x"), "InvalidType", "0.value"),
    ] {
        assert_eq!(
            refused(&client, "companies", entity, json!([{"value": value}])).await,
            pair(code, path)
        );
    }
}
