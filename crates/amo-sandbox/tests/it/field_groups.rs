//! Groups of custom fields.

use crate::common::{Client, pair};
use amo_sandbox::demo;
use serde_json::{Value, json};

const PATH: &str = "/api/v4/leads/custom_fields/groups";

fn names(list: &Value) -> Vec<String> {
    let groups = list["_embedded"]["custom_field_groups"].as_array().unwrap();
    groups.iter().map(|group| group["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_group_is_made_filled_and_deleted() {
    let client = Client::quiet();
    let list = client.read(PATH).await;
    assert_eq!(names(&list), ["default", "statistic"]);
    assert_eq!(list["_total_items"], 2);
    // The official client reads the fields of every group, in lists too.
    let own = list["_embedded"]["custom_field_groups"][0]["fields"].as_array().unwrap();
    assert!(own.contains(&json!(demo::LEAD_WISHES)), "{own:?}");
    let statistic = client.read(&format!("{PATH}/statistic")).await;
    assert_eq!(
        (&statistic["type"], &statistic["is_predefined"]),
        (&json!("linked_group"), &json!(true))
    );
    assert_eq!(
        statistic["fields"],
        json!([demo::LEAD_UTM_SOURCE, demo::LEAD_UTM_MEDIUM, demo::LEAD_UTM_CAMPAIGN])
    );

    let new = json!([{"name": "Delivery", "sort": 15, "fields": [demo::LEAD_WISHES], "request_id": "g1"}]);
    let answer = client.post(PATH, new).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let answer = answer.json();
    let group = &answer["_embedded"]["custom_field_groups"][0];
    let id = group["id"].as_str().unwrap();
    let own = format!("{PATH}/{id}");
    assert!(id.starts_with("leads_") && id.len() == "leads_10000000000001".len(), "{id}");
    let mut expected = json!({"id": id, "name": "Delivery", "is_predefined": false,
        "type": "custom_field_group", "entity_type": "leads", "sort": 15,
        "fields": [demo::LEAD_WISHES], "request_id": "g1",
        "_links": {"self": {"href": format!("http://box.test{own}")}}});
    assert_eq!((group, &answer["_total_items"]), (&expected, &json!(1)));

    let change = json!({"id": id, "fields": [demo::LEAD_DELIVERY_DAY]});
    let changed = client.patch(&own, change).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    expected["fields"] = json!([demo::LEAD_DELIVERY_DAY, demo::LEAD_WISHES]);
    expected["request_id"] = "0".into();
    assert_eq!(changed.json(), expected);
    expected.as_object_mut().unwrap().remove("request_id");
    assert_eq!(client.read(&own).await, expected);
    let wishes = format!("/api/v4/leads/custom_fields/{}", demo::LEAD_WISHES);
    assert_eq!(client.read(&wishes).await["group_id"], id);
    let change = json!({"group_id": null});
    assert_eq!(client.patch(&wishes, change).await.json()["group_id"], "default");

    assert_eq!(client.try_send("DELETE", &own, "").await.unwrap().status, 204);
    assert_eq!(client.get(&own).await.status, 404);
    assert_eq!(client.try_send("DELETE", &own, "").await.unwrap().status, 404);
    let day = format!("/api/v4/leads/custom_fields/{}", demo::LEAD_DELIVERY_DAY);
    assert_eq!(client.read(&day).await["group_id"], "default");
}

#[tokio::test]
async fn groups_are_checked() {
    let mut client = Client::quiet();
    for (item, code, at) in [
        (json!({"name": "x"}), "FieldMissing", "sort"),
        (json!({"sort": 1}), "FieldMissing", "name"),
        (json!({"name": "", "sort": 1}), "NotBlank", "name"),
        (json!({"name": "x", "sort": "1"}), "InvalidType", "sort"),
        (
            json!({"name": "x", "sort": 1, "fields": [demo::CONTACT_PHONE]}),
            "NotSupportedChoice",
            "fields.0",
        ),
        (json!({"name": "x", "sort": 1, "fields": 5}), "InvalidType", "fields"),
        (json!({"name": "x", "sort": 1, "colour": 5}), "FieldNotExpected", "colour"),
    ] {
        let answer = client.post(PATH, json!([item.clone()])).await;
        assert_eq!(answer.flaw(), pair(code, at), "{item}");
    }
    let own = format!("{PATH}/default");
    assert_eq!(client.patch(&own, json!({})).await.status, 400);
    assert_eq!(client.patch(&own, json!([])).await.status, 400);
    assert_eq!(
        client.patch(&own, json!({"id": "other", "name": "x"})).await.flaw(),
        pair("NotSupportedChoice", "id")
    );
    assert_eq!(client.patch(&own, json!({"name": "First"})).await.json()["name"], "First");
    assert_eq!(client.try_send("DELETE", &own, "").await.unwrap().status, 403);
    assert_eq!(client.get(&format!("{PATH}/nothing")).await.status, 404);
    assert_eq!(client.get("/api/v4/customers/segments/custom_fields/groups").await.status, 404);
    assert_eq!(names(&client.read("/api/v4/companies/custom_fields/groups").await), ["default"]);
    client.headers.push(("x-context-user-id", demo::MANAGER.to_string()));
    assert_eq!(client.patch(&own, json!({"name": "x"})).await.status, 403);
    assert_eq!(client.get(PATH).await.status, 200);
}
