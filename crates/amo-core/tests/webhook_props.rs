//! What holds for every body: it ends, and the order and the notation have no meaning.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use amo_core::webhook::{Event, Hook, Limits};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Uses all that reads an event.
fn use_up(event: &Event) {
    let _ = (event.key(), event.setting(), event.about(), event.tags(), event.linked_leads());
    let _ = (event.custom_fields(), event.price(), event.created_at(), event.created_by());
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

proptest! {
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
