//! All custom fields of an entity.

use std::fmt;

use serde::de::{DeserializeSeed, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::kinds::{FieldKind, FieldType, MultiValue};
use super::{CustomFieldValues, EnumText, Field, FieldKey, NewCustomFields, Utm, well_known};
use crate::member::Member;
use crate::{CustomFieldId, list};

/// The custom fields of an entity that hold something.
///
/// Changes here are local; `diff` of the entity makes a patch of them.
///
/// ```
/// use amo_core::CustomFields;
/// use amo_core::field::PHONE;
///
/// let mut fields = CustomFields::default();
/// fields.add(PHONE, ("+70000000002", "WORK"));
/// fields.add(PHONE, ("+70000000003", "MOB"));
/// let mobile = fields.phones().find(|phone| phone.enum_code.as_deref() == Some("MOB"));
/// assert_eq!(mobile.map(|phone| phone.value.as_str()), Some("+70000000003"));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomFields {
    fields: Vec<CustomFieldValues>,
    absence: Absence,
}

/// How it is printed that no field holds anything: as it came.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Absence {
    #[default]
    Missing,
    Null,
    EmptyList,
}

/// A field holds values of another kind than its handle says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("custom field {field} is read as `{expected}`, but amoCRM says `{found}`{}", self.unusual())]
pub struct FieldTypeError {
    field: FieldKey,
    expected: FieldType,
    found: String,
}

impl FieldTypeError {
    /// The field.
    pub const fn field(&self) -> FieldKey {
        self.field
    }

    /// The type that the handle has.
    pub const fn expected(&self) -> &FieldType {
        &self.expected
    }

    /// The type that the field has.
    pub fn found(&self) -> &str {
        &self.found
    }

    /// The types agree and yet the value has another form.
    fn unusual(&self) -> &'static str {
        if self.found == self.expected.as_str() { " with values of another form" } else { "" }
    }
}

impl CustomFields {
    /// The fields in the server's order.
    pub fn iter(&self) -> std::slice::Iter<'_, CustomFieldValues> {
        self.fields.iter()
    }

    /// Whether no field holds anything.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The field with this id.
    pub fn by_id(&self, id: CustomFieldId) -> Option<&CustomFieldValues> {
        self.iter().find(|field| field.field_id == Some(id))
    }

    /// The field with this code.
    pub fn by_code(&self, code: &str) -> Option<&CustomFieldValues> {
        self.iter().find(|field| field.field_code.as_deref() == Some(code))
    }

    /// What the field holds; `None` if it is empty or of another kind.
    pub fn get<K: FieldKind>(&self, field: Field<K>) -> Option<K::Value> {
        self.try_get(field).ok().flatten()
    }

    /// What the field holds; `None` if it is empty.
    ///
    /// # Errors
    ///
    /// [`FieldTypeError`] if the field is of another kind than `field` says, or its values have
    /// not the form that its type promises.
    pub fn try_get<K: FieldKind>(
        &self,
        field: Field<K>,
    ) -> Result<Option<K::Value>, FieldTypeError> {
        let Some(known) = self.iter().find(|known| known.is(field.key())) else { return Ok(None) };
        if known.values.is_null() {
            return Ok(None);
        }
        let items = K::items(&known.values).ok_or_else(|| FieldTypeError {
            field: field.key(),
            expected: K::TYPE,
            found: known.field_type.as_ref().map_or("", FieldType::as_str).to_owned(),
        })?;
        Ok(K::value(items))
    }

    /// Replaces what the field holds. The type of the field becomes that of its handle;
    /// [`try_set`](CustomFields::try_set) looks first.
    pub fn set<K: FieldKind>(&mut self, field: Field<K>, value: impl Into<K::Value>) {
        let known = self.entry(field);
        known.field_type = Some(K::TYPE);
        known.values = K::wrap(K::into_items(value.into()));
    }

    /// Replaces what the field holds, if it is of the type that its handle says, as far as that is
    /// known here: a field that holds nothing does not say its type.
    ///
    /// # Errors
    ///
    /// [`FieldTypeError`] if amoCRM has said that the field is of another type; it would refuse the
    /// value.
    pub fn try_set<K: FieldKind>(
        &mut self,
        field: Field<K>,
        value: impl Into<K::Value>,
    ) -> Result<(), FieldTypeError> {
        let known = self.iter().find(|known| known.is(field.key()));
        if let Some(found) = known.and_then(|known| known.field_type.as_ref())
            && *found != K::TYPE
        {
            return Err(FieldTypeError {
                field: field.key(),
                expected: K::TYPE,
                found: found.as_str().to_owned(),
            });
        }
        self.set(field, value);
        Ok(())
    }

    /// Adds one value to what the field holds.
    pub fn add<K: MultiValue>(&mut self, field: Field<K>, item: impl Into<K::Item>) {
        self.entry(field).values.append(K::wrap(vec![item.into()]));
    }

    /// Empties the field.
    pub fn clear<K>(&mut self, field: Field<K>) {
        self.fields.retain(|known| !known.is(field.key()));
    }

    /// What turns one into the other: fields whose values differ are set, those that are gone are
    /// cleared. Fields without id and code are passed over: no request can name them.
    pub fn diff(before: &Self, after: &Self) -> NewCustomFields {
        NewCustomFields::diff(before, after)
    }

    /// The phones with their sorts.
    pub fn phones(&self) -> impl Iterator<Item = &EnumText> {
        self.texts(well_known::PHONE)
    }

    /// The e-mail addresses with their sorts.
    pub fn emails(&self) -> impl Iterator<Item = &EnumText> {
        self.texts(well_known::EMAIL)
    }

    /// The messengers with their sorts.
    pub fn messengers(&self) -> impl Iterator<Item = &EnumText> {
        self.texts(well_known::IM)
    }

    /// Where the lead came from, as far as the fields for it say.
    pub fn tracking(&self) -> Utm {
        Utm::of(self)
    }

    fn texts(&self, field: Field<super::Multitext>) -> impl Iterator<Item = &EnumText> {
        let known = self.iter().find(|known| known.is(field.key()));
        known.and_then(|known| super::Multitext::items(&known.values)).unwrap_or_default().iter()
    }

    /// The field, which is put here if it is not.
    fn entry<K: FieldKind>(&mut self, field: Field<K>) -> &mut CustomFieldValues {
        let known = self.iter().position(|known| known.is(field.key()));
        let index = known.unwrap_or_else(|| {
            self.fields.push(CustomFieldValues::new(field.key(), K::TYPE));
            self.fields.len() - 1
        });
        &mut self.fields[index]
    }
}

impl<'a> IntoIterator for &'a CustomFields {
    type Item = &'a CustomFieldValues;
    type IntoIter = std::slice::Iter<'a, CustomFieldValues>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Serialize for CustomFields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.absence {
            Absence::Missing | Absence::Null if self.is_empty() => serializer.serialize_none(),
            _ => self.fields.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for CustomFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;

        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = CustomFields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of custom fields")
            }

            fn visit_none<E>(self) -> Result<CustomFields, E> {
                Ok(CustomFields { fields: Vec::new(), absence: Absence::Null })
            }

            fn visit_unit<E: de::Error>(self) -> Result<CustomFields, E> {
                self.visit_none()
            }

            fn visit_some<D: Deserializer<'de>>(self, list: D) -> Result<CustomFields, D::Error> {
                let fields = list::items().deserialize(list)?;
                Ok(CustomFields { fields, absence: Absence::EmptyList })
            }
        }

        deserializer.deserialize_option(FieldsVisitor)
    }
}

impl Member for CustomFields {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }

    fn missing<E: de::Error>(_: &'static str) -> Result<Self, E> {
        Ok(Self::default())
    }

    fn write<M: SerializeMap>(
        &self,
        name: &'static str,
        _: bool,
        map: &mut M,
    ) -> Result<(), M::Error> {
        match self.absence {
            Absence::Missing if self.is_empty() => Ok(()),
            _ => map.serialize_entry(name, self),
        }
    }
}
