//! An entity as reading shows it: put together by references, and written at once.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};

use super::{Entity, Kind};
use crate::account::Account;
use crate::call::Call;
use crate::fields::value::{self, ShownField};
use crate::links;
use crate::tags::Tag;

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

    fn link(&self, kind: Kind, id: i64) -> Link<'a> {
        Link { own: Target { href: Address { base: self.base, kind, id } } }
    }

    /// The linked entities of a kind as `_embedded` shows them: references, no full objects.
    pub(super) fn references(&self, from: (Kind, i64), to: Kind) -> Part<'a> {
        let linked = self.account.links.of(from, to);
        let reference = |(id, _)| Reference { links: self.link(to, id), id, is_main: None };
        Part::References(linked.map(reference).collect())
    }

    /// The contacts of a lead or a customer say which of them is the main one.
    pub(super) fn contacts_of(&self, from: (Kind, i64)) -> Part<'a> {
        let linked = self.account.links.of(from, Kind::Contacts);
        let reference = |(id, is_main)| {
            let links = self.link(Kind::Contacts, id);
            Reference { links, id, is_main: Some(is_main) }
        };
        Part::References(linked.map(reference).collect())
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

/// `_links` with an address of the API.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Link<'a> {
    #[serde(rename = "self")]
    own: Target<'a>,
}

#[derive(Debug, serde::Serialize)]
struct Target<'a> {
    href: Address<'a>,
}

#[derive(Debug)]
struct Address<'a> {
    base: &'a str,
    kind: Kind,
    id: i64,
}

impl Serialize for Address<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{}/api/v4/{}/{}", self.base, self.kind.name(), self.id))
    }
}

/// Another entity under `_embedded`.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Reference<'a> {
    #[serde(rename = "_links")]
    links: Link<'a>,
    id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_main: Option<bool>,
}

/// One value of what is shown.
#[derive(Debug, serde::Serialize)]
#[serde(untagged)]
pub(crate) enum Part<'a> {
    /// As it is kept.
    Kept(&'a Value),
    Made(Value),
    Fields(Option<Vec<ShownField<'a>>>),
    Tags(Vec<&'a Tag>),
    Link(Link<'a>),
    References(Vec<Reference<'a>>),
}

impl<T: Into<Value>> From<T> for Part<'_> {
    fn from(value: T) -> Self {
        Part::Made(value.into())
    }
}

/// The parts with their names, in the order of the alphabet.
type Parts<'a> = Vec<(&'a str, Part<'a>)>;

fn place(parts: &Parts<'_>, name: &str) -> Result<usize, usize> {
    parts.binary_search_by(|(known, _)| (*known).cmp(name))
}

fn put<'a>(parts: &mut Parts<'a>, name: &'a str, part: Part<'a>) {
    match place(parts, name) {
        Ok(place) => {
            if let Some((_, known)) = parts.get_mut(place) {
                *known = part;
            }
        }
        Err(place) => parts.insert(place, (name, part)),
    }
}

/// An entity's JSON while it is put together.
#[derive(Debug, Default)]
pub(crate) struct Shown<'a> {
    members: Parts<'a>,
    embedded: Parts<'a>,
}

impl<'a> Shown<'a> {
    pub(crate) fn set(&mut self, name: &'a str, part: impl Into<Part<'a>>) {
        put(&mut self.members, name, part.into());
    }

    /// A member that stands there already, to be changed.
    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        let place = place(&self.members, name).ok()?;
        let (_, part) = self.members.get_mut(place)?;
        if !matches!(part, Part::Made(_)) {
            *part = Part::Made(serde_json::to_value(&*part).unwrap_or_default());
        }
        match part {
            Part::Made(value) => Some(value),
            _ => None,
        }
    }

    pub(crate) fn remove(&mut self, name: &str) {
        if let Ok(place) = place(&self.members, name) {
            self.members.remove(place);
        }
    }

    pub(crate) fn embed(&mut self, name: &'a str, part: impl Into<Part<'a>>) {
        put(&mut self.embedded, name, part.into());
    }

    pub(crate) fn into_value(self) -> Value {
        // Only keys that are no texts could fail.
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// `_embedded` stands there only if something is in it; it is the first by the alphabet.
impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        if !self.embedded.is_empty() {
            map.serialize_entry("_embedded", &Object(&self.embedded))?;
        }
        for (name, part) in &self.members {
            map.serialize_entry(name, part)?;
        }
        map.end()
    }
}

struct Object<'a>(&'a Parts<'a>);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(name, part)| (name, part)))
    }
}

/// The entity as a list and as `GET /{entity}/{id}` show it.
pub(crate) fn show<'a>(kind: Kind, entity: &'a Entity, showing: &Showing<'a>) -> Shown<'a> {
    let account = showing.account;
    // Room for what is added here, so that it need not be moved.
    let mut members = Vec::with_capacity(entity.members().len() + 12);
    members.extend(entity.members().map(|(name, value)| (name, Part::Kept(value))));
    let mut shown = Shown { members, embedded: Vec::new() };
    let group = entity
        .int("responsible_user_id")
        .and_then(|id| account.user(id))
        .map_or(0, |user| user.group_id);
    shown.set("id", entity.id);
    shown.set("group_id", group);
    shown.set("closest_task_at", account.records.closest_task(kind, entity.id));
    shown.set("is_deleted", false);
    let fields = value::shown(&entity.fields, account.fields_of(kind));
    put(&mut shown.members, "custom_fields_values", Part::Fields(fields));
    shown.set("account_id", account.id);
    put(&mut shown.members, "_links", Part::Link(showing.link(kind, entity.id)));
    put(&mut shown.embedded, "tags", Part::Tags(account.tags_of(kind).of(&entity.tags).collect()));
    (kind.table().show)(entity, showing, &mut shown);
    shown
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
