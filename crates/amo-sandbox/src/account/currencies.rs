//! `GET /api/v4/currencies`: what fields with money can be kept in.

use serde_json::{Value, json};

use crate::call::Call;
use crate::reply::Reply;

/// Some of ISO 4217. Which ones the real service has, and that it says nothing but the code of
/// each, is a guess.
const CODES: [&str; 20] = [
    "RUB", "USD", "EUR", "GBP", "KZT", "BYN", "UAH", "UZS", "KGS", "AMD", "GEL", "AZN", "MDL",
    "TRY", "AED", "CNY", "INR", "BRL", "MXN", "COP",
];

pub(crate) fn list(call: &Call<'_>) -> Result<Reply, Reply> {
    let page = call.page()?;
    let wanted = CODES.iter().skip(page.start()).take(page.limit);
    let shown: Vec<Value> = wanted.map(|code| json!({"code": code})).collect();
    let more = CODES.len() > page.start().saturating_add(page.limit);
    Ok(page.reply(&call.own_url(), call.query, call.key(), shown, more))
}
