//! Pages of lists and the envelope around them.

use std::collections::BTreeMap;

use http::StatusCode;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value, json};

use crate::query::Query;
use crate::reply::Reply;

/// The most items that a page or a batch may have, where the tables say nothing else.
const MOST: usize = 250;

/// Which page was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) limit: usize,
    /// From 1.
    pub(crate) number: usize,
}

impl Page {
    /// One page with everything.
    pub(crate) const ALL: Page = Page { limit: usize::MAX - 1, number: 1 };

    /// `page` and `limit` of a query: limit 50 unless said, and 250 or `most` at most. What the real
    /// service does with a page 0 or a limit that is no number is not known: that it is refused with
    /// 400 is a guess. A limit over the greatest is 422.
    pub(crate) fn of(query: &Query, most: Option<usize>) -> Result<Page, Reply> {
        let read = |key: &str, default: usize| match query.get(key) {
            None => Ok(default),
            Some(text) => match text.parse::<usize>() {
                Ok(number) if number > 0 => Ok(number),
                _ => Err(Reply::bad_request(&format!(
                    "`{key}` must be a whole number from 1, not `{text}`"
                ))),
            },
        };
        let page = Page { limit: read("limit", 50)?, number: read("page", 1)? };
        let most = most.unwrap_or(MOST);
        if page.limit > most { Err(Reply::over_limit(most)) } else { Ok(page) }
    }

    /// How many items come before it.
    pub(crate) fn start(self) -> usize {
        self.limit.saturating_mul(self.number - 1)
    }

    /// `_links`: `self`, `next` while there is more, `prev` and `first` from the second page on.
    pub(crate) fn links(self, url: &str, query: &Query, more: bool) -> Value {
        let link =
            |number: usize| json!({"href": format!("{url}?{}", query.at_page(self.limit, number))});
        let mut links = Map::new();
        links.insert("self".to_owned(), link(self.number));
        if more {
            links.insert("next".to_owned(), link(self.number.saturating_add(1)));
        }
        if self.number > 1 {
            links.insert("first".to_owned(), link(1));
            links.insert("prev".to_owned(), link(self.number - 1));
        }
        Value::Object(links)
    }

    /// The answer with a page of items; 204 when there are none.
    pub(crate) fn reply(
        self,
        url: &str,
        query: &Query,
        key: &str,
        items: Vec<impl Serialize>,
        more: bool,
    ) -> Reply {
        if items.is_empty() {
            return Reply::no_content();
        }
        let envelope = json!({"_page": self.number, "_links": self.links(url, query, more)});
        embedding(envelope, key, items)
    }

    /// The same with items that are written to the end of what is given, with commas between them.
    pub(crate) fn written(
        self,
        url: &str,
        query: &Query,
        key: &str,
        write: impl FnOnce(&mut Vec<u8>),
        more: bool,
    ) -> Reply {
        // Room for a page as most are, so that it need not be moved.
        let mut document = Vec::with_capacity(64 * 1024);
        // `_embedded` is before the others by the alphabet.
        document.extend_from_slice(format!("{{\"_embedded\":{{\"{key}\":[").as_bytes());
        let before = document.len();
        write(&mut document);
        if document.len() == before {
            return Reply::no_content();
        }
        document.extend_from_slice(b"]},");
        let rest = json!({"_page": self.number, "_links": self.links(url, query, more)});
        let rest = rest.to_string();
        document.extend_from_slice(rest.strip_prefix('{').unwrap_or_default().as_bytes());
        Reply::hal_bytes(document)
    }

    /// The same over a whole list in memory, with `_total_items` and `_page_count`, as users and
    /// custom fields have it. Only the items of the page are shown.
    pub(crate) fn counted<T>(
        self,
        url: &str,
        query: &Query,
        key: &str,
        all: &[T],
        show: impl Fn(&T) -> Value,
    ) -> Reply {
        let items: Vec<Value> = all.iter().skip(self.start()).take(self.limit).map(show).collect();
        if items.is_empty() {
            return Reply::no_content();
        }
        let pages = all.len().div_ceil(self.limit);
        let envelope = json!({
            "_total_items": all.len(),
            "_page": self.number,
            "_page_count": pages,
            "_links": self.links(url, query, self.number < pages),
        });
        embedding(envelope, key, items)
    }
}

/// A whole list at once, as pipelines have it.
pub(crate) fn whole(url: &str, key: &str, items: Vec<Value>) -> Reply {
    if items.is_empty() {
        return Reply::no_content();
    }
    embedding(json!({"_total_items": items.len(), "_links": {"self": {"href": url}}}), key, items)
}

/// An answer with items under `_embedded`.
pub(crate) fn embedding(envelope: Value, key: &str, items: Vec<impl Serialize>) -> Reply {
    Reply::hal(&Embedding { envelope, key, items })
}

/// Writes the items where they belong by the alphabet.
struct Embedding<'a, T> {
    envelope: Value,
    key: &'a str,
    items: Vec<T>,
}

impl<T: Serialize> Serialize for Embedding<'_, T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        const NAME: &str = "_embedded";
        let mut map = to.serialize_map(None)?;
        let members = || self.envelope.as_object().into_iter().flatten();
        for (name, value) in members().filter(|(name, _)| name.as_str() < NAME) {
            map.serialize_entry(name, value)?;
        }
        map.serialize_entry(NAME, &BTreeMap::from([(self.key, &self.items)]))?;
        for (name, value) in members().filter(|(name, _)| name.as_str() > NAME) {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// The items of a batch: a JSON array with 1 to 250 of them, or to `most`.
pub(crate) fn batch(body: &[u8], most: Option<usize>) -> Result<Vec<Value>, Reply> {
    let most = most.unwrap_or(MOST);
    match document(body)? {
        Value::Array(items) if items.is_empty() => {
            Err(Reply::bad_request("Request data can not be empty"))
        }
        Value::Array(items) if items.len() > most => Err(Reply::over_limit(most)),
        Value::Array(items) => Ok(items),
        _ => Err(Reply::bad_request("The request body must be a JSON array")),
    }
}

/// The one object of a body.
pub(crate) fn object(body: &[u8]) -> Result<Value, Reply> {
    let item = document(body)?;
    if item.is_object() {
        Ok(item)
    } else {
        Err(Reply::bad_request("The request body must be a JSON object"))
    }
}

/// The JSON of a body.
pub(crate) fn document(body: &[u8]) -> Result<Value, Reply> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(Reply::bad_request("Request data can not be empty"));
    }
    serde_json::from_slice(body).map_err(|error| {
        Reply::problem(StatusCode::BAD_REQUEST, &format!("The request body is not JSON: {error}"))
    })
}
