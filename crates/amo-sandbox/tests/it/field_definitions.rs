//! Definitions of custom fields: made, changed and deleted while the box runs.

use crate::common;
use crate::common::{Answer, Client, field_of, ids, pair};
use amo_sandbox::demo;
use serde_json::{Value, json};

async fn made(client: &Client, entity: &str, item: Value) -> Value {
    field_of(client, &format!("/api/v4/{entity}/custom_fields"), item).await
}

async fn refused(client: &Client, entity: &str, item: Value) -> (String, String) {
    client.post(&format!("/api/v4/{entity}/custom_fields"), json!([item])).await.flaw()
}

fn option_ids(field: &Value) -> Vec<i64> {
    field["enums"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_field_is_made_read_changed_and_deleted() {
    let client = Client::quiet();
    let path = "/api/v4/leads/custom_fields";
    let item = json!({"name": "Channel 2", "type": "select", "code": "MY_CHANNEL", "sort": 30,
        "group_id": "default", "is_api_only": true, "request_id": "r1",
        "enums": [{"value": "Phone", "sort": 2}, {"value": "Site", "sort": 1, "code": "site"}],
        "required_statuses": [{"pipeline_id": demo::PIPELINE, "status_id": demo::STATUS_TALKS}]});
    let answer = client.post(path, json!([item])).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let answer = answer.json();
    assert_eq!(answer["_total_items"], 1);
    let made = &answer["_embedded"]["custom_fields"][0];
    let id = made["id"].as_i64().unwrap();
    let options = option_ids(made);
    let own = format!("http://box.test{path}/{id}");
    let mut expected = json!({
        "id": id, "name": "Channel 2", "type": "select", "account_id": demo::ACCOUNT,
        "code": "MY_CHANNEL", "sort": 30, "is_api_only": true, "group_id": "default",
        "enums": [{"id": options[0], "value": "Site", "sort": 1, "code": "site"},
            {"id": options[1], "value": "Phone", "sort": 2, "code": null}],
        "required_statuses": [{"pipeline_id": demo::PIPELINE, "status_id": demo::STATUS_TALKS}],
        "hidden_statuses": [], "chained_lists": null, "is_deletable": true, "is_predefined": false,
        "entity_type": "leads", "tracking_callback": null, "remind": null, "triggers": [],
        "currency": null, "request_id": "r1", "_links": {"self": {"href": own}},
    });
    assert_eq!(*made, expected);
    expected.as_object_mut().unwrap().remove("request_id");
    assert_eq!(client.read(&format!("{path}/{id}")).await, expected);

    let change = json!({"name": "Source", "is_api_only": null, "required_statuses": null,
        "code": null, "type": "select"});
    let answer = client.patch(&format!("{path}/{id}"), change).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let changed = answer.json();
    assert_eq!((&changed["name"], &changed["request_id"]), (&json!("Source"), &json!("0")));
    assert_eq!((&changed["code"], &changed["is_api_only"]), (&Value::Null, &json!(false)));
    assert_eq!(changed["required_statuses"], json!([]));
    assert_eq!(option_ids(&changed), options, "options that are not mentioned stay");

    let answer = client.try_send("DELETE", &format!("{path}/{id}"), "").await.unwrap();
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    assert_eq!(client.get(&format!("{path}/{id}")).await.status, 404);
    assert_eq!(client.try_send("DELETE", &format!("{path}/{id}"), "").await.unwrap().status, 404);
    assert_eq!(client.patch(&format!("{path}/{id}"), json!({"name": "x"})).await.status, 404);
}

#[tokio::test]
async fn a_batch_changes_several_or_nothing() {
    let client = Client::quiet();
    let path = "/api/v4/contacts/custom_fields";
    let item = |name: &str| json!({"name": name, "type": "text"});
    let answer = client.post(path, json!([item("A"), item("B")])).await.json();
    let made = ids(&answer, "custom_fields");
    assert_eq!(answer["_embedded"]["custom_fields"][1]["request_id"], "1");
    let change = json!([{"id": made[0], "name": "A2"}, {"id": made[1], "sort": 1}]);
    let answer = client.patch(path, change).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let fields = &answer.json()["_embedded"]["custom_fields"];
    assert_eq!((&fields[0]["name"], &fields[1]["sort"]), (&json!("A2"), &json!(1)));

    let bad = json!([{"id": made[0], "name": "A3"}, {"id": 5, "name": "x", "request_id": "q"},
        {"name": "y"}]);
    let wanted: Vec<(String, String, String)> =
        [("q", "NotSupportedChoice"), ("2", "FieldMissing")]
            .map(|(at, code)| (at.to_owned(), code.to_owned(), "id".to_owned()))
            .into();
    assert_eq!(client.patch(path, bad).await.flaws(), wanted);
    assert_eq!(client.read(&format!("{path}/{}", made[0])).await["name"], "A2");
    let codes = json!([{"name": "C", "type": "text", "code": "X"}, {"name": "D", "type": "text", "code": "X"}]);
    assert_eq!(client.post(path, codes).await.flaw(), pair("NotSupportedChoice", "code"));
    let known = json!({"name": "C", "type": "text", "code": "PHONE"});
    assert_eq!(refused(&client, "contacts", known).await, pair("NotSupportedChoice", "code"));
}

#[tokio::test]
async fn options_keep_their_ids_if_they_are_sent() {
    let client = Client::quiet();
    let item = json!({"name": "Sizes", "type": "multiselect",
        "enums": [{"value": "S"}, {"value": "M"}, {"value": "L"}]});
    let field = made(&client, "contacts", item).await;
    let (id, old) = (field["id"].as_i64().unwrap(), option_ids(&field));
    let path = format!("/api/v4/contacts/custom_fields/{id}");
    let both = json!([{"enum_id": old[0]}, {"enum_id": old[1]}]);
    let contact = json!({"custom_fields_values": [{"field_id": id, "values": both}]});
    let contact = client.add("contacts", contact).await;

    // As it was read, nulls and all, without L, M renamed and first, S without its id.
    let enums = json!([{"value": "S", "sort": 2}, {"id": old[1], "value": "Medium", "sort": 1, "code": null}]);
    let changed = client.patch(&path, json!({"enums": enums})).await.json();
    let new = option_ids(&changed);
    assert_eq!(new[0], old[1]);
    assert!(!old.contains(&new[1]), "{new:?}");
    let read = client.read(&format!("/api/v4/contacts/{contact}")).await;
    assert_eq!(
        read["custom_fields_values"][0]["values"],
        json!([{"value": "Medium", "enum_id": old[1], "enum_code": null}]),
        "the value of the option that was made anew is gone"
    );
    // In the answer to a batch what is left stands under its old positions.
    let batch = json!([{"id": id, "enums": [{"id": new[1], "value": "S"}]}]);
    let answer = client.patch("/api/v4/contacts/custom_fields", batch).await.json();
    let shown = &answer["_embedded"]["custom_fields"][0]["enums"];
    assert_eq!(*shown, json!({"1": {"id": new[1], "value": "S", "sort": 1, "code": null}}));
    let new = vec![new[1]];
    for (enums, code, at) in [
        (json!([{"id": old[2], "value": "L"}]), "NotSupportedChoice", "enums.0.id"),
        (
            json!([{"id": new[0], "value": "L"}, {"id": new[0], "value": "L"}]),
            "NotSupportedChoice",
            "enums.1.id",
        ),
        (json!([{"id": new[0]}]), "FieldMissing", "enums.0.value"),
        (json!([{"value": ""}]), "NotBlank", "enums.0.value"),
        (
            json!([{"value": "a", "code": "x"}, {"value": "b", "code": "x"}]),
            "NotSupportedChoice",
            "enums.1.code",
        ),
        (json!([{"value": 5}]), "InvalidType", "enums.0.value"),
        (json!([{"value": "a", "colour": "red"}]), "FieldNotExpected", "enums.0.colour"),
        (json!([]), "InvalidValue", "enums"),
    ] {
        let answer = client.patch(&path, json!({"enums": enums.clone()})).await;
        assert_eq!(answer.flaw(), pair(code, at), "{enums}");
    }
    assert_eq!(option_ids(&client.read(&path).await), new);
}

#[tokio::test]
async fn a_category_is_a_tree() {
    let client = Client::quiet();
    let catalog = common::catalog(&client, "Goods").await;
    let owner = format!("catalogs/{catalog}");
    let item = json!({"name": "Group", "type": "category", "is_visible": false, "nested": [
        {"value": "Hardware", "sort": 1, "parent_id": null, "request_id": "a1"},
        {"value": "Cables", "sort": 2, "parent_id": null, "parent_request_id": "a1"}]});
    let field = made(&client, &owner, item).await;
    let nodes = field["nested"].clone();
    assert_eq!((&nodes[0]["value"], &nodes[0]["parent_id"]), (&json!("Hardware"), &Value::Null));
    assert_eq!(nodes[1]["parent_id"], nodes[0]["id"]);
    assert_eq!((&field["enums"], &field["catalog_id"]), (&Value::Null, &json!(catalog)));
    assert_eq!((&field["is_visible"], &field["is_required"]), (&json!(false), &json!(false)));
    assert_eq!((&field["entity_type"], &field["settings"]), (&json!("catalogs"), &Value::Null));
    assert!(field.get("is_api_only").is_none() && field.get("group_id").is_none());

    let path = format!("/api/v4/{owner}/custom_fields/{}", field["id"]);
    let more =
        json!({"nested": [nodes[0], nodes[1], {"value": "HDMI", "parent_id": nodes[1]["id"]}]});
    let changed = client.patch(&path, more).await.json();
    assert_eq!(changed["nested"][2]["parent_id"], nodes[1]["id"]);
    assert_eq!(changed["nested"][0]["id"], nodes[0]["id"]);
    let (root, child) = (&nodes[0]["id"], &nodes[1]["id"]);
    for (nested, code, at) in [
        (
            json!([{"id": child, "value": "x", "parent_id": root}]),
            "NotSupportedChoice",
            "nested.0.parent_id",
        ),
        (
            json!([{"value": "x", "parent_request_id": "no"}]),
            "NotSupportedChoice",
            "nested.0.parent_request_id",
        ),
        (json!([{"value": "x", "request_id": "no-no"}]), "InvalidFormat", "nested.0.request_id"),
        (
            json!([{"id": root, "value": "x", "parent_id": child}, {"id": child, "value": "y", "parent_id": root}]),
            "InvalidValue",
            "nested",
        ),
    ] {
        let answer = client.patch(&path, json!({"nested": nested.clone()})).await;
        assert_eq!(answer.flaw(), pair(code, at), "{nested}");
    }
}

#[tokio::test]
async fn each_type_has_its_own_members() {
    let client = Client::quiet();
    let catalog = common::catalog(&client, "Goods").await;
    let owner = format!("catalogs/{catalog}");
    let chain = json!([{"title": "A", "catalog_id": catalog, "parent_catalog_id": null}]);
    for (entity, item, member, shown) in [
        ("leads", json!({"type": "monetary", "currency": "EUR"}), "currency", json!("EUR")),
        ("leads", json!({"type": "birthday"}), "remind", json!("never")),
        ("companies", json!({"type": "birthday", "remind": "week"}), "remind", json!("week")),
        (
            "leads",
            json!({"type": "tracking_data", "tracking_callback": "f()"}),
            "tracking_callback",
            json!("f()"),
        ),
        ("leads", json!({"type": "tracking_data"}), "group_id", json!("statistic")),
        (
            "leads",
            json!({"type": "chained_list", "chained_lists": chain.clone()}),
            "chained_lists",
            chain.clone(),
        ),
        // As PHP prints it.
        (
            "customers",
            json!({"type": "chained_list", "chained_lists": {catalog.to_string(): chain[0]}}),
            "chained_lists",
            chain.clone(),
        ),
        (
            &owner,
            json!({"type": "linked_entity", "search_in": "contacts"}),
            "search_in",
            json!("contacts"),
        ),
        (
            &owner,
            json!({"type": "linked_entity", "search_in": catalog}),
            "search_in",
            json!(catalog.to_string()),
        ),
        (&owner, json!({"type": "text", "settings": {"a": 1}}), "settings", json!({"a": 1})),
        (&owner, json!({"type": "text", "is_deletable": false}), "is_deletable", json!(false)),
        (
            "leads",
            json!({"type": "text", "enums": null, "currency": null, "search_in": null}),
            "enums",
            Value::Null,
        ),
        ("customers/segments", json!({"type": "text"}), "entity_type", json!("segments")),
        (
            "leads",
            json!({"type": "file", "hidden_statuses": [{"pipeline_id": demo::PIPELINE, "status_id": 142}]}),
            "hidden_statuses",
            json!([{"pipeline_id": demo::PIPELINE, "status_id": 142}]),
        ),
    ] {
        let mut item = item;
        item["name"] = "New".into();
        assert_eq!(made(&client, entity, item.clone()).await[member], shown, "{entity} {item}");
    }
}

#[tokio::test]
async fn members_of_other_types_and_entities_are_refused() {
    let client = Client::quiet();
    let catalog = common::catalog(&client, "Goods").await;
    let owner = format!("catalogs/{catalog}");
    for (entity, item, code, at) in [
        ("leads", json!({"type": "monetary"}), "FieldMissing", "currency"),
        (
            "leads",
            json!({"type": "monetary", "currency": "euro"}),
            "NotSupportedChoice",
            "currency",
        ),
        ("leads", json!({"type": "select"}), "FieldMissing", "enums"),
        ("leads", json!({"type": "chained_list"}), "FieldMissing", "chained_lists"),
        (
            "leads",
            json!({"type": "chained_list", "chained_lists": [{"title": "x"}]}),
            "FieldMissing",
            "chained_lists.0.catalog_id",
        ),
        (
            &owner,
            json!({"type": "linked_entity", "search_in": "leads"}),
            "NotSupportedChoice",
            "search_in",
        ),
        ("leads", json!({"type": "text", "remind": "day"}), "FieldNotExpected", "remind"),
        ("leads", json!({"type": "birthday", "remind": "year"}), "NotSupportedChoice", "remind"),
        ("leads", json!({"type": "text", "is_visible": true}), "FieldNotExpected", "is_visible"),
        (&owner, json!({"type": "text", "is_api_only": true}), "FieldNotExpected", "is_api_only"),
        (
            "contacts",
            json!({"type": "text", "hidden_statuses": [{}]}),
            "FieldNotExpected",
            "hidden_statuses",
        ),
        ("contacts", json!({"type": "tracking_data"}), "NotSupportedChoice", "type"),
        ("leads", json!({"type": "price"}), "NotSupportedChoice", "type"),
        ("contacts", json!({"type": "multitext"}), "NotSupportedChoice", "type"),
        ("customers/segments", json!({"type": "file"}), "NotSupportedChoice", "type"),
        ("leads", json!({"type": "colour"}), "NotSupportedChoice", "type"),
        ("leads", json!({"type": "text", "group_id": "nowhere"}), "NotSupportedChoice", "group_id"),
        (
            "leads",
            json!({"type": "text", "required_statuses": [{"status_id": 142}]}),
            "FieldMissing",
            "required_statuses.0.pipeline_id",
        ),
        ("leads", json!({"type": "text", "id": 5}), "FieldNotExpected", "id"),
        ("leads", json!({}), "FieldMissing", "type"),
    ] {
        let mut item = item;
        item["name"] = "New".into();
        assert_eq!(refused(&client, entity, item.clone()).await, pair(code, at), "{entity} {item}");
    }
    assert_eq!(
        refused(&client, "leads", json!({"type": "text"})).await,
        pair("FieldMissing", "name")
    );
    assert_eq!(
        refused(&client, "leads", json!({"type": "text", "name": " "})).await,
        pair("NotBlank", "name")
    );
    let type_of = |name: &str| json!({"name": "x", "type": name});
    let path = format!("/api/v4/contacts/custom_fields/{}", demo::CONTACT_COMMENT);
    assert_eq!(
        client.patch(&path, type_of("url")).await.flaw(),
        pair("NotSupportedChoice", "type"),
        "the type stays"
    );
}

#[tokio::test]
async fn lists_are_paged_filtered_and_ordered() {
    let client = Client::quiet();
    let many: Vec<Value> =
        (0..60).map(|number| json!({"name": format!("F{number}"), "type": "date"})).collect();
    let path = format!("/api/v4/catalogs/{}/custom_fields", common::catalog(&client, "a").await);
    let path = path.as_str();
    assert_eq!(client.get(path).await.status, 204);
    let made = ids(&client.post(path, json!(many)).await.json(), "custom_fields");
    let page = client.read(path).await;
    assert_eq!(ids(&page, "custom_fields").len(), 50);
    assert_eq!((&page["_total_items"], &page["_page_count"]), (&json!(60), &json!(2)));
    assert!(page["_links"].get("next").is_some());
    let newest = client.read(&format!("{path}?order[id]=desc&limit=1")).await;
    assert_eq!(ids(&newest, "custom_fields"), [made[59]]);
    let two =
        client.read(&format!("{path}?filter[id][]={}&filter[id][]={}", made[3], made[1])).await;
    assert_eq!(ids(&two, "custom_fields"), [made[1], made[3]]);
    assert_eq!(client.get(&format!("{path}?filter[type][0]=text")).await.status, 204);
    assert_eq!(client.get(&format!("{path}?filter[id]=x")).await.status, 400);
    assert_eq!(client.get(&format!("{path}?limit=251")).await.status, 422);
    assert_eq!(client.get("/api/v4/tasks/custom_fields").await.status, 404);
    assert_eq!(client.get("/api/v4/catalogs/none/custom_fields").await.status, 404);
}

#[tokio::test]
async fn only_administrators_write_and_some_fields_stay() {
    let mut client = Client::quiet();
    let path = "/api/v4/contacts/custom_fields";
    let phone = format!("{path}/{}", demo::CONTACT_PHONE);
    let status = |answer: Answer| answer.status;
    assert_eq!(status(client.try_send("DELETE", &phone, "").await.unwrap()), 403);
    let phones = client.read(&phone).await["enums"].clone();
    let changed = client.patch(&phone, json!({"name": "Telephone", "enums": phones})).await.json();
    assert_eq!((&changed["name"], &changed["enums"]), (&json!("Telephone"), &phones));

    client.headers.push(("x-context-user-id", demo::MANAGER.to_string()));
    let item = json!([{"name": "x", "type": "text"}]);
    assert_eq!(status(client.post(path, item).await), 403);
    assert_eq!(status(client.patch(&phone, json!({"name": "x"})).await), 403);
    assert_eq!(status(client.get(path).await), 200);
}

#[tokio::test]
async fn nonsense_is_refused_in_the_forms_of_the_service() {
    let client = Client::quiet();
    let path = "/api/v4/leads/custom_fields";
    for body in ["", "{}", "[]", "nonsense", "5", "null"] {
        assert_eq!(client.try_send("POST", path, body).await.unwrap().status, 400, "{body}");
    }
    for (item, code, at) in [
        (json!(5), "InvalidType", ""),
        (json!({"name": 5, "type": "text"}), "InvalidType", "name"),
        (json!({"name": "x", "type": 5}), "InvalidType", "type"),
        (json!({"name": "x", "type": "select", "enums": 5}), "InvalidType", "enums"),
        (json!({"name": "x", "type": "select", "enums": [5]}), "InvalidType", "enums.0"),
        (
            json!({"name": "x", "type": "text", "required_statuses": [5]}),
            "InvalidType",
            "required_statuses.0",
        ),
        (
            json!({"name": "x", "type": "chained_list", "chained_lists": 5}),
            "InvalidType",
            "chained_lists",
        ),
        (json!({"name": "x", "type": "text", "request_id": 0}), "InvalidType", "request_id"),
    ] {
        assert_eq!(refused(&client, "leads", item.clone()).await, pair(code, at), "{item}");
    }
}
