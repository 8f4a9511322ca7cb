//! One event of a webhook.

use serde::de::IntoDeserializer;
use serde::de::value::Error as PlainError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{key, read, tree};
use crate::open_enum::open_enum;
use crate::{
    AccountId, Amount, Author, CatalogId, CompanyId, ContactId, CustomerId, EntityType, LeadId,
    PipelineId, StatusId, Tag, Timestamp, UserId, WebhookEvent,
};

open_enum! {
    /// What an event happened to, named as in the names of subscriptions (`add_lead`).
    pub enum HookEntity {
        /// A lead.
        Lead = "lead" | "leads",
        /// A contact.
        Contact = "contact" | "contacts",
        /// A company; hooks have it among the contacts.
        Company = "company" | "companies",
        /// A customer.
        Customer = "customer" | "customers",
        /// A task.
        Task = "task" | "tasks",
        /// A talk.
        Talk = "talk" | "talks",
        /// A message that came in.
        Message = "message" | "messages",
        /// A message that went out.
        OutgoingMessage = "outgoing_message" | "outgoing_messages",
        /// An incoming lead.
        Unsorted = "unsorted",
        /// An element of a catalog.
        CatalogElement = "catalog_element" | "catalogs" | "catalog",
        /// The review of a template for `WhatsApp` messages.
        ChatTemplateReview = "chat_template_review" | "chat_template_reviews",
    }
}

open_enum! {
    /// What happened.
    pub enum HookAction {
        /// It was made, or it came.
        Add = "add",
        /// It was changed.
        Update = "update",
        /// It was deleted; an incoming lead also when it was accepted or declined.
        Delete = "delete",
        /// It was restored.
        Restore = "restore",
        /// A lead came into another status.
        Status = "status",
        /// Somebody else became responsible.
        Responsible = "responsible",
        /// It got a note.
        Note = "note",
        /// A trigger of the digital pipeline: a call came in.
        CallIn = "call_in",
        /// A trigger of the digital pipeline: a message in a chat.
        Chat = "chat",
        /// A trigger of the digital pipeline: the site was visited.
        SiteVisit = "site_visit",
        /// A trigger of the digital pipeline: an e-mail came in.
        MailIn = "mail_in",
        /// A trigger of the digital pipeline: a customer came into another period.
        Period = "period",
    }
}

/// Something that happened, as a webhook tells it.
///
/// The methods read what many events have in common; a member that is missing or is not what it
/// should be is `None`. [`members`](Event::members) has all of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// What it happened to.
    pub entity: HookEntity,
    /// What happened.
    pub action: HookAction,
    /// All that the hook says of it.
    members: Map<String, Value>,
}

/// Declares methods that read one member, which has other names in some hooks.
macro_rules! members {
    ($($(#[$meta:meta])* $method:ident: $type:ty = $($name:literal)|+ => $read:expr;)*) => {$(
        $(#[$meta])*
        pub fn $method(&self) -> Option<$type> {
            [$($name),+].into_iter().find_map(|name| self.get(name).and_then($read))
        }
    )*};
}

impl Event {
    /// An event out of an element of a hook. A bare value is the id of what was deleted.
    pub(super) fn new(entity: HookEntity, action: HookAction, element: Value) -> Self {
        let members = match element {
            Value::Object(members) => members,
            bare => {
                let name = if entity == HookEntity::Unsorted { "uid" } else { "id" };
                Map::from_iter([(name.to_owned(), bare)])
            }
        };
        let mut event = Self { entity, action, members };
        if event.entity == HookEntity::Contact && event.is_about_company() {
            event.entity = HookEntity::Company;
        }
        event
    }

    fn is_about_company(&self) -> bool {
        self.text("type") == Some("company")
            || self.note_members().is_some_and(|note| kind(note) == Some(EntityType::Companies))
    }

    /// All that the hook says of the event, in the shapes of the hook: objects, lists and texts.
    pub const fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// The note of an event that tells of one; it stands a level deeper than the members of
    /// other events.
    pub(super) fn note_members(&self) -> Option<&Map<String, Value>> {
        if self.action == HookAction::Note { self.members.get("note")?.as_object() } else { None }
    }

    /// A member; of the note if the event tells of a note.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let note = self.note_members().and_then(|note| note.get(name));
        note.or_else(|| self.members.get(name))
    }

    /// A member that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// A member that is a whole number.
    pub fn whole(&self, name: &str) -> Option<i64> {
        self.get(name).and_then(read::whole)
    }

    /// A member that is yes or no.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.get(name).and_then(read::flag)
    }

    /// A member that is a point in time. The local times of tasks (`2024-03-01 12:00:00`) are
    /// none, as the hook does not say of which zone they are; they are [`text`](Event::text).
    pub fn time(&self, name: &str) -> Option<Timestamp> {
        self.get(name).and_then(read::time)
    }

    /// A key for dropping repetitions: 32 hexadecimal digits, the same for the same event on
    /// every machine, in any order of its members, as a form and as JSON.
    ///
    /// It tells apart any two events that differ in anything but null and empty lists. It does
    /// not include the account: events of several accounts need the account's id beside it. It is
    /// no protection against somebody who makes up events with the same key.
    ///
    /// Remember a key for two hours: amoCRM's last try comes 95 minutes after the first. Not much
    /// longer: what has no time among its members, such as a deletion, may truly happen again.
    /// Events of [triggers](Self::is_trigger) have none either and are sent only once: two equal
    /// ones are two calls of the same client, not a repetition.
    pub fn key(&self) -> String {
        key::of(self.entity.as_str(), self.action.as_str(), &self.members)
    }

    /// The subscription that asks for such events: [`WebhookEvent::StatusLead`]. `None` for those
    /// of [triggers](Self::is_trigger), and where no name of a subscription is known, as for
    /// elements of catalogs.
    pub fn setting(&self) -> Option<WebhookEvent> {
        let name = format!("{}_{}", self.action, self.entity);
        let known = WebhookEvent::from(name.as_str());
        (!self.is_trigger() && !matches!(known, WebhookEvent::Other(_))).then_some(known)
    }

    /// Whether it comes from the trigger "API: send webhook" of the digital pipeline and not from
    /// a subscription.
    ///
    /// Both post a changed status as `leads[status]`. It is taken for that of a trigger if it
    /// has nothing but the ids of the lead, its statuses and its pipelines.
    pub fn is_trigger(&self) -> bool {
        const IDS: [&str; 5] =
            ["id", "status_id", "pipeline_id", "old_status_id", "old_pipeline_id"];
        match self.action {
            HookAction::CallIn
            | HookAction::Chat
            | HookAction::SiteVisit
            | HookAction::MailIn
            | HookAction::Period => true,
            HookAction::Status => self.members.keys().all(|name| IDS.contains(&name.as_str())),
            _ => false,
        }
    }

    members! {
        /// The id of what it happened to, of the note if the event tells of one. Messages have
        /// text ids and incoming leads a `uid`: see [`text`](Event::text).
        id: i64 = "id" => read::whole;
        /// The name.
        name: &str = "name" => Value::as_str;
        /// The account.
        account_id: AccountId = "account_id" => |value| read::whole(value).map(AccountId::new);
        /// The price of a lead, the next price of a customer.
        price: Amount = "price" | "next_price" => amount;
        /// The status.
        status_id: StatusId = "status_id" => |value| read::whole(value).map(StatusId::new);
        /// The status before.
        old_status_id: StatusId = "old_status_id" =>
            |value| read::whole(value).map(StatusId::new);
        /// The pipeline.
        pipeline_id: PipelineId = "pipeline_id" => |value| read::whole(value).map(PipelineId::new);
        /// The pipeline before, if it is another one.
        old_pipeline_id: PipelineId = "old_pipeline_id" =>
            |value| read::whole(value).map(PipelineId::new);
        /// The period of a customer.
        period_id: i64 = "period_id" => read::whole;
        /// The period before.
        old_period_id: i64 = "old_period_id" => read::whole;
        /// Who is responsible.
        responsible_user_id: UserId = "responsible_user_id" | "main_user_id" =>
            |value| read::whole(value).map(UserId::new);
        /// Who was responsible before.
        old_responsible_user_id: UserId = "old_responsible_user_id" =>
            |value| read::whole(value).map(UserId::new);
        /// Who made it.
        created_by: Author = "created_user_id" | "created_by" => author;
        /// Who changed it.
        modified_by: Author = "modified_user_id" | "modified_by" | "updated_by" => author;
        /// When it was made.
        created_at: Timestamp = "created_at" | "date_create" => read::time;
        /// When it was changed last.
        last_modified: Timestamp = "last_modified" | "updated_at" | "timestamp_x" => read::time;
        /// The catalog of an element.
        catalog_id: CatalogId = "catalog_id" => |value| read::whole(value).map(CatalogId::new);
    }

    /// The tags.
    pub fn tags(&self) -> Vec<Tag> {
        let tags = self.get("tags").map(tree::list).unwrap_or_default();
        let tags = tags.into_iter().filter_map(|tag| match tag {
            Value::String(name) => Some(Tag::new(name.as_str())),
            tag => Tag::deserialize(tag).ok(),
        });
        tags.collect()
    }

    /// The leads of a contact or a company.
    pub fn linked_leads(&self) -> Vec<LeadId> {
        let links = self.get("linked_leads_id").map(tree::list).unwrap_or_default();
        let ids = links.into_iter().filter_map(|link| read::whole(link.get("ID").unwrap_or(link)));
        ids.map(LeadId::new).collect()
    }

    /// The entity that the event is about, with its id: the lead itself; that of the note, the
    /// task, the talk or the message.
    pub fn about(&self) -> Option<(EntityType, i64)> {
        let itself = match self.entity {
            HookEntity::Lead => Some(EntityType::Leads),
            HookEntity::Contact => Some(EntityType::Contacts),
            HookEntity::Company => Some(EntityType::Companies),
            HookEntity::Customer => Some(EntityType::Customers),
            HookEntity::CatalogElement => Some(EntityType::CatalogElements),
            _ => None,
        };
        let outer = || self.members.get("id").and_then(read::whole);
        match (itself, self.note_members()) {
            (Some(kind), None) => Some((kind, outer()?)),
            (itself, Some(note)) => Some((itself?, element(note).or_else(outer)?)),
            (None, None) => Some((kind(&self.members)?, element(&self.members)?)),
        }
    }

    fn about_a(&self, kind: &EntityType) -> Option<i64> {
        self.about().filter(|(found, _)| found == kind).map(|(_, id)| id)
    }

    /// The lead that the event is about.
    pub fn lead_id(&self) -> Option<LeadId> {
        self.about_a(&EntityType::Leads).map(LeadId::new)
    }

    /// The contact that the event is about.
    pub fn contact_id(&self) -> Option<ContactId> {
        self.about_a(&EntityType::Contacts).map(ContactId::new)
    }

    /// The company that the event is about.
    pub fn company_id(&self) -> Option<CompanyId> {
        self.about_a(&EntityType::Companies).map(CompanyId::new)
    }

    /// The customer that the event is about.
    pub fn customer_id(&self) -> Option<CustomerId> {
        self.about_a(&EntityType::Customers).map(CustomerId::new)
    }
}

/// The kind of entity that a note, a task, a talk or a message belongs to, by its name or by the
/// number that older parts of amoCRM have for it.
pub(super) fn kind(members: &Map<String, Value>) -> Option<EntityType> {
    let mut names = ["entity_type", "element_type"].into_iter();
    names.find_map(|name| kind_of(members.get(name)?))
}

pub(super) fn kind_of(value: &Value) -> Option<EntityType> {
    match (read::whole(value), value.as_str()) {
        (Some(1), _) => Some(EntityType::Contacts),
        (Some(2), _) => Some(EntityType::Leads),
        (Some(3), _) => Some(EntityType::Companies),
        (Some(12), _) => Some(EntityType::Customers),
        (Some(0), _) | (None, None | Some("")) => None,
        (Some(other), _) => Some(EntityType::Other(other.to_string())),
        (None, Some(name)) => Some(EntityType::from(name)),
    }
}

/// The id of that entity.
fn element(members: &Map<String, Value>) -> Option<i64> {
    let mut names = ["entity_id", "element_id"].into_iter();
    names.find_map(|name| members.get(name).and_then(read::whole)).filter(|id| *id != 0)
}

fn author(value: &Value) -> Option<Author> {
    read::whole(value).map(|id| Author::from(UserId::new(id)))
}

fn amount(value: &Value) -> Option<Amount> {
    let text = IntoDeserializer::<PlainError>::into_deserializer(value.as_str()?.trim());
    Amount::deserialize(text).ok()
}
