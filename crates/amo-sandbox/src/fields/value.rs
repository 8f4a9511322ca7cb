//! Values of custom fields as entities have them: read from what is sent, and shown with the names
//! of their fields.

use serde_json::{Map, Value, json};

use super::{EnumOption, FieldDefinition, FieldType, Shape};
use crate::account::Account;
use crate::flaws::Flaws;

/// One value of a field. What its option is called is looked up when it is shown.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StoredValue {
    /// Null where the option is all there is to it.
    pub(crate) value: Value,
    pub(crate) option: Option<i64>,
}

/// The values of one field of an entity.
pub(crate) type FieldValues = (i64, Vec<StoredValue>);

/// Reads `custom_fields_values`, where paths begin: for each field that it mentions its new values, empty where it is
/// cleared.
///
/// `null` or an empty list as `values` clears, of files only a single `null`; `null` in place of
/// the whole array changes nothing. Members that reading shows (`field_name`, `field_type`) are not
/// taken: the official client never sends them.
pub(crate) fn check(
    list: &Value,
    definitions: &[FieldDefinition],
    account: &Account,
    flaws: &mut Flaws,
) -> Vec<FieldValues> {
    let list = match list {
        Value::Null => return Vec::new(),
        Value::Array(list) => list,
        _ => {
            flaws.wrong_type("", "array");
            return Vec::new();
        }
    };
    let mut found: Vec<FieldValues> = Vec::new();
    for (index, item) in list.iter().enumerate() {
        let values = flaws.within(&index.to_string(), |flaws| {
            let Value::Object(item) = item else {
                flaws.wrong_type("", "object");
                return None;
            };
            of_field(item, definitions, account, flaws)
        });
        if let Some((id, values)) = values {
            found.retain(|(known, _)| *known != id);
            found.push((id, values));
        }
    }
    found
}

/// What an item may have. The name and the type do nothing: clients that send back what they read
/// have them in every item, and the refusals that they report are never of these.
const MEMBERS: [&str; 5] = ["field_id", "field_code", "field_name", "field_type", "values"];

fn of_field(
    item: &Map<String, Value>,
    definitions: &[FieldDefinition],
    account: &Account,
    flaws: &mut Flaws,
) -> Option<FieldValues> {
    for key in item.keys().filter(|key| !MEMBERS.contains(&key.as_str())) {
        flaws.unexpected(key);
    }
    let field = named(item, definitions, flaws)?;
    let Some(sent) = item.get("values") else {
        flaws.missing("values");
        return None;
    };
    let values = flaws.within("values", |flaws| match sent {
        Value::Null if field.field_type != FieldType::File => Some(Vec::new()),
        Value::Array(values) => Some(field.check(values, account, flaws)),
        _ => {
            flaws.wrong_type("", "array");
            None
        }
    })?;
    Some((field.id, values))
}

/// The field that an item names by its id or its code. Where both are sent they must mean the same
/// field: a guess.
pub(super) fn named<'a>(
    item: &Map<String, Value>,
    definitions: &'a [FieldDefinition],
    flaws: &mut Flaws,
) -> Option<&'a FieldDefinition> {
    let (id, code) = (given(item, "field_id"), given(item, "field_code"));
    if id.is_some_and(|id| !id.is_i64()) {
        flaws.wrong_type("field_id", "int");
        return None;
    }
    if code.is_some_and(|code| !code.is_string()) {
        flaws.wrong_type("field_code", "string");
        return None;
    }
    let fits = |field: &&FieldDefinition, code: &Value| {
        field.code.is_some() && field.code.as_deref() == code.as_str()
    };
    let (key, found) = match (id, code) {
        (None, None) => {
            flaws.missing("field_id");
            return None;
        }
        (None, Some(code)) => ("field_code", definitions.iter().find(|field| fits(field, code))),
        (Some(id), code) => {
            let by_id = definitions.iter().find(|field| Some(field.id) == id.as_i64());
            match (by_id, code) {
                (Some(field), Some(code)) if !fits(&field, code) => ("field_code", None),
                (by_id, _) => ("field_id", by_id),
            }
        }
    };
    if found.is_none() {
        flaws.not_a_choice(key);
    }
    found
}

/// A member that is there and not null: clients send unused keys as null.
pub(super) fn given<'a>(item: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    item.get(key).filter(|value| !value.is_null())
}

/// The parts of an address: the same in all accounts.
pub(crate) fn address_parts() -> Vec<EnumOption> {
    let parts = [
        ("Address line 1", "address_line_1"),
        ("Address line 2", "address_line_2"),
        ("City", "city"),
        ("State", "state"),
        ("ZIP", "zip"),
        ("Country", "country"),
    ];
    let option = |((value, code), id): ((&str, &str), i64)| EnumOption {
        id,
        value: value.to_owned(),
        code: Some(code.to_owned()),
        sort: id,
        parent: None,
    };
    parts.into_iter().zip(1..).map(option).collect()
}

/// `custom_fields_values` as reading shows it: null when no field is filled. An option that is
/// deleted is gone from the values too.
pub(crate) fn show(values: &[FieldValues], definitions: &[FieldDefinition]) -> Value {
    let shown: Vec<Value> = definitions
        .iter()
        .filter_map(|field| {
            let (_, values) = values.iter().find(|(id, _)| *id == field.id)?;
            let values: Vec<Value> =
                values.iter().filter_map(|value| field.show_value(value)).collect();
            (!values.is_empty()).then(|| {
                json!({
                    "field_id": field.id,
                    "field_name": field.name,
                    "field_code": field.code,
                    "field_type": field.field_type.name(),
                    "values": values,
                })
            })
        })
        .collect();
    if shown.is_empty() { Value::Null } else { Value::Array(shown) }
}

impl FieldDefinition {
    pub(super) fn show_value(&self, stored: &StoredValue) -> Option<Value> {
        if self.field_type.shape() == Shape::Chain {
            return Some(stored.value.clone());
        }
        let Some(id) = stored.option else { return Some(json!({"value": stored.value})) };
        let option = self.option(id)?;
        let value = match &stored.value {
            Value::Null => Value::from(option.value.as_str()),
            value => value.clone(),
        };
        Some(json!({"value": value, "enum_id": id, "enum_code": self.code_of(option)}))
    }
}

/// Whether the full-text search looks into fields of this type. The docs say that it looks into all
/// that are filled; that only texts and numbers are meant is a guess.
pub(crate) fn is_searched(field_type: FieldType) -> bool {
    matches!(field_type.shape(), Shape::Text | Shape::Number | Shape::Labelled)
}
