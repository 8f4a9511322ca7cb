//! Incoming leads: `source_data` becomes the metadata of the API, by its category.

use serde_json::{Map, Value};

use super::api::{Api, reference};
use crate::UnsortedCategory;
use crate::webhook::tree;

pub(super) fn api(members: &Map<String, Value>) -> Api {
    let mut api = Api::new(members.clone());
    api.rename_whole("date_create", "created_at");
    let data = members.get("data");
    let inner = |name: &str| data.and_then(|data| data.get(name)).cloned();
    for name in ["created_at", "pipeline_id", "source_uid"] {
        if let Some(value) = inner(name) {
            api.put_missing(name, || value);
        }
    }
    let source = members.get("source_data").and_then(Value::as_object);
    if let Some(source) = source {
        for name in ["source_uid", "source_name"] {
            if let Some(value) = source.get(name).filter(|value| value.is_string()) {
                api.put_missing(name, || value.clone());
            }
        }
        if api.get("metadata").is_none() {
            let category = members.get("category").and_then(Value::as_str);
            let category = category.map(UnsortedCategory::from);
            let metadata = metadata(category.as_ref(), source);
            api.put_missing("metadata", || metadata.into());
            api.remove("source_data");
        }
    }
    // Accepted and declined ones have ids; those that only came may have entities without any,
    // so that `data` stays as it is.
    for kind in ["leads", "contacts", "companies"] {
        let results = ["accept_result", "decline_result", "data"].into_iter();
        let found = results.filter_map(|name| members.get(name)?.get(kind));
        if let Some(ids) = { found }.find_map(references) {
            api.put_embedded(kind, ids);
        }
    }
    api
}

/// Entities that have ids: a list of ids or of objects, or one object.
fn references(value: &Value) -> Option<Value> {
    let ids = tree::list(value).into_iter().map(|one| reference(one.get("id").unwrap_or(one)));
    ids.collect::<Option<Vec<_>>>().filter(|ids| !ids.is_empty()).map(Value::Array)
}

fn metadata(
    category: Option<&UnsortedCategory>,
    source: &Map<String, Value>,
) -> Map<String, Value> {
    let mut api = source.clone();
    let mut rename = |from: &str, to: &str| {
        if !api.contains_key(to)
            && api.get(from).is_some_and(Value::is_string)
            && let Some(value) = api.remove(from)
        {
            api.insert(to.to_owned(), value);
        }
    };
    match category {
        Some(UnsortedCategory::Forms) => {
            rename("date", "form_sent_at");
            rename("from", "form_page");
            let origin = source.get("origin");
            for name in ["ip", "referer", "visitor_uid"] {
                if let Some(value) = origin.and_then(|origin| origin.get(name))
                    && !api.contains_key(name)
                {
                    api.insert(name.to_owned(), value.clone());
                }
            }
        }
        Some(UnsortedCategory::Chats) => {
            if let Some(client) = api.get_mut("client").and_then(Value::as_object_mut)
                && !client.contains_key("avatar")
                && let Some(picture) = client.remove("picture")
            {
                client.insert("avatar".to_owned(), picture);
            }
        }
        _ => {}
    }
    api
}
