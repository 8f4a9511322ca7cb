//! Leads, contacts, companies, customers and tasks by version 2 of the API.

use crate::common::people::acting;
use crate::common::{Client, START, catalog, element, quiet};
use amo_sandbox::{CustomersMode, demo};
use serde_json::{Value, json};

const LEAD: i64 = demo::FIRST_LEAD;
const CONTACT: i64 = demo::FIRST_CONTACT;

fn client() -> Client {
    Client::of(&quiet().leads(3).contacts(2).companies(1).build())
}

async fn write(client: &Client, path: &str, body: Value) -> Value {
    let answer = client.post(path, body).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.json()["_embedded"].clone()
}

async fn items(client: &Client, path: &str) -> Vec<Value> {
    let answer = client.get(path).await;
    if answer.status == 204 {
        return Vec::new();
    }
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.json()["_embedded"]["items"].as_array().unwrap().clone()
}

fn ids(items: &[Value]) -> Vec<i64> {
    items.iter().map(|item| item["id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_lead_is_added_with_what_belongs_to_it() {
    let client = client();
    let lead = json!({"name": "Chairs", "sale": "1500", "status_id": demo::STATUS_TALKS.to_string(),
        "tags": "hot, vip", "contacts_id": [CONTACT, CONTACT + 1], "company_id": demo::FIRST_COMPANY,
        "request_id": 7, "custom_fields": [
            {"id": demo::LEAD_CHANNEL, "values": [{"value": demo::CHANNEL_PHONE.to_string()}]},
            {"id": demo::LEAD_ORDER_NUMBER.to_string(), "values": [{"value": "A-1"}]}]});
    let done = write(&client, "/api/v2/leads", json!({"add": [lead]})).await;
    let item = &done["items"][0];
    let id = item["id"].as_i64().unwrap();
    assert_eq!(item["request_id"], 7);
    assert_eq!(item["_links"]["self"]["href"], format!("/api/v2/leads?id={id}"));
    let shown = items(&client, &format!("/api/v2/leads?id={id}")).await.remove(0);
    for (name, value) in [
        ("sale", json!(1500)),
        ("status_id", json!(demo::STATUS_TALKS)),
        ("pipeline", json!({"id": demo::PIPELINE})),
        ("main_contact", json!({"id": CONTACT})),
        ("contacts", json!({"id": [CONTACT, CONTACT + 1]})),
        ("is_deleted", json!(false)),
    ] {
        assert_eq!(shown[name], value, "{name}");
    }
    assert_eq!(shown["company"]["id"], demo::FIRST_COMPANY);
    assert!(shown["company"]["name"].is_string());
    assert_eq!(shown["tags"][1]["name"], "vip");
    let fields = shown["custom_fields"].as_array().unwrap();
    let channel = fields.iter().find(|field| field["id"] == demo::LEAD_CHANNEL).unwrap();
    assert_eq!(
        channel["values"],
        json!([{"value": "Phone", "enum": demo::CHANNEL_PHONE.to_string()}])
    );
}

#[tokio::test]
async fn each_item_of_a_write_stands_for_itself() {
    let client = client();
    let body = json!({
        "add": [{"name": "good"}, {"name": "bad", "status_id": 5}, {"name": "lost", "contacts_id": [1]}],
        "update": [
            {"id": LEAD, "updated_at": START, "name": "New", "unlink": {"contacts_id": []}},
            {"id": LEAD + 1, "updated_at": 5, "name": "Old"},
            {"id": LEAD + 2, "name": "No time"}]});
    let done = write(&client, "/api/v2/leads", body).await;
    assert_eq!(done["items"].as_array().unwrap().len(), 2);
    assert_eq!(done["items"][1]["id"], LEAD);
    let added = done["errors"]["add"].as_array().unwrap();
    assert!(added[0]["msg"].as_str().unwrap().starts_with("status_id: "), "{added:?}");
    assert_eq!(added[1]["msg"], "contacts_id: 1 is not there");
    let updated = &done["errors"]["update"];
    assert_eq!(updated[(LEAD + 1).to_string()], "Last modified date is older than in database");
    assert_eq!(updated[(LEAD + 2).to_string()], "updated_at is missing");
    let names = items(&client, &format!("/api/v2/leads?id[]={LEAD}&id[]={}", LEAD + 1)).await;
    assert_eq!(names[0]["name"], "New");
    assert_ne!(names[1]["name"], "Old");
    let all = client.read("/api/v4/leads").await;
    assert_eq!(all["_embedded"]["leads"].as_array().unwrap().len(), 4, "only the good one is new");
    for body in [json!({}), json!({"add": []}), json!([]), json!({"moon": 1})] {
        assert_eq!(client.post("/api/v2/leads", body).await.status, 400);
    }
}

#[tokio::test]
async fn forms_with_brackets_are_read() {
    let client = client();
    let body = "add%5B0%5D%5Bname%5D=Anna&add[0][custom_fields][0][id]=7001\
        &add[0][custom_fields][0][values][0][value]=%2B7999\
        &add[0][custom_fields][0][values][0][enum]=WORK&add[0][company_name]=Romashka\
        &add[0][leads_id][]=3000001"
        .replace("        ", "");
    let done = client.try_send("POST", "/api/v2/contacts", body).await.unwrap();
    assert_eq!(done.status, 200, "{}", done.text);
    let id = done.json()["_embedded"]["items"][0]["id"].clone();
    let shown = items(&client, &format!("/api/v2/contacts?id={id}")).await.remove(0);
    assert_eq!(shown["company"]["name"], "Romashka");
    assert_eq!(shown["leads"], json!({"id": [LEAD]}));
    assert_eq!(
        shown["custom_fields"][0]["values"],
        json!([{"value": "+7999", "enum": demo::PHONE_WORK.to_string()}])
    );
    let again = json!({"add": [{"name": "Boris", "company_name": "Romashka"}]});
    let boris = write(&client, "/api/v2/contacts", again).await["items"][0]["id"].clone();
    let other = items(&client, &format!("/api/v2/contacts?id={boris}")).await.remove(0);
    assert_eq!(other["company"], shown["company"], "the company that is there");
    let unlink = json!({"update": [{"id": boris, "updated_at": START,
        "unlink": {"company_id": shown["company"]["id"]}}]});
    write(&client, "/api/v2/contacts", unlink).await;
    let other = items(&client, &format!("/api/v2/contacts?id={boris}")).await.remove(0);
    assert_eq!(other["company"], json!({}));
}

#[tokio::test]
async fn lists_are_cut_and_filtered() {
    let mut client = client();
    let all = ids(&items(&client, "/api/v2/leads").await);
    assert_eq!(all, [LEAD, LEAD + 1, LEAD + 2]);
    let rows = "/api/v2/leads?limit_rows=1&limit_offset=1";
    assert_eq!(ids(&items(&client, rows).await), [LEAD + 1]);
    assert!(items(&client, "/api/v2/leads?limit_rows=1&limit_offset=3").await.is_empty());
    let both = "/api/v2/leads?id=3000003,3000001&status=5";
    assert_eq!(
        ids(&items(&client, both).await),
        [LEAD + 2, LEAD],
        "ids are stronger than the rest"
    );
    client.sandbox.calendar().set(START + 10);
    let patch = json!({"status_id": 142, "responsible_user_id": demo::MANAGER});
    client.patch(&format!("/api/v4/leads/{}", LEAD + 1), patch).await;
    for query in [
        "status[]=142".to_owned(),
        format!("responsible_user_id={}&status=142", demo::MANAGER),
        format!("filter[date_modify][from]={}", START + 10),
    ] {
        let found = items(&client, &format!("/api/v2/leads?{query}")).await;
        assert!(ids(&found).contains(&(LEAD + 1)), "{query}");
        assert!(!query.contains("142") || found.len() == 1, "{query}");
    }
    let none = format!("/api/v2/leads?filter[date_create][from]={}", START + 1);
    assert!(items(&client, &none).await.is_empty());
    client.headers = vec![("if-modified-since", "Sun, 15 Jun 2025 15:06:50 UTC".to_owned())];
    assert_eq!(ids(&items(&client, "/api/v2/leads").await), [LEAD + 1]);
    client.headers.clear();
    client.patch(&format!("/api/v4/leads/{LEAD}"), json!({"name": "Needle"})).await;
    assert_eq!(ids(&items(&client, "/api/v2/leads?query=needle&limit_rows=5").await), [LEAD]);
    for wrong in
        ["id=x", "limit_rows=x", "filter[moon]=1", "status[]=x", "filter[date_create][from]=x"]
    {
        assert_eq!(client.get(&format!("/api/v2/leads?{wrong}")).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn tasks_and_customers_have_their_old_names() {
    let client = Client::of(&quiet().leads(1).customers_mode(CustomersMode::Periodicity).build());
    let task = json!({"element_id": LEAD, "element_type": 2, "complete_till_at": START + 60,
        "task_type": 1, "text": "Call", "responsible_user_id": demo::MANAGER.to_string()});
    let done = write(&client, "/api/v2/tasks", json!({"add": [task]})).await;
    let id = done["items"][0]["id"].clone();
    let update =
        json!({"update": [{"id": id, "updated_at": START, "text": "Write", "is_completed": 1}]});
    write(&client, "/api/v2/tasks", update).await;
    let shown = items(&client, &format!("/api/v2/tasks?id={id}")).await.remove(0);
    for (name, value) in [
        ("element_id", json!(LEAD)),
        ("element_type", json!(2)),
        ("task_type", json!(1)),
        ("complete_till_at", json!(START + 60)),
        ("text", json!("Write")),
        ("is_completed", json!(true)),
        ("responsible_user_id", json!(demo::MANAGER)),
    ] {
        assert_eq!(shown[name], value, "{name}");
    }
    let customer = json!({"add": [{"name": "Bakery", "next_date": START, "next_price": 100,
        "contacts_id": []}]});
    let done = write(&client, "/api/v2/customers", customer).await;
    let path = format!("/api/v2/customers?id={}", done["items"][0]["id"]);
    let shown = items(&client, &path).await.remove(0);
    assert_eq!((&shown["next_price"], &shown["ltv"]), (&json!(100), &json!(0)));
    assert!(shown["period_id"].is_i64());
    let off = Client::quiet();
    assert_eq!(off.get("/api/v2/customers").await.status, 426);
    let refused = off.post("/api/v2/customers", json!({"add": [{"name": "x"}]})).await;
    assert_eq!(refused.status, 426);
}

#[tokio::test]
async fn rights_count_here_too() {
    let mut client = Client::quiet();
    let own = client.add("leads", json!({"responsible_user_id": demo::MANAGER})).await;
    let seen = client.add("leads", json!({"responsible_user_id": demo::ADMIN})).await;
    let hidden = client.add("leads", json!({"responsible_user_id": demo::PARTNER_MANAGER})).await;
    client.headers = vec![("x-context-user-id", demo::MANAGER.to_string())];
    assert_eq!(ids(&items(&client, "/api/v2/leads").await), [own, seen]);
    assert!(items(&client, &format!("/api/v2/leads?id={hidden}")).await.is_empty());
    let update = |id: i64| json!({"update": [{"id": id, "updated_at": START, "name": "x"}]});
    write(&client, "/api/v2/leads", update(own)).await;
    assert_eq!(client.post("/api/v2/leads", update(seen)).await.status, 403);
}

#[tokio::test]
async fn what_a_user_may_not_see_is_neither_listed_nor_linked() {
    let client = client();
    let manager = acting(&client.sandbox, demo::MANAGER);
    // The second lead and contact are another group's.
    assert_eq!(ids(&items(&manager, "/api/v2/leads").await), [LEAD, LEAD + 2]);
    let rows = "/api/v2/leads?limit_rows=1&limit_offset=1";
    assert_eq!(ids(&items(&manager, rows).await), [LEAD + 2], "hidden rows do not count");
    assert_eq!(ids(&items(&manager, &format!("/api/v2/leads?id={}", LEAD + 1)).await), [0; 0]);
    let cars = catalog(&client, "Cars").await;
    let car = element(&client, cars, "red").await;
    for link in [
        json!({"contacts_id": [CONTACT + 1]}),
        json!({"catalog_elements_id": {cars.to_string(): {car.to_string(): 1}}}),
        json!({"catalog_elements_id": {cars.to_string(): {"5": 1}}}),
    ] {
        let mut lead = json!({"name": "Half"});
        lead.as_object_mut().unwrap().extend(link.as_object().unwrap().clone());
        let done = manager.post("/api/v2/leads", json!({"add": [lead]})).await;
        assert!(done.text.contains("is not there"), "{link}: {}", done.text);
        let found = items(&client, "/api/v2/leads?query=Half").await;
        assert!(found.is_empty(), "nothing is left half-made: {found:?}");
    }
    let company = client.read("/api/v4/companies").await["_embedded"]["companies"][0].clone();
    assert_eq!(company["responsible_user_id"], demo::MANAGER);
    let to_other = json!({"responsible_user_id": demo::PARTNER_MANAGER});
    let path = format!("/api/v4/companies/{}", demo::FIRST_COMPANY);
    assert_eq!(client.patch(&path, to_other).await.status, 200);
    let named = json!({"name": "Whole", "company_name": company["name"]});
    let done = write(&manager, "/api/v2/leads", json!({"add": [named]})).await;
    let lead = &items(&client, &format!("/api/v2/leads?id={}", done["items"][0]["id"])).await[0];
    assert_ne!(lead["company"]["id"], demo::FIRST_COMPANY, "one of his own is made");
}

#[tokio::test]
async fn updates_that_are_refused_are_told_by_their_ids_with_or_without() {
    let client = client();
    let updates =
        json!([{"name": "nobody"}, {"id": -30_454, "name": "nobody"}, {"name": "nobody"}]);
    let done = write(&client, "/api/v2/leads", json!({"update": updates})).await;
    assert_eq!(done["items"], json!([]));
    let errors = done["errors"]["update"].as_object().unwrap();
    assert_eq!(errors.keys().collect::<Vec<_>>(), ["-30454", "0", "2"], "{errors:?}");
}
