//! Incoming leads: answers have a status in words and no items.

use serde_json::{Map, Value, json};

use super::body::{flag, int, list as items_of, number, read};
use super::cards::Card;
use super::{MOST_ROWS, Old, message};
use crate::query::encoded;
use crate::reply::Reply;

fn success(old: &Old<'_>, data: &Value) -> Reply {
    Reply::hal(&json!({"status": "success", "data": data, "_links": old.links()}))
}

/// A refusal that concerns the data; who has no right or has not paid is told so like elsewhere.
fn fail(old: &Old<'_>, refused: Reply) -> Result<Reply, Reply> {
    if [402, 403].contains(&refused.status.as_u16()) {
        return Err(refused);
    }
    Ok(Reply::hal(&json!({
        "status": "fail",
        "data": [],
        "error": message(&refused),
        "error_code": refused.status.as_u16(),
        "_links": old.links(),
    })))
}

pub(super) fn add(old: &mut Old<'_>, category: &str) -> Result<Reply, Reply> {
    let sent = items_of(&read(old)?["add"]);
    let items: Value = sent.iter().map(|item| new(item, category, old)).collect();
    let path = if category == "sip" { "leads/unsorted/sip" } else { "leads/unsorted/forms" };
    match old.v4("POST", path, "", &items) {
        Err(refused) => fail(old, refused),
        Ok(added) => {
            let added = added["_embedded"]["unsorted"].as_array().into_iter().flatten();
            let uids: Value = added.map(|one| one["uid"].clone()).collect();
            Ok(success(old, &uids))
        }
    }
}

/// An item in the form of version 4. What is not said of a form is made up from its id, since
/// version 4 needs it (a guess).
fn new(item: &Value, category: &str, old: &Old<'_>) -> Value {
    let info = &item["incoming_lead_info"];
    let or = |value: &Value, other: &Value| {
        if value.is_null() { other.clone() } else { value.clone() }
    };
    let metadata = if category == "sip" {
        json!({
            "phone": info["from"],
            "call_responsible": number(&info["to"]),
            "called_at": number(&info["date_call"]),
            "duration": number(&or(&info["duration"], &json!(0))),
            "link": or(&info["link"], &json!("")),
            "service_code": info["service_code"],
            "uniq": info["uniq"],
            "is_call_event_needed": flag(&info["add_note"]).unwrap_or_default(),
        })
    } else {
        json!({
            "form_id": info["form_id"],
            "form_name": or(&info["form_name"], &info["form_id"]),
            "form_page": info["form_page"],
            "form_sent_at": number(&or(&info["form_send_at"], &item["created_at"])),
            "ip": info["ip"],
            "referer": info["referer"],
        })
    };
    let mut made = json!({
        "source_name": or(&item["source_name"], &json!("")),
        "source_uid": or(&item["source_uid"], &json!("")),
        "metadata": metadata,
        "_embedded": {},
    });
    for name in ["created_at", "pipeline_id"] {
        if !item[name].is_null() {
            made[name] = number(&item[name]);
        }
    }
    for name in ["leads", "contacts", "companies"] {
        let Some(card) = Card::named(name) else { continue };
        let own = items_of(&item["incoming_entities"][name]);
        if !own.is_empty() {
            made["_embedded"][name] =
                own.iter().map(|one| card.translated(one, old.account)).collect();
        }
    }
    made
}

pub(super) fn accept(old: &mut Old<'_>) -> Result<Reply, Reply> {
    let sent = read(old)?;
    let mut body = json!({});
    for name in ["user_id", "status_id"] {
        if let Some(id) = int(&sent[name]) {
            body[name] = id.into();
        }
    }
    let mut data = Map::new();
    for uid in uids(&sent["accept"])? {
        match old.v4("POST", &format!("leads/unsorted/{uid}/accept"), "", &body) {
            Err(refused) => return fail(old, refused),
            Ok(accepted) => {
                let ids = |kind: &str| -> Value {
                    let own = accepted["_embedded"][kind].as_array().into_iter().flatten();
                    own.map(|one| one["id"].clone()).collect()
                };
                let made =
                    ["leads", "contacts", "companies"].map(|kind| (kind.to_owned(), ids(kind)));
                data.insert(uid, Value::Object(made.into_iter().collect()));
            }
        }
    }
    Ok(success(old, &Value::Object(data)))
}

/// Each is answered for itself.
pub(super) fn decline(old: &mut Old<'_>) -> Result<Reply, Reply> {
    let sent = read(old)?;
    let body = int(&sent["user_id"]).map_or(json!({}), |user| json!({"user_id": user}));
    let mut data = Map::new();
    for uid in uids(&sent["decline"])? {
        let done = old.v4("DELETE", &format!("leads/unsorted/{uid}/decline"), "", &body);
        data.insert(uid, done.is_ok().into());
    }
    Ok(success(old, &Value::Object(data)))
}

fn uids(sent: &Value) -> Result<Vec<String>, Reply> {
    let uids: Option<Vec<String>> = items_of(sent)
        .iter()
        .map(|uid| {
            let is_plain = |uid: &&str| uid.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            uid.as_str().filter(is_plain).filter(|uid| !uid.is_empty()).map(str::to_owned)
        })
        .collect();
    uids.filter(|uids| !uids.is_empty()).ok_or_else(|| Reply::bad_request("The uids are missing"))
}

/// The filters have other names here.
pub(super) fn list(old: &mut Old<'_>) -> Result<Reply, Reply> {
    let count = |name: &str, usual: usize| match old.query.get(name) {
        None => Ok(usual),
        Some(text) => text
            .parse::<usize>()
            .ok()
            .filter(|count| (1..=MOST_ROWS).contains(count) || name == "page" && *count > 0)
            .ok_or_else(|| {
                Reply::bad_request(&format!("{name} is a number from 1 to {MOST_ROWS}"))
            }),
    };
    let (rows, page) = (count("page_size", 50)?, count("page", 1)?);
    let mut query = String::new();
    let mut also = |name: &str, value: &str| {
        query.push_str(name);
        query.push('=');
        query.push_str(&encoded(value));
        query.push('&');
    };
    if let Some(pipeline) = old.query.get("pipeline_id") {
        also("filter[pipeline_id]", pipeline);
    }
    for leaf in old.query.below("categories") {
        also("filter[category][]", leaf.value);
    }
    for leaf in old.query.below("order_by") {
        also(&format!("order[{}]", leaf.path.join("][")), leaf.value);
    }
    let start = (page - 1).saturating_mul(rows);
    let found = old.v4_rows("leads/unsorted", "unsorted", &query, (start, rows))?;
    let items = found.into_iter().map(|one| {
        json!({
            "uid": one["uid"],
            "category": one["category"],
            "source_name": one["source_name"],
            "created_at": one["created_at"],
            "pipeline_id": one["pipeline_id"],
            "incoming_lead_info": one["metadata"],
            "incoming_entities": one["_embedded"],
        })
    });
    Ok(old.items(items.collect()))
}

pub(super) fn summary(old: &mut Old<'_>) -> Result<Reply, Reply> {
    let mut query = String::new();
    for leaf in old.query.below("filter") {
        match leaf.path.as_slice() {
            ["date", end @ ("from" | "to")] => {
                query.extend(["filter[created_at][", end, "]=", &encoded(leaf.value), "&"]);
            }
            _ => return Err(Reply::bad_request("Only filter[date] is supported")),
        }
    }
    let counted = old.v4("GET", "leads/unsorted/summary", &query, &Value::Null)?;
    let of = |category: &str| counted["categories"][category]["total"].clone();
    Ok(Reply::hal(&json!({
        "sip": of("sip"),
        "mail": of("mail"),
        "forms": of("forms"),
        "chat": of("chats"),
        "total": counted["total"],
        "avg_time": counted["average_sort_time"],
        "accepted": counted["accepted"],
        "_links": old.links(),
    })))
}
