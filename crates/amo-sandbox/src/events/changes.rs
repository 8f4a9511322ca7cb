//! What a request changed, as events tell it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{What, cards, one_of};
use crate::account::Account;
use crate::entity::{Entity, Kind};
use crate::links::End;
use crate::{automation, webhooks};

/// Forgets what has changed so far: what an account begins with is no change of it.
pub(crate) fn begin(account: &mut Account) {
    for collection in account.collections.values_mut() {
        collection.take_touched();
    }
    account.records.take_touched();
    account.links.take_changed();
}

/// Writes the events of all that has changed since this was called last, and notes it for webhooks.
pub(crate) fn remember(account: &mut Account, by: i64, at: i64) {
    let mut found = Vec::new();
    let mut notices = Vec::new();
    // The catalogs of elements that are gone by now.
    let mut catalogs = BTreeMap::new();
    let mut posts = Vec::new();
    let is_heard = account.webhooks.is_heard();
    let has_triggers = account.automation.has_triggers();
    for kind in Kind::ALL {
        let Some(collection) = account.collections.get_mut(&kind) else { continue };
        for (id, before) in collection.take_touched() {
            let now = account.entity(kind, id);
            cards::changed(kind, before.as_ref(), now, account, &mut found);
            if has_triggers {
                posts.extend(automation::by_card(kind, before.as_ref(), now, account, at));
            }
            if is_heard {
                webhooks::card_changed(kind, before.as_ref(), now, account, &mut notices);
            }
        }
    }
    for (service, scope, touched) in account.records.take_touched() {
        for (id, before) in touched {
            let now = account.records.get(service, &scope, id);
            if service == "elements" && now.is_none() {
                catalogs.extend(scope.parse::<i64>().ok().map(|catalog| (id, catalog)));
            }
            changed(service, &scope, before.as_ref(), now, account, &mut found);
            if let Some(record) = now.filter(|_| has_triggers && before.is_none()) {
                let of = (service, scope.as_str());
                posts.extend(automation::by_record(of, record, account, at));
            }
            if is_heard {
                let of = (service, scope.as_str());
                webhooks::record_changed(of, before.as_ref(), now, account, &mut notices);
            }
        }
    }
    for (one, other, is_linked) in account.links.take_changed() {
        found.push(link(one, other, is_linked));
        found.push(link(other, one, is_linked));
    }
    for mut what in found {
        if what.entity_type == one_of(Kind::Elements) {
            let known = account.entity(Kind::Elements, what.entity_id);
            let known = known.and_then(|element| element.int("catalog_id"));
            what.catalog = known.or_else(|| catalogs.get(&what.entity_id).copied());
        }
        account.events.add(what, by, at);
    }
    account.webhooks.note(notices);
    account.automation.note(posts);
}

/// Writes the event of a card that came back out of the recycle bin.
pub(crate) fn restored(account: &mut Account, kind: Kind, id: i64, by: i64, at: i64) {
    let names = ["lead_restored", "contact_restored", "company_restored"];
    let found = Kind::ALL.into_iter().zip(names).find(|(known, _)| *known == kind);
    if let Some((_, name)) = found {
        account.events.add(What::new(name, (one_of(kind), id)), by, at);
    }
}

/// Both ends of a link tell of the other one. The vendor has a type of its own for each kind of
/// entities too, `lead_linked`, but what a stranger's program says it has seen is the general one
/// for all kinds: a guess. The list can be filtered by either.
fn link(to: End, what: End, is_linked: bool) -> What {
    let value = json!({"link": {"entity": {"type": one_of(what.0), "id": what.1}}});
    let of = (one_of(to.0), to.1);
    if is_linked {
        What::new("entity_linked", of).after([value])
    } else {
        What::new("entity_unlinked", of).before([value])
    }
}

/// What the adding of a record is told by.
pub(crate) fn added(service: &str, scope: &str, record: &Entity, account: &Account) -> Vec<What> {
    let mut found = Vec::new();
    changed(service, scope, None, Some(record), account, &mut found);
    found
}

/// What happened to a record that is no card.
fn changed(
    service: &str,
    scope: &str,
    before: Option<&Entity>,
    now: Option<&Entity>,
    account: &Account,
    found: &mut Vec<What>,
) {
    match service {
        "elements" => {
            if let (Some(before), Some(now)) = (before, now) {
                cards::element_changed(scope, before, now, account, found);
            }
        }
        "transactions" if before.is_none() => found.extend(now.and_then(transaction)),
        "customer_segments" if before.is_none() => found.extend(now.map(segment)),
        "tasks" => task(before, now, found),
        "notes" => found.extend(note(scope, before, now)),
        "talks" => talk(before, now, found),
        _ => {}
    }
}

/// A purchase is an event of its customer.
fn transaction(transaction: &Entity) -> Option<What> {
    let of = (one_of(Kind::Customers), transaction.int("customer_id")?);
    let value = json!({"transaction": {"id": transaction.id}});
    Some(What::new("transaction_added", of).after([value]))
}

/// What a new segment is called here, and that it is told as an event of itself, is a guess.
fn segment(segment: &Entity) -> What {
    What::new("segment_created", ("customer_segment", segment.id))
}

fn task(before: Option<&Entity>, now: Option<&Entity>, found: &mut Vec<What>) {
    let Some(id) = now.or(before).map(|task| task.id) else { return };
    let of = ("task", id);
    let (before, now) = match (before, now) {
        (None, Some(_)) => return found.push(What::new("task_added", of)),
        (Some(_), None) => return found.push(What::new("task_deleted", of)),
        (Some(before), Some(now)) => (before, now),
        (None, None) => return,
    };
    let mut member = |name: &str, kind, value: &dyn Fn(&Value) -> Value| {
        let (old, new) = (before.get(name), now.get(name));
        if old != new {
            found.push(What::new(kind, of).before([value(old)]).after([value(new)]));
        }
    };
    member("text", "task_text_changed", &|text| json!({"task": {"text": text}}));
    member("task_type_id", "task_type_changed", &|id| json!({"task_type": {"id": id}}));
    member(
        "complete_till",
        "task_deadline_changed",
        &|till| json!({"task_deadline": {"timestamp": till}}),
    );
    member("responsible_user_id", "entity_responsible_changed", &cards::responsible);
    if now.get("is_completed") == true && before.get("is_completed") != true {
        found.push(What::new("task_completed", of));
    }
    let result = |task: &Entity| task.get("result")["text"].as_str().map(str::to_owned);
    if result(now).is_some_and(|text| !text.is_empty()) && result(now) != result(before) {
        // The real event names the note that the result becomes; here it becomes none.
        found.push(What::new("task_result_added", of));
    }
}

/// Adding a note is an event of its card. Which type of notes `bill_paid` makes is not known.
fn note(scope: &str, before: Option<&Entity>, now: Option<&Entity>) -> Option<What> {
    let note = now.or(before)?;
    let of = (one_of(Kind::named(scope)?), note.int("entity_id")?);
    let value = json!({"note": {"id": note.id}});
    let note_type = note.text("note_type");
    match (before, now) {
        (None, Some(_)) => Some(What::new(added_note(note_type)?, of).after([value])),
        (Some(_), None) if note_type == "common" => {
            Some(What::new("common_note_deleted", of).before([value]))
        }
        _ => None,
    }
}

fn added_note(note_type: &str) -> Option<&'static str> {
    Some(match note_type {
        "common" => "common_note_added",
        "attachment" => "attachment_note_added",
        "call_in" => "incoming_call",
        "call_out" => "outgoing_call",
        "sms_in" => "incoming_sms",
        "sms_out" => "outgoing_sms",
        "geolocation" => "geo_note_added",
        "service_message" | "extended_service_message" => "service_note_added",
        "message_cashier" => "message_to_cashier_note_added",
        "targeting_in" => "targeting_in_note_added",
        "targeting_out" => "targeting_out_note_added",
        "link_followed" => "link_followed",
        "site_visit" => "site_visit_note_added",
        "invoice_paid" => "invoice_paid",
        "zoom_meeting" => "zoom_conference",
        "ai_result" => "ai_result",
        _ => return None,
    })
}

/// Talks begin and end as events of the contact; their value is a guess.
fn talk(before: Option<&Entity>, now: Option<&Entity>, found: &mut Vec<What>) {
    let Some(now) = now else { return };
    let Some(contact) = now.int("contact_id") else { return };
    let value = json!({"talk": {"id": now.id}});
    let is_open = |talk: &Entity| talk.get("is_in_work") == true;
    let of = ("contact", contact);
    match before {
        None => found.push(What::new("talk_created", of).after([value])),
        Some(before) if is_open(before) && !is_open(now) => {
            found.push(What::new("talk_closed", of).after([value]));
        }
        Some(before) if before.get("missed_at").is_null() && !now.get("missed_at").is_null() => {
            found.push(What::new("talk_missed_event", of).after([value]));
        }
        Some(_) => {}
    }
}
