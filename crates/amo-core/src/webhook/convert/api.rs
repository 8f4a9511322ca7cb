//! The members of an event on their way to the names and places of the API.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::webhook::event::kind_of;
use crate::webhook::{Event, HookAction, HookEntity, fields, read, tree};
use crate::{Extra, Tag};

/// An object that becomes one of the API. Whatever is moved in it comes away from its own name
/// only when it has a place: nothing is lost.
pub(super) struct Api {
    members: Map<String, Value>,
}

impl Api {
    pub(super) const fn new(members: Map<String, Value>) -> Self {
        Self { members }
    }

    /// What the entities have in common.
    pub(super) fn of_entity(event: &Event) -> Self {
        let mut api = Self::new(event.members().clone());
        api.rename_legacy();
        // A model of the API has this one too.
        if event.entity != HookEntity::Customer {
            api.rename_whole("main_user_id", "responsible_user_id");
        }
        match event.action {
            HookAction::Delete => api.put_deleted(event, true),
            HookAction::Restore => api.put_deleted(event, false),
            _ => {}
        }
        api.embed("tags", "tags", tags);
        api.embed("linked_leads_id", "leads", links);
        api.embed("linked_company_id", "companies", link);
        api
    }

    /// The names of older parts of amoCRM for who made or changed something and when.
    pub(super) fn rename_legacy(&mut self) {
        self.rename_whole("date_create", "created_at");
        self.rename_whole("last_modified", "updated_at");
        self.rename_whole("created_user_id", "created_by");
        self.rename_whole("modified_user_id", "updated_by");
        self.rename_whole("modified_by", "updated_by");
    }

    /// The entity that something belongs to.
    pub(super) fn rename_element(&mut self) {
        self.rename_whole("element_id", "entity_id");
        self.rename("element_type", "entity_type", |kind| {
            kind_of(kind).map(|kind| kind.as_str().into())
        });
    }

    fn put_deleted(&mut self, event: &Event, deleted: bool) {
        // Tasks and incoming leads have no such member.
        if event.about().is_some() && event.entity != HookEntity::Task {
            self.put_missing("is_deleted", || deleted.into());
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    pub(super) fn remove(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name)
    }

    /// Puts a member there if it is missing.
    pub(super) fn put_missing(&mut self, name: &str, value: impl FnOnce() -> Value) {
        if !self.members.contains_key(name) {
            self.members.insert(name.to_owned(), value());
        }
    }

    /// Puts a member there that is made of another one, if it is missing.
    pub(super) fn fill(&mut self, name: &str, of: &str, make: impl Fn(&Value) -> Option<Value>) {
        if let Some(value) = self.members.get(of).and_then(make) {
            self.put_missing(name, || value);
        }
    }

    /// Gives a member the name and the value that it has in the API, if it has one there. Where
    /// that name is taken by something else than an empty text, it stays.
    pub(super) fn rename(&mut self, from: &str, to: &str, make: impl Fn(&Value) -> Option<Value>) {
        let Some(value) = self.members.get(from).and_then(make) else { return };
        match self.members.get(to) {
            Some(known) if *known != value && known != "" => {}
            _ => {
                self.members.remove(from);
                self.members.insert(to.to_owned(), value);
            }
        }
    }

    /// Renames an id or a point in time.
    pub(super) fn rename_whole(&mut self, from: &str, to: &str) {
        self.rename(from, to, |value| read::whole(value).is_some().then(|| value.clone()));
    }

    /// Moves a member to what comes embedded with the entity.
    pub(super) fn embed(&mut self, from: &str, to: &str, make: impl Fn(&Value) -> Option<Value>) {
        let Some(value) = self.members.get(from).and_then(make) else { return };
        if self.put_embedded(to, value) {
            self.members.remove(from);
        }
    }

    /// Puts something among what comes embedded; whether it has a place there.
    pub(super) fn put_embedded(&mut self, name: &str, value: Value) -> bool {
        let embedded = self.members.entry("_embedded").or_insert_with(|| json!({}));
        match embedded.as_object_mut() {
            Some(embedded) if !embedded.contains_key(name) => {
                embedded.insert(name.to_owned(), value);
                true
            }
            _ => false,
        }
    }

    /// Takes the custom fields away; whether there are any and all of them can be read as such.
    pub(super) fn take_custom_fields(&mut self) -> bool {
        let known = fields::NAMES.into_iter().find(|name| self.members.contains_key(*name));
        let Some(name) = known else { return false };
        let are_fields = |fields: &Value| tree::list(fields).into_iter().all(fields::is_field);
        let readable = self.members.get(name).is_some_and(are_fields);
        if readable {
            self.members.remove(name);
        }
        readable
    }

    /// Reads the model. A member that is not of its type, such as an empty text where a number
    /// should be, goes to what has no name in the model.
    pub(super) fn read<T: DeserializeOwned>(
        &mut self,
        id: &'static str,
        extra: impl FnOnce(&mut T) -> &mut Extra,
    ) -> Option<T> {
        let whole = Value::Object(std::mem::take(&mut self.members));
        if let Ok(found) = T::deserialize(&whole) {
            return Some(found);
        }
        let Value::Object(mut members) = whole else { return None };
        let known = members.get(id)?.clone();
        let mut odd = Vec::new();
        members.retain(|name, value| {
            // Each alone beside the id, which must be one.
            let mut alone = Map::from_iter([(id.to_owned(), known.clone())]);
            alone.insert(name.clone(), value.take());
            let alone = Value::Object(alone);
            let fits = T::deserialize(&alone).is_ok();
            let Value::Object(mut alone) = alone else { return false };
            *value = alone.remove(name).unwrap_or_default();
            if !fits {
                odd.push((name.clone(), value.take()));
            }
            fits
        });
        let mut found = T::deserialize(&Value::Object(members)).ok()?;
        let extra = extra(&mut found);
        for (name, value) in odd {
            extra.insert(name, value);
        }
        Some(found)
    }
}

/// Tags as the API has them.
fn tags(value: &Value) -> Option<Value> {
    let tags = tree::list(value).into_iter().map(|tag| match tag {
        Value::String(name) if !name.is_empty() => Some(json!({ "name": name })),
        Value::Object(_) if Tag::deserialize(tag).is_ok() => Some(tag.clone()),
        _ => None,
    });
    tags.collect()
}

/// The leads of a contact or a company, as references.
fn links(value: &Value) -> Option<Value> {
    let links = tree::list(value).into_iter().map(|link| {
        let (Some(members), Some(id)) = (link.as_object(), link.get("ID")) else {
            return reference(link);
        };
        let mut members = members.clone();
        members.remove("ID");
        let id = read::whole(id).filter(|_| !members.contains_key("id"))?;
        members.insert("id".to_owned(), id.into());
        Some(Value::Object(members))
    });
    links.collect()
}

/// A single link, as a list of one.
fn link(value: &Value) -> Option<Value> {
    Some(Value::Array(vec![reference(value)?]))
}

/// An entity that another one is linked with; 0 is none.
pub(super) fn reference(id: &Value) -> Option<Value> {
    read::whole(id).filter(|id| *id != 0).map(|id| json!({ "id": id }))
}
