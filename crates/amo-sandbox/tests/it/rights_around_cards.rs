//! Tasks, notes, links, calls, purchases and whatever else hangs on a card that its user may not see
//! or change.

use crate::common::people::{acting, with_rights};
use crate::common::{Client, START, ids, quiet};
use amo_sandbox::{Sandbox, demo};
use serde_json::{Value, json};

const LEAD: i64 = demo::FIRST_LEAD;
const CONTACT: i64 = demo::FIRST_CONTACT;
const COMPANY: i64 = demo::FIRST_COMPANY;
const CUSTOMER: i64 = demo::FIRST_CUSTOMER;

/// Of the cards of each kind the first is the manager's, the second the other manager's, whom he
/// does not see, the third the administrator's, whom he sees only.
fn three() -> Sandbox {
    quiet().leads(3).contacts(3).companies(3).customers(3).build()
}

fn both(sandbox: &Sandbox) -> (Client, Client) {
    (Client::of(sandbox), acting(sandbox, demo::MANAGER))
}

#[tokio::test]
async fn tasks_of_cards_that_are_not_seen() {
    let sandbox = three();
    let (admin, manager) = both(&sandbox);
    let task = |lead: Value| {
        json!({ "text": "x", "complete_till": START, "entity_type": "leads", "entity_id": lead,
            "responsible_user_id": demo::MANAGER })
    };
    let mut tasks = Vec::new();
    for lead in LEAD..LEAD + 3 {
        tasks.push(admin.add("tasks", task(lead.into())).await);
    }
    let list = manager.read("/api/v4/tasks").await;
    assert_eq!(ids(&list, "tasks"), [tasks[0], tasks[2]]);
    for (index, seen, changed, added) in
        [(0, 200, 200, 200), (1, 204, 403, 403), (2, 200, 200, 200)]
    {
        let path = format!("/api/v4/tasks/{}", tasks[index]);
        assert_eq!(manager.get(&path).await.status, seen, "{index}");
        let change = json!({ "text": "y" });
        assert_eq!(manager.patch(&path, change).await.status, changed, "{index}");
        let batch = json!([{ "id": tasks[index], "text": "y" }]);
        assert_eq!(manager.patch("/api/v4/tasks", batch).await.status, changed, "{index}");
        let lead = LEAD + i64::try_from(index).unwrap();
        let new = json!([task(lead.into())]);
        assert_eq!(manager.post("/api/v4/tasks", new).await.status, added, "{index}");
        // A task that is moved to another card is looked at like a new one.
        let moved = json!({ "entity_type": "leads", "entity_id": lead });
        let path = format!("/api/v4/tasks/{}", tasks[0]);
        assert_eq!(manager.patch(&path, moved).await.status, added, "{index}");
    }
    // What is not there is another matter.
    let answer = manager.post("/api/v4/tasks", json!([task(5.into())])).await;
    assert_eq!(answer.flaw().1, "entity_id");
    let events = manager.read("/api/v4/events?filter[type]=task_added").await;
    let told = events["_embedded"]["events"].as_array().unwrap();
    assert!(told.iter().all(|event| event["entity_id"] != tasks[1]), "{events}");
    assert!(told.iter().any(|event| event["entity_id"] == tasks[2]), "{events}");
}

#[tokio::test]
async fn notes_are_changed_with_the_right_to_change_their_card() {
    let sandbox = three();
    let (admin, manager) = both(&sandbox);
    for (lead, wanted) in [(LEAD, 200), (LEAD + 1, 403), (LEAD + 2, 403)] {
        let own = format!("/api/v4/leads/{lead}/notes");
        let text = json!([{ "note_type": "common", "params": { "text": "a" } }]);
        let made = admin.post(&own, text).await.json();
        let id = &made["_embedded"]["notes"][0]["id"];
        let change = json!({ "id": id, "note_type": "common", "params": { "text": "b" } });
        for path in [own.as_str(), "/api/v4/leads/notes"] {
            let one = manager.patch(&format!("{path}/{id}"), change.clone()).await;
            assert_eq!(one.status, wanted, "{path} {lead}");
            let many = manager.patch(path, json!([change])).await;
            assert_eq!(many.status, wanted, "{path} {lead}");
        }
        for pin in ["pin", "unpin"] {
            let pinned = manager.post(&format!("/api/v4/leads/notes/{id}/{pin}"), json!([])).await;
            assert_eq!(pinned.status, if wanted == 200 { 204 } else { wanted }, "{pin} {lead}");
        }
        let mut new = change.clone();
        new.as_object_mut().unwrap().remove("id");
        new["entity_id"] = lead.into();
        assert_eq!(
            manager.post("/api/v4/leads/notes", json!([new])).await.status,
            wanted,
            "{lead}"
        );
    }
}

#[tokio::test]
async fn both_ends_of_a_link_must_be_seen() {
    let sandbox = three();
    let (admin, manager) = both(&sandbox);
    let to = |id: i64| json!([{ "to_entity_type": "contacts", "to_entity_id": id }]);
    for (contact, wanted) in [(CONTACT, 200), (CONTACT + 1, 403), (CONTACT + 2, 200)] {
        let path = format!("/api/v4/leads/{LEAD}/link");
        assert_eq!(manager.post(&path, to(contact)).await.status, wanted, "{contact}");
        let mut many = to(contact);
        many[0]["entity_id"] = LEAD.into();
        assert_eq!(manager.post("/api/v4/leads/link", many).await.status, wanted, "{contact}");
        assert_eq!(admin.post(&path, to(contact)).await.status, 200);
    }
    let linked = |list: &Value| -> Vec<i64> {
        let links = list["_embedded"]["links"].as_array().unwrap();
        links.iter().map(|link| link["to_entity_id"].as_i64().unwrap()).collect()
    };
    let list = format!("/api/v4/leads/{LEAD}/links?filter[to_catalog_id]=0");
    assert_eq!(admin.get(&list).await.status, 204);
    for list in [
        format!("/api/v4/leads/{LEAD}/links"),
        format!("/api/v4/leads/links?filter[entity_id]={LEAD}"),
    ] {
        let (all, seen) = (admin.read(&list).await, manager.read(&list).await);
        for contact in [CONTACT, CONTACT + 1, CONTACT + 2] {
            assert!(linked(&all).contains(&contact), "{all}");
            let is_seen = linked(&seen).contains(&contact);
            assert_eq!(is_seen, contact != CONTACT + 1, "{seen}");
        }
        assert_eq!(seen["_total_items"], linked(&seen).len());
    }
    let hidden = format!("/api/v4/leads/links?filter[entity_id]={}", LEAD + 1);
    assert_eq!(manager.get(&hidden).await.status, 204);
    for (path, item) in [
        (
            "/api/v4/leads",
            json!({ "name": "x", "_embedded": { "contacts": [{ "id": CONTACT + 1 }] } }),
        ),
        (
            "/api/v4/leads",
            json!({ "name": "x", "_embedded": { "companies": [{ "id": COMPANY + 1 }] } }),
        ),
        ("/api/v4/leads/complex", json!({ "_embedded": { "contacts": [{ "id": CONTACT + 1 }] } })),
    ] {
        assert_eq!(manager.post(path, json!([item])).await.status, 403, "{path}");
        assert_eq!(admin.post(path, json!([item])).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_complex_lead_takes_the_rights_to_add_what_comes_with_it() {
    let sandbox = three();
    let leads = with_rights(&sandbox, json!({ "leads": { "add": "A" } })).await;
    let both = json!({ "leads": { "add": "A" }, "contacts": { "add": "A" } });
    let both = with_rights(&sandbox, both).await;
    let alone = json!([{ "name": "x" }]);
    let with = |kind: &str| json!([{ "name": "x", "_embedded": { kind: [{ "name": "y" }] } }]);
    for (client, wanted) in [(&leads, [200, 403, 403]), (&both, [200, 200, 403])] {
        for (body, wanted) in
            [alone.clone(), with("contacts"), with("companies")].into_iter().zip(wanted)
        {
            let answer = client.post("/api/v4/leads/complex", body).await;
            assert_eq!(answer.status, wanted, "{}", answer.text);
        }
    }
}

#[tokio::test]
async fn calls_come_to_cards_that_may_be_changed() {
    let sandbox = three();
    let (admin, manager) = both(&sandbox);
    for (index, contact) in (0..).zip(CONTACT..CONTACT + 3) {
        let phone = json!([{ "value": format!("+7000000100{index}"), "enum_code": "WORK" }]);
        let phone = json!({ "custom_fields_values": [{ "field_code": "PHONE", "values": phone }] });
        let answer = admin.patch(&format!("/api/v4/contacts/{contact}"), phone).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    let call = |index: i64| {
        json!({ "direction": "inbound", "duration": 5, "source": "pbx",
            "phone": format!("8 000 000-100{index}") })
    };
    for (index, wanted) in [(0, 200), (1, 403), (2, 403), (7, 400)] {
        let answer = manager.post("/api/v4/calls", json!([call(index)])).await;
        assert_eq!(answer.status, wanted, "{index} {}", answer.text);
    }
    assert_eq!(manager.post("/api/v4/calls", json!([call(0), call(1)])).await.status, 403);
    let pop_up = |index: i64| json!({ "add": [{ "type": "phone_call", "phone_number": format!("+7000000100{index}") }] });
    for (index, seen) in [(0, json!(CONTACT)), (1, Value::Null), (2, json!(CONTACT + 2))] {
        let shown = manager.post("/api/v2/events/", pop_up(index)).await.json();
        assert_eq!(shown["_embedded"]["items"][0]["element_id"], seen, "{index}");
    }
}

#[tokio::test]
async fn purchases_and_points_follow_the_customer() {
    let sandbox = three();
    let (admin, manager) = both(&sandbox);
    let mut purchases = Vec::new();
    for (customer, wanted) in [(CUSTOMER, 200), (CUSTOMER + 1, 403), (CUSTOMER + 2, 403)] {
        let path = format!("/api/v4/customers/{customer}");
        let own = format!("{path}/transactions");
        let made = admin.post(&own, json!([{ "price": 1 }])).await.json();
        purchases.push(made["_embedded"]["transactions"][0]["id"].as_i64().unwrap());
        assert_eq!(manager.post(&own, json!([{ "price": 1 }])).await.status, wanted, "{customer}");
        let earned = manager.post(&format!("{path}/bonus_points"), json!({ "earn": 1 })).await;
        assert_eq!(earned.status, wanted, "{customer}");
        let list = manager.get(&own).await.status;
        assert_eq!(list, if customer == CUSTOMER + 1 { 204 } else { 200 }, "{customer}");
    }
    let list = manager.read("/api/v4/customers/transactions").await;
    let seen = ids(&list, "transactions");
    for (index, get, delete) in [(0, 200, 204), (1, 204, 403), (2, 200, 403)] {
        assert_eq!(seen.contains(&purchases[index]), get == 200, "{index}");
        let one = format!("/api/v4/customers/transactions/{}", purchases[index]);
        assert_eq!(manager.get(&one).await.status, get, "{index}");
        assert_eq!(manager.send("DELETE", &one, &json!([])).await.status, delete, "{index}");
    }
}

#[tokio::test]
async fn a_bot_is_run_on_cards_that_may_be_changed() {
    let sandbox = three();
    let manager = acting(&sandbox, demo::MANAGER);
    for (lead, wanted) in [(LEAD, 202), (LEAD + 1, 403), (LEAD + 2, 403)] {
        let target = json!({ "entity_type": "leads", "entity_id": lead, "bot_id": demo::BOT });
        let many = manager.post("/api/v4/bots/run", json!([target])).await;
        assert_eq!(many.status, wanted, "{lead}");
    }
}

#[tokio::test]
async fn incoming_leads_that_are_not_seen_are_not_counted_or_linked() {
    let sandbox = three();
    let (admin, manager) = both(&sandbox);
    let uid = sandbox.receive_chat("Ann", "Hello");
    let summary = "/api/v4/leads/unsorted/summary";
    assert_eq!(admin.read(summary).await["total"], 1);
    assert_eq!(manager.read(summary).await["total"], 0, "the stage of incoming leads is closed");
    let open = json!({ "leads": { "view": "A", "edit": "M" }, "contacts": { "view": "M" },
        "status_rights": [{ "entity_type": "leads", "pipeline_id": demo::PIPELINE,
            "status_id": demo::STATUS_INCOMING,
            "rights": { "view": "A", "edit": "A", "delete": "D" } }] });
    let sorter = with_rights(&sandbox, open).await;
    assert_eq!(sorter.read(summary).await["total"], 1);
    let path = format!("/api/v4/leads/unsorted/{uid}/link");
    let link = |lead: i64, contact: Option<i64>| {
        let mut link = json!({ "entity_type": "leads", "entity_id": lead });
        if let Some(contact) = contact {
            link["metadata"] = json!({ "contact_id": contact });
        }
        json!({ "link": link })
    };
    assert_eq!(sorter.post(&path, link(LEAD, None)).await.status, 403, "not his own");
    let own =
        json!({ "name": "x", "responsible_user_id": sorter.headers[0].1.parse::<i64>().unwrap() });
    let own = admin.add("leads", own).await;
    assert_eq!(sorter.post(&path, link(own, Some(CONTACT))).await.status, 403);
    assert_eq!(sorter.post(&path, link(own, None)).await.status, 200);
}

#[tokio::test]
async fn who_follows_a_card_sees_it() {
    let sandbox = three();
    let manager = acting(&sandbox, demo::MANAGER);
    let path = format!("/api/v4/leads/{}", LEAD + 1);
    assert_eq!(manager.get(&path).await.status, 204);
    assert_eq!(manager.get(&format!("{path}/subscriptions")).await.status, 403);
    assert!(sandbox.follow("leads", LEAD + 1, demo::MANAGER));
    assert_eq!(manager.get(&path).await.status, 200);
    assert_eq!(manager.get(&format!("{path}/subscriptions")).await.status, 200);
    let list = manager.read("/api/v4/leads").await;
    assert_eq!(ids(&list, "leads"), [LEAD, LEAD + 1, LEAD + 2]);
    assert_eq!(manager.patch(&path, json!({ "name": "x" })).await.status, 403, "and no more");
    let partner = with_rights(&sandbox, json!({})).await;
    let customer = format!("/api/v4/customers/{CUSTOMER}");
    assert_eq!(partner.get(&customer).await.status, 204);
    assert!(sandbox.follow_as_group("customers", CUSTOMER, demo::GROUP_PARTNERS));
    assert_eq!(partner.get(&customer).await.status, 200);
}
