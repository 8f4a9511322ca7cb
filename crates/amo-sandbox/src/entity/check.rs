//! Reads one item of a write and finds everything that is wrong with it.

use serde_json::{Map, Value};

use super::member::MemberType;
use super::{Entity, Kind};
use crate::account::Account;
use crate::fields::value::{self, FieldValues};
use crate::flaws::Flaws;
use crate::tags::{self, TagRef};

/// What one item of a write asks for.
#[derive(Debug, Default)]
pub(crate) struct Change {
    pub(crate) members: Vec<(&'static str, Value)>,
    /// The mentioned fields with their new values; none clears.
    pub(crate) fields: Vec<FieldValues>,
    /// The whole new set of tags.
    pub(crate) tags: Option<Vec<TagRef>>,
    pub(crate) tags_to_add: Vec<TagRef>,
    pub(crate) tags_to_delete: Vec<TagRef>,
    pub(crate) links: Vec<NewLink>,
}

/// A link that a new entity asks for.
#[derive(Debug)]
pub(crate) struct NewLink {
    pub(crate) kind: Kind,
    pub(crate) id: i64,
    pub(crate) is_main: Option<bool>,
}

impl Change {
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.members.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    pub(crate) fn int(&self, name: &str) -> Option<i64> {
        self.get(name)?.as_i64()
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }
}

/// Reads an item. `old` is the entity that is updated, `None` when one is added. Members that can
/// only be read and members that nobody knows are refused alike.
pub(super) fn check(
    item: &Value,
    kind: Kind,
    old: Option<&Entity>,
    account: &Account,
    flaws: &mut Flaws,
) -> Change {
    let mut change = Change::default();
    let Value::Object(item) = item else {
        flaws.wrong_type("", "object");
        return change;
    };
    let table = kind.table();
    let is_update = old.is_some();
    let known_tags = account.tags_of(kind);
    for (key, value) in item {
        match key.as_str() {
            "request_id" => {}
            "id" if is_update => {}
            "custom_fields_values" => {
                change.fields = value::check(value, account.fields_of(kind), flaws);
            }
            "tags_to_add" => change.tags_to_add = tags::references(value, key, known_tags, flaws),
            "tags_to_delete" if is_update => {
                change.tags_to_delete = tags::references(value, key, known_tags, flaws);
            }
            "_embedded" => embedded(value, kind, is_update, account, &mut change, flaws),
            name => match table.members.iter().find(|member| member.name == name) {
                None => flaws.unexpected(key),
                Some(member) => {
                    let read = member.check(value, account, flaws);
                    if member.member_type != MemberType::Ignored {
                        change.members.extend(read.map(|value| (member.name, value)));
                    }
                }
            },
        }
    }
    (table.check)(&change, old, account, flaws);
    change
}

fn embedded(
    value: &Value,
    kind: Kind,
    is_update: bool,
    account: &Account,
    change: &mut Change,
    flaws: &mut Flaws,
) {
    let Value::Object(value) = value else {
        flaws.wrong_type("_embedded", "object");
        return;
    };
    for (key, list) in value {
        let path = format!("_embedded.{key}");
        if key == "tags" {
            // Null removes all of them, like an empty list.
            let read = if list.is_null() {
                Vec::new()
            } else {
                tags::references(list, &path, account.tags_of(kind), flaws)
            };
            change.tags = Some(read);
            continue;
        }
        match Kind::named(key)
            .filter(|other| !is_update && kind.table().links_on_add.contains(other))
        {
            Some(other) => change.links.extend(links(list, other, &path, account, flaws)),
            // Sources can be named, but the box has none yet to choose from.
            None if key == "source" && !is_update && kind == Kind::Leads => {
                flaws.not_a_choice("_embedded.source.external_id");
            }
            None => flaws.unexpected(&path),
        }
    }
}

fn links(
    list: &Value,
    kind: Kind,
    path: &str,
    account: &Account,
    flaws: &mut Flaws,
) -> Vec<NewLink> {
    let Value::Array(list) = list else {
        flaws.wrong_type(path, "array");
        return Vec::new();
    };
    if kind == Kind::Companies && list.len() > 1 {
        flaws.add("InvalidValue", path, "This collection should contain at most 1 element.");
    }
    let items = list.iter().enumerate();
    items
        .filter_map(|(index, item)| link(item, kind, &format!("{path}.{index}"), account, flaws))
        .collect()
}

fn link(
    item: &Value,
    kind: Kind,
    path: &str,
    account: &Account,
    flaws: &mut Flaws,
) -> Option<NewLink> {
    let Value::Object(item) = item else {
        flaws.wrong_type(path, "object");
        return None;
    };
    let is_main = main_flag(item, kind, path, flaws);
    for key in
        item.keys().filter(|key| *key != "id" && !(kind == Kind::Contacts && *key == "is_main"))
    {
        flaws.unexpected(&format!("{path}.{key}"));
    }
    let path = format!("{path}.id");
    let Some(id) = item.get("id") else {
        flaws.missing(&path);
        return None;
    };
    let Some(id) = id.as_i64() else {
        flaws.wrong_type(&path, "int");
        return None;
    };
    if account.entity(kind, id).is_none() {
        flaws.not_a_choice(&path);
        return None;
    }
    Some(NewLink { kind, id, is_main })
}

fn main_flag(item: &Map<String, Value>, kind: Kind, path: &str, flaws: &mut Flaws) -> Option<bool> {
    let flag = item.get("is_main").filter(|_| kind == Kind::Contacts)?;
    if !flag.is_boolean() {
        flaws.wrong_type(&format!("{path}.is_main"), "bool");
    }
    flag.as_bool()
}
