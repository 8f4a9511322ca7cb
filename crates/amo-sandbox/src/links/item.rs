//! Reading one item of a request that links or unlinks.

use serde_json::{Map, Value};

use super::End;
use crate::account::Account;
use crate::entity::Kind;
use crate::fields::FieldType;
use crate::flaws::Flaws;

/// A link that is asked for.
pub(super) struct Wanted {
    pub(super) from: End,
    pub(super) to: End,
    pub(super) is_main: Option<bool>,
    /// How much of an element, if it is said.
    pub(super) quantity: Option<Value>,
    /// Which price of an element, if it is said; null is none.
    pub(super) price_id: Option<Value>,
}

/// Reads one item; `path_id` is the id in the path, which the mass form has in each item instead.
pub(super) fn read(
    item: &Value,
    kind: Kind,
    path_id: Option<i64>,
    account: &Account,
    is_link: bool,
    flaws: &mut Flaws,
) -> Option<Wanted> {
    let Value::Object(item) = item else {
        flaws.wrong_type("", "object");
        return None;
    };
    for (key, value) in item {
        match key.as_str() {
            "to_entity_id" | "to_entity_type" | "metadata" => {}
            "entity_id" if path_id.is_none() => {}
            // The official client sends it in the mass form; it can only say what the path says.
            "entity_type" if path_id.is_none() => {
                if value.as_str() != Some(kind.name()) {
                    flaws.not_a_choice("entity_type");
                }
            }
            _ => flaws.unexpected(key),
        }
    }
    let from = path_id.or_else(|| int(item, "entity_id", flaws));
    if from.is_some_and(|id| account.entity(kind, id).is_none()) {
        flaws.not_a_choice("entity_id");
    }
    let to_kind = match item.get("to_entity_type") {
        None => {
            flaws.missing("to_entity_type");
            None
        }
        Some(name) => {
            let found = name
                .as_str()
                .and_then(Kind::named)
                .filter(|other| kind.table().links_to.contains(other));
            if found.is_none() {
                flaws.not_a_choice("to_entity_type");
            }
            found
        }
    };
    let to = int(item, "to_entity_id", flaws);
    let goes_to_element = to_kind == Some(Kind::Elements);
    let metadata = metadata(item.get("metadata"), to_kind, is_link, account, flaws);
    if goes_to_element && metadata.is_none_or(|metadata| !metadata.contains_key("catalog_id")) {
        flaws.missing("metadata.catalog_id");
    }
    let (from, to_kind, to) = (from?, to_kind?, to?);
    let said = |name: &str| metadata.and_then(|metadata| metadata.get(name));
    let other = account.entity(to_kind, to);
    let catalog = said("catalog_id").and_then(Value::as_i64);
    let is_there = match to_kind {
        Kind::Elements => other.is_some_and(|element| element.int("catalog_id") == catalog),
        _ => other.is_some(),
    };
    if !is_there {
        if !goes_to_element || catalog.is_some() {
            flaws.not_a_choice("to_entity_id");
        }
        return None;
    }
    Some(Wanted {
        from: (kind, from),
        to: (to_kind, to),
        is_main: said("is_main").and_then(Value::as_bool),
        quantity: said("quantity").filter(|quantity| quantity.is_number()).cloned(),
        price_id: said("price_id").cloned(),
    })
}

fn int(item: &Map<String, Value>, key: &str, flaws: &mut Flaws) -> Option<i64> {
    match item.get(key) {
        None => {
            flaws.missing(key);
            None
        }
        Some(value) => {
            if value.as_i64().is_none() {
                flaws.wrong_type(key, "int");
            }
            value.as_i64()
        }
    }
}

/// Checks the metadata. What may stand there depends on what is linked; null is taken where the
/// official client sends it.
fn metadata<'i>(
    metadata: Option<&'i Value>,
    to: Option<Kind>,
    is_link: bool,
    account: &Account,
    flaws: &mut Flaws,
) -> Option<&'i Map<String, Value>> {
    let metadata = match metadata? {
        Value::Null => return None,
        Value::Object(metadata) => metadata,
        // PHP prints an empty object as an empty list.
        Value::Array(list) if list.is_empty() => return None,
        _ => {
            flaws.wrong_type("metadata", "object");
            return None;
        }
    };
    for (key, value) in metadata {
        let path = format!("metadata.{key}");
        match (key.as_str(), to) {
            ("is_main", Some(Kind::Contacts)) if is_link => {
                if !value.is_boolean() {
                    flaws.wrong_type(&path, "bool");
                }
            }
            ("updated_by", _) => match value.as_i64() {
                None => flaws.wrong_type(&path, "int"),
                Some(id) if id != 0 && account.user(id).is_none() => flaws.not_a_choice(&path),
                Some(_) => {}
            },
            ("catalog_id", Some(Kind::Elements)) => match value.as_i64() {
                None => flaws.wrong_type(&path, "int"),
                Some(id) if !account.knows("catalogs", id) => flaws.not_a_choice(&path),
                Some(_) => {}
            },
            // With unlinking it says nothing, and a client may send the same item for both.
            ("quantity", Some(Kind::Elements)) => match value.as_f64() {
                Some(quantity) if quantity < 0.0 => {
                    flaws.add("TooLow", &path, "This value should be 0 or more.");
                }
                None if !value.is_null() => flaws.wrong_type(&path, "numeric"),
                _ => {}
            },
            ("price_id", Some(Kind::Elements)) => match value.as_i64() {
                None if !value.is_null() => flaws.wrong_type(&path, "int"),
                Some(id) if !is_price(account, metadata, id) => flaws.not_a_choice(&path),
                _ => {}
            },
            _ => flaws.unexpected(&path),
        }
    }
    Some(metadata)
}

/// Is it a field with prices of the catalog that is named beside it?
fn is_price(account: &Account, metadata: &Map<String, Value>, id: i64) -> bool {
    let catalog = metadata.get("catalog_id").and_then(Value::as_i64).unwrap_or_default();
    let definitions = account.fields_named(&format!("catalogs/{catalog}"));
    definitions.iter().any(|field| field.id == id && field.field_type == FieldType::Price)
}
