//! Links with customers and with elements of catalogs.

use crate::common::{Client, pair, quiet};
use amo_sandbox::{CustomersMode, demo};
use serde_json::{Value, json};

const LEAD: i64 = demo::FIRST_LEAD;
const CONTACT: i64 = demo::FIRST_CONTACT;
const COMPANY: i64 = demo::FIRST_COMPANY;
const CUSTOMER: i64 = demo::FIRST_CUSTOMER;

/// A box with two of everything that can be linked.
struct Stock {
    client: Client,
    catalog: i64,
    element: i64,
    /// The field with the price of the elements.
    price: i64,
}

async fn stock() -> Stock {
    let sandbox = quiet().contacts(2).customers_mode(CustomersMode::Segments).build();
    let client = Client::of(&sandbox);
    for name in ["one", "two"] {
        client.add("leads", json!({ "name": name })).await;
        client.add("companies", json!({ "name": name })).await;
        client.add("customers", json!({ "name": name })).await;
    }
    let settings = json!({ "is_enabled": true });
    let settings = client.patch("/api/v4/catalogs/products/settings", settings).await.json();
    let catalog = settings["catalog_id"].as_i64().unwrap();
    let path = format!("/api/v4/catalogs/{catalog}/elements");
    let added = client.post(&path, json!([{ "name": "a" }, { "name": "b" }])).await.json();
    let element = added["_embedded"]["elements"][0]["id"].as_i64().unwrap();
    let fields = client.read(&format!("/api/v4/catalogs/{catalog}/custom_fields")).await;
    let fields = fields["_embedded"]["custom_fields"].as_array().unwrap();
    let price = fields.iter().find(|field| field["code"] == "PRICE").unwrap();
    Stock { catalog, element, price: price["id"].as_i64().unwrap(), client }
}

impl Stock {
    /// A link to an element.
    fn goods(&self, more: &Value) -> Value {
        let mut metadata = json!({ "catalog_id": self.catalog });
        metadata.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "to_entity_id": self.element, "to_entity_type": "catalog_elements",
            "metadata": metadata })
    }

    async fn links(&self, path: &str) -> Vec<Value> {
        let answer = self.client.get(&format!("/api/v4/{path}/links")).await;
        if answer.status == 204 {
            return Vec::new();
        }
        answer.json()["_embedded"]["links"].as_array().unwrap().clone()
    }

    async fn link(&self, path: &str, item: &Value) -> Value {
        let answer = self.client.post(&format!("/api/v4/{path}/link"), json!([item])).await;
        assert_eq!(answer.status, 200, "{path} {item}: {}", answer.text);
        answer.json()["_embedded"]["links"][0].clone()
    }
}

#[tokio::test]
async fn an_element_is_linked_with_how_much_and_at_which_price() {
    let stock = stock().await;
    let lead = format!("leads/{LEAD}");
    let item =
        stock.goods(&json!({ "quantity": 2, "price_id": null, "updated_by": demo::MANAGER }));
    let (element, catalog) = (stock.element, stock.catalog);
    assert_eq!(
        stock.link(&lead, &item).await,
        json!({ "entity_id": LEAD, "entity_type": "leads", "to_entity_id": element,
            "to_entity_type": "catalog_elements",
            "metadata": { "quantity": 2, "catalog_id": catalog } })
    );
    let again = stock.goods(&json!({ "quantity": 2.5, "price_id": stock.price }));
    let metadata = json!({ "quantity": 2.5, "catalog_id": catalog, "price_id": stock.price });
    assert_eq!(stock.link(&lead, &again).await["metadata"], metadata);
    let whole = json!({ "to_entity_id": element, "to_entity_type": "catalog_elements",
        "metadata": metadata });
    assert_eq!(stock.links(&lead).await, [whole], "linking again is no second link");
    let without = stock.goods(&json!({}));
    assert_eq!(stock.link(&lead, &without).await["metadata"], metadata, "not said, not changed");
    let shown = stock.client.read(&format!("/api/v4/{lead}?with=catalog_elements")).await;
    let shown = &shown["_embedded"]["catalog_elements"];
    assert_eq!(*shown, json!([{ "id": element, "metadata": metadata }]));

    let more = format!("/api/v4/catalogs/{catalog}/elements/{element}");
    let from_there = stock.client.read(&format!("{more}/links")).await;
    let link = &from_there["_embedded"]["links"][0];
    assert_eq!((&link["to_entity_id"], &link["to_entity_type"]), (&json!(LEAD), &json!("leads")));
    let none = stock
        .client
        .post(&format!("/api/v4/{lead}/unlink"), json!([stock.goods(&json!({}))]))
        .await;
    assert_eq!(none.status, 204, "{}", none.text);
    assert!(stock.links(&lead).await.is_empty());
    let anew = stock.link(&lead, &stock.goods(&json!({}))).await;
    assert_eq!(anew["metadata"], json!({ "quantity": 1, "catalog_id": catalog }));
}

#[tokio::test]
async fn everything_is_linked_with_what_it_may_be_linked_with() {
    let stock = stock().await;
    let to = |kind: &str, id: i64| json!({ "to_entity_id": id, "to_entity_type": kind, "metadata": null });
    let element = format!("catalogs/{}/elements/{}", stock.catalog, stock.element);
    let (lead, contact) = (format!("leads/{LEAD}"), format!("contacts/{CONTACT}"));
    let (company, customer) = (format!("companies/{COMPANY}"), format!("customers/{CUSTOMER}"));
    for (from, item) in [
        (&contact, to("leads", LEAD)),
        (&contact, to("companies", COMPANY)),
        (&contact, to("customers", CUSTOMER)),
        (&contact, stock.goods(&json!({}))),
        (&company, to("contacts", CONTACT + 1)),
        (&company, to("leads", LEAD)),
        (&company, to("customers", CUSTOMER)),
        (&company, stock.goods(&json!({}))),
        (&customer, to("contacts", CONTACT + 1)),
        (&customer, stock.goods(&json!({}))),
        (&lead, to("companies", COMPANY)),
        (&element, to("leads", LEAD + 1)),
        (&element, to("customers", CUSTOMER + 1)),
    ] {
        let linked = stock.link(from, &item).await;
        assert_eq!(linked["to_entity_id"], item["to_entity_id"], "{from}");
    }
    let seen = stock.links(&format!("customers/{CUSTOMER}")).await;
    let contacts: Vec<&Value> =
        seen.iter().filter(|link| link["to_entity_type"] == "contacts").collect();
    assert_eq!(contacts[0]["metadata"], json!({ "main_contact": true }), "the first one");
    assert_eq!(contacts[1]["metadata"], json!({ "main_contact": false }));
    let path = format!("/api/v4/{customer}?with=contacts,companies,catalog_elements");
    let read = stock.client.read(&path).await["_embedded"].clone();
    assert_eq!(
        (&read["contacts"][0]["id"], &read["contacts"][0]["is_main"]),
        (&json!(CONTACT), &json!(true))
    );
    assert_eq!(read["companies"][0]["id"], COMPANY);
    assert_eq!(read["catalog_elements"][0]["metadata"]["quantity"], 1);
    for path in [&contact, &company] {
        let read =
            stock.client.read(&format!("/api/v4/{path}?with=customers,catalog_elements")).await;
        assert_eq!(read["_embedded"]["customers"][0]["id"], CUSTOMER, "{path}");
        assert_eq!(read["_embedded"]["catalog_elements"][0]["id"], stock.element, "{path}");
    }
    let mut main = to("contacts", CONTACT + 1);
    main["metadata"] = json!({ "is_main": true });
    assert_eq!(stock.link(&customer, &main).await["metadata"], json!({ "main_contact": true }));
    for (from, item) in [
        (&lead, to("customers", CUSTOMER)),
        (&customer, to("leads", LEAD)),
        (&element, to("contacts", CONTACT)),
        (&contact, to("contacts", CONTACT + 1)),
    ] {
        let refused = stock.client.post(&format!("/api/v4/{from}/link"), json!([item])).await;
        assert_eq!(refused.flaw(), pair("NotSupportedChoice", "to_entity_type"), "{from}");
    }
}

#[tokio::test]
async fn an_element_goes_to_several_companies_and_a_customer_to_one() {
    let stock = stock().await;
    for company in [COMPANY, COMPANY + 1] {
        stock.link(&format!("companies/{company}"), &stock.goods(&json!({}))).await;
    }
    let customer = |company: i64| json!({ "to_entity_id": company, "to_entity_type": "companies" });
    let path = format!("customers/{CUSTOMER}");
    stock.link(&path, &customer(COMPANY)).await;
    let second = json!([customer(COMPANY + 1)]);
    let second = stock.client.post(&format!("/api/v4/{path}/link"), second).await;
    assert_eq!(second.flaw(), pair("NotSupportedChoice", "to_entity_id"));
    let task = |kind: &str, id: i64| json!({ "text": "x", "complete_till": 5, "entity_type": kind, "entity_id": id });
    stock.client.add("tasks", task("customers", CUSTOMER)).await;
    stock.client.add("tasks", task("catalog_elements", stock.element)).await;
    let nobody = stock.client.post("/api/v4/tasks", json!([task("catalog_elements", 1)])).await;
    assert_eq!(nobody.flaw(), pair("NotSupportedChoice", "entity_id"));
}

#[tokio::test]
async fn links_of_many_are_made_and_filtered() {
    let stock = stock().await;
    let mut items = Vec::new();
    for (lead, quantity) in [(LEAD, 3), (LEAD + 1, 4)] {
        let mut item = stock.goods(&json!({ "quantity": quantity }));
        item["entity_id"] = lead.into();
        items.push(item);
        items.push(json!({ "entity_id": lead, "entity_type": "leads", "to_entity_id": CONTACT,
            "to_entity_type": "contacts" }));
    }
    let linked = stock.client.post("/api/v4/leads/link", Value::from(items.clone())).await.json();
    assert_eq!(linked["_total_items"], 4);
    assert_eq!(linked["_links"]["self"]["href"], "http://box.test/api/v4/leads/links");
    let both = format!("filter[entity_id][]={LEAD}&filter[entity_id][]={}", LEAD + 1);
    for (more, count) in [
        (String::new(), 4),
        (format!("&filter[to_catalog_id]={}", stock.catalog), 2),
        ("&filter[to_catalog_id]=1".to_owned(), 0),
        (format!("&filter[to_entity_type]=contacts&filter[to_entity_id]={CONTACT}"), 2),
        (format!("&filter[to_entity_type]=catalog_elements&filter[to_entity_id]={CONTACT}"), 0),
    ] {
        let answer = stock.client.get(&format!("/api/v4/leads/links?{both}{more}")).await;
        let found = if count == 0 { 204 } else { 200 };
        assert_eq!(answer.status, found, "{more}");
        if count > 0 {
            assert_eq!(answer.json()["_total_items"], count, "{more}");
        }
    }
    for wrong in [
        "filter[to_catalog_id]=x",
        "filter[to_entity_type]=moons&filter[to_entity_id]=1",
        "filter[to_entity_type]=contacts",
        "filter[to_entity_id][]=1&filter[to_entity_id][]=2&filter[to_entity_type]=contacts",
        "filter[from_entity_id]=1",
    ] {
        let wrong = stock.client.get(&format!("/api/v4/leads/links?{both}&{wrong}")).await;
        assert_eq!(wrong.status, 400, "{}", wrong.text);
    }
    let one = format!("/api/v4/leads/{LEAD}/links?filter[to_catalog_id]={}", stock.catalog);
    assert_eq!(stock.client.read(&one).await["_total_items"], 1);
    let undone = stock.client.post("/api/v4/leads/unlink", Value::from(items)).await;
    assert_eq!(undone.status, 204, "{}", undone.text);
    assert_eq!(stock.client.get(&format!("/api/v4/leads/links?{both}")).await.status, 204);

    let mut customers = vec![json!({ "to_entity_id": CONTACT, "to_entity_type": "contacts" }); 2];
    customers[0]["entity_id"] = CUSTOMER.into();
    customers[1]["entity_id"] = (CUSTOMER + 1).into();
    let linked = stock.client.post("/api/v4/customers/link", Value::from(customers)).await.json();
    assert_eq!(linked["_embedded"]["links"][1]["entity_type"], "customers");
}

#[tokio::test]
async fn what_is_wrong_with_a_link_to_an_element_is_said() {
    let stock = stock().await;
    let path = format!("/api/v4/leads/{LEAD}/link");
    let to = |metadata: Value| {
        json!({ "to_entity_id": stock.element, "to_entity_type": "catalog_elements",
            "metadata": metadata })
    };
    let other = stock.client.add("catalogs", json!({ "name": "Other" })).await;
    for (item, code, place) in [
        (to(Value::Null), "FieldMissing", "metadata.catalog_id"),
        (to(json!([])), "FieldMissing", "metadata.catalog_id"),
        (to(json!({ "quantity": 1 })), "FieldMissing", "metadata.catalog_id"),
        (to(json!({ "catalog_id": other })), "NotSupportedChoice", "to_entity_id"),
        (to(json!(5)), "InvalidType", "metadata"),
        (stock.goods(&json!({ "quantity": "2" })), "InvalidType", "metadata.quantity"),
        (stock.goods(&json!({ "quantity": -2 })), "TooLow", "metadata.quantity"),
        (stock.goods(&json!({ "price_id": 1 })), "NotSupportedChoice", "metadata.price_id"),
        (stock.goods(&json!({ "is_main": true })), "FieldNotExpected", "metadata.is_main"),
    ] {
        let answer = stock.client.post(&path, json!([item])).await;
        let flaws = answer.flaws();
        let found = flaws.iter().any(|(_, c, p)| (c.clone(), p.clone()) == pair(code, place));
        assert!(found, "{item}: {}", answer.text);
    }
    assert!(stock.links(&format!("leads/{LEAD}")).await.is_empty());
    let foreign = format!("/api/v4/catalogs/{other}/elements/{}/links", stock.element);
    assert_eq!(stock.client.get(&foreign).await.status, 404);
}

#[tokio::test]
async fn an_element_may_be_for_one_only() {
    let stock = stock().await;
    let path = format!("/api/v4/catalogs/{}", stock.catalog);
    let changed = stock.client.patch(&path, json!({ "can_link_multiple": false })).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    stock.link(&format!("leads/{LEAD}"), &stock.goods(&json!({}))).await;
    stock.link(&format!("leads/{LEAD}"), &stock.goods(&json!({ "quantity": 5 }))).await;
    let second = format!("/api/v4/customers/{CUSTOMER}/link");
    let second = stock.client.post(&second, json!([stock.goods(&json!({}))])).await;
    assert_eq!(second.flaw(), pair("NotSupportedChoice", "to_entity_id"));
    assert!(stock.client.sandbox.delete("catalog_elements", stock.element));
    assert!(stock.links(&format!("leads/{LEAD}")).await.is_empty());
    assert!(!stock.client.sandbox.delete("catalog_elements", stock.element));
}
