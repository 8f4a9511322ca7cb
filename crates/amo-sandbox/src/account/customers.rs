//! Whether and how the account works with customers; bonus points.

use http::StatusCode;
use serde_json::{Value, json};

use super::Account;
use crate::builder::CustomersMode;
use crate::call::Call;
use crate::check;
use crate::entity::{Entity, Kind};
use crate::flaws::Flaws;
use crate::reply::Reply;

/// The statuses that every account has that works by periods: name, colour, type.
const STATUSES: [(&str, &str, i64); 4] = [
    ("Bought recently", "#d6eaff", 4),
    ("Expected purchase", "#fff000", 1),
    ("Not bought", "#ff8f92", 2),
    ("Closed", "#e6e8ea", 3),
];

impl Account {
    /// The first time that the account works by periods its statuses are made.
    pub(crate) fn set_customers_mode(&mut self, mode: CustomersMode) {
        self.customers_mode = mode;
        let service = "customer_statuses";
        if mode != CustomersMode::Periodicity || !self.records.of(service, "").is_empty() {
            return;
        }
        for ((name, color, kind), place) in STATUSES.into_iter().zip(1..) {
            let mut status = self.records.draft(service);
            status.set("name", name);
            status.set("sort", place * 10);
            status.set("color", color);
            status.set("is_default", true);
            status.set("type", kind);
            status.set("conditions", json!([]));
            self.records.keep(service, "", status);
        }
    }

    /// Changes a customer, if there is one with this id.
    pub(crate) fn with_customer<T>(
        &mut self,
        id: i64,
        change: impl FnOnce(&mut Entity) -> T,
    ) -> Option<T> {
        let mut customer = self.entity(Kind::Customers, id)?.clone();
        let result = change(&mut customer);
        self.collections.get_mut(&Kind::Customers)?.keep(customer);
        Some(result)
    }
}

/// Refuses requests about customers that the account's mode does not allow. That 425 and 426 are
/// the statuses of the answers, and that definitions of fields are open in every mode, is a guess:
/// the docs list the numbers among the codes of errors only.
pub(crate) fn refuse(call: &Call<'_>, path: &[&str]) -> Result<(), Reply> {
    let ["customers", rest @ ..] = path else { return Ok(()) };
    let mode = call.account.customers_mode;
    let refused = |status, detail| Err(Reply::problem(status, detail));
    match (rest, mode) {
        (["mode"] | ["custom_fields", ..] | ["segments", "custom_fields", ..], _)
        | (["statuses", ..], CustomersMode::Periodicity)
        | (["segments", ..], CustomersMode::Segments) => Ok(()),
        (["statuses", ..], _) => {
            refused(StatusCode::UNPROCESSABLE_ENTITY, "Periodic purchases are switched off")
        }
        (["segments", ..], _) => {
            refused(StatusCode::UNPROCESSABLE_ENTITY, "Segmentation is switched off")
        }
        (_, CustomersMode::Unavailable) => {
            refused(StatusCode::TOO_EARLY, "Customers are not available")
        }
        (_, CustomersMode::Disabled) => {
            refused(StatusCode::UPGRADE_REQUIRED, "Customers are switched off")
        }
        _ => Ok(()),
    }
}

/// `PATCH /customers/mode`: both members must be there.
pub(crate) fn set_mode(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let mut flaws = Flaws::default();
    let body = check::body(call, &mut flaws)?;
    for name in ["mode", "is_enabled"] {
        if body.get(name).is_none() {
            flaws.missing(name);
        }
    }
    let mode = match body["mode"].as_str() {
        Some("segments") => Some(CustomersMode::Segments),
        Some("periodicity") => Some(CustomersMode::Periodicity),
        _ => None,
    };
    if mode.is_none() && flaws.is_empty() {
        flaws.not_a_choice("mode");
    }
    flaws.refuse_if_any()?;
    if call.account.customers_mode == CustomersMode::Unavailable {
        return Err(Reply::usual(StatusCode::PAYMENT_REQUIRED));
    }
    let is_enabled = body["is_enabled"] == true;
    let mode = mode.filter(|_| is_enabled).unwrap_or(CustomersMode::Disabled);
    call.account.set_customers_mode(mode);
    Ok(Reply::hal(&json!({"mode": body["mode"], "is_enabled": is_enabled})))
}

/// `POST /customers/{id}/bonus_points`: exactly one of `earn` and `redeem`. That taking more than
/// there is, is 400, and an unknown customer 404, is a guess.
pub(crate) fn change_bonus_points(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let id = call.path_id().unwrap_or_default();
    let customer = call.account.entity(Kind::Customers, id);
    let customer = customer.ok_or_else(|| Reply::not_found("There is no customer with this id"))?;
    let balance = customer.int("bonus_points").unwrap_or_default();
    let mut flaws = Flaws::default();
    let body = check::body(call, &mut flaws)?;
    let (earn, redeem) = (body.get("earn"), body.get("redeem"));
    for (name, sent) in [("earn", earn), ("redeem", redeem)] {
        if sent.and_then(Value::as_i64).is_some_and(|points| points < 0) {
            flaws.add("TooLow", name, "This value should be 0 or more.");
        }
    }
    let points = |sent: Option<&Value>| sent.and_then(Value::as_i64).unwrap_or_default();
    match (earn, redeem) {
        (None, None) => flaws.missing("earn"),
        (Some(_), Some(_)) => flaws.unexpected("redeem"),
        (None, Some(_)) if points(redeem) > balance => {
            flaws.add("TooHigh", "redeem", "There are not so many bonus points.");
        }
        _ => {}
    }
    flaws.refuse_if_any()?;
    let balance = balance.saturating_add(points(earn)).saturating_sub(points(redeem));
    call.account.with_customer(id, |customer| customer.set("bonus_points", balance));
    Ok(Reply::hal(&json!({"bonus_points": balance})))
}
