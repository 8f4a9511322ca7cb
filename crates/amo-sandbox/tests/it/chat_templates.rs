//! Templates of messages in chats, and their reviews.

use crate::common::{Client, START, ids, pair};
use amo_sandbox::demo;
use serde_json::{Value, json};

const PATH: &str = "/api/v4/chats/templates";

async fn add(client: &Client, template: Value) -> i64 {
    let answer = client.post(PATH, json!([template])).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["_embedded"]["chat_templates"][0]["id"].as_i64().unwrap()
}

fn waba() -> Value {
    json!({ "name": "Hello", "content": "Hi {{contact.name}}", "type": "waba",
        "waba_category": "UTILITY", "waba_language": "en" })
}

#[tokio::test]
async fn a_template_is_added_read_changed_and_deleted() {
    let client = Client::quiet();
    assert_eq!(client.get(PATH).await.status, 204);
    let new = json!([{ "name": "Hello", "content": "Hi", "external_id": "t-1", "request_id": "t1",
        "buttons": [{ "type": "url", "text": "Site", "url": "https://example.test" }],
        "attachment": { "id": "f-1", "name": "a.png", "type": "picture" }, "waba_examples": [] }]);
    let added = client.post(PATH, new).await;
    assert_eq!(added.status, 200, "{}", added.text);
    let added = added.json();
    let id = added["_embedded"]["chat_templates"][0]["id"].clone();
    let own = format!("{PATH}/{id}");
    let links = json!({ "self": { "href": format!("http://box.test{own}") } });
    assert_eq!(
        (&added["_total_items"], &added["_embedded"]["chat_templates"][0]),
        (&json!(1), &json!({ "id": id, "request_id": "t1", "_links": links }))
    );
    let mut expected = json!({ "id": id, "name": "Hello", "content": "Hi", "type": "amocrm",
        "is_editable": false, "external_id": "t-1",
        "buttons": [{ "type": "url", "text": "Site", "url": "https://example.test" }],
        "attachment": { "id": "f-1", "name": "a.png", "type": "picture", "is_external": false },
        "waba_header": null, "waba_header_type": null, "waba_footer": null, "waba_category": null,
        "waba_language": null, "waba_examples": [], "created_at": START, "updated_at": START,
        "account_id": demo::ACCOUNT, "_links": links });
    assert_eq!(client.read(&own).await, expected);
    let asked = client.read(&format!("{own}?with=reviews")).await;
    assert_eq!(
        (&asked["review_status"], &asked["is_on_review"], &asked["_embedded"]["reviews"]),
        (&Value::Null, &json!(false), &json!([]))
    );

    client.sandbox.calendar().advance(std::time::Duration::from_secs(3));
    let patch = json!({ "content": "Bye", "buttons": null, "attachment": null,
        "waba_examples": { "{{lead.name}}": "x" } });
    let changed = client.patch(&own, patch).await;
    assert_eq!(
        changed.json(),
        json!({ "id": id, "updated_at": START + 3, "request_id": "0", "_links": links })
    );
    for (name, value) in [
        ("content", json!("Bye")),
        ("buttons", Value::Null),
        ("attachment", Value::Null),
        ("waba_examples", json!({ "{{lead.name}}": "x" })),
        ("updated_at", json!(START + 3)),
    ] {
        expected[name] = value;
    }
    assert_eq!(client.read(&own).await, expected);
    let many = client.patch(PATH, json!([{ "id": id, "name": "New" }])).await.json();
    assert_eq!(many["_embedded"]["chat_templates"][0]["id"], id);

    assert_eq!(client.send("DELETE", &own, &Value::Null).await.status, 204);
    assert_eq!(client.get(&own).await.status, 404);
    let (a, b) = (add(&client, waba()).await, add(&client, waba()).await);
    let lost = client.send("DELETE", PATH, &json!([{ "id": a }, { "id": 5 }])).await;
    assert_eq!((lost.status, &lost.json()["errors"][0]["request_id"]), (400, &json!("1")));
    let both = client.send("DELETE", PATH, &json!([{ "id": a }, { "id": b }])).await;
    assert_eq!(both.status, 204);
    assert_eq!(client.get(PATH).await.status, 204);
}

#[tokio::test]
async fn templates_are_listed_by_what_the_integration_calls_them() {
    let mut client = Client::quiet();
    let mut all = Vec::new();
    for name in ["a", "b", "c"] {
        let new = json!({ "name": name, "content": "", "external_id": name });
        all.push(add(&client, new).await);
    }
    for (query, wanted) in [
        ("filter[external_id]=b", vec![all[1]]),
        ("filter[external_id][0]=a&filter[external_id][1]=c", vec![all[0], all[2]]),
        ("limit=2&page=2", vec![all[2]]),
    ] {
        assert_eq!(ids(&client.read(&format!("{PATH}?{query}")).await, "chat_templates"), wanted);
    }
    assert_eq!(client.get(&format!("{PATH}?limit=51")).await.status, 422);
    client.headers.push(("x-context-user-id", demo::MANAGER.to_string()));
    assert_eq!(client.get(PATH).await.status, 403);
    assert_eq!(client.get(&format!("{PATH}/{}", all[0])).await.status, 200);
}

#[tokio::test]
async fn what_is_wrong_with_a_template_is_said() {
    let client = Client::quiet();
    let button = |kind: &str| json!({ "type": kind, "text": "b", "url": "https://b.test" });
    for (more, code, path) in [
        (json!({ "name": 5 }), "InvalidType", "name"),
        (json!({ "type": "sms" }), "NotSupportedChoice", "type"),
        (json!({ "waba_header": "x".repeat(61) }), "TooLong", "waba_header"),
        (json!({ "waba_header_type": "media" }), "FieldMissing", "attachment"),
        (json!({ "waba_category": "utility" }), "NotSupportedChoice", "waba_category"),
        (
            json!({ "buttons": [button("url"), button("inline")] }),
            "NotSupportedChoice",
            "buttons.1.type",
        ),
        (json!({ "buttons": [{ "type": "url", "text": "b" }] }), "FieldMissing", "buttons.0.url"),
        (json!({ "review_status": "approved" }), "FieldNotExpected", "review_status"),
    ] {
        let mut new = json!({ "name": "a", "content": "b" });
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(client.post(PATH, json!([new])).await.flaw(), pair(code, path), "{more}");
    }
    let answer = client.post(PATH, json!([{ "name": "a" }])).await;
    assert_eq!(answer.flaw(), pair("FieldMissing", "content"));
}

#[tokio::test]
async fn a_template_is_reviewed() {
    let client = Client::quiet();
    let id = add(&client, waba()).await;
    let review = format!("{PATH}/{id}/review");
    let nobody = client.post(&review, json!({})).await;
    assert_eq!(nobody.status, 400, "no source manages templates");
    let source = client
        .add(
            "sources",
            json!({ "name": "S", "external_id": "wa",
                "services": [{ "type": "whatsapp", "params": { "waba": true } }] }),
        )
        .await;
    let asked = client.try_send("POST", &review, "").await.unwrap();
    assert_eq!(asked.status, 200, "{}", asked.text);
    let item = asked.json()["_embedded"]["reviews"][0].clone();
    assert_eq!(
        item,
        json!({ "id": item["id"], "source_id": source, "status": "review", "reject_reason": "" })
    );
    let with = format!("{PATH}/{id}?with=reviews");
    let read = client.read(&with).await;
    assert_eq!(
        (&read["review_status"], &read["is_on_review"], &read["_embedded"]["reviews"][0]),
        (&json!("review"), &json!(true), &item)
    );
    let sealed = client.patch(&format!("{PATH}/{id}"), json!({ "name": "x" })).await;
    assert_eq!(sealed.flaw(), pair("NotSupportedChoice", "id"), "only drafts can be changed");

    let own = format!("{review}/{}", item["id"]);
    for (body, code, path) in [
        (json!({ "status": "draft" }), "NotSupportedChoice", "status"),
        (json!({ "status": "great" }), "NotSupportedChoice", "status"),
        (json!({ "reject_reason": "x".repeat(65_536) }), "TooLong", "reject_reason"),
    ] {
        assert_eq!(client.post(&own, body).await.flaw(), pair(code, path));
    }
    // The official client sends the whole review.
    let whole = json!({ "id": item["id"], "source_id": source, "status": "rejected",
        "reject_reason": "Too loud" });
    let decided = client.post(&own, whole.clone()).await;
    assert_eq!((decided.status, decided.json()), (200, whole));
    let read = client.read(&with).await;
    assert_eq!(
        (&read["review_status"], &read["is_on_review"]),
        (&json!("rejected"), &json!(false))
    );
    assert_eq!(client.post(&format!("{review}/5"), json!({})).await.status, 400);
    assert_eq!(client.post(&format!("{PATH}/5/review"), json!({})).await.status, 404);
}
