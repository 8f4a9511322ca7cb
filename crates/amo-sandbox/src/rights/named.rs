//! Which cards and catalogs a request names, in its path and in its body.

use serde_json::Value;

use super::Reach;
use crate::call::Call;
use crate::entity::{Entity, Kind};
use crate::record;
use crate::reply::Reply;

/// A card, an element of a catalog or a task by its id.
pub(super) struct Named {
    service: &'static str,
    id: i64,
}

impl Named {
    fn card(kind: &str, id: i64) -> Option<Self> {
        Some(Named { service: Kind::named(kind)?.name(), id })
    }

    /// One that is not there is within every reach: the service says what is wrong.
    pub(super) fn is_within(&self, call: &Call<'_>, action: &str) -> bool {
        let reach = Reach::of(call.account, call.user_id, self.service, action);
        self.kept(call).is_none_or(|entity| reach.covers(entity))
    }

    fn kept<'c>(&self, call: &'c Call<'_>) -> Option<&'c Entity> {
        match Kind::named(self.service) {
            Some(kind) => call.account.entity(kind, self.id),
            None => call.account.records.get(self.service, "", self.id),
        }
    }
}

/// What a request is about: what its path names, or else the items of its body.
pub(super) fn own(call: &Call<'_>) -> Result<Vec<Named>, Reply> {
    let parameter = |name: &str| Some(call.parameter(name)).filter(|value| !value.is_empty());
    let number = |name: &str| parameter(name)?.parse::<i64>().ok();
    let one = |named: Option<Named>| Ok(named.into_iter().collect());
    // What stands in the path before the id: `leads`, `leads/5` or `catalogs/5`.
    let parent = parameter("parent").or_else(|| parameter("entity")).unwrap_or_default();
    let (parent, in_parent) = match parent.split_once('/') {
        Some(("catalogs", _)) => ("catalog_elements", None),
        Some((parent, id)) => (parent, id.parse().ok()),
        None => (parent, None),
    };
    if let Some(id) = in_parent.or_else(|| number("entity_id")) {
        return one(Named::card(parent, id));
    }
    let of_record = |service: &'static str, id: i64, member: &str, kind: &str| {
        let record = call.account.records.find(service, id).map(|(_, record)| record);
        Named::card(kind, record?.int(member)?)
    };
    let id = call.path_id();
    match call.resource.service {
        "transactions" => {
            let whose = || of_record("transactions", id?, "customer_id", "customers");
            let customer = number("customer_id").and_then(|id| Named::card("customers", id));
            one(customer.or_else(whose))
        }
        "talks" | "talk_messages" => {
            let talk = number("talk_id").or(id);
            one(talk.and_then(|id| of_record("talks", id, "contact_id", "contacts")))
        }
        "notes" => {
            let of_note = |id| of_record("notes", id, "entity_id", parent);
            let of_item = |item: &Value| match item["entity_id"].as_i64() {
                Some(id) => Named::card(parent, id),
                None => of_note(item["id"].as_i64()?),
            };
            match id {
                Some(id) => one(of_note(id)),
                None => Ok(call.items()?.iter().filter_map(of_item).collect()),
            }
        }
        "calls" => {
            let of_item = |item: &Value| {
                let (kind, id) = record::card_of(item["phone"].as_str()?, call.account)?;
                Named::card(kind.name(), id)
            };
            Ok(call.items()?.iter().filter_map(of_item).collect())
        }
        "bots" => Ok(call.items()?.iter().filter_map(target).collect()),
        "unsorted" => Ok(call.items()?.iter().filter_map(|item| target(&item["link"])).collect()),
        "tasks" => Ok(ids(call, "id")?.map(|id| Named { service: "tasks", id }).collect()),
        "elements" => {
            Ok(ids(call, "id")?.filter_map(|id| Named::card("catalog_elements", id)).collect())
        }
        card => {
            let is_link = call.operation.action.ends_with("link_many");
            let ids = ids(call, if is_link { "entity_id" } else { "id" })?;
            Ok(ids.filter_map(|id| Named::card(card, id)).collect())
        }
    }
}

/// The id of the path, or those of the items.
fn ids(call: &Call<'_>, member: &'static str) -> Result<impl Iterator<Item = i64>, Reply> {
    let id = call.path_id();
    let items = if id.is_some() { Vec::new() } else { call.items()? };
    Ok(id.into_iter().chain(items.into_iter().filter_map(move |item| item[member].as_i64())))
}

/// The card that an item names by its kind and id.
fn target(item: &Value) -> Option<Named> {
    Named::card(item["entity_type"].as_str()?, item["entity_id"].as_i64()?)
}

/// What a request brings together with what it is about: the other ends of links, the cards of
/// tasks, what new cards come with.
pub(super) fn others(call: &Call<'_>) -> Result<Vec<Named>, Reply> {
    let service = call.resource.service;
    let brings: fn(&Value) -> Vec<Named> = match call.operation.action {
        "link" | "unlink" | "link_many" | "unlink_many" => |item| {
            let other =
                || Named::card(item["to_entity_type"].as_str()?, item["to_entity_id"].as_i64()?);
            other().into_iter().collect()
        },
        "link_entity" => |item| {
            let contact = item["link"]["metadata"]["contact_id"].as_i64();
            contact.and_then(|id| Named::card("contacts", id)).into_iter().collect()
        },
        "create" | "update" | "update_many" if service == "tasks" => {
            |item| target(item).into_iter().collect()
        }
        "create" | "add_complex" => |item| {
            let parts = item["_embedded"].as_object().into_iter().flatten();
            let parts = parts.flat_map(|(kind, parts)| {
                let ids = parts.as_array().into_iter().flatten();
                ids.filter_map(|part| Named::card(kind, part["id"].as_i64()?))
            });
            parts.collect()
        },
        _ => return Ok(Vec::new()),
    };
    Ok(call.items()?.iter().flat_map(brings).collect())
}

/// The catalogs that a request names: that of the path, or those of the items.
pub(super) fn catalogs(call: &Call<'_>) -> Result<Vec<i64>, Reply> {
    let is_many = call.operation.action == "update_many";
    match call.resource.service {
        "catalogs" if is_many => Ok(ids(call, "id")?.collect()),
        "catalogs" => Ok(call.path_id().into_iter().collect()),
        _ => Ok(call.parameter("catalog_id").parse().into_iter().collect()),
    }
}
