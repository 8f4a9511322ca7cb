//! One value before or after an event: an object whose only member says what it is.

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::member::always_printed;
use crate::{
    EventCustomerStatus, EventFieldValue, EventHelpbot, EventLeadStatus, EventLink, EventLtv,
    EventMessage, EventName, EventNote, EventNps, EventResponsibleUser, EventSale, EventTag,
    EventTask, EventTaskDeadline, EventTaskType, EventTransaction,
};

/// Declares the variants by their keys.
macro_rules! event_value {
    ($($(#[$meta:meta])* $variant:ident($type:ty) = $key:literal,)*) => {
        /// A value that an event changed, or what it is about.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum EventValue {
            $($(#[$meta])* $variant($type),)*
            /// One that this library does not know, as the server sent it.
            Other(Value),
        }

        impl EventValue {
            // Compiled where it is used; see `model!`.
            #[inline]
            fn from_json(value: Value) -> Self {
                let Some((key, inner)) = only_member(&value) else { return Self::Other(value) };
                let known = match key {
                    $($key => <$type>::deserialize(inner).ok().map(Self::$variant),)*
                    _ => None,
                };
                // What does not fit its key stays as it is, so that nothing of it is lost.
                known.unwrap_or(Self::Other(value))
            }
        }

        impl Serialize for EventValue {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if let Self::Other(value) = self {
                    return value.serialize(serializer);
                }
                let mut map = serializer.serialize_map(Some(1))?;
                match self {
                    $(Self::$variant(inner) => map.serialize_entry($key, inner)?,)*
                    Self::Other(_) => {}
                }
                map.end()
            }
        }
    };
}

event_value! {
    /// A note.
    Note(EventNote) = "note",
    /// A status of a lead.
    LeadStatus(EventLeadStatus) = "lead_status",
    /// A status of a customer.
    CustomerStatus(EventCustomerStatus) = "customer_status",
    /// Who is responsible.
    ResponsibleUser(EventResponsibleUser) = "responsible_user",
    /// One value of a custom field.
    CustomFieldValue(EventFieldValue) = "custom_field_value",
    /// The text of a task.
    Task(EventTask) = "task",
    /// The kind of a task.
    TaskType(EventTaskType) = "task_type",
    /// Until when a task is to be done.
    TaskDeadline(EventTaskDeadline) = "task_deadline",
    /// A tag.
    Tag(EventTag) = "tag",
    /// A link that was made.
    Link(EventLink) = "link",
    /// A link that was undone; some events of this kind say it as [`EventValue::Link`].
    Unlink(EventLink) = "unlink",
    /// The bot of typical questions.
    Helpbot(EventHelpbot) = "helpbot",
    /// A purchase.
    Transaction(EventTransaction) = "transaction",
    /// A mark that a client gave.
    Nps(EventNps) = "nps",
    /// A message of a chat.
    Message(EventMessage) = "message",
    /// The budget.
    Sale(EventSale) = "sale_field_value",
    /// The name.
    Name(EventName) = "name_field_value",
    /// The sum of purchases.
    Ltv(EventLtv) = "ltv_field_value",
}

/// The name and the value of an object's only member, if that is an object too.
fn only_member(value: &Value) -> Option<(&str, &Value)> {
    let mut members = value.as_object()?.iter();
    match (members.next(), members.next()) {
        (Some((key, inner)), None) if inner.is_object() => Some((key, inner)),
        _ => None,
    }
}

impl<'de> Deserialize<'de> for EventValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from_json)
    }
}

always_printed! { [] EventValue: Deserialize::deserialize, null Self::Other(Value::Null); }
