//! Tags: `/api/v4/{entity}/tags`, and what an entity's write says about its tags.

mod store;

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Value, json};

use crate::account::Account;
use crate::call::Call;
use crate::check::{self, Change};
use crate::entity::{Kind, target};
use crate::flaws::{BatchFlaws, Flaws, request_id_for};
use crate::generated::tags::TAG;
use crate::page::embedding;
use crate::reply::Reply;
use crate::table::Moment;

pub(crate) use store::Tags;

/// A tag of one kind of entities. Only tags of leads have colours.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Tag {
    pub(crate) color: Option<String>,
    pub(crate) id: i64,
    pub(crate) name: String,
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

/// Reads `[{id}|{name}]`: exactly one of both, and an id that exists. The official client sends the
/// tags that it read back, with their ids and names.
pub(crate) fn references(list: &Value, known: &Tags, flaws: &mut Flaws) -> Vec<TagRef> {
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
                Some(id) if known.get(id).is_some() => found.push(TagRef::Id(id)),
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
            (Some(id), Some(name)) => match id.as_i64().and_then(|id| known.get(id)) {
                Some(tag) if *name == tag.name => found.push(TagRef::Id(tag.id)),
                _ => flaws.unexpected(&format!("{path}.name")),
            },
            (None, None) => flaws.missing(&format!("{path}.id")),
        }
    }
    found
}

impl Account {
    pub(crate) fn tags_of(&self, kind: Kind) -> &Tags {
        static NONE: Tags = Tags::NONE;
        self.tags.get(&kind).unwrap_or(&NONE)
    }

    /// The tags of the entities of a service; none where the box keeps none.
    pub(crate) fn tags_named(&self, service: &str) -> &Tags {
        // Elements have no tags.
        self.tags_of(Kind::named(service).unwrap_or(Kind::Elements))
    }

    /// The id of a tag; a name that is not known yet becomes a new tag.
    pub(crate) fn tag_id(&mut self, kind: Kind, tag: &TagRef) -> i64 {
        let name = match tag {
            TagRef::Id(id) => return *id,
            TagRef::Name(name) => name,
        };
        let tags = self.tags.entry(kind).or_default();
        if let Some(tag) = tags.named(name) {
            return tag.id;
        }
        let id = self.next_tag;
        self.next_tag += 1;
        tags.put(Tag { id, name: name.clone(), color: None });
        id
    }
}

/// Answers `/api/v4/{entity}/tags` and below. Only tags of leads are known to change.
pub(crate) fn answer(call: &mut Call<'_>, kind: Kind) -> Result<Reply, Reply> {
    match call.operation.action {
        "list" => list(call, kind),
        "create" => add(call, kind),
        "update" | "update_many" if kind.table().coloured_tags => update(call, kind),
        _ => Err(call.no_method()),
    }
}

fn list(call: &Call<'_>, kind: Kind) -> Result<Reply, Reply> {
    let page = call.page()?;
    let query = call.query.get("query").map(str::to_lowercase);
    let filters = call.query.below("filter");
    let mut ids = BTreeSet::new();
    let mut name = None;
    for leaf in &filters {
        match leaf.path.first() {
            Some(&"id") => match leaf.value.parse::<i64>() {
                Ok(id) => {
                    ids.insert(id);
                }
                Err(_) => return Err(Reply::bad_request("filter[id] must be a number")),
            },
            Some(&"name") if name.is_some() => {
                return Err(Reply::bad_request("filter[name] takes one name"));
            }
            Some(&"name") => name = Some(leaf.value),
            _ => return Err(Reply::bad_request("Tags are filtered by id or by name")),
        }
    }
    let fits = |tag: &&Tag| {
        query.as_deref().is_none_or(|query| tag.name.to_lowercase().contains(query))
            && (ids.is_empty() || ids.contains(&tag.id))
            && name.is_none_or(|name| tag.name == name)
    };
    let tags = call.account.tags_of(kind);
    // One more than the page holds, to know whether there is more.
    let (start, most) = (page.start(), page.limit + 1);
    let mut found: Vec<&Tag> = match name {
        _ if !ids.is_empty() => {
            let named = ids.iter().filter_map(|id| tags.get(*id));
            named.filter(fits).skip(start).take(most).collect()
        }
        Some(name) => tags.named(name).into_iter().filter(fits).skip(start).take(most).collect(),
        None if query.is_none() => tags.from(start).take(most).collect(),
        None => tags.iter().filter(fits).skip(start).take(most).collect(),
    };
    let more = found.len() > page.limit;
    found.truncate(page.limit);
    let shown = found.into_iter().map(Tag::show).collect();
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
        let request_id = request_id_for("tags", item, index, &mut flaws);
        let change = check(item, kind, Moment::Creation, call.account, &mut flaws);
        flawed.of_item(&request_id, &flaws);
        let name = change.text("name").unwrap_or_default().to_owned();
        let color = change.text("color").map(str::to_owned);
        wanted.push(NewTag { name, color, request_id });
    }
    flawed.refuse_if_any()?;
    let mut shown = Vec::new();
    for NewTag { name, color, request_id } in wanted {
        let id = call.account.tag_id(kind, &TagRef::Name(name));
        let Some(mut tag) = call.account.tags_of(kind).get(id).cloned() else { continue };
        if color.is_some() {
            tag.color = color;
        }
        let mut item = tag.show();
        item["request_id"] = Value::from(request_id);
        shown.push(item);
        call.account.tags.entry(kind).or_default().put(tag);
    }
    Ok(embedding(json!({"_total_items": shown.len()}), "tags", shown))
}

/// Changes tags of leads: names, colours. Cards keep them under the new name. That a name cannot be
/// taken twice is a guess.
fn update(call: &mut Call<'_>, kind: Kind) -> Result<Reply, Reply> {
    let one = call.path_id();
    let find = |account: &Account, id| account.tags_of(kind).get(id).is_some();
    if one.is_some_and(|id| !find(call.account, id)) {
        return Err(Reply::not_found("There is no tag with this id"));
    }
    let mut flawed = BatchFlaws::default();
    let mut wanted = Vec::new();
    for (index, item) in call.items()?.iter().enumerate() {
        let mut flaws = Flaws::default();
        let request_id = request_id_for("tags", item, index, &mut flaws);
        if let Some(id) = target(item, one, &mut flaws) {
            if !find(call.account, id) {
                flaws.not_a_choice("id");
            }
            let change = check(item, kind, Moment::Change, call.account, &mut flaws);
            let name = change.text("name");
            let known = name.and_then(|name| call.account.tags_of(kind).named(name));
            if known.is_some_and(|known| known.id != id) {
                flaws.add("NotUnique", "name", "This value is already used.");
            }
            wanted.push((id, change, request_id.clone()));
        }
        flawed.of_item(&request_id, &flaws);
    }
    flawed.refuse_if_any()?;
    let mut shown = Vec::new();
    for (id, change, request_id) in wanted {
        let Some(mut tag) = call.account.tags_of(kind).get(id).cloned() else { continue };
        if let Some(name) = change.text("name") {
            name.clone_into(&mut tag.name);
        }
        if let Some(color) = change.get("color") {
            tag.color = color.as_str().map(str::to_owned);
        }
        let mut item = tag.show();
        item["request_id"] = Value::from(request_id);
        shown.push(item);
        call.account.tags.entry(kind).or_default().put(tag);
    }
    if one.is_some() {
        return Ok(Reply::hal(&shown.into_iter().next().unwrap_or_default()));
    }
    Ok(embedding(json!({"_total_items": shown.len()}), "tags", shown))
}

/// Reads a tag that is written: only those of leads have colours.
fn check(item: &Value, kind: Kind, moment: Moment, account: &Account, flaws: &mut Flaws) -> Change {
    // No colour may be said as null.
    let mut item = item.clone();
    let is_null = item.get("color").is_some_and(Value::is_null);
    let is_cleared =
        item.as_object_mut().is_some_and(|item| is_null && item.remove("color").is_some());
    let mut change = check::entity(&item, &TAG, moment, account, flaws);
    if is_cleared {
        change.members.push(("color", Value::Null));
    }
    if !kind.table().coloured_tags && change.text("color").is_some() {
        flaws.unexpected("color");
    }
    if change.text("name") == Some("") {
        flaws.add("NotBlank", "name", "This value should not be blank.");
    }
    change
}
