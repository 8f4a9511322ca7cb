//! One field with its values, as an answer has it.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::kinds::{FieldType, FieldValues};
use super::loose::Loose;
use super::{FieldKey, write};
use crate::lenient::Key;
use crate::member::{self, Member};
use crate::{CustomFieldId, Extra};

/// A custom field of an entity with its values.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CustomFieldValues {
    /// The id; absent only for a field that was set here by its code.
    pub field_id: Option<CustomFieldId>,
    /// The name that users see.
    pub field_name: Option<String>,
    /// The code, if the field has one.
    pub field_code: Option<String>,
    /// The type.
    pub field_type: Option<FieldType>,
    /// The values.
    pub values: FieldValues,
    /// Members that have no name here; they are printed back.
    pub extra: Extra,
}

impl CustomFieldValues {
    /// Whether `key` names this field.
    pub fn is(&self, key: FieldKey) -> bool {
        match key {
            FieldKey::Id(id) => self.field_id == Some(id),
            FieldKey::Code(code) => self.field_code.as_deref() == Some(code),
        }
    }

    /// Whether amoCRM calculates the values, so that they cannot be set. Only some answers say so.
    pub fn is_computed(&self) -> bool {
        self.extra.get("is_computed").and_then(Value::as_bool) == Some(true)
    }

    /// The field without values.
    pub(super) fn new(key: FieldKey, field_type: FieldType) -> Self {
        let (field_id, field_code) = match key {
            FieldKey::Id(id) => (Some(id), None),
            FieldKey::Code(code) => (None, Some(code.to_owned())),
        };
        Self {
            field_id,
            field_name: None,
            field_code,
            field_type: Some(field_type),
            values: FieldValues::Unknown(Value::Null),
            extra: Extra::default(),
        }
    }

    /// How a request names the field: by its id where it is known; `None` if it has no name that
    /// a request could use.
    pub(super) fn new_key(&self) -> Option<write::NewKey> {
        let id = self.field_id.map(write::NewKey::Id);
        id.or_else(|| self.field_code.clone().map(write::NewKey::Code))
    }
}

impl Serialize for CustomFieldValues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.field_id.write("field_id", self.extra.was_null(0), &mut map)?;
        self.field_name.write("field_name", self.extra.was_null(1), &mut map)?;
        self.field_code.write("field_code", self.extra.was_null(2), &mut map)?;
        self.field_type.write("field_type", self.extra.was_null(3), &mut map)?;
        map.serialize_entry("values", &self.values)?;
        for (name, value) in self.extra.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for CustomFieldValues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldVisitor;

        impl<'de> Visitor<'de> for FieldVisitor {
            type Value = CustomFieldValues;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a custom field with its values")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                // `Some(None)` was null.
                let (mut id, mut name, mut code) = (None, None, None);
                let (mut field_type, mut values) = (None::<Option<FieldType>>, None);
                let mut extra = Extra::default();
                while let Some(key) = map.next_key::<Key<'de>>()? {
                    match key.as_str() {
                        "field_id" => id = Some(member::next(&mut map)?),
                        "field_name" => name = Some(member::next(&mut map)?),
                        "field_code" => code = Some(member::next(&mut map)?),
                        "field_type" => field_type = Some(member::next(&mut map)?),
                        "values" => values = Some(map.next_value::<Loose>()?),
                        _ => extra.insert(key.into_string(), map.next_value()?),
                    }
                }
                extra.note_null(0, id == Some(None));
                extra.note_null(1, name == Some(None));
                extra.note_null(2, code == Some(None));
                extra.note_null(3, field_type == Some(None));
                let field_type = field_type.flatten();
                let values = match values {
                    None => FieldValues::Unknown(Value::Null),
                    Some(values) => FieldValues::from_loose(field_type.as_ref(), values),
                };
                Ok(CustomFieldValues {
                    field_id: id.flatten(),
                    field_name: name.flatten(),
                    field_code: code.flatten(),
                    field_type,
                    values,
                    extra,
                })
            }
        }

        deserializer.deserialize_map(FieldVisitor)
    }
}
