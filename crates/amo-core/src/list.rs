//! Lists, in the forms in which amoCRM writes them.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::lenient::Key;
use crate::member::Member;

/// How the items of a list are read.
pub(crate) trait Items {
    type Item;

    /// Reads one alone.
    fn one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self::Item, D::Error>;

    /// Reads one in a list, or nothing.
    fn next<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self::Item>, D::Error>;
}

/// Items that are members of what is read.
pub(crate) struct Inner<T>(PhantomData<T>);

impl<T: Member + Serialize> Items for Inner<T> {
    type Item = T;

    fn one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        T::read(deserializer)
    }

    fn next<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        Ok(Option::<T>::read(deserializer)?.or_else(T::from_null))
    }
}

/// The items of an answer that is a list.
struct Outer<R>(PhantomData<R>);

impl<R: DeserializeOwned> Items for Outer<R> {
    type Item = R;

    fn one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<R, D::Error> {
        R::deserialize(deserializer)
    }

    fn next<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<R>, D::Error> {
        Option::deserialize(deserializer)
    }
}

/// Reads the items of an answer, in any of the forms of a list; null is an empty one.
pub(crate) fn items<'de, R: DeserializeOwned>() -> impl DeserializeSeed<'de, Value = Vec<R>> {
    List::<Outer<R>>::new()
}

/// A list; one object in its place is a list of one, unless its keys are numbers: so PHP prints a
/// list with gaps. Nulls in it are left out.
pub(crate) struct List<I>(PhantomData<I>);

impl<I> List<I> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, I: Items> DeserializeSeed<'de> for List<I> {
    type Value = Vec<I::Item>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, I: Items> Visitor<'de> for List<I> {
    type Value = Vec<I::Item>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(Next::<I>::new())? {
            items.extend(item);
        }
        Ok(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut one: A) -> Result<Self::Value, A::Error> {
        let Some(first) = one.next_key::<Key<'de>>()? else { return Ok(Vec::new()) };
        if first.as_str().parse::<u64>().is_err() {
            let one = MapAccessDeserializer::new(Unread { first: Some(first), rest: one });
            return I::one(one).map(|one| vec![one]);
        }
        let mut items = Vec::new();
        items.extend(one.next_value_seed(Next::<I>::new())?);
        while let Some(IgnoredAny) = one.next_key()? {
            items.extend(one.next_value_seed(Next::<I>::new())?);
        }
        Ok(items)
    }
}

/// [`Items::next`] where a seed is needed.
pub(crate) struct Next<I>(PhantomData<I>);

impl<I> Next<I> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, I: Items> DeserializeSeed<'de> for Next<I> {
    type Value = Option<I::Item>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        I::next(deserializer)
    }
}

/// A mapping whose first key was read already.
struct Unread<'de, A> {
    first: Option<Key<'de>>,
    rest: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Unread<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(key) => key.give(seed).map(Some),
            None => self.rest.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.rest.next_value_seed(seed)
    }
}
