//! One field's values as they are sent, checked by the type of the field.

use serde_json::{Map, Value, json};

use super::value::{StoredValue, given};
use super::{EnumOption, FieldDefinition, FieldType, Shape, moment, objects};
use crate::account::Account;
use crate::flaws::Flaws;
use crate::generated::catalogs::ELEMENT;

impl FieldDefinition {
    /// Reads `values`, where paths begin.
    pub(super) fn check(
        &self,
        values: &[Value],
        account: &Account,
        flaws: &mut Flaws,
    ) -> Vec<StoredValue> {
        let most = self.field_type.most_values();
        if values.len() > most {
            let plural = if most == 1 { "" } else { "s" };
            let detail = format!("This collection should contain at most {most} element{plural}.");
            flaws.add("InvalidValue", "", &detail);
            return Vec::new();
        }
        if self.field_type == FieldType::File {
            if values.is_empty() {
                flaws.wrong_type("", "array with a file, or with null as its value");
            }
            if let [Value::Object(only)] = values
                && only.len() == 1
                && only.get("value").is_some_and(Value::is_null)
            {
                return Vec::new();
            }
        }
        let mut found: Vec<StoredValue> = Vec::new();
        for (index, element) in values.iter().enumerate() {
            flaws.within(&index.to_string(), |flaws| {
                let Value::Object(element) = element else {
                    flaws.wrong_type("", "object");
                    return;
                };
                let before = found.last().filter(|_| self.field_type.shape() == Shape::Chain);
                let one = self.element(element, before, account, flaws);
                found.extend(one);
            });
        }
        found
    }

    /// `before` is the element above one of a chain.
    fn element(
        &self,
        element: &Map<String, Value>,
        before: Option<&StoredValue>,
        account: &Account,
        flaws: &mut Flaws,
    ) -> Option<StoredValue> {
        let shape = self.field_type.shape();
        let keys: &[&str] = match shape {
            Shape::Choice | Shape::Labelled => &["value", "enum_id", "enum_code"],
            Shape::Chain => &["catalog_id", "catalog_element_id"],
            _ => &["value"],
        };
        for key in element.keys().filter(|key| !keys.contains(&key.as_str())) {
            flaws.unexpected(key);
        }
        match shape {
            Shape::Choice => self.choice(element, flaws),
            Shape::Labelled => self.labelled(element, flaws),
            Shape::Chain => self.link(element, before, account, flaws),
            _ => {
                let Some(sent) = element.get("value") else {
                    flaws.missing("value");
                    return None;
                };
                let checked = match shape {
                    Shape::Object => {
                        let checked = flaws
                            .within("value", |flaws| objects::check(self, sent, account, flaws));
                        return Some(StoredValue { value: checked?, option: None });
                    }
                    Shape::Number => number(sent),
                    Shape::Flag => sent.as_bool().map(Value::from),
                    Shape::Moment => moment::unix_seconds(sent).map(Value::from),
                    _ => text(sent),
                };
                if checked.is_none() {
                    flaws.wrong_type("value", wanted(shape));
                }
                Some(StoredValue { value: checked?, option: None })
            }
        }
    }

    fn find(&self, key: &str, named: &Value) -> Option<&EnumOption> {
        self.options.iter().find(|option| match key {
            "enum_id" => Some(option.id) == named.as_i64(),
            "enum_code" => self.code_of(option).is_some_and(|code| Some(code) == named.as_str()),
            _ => Some(option.value.as_str()) == named.as_str(),
        })
    }

    /// The option that an element names by some of these keys; `None` if it names none or if one of
    /// them is wrong. One key is enough. What the real service does with several that contradict
    /// each other is not known: that it refuses them is a guess.
    fn named_option(
        &self,
        element: &Map<String, Value>,
        keys: &[&str],
        flaws: &mut Flaws,
    ) -> Option<&EnumOption> {
        let mut found: Option<&EnumOption> = None;
        for key in keys {
            let Some(named) = given(element, key) else { continue };
            match self.find(key, named) {
                // Texts need not be unique, so that one is not asked once the option is known.
                Some(option) if found.is_none_or(|found| found.id == option.id) => {
                    found = Some(option);
                }
                _ if *key == "value"
                    && found.is_some_and(|found| named == found.value.as_str()) => {}
                _ => {
                    flaws.not_a_choice(key);
                    return None;
                }
            }
        }
        found
    }

    /// An option by its id, its code or its text.
    fn choice(&self, element: &Map<String, Value>, flaws: &mut Flaws) -> Option<StoredValue> {
        let keys = ["enum_id", "enum_code", "value"];
        if !keys.iter().any(|key| given(element, key).is_some()) {
            flaws.missing("value");
        }
        let option = self.named_option(element, &keys, flaws)?;
        Some(StoredValue { value: Value::Null, option: Some(option.id) })
    }

    /// A text that says by an option what it is: a telephone number of which kind, a part of an
    /// address.
    fn labelled(&self, element: &Map<String, Value>, flaws: &mut Flaws) -> Option<StoredValue> {
        let is_address = self.field_type == FieldType::SmartAddress;
        let keys = ["enum_id", "enum_code"];
        let is_named = keys.iter().any(|key| given(element, key).is_some());
        let option = if is_named {
            self.named_option(element, &keys, flaws)
        } else if is_address {
            flaws.missing("enum_id");
            None
        } else {
            // A number or a mail address is one for work unless it says more.
            self.options.first()
        };
        let Some(sent) = element.get("value") else {
            flaws.missing("value");
            return None;
        };
        let value = text(sent);
        if value.is_none() {
            flaws.wrong_type("value", "string");
        }
        let (value, option) = (value?, option?);
        // An empty text clears a part of an address.
        let is_cleared = is_address && value == "";
        (!is_cleared).then_some(StoredValue { value, option: Some(option.id) })
    }

    /// An element of one of the catalogs that the definition names. Behind the first each is of the
    /// catalog that stands below the one before. Whether both elements are linked is not looked at.
    fn link(
        &self,
        element: &Map<String, Value>,
        before: Option<&StoredValue>,
        account: &Account,
        flaws: &mut Flaws,
    ) -> Option<StoredValue> {
        for key in ["catalog_id", "catalog_element_id"] {
            match element.get(key) {
                None => flaws.missing(key),
                Some(id) if !id.is_i64() => flaws.wrong_type(key, "int"),
                Some(_) => {}
            }
        }
        let catalog = element.get("catalog_id")?.as_i64()?;
        let id = element.get("catalog_element_id")?.as_i64()?;
        let lists = self.more("chained_lists").as_array().into_iter().flatten();
        let above = before.map_or(&Value::Null, |before| &before.value["catalog_id"]);
        let mut fitting = lists
            .filter(|list| list["catalog_id"] == catalog && list["parent_catalog_id"] == *above);
        if fitting.next().is_none() {
            flaws.not_a_choice("catalog_id");
            return None;
        }
        if account.records.get(ELEMENT.service, &catalog.to_string(), id).is_none() {
            flaws.not_a_choice("catalog_element_id");
            return None;
        }
        let value = json!({"catalog_id": catalog, "catalog_element_id": id});
        Some(StoredValue { value, option: None })
    }
}

fn wanted(shape: Shape) -> &'static str {
    match shape {
        Shape::Number => "numeric",
        Shape::Flag => "bool",
        Shape::Moment => "int (Unix seconds) or an RFC 3339 string",
        _ => "string",
    }
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
