//! Where entities are kept.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Shelf;
use crate::fields::value::FieldValues;

/// An entity. Only what differs is kept: what follows from other things is worked out when it is
/// shown.
#[derive(Debug, Clone)]
pub(crate) struct Entity {
    pub(crate) id: i64,
    /// A list and no map: there are a dozen of them, and a million leads must fit in memory. In the
    /// order of the alphabet, in which they are shown.
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
        let place = self.place(name).ok();
        place.and_then(|place| self.members.get(place)).map_or(&NULL, |(_, value)| value)
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.members.binary_search_by(|(known, _)| (*known).cmp(name))
    }

    pub(crate) fn int(&self, name: &str) -> Option<i64> {
        if name == "id" { Some(self.id) } else { self.get(name).as_i64() }
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).as_str().unwrap_or_default()
    }

    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<Value>) {
        let value = value.into();
        match self.place(name) {
            Ok(place) => {
                if let Some((_, old)) = self.members.get_mut(place) {
                    *old = value;
                }
            }
            Err(place) => self.members.insert(place, (name, value)),
        }
    }

    /// Sets a member that has no value yet.
    pub(crate) fn set_default(&mut self, name: &'static str, value: impl Into<Value>) {
        if self.get(name).is_null() {
            self.set(name, value);
        }
    }

    pub(crate) fn members(&self) -> impl ExactSizeIterator<Item = (&'static str, &Value)> {
        self.members.iter().map(|(name, value)| (*name, value))
    }
}

/// The entities of a kind.
#[derive(Debug)]
pub(crate) struct Collection {
    live: Shelf,
    deleted: Shelf,
    next_id: i64,
    touched: Touched,
}

/// What has been touched since it was asked for last, each as it was before; `None` is new.
pub(crate) type Touched = BTreeMap<i64, Option<Entity>>;

impl Collection {
    pub(crate) fn starting_at(first_id: i64) -> Self {
        Collection {
            live: Shelf::default(),
            deleted: Shelf::default(),
            next_id: first_id,
            touched: Touched::new(),
        }
    }

    pub(crate) fn live(&self) -> &Shelf {
        &self.live
    }

    pub(crate) fn deleted(&self) -> &Shelf {
        &self.deleted
    }

    pub(crate) fn get(&self, id: i64) -> Option<&Entity> {
        self.live.get(id)
    }

    /// The id that the next new entity gets.
    pub(crate) fn next_id(&self) -> i64 {
        self.next_id
    }

    /// Says what the next new entity gets as its id.
    pub(crate) fn set_next_id(&mut self, id: i64) {
        self.next_id = id;
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

    /// Notes how something was before it was touched for the first time.
    fn touch(&mut self, id: i64, before: Option<Entity>) {
        self.touched.entry(id).or_insert(before);
    }

    /// Keeps an entity in the place of its id.
    pub(crate) fn keep(&mut self, entity: Entity) {
        let id = entity.id;
        let before = self.live.insert(entity);
        self.touch(id, before);
    }

    /// Takes an entity away for good.
    pub(crate) fn remove(&mut self, id: i64) -> Option<Entity> {
        let entity = self.live.remove(id)?;
        self.touch(id, Some(entity.clone()));
        Some(entity)
    }

    /// Brings an entity back out of the recycle bin, with these changes; false when it is not there.
    /// That is no change of it.
    pub(crate) fn restore(&mut self, id: i64, change: impl FnOnce(&mut Entity)) -> bool {
        let Some(mut entity) = self.deleted.remove(id) else { return false };
        change(&mut entity);
        self.live.insert(entity);
        true
    }

    /// Moves an entity to the recycle bin, with these changes; false when there is no such one.
    pub(crate) fn delete(&mut self, id: i64, change: impl FnOnce(&mut Entity)) -> bool {
        let Some(mut entity) = self.remove(id) else { return false };
        change(&mut entity);
        self.deleted.insert(entity);
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Only;
    use super::*;
    use crate::fields::value::StoredValue;
    use crate::spelling::Spelling;

    #[derive(Debug, Clone)]
    enum Step {
        Add(Option<i64>),
        Change(usize, Option<i64>),
        Remove(usize),
        Delete(usize, Option<i64>),
        Restore(usize, Option<i64>),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let time = || prop::option::of(0..5_i64);
        let step = prop_oneof![
            3 => time().prop_map(Step::Add),
            2 => (any::<usize>(), time()).prop_map(|(which, to)| Step::Change(which, to)),
            1 => any::<usize>().prop_map(Step::Remove),
            1 => (any::<usize>(), time()).prop_map(|(which, to)| Step::Delete(which, to)),
            1 => (any::<usize>(), time()).prop_map(|(which, to)| Step::Restore(which, to)),
        ];
        prop::collection::vec(step, 1..80)
    }

    const TEXTS: [&str; 3] = ["a", "b", "+7 (495) 1"];
    const A: Only = Only { member: "text", text: "a" };

    /// Sets all that an entity is found by: a number, a text and two values of a field.
    fn set(entity: &mut Entity, time: Option<i64>) {
        entity.set("at", time);
        let text = |time: i64| TEXTS[usize::try_from(time).unwrap() % TEXTS.len()];
        entity.set("text", time.map(text));
        let values = time.map(|time| [text(time), text(time + 1)].map(stored).to_vec());
        entity.fields = values.map(|values| (7, values)).into_iter().collect();
    }

    fn stored(text: &str) -> StoredValue {
        StoredValue { value: text.into(), option: None }
    }

    fn nth(shelf: &Shelf, which: usize) -> i64 {
        shelf.iter().nth(which % shelf.len().max(1)).map_or(-1, |entity| entity.id)
    }

    fn take(collection: &mut Collection, step: &Step) {
        match step {
            Step::Add(time) => {
                let mut entity = collection.draft();
                set(&mut entity, *time);
                collection.keep(entity);
            }
            Step::Change(which, time) => {
                let known = collection.get(nth(&collection.live, *which)).cloned();
                if let Some(mut entity) = known {
                    set(&mut entity, *time);
                    collection.keep(entity);
                }
            }
            Step::Remove(which) => {
                collection.remove(nth(&collection.live, *which));
            }
            Step::Delete(which, time) => {
                let id = nth(&collection.live, *which);
                collection.delete(id, |entity| set(entity, *time));
            }
            Step::Restore(which, time) => {
                let id = nth(&collection.deleted, *which);
                collection.restore(id, |entity| set(entity, *time));
            }
        }
    }

    fn ids(entities: Vec<&Entity>) -> Vec<i64> {
        entities.into_iter().map(|entity| entity.id).collect()
    }

    /// What sorting everything would give.
    fn sorted(
        shelf: &Shelf,
        member: &str,
        descending: bool,
        fits: Option<&dyn Fn(&Entity) -> bool>,
    ) -> Vec<i64> {
        let mut all: Vec<&Entity> =
            shelf.iter().filter(|one| fits.is_none_or(|fits| fits(one))).collect();
        all.sort_by_key(|entity| (entity.int(member), entity.id));
        if descending {
            all.reverse();
        }
        ids(all)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn pages_are_those_of_a_sorted_list_whatever_was_written(steps in steps(), limit in 1..7_usize) {
            let mut collection = Collection::starting_at(1);
            let mut known = 0;
            for step in &steps {
                take(&mut collection, step);
                known += usize::from(matches!(step, Step::Add(_)));
                for shelf in [&collection.live, &collection.deleted] {
                    prop_assert_eq!(shelf.iter().count(), shelf.len());
                    for (member, descending) in
                        [("id", false), ("id", true), ("at", false), ("at", true)]
                    {
                        let odd = |entity: &Entity| entity.id % 2 == 1;
                        let is_a = |entity: &Entity| A.covers(entity);
                        let both = |entity: &Entity| odd(entity) && is_a(entity);
                        let [odd, is_a, both]: [&dyn Fn(&Entity) -> bool; 3] = [&odd, &is_a, &both];
                        for (only, fits, all) in [
                            (None, None, None),
                            (None, Some(odd), Some(odd)),
                            (Some(A), None, Some(is_a)),
                            (Some(A), Some(odd), Some(both)),
                        ] {
                            let wanted = sorted(shelf, member, descending, all);
                            for start in (0..=shelf.len() + 1).step_by(limit) {
                                let order = (member, descending);
                                let page = shelf.page(order, only, fits, (start, limit));
                                let wanted: Vec<i64> =
                                    wanted.iter().copied().skip(start).take(limit).collect();
                                prop_assert_eq!(ids(page), wanted);
                            }
                        }
                    }
                    for time in 0..5 {
                        let own = shelf.iter().filter(|one| one.int("at") == Some(time)).collect();
                        prop_assert_eq!(ids(shelf.with("at", time)), ids(own));
                    }
                    for text in TEXTS {
                        let own = shelf.iter().filter(|one| one.text("text") == text).collect();
                        prop_assert_eq!(ids(shelf.with_text("text", text)), ids(own));
                        for spelling in [Spelling::Digits, Spelling::Address] {
                            let Some(value) = spelling.of(text) else { continue };
                            let has = |one: &&Entity| {
                                let mut values = one.fields.iter().flat_map(|(_, values)| values);
                                values.any(|own| own.value == text)
                            };
                            let own = shelf.iter().filter(has).collect();
                            prop_assert_eq!(ids(shelf.with_value(7, spelling, &value)), ids(own));
                        }
                    }
                }
                prop_assert!(collection.live.len() + collection.deleted.len() <= known);
                for id in 0..collection.next_id {
                    let found = collection.live.iter().find(|one| one.id == id);
                    prop_assert_eq!(collection.get(id).map(|one| one.id), found.map(|one| one.id));
                }
            }
        }
    }
}
