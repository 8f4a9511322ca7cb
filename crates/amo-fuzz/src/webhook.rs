//! Webhooks: anybody who knows the address can post one.

use amo_core::webhook::{Event, Hook};
use serde_json::{Map, Value};

use crate::json::{parse, printed};

pub(crate) fn work(input: &[u8]) {
    if let Ok(hook) = Hook::parse(input) {
        hook.events.iter().for_each(use_up);
    }
}

/// Uses all that reads an event.
fn use_up(event: &Event) {
    let key = event.key();
    assert!(key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_hexdigit()), "{key}");
    let _ = (event.setting(), event.about(), event.tags(), event.linked_leads());
    let _ = (event.custom_fields(), event.price(), event.created_at(), event.created_by());
    let _ = (event.id(), event.name(), event.lead_id(), event.flag("is_read"));
}

pub(crate) fn check(input: &[u8]) {
    let hook = match Hook::parse(input) {
        Ok(hook) => hook,
        Err(error) => {
            let text = error.to_string();
            assert!(text.len() <= 200 && text.starts_with("the webhook "), "{text}");
            return;
        }
    };
    hook.events.iter().for_each(use_up);
    assert_eq!(Hook::parse(input).as_ref(), Ok(&hook), "the same body is the same hook");
    let stored = printed(&hook);
    let loaded: Hook = serde_json::from_slice(&stored).expect("a hook can wait in a queue");
    assert_eq!(loaded, hook);
    assert!(keys(&loaded).eq(keys(&hook)), "the same event has the same key");
    if let Some(Value::Object(root)) = parse(input) {
        form_and_json_agree(root);
    }
}

fn keys(hook: &Hook) -> impl Iterator<Item = String> {
    hook.events.iter().map(Event::key)
}

/// The same tree is the same hook in both notations.
fn form_and_json_agree(root: Map<String, Value>) {
    let Some(Value::Object(root)) = formable(root.into()) else { return };
    if !root.iter().all(|(name, value)| nameable(name) && has_only_names(value)) {
        return;
    }
    let mut pairs = Vec::new();
    for (name, value) in &root {
        write(&encoded(name), value, &mut pairs);
    }
    let form = Hook::parse(pairs.join("&").as_bytes());
    let json = Hook::parse(&printed(&root));
    match (form, json) {
        (Ok(form), Ok(json)) => {
            assert_eq!(form, json);
            assert!(keys(&form).eq(keys(&json)), "the same event has the same key");
        }
        // The places differ, and a form may be over the length where JSON is not.
        (form, json) => assert!(form.is_err(), "{json:?}"),
    }
}

/// A value with what a form can have: texts, and lists and objects that are not empty.
fn formable(value: Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Bool(flag) => Some(if flag { "1" } else { "0" }.into()),
        Value::Number(number) => Some(number.to_string().into()),
        Value::String(_) => Some(value),
        Value::Array(list) => {
            let list: Vec<_> = list.into_iter().filter_map(formable).collect();
            (!list.is_empty()).then_some(Value::Array(list))
        }
        Value::Object(members) => {
            let members = members.into_iter();
            let members = members.filter_map(|(name, value)| Some((name, formable(value)?)));
            let members: Map<_, _> = members.collect();
            (!members.is_empty()).then_some(Value::Object(members))
        }
    }
}

/// Brackets are the notation itself, and empty ones stand for the next number.
fn nameable(name: &str) -> bool {
    !name.is_empty() && !name.contains(['[', ']'])
}

fn has_only_names(value: &Value) -> bool {
    match value {
        Value::Array(list) => list.iter().all(has_only_names),
        Value::Object(members) => {
            members.iter().all(|(name, value)| nameable(name) && has_only_names(value))
        }
        _ => true,
    }
}

/// Writes the pairs of a value as PHP does.
fn write(key: &str, value: &Value, pairs: &mut Vec<String>) {
    match value {
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                write(&format!("{key}[{index}]"), value, pairs);
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                write(&format!("{key}[{}]", encoded(name)), value, pairs);
            }
        }
        text => pairs.push(format!("{key}={}", encoded(text.as_str().unwrap_or_default()))),
    }
}

/// Percent-encodes every byte but letters and digits.
fn encoded(text: &str) -> String {
    let digit = |number: u8| char::from(b"0123456789ABCDEF"[usize::from(number)]);
    let mut encoded = String::with_capacity(3 * text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            encoded.push(byte.into());
        } else {
            encoded.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    encoded
}
