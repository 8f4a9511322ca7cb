//! Values of custom fields as entities have them: read from what is sent, and shown with the names
//! of their fields.

use serde::Serialize;
use serde_json::{Map, Value};

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
/// the whole array changes nothing.
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
/// have them in every item, and the refusals that they report are never of these. A guess.
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
    // Only keys that are no texts could fail.
    serde_json::to_value(shown(values, definitions)).unwrap_or_default()
}

/// The same, to be written at once.
pub(crate) fn shown<'a>(
    values: &'a [FieldValues],
    definitions: &'a [FieldDefinition],
) -> Option<Vec<ShownField<'a>>> {
    let shown = definitions.iter().filter_map(|field| {
        let (_, values) = values.iter().find(|(id, _)| *id == field.id)?;
        let values: Vec<ShownValue<'_>> =
            values.iter().filter_map(|value| field.show_value(value)).collect();
        (!values.is_empty()).then(|| ShownField {
            field_code: field.code.as_deref(),
            field_id: field.id,
            field_name: &field.name,
            field_type: field.field_type.name(),
            values,
        })
    });
    let shown: Vec<ShownField<'_>> = shown.collect();
    (!shown.is_empty()).then_some(shown)
}

/// A field with its values. Members stand in the order of the alphabet, as in all answers.
#[derive(Debug, Serialize)]
pub(crate) struct ShownField<'a> {
    field_code: Option<&'a str>,
    field_id: i64,
    field_name: &'a str,
    field_type: &'static str,
    values: Vec<ShownValue<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum ShownValue<'a> {
    Whole(&'a Value),
    Plain { value: &'a Value },
    Chosen { enum_code: Option<&'a str>, enum_id: i64, value: Chosen<'a> },
}

/// The value itself, or the text of the option where that is all there is to it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Chosen<'a> {
    Value(&'a Value),
    Option(&'a str),
}

impl FieldDefinition {
    pub(super) fn show_value<'a>(&'a self, stored: &'a StoredValue) -> Option<ShownValue<'a>> {
        if self.field_type.shape() == Shape::Chain {
            return Some(ShownValue::Whole(&stored.value));
        }
        let Some(id) = stored.option else {
            return Some(ShownValue::Plain { value: &stored.value });
        };
        let option = self.option(id)?;
        let value = match &stored.value {
            Value::Null => Chosen::Option(&option.value),
            value => Chosen::Value(value),
        };
        Some(ShownValue::Chosen { enum_code: self.code_of(option), enum_id: id, value })
    }
}

/// Whether the full-text search looks into fields of this type. The docs say that it looks into all
/// that are filled; that only texts and numbers are meant is a guess.
pub(crate) fn is_searched(field_type: FieldType) -> bool {
    matches!(field_type.shape(), Shape::Text | Shape::Number | Shape::Labelled)
}
