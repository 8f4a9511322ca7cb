//! The other forms in which amoCRM writes a thing, by its type.

use serde_json::{Map, Number, Value, json};

use crate::places::Place;
use crate::spec::{SPEC, Shape};

/// What may stand at a place instead of `value`; `None` takes the member away.
pub(crate) fn changes(place: &Place, value: &Value) -> Vec<Option<Value>> {
    let mut changes = Vec::new();
    if !place.path.0.is_empty() {
        changes.push(Value::Null);
    }
    match &place.shape {
        Shape::Text => changes.extend([json!("Ёж \u{1}"), json!(7), json!(-1), json!(1.5)]),
        Shape::Enum(spellings) => {
            changes.extend([json!("unknown_value_x"), json!(7)]);
            changes.extend(spellings.keys().map(|text| json!(text)));
        }
        Shape::Whole => {
            changes.extend([json!(0), json!(-1), json!("0"), json!("-1"), json!(12.0)]);
            changes.extend([json!(i64::MIN), json!(i64::MAX), json!(i64::MAX.to_string())]);
            changes.extend(as_text(value));
        }
        Shape::Amount => {
            changes.extend([json!(0), json!(-1), json!("0"), json!(1.5), json!("1.5")]);
            changes.extend(as_text(value));
        }
        Shape::Flag => {
            changes.extend([json!(0), json!(1), json!("0"), json!("1"), json!(true), json!(false)]);
        }
        Shape::Responsible => changes.extend([json!(0), json!(-1), json!("12"), json!("Ёж")]),
        Shape::RequestIds => changes.extend([json!("0"), json!(0), json!(-1), json!([])]),
        Shape::RoleUser => changes.extend([json!(0), json!(-1), json!("12"), json!({ "id": "5" })]),
        Shape::Raw | Shape::EventValue => {
            changes.extend([
                json!([]),
                json!({}),
                json!("text"),
                json!(7),
                json!("7"),
                json!(true),
            ]);
        }
        Shape::Object | Shape::Map(_) => changes.extend([json!([]), json!({})]),
        Shape::Fields => changes.push(json!([])),
        Shape::List(item) => changes.extend(lists(item, value)),
        Shape::Model(_) => {
            if !SPEC.must_have_members(&place.shape) {
                changes.push(json!({}));
            }
            // In place of an object that must have an id it says that there is none; only the whole
            // cannot do without.
            if !place.must {
                changes.push(json!([]));
            }
            for (name, unknown) in [
                ("unknown_x", json!("Ёж")),
                ("unknown_y", json!({ "a": [1] })),
                ("unknown_z", Value::Null),
            ] {
                if let Value::Object(members) = value {
                    let mut members = members.clone();
                    members.insert(name.to_owned(), unknown);
                    changes.push(Value::Object(members));
                }
            }
        }
    }
    let mut changes: Vec<_> = changes.into_iter().filter(|new| new != value).map(Some).collect();
    if place.path.is_member() {
        changes.push(None);
    }
    changes
}

fn as_text(value: &Value) -> Option<Value> {
    value.is_number().then(|| value.to_string().into())
}

/// The forms of a list, without the items at their places.
fn lists(item: &Shape, value: &Value) -> Vec<Value> {
    let mut lists = vec![json!([]), json!({})];
    let Some(items) = value.as_array() else { return lists };
    let keyed = |step: usize| -> Map<String, Value> {
        let keys = (0..items.len()).map(|index| (1 + index * step).to_string());
        keys.zip(items.iter().cloned()).collect()
    };
    // As PHP prints a list with gaps; the keys stay in their order.
    if !items.is_empty() && items.len() * 2 < 10 {
        lists.extend([Value::Object(keyed(1)), Value::Object(keyed(2))]);
    }
    let mut with_null = items.clone();
    with_null.insert(0, Value::Null);
    with_null.push(Value::Null);
    lists.push(with_null.into());
    let one = items.first().filter(|one| one.is_object());
    lists.extend(one.filter(|_| !matches!(item, Shape::Fields)).cloned());
    lists
}

/// What cannot be read at a place; `None` where anything can.
pub(crate) fn wrong(place: &Place) -> Option<Value> {
    let long = "Ёж и ёлка ".repeat(30);
    match &place.shape {
        Shape::Text | Shape::Enum(_) | Shape::Responsible => Some(json!({ "wrong": long })),
        Shape::Whole | Shape::Amount | Shape::Flag | Shape::Fields | Shape::RoleUser => {
            Some(json!(long))
        }
        Shape::Model(_) | Shape::Object | Shape::Map(_) | Shape::List(_) => Some(json!(long)),
        Shape::RequestIds => Some(json!(true)),
        Shape::Raw | Shape::EventValue => None,
    }
}

/// A number as JSON has it; `None` if it has no form for it.
pub(crate) fn number(number: f64) -> Option<Value> {
    Number::from_f64(number).map(Value::Number)
}
