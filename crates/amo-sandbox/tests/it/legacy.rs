//! Version 2 of the API: settings, bots, deleting, webhooks, incoming leads, the account.

use crate::common::{Client, START, catalog, element, quiet};
use amo_sandbox::{CustomersMode, demo};
use serde_json::{Value, json};

fn client() -> Client {
    Client::of(&quiet().leads(1).contacts(1).build())
}

/// A write that must be answered with 200.
async fn write(client: &Client, path: &str, body: Value) -> Value {
    let answer = client.post(path, body).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    assert_eq!(answer.header("content-type"), "application/hal+json");
    assert_eq!(answer.header("runtime-timestamp"), START.to_string());
    answer.json()
}

#[tokio::test]
async fn products_are_switched_on() {
    let client = client();
    let path = "/api/v2/products_settings";
    assert_eq!(client.read(path).await["is_enabled"], false);
    let on = write(&client, path, json!({"enabled": true})).await;
    assert_eq!(on["is_enabled"], true);
    assert!(on["catalog_id"].is_i64());
    assert_eq!(client.read(path).await, on);
    let form = client.try_send("POST", path, "enabled=0").await.unwrap();
    assert_eq!((form.status, &form.json()["is_enabled"]), (200, &json!(false)));
    for body in ["{}", "", "[5]", "enabled=x", "moon=1", "enabled[a]=1&enabled[a][b]=2"] {
        let answer = client.try_send("POST", path, body).await.unwrap();
        assert_eq!(answer.status, 400, "{body}: {}", answer.text);
    }
    let deep = format!("enabled{}=1", "[a]".repeat(100_000));
    assert_eq!(client.try_send("POST", path, deep).await.unwrap().status, 400);
}

#[tokio::test]
async fn bots_are_run() {
    let client = client();
    for kind in [json!("leads"), json!("2"), json!(2)] {
        let run =
            json!([{"bot_id": demo::BOT, "entity_id": demo::FIRST_LEAD, "entity_type": kind}]);
        let answer = client.post("/api/v2/salesbot/run", run).await;
        assert_eq!((answer.status, answer.text.as_str()), (202, "Accepted"), "{kind}");
    }
    let lost = json!([{"bot_id": 5, "entity_id": demo::FIRST_LEAD, "entity_type": 2}]);
    assert_eq!(client.post("/api/v2/salesbot/run", lost).await.status, 400);
}

#[tokio::test]
async fn catalogs_and_elements_are_deleted() {
    let mut client = client();
    let (books, films) = (catalog(&client, "Books").await, catalog(&client, "Films").await);
    let (book, film) = (element(&client, books, "a").await, element(&client, films, "b").await);
    let link = |id: i64, catalog: i64| {
        json!([{"to_entity_id": id,
        "to_entity_type": "catalog_elements", "metadata": {"catalog_id": catalog}}])
    };
    let lead = format!("/api/v4/leads/{}", demo::FIRST_LEAD);
    for (id, catalog) in [(book, books), (film, films)] {
        assert_eq!(client.post(&format!("{lead}/link"), link(id, catalog)).await.status, 200);
    }
    let done = write(&client, "/api/v2/catalog_elements", json!({"delete": [book, "5"]})).await;
    assert_eq!(done["_embedded"]["items"][0]["id"], book);
    assert_eq!(done["_embedded"]["errors"]["delete"]["5"]["code"], 282);
    let elements = format!("/api/v4/catalogs/{books}/elements");
    assert_eq!(client.get(&elements).await.status, 204);
    client.headers = vec![("x-context-user-id", demo::MANAGER.to_string())];
    let refused = client.post("/api/v2/catalogs", json!({"delete": [films]})).await;
    assert_eq!(refused.status, 403);
    client.headers.clear();
    let done = write(&client, "/api/v2/catalogs", json!({"delete": [films]})).await;
    assert_eq!(done["_embedded"]["items"][0]["id"], films);
    assert!(done["_embedded"].get("errors").is_none());
    assert_eq!(client.get(&format!("/api/v4/catalogs/{films}")).await.status, 404);
    let linked = client.read(&format!("{lead}?with=catalog_elements")).await;
    assert_eq!(linked["_embedded"]["catalog_elements"], json!([]), "their links are gone");
    assert_eq!(client.post("/api/v2/catalogs", json!({"add": []})).await.status, 400);
}

#[tokio::test]
async fn webhooks_subscribe_and_unsubscribe() {
    let mut client = client();
    let url = "https://hook.example.test/";
    let hooks =
        json!({"subscribe": [{"url": url, "events": ["add_lead"]}, {"url": "x", "events": []}]});
    let done = write(&client, "/api/v2/webhooks/subscribe", hooks).await;
    let items = &done["_embedded"]["items"];
    assert_eq!(items[0], json!({"url": url, "result": true}));
    assert_eq!(items[1]["result"], false);
    let listed = client.read("/api/v2/webhooks").await;
    assert_eq!(listed["_embedded"]["items"][0]["events"], json!(["add_lead"]));
    let form = "unsubscribe[0][url]=https%3A%2F%2Fhook.example.test%2F";
    let done = client.try_send("POST", "/api/v2/webhooks/unsubscribe", form).await.unwrap();
    assert_eq!(done.json()["_embedded"]["items"][0], json!({"url": url, "result": true}));
    assert_eq!(client.get("/api/v2/webhooks").await.status, 204);
    client.headers = vec![("x-context-user-id", demo::MANAGER.to_string())];
    let hooks = json!({"subscribe": [{"url": url, "events": ["add_lead"]}]});
    assert_eq!(client.post("/api/v2/webhooks/subscribe", hooks).await.status, 403);
}

#[tokio::test]
async fn incoming_leads_come_and_are_sorted() {
    let client = client();
    let path = "/api/v2/incoming_leads";
    let form = json!({"source_name": "Landing", "source_uid": "s", "created_at": START.to_string(),
        "incoming_lead_info": {"form_id": "ask", "form_page": "https://example.test", "ip": "192.0.2.7"},
        "incoming_entities": {
            "leads": [{"name": "From landing", "sale": "5", "tags": "hot, web"}],
            "contacts": [{"name": "Nina", "custom_fields": [
                {"id": demo::CONTACT_PHONE, "values": [{"value": "+7", "enum": "MOB"}]}]}]}});
    let answer = write(&client, &format!("{path}/form"), json!({"add": [form, form]})).await;
    assert_eq!(answer["status"], "success");
    let sip = json!({"add": [{"source_name": "PBX", "source_uid": "p", "incoming_lead_info":
        {"to": demo::ADMIN, "from": "+70", "date_call": START, "service_code": "pbx", "add_note": true}}]});
    let called = write(&client, &format!("{path}/sip"), sip).await;
    let wrong = json!({"add": [{"source_name": "PBX", "incoming_lead_info": {"from": "+70"}}]});
    let failed = write(&client, &format!("{path}/sip"), wrong).await;
    assert_eq!((&failed["status"], &failed["data"]), (&json!("fail"), &json!([])));
    assert!(failed["error"].as_str().unwrap().contains("metadata.called_at"), "{failed}");
    let uids = &answer["data"];
    let one = client.read(&format!("/api/v4/leads/unsorted/{}", uids[0].as_str().unwrap())).await;
    let lead = one["_embedded"]["leads"][0]["id"].clone();
    let shown = client.read(&format!("/api/v4/leads/{lead}")).await;
    assert_eq!((&shown["name"], &shown["price"]), (&json!("From landing"), &json!(5)));
    let tags = shown["_embedded"]["tags"].as_array().unwrap();
    assert_eq!(
        tags.iter().map(|tag| tag["name"].as_str().unwrap()).collect::<Vec<_>>(),
        ["hot", "web"]
    );

    let list = client.read(&format!("{path}?page_size=1&page=2&categories[]=forms")).await;
    let items = list["_embedded"]["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[0]["uid"]), (1, &uids[1]));
    assert_eq!(items[0]["incoming_lead_info"]["form_id"], "ask");
    assert_eq!(client.get(&format!("{path}?page_size=501")).await.status, 400);

    let body =
        json!({"accept": [uids[0]], "user_id": demo::MANAGER, "status_id": demo::STATUS_TALKS});
    let accepted = write(&client, &format!("{path}/accept"), body).await;
    let uid = uids[0].as_str().unwrap();
    assert_eq!(accepted["data"][uid]["leads"], json!([lead]));
    assert_eq!(accepted["data"][uid]["companies"], json!([]));
    let shown = client.read(&format!("/api/v4/leads/{lead}")).await;
    assert_eq!(shown["status_id"], demo::STATUS_TALKS);
    let body = json!({"decline": [uids[1], "nobody"]});
    let declined = write(&client, &format!("{path}/decline"), body).await;
    assert_eq!(declined["data"][uids[1].as_str().unwrap()], true);
    assert_eq!(declined["data"]["nobody"], false);
    let counted = client.read(&format!("{path}/summary?filter[date][from]={START}")).await;
    assert_eq!(
        (&counted["total"], &counted["accepted"], &counted["forms"], &counted["sip"]),
        (&json!(3), &json!(1), &json!(2), &json!(1))
    );
    assert_eq!(called["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_account_is_told_in_maps() {
    let client = Client::of(&quiet().customers_mode(CustomersMode::Segments).build());
    let plain = client.read("/api/v2/account").await;
    assert_eq!(
        (&plain["id"], &plain["current_user"]),
        (&json!(demo::ACCOUNT), &json!(demo::ADMIN))
    );
    assert!(plain.get("_embedded").is_none());
    let with = "custom_fields,users,pipelines,groups,note_types,task_types";
    let all = client.read(&format!("/api/v2/account?with={with}")).await["_embedded"].clone();
    let admin = &all["users"][demo::ADMIN.to_string()];
    assert_eq!((&admin["is_admin"], &admin["id"]), (&json!(true), &json!(demo::ADMIN)));
    let pipeline = &all["pipelines"][demo::PIPELINE.to_string()];
    assert_eq!(pipeline["is_main"], true);
    assert_eq!(pipeline["statuses"]["142"]["id"], 142);
    let phone = &all["custom_fields"]["contacts"][demo::CONTACT_PHONE.to_string()];
    assert_eq!((&phone["field_type"], &phone["code"]), (&json!(8), &json!("PHONE")));
    assert_eq!(phone["enums"][demo::PHONE_WORK.to_string()], "WORK");
    assert_eq!(all["task_types"]["1"]["id"], 1);
    assert_eq!(all["note_types"]["4"]["code"], "COMMON");
    assert_eq!(all["groups"][demo::GROUP_PARTNERS.to_string()]["id"], demo::GROUP_PARTNERS);
}

#[tokio::test]
async fn what_is_not_there_is_said_and_who_has_not_paid_too() {
    let mut client = client();
    assert_eq!(client.get("/api/v2/moons").await.status, 404);
    assert_eq!(client.send("DELETE", "/api/v2/leads", &json!({})).await.status, 404);
    client.sandbox.set_paid_until(Some(START));
    let delete = json!({"delete": [1]});
    assert_eq!(client.post("/api/v2/catalogs", delete).await.status, 402);
    client.token = "wrong".to_owned();
    assert_eq!(client.get("/api/v2/account").await.status, 401);
}
