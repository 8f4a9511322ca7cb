//! Values of custom fields: checked by the type of their field when written, named when read.

use serde_json::{Map, Value, json};

use super::{EnumOption, FieldDefinition, FieldType, Shape, moment, objects};
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

/// The members of a legal entity. What each country allows of them is not known; all of them are
/// taken.
const LEGAL_ENTITY: [&str; 16] = [
    "name",
    "entity_type",
    "vat_id",
    "tax_registration_reason_code",
    "kpp",
    "bank_code",
    "address",
    "real_address",
    "bank_account_number",
    "director",
    "external_uid",
    "unp",
    "bin",
    "egrpou",
    "mfo",
    "oked",
];

/// Reads `custom_fields_values`, where paths begin: for each field that it mentions its new values, empty where it is
/// cleared.
///
/// `null` or an empty list as `values` clears, `null` in place of the whole array changes nothing.
/// Members that reading shows (`field_name`, `field_type`) are not taken: the official client never
/// sends them.
pub(crate) fn check(
    list: &Value,
    definitions: &[FieldDefinition],
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
        let path = index.to_string();
        let Value::Object(item) = item else {
            flaws.wrong_type(&path, "object");
            continue;
        };
        for key in
            item.keys().filter(|key| !["field_id", "field_code", "values"].contains(&key.as_str()))
        {
            flaws.unexpected(&format!("{path}.{key}"));
        }
        let Some(field) = field_of(item, definitions, &path, flaws) else { continue };
        let values = match item.get("values") {
            None => {
                flaws.missing(&format!("{path}.values"));
                continue;
            }
            Some(Value::Null) => Vec::new(),
            Some(Value::Array(values)) => field.check(values, &format!("{path}.values"), flaws),
            Some(_) => {
                flaws.wrong_type(&format!("{path}.values"), "array");
                continue;
            }
        };
        found.retain(|(id, _)| *id != field.id);
        found.push((field.id, values));
    }
    found
}

fn field_of<'a>(
    item: &Map<String, Value>,
    definitions: &'a [FieldDefinition],
    path: &str,
    flaws: &mut Flaws,
) -> Option<&'a FieldDefinition> {
    let (key, found) = match (given(item, "field_id"), given(item, "field_code")) {
        (Some(id), _) => {
            if id.as_i64().is_none() {
                flaws.wrong_type(&format!("{path}.field_id"), "int");
                return None;
            }
            ("field_id", definitions.iter().find(|field| Some(field.id) == id.as_i64()))
        }
        (None, Some(code)) => {
            if code.as_str().is_none() {
                flaws.wrong_type(&format!("{path}.field_code"), "string");
                return None;
            }
            (
                "field_code",
                definitions
                    .iter()
                    .find(|field| field.code.is_some() && field.code.as_deref() == code.as_str()),
            )
        }
        (None, None) => {
            flaws.missing(&format!("{path}.field_id"));
            return None;
        }
    };
    if found.is_none() {
        flaws.not_a_choice(&format!("{path}.{key}"));
    }
    found
}

/// A member that is there and not null: clients send unused keys as null.
fn given<'a>(item: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    item.get(key).filter(|value| !value.is_null())
}

impl FieldDefinition {
    fn check(&self, values: &[Value], path: &str, flaws: &mut Flaws) -> Vec<StoredValue> {
        let many = matches!(
            self.field_type.shape(),
            Shape::Choices | Shape::Multitext | Shape::Address | Shape::LegalEntity
        ) || self.field_type == FieldType::Items;
        if !many && values.len() > 1 {
            flaws.add("InvalidValue", path, "This collection should contain exactly 1 element.");
            return Vec::new();
        }
        let elements = values.iter().enumerate();
        elements
            .filter_map(|(index, element)| {
                self.check_element(element, &format!("{path}.{index}"), flaws)
            })
            .collect()
    }

    fn check_element(&self, element: &Value, path: &str, flaws: &mut Flaws) -> Option<StoredValue> {
        let Value::Object(element) = element else {
            flaws.wrong_type(path, "object");
            return None;
        };
        let shape = self.field_type.shape();
        let has_enum =
            matches!(shape, Shape::Choice | Shape::Choices | Shape::Multitext | Shape::Address);
        for key in element.keys() {
            if key != "value" && !(has_enum && (key == "enum_id" || key == "enum_code")) {
                flaws.unexpected(&format!("{path}.{key}"));
            }
        }
        match shape {
            Shape::Choice | Shape::Choices => self.choice(element, path, flaws),
            Shape::Multitext | Shape::Address => self.labelled(element, path, flaws),
            Shape::Text
            | Shape::Number
            | Shape::Flag
            | Shape::Moment
            | Shape::LegalEntity
            | Shape::Object => {
                let path = format!("{path}.value");
                let Some(value) = element.get("value") else {
                    flaws.missing(&path);
                    return None;
                };
                let checked = match shape {
                    Shape::LegalEntity => return legal_entity(value, &path, flaws),
                    Shape::Object => return objects::check(self.field_type, value, &path, flaws),
                    Shape::Number => number(value),
                    Shape::Flag => value.as_bool().map(Value::from),
                    Shape::Moment => moment::unix_seconds(value).map(Value::from),
                    _ => text(value),
                };
                if checked.is_none() {
                    flaws.wrong_type(&path, self.wanted());
                }
                Some(StoredValue { value: checked?, option: None })
            }
        }
    }

    fn wanted(&self) -> &'static str {
        match self.field_type.shape() {
            Shape::Number => "numeric",
            Shape::Flag => "bool",
            Shape::Moment => "int (Unix seconds) or an RFC 3339 string",
            _ => "string",
        }
    }

    fn find(&self, key: &str, named: &Value) -> Option<&EnumOption> {
        self.options.iter().find(|option| match key {
            "enum_id" => Some(option.id) == named.as_i64(),
            "enum_code" => self.code_of(option).is_some_and(|code| Some(code) == named.as_str()),
            _ => Some(option.value.as_str()) == named.as_str(),
        })
    }

    /// An option by its id, its code or its text, in this order when several are sent.
    fn choice(
        &self,
        element: &Map<String, Value>,
        path: &str,
        flaws: &mut Flaws,
    ) -> Option<StoredValue> {
        let named =
            named_option(element).or_else(|| given(element, "value").map(|value| ("value", value)));
        let Some((key, named)) = named else {
            flaws.missing(&format!("{path}.value"));
            return None;
        };
        let option = self.find(key, named);
        if option.is_none() {
            flaws.not_a_choice(&format!("{path}.{key}"));
        }
        Some(StoredValue { value: Value::Null, option: Some(option?.id) })
    }

    /// A text that says by an option what it is: a telephone number of which kind, a part of an
    /// address.
    fn labelled(
        &self,
        element: &Map<String, Value>,
        path: &str,
        flaws: &mut Flaws,
    ) -> Option<StoredValue> {
        let is_address = self.field_type.shape() == Shape::Address;
        let option = match named_option(element) {
            Some((key, named)) => {
                let option = self.find(key, named);
                if option.is_none() {
                    flaws.not_a_choice(&format!("{path}.{key}"));
                }
                option
            }
            None if is_address => {
                flaws.missing(&format!("{path}.enum_id"));
                return None;
            }
            // A number or a mail address is one for work unless it says more.
            None => self.options.first(),
        };
        let value_path = format!("{path}.value");
        let Some(value) = element.get("value") else {
            flaws.missing(&value_path);
            return None;
        };
        let value = text(value);
        if value.is_none() {
            flaws.wrong_type(&value_path, "string");
        }
        let (value, option) = (value?, option?);
        // An empty text clears a part of an address.
        let is_cleared = is_address && value == "";
        (!is_cleared).then_some(StoredValue { value, option: Some(option.id) })
    }

    fn show_value(&self, stored: &StoredValue) -> Value {
        let Some(id) = stored.option else { return json!({"value": stored.value}) };
        let option = self.options.iter().find(|option| option.id == id);
        let value = match &stored.value {
            Value::Null => option.map_or(Value::Null, |option| Value::from(option.value.as_str())),
            value => value.clone(),
        };
        json!({"value": value, "enum_id": id, "enum_code": option.and_then(|option| self.code_of(option))})
    }
}

/// The option that an element names by id or by code.
fn named_option(element: &Map<String, Value>) -> Option<(&'static str, &Value)> {
    ["enum_id", "enum_code"]
        .into_iter()
        .find_map(|key| given(element, key).map(|value| (key, value)))
}

fn legal_entity(value: &Value, path: &str, flaws: &mut Flaws) -> Option<StoredValue> {
    let Value::Object(value) = value else {
        flaws.wrong_type(path, "object");
        return None;
    };
    match value.get("name") {
        Some(Value::String(name)) if !name.is_empty() => {}
        Some(Value::String(_)) => {
            flaws.add("NotBlank", &format!("{path}.name"), "This value should not be blank.");
        }
        None => flaws.missing(&format!("{path}.name")),
        Some(_) => flaws.wrong_type(&format!("{path}.name"), "string"),
    }
    let mut entity = Map::new();
    for key in LEGAL_ENTITY {
        entity.insert(key.to_owned(), Value::Null);
    }
    for (key, member) in value {
        let path = format!("{path}.{key}");
        match (key.as_str(), member) {
            (key, _) if !LEGAL_ENTITY.contains(&key) => flaws.unexpected(&path),
            (_, Value::Null) | ("name", _) => {}
            ("entity_type", _) if !matches!(member.as_i64(), Some(1 | 2)) => {
                flaws.not_a_choice(&path);
            }
            ("entity_type", _) => {}
            _ if text(member).is_none() => flaws.wrong_type(&path, "string"),
            _ => {}
        }
        let member =
            if key == "entity_type" { member.clone() } else { text(member).unwrap_or(Value::Null) };
        entity.insert(key.clone(), member);
    }
    Some(StoredValue { value: Value::Object(entity), option: None })
}

/// A text; a number is tolerated and becomes one.
pub(super) fn text(value: &Value) -> Option<Value> {
    match value {
        Value::String(_) => Some(value.clone()),
        Value::Number(number) => Some(Value::from(number.to_string())),
        _ => None,
    }
}

/// A number, as a number or as a text; shown as a text.
fn number(value: &Value) -> Option<Value> {
    let Value::String(written) = text(value)? else { return None };
    written.parse::<f64>().is_ok_and(f64::is_finite).then(|| Value::from(written))
}

/// `custom_fields_values` as reading shows it: null when no field is filled.
pub(crate) fn show(values: &[FieldValues], definitions: &[FieldDefinition]) -> Value {
    let shown: Vec<Value> = definitions
        .iter()
        .filter_map(|field| {
            let (_, values) = values.iter().find(|(id, _)| *id == field.id)?;
            let values: Vec<Value> = values.iter().map(|value| field.show_value(value)).collect();
            Some(json!({
                "field_id": field.id,
                "field_name": field.name,
                "field_code": field.code,
                "field_type": field.field_type.name(),
                "values": values,
            }))
        })
        .collect();
    if shown.is_empty() { Value::Null } else { Value::Array(shown) }
}

/// Whether the full-text search looks into fields of this type.
pub(crate) fn is_searched(field_type: FieldType) -> bool {
    matches!(field_type.shape(), Shape::Text | Shape::Multitext)
}
