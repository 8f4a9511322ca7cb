//! Version 2 of the API, as far as integrations still meet it: each request becomes requests of
//! version 4, whose answers are told in the older form.

mod account;
mod body;
mod cards;
mod incoming;
mod show;
mod small;
mod translate;

use http::{HeaderName, HeaderValue};
use serde_json::{Value, json};

use crate::account::{Account, paid};
use crate::call::Call;
use crate::operations::{self, Asked};
use crate::query::Query;
use crate::reply::Reply;
use crate::route;

/// The most rows of a list.
const MOST_ROWS: usize = 500;
/// The most of a page of version 4.
const PAGE: usize = 250;

/// A request of version 2.
pub(crate) struct Old<'a> {
    pub(crate) method: &'a str,
    /// The path as sent.
    pub(crate) path: &'a str,
    pub(crate) query: &'a Query,
    pub(crate) body: &'a [u8],
    /// Only what was changed later is asked for, if it says so: in Unix seconds.
    pub(crate) modified_since: Option<i64>,
    pub(crate) base: &'a str,
    pub(crate) now: i64,
    pub(crate) user_id: i64,
    pub(crate) account: &'a mut Account,
}

/// Answers what is below `/api/v2`; `None` for what is not there, or is in the tables.
pub(crate) fn answer(old: &mut Old<'_>, path: &[&str]) -> Option<Result<Reply, Reply>> {
    if let Err(unpaid) = paid::refuse(old.account, old.method, old.now) {
        return Some(Err(unpaid));
    }
    let answered = match (path, old.method) {
        (["account"], "GET") => account::show(old),
        (["products_settings"], "GET" | "POST") => small::products(old),
        (["salesbot", "run"], "POST") => small::run_bots(old),
        (["catalogs"], "POST") => small::delete_catalogs(old),
        (["catalog_elements"], "POST") => small::delete_elements(old),
        (["webhooks"], "GET") => small::webhooks(old),
        (["webhooks", "subscribe"], "POST") => small::subscribe(old),
        (["webhooks", "unsubscribe"], "POST") => small::unsubscribe(old),
        (["incoming_leads"], "GET") => incoming::list(old),
        (["incoming_leads", "summary"], "GET") => incoming::summary(old),
        (["incoming_leads", category @ ("form" | "sip")], "POST") => incoming::add(old, category),
        (["incoming_leads", "accept"], "POST") => incoming::accept(old),
        (["incoming_leads", "decline"], "POST") => incoming::decline(old),
        ([name], "GET" | "POST") => match cards::Card::named(name) {
            Some(card) if old.method == "GET" => cards::list(old, card),
            Some(card) => cards::write(old, card),
            None => return None,
        },
        _ => return None,
    };
    Some(answered.map(|reply| stamped(reply, old.now)))
}

/// Answers of version 2 say when they were made.
fn stamped(reply: Reply, now: i64) -> Reply {
    let name = HeaderName::from_static("runtime-timestamp");
    HeaderValue::try_from(now.to_string()).map_or(reply.clone(), |at| reply.with_header(name, at))
}

impl Old<'_> {
    /// Asks version 4, with the same rights; null where it answers without a body.
    fn v4(&mut self, method: &str, path: &str, query: &str, body: &Value) -> Result<Value, Reply> {
        let path = format!("/api/v4/{path}");
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        let Asked::For(resource, operation, parameters) = operations::find(method, &segments)
        else {
            return Err(Reply::not_found(&format!("Cannot {method} {}{path}", self.base)));
        };
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut call = Call {
            method,
            operation,
            resource,
            parameters,
            path: &path,
            query: &Query::parse(query),
            body: body.as_bytes(),
            base: self.base,
            now: self.now,
            user_id: self.user_id,
            account: self.account,
        };
        let reply = route::answer(&mut call, segments.get(2..).unwrap_or_default());
        // What may not be seen is a 204 too.
        let reply =
            reply.or_else(
                |refused| {
                    if refused.status.is_success() { Ok(refused) } else { Err(refused) }
                },
            )?;
        Ok(serde_json::from_slice(&reply.body).unwrap_or_default())
    }

    /// The items of a list of version 4.
    fn v4_list(&mut self, path: &str, key: &str, query: &str) -> Result<Vec<Value>, Reply> {
        let mut list = self.v4("GET", path, query, &Value::Null)?;
        Ok(match list["_embedded"][key].take() {
            Value::Array(items) => items,
            _ => Vec::new(),
        })
    }

    /// So many rows from a place on, whatever pages of version 4 they are on.
    fn v4_rows(
        &mut self,
        path: &str,
        key: &str,
        query: &str,
        (start, rows): (usize, usize),
    ) -> Result<Vec<Value>, Reply> {
        let first = start / PAGE;
        let mut found = Vec::new();
        for page in first..=start.saturating_add(rows - 1) / PAGE {
            let query = format!("{query}limit={PAGE}&page={}", page + 1);
            let items = self.v4_list(path, key, &query)?;
            let is_last = items.len() < PAGE;
            found.extend(items);
            if is_last {
                break;
            }
        }
        Ok(found.into_iter().skip(start - first * PAGE).take(rows).collect())
    }

    fn links(&self) -> Value {
        json!({"self": {"href": self.path, "method": self.method.to_lowercase()}})
    }

    /// A list in the form that all have.
    fn items(&self, items: Vec<Value>) -> Reply {
        if items.is_empty() {
            return Reply::no_content();
        }
        crate::page::embedding(json!({"_links": self.links()}), "items", items)
    }

    /// What a write did, and what it could not do.
    fn done(&self, items: Vec<Value>, errors: &Value) -> Reply {
        let mut shown = json!({"_links": self.links(), "_embedded": {}});
        shown["_embedded"]["items"] = items.into();
        if errors.as_object().is_some_and(|errors| !errors.is_empty()) {
            shown["_embedded"]["errors"] = errors.clone();
        }
        Reply::hal(&shown)
    }
}

/// What was wrong, in one sentence: the first flaw, or the problem as a whole.
fn message(refused: &Reply) -> String {
    let problem: Value = serde_json::from_slice(&refused.body).unwrap_or_default();
    let flaw = &problem["validation-errors"][0]["errors"][0];
    match (flaw["path"].as_str(), flaw["detail"].as_str(), problem["detail"].as_str()) {
        (Some(path), Some(detail), _) => format!("{path}: {detail}"),
        (_, _, detail) => detail.unwrap_or("The request was refused").to_owned(),
    }
}
