//! Purchases of customers.

use crate::common::{Client, START, ids, pair, quiet};
use amo_sandbox::{CustomersMode, demo};
use serde_json::{Value, json};

const CUSTOMER: i64 = demo::FIRST_CUSTOMER;

/// A client with two customers.
async fn client() -> Client {
    let client = Client::of(&quiet().customers_mode(CustomersMode::Segments).build());
    for name in ["one", "two"] {
        client.add("customers", json!({ "name": name })).await;
    }
    client
}

fn of(customer: i64) -> String {
    format!("/api/v4/customers/{customer}/transactions")
}

#[tokio::test]
async fn a_purchase_counts_for_its_customer() {
    let client = client().await;
    let catalog = client.add("catalogs", json!({ "name": "Cakes" })).await;
    let elements = format!("/api/v4/catalogs/{catalog}/elements");
    let cake = client.post(&elements, json!([{ "name": "Honey cake" }])).await.json();
    let cake = cake["_embedded"]["elements"][0]["id"].clone();
    let part = json!({ "id": cake, "metadata": { "catalog_id": catalog, "quantity": 2 } });
    let new = json!([{ "price": 640, "comment": "cakes", "completed_at": 1_700_000_000,
        "next_date": 1_702_592_000, "next_price": 700, "metadata": { "external_id": "e" },
        "_embedded": { "catalog_elements": [part] }, "request_id": "t1" }]);
    let added = client.post(&format!("{}?accrue_bonus=false", of(CUSTOMER)), new).await;
    assert_eq!(added.status, 200, "{}", added.text);
    let item = added.json()["_embedded"]["transactions"][0].clone();
    let id = item["id"].as_i64().unwrap();
    let own = format!("http://box.test{}/{id}", of(CUSTOMER));
    assert_eq!(
        item,
        json!({ "id": id, "customer_id": CUSTOMER, "request_id": "t1",
            "_links": { "self": { "href": own } } })
    );
    let whole = json!({ "id": id, "price": 640, "comment": "cakes", "completed_at": 1_700_000_000,
        "customer_id": CUSTOMER, "created_by": demo::ADMIN, "updated_by": demo::ADMIN,
        "created_at": START, "updated_at": START, "is_deleted": false,
        "account_id": demo::ACCOUNT, "_links": { "self": { "href": own } },
        "_embedded": {
            "customer": { "id": CUSTOMER, "_links": { "self":
                { "href": format!("http://box.test/api/v4/customers/{CUSTOMER}") } } },
            "catalog_elements": [part],
        } });
    assert_eq!(client.read(&format!("{}/{id}", of(CUSTOMER))).await, whole);
    assert_eq!(client.read(&format!("/api/v4/customers/transactions/{id}")).await, whole);
    client.post(&of(CUSTOMER), json!([{ "price": 61 }])).await;
    let customer = client.read(&format!("/api/v4/customers/{CUSTOMER}")).await;
    for (name, value) in [
        ("ltv", json!(701)),
        ("purchases_count", json!(2)),
        ("average_check", json!(350.5)),
        ("next_date", json!(1_702_592_000)),
        ("next_price", json!(700)),
    ] {
        assert_eq!(customer[name], value, "{name}");
    }
    let deleted =
        client.send("DELETE", &format!("/api/v4/customers/transactions/{id}"), &json!({})).await;
    assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
    let customer = client.read(&format!("/api/v4/customers/{CUSTOMER}")).await;
    assert_eq!((&customer["ltv"], &customer["purchases_count"]), (&json!(61), &json!(1)));
}

#[tokio::test]
async fn purchases_are_listed_by_customer_and_all_together() {
    let client = client().await;
    for (customer, price) in [(CUSTOMER, 1), (CUSTOMER + 1, 2), (CUSTOMER, 3)] {
        client.post(&of(customer), json!([{ "price": price }])).await;
    }
    let all = client.read("/api/v4/customers/transactions").await;
    let all_ids = ids(&all, "transactions");
    assert_eq!(all_ids.len(), 3);
    assert!(all["_embedded"]["transactions"][0]["_embedded"].get("catalog_elements").is_none());
    assert_eq!(all["_embedded"]["transactions"][1]["completed_at"], START);
    let own = client.read(&of(CUSTOMER)).await;
    assert_eq!(ids(&own, "transactions"), [all_ids[0], all_ids[2]]);
    for filter in [format!("filter[id]={}", all_ids[1]), format!("filter[id][]={}", all_ids[1])] {
        let found = client.read(&format!("/api/v4/customers/transactions?{filter}")).await;
        assert_eq!(ids(&found, "transactions"), [all_ids[1]]);
    }
    let page = client.read("/api/v4/customers/transactions?limit=2").await;
    let next = page["_links"]["next"]["href"].as_str().unwrap();
    assert_eq!(next, "http://box.test/api/v4/customers/transactions?limit=2&page=2");

    let foreign = format!("{}/{}", of(CUSTOMER), all_ids[1]);
    assert_eq!(client.get(&foreign).await.status, 204, "of another customer");
    assert_eq!(client.send("DELETE", &foreign, &json!({})).await.status, 404);
    let own = format!("{}/{}", of(CUSTOMER), all_ids[0]);
    assert_eq!(client.send("DELETE", &own, &json!({})).await.status, 204);
    assert_eq!(client.get(&own).await.status, 204);
    assert_eq!(client.get(&of(1)).await.status, 404);
    assert_eq!(client.patch(&own, json!({ "price": 5 })).await.status, 405);
}

#[tokio::test]
async fn what_is_wrong_with_a_purchase_is_said() {
    let client = client().await;
    let catalog = client.add("catalogs", json!({ "name": "Cakes" })).await;
    let part = |id: Value, metadata: Value| {
        json!({ "price": 1, "_embedded":
            { "catalog_elements": [{ "id": id, "metadata": metadata }] } })
    };
    let place = "_embedded.catalog_elements.0";
    for (item, code, path) in [
        (json!({}), "FieldMissing", "price".to_owned()),
        (json!({ "price": "5" }), "InvalidType", "price".to_owned()),
        (json!({ "price": 5, "customer_id": 1 }), "FieldNotExpected", "customer_id".to_owned()),
        (
            part(json!(1), json!({ "catalog_id": catalog, "quantity": 1 })),
            "NotSupportedChoice",
            format!("{place}.id"),
        ),
        (json!({ "price": 5, "request_id": 0 }), "InvalidType", "request_id".to_owned()),
    ] {
        let answer = client.post(&of(CUSTOMER), json!([item])).await;
        assert_eq!(answer.flaw(), pair(code, &path), "{item}");
    }
    assert_eq!(client.get("/api/v4/customers/transactions").await.status, 204);
}

#[tokio::test]
async fn what_is_not_said_of_a_purchase_may_be_null() {
    let client = client().await;
    let catalog = client.add("catalogs", json!({ "name": "Cakes" })).await;
    let elements = format!("/api/v4/catalogs/{catalog}/elements");
    let cake = client.post(&elements, json!([{ "name": "Honey cake" }])).await.json();
    let cake = &cake["_embedded"]["elements"][0]["id"];
    let part = json!({ "id": cake, "metadata": { "catalog_id": catalog } });
    let new = json!([{ "price": 5, "comment": null, "_embedded": { "catalog_elements": [part] } }]);
    let added = client.post(&of(CUSTOMER), new).await;
    assert_eq!(added.status, 200, "{}", added.text);
    let list = client.read(&of(CUSTOMER)).await;
    let purchase = &list["_embedded"]["transactions"][0];
    assert_eq!(purchase["comment"], Value::Null);
    let bought = &purchase["_embedded"]["catalog_elements"][0]["metadata"];
    assert_eq!(*bought, json!({ "catalog_id": catalog, "quantity": 1 }));
}

#[tokio::test]
async fn in_the_mode_of_periods_a_purchase_begins_a_new_one() {
    let client = Client::of(&quiet().customers_mode(CustomersMode::Periodicity).build());
    let new = json!({ "name": "one", "next_date": START, "periodicity": 30 });
    let customer = client.add("customers", new).await;
    let statuses = client.read("/api/v4/customers/statuses").await;
    let statuses = statuses["_embedded"]["statuses"].as_array().unwrap().clone();
    let of_type =
        |kind: i64| statuses.iter().find(|one| one["type"] == kind).unwrap()["id"].clone();
    let path = format!("/api/v4/customers/{customer}");
    client.patch(&path, json!({ "status_id": of_type(2) })).await;
    let bought = START - 86_400;
    client.post(&of(customer), json!([{ "price": 5, "completed_at": bought }])).await;
    let read = client.read(&path).await;
    assert_eq!(
        (&read["status_id"], &read["next_date"]),
        (&of_type(4), &json!(bought + 30 * 86_400))
    );
    let told = client.read("/api/v4/events?filter[type]=customer_status_changed").await;
    assert_eq!(
        told["_embedded"]["events"][0]["value_after"],
        json!([{ "customer_status": { "id": of_type(4) } }])
    );
    client.post(&of(customer), json!([{ "price": 5, "next_date": START + 7 }])).await;
    assert_eq!(client.read(&path).await["next_date"], START + 7, "what is said counts");
}
