//! The macros behind what is written as a part of something else.

/// Lets callers make an object that is both read and written as a part of something, such as the
/// parameters of a note: `required` members are taken by `new`, `optional` ones have setters, and
/// `unset` ones only the server sets. `elsewhere` says that it is made by functions that stand
/// elsewhere, because not every choice of members makes sense. How members are spelled is said by
/// [`model!`](crate::model).
macro_rules! build {
    (
        $name:ident $($elsewhere:ident)? {
            required { $(
                $(#[$required_meta:meta])*
                $required:ident: $required_type:ty $(= $required_key:literal)?,
            )* }
            optional { $(
                $(#[$optional_meta:meta])*
                $optional:ident: $optional_type:ty $(= $optional_key:literal)?,
            )* }
            unset { $($unset:ident,)* }
        }
    ) => {
        impl $name {
            $crate::writable::build!(@new [$($elsewhere)?]
                $($(#[$required_meta])* $required: $required_type,)* => $($optional,)* $($unset,)*
            );

            $(
                $(#[$optional_meta])*
                #[must_use = "it is changed only in what is returned"]
                pub fn $optional(mut self, value: impl Into<$optional_type>) -> Self {
                    self.$optional = Some(value.into());
                    self
                }
            )*
        }

        $crate::writable::create!(@default $name $($elsewhere)? $($required)*);

        impl $crate::writable::Sent for $name {
            fn stripped(self) -> Self {
                Self { $($unset: None,)* extra: $crate::Extra::default(), ..self }
            }
        }
    };
    (@new [elsewhere] => $($member:ident,)*) => {
        /// Nothing is set yet.
        pub(crate) fn empty() -> Self {
            Self { $($member: None,)* extra: $crate::Extra::default() }
        }
    };
    (@new [] => $($member:ident,)*) => {
        /// Nothing is set yet.
        pub fn new() -> Self {
            Self { $($member: None,)* extra: $crate::Extra::default() }
        }
    };
    (@new [] $($(#[$meta:meta])* $required:ident: $type:ty,)+ => $($member:ident,)*) => {
        /// With what it must have.
        $(
            #[doc = concat!("* `", stringify!($required), "`:")]
            $(#[$meta])*
        )+
        pub fn new($($required: impl Into<$type>),+) -> Self {
            Self {
                $($required: Some($required.into()),)*
                $($member: None,)*
                extra: $crate::Extra::default(),
            }
        }
    };
}

/// Setters of hand-written bodies, whose members are `Option`s.
macro_rules! setters {
    ($($(#[$meta:meta])* $member:ident: $type:ty,)*) => {$(
        $(#[$meta])*
        pub fn $member(mut self, value: impl Into<$type>) -> Self {
            self.$member = Some(value.into());
            self
        }
    )*};
}

pub(crate) use {build, setters};
