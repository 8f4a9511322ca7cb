//! What becomes of an incoming lead.

use serde_json::{Value, json};

use super::{ACCEPTED, DECLINED, PARTS, SERVICE, embedded, is_within, reference, waiting};
use crate::account::Account;
use crate::call::Call;
use crate::check::{self, Change};
use crate::entity::{Entity, Kind, Stage, change_one, check_beside, must_be_filled};
use crate::flaws::Flaws;
use crate::page;
use crate::reply::Reply;
use crate::table::Body;

/// The body: no member is needed, so that it may be empty; PHP prints an empty object as a list.
fn sent(call: &Call<'_>, flaws: &mut Flaws) -> Result<Value, Reply> {
    if call.body.iter().all(u8::is_ascii_whitespace) {
        return Ok(json!({}));
    }
    let sent = match page::document(call.body)? {
        Value::Array(list) if list.is_empty() => json!({}),
        sent => sent,
    };
    if let Body::One(kind) = call.operation.body {
        check::sent(kind, &sent, call.account, flaws);
    }
    Ok(sent)
}

/// One that is to be sorted; 404 where there is none. That sorting takes the right to change its
/// lead is a guess.
fn found(call: &Call<'_>) -> Result<Entity, Reply> {
    let found = waiting(call);
    let found = found.ok_or_else(|| Reply::not_found("There is no unsorted with this uid"))?;
    if is_within(found, "edit", call) { Ok(found.clone()) } else { Err(Reply::forbidden()) }
}

/// Who sorts: the user that is named, or 0 for a robot, else who asks.
fn author(sent: &Value, call: &Call<'_>) -> i64 {
    sent["user_id"].as_i64().unwrap_or(call.user_id)
}

/// Its lead goes to a stage of its pipeline, the first one unless another is named.
pub(super) fn accept(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let one = found(call)?;
    let mut flaws = Flaws::default();
    let sent = sent(call, &mut flaws)?;
    let pipeline = one.int("pipeline_id").and_then(|id| call.account.pipeline(id));
    let lead = one.int("lead").and_then(|id| call.account.entity(Kind::Leads, id));
    let status = match sent["status_id"].as_i64() {
        Some(status) => {
            // The stage that it waits in is no choice; a lead that a user moved on stays there.
            let is_stage = pipeline.is_some_and(|pipeline| pipeline.has_status(status));
            let waits = lead.and_then(|lead| lead.int("status_id")) == Some(status);
            if (!is_stage || waits) && !flaws.has("status_id") {
                flaws.not_a_choice("status_id");
            }
            Some(status)
        }
        None => pipeline.and_then(|pipeline| pipeline.first_status()),
    };
    if let (true, Some(pipeline), Some(status)) = (flaws.is_empty(), pipeline, status) {
        check_stage(&one, (pipeline.id, status), call.account, &mut flaws);
    }
    flaws.refuse_if_any()?;
    let (user, now) = (author(&sent, call), call.now);
    for (kind, member) in PARTS {
        let Some(id) = one.int(member) else { continue };
        // That they count as made by who accepts them is how the docs can be read: a guess.
        let mut change = Change { members: vec![("created_by", user.into())], ..Change::default() };
        match (kind, status) {
            (Kind::Leads, Some(status)) => change.members.push(("status_id", status.into())),
            (Kind::Contacts, _) => change.members.push(("is_unsorted", false.into())),
            _ => {}
        }
        change_one(call.account, kind, id, &change, user, now);
    }
    let shown = sorted(&one, call);
    let result = result([("leads", one.int("lead")), ("contacts", one.int("contact"))]);
    keep(one, ACCEPTED, (user, result), call);
    Ok(Reply::hal(&shown))
}

/// What the stage asks of the lead and of who came with it, as of a lead that is moved into it.
fn check_stage(one: &Entity, stage: Stage, account: &Account, flaws: &mut Flaws) {
    for (kind, member) in PARTS {
        let Some(card) = one.int(member).and_then(|id| account.entity(kind, id)) else { continue };
        if kind == Kind::Leads {
            must_be_filled(&Change::default(), Some(card), stage, account).check(flaws);
        } else {
            check_beside(kind, &card.fields, stage, account, flaws);
        }
    }
}

/// All that came with it goes to the recycle bin, but for what was there before (a guess); the
/// answer does not name the company.
pub(super) fn decline(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let mut one = found(call)?;
    let known = one.get("known").as_array().cloned().unwrap_or_default();
    for (_, member) in PARTS.into_iter().filter(|(_, member)| known.contains(&json!(member))) {
        one.set(member, Value::Null);
    }
    let mut flaws = Flaws::default();
    let sent = sent(call, &mut flaws)?;
    flaws.refuse_if_any()?;
    let mut shown = sorted(&one, call);
    if let Some(embedded) = shown["_embedded"].as_object_mut() {
        embedded.remove("companies");
    }
    let (user, now) = (author(&sent, call), call.now);
    for (kind, member) in PARTS {
        if let Some(id) = one.int(member) {
            call.account.bin(kind, id, user, now);
        }
    }
    let result = result([("leads", one.int("lead")), ("contacts", one.int("contact"))]);
    keep(one, DECLINED, (user, result), call);
    Ok(Reply::hal(&shown))
}

/// An unsorted chat becomes one of a lead or a customer that is there: its own lead is not needed
/// any more, its contact is linked with that lead, or gives way to the contact that is named.
pub(super) fn link(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let one = found(call)?;
    let mut flaws = Flaws::default();
    let sent = sent(call, &mut flaws)?;
    let link = &sent["link"];
    let kind = link["entity_type"].as_str().unwrap_or_default();
    let id = link["entity_id"].as_i64().unwrap_or_default();
    if flaws.is_empty() && !call.account.knows(kind, id) {
        flaws.not_a_choice("link.entity_id");
    }
    flaws.refuse_if_any()?;
    if !["chats", "mail"].contains(&one.text("category")) {
        // Only chats can be linked, as the docs say; the official client lets mail through too. How
        // the others are refused is a guess.
        return Err(Reply::bad_request("Only an unsorted from a chat can be linked"));
    }
    let (user, now) = (author(&sent, call), call.now);
    if let Some(lead) = one.int("lead") {
        call.account.bin(Kind::Leads, lead, user, now);
    }
    let own = one.int("contact");
    let named = link["metadata"]["contact_id"].as_i64();
    if let (Some(own), Some(_)) = (own, named) {
        call.account.bin(Kind::Contacts, own, user, now);
    }
    if let Some(contact) = named.or(own) {
        let change = Change { members: vec![("is_unsorted", false.into())], ..Change::default() };
        change_one(call.account, Kind::Contacts, contact, &change, user, now);
        if let Some(kind) = Kind::named(kind) {
            call.account.links.put((kind, id), (Kind::Contacts, contact), None);
        }
    }
    let shown = json!({
        "uid": one.get("uid"),
        "_embedded": {kind: [reference(kind, id, call)]},
    });
    let result = result([(kind, Some(id)), ("contacts", named.or(own))]);
    keep(one, ACCEPTED, (user, result), call);
    Ok(Reply::hal(&shown))
}

/// What the answer to accepting or declining shows.
fn sorted(one: &Entity, call: &Call<'_>) -> Value {
    json!({
        "uid": one.get("uid"),
        "pipeline_id": one.get("pipeline_id"),
        "category": one.get("category"),
        "created_at": one.get("created_at"),
        "_embedded": embedded(one, call),
    })
}

/// The ids of what became of it, as webhooks tell it.
fn result(parts: [(&str, Option<i64>); 2]) -> Value {
    let parts = parts.into_iter().filter_map(|(name, id)| Some((name.to_owned(), json!([id?]))));
    Value::Object(parts.collect())
}

fn keep(mut one: Entity, state: &'static str, by: (i64, Value), call: &mut Call<'_>) {
    one.set("state", state);
    one.set("sorted_by", by.0);
    one.set("result", by.1);
    one.set("sorted_at", call.now);
    one.set("updated_at", call.now);
    call.account.records.keep(SERVICE, "", one);
}
