//! Numbers of which some have a meaning: any other is kept as it is.

/// Declares a number with a constant for each that has a name.
macro_rules! open_number {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $($(#[$number_meta:meta])* $constant:ident = $number:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        pub struct $name(i64);

        impl $name {
            $($(#[$number_meta])* pub const $constant: Self = Self($number);)*

            /// The one with this number.
            pub const fn new(number: i64) -> Self {
                Self(number)
            }

            /// The number on the wire.
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::lenient::Whole::deserialize(deserializer).map(|number| Self(number.0))
            }
        }

        $crate::member::always_printed! { [] $name: serde::Deserialize::deserialize; }
    };
}

pub(crate) use open_number;
