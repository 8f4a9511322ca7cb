//! Catalogs, their elements, products, bills.

use crate::common::{Client, START, ids, pair, quiet};
use amo_sandbox::demo;
use serde_json::{Value, json};

async fn products(client: &Client) -> i64 {
    let answer =
        client.patch("/api/v4/catalogs/products/settings", json!({ "is_enabled": true })).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["catalog_id"].as_i64().unwrap()
}

async fn add_elements(client: &Client, catalog: i64, items: Value) -> Value {
    let answer = client.post(&format!("/api/v4/catalogs/{catalog}/elements"), items).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["_embedded"]["elements"].clone()
}

/// The id of a catalog's field with a code.
async fn field(client: &Client, catalog: i64, code: &str) -> i64 {
    let fields = client.read(&format!("/api/v4/catalogs/{catalog}/custom_fields")).await;
    let fields = fields["_embedded"]["custom_fields"].as_array().unwrap().clone();
    fields.iter().find(|field| field["code"] == code).unwrap()["id"].as_i64().unwrap()
}

#[tokio::test]
async fn catalogs_are_added_read_and_changed() {
    let client = Client::quiet();
    assert_eq!(client.get("/api/v4/catalogs").await.status, 204);
    let new = json!([{ "name": "Vehicles", "type": "regular", "sort": 15, "can_add_elements": true,
        "can_link_multiple": false, "request_id": "v" }]);
    let added = client.post("/api/v4/catalogs", new).await;
    assert_eq!(added.status, 200, "{}", added.text);
    let mut catalog = added.json()["_embedded"]["catalogs"][0].clone();
    let id = catalog["id"].as_i64().unwrap();
    assert!(id > 1000);
    let own = format!("http://box.test/api/v4/catalogs/{id}");
    let whole = json!({ "id": id, "name": "Vehicles", "created_by": demo::ADMIN,
        "updated_by": demo::ADMIN, "created_at": START, "updated_at": START, "sort": 15,
        "type": "regular", "can_add_elements": true, "can_show_in_cards": false,
        "can_link_multiple": false, "can_be_deleted": true, "account_id": demo::ACCOUNT,
        "request_id": "v", "_links": { "self": { "href": own } } });
    assert_eq!(catalog, whole);
    catalog.as_object_mut().unwrap().remove("request_id");
    catalog["sdk_widget_code"] = Value::Null;
    assert_eq!(client.read(&format!("/api/v4/catalogs/{id}")).await, catalog);

    let path = format!("/api/v4/catalogs/{id}");
    let changed = client.patch(&path, json!({ "id": id, "name": "Cars" })).await.json();
    let said = (&changed["name"], &changed["sort"], &changed["request_id"]);
    assert_eq!(said, (&json!("Cars"), &json!(15), &json!(id.to_string())));
    let many = client.patch("/api/v4/catalogs", json!([{ "id": id, "sort": 20 }])).await.json();
    let many = &many["_embedded"]["catalogs"][0];
    assert_eq!((&many["sort"], &many["request_id"]), (&json!(20), &json!("0")));
    client.add("catalogs", json!({ "name": "Bills", "type": "invoices" })).await;
    for (kind, count) in [("regular", 1), ("invoices", 1), ("suppliers", 1)] {
        let list = client.read(&format!("/api/v4/catalogs?type={kind}")).await;
        assert_eq!(ids(&list, "catalogs").len(), count, "{kind}");
    }
    assert_eq!(client.get("/api/v4/catalogs?type=products").await.status, 204);
    assert_eq!(client.get("/api/v4/catalogs?type=things").await.status, 400);
    assert_eq!(client.get("/api/v4/catalogs/1").await.status, 404);
    assert_eq!(client.send("DELETE", &path, &json!({})).await.status, 405);
}

#[tokio::test]
async fn what_is_wrong_with_a_catalog_is_said() {
    let client = Client::quiet();
    client.add("catalogs", json!({ "name": "Bills", "type": "invoices" })).await;
    for (item, code, path) in [
        (json!({}), "FieldMissing", "name"),
        (json!({ "name": "" }), "NotBlank", "name"),
        (json!({ "name": "x", "type": "things" }), "NotSupportedChoice", "type"),
        (json!({ "name": "x", "type": "invoices" }), "NotSupportedChoice", "type"),
        (json!({ "name": "x", "type": "suppliers" }), "NotSupportedChoice", "type"),
        (json!({ "name": "x", "can_be_deleted": true }), "FieldNotExpected", "can_be_deleted"),
    ] {
        assert_eq!(client.post("/api/v4/catalogs", json!([item])).await.flaw(), pair(code, path));
    }
    let two = vec![json!({ "name": "x", "type": "products" }); 2];
    assert_eq!(client.post("/api/v4/catalogs", Value::from(two)).await.status, 400);
    let many = vec![json!({ "name": "x" }); 9];
    assert_eq!(client.post("/api/v4/catalogs", Value::from(many)).await.status, 422, "10 at most");
    let mut manager = Client::of(&client.sandbox);
    manager.headers.push(("x-context-user-id", demo::MANAGER.to_string()));
    assert_eq!(manager.get("/api/v4/catalogs").await.status, 403);
    assert_eq!(manager.get("/api/v4/catalogs/1/elements").await.status, 403);
}

#[tokio::test]
async fn products_are_switched_on() {
    let client = Client::quiet();
    let path = "/api/v4/catalogs/products/settings";
    assert_eq!(client.read(path).await, json!({ "is_enabled": false }));
    let id = products(&client).await;
    assert_eq!(client.read(path).await, json!({ "is_enabled": true, "catalog_id": id }));
    assert_eq!(products(&client).await, id, "the same catalog again");
    let catalog = client.read(&format!("/api/v4/catalogs/{id}")).await;
    assert_eq!((&catalog["type"], &catalog["can_be_deleted"]), (&json!("products"), &json!(false)));
    let fields = client.read(&format!("/api/v4/catalogs/{id}/custom_fields")).await;
    let fields = fields["_embedded"]["custom_fields"].as_array().unwrap();
    let codes: Vec<&str> = fields.iter().map(|field| field["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["SKU", "DESCRIPTION", "PRICE", "GROUP", "EXTERNAL_ID"]);
    assert_eq!(fields[2]["type"], "price");
    assert_eq!(
        (&fields[0]["entity_type"], &fields[0]["catalog_id"]),
        (&json!("catalogs"), &json!(id))
    );
    assert_eq!(fields[0]["is_deletable"], false);
    let one = format!("/api/v4/catalogs/{id}/custom_fields/{}", fields[0]["id"]);
    assert_eq!(client.read(&one).await["code"], "SKU");
    assert_eq!(client.get("/api/v4/catalogs/1/custom_fields").await.status, 404);
    assert_eq!(client.patch(path, json!({})).await.flaw(), pair("FieldMissing", "is_enabled"));
    client.patch(path, json!({ "is_enabled": false })).await;
    assert_eq!(client.read(path).await["is_enabled"], false);
}

#[tokio::test]
async fn elements_are_added_read_and_changed() {
    let client = Client::quiet();
    let catalog = products(&client).await;
    let price = field(&client, catalog, "PRICE").await;
    let items = json!([{ "name": "Cable", "custom_fields_values": [
        { "field_code": "SKU", "values": [{ "value": "C-1" }] },
        { "field_id": price, "values": [{ "value": 120.5 }] }] }]);
    let element = add_elements(&client, catalog, items).await[0].clone();
    let id = element["id"].as_i64().unwrap();
    let own = format!("http://box.test/api/v4/catalogs/{catalog}/elements/{id}");
    let sku = field(&client, catalog, "SKU").await;
    let mut whole = json!({ "id": id, "name": "Cable", "catalog_id": catalog,
        "created_by": demo::ADMIN, "updated_by": demo::ADMIN, "created_at": START,
        "updated_at": START, "currency_id": null, "is_deleted": false, "invoice_link": null,
        "account_id": demo::ACCOUNT, "request_id": 0, "_links": { "self": { "href": own } },
        "custom_fields_values": [
            { "field_id": sku, "field_name": "SKU", "field_code": "SKU", "field_type": "text",
                "values": [{ "value": "C-1" }] },
            { "field_id": price, "field_name": "Price", "field_code": "PRICE",
                "field_type": "price", "values": [{ "value": "120.5" }] }] });
    assert_eq!(element, whole);
    whole["is_deleted"] = Value::Null;
    for gone in ["request_id", "invoice_link"] {
        whole.as_object_mut().unwrap().remove(gone);
    }
    let path = format!("/api/v4/catalogs/{catalog}/elements/{id}");
    assert_eq!(client.read(&path).await, whole);
    let with = client.read(&format!("{path}?with=invoice_link")).await;
    assert_eq!(with.get("invoice_link"), Some(&Value::Null));

    client.sandbox.calendar().set(START + 5);
    let changed =
        client.patch(&path, json!({ "name": "Long cable", "currency_id": 3 })).await.json();
    assert_eq!((&changed["name"], &changed["request_id"]), (&json!("Long cable"), &json!(id)));
    assert_eq!((&changed["updated_at"], &changed["currency_id"]), (&json!(START + 5), &json!(3)));
    let cleared = json!([{ "id": id, "request_id": "x",
        "custom_fields_values": [{ "field_code": "SKU", "values": null }] }]);
    let elements = format!("/api/v4/catalogs/{catalog}/elements");
    let changed = client.patch(&elements, cleared).await.json();
    let changed = &changed["_embedded"]["elements"][0];
    assert_eq!(changed["request_id"], "x");
    assert_eq!(changed["custom_fields_values"].as_array().unwrap().len(), 1);

    let other = client.add("catalogs", json!({ "name": "Other" })).await;
    let elsewhere = format!("/api/v4/catalogs/{other}/elements");
    assert_eq!(client.get(&elsewhere).await.status, 204);
    assert_eq!(client.get(&format!("{elsewhere}/{id}")).await.status, 404);
    assert_eq!(
        client.patch(&format!("{elsewhere}/{id}"), json!({ "name": "x" })).await.status,
        404
    );
    let foreign = json!([{ "name": "x", "custom_fields_values": [
        { "field_code": "SKU", "values": [{ "value": "C-1" }] }] }]);
    assert_eq!(
        client.post(&elsewhere, foreign).await.flaw(),
        pair("NotSupportedChoice", "custom_fields_values.0.field_code"),
        "each catalog has fields of its own"
    );
    assert_eq!(client.post(&elements, json!([{}])).await.flaw(), pair("FieldMissing", "name"));
    let numbered = json!([{ "id": id, "name": "x", "request_id": 7 }]);
    let numbered = client.patch(&elements, numbered).await.json();
    assert_eq!(numbered["_embedded"]["elements"][0]["request_id"], "7");
    assert_eq!(client.get("/api/v4/catalogs/1/elements").await.status, 404);
    assert_eq!(client.get("/api/v4/catalogs/x/elements").await.status, 404);
}

#[tokio::test]
async fn elements_are_searched_and_filtered() {
    let client = Client::quiet();
    let catalog = products(&client).await;
    let items = json!([
        { "name": "White van", "custom_fields_values": [
            { "field_code": "SKU", "values": [{ "value": "WV-77" }] }] },
        { "name": "Black van" }, { "name": "Bike" }]);
    let added = add_elements(&client, catalog, items).await;
    let all: Vec<i64> =
        added.as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect();
    assert_eq!(added[2]["request_id"], 2);
    let (one, two) = (all[0], all[2]);
    for (query, wanted) in [
        ("query=van".to_owned(), vec![all[0], all[1]]),
        ("query=wv-7".to_owned(), vec![one]),
        (format!("filter[id]={two}"), vec![two]),
        (format!("filter[id][]={one}&filter[id][]={two}"), vec![one, two]),
        (format!("id[0]={one}&id[1]={two}"), vec![one, two]),
        (format!("id={two}"), vec![two]),
        ("limit=2&page=2".to_owned(), vec![two]),
    ] {
        let list = client.read(&format!("/api/v4/catalogs/{catalog}/elements?{query}")).await;
        assert_eq!(ids(&list, "elements"), wanted, "{query}");
    }
    let path = format!("/api/v4/catalogs/{catalog}/elements");
    assert_eq!(client.get(&format!("{path}?query=boat")).await.status, 204);
    assert_eq!(client.get(&format!("{path}?id[0]=x")).await.status, 400);
}

#[tokio::test]
async fn bills_say_what_they_cost_and_who_pays() {
    let client = Client::of(&quiet().contacts(1).build());
    let bills = client.add("catalogs", json!({ "name": "Bills", "type": "invoices" })).await;
    let suppliers = client.read("/api/v4/catalogs?type=suppliers").await;
    let suppliers = ids(&suppliers, "catalogs")[0];
    let supplier = json!([{ "name": "We Ltd", "custom_fields_values": [
        { "field_code": "SUPPLIER_VAT_ID", "values": [{ "value": "7700000000" }] }] }]);
    let supplier = add_elements(&client, suppliers, supplier).await[0]["id"].clone();
    let bill = |discount: i64| {
        json!([{ "name": "Bill 7", "custom_fields_values": [
            { "field_code": "BILL_STATUS", "values": [{ "enum_code": "created" }] },
            { "field_code": "PAYER", "values": [{ "value": { "entity_id": demo::FIRST_CONTACT,
                "entity_type": "contacts", "type": "individual" } }] },
            { "field_code": "SUPPLIER", "values": [{ "value": { "entity_id": supplier } }] },
            { "field_code": "ITEMS", "values": [
                { "value": { "description": "Work", "unit_price": 100, "quantity": 2,
                    "unit_type": "h", "discount": { "type": "percentage", "value": 5 } } },
                { "value": { "description": "Trip", "unit_price": 50, "quantity": 1,
                    "discount": { "type": "amount", "value": discount } } }] },
            { "field_code": "BILL_PRICE", "values": [{ "value": 190 }] }] }])
    };
    let added = add_elements(&client, bills, bill(10)).await[0].clone();
    assert!(added["invoice_link"].is_string());
    assert_eq!(added["_embedded"]["warning"], json!({ "message": null }));
    let path = format!("/api/v4/catalogs/{bills}/elements/{}", added["id"]);
    let read = client.read(&path).await;
    assert!(read.get("invoice_link").is_none());
    let fields = |element: &Value| {
        let fields = element["custom_fields_values"].as_array().unwrap().clone();
        move |code: &str| {
            fields.iter().find(|field| field["field_code"] == code).unwrap()["values"].clone()
        }
    };
    let of = fields(&read);
    assert_eq!(of("BILL_STATUS")[0]["enum_code"], "created");
    assert_eq!(of("SUPPLIER"), json!([{ "value": { "entity_id": supplier } }]));
    let line = of("ITEMS")[0]["value"].clone();
    assert_eq!((&line["total_sum"], &line["quantity"]), (&json!(190.0), &json!(2.0)));
    assert_eq!((&line["metadata"], &line["external_uid"]), (&json!([]), &json!("")));
    assert_eq!(of("ITEMS")[1]["value"]["total_sum"], 40.0);
    let with = client.read(&format!("{path}?with=supplier_field_values,invoice_link")).await;
    let named = fields(&with)("SUPPLIER")[0]["value"].clone();
    assert_eq!((&named["name"], &named["vat_id"]), (&json!("We Ltd"), &json!("7700000000")));
    assert!(named.get("kpp").is_some_and(Value::is_null));
    assert_eq!(with["invoice_link"], added["invoice_link"]);

    let paid = json!({ "custom_fields_values": [
        { "field_code": "BILL_STATUS", "values": [{ "enum_code": "paid" }] }] });
    let changed = client.patch(&path, paid).await.json();
    assert_eq!(fields(&changed)("BILL_STATUS")[0]["enum_code"], "paid");
    let cut = add_elements(&client, bills, bill(80)).await[0].clone();
    assert!(cut["_embedded"]["warning"]["message"].is_string(), "a discount above the price");
    assert_eq!(fields(&cut)("ITEMS")[1]["value"]["total_sum"], 0.0);
    assert_eq!(fields(&cut)("ITEMS")[1]["value"]["is_discount_recalculated"], true);
}

#[tokio::test]
async fn what_is_wrong_with_a_bill_is_said() {
    let client = Client::quiet();
    let bills = client.add("catalogs", json!({ "name": "Bills", "type": "invoices" })).await;
    let path = format!("/api/v4/catalogs/{bills}/elements");
    let nothing = client.post(&path, json!([{ "name": "Bill" }])).await;
    assert_eq!(nothing.flaw(), pair("RequiredFilled", "custom_fields_values"));
    for (code, value, flaw, place) in [
        ("ITEMS", json!("x"), "InvalidType", ""),
        ("ITEMS", json!({ "unit_price": "x" }), "InvalidType", ".unit_price"),
        ("ITEMS", json!({ "total_sum": 5 }), "FieldNotExpected", ".total_sum"),
        (
            "ITEMS",
            json!({ "discount": { "type": "x", "value": 1 } }),
            "NotSupportedChoice",
            ".discount.type",
        ),
        ("ITEMS", json!({ "discount": { "type": "amount" } }), "FieldMissing", ".discount.value"),
        ("PAYER", json!({ "entity_id": 5 }), "FieldMissing", ".entity_type"),
        ("PAYER", json!({ "type": "other" }), "NotSupportedChoice", ".type"),
        ("SUPPLIER", json!({}), "FieldMissing", ".entity_id"),
        ("SUPPLIER", json!({ "entity_id": 5 }), "NotSupportedChoice", ".entity_id"),
        ("SUPPLIER", json!({ "entity_id": 5, "name": "x" }), "FieldNotExpected", ".name"),
    ] {
        let item = json!([{ "name": "Bill", "custom_fields_values": [
            { "field_code": "BILL_STATUS", "values": [{ "enum_code": "paid" }] },
            { "field_code": code, "values": [{ "value": value }] }] }]);
        let place = format!("custom_fields_values.1.values.0.value{place}");
        assert_eq!(client.post(&path, item).await.flaw(), pair(flaw, &place), "{code} {value}");
    }
}

#[tokio::test]
async fn currencies_are_listed() {
    let client = Client::quiet();
    let list = client.read("/api/v4/currencies?limit=3").await;
    assert_eq!(list["_embedded"]["currencies"].as_array().unwrap().len(), 3);
    assert_eq!(list["_embedded"]["currencies"][0], json!({ "code": "RUB" }));
    assert!(list["_links"]["next"].is_object());
    assert_eq!(client.get("/api/v4/currencies?limit=250&page=2").await.status, 204);
    assert_eq!(client.post("/api/v4/currencies", json!([])).await.status, 405);
}

#[tokio::test]
async fn the_account_names_the_catalog_of_bills() {
    let client = Client::quiet();
    let path = "/api/v4/account?with=invoices_settings";
    assert_eq!(client.read(path).await["invoices_settings"]["invoices_catalog_id"], Value::Null);
    let bills = client.add("catalogs", json!({ "name": "Bills", "type": "invoices" })).await;
    assert_eq!(client.read(path).await["invoices_settings"]["invoices_catalog_id"], bills);
}
