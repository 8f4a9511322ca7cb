//! Values of fields that were made while the box runs: the types that the demo account has not.

use crate::common;
use crate::common::drive::Drive;
use crate::common::{Client, field_of, ids, pair, quiet};
use amo_sandbox::{ApiFilter, demo};
use serde_json::{Value, json};

/// A field of leads that was made for this.
async fn field(client: &Client, mut item: Value) -> i64 {
    item["name"] = "New".into();
    let made = field_of(client, "/api/v4/leads/custom_fields", item).await;
    made["id"].as_i64().unwrap()
}

async fn written(client: &Client, field: i64, values: Value) -> Value {
    let id = client
        .add("leads", json!({"custom_fields_values": [{"field_id": field, "values": values}]}))
        .await;
    client.read(&format!("/api/v4/leads/{id}")).await["custom_fields_values"].clone()
}

/// Writes a wrong value and gives the flaw, its path shortened to what comes after `values.`.
async fn refused(client: &Client, field: i64, values: Value) -> (String, String) {
    let item = json!([{"custom_fields_values": [{"field_id": field, "values": values}]}]);
    let (code, path) = client.post("/api/v4/leads", item).await.flaw();
    let path = path.strip_prefix("custom_fields_values.0.values").unwrap();
    (code, path.trim_start_matches('.').to_owned())
}

#[tokio::test]
async fn plain_values_come_back_as_the_service_shows_them() {
    let client = Client::quiet();
    for (item, sent, wanted) in [
        (json!({"type": "monetary", "currency": "EUR"}), json!(12.5), json!("12.5")),
        (json!({"type": "monetary", "currency": "EUR"}), json!("7"), json!("7")),
        (json!({"type": "streetaddress"}), json!("1 Test street"), json!("1 Test street")),
        (json!({"type": "numeric"}), json!(5), json!("5")),
        (json!({"type": "date"}), json!("2024-03-01T00:00:00+03:00"), json!(1_709_240_400)),
        (json!({"type": "birthday"}), json!(0), json!(0)),
        (json!({"type": "checkbox"}), json!(false), json!(false)),
    ] {
        let id = field(&client, item.clone()).await;
        let read = written(&client, id, json!([{"value": sent}])).await;
        let expected = json!([{"field_id": id, "field_name": "New", "field_code": null,
            "field_type": item["type"], "values": [{"value": wanted}]}]);
        assert_eq!(read, expected);
    }
}

#[tokio::test]
async fn an_option_is_named_in_one_way_or_in_ways_that_agree() {
    let client = Client::quiet();
    let channel = demo::LEAD_CHANNEL;
    let site = json!([{"value": "Site", "enum_id": demo::CHANNEL_SITE, "enum_code": "site"}]);
    for sent in [
        json!([{"value": "Site"}]),
        json!([{"enum_id": demo::CHANNEL_SITE}]),
        json!([{"enum_code": "site", "value": null}]),
        site.clone(),
    ] {
        let read = written(&client, channel, sent.clone()).await;
        assert_eq!(read[0]["values"], site, "{sent}");
    }
    for (sent, at) in [
        (json!({"value": "Shop", "enum_id": demo::CHANNEL_SITE}), "0.value"),
        (json!({"enum_id": demo::CHANNEL_SHOP, "enum_code": "site"}), "0.enum_code"),
        (json!({"enum_id": "7361"}), "0.enum_id"),
    ] {
        let flaw = refused(&client, channel, json!([sent.clone()])).await;
        assert_eq!(flaw, pair("NotSupportedChoice", at), "{sent}");
    }
    assert_eq!(
        refused(&client, channel, json!([{"enum_id": demo::CHANNEL_SITE, "id": 1}])).await,
        pair("FieldNotExpected", "0.id")
    );
}

#[tokio::test]
async fn a_field_is_named_by_both_only_if_they_agree() {
    let client = Client::quiet();
    let item = |id: Value, code: Value| json!([{"custom_fields_values": [{"field_id": id, "field_code": code, "values": [{"value": "1"}]}]}]);
    let number = json!(demo::LEAD_ORDER_NUMBER);
    for (id, code) in [
        (number.clone(), Value::Null),
        (Value::Null, json!("ORDER_NUMBER")),
        (number.clone(), json!("ORDER_NUMBER")),
    ] {
        assert_eq!(client.post("/api/v4/leads", item(id, code)).await.status, 200);
    }
    assert_eq!(
        client.post("/api/v4/leads", item(number, json!("UTM_SOURCE"))).await.flaw(),
        pair("NotSupportedChoice", "custom_fields_values.0.field_code")
    );
}

#[tokio::test]
async fn null_clears_and_a_file_is_cleared_in_its_own_way() {
    let client = Client::quiet();
    let file = field(&client, json!({"type": "file"})).await;
    let text = demo::LEAD_ORDER_NUMBER;
    let drive = Drive::of(&client.sandbox);
    let uploaded = drive.upload("a.txt", b"a").await;
    let uuid = uploaded["uuid"].as_str().unwrap();
    let version = &uploaded["version_uuid"];
    let deleted = drive.upload("b.txt", b"b").await["uuid"].clone();
    let bin = json!([{"uuid": deleted}]).to_string();
    assert_eq!(drive.send("DELETE", "/v1.0/files", bin).await.status, 204);
    let lead = client
        .add(
            "leads",
            json!({"custom_fields_values": [{"field_id": text, "values": [{"value": "1"}]},
                {"field_id": file, "values": [{"value": {"file_uuid": uuid, "file_name": "b.txt"}}]}]}),
        )
        .await;
    let path = format!("/api/v4/leads/{lead}");
    let read = client.read(&path).await;
    assert_eq!(
        read["custom_fields_values"][1]["values"][0]["value"],
        json!({"file_uuid": uuid, "version_uuid": version, "file_name": "b.txt", "file_size": 1})
    );
    let change = |id: i64, values: Value| json!({"custom_fields_values": [{"field_id": id, "values": values}]});
    for (values, code) in [(Value::Null, "InvalidType"), (json!([]), "InvalidType")] {
        let flaw = client.patch(&path, change(file, values)).await.flaw();
        assert_eq!(flaw, pair(code, "custom_fields_values.0.values"));
    }
    for (value, code, at) in [
        (json!({}), "FieldMissing", "0.value.file_uuid"),
        (json!({"file_uuid": "x"}), "NotSupportedChoice", "0.value.file_uuid"),
        (json!({"file_uuid": deleted}), "NotSupportedChoice", "0.value.file_uuid"),
        (json!({"file_uuid": uuid, "file_size": "7"}), "InvalidType", "0.value.file_size"),
        (
            json!({"file_uuid": uuid, "version_uuid": "x"}),
            "NotSupportedChoice",
            "0.value.version_uuid",
        ),
        (json!({"file_uuid": uuid, "colour": "red"}), "FieldNotExpected", "0.value.colour"),
        (json!("x"), "InvalidType", "0.value"),
    ] {
        assert_eq!(refused(&client, file, json!([{"value": value}])).await, pair(code, at));
    }
    assert_eq!(client.patch(&path, change(text, Value::Null)).await.status, 200);
    assert_eq!(client.patch(&path, change(file, json!([{"value": null}]))).await.status, 200);
    assert_eq!(client.read(&path).await["custom_fields_values"], Value::Null);
}

#[tokio::test]
async fn a_chain_goes_from_catalog_to_catalog() {
    let client = Client::quiet();
    let (one, two) = (common::catalog(&client, "One").await, common::catalog(&client, "Two").await);
    let country = common::element(&client, one, "France").await;
    let city = common::element(&client, two, "Lyon").await;
    let lists = json!([{"title": "Country", "catalog_id": one},
        {"title": "City", "catalog_id": two, "parent_catalog_id": one}]);
    let chain = field(&client, json!({"type": "chained_list", "chained_lists": lists})).await;
    let link = |catalog: i64, id: i64| json!({"catalog_id": catalog, "catalog_element_id": id});
    let sent = json!([link(one, country), link(two, city)]);
    assert_eq!(written(&client, chain, sent.clone()).await[0]["values"], sent);
    for (sent, code, at) in [
        (json!([link(two, city)]), "NotSupportedChoice", "0.catalog_id"),
        (json!([link(one, country), link(one, country)]), "NotSupportedChoice", "1.catalog_id"),
        // An element of the other catalog.
        (json!([link(one, city)]), "NotSupportedChoice", "0.catalog_element_id"),
        (json!([{"catalog_id": one}]), "FieldMissing", "0.catalog_element_id"),
        (
            json!([{"catalog_id": one, "catalog_element_id": "x"}]),
            "InvalidType",
            "0.catalog_element_id",
        ),
        (
            json!([{"value": 1, "catalog_id": one, "catalog_element_id": country}]),
            "FieldNotExpected",
            "0.value",
        ),
    ] {
        assert_eq!(refused(&client, chain, sent.clone()).await, pair(code, at), "{sent}");
    }
}

#[tokio::test]
async fn requisites_follow_the_country() {
    let client = Client::quiet();
    let field = field(&client, json!({"type": "legal_entity"})).await;
    let sent = json!([{"value": {"name": "Lotos", "unp": null}}, {"value": {"name": "Second"}}]);
    let read = written(&client, field, sent).await[0]["values"].clone();
    assert_eq!(read[1]["value"]["name"], "Second");
    assert_eq!((&read[0]["value"]["kpp"], &read[0]["value"]["unp"]), (&Value::Null, &json!("")));
    // As it was read.
    let flaws = client
        .post(
            "/api/v4/leads",
            json!([{"custom_fields_values": [{"field_id": field, "values": read}]}]),
        )
        .await
        .flaws();
    assert!(flaws.iter().all(|(_, code, _)| code == "FieldNotExpected"), "{flaws:?}");
    assert!(flaws.iter().any(|(.., path)| path == "custom_fields_values.0.values.0.value.unp"));
}

#[tokio::test]
async fn filters_go_by_the_type_of_the_field() {
    let client = Client::of(&quiet().api_filter(ApiFilter::On).build());
    let item = |item: Value| field(&client, item);
    let street = item(json!({"type": "streetaddress"})).await;
    let number = item(json!({"type": "numeric"})).await;
    let flag = item(json!({"type": "checkbox"})).await;
    let kinds =
        item(json!({"type": "multiselect", "enums": [{"value": "a"}, {"value": "b"}]})).await;
    let options =
        client.read(&format!("/api/v4/leads/custom_fields/{kinds}")).await["enums"].clone();
    let mut leads = Vec::new();
    for (number_value, flag_value, option) in [(5, true, "a"), (7, false, "b")] {
        let values = json!([
            {"field_id": street, "values": [{"value": format!("Street {number_value}")}]},
            {"field_id": number, "values": [{"value": number_value}]},
            {"field_id": flag, "values": [{"value": flag_value}]},
            {"field_id": kinds, "values": [{"value": option}]},
            {"field_id": demo::LEAD_MEETING, "values": [{"value": 1000 * number_value}]}]);
        leads.push(client.add("leads", json!({"custom_fields_values": values})).await);
    }
    let found = |field: i64, rest: String| {
        let client = &client;
        async move {
            let path = format!("/api/v4/leads?filter[custom_fields_values][{field}]{rest}");
            let answer = client.get(&path).await;
            match answer.status {
                200 => Ok(ids(&answer.json(), "leads")),
                status => Err(status),
            }
        }
    };
    assert_eq!(found(street, "[]=Street%205".to_owned()).await, Ok(vec![leads[0]]));
    assert_eq!(found(number, "[from]=6".to_owned()).await, Ok(vec![leads[1]]));
    assert_eq!(found(number, "[]=5&filter[id]=0".to_owned()).await, Err(204));
    assert_eq!(found(flag, "=1".to_owned()).await, Ok(vec![leads[0]]));
    assert_eq!(found(flag, "=0".to_owned()).await, Ok(vec![leads[1]]));
    assert_eq!(found(kinds, format!("[0]={}", options[1]["id"])).await, Ok(vec![leads[1]]));
    assert_eq!(found(demo::LEAD_MEETING, "[to]=5000".to_owned()).await, Ok(vec![leads[0]]));
    assert_eq!(found(demo::LEAD_MEETING, "=5000".to_owned()).await, Err(400), "only a range");
    assert_eq!(found(demo::LEAD_UTM_SOURCE, "=x".to_owned()).await, Err(400), "not filterable");
    assert_eq!(found(1, "=x".to_owned()).await, Err(400));

    let path = format!("/api/v4/leads/custom_fields/{kinds}");
    let left = json!({"enums": [options[0]]});
    assert_eq!(client.patch(&path, left).await.status, 200);
    assert_eq!(found(kinds, format!("[0]={}", options[1]["id"])).await, Err(204));
    assert_eq!(client.try_send("DELETE", &path, "").await.unwrap().status, 204);
    assert_eq!(found(kinds, "=1".to_owned()).await, Err(400));
    let read = client.read(&format!("/api/v4/leads/{}", leads[0])).await;
    let fields = read["custom_fields_values"].as_array().unwrap();
    assert_eq!(fields.len(), 4, "the values went with the field");
}

#[tokio::test]
async fn a_linked_entity_is_one_of_those_that_the_field_searches_in() {
    let client = Client::of(&quiet().contacts(1).build());
    let (one, two) = (common::catalog(&client, "One").await, common::catalog(&client, "Two").await);
    let (inside, outside) =
        (common::element(&client, two, "In").await, common::element(&client, one, "Out").await);
    let fields = format!("/api/v4/catalogs/{one}/custom_fields");
    let of = async |search_in: Value| {
        let item = json!({"name": "f", "type": "linked_entity", "search_in": search_in});
        field_of(&client, &fields, item).await["id"].as_i64().unwrap()
    };
    let (elements, people) = (of(json!(two)).await, of(json!("contacts")).await);
    let path = format!("/api/v4/catalogs/{one}/elements");
    let sent = async |field: i64, value: &Value| {
        let values = json!([{"field_id": field, "values": [{"value": value}]}]);
        client.post(&path, json!([{"name": "e", "custom_fields_values": values}])).await
    };
    let link = |kind: &str, id: i64| json!({"entity_type": kind, "entity_id": id});
    for (field, value, at) in [
        (elements, link("catalog_elements", outside), "entity_id"),
        (elements, link("contacts", demo::FIRST_CONTACT), "entity_type"),
        (people, link("catalog_elements", inside), "entity_type"),
        (people, link("contacts", 5), "entity_id"),
    ] {
        let at = format!("custom_fields_values.0.values.0.value.{at}");
        assert_eq!(sent(field, &value).await.flaw(), pair("NotSupportedChoice", &at), "{value}");
    }
    for (field, value) in [
        (elements, link("catalog_elements", inside)),
        (people, link("contacts", demo::FIRST_CONTACT)),
        (people, json!({"name": "Free"})),
    ] {
        let answer = sent(field, &value).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let shown = &answer.json()["_embedded"]["elements"][0]["custom_fields_values"][0];
        let shown = &shown["values"][0]["value"];
        assert!(shown["name"].is_string(), "{shown}");
        assert_eq!(shown["entity_id"], value["entity_id"]);
    }
}
