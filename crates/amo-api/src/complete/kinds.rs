//! What a complete walk needs to know of a kind of entity.

use amo_core::{Company, Contact, Customer, EventEntityType, EventType, Lead, List, Timestamp};

/// A kind of entity whose list can be walked [completely](crate::ApiCall::complete): it can be filtered by
/// the time of creation, and deletions leave events.
#[diagnostic::on_unimplemented(
    message = "amoCRM cannot tell of `{Self}` when they were created and deleted; walk by `items`"
)]
pub trait Completable: List {
    /// The id as a number.
    #[doc(hidden)]
    fn number(&self) -> i64;
    /// When it was created.
    #[doc(hidden)]
    fn created(&self) -> Option<Timestamp>;
    /// Can the list be ordered by the ids?
    #[doc(hidden)]
    const HAS_ORDER: bool;
    /// What it is called in events.
    #[doc(hidden)]
    const IN_EVENTS: EventEntityType;
    /// What moves others of its kind from page to page.
    #[doc(hidden)]
    const MOVES: &'static [EventType];
}

macro_rules! completable {
    ($($entity:ident, order: $order:literal, moved by: $($event:ident),+;)+) => {$(
        impl Completable for $entity {
            fn number(&self) -> i64 {
                self.id.get()
            }

            fn created(&self) -> Option<Timestamp> {
                self.created_at
            }

            const HAS_ORDER: bool = $order;
            const IN_EVENTS: EventEntityType = EventEntityType::$entity;
            const MOVES: &'static [EventType] = &[$(EventType::$event),+];
        }
    )+};
}

completable! {
    Lead, order: true, moved by: LeadDeleted, LeadRestored, EntityMerged;
    Contact, order: true, moved by: ContactDeleted, ContactRestored, EntityMerged;
    Company, order: true, moved by: CompanyDeleted, CompanyRestored, EntityMerged;
    // Nobody says in which order they come, so that new ones may come first.
    Customer, order: false, moved by: CustomerAdded, CustomerDeleted, EntityMerged;
}
