//! Bodies that want to hurt: they end soon, with an event or a clear error.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use std::fmt::Write as _;

use amo_core::webhook::{Event, Hook, HookError, Limits};
use serde_json::Value;

fn unlimited() -> Limits {
    Limits::default().bytes(usize::MAX).keys(usize::MAX).depth(usize::MAX)
}

/// `serde_json` reads an object with such a name as something else where its feature `raw_value` is
/// on: so it must be off here, or a body could spoil a queue that hooks wait in.
#[test]
fn a_name_that_serde_json_has_for_itself_is_a_name() {
    let body = b"contacts[note][0][note][$serde_json::private::RawValue]=2024-03-0";
    let hook = Hook::parse(body).unwrap();
    let stored = serde_json::to_vec(&hook).unwrap();
    let loaded: Hook = serde_json::from_slice(&stored).unwrap();
    assert_eq!(loaded, hook);
    assert!(format!("{loaded:?}").contains("RawValue"));
}

#[test]
fn too_long() {
    let error = Limits::default().bytes(5).parse(b"a=1234").unwrap_err();
    assert_eq!(error, HookError::TooLong { size: 6, limit: 5 });
    assert!(Limits::default().bytes(6).parse(b"a=1234").is_ok());
    assert!(matches!(Hook::parse(&vec![b'a'; 3 << 20]), Err(HookError::TooLong { .. })));
}

#[test]
fn too_many_keys() {
    let limits = Limits::default().keys(6);
    assert!(limits.parse(b"a[b][c]=1&a[b][d]=1&e=1&f=1&f=2").is_ok());
    let error = limits.parse(b"a[b][c]=1&a[b][d]=1&e=1&f=1&g=2").unwrap_err();
    assert_eq!(error, HookError::TooManyKeys { limit: 6, place: "byte 28".to_owned() });
    assert!(limits.parse(br#"{"a": {"b": {"c": 1, "d": 1}}, "e": 1, "f": 1}"#).is_ok());
    let error = limits.parse(br#"{"a": [1, 2, 3, 4, 5, 6]}"#).unwrap_err();
    assert!(matches!(error, HookError::TooManyKeys { limit: 6, .. }), "{error}");
    assert!(error.to_string().contains("line 1 column"), "{error}");
}

#[test]
fn too_deep() {
    let limits = Limits::default().depth(3);
    assert!(limits.parse(b"a[b][c]=1").is_ok());
    let error = limits.parse(b"x=1&a[b][c][d]=1").unwrap_err();
    assert_eq!(error, HookError::TooDeep { limit: 3, place: "byte 4".to_owned() });
    assert!(limits.parse(br#"{"a": {"b": {"c": 1}}}"#).is_ok());
    let error = limits.parse(br#"{"a": {"b": {"c": [1]}}}"#).unwrap_err();
    assert!(matches!(error, HookError::TooDeep { limit: 3, .. }), "{error}");
}

#[test]
fn the_deepest_nesting_cannot_be_allowed_away() {
    let deep = format!("leads{}=1", "[a]".repeat(200_000));
    assert!(matches!(unlimited().parse(deep.as_bytes()), Err(HookError::TooDeep { .. })));
    let deep = format!("{}1", r#"{"a":"#.repeat(200_000));
    assert!(matches!(unlimited().parse(deep.as_bytes()), Err(HookError::TooDeep { .. })));
    let deepest = format!("leads[add]{}=1", "[0]".repeat(98));
    assert_eq!(unlimited().parse(deepest.as_bytes()).unwrap().events.len(), 1);
}

#[test]
fn the_deepest_json_that_is_allowed_is_read() {
    let json = format!("{}1{}", r#"{"a":"#.repeat(100), "}".repeat(100));
    assert!(unlimited().parse(json.as_bytes()).is_ok());
    let json = format!(r#"{{"leads":{{"add":{}{}}}}}"#, "[".repeat(98), "]".repeat(98));
    assert!(unlimited().parse(json.as_bytes()).unwrap().events.is_empty());
}

/// In JSON a name stands once for many events, and each event has a copy.
#[test]
fn long_names_are_not_copied_into_every_event() {
    let name = "x".repeat(1024 * 1024);
    let events = vec!["{}"; 40_000].join(",");
    for json in [
        format!(r#"{{"leads":{{"{name}":[{events}],"add":[{{}}]}}}}"#),
        format!(r#"{{"{name}":{{"add":[{events}]}},"leads":{{"add":[{{}}]}}}}"#),
    ] {
        let hook = Hook::parse(json.as_bytes()).unwrap();
        assert_eq!(hook.events.len(), 1);
        assert_eq!(hook.extra.iter().count(), 1, "kept all the same");
    }
}

#[test]
fn broken_json_names_the_place_and_repeats_nothing() {
    let error = Hook::parse(b"{\"secret\": \n oops}").unwrap_err();
    assert_eq!(error.to_string(), "the webhook is not valid JSON (line 2 column 2)");
    assert!(!format!("{error:?}").contains("oops"));
    assert!(matches!(Hook::parse(b"{} {}"), Err(HookError::NotJson { .. })));
}

#[test]
fn broken_brackets_are_names() {
    for key in ["a[b", "a[b]c", "[a]", "a]b[", "a[b][", "a[b]]", "[", "a[b]c[d]", ""] {
        let hook = Hook::parse(format!("{key}=1").as_bytes()).unwrap();
        assert_eq!(hook.extra.get(key).and_then(|value| value.as_str()), Some("1"), "{key}");
    }
}

#[test]
fn conflicts_lose_nothing() {
    let orders =
        ["leads[add][0][a]=1&leads[add][0][a][b]=2", "leads[add][0][a][b]=2&leads[add][0][a]=1"];
    for body in orders {
        let hook = Hook::parse(body.as_bytes()).unwrap();
        let found = serde_json::to_string(hook.events[0].get("a").unwrap()).unwrap();
        assert_eq!(found, r#"{"":"1","b":"2"}"#);
    }
    // As in PHP, the last of two wins.
    let hook = Hook::parse(b"leads[add][0][name]=a&leads[add][0][name]=b").unwrap();
    assert_eq!(hook.events[0].name(), Some("b"));
}

#[test]
fn no_text_breaks_the_reading_of_members() {
    let huge = "9".repeat(400);
    for text in ["", "-", "1e999", "NaN", "inf", "%FF%00", "0x10", "+", huge.as_str()] {
        let names = "id name price status_id date_create created_user_id tags custom_fields \
            linked_leads_id note type element_id element_type entity_type";
        let mut body = String::from("x=1");
        for name in names.split_whitespace() {
            write!(body, "&leads[note][0][{name}]={text}&contacts[add][0][{name}][{text}]={text}")
                .unwrap();
        }
        let hook = Hook::parse(body.as_bytes()).unwrap();
        for event in &hook.events {
            assert_eq!((event.price(), event.id(), event.lead_id()), (None, None, None), "{text}");
            let _ = (event.created_at(), event.created_by(), event.tags(), event.custom_fields());
            let _ = (event.linked_leads(), event.key());
        }
    }
}

#[test]
fn indexes_at_the_end_of_the_numbers() {
    let max = u64::MAX;
    let body = format!(
        "leads[add][{max}][id]=1&leads[add][][id]=2&leads[add][99999999999999999999999][id]=3"
    );
    let hook = Hook::parse(body.as_bytes()).unwrap();
    assert!(!hook.events.is_empty());
}

/// Bodies of one repeated piece, and others that ask for much with little, of about this size.
fn bodies(size: usize) -> Vec<String> {
    let full = |piece: &str| piece.repeat(size / piece.len());
    let mut bodies: Vec<String> =
        ["&", "=", "[", "]", "a[]=&", "[]", "amp;", "%", "+", "a[b]=1&", "{", "[0]", "&amp;"]
            .map(full)
            .into();
    bodies.push(format!("leads[add][0][name]={}", full("%F0%9F").get(..size - 100).unwrap()));
    bodies.push(full("leads[add][]=1&"));
    bodies.push(full("leads[add][][custom_fields][][values][]=1&"));
    // As JSON: broken, and whole.
    bodies.push(format!(r#"{{"leads":{{"add":[{}"#, full("[],").get(..size - 100).unwrap()));
    bodies.push(format!(r#"{{"leads":{{"add":[{}1]}}}}"#, full("[],")));
    bodies.push(format!(r#"{{"leads":{{"add":[{}1]}}}}"#, full("{},")));
    bodies.push(format!(r#"{{"leads":{{"add":[{}1]}}}}"#, full("1,")));
    bodies.push(format!(r#"{{"leads":{{"add":[{}1]}}}}"#, full(r#"{"":{"":1}},"#)));
    // Every pair opens as many levels as it can, in a place of its own.
    for levels in ["[a]".repeat(28), "[]".repeat(28), "[0]".repeat(14)] {
        let pairs = (0..size / (levels.len() + 20)).map(|n| format!("leads[add][{n}]{levels}=1&"));
        bodies.push(pairs.collect());
    }
    let sparse = (0..size as u64 / 30).map(|n| format!("leads[add][0][tags][{}]=1&", n * 7919));
    bodies.push(sparse.collect());
    bodies
}

/// Long enough that a reading in quadratic time would take many minutes.
#[test]
fn hostile_bodies_end_soon() {
    for body in bodies(96 * 1024) {
        if let Ok(hook) = unlimited().parse(body.as_bytes()) {
            for event in &hook.events {
                let _ = (event.key(), event.tags().len(), event.lead(), event.note());
            }
        }
    }
}

/// Bodies that come to a widget go through the same reader, which may mend JSON besides.
#[test]
fn hostile_bodies_of_widgets_end_soon() {
    let size = 96 * 1024;
    let full = |piece: &str| piece.repeat(size / piece.len());
    for piece in ["[", "[\"a\":", "[:", "]", "\"", "\\\"", ":", "{\"a\":[", "[],"] {
        let body = format!("{{\"event\":{}", full(piece));
        let error = unlimited().parse_widget_hook(body.as_bytes()).unwrap_err();
        assert!(matches!(error, HookError::NotJson { .. } | HookError::TooDeep { .. }), "{piece}");
        assert!(unlimited().parse_widget_request(body.as_bytes()).is_err(), "{piece}");
    }
}

/// What a tree takes: each value its own size, each text its bytes with what an allocation costs,
/// and an object the nodes of its B-tree, which are at worst almost half full.
fn cost(value: &Value) -> usize {
    const ALLOCATION: usize = 16;
    const LEAF: usize = 11 * (size_of::<String>() + size_of::<Value>()) + 16 + ALLOCATION;
    let own = match value {
        Value::String(text) => text.len() + ALLOCATION,
        Value::Array(list) => {
            // A vector that grew may have twice the room.
            let room = list.len() * size_of::<Value>() * 2 + ALLOCATION;
            room + list.iter().map(cost).sum::<usize>()
        }
        Value::Object(members) => {
            let names: usize = members.keys().map(|name| name.len() + ALLOCATION).sum();
            members.len().div_ceil(5) * LEAF * 5 / 4
                + names
                + members.values().map(cost).sum::<usize>()
        }
        _ => 0,
    };
    own + size_of::<Value>()
}

/// The bound that [`Limits`] promises.
#[test]
fn memory_is_bounded_by_bytes_and_keys() {
    let size = 64 * 1024;
    let mut greatest = 0;
    for body in bodies(size) {
        for keys in [5_000, 50_000] {
            let bound = body.len() + 1024 * keys.min(body.len() / 2);
            let limits = Limits::default().keys(keys);
            let Ok(hook) = limits.parse(body.as_bytes()) else { continue };
            let extra: Value = serde_json::to_value(&hook.extra).unwrap();
            let events = hook
                .events
                .iter()
                .map(|event| size_of::<Event>() + cost(&Value::Object(event.members().clone())));
            let taken = cost(&extra) + events.sum::<usize>();
            assert!(taken <= bound, "{taken} > {bound}: {}", &body[..60]);
            greatest = greatest.max(taken);
        }
    }
    // The bound is not met by measuring nothing.
    assert!(greatest > 100 * size, "{greatest}");
}

/// A key of a body costs one edge and one node while it is read, however deep it stands: so a
/// limit on keys holds for the levels of a single pair as well.
#[test]
fn every_level_counts_as_a_key() {
    let deep = format!("a{}=1", "[b]".repeat(30));
    assert!(Limits::default().keys(31).parse(deep.as_bytes()).is_ok());
    let error = Limits::default().keys(30).parse(deep.as_bytes()).unwrap_err();
    assert!(matches!(error, HookError::TooManyKeys { .. }), "{error}");
    let again = format!("{deep}&{deep}&a{}=2", "[b]".repeat(29));
    assert!(Limits::default().keys(31).parse(again.as_bytes()).is_ok(), "nothing new");
}
