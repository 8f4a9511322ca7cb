//! Links in a state: each once.

use serde_json::{Value, json};

use super::{End, Links, has_main};
use crate::account::Account;
use crate::entity::Kind;
use crate::flaws::Flaws;
use crate::state::item;

impl Links {
    /// All links, each once.
    pub(crate) fn shown(&self) -> impl Iterator<Item = Value> {
        let once = self.kept.iter().filter(|((from, to), _)| from < to);
        once.map(|((one, other), _)| {
            let turned = has_main(other.0, one.0);
            let (from, to) = if turned { (*other, *one) } else { (*one, *other) };
            let mut shown = json!({
                "entity_type": from.0.name(),
                "entity_id": from.1,
                "to_entity_type": to.0.name(),
                "to_entity_id": to.1,
            });
            if has_main(from.0, to.0) {
                let is_main = self.kept.get(&(from, to)).copied().unwrap_or_default();
                shown["metadata"] = json!({"main_contact": is_main});
            }
            if let Some(goods) = self.goods(from, to) {
                shown["metadata"] = json!({"quantity": goods.quantity, "price_id": goods.price_id});
            }
            shown
        })
    }
}

/// Reads one link. Both ends must be there, out of the recycle bin.
pub(crate) fn read(item: &Value, account: &mut Account, flaws: &mut Flaws) {
    let Some(item) = item::object(item, flaws) else { return };
    let known = ["entity_type", "entity_id", "to_entity_type", "to_entity_id", "metadata"];
    for name in item.keys().filter(|name| !known.contains(&name.as_str())) {
        flaws.unexpected(name);
    }
    let mut end = |kind: &str, id: &str| {
        let of = item.get(kind).and_then(Value::as_str).and_then(Kind::named);
        if of.is_none() {
            flaws.not_a_choice(kind);
        }
        let end = (of?, item.get(id).and_then(Value::as_i64).unwrap_or_default());
        if account.entity(end.0, end.1).is_none() {
            flaws.not_a_choice(id);
        }
        Some(end)
    };
    let ends = (end("entity_type", "entity_id"), end("to_entity_type", "to_entity_id"));
    let (Some(from), Some(to)) = ends else { return };
    if !from.0.table().links_to.contains(&to.0) && !to.0.table().links_to.contains(&from.0) {
        flaws.not_a_choice("to_entity_type");
    }
    if account.links.is_linked((from, to)) {
        item::twice("to_entity_id", flaws);
    }
    let none = serde_json::Map::new();
    let metadata = match item.get("metadata") {
        None | Some(Value::Null) => &none,
        Some(Value::Object(metadata)) => metadata,
        Some(_) => return flaws.wrong_type("metadata", "object"),
    };
    let is_main = flaws.within("metadata", |flaws| check(metadata, from, to, account, flaws));
    if !flaws.is_empty() {
        return;
    }
    account.links.put(from, to, is_main);
    let said = |name| metadata.get(name).cloned();
    if metadata.contains_key("quantity") || metadata.contains_key("price_id") {
        account.links.set_goods(from, to, said("quantity"), said("price_id"));
    }
}

/// Checks what is said of a link, and tells whether it is that of a main contact.
fn check(
    metadata: &serde_json::Map<String, Value>,
    from: End,
    to: End,
    account: &Account,
    flaws: &mut Flaws,
) -> Option<bool> {
    let mut is_main = None;
    let has_element = [from.0, to.0].contains(&Kind::Elements);
    for (name, value) in metadata {
        match name.as_str() {
            "main_contact" if has_main(from.0, to.0) || has_main(to.0, from.0) => {
                is_main = value.as_bool();
                if is_main.is_none() {
                    flaws.wrong_type(name, "bool");
                }
                let (owner, contact) = if has_main(from.0, to.0) { (from, to) } else { (to, from) };
                let mut others = account.links.of(owner, contact.0);
                if is_main == Some(true) && others.any(|(_, is_main)| is_main) {
                    flaws.add("NotUnique", name, "there is a main contact already");
                }
            }
            "quantity" if has_element && value.is_number() => {}
            "price_id" if has_element && (value.is_null() || value.is_i64()) => {}
            "quantity" | "price_id" if has_element => flaws.wrong_type(name, "numeric"),
            _ => flaws.unexpected(name),
        }
    }
    is_main
}
