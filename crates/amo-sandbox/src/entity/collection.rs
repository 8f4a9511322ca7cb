//! Where entities are kept.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::fields::value::FieldValues;

/// An entity. Only what differs is kept: what follows from other things is worked out when it is
/// shown.
#[derive(Debug, Clone)]
pub(crate) struct Entity {
    pub(crate) id: i64,
    /// A list and no map: there are a dozen of them, and a quarter of a million leads must fit in
    /// memory.
    members: Vec<(&'static str, Value)>,
    pub(crate) fields: Vec<FieldValues>,
    pub(crate) tags: Vec<i64>,
}

static NULL: Value = Value::Null;

impl Entity {
    pub(crate) fn new(id: i64) -> Self {
        Entity { id, members: Vec::new(), fields: Vec::new(), tags: Vec::new() }
    }

    /// A member; null when it was never set.
    pub(crate) fn get(&self, name: &str) -> &Value {
        self.members.iter().find(|(known, _)| *known == name).map_or(&NULL, |(_, value)| value)
    }

    pub(crate) fn int(&self, name: &str) -> Option<i64> {
        if name == "id" { Some(self.id) } else { self.get(name).as_i64() }
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).as_str().unwrap_or_default()
    }

    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<Value>) {
        let value = value.into();
        match self.members.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.members.push((name, value)),
        }
    }

    /// Sets a member that has no value yet.
    pub(crate) fn set_default(&mut self, name: &'static str, value: impl Into<Value>) {
        if self.get(name).is_null() {
            self.set(name, value);
        }
    }

    pub(crate) fn members(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.members.iter().map(|(name, value)| (*name, value))
    }
}

/// The entities of a kind, ordered by id: ids only grow, so a page is a slice and needs no walk
/// over what is before it.
#[derive(Debug)]
pub(crate) struct Collection {
    live: Vec<Entity>,
    deleted: Vec<Entity>,
    next_id: i64,
    touched: Touched,
}

/// What has been touched since it was asked for last, each as it was before; `None` is new.
pub(crate) type Touched = BTreeMap<i64, Option<Entity>>;

impl Collection {
    pub(crate) fn starting_at(first_id: i64) -> Self {
        Collection {
            live: Vec::new(),
            deleted: Vec::new(),
            next_id: first_id,
            touched: Touched::new(),
        }
    }

    pub(crate) fn live(&self) -> &[Entity] {
        &self.live
    }

    pub(crate) fn deleted(&self) -> &[Entity] {
        &self.deleted
    }

    pub(crate) fn get(&self, id: i64) -> Option<&Entity> {
        let index = self.live.binary_search_by_key(&id, |entity| entity.id).ok()?;
        self.live.get(index)
    }

    /// A new entity with the next id, not kept yet.
    pub(crate) fn draft(&mut self) -> Entity {
        let id = self.next_id;
        self.next_id += 1;
        Entity::new(id)
    }

    /// Tells what has been touched, and forgets it.
    pub(crate) fn take_touched(&mut self) -> Touched {
        std::mem::take(&mut self.touched)
    }

    fn touch(&mut self, id: i64) {
        if !self.touched.contains_key(&id) {
            let before = self.get(id).cloned();
            self.touched.insert(id, before);
        }
    }

    /// Keeps an entity in the place of its id.
    pub(crate) fn keep(&mut self, entity: Entity) {
        self.touch(entity.id);
        match self.live.binary_search_by_key(&entity.id, |known| known.id) {
            Ok(index) => {
                if let Some(known) = self.live.get_mut(index) {
                    *known = entity;
                }
            }
            Err(index) => self.live.insert(index, entity),
        }
    }

    /// Takes an entity away for good.
    pub(crate) fn remove(&mut self, id: i64) -> Option<Entity> {
        let index = self.live.binary_search_by_key(&id, |entity| entity.id).ok()?;
        self.touch(id);
        Some(self.live.remove(index))
    }

    /// Brings an entity back out of the recycle bin. That is no change of it.
    pub(crate) fn restore(&mut self, id: i64) -> Option<&mut Entity> {
        let index = self.deleted.binary_search_by_key(&id, |entity| entity.id).ok()?;
        let entity = self.deleted.remove(index);
        let place = self.live.partition_point(|known| known.id < id);
        self.live.insert(place, entity);
        self.live.get_mut(place)
    }

    /// Moves an entity to the recycle bin.
    pub(crate) fn delete(&mut self, id: i64) -> Option<&mut Entity> {
        let index = self.live.binary_search_by_key(&id, |entity| entity.id).ok()?;
        self.touch(id);
        let entity = self.live.remove(index);
        let place = self.deleted.partition_point(|known| known.id < id);
        self.deleted.insert(place, entity);
        self.deleted.get_mut(place)
    }
}
