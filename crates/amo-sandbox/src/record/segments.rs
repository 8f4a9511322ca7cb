//! What is special to segments of customers.

use serde_json::{Value, json};

use super::{Behaviour, not_blank, nothing_changes};
use crate::call::Call;
use crate::check::Change;
use crate::entity::{Entity, Kind, Shown};
use crate::flaws::Flaws;
use crate::generated::segments::SEGMENT;
use crate::reply::Reply;

/// An account has at most so many.
const MOST: usize = 100;
/// A segment has at most so many custom fields.
const MOST_FIELDS: usize = 30;

pub(super) static SEGMENTS: Behaviour = Behaviour {
    counted: true,
    // The docs show no `request_id` in answers about segments.
    echo: |_, _, _, _| Value::Null,
    scope,
    tidy,
    check,
    settle,
    show,
    delete: |segment, call| {
        leave(segment, call);
        Ok(())
    },
    ..Behaviour::of(&SEGMENT)
};

/// That one too many is 400 is a guess: the docs name the number, and 400 and 403 as the only
/// refusals.
fn scope(call: &Call<'_>) -> Result<String, Reply> {
    if call.method == "POST" && call.account.records.of(SEGMENT.service, "").len() >= MOST {
        return Err(Reply::bad_request(&format!("There can be at most {MOST} segments")));
    }
    Ok(String::new())
}

/// No prices are shown as a list or as null, and may be sent so.
fn tidy(item: &mut Value, _: Option<&Entity>, _: &Call<'_>, _: &mut Flaws) {
    let prices = item.get_mut("available_products_price_types");
    if let Some(prices) = prices.filter(|prices| prices.is_null()) {
        *prices = json!([]);
    }
}

fn check(change: &Change, old: Option<&Entity>, _: &Call<'_>, flaws: &mut Flaws) {
    not_blank(change, "name", flaws);
    if change.fields.len() > MOST_FIELDS {
        let detail = format!("This collection should contain at most {MOST_FIELDS} elements.");
        flaws.add("InvalidValue", "custom_fields_values", &detail);
    }
    if change.fields.is_empty() {
        nothing_changes(change, old, flaws);
    }
}

fn settle(segment: &mut Entity, _: &Change, _: &mut Call<'_>) {
    // The colour of one that is added without is a guess; the official client sends it in place of
    // one that is not in the palette.
    segment.set_default("color", "10599d");
}

fn is_in(customer: &Entity, segment: i64) -> bool {
    let segments = customer.get("segments").as_array();
    segments.is_some_and(|all| all.iter().any(|id| id.as_i64() == Some(segment)))
}

fn members(call: &Call<'_>, segment: i64) -> Vec<i64> {
    let customers = call.account.collections.get(&Kind::Customers);
    let customers = customers.into_iter().flat_map(|customers| customers.live().iter());
    customers.filter(|one| is_in(one, segment)).map(|one| one.id).collect()
}

fn show(segment: &Entity, call: &Call<'_>, shown: &mut Shown<'_>) {
    shown.set("customers_count", members(call, segment.id).len());
    if segment.fields.is_empty() {
        shown.set("custom_fields_values", json!([]));
    }
    if segment.get("available_products_price_types").is_null() {
        shown.set("available_products_price_types", json!([]));
    }
}

/// Its customers are in it no more.
fn leave(segment: &Entity, call: &mut Call<'_>) {
    for id in members(call, segment.id) {
        call.account.with_customer(id, |customer| {
            let left = customer.get("segments").as_array().into_iter().flatten();
            let left = left.filter(|id| id.as_i64() != Some(segment.id)).cloned();
            let left: Vec<Value> = left.collect();
            customer.set("segments", left);
        });
    }
}
