//! One element of a field's values, in the forms that have a type.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::Number;
use super::loose::Members;
use super::write::NewItem;
use crate::model::model;
use crate::{AddressPart, EmailSort, EnumId, Extra, MessengerSort, PhoneSort, Timestamp};

/// A value alone: texts, numbers, checkboxes, dates and objects.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Scalar<T> {
    /// The value.
    pub value: T,
    /// Members that have no name here; they are printed back.
    pub extra: Extra,
    /// Whether an object came without the `value` around it, as it does in some places.
    bare: bool,
}

impl<T> Scalar<T> {
    /// An element with this value.
    pub fn new(value: T) -> Self {
        Self { value, extra: Extra::default(), bare: false }
    }
}

impl<T: Serialize> Serialize for Scalar<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.bare {
            return self.value.serialize(serializer);
        }
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
    /// their ids differ; so the code is sent where there is one, else the id. Those codes are
    /// [`PhoneSort`], [`EmailSort`], [`MessengerSort`] and [`AddressPart`].
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

/// Codes of sorts that stand for texts.
macro_rules! sorts {
    ($($sort:ident)*) => {$(
        impl From<$sort> for String {
            fn from(sort: $sort) -> Self {
                sort.as_str().to_owned()
            }
        }
    )*};
}

sorts!(AddressPart EmailSort MessengerSort PhoneSort);

/// One element of the values of a field.
pub(super) trait Item: Serialize + Sized {
    /// Takes the members of an element if they are of their types, else leaves them as they are.
    fn take(members: &mut Members) -> Option<Self>;

    /// Whether the members are of their types.
    fn fits(members: &Members) -> bool {
        Self::take(&mut members.clone()).is_some()
    }

    /// What is sent.
    fn to_new(&self) -> NewItem;
}

/// What a [`Scalar`] can hold.
pub(super) trait ScalarValue: Sized {
    /// Is it an object, so that its members may stand where `value` should?
    const OBJECT: bool = false;

    /// Takes the JSON; gives it back if it is of another type.
    fn from_json(value: Value) -> Result<Self, Value>;

    /// What is sent.
    fn to_json(&self) -> Value;

    /// Why the server would refuse it.
    fn flaw(&self) -> Option<&'static str> {
        None
    }
}

impl ScalarValue for String {
    fn from_json(value: Value) -> Result<Self, Value> {
        match value {
            Value::String(text) => Ok(text),
            Value::Number(number) => Ok(number.to_string()),
            other => Err(other),
        }
    }

    fn to_json(&self) -> Value {
        self.as_str().into()
    }
}

impl ScalarValue for bool {
    fn from_json(value: Value) -> Result<Self, Value> {
        match (value.as_bool(), value.as_i64(), value.as_str()) {
            (Some(flag), ..) => Ok(flag),
            (_, Some(0), _) | (.., Some("0" | "false")) => Ok(false),
            (_, Some(1), _) | (.., Some("1" | "true")) => Ok(true),
            _ => Err(value),
        }
    }

    fn to_json(&self) -> Value {
        (*self).into()
    }
}

impl ScalarValue for Timestamp {
    /// Dates come as Unix seconds, as numeric text, or as RFC 3339.
    fn from_json(value: Value) -> Result<Self, Value> {
        let time = whole(&value).map(Self::from_unix_seconds);
        time.or_else(|| value.as_str()?.parse().ok()).ok_or(value)
    }

    fn to_json(&self) -> Value {
        self.as_unix_seconds().into()
    }
}

impl ScalarValue for Number {
    fn from_json(value: Value) -> Result<Self, Value> {
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
    fn take(members: &mut Members) -> Option<Self> {
        if T::OBJECT && members.is_bare() {
            let value = members.take_object(T::from_json)?;
            return Some(Self { value, extra: Extra::default(), bare: true });
        }
        let value = match T::from_json(members.value.take()?) {
            Ok(value) => value,
            Err(value) => {
                members.value = Some(value);
                return None;
            }
        };
        let mut extra = members.extra();
        let unnamed = [("enum_id", &mut members.enum_id), ("enum_code", &mut members.enum_code)];
        for (name, value) in unnamed {
            if let Some(value) = value.take() {
                extra.insert(name.to_owned(), value);
            }
        }
        Some(Self { value, extra, bare: false })
    }

    fn to_new(&self) -> NewItem {
        match self.value.flaw() {
            Some(flaw) => NewItem::Flawed(flaw),
            None => NewItem::value(self.value.to_json()),
        }
    }
}

impl Item for Choice {
    fn fits(members: &Members) -> bool {
        is_text(members.value.as_ref()) && has_sort(members)
    }

    fn take(members: &mut Members) -> Option<Self> {
        if !Self::fits(members) {
            return None;
        }
        let mut extra = members.extra();
        let value = text(0, members.value.take(), &mut extra);
        let (enum_id, enum_code) = sort(members, &mut extra);
        Some(Self { value, enum_id, enum_code, extra })
    }

    fn to_new(&self) -> NewItem {
        match (self.enum_id, self.enum_code.as_deref()) {
            (Some(id), _) => NewItem::new(None, Some(id), None),
            (None, Some(code)) => NewItem::new(None, None, Some(code)),
            (None, None) if self.value.is_none() => {
                NewItem::Flawed("an option needs an id, a code or a text")
            }
            (None, None) => NewItem::new(self.value.as_deref(), None, None),
        }
    }
}

impl Item for EnumText {
    fn fits(members: &Members) -> bool {
        let is_null = matches!(members.value, None | Some(Value::Null));
        !is_null && is_text(members.value.as_ref()) && has_sort(members)
    }

    fn take(members: &mut Members) -> Option<Self> {
        if !Self::fits(members) {
            return None;
        }
        let mut extra = members.extra();
        let value = text(0, members.value.take(), &mut extra)?;
        let (enum_id, enum_code) = sort(members, &mut extra);
        Some(Self { value, enum_id, enum_code, extra })
    }

    fn to_new(&self) -> NewItem {
        // Without code and id the server takes the first sort.
        let id = self.enum_id.filter(|_| self.enum_code.is_none());
        NewItem::new(Some(&self.value), id, self.enum_code.as_deref())
    }
}

/// A text, a number in its place, null, or nothing.
fn is_text(value: Option<&Value>) -> bool {
    matches!(value, None | Some(Value::Null | Value::String(_) | Value::Number(_)))
}

/// Are the id and the code of the option or sort what they can be?
fn has_sort(members: &Members) -> bool {
    let id = members.enum_id.as_ref().filter(|id| !id.is_null());
    id.is_none_or(|id| whole(id).is_some()) && is_text(members.enum_code.as_ref())
}

/// The id and the code of the option or sort that an element names.
fn sort(members: &mut Members, extra: &mut Extra) -> (Option<EnumId>, Option<String>) {
    let id = held(1, members.enum_id.take(), extra);
    let enum_id = id.as_ref().and_then(whole).map(EnumId::new);
    let mut enum_code = text(2, members.enum_code.take(), extra);
    // Old answers name the code `enum`.
    if enum_code.is_none()
        && let Some(Value::String(_)) = extra.get("enum")
    {
        enum_code = text(2, extra.take("enum"), extra);
    }
    (enum_id, enum_code)
}

/// A member by its place in the declaration of its model.
fn text(place: u32, value: Option<Value>, extra: &mut Extra) -> Option<String> {
    held(place, value, extra).and_then(|value| String::from_json(value).ok())
}

/// A member that holds something; of one that is null it is remembered.
fn held(place: u32, value: Option<Value>, extra: &mut Extra) -> Option<Value> {
    let value = value?;
    extra.note_null(place, value.is_null());
    Some(value).filter(|value| !value.is_null())
}
