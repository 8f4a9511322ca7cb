//! Chat links, followers, short links, call pop-ups, and the description of the API.

use crate::common::{Client, pair, quiet};
use amo_sandbox::demo;
use serde_json::{Value, json};

const CONTACT: i64 = demo::FIRST_CONTACT;
const LEAD: i64 = demo::FIRST_LEAD;
const CHATS: &str = "/api/v4/contacts/chats";

fn client() -> Client {
    Client::of(&quiet().contacts(2).leads(1).build())
}

#[tokio::test]
async fn chats_are_linked_with_contacts() {
    let mut client = client();
    let link = |contact: i64, chat: &str| json!({ "contact_id": contact, "chat_id": chat });
    let mut first = link(CONTACT, "chat-a");
    first["request_id"] = json!("r");
    let added = client.post(CHATS, json!([first, link(CONTACT, "chat-b")])).await;
    assert_eq!(added.status, 200, "{}", added.text);
    let added = added.json();
    let id = added["_embedded"]["chats"][0]["id"].clone();
    assert!(added.get("_links").is_none());
    assert_eq!(
        (&added["_total_items"], &added["_embedded"]["chats"][0]),
        (
            &json!(2),
            &json!({ "chat_id": "chat-a", "contact_id": CONTACT, "id": id, "request_id": "r" })
        )
    );
    let again = client.post(CHATS, json!([link(CONTACT, "chat-a")])).await.json();
    assert_eq!(again["_embedded"]["chats"][0]["id"], id, "the same link");
    client.post(CHATS, json!([link(CONTACT + 1, "chat-b")])).await;
    let chats = |list: &Value| -> Vec<(String, i64)> {
        assert!(list.get("_links").is_none() && list.get("_page").is_none());
        let all = list["_embedded"]["chats"].as_array().unwrap();
        assert_eq!(list["_total_items"], all.len());
        let text = |chat: &Value| chat["chat_id"].as_str().unwrap().to_owned();
        all.iter().map(|chat| (text(chat), chat["contact_id"].as_i64().unwrap())).collect()
    };
    let (a, b) = (("chat-a".to_owned(), CONTACT), ("chat-b".to_owned(), CONTACT + 1));
    for (query, wanted) in [
        (format!("contact_id[]={CONTACT}"), vec![a.clone()]),
        (format!("contact_id={CONTACT}"), vec![a.clone()]),
        (format!("contact_id[]={CONTACT}&contact_id[]={}", CONTACT + 1), vec![a, b.clone()]),
        ("chat_id[0]=chat-b".to_owned(), vec![b]),
    ] {
        assert_eq!(chats(&client.read(&format!("{CHATS}?{query}")).await), wanted, "{query}");
    }
    assert_eq!(client.get(&format!("{CHATS}?chat_id[]=x")).await.status, 204);
    for query in ["", "?contact_id[]=1&chat_id[]=x", "?contact_id[]=x"] {
        assert_eq!(client.get(&format!("{CHATS}{query}")).await.status, 400, "{query}");
    }
    let lost = client.post(CHATS, json!([link(5, "x")])).await;
    assert_eq!(lost.flaw(), pair("NotSupportedChoice", "contact_id"));
    let lists = json!([{ "contact_id": [CONTACT], "chat_id": "x" }]);
    assert_eq!(client.post(CHATS, lists).await.flaw(), pair("InvalidType", "contact_id"));
    client.headers.push(("x-context-user-id", demo::MANAGER.to_string()));
    assert_eq!(client.get(&format!("{CHATS}?chat_id[]=chat-a")).await.status, 403);
}

#[tokio::test]
async fn followers_are_listed() {
    let client = client();
    let path = format!("/api/v4/leads/{LEAD}/subscriptions");
    assert_eq!(client.get(&path).await.status, 204);
    assert!(client.sandbox.follow("leads", LEAD, demo::MANAGER));
    assert!(client.sandbox.follow("leads", LEAD, demo::MANAGER), "once more");
    assert!(client.sandbox.follow_as_group("leads", LEAD, demo::GROUP_PARTNERS));
    assert!(!client.sandbox.follow("leads", LEAD, 5));
    assert!(!client.sandbox.follow("leads", 5, demo::MANAGER));
    let list = client.read(&path).await;
    assert_eq!(
        (&list["_total_items"], &list["_page"], &list["_page_count"]),
        (&json!(2), &json!(1), &json!(1))
    );
    assert_eq!(
        list["_embedded"]["subscriptions"],
        json!([{ "subscriber_id": demo::MANAGER, "type": "user" },
            { "subscriber_id": demo::GROUP_PARTNERS, "type": "group" }])
    );
    let second = client.read(&format!("{path}?limit=1&page=2")).await;
    assert_eq!(second["_embedded"]["subscriptions"][0]["type"], "group");
    assert_eq!(second["_page_count"], 2);
    assert_eq!(client.get("/api/v4/leads/5/subscriptions").await.status, 404);
    let contact = format!("/api/v4/contacts/{CONTACT}/subscriptions");
    assert_eq!(client.get(&contact).await.status, 404, "only leads and customers");
}

#[tokio::test]
async fn addresses_are_shortened() {
    let client = client();
    let path = "/api/v4/short_links";
    let link = |url: &str, contact: i64| json!({ "url": url, "metadata": { "entity_type": "contacts", "entity_id": contact } });
    let (a, b) = ("https://shop.example.test/a", "https://shop.example.test/b");
    let batch = json!([link(a, CONTACT), link(a, 5), link(a, CONTACT + 1), link(b, CONTACT)]);
    let answer = client.post(path, batch).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let json = answer.json();
    let made = json["_embedded"]["short_links"].as_array().unwrap();
    let whose: Vec<&Value> = made.iter().map(|link| &link["metadata"]["entity_id"]).collect();
    assert_eq!(whose, [CONTACT, CONTACT + 1, CONTACT], "nobody's link is not made");
    let mut urls: Vec<&str> = made.iter().map(|link| link["url"].as_str().unwrap()).collect();
    assert_eq!(
        made[0],
        json!({ "url": urls[0], "account_id": demo::ACCOUNT,
            "metadata": { "entity_type": "contacts", "entity_id": CONTACT } })
    );
    let again = client.post(path, json!([link(a, CONTACT)])).await.json();
    assert_eq!(again["_embedded"]["short_links"][0]["url"], urls[0]);
    urls.sort_unstable();
    urls.dedup();
    assert_eq!(urls.len(), 3);
    for (item, code, place) in [
        (json!({ "url": a }), "FieldMissing", "metadata"),
        (
            json!({ "url": a, "metadata": { "entity_type": "leads", "entity_id": CONTACT } }),
            "NotSupportedChoice",
            "metadata.entity_type",
        ),
        (
            json!({ "url": a, "metadata": { "entity_type": "contacts", "entity_id": "5" } }),
            "InvalidType",
            "metadata.entity_id",
        ),
        (
            json!({ "url": 5, "metadata": { "entity_type": "contacts", "entity_id": CONTACT } }),
            "InvalidType",
            "url",
        ),
    ] {
        assert_eq!(client.post(path, json!([item])).await.flaw(), pair(code, place));
    }
    let many = vec![link(a, CONTACT); 251];
    assert_eq!(client.post(path, Value::from(many)).await.status, 422);
    assert_eq!(client.get(path).await.status, 405);
}

#[tokio::test]
async fn a_call_pops_up() {
    let client = client();
    let path = "/api/v2/events/";
    let pop_up = |users: Value| json!({ "type": "phone_call", "phone_number": "8-000-000-00-01", "users": users });
    let unknown = json!({ "type": "phone_call", "phone_number": "1" });
    let body = json!({ "add": [pop_up(json!([demo::ADMIN])), unknown] });
    let answer = client.post(path, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let json = answer.json();
    assert!(json["_links"]["self"]["href"].is_string());
    let items = &json["_embedded"]["items"];
    let uid = items[0]["uid"].clone();
    assert!(uid.is_string());
    assert_eq!(
        items[0],
        json!({ "element_id": LEAD, "element_type": 2, "uid": uid,
            "phone_number": "8-000-000-00-01" }),
        "the only open lead of the contact"
    );
    assert_eq!((&items[1]["element_id"], &items[1]["element_type"]), (&Value::Null, &Value::Null));
    client.patch(&format!("/api/v4/leads/{LEAD}"), json!({ "status_id": 142 })).await;
    // One user may stand alone, as a text too, and the body may be a form.
    for users in [json!(demo::ADMIN), json!(demo::ADMIN.to_string())] {
        let json = client.post(path, json!({ "add": [pop_up(users)] })).await.json();
        assert_eq!(json["_embedded"]["items"][0]["element_id"], CONTACT);
        assert_eq!(json["_embedded"]["items"][0]["element_type"], 1);
    }
    let form = format!(
        "add%5B0%5D[type]=phone_call&add[0][phone_number]=%2B70000000001\
         &add[0][users][]={}&add[0][users][]={}",
        demo::ADMIN,
        demo::MANAGER
    );
    let answer = client.try_send("POST", path, form).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.json()["_embedded"]["items"][0]["phone_number"], "+70000000001");
    for (body, code, place) in [
        (json!({}), "FieldMissing", "add"),
        (json!({ "add": [pop_up(json!([5]))] }), "NotSupportedChoice", "add.0.users.0"),
        (json!({ "add": [{ "type": "phone_call" }] }), "FieldMissing", "add.0.phone_number"),
        (
            json!({ "add": [{ "type": "smoke", "phone_number": "" }] }),
            "NotSupportedChoice",
            "add.0.type",
        ),
    ] {
        assert_eq!(client.post(path, body).await.flaw(), pair(code, place));
    }
    for body in ["add", "add=1", "add[0]=x", "[", "5"] {
        assert_eq!(client.try_send("POST", path, body).await.unwrap().status, 400, "{body}");
    }
    assert_eq!(client.get("/api/v2/events").await.status, 405);
}

#[tokio::test]
async fn the_description_of_the_api_needs_no_token() {
    let mut client = client();
    client.token = "none".to_owned();
    assert_eq!(client.get("/api/v4/leads").await.status, 401);
    let answer = client.get("/openapi.json").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    let description = answer.json();
    assert_eq!(description["openapi"], "3.1.0");
    let list = &description["paths"]["/api/v4/leads"]["get"];
    assert_eq!(list["operationId"], "leads.list");
    assert_eq!(client.post("/openapi.json", json!([])).await.status, 404);
}
