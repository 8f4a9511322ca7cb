//! One element of a field's values, in the three forms that have a type.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::Number;
use super::loose::Members;
use super::write::NewItem;
use crate::model::model;
use crate::{EnumId, Extra, Timestamp};

/// A value alone: texts, numbers, checkboxes and dates.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Scalar<T> {
    /// The value.
    pub value: T,
    /// Members that have no name here; they are printed back.
    pub extra: Extra,
}

impl<T> Scalar<T> {
    /// An element with this value.
    pub fn new(value: T) -> Self {
        Self { value, extra: Extra::default() }
    }
}

impl<T: Serialize> Serialize for Scalar<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("value", &self.value)?;
        for (name, value) in self.extra.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<T> From<T> for Scalar<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

model! {
    /// One option out of the options of a field.
    ///
    /// What was read names the option in up to three ways. When it is sent, exactly one of them
    /// is: the id, else the code, else the text.
    pub struct Choice {
        /// The text of the option.
        pub value: Option<String>,
        /// The id of the option.
        pub enum_id: Option<EnumId>,
        /// The code of the option, if it was given one.
        pub enum_code: Option<String> = "enum_code" | "enum",
    }
}

impl Choice {
    /// The option with this id.
    pub fn id(id: EnumId) -> Self {
        Self { value: None, enum_id: Some(id), enum_code: None, extra: Extra::default() }
    }

    /// The option with this code.
    pub fn code(code: impl Into<String>) -> Self {
        let enum_code = Some(code.into());
        Self { value: None, enum_id: None, enum_code, extra: Extra::default() }
    }

    /// The option with exactly this text.
    pub fn text(text: impl Into<String>) -> Self {
        let value = Some(text.into());
        Self { value, enum_id: None, enum_code: None, extra: Extra::default() }
    }
}

impl From<EnumId> for Choice {
    fn from(id: EnumId) -> Self {
        Self::id(id)
    }
}

model! {
    /// A text that says of what sort it is: a phone at work, the city of an address.
    ///
    /// The sorts of `PHONE`, `EMAIL` and addresses have the same codes in all accounts, while
    /// their ids differ; so the code is sent where there is one, else the id.
    pub struct EnumText {
        /// The text.
        pub value: String,
        /// The id of the sort.
        pub enum_id: Option<EnumId>,
        /// The code of the sort: `WORK`, `MOB`, `PRIV`, `city`.
        pub enum_code: Option<String> = "enum_code" | "enum",
    }
}

impl EnumText {
    /// A text of the sort with this code.
    pub fn new(value: impl Into<String>, code: impl Into<String>) -> Self {
        let enum_code = Some(code.into());
        Self { value: value.into(), enum_id: None, enum_code, extra: Extra::default() }
    }

    /// A text of the sort with this id.
    pub fn with_id(value: impl Into<String>, id: EnumId) -> Self {
        Self { value: value.into(), enum_id: Some(id), enum_code: None, extra: Extra::default() }
    }
}

impl<V: Into<String>, C: Into<String>> From<(V, C)> for EnumText {
    /// The text and the code of its sort.
    fn from((value, code): (V, C)) -> Self {
        Self::new(value, code)
    }
}

/// One element of the values of a field.
pub(super) trait Item: Serialize + Sized {
    /// Reads the members of an element, if they are of their types.
    fn from_members(members: &Members) -> Option<Self>;

    /// What is sent.
    fn to_new(&self) -> NewItem;
}

/// What a [`Scalar`] can hold.
pub(super) trait ScalarValue: Sized {
    fn from_json(value: &Value) -> Option<Self>;
    fn to_json(&self) -> Value;
}

impl ScalarValue for String {
    fn from_json(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    fn to_json(&self) -> Value {
        self.as_str().into()
    }
}

impl ScalarValue for bool {
    fn from_json(value: &Value) -> Option<Self> {
        match (value.as_bool(), value.as_i64(), value.as_str()) {
            (Some(flag), ..) => Some(flag),
            (_, Some(0), _) | (.., Some("0" | "false")) => Some(false),
            (_, Some(1), _) | (.., Some("1" | "true")) => Some(true),
            _ => None,
        }
    }

    fn to_json(&self) -> Value {
        (*self).into()
    }
}

impl ScalarValue for Timestamp {
    /// Dates come as Unix seconds, as numeric text, or as RFC 3339.
    fn from_json(value: &Value) -> Option<Self> {
        let time = whole(value).map(Self::from_unix_seconds);
        time.or_else(|| value.as_str()?.parse().ok())
    }

    fn to_json(&self) -> Value {
        self.as_unix_seconds().into()
    }
}

impl ScalarValue for Number {
    fn from_json(value: &Value) -> Option<Self> {
        Self::from_json(value)
    }

    fn to_json(&self) -> Value {
        self.to_string().into()
    }
}

fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

impl<T: ScalarValue + Serialize> Item for Scalar<T> {
    fn from_members(members: &Members) -> Option<Self> {
        let value = T::from_json(members.value.as_ref()?)?;
        let mut extra = Extra::from(members.others.clone().unwrap_or_default());
        let unnamed = [("enum_id", &members.enum_id), ("enum_code", &members.enum_code)];
        for (name, value) in unnamed {
            if let Some(value) = value {
                extra.insert(name.to_owned(), value.clone());
            }
        }
        Some(Self { value, extra })
    }

    fn to_new(&self) -> NewItem {
        NewItem::value(self.value.to_json())
    }
}

impl Item for Choice {
    fn from_members(members: &Members) -> Option<Self> {
        let mut extra = Extra::from(members.others.clone().unwrap_or_default());
        let value =
            optional("value", members.value.as_ref(), String::from_json, &mut extra).ok()?;
        let (enum_id, enum_code) = sort(members, &mut extra)?;
        Some(Self { value, enum_id, enum_code, extra })
    }

    fn to_new(&self) -> NewItem {
        match (self.enum_id, self.enum_code.as_deref()) {
            (Some(id), _) => NewItem::new(None, Some(id), None),
            (None, Some(code)) => NewItem::new(None, None, Some(code)),
            (None, None) => NewItem::new(self.value.as_deref(), None, None),
        }
    }
}

impl Item for EnumText {
    fn from_members(members: &Members) -> Option<Self> {
        let mut extra = Extra::from(members.others.clone().unwrap_or_default());
        let value = String::from_json(members.value.as_ref()?)?;
        let (enum_id, enum_code) = sort(members, &mut extra)?;
        Some(Self { value, enum_id, enum_code, extra })
    }

    fn to_new(&self) -> NewItem {
        // Without code and id the server takes the first sort.
        let id = self.enum_id.filter(|_| self.enum_code.is_none());
        NewItem::new(Some(&self.value), id, self.enum_code.as_deref())
    }
}

/// The id and the code of the option or sort that an element names.
fn sort(members: &Members, extra: &mut Extra) -> Option<(Option<EnumId>, Option<String>)> {
    let id = |value: &Value| whole(value).map(EnumId::new);
    let enum_id = optional("enum_id", members.enum_id.as_ref(), id, extra).ok()?;
    let mut enum_code =
        optional("enum_code", members.enum_code.as_ref(), String::from_json, extra).ok()?;
    // Old answers name the code `enum`.
    if enum_code.is_none()
        && let Some(Value::String(_)) = extra.get("enum")
    {
        enum_code = extra.take("enum").as_ref().and_then(String::from_json);
    }
    Some((enum_id, enum_code))
}

/// A member is of a type that it cannot have.
struct Misfit;

/// A member that may be missing or null.
fn optional<T>(
    name: &'static str,
    value: Option<&Value>,
    read: impl Fn(&Value) -> Option<T>,
    extra: &mut Extra,
) -> Result<Option<T>, Misfit> {
    match value {
        None => Ok(None),
        Some(Value::Null) => {
            extra.note_null(name);
            Ok(None)
        }
        Some(value) => read(value).map(Some).ok_or(Misfit),
    }
}
