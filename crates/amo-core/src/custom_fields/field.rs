//! Typed handles of custom fields.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use super::kinds::{Checkbox, FieldKind, Multitext, Text, Url};
use crate::CustomFieldId;

/// A custom field that holds values of the kind `K`, by its id or its code.
///
/// The id is that of one account; codes such as `PHONE` are the same in all.
///
/// ```
/// use amo_core::Field;
/// use amo_core::field::{Select, Text};
///
/// const REMARK: Field<Text> = Field::id(7001);
/// const CHANNEL: Field<Select> = Field::code("CHANNEL");
/// ```
pub struct Field<K> {
    key: FieldKey,
    kind: PhantomData<fn() -> K>,
}

/// What names a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldKey {
    /// Its id.
    Id(CustomFieldId),
    /// Its code.
    Code(&'static str),
}

impl<K: FieldKind> Field<K> {
    /// The field with this id.
    pub const fn id(id: i64) -> Self {
        Self { key: FieldKey::Id(CustomFieldId::new(id)), kind: PhantomData }
    }

    /// The field with this code.
    pub const fn code(code: &'static str) -> Self {
        Self { key: FieldKey::Code(code), kind: PhantomData }
    }
}

impl<K> Field<K> {
    pub(super) const fn of(key: FieldKey) -> Self {
        Self { key, kind: PhantomData }
    }

    /// What names the field.
    pub const fn key(self) -> FieldKey {
        self.key
    }
}

impl<K: FieldKind> From<CustomFieldId> for Field<K> {
    fn from(id: CustomFieldId) -> Self {
        Self::id(id.get())
    }
}

impl fmt::Display for FieldKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Code(code) => f.write_str(code),
        }
    }
}

// By hand: the derives would ask for the same traits of `K`.
impl<K> Clone for Field<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Field<K> {}

impl<K> PartialEq for Field<K> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<K> Eq for Field<K> {}

impl<K> Hash for Field<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl<K> fmt::Debug for Field<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Field").field(&self.key).finish()
    }
}

/// The fields that every account has.
pub(crate) mod well_known {
    use super::{Checkbox, Field, Multitext, Text, Url};

    /// The phones of a contact or a company, by their [sorts](crate::PhoneSort).
    pub const PHONE: Field<Multitext> = Field::code("PHONE");
    /// The e-mail addresses of a contact or a company, by their [sorts](crate::EmailSort).
    pub const EMAIL: Field<Multitext> = Field::code("EMAIL");
    /// The messengers of a contact, by their [sorts](crate::MessengerSort).
    pub const IM: Field<Multitext> = Field::code("IM");
    /// The site of a company.
    pub const WEB: Field<Url> = Field::code("WEB");
    /// Whether a contact has agreed to the user agreement.
    pub const USER_AGREEMENT: Field<Checkbox> = Field::code("USER_AGREEMENT");
    /// What a contact is in a company.
    pub const POSITION: Field<Text> = Field::code("POSITION");
}
