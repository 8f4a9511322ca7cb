//! Reading one item of a request that links or unlinks. What it may say at all stands in the tables;
//! what may be linked with what is looked at here.

use serde_json::{Map, Value};

use super::End;
use crate::account::Account;
use crate::call::Call;
use crate::check;
use crate::entity::Kind;
use crate::fields::FieldType;
use crate::flaws::Flaws;
use crate::table::Body;

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
    call: &Call<'_>,
    is_link: bool,
    flaws: &mut Flaws,
) -> Option<Wanted> {
    let account = &*call.account;
    if let Body::List(table) = call.operation.body {
        check::sent(table, item, account, flaws);
    }
    let item = item.as_object()?;
    let from = path_id.or_else(|| item.get("entity_id")?.as_i64());
    one_end(item, kind, path_id.is_some(), flaws);
    if from.is_some_and(|id| account.entity(kind, id).is_none()) {
        flaws.not_a_choice("entity_id");
    }
    let named = item.get("to_entity_type").and_then(Value::as_str);
    let to_kind = named.and_then(Kind::named).filter(|to| kind.table().links_to.contains(to));
    if named.is_some() && to_kind.is_none() && !flaws.has("to_entity_type") {
        flaws.not_a_choice("to_entity_type");
    }
    let metadata = item.get("metadata").and_then(Value::as_object);
    flaws.within("metadata", |flaws| {
        check_metadata(metadata, to_kind, is_link, account, flaws);
    });
    let to = item.get("to_entity_id").and_then(Value::as_i64);
    let (from, to_kind, to) = (from?, to_kind?, to?);
    let said = |name: &str| metadata.and_then(|metadata| metadata.get(name));
    let other = account.entity(to_kind, to);
    let catalog = said("catalog_id").and_then(Value::as_i64);
    let is_there = match to_kind {
        Kind::Elements => other.is_some_and(|element| element.int("catalog_id") == catalog),
        _ => other.is_some(),
    };
    if !is_there {
        if to_kind != Kind::Elements || catalog.is_some() {
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

/// The path names the one end; the mass form has it in each item. Its kind, which the official
/// client sends there, can only be that of the path.
fn one_end(item: &Map<String, Value>, kind: Kind, is_in_path: bool, flaws: &mut Flaws) {
    if is_in_path {
        for name in ["entity_id", "entity_type"].into_iter().filter(|name| item.contains_key(*name))
        {
            flaws.unexpected(name);
        }
        return;
    }
    if !item.contains_key("entity_id") {
        flaws.missing("entity_id");
    }
    let named = item.get("entity_type");
    if named.is_some_and(|named| named != kind.name()) && !flaws.has("entity_type") {
        flaws.not_a_choice("entity_type");
    }
}

/// What may stand in the metadata depends on what is linked. With unlinking a quantity and a price
/// say nothing, and a client may send the same item for both.
fn check_metadata(
    metadata: Option<&Map<String, Value>>,
    to: Option<Kind>,
    is_link: bool,
    account: &Account,
    flaws: &mut Flaws,
) {
    let is_element = to == Some(Kind::Elements);
    for name in metadata.into_iter().flat_map(Map::keys) {
        let fits = match name.as_str() {
            "is_main" => is_link && to == Some(Kind::Contacts),
            "catalog_id" | "quantity" | "price_id" => is_element,
            _ => true,
        };
        if !fits && !flaws.has_within(name) {
            flaws.unexpected(name);
        }
    }
    if is_element && metadata.is_none_or(|metadata| !metadata.contains_key("catalog_id")) {
        flaws.missing("catalog_id");
    }
    let Some(metadata) = metadata.filter(|_| is_element) else { return };
    let price = metadata.get("price_id").and_then(Value::as_i64);
    if price.is_some_and(|id| !is_price(account, metadata, id)) && !flaws.has_within("price_id") {
        flaws.not_a_choice("price_id");
    }
}

/// Is it a field with prices of the catalog that is named beside it?
fn is_price(account: &Account, metadata: &Map<String, Value>, id: i64) -> bool {
    let catalog = metadata.get("catalog_id").and_then(Value::as_i64).unwrap_or_default();
    let definitions = account.fields_named(&format!("catalogs/{catalog}"));
    definitions.iter().any(|field| field.id == id && field.field_type == FieldType::Price)
}
