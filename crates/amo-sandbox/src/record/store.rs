//! Where records are kept.

use std::collections::BTreeMap;

use super::deadlines::Deadlines;
use crate::entity::{Collection, Entity, Kind, Shelf, Touched};

/// The records of all services. A service may have several collections, such as the elements of
/// each catalog; its ids are unique over all of them.
#[derive(Debug, Default)]
pub(crate) struct Records {
    collections: BTreeMap<(&'static str, String), Collection>,
    next: BTreeMap<&'static str, i64>,
    /// Those of the tasks.
    deadlines: Deadlines,
    /// Stands for collections that are not there.
    empty: Shelf,
}

/// The ids of a service begin here, unless something was put there with a greater one.
const FIRST: i64 = 10_001;

impl Records {
    /// The records of a collection, ordered by id.
    pub(crate) fn of(&self, service: &'static str, scope: &str) -> &Shelf {
        let collection = self.collections.get(&(service, scope.to_owned()));
        collection.map_or(&self.empty, Collection::live)
    }

    /// The collections of a service by their names.
    pub(crate) fn collections(
        &self,
        service: &'static str,
    ) -> impl Iterator<Item = (&str, &Shelf)> {
        let from = (service, String::new());
        let own = self.collections.range(from..).take_while(move |((name, _), _)| *name == service);
        own.map(|((_, scope), collection)| (scope.as_str(), collection.live()))
    }

    /// All records of a service with the collections that they are in.
    pub(crate) fn all(&self, service: &'static str) -> impl Iterator<Item = (&str, &Entity)> {
        self.collections(service)
            .flat_map(|(scope, shelf)| shelf.iter().map(move |one| (scope, one)))
    }

    pub(crate) fn get(&self, service: &'static str, scope: &str, id: i64) -> Option<&Entity> {
        self.collections.get(&(service, scope.to_owned()))?.get(id)
    }

    /// Tells what has been touched in each collection, and forgets it.
    pub(crate) fn take_touched(&mut self) -> Vec<(&'static str, String, Touched)> {
        let all = self.collections.iter_mut();
        all.map(|((service, scope), kept)| (*service, scope.clone(), kept.take_touched()))
            .filter(|(.., touched)| !touched.is_empty())
            .collect()
    }

    /// A record of a service, whichever collection it is in, and that collection.
    pub(crate) fn find(&self, service: &'static str, id: i64) -> Option<(&str, &Entity)> {
        self.collections(service).find_map(|(scope, shelf)| Some((scope, shelf.get(id)?)))
    }

    /// A new record with the next id of the service, not kept yet.
    pub(crate) fn draft(&mut self, service: &'static str) -> Entity {
        let next = self.next.entry(service).or_insert(FIRST);
        let id = *next;
        *next += 1;
        Entity::new(id)
    }

    /// The id that the next new record of a service gets.
    pub(crate) fn next_id(&self, service: &'static str) -> i64 {
        self.next.get(service).copied().unwrap_or(FIRST)
    }

    /// Says which id the next new record of a service gets.
    pub(crate) fn set_next_id(&mut self, service: &'static str, id: i64) {
        self.next.insert(service, id);
    }

    /// Gives no ids below this one from now on.
    pub(crate) fn go_on_from(&mut self, service: &'static str, id: i64) {
        let next = self.next.entry(service).or_insert(FIRST);
        *next = (*next).max(id);
    }

    /// Takes all records of a service away.
    pub(crate) fn clear(&mut self, service: &'static str) {
        let scopes: Vec<String> =
            self.collections(service).map(|(scope, _)| scope.to_owned()).collect();
        for scope in scopes {
            self.remove_all(service, &scope);
        }
    }

    /// Keeps a record in the place of its id.
    pub(crate) fn keep(&mut self, service: &'static str, scope: &str, entity: Entity) {
        self.go_on_from(service, entity.id.saturating_add(1));
        let place = self.collections.entry((service, scope.to_owned()));
        let place = place.or_insert_with(|| Collection::starting_at(0));
        self.deadlines.change(service, place.get(entity.id), Some(&entity));
        place.keep(entity);
    }

    /// Until when the first of the tasks that a card still has is to be done.
    pub(crate) fn closest_task(&self, kind: Kind, id: i64) -> Option<i64> {
        self.deadlines.first(kind, id)
    }

    /// The collection that a record is in.
    pub(crate) fn place_of(&self, service: &str, id: i64) -> Option<(&'static str, String)> {
        let mut all = self.collections.iter().filter(|((name, _), _)| *name == service);
        let place = all.find(|(_, collection)| collection.get(id).is_some());
        place.map(|((service, scope), _)| (*service, scope.clone()))
    }

    /// Takes a record away.
    pub(crate) fn remove(&mut self, service: &'static str, scope: &str, id: i64) -> Option<Entity> {
        let removed = self.collections.get_mut(&(service, scope.to_owned()))?.remove(id);
        self.deadlines.change(service, removed.as_ref(), None);
        removed
    }

    /// Takes a whole collection away.
    pub(crate) fn remove_all(&mut self, service: &'static str, scope: &str) {
        let removed = self.collections.remove(&(service, scope.to_owned()));
        for record in removed.iter().flat_map(|collection| collection.live().iter()) {
            self.deadlines.change(service, Some(record), None);
        }
    }
}
