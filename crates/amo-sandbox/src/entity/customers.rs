//! What is special to customers.

use serde_json::{Value, json};

use super::{Entity, Kind, Showing, Shown, Table};
use crate::account::Account;
use crate::builder::CustomersMode;
use crate::call::api_url;
use crate::check::Change;
use crate::flaws::Flaws;
use crate::generated::customers;

pub(super) static TABLE: Table = Table {
    resource: &customers::CUSTOMER,
    ignored: &[],
    coloured_tags: false,
    links_to: &[Kind::Contacts, Kind::Companies, Kind::Elements],
    check,
    settle,
    show,
};

/// Who works by periods says when a new customer will come again.
fn check(change: &Change, old: Option<&Entity>, account: &Account, flaws: &mut Flaws) {
    let needs_date = account.customers_mode == CustomersMode::Periodicity;
    let is_empty = |value: Option<&Value>| value.is_none_or(Value::is_null);
    let is_cleared = change.get("next_date").is_some_and(Value::is_null);
    // That a change cannot clear it either is a guess.
    let lacks = if old.is_none() { is_empty(change.get("next_date")) } else { is_cleared };
    if needs_date && lacks && !flaws.has("next_date") {
        flaws.missing("next_date");
    }
    if change.text("name").is_some_and(|name| name.trim().is_empty()) {
        flaws.blank("name");
    }
}

/// A customer's segments and bonus points are kept as members that [`show`] hides.
fn settle(customer: &mut Entity, change: &Change, account: &Account, _: i64) {
    for name in ["next_price", "next_date", "periodicity", "status_id"] {
        customer.set_default(name, Value::Null);
    }
    for name in ["ltv", "purchases_count", "average_check", "bonus_points"] {
        customer.set_default(name, 0);
    }
    if account.customers_mode == CustomersMode::Periodicity {
        // That a new customer starts in the first status is a guess.
        let statuses = account.records.of("customer_statuses", "");
        let first = statuses.iter().min_by_key(|status| (status.int("sort"), status.id));
        customer.set_default("status_id", first.map(|status| status.id));
    }
    if let Some((_, segments)) = change.embedded.iter().find(|(name, _)| *name == "segments") {
        let mut ids: Vec<i64> = Vec::new();
        for id in segments.as_array().into_iter().flatten().filter_map(|one| one["id"].as_i64()) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        customer.set("segments", ids);
    }
}

fn show<'a>(customer: &'a Entity, showing: &Showing<'a>, shown: &mut Shown<'a>) {
    let from = (Kind::Customers, customer.id);
    shown.remove("bonus_points");
    shown.remove("segments");
    if !showing.has("group_id") {
        shown.remove("group_id");
    }
    let segments = customer.get("segments").as_array();
    let segments = segments.into_iter().flatten().filter_map(Value::as_i64).map(|id| {
        let href = api_url(showing.base, &format!("customers/segments/{id}"));
        json!({"id": id, "_links": {"self": {"href": href}}})
    });
    shown.embed("segments", segments.collect::<Value>());
    for word in &showing.with {
        match *word {
            "contacts" => shown.embed(word, showing.contacts_of(from)),
            "companies" => shown.embed(word, showing.references(from, Kind::Companies)),
            "catalog_elements" => shown.embed(word, showing.elements_of(from)),
            _ => {}
        }
    }
}
