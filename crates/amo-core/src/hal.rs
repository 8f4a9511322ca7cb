//! The envelope around lists and items: `_embedded`, `_links`, `_page`.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::Deserializer;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use crate::decode::from_slice_seed;
use crate::lenient::{Key, Members, Object, Whole};
use crate::{DecodeError, list};

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<R> {
    /// The items in the server's order.
    pub items: Vec<R>,
    /// The number of the page, counted from 1; absent on lists without pages.
    pub page: Option<u32>,
    /// Where the next page is; absent on the last one.
    pub next: Option<String>,
    /// How many items there are, on the few lists that say it.
    pub total: Option<u64>,
}

impl<R> Page<R> {
    /// A page without items, which the server says by an empty body (204).
    pub const fn empty() -> Self {
        Self { items: Vec::new(), page: None, next: None, total: None }
    }
}

impl<R> Default for Page<R> {
    fn default() -> Self {
        Self::empty()
    }
}

impl<R: DeserializeOwned> Page<R> {
    /// Reads the items from `_embedded.<key>`, or from the root where the answer is a bare list.
    /// An empty body is an empty page; so is an answer without `_embedded`.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if an item is not what it should be, or if `_embedded` holds other things
    /// but not `key`: to take that for an empty page would lose data silently.
    pub fn from_slice(key: &str, bytes: &[u8]) -> Result<Self, DecodeError> {
        Self::from_slice_any(&[key], bytes)
    }

    /// The same where the items may stand under one of several keys, such as
    /// [`Resource::WRITTEN_KEYS`](crate::Resource::WRITTEN_KEYS); the first of them that is there
    /// counts.
    ///
    /// # Errors
    ///
    /// As of [`Page::from_slice`].
    pub fn from_slice_any(keys: &[&str], bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.trim_ascii().is_empty() {
            return Ok(Self::empty());
        }
        from_slice_seed(Root { keys, item: PhantomData }, bytes)
    }
}

/// Reads one item, which stands at the root or, as some methods answer, in `_embedded.<key>[0]`.
///
/// # Errors
///
/// [`DecodeError`] if there is no item or it is not what it should be.
pub fn one_from_slice<R: DeserializeOwned>(key: &str, bytes: &[u8]) -> Result<R, DecodeError> {
    one_from_slice_any(&[key], bytes)
}

/// The same where the item may stand under one of several keys, such as
/// [`Resource::WRITTEN_KEYS`](crate::Resource::WRITTEN_KEYS).
///
/// # Errors
///
/// As of [`one_from_slice`].
pub fn one_from_slice_any<R: DeserializeOwned>(
    keys: &[&str],
    bytes: &[u8],
) -> Result<R, DecodeError> {
    // An entity has an id and maybe an `_embedded` of its own; an envelope has no id.
    #[derive(Deserialize)]
    struct Probe {
        id: Option<IgnoredAny>,
        uid: Option<IgnoredAny>,
        talk_id: Option<IgnoredAny>,
        #[serde(rename = "_embedded")]
        embedded: Option<IgnoredAny>,
    }

    let enveloped = match bytes.trim_ascii().first() {
        Some(b'[') => true,
        _ => serde_json::from_slice::<Probe>(bytes).is_ok_and(|probe| {
            let named = probe.id.is_some() || probe.uid.is_some() || probe.talk_id.is_some();
            probe.embedded.is_some() && !named
        }),
    };
    if !enveloped {
        return crate::decode::from_slice(bytes);
    }
    let first = Page::from_slice_any(keys, bytes)?.items.into_iter().next();
    first.ok_or_else(|| {
        DecodeError::new(
            &format!("_embedded.{}", keys.first().copied().unwrap_or("items")),
            "expected one item, found none",
            &String::from_utf8_lossy(bytes),
        )
    })
}

/// The whole answer.
struct Root<'a, R> {
    keys: &'a [&'a str],
    item: PhantomData<fn() -> R>,
}

impl<R> Root<'_, R> {
    /// What errors call the items.
    fn name(&self) -> &str {
        self.keys.first().copied().unwrap_or("items")
    }
}

impl<R> Clone for Root<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Root<'_, R> {}

impl<'de, R: DeserializeOwned> DeserializeSeed<'de> for Root<'_, R> {
    type Value = Page<R>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Page<R>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, R: DeserializeOwned> Visitor<'de> for Root<'_, R> {
    type Value = Page<R>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of {}", self.name())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Page<R>, A::Error> {
        let items = list::items().deserialize(SeqAccessDeserializer::new(list))?;
        Ok(Page { items, ..Page::empty() })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Page<R>, A::Error> {
        let mut page = Page::empty();
        while let Some(key) = members.next_key::<Key<'de>>()? {
            match key.as_str() {
                "_embedded" => page.items = members.next_value_seed(Object(Embedded(self)))?,
                "_links" => {
                    page.next = members.next_value::<Option<Links>>()?.and_then(Links::next);
                }
                // Nothing hangs on the two numbers: what cannot be one is left out.
                "_page" => page.page = whole(members.next_value()?),
                "_total_items" => page.total = whole(members.next_value()?),
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(page)
    }
}

fn whole<N: TryFrom<i64>>(number: Option<Whole>) -> Option<N> {
    number.and_then(|Whole(number)| N::try_from(number).ok())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Links {
    next: Option<Link>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Link {
    href: Option<String>,
}

impl Links {
    fn next(self) -> Option<String> {
        self.next.and_then(|next| next.href)
    }
}

/// What stands in `_embedded`.
struct Embedded<'a, R>(Root<'a, R>);

impl<'de, R: DeserializeOwned> Members<'de> for Embedded<'_, R> {
    type Value = Vec<R>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with {}", self.0.name())
    }

    fn read<A: MapAccess<'de>>(self, mut members: A) -> Result<Vec<R>, A::Error> {
        let (mut found, mut others) = (None, None);
        while let Some(key) = members.next_key::<Key<'de>>()? {
            let place = self.0.keys.iter().position(|known| *known == key.as_str());
            let better = place.filter(|place| found.as_ref().is_none_or(|(best, _)| place <= best));
            if let Some(place) = better {
                found = Some((place, members.next_value_seed(list::items())?));
            } else {
                others = Some(members.next_value::<IgnoredAny>()?);
            }
        }
        match (found, others) {
            (None, Some(IgnoredAny)) => {
                Err(de::Error::custom(format_args!("missing field `{}`", self.0.name())))
            }
            (found, _) => Ok(found.map(|(_, items)| items).unwrap_or_default()),
        }
    }

    fn empty<E: de::Error>(self) -> Result<Vec<R>, E> {
        Ok(Vec::new())
    }
}
