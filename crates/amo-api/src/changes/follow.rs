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

/// The events that tell of what a list no longer shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signs {
    /// Of this kind of entity.
    pub(super) entity: EventEntityType,
    /// Only of this one.
    pub(super) of: Option<i64>,
    /// Of these types.
    pub(super) kinds: Vec<EventType>,
}

impl Signs {
    fn new(entity: EventEntityType, kinds: impl Into<Vec<EventType>>) -> Self {
        Self { entity, of: None, kinds: kinds.into() }
    }

    /// Is it one of them? Others come when several lists are followed, and where a filter is not heeded.
    pub(super) fn have(&self, event: &Event) -> bool {
        event.entity_type.as_ref() == Some(&self.entity)
            && self.of.is_none_or(|id| event.entity_id == Some(id))
            && event.kind.as_ref().is_some_and(|kind| self.kinds.contains(kind))
    }

    /// What is asked for to get all of these.
    pub(super) fn filter(all: &[Self]) -> EventFilter {
        let mut entities: Vec<EventEntityType> = Vec::new();
        let mut kinds: Vec<EventType> = Vec::new();
        for signs in all {
            if !entities.contains(&signs.entity) {
                entities.push(signs.entity.clone());
            }
            let more = signs.kinds.iter().filter(|kind| !kinds.contains(kind)).cloned();
            let more: Vec<_> = more.collect();
            kinds.extend(more);
        }
        let filter = EventFilter::new().entity(entities).kind(kinds);
        match all {
            [Self { of: Some(id), .. }] => filter.entity_id([*id]),
            _ => filter,
        }
    }
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
    fn signs(_: &Self::Scope) -> Option<Signs> {
        None
    }

    /// What such an event says, and of which entity of this kind.
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

        fn signs((): &()) -> Option<Signs> {
            let kinds = [$(EventType::$event,)* EventType::EntityMerged];
            Some(Signs::new(EventEntityType::$entity, kinds))
        }

        fn sign(event: &Event) -> Option<(Self::Id, Sign)> {
            let sign = match event.kind.as_ref()? {
                $(EventType::$event => Sign::$sign,)*
                EventType::EntityMerged => Sign::Unclear,
                _ => return None,
            };
            Some((Self::Id::new(event.entity_id?), sign))
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

    fn signs((): &()) -> Option<Signs> {
        Some(Signs::new(EventEntityType::Task, [EventType::TaskDeleted]))
    }

    fn sign(event: &Event) -> Option<(TaskId, Sign)> {
        Some((TaskId::new(event.entity_id?), Sign::Deleted))
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

    fn signs(parent: &NoteParent) -> Option<Signs> {
        let entity = match parent.kind() {
            NoteParent::Contacts => EventEntityType::Contact,
            NoteParent::Companies => EventEntityType::Company,
            NoteParent::Customers => EventEntityType::Customer,
            _ => EventEntityType::Lead,
        };
        let signs = Signs::new(entity, [EventType::CommonNoteDeleted]);
        Some(Signs { of: parent.entity_id(), ..signs })
    }

    fn sign(event: &Event) -> Option<(NoteId, Sign)> {
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
