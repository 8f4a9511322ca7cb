//! A list that is read again shows what has happened meanwhile, whatever it was.

use amo_sandbox::{CustomersMode, demo};
use serde_json::{Value, json};

use crate::common::{Client, quiet};

const LEAD: i64 = demo::FIRST_LEAD;
const CONTACT: i64 = demo::FIRST_CONTACT;
const KINDS: [(&str, &str); 4] = [
    ("leads", "contacts,catalog_elements,loss_reason,source_id,source"),
    ("contacts", "leads,customers,catalog_elements,social_profiles"),
    ("companies", "leads,contacts,customers,catalog_elements"),
    ("customers", "contacts,companies,catalog_elements"),
];

/// The cards of lists are those that are read one by one, before and after.
async fn agree(client: &Client, after: &str) {
    for (kind, with) in KINDS {
        for with in ["", with] {
            let list = client.read(&format!("/api/v4/{kind}?limit=250&with={with}")).await;
            for card in list["_embedded"][kind].as_array().into_iter().flatten() {
                let one = format!("/api/v4/{kind}/{}?with={with}", card["id"]);
                assert_eq!(*card, client.read(&one).await, "{kind} after {after}");
            }
        }
    }
}

#[tokio::test]
async fn a_list_that_was_read_before_shows_every_change() {
    let settings = quiet().leads(7).contacts(7).companies(3).customers(3).catalog_elements(3);
    let client = Client::of(&settings.customers_mode(CustomersMode::Periodicity).build());
    agree(&client, "nothing").await;
    let link = json!([{"to_entity_id": CONTACT, "to_entity_type": "contacts"}]);
    let tags = client.read("/api/v4/leads/tags").await;
    let tag = &tags["_embedded"]["tags"][0]["id"];
    let task = json!([{"text": "Call", "complete_till": 1_800_000_000, "entity_id": LEAD,
        "entity_type": "leads"}]);
    let reason = format!("/api/v4/leads/loss_reasons/{}", demo::LOSS_REASON_PRICE);
    let steps: [(&str, String, Value); 12] = [
        (
            "PATCH",
            format!("/api/v4/leads/{LEAD}"),
            json!({"price": 5, "tags_to_add": [{"name": "new"}]}),
        ),
        ("POST", format!("/api/v4/leads/{LEAD}/link"), link.clone()),
        ("POST", format!("/api/v4/leads/{LEAD}/unlink"), link),
        ("PATCH", "/api/v4/leads/tags".to_owned(), json!([{"id": tag, "name": "renamed"}])),
        ("POST", "/api/v4/tasks".to_owned(), task),
        (
            "PATCH",
            format!("/api/v4/contacts/custom_fields/{}", demo::CONTACT_POSITION),
            json!({"name": "Post"}),
        ),
        ("DELETE", format!("/api/v4/leads/custom_fields/{}", demo::LEAD_CHANNEL), Value::Null),
        ("DELETE", reason, Value::Null),
        ("POST", "/api/v4/contacts".to_owned(), json!([{"name": "Newcomer"}])),
        ("POST", "/api/v2/contacts".to_owned(), json!({"add": [{"name": "Of old"}]})),
        (
            "POST",
            "/api/v4/leads/complex".to_owned(),
            json!([{"name": "Both",
            "_embedded": {"contacts": [{"first_name": "Vera"}]}}]),
        ),
        ("DELETE", format!("/entities/contacts/{CONTACT}"), Value::Null),
    ];
    for (method, path, body) in steps {
        let before = client.read("/api/v4/leads?limit=250").await;
        let (status, answer) = client.sandbox.act(method, &path, &body);
        assert!((200..300).contains(&status), "{method} {path}: {status} {answer}");
        agree(&client, &format!("{method} {path}")).await;
        let is_of_leads = path.starts_with(&format!("/api/v4/leads/{LEAD}"));
        let after = client.read("/api/v4/leads?limit=250&with=contacts").await;
        assert!(!is_of_leads || before != after);
    }
    client.sandbox.delete("leads", LEAD);
    agree(&client, "a deletion by a user").await;
    client.sandbox.restore("leads", LEAD);
    agree(&client, "a restoration").await;
    client.sandbox.reset();
    agree(&client, "a reset").await;
}

/// What is refused says what there is.
#[tokio::test]
async fn a_wrong_order_is_told_the_right_ones() {
    let client = Client::quiet();
    for (list, wanted) in [
        ("tasks", "tasks are ordered by one of: created_at, complete_till, id"),
        ("users", "users have no other order"),
    ] {
        let answer = client.get(&format!("/api/v4/{list}?order[text]=asc")).await;
        assert_eq!((answer.status, &answer.json()["detail"]), (400, &json!(wanted)));
    }
}
