//! Who may make a request at all: administrators everything, others what their rights say.

use crate::call::Call;
use crate::entity::{Entity, Kind};
use crate::reply::Reply;

use super::Reach;

/// Refuses a request for which the rights of its user do not suffice. What may not be seen is
/// answered as if it were not there, as the docs know no 403 for reading leads, contacts and
/// companies; what may be seen but not be changed is 403. Both are a guess. Lists leave out what
/// may not be seen; see [`Reach`].
pub(crate) fn gate(call: &Call<'_>) -> Result<(), Reply> {
    if call.only_admin().is_ok() {
        return Ok(());
    }
    if is_for_admins(call.resource.service, call.operation.action, call.method) {
        return Err(Reply::forbidden());
    }
    let reads = call.method == "GET";
    match call.resource.service {
        "catalogs" | "elements" => {
            catalogs(call, if reads { "view" } else { call.operation.action })
        }
        service if call.operation.action == "create" || call.operation.action == "add_complex" => {
            let may = Reach::of(call.account, call.user_id, service, "add");
            if may.is_everything() { entities(call, "edit") } else { Err(Reply::forbidden()) }
        }
        _ => entities(call, if reads { "view" } else { "edit" }),
    }
}

/// What only administrators may do. For loss reasons, the mode of customers and the products' catalog
/// that is a guess.
fn is_for_admins(service: &str, action: &str, method: &str) -> bool {
    let writes = method != "GET";
    match service {
        "users" | "roles" | "webhooks" | "sources" | "contact_chats" | "website_buttons" => true,
        "pipelines"
        | "statuses"
        | "loss_reasons"
        | "custom_fields"
        | "custom_field_groups"
        | "customer_statuses"
        | "customer_segments"
        | "widgets"
        | "template_reviews" => writes,
        "chat_templates" => writes || action == "list",
        "bots" => action == "continue",
        _ => matches!(action, "set_mode" | "set_products_settings"),
    }
}

/// Catalogs need the right of their own: for all of them, or for the one that is meant. To what an
/// "L" reaches is not looked at.
fn catalogs(call: &Call<'_>, action: &str) -> Result<(), Reply> {
    let action = match action {
        "create" => "add",
        "view" => "view",
        _ => "edit",
    };
    let rights = call.account.rights_of(call.user_id);
    let name = if call.resource.service == "catalogs" { "id" } else { "catalog_id" };
    let id: Option<i64> = call.parameter(name).parse().ok();
    let mut said = rights["catalog_rights"].as_array().into_iter().flatten();
    let own = said.find(|one| id.is_some() && one["catalog_id"].as_i64() == id);
    let may = match own {
        Some(own) => matches!(own["rights"][action].as_str(), Some("A" | "L")),
        None => rights["catalog_access"] == true,
    };
    if may { Ok(()) } else { Err(Reply::forbidden()) }
}

/// The entities that a request names must be within the reach of its user. Those that are not there
/// are left to the service. That links, notes and files of an entity take the right to change it is a
/// guess.
fn entities(call: &Call<'_>, action: &str) -> Result<(), Reply> {
    for (service, id) in named(call)? {
        let Some(entity) = kept(call, service, id) else { continue };
        if !Reach::of(call.account, call.user_id, service, "view").covers(entity) {
            return Err(if call.method == "GET" {
                call.nothing_found()
            } else {
                Reply::forbidden()
            });
        }
        if !Reach::of(call.account, call.user_id, service, action).covers(entity) {
            return Err(Reply::forbidden());
        }
    }
    Ok(())
}

fn kept<'c>(call: &'c Call<'_>, service: &str, id: i64) -> Option<&'c Entity> {
    match Kind::named(service) {
        Some(kind) => call.account.entity(kind, id),
        None => call.account.records.get(known(service)?, "", id),
    }
}

/// The kinds of entities that have a responsible user.
fn known(service: &str) -> Option<&'static str> {
    ["leads", "contacts", "companies", "customers", "tasks"].into_iter().find(|one| *one == service)
}

/// The entities that the path names, or the items of the body where the path says only the kind.
fn named<'c>(call: &'c Call<'_>) -> Result<Vec<(&'c str, i64)>, Reply> {
    let parameter = |name: &str| Some(call.parameter(name)).filter(|value| !value.is_empty());
    if let Some(id) = parameter("customer_id").and_then(|id| id.parse().ok()) {
        return Ok(vec![("customers", id)]);
    }
    // `leads`, or `leads/5`, or `leads` and the id beside it.
    let (service, id) = match parameter("parent").or_else(|| parameter("entity")) {
        Some(parent) => match parent.split_once('/') {
            Some((kind, id)) => (kind, Some(id)),
            None => (parent, parameter("entity_id")),
        },
        None => (call.resource.service, parameter("id")),
    };
    let Some(service) = known(service) else { return Ok(Vec::new()) };
    if let Some(id) = id.and_then(|id| id.parse().ok()) {
        return Ok(vec![(service, id)]);
    }
    let of_item = match call.operation.action {
        "update_many" if service == call.resource.service => "id",
        _ => "entity_id",
    };
    // A new card has no id yet; and what is wrong with the items the service says.
    if call.resource.service == service && call.operation.action == "create" {
        return Ok(Vec::new());
    }
    let ids = call.items()?.into_iter().filter_map(|item| item[of_item].as_i64());
    Ok(ids.map(|id| (service, id)).collect())
}
