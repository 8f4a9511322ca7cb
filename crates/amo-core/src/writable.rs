//! The macros behind everything that creates and changes entities.

mod build;
mod sent;

pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Declares what creates an entity.
///
/// * `required` members are taken by `new`; `optional` ones have setters. `= "key"` says how a
///   member is spelled where that is not its name here.
/// * `fields` is [`NewCustomFields`](crate::NewCustomFields) where the entity has custom fields, `tags`
///   is [`TagRef`](crate::TagRef) where it has tags.
/// * `embedded` is a hand-written type for what stands under `_embedded`.
/// * `flat` is a part of several members, taken by `new` too.
macro_rules! create {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $(flat { $(#[$flat_meta:meta])* $flat:ident: $flat_type:ty, })?
            required { $(
                $(#[$required_meta:meta])*
                $required:ident: $required_type:ty $(= $required_key:literal)?,
            )* }
            optional { $(
                $(#[$optional_meta:meta])*
                $optional:ident: $optional_type:ty $(= $optional_key:literal)?,
            )* }
            $(fields { $fields:ty })?
            $(tags { $tags:ty })?
            $(embedded { $embedded:ty })?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        #[must_use = "nothing is created until this is sent"]
        pub struct $name {
            $(
                #[serde(flatten, serialize_with = "crate::writable::flat")]
                pub(crate) $flat: $flat_type,
            )?
            $(
                $(#[serde(rename = $required_key)])?
                pub(crate) $required: $required_type,
            )*
            $(
                #[serde($(rename = $optional_key,)? skip_serializing_if = "crate::Patch::is_keep")]
                pub(crate) $optional: $crate::Patch<$optional_type>,
            )*
            $(
                #[serde(skip_serializing_if = "crate::NewCustomFields::is_empty")]
                pub(crate) custom_fields_values: $fields,
            )?
            $(
                #[serde(skip_serializing_if = "Vec::is_empty")]
                tags_to_add: Vec<$tags>,
            )?
            $(
                #[serde(rename = "_embedded", skip_serializing_if = "crate::writable::is_default")]
                pub(crate) embedded: $embedded,
            )?
        }

        impl $name {
            $crate::writable::create!(@new
                $($(#[$flat_meta])* $flat: $flat_type,)?
                $($(#[$required_meta])* $required: $required_type,)* =>
                $($optional,)*
                $(custom_fields_values as $fields,)?
                $(tags_to_add as Vec<$tags>,)?
                $(embedded as $embedded,)?
            );

            $(
                $(#[$optional_meta])*
                pub fn $optional(mut self, value: impl Into<$optional_type>) -> Self {
                    self.$optional = $crate::Patch::Set(value.into());
                    self
                }
            )*

            $($crate::writable::writable!(@custom_fields $fields);)?

            $(
                /// Adds one value to what a custom field is to hold, such as a second phone.
                pub fn add<K: $crate::MultiValue>(
                    mut self,
                    field: $crate::Field<K>,
                    item: impl Into<K::Item>,
                ) -> Self {
                    let fields: $fields = self.custom_fields_values;
                    self.custom_fields_values = fields.add(field, item);
                    self
                }
            )?

            $(
                /// Puts a tag on it.
                pub fn tag(mut self, tag: impl Into<$tags>) -> Self {
                    self.tags_to_add.push(tag.into());
                    self
                }
            )?
        }

        $crate::writable::create!(@default $name $($flat)? $($required)*);
    };
    (@new => $($rest:tt)*) => {
        /// Nothing is set yet.
        pub fn new() -> Self {
            $crate::writable::create!(@build => $($rest)*)
        }
    };
    (@new $($(#[$meta:meta])* $required:ident: $type:ty,)+ => $($rest:tt)*) => {
        /// With what it must have.
        $(
            #[doc = concat!("* `", stringify!($required), "`:")]
            $(#[$meta])*
        )+
        pub fn new($($required: impl Into<$type>),+) -> Self {
            $crate::writable::create!(@build $($required)+ => $($rest)*)
        }
    };
    (@build $($required:ident)* => $($member:ident $(as $type:ty)?,)*) => {
        Self {
            $($required: $required.into(),)*
            $($member: Default::default(),)*
        }
    };
    (@default $name:ident) => {
        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }
    };
    (@default $name:ident $($required:ident)+) => {};
}

/// Declares what changes an entity, and the difference of two states of one.
///
/// * `members` are set; they cannot be emptied. `clearable` ones can, by null.
/// * `write_only` members are never returned, so that a difference does not know them.
/// * A change of the first member of `together` says the second one too; a difference in anything
///   says the member of `always` too.
/// * `read_only` and `linked` members (the latter stand under `_embedded`) only the server or
///   other methods change; a difference in one is an error.
/// * `changes` is a hand-written type with a `diff`, for a member that is changed otherwise than it
///   is read; its setters stand beside it.
/// * `fields`, `tags` and `flat` as in [`create!`], with [`TagChanges`](crate::tag::TagChanges).
macro_rules! writable {
    (
        $(#[$meta:meta])*
        pub struct $patch:ident of $entity:ident {
            $(flat { $(#[$flat_meta:meta])* $flat:ident: $flat_type:ty, })?
            members { $(
                $(#[$member_meta:meta])*
                $member:ident: $type:ty $(= $key:literal)?,
            )* }
            clearable { $(
                $(#[$clearable_meta:meta])*
                $clearable:ident: $clearable_type:ty $(= $clearable_key:literal)?,
            )* }
            write_only { $(
                $(#[$hidden_meta:meta])*
                $hidden:ident: $hidden_type:ty $(= $hidden_key:literal)?,
            )* }
            $(changes { $changed:ident: $changes:ty })*
            $(together { $leads:ident, $follows:ident, })?
            $(always { $always:ident, })?
            read_only { $($read_only:ident $(= $read_only_key:literal)?,)* }
            linked { $($linked:ident,)* }
            $(fields { $fields:ty })?
            $(tags { $tags:ty })?
        }
    ) => {
        $(#[$meta])*
        ///
        /// What is not set stays as it is; a patch without any change is not sent.
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
        #[must_use = "nothing is changed until this is sent"]
        pub struct $patch {
            $(
                #[serde(flatten, serialize_with = "crate::writable::flat")]
                $flat: $crate::Patch<$flat_type>,
            )?
            $(
                #[serde($(rename = $key,)? skip_serializing_if = "crate::Patch::is_keep")]
                $member: $crate::Patch<$type>,
            )*
            $(
                #[serde($(rename = $clearable_key,)? skip_serializing_if = "crate::Patch::is_keep")]
                $clearable: $crate::Patch<$clearable_type>,
            )*
            $(
                #[serde($(rename = $hidden_key,)? skip_serializing_if = "crate::Patch::is_keep")]
                $hidden: $crate::Patch<$hidden_type>,
            )*
            $(
                #[serde(skip_serializing_if = "crate::writable::is_default")]
                pub(crate) $changed: $changes,
            )*
            $(
                #[serde(skip_serializing_if = "crate::NewCustomFields::is_empty")]
                pub(crate) custom_fields_values: $fields,
            )?
            $(
                #[serde(flatten)]
                pub(crate) tags: $tags,
            )?
        }

        impl $patch {
            /// Nothing is changed yet.
            pub fn new() -> Self {
                Self::default()
            }

            $(
                $(#[$flat_meta])*
                pub fn $flat(mut self, value: impl Into<$flat_type>) -> Self {
                    self.$flat = $crate::Patch::Set(value.into());
                    self
                }
            )?

            $(
                $(#[$member_meta])*
                pub fn $member(mut self, value: impl Into<$type>) -> Self {
                    self.$member = $crate::Patch::Set(value.into());
                    self
                }
            )*

            $(
                $(#[$clearable_meta])*
                /// `None` empties it.
                pub fn $clearable(
                    mut self,
                    value: impl Into<$crate::Patch<$clearable_type>>,
                ) -> Self {
                    self.$clearable = value.into();
                    self
                }
            )*

            $(
                $(#[$hidden_meta])*
                pub fn $hidden(mut self, value: impl Into<$hidden_type>) -> Self {
                    self.$hidden = $crate::Patch::Set(value.into());
                    self
                }
            )*

            $($crate::writable::writable!(@custom_fields $fields);)?

            $(
                /// Empties a custom field.
                pub fn clear<K: $crate::FieldKind>(mut self, field: $crate::Field<K>) -> Self {
                    let fields: $fields = self.custom_fields_values;
                    self.custom_fields_values = fields.clear(field);
                    self
                }
            )?

            $($crate::writable::writable!(@tags $tags);)?
        }

        impl $crate::PatchBody for $patch {
            fn is_empty(&self) -> bool {
                *self == Self::default()
            }
        }

        impl $entity {
            /// What turns one state into the other: only what differs.
            ///
            /// # Errors
            ///
            /// [`DiffError`](crate::DiffError) names a member that differs although no update
            /// can change or empty it.
            #[inline]
            pub fn diff(before: &Self, after: &Self) -> Result<$patch, $crate::DiffError> {
                let entity = <Self as $crate::Resource>::NAME;
                let read_only: &[(&'static str, bool)] = &[
                    $((
                        $crate::model::model!(@key $read_only $($read_only_key)?),
                        before.$read_only == after.$read_only,
                    ),)*
                    $((
                        concat!("_embedded.", stringify!($linked)),
                        before.embedded.$linked == after.embedded.$linked,
                    ),)*
                ];
                for (member, same) in read_only {
                    if !same {
                        return Err($crate::DiffError::ReadOnly { entity, member });
                    }
                }
                let mut patch = $patch::new();
                $(if before.$flat != after.$flat {
                    patch.$flat = $crate::Patch::Set(after.$flat.clone());
                })?
                $(if before.$member != after.$member {
                    patch.$member = match $crate::writable::Settable::settable(&after.$member) {
                        Some(value) => $crate::Patch::Set(value.clone()),
                        None => {
                            let member = $crate::model::model!(@key $member $($key)?);
                            return Err($crate::DiffError::NotClearable { entity, member });
                        }
                    };
                })*
                $(if before.$clearable != after.$clearable {
                    patch.$clearable = after.$clearable.clone().into();
                })*
                $(
                    patch.$changed =
                        <$changes>::diff(before.$changed.as_ref(), after.$changed.as_ref());
                )*
                $(if !patch.$leads.is_keep() && let Some(value) = after.$follows.clone() {
                    patch.$follows = $crate::Patch::Set(value);
                })?
                $(
                    let changes: $fields = $crate::CustomFields::diff(
                        &before.custom_fields_values,
                        &after.custom_fields_values,
                    );
                    patch.custom_fields_values = changes;
                )?
                $(
                    patch.tags = <$tags>::diff(
                        before.embedded.tags.as_deref().unwrap_or_default(),
                        after.embedded.tags.as_deref().unwrap_or_default(),
                    );
                )?
                $(if !$crate::PatchBody::is_empty(&patch) && let Some(value) = after.$always.clone() {
                    patch.$always = $crate::Patch::Set(value);
                })?
                Ok(patch)
            }
        }
    };
    (@custom_fields $fields:ty) => {
        /// Takes these custom fields, in place of all that were set before.
        pub fn custom_fields(mut self, fields: $fields) -> Self {
            self.custom_fields_values = fields;
            self
        }

        /// Sets what a custom field is to hold, in place of all that it holds.
        pub fn set<K: $crate::FieldKind>(
            mut self,
            field: $crate::Field<K>,
            value: impl Into<K::Value>,
        ) -> Self {
            self.custom_fields_values = self.custom_fields_values.set(field, value);
            self
        }
    };
    (@tags $tags:ty) => {
        /// Puts a tag on the entity, besides those that it has.
        pub fn add_tag(mut self, tag: impl Into<$crate::TagRef>) -> Self {
            self.tags.add(tag.into());
            self
        }

        /// Takes a tag off the entity.
        pub fn delete_tag(mut self, tag: impl Into<$crate::TagRef>) -> Self {
            self.tags.delete(tag.into());
            self
        }

        /// Replaces all tags of the entity. It takes the place of all that was said of tags
        /// before; what is said later changes the replacing list.
        pub fn replace_tags(
            mut self,
            tags: impl IntoIterator<Item = impl Into<$crate::TagRef>>,
        ) -> Self {
            self.tags.replace(tags.into_iter().map(Into::into).collect());
            self
        }

        /// Takes all tags off the entity.
        pub fn clear_tags(mut self) -> Self {
            self.tags.replace(Vec::new());
            self
        }
    };
}

/// A member that a patch may set, if it holds something.
pub(crate) trait Settable {
    type Value;

    fn settable(&self) -> Option<&Self::Value>;
}

impl<T> Settable for Option<T> {
    type Value = T;

    fn settable(&self) -> Option<&T> {
        self.as_ref()
    }
}

pub(crate) use build::{build, setters};
pub(crate) use sent::{Sent, flat};
pub(crate) use {create, writable};
