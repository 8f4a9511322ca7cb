//! Fields that must be filled: in some stages of leads, and always of elements.

use crate::common::{Client, catalog, field_of, pair, quiet};
use amo_sandbox::demo;
use serde_json::{Value, json};

fn with(field: &Value, value: &Value) -> Value {
    json!([{ "field_id": field["id"], "values": value }])
}

#[tokio::test]
async fn a_lead_comes_into_a_stage_with_what_it_asks_for() {
    let client = Client::of(&quiet().leads(2).build());
    let stage = json!([{ "pipeline_id": demo::PIPELINE, "status_id": demo::STATUS_TALKS }]);
    let asked = json!({ "name": "a", "type": "text", "required_statuses": stage });
    let field = field_of(&client, "/api/v4/leads/custom_fields", asked).await;
    let wanted = || pair("RequiredFilled", "custom_fields_values");
    let filled = with(&field, &json!([{ "value": "x" }]));
    let empty = with(&field, &Value::Null);

    let new = json!({ "name": "n", "status_id": demo::STATUS_TALKS });
    assert_eq!(client.post("/api/v4/leads", json!([new])).await.flaw(), wanted());
    let mut whole = new.clone();
    whole["custom_fields_values"] = filled.clone();
    client.add("leads", whole).await;
    // Other stages do not ask.
    client.add("leads", json!({ "name": "n" })).await;

    let lead = format!("/api/v4/leads/{}", demo::FIRST_LEAD);
    let come = json!({ "status_id": demo::STATUS_TALKS });
    assert_eq!(client.patch(&lead, come.clone()).await.flaw(), wanted());
    assert_eq!(
        client
            .patch(
                "/api/v4/leads",
                json!([{ "id": demo::FIRST_LEAD,
        "status_id": demo::STATUS_TALKS, "custom_fields_values": empty }])
            )
            .await
            .flaw(),
        wanted()
    );
    let fill = json!({ "custom_fields_values": filled });
    assert_eq!(client.patch(&lead, fill).await.status, 200);
    assert_eq!(client.patch(&lead, come).await.status, 200, "it was filled before");
    let clear = json!({ "custom_fields_values": empty });
    assert_eq!(client.patch(&lead, clear.clone()).await.flaw(), wanted());

    // A lead that was in the stage before goes on, and gets out.
    let other = format!("/api/v4/leads/{}", demo::FIRST_LEAD + 1);
    assert_eq!(client.read(&other).await["status_id"], demo::STATUS_TALKS);
    assert_eq!(client.patch(&other, json!({ "name": "x" })).await.status, 200);
    let out = json!({ "status_id": demo::STATUS_CONTRACT });
    assert_eq!(client.patch(&lead, out).await.status, 200);
    assert_eq!(client.patch(&lead, clear).await.status, 200);
}

#[tokio::test]
async fn an_element_has_what_its_catalog_asks_for() {
    let client = Client::quiet();
    let catalog = catalog(&client, "Cars").await;
    let path = format!("/api/v4/catalogs/{catalog}");
    let asked = json!({ "name": "a", "type": "text", "is_required": true });
    let field = field_of(&client, &format!("{path}/custom_fields"), asked).await;
    let wanted = || pair("RequiredFilled", "custom_fields_values");
    let elements = format!("{path}/elements");
    assert_eq!(client.post(&elements, json!([{ "name": "n" }])).await.flaw(), wanted());
    let filled = with(&field, &json!([{ "value": "x" }]));
    let whole = json!([{ "name": "n", "custom_fields_values": filled }]);
    let made = client.post(&elements, whole).await.json();
    let own = format!("{elements}/{}", made["_embedded"]["elements"][0]["id"]);
    assert_eq!(client.patch(&own, json!({ "name": "m" })).await.status, 200);
    let clear = json!({ "custom_fields_values": with(&field, &Value::Null) });
    assert_eq!(client.patch(&own, clear).await.flaw(), wanted());
}
