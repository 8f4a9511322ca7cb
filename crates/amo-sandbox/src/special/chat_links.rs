//! `/contacts/chats`: which chats belong to which contacts.

use serde_json::{Value, json};

use crate::call::Call;
use crate::check;
use crate::entity::Entity;
use crate::filter::{self, Filtered};
use crate::flaws::{self, request_id_for};
use crate::listing;
use crate::page::embedding;
use crate::reply::Reply;
use crate::table::Moment;

pub(super) fn answer(call: &mut Call<'_>) -> Result<Reply, Reply> {
    match call.operation.action {
        "list" => list(call),
        _ => create(call),
    }
}

/// By contacts or by chats. 204 when nothing is found is a guess.
fn list(call: &Call<'_>) -> Result<Reply, Reply> {
    let asked = |name| !call.query.below(name).is_empty() || call.query.get(name).is_some();
    if asked("contact_id") == asked("chat_id") {
        return Err(Reply::bad_request("Either contact_id or chat_id must be given"));
    }
    let tests = filter::read(
        call.query,
        &Filtered {
            resource: call.resource,
            fields: &[],
            api_filter: call.account.api_filter,
            renamed: &[],
            bare: &[],
            below: None,
            only: None,
        },
    )?;
    let links = call.account.records.of(call.resource.service, "");
    let mut found = listing::candidates(&tests, links);
    found.retain(|link| tests.iter().all(|test| test.passes(link)));
    let shown: Vec<Value> = found.into_iter().map(show).collect();
    if shown.is_empty() {
        return Ok(Reply::no_content());
    }
    Ok(embedding(json!({"_total_items": shown.len()}), call.key(), shown))
}

/// A chat belongs to one contact: linking it again moves it, and the link has a new id (a guess)
/// unless it says what is there already.
fn create(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let service = call.resource.service;
    let wanted = flaws::each(&call.items()?, |index, item, flaws| {
        let request_id = request_id_for(service, item, index, flaws);
        let moment = Moment::Creation;
        let change = check::entity(item, call.resource, moment, call.account, flaws);
        (request_id, change)
    })?;
    let mut shown = Vec::new();
    for (request_id, change) in wanted {
        let chat = change.text("chat_id").unwrap_or_default();
        let mut links = call.account.records.of(service, "").iter();
        let known = links.find(|link| link.text("chat_id") == chat).cloned();
        let is_same = |link: &Entity| link.int("contact_id") == change.int("contact_id");
        let link = match known {
            Some(link) if is_same(&link) => link,
            moved => {
                if let Some(moved) = moved {
                    call.account.records.remove(service, "", moved.id);
                }
                let mut link = call.account.records.draft(service);
                link.set("chat_id", chat);
                link.set("contact_id", change.int("contact_id"));
                call.account.records.keep(service, "", link.clone());
                link
            }
        };
        let mut item = show(&link);
        item["request_id"] = request_id.into();
        shown.push(item);
    }
    Ok(embedding(json!({"_total_items": shown.len()}), call.key(), shown))
}

fn show(link: &Entity) -> Value {
    json!({
        "chat_id": link.get("chat_id"),
        "contact_id": link.get("contact_id"),
        "id": link.id,
    })
}
