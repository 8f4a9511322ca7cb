//! A box with something of everything.

use super::{Client, START, catalog, element, quiet};
use amo_sandbox::{ApiFilter, CustomersMode, demo};
use serde_json::{Value, json};

/// A box in which members of all kinds differ from card to card.
pub(crate) async fn world() -> Client {
    let box_of = quiet().api_filter(ApiFilter::On).customers_mode(CustomersMode::Periodicity);
    let client = Client::of(&box_of.build());
    let users = [demo::ADMIN, demo::MANAGER, demo::PARTNER_MANAGER];
    let stages = [demo::STATUS_FIRST, demo::STATUS_WON, demo::STATUS_LOST];
    let pipeline = json!({"name": "P", "sort": 5, "is_main": false, "is_unsorted_on": true,
        "_embedded": {"statuses": [{"name": "a"}]}});
    let made = client.post("/api/v4/leads/pipelines", json!([pipeline])).await.json();
    let second = made["_embedded"]["pipelines"][0]["id"].clone();
    let statuses = client.read("/api/v4/customers/statuses").await;
    let cars = catalog(&client, "Cars").await;
    client.add("catalogs", json!({"name": "Goods", "type": "products"})).await;
    for (name, external) in [("red", "s1"), ("blue", "s2")] {
        element(&client, cars, name).await;
        client.add("sources", json!({"name": name, "external_id": external})).await;
        let template = json!([{"name": name, "content": "x", "external_id": external}]);
        assert_eq!(client.post("/api/v4/chats/templates", template).await.status, 200);
        client.post("/api/v4/roles", json!([{"name": name, "rights": []}])).await;
    }
    for (index, later) in (0..3).zip(0_i64..) {
        let at = START - 100 + later;
        let common = json!({"name": format!("n{index}"), "created_by": users[index],
            "updated_by": users[2 - index], "responsible_user_id": users[index],
            "created_at": at, "updated_at": at + 50, "tags_to_add": [{"name": format!("t{index}")}]});
        let with = |more: Value| {
            let mut whole = common.clone();
            whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            whole
        };
        let contact = client.add("contacts", common.clone()).await;
        let company = client.add("companies", common.clone()).await;
        let lead = with(json!({"price": index * 10 + 1, "status_id": stages[index],
            "pipeline_id": if index == 2 { second.clone() } else { json!(demo::PIPELINE) },
            "closed_at": at, "_embedded": {"source": {"external_id": "s1", "type": "widget"}}}));
        let mut lead = lead;
        if index == 2 {
            lead["loss_reason_id"] = json!(demo::LOSS_REASON_PRICE);
        }
        let lead = client.add("leads", lead).await;
        let customer = with(json!({"next_price": index, "next_date": START + later}));
        let customer = client.add("customers", customer).await;
        let elements = client.read(&format!("/api/v4/catalogs/{cars}/elements")).await;
        let good = &elements["_embedded"]["elements"][0]["id"];
        let link = |kind: &str, id: &Value| json!({"to_entity_type": kind, "to_entity_id": id});
        let good = json!({"to_entity_type": "catalog_elements", "to_entity_id": good,
            "metadata": {"catalog_id": cars, "quantity": 1}});
        for (from, more) in [
            (
                format!("leads/{lead}"),
                vec![link("contacts", &contact.into()), link("companies", &company.into())],
            ),
            (
                format!("customers/{customer}"),
                vec![link("contacts", &contact.into()), link("companies", &company.into())],
            ),
            (format!("contacts/{contact}"), vec![link("companies", &company.into())]),
            (format!("companies/{company}"), vec![]),
        ] {
            let links: Vec<Value> = more.into_iter().chain([good.clone()]).collect();
            let answer = client.post(&format!("/api/v4/{from}/link"), json!(links)).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
        }
        for (kind, id) in [
            ("leads", lead),
            ("contacts", contact),
            ("companies", company),
            ("customers", customer),
        ] {
            let task = json!({"text": format!("n{index}"), "entity_type": kind, "entity_id": id,
                "complete_till": START + 9 - later, "task_type_id": index % 2 + 1,
                "is_completed": kind == "leads" && index == 1, "responsible_user_id": users[index],
                "created_by": users[index], "created_at": at, "updated_at": at + 50});
            client.add("tasks", task).await;
        }
        let note = json!([
            {"note_type": "common", "params": {"text": "a"}, "updated_at": at},
            {"note_type": "site_visit", "params": {"url": "u"}, "updated_at": at + 7}]);
        client.post(&format!("/api/v4/leads/{lead}/notes"), note).await;
        let purchase = json!([{"price": index + 1}]);
        let path = format!("/api/v4/customers/{customer}/transactions");
        assert_eq!(client.post(&path, purchase.clone()).await.status, 200);
        client.post(&path, purchase).await;
        // Who has bought is in the first status.
        let status = json!({"status_id": statuses["_embedded"]["statuses"][index]["id"],
            "updated_by": users[2 - index]});
        client.patch(&format!("/api/v4/customers/{customer}"), status).await;
        client.sandbox.client_writes(contact, "Hello");
        client.sandbox.calendar().advance(std::time::Duration::from_secs(1));
        client.sandbox.client_writes(contact, "Again");
        let metadata =
            json!({"form_id": "f", "form_name": "f", "form_page": "p", "form_sent_at": at});
        let form = json!([{"source_uid": "u", "source_name": "s", "metadata": metadata,
            "created_at": at, "pipeline_id": if index == 0 { second.clone() } else { json!(demo::PIPELINE) }}]);
        assert_eq!(client.post("/api/v4/leads/unsorted/forms", form).await.status, 200);
        client.sandbox.receive_chat("x", "y");
    }
    client
}
