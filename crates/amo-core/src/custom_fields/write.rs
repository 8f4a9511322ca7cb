//! Custom fields as requests carry them.

use std::collections::HashMap;
use std::{fmt, ptr};

use serde::ser::{Error as _, SerializeMap};
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{CustomFieldValues, CustomFields, Field, FieldKey, FieldKind, FieldType, MultiValue};
use crate::{CustomFieldId, EnumId};

/// What is to be written into custom fields. Fields that are not named stay as they are; of a
/// named one all values are replaced.
///
/// What no account would take, such as a legal entity without a name, is refused when it is to be
/// sent, by an error that names the field.
///
/// ```
/// use amo_core::{Choice, EnumId, Field, NewCustomFields};
/// use amo_core::field::{PHONE, Select, Text};
///
/// const REMARK: Field<Text> = Field::id(7001);
/// const CHANNEL: Field<Select> = Field::id(7002);
///
/// let fields = NewCustomFields::new()
///     .add(PHONE, ("+70000000002", "WORK"))
///     .set(CHANNEL, Choice::id(EnumId::new(9001)))
///     .clear(REMARK);
/// assert_eq!(
///     serde_json::to_string(&fields)?,
///     r#"[{"field_code":"PHONE","values":[{"value":"+70000000002","enum_code":"WORK"}]},"#
///         .to_owned()
///         + r#"{"field_id":7002,"values":[{"enum_id":9001}]},{"field_id":7001,"values":null}]"#,
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use = "fields do nothing until they are sent"]
pub struct NewCustomFields {
    fields: Vec<NewField>,
}

#[derive(Clone, Debug, PartialEq)]
struct NewField {
    key: NewKey,
    /// `None` clears.
    values: Option<Vec<NewItem>>,
}

/// How a request names a field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum NewKey {
    Id(CustomFieldId),
    Code(String),
}

impl From<FieldKey> for NewKey {
    fn from(key: FieldKey) -> Self {
        match key {
            FieldKey::Id(id) => Self::Id(id),
            FieldKey::Code(code) => Self::Code(code.to_owned()),
        }
    }
}

/// One element of `values` in a request.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum NewItem {
    Typed {
        value: Option<Value>,
        enum_id: Option<EnumId>,
        enum_code: Option<String>,
    },
    /// As it was read, for types without typed values.
    Raw(Value),
    /// A level of a chain of catalogs.
    Level(Value),
    /// One that the server would refuse, and why.
    Flawed(&'static str),
}

/// How many levels a chain of catalogs may have.
const LEVELS: usize = 5;

impl NewItem {
    /// Exactly what an element may name: a value, a sort, or both.
    pub(super) fn new(value: Option<&str>, id: Option<EnumId>, code: Option<&str>) -> Self {
        Self::Typed {
            value: value.map(Value::from),
            enum_id: id,
            enum_code: code.map(str::to_owned),
        }
    }

    pub(super) const fn value(value: Value) -> Self {
        Self::Typed { value: Some(value), enum_id: None, enum_code: None }
    }
}

impl NewCustomFields {
    /// Nothing to be written.
    pub const fn new() -> Self {
        Self { fields: Vec::new() }
    }

    /// Whether nothing is to be written.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Replaces what the field holds by this value.
    pub fn set<K: FieldKind>(mut self, field: Field<K>, value: impl Into<K::Value>) -> Self {
        let values = K::wrap(K::into_items(value.into())).to_new();
        self.put(field.key().into(), values);
        self
    }

    /// Adds one value to those that the field is to hold. What it holds at amoCRM is replaced all
    /// the same, since amoCRM cannot add; to keep it, change what was read and take the
    /// difference.
    pub fn add<K: MultiValue>(mut self, field: Field<K>, item: impl Into<K::Item>) -> Self {
        let key = NewKey::from(field.key());
        let added = K::wrap(vec![item.into()]).to_new().unwrap_or_default();
        match self.fields.iter_mut().find(|known| known.key == key) {
            Some(NewField { values: Some(values), .. }) => values.extend(added),
            _ => self.put(key, Some(added)),
        }
        self
    }

    /// Empties the field.
    pub fn clear<K: FieldKind>(mut self, field: Field<K>) -> Self {
        self.put(field.key().into(), cleared(&K::TYPE));
        self
    }

    /// Replaces what the field holds by JSON elements, for types without a kind of their own;
    /// they are sent as they are.
    pub fn set_json(mut self, field: FieldKey, values: Vec<Value>) -> Self {
        self.put(field.into(), Some(values.into_iter().map(NewItem::Raw).collect()));
        self
    }

    pub(super) fn diff(before: &CustomFields, after: &CustomFields) -> Self {
        let mut changes = Self::new();
        let (known, kept) = (by_key(before), by_key(after));
        for field in after {
            let Some(key) = field.new_key().filter(|key| is_at(&kept, key, field)) else {
                continue;
            };
            let values = field.values.to_new();
            if known.get(&key).is_none_or(|known| known.values.to_new() != values) {
                changes.put(key, values);
            }
        }
        for field in before {
            let gone = |key: &NewKey| is_at(&known, key, field) && !kept.contains_key(key);
            let Some(key) = field.new_key().filter(gone) else { continue };
            changes.put(key, field.field_type.as_ref().and_then(cleared));
        }
        changes
    }

    fn put(&mut self, key: NewKey, values: Option<Vec<NewItem>>) {
        // An empty list is not documented for clearing; null is.
        let values = values.filter(|values| !values.is_empty());
        match self.fields.iter_mut().find(|known| known.key == key) {
            Some(known) => known.values = values,
            None => self.fields.push(NewField { key, values }),
        }
    }
}

/// What empties a field of this type: null, but for files, which do not take that.
fn cleared(field_type: &FieldType) -> Option<Vec<NewItem>> {
    let null = || NewItem::Raw(serde_json::json!({ "value": null }));
    (*field_type == FieldType::File).then(|| vec![null()])
}

/// The fields that a request can name; of two with the same name the last counts.
fn by_key(fields: &CustomFields) -> HashMap<NewKey, &CustomFieldValues> {
    fields.iter().filter_map(|field| Some((field.new_key()?, field))).collect()
}

/// Whether it is this very field that has the name.
fn is_at(
    fields: &HashMap<NewKey, &CustomFieldValues>,
    key: &NewKey,
    field: &CustomFieldValues,
) -> bool {
    fields.get(key).is_some_and(|known| ptr::eq(*known, field))
}

impl From<&CustomFields> for NewCustomFields {
    /// Everything that was read, such as for a copy of an entity, without what the server says but
    /// does not take. Fields that amoCRM calculates itself are left out, and those without id and
    /// code, which no request can name.
    fn from(fields: &CustomFields) -> Self {
        let mut new = Self::new();
        for field in fields.iter().filter(|field| !field.is_computed()) {
            if let (Some(key), Some(values)) = (field.new_key(), field.values.to_new()) {
                new.put(key, Some(values));
            }
        }
        new
    }
}

impl NewField {
    /// Why the server would refuse it.
    fn flaw(&self) -> Option<&'static str> {
        let values = self.values.as_deref().unwrap_or_default();
        let flawed = values.iter().find_map(|item| match item {
            NewItem::Flawed(flaw) => Some(*flaw),
            _ => None,
        });
        let levels = values.iter().filter(|item| matches!(item, NewItem::Level(_))).count();
        flawed.or((levels > LEVELS).then_some("a chain has at most five levels"))
    }
}

impl fmt::Display for NewKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Code(code) => f.write_str(code),
        }
    }
}

impl Serialize for NewCustomFields {
    /// # Errors
    ///
    /// What amoCRM would refuse whatever the account is like is not printed: the error names the
    /// field and says why.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.fields.serialize(serializer)
    }
}

impl Serialize for NewField {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(flaw) = self.flaw() {
            return Err(S::Error::custom(format_args!("custom field {}: {flaw}", self.key)));
        }
        let mut map = serializer.serialize_map(Some(2))?;
        match &self.key {
            NewKey::Id(id) => map.serialize_entry("field_id", id)?,
            NewKey::Code(code) => map.serialize_entry("field_code", code)?,
        }
        map.serialize_entry("values", &self.values)?;
        map.end()
    }
}

impl Serialize for NewItem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (value, enum_id, enum_code) = match self {
            Self::Typed { value, enum_id, enum_code } => (value, enum_id, enum_code),
            Self::Raw(value) | Self::Level(value) => return value.serialize(serializer),
            Self::Flawed(flaw) => return Err(S::Error::custom(flaw)),
        };
        let mut map = serializer.serialize_map(None)?;
        if let Some(value) = value {
            map.serialize_entry("value", value)?;
        }
        if let Some(id) = enum_id {
            map.serialize_entry("enum_id", id)?;
        }
        if let Some(code) = enum_code {
            map.serialize_entry("enum_code", code)?;
        }
        map.end()
    }
}
