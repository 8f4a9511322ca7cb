//! How receipts are read: what the server answers for created and changed entities.

use std::fmt::{self, Formatter};
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, MapAccess};

use crate::lenient::{Key, Members, Object};
use crate::{Extra, Timestamp, member};

/// Reads the members of receipts. Those of [`Created`] say no time, so that one that comes all the
/// same stays among the others.
struct Receiving<I> {
    timed: bool,
    id: PhantomData<I>,
}

/// What all receipts look like on the wire.
pub(crate) struct Received<I> {
    pub(crate) id: I,
    pub(crate) updated_at: Option<Timestamp>,
    pub(crate) request_id: Option<String>,
    pub(crate) extra: Extra,
}

impl<I: DeserializeOwned> Received<I> {
    pub(crate) fn read<'de, D: Deserializer<'de>>(
        deserializer: D,
        timed: bool,
    ) -> Result<Self, D::Error> {
        Object(Receiving { timed, id: PhantomData }).deserialize(deserializer)
    }
}

impl<'de, I: DeserializeOwned> Members<'de> for Receiving<I> {
    type Value = Received<I>;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("an object with an id")
    }

    fn read<A: MapAccess<'de>>(self, mut members: A) -> Result<Received<I>, A::Error> {
        let (mut id, mut updated_at, mut request_id) = (None, None, None);
        let mut extra = Extra::default();
        while let Some(key) = members.next_key::<Key<'de>>()? {
            match key.as_str() {
                "id" => id = Some(members.next_value()?),
                "updated_at" if self.timed => updated_at = member::next(&mut members)?,
                "request_id" => request_id = member::next(&mut members)?,
                _ => extra.insert(key.into_string(), members.next_value()?),
            }
        }
        let id = id.ok_or_else(|| de::Error::missing_field("id"))?;
        Ok(Received { id, updated_at, request_id, extra })
    }

    fn empty<E: de::Error>(self) -> Result<Received<I>, E> {
        Err(E::missing_field("id"))
    }
}
