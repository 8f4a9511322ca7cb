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

/// A field that the stage of talks asks for.
async fn asked_of(client: &Client, kind: &str) -> Value {
    let stage = json!([{ "pipeline_id": demo::PIPELINE, "status_id": demo::STATUS_TALKS }]);
    let asked = json!({ "name": "a", "type": "text", "required_statuses": stage });
    field_of(client, &format!("/api/v4/{kind}/custom_fields"), asked).await
}

#[tokio::test]
async fn a_stage_asks_the_main_contact_and_the_company_too() {
    for kind in ["contacts", "companies"] {
        let client = Client::of(&quiet().build());
        let field = asked_of(&client, kind).await;
        let filled = with(&field, &json!([{ "value": "x" }]));
        let wanted = || pair("RequiredFilled", &format!("_embedded.{kind}.0.custom_fields_values"));
        let empty = client.add(kind, json!({ "name": "e" })).await;
        let complete = json!({ "name": "f", "custom_fields_values": filled });
        let whole = client.add(kind, complete.clone()).await;

        let new = |id: i64| {
            json!({ "name": "n", "status_id": demo::STATUS_TALKS,
                "_embedded": { kind: [{ "id": id }] } })
        };
        let answer = client.post("/api/v4/leads", json!([new(empty)])).await;
        assert_eq!(answer.flaw(), wanted(), "{kind}");
        client.add("leads", new(whole)).await;

        let lead =
            client.add("leads", json!({ "name": "n", "_embedded": { kind: [{ "id": empty }] } }));
        let lead = lead.await;
        let path = format!("/api/v4/leads/{lead}");
        let come = json!({ "status_id": demo::STATUS_TALKS });
        assert_eq!(client.patch(&path, come.clone()).await.flaw(), wanted(), "{kind}");
        assert_eq!(client.read(&path).await["status_id"], demo::STATUS_FIRST);
        // Other stages do not ask, and who has nobody with him may pass.
        let other = json!({ "status_id": demo::STATUS_CONTRACT });
        assert_eq!(client.patch(&path, other).await.status, 200);
        let alone = client.add("leads", json!({ "name": "n" })).await;
        let alone = format!("/api/v4/leads/{alone}");
        assert_eq!(client.patch(&alone, come.clone()).await.status, 200);
        let fill = json!({ "custom_fields_values": filled });
        assert_eq!(client.patch(&format!("/api/v4/{kind}/{empty}"), fill).await.status, 200);
        assert_eq!(client.patch(&path, come).await.status, 200, "{kind}");
        assert_eq!(client.patch(&path, json!({ "name": "m" })).await.status, 200);

        let complex = |part: Value| json!([{ "name": "n", "status_id": demo::STATUS_TALKS, "_embedded": { kind: [part] } }]);
        let path = "/api/v4/leads/complex";
        let empty = json!({ "name": "e" });
        assert_eq!(client.post(path, complex(empty)).await.flaw(), wanted(), "{kind}");
        assert_eq!(client.post(path, complex(complete)).await.status, 200, "{kind}");
        let known = json!({ "id": whole });
        assert_eq!(client.post(path, complex(known)).await.status, 200, "{kind}");
    }
}

#[tokio::test]
async fn of_several_contacts_the_main_one_is_asked() {
    let client = Client::of(&quiet().build());
    let field = asked_of(&client, "contacts").await;
    let filled = with(&field, &json!([{ "value": "x" }]));
    let empty = client.add("contacts", json!({ "name": "e" })).await;
    let complete = json!({ "name": "f", "custom_fields_values": filled });
    let full = client.add("contacts", complete).await;
    for (main, wanted) in [(empty, 400), (full, 200)] {
        let contacts = [empty, full].map(|id| json!({ "id": id, "is_main": id == main }));
        let lead = json!({ "name": "n", "_embedded": { "contacts": contacts } });
        let at_once = json!([{ "name": "n", "status_id": demo::STATUS_TALKS,
            "_embedded": { "contacts": contacts } }]);
        assert_eq!(client.post("/api/v4/leads", at_once).await.status, wanted);
        let lead = format!("/api/v4/leads/{}", client.add("leads", lead).await);
        let come = json!({ "status_id": demo::STATUS_TALKS });
        assert_eq!(client.patch(&lead, come).await.status, wanted);
    }
}

#[tokio::test]
async fn an_incoming_lead_is_accepted_into_a_stage_with_what_it_asks_for() {
    for (kind, place) in [
        ("leads", "custom_fields_values"),
        ("contacts", "_embedded.contacts.0.custom_fields_values"),
    ] {
        let client = Client::of(&quiet().build());
        let field = asked_of(&client, kind).await;
        let accept = |uid: &str| format!("/api/v4/leads/unsorted/{uid}/accept");
        let into = json!({ "status_id": demo::STATUS_TALKS });
        let uid = client.sandbox.receive_chat("Ann", "Hello");
        let answer = client.post(&accept(&uid), into.clone()).await;
        assert_eq!(answer.flaw(), pair("RequiredFilled", place), "{kind}");
        let one = client.read(&format!("/api/v4/leads/unsorted/{uid}")).await;
        let card = &one["_embedded"][kind][0]["id"];
        let fill = json!({ "custom_fields_values": with(&field, &json!([{ "value": "x" }])) });
        assert_eq!(client.patch(&format!("/api/v4/{kind}/{card}"), fill).await.status, 200);
        assert_eq!(client.post(&accept(&uid), into).await.status, 200, "{kind}");
        let other = client.sandbox.receive_chat("Bob", "Hello");
        assert_eq!(client.post(&accept(&other), json!({})).await.status, 200, "the first stage");
    }
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
