//! Values that are objects: lines of bills, payers, suppliers.

use serde_json::{Map, Value, json};

use super::FieldType;
use super::value::{StoredValue, text};
use crate::flaws::Flaws;

/// What a member of such a value may be; null is taken everywhere.
#[derive(Clone, Copy)]
enum Part {
    /// A text; a number is tolerated.
    Text,
    Number,
    Int,
    OneOf(&'static [&'static str]),
    Object,
    Discount,
}

type Parts = &'static [(&'static str, Part)];

const ITEM: Parts = &[
    ("sku", Part::Text),
    ("description", Part::Text),
    ("unit_price", Part::Number),
    ("quantity", Part::Number),
    ("unit_type", Part::Text),
    ("discount", Part::Discount),
    ("vat_rate_id", Part::Text),
    ("vat_rate_value", Part::Int),
    ("external_uid", Part::Text),
    ("product_id", Part::Int),
    ("bonus_points_per_purchase", Part::Number),
    ("metadata", Part::Object),
];

const PAYER: Parts = &[
    ("name", Part::Text),
    ("type", Part::OneOf(&["legal", "individual"])),
    ("entity_type", Part::OneOf(&["contacts", "companies"])),
    ("entity_id", Part::Int),
    ("phone", Part::Text),
    ("email", Part::Text),
    ("address", Part::Text),
    ("real_address", Part::Text),
    ("bank_account_number", Part::Text),
    ("director", Part::Text),
    ("vat_id", Part::Text),
    ("tax_registration_reason_code", Part::Text),
    ("kpp", Part::Text),
    ("bank_code", Part::Text),
    ("unp", Part::Text),
    ("bin", Part::Text),
    ("egrpou", Part::Text),
    ("mfo", Part::Text),
    ("oked", Part::Text),
];

const SUPPLIER: Parts = &[("entity_id", Part::Int)];

/// Reads the value of a field of one of these types.
pub(super) fn check(
    field_type: FieldType,
    value: &Value,
    path: &str,
    flaws: &mut Flaws,
) -> Option<StoredValue> {
    let parts = match field_type {
        FieldType::Items => ITEM,
        FieldType::Payer => PAYER,
        FieldType::Supplier => SUPPLIER,
        _ => &[],
    };
    let Value::Object(sent) = value else {
        flaws.wrong_type(path, "object");
        return None;
    };
    let before = flaws.len();
    let mut object = Map::new();
    for (key, value) in sent {
        let path = format!("{path}.{key}");
        match parts.iter().find(|(name, _)| name == key) {
            None => flaws.unexpected(&path),
            Some(_) if value.is_null() => {}
            Some((_, part)) => {
                object.insert(key.clone(), check_part(*part, value, &path, flaws));
            }
        }
    }
    let lacks = |name: &str| !object.contains_key(name);
    let missing = match field_type {
        FieldType::Supplier if lacks("entity_id") => Some("entity_id"),
        FieldType::Payer if lacks("entity_type") && !lacks("entity_id") => Some("entity_type"),
        FieldType::Payer if lacks("entity_id") && !lacks("entity_type") => Some("entity_id"),
        _ => None,
    };
    if let Some(missing) = missing.filter(|_| flaws.len() == before) {
        flaws.missing(&format!("{path}.{missing}"));
    }
    if flaws.len() > before {
        return None;
    }
    if field_type == FieldType::Items {
        object = line(object);
    }
    Some(StoredValue { value: Value::Object(object), option: None })
}

/// The value as it is kept; null for one that is refused.
fn check_part(part: Part, value: &Value, path: &str, flaws: &mut Flaws) -> Value {
    let (kept, wanted) = match part {
        Part::Text => (text(value), "string"),
        Part::Number => (value.as_f64().map(Value::from), "numeric"),
        Part::Int => (value.as_i64().map(Value::from), "int"),
        Part::Object => (Some(value.clone()).filter(is_object), "object"),
        Part::OneOf(texts) => {
            let known = value.as_str().filter(|text| texts.contains(text));
            if known.is_none() {
                flaws.not_a_choice(path);
            }
            return value.clone();
        }
        Part::Discount => return discount(value, path, flaws),
    };
    if kept.is_none() {
        flaws.wrong_type(path, wanted);
    }
    kept.unwrap_or_default()
}

/// PHP prints an empty object as an empty list.
fn is_object(value: &Value) -> bool {
    value.is_object() || value.as_array().is_some_and(Vec::is_empty)
}

fn discount(value: &Value, path: &str, flaws: &mut Flaws) -> Value {
    let Value::Object(sent) = value else {
        flaws.wrong_type(path, "object");
        return Value::Null;
    };
    for key in sent.keys().filter(|key| !["type", "value"].contains(&key.as_str())) {
        flaws.unexpected(&format!("{path}.{key}"));
    }
    let part = |name: &str, part: Part, flaws: &mut Flaws| {
        let path = format!("{path}.{name}");
        match sent.get(name) {
            None => {
                flaws.missing(&path);
                Value::Null
            }
            Some(value) => check_part(part, value, &path, flaws),
        }
    };
    let kind = part("type", Part::OneOf(&["amount", "percentage"]), flaws);
    json!({"type": kind, "value": part("value", Part::Number, flaws)})
}

/// A line of a bill as reading shows it. That a discount that is greater than the price is cut down
/// to it, and that taxes are no part of the sum, is a guess.
fn line(mut line: Map<String, Value>) -> Map<String, Value> {
    let number = |value: Option<&Value>| value.and_then(Value::as_f64).unwrap_or_default();
    let whole = number(line.get("unit_price")) * number(line.get("quantity"));
    let mut is_cut = false;
    let mut sum = whole;
    if let Some(Value::Object(discount)) = line.get_mut("discount") {
        let value = number(discount.get("value"));
        let is_percentage = discount.get("type").is_some_and(|kind| kind == "percentage");
        let most = if is_percentage { 100.0 } else { whole.max(0.0) };
        is_cut = value > most;
        let value = value.min(most);
        discount.insert("value".to_owned(), value.into());
        sum -= if is_percentage { whole * value / 100.0 } else { value };
    }
    for (name, usual) in [
        ("sku", Value::Null),
        ("description", Value::Null),
        ("unit_price", Value::Null),
        ("quantity", Value::Null),
        ("unit_type", Value::Null),
        ("discount", Value::Null),
        ("vat_rate_id", Value::Null),
        ("vat_rate_value", json!(0)),
        ("external_uid", json!("")),
        ("product_id", Value::Null),
        ("bonus_points_per_purchase", json!(0.0)),
        ("metadata", json!([])),
        ("is_discount_recalculated", is_cut.into()),
        ("is_total_sum_recalculated", json!(false)),
        ("total_sum", json!((sum * 100.0).round() / 100.0)),
    ] {
        line.entry(name).or_insert(usual);
    }
    line
}
