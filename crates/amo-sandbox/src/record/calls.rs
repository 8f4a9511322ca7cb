//! `POST /calls`: notes about calls, put on the card that has the phone number.

use http::StatusCode;
use serde_json::{Value, json};

use super::notes;
use super::notes::params::call_status;
use crate::account::Account;
use crate::account::pipelines::{LOST, WON};
use crate::call::{Call, api_url};
use crate::check::{self, Change};
use crate::entity::Kind;
use crate::flaws::{BatchFlaws, Flaws, request_id_for};
use crate::reply::Reply;
use crate::spelling::Spelling;
use crate::table::Moment;

/// What the official client sends as null where nothing is set.
const NULLABLE: [&str; 5] = ["uniq", "link", "call_result", "call_status", "call_responsible"];

pub(super) fn create(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let mut flawed = BatchFlaws::default();
    let mut wanted = Vec::new();
    for (index, mut item) in call.items()?.into_iter().enumerate() {
        let mut flaws = Flaws::default();
        let request_id = request_id_for("calls", &item, index, &mut flaws);
        if let Value::Object(item) = &mut item {
            item.retain(|name, value| !(value.is_null() && NULLABLE.contains(&name.as_str())));
        }
        let moment = Moment::Creation;
        let change = check::entity(&item, call.resource, moment, call.account, &mut flaws);
        call_status(&item, &mut flaws);
        flawed.of_item(&request_id, &flaws);
        wanted.push((request_id, change));
    }
    flawed.refuse_if_any()?;
    let mut saved = Vec::new();
    let mut errors = Vec::new();
    for (request_id, change) in wanted {
        match card_of(change.text("phone").unwrap_or_default(), call.account) {
            Some(card) => {
                let id = notes::put(call, card, &note(&change));
                saved.push(show(call, id, card, &request_id));
            }
            // The form of this error is known from what one client printed, but for its status,
            // which is a guess: the code that version 2 of the API has for it.
            None => errors.push(json!({
                "title": "Entity not found",
                "type": "https://httpstatus.es/263",
                "status": 263,
                "detail": "Entity with this phone number not found",
                "request_id": request_id,
            })),
        }
    }
    let answer = json!({
        "_total_items": saved.len(),
        "errors": errors,
        "_embedded": {"calls": saved},
    });
    if saved.is_empty() {
        return Err(Reply::hal(&answer).with_success(StatusCode::BAD_REQUEST.as_u16()));
    }
    Ok(Reply::hal(&answer))
}

/// The note that a call becomes.
fn note(call: &Change) -> Change {
    let is_inbound = call.text("direction") == Some("inbound");
    let mut params = json!({});
    for name in ["uniq", "duration", "source", "link", "phone", "call_result", "call_status"] {
        params[name] = call.get(name).cloned().unwrap_or_default();
    }
    // Who is said to have made the record is shown where nobody is said to have talked.
    let talked = call.get("call_responsible").or_else(|| call.get("created_by"));
    params["call_responsible"] = talked.cloned().unwrap_or_default();
    let mut members = vec![
        ("note_type", if is_inbound { "call_in" } else { "call_out" }.into()),
        ("params", params),
    ];
    for name in ["responsible_user_id", "created_by", "updated_by", "created_at", "updated_at"] {
        members.extend(call.get(name).map(|value| (name, value.clone())));
    }
    Change { members, ..Change::default() }
}

fn show(call: &Call<'_>, id: i64, (kind, card): (Kind, i64), request_id: &str) -> Value {
    let href = api_url(call.base, &format!("{}/{card}", kind.name()));
    json!({
        "id": id,
        "entity_id": card,
        "entity_type": kind.resource().name,
        "account_id": call.account.id,
        "request_id": request_id,
        "_embedded": {"entity": {"id": card, "_links": {"self": {"href": href}}}},
    })
}

/// The card that a call from or to a number belongs to: the only open lead of whoever has the
/// number, or his only customer, or else he himself. Who comes first of several with one number,
/// and contacts before companies, is a guess.
pub(crate) fn card_of(phone: &str, account: &Account) -> Option<(Kind, i64)> {
    let wanted = Spelling::LastDigits.of(phone)?;
    let owner = [Kind::Contacts, Kind::Companies].into_iter().find_map(|kind| {
        let cards = account.collections.get(&kind)?.live();
        let phones = phone_fields(kind, account).into_iter();
        let owners =
            phones.flat_map(|field| cards.with_value(field, Spelling::LastDigits, &wanted));
        Some((kind, owners.map(|card| card.id).min()?))
    })?;
    Some(main_card(owner, account))
}

/// The card on which whatever comes from somebody is kept.
pub(super) fn main_card(owner: (Kind, i64), account: &Account) -> (Kind, i64) {
    let is_open = |id: &i64| {
        let lead = account.entity(Kind::Leads, *id);
        lead.is_some_and(|lead| !matches!(lead.int("status_id"), Some(WON | LOST)))
    };
    let linked = |kind| account.links.of(owner, kind).map(|(id, _)| id);
    let leads: Vec<i64> = linked(Kind::Leads).filter(is_open).collect();
    let customers = Kind::named("customers");
    let bought: Vec<i64> = customers.into_iter().flat_map(linked).collect();
    match (leads.as_slice(), bought.as_slice(), customers) {
        ([lead], [], _) => (Kind::Leads, *lead),
        ([], [customer], Some(customers)) => (customers, *customer),
        _ => owner,
    }
}

/// The ids of the fields that hold telephone numbers.
fn phone_fields(kind: Kind, account: &Account) -> Vec<i64> {
    let fields = account.fields_of(kind).iter();
    fields.filter(|field| field.code.as_deref() == Some("PHONE")).map(|field| field.id).collect()
}
