//! Whether values fit the type of their field.

use amo_core::{CatalogId, CustomField, FieldType, Timestamp, ValidationCode};
use serde_json::{Map, Value};

use super::check::{Flaws, list};
use super::fields::{called, options};

/// What the values of a type look like.
enum Shape {
    Text,
    Number,
    Flag,
    Moment,
    /// Options, each named by its id, its code or its text.
    Choice,
    /// Texts, each of a sort.
    Sorted,
    /// An object under `value`.
    Object,
    /// Elements of catalogs.
    Chain,
}

fn shape(field_type: &FieldType) -> Option<Shape> {
    Some(match field_type {
        FieldType::Text
        | FieldType::Textarea
        | FieldType::Url
        | FieldType::StreetAddress
        | FieldType::TrackingData => Shape::Text,
        FieldType::Numeric | FieldType::Price | FieldType::Monetary => Shape::Number,
        FieldType::Checkbox => Shape::Flag,
        FieldType::Date | FieldType::DateTime | FieldType::Birthday => Shape::Moment,
        FieldType::Select
        | FieldType::Radiobutton
        | FieldType::Multiselect
        | FieldType::Category => Shape::Choice,
        FieldType::Multitext | FieldType::SmartAddress => Shape::Sorted,
        FieldType::LegalEntity
        | FieldType::Items
        | FieldType::LinkedEntity
        | FieldType::File
        | FieldType::Payer
        | FieldType::Supplier => Shape::Object,
        FieldType::ChainedList => Shape::Chain,
        // Nobody knows what these take.
        _ => return None,
    })
}

fn holds_many(field_type: &FieldType) -> bool {
    matches!(
        field_type,
        FieldType::Multiselect
            | FieldType::Multitext
            | FieldType::SmartAddress
            | FieldType::LegalEntity
            | FieldType::Items
            | FieldType::ChainedList
    )
}

/// Looks at `values`, where paths begin.
pub(super) fn check(field: &CustomField, values: &Value, flaws: &mut Flaws) {
    let Some(field_type) = &field.field_type else { return };
    let Some(shape) = shape(field_type) else { return };
    let is_file = *field_type == FieldType::File;
    let values = match values {
        // Null empties a field.
        Value::Null if !is_file => return,
        Value::Array(values) => values,
        _ => {
            let wanted =
                if is_file { "a list; it is emptied by a null as its value" } else { "a list" };
            flaws.wrong_type(field, "", wanted);
            return;
        }
    };
    if values.len() > 1 && !holds_many(field_type) {
        let detail = format!("{} holds one value, not {}", said(field), values.len());
        flaws.add(ValidationCode::InvalidValue, "", detail);
        return;
    }
    for (place, value) in values.iter().enumerate() {
        let above = place.checked_sub(1).and_then(|place| catalog(&values[place]));
        flaws.within(&place, |flaws| match value {
            Value::Object(members) if matches!(shape, Shape::Chain) => {
                level(field, members, above, flaws);
            }
            Value::Object(members) => element(field, &shape, members, flaws),
            _ => flaws.wrong_type(field, "", "an object"),
        });
    }
}

/// The field and its type, in words.
fn said(field: &CustomField) -> String {
    let field_type = field.field_type.as_ref().map_or("", FieldType::as_str);
    format!("the custom field {} of the type `{field_type}`", called(field))
}

impl Flaws {
    fn wrong_type(&mut self, field: &CustomField, path: &str, wanted: &str) {
        let detail = format!("{} takes {wanted}", said(field));
        self.add(ValidationCode::InvalidType, path, detail);
    }
}

fn element(field: &CustomField, shape: &Shape, members: &Map<String, Value>, flaws: &mut Flaws) {
    match shape {
        Shape::Choice => choice(field, members, flaws),
        Shape::Sorted => sorted(field, members, flaws),
        _ => {
            let Some(value) = members.get("value") else {
                let detail = format!("{} takes a `value`", said(field));
                flaws.add(ValidationCode::FieldMissing, "value", detail);
                return;
            };
            let empties = field.field_type == Some(FieldType::File) && value.is_null();
            let (fits, wanted) = match shape {
                Shape::Number => (is_number(value), "a number, also as a text"),
                Shape::Flag => (is_flag(value), "true or false"),
                Shape::Moment => (is_moment(value), "Unix seconds or a time as of RFC 3339"),
                Shape::Object => (value.is_object() || empties, "an object"),
                _ => (is_text(value), "a text"),
            };
            if !fits {
                flaws.wrong_type(field, "value", wanted);
            }
        }
    }
}

fn is_text(value: &Value) -> bool {
    value.is_string() || value.is_number()
}

fn is_number(value: &Value) -> bool {
    let is_written = |text: &str| text.trim().parse::<f64>().is_ok_and(f64::is_finite);
    value.is_number() || value.as_str().is_some_and(is_written)
}

/// Whether 0 and 1 are taken is not known; nobody who sends them means anything else.
fn is_flag(value: &Value) -> bool {
    value.is_boolean() || matches!(value.as_i64(), Some(0 | 1))
}

fn is_moment(value: &Value) -> bool {
    let is_written = |text: &str| text.parse::<i64>().is_ok() || text.parse::<Timestamp>().is_ok();
    value.is_i64() || value.as_str().is_some_and(is_written)
}

/// A member that is there and not null.
fn given<'a>(members: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    members.get(key).filter(|value| !value.is_null())
}

/// An option by its id, its code or its text.
fn choice(field: &CustomField, members: &Map<String, Value>, flaws: &mut Flaws) {
    let keys = ["enum_id", "enum_code", "value"];
    if !keys.iter().any(|key| given(members, key).is_some()) {
        let detail = format!("{} takes the id, the code or the text of an option", said(field));
        flaws.add(ValidationCode::FieldMissing, "value", detail);
    }
    // One that is known already need not be told apart by its text.
    let is_known = keys[..2].iter().any(|key| given(members, key).is_some());
    named(field, members, if is_known { &keys[..2] } else { &keys[2..] }, flaws);
}

/// A text of a sort.
fn sorted(field: &CustomField, members: &Map<String, Value>, flaws: &mut Flaws) {
    match members.get("value") {
        None => {
            let detail = format!("{} takes a `value`", said(field));
            flaws.add(ValidationCode::FieldMissing, "value", detail);
        }
        Some(value) if !is_text(value) => flaws.wrong_type(field, "value", "a text"),
        Some(_) => {}
    }
    named(field, members, &["enum_id", "enum_code"], flaws);
}

/// What these members name must be among the options, if the definition says any.
fn named(field: &CustomField, members: &Map<String, Value>, keys: &[&str], flaws: &mut Flaws) {
    let Some(options) = options(field) else { return };
    for key in keys {
        let Some(wanted) = given(members, key) else { continue };
        let is_there = options.iter().any(|option| match *key {
            "enum_id" => wanted.as_i64() == Some(option.id.get()),
            "enum_code" => option.code.is_some() && wanted.as_str() == option.code,
            _ => option.text.is_some() && wanted.as_str() == option.text,
        });
        if !is_there {
            let known = list(options.iter().map(|option| option.called().to_string()));
            let detail = format!("{} has no option {wanted}{known}", said(field));
            flaws.add(ValidationCode::NotSupportedChoice, key, detail);
        }
    }
}

/// A level of a chain: its catalog must be one of those of the field, below the one of the level before.
/// Whether the elements are there and hang together is not looked at.
fn level(
    field: &CustomField,
    members: &Map<String, Value>,
    above: Option<CatalogId>,
    flaws: &mut Flaws,
) {
    for key in ["catalog_id", "catalog_element_id"] {
        match members.get(key) {
            None => {
                let detail = format!("{} takes a `{key}`", said(field));
                flaws.add(ValidationCode::FieldMissing, key, detail);
            }
            Some(id) if !id.is_i64() => flaws.wrong_type(field, key, "an id"),
            Some(_) => {}
        }
    }
    let lists = field.chained_lists.as_deref().unwrap_or_default();
    let named = members.get("catalog_id").and_then(Value::as_i64).map(CatalogId::new);
    let Some(named) = named.filter(|_| !lists.is_empty()) else { return };
    if !lists.iter().any(|one| one.catalog_id == Some(named) && one.parent_catalog_id == above) {
        let place = above.map_or_else(|| "first".to_owned(), |above| format!("below {above}"));
        let known = lists.iter().map(|one| match (one.catalog_id, one.parent_catalog_id) {
            (Some(id), Some(above)) => format!("{id} below {above}"),
            (id, _) => id.map_or_else(String::new, |id| format!("{id} first")),
        });
        let detail = format!("{} has no catalog {named} {place}{}", said(field), list(known));
        flaws.add(ValidationCode::NotSupportedChoice, "catalog_id", detail);
    }
}

fn catalog(level: &Value) -> Option<CatalogId> {
    level.get("catalog_id")?.as_i64().map(CatalogId::new)
}
