//! What is special to transactions: the purchases of customers.

use serde_json::{Value, json};

use super::Behaviour;
use crate::account::Account;
use crate::builder::CustomersMode;
use crate::call::Call;
use crate::check::Change;
use crate::entity::{Entity, Kind, Shown};
use crate::flaws::Flaws;
use crate::generated::transactions::TRANSACTION;
use crate::reply::Reply;

/// The type of the status that customers have who bought recently.
const BOUGHT_RECENTLY: i64 = 4;

pub(super) static TRANSACTIONS: Behaviour = Behaviour {
    scope,
    sees: Some(sees),
    sees_all: |call| call.account.may_see_all(call.user_id, Kind::Customers),
    below: |call| Some(("customer_id", customer(call)?)),
    tidy,
    check,
    settle,
    show,
    delete: |transaction, call| {
        uncount(transaction, call);
        Ok(())
    },
    other,
    ..Behaviour::of(&TRANSACTION)
};

/// Whose purchases a request is about, if it is about those of one customer.
fn customer(call: &Call<'_>) -> Option<i64> {
    call.parameter("customer_id").parse().ok()
}

/// All are kept together. That an unknown customer is 404 is a guess.
fn scope(call: &Call<'_>) -> Result<String, Reply> {
    let named = call.parameter("customer_id");
    if named.is_empty() {
        return Ok(String::new());
    }
    let id = call.id(named)?;
    if call.account.entity(Kind::Customers, id).is_none() {
        return Err(Reply::not_found("There is no customer with this id"));
    }
    Ok(String::new())
}

/// Those of the customer that the path names, or of all that the user may see.
fn sees(call: &Call<'_>, transaction: &Entity) -> bool {
    let own = transaction.int("customer_id").unwrap_or_default();
    customer(call).is_none_or(|customer| own == customer)
        && call.account.may_see(call.user_id, Kind::Customers, own)
}

/// No comment may be said as null, as it is shown; and one piece was bought unless it is said: a
/// guess.
fn tidy(item: &mut Value, _: Option<&Entity>, _: &Call<'_>, _: &mut Flaws) {
    let Value::Object(item) = item else { return };
    if item.get("comment").is_some_and(Value::is_null) {
        item.remove("comment");
    }
    let parts = item.get_mut("_embedded").and_then(|parts| parts.get_mut("catalog_elements"));
    for part in parts.and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(metadata) = part.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.entry("quantity").or_insert_with(|| 1.into());
        }
    }
}

/// What was bought is an element of the catalog that is named beside it.
fn check(change: &Change, _: Option<&Entity>, call: &Call<'_>, flaws: &mut Flaws) {
    for (index, part) in parts(change).enumerate() {
        let (id, catalog) = (part["id"].as_i64(), part["metadata"]["catalog_id"].as_i64());
        let place = format!("_embedded.catalog_elements.{index}.id");
        let scope = catalog.map(|id| id.to_string()).unwrap_or_default();
        let known = id.and_then(|id| call.account.records.get("elements", &scope, id));
        if known.is_none() && !flaws.has(&place) {
            flaws.not_a_choice(&place);
        }
    }
}

fn parts(change: &Change) -> impl Iterator<Item = &Value> {
    let parts = change.embedded.iter().find(|(name, _)| *name == "catalog_elements");
    parts.and_then(|(_, parts)| parts.as_array()).into_iter().flatten()
}

/// A purchase may say what is expected next, and it counts for the customer at once.
fn settle(transaction: &mut Entity, change: &Change, call: &mut Call<'_>) {
    // That it happened now unless said is a guess.
    transaction.set_default("completed_at", call.now);
    transaction.set("is_deleted", false);
    transaction.set("customer_id", customer(call));
    let bought: Vec<Value> = parts(change).cloned().collect();
    if !bought.is_empty() {
        transaction.set("catalog_elements", bought);
    }
    let price = transaction.get("price").clone();
    let id = customer(call).unwrap_or_default();
    call.account.with_customer(id, |customer| {
        for name in ["next_price", "next_date"] {
            if let Some(value) = change.get(name) {
                customer.set(name, value.clone());
            }
        }
        count(customer, &price, 1);
    });
    if call.account.customers_mode == CustomersMode::Periodicity {
        begin_period(transaction, id, change.get("next_date").is_some(), call.account);
    }
}

/// Who bought has bought recently, and is expected again when his period is over, unless the
/// purchase says when. Both are guesses: the vendor says that statuses follow from conditions, and
/// no more.
fn begin_period(transaction: &Entity, id: i64, is_said: bool, account: &mut Account) {
    let statuses = account.records.of("customer_statuses", "").iter();
    let recent = statuses.filter(|status| status.get("is_default") == true);
    let recent = recent.into_iter().find(|status| status.int("type") == Some(BOUGHT_RECENTLY));
    let recent = recent.map(|status| status.id);
    let bought = transaction.int("completed_at").unwrap_or_default();
    account.with_customer(id, |customer| {
        let days = customer.int("periodicity").filter(|days| *days > 0 && !is_said);
        if let Some(days) = days {
            customer.set("next_date", bought.saturating_add(days.saturating_mul(86_400)));
        }
        if let Some(status) = recent {
            customer.set("status_id", status);
        }
    });
}

/// Counts a purchase in (1) or out (-1).
pub(crate) fn count(customer: &mut Entity, price: &Value, by: i64) {
    let number = |value: &Value| value.as_f64().unwrap_or_default();
    let purchases = customer.int("purchases_count").unwrap_or_default().saturating_add(by).max(0);
    let sum = number(customer.get("ltv")) + number(price) * by as f64;
    let average = if purchases == 0 { 0.0 } else { sum / purchases as f64 };
    customer.set("purchases_count", purchases);
    customer.set("ltv", amount(sum));
    customer.set("average_check", amount(average));
}

/// A whole number where it is one. Whether the real service rounds an average is not known.
fn amount(value: f64) -> Value {
    let rounded = (value * 100.0).round() / 100.0;
    if rounded.fract() == 0.0 { Value::from(rounded as i64) } else { Value::from(rounded) }
}

fn show(transaction: &Entity, call: &Call<'_>, shown: &mut Shown<'_>) {
    let customer = transaction.int("customer_id").unwrap_or_default();
    let own = call.url(&format!("customers/{customer}/transactions/{}", transaction.id));
    shown.set("_links", json!({"self": {"href": own}}));
    let href = call.url(&format!("customers/{customer}"));
    shown.embed("customer", json!({"id": customer, "_links": {"self": {"href": href}}}));
    if let bought @ Value::Array(_) = transaction.get("catalog_elements") {
        shown.embed("catalog_elements", bought.clone());
    }
}

/// A deleted purchase counts no more.
fn uncount(transaction: &Entity, call: &mut Call<'_>) {
    let id = transaction.int("customer_id").unwrap_or_default();
    let price = transaction.get("price");
    call.account.with_customer(id, |customer| count(customer, price, -1));
}

/// The forms of the methods without the customer in the path.
fn other(call: &mut Call<'_>, action: &str) -> Result<Reply, Reply> {
    match action {
        "list_all" => super::list(call, &TRANSACTIONS),
        "get_any" => super::get(call, &TRANSACTIONS),
        "delete_any" => super::write::delete(call, &TRANSACTIONS),
        _ => Err(call.no_route()),
    }
}
