//! Bodies that no client should send: each is refused in the form of the API.

use crate::common::{Client, quiet};
use amo_sandbox::{CustomersMode, demo};
use serde_json::{Value, json};

/// Values of every kind, in every place where a good one would stand.
fn odd() -> Vec<Value> {
    let mut all = vec![
        Value::Null,
        json!(-1.5),
        json!(u64::MAX),
        json!("text"),
        json!([]),
        json!({}),
        json!([null]),
        json!({ "id": 1 }),
    ];
    let members = [
        "_embedded",
        "custom_fields_values",
        "name",
        "metadata",
        "price",
        "request_id",
        "id",
        "to_entity_id",
        "earn",
        "mode",
        "is_enabled",
        "type",
    ];
    let nested = ["segments", "tags", "contacts", "companies", "catalog_elements", "metadata"];
    let plain = all.clone();
    for value in &plain {
        for member in members {
            all.push(json!({ "name": "x", "price": 1, member: value }));
        }
        for member in nested {
            all.push(json!({ "name": "x", "price": 1, "_embedded": { member: value } }));
            all.push(json!({ "name": "x", "price": 1, "_embedded": { member: [value] } }));
        }
        for key in ["field_id", "field_code", "values"] {
            all.push(json!({ "name": "x", "custom_fields_values": [{ key: value }] }));
        }
        for code in ["BILL_STATUS", "PAYER", "SUPPLIER", "ITEMS", "LEGAL_ENTITY"] {
            let values = json!([{ "value": value }]);
            let field = json!([{ "field_code": code, "values": values }]);
            all.push(json!({ "name": "x", "custom_fields_values": field }));
        }
        all.push(
            json!({ "to_entity_type": "catalog_elements", "to_entity_id": 1, "metadata": value }),
        );
        all.push(json!({ "to_entity_type": value, "to_entity_id": value, "entity_id": value }));
    }
    all
}

#[tokio::test]
async fn nothing_that_is_sent_breaks_the_box() {
    let sandbox = quiet()
        .contacts(1)
        .leads(1)
        .customers_mode(CustomersMode::Segments)
        .duplicate_control(true);
    let client = Client::of(&sandbox.build());
    client.add("customers", json!({ "name": "x" })).await;
    let bills = client.add("catalogs", json!({ "name": "Bills", "type": "invoices" })).await;
    let customer = demo::FIRST_CUSTOMER;
    let paths = [
        ("POST", "customers".to_owned()),
        ("PATCH", format!("customers/{customer}")),
        ("PATCH", "customers".to_owned()),
        ("POST", format!("customers/{customer}/bonus_points")),
        ("POST", format!("customers/{customer}/transactions")),
        ("POST", format!("customers/{customer}/link")),
        ("POST", "customers/unlink".to_owned()),
        ("POST", "customers/segments".to_owned()),
        ("PATCH", "customers/mode".to_owned()),
        ("POST", "catalogs".to_owned()),
        ("PATCH", format!("catalogs/{bills}")),
        ("PATCH", "catalogs/products/settings".to_owned()),
        ("POST", format!("catalogs/{bills}/elements")),
        ("POST", format!("leads/{}/link", demo::FIRST_LEAD)),
        ("POST", "leads/link".to_owned()),
        ("POST", "leads/complex".to_owned()),
    ];
    for (method, path) in &paths {
        let is_list = !path.ends_with(|c: char| c.is_ascii_digit())
            && !["bonus_points", "segments", "mode", "settings"]
                .iter()
                .any(|end| path.ends_with(end));
        let path = format!("/api/v4/{path}");
        for one in odd() {
            let body = if is_list { json!([one]) } else { one };
            let answer = client.send(method, &path, &body).await;
            let said = format!("{method} {path} {body}: {} {}", answer.status, answer.text);
            match answer.status {
                200 | 204 => {}
                400 | 422 | 426 => {
                    assert_eq!(answer.header("content-type"), "application/problem+json", "{said}");
                    assert_eq!(answer.json()["status"], answer.status, "{said}");
                }
                _ => panic!("{said}"),
            }
        }
    }
    for query in
        ["filter[id]=x", "filter[]=1", "id[]=x", "page=0", "limit=9999", "with=,,x", "order[id]=x"]
    {
        for path in ["customers", "customers/transactions", "catalogs", "currencies"] {
            let answer = client.get(&format!("/api/v4/{path}?{query}")).await;
            assert!(answer.status < 500, "{path}?{query}: {}", answer.text);
        }
    }
}
