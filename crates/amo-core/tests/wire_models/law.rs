//! The law: what an answer is printed back as, and what of it cannot be read.

use amo_core::Timestamp;
use serde_json::{Map, Number, Value, json};

use crate::spec::{EVENT_VALUES, SPEC, Shape, field_model};

/// Something that cannot be read.
#[derive(Debug)]
pub(crate) struct Misfit {
    /// Where it is, as errors spell it.
    pub(crate) path: String,
    /// What is there.
    pub(crate) piece: Value,
}

/// What is printed for `value`, or what of it cannot be read.
///
/// All that may differ is said here:
///
/// * a number, a timestamp or an id that came as text is printed as a number, also 5.0 as 5;
/// * a text that came as a number or as a truth value is printed as a text;
/// * a truth value that came as 0, 1, "0", "1", "", "false" or "true" is printed as one;
/// * an object that came as `[]` is printed as `{}`;
/// * a list that came as one object, or as an object with numbers for keys, is printed as a list,
///   `{}` as an empty one, and a single request id as a list of one;
/// * nulls in lists and mappings are left out, and so is `[]` there in place of an object that must
///   have an id;
/// * an enum's text or a member's name that has two spellings is printed in the first;
/// * a custom field without `values` is printed with null for them, a date that came as RFC 3339 in
///   seconds, the code of an option that came as `enum` as `enum_code`.
///
/// Everything else is printed as it came: unknown members, unknown texts of enums, null as null, and
/// nothing for what was not there; also `[]` for a member that would be an object with an id,
/// and whatever does not fit the type that stands beside it. The order of members does not count.
pub(crate) fn printed(shape: &Shape, value: &Value) -> Result<Value, Vec<Misfit>> {
    let mut reading = Reading::default();
    match reading.value(shape, value, "") {
        Some(value) if reading.misfits.is_empty() => Ok(value),
        _ => Err(reading.misfits),
    }
}

#[derive(Default)]
struct Reading {
    misfits: Vec<Misfit>,
}

/// The path of a member.
pub(crate) fn below(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

impl Reading {
    fn misfit(&mut self, path: &str, piece: &Value) -> Option<Value> {
        let path = if path.is_empty() { "." } else { path };
        self.misfits.push(Misfit { path: path.to_owned(), piece: piece.clone() });
        None
    }

    fn value(&mut self, shape: &Shape, value: &Value, path: &str) -> Option<Value> {
        let read = match shape {
            Shape::Text => text(value).map(Value::from),
            Shape::Enum(spellings) => {
                text(value).map(|text| spellings.get(&text).unwrap_or(&text).as_str().into())
            }
            Shape::Amount => amount(value),
            Shape::Flag => flag(value).map(Value::from),
            Shape::Raw => Some(value.clone()),
            Shape::EventValue => Some(event_value(value)),
            Shape::Responsible => {
                (value.as_i64().is_some() || value.is_string()).then(|| value.clone())
            }
            Shape::Object if *value == json!([]) => Some(json!({})),
            Shape::Object => value.is_object().then(|| value.clone()),
            Shape::RoleUser if value.is_object() => {
                return self.value(&Shape::Model("Reference".to_owned()), value, path);
            }
            Shape::Whole | Shape::RoleUser => whole(value).map(Value::from),
            Shape::RequestIds => match value {
                Value::String(_) => Some(json!([value])),
                Value::Number(number) if !number.is_f64() => Some(json!([number.to_string()])),
                _ => return self.list(&Shape::Text, value, path),
            },
            Shape::Fields => return self.fields(value, path),
            Shape::List(item) => return self.list(item, value, path),
            Shape::Map(item) => return self.map(item, value, path),
            Shape::Model(name) => return self.model(name, value, path),
        };
        read.or_else(|| self.misfit(path, value))
    }

    /// An item of a list or a mapping; `None` if it is left out.
    fn item(&mut self, shape: &Shape, value: &Value, path: &str) -> Option<Value> {
        let kept = matches!(shape, Shape::Raw | Shape::EventValue);
        let nothing = *value == json!([]) && SPEC.must_have_members(shape);
        if value.is_null() && !kept || nothing { None } else { self.value(shape, value, path) }
    }

    fn list(&mut self, item: &Shape, value: &Value, path: &str) -> Option<Value> {
        let is_number = |key: &String| key.parse::<u64>().is_ok();
        match value {
            Value::Array(items) => {
                let items = items.iter().enumerate();
                let read = items.filter_map(|(index, value)| {
                    self.item(item, value, &format!("{path}[{index}]"))
                });
                Some(read.collect())
            }
            Value::Object(items) if items.keys().next().is_none_or(is_number) => {
                let read = items
                    .iter()
                    .filter_map(|(key, value)| self.item(item, value, &below(path, key)));
                Some(read.collect())
            }
            Value::Object(_) => self.value(item, value, path).map(|one| json!([one])),
            _ => self.misfit(path, value),
        }
    }

    fn map(&mut self, item: &Shape, value: &Value, path: &str) -> Option<Value> {
        match value {
            Value::Object(items) => {
                let read = items.iter().filter_map(|(key, value)| {
                    Some((key.clone(), self.item(item, value, &below(path, key))?))
                });
                Some(Value::Object(read.collect()))
            }
            Value::Array(items) if items.is_empty() => Some(json!({})),
            _ => self.misfit(path, value),
        }
    }

    fn model(&mut self, name: &str, value: &Value, path: &str) -> Option<Value> {
        let model = SPEC.model(name);
        let none = Map::new();
        let object = match value {
            Value::Object(object) => object,
            Value::Array(items) if items.is_empty() => &none,
            _ => return self.misfit(path, value),
        };
        let is_there = |key: &str| object.contains_key(key);
        if model.members.iter().any(|member| member.must && !is_there(&member.key)) {
            self.misfit(path, value);
        }
        let mut printed = Map::new();
        for (key, value) in object {
            let flat =
                model.flat.is_some_and(|flat| [flat.type_key, flat.value_key].contains(&&**key));
            let Some(member) = model.member(key) else {
                if !flat {
                    printed.insert(key.clone(), value.clone());
                }
                continue;
            };
            let inside = below(path, key);
            let read = if value.is_null() && !member.must {
                Some(Value::Null)
            } else if *value == json!([]) && SPEC.must_have_members(&member.shape) {
                Some(json!([]))
            } else {
                self.value(&member.shape, value, &inside)
            };
            printed.extend(read.map(|read| (member.key.clone(), read)));
        }
        if let Some(flat) = model.flat {
            let typed = flat.model(object).zip(object.get(flat.value_key));
            let typed = typed.filter(|(_, value)| value.is_object());
            // What does not fit its type stays as it is.
            let read = typed.and_then(|(shape, value)| self::printed(&shape, value).ok());
            for key in [flat.type_key, flat.value_key] {
                printed.extend(object.get(key).map(|value| (key.to_owned(), value.clone())));
            }
            printed.extend(read.map(|read| (flat.value_key.to_owned(), read)));
        }
        Some(Value::Object(printed))
    }

    fn fields(&mut self, value: &Value, path: &str) -> Option<Value> {
        let Value::Array(fields) = value else {
            return if value.is_null() { Some(Value::Null) } else { self.misfit(path, value) };
        };
        let mut printed = Vec::new();
        for (index, field) in fields.iter().enumerate() {
            let path = format!("{path}[{index}]");
            let Value::Object(members) = field else {
                self.misfit(&path, field);
                continue;
            };
            let mut field = members.clone();
            for (key, shape) in FIELD_MEMBERS {
                if let Some(value) = members.get(key).filter(|value| !value.is_null()) {
                    let read = self.value(&shape, value, &below(&path, key));
                    field.insert(key.to_owned(), read.unwrap_or_default());
                }
            }
            let values = members.get("values").cloned().unwrap_or_default();
            field.insert("values".to_owned(), field_values(members.get("field_type"), values));
            printed.push(Value::Object(field));
        }
        Some(Value::Array(printed))
    }
}

/// The members of a custom field, but for its values.
pub(crate) const FIELD_MEMBERS: [(&str, Shape); 4] = [
    ("field_id", Shape::Whole),
    ("field_name", Shape::Text),
    ("field_code", Shape::Text),
    ("field_type", Shape::Text),
];

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) if number.is_f64() => Some(number.as_f64()?.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn whole(value: &Value) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let exact = |number: &f64| number.fract() == 0.0 && number.abs() <= EXACT;
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) if number.is_f64() => {
            number.as_f64().filter(exact).map(|number| number as i64)
        }
        _ => value.as_i64(),
    }
}

fn amount(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => {
            let fraction = || Number::from_f64(text.parse().ok()?).map(Value::Number);
            text.parse::<i64>().map(Value::from).ok().or_else(fraction)
        }
        // Greater than any whole amount.
        Value::Number(number) if number.is_u64() && !number.is_i64() => {
            number.as_f64().map(Value::from)
        }
        Value::Number(_) => Some(value.clone()),
        _ => None,
    }
}

fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => match text.as_str() {
            "" | "0" | "false" => Some(false),
            "1" | "true" => Some(true),
            _ => None,
        },
        _ => match value.as_i64()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        },
    }
}

/// The model of an event's value, if it is one that is known.
pub(crate) fn event_model(value: &Value) -> Option<(&'static str, Shape)> {
    let object = value.as_object().filter(|object| object.len() == 1)?;
    let (key, model) = EVENT_VALUES.iter().find(|(key, _)| object.contains_key(*key))?;
    object[*key].is_object().then(|| (*key, Shape::Model((*model).to_owned())))
}

/// What does not fit stays as it is.
fn event_value(value: &Value) -> Value {
    let typed = event_model(value).and_then(|(key, shape)| {
        let read = printed(&shape, &value[key]).ok()?;
        Some(json!({ key: read }))
    });
    typed.unwrap_or_else(|| value.clone())
}

/// The values of a custom field: by its type if all of them fit, else as they came.
fn field_values(kind: Option<&Value>, values: Value) -> Value {
    let kind = kind.and_then(Value::as_str).unwrap_or_default();
    let element = |element: &Value| {
        let object = element.as_object()?;
        match kind {
            "text" | "textarea" | "url" | "streetaddress" | "tracking_data" => {
                scalar(object, |value| plain_text(value).map(Value::from))
            }
            "checkbox" => {
                scalar(object, |value| flag(value).filter(|_| value != "").map(Value::from))
            }
            "date" | "date_time" | "birthday" => scalar(object, |value| {
                let time = || value.as_str()?.parse::<Timestamp>().ok();
                let time = plain_whole(value).or_else(|| time().map(Timestamp::as_unix_seconds));
                time.map(Value::from)
            }),
            "select" | "radiobutton" | "category" | "multiselect" => option(object, false),
            "multitext" | "smart_address" => option(object, true),
            "numeric" | "price" | "monetary" => scalar(object, |value| {
                (value.is_string() || value.is_number()).then(|| value.clone())
            }),
            kind => match field_model(kind) {
                Some(shape) => field_object(&shape, object, kind == "chained_list"),
                None => Some(element.clone()),
            },
        }
    };
    let typed = values.as_array().and_then(|values| values.iter().map(element).collect());
    typed.unwrap_or(values)
}

/// An element whose value is an object; that may also stand there without the `value` around it, and
/// a part of a chain always does.
fn field_object(shape: &Shape, object: &Map<String, Value>, chained: bool) -> Option<Value> {
    let is_bare = ["value", "enum_id", "enum_code"].iter().all(|key| !object.contains_key(*key));
    if is_bare && !object.is_empty() {
        return printed(shape, &Value::Object(object.clone())).ok();
    }
    if chained {
        return None;
    }
    scalar(object, |value| printed(shape, value).ok().filter(|_| value.is_object()))
}

fn scalar(object: &Map<String, Value>, read: impl Fn(&Value) -> Option<Value>) -> Option<Value> {
    let mut object = object.clone();
    let value = read(object.get("value")?)?;
    object.insert("value".to_owned(), value);
    Some(Value::Object(object))
}

/// An element that names an option, or a text with its sort.
fn option(object: &Map<String, Value>, must: bool) -> Option<Value> {
    let mut printed = object.clone();
    for key in ["value", "enum_id", "enum_code"] {
        let value = match object.get(key) {
            Some(Value::Null) | None if key == "value" && must => return None,
            Some(Value::Null) | None => continue,
            Some(value) if key == "enum_id" => plain_whole(value)?.into(),
            Some(value) => plain_text(value)?.into(),
        };
        printed.insert(key.to_owned(), value);
    }
    // Old answers name the code `enum`.
    if object.get("enum_code").is_none_or(Value::is_null)
        && printed.get("enum").is_some_and(Value::is_string)
    {
        let code = printed.remove("enum").unwrap_or_default();
        printed.insert("enum_code".to_owned(), code);
    }
    Some(Value::Object(printed))
}

fn plain_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn plain_whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}
