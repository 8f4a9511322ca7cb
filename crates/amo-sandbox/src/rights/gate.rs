//! Who may make a request at all: administrators everything, others what their rights say.

use serde_json::Value;

use super::Reach;
use super::catalogs::{Level, OfCatalogs};
use super::named::{self, Named};
use super::needs::{self, Needs};
use crate::call::Call;
use crate::reply::Reply;

/// Refuses a request for which the rights of its user do not suffice. What may not be seen is
/// answered as if it were not there, as the docs know no 403 for reading leads, contacts and
/// companies; what may be seen but not be changed is 403. Both are a guess. Lists leave out what
/// may not be seen; see [`Reach`].
pub(crate) fn gate(call: &Call<'_>) -> Result<(), Reply> {
    if call.only_admin().is_ok() {
        return Ok(());
    }
    match needs::of(call.resource.service, call.operation.action) {
        None | Some(Needs::Admin) => Err(Reply::forbidden()),
        Some(Needs::Nothing | Needs::Rows) => Ok(()),
        Some(Needs::View) => see(call, &named::own(call)?, || call.nothing_found()),
        Some(Needs::Visit) => see(call, &named::own(call)?, Reply::forbidden),
        Some(Needs::Edit) => change(call, "edit"),
        Some(Needs::Add) => add(call),
        Some(Needs::Catalogs(action)) => catalogs(call, action),
    }
}

/// The cards that are named must be seen. Those that are not there are left to the service.
fn see(call: &Call<'_>, all: &[Named], refusal: impl Fn() -> Reply) -> Result<(), Reply> {
    let sees = |one: &Named| one.is_within(call, "view");
    if all.iter().all(sees) { Ok(()) } else { Err(refusal()) }
}

/// What is changed must be seen and be within the reach of the change; what is only brought in, as
/// the other end of a link, must be seen.
fn change(call: &Call<'_>, action: &str) -> Result<(), Reply> {
    let own = named::own(call)?;
    see(call, &own, Reply::forbidden)?;
    if !own.iter().all(|one| one.is_within(call, action)) {
        return Err(Reply::forbidden());
    }
    see(call, &named::others(call)?, Reply::forbidden)
}

/// New cards; what comes with them is added too, or was there and must be seen. Everybody may add
/// tasks to the cards that he sees. That new contacts and companies of new leads need rights of
/// their own is a guess.
fn add(call: &Call<'_>) -> Result<(), Reply> {
    let mut kinds = match call.resource.service {
        "tasks" => Vec::new(),
        "unsorted" => vec!["leads"],
        service => vec![service],
    };
    if call.operation.action == "add_complex" {
        let items = call.items()?;
        let brings_new = |kind: &&str| {
            let parts = |item: &Value| item["_embedded"][*kind].as_array().cloned();
            items.iter().filter_map(parts).flatten().any(|part| part.get("id").is_none())
        };
        kinds.extend(["contacts", "companies"].into_iter().filter(brings_new));
    }
    let may = |kind| Reach::of(call.account, call.user_id, kind, "add").is_everything();
    if !kinds.into_iter().all(may) {
        return Err(Reply::forbidden());
    }
    see(call, &named::others(call)?, Reply::forbidden)
}

/// Catalogs need the right of their own: for all of them, or for those that are meant. A catalog
/// itself is added and changed by who may do so with all of it.
fn catalogs(call: &Call<'_>, action: &str) -> Result<(), Reply> {
    let rights = OfCatalogs::of(call.account, call.user_id, action);
    let meant = named::catalogs(call)?;
    let may = |level: Level| match (call.resource.service, action) {
        (_, "view") | ("elements", "edit") => level != Level::Nothing,
        _ => level == Level::All,
    };
    let may = match (meant.as_slice(), call.operation.action) {
        ([], "list") => rights.is_something(),
        ([], _) => may(rights.rest()),
        (meant, _) => meant.iter().all(|id| may(rights.level(*id))),
    };
    if !may {
        return Err(Reply::forbidden());
    }
    if call.resource.service == "catalogs" || action == "add" {
        return Ok(());
    }
    if action == "view" {
        let hidden = || Reply::not_found("There is no element with this id");
        return see(call, &named::own(call)?, hidden);
    }
    change(call, action)
}
