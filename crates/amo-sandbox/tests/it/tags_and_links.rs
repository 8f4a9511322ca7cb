//! Tags and links.

use crate::common::{Client, pair, quiet};
use amo_sandbox::demo;
use serde_json::{Value, json};

const LEAD: i64 = demo::FIRST_LEAD;
const CONTACT: i64 = demo::FIRST_CONTACT;
const COMPANY: i64 = demo::FIRST_COMPANY;

async fn tags_of(client: &Client, path: &str) -> Vec<String> {
    let entity = client.read(path).await;
    let tags = entity["_embedded"]["tags"].as_array().unwrap();
    tags.iter().map(|tag| tag["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn tags_are_replaced_added_deleted_and_cleared() {
    let client = Client::quiet();
    let id =
        client.add("leads", json!({"_embedded": {"tags": [{"name": "a"}, {"name": "b"}]}})).await;
    let path = format!("/api/v4/leads/{id}");
    assert_eq!(tags_of(&client, &path).await, ["a", "b"]);
    client.patch(&path, json!({"tags_to_add": [{"name": "c"}, {"name": "a"}], "tags_to_delete": [{"name": "b"}]})).await;
    assert_eq!(tags_of(&client, &path).await, ["a", "c"]);
    let c = client.read("/api/v4/leads/tags?filter[name]=c").await["_embedded"]["tags"][0]["id"]
        .clone();
    client.patch(&path, json!({"_embedded": {"tags": [{"id": c}]}})).await;
    assert_eq!(tags_of(&client, &path).await, ["c"]);
    client.patch(&path, json!({"tags_to_delete": [{"name": "unknown"}]})).await;
    assert_eq!(
        client.get("/api/v4/leads/tags?query=unknown").await.status,
        204,
        "deleting makes no tag"
    );
    client.patch(&path, json!({"name": "renamed"})).await;
    assert_eq!(tags_of(&client, &path).await, ["c"]);
    client.patch(&path, json!({"_embedded": {"tags": null}})).await;
    assert!(tags_of(&client, &path).await.is_empty());
    for (body, code, path) in [
        (
            json!({"tags_to_add": [{"id": 1, "name": "x"}]}),
            "FieldNotExpected",
            "tags_to_add.0.name",
        ),
        (json!({"tags_to_add": [{}]}), "FieldMissing", "tags_to_add.0.id"),
        (json!({"tags_to_add": "x"}), "InvalidType", "tags_to_add"),
        (json!({"tags_to_delete": [{"id": 1}]}), "NotSupportedChoice", "tags_to_delete.0.id"),
        (
            json!({"_embedded": {"tags": [{"name": "x", "color": null}]}}),
            "FieldNotExpected",
            "_embedded.tags.0.color",
        ),
    ] {
        assert_eq!(
            client.patch(&format!("/api/v4/leads/{id}"), body).await.flaw(),
            pair(code, path)
        );
    }
    let at_birth = client.post("/api/v4/leads", json!([{"tags_to_delete": []}])).await;
    assert_eq!(at_birth.flaw(), pair("FieldNotExpected", "tags_to_delete"));
}

#[tokio::test]
async fn only_tags_of_leads_have_colours() {
    let client = Client::quiet();
    let answer = client
        .post(
            "/api/v4/leads/tags",
            json!([{"name": "hot", "color": "FF8F92", "request_id": "g"}, {"name": "x"}]),
        )
        .await;
    let json = answer.json();
    assert!(json.get("_links").is_none());
    let tags = &json["_embedded"]["tags"];
    let id = tags[0]["id"].clone();
    assert_eq!(tags[0], json!({"id": id, "name": "hot", "color": "FF8F92", "request_id": "g"}));
    assert_eq!(tags[1]["request_id"], "1");
    let again = client.post("/api/v4/leads/tags", json!([{"name": "hot"}])).await.json();
    assert_eq!((&again["_embedded"]["tags"][0]["id"], &again["_total_items"]), (&id, &json!(1)));
    assert_eq!(
        again["_embedded"]["tags"][0]["color"], "FF8F92",
        "no word about the colour leaves it"
    );
    for (entity, tag, code, path) in [
        ("leads", json!({"name": "a", "color": "123456"}), "NotSupportedChoice", "color"),
        ("contacts", json!({"name": "a", "color": "FF8F92"}), "FieldNotExpected", "color"),
        ("leads", json!({"color": "FF8F92"}), "FieldMissing", "name"),
        ("leads", json!({"name": ""}), "NotBlank", "name"),
    ] {
        assert_eq!(
            client.post(&format!("/api/v4/{entity}/tags"), json!([tag])).await.flaw(),
            pair(code, path)
        );
    }
    assert_eq!(client.get("/api/v4/contacts/tags").await.status, 204);
}

fn client() -> Client {
    Client::of(&quiet().contacts(3).build())
}

/// A lead, a second lead and two companies without links.
async fn with_more(client: &Client) {
    for name in ["one", "two"] {
        client.add("leads", json!({"name": name})).await;
        client.add("companies", json!({"name": name})).await;
    }
}

fn to(kind: &str, id: i64) -> Value {
    json!({"to_entity_id": id, "to_entity_type": kind})
}

#[tokio::test]
async fn links_are_made_changed_and_undone() {
    let client = client();
    with_more(&client).await;
    let path = format!("/api/v4/leads/{LEAD}");
    let mut main = to("contacts", CONTACT + 1);
    main["metadata"] = json!({"is_main": true, "updated_by": demo::MANAGER});
    let body = json!([to("contacts", CONTACT), main, to("companies", COMPANY)]);
    let answer = client.post(&format!("{path}/link"), body).await;
    assert_eq!(
        answer.json(),
        json!({"_total_items": 3, "_links": {"self": {"href": format!("http://box.test{path}/links")}},
            "_embedded": {"links": [
                {"entity_id": LEAD, "entity_type": "leads", "to_entity_id": CONTACT, "to_entity_type": "contacts",
                    "metadata": {"main_contact": false}},
                {"entity_id": LEAD, "entity_type": "leads", "to_entity_id": CONTACT + 1,
                    "to_entity_type": "contacts", "metadata": {"main_contact": true}},
                {"entity_id": LEAD, "entity_type": "leads", "to_entity_id": COMPANY, "to_entity_type": "companies",
                    "metadata": null}]}})
    );
    let mut again = to("contacts", CONTACT);
    again["metadata"] = json!({"is_main": true});
    let answer = client.post(&format!("{path}/link"), json!([again])).await;
    assert_eq!((answer.status, &answer.json()["_total_items"]), (200, &json!(1)));
    let links = client.read(&format!("{path}/links")).await;
    assert_eq!(
        links["_embedded"]["links"][0],
        json!({"to_entity_id": CONTACT, "to_entity_type": "contacts", "metadata": {"main_contact": true}})
    );
    assert_eq!(links["_embedded"]["links"][1]["metadata"]["main_contact"], false);
    let filter = format!("filter[to_entity_id]={COMPANY}&filter[to_entity_type]=companies");
    assert_eq!(client.read(&format!("{path}/links?{filter}")).await["_total_items"], 1);
    assert_eq!(client.get(&format!("{path}/links?filter[to_entity_id]=1")).await.status, 400);
    let seen_from_there = client.read(&format!("/api/v4/contacts/{CONTACT}/links")).await;
    assert_eq!(seen_from_there["_embedded"]["links"][0]["to_entity_id"], LEAD);

    let undone = client
        .post(&format!("{path}/unlink"), json!([to("contacts", CONTACT), to("companies", COMPANY)]))
        .await;
    assert_eq!((undone.status, undone.text.as_str()), (204, ""));
    let links = client.read(&format!("{path}/links")).await;
    assert_eq!(links["_total_items"], 1);
    client.post(&format!("{path}/unlink"), json!([to("contacts", CONTACT + 1)])).await;
    assert_eq!(client.get(&format!("{path}/links")).await.status, 204);
}

#[tokio::test]
async fn many_entities_are_linked_at_once() {
    let client = client();
    with_more(&client).await;
    let item = |lead: i64, contact: i64| json!({"entity_id": lead, "entity_type": "leads", "to_entity_id": contact, "to_entity_type": "contacts"});
    let answer = client
        .post("/api/v4/leads/link", json!([item(LEAD, CONTACT), item(LEAD + 1, CONTACT)]))
        .await;
    assert_eq!(answer.json()["_links"]["self"]["href"], "http://box.test/api/v4/leads/links");
    let path =
        format!("/api/v4/leads/links?filter[entity_id][]={LEAD}&filter[entity_id][]={}", LEAD + 1);
    let links = client.read(&path).await;
    assert_eq!(links["_total_items"], 2);
    assert_eq!(links["_embedded"]["links"][1]["entity_id"], LEAD + 1);
    assert_eq!(client.get("/api/v4/leads/links").await.status, 400, "the entities must be named");
    let undone = client
        .post("/api/v4/leads/unlink", json!([item(LEAD, CONTACT), item(LEAD + 1, CONTACT)]))
        .await;
    assert_eq!(undone.status, 204);
    assert_eq!(client.get(&path).await.status, 204);
}

#[tokio::test]
async fn what_cannot_be_linked_is_refused() {
    let client = client();
    with_more(&client).await;
    let path = format!("/api/v4/leads/{LEAD}/link");
    let mut odd = to("contacts", CONTACT);
    odd["metadata"] = json!({"is_main": 1, "moon": 1});
    for (item, code, flawed) in [
        (to("leads", LEAD + 1), "NotSupportedChoice", "to_entity_type"),
        (to("contacts", 1), "NotSupportedChoice", "to_entity_id"),
        (json!({"to_entity_type": "contacts"}), "FieldMissing", "to_entity_id"),
        (json!({"to_entity_id": CONTACT}), "FieldMissing", "to_entity_type"),
    ] {
        assert_eq!(client.post(&path, json!([item])).await.flaw(), pair(code, flawed));
    }
    assert_eq!(client.post(&path, json!([odd])).await.flaws().len(), 2);
    let nobody = client.post("/api/v4/leads/1/link", json!([to("contacts", CONTACT)])).await;
    assert_eq!(nobody.flaw(), pair("NotSupportedChoice", "entity_id"));

    let two = json!([to("companies", COMPANY), to("companies", COMPANY + 1)]);
    assert_eq!(client.post(&path, two).await.flaws()[0].0, "1", "one company at most");
    assert_eq!(
        client.get(&format!("/api/v4/leads/{LEAD}/links")).await.status,
        204,
        "nothing was linked"
    );
    assert_eq!(client.post(&path, json!([to("companies", COMPANY)])).await.status, 200);
    assert_eq!(
        client.post(&path, json!([to("companies", COMPANY)])).await.status,
        200,
        "the same again"
    );
    let second = client.post(&path, json!([to("companies", COMPANY + 1)])).await;
    assert_eq!(second.flaw(), pair("NotSupportedChoice", "to_entity_id"));
}
