//! What users may do with whose leads, contacts, companies and tasks, and what only administrators
//! may.

use crate::common::people::{acting, with_rights};
use crate::common::{Client, START, ids, quiet};
use amo_sandbox::{Sandbox, demo};
use serde_json::{Value, json};

const LEAD: i64 = demo::FIRST_LEAD;

async fn seen(client: &Client, kind: &str) -> Vec<i64> {
    let answer = client.get(&format!("/api/v4/{kind}")).await;
    if answer.status == 204 { Vec::new() } else { ids(&answer.json(), kind) }
}

/// Of three leads the first is the manager's, the second the other manager's, the third the
/// administrator's.
fn three() -> Sandbox {
    quiet().leads(3).contacts(3).companies(3).build()
}

#[tokio::test]
async fn a_user_sees_what_the_level_reaches() {
    let sandbox = three();
    for (kind, first) in
        [("leads", LEAD), ("contacts", demo::FIRST_CONTACT), ("companies", demo::FIRST_COMPANY)]
    {
        for (level, wanted) in [
            ("A", vec![first, first + 1, first + 2]),
            ("G", vec![first + 1]),
            ("M", vec![]),
            ("D", vec![]),
        ] {
            let client = with_rights(&sandbox, json!({ kind: { "view": level } })).await;
            assert_eq!(seen(&client, kind).await, wanted, "{kind} {level}");
            let status = client.get(&format!("/api/v4/{kind}/{first}")).await.status;
            assert_eq!(status, if level == "A" { 200 } else { 204 }, "{kind} {level}");
        }
    }
    let manager = acting(&sandbox, demo::MANAGER);
    assert_eq!(seen(&manager, "leads").await, [LEAD, LEAD + 2], "those of the group");
    let page = manager.read("/api/v4/leads?limit=1&page=2").await;
    assert_eq!(ids(&page, "leads"), [LEAD + 2]);
    assert!(page["_links"].get("next").is_none());
    assert!(sandbox.delete("leads", LEAD + 1));
    let bin = "/api/v4/leads?with=only_deleted";
    assert_eq!(manager.get(bin).await.status, 204);
    assert_eq!(ids(&Client::of(&sandbox).read(bin).await, "leads"), [LEAD + 1]);
}

/// Of cards that a user may not see he sees nothing else either.
#[tokio::test]
async fn what_hangs_on_cards_is_seen_with_them() {
    let sandbox = three();
    let (admin, manager) = (Client::of(&sandbox), acting(&sandbox, demo::MANAGER));
    for lead in LEAD..LEAD + 3 {
        let note = json!([{ "note_type": "common", "params": { "text": "a" } }]);
        admin.post(&format!("/api/v4/leads/{lead}/notes"), note).await;
    }
    let cards = |list: &Value, key: &str| -> Vec<i64> {
        let all = list["_embedded"][key].as_array().unwrap();
        all.iter().map(|one| one["entity_id"].as_i64().unwrap()).collect()
    };
    let (notes, event) = ("/api/v4/leads/notes", "/api/v4/events");
    let events = &format!("{event}?filter[type]=common_note_added");
    assert_eq!(cards(&admin.read(notes).await, "notes"), [LEAD, LEAD + 1, LEAD + 2]);
    assert_eq!(cards(&manager.read(notes).await, "notes"), [LEAD, LEAD + 2]);
    assert_eq!(cards(&admin.read(events).await, "events"), [LEAD + 2, LEAD + 1, LEAD]);
    assert_eq!(cards(&manager.read(events).await, "events"), [LEAD + 2, LEAD]);
    let hidden = admin.read(events).await["_embedded"]["events"][1]["id"].clone();
    let hidden = format!("{event}/{}", hidden.as_str().unwrap());
    assert_eq!((admin.get(&hidden).await.status, manager.get(&hidden).await.status), (200, 204));

    let (own, other) = (demo::FIRST_CONTACT, demo::FIRST_CONTACT + 1);
    let link = |id: i64| json!({ "url": "https://a.test", "metadata": { "entity_type": "contacts", "entity_id": id } });
    let links = json!([link(own), link(other)]);
    for (client, count) in [(&admin, 2), (&manager, 1)] {
        let made = client.post("/api/v4/short_links", links.clone()).await.json();
        assert_eq!(made["_embedded"]["short_links"].as_array().unwrap().len(), count);
    }
    let talks = [own, other].map(|contact| sandbox.client_writes(contact, "a").unwrap());
    for (talk, status) in [(talks[0], 200), (talks[1], 403)] {
        for path in ["", "/messages"] {
            let answer = manager.get(&format!("/api/v4/talks/{talk}{path}")).await;
            assert_eq!(answer.status, status, "{path}");
        }
    }
    let close = format!("/api/v4/talks/{}/close", talks[1]);
    assert_eq!(manager.post(&close, json!({})).await.status, 403);
    let buttons = manager.get("/api/v4/website_buttons").await;
    assert_eq!(buttons.status, 403);
}

#[tokio::test]
async fn a_user_changes_what_the_level_reaches() {
    let sandbox = three();
    let manager = acting(&sandbox, demo::MANAGER);
    let change = json!({ "name": "x" });
    for (kind, first) in
        [("leads", LEAD), ("contacts", demo::FIRST_CONTACT), ("companies", demo::FIRST_COMPANY)]
    {
        for (id, wanted) in [(first, 200), (first + 1, 403), (first + 2, 403), (5, 400)] {
            let answer = manager.patch(&format!("/api/v4/{kind}/{id}"), change.clone()).await;
            assert_eq!(answer.status, wanted, "{kind} {id} {}", answer.text);
        }
        // One that is refused refuses all.
        let batch = json!([{ "id": first, "name": "y" }, { "id": first + 2, "name": "y" }]);
        let answer = manager.patch(&format!("/api/v4/{kind}"), batch).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (403, "application/problem+json")
        );
        assert_eq!(manager.read(&format!("/api/v4/{kind}/{first}")).await["name"], "x");
        let batch = json!([{ "id": first, "name": "y" }]);
        assert_eq!(manager.patch(&format!("/api/v4/{kind}"), batch).await.status, 200);
    }
    let everything = json!({ "view": "A", "edit": "A" });
    let client = with_rights(&sandbox, json!({ "leads": everything })).await;
    assert_eq!(client.patch(&format!("/api/v4/leads/{LEAD}"), change.clone()).await.status, 200);
    let own = with_rights(&sandbox, json!({ "leads": { "view": "G", "edit": "G" } })).await;
    assert_eq!(own.patch(&format!("/api/v4/leads/{}", LEAD + 1), change.clone()).await.status, 200);
    assert_eq!(own.patch(&format!("/api/v4/leads/{LEAD}"), change).await.status, 403);
}

#[tokio::test]
async fn adding_needs_a_right_of_its_own() {
    let sandbox = three();
    for kind in ["leads", "contacts", "companies"] {
        let path = format!("/api/v4/{kind}");
        let all = json!({ "view": "A", "edit": "A" });
        let client = with_rights(&sandbox, json!({ kind: all })).await;
        assert_eq!(client.post(&path, json!([{ "name": "x" }])).await.status, 403);
        let client = with_rights(&sandbox, json!({ kind: { "add": "A", "view": "M" } })).await;
        let id = client.add(kind, json!({ "name": "x" })).await;
        assert_eq!(seen(&client, kind).await, [id], "the user's own");
    }
}

#[tokio::test]
async fn rights_in_a_stage_narrow_and_widen() {
    // First stage, second stage, third stage.
    let sandbox = three();
    let stage = |status: i64, view: &str, edit: &str| {
        json!({ "entity_type": "leads", "pipeline_id": demo::PIPELINE, "status_id": status,
            "rights": { "view": view, "edit": edit, "delete": "D" } })
    };
    let widened = json!({ "leads": { "view": "D" },
        "status_rights": [stage(demo::STATUS_FIRST, "A", "A"), stage(demo::STATUS_TALKS, "A", "D")] });
    let client = with_rights(&sandbox, widened).await;
    assert_eq!(seen(&client, "leads").await, [LEAD, LEAD + 1]);
    let change = json!({ "name": "x" });
    for (id, wanted) in [(LEAD, 200), (LEAD + 1, 403), (LEAD + 2, 403)] {
        let answer = client.patch(&format!("/api/v4/leads/{id}"), change.clone()).await;
        assert_eq!(answer.status, wanted, "{id}");
    }
    let narrowed = json!({ "leads": { "view": "A", "edit": "A" },
        "status_rights": [stage(demo::STATUS_TALKS, "D", "D")] });
    let client = with_rights(&sandbox, narrowed).await;
    assert_eq!(seen(&client, "leads").await, [LEAD, LEAD + 2]);
    assert_eq!(client.get(&format!("/api/v4/leads/{}", LEAD + 1)).await.status, 204);
    // Nobody said anything of the stage of incoming leads, so it is closed.
    let incoming = json!({ "status_id": demo::STATUS_INCOMING });
    Client::of(&sandbox).patch(&format!("/api/v4/leads/{LEAD}"), incoming).await;
    assert_eq!(seen(&client, "leads").await, [LEAD + 2]);
}

#[tokio::test]
async fn links_follow_the_rights_with_the_entity() {
    let sandbox = three();
    let manager = acting(&sandbox, demo::MANAGER);
    let to = json!([{ "to_entity_id": demo::FIRST_CONTACT, "to_entity_type": "contacts" }]);
    let status =
        async |path: &str| manager.post(&format!("/api/v4/leads/{path}"), to.clone()).await.status;
    assert_eq!(status(&format!("{LEAD}/link")).await, 200);
    assert_eq!(status(&format!("{}/link", LEAD + 2)).await, 403, "seen, but not the manager's own");
    assert_eq!(status(&format!("{}/unlink", LEAD + 1)).await, 403);
    assert_eq!(manager.get(&format!("/api/v4/leads/{}/links", LEAD + 2)).await.status, 200);
    assert_eq!(manager.get(&format!("/api/v4/leads/{}/links", LEAD + 1)).await.status, 204);
    let many = |id: i64| json!([{ "entity_id": id, "to_entity_id": demo::FIRST_CONTACT, "to_entity_type": "contacts" }]);
    assert_eq!(manager.post("/api/v4/leads/link", many(LEAD)).await.status, 200);
    assert_eq!(manager.post("/api/v4/leads/link", many(LEAD + 1)).await.status, 403);
    // Notes belong to their entity: whoever may not change it may not add one.
    let note = json!([{ "note_type": "common", "params": { "text": "x" } }]);
    for (id, refused) in [(LEAD, false), (LEAD + 1, true), (LEAD + 2, true)] {
        let answer = manager.post(&format!("/api/v4/leads/{id}/notes"), note.clone()).await;
        assert_eq!(answer.status == 403, refused, "{id}");
    }
}

#[tokio::test]
async fn tasks_are_seen_by_all_and_changed_by_right() {
    let sandbox = three();
    let admin = Client::of(&sandbox);
    let task =
        |user: i64| json!({ "text": "x", "complete_till": START, "responsible_user_id": user });
    let mut tasks = Vec::new();
    for user in [demo::MANAGER, demo::PARTNER_MANAGER, demo::ADMIN] {
        tasks.push(admin.add("tasks", task(user)).await);
    }
    let done = json!({ "is_completed": true });
    for (level, wanted) in
        [("A", [200, 200]), ("G", [403, 200]), ("M", [403, 403]), ("D", [403, 403])]
    {
        let client = with_rights(&sandbox, json!({ "tasks": { "edit": level } })).await;
        assert_eq!(seen(&client, "tasks").await, tasks);
        for (task, wanted) in tasks.iter().zip(wanted) {
            let answer = client.patch(&format!("/api/v4/tasks/{task}"), done.clone()).await;
            assert_eq!(answer.status, wanted, "{level} {task}");
            let item = json!([{ "id": task, "is_completed": true }]);
            assert_eq!(client.patch("/api/v4/tasks", item).await.status, wanted, "{level} {task}");
        }
        let own = client.add("tasks", json!({ "text": "x", "complete_till": START })).await;
        let answer = client.patch(&format!("/api/v4/tasks/{own}"), done.clone()).await;
        assert_eq!(answer.status, if level == "D" { 403 } else { 200 }, "{level}");
        tasks.push(own);
    }
}

#[tokio::test]
async fn what_only_administrators_may() {
    let sandbox = three();
    let manager = acting(&sandbox, demo::MANAGER);
    for (method, path) in [
        ("POST", "/api/v4/leads/pipelines"),
        ("PATCH", "/api/v4/leads/pipelines/8001"),
        ("DELETE", "/api/v4/leads/pipelines/8001"),
        ("POST", "/api/v4/leads/pipelines/8001/statuses"),
        ("PATCH", "/api/v4/leads/pipelines/8001/statuses/142"),
        ("DELETE", "/api/v4/leads/pipelines/8001/statuses/8102"),
        ("POST", "/api/v4/leads/loss_reasons"),
        ("PATCH", "/api/v4/leads/loss_reasons/8901"),
        ("DELETE", "/api/v4/leads/loss_reasons/8901"),
        ("POST", "/api/v4/leads/custom_fields"),
        ("POST", "/api/v4/contacts/custom_fields/groups"),
        ("GET", "/api/v4/webhooks"),
        ("POST", "/api/v4/webhooks"),
        ("GET", "/api/v4/sources"),
        ("POST", "/api/v4/customers/statuses"),
        ("PATCH", "/api/v4/customers/mode"),
        ("POST", "/api/v4/chats/templates"),
        ("GET", "/api/v4/catalogs"),
        ("POST", "/api/v4/catalogs"),
        ("GET", "/api/v4/catalogs/5/elements"),
    ] {
        let answer = manager.send(method, path, &json!([])).await;
        assert_eq!(answer.status, 403, "{method} {path}");
    }
    for path in [
        "/api/v4/leads/pipelines",
        "/api/v4/leads/pipelines/8001/statuses/142",
        "/api/v4/leads/loss_reasons",
        "/api/v4/leads/custom_fields",
        "/api/v4/account?with=users_groups",
    ] {
        assert_eq!(manager.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn what_is_no_list_is_refused_and_not_looked_into() {
    let manager = acting(&three(), demo::MANAGER);
    for body in ["", "{", "[5]", "{}", "[]", "[{\"id\": \"x\"}]"] {
        let answer = manager.try_send("PATCH", "/api/v4/leads", body).await.unwrap();
        assert_eq!(answer.status, 400, "{body}");
    }
}
