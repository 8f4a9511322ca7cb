//! What holds for every body: it ends, and the order and the notation have no meaning.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;

use amo_core::webhook::{Event, Hook, HookEntity, Limits};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Uses all that reads an event.
fn use_up(event: &Event) {
    let _ = (event.key(), event.setting(), event.about(), event.tags(), event.linked_leads());
    let _ = (event.custom_fields(), event.price(), event.created_at(), event.created_by());
    let _ = (event.lead(), event.contact(), event.company(), event.customer(), event.element());
    let _ = (event.task(), event.note(), event.talk(), event.message(), event.unsorted());
    let _ = event.chat_template();
}

/// A text of a name or a value: any characters but the brackets that names cannot have.
fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z_]{1,8}", "[0-9]{1,5}", "[^\\[\\]]{1,5}"]
}

/// Names that mean something here, next to ones that do not.
fn name() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "id",
        "name",
        "type",
        "tags",
        "note",
        "custom_fields",
        "values",
        "value",
        "enum",
        "code",
        "element_type",
        "element_id",
        "linked_leads_id",
        "ID",
        "created_at",
        "price",
    ];
    prop_oneof![3 => proptest::sample::select(KNOWN).prop_map(str::to_owned), 1 => text()]
}

/// A tree that a form can have: texts, and lists and objects that are not empty.
fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![text().prop_map(Value::from), Just(json!("company")), Just(json!("1"))];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(Value::from),
            btree_map(name(), inner, 1..5).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// A body: actions of entities, the account, and anything.
fn root() -> impl Strategy<Value = Map<String, Value>> {
    let top = prop_oneof![
        3 => proptest::sample::select(
            &["leads", "contacts", "task", "unsorted", "message", "add", "account", "rockets"][..]
        )
        .prop_map(str::to_owned),
        1 => "[a-z]{1,4}",
    ];
    let action = prop_oneof![
        3 => proptest::sample::select(&["add", "update", "delete", "note", "status"][..])
            .prop_map(str::to_owned),
        1 => text(),
    ];
    let actions = btree_map(action, tree(), 1..3)
        .prop_map(|actions| actions.into_iter().collect::<Map<_, _>>().into());
    btree_map(top, prop_oneof![3 => actions, 1 => tree()], 0..4)
        .prop_map(|members| members.into_iter().collect())
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// Writes a tree as PHP does.
fn pairs(key: &str, value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                pairs(&format!("{key}[{index}]"), value, into);
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                pairs(&format!("{key}[{}]", encoded(name)), value, into);
            }
        }
        text => into.push(format!("{key}={}", encoded(text.as_str().unwrap()))),
    }
}

fn form(root: &Map<String, Value>) -> Vec<String> {
    let mut all = Vec::new();
    for (name, value) in root {
        pairs(name, value, &mut all);
    }
    all
}

/// The members of an event: names of hooks, names of the API, and values of the right and of the
/// wrong type. Numbers are great enough to be no code for something else.
fn members() -> impl Strategy<Value = Value> {
    const NAMES: &[&str] = &[
        "name",
        "price",
        "status_id",
        "status",
        "date_create",
        "created_at",
        "last_modified",
        "updated_at",
        "created_user_id",
        "created_by",
        "modified_user_id",
        "modified_by",
        "updated_by",
        "main_user_id",
        "responsible_user_id",
        "tags",
        "linked_leads_id",
        "linked_company_id",
        "custom_fields",
        "custom_fields_values",
        "_embedded",
        "_links",
        "element_id",
        "element_type",
        "entity_id",
        "entity_type",
        "task_type",
        "task_type_id",
        "complete_till",
        "complete_before",
        "complete_till_local",
        "is_completed",
        "result",
        "note_type",
        "text",
        "params",
        "attachement",
        "timestamp_x",
        "type",
        "author",
        "category",
        "source_data",
        "source_uid",
        "source_name",
        "metadata",
        "data",
        "accept_result",
        "pipeline_id",
        "reviews",
        "is_deleted",
        "is_read",
        "extra",
        "old_status_id",
    ];
    let text = prop_oneof!["[1-9][0-9]{3,6}", "[j-z]{6}"];
    let inner = proptest::sample::select(
        &["id", "ID", "name", "values", "value", "enum", "leads", "origin", "ip", "client"][..],
    );
    let value = text.prop_map(Value::from).prop_recursive(4, 30, 4, move |deeper| {
        prop_oneof![
            vec(deeper.clone(), 1..3).prop_map(Value::from),
            btree_map(inner.clone().prop_map(str::to_owned), deeper, 1..4)
                .prop_map(|members| members.into_iter().collect()),
        ]
    });
    let name = proptest::sample::select(NAMES).prop_map(str::to_owned);
    btree_map(name, value, 0..12).prop_map(|mut members| {
        members.extend(["id", "uid", "talk_id"].map(|id| (id.to_owned(), json!("1234"))));
        members.into_iter().collect()
    })
}

/// Every text and number in a tree, as text.
fn leaves(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| leaves(value, into)),
        Value::Object(members) => members.values().for_each(|value| leaves(value, into)),
        Value::String(text) => drop(into.insert(text.clone())),
        other => drop(into.insert(other.to_string())),
    }
}

/// An event as a model, printed.
fn model(event: &Event) -> Value {
    let found = match event.entity {
        _ if event.note().is_some() => serde_json::to_value(event.note()),
        HookEntity::Lead => serde_json::to_value(event.lead()),
        HookEntity::Contact => serde_json::to_value(event.contact()),
        HookEntity::Company => serde_json::to_value(event.company()),
        HookEntity::Customer => serde_json::to_value(event.customer()),
        HookEntity::CatalogElement => serde_json::to_value(event.element()),
        HookEntity::Task => serde_json::to_value(event.task()),
        HookEntity::Talk => serde_json::to_value(event.talk()),
        HookEntity::Message => serde_json::to_value(event.message()),
        HookEntity::Unsorted => serde_json::to_value(event.unsorted()),
        _ => serde_json::to_value(event.chat_template()),
    };
    found.unwrap()
}

proptest! {
    /// Whatever an event says, its model has it: in a member, or in `extra`.
    #[test]
    fn models_lose_nothing(
        top in proptest::sample::select(&[
            "leads", "contacts", "companies", "customers", "catalogs", "task", "talk", "message",
            "unsorted", "chat_template_reviews",
        ][..]),
        note in any::<bool>(),
        members in members(),
    ) {
        let body = if note && matches!(top, "leads" | "contacts" | "companies" | "customers") {
            json!({ top: { "note": [{ "note": &members }] } })
        } else {
            json!({ top: { "update": [&members] } })
        };
        let hook = Hook::parse(body.to_string().as_bytes()).unwrap();
        let model = model(&hook.events[0]);
        let (mut said, mut kept) = (BTreeSet::new(), BTreeSet::new());
        leaves(&members, &mut said);
        leaves(&model, &mut kept);
        prop_assert!(said.is_subset(&kept), "{members}\n{model}");
    }

    #[test]
    fn any_bytes_end(body in vec(any::<u8>(), 0..300)) {
        if let Ok(hook) = Hook::parse(&body) {
            hook.events.iter().for_each(use_up);
        }
    }

    #[test]
    fn anything_like_a_form_ends(
        pieces in vec(proptest::sample::select(&[
            "leads", "contacts", "add", "note", "[", "]", "[]", "[0]", "[1]", "[add]", "[note]",
            "[custom_fields]", "[values]", "[tags]", "[id]", "=", "=1", "&", "&amp;", "%5B", "%5D",
            "%", "+", "{", "}", "\"", "account", "\u{0}", "9",
        ][..]), 0..60),
    ) {
        let hook = Hook::parse(pieces.concat().as_bytes());
        if let Ok(hook) = hook {
            hook.events.iter().for_each(use_up);
        }
    }

    #[test]
    fn the_order_of_keys_has_no_meaning(
        (sorted, shuffled) in root().prop_map(|root| form(&root))
            .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
    ) {
        let first = Hook::parse(sorted.join("&").as_bytes()).unwrap();
        let second = Hook::parse(shuffled.join("&amp;").as_bytes()).unwrap();
        prop_assert_eq!(&first, &second);
        first.events.iter().for_each(use_up);
    }

    #[test]
    fn form_and_json_are_the_same(root in root()) {
        let form = Hook::parse(form(&root).join("&").as_bytes()).unwrap();
        let json = Hook::parse(&serde_json::to_vec(&root).unwrap()).unwrap();
        prop_assert_eq!(&form, &json);
        let keys = |hook: &Hook| hook.events.iter().map(Event::key).collect::<Vec<_>>();
        prop_assert_eq!(keys(&form), keys(&json));
    }

    /// What comes out is what went in: an independent reading of the tree, where it is a plain one.
    #[test]
    fn events_are_lossless(items in vec(btree_map("[a-z]{1,6}", tree(), 1..5), 1..4)) {
        let items: Vec<Value> =
            items.into_iter().map(|members| members.into_iter().collect()).collect();
        let root = Map::from_iter([("leads".to_owned(), json!({"update": items}))]);
        let hook = Hook::parse(form(&root).join("&").as_bytes()).unwrap();
        let found: Vec<Value> =
            hook.events.iter().map(|event| event.members().clone().into()).collect();
        // Keys that are 0, 1, ... make a list; the trees of this test have such keys seldom.
        prop_assume!(!has_numbered_object(&Value::from(items.clone())));
        prop_assert_eq!(found, items);
    }

    #[test]
    fn limits_hold_for_form_and_json(root in root(), keys in 0_usize..40, depth in 1_usize..8) {
        let limits = Limits::default().keys(keys).depth(depth);
        let form = limits.parse(form(&root).join("&").as_bytes());
        let json = limits.parse(&serde_json::to_vec(&root).unwrap());
        prop_assert_eq!(form.is_ok(), json.is_ok());
    }
}

fn has_numbered_object(value: &Value) -> bool {
    match value {
        Value::Array(list) => list.iter().any(has_numbered_object),
        Value::Object(members) => {
            members.contains_key("0") || members.values().any(has_numbered_object)
        }
        _ => false,
    }
}
