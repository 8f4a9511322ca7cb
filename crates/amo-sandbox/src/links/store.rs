//! Links between entities, apart from the entities.

pub(crate) mod state;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::entity::Kind;

/// One end of a link.
pub(crate) type End = (Kind, i64);

/// All links. Each is kept from both of its ends, so that either can be asked.
#[derive(Debug, Default)]
pub(crate) struct Links {
    /// Whether the second end is the main contact of the first, a lead or a customer.
    kept: BTreeMap<(End, End), bool>,
    /// What belongs to the links of elements, which are the second end here.
    goods: BTreeMap<(End, End), Goods>,
    /// Which links have been touched since it was asked for last, and whether each was there.
    touched: BTreeMap<(End, End), bool>,
}

/// How much of an element is linked, and at which of its prices.
#[derive(Debug)]
pub(crate) struct Goods {
    pub(crate) quantity: Value,
    /// The id of the field with the price, or null.
    pub(crate) price_id: Value,
}

/// Whether a link says which contact is the main one.
fn has_main(from: Kind, to: Kind) -> bool {
    matches!(from, Kind::Leads | Kind::Customers) && to == Kind::Contacts
}

fn element_last(from: End, to: End) -> (End, End) {
    if from.0 == Kind::Elements { (to, from) } else { (from, to) }
}

impl Links {
    /// Tells which links have been made or undone, and forgets it: the ends, and whether they are
    /// linked now.
    pub(crate) fn take_changed(&mut self) -> Vec<(End, End, bool)> {
        let touched = std::mem::take(&mut self.touched);
        let changed = touched.into_iter().map(|(ends, was)| (ends, was, self.is_linked(ends)));
        changed.filter(|(_, was, is)| was != is).map(|((from, to), _, is)| (from, to, is)).collect()
    }

    fn is_linked(&self, ends: (End, End)) -> bool {
        self.kept.contains_key(&ends)
    }

    fn touch(&mut self, from: End, to: End) {
        let ends = (from.min(to), from.max(to));
        let is_linked = self.is_linked(ends);
        self.touched.entry(ends).or_insert(is_linked);
    }

    /// What of a kind is linked to this, ordered by id, and whether it is the main contact.
    pub(crate) fn of(&self, from: End, to: Kind) -> impl Iterator<Item = (i64, bool)> {
        let range = (from, (to, i64::MIN))..=(from, (to, i64::MAX));
        self.kept.range(range).map(|((_, (_, id)), is_main)| (*id, *is_main))
    }

    /// What belongs to the link of an element.
    pub(crate) fn goods(&self, from: End, to: End) -> Option<&Goods> {
        self.goods.get(&element_last(from, to))
    }

    /// Says what belongs to the link of an element; what is not said stays, and is one piece at no
    /// price of its own at first (a guess).
    pub(crate) fn set_goods(
        &mut self,
        from: End,
        to: End,
        quantity: Option<Value>,
        price_id: Option<Value>,
    ) {
        let goods = self.goods.entry(element_last(from, to));
        let goods = goods.or_insert_with(|| Goods { quantity: 1.into(), price_id: Value::Null });
        goods.quantity = quantity.unwrap_or_else(|| goods.quantity.take());
        goods.price_id = price_id.unwrap_or_else(|| goods.price_id.take());
    }

    /// Links, or changes a link that is there. A lead's first contact is its main one; a new main
    /// one takes the place of the old.
    pub(crate) fn put(&mut self, from: End, to: End, is_main: Option<bool>) {
        self.touch(from, to);
        let (from, to) = if has_main(to.0, from.0) { (to, from) } else { (from, to) };
        let known = self.kept.get(&(from, to)).copied();
        let is_main = has_main(from.0, to.0)
            && is_main
                .or(known)
                .unwrap_or_else(|| !self.of(from, to.0).any(|(_, is_main)| is_main));
        if is_main {
            self.unset_main(from);
        }
        self.kept.insert((from, to), is_main);
        self.kept.insert((to, from), false);
    }

    /// Undoes a link. Of a lead that loses its main contact the next one becomes it (a guess).
    pub(crate) fn remove(&mut self, from: End, to: End) {
        self.touch(from, to);
        self.goods.remove(&element_last(from, to));
        let was_main =
            [self.kept.remove(&(from, to)), self.kept.remove(&(to, from))].contains(&Some(true));
        let lead = if to.0 == Kind::Contacts { from } else { to };
        let next = self.of(lead, Kind::Contacts).map(|(id, _)| id).next();
        if was_main && let Some(next) = next {
            self.kept.insert((lead, (Kind::Contacts, next)), true);
        }
    }

    /// Undoes all links of an entity.
    pub(crate) fn remove_all(&mut self, end: End) {
        for kind in Kind::ALL {
            let linked: Vec<i64> = self.of(end, kind).map(|(id, _)| id).collect();
            for id in linked {
                self.remove(end, (kind, id));
            }
        }
    }

    fn unset_main(&mut self, lead: End) {
        let range = (lead, (Kind::Contacts, i64::MIN))..=(lead, (Kind::Contacts, i64::MAX));
        for (_, is_main) in self.kept.range_mut(range) {
            *is_main = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAD: End = (Kind::Leads, 1);

    fn main_of(links: &Links) -> Vec<i64> {
        links.of(LEAD, Kind::Contacts).filter(|(_, is_main)| *is_main).map(|(id, _)| id).collect()
    }

    #[test]
    fn a_lead_has_one_main_contact() {
        let mut links = Links::default();
        links.put(LEAD, (Kind::Contacts, 5), None);
        assert_eq!(main_of(&links), [5], "the first is the main one");
        links.put((Kind::Contacts, 6), LEAD, None);
        assert_eq!(main_of(&links), [5]);
        links.put(LEAD, (Kind::Contacts, 6), Some(true));
        assert_eq!(main_of(&links), [6]);
        links.put(LEAD, (Kind::Contacts, 6), None);
        assert_eq!(main_of(&links), [6], "linking again without a word about it changes nothing");
        links.remove((Kind::Contacts, 6), LEAD);
        assert_eq!(main_of(&links), [5]);
        assert_eq!(links.of(LEAD, Kind::Contacts).collect::<Vec<_>>(), [(5, true)]);
        links.remove_all(LEAD);
        assert_eq!(links.of((Kind::Contacts, 5), Kind::Leads).count(), 0);
    }
}
