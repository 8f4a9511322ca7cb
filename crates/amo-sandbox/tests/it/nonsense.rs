//! Bodies that are right but for one place: whatever stands there, the answer is one of the API's.

use crate::common;
use crate::common::drive::Drive;
use crate::common::{Client, START, quiet};
use amo_sandbox::demo;
use serde_json::{Value, json};

/// How many places there are: every member and item, and the whole.
pub(crate) fn places(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(places).sum(),
        Value::Object(members) => members.values().map(places).sum(),
        _ => 0,
    }
}

/// Puts something else at a place.
pub(crate) fn put(value: &mut Value, place: &mut usize, odd: &Value) {
    if *place == 0 {
        *value = odd.clone();
    }
    *place = place.wrapping_sub(1);
    match value {
        Value::Array(list) => list.iter_mut().for_each(|one| put(one, place, odd)),
        Value::Object(members) => members.values_mut().for_each(|one| put(one, place, odd)),
        _ => {}
    }
}

/// What stands there.
pub(crate) fn odd() -> [Value; 13] {
    [
        Value::Null,
        json!(true),
        json!(-1),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e308),
        json!(""),
        json!("0"),
        json!("é\u{0}".repeat(99)),
        json!([]),
        json!([null]),
        json!({}),
        json!({"": {"id": 1}}),
    ]
}

async fn survives(client: &Client, method: &str, path: &str, sound: Value) {
    let answer = client.send(method, path, &sound).await;
    assert!(answer.status < 300, "{method} {path} {}", answer.text);
    for place in 0..places(&sound) {
        for odd in &odd() {
            let mut body = sound.clone();
            put(&mut body, &mut place.clone(), odd);
            let answer = client.send(method, path, &body).await;
            let status = answer.status;
            assert!(
                [200, 201, 202, 204, 400, 403, 404].contains(&status),
                "{status} {path} {body}"
            );
            if status >= 400 {
                assert_eq!(answer.json()["status"], status, "{path} {body}");
            }
        }
    }
}

#[tokio::test]
async fn definitions_of_fields() {
    let client = Client::quiet();
    let (one, two) = (common::catalog(&client, "One").await, common::catalog(&client, "Two").await);
    let statuses = json!([{"status_id": 142, "pipeline_id": demo::PIPELINE}]);
    for item in [
        json!({"name": "a", "type": "select", "sort": 5, "group_id": "default", "is_api_only": true,
            "enums": [{"value": "x", "sort": 1, "code": null}], "required_statuses": statuses,
            "hidden_statuses": statuses, "request_id": "r"}),
        json!({"name": "a", "type": "monetary", "currency": "EUR", "remind": null}),
        json!({"name": "a", "type": "birthday", "remind": "day"}),
        json!({"name": "a", "type": "tracking_data", "tracking_callback": "f"}),
        json!({"name": "a", "type": "chained_list", "chained_lists": [{"title": "t", "catalog_id": one},
            {"catalog_id": two, "parent_catalog_id": one}]}),
    ] {
        survives(&client, "POST", "/api/v4/leads/custom_fields", json!([item])).await;
    }
    let one = json!({"id": demo::LEAD_CHANNEL, "name": "a", "type": "select", "enums": [{"id": demo::CHANNEL_SITE, "value": "x"}]});
    let path = "/api/v4/leads/custom_fields";
    survives(&client, "PATCH", &format!("{path}/{}", demo::LEAD_CHANNEL), one).await;
    let many = json!([{"id": demo::LEAD_WISHES, "name": "b", "code": "W", "request_id": "1"}]);
    survives(&client, "PATCH", path, many).await;
    let group = json!([{"name": "a", "sort": 1, "fields": [demo::LEAD_WISHES], "request_id": "1"}]);
    survives(&client, "POST", &format!("{path}/groups"), group.clone()).await;
    survives(&client, "PATCH", &format!("{path}/groups/default"), group[0].clone()).await;
}

#[tokio::test]
async fn values_of_fields() {
    let client = Client::of(&quiet().contacts(1).build());
    let address =
        json!([{"value": "x", "enum_id": 3}, {"value": "y", "enum_code": "zip", "enum_id": null}]);
    let entity = json!([{"value": {"name": "x", "entity_type": 1, "unp": null, "kpp": "1"}}]);
    for (collection, field, values) in [
        (
            "contacts",
            demo::CONTACT_PHONE,
            json!([{"value": "1", "enum_code": "WORK", "enum_id": null}]),
        ),
        ("contacts", demo::CONTACT_LEVEL, json!([{"value": "Gold", "enum_id": demo::LEVEL_GOLD}])),
        ("contacts", demo::CONTACT_SCORE, json!([{"value": 5}])),
        ("contacts", demo::CONTACT_BIRTHDAY, json!([{"value": "1970-01-01T00:00:00Z"}])),
        ("companies", demo::COMPANY_LOCATION, address),
        ("companies", demo::COMPANY_REQUISITES, entity),
    ] {
        let item = json!([{"custom_fields_values": [{"field_id": field, "field_code": null, "values": values}]}]);
        survives(&client, "POST", &format!("/api/v4/{collection}"), item).await;
    }
    let made = json!([{"name": "a", "type": "file"}]);
    let made = client.post("/api/v4/contacts/custom_fields", made).await.json();
    let file = &made["_embedded"]["custom_fields"][0]["id"];
    let uploaded = Drive::of(&client.sandbox).upload("a.txt", b"a").await;
    let uuid = &uploaded["uuid"];
    let path = format!("/api/v4/contacts/{}/files", demo::FIRST_CONTACT);
    survives(&client, "PUT", &path, json!([{"file_uuid": uuid}])).await;
    survives(&client, "DELETE", &path, json!([{"file_uuid": uuid}])).await;
    let values = json!([{"value": {"file_uuid": uuid, "version_uuid": null, "file_size": 5}}]);
    let item = json!({"custom_fields_values": [{"field_id": file, "values": values}]});
    survives(&client, "PATCH", &format!("/api/v4/contacts/{}", demo::FIRST_CONTACT), item).await;
}

#[tokio::test]
async fn incoming_leads() {
    let client = Client::quiet();
    let metadata = json!({"form_id": 5, "form_name": "a", "form_page": "b", "form_sent_at": START});
    let form = json!([{"source_uid": "a", "source_name": "b", "metadata": metadata, "created_at": START,
        "pipeline_id": demo::PIPELINE, "_embedded": {"leads": [{"name": "a"}],
            "contacts": [{"name": "b"}], "companies": [{"name": "c"}]}}]);
    survives(&client, "POST", "/api/v4/leads/unsorted/forms", form).await;
    let metadata =
        json!({"phone": "1", "called_at": START, "duration": 1, "link": null, "service_code": "a"});
    let call = json!([{"source_uid": "a", "source_name": "b", "metadata": metadata}]);
    survives(&client, "POST", "/api/v4/leads/unsorted/sip", call).await;
    for query in [
        "",
        "?filter[created_at][from]=-1",
        "?filter[created_at]=x",
        "?filter[uid][]=&filter[uid][]=x",
        "?filter",
    ] {
        let answer = client.get(&format!("/api/v4/leads/unsorted/summary{query}")).await;
        assert!([200, 400].contains(&answer.status), "{query} {}", answer.text);
    }
    let accept = json!({"user_id": 0, "status_id": demo::STATUS_FIRST});
    let uid = client.sandbox.receive_chat("a", "b");
    let path = format!("/api/v4/leads/unsorted/{uid}");
    let answer = client.post(&format!("{path}/accept"), json!({"user_id": {}})).await;
    assert_eq!(answer.flaw(), common::pair("InvalidType", "user_id"));
    assert_eq!(client.post(&format!("{path}/accept"), accept).await.status, 200);
}
