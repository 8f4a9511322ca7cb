//! The kinds of entity whose changes can be followed, and what is special to each.

use amo_core::{
    Company, CompanyFilter, CompanyOrder, CompanyWith, Contact, ContactFilter, ContactOrder,
    ContactWith, Customer, CustomerFilter, Event, EventEntityType, EventFilter, EventType,
    EventValue, Get, Lead, LeadFilter, LeadOrder, LeadWith, List, Note, NoteFilter, NoteId,
    NoteOrder, NoteParent, Task, TaskFilter, TaskId, TaskOrder, Timestamp,
};
use serde::Serialize;

/// What an event says has become of an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// It was deleted.
    Deleted,
    /// It came back out of the recycle bin.
    Restored,
    /// It was merged with another one, and the event does not say which of them is left; or it was deleted
    /// and restored in the same second. The entity itself has to be asked for.
    Unclear,
}

/// The changes of a kind of entity can be followed.
///
/// ```compile_fail
/// fn follow(client: &amo_api::Client) {
///     client.pipelines().changes(amo_core::Timestamp::new(0));
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "changes of `{Self}` cannot be followed: amoCRM does not say when one was changed"
)]
pub trait Follow: List + Get<With = <Self as List>::With> + Serialize {
    /// Whether the account must have paid for the filter.
    const PAID: bool = false;

    /// The id.
    fn own_id(&self) -> Self::Id;

    /// When it was changed last; of an event, when it happened.
    fn changed_at(&self) -> Option<Timestamp>;

    /// Those that were changed since. What happens once has an end too.
    fn since(from: Timestamp, until: Timestamp) -> Self::Filter;

    /// The order of ids, where it can be asked for.
    fn by_id() -> Option<Self::Order> {
        None
    }

    /// The order in which the newest change can be first, where it can be asked for.
    fn newest_first() -> Option<Self::Order> {
        None
    }

    /// What lists the recycle bin.
    fn bin() -> Option<<Self as List>::With> {
        None
    }

    /// Is it in the recycle bin?
    fn is_in_bin(&self) -> bool {
        false
    }

    /// The events that tell of what lists no longer show.
    fn signs(_: &Self::Scope) -> Option<EventFilter> {
        None
    }

    /// What such an event says, and of which entity.
    fn sign(_: &Event) -> Option<(Self::Id, Sign)> {
        None
    }
}

/// What cards have in common: their events, and the ids of those.
macro_rules! card {
    ($kind:ident: $filter:ident, $entity:ident, [$($event:ident is $sign:ident),*]) => {
        const PAID: bool = true;

        fn own_id(&self) -> Self::Id {
            self.id
        }

        fn changed_at(&self) -> Option<Timestamp> {
            self.updated_at
        }

        fn since(from: Timestamp, _: Timestamp) -> $filter {
            $filter::new().updated_at(from..)
        }

        fn signs((): &()) -> Option<EventFilter> {
            let kinds = [$(EventType::$event,)* EventType::EntityMerged];
            Some(EventFilter::new().entity([EventEntityType::$entity]).kind(kinds))
        }

        fn sign(event: &Event) -> Option<(Self::Id, Sign)> {
            let sign = match event.kind.as_ref()? {
                $(EventType::$event => Sign::$sign,)*
                EventType::EntityMerged => Sign::Unclear,
                _ => return None,
            };
            // Also of a server that does not heed the filter.
            let is_own = event.entity_type == Some(EventEntityType::$entity);
            Some((Self::Id::new(event.entity_id.filter(|_| is_own)?), sign))
        }
    };
}

macro_rules! with_a_bin {
    ($with:ident, $order:ident) => {
        fn by_id() -> Option<$order> {
            Some($order::Id)
        }

        fn newest_first() -> Option<$order> {
            Some($order::UpdatedAt)
        }

        fn bin() -> Option<$with> {
            Some($with::OnlyDeleted)
        }

        fn is_in_bin(&self) -> bool {
            self.is_deleted == Some(true)
        }
    };
}

impl Follow for Lead {
    card!(Lead: LeadFilter, Lead, [LeadDeleted is Deleted, LeadRestored is Restored]);
    with_a_bin!(LeadWith, LeadOrder);
}

impl Follow for Contact {
    card!(Contact: ContactFilter, Contact, [ContactDeleted is Deleted, ContactRestored is Restored]);
    with_a_bin!(ContactWith, ContactOrder);
}

impl Follow for Company {
    card!(Company: CompanyFilter, Company, [CompanyDeleted is Deleted, CompanyRestored is Restored]);
    with_a_bin!(CompanyWith, CompanyOrder);
}

/// There is no event of their restoring, and no order that the documentation names.
impl Follow for Customer {
    card!(Customer: CustomerFilter, Customer, [CustomerDeleted is Deleted]);
}

impl Follow for Task {
    fn own_id(&self) -> TaskId {
        self.id
    }

    fn changed_at(&self) -> Option<Timestamp> {
        self.updated_at
    }

    fn since(from: Timestamp, _: Timestamp) -> TaskFilter {
        TaskFilter::new().updated_at(from..)
    }

    fn by_id() -> Option<TaskOrder> {
        Some(TaskOrder::Id)
    }

    fn signs((): &()) -> Option<EventFilter> {
        Some(EventFilter::new().entity([EventEntityType::Task]).kind([EventType::TaskDeleted]))
    }

    fn sign(event: &Event) -> Option<(TaskId, Sign)> {
        let is_own = event.kind == Some(EventType::TaskDeleted);
        Some((TaskId::new(event.entity_id.filter(|_| is_own)?), Sign::Deleted))
    }
}

/// The deletion of other notes than common ones is not told.
impl Follow for Note {
    fn own_id(&self) -> NoteId {
        self.id
    }

    fn changed_at(&self) -> Option<Timestamp> {
        self.updated_at
    }

    fn since(from: Timestamp, _: Timestamp) -> NoteFilter {
        NoteFilter::new().updated_at(from..)
    }

    fn by_id() -> Option<NoteOrder> {
        Some(NoteOrder::Id)
    }

    fn newest_first() -> Option<NoteOrder> {
        Some(NoteOrder::UpdatedAt)
    }

    fn signs(parent: &NoteParent) -> Option<EventFilter> {
        let entity = match parent.kind() {
            NoteParent::Contacts => EventEntityType::Contact,
            NoteParent::Companies => EventEntityType::Company,
            NoteParent::Customers => EventEntityType::Customer,
            _ => EventEntityType::Lead,
        };
        let filter = EventFilter::new().entity([entity]).kind([EventType::CommonNoteDeleted]);
        Some(match parent.entity_id() {
            Some(id) => filter.entity_id([id]),
            None => filter,
        })
    }

    fn sign(event: &Event) -> Option<(NoteId, Sign)> {
        if event.kind != Some(EventType::CommonNoteDeleted) {
            return None;
        }
        let mut values = event.value_before.iter().chain(&event.value_after).flatten();
        // On which side the note stands is a guess, so both are looked at.
        let id = values.find_map(|value| match value {
            EventValue::Note(note) => note.id,
            _ => None,
        });
        Some((NoteId::new(id?), Sign::Deleted))
    }
}

impl Follow for Event {
    fn own_id(&self) -> Self::Id {
        self.id.clone()
    }

    fn changed_at(&self) -> Option<Timestamp> {
        self.created_at
    }

    fn since(from: Timestamp, until: Timestamp) -> EventFilter {
        EventFilter::new().created_at(from..=until)
    }
}
