//! Events of customers and of elements of catalogs.

use crate::common::{Client, catalog, element, field_of, quiet};
use amo_sandbox::{CustomersMode, demo};
use serde_json::{Value, json};

async fn events(client: &Client, query: &str) -> Vec<Value> {
    let answer = client.get(&format!("/api/v4/events?{query}")).await;
    if answer.status == 204 {
        return Vec::new();
    }
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    answer.json()["_embedded"]["events"].as_array().unwrap().clone()
}

/// The only one.
async fn event(client: &Client, query: &str) -> Value {
    let mut events = events(client, query).await;
    assert_eq!(events.len(), 1, "{query}: {events:#?}");
    events.remove(0)
}

#[tokio::test]
async fn purchases_are_told_of_their_customer() {
    let client = Client::of(&quiet().customers_mode(CustomersMode::Segments).build());
    let customer = client.add("customers", json!({"name": "one"})).await;
    let path = format!("/api/v4/customers/{customer}/transactions");
    let added = client.post(&path, json!([{"price": 640}])).await.json();
    let id = added["_embedded"]["transactions"][0]["id"].clone();
    let told = event(&client, "filter[type]=transaction_added").await;
    assert_eq!((&told["entity_type"], &told["entity_id"]), (&json!("customer"), &json!(customer)));
    assert_eq!(told["value_after"], json!([{"transaction": {"id": id}}]));
    assert_eq!(told["value_before"], json!([]));
    let told =
        event(&client, "filter[type]=ltv_field_changed&filter[value_after][value]=640").await;
    assert_eq!(told["value_before"], json!([{"ltv_field_value": {"ltv": 0}}]));
    client.send("DELETE", &format!("{path}/{id}"), &json!({})).await;
    assert_eq!(events(&client, "filter[type]=transaction_added").await.len(), 1);
    let sums = "filter[type]=ltv_field_changed&filter[value_before][value]=640";
    assert_eq!(event(&client, sums).await["value_after"], json!([{"ltv_field_value": {"ltv": 0}}]));
}

#[tokio::test]
async fn segments_are_told_when_they_are_made_entered_and_left() {
    let client = Client::of(&quiet().customers_mode(CustomersMode::Segments).build());
    let mut segments = Vec::new();
    for name in ["Wholesale", "Retail"] {
        let made = client.post("/api/v4/customers/segments", json!({"name": name})).await.json();
        segments.push(made["id"].clone());
    }
    let made = events(&client, "filter[type]=segment_created").await;
    assert_eq!((made.len(), &made[1]["entity_id"]), (2, &segments[0]));
    assert_eq!(
        made[1]["_embedded"]["entity"]["_links"]["self"]["href"],
        format!("http://box.test/api/v4/customers/segments/{}", segments[0])
    );
    let customer = client.add("customers", json!({"name": "one"})).await;
    let path = format!("/api/v4/customers/{customer}");
    for set in [vec![&segments[0]], vec![&segments[1]]] {
        let set: Value = set.into_iter().map(|id| json!({"id": id})).collect();
        let answer = client.patch(&path, json!({"_embedded": {"segments": set}})).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    let attached = events(&client, "filter[type]=entity_segment_attached").await;
    assert_eq!(attached.len(), 2);
    assert_eq!(attached[0]["value_after"], json!([{"segment": {"id": segments[1]}}]));
    let detached = event(&client, "filter[type]=entity_segment_detached").await;
    assert_eq!(detached["value_before"], json!([{"segment": {"id": segments[0]}}]));
    assert_eq!(detached["entity_id"], customer);
}

#[tokio::test]
async fn elements_are_asked_for_by_their_catalog() {
    let client = Client::quiet();
    let (books, films) = (catalog(&client, "Books").await, catalog(&client, "Films").await);
    let fields = format!("/api/v4/catalogs/{books}/custom_fields");
    let field = field_of(&client, &fields, json!({"name": "Pages", "type": "numeric"})).await;
    let book = element(&client, books, "Emma").await;
    let film = element(&client, films, "Stalker").await;
    let patch = json!({"name": "Persuasion", "custom_fields_values": [
        {"field_id": field["id"], "values": [{"value": 474}]}]});
    client.patch(&format!("/api/v4/catalogs/{books}/elements/{book}"), patch).await;
    client.patch(&format!("/api/v4/catalogs/{films}/elements/{film}"), json!({"name": "x"})).await;
    let lead = client.add("leads", json!({})).await;
    let link = json!([{"to_entity_id": book, "to_entity_type": "catalog_elements",
        "metadata": {"catalog_id": books, "quantity": 1}}]);
    client.post(&format!("/api/v4/leads/{lead}/link"), link).await;
    assert!(client.sandbox.delete("catalog_elements", book));

    let kinds = |events: &[Value]| -> Vec<String> {
        events.iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
    };
    let own = events(&client, &format!("filter[entity][]=catalog_{books}&with=catalog_name")).await;
    assert_eq!(
        kinds(&own),
        ["entity_unlinked", "entity_linked", "custom_field_value_changed", "name_field_changed"]
    );
    assert_eq!(own[0]["entity_type"], "catalog_element");
    let entity = &own[3]["_embedded"]["entity"];
    assert_eq!(entity["catalog"], json!({"id": books, "name": "Books"}));
    assert_eq!(
        entity["_links"]["self"]["href"],
        format!("http://box.test/api/v4/catalogs/{books}/elements/{book}")
    );
    let both = events(&client, "filter[entity]=catalog_element&with=catalog_element_name").await;
    assert_eq!(both.len(), 5);
    let other = both.iter().find(|event| event["entity_id"] == film).unwrap();
    assert_eq!(other["_embedded"]["entity"]["name"], "x");
    assert_eq!(other["_embedded"]["entity"]["catalog"], json!({"id": films}));
    let one = format!("custom_field_{}_value_changed", field["id"]);
    let told = event(&client, &format!("filter[type]={one}")).await;
    assert_eq!(told["value_after"][0]["custom_field_value"]["text"], "474");
    let types = client.read("/api/v4/events/types").await;
    let types = types["_embedded"]["events_types"].as_array().unwrap();
    assert!(types.iter().any(|known| known["key"] == one.as_str()), "types name its fields too");
}

#[tokio::test]
async fn a_short_link_that_is_opened_leaves_a_note() {
    let client = Client::of(&quiet().contacts(1).build());
    let contact = demo::FIRST_CONTACT;
    let link = json!([{"url": "https://shop.example.test/x",
        "metadata": {"entity_id": contact, "entity_type": "contacts"}}]);
    let made = client.post("/api/v4/short_links", link).await.json();
    let short = made["_embedded"]["short_links"][0]["url"].as_str().unwrap();
    assert_eq!(client.sandbox.open_short_link("https://amo.example.test/zz"), None);
    assert_eq!(
        client.sandbox.open_short_link(short).as_deref(),
        Some("https://shop.example.test/x")
    );
    let told = event(&client, "filter[type]=link_followed&with=note").await;
    assert_eq!((&told["entity_id"], &told["created_by"]), (&json!(contact), &json!(0)));
    let notes = client.read(&format!("/api/v4/contacts/{contact}/notes")).await;
    let note = &notes["_embedded"]["notes"][0];
    assert_eq!(told["value_after"], json!([{"note": {"id": note["id"]}}]));
    assert_eq!(note["note_type"], "link_followed");
    assert_eq!(note["params"]["url"], "https://shop.example.test/x");
}
