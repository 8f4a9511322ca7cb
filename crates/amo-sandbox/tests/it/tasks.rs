//! Tasks: added, changed, listed.

use crate::common::{Client, START, ids, pair, quiet};
use amo_sandbox::{ApiFilter, demo};
use serde_json::{Value, json};

const LEAD: i64 = demo::FIRST_LEAD;

#[tokio::test]
async fn a_task_is_added_read_and_completed() {
    let client = Client::of(&quiet().leads(1).build());
    assert_eq!(client.get("/api/v4/tasks").await.status, 204);
    let new = json!([{ "text": "Call", "complete_till": START + 60, "entity_type": "leads",
        "entity_id": LEAD, "request_id": "a" }]);
    let added = client.post("/api/v4/tasks", new).await;
    assert_eq!(added.status, 200, "{}", added.text);
    let added = added.json();
    let item = &added["_embedded"]["tasks"][0];
    let id = item["id"].as_i64().unwrap();
    let own = format!("http://box.test/api/v4/tasks/{id}");
    assert_eq!(
        *item,
        json!({ "id": id, "request_id": "a", "_links": { "self": { "href": own } } })
    );
    let task = client.read(&format!("/api/v4/tasks/{id}")).await;
    let expected = json!({
        "id": id, "text": "Call", "complete_till": START + 60, "task_type_id": 1,
        "entity_id": LEAD, "entity_type": "leads", "duration": 0, "is_completed": false,
        "result": [], "responsible_user_id": demo::ADMIN, "group_id": 0,
        "created_by": demo::ADMIN, "updated_by": demo::ADMIN, "created_at": START,
        "updated_at": START, "account_id": demo::ACCOUNT, "_links": { "self": { "href": own } },
    });
    assert_eq!(task, expected);

    client.sandbox.calendar().advance(std::time::Duration::from_secs(5));
    let done = json!({ "is_completed": true, "result": { "text": "Agreed" } });
    let changed = client.patch(&format!("/api/v4/tasks/{id}"), done).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let receipt = json!({ "id": id, "updated_at": START + 5, "request_id": "0",
        "_links": { "self": { "href": own } } });
    assert_eq!(changed.json(), receipt);
    let task = client.read(&format!("/api/v4/tasks/{id}")).await;
    assert_eq!((&task["is_completed"], &task["result"]["text"]), (&json!(true), &json!("Agreed")));
    let wrapped = client.patch("/api/v4/tasks", json!([{ "id": id, "text": "x" }])).await.json();
    assert_eq!(wrapped["_embedded"]["tasks"][0]["updated_at"], START + 5);
    assert_eq!(client.get("/api/v4/tasks/1").await.status, 204);
    assert_eq!(client.patch("/api/v4/tasks/1", json!({ "text": "x" })).await.status, 404);
}

#[tokio::test]
async fn what_is_wrong_with_a_task_is_said() {
    let client = Client::of(&quiet().leads(1).build());
    let whole = json!({ "text": "x", "complete_till": 5 });
    for (more, code, path) in [
        (json!({ "entity_id": LEAD }), "FieldMissing", "entity_type"),
        (json!({ "entity_type": "leads" }), "FieldMissing", "entity_id"),
        (json!({ "entity_type": "leads", "entity_id": 1 }), "NotSupportedChoice", "entity_id"),
        (json!({ "entity_type": "boxes", "entity_id": 1 }), "NotSupportedChoice", "entity_type"),
        (json!({ "responsible_user_id": 1 }), "NotSupportedChoice", "responsible_user_id"),
        (json!({ "duration": "1" }), "InvalidType", "duration"),
        (json!({ "result": { "words": "1" } }), "FieldNotExpected", "result.words"),
        (json!({ "group_id": 1 }), "FieldNotExpected", "group_id"),
    ] {
        let mut item = whole.clone();
        item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = client.post("/api/v4/tasks", json!([item])).await;
        assert!(
            answer.flaws().iter().any(|(_, c, p)| (c.clone(), p.clone()) == pair(code, path)),
            "{more}: {}",
            answer.text
        );
    }
    let answer = client.post("/api/v4/tasks", json!([{ "text": "x" }])).await;
    assert_eq!(answer.flaw(), pair("FieldMissing", "complete_till"));
    let of_no_kind = json!([{ "text": "x", "complete_till": 5, "entity_type": "boxes" }]);
    let answer = client.post("/api/v4/tasks", of_no_kind).await;
    assert_eq!(answer.flaw(), pair("NotSupportedChoice", "entity_type"), "and no more");
    let many = vec![whole; 251];
    assert_eq!(client.post("/api/v4/tasks", Value::from(many)).await.status, 422);
    assert_eq!(client.send("DELETE", "/api/v4/tasks", &json!([])).await.status, 405);
}

#[tokio::test]
async fn tasks_are_filtered_and_ordered_in_every_account() {
    let client = Client::of(&quiet().leads(2).build());
    for (text, till, lead, kind) in
        [("a", 300, LEAD, 1), ("b", 100, LEAD + 1, 2), ("c", 200, LEAD, 2)]
    {
        let task = json!({ "text": text, "complete_till": till, "entity_type": "leads",
            "entity_id": lead, "task_type_id": kind });
        client.add("tasks", task).await;
    }
    let all = ids(&client.read("/api/v4/tasks").await, "tasks");
    client.patch(&format!("/api/v4/tasks/{}", all[0]), json!({ "is_completed": true })).await;
    for (query, wanted) in [
        ("order[complete_till]=asc", vec![all[1], all[2], all[0]]),
        ("order[id]=desc", vec![all[2], all[1], all[0]]),
        ("filter[is_completed]=1", vec![all[0]]),
        ("filter[is_completed][]=0", vec![all[1], all[2]]),
        ("filter[task_type][]=2", vec![all[1], all[2]]),
        ("filter[id][0]=5&filter[id][3]=10003", vec![10_003]),
        (&format!("filter[entity_type]=leads&filter[entity_id]={LEAD}"), vec![all[0], all[2]]),
        (&format!("filter[updated_at]={START}"), all.clone()),
        ("limit=1&page=2", vec![all[1]]),
    ] {
        assert_eq!(ids(&client.read(&format!("/api/v4/tasks?{query}")).await, "tasks"), wanted);
    }
    assert_eq!(
        client.get(&format!("/api/v4/tasks?filter[updated_at]={}", START + 1)).await.status,
        204
    );
    assert_eq!(client.get("/api/v4/tasks?filter[text]=a").await.status, 400);
    let of_any_kind = format!("/api/v4/tasks?filter[entity_id]={LEAD}");
    assert_eq!(client.get(&of_any_kind).await.status, 400);
    assert_eq!(client.get("/api/v4/tasks?order[text]=asc").await.status, 400);
}

/// Adds an open task to a card.
async fn task(client: &Client, (kind, id): (&str, i64), text: &str, till: i64) -> i64 {
    let task = json!({ "text": text, "complete_till": till, "entity_type": kind, "entity_id": id });
    client.add("tasks", task).await
}

#[tokio::test]
async fn tasks_are_found_by_the_stages_of_their_leads_their_type_and_their_text() {
    let client = Client::of(&quiet().leads(3).contacts(1).build());
    let mut all = Vec::new();
    for (lead, text) in [(LEAD, "Call"), (LEAD + 1, "Write"), (LEAD + 2, "CALL back")] {
        all.push(task(&client, ("leads", lead), text, START).await);
    }
    // The same number is no lead here.
    task(&client, ("contacts", demo::FIRST_CONTACT), "Meet", START).await;
    let letter = json!({ "task_type_id": demo::TASK_TYPE_LETTER });
    client.patch(&format!("/api/v4/tasks/{}", all[1]), letter).await;
    let pipeline = demo::PIPELINE;
    let stage = |index: usize, status: i64| {
        let at = format!("filter[lead_statuses][{index}]");
        format!("{at}[pipeline_id]={pipeline}&{at}[status_id]={status}")
    };
    let (first, talks) = (stage(0, demo::STATUS_FIRST), stage(3, demo::STATUS_TALKS));
    for (query, wanted) in [
        (first.clone(), vec![all[0]]),
        (format!("{first}&{talks}"), vec![all[0], all[1]]),
        (format!("filter[task_type]={}", demo::TASK_TYPE_LETTER), vec![all[1]]),
        // The name that the official client uses.
        (format!("filter[task_type_id]={}", demo::TASK_TYPE_LETTER), vec![all[1]]),
        ("query=call".to_owned(), vec![all[0], all[2]]),
    ] {
        assert_eq!(ids(&client.read(&format!("/api/v4/tasks?{query}")).await, "tasks"), wanted);
    }
    let contract = stage(0, demo::STATUS_WON);
    assert_eq!(client.get(&format!("/api/v4/tasks?{contract}")).await.status, 204);
    let half = "/api/v4/tasks?filter[lead_statuses][0][pipeline_id]=1";
    assert_eq!(client.get(half).await.status, 400);
}

#[tokio::test]
async fn a_card_shows_when_the_first_of_its_open_tasks_is_to_be_done() {
    let sandbox = quiet().leads(2).contacts(1).companies(1).api_filter(ApiFilter::On).build();
    let client = Client::of(&sandbox);
    let closest =
        async |path: &str| client.read(&format!("/api/v4/{path}")).await["closest_task_at"].clone();
    let lead = format!("leads/{LEAD}");
    assert_eq!(closest(&lead).await, Value::Null);
    let late = task(&client, ("leads", LEAD), "a", START + 900).await;
    let early = task(&client, ("leads", LEAD), "b", START - 900).await;
    assert_eq!(closest(&lead).await, START - 900, "it may be past");
    assert_eq!(closest(&format!("leads/{}", LEAD + 1)).await, Value::Null);
    let found = async |from: i64, to: i64| {
        let range =
            format!("filter[closest_task_at][from]={from}&filter[closest_task_at][to]={to}");
        let list = client.get(&format!("/api/v4/leads?{range}")).await;
        if list.status == 204 { Vec::new() } else { ids(&list.json(), "leads") }
    };
    assert_eq!(found(START - 900, START - 900).await, [LEAD]);
    assert_eq!(found(START, START + 900).await, [0; 0], "only the first counts");

    let done = json!({ "is_completed": true, "result": { "text": "x" } });
    client.patch(&format!("/api/v4/tasks/{early}"), done).await;
    assert_eq!(closest(&lead).await, START + 900);
    client.patch(&format!("/api/v4/tasks/{late}"), json!({ "complete_till": START + 5 })).await;
    assert_eq!(closest(&lead).await, START + 5);
    let moved = json!({ "entity_type": "contacts", "entity_id": demo::FIRST_CONTACT });
    client.patch(&format!("/api/v4/tasks/{late}"), moved).await;
    assert_eq!(closest(&lead).await, Value::Null);
    let contact = format!("contacts/{}", demo::FIRST_CONTACT);
    assert_eq!(closest(&contact).await, START + 5);
    assert!(client.sandbox.delete("tasks", late));
    assert_eq!(closest(&contact).await, Value::Null);
}
