//! Every member of every change that the description of the API names: what is not sent stays, null
//! clears, a value sets, and what can only be read comes back as it is and in no other way.

use crate::common::pair;
use crate::common::world::world;
use crate::common::writing::{Writing, place, whole, writing};
use serde_json::{Value, json};

/// What a change of nothing else needs beside it.
fn beside(at: &str, own: &Value) -> Value {
    if at.contains("/notes/") {
        json!({"note_type": own["note_type"], "params": own["params"]})
    } else {
        json!({})
    }
}

/// Members that follow from others.
const FOLLOWING: &[&str] =
    &["updated_at", "updated_by", "first_name", "last_name", "name", "_embedded"];

/// What is no card and no record: nothing that can only be read is taken at all.
const APART: &[&str] =
    &["/custom_fields/{id}", "/custom_fields/groups/{id}", "/tags/{id}", "/agents/{id}"];

/// What is refused in other words when it is sent back with another value, by the end of its path
/// and its name.
const TIDIED: &[(&str, &str)] = &[
    ("/catalogs/{id}", "can_be_deleted"),
    ("/catalogs/{id}", "created_at"),
    ("/catalogs/{id}", "type"),
    ("/custom_fields/{id}", "type"),
    ("/notes/{id}", "entity_id"),
    ("/sources/{id}", "external_id"),
];

/// Where null is taken though it empties nothing: clients send what is not set so.
const IGNORED_NULLS: &[(&str, &str)] = &[
    ("/{id}", "custom_fields_values"),
    ("/chats/templates/{id}", "waba_examples"),
    ("/sources/{id}", "pipeline_id"),
    ("/custom_fields/{id}", "chained_lists"),
    ("/custom_fields/{id}", "currency"),
    ("/custom_fields/{id}", "enums"),
    ("/custom_fields/{id}", "is_deletable"),
    ("/custom_fields/{id}", "is_required"),
    ("/custom_fields/{id}", "is_visible"),
    ("/custom_fields/{id}", "nested"),
    ("/custom_fields/{id}", "search_in"),
    ("/custom_fields/{id}", "settings"),
    ("/custom_fields/{id}", "sort"),
];

/// What depends on more than its own kind.
const DEPENDING: &[(&str, &str)] = &[
    // There is always a main one.
    ("/pipelines/{id}", "is_main"),
    // Only of leads that are closed.
    ("/leads/{id}", "closed_at"),
    // Never shown.
    ("/leads/{id}", "visitor_uid"),
    ("/notes/{id}", "is_need_to_trigger_digital_pipeline"),
    // Of elements' fields, and of other types.
    ("/custom_fields/{id}", "is_deletable"),
    ("/custom_fields/{id}", "is_required"),
    ("/custom_fields/{id}", "is_visible"),
    ("/custom_fields/{id}", "tracking_callback"),
];

/// What cannot be read one by one, or is not in the box of these tests.
const UNREAD: &[&str] = &[
    "/agents/{id}",
    "/segments/{id}",
    "custom_fields/{id}",
    "/website_buttons/{id}",
    "/tags/{id}",
];

fn is_among(list: &[(&str, &str)], path: &str, name: &str) -> bool {
    list.iter().any(|(end, member)| path.ends_with(end) && *member == name)
}

fn is_nullable(kind: &Value) -> bool {
    let kinds = kind["type"].as_array().into_iter().flatten();
    let either = ["oneOf", "anyOf"].into_iter().filter_map(|key| kind[key].as_array()).flatten();
    kinds.into_iter().any(|one| one == "null")
        || either.into_iter().any(|one| one["type"] == "null")
}

/// Something else of this kind; nothing where it must be one of what there is.
fn other(own: &Value, kind: &Value, name: &str) -> Option<Value> {
    let chosen = ["group_id", "code", "external_id", "color", "currency"].contains(&name);
    let kinds = match &kind["type"] {
        Value::Array(kinds) => kinds[0].as_str(),
        kind => kind.as_str(),
    };
    match kinds? {
        _ if chosen || ["enum", "examples"].iter().any(|key| kind[*key].is_array()) => None,
        "string" => Some(json!("other")),
        "boolean" => Some(json!(own != &json!(true))),
        "integer" if name.ends_with("_at") || name.ends_with("_till") => Some(json!(1_800_000_000)),
        _ => None,
    }
}

#[tokio::test]
async fn what_is_absent_stays_null_clears_and_a_value_sets() {
    let client = world().await;
    let (mut refusals, mut nulls, mut values) = (0, 0, 0);
    for Writing { method, path, body } in writing() {
        if method != "PATCH" || !path.ends_with("/{id}") {
            continue;
        }
        let at = place(&client, &path).await;
        let answer = client.get(&at).await;
        if answer.status != 200 {
            assert!(UNREAD.iter().any(|end| path.ends_with(end)), "{path} {}", answer.text);
            continue;
        }
        let members = body["properties"].as_object().unwrap();
        let own = answer.json();
        for name in own.as_object().unwrap().keys() {
            if members.contains_key(name) || name.starts_with('_') {
                continue;
            }
            let mut sent = beside(&at, &own);
            sent[name] = client.read(&at).await[name].clone();
            let answer = client.patch(&at, sent.clone()).await;
            if APART.iter().any(|end| path.ends_with(end)) && !is_among(TIDIED, &path, name) {
                assert_eq!(answer.flaw(), pair("FieldNotExpected", name), "{path}");
                refusals += 1;
                continue;
            }
            // Some refuse a change that says nothing else.
            let is_taken = answer.status < 300 || answer.flaw() == pair("NotBlank", "");
            assert!(is_taken, "{path} {name}: {}", answer.text);
            sent[name] = json!("another");
            let answer = client.patch(&at, sent).await;
            if !is_among(TIDIED, &path, name) {
                assert_eq!(answer.flaw(), pair("FieldNotExpected", name), "{path}");
                refusals += 1;
            }
        }
        for (name, kind) in members {
            if ["id", "request_id", "_embedded"].contains(&name.as_str()) {
                continue;
            }
            let kind = whole(kind);
            let said = format!("{path} {name}");
            let before = client.read(&at).await;
            let mut sent = beside(&at, &before);
            sent[name] = Value::Null;
            let answer = client.patch(&at, sent).await;
            let cleaned = client.read(&at).await;
            // Customers who come by periods have a date.
            if is_nullable(&kind) && name != "next_date" {
                assert!(answer.status < 300, "{said}: {}", answer.text);
                // Nothing is null, or what the member is when it was never set.
                let is_empty = [json!([]), json!(false), Value::Null].contains(&cleaned[name]);
                let has_usual = ["group_id", "remind"].contains(&name.as_str());
                assert!(is_empty || has_usual, "{said} {cleaned}");
                nulls += 1;
            } else if is_among(IGNORED_NULLS, &path, name) {
                assert!(answer.status < 300, "{said}: {}", answer.text);
                assert_eq!(cleaned[name], before[name], "{said}");
            } else {
                assert_eq!(answer.flaws()[0].2, *name, "{said}");
                assert_eq!(cleaned, before, "{said}");
            }
            let value = other(&cleaned[name], &kind, name);
            let Some(value) = value.filter(|_| !is_among(DEPENDING, &path, name)) else { continue };
            let mut sent = beside(&at, &cleaned);
            sent[name] = value.clone();
            let answer = client.patch(&at, sent).await;
            assert!(answer.status < 300, "{said}: {}", answer.text);
            let after = client.read(&at).await;
            assert_eq!(after[name], value, "{said}");
            for (name, value) in cleaned.as_object().unwrap() {
                let follows = FOLLOWING.contains(&name.as_str()) || said.ends_with(name);
                assert!(follows || after[name] == *value, "{said} changes {name}");
            }
            values += 1;
        }
    }
    assert!(refusals > 50 && nulls > 5 && values > 40, "{refusals} {nulls} {values}");
}
