//! `POST /api/v2/events/`: a pop-up about a call, which only version 2 of the API can show.

use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::check;
use crate::flaws::Flaws;
use crate::page::{self, embedding};
use crate::query::Query;
use crate::record;
use crate::reply::Reply;
use crate::table::Body;

/// The card is the one that a call from the number would be put on. What version 2 says to a wrong
/// body is not known; here it is refused in the manner of version 4 (a guess).
pub(super) fn show(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let mut sent = sent(call.body)?;
    let items = sent.get_mut("add").and_then(Value::as_array_mut);
    for item in items.into_iter().flatten() {
        let Some(users) = item.get_mut("users") else { continue };
        if !users.is_array() {
            *users = Value::Array(vec![users.take()]);
        }
        // Version 2 takes numbers as texts.
        for user in users.as_array_mut().into_iter().flatten() {
            if let Some(id) = user.as_str().and_then(|id| id.parse::<i64>().ok()) {
                *user = id.into();
            }
        }
    }
    if let Body::One(kind) = call.operation.body {
        let mut flaws = Flaws::default();
        check::sent(kind, &sent, call.account, &mut flaws);
        flaws.refuse_if_any()?;
    }
    let items = sent["add"].as_array().map_or(&[][..], Vec::as_slice).iter();
    if items.len() == 0 {
        return Err(Reply::bad_request("Request data can not be empty"));
    }
    let shown = items.map(|item| item_shown(call, item)).collect();
    let links = json!({"_links": {"self": {"href": call.own_url(), "method": "post"}}});
    Ok(embedding(links, call.key(), shown))
}

fn item_shown(call: &Call<'_>, item: &Value) -> Value {
    let phone = item["phone_number"].as_str().unwrap_or_default();
    // A card that may not be seen is like one that is not there: a guess.
    let card = record::card_of(phone, call.account)
        .filter(|(kind, id)| call.account.may_see(call.user_id, *kind, *id));
    let number = card.and_then(|(kind, _)| match kind.name() {
        "contacts" => Some(1),
        "leads" => Some(2),
        "companies" => Some(3),
        "customers" => Some(12),
        _ => None,
    });
    json!({
        "element_id": card.map(|(_, id)| id),
        "element_type": number,
        "uid": format!("{:032x}", fastrand::u128(..)),
        "phone_number": phone,
    })
}

/// The body, as JSON or as a form.
fn sent(body: &[u8]) -> Result<Value, Reply> {
    let is_form = body.trim_ascii_start().starts_with(b"add");
    if !is_form {
        return page::object(body);
    }
    let text = String::from_utf8_lossy(body);
    let query = Query::parse(&text);
    let mut items: Vec<(&str, Map<String, Value>)> = Vec::new();
    for leaf in query.below("add") {
        let [index, name, list @ ..] = leaf.path.as_slice() else {
            return Err(Reply::bad_request("The form is add[0][type] and the like"));
        };
        let place = items.iter().position(|(known, _)| known == index).unwrap_or_else(|| {
            items.push((index, Map::new()));
            items.len() - 1
        });
        let Some((_, item)) = items.get_mut(place) else { continue };
        let value = Value::from(leaf.value);
        match item.get_mut(*name) {
            Some(Value::Array(known)) if !list.is_empty() => known.push(value),
            _ if !list.is_empty() => drop(item.insert((*name).to_owned(), json!([value]))),
            _ => drop(item.insert((*name).to_owned(), value)),
        }
    }
    let items: Vec<Value> = items.into_iter().map(|(_, item)| Value::Object(item)).collect();
    Ok(json!({"add": items}))
}
