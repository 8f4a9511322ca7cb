//! What happened to a card.

use serde_json::{Value, json};

use super::{What, one_of};
use crate::account::Account;
use crate::entity::{Entity, Kind};
use crate::fields::{FieldDefinition, value};

/// Who is responsible.
pub(super) fn responsible(id: &Value) -> Value {
    json!({"responsible_user": {"id": id}})
}

/// Compares a card with what it was. What a card is born with is told by its adding alone, but for
/// its tags: a guess.
pub(super) fn changed(
    kind: Kind,
    before: Option<&Entity>,
    now: Option<&Entity>,
    account: &Account,
    found: &mut Vec<What>,
) {
    let Some(id) = now.or(before).map(|card| card.id) else { return };
    let of = (one_of(kind), id);
    match (before, now) {
        (None, Some(now)) => {
            found.extend(added(kind, id));
            tags(kind, of, &[], &now.tags, account, found);
        }
        (Some(_), None) => {
            let names = ["lead_deleted", "contact_deleted", "company_deleted", "customer_deleted"];
            found.extend(named(kind, names).map(|name| What::new(name, of)));
        }
        (Some(before), Some(now)) => {
            members(of, before, now, found);
            fields(account.fields_of(kind), of, before, now, found);
            if kind == Kind::Customers {
                segments(of, before, now, found);
            }
            tags(kind, of, &before.tags, &now.tags, account, found);
        }
        (None, None) => {}
    }
}

/// What the adding of a card is told by.
pub(crate) fn added(kind: Kind, id: i64) -> Option<What> {
    let names = ["lead_added", "contact_added", "company_added", "customer_added"];
    named(kind, names).map(|name| What::new(name, (one_of(kind), id)))
}

/// The name of what happened to each kind of cards.
fn named(kind: Kind, names: [&'static str; 4]) -> Option<&'static str> {
    let kinds = ["leads", "contacts", "companies", "customers"];
    kinds.into_iter().zip(names).find(|(known, _)| *known == kind.name()).map(|(_, name)| name)
}

fn members(of: (&'static str, i64), before: &Entity, now: &Entity, found: &mut Vec<What>) {
    let mut compare = |names: &[&str], kind, value: &dyn Fn(&Entity) -> Value| {
        if names.iter().any(|name| before.get(name) != now.get(name)) {
            found.push(What::new(kind, of).before([value(before)]).after([value(now)]));
        }
    };
    match of.0 {
        "lead" => {
            compare(&["status_id", "pipeline_id"], "lead_status_changed", &|lead| {
                let (status, pipeline) = (lead.get("status_id"), lead.get("pipeline_id"));
                json!({"lead_status": {"id": status, "pipeline_id": pipeline}})
            });
            compare(
                &["price"],
                "sale_field_changed",
                &|lead| json!({"sale_field_value": {"sale": lead.get("price")}}),
            );
        }
        "customer" => {
            compare(
                &["status_id"],
                "customer_status_changed",
                &|customer| json!({"customer_status": {"id": customer.get("status_id")}}),
            );
            compare(
                &["ltv"],
                "ltv_field_changed",
                &|customer| json!({"ltv_field_value": {"ltv": customer.get("ltv")}}),
            );
        }
        _ => {}
    }
    compare(
        &["name"],
        "name_field_changed",
        &|card| json!({"name_field_value": {"name": card.get("name")}}),
    );
    compare(&["responsible_user_id"], "entity_responsible_changed", &|card| {
        responsible(card.get("responsible_user_id"))
    });
}

fn tags(
    kind: Kind,
    of: (&'static str, i64),
    before: &[i64],
    now: &[i64],
    account: &Account,
    found: &mut Vec<What>,
) {
    let only = |these: &[i64], those: &[i64]| -> Vec<Value> {
        let names = these
            .iter()
            .filter(|id| !those.contains(id))
            .filter_map(|id| account.tags_of(kind).get(*id).map(|tag| &tag.name));
        names.map(|name| json!({"tag": {"name": name}})).collect()
    };
    let (added, deleted) = (only(now, before), only(before, now));
    if !added.is_empty() {
        found.push(What::new("entity_tag_added", of).after(added));
    }
    if !deleted.is_empty() {
        found.push(What::new("entity_tag_deleted", of).before(deleted));
    }
}

/// Compares an element with what it was. No type of events says that one was added or deleted.
pub(super) fn element_changed(
    catalog: &str,
    before: &Entity,
    now: &Entity,
    account: &Account,
    found: &mut Vec<What>,
) {
    let of = (one_of(Kind::Elements), now.id);
    members(of, before, now, found);
    fields(account.fields_named(&format!("catalogs/{catalog}")), of, before, now, found);
}

/// The segments that a customer came into and left. The form of the value is a guess.
fn segments(of: (&'static str, i64), before: &Entity, now: &Entity, found: &mut Vec<What>) {
    let all = |customer: &Entity| -> Vec<i64> {
        let ids = customer.get("segments").as_array().into_iter().flatten();
        ids.filter_map(Value::as_i64).collect()
    };
    let (old, new) = (all(before), all(now));
    let only = |these: &[i64], those: &[i64]| -> Vec<Value> {
        let ids = these.iter().filter(|id| !those.contains(id));
        ids.map(|id| json!({"segment": {"id": id}})).collect()
    };
    let (attached, detached) = (only(&new, &old), only(&old, &new));
    if !attached.is_empty() {
        found.push(What::new("entity_segment_attached", of).after(attached));
    }
    if !detached.is_empty() {
        found.push(What::new("entity_segment_detached", of).before(detached));
    }
}

fn fields(
    definitions: &[FieldDefinition],
    of: (&'static str, i64),
    before: &Entity,
    now: &Entity,
    found: &mut Vec<What>,
) {
    if before.fields == now.fields {
        return;
    }
    let values = |card: &Entity, field: i64| -> Vec<Value> {
        let shown = value::show(&card.fields, definitions);
        let own = shown.as_array().into_iter().flatten().find(|shown| shown["field_id"] == field);
        own.map_or_else(Vec::new, field_values)
    };
    for field in definitions {
        let (old, new) = (values(before, field.id), values(now, field.id));
        if old != new {
            found.push(What::new("custom_field_value_changed", of).before(old).after(new));
        }
    }
}

/// The values of a field as events show them: as texts.
fn field_values(shown: &Value) -> Vec<Value> {
    let field_type = shown["field_type"].as_str().unwrap_or_default();
    let values = shown["values"].as_array().into_iter().flatten();
    values
        .map(|value| {
            let text = match &value["value"] {
                Value::String(text) => text.clone(),
                Value::Bool(flag) => i32::from(*flag).to_string(),
                other => other.to_string(),
            };
            json!({"custom_field_value": {
                "field_id": shown["field_id"],
                "field_type": number_of(field_type),
                "enum_id": value["enum_id"],
                "text": text,
            }})
        })
        .collect()
}

/// The number that a type of fields has in old parts of the API; some of them are guesses.
pub(crate) fn number_of(field_type: &str) -> usize {
    const TYPES: [&str; 28] = [
        "",
        "text",
        "numeric",
        "checkbox",
        "select",
        "multiselect",
        "date",
        "url",
        "multitext",
        "textarea",
        "radiobutton",
        "streetaddress",
        "",
        "smart_address",
        "birthday",
        "legal_entity",
        "items",
        "org_legal_name",
        "category",
        "date_time",
        "price",
        "tracking_data",
        "linked_entity",
        "monetary",
        "chained_list",
        "file",
        "payer",
        "supplier",
    ];
    TYPES.iter().position(|known| *known == field_type).unwrap_or_default()
}
