//! The macro behind everything that creates and changes entities.

pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Declares what creates an entity, what changes one, and the difference of two states of one.
///
/// * `members` are set by both; they cannot be emptied.
/// * `clearable` members can be emptied by null.
/// * A change of the first member of `together` says the second one too.
/// * `read_only` and `linked` members (the latter stand under `_embedded`) only the server or
///   other methods change; a difference in one is an error.
macro_rules! writable {
    (
        $(#[$new_meta:meta])*
        new $new:ident $(with $embedded:ty)?;
        $(#[$patch_meta:meta])*
        patch $patch:ident;
        of $entity:ident;
        members {
            $($(#[$meta:meta])* $member:ident: $type:ty,)*
        }
        clearable {
            $($(#[$clearable_meta:meta])* $clearable:ident: $clearable_type:ty,)*
        }
        $(together { $leads:ident, $follows:ident, })?
        read_only { $($read_only:ident,)* }
        linked { $($linked:ident,)* }
    ) => {
        $(#[$new_meta])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
        #[must_use = "nothing is created until this is sent"]
        pub struct $new {
            $(
                #[serde(skip_serializing_if = "crate::Patch::is_keep")]
                $member: $crate::Patch<$type>,
            )*
            $(
                #[serde(skip_serializing_if = "crate::Patch::is_keep")]
                $clearable: $crate::Patch<$clearable_type>,
            )*
            #[serde(skip_serializing_if = "crate::NewCustomFields::is_empty")]
            custom_fields_values: $crate::NewCustomFields,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            tags_to_add: Vec<$crate::TagRef>,
            $(
                #[serde(rename = "_embedded", skip_serializing_if = "crate::writable::is_default")]
                pub(crate) embedded: $embedded,
            )?
        }

        impl $new {
            /// Nothing is set yet.
            pub fn new() -> Self {
                Self::default()
            }

            $crate::writable::writable!(@setters
                $($(#[$meta])* $member: $type,)*
                $($(#[$clearable_meta])* $clearable: $clearable_type,)*
            );

            /// Adds one value to what a custom field is to hold, such as a second phone.
            pub fn add<K: $crate::MultiValue>(
                mut self,
                field: $crate::Field<K>,
                item: impl Into<K::Item>,
            ) -> Self {
                self.custom_fields_values = self.custom_fields_values.add(field, item);
                self
            }

            /// Puts a tag on it.
            pub fn tag(mut self, tag: impl Into<$crate::TagRef>) -> Self {
                self.tags_to_add.push(tag.into());
                self
            }
        }

        $(#[$patch_meta])*
        ///
        /// What is not set stays as it is; a patch without any change is not sent.
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
        #[must_use = "nothing is changed until this is sent"]
        pub struct $patch {
            $(
                #[serde(skip_serializing_if = "crate::Patch::is_keep")]
                $member: $crate::Patch<$type>,
            )*
            $(
                #[serde(skip_serializing_if = "crate::Patch::is_keep")]
                $clearable: $crate::Patch<$clearable_type>,
            )*
            #[serde(skip_serializing_if = "crate::NewCustomFields::is_empty")]
            custom_fields_values: $crate::NewCustomFields,
            #[serde(flatten)]
            tags: $crate::tag::TagChanges,
        }

        impl $patch {
            /// Nothing is changed yet.
            pub fn new() -> Self {
                Self::default()
            }

            $crate::writable::writable!(@setters $($(#[$meta])* $member: $type,)*);

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

            /// Empties a custom field.
            pub fn clear<K>(mut self, field: $crate::Field<K>) -> Self {
                self.custom_fields_values = self.custom_fields_values.clear(field);
                self
            }

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
        }

        impl $crate::PatchBody for $patch {
            fn is_empty(&self) -> bool {
                *self == Self::default()
            }
        }

        impl $entity {
            /// What turns one state into the other: only the members, custom fields and tags
            /// that differ.
            ///
            /// # Errors
            ///
            /// [`DiffError`](crate::DiffError) names a member that differs although no update
            /// can change or empty it.
            pub fn diff(before: &Self, after: &Self) -> Result<$patch, $crate::DiffError> {
                let entity = <Self as $crate::Resource>::NAME;
                let read_only = [
                    $((stringify!($read_only), before.$read_only == after.$read_only),)*
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
                $(if before.$member != after.$member {
                    patch.$member = match after.$member.clone() {
                        Some(value) => $crate::Patch::Set(value),
                        None => {
                            let member = stringify!($member);
                            return Err($crate::DiffError::NotClearable { entity, member });
                        }
                    };
                })*
                $(if before.$clearable != after.$clearable {
                    patch.$clearable = after.$clearable.clone().into();
                })*
                $(if !patch.$leads.is_keep() && let Some(value) = after.$follows.clone() {
                    patch.$follows = $crate::Patch::Set(value);
                })?
                patch.custom_fields_values = $crate::NewCustomFields::diff(
                    &before.custom_fields_values,
                    &after.custom_fields_values,
                );
                patch.tags = $crate::tag::TagChanges::diff(
                    before.embedded.tags.as_deref().unwrap_or_default(),
                    after.embedded.tags.as_deref().unwrap_or_default(),
                );
                Ok(patch)
            }
        }
    };
    (@setters $($(#[$meta:meta])* $member:ident: $type:ty,)*) => {
        $(
            $(#[$meta])*
            pub fn $member(mut self, value: impl Into<$type>) -> Self {
                self.$member = $crate::Patch::Set(value.into());
                self
            }
        )*

        /// Takes these custom fields, in place of all that were set before.
        pub fn custom_fields(mut self, fields: $crate::NewCustomFields) -> Self {
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
}

pub(crate) use writable;
