//! The custom fields of an event: from the shapes of webhooks to those of the API.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Event, read, tree};
use crate::custom_fields::well_known;
use crate::{
    CustomFieldValues, CustomFields, Field, FieldKey, FieldKind, FieldType, FieldTypeError,
};

/// What custom fields stand under. The name of the API comes first: where a hook has both, the
/// other can stay beside the model.
pub(super) const NAMES: [&str; 2] = ["custom_fields_values", "custom_fields"];

impl Event {
    /// The custom fields.
    ///
    /// A webhook does not say of which types they are. The fields that every account has are
    /// typed; of the others the values are JSON, with the members that the API has for them
    /// (`value`, `enum_id`). [`field`](Event::field) reads one of them by its type, and
    /// [`custom_fields_by`](Event::custom_fields_by) all.
    pub fn custom_fields(&self) -> CustomFields {
        self.custom_fields_by(|_| None)
    }

    /// The custom fields, with the types that `type_of` knows of them, such as from the account's
    /// definitions of custom fields.
    pub fn custom_fields_by(
        &self,
        type_of: impl Fn(&CustomFieldValues) -> Option<FieldType>,
    ) -> CustomFields {
        let fields = NAMES.into_iter().find_map(|name| self.get(name));
        let fields = fields.map(tree::list).unwrap_or_default().into_iter();
        let fields = fields.filter_map(|field| api_field(field.as_object()?, &type_of));
        // Each of them was read once, so that all of them are.
        CustomFields::deserialize(&Value::Array(fields.collect())).unwrap_or_default()
    }

    /// What a custom field holds, read as the type that its handle has; `None` if the event does
    /// not have it.
    ///
    /// ```
    /// use amo_core::Field;
    /// use amo_core::field::Checkbox;
    /// use amo_core::webhook::Hook;
    ///
    /// const PAID: Field<Checkbox> = Field::id(7001);
    ///
    /// let body = b"leads[add][0][custom_fields][0][id]=7001\
    ///     &leads[add][0][custom_fields][0][values][0]=1";
    /// let hook = Hook::parse(body)?;
    /// assert_eq!(hook.events[0].field(PAID), Ok(Some(true)));
    /// # Ok::<(), amo_core::webhook::HookError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`FieldTypeError`] if the values are not of that type.
    pub fn field<K: FieldKind>(&self, field: Field<K>) -> Result<Option<K::Value>, FieldTypeError> {
        let fields = self.custom_fields_by(|known| known.is(field.key()).then_some(K::TYPE));
        fields.try_get(field)
    }
}

/// Whether this is a field that [`api_field`] keeps all of: it has no member under the name of the
/// hook and that of the API at once.
pub(super) fn is_field(field: &Value) -> bool {
    let pairs = [
        ("id", "field_id"),
        ("name", "field_name"),
        ("code", "field_code"),
        ("type", "field_type"),
    ];
    let is_clear = |field: &Map<String, Value>| {
        !pairs.iter().any(|(hook, api)| field.contains_key(*hook) && field.contains_key(*api))
    };
    field.as_object().is_some_and(is_clear)
}

/// A field as the API would have it.
fn api_field(
    field: &Map<String, Value>,
    type_of: &impl Fn(&CustomFieldValues) -> Option<FieldType>,
) -> Option<Value> {
    let mut api = Map::new();
    for (name, value) in field {
        let named = match name.as_str() {
            "id" | "field_id" if read::whole(value).is_some() => "field_id",
            "name" | "field_name" if value.is_string() => "field_name",
            "code" | "field_code" if value.is_string() => "field_code",
            "field_type" if value.is_string() => "field_type",
            "values" => {
                let values = tree::list(value).into_iter().map(api_value).collect();
                api.insert("values".to_owned(), Value::Array(values));
                continue;
            }
            // A member of the API of a wrong type is kept under another name.
            "field_id" => "id",
            "field_name" => "name",
            "field_code" => "code",
            "field_type" => "type",
            other => other,
        };
        api.insert(named.to_owned(), value.clone());
    }
    // The keys alone say of which field it is; its type is asked for by that.
    let known = CustomFieldValues::deserialize(&Value::Object(api.clone())).ok()?;
    if known.field_type.is_none()
        && let Some(found) = type_of(&known).or_else(|| type_by_code(&known))
    {
        api.insert("field_type".to_owned(), found.as_str().into());
    }
    Some(Value::Object(api))
}

/// The types of the fields that every account has.
fn type_by_code(field: &CustomFieldValues) -> Option<FieldType> {
    let multitext = [well_known::PHONE, well_known::EMAIL].map(Field::key);
    if multitext.iter().any(|key| field.is(*key)) || field.is(FieldKey::Code("IM")) {
        Some(FieldType::Multitext)
    } else if field.is(well_known::POSITION.key()) {
        Some(FieldType::Text)
    } else {
        None
    }
}

/// An element of the values as the API would have it: webhooks have bare texts, and `enum` for
/// the id of an option.
fn api_value(value: &Value) -> Value {
    let Value::Object(members) = value else {
        return Value::Object(Map::from_iter([("value".to_owned(), value.clone())]));
    };
    let mut api = members.clone();
    if !api.contains_key("enum_id")
        && let Some(option) = members.get("enum")
        && let Some(id) = read::whole(option)
    {
        api.remove("enum");
        api.insert("enum_id".to_owned(), id.into());
    }
    Value::Object(api)
}
