//! What is special to statuses of customers.

use serde_json::{Value, json};

use super::{Behaviour, at_most, not_blank, nothing_changes};
use crate::call::Call;
use crate::check::Change;
use crate::entity::{Entity, Kind};
use crate::flaws::Flaws;
use crate::generated::customer_statuses::CUSTOMER_STATUS;
use crate::reply::Reply;

/// An account has at most so many, those that every account has included.
const MOST: usize = 30;

pub(super) static STATUSES: Behaviour = Behaviour {
    counted: true,
    linkless: &["create"],
    sorted: true,
    scope,
    check,
    settle,
    delete,
    ..Behaviour::of(&CUSTOMER_STATUS)
};

/// The limit is looked at here, before anything of the items is.
fn scope(call: &Call<'_>) -> Result<String, Reply> {
    if call.method == "POST" {
        at_most(MOST, "", call.items()?.len(), call)?;
    }
    Ok(String::new())
}

fn check(change: &Change, old: Option<&Entity>, _: &Call<'_>, flaws: &mut Flaws) {
    not_blank(change, "name", flaws);
    nothing_changes(change, old, flaws);
}

fn settle(status: &mut Entity, _: &Change, _: &mut Call<'_>) {
    // The colour of one that is added without is a guess.
    status.set_default("color", "#fffeb2");
    status.set_default("is_default", false);
    status.set_default("type", 0);
    status.set_default("conditions", json!([]));
}

/// Those that every account has stay: that this is 400 is a guess. The real service moves the
/// customers of a deleted status by their conditions some time later; here they move to the first
/// status at once, which is a guess too.
fn delete(status: &Entity, call: &mut Call<'_>) -> Result<(), Reply> {
    if status.get("is_default") == true {
        return Err(Reply::bad_request("A system status cannot be deleted"));
    }
    let statuses = call.account.records.of(CUSTOMER_STATUS.service, "").iter();
    let others = statuses.filter(|other| other.id != status.id);
    let first = others.min_by_key(|other| (other.int("sort"), other.id)).map(|other| other.id);
    let Some(customers) = call.account.collections.get(&Kind::Customers) else { return Ok(()) };
    let moved = customers.live().iter().filter(|one| one.int("status_id") == Some(status.id));
    let moved: Vec<i64> = moved.map(|customer| customer.id).collect();
    for id in moved {
        call.account.with_customer(id, |customer| customer.set("status_id", Value::from(first)));
    }
    Ok(())
}
