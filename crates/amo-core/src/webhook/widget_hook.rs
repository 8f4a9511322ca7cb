//! What a trigger of the digital pipeline posts to the widget that stands in it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::body::{self, Notation};
use super::event::kind;
use super::limits::{HookError, Limits};
use super::{key, read};
use crate::open_enum::open_enum;
use crate::{AccountId, CustomerId, EntityType, LeadId, PipelineId, StatusId, Timestamp};

open_enum! {
    /// Why a trigger of the digital pipeline called a widget.
    pub enum WidgetEvent {
        /// A lead was added.
        LeadAdded = "lead_added",
        /// A lead came into another status.
        LeadStatusChanged = "lead_status_changed",
        /// A lead came into another status within an action that spans several.
        LeadAppearedInStatus = "lead_appeared_in_status",
        /// An e-mail came in.
        MailIn = "mail_in",
        /// A call came in.
        CallIn = "call_in",
        /// The site was visited.
        SiteVisit = "site_visit",
        /// A message came in a chat.
        Chat = "chat",
        /// A customer was added.
        CustomerAdded = "customer_added",
        /// A customer came into another period.
        CustomerPeriodChanged = "customer_period_changed",
        /// A customer came into another period within an action that spans several.
        CustomerAppearedInPeriod = "customer_appeared_in_period",
    }
}

impl WidgetEvent {
    const NUMBERS: [(i64, Self); 10] = [
        (1, Self::LeadAdded),
        (14, Self::LeadStatusChanged),
        (15, Self::LeadAppearedInStatus),
        (16, Self::MailIn),
        (17, Self::CallIn),
        (18, Self::SiteVisit),
        (19, Self::Chat),
        (20, Self::CustomerAdded),
        (21, Self::CustomerPeriodChanged),
        (22, Self::CustomerAppearedInPeriod),
    ];

    /// The event with this number (`event[type]`), if it is known.
    pub fn from_number(number: i64) -> Option<Self> {
        let mut known = Self::NUMBERS.into_iter();
        known.find(|(known, _)| *known == number).map(|(_, event)| event)
    }

    /// The number of the event, if it is known.
    pub fn number(&self) -> Option<i64> {
        let mut known = Self::NUMBERS.into_iter();
        known.find(|(_, known)| known == self).map(|(number, _)| number)
    }
}

open_enum! {
    /// How a lead moved, seen from the statuses that a widget's action spans. The last two are
    /// there only for widgets whose action may span several (`action_multiple`).
    pub enum Movement {
        /// Into them from elsewhere.
        To = "went_to_trigger",
        /// From one of them to another.
        Within = "went_in_trigger",
        /// Out of them.
        From = "went_from_trigger",
    }
}

/// What a trigger of the digital pipeline posts to the `dp.webhook_url` of a widget's manifest.
///
/// A member that is missing or is not what it should be is `None`; [`members`](Self::members) has
/// all that was posted. It can be printed as JSON and read back, so that it can wait in a queue.
///
/// ```
/// use amo_core::LeadId;
/// use amo_core::webhook::{WidgetEvent, WidgetHook};
///
/// let body = b"event[type]=14&event[type_code]=lead_status_changed&event[data][id]=501\
///     &event[data][element_type]=2&action[settings][widget][settings][text]=Hello\
///     &subdomain=demo&account_id=1";
/// let hook = WidgetHook::parse(body)?;
/// assert_eq!(hook.event(), Some(WidgetEvent::LeadStatusChanged));
/// assert_eq!(hook.lead_id(), Some(LeadId::new(501)));
/// assert_eq!(hook.settings().and_then(|all| all.get("text")?.as_str()), Some("Hello"));
/// # Ok::<(), amo_core::webhook::HookError>(())
/// ```
///
/// Source: <https://www.amocrm.ru/developers/content/digital_pipeline/widgets>.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WidgetHook {
    members: Map<String, Value>,
}

impl WidgetHook {
    /// Parses the post, a form or JSON, within the default [`Limits`]. Values of JSON stay as
    /// they came; a form has only texts.
    ///
    /// # Errors
    ///
    /// [`HookError`] if the body is over a limit, starts as JSON and is none, or has no `event`.
    pub fn parse(body: &[u8]) -> Result<Self, HookError> {
        Self::parse_within(Limits::default(), body)
    }

    pub(super) fn parse_within(limits: Limits, body: &[u8]) -> Result<Self, HookError> {
        let members = body::read(body, limits, Notation::AsItCame)?;
        if members.get("event").is_some_and(Value::is_object) {
            Ok(Self { members })
        } else {
            Err(HookError::OtherKind { kind: "post of a widget's trigger", member: "event" })
        }
    }

    /// All that was posted.
    pub const fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// What happened: by its code, or by its number if there is no code.
    pub fn event(&self) -> Option<WidgetEvent> {
        let code =
            self.in_event("type_code").and_then(Value::as_str).filter(|code| !code.is_empty());
        let by_number = || WidgetEvent::from_number(self.event_number()?);
        code.map(WidgetEvent::from).or_else(by_number)
    }

    /// The number of what happened, `event[type]`.
    pub fn event_number(&self) -> Option<i64> {
        read::whole(self.in_event("type")?)
    }

    /// When it happened.
    pub fn time(&self) -> Option<Timestamp> {
        read::time(self.in_event("time")?)
    }

    /// The kind of the entity that it happened to: a lead or a customer.
    pub fn entity_type(&self) -> Option<EntityType> {
        kind(self.data()?)
    }

    /// The id of that entity.
    pub fn entity_id(&self) -> Option<i64> {
        self.number("id")
    }

    /// The lead that it happened to.
    pub fn lead_id(&self) -> Option<LeadId> {
        let is_lead = self.entity_type() == Some(EntityType::Leads);
        self.entity_id().filter(|_| is_lead).map(LeadId::new)
    }

    /// The customer that it happened to.
    pub fn customer_id(&self) -> Option<CustomerId> {
        let is_customer = self.entity_type() == Some(EntityType::Customers);
        self.entity_id().filter(|_| is_customer).map(CustomerId::new)
    }

    /// The status of the lead; of a customer, the number of the status or period.
    pub fn status_id(&self) -> Option<StatusId> {
        self.number("status_id").map(StatusId::new)
    }

    /// The pipeline of the lead.
    pub fn pipeline_id(&self) -> Option<PipelineId> {
        self.number("pipeline_id").map(PipelineId::new)
    }

    /// How a lead moved.
    pub fn movement(&self) -> Option<Movement> {
        self.data()?.get("direction_of_movement")?.as_str().map(Movement::from)
    }

    /// What the user set in the trigger, by the widget's own names.
    pub fn settings(&self) -> Option<&Map<String, Value>> {
        let widget = self.members.get("action")?.get("settings")?.get("widget")?;
        widget.get("settings")?.as_object()
    }

    /// The first part of the account's host name.
    pub fn subdomain(&self) -> Option<&str> {
        self.members.get("subdomain")?.as_str()
    }

    /// The account.
    pub fn account_id(&self) -> Option<AccountId> {
        self.members.get("account_id").and_then(read::whole).map(AccountId::new)
    }

    /// A key for dropping repetitions, as [`Event::key`](super::Event::key); it includes the
    /// account and the time.
    pub fn key(&self) -> String {
        key::of("widget", "", &self.members)
    }

    fn in_event(&self, name: &str) -> Option<&Value> {
        self.members.get("event")?.get(name)
    }

    fn data(&self) -> Option<&Map<String, Value>> {
        self.in_event("data")?.as_object()
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.data()?.get(name).and_then(read::whole)
    }
}
