//! Entities by their ids, and in every order that was asked for.

use std::cell::RefCell;

use super::Entity;
use super::rank::{By, Only, mark, spelled};
use super::sorted::{Iter, Keyed, Sorted};
use crate::spelling::Spelling;

impl Keyed for Entity {
    type Key = i64;

    fn key(&self) -> i64 {
        self.id
    }
}

/// An entity's place in an order: the number that counts, nothing first, and the id where that is
/// the same.
type Rank = (Option<i64>, i64);

impl Keyed for Rank {
    type Key = Rank;

    fn key(&self) -> Rank {
        *self
    }
}

/// The entities, ordered by id. Other orders are made when they are asked for first, and kept up
/// from then on: a page needs no walk over what is before it, and what is named none over all.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    entities: Sorted<Entity>,
    orders: RefCell<Vec<(By, Sorted<Rank>)>>,
}

impl Shelf {
    pub(crate) fn len(&self) -> usize {
        self.entities.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entities.is_empty()
    }

    pub(crate) fn iter(&self) -> Iter<'_, Entity> {
        self.entities.iter()
    }

    pub(crate) fn to_vec(&self) -> Vec<Entity> {
        self.iter().cloned().collect()
    }

    pub(crate) fn get(&self, id: i64) -> Option<&Entity> {
        self.entities.get(&id)
    }

    /// Those that fit, ordered by a member: at most `count` after leaving out the first `start`.
    /// `fits` is `None` where all do, or all of `only`.
    pub(crate) fn page(
        &self,
        (member, descending): (&'static str, bool),
        only: Option<Only>,
        fits: Option<&dyn Fn(&Entity) -> bool>,
        (start, count): (usize, usize),
    ) -> Vec<&Entity> {
        if member == "id" && only.is_none() {
            return if descending {
                pick(|start| self.entities.back_from(start), fits, start, count)
            } else {
                pick(|start| self.entities.from(start), fits, start, count)
            };
        }
        self.in_order(By::Number(member, only), |order| {
            let entity = |(_, id): &Rank| self.get(*id);
            if descending {
                pick(|start| order.back_from(start).filter_map(entity), fits, start, count)
            } else {
                pick(|start| order.from(start).filter_map(entity), fits, start, count)
            }
        })
    }

    /// Those whose member has this value, ordered by id.
    pub(crate) fn with(&self, member: &'static str, value: i64) -> Vec<&Entity> {
        self.ranked(By::Number(member, None), value)
    }

    /// Those whose member is this text, ordered by id.
    pub(crate) fn with_text(&self, member: &'static str, text: &str) -> Vec<&Entity> {
        let mut found = self.ranked(By::Text(member), mark(text));
        found.retain(|entity| entity.get(member).as_str() == Some(text));
        found
    }

    /// Those with this value of a custom field, in one spelling, ordered by id.
    pub(crate) fn with_value(&self, field: i64, spelling: Spelling, value: &str) -> Vec<&Entity> {
        let mut found = self.ranked(By::Value(field, spelling), mark(value));
        found.retain(|entity| spelled(entity, field, spelling).any(|own| own == value));
        found
    }

    fn ranked(&self, by: By, value: i64) -> Vec<&Entity> {
        self.in_order(by, |order| {
            let own = order.not_before(&(Some(value), i64::MIN));
            let own = own.take_while(|(known, _)| *known == Some(value));
            own.filter_map(|(_, id)| self.get(*id)).collect()
        })
    }

    fn in_order<T>(&self, by: By, work: impl FnOnce(&Sorted<Rank>) -> T) -> T {
        let mut orders = self.orders.borrow_mut();
        if let Some((_, order)) = orders.iter().find(|(known, _)| *known == by) {
            return work(order);
        }
        let mut ranks: Vec<Rank> = Vec::new();
        for entity in self.iter() {
            by.each(entity, |number| ranks.push((number, entity.id)));
        }
        ranks.sort_unstable();
        ranks.dedup();
        let order = Sorted::of_sorted(ranks);
        let done = work(&order);
        orders.push((by, order));
        done
    }

    /// Keeps an entity, and gives what had its id.
    pub(super) fn insert(&mut self, entity: Entity) -> Option<Entity> {
        let id = entity.id;
        let old = self.entities.get(&id);
        for (by, order) in self.orders.get_mut() {
            let (before, now) = (ranks(*by, old), ranks(*by, Some(&entity)));
            if before != now {
                for rank in before {
                    order.remove(&rank);
                }
                for rank in now {
                    order.insert(rank);
                }
            }
        }
        self.entities.insert(entity)
    }

    pub(super) fn remove(&mut self, id: i64) -> Option<Entity> {
        let entity = self.entities.remove(&id)?;
        for (by, order) in self.orders.get_mut() {
            for rank in ranks(*by, Some(&entity)) {
                order.remove(&rank);
            }
        }
        Some(entity)
    }
}

/// The places of an entity in an order.
fn ranks(by: By, entity: Option<&Entity>) -> Vec<Rank> {
    let mut ranks = Vec::new();
    if let Some(entity) = entity {
        by.each(entity, |number| ranks.push((number, entity.id)));
    }
    ranks
}

/// Takes `count` after leaving out the first `start`: at once where all fit, else by looking at each.
fn pick<'e, I: Iterator<Item = &'e Entity>>(
    items: impl FnOnce(usize) -> I,
    fits: Option<&dyn Fn(&Entity) -> bool>,
    start: usize,
    count: usize,
) -> Vec<&'e Entity> {
    match fits {
        None => items(start).take(count).collect(),
        Some(fits) => items(0).filter(|entity| fits(entity)).skip(start).take(count).collect(),
    }
}
