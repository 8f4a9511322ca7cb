//! Customers: modes, cards, bonus points, statuses, segments.

use crate::common::{Client, START, ids, pair, quiet};
use amo_sandbox::{ApiFilter, CustomersMode, demo};
use serde_json::{Value, json};

const CUSTOMER: i64 = demo::FIRST_CUSTOMER;

fn client(mode: CustomersMode) -> Client {
    Client::of(&quiet().contacts(2).companies(1).customers_mode(mode).build())
}

/// A client that is no administrator.
fn manager(client: &Client) -> Client {
    let mut other = Client::of(&client.sandbox);
    other.headers.push(("x-context-user-id", demo::MANAGER.to_string()));
    other
}

async fn status_of(client: &Client, paths: &[&str]) -> Vec<u16> {
    let mut found = Vec::new();
    for path in paths {
        found.push(client.get(&format!("/api/v4/customers{path}")).await.status);
    }
    found
}

#[tokio::test]
async fn the_mode_decides_what_can_be_asked() {
    let paths = ["", "/1", "/transactions", "/statuses", "/segments", "/custom_fields"];
    for (mode, name, wanted) in [
        (CustomersMode::Unavailable, "unavailable", [425, 425, 425, 422, 422, 200]),
        (CustomersMode::Disabled, "disabled", [426, 426, 426, 422, 422, 200]),
        (CustomersMode::Segments, "segments", [204, 204, 204, 422, 204, 200]),
        (CustomersMode::Periodicity, "periodicity", [204, 204, 204, 200, 422, 200]),
    ] {
        let client = client(mode);
        assert_eq!(status_of(&client, &paths).await, wanted, "{mode:?}");
        assert_eq!(client.read("/api/v4/account").await["customers_mode"], name);
    }
}

#[tokio::test]
async fn the_mode_is_switched() {
    let client = client(CustomersMode::Disabled);
    let path = "/api/v4/customers/mode";
    let answer = client.patch(path, json!({ "mode": "periodicity", "is_enabled": true })).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.json(), json!({ "mode": "periodicity", "is_enabled": true }));
    assert_eq!(client.read("/api/v4/account").await["customers_mode"], "periodicity");
    assert_eq!(client.read("/api/v4/customers/statuses").await["_total_items"], 4);
    let off = client.patch(path, json!({ "mode": "segments", "is_enabled": false })).await;
    assert_eq!(off.status, 200);
    assert_eq!(client.read("/api/v4/account").await["customers_mode"], "disabled");
    for (body, code, place) in [
        (json!({ "mode": "dynamic", "is_enabled": true }), "NotSupportedChoice", "mode"),
        (json!({ "mode": "nothing", "is_enabled": true }), "NotSupportedChoice", "mode"),
        (json!({ "mode": "segments" }), "FieldMissing", "is_enabled"),
        (json!({ "mode": "segments", "is_enabled": 1 }), "InvalidType", "is_enabled"),
        (json!({ "is_enabled": true }), "FieldMissing", "mode"),
    ] {
        assert_eq!(client.patch(path, body).await.flaw(), pair(code, place));
    }
    let body = json!({ "mode": "segments", "is_enabled": true });
    assert_eq!(manager(&client).patch(path, body.clone()).await.status, 403);
    assert_eq!(client.post(path, body.clone()).await.status, 405);
    assert_eq!(client.patch(path, json!([body])).await.status, 400);
    let poor = self::client(CustomersMode::Unavailable);
    assert_eq!(poor.patch(path, body).await.status, 402);
}

#[tokio::test]
async fn a_customer_comes_back_as_it_was_sent() {
    let client = client(CustomersMode::Segments);
    let segment = client.post("/api/v4/customers/segments", json!({ "name": "Wholesale" })).await;
    let segment = segment.json()["id"].as_i64().unwrap();
    let sent = json!([{ "name": "Bakery on 5th", "next_price": 1500, "next_date": 1_710_000_000,
        "_embedded": { "segments": [{ "id": segment }, { "id": segment }],
            "tags": [{ "name": "regular" }] }, "request_id": "0" }]);
    let added = client.post("/api/v4/customers", sent).await;
    let own = format!("http://box.test/api/v4/customers/{CUSTOMER}");
    assert_eq!(
        added.json(),
        json!({ "_links": { "self": { "href": "http://box.test/api/v4/customers" } },
            "_embedded": { "customers": [{ "id": CUSTOMER, "request_id": "0",
                "_links": { "self": { "href": own } } }] } })
    );
    let path = format!("/api/v4/customers/{CUSTOMER}");
    let customer = client.read(&path).await;
    let tag = customer["_embedded"]["tags"][0]["id"].clone();
    let in_segment = format!("http://box.test/api/v4/customers/segments/{segment}");
    assert_eq!(
        customer,
        json!({
            "id": CUSTOMER, "name": "Bakery on 5th", "next_price": 1500, "next_date": 1_710_000_000,
            "periodicity": null, "status_id": null, "responsible_user_id": demo::ADMIN,
            "created_by": demo::ADMIN, "updated_by": demo::ADMIN, "created_at": START,
            "updated_at": START, "closest_task_at": null, "is_deleted": false,
            "custom_fields_values": null, "ltv": 0, "purchases_count": 0, "average_check": 0,
            "account_id": demo::ACCOUNT, "_links": { "self": { "href": own } },
            "_embedded": {
                "tags": [{ "id": tag, "name": "regular", "color": null }],
                "segments": [{ "id": segment, "_links": { "self": { "href": in_segment } } }],
            },
        })
    );
    let with = client.read(&format!("{path}?with=group_id,contacts,companies")).await;
    assert_eq!((&with["group_id"], &with["_embedded"]["contacts"]), (&json!(0), &json!([])));
    assert_eq!(with["_embedded"]["companies"], json!([]));

    client.sandbox.calendar().set(START + 9);
    let changed = client.patch(&path, json!({ "id": CUSTOMER, "next_price": null })).await.json();
    let receipt = json!({ "id": CUSTOMER, "updated_at": START + 9, "request_id": "0",
        "_links": { "self": { "href": own } } });
    assert_eq!(changed, receipt);
    let many = json!([{ "id": CUSTOMER, "_embedded": { "segments": [] } }]);
    let changed = client.patch("/api/v4/customers", many).await.json();
    assert_eq!(changed["_embedded"]["customers"][0], receipt);
    let customer = client.read(&path).await;
    assert_eq!(
        (&customer["next_price"], &customer["next_date"]),
        (&Value::Null, &json!(1_710_000_000))
    );
    assert_eq!(customer["_embedded"]["segments"], json!([]));
    assert_eq!(client.get("/api/v4/customers/1").await.status, 204);
    assert_eq!(client.send("DELETE", &path, &json!({})).await.status, 405);
}

#[tokio::test]
async fn what_is_wrong_with_a_customer_is_said() {
    let client = client(CustomersMode::Segments);
    for (item, code, path) in [
        (json!({}), "FieldMissing", "name"),
        (json!({ "name": "" }), "NotBlank", "name"),
        (json!({ "name": "x", "ltv": 5 }), "FieldNotExpected", "ltv"),
        (json!({ "name": "x", "status_id": 5 }), "NotSupportedChoice", "status_id"),
        (json!({ "name": "x", "request_id": 0 }), "InvalidType", "request_id"),
        (
            json!({ "name": "x", "_embedded": { "segments": [{ "id": 1 }] } }),
            "NotSupportedChoice",
            "_embedded.segments.0.id",
        ),
        (
            json!({ "name": "x", "_embedded": { "contacts": [] } }),
            "FieldNotExpected",
            "_embedded.contacts",
        ),
    ] {
        assert_eq!(client.post("/api/v4/customers", json!([item])).await.flaw(), pair(code, path));
    }
    let client = self::client(CustomersMode::Periodicity);
    let dateless = client.post("/api/v4/customers", json!([{ "name": "x" }])).await;
    assert_eq!(dateless.flaw(), pair("FieldMissing", "next_date"));
    client.add("customers", json!({ "name": "x", "next_date": 5 })).await;
    let first = client.read("/api/v4/customers/statuses").await["_embedded"]["statuses"][0].clone();
    let customer = client.read(&format!("/api/v4/customers/{CUSTOMER}")).await;
    assert_eq!(customer["status_id"], first["id"]);
}

#[tokio::test]
async fn customers_are_listed_filtered_and_searched() {
    let sandbox = quiet().customers_mode(CustomersMode::Segments).api_filter(ApiFilter::On).build();
    let client = Client::of(&sandbox);
    for (name, price) in [("Bakery", 100), ("Cafe", 200), ("Bar", 300)] {
        client.add("customers", json!({ "name": name, "next_price": price })).await;
    }
    for (query, wanted) in [
        ("query=ba", vec![CUSTOMER, CUSTOMER + 2]),
        ("filter[name]=Cafe", vec![CUSTOMER + 1]),
        ("filter[id][]=4000001&filter[id][]=4000003", vec![CUSTOMER, CUSTOMER + 2]),
        ("filter[next_price][from]=150&filter[next_price][to]=250", vec![CUSTOMER + 1]),
        ("limit=1&page=3", vec![CUSTOMER + 2]),
    ] {
        let list = client.read(&format!("/api/v4/customers?{query}")).await;
        assert_eq!(ids(&list, "customers"), wanted, "{query}");
    }
    assert_eq!(client.get("/api/v4/customers?filter[next_price]=100").await.status, 400);
    assert_eq!(client.get("/api/v4/customers?order[id]=asc").await.status, 400);
}

#[tokio::test]
async fn bonus_points_are_earned_and_redeemed() {
    let client = client(CustomersMode::Segments);
    client.add("customers", json!({ "name": "x" })).await;
    let path = format!("/api/v4/customers/{CUSTOMER}/bonus_points");
    let earned = client.post(&path, json!({ "earn": 100 })).await;
    assert_eq!((earned.status, earned.json()), (200, json!({ "bonus_points": 100 })));
    let redeemed = client.post(&path, json!({ "redeem": 30 })).await;
    assert_eq!(redeemed.json(), json!({ "bonus_points": 70 }));
    for (body, code, place) in [
        (json!({ "earn": 1, "redeem": 1 }), "FieldNotExpected", "redeem"),
        (json!({}), "FieldMissing", "earn"),
        (json!({ "redeem": 71 }), "TooHigh", "redeem"),
        (json!({ "earn": -5 }), "TooLow", "earn"),
        (json!({ "earn": "5" }), "InvalidType", "earn"),
        (json!({ "give": 5, "earn": 5 }), "FieldNotExpected", "give"),
    ] {
        assert_eq!(client.post(&path, body).await.flaw(), pair(code, place));
    }
    assert_eq!(client.post(&path, json!({ "redeem": 70 })).await.json()["bonus_points"], 0);
    let nobody = client.post("/api/v4/customers/1/bonus_points", json!({ "earn": 1 })).await;
    assert_eq!(nobody.status, 404);
    let shown = client.read(&format!("/api/v4/customers/{CUSTOMER}")).await;
    assert!(shown.get("bonus_points").is_none());
}

#[tokio::test]
async fn statuses_are_added_changed_and_deleted() {
    let client = client(CustomersMode::Periodicity);
    let path = "/api/v4/customers/statuses";
    let new = json!([{ "name": "Sleeping", "sort": 5, "color": "#fffeb2", "request_id": "s" }]);
    let added = client.post(path, new).await;
    assert_eq!(added.status, 200, "{}", added.text);
    let id = added.json()["_embedded"]["statuses"][0]["id"].as_i64().unwrap();
    let own = format!("http://box.test{path}/{id}");
    assert_eq!(
        added.json(),
        json!({ "_total_items": 1, "_embedded": { "statuses": [{ "id": id, "request_id": "s",
            "_links": { "self": { "href": own } } }] } })
    );
    let one = format!("{path}/{id}");
    let changed = client.patch(&one, json!({ "name": "Asleep", "request_id": "t" })).await.json();
    let mut whole = json!({ "id": id, "name": "Asleep", "sort": 5, "color": "#fffeb2",
        "is_default": false, "type": 0, "conditions": [], "account_id": demo::ACCOUNT,
        "request_id": "t", "_links": { "self": { "href": own } } });
    assert_eq!(changed, whole);
    whole.as_object_mut().unwrap().remove("request_id");
    assert_eq!(client.read(&one).await, whole);
    let list = client.read(path).await;
    assert_eq!(list["_total_items"], 5);
    assert_eq!(list["_embedded"]["statuses"][0]["id"], id, "in the order of sort");

    for (item, code, place) in [
        (json!({ "name": "x" }), "FieldMissing", "sort"),
        (json!({ "sort": 1 }), "FieldMissing", "name"),
        (json!({ "name": "x", "sort": 1, "color": "fffeb2" }), "NotSupportedChoice", "color"),
        (json!({ "name": "x", "sort": 1, "type": 2 }), "FieldNotExpected", "type"),
    ] {
        assert_eq!(client.post(path, json!([item])).await.flaw(), pair(code, place));
    }
    assert_eq!(client.patch(&one, json!({})).await.status, 400, "at least one member");
    let many = vec![json!({ "name": "x", "sort": 1 }); 26];
    assert_eq!(client.post(path, Value::from(many)).await.status, 422, "30 at most");
    let manager = manager(&client);
    assert_eq!(manager.get(path).await.status, 200);
    assert_eq!(manager.patch(&one, json!({ "name": "x" })).await.status, 403);
    assert_eq!(manager.send("DELETE", &one, &json!({})).await.status, 403);

    let in_it = json!({ "name": "x", "next_date": 5, "status_id": id });
    let customer = client.add("customers", in_it).await;
    let deleted = client.send("DELETE", &one, &json!({})).await;
    assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
    assert_eq!(client.get(&one).await.status, 404);
    let customer = client.read(&format!("/api/v4/customers/{customer}")).await;
    let first = client.read(path).await["_embedded"]["statuses"][0]["id"].clone();
    assert_eq!(customer["status_id"], first, "customers move on");
    let system = format!("{path}/{first}");
    assert_eq!(client.send("DELETE", &system, &json!({})).await.status, 400);
}

#[tokio::test]
async fn segments_are_added_changed_and_deleted() {
    let client = client(CustomersMode::Segments);
    let path = "/api/v4/customers/segments";
    let new = json!({ "name": "Wholesale", "color": "247ba0", "request_id": "r" });
    let added = client.post(path, new).await;
    assert_eq!(added.status, 200, "{}", added.text);
    let segment = added.json();
    let id = segment["id"].as_i64().unwrap();
    let own = format!("http://box.test{path}/{id}");
    let whole = json!({ "id": id, "name": "Wholesale", "color": "247ba0",
        "available_products_price_types": [], "customers_count": 0, "custom_fields_values": [],
        "created_at": START, "updated_at": START, "account_id": demo::ACCOUNT,
        "_links": { "self": { "href": own } } });
    assert_eq!(segment, whole);
    let one = format!("{path}/{id}");
    assert_eq!(client.read(&one).await, whole);
    client.post(path, json!({ "name": "Retail" })).await;
    let customer =
        json!({ "name": "x", "_embedded": { "segments": [{ "id": id }, { "id": id + 1 }] } });
    let customer = client.add("customers", customer).await;
    let list = client.read(&format!("{path}?limit=1")).await;
    assert_eq!(
        (&list["_total_items"], &list["_page"], &list["_page_count"]),
        (&json!(2), &json!(1), &json!(2))
    );
    assert_eq!(list["_embedded"]["segments"][0]["customers_count"], 1);
    assert!(list["_links"]["next"]["href"].as_str().unwrap().contains("page=2"));

    let changed = client.patch(&one, json!({ "id": id, "name": "Bulk" })).await;
    assert_eq!((changed.status, &changed.json()["name"]), (200, &json!("Bulk")));
    assert!(changed.json().get("request_id").is_none());
    for (item, code, place) in [
        (json!({}), "FieldMissing", "name"),
        (json!({ "name": "x", "color": "#247ba0" }), "NotSupportedChoice", "color"),
        (json!({ "name": "x", "customers_count": 1 }), "FieldNotExpected", "customers_count"),
        (
            json!({ "name": "x", "available_products_price_types": [5] }),
            "NotSupportedChoice",
            "available_products_price_types.0",
        ),
    ] {
        assert_eq!(client.post(path, item).await.flaw(), pair(code, place));
    }
    let none = json!({ "available_products_price_types": null });
    assert_eq!(client.patch(&one, none).await.status, 200, "as no prices are shown too");
    assert_eq!(client.read(&one).await["available_products_price_types"], json!([]));
    assert_eq!(client.post(path, json!([{ "name": "x" }])).await.status, 400, "one, no list");
    assert_eq!(client.patch(&one, json!({})).await.status, 400);
    assert_eq!(manager(&client).post(path, json!({ "name": "x" })).await.status, 403);
    assert_eq!(manager(&client).get(path).await.status, 200);
    assert_eq!(client.send("DELETE", &one, &json!({})).await.status, 204);
    assert_eq!(client.get(&one).await.status, 404);
    let customer = client.read(&format!("/api/v4/customers/{customer}")).await;
    assert_eq!(customer["_embedded"]["segments"][0]["id"], id + 1);
    for _ in 0..99 {
        assert_eq!(client.post(path, json!({ "name": "x" })).await.status, 200);
    }
    assert_eq!(client.post(path, json!({ "name": "x" })).await.status, 400, "100 at most");
}
