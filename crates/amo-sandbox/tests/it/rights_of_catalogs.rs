//! What users who are no administrators may do with which catalogs and elements.

use crate::common::people::with_rights;
use crate::common::{Client, catalog, element, ids, quiet};
use amo_sandbox::{Sandbox, demo};
use serde_json::{Value, json};

/// The rights in one catalog.
fn in_catalog(catalog: i64, rights: &Value) -> Value {
    json!({ "catalog_rights": [{ "catalog_id": catalog, "rights": rights }] })
}

async fn elements(client: &Client, catalog: i64) -> Vec<i64> {
    let list = client.get(&format!("/api/v4/catalogs/{catalog}/elements")).await;
    if list.status == 204 { Vec::new() } else { ids(&list.json(), "elements") }
}

/// A catalog with an element that is linked with the manager's lead, one with the administrator's,
/// and one with nothing.
async fn three_elements(sandbox: &Sandbox) -> (i64, Vec<i64>) {
    let admin = Client::of(sandbox);
    let cars = catalog(&admin, "Cars").await;
    let mut all = Vec::new();
    for (name, lead) in
        [("a", Some(demo::FIRST_LEAD)), ("b", Some(demo::FIRST_LEAD + 2)), ("c", None)]
    {
        let id = element(&admin, cars, name).await;
        if let Some(lead) = lead {
            let link = json!([{ "to_entity_type": "catalog_elements", "to_entity_id": id,
                "metadata": { "catalog_id": cars } }]);
            let answer = admin.post(&format!("/api/v4/leads/{lead}/link"), link).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
        }
        all.push(id);
    }
    (cars, all)
}

#[tokio::test]
async fn a_right_counts_for_all_catalogs_or_for_one() {
    let sandbox = quiet().build();
    let admin = Client::of(&sandbox);
    let (own, other) = (catalog(&admin, "a").await, catalog(&admin, "b").await);
    let access = with_rights(&sandbox, json!({ "catalog_access": true })).await;
    let one = in_catalog(own, &json!({ "view": "A", "edit": "A" }));
    let one = with_rights(&sandbox, one).await;
    let mut all_but_one = in_catalog(own, &json!({ "view": "D" }));
    all_but_one["catalog_access"] = true.into();
    let all_but_one = with_rights(&sandbox, all_but_one).await;
    let none = with_rights(&sandbox, json!({})).await;
    let (named, elements) =
        (format!("/api/v4/catalogs/{own}"), format!("/api/v4/catalogs/{own}/elements"));
    for (method, path, wanted) in [
        ("GET", "/api/v4/catalogs", [200, 200, 200, 403]),
        ("GET", named.as_str(), [200, 200, 403, 403]),
        ("PATCH", named.as_str(), [400, 400, 403, 403]),
        ("POST", "/api/v4/catalogs", [400, 403, 400, 403]),
        ("GET", elements.as_str(), [204, 204, 403, 403]),
        ("PATCH", elements.as_str(), [400, 400, 403, 403]),
        ("POST", elements.as_str(), [400, 403, 403, 403]),
        ("GET", "/api/v4/catalogs/6/elements", [404, 403, 404, 403]),
    ] {
        let body = if path == named { json!({ "sort": "x" }) } else { json!([{ "sort": "x" }]) };
        for (client, wanted) in [&access, &one, &all_but_one, &none].into_iter().zip(wanted) {
            let answer = client.send(method, path, &body).await;
            assert_eq!(answer.status, wanted, "{method} {path} {}", answer.text);
        }
    }
    for (client, seen) in
        [(&access, vec![own, other]), (&one, vec![own]), (&all_but_one, vec![other])]
    {
        assert_eq!(ids(&client.read("/api/v4/catalogs").await, "catalogs"), seen);
    }
    let batch = |id: i64| json!([{ "id": id, "name": "x" }]);
    assert_eq!(one.patch("/api/v4/catalogs", batch(own)).await.status, 200);
    assert_eq!(one.patch("/api/v4/catalogs", batch(other)).await.status, 403);
}

#[tokio::test]
async fn linked_elements_are_those_of_the_cards_that_are_reached() {
    let sandbox = quiet().leads(3).build();
    let (cars, all) = three_elements(&sandbox).await;
    let mut rights = in_catalog(cars, &json!({ "view": "L", "edit": "L", "delete": "L" }));
    // The group of this user is that of the second lead.
    rights["leads"] = json!({ "view": "A", "edit": "D" });
    let sees_all = with_rights(&sandbox, rights.clone()).await;
    rights["leads"] = json!({ "view": "G", "edit": "G", "delete": "G" });
    let sees_one = with_rights(&sandbox, rights).await;
    assert_eq!(elements(&sees_one, cars).await, [0; 0], "no lead of the group");
    let to_his = json!({ "responsible_user_id": demo::PARTNER_MANAGER });
    let first = format!("/api/v4/leads/{}", demo::FIRST_LEAD);
    assert_eq!(Client::of(&sandbox).patch(&first, to_his).await.status, 200);
    assert_eq!(elements(&sees_all, cars).await, all[..2]);
    assert_eq!(elements(&sees_one, cars).await, all[..1]);
    let of = |id: i64| format!("/api/v4/catalogs/{cars}/elements/{id}");
    let links = |id: i64| format!("{}/links", of(id));
    for (id, seen, changed) in [(all[0], 200, 200), (all[1], 404, 403), (all[2], 404, 403)] {
        assert_eq!(sees_one.get(&of(id)).await.status, seen, "{id}");
        assert_eq!(sees_one.get(&links(id)).await.status, seen, "{id}");
        let change = json!({ "name": "x" });
        assert_eq!(sees_one.patch(&of(id), change.clone()).await.status, changed, "{id}");
        let batch = json!([{ "id": id, "name": "x" }]);
        let many = format!("/api/v4/catalogs/{cars}/elements");
        assert_eq!(sees_one.patch(&many, batch).await.status, changed, "{id}");
        assert_eq!(sees_all.patch(&of(id), change).await.status, 403, "leads cannot be changed");
    }
    let add = json!([{ "name": "x" }]);
    let path = format!("/api/v4/catalogs/{cars}/elements");
    assert_eq!(sees_all.post(&path, add).await.status, 403);
    // What hangs on elements that are not seen is not seen either.
    let events = "/api/v4/events?filter[entity]=catalog_";
    let events = format!("{events}{cars}");
    let count = async |client: &Client| {
        let list = client.get(&events).await;
        if list.status == 204 {
            0
        } else {
            list.json()["_embedded"]["events"].as_array().unwrap().len()
        }
    };
    assert!(count(&sees_one).await < count(&Client::of(&sandbox)).await);
    let files = |id: i64| format!("/api/v4/catalogs/{cars}/{id}/files");
    assert_eq!(sees_one.get(&files(all[0])).await.status, 204);
    assert_eq!(sees_one.get(&files(all[1])).await.status, 403);
    let task = |id: i64| {
        json!([{ "text": "x", "complete_till": 5, "entity_type": "catalog_elements",
            "entity_id": id }])
    };
    for (id, wanted) in [(all[0], 200), (all[1], 403)] {
        assert_eq!(sees_one.post("/api/v4/tasks", task(id)).await.status, wanted, "{id}");
        assert_eq!(Client::of(&sandbox).post("/api/v4/tasks", task(id)).await.status, 200);
    }
    assert_eq!(sees_one.read("/api/v4/tasks").await["_embedded"]["tasks"][1]["entity_id"], all[0]);
    let second = sees_one.get("/api/v4/tasks?limit=1&page=3").await;
    assert_eq!(second.status, 204, "those of the other element are hidden");
    // Version 2 deletes what the right to delete reaches, and all of it or nothing.
    let delete = |ids: &[i64]| json!({ "delete": ids });
    let path = "/api/v2/catalog_elements";
    assert_eq!(sees_one.post(path, delete(&all)).await.status, 403);
    assert_eq!(elements(&Client::of(&sandbox), cars).await, all);
    assert_eq!(sees_one.post(path, delete(&all[..1])).await.status, 200);
    assert_eq!(elements(&Client::of(&sandbox), cars).await, all[1..]);
    assert_eq!(sees_one.post("/api/v2/catalogs", delete(&[cars])).await.status, 403);
}

#[tokio::test]
async fn an_element_that_is_not_seen_is_linked_with_nothing() {
    let sandbox = quiet().leads(3).customers(1).build();
    let (cars, all) = three_elements(&sandbox).await;
    let mut rights = in_catalog(cars, &json!({ "view": "L" }));
    rights["leads"] = json!({ "view": "A", "edit": "A" });
    let linked = with_rights(&sandbox, rights).await;
    let link = |id: i64| {
        json!([{ "to_entity_type": "catalog_elements", "to_entity_id": id,
        "metadata": { "catalog_id": cars } }])
    };
    let path = format!("/api/v4/leads/{}/link", demo::FIRST_LEAD);
    assert_eq!(linked.post(&path, link(all[1])).await.status, 200);
    assert_eq!(linked.post(&path, link(all[2])).await.status, 403);
    let bought = |id: i64| {
        json!([{ "price": 1, "_embedded": { "catalog_elements": [
        { "id": id, "metadata": { "catalog_id": cars, "quantity": 1 } }] } }])
    };
    let path = format!("/api/v4/customers/{}/transactions", demo::FIRST_CUSTOMER);
    assert_eq!(linked.post(&path, bought(all[1])).await.status, 200);
    assert_eq!(linked.post(&path, bought(all[2])).await.status, 403);
    // Links with elements that are not seen are left out.
    let none = with_rights(&sandbox, json!({ "leads": { "view": "A" } })).await;
    let links = format!("/api/v4/leads/{}/links", demo::FIRST_LEAD);
    assert_eq!(none.get(&links).await.status, 204);
    assert_eq!(linked.read(&links).await["_total_items"], 2);
}
