//! Cards as webhooks tell of them: by the names of older parts of amoCRM.

use serde_json::{Value, json};

use super::form::Form;
use super::notice::Notice;
use crate::account::Account;
use crate::entity::{Entity, Kind};
use crate::fields::{FieldDefinition, value};

/// The word that keys begin with, and the one that settings end with. Companies come among
/// contacts.
pub(super) fn words(kind: &str) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        "leads" => ("leads", "lead"),
        "contacts" => ("contacts", "contact"),
        "companies" => ("contacts", "company"),
        "customers" => ("customers", "customer"),
        _ => return None,
    })
}

/// What happened to a card, by what it was and what it is.
pub(crate) fn changed(
    kind: Kind,
    before: Option<&Entity>,
    now: Option<&Entity>,
    account: &Account,
    found: &mut Vec<Notice>,
) {
    let Some(words) = words(kind.name()) else { return };
    let told = |action, form| Notice::new(words, action, form);
    match (before, now) {
        (None, Some(now)) => found.push(told("add", whole(kind, now, account))),
        (Some(before), None) => found.push(told("delete", deleted(kind, before))),
        (Some(before), Some(now)) => {
            let differs = |name| before.get(name) != now.get(name);
            let moved = kind == Kind::Leads && (differs("status_id") || differs("pipeline_id"));
            let mut form = whole(kind, now, account);
            if moved {
                form.set("old_status_id", before.get("status_id").clone());
                if differs("pipeline_id") {
                    form.set("old_pipeline_id", before.get("pipeline_id").clone());
                }
            }
            found.push(told("update", form.clone()));
            if moved {
                found.push(told("status", form.clone()));
            }
            if differs("responsible_user_id") {
                form.set("old_responsible_user_id", before.get("responsible_user_id").clone());
                found.push(told("responsible", form));
            }
        }
        (None, None) => {}
    }
}

/// A card that came back out of the recycle bin.
pub(super) fn restored(kind: Kind, card: &Entity, account: &Account) -> Option<Notice> {
    Some(Notice::new(words(kind.name())?, "restore", whole(kind, card, account)))
}

fn deleted(kind: Kind, card: &Entity) -> Form {
    let mut form = Form::default();
    form.set("id", card.id);
    if kind == Kind::Leads {
        for name in ["status_id", "pipeline_id"] {
            form.set(name, card.get(name).clone());
        }
    }
    form.set("type", type_of(kind));
    form
}

/// Contacts and companies say which of them they are.
fn type_of(kind: Kind) -> Option<&'static str> {
    match kind.name() {
        "contacts" => Some("contact"),
        "companies" => Some("company"),
        _ => None,
    }
}

/// Members that are named alike, and those that had another name once.
const MEMBERS: [(&str, &str); 15] = [
    ("name", "name"),
    ("status_id", "status_id"),
    ("price", "price"),
    ("next_price", "next_price"),
    ("next_date", "next_date"),
    ("periodicity", "periodicity"),
    ("responsible_user_id", "responsible_user_id"),
    ("date_create", "created_at"),
    ("last_modified", "updated_at"),
    ("created_user_id", "created_by"),
    ("modified_user_id", "updated_by"),
    ("pipeline_id", "pipeline_id"),
    ("loss_reason_id", "loss_reason_id"),
    ("created_at", "created_at"),
    ("updated_at", "updated_at"),
];

fn whole(kind: Kind, card: &Entity, account: &Account) -> Form {
    let mut form = Form::default();
    form.set("id", card.id);
    for (name, member) in MEMBERS {
        form.set(name, card.get(member).clone());
    }
    form.set("type", type_of(kind));
    form.set("account_id", account.id);
    form.set("tags", tags(kind, card, account));
    form.set("custom_fields", custom_fields(kind, card, account));
    linked(kind, card.id, account, &mut form);
    form
}

fn tags(kind: Kind, card: &Entity, account: &Account) -> Value {
    account
        .tags_of(kind)
        .of(&card.tags)
        .map(|tag| json!({"id": tag.id, "name": tag.name}))
        .collect()
}

/// A contact says which company it is of; both say which leads are theirs, each under its id.
fn linked(kind: Kind, id: i64, account: &Account, form: &mut Form) {
    if type_of(kind).is_none() {
        return;
    }
    let to = |other| account.links.of((kind, id), other).map(|(id, _)| id);
    if let Some(company) = to(Kind::Companies).next().filter(|_| kind == Kind::Contacts) {
        form.set("linked_company_id", company);
        let name = account.entity(Kind::Companies, company).map(|company| company.text("name"));
        form.set("company_name", name);
    }
    let mut leads = Form::default();
    for lead in to(Kind::Leads) {
        leads.set(&lead.to_string(), json!({"ID": lead}));
    }
    form.nest("linked_leads_id", leads);
}

/// Custom fields, which began as other shapes: dates are bare. So are checkboxes and plain texts of
/// leads, as the vendor's one example of a lead has them; the other cards' examples have `value`
/// there. Which of the two the real service sends where is a guess.
pub(super) fn custom_fields(kind: Kind, card: &Entity, account: &Account) -> Value {
    let bare: &[&str] = if kind == Kind::Leads { &["text", "textarea", "checkbox"] } else { &[] };
    fields_of(card, account.fields_of(kind), bare)
}

/// The same by definitions. `bare` are the types whose values are bare besides dates.
pub(super) fn fields_of(card: &Entity, definitions: &[FieldDefinition], bare: &[&str]) -> Value {
    let shown = value::show(&card.fields, definitions);
    let fields = shown.as_array().map(Vec::as_slice).unwrap_or_default();
    fields
        .iter()
        .map(|field| {
            let field_type = field["field_type"].as_str().unwrap_or_default();
            let is_bare = ["date", "date_time", "birthday"].contains(&field_type)
                || bare.contains(&field_type);
            let values = field["values"].as_array().map(Vec::as_slice).unwrap_or_default();
            let values: Value = values.iter().map(|one| legacy(field_type, one, is_bare)).collect();
            json!({
                "id": field["field_id"],
                "name": field["field_name"],
                "code": field["field_code"],
                "values": values,
            })
        })
        .collect()
}

/// One value of a field. What part of an address it is stands in `subtype`, as in version 2.
fn legacy(field_type: &str, shown: &Value, is_bare: bool) -> Value {
    let inner = &shown["value"];
    if is_bare {
        return inner.clone();
    }
    if field_type == "smart_address" {
        return json!({"value": inner, "subtype": shown["enum_code"]});
    }
    json!({"value": inner, "enum": shown["enum_id"]})
}
