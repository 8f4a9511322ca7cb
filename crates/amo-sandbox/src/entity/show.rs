//! An entity as reading shows it.

use serde_json::{Map, Value, json};

use super::{Entity, Kind};
use crate::account::Account;
use crate::call::{Call, api_url};
use crate::fields::value;
use crate::links;

/// What showing an entity depends on besides the entity.
pub(crate) struct Showing<'a> {
    pub(crate) account: &'a Account,
    pub(crate) base: &'a str,
    pub(crate) with: Vec<&'a str>,
}

impl<'a> Showing<'a> {
    pub(crate) fn of(call: &'a Call<'_>) -> Self {
        Showing {
            account: call.account,
            base: call.base,
            with: call.query.with().filter(|word| call.resource.with.contains(word)).collect(),
        }
    }

    pub(crate) fn has(&self, word: &str) -> bool {
        self.with.contains(&word)
    }

    fn link(&self, kind: Kind, id: i64) -> Value {
        json!({"self": {"href": api_url(self.base, &format!("{}/{id}", kind.name()))}})
    }

    /// The linked entities of a kind as `_embedded` shows them: references, no full objects.
    pub(super) fn references(&self, from: (Kind, i64), to: Kind) -> Value {
        let linked = self.account.links.of(from, to);
        linked.map(|(id, _)| json!({"id": id, "_links": self.link(to, id)})).collect()
    }

    /// The contacts of a lead or a customer say which of them is the main one.
    pub(super) fn contacts_of(&self, from: (Kind, i64)) -> Value {
        let linked = self.account.links.of(from, Kind::Contacts);
        linked
            .map(|(id, is_main)| {
                let links = self.link(Kind::Contacts, id);
                json!({"id": id, "is_main": is_main, "_links": links})
            })
            .collect()
    }

    /// The elements of catalogs that are linked.
    pub(super) fn elements_of(&self, from: (Kind, i64)) -> Value {
        let linked = self.account.links.of(from, Kind::Elements);
        linked
            .map(|(id, _)| {
                let metadata = links::element_metadata(self.account, from, id);
                json!({"id": id, "metadata": metadata})
            })
            .collect()
    }
}

/// An entity's JSON while it is put together.
#[derive(Default)]
pub(crate) struct Shown {
    members: Map<String, Value>,
    embedded: Map<String, Value>,
}

impl Shown {
    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.members.insert(name.to_owned(), value.into());
    }

    /// A member that stands there already.
    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.members.get_mut(name)
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.members.remove(name);
    }

    pub(crate) fn embed(&mut self, name: &str, value: Value) {
        self.embedded.insert(name.to_owned(), value);
    }

    /// The JSON; `_embedded` only if something stands there.
    pub(crate) fn into_value(mut self) -> Value {
        if !self.embedded.is_empty() {
            self.members.insert("_embedded".to_owned(), Value::Object(self.embedded));
        }
        Value::Object(self.members)
    }
}

/// The entity as a list and as `GET /{entity}/{id}` show it.
pub(crate) fn show(kind: Kind, entity: &Entity, showing: &Showing<'_>) -> Value {
    let account = showing.account;
    let members = entity.members().map(|(name, value)| (name.to_owned(), value.clone())).collect();
    let mut shown = Shown { members, embedded: Map::new() };
    let group = entity
        .int("responsible_user_id")
        .and_then(|id| account.user(id))
        .map_or(0, |user| user.group_id);
    shown.set("id", entity.id);
    shown.set("group_id", group);
    shown.set("closest_task_at", account.records.closest_task(kind, entity.id));
    shown.set("is_deleted", false);
    shown.set("custom_fields_values", value::show(&entity.fields, account.fields_of(kind)));
    shown.set("account_id", account.id);
    shown.set("_links", showing.link(kind, entity.id));
    shown.embed("tags", tags(kind, entity, account));
    (kind.table().show)(entity, showing, &mut shown);
    shown.into_value()
}

/// What a list of deleted entities shows of each.
pub(super) fn show_deleted(entity: &Entity) -> Value {
    json!({
        "id": entity.id,
        "updated_at": entity.get("updated_at"),
        "updated_by": entity.get("updated_by"),
        "is_deleted": true,
    })
}

fn tags(kind: Kind, entity: &Entity, account: &Account) -> Value {
    let known = account.tags_of(kind);
    let own = entity.tags.iter().filter_map(|id| known.iter().find(|tag| tag.id == *id));
    own.map(crate::tags::Tag::show).collect()
}
