//! The macro that says what a kind of entity is and what the API allows to do with it.

/// Implements [`Resource`](crate::Resource) and the capabilities of entities that can be read,
/// listed, created, updated and linked, but not deleted: contacts, companies, leads.
macro_rules! entity {
    (
        $entity:ident: $name:literal, $key:literal, $entity_type:ident;
        with $with:ident, filter $filter:ident, order $order:ident;
        new $new:ident, patch $patch:ident;
    ) => {
        impl $crate::resource::sealed::Sealed for $entity {}

        impl $crate::Resource for $entity {
            type Id = $crate::Id<Self>;
            type Scope = ();
            const NAME: &'static str = $name;
            const KEY: &'static str = $key;
            const PATH: &'static str = concat!("/api/v4/", $key);
        }

        impl $crate::Get for $entity {
            type With = $with;
        }

        impl $crate::List for $entity {
            type Filter = $filter;
            type With = $with;
            type Order = $order;
            const MAX_LIMIT: u16 = 250;
        }

        impl $crate::Create for $entity {
            type New = $new;
            type Created = $crate::Created<Self>;
        }

        impl $crate::Update for $entity {
            type Patch = $patch;
            type Updated = $crate::Updated<Self>;

            fn unchanged(id: Self::Id) -> Self::Updated {
                $crate::Updated::unchanged(id)
            }
        }

        impl $crate::Linkable for $entity {
            const ENTITY_TYPE: $crate::EntityType = $crate::EntityType::$entity_type;
        }
    };
}

pub(crate) use entity;
