//! Tags: `/api/v4/{entity}/tags`, and what an entity's write says about its tags.

use serde_json::{Value, json};

use crate::account::Account;
use crate::call::Call;
use crate::check;
use crate::entity::Kind;
use crate::flaws::{BatchFlaws, Flaws, request_id};
use crate::generated::tags::TAG;
use crate::page::embedding;
use crate::reply::Reply;
use crate::table::Moment;

/// A tag of one kind of entities. Only tags of leads have colours.
#[derive(Debug, Clone)]
pub(crate) struct Tag {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) color: Option<String>,
}

impl Tag {
    pub(crate) fn show(&self) -> Value {
        json!({"id": self.id, "name": self.name, "color": self.color})
    }
}

/// A tag as a write names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TagRef {
    Id(i64),
    Name(String),
}

/// Reads `[{id}|{name}]`: exactly one of both, and an id that exists.
pub(crate) fn references(list: &Value, known: &[Tag], flaws: &mut Flaws) -> Vec<TagRef> {
    let Value::Array(list) = list else {
        flaws.wrong_type("", "array");
        return Vec::new();
    };
    let mut found = Vec::new();
    for (index, item) in list.iter().enumerate() {
        let path = index.to_string();
        let Value::Object(item) = item else {
            flaws.wrong_type(&path, "object");
            continue;
        };
        for key in item.keys().filter(|key| *key != "id" && *key != "name") {
            flaws.unexpected(&format!("{path}.{key}"));
        }
        match (item.get("id"), item.get("name")) {
            (Some(id), None) => match id.as_i64() {
                None => flaws.wrong_type(&format!("{path}.id"), "int"),
                Some(id) if known.iter().any(|tag| tag.id == id) => found.push(TagRef::Id(id)),
                Some(_) => flaws.not_a_choice(&format!("{path}.id")),
            },
            (None, Some(name)) => match name.as_str() {
                None => flaws.wrong_type(&format!("{path}.name"), "string"),
                Some("") => flaws.add(
                    "NotBlank",
                    &format!("{path}.name"),
                    "This value should not be blank.",
                ),
                Some(name) => found.push(TagRef::Name(name.to_owned())),
            },
            (Some(_), Some(_)) => flaws.unexpected(&format!("{path}.name")),
            (None, None) => flaws.missing(&format!("{path}.id")),
        }
    }
    found
}

impl Account {
    pub(crate) fn tags_of(&self, kind: Kind) -> &[Tag] {
        self.tags.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// The tags of the entities of a service; none where the box keeps none.
    pub(crate) fn tags_named(&self, service: &str) -> &[Tag] {
        Kind::named(service).map_or(&[], |kind| self.tags_of(kind))
    }

    /// The id of a tag; a name that is not known yet becomes a new tag.
    pub(crate) fn tag_id(&mut self, kind: Kind, tag: &TagRef) -> i64 {
        let name = match tag {
            TagRef::Id(id) => return *id,
            TagRef::Name(name) => name,
        };
        let tags = self.tags.entry(kind).or_default();
        if let Some(tag) = tags.iter().find(|tag| tag.name == *name) {
            return tag.id;
        }
        let id = self.next_tag;
        self.next_tag += 1;
        tags.push(Tag { id, name: name.clone(), color: None });
        id
    }
}

/// Answers `/api/v4/{entity}/tags`.
pub(crate) fn answer(call: &mut Call<'_>, kind: Kind) -> Result<Reply, Reply> {
    match call.method {
        "GET" => list(call, kind),
        "POST" => add(call, kind),
        _ => Err(call.no_method()),
    }
}

fn list(call: &Call<'_>, kind: Kind) -> Result<Reply, Reply> {
    let page = call.page()?;
    let query = call.query.get("query").map(str::to_lowercase);
    let filters = call.query.below("filter");
    let mut ids = Vec::new();
    let mut name = None;
    for leaf in &filters {
        match leaf.path.first() {
            Some(&"id") => match leaf.value.parse::<i64>() {
                Ok(id) => ids.push(id),
                Err(_) => return Err(Reply::bad_request("filter[id] must be a number")),
            },
            Some(&"name") => name = Some(leaf.value),
            _ => return Err(Reply::bad_request("Tags are filtered by id or by name")),
        }
    }
    let found: Vec<&Tag> = call
        .account
        .tags_of(kind)
        .iter()
        .filter(|tag| query.as_deref().is_none_or(|query| tag.name.to_lowercase().contains(query)))
        .filter(|tag| ids.is_empty() || ids.contains(&tag.id))
        .filter(|tag| name.is_none_or(|name| tag.name == name))
        .collect();
    let shown = found.iter().skip(page.start()).take(page.limit).map(|tag| tag.show()).collect();
    let more = found.len() > page.start().saturating_add(page.limit);
    Ok(page.reply(&call.own_url(), call.query, "tags", shown, more))
}

struct NewTag {
    name: String,
    color: Option<String>,
    request_id: String,
}

fn add(call: &mut Call<'_>, kind: Kind) -> Result<Reply, Reply> {
    let mut flawed = BatchFlaws::default();
    let mut wanted = Vec::new();
    for (index, item) in call.items()?.iter().enumerate() {
        let mut flaws = Flaws::default();
        let request_id = request_id(item, index, &mut flaws);
        let (name, color) = check(item, kind, call.account, &mut flaws);
        flawed.of_item(&request_id, &flaws);
        wanted.push(NewTag { name, color, request_id });
    }
    flawed.refuse_if_any()?;
    let mut shown = Vec::new();
    for NewTag { name, color, request_id } in wanted {
        let id = call.account.tag_id(kind, &TagRef::Name(name));
        let tag = call
            .account
            .tags
            .get_mut(&kind)
            .and_then(|tags| tags.iter_mut().find(|tag| tag.id == id));
        if let Some(tag) = tag {
            if color.is_some() {
                tag.color = color;
            }
            let mut item = tag.show();
            item["request_id"] = Value::from(request_id);
            shown.push(item);
        }
    }
    Ok(embedding(json!({"_total_items": shown.len()}), "tags", shown))
}

fn check(
    item: &Value,
    kind: Kind,
    account: &Account,
    flaws: &mut Flaws,
) -> (String, Option<String>) {
    let change = check::entity(item, &TAG, Moment::Creation, account, flaws);
    if !kind.table().coloured_tags && change.get("color").is_some() {
        flaws.unexpected("color");
    }
    let name = change.text("name");
    if name == Some("") {
        flaws.add("NotBlank", "name", "This value should not be blank.");
    }
    (name.unwrap_or_default().to_owned(), change.text("color").map(str::to_owned))
}
