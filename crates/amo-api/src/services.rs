//! The handles of all services, and what only some of them can do.

mod bots;
mod calls;
mod catalogs;
mod chats;
mod customers;
mod leads;
mod linking;
mod more;
mod tagging;
mod unsorted;
mod users;
mod webhooks;

pub use calls::{AddOrUnsorted, CallSource, CallTaken};
pub use tagging::{TagsOfMany, TagsOfOne};
pub use webhooks::{EnsureWebhook, EnsuredWebhook};

use amo_core::{
    Agent, Bot, Call, CallPopUp, Catalog, CatalogId, ChatLink, ChatTemplate, ChatTemplateId,
    Company, Contact, Currency, CustomField, CustomFieldGroup, CustomFieldGroupsOf, CustomFieldsOf,
    Customer, CustomerId, CustomerStatus, Element, EntityFile, Event, EventTypeInfo, File,
    FileOwner, FileUuid, FileVersion, Lead, LossReason, Note, NoteParent, Pipeline, PipelineId,
    Role, Segment, ShortLink, Source, Status, Subscription, SubscriptionsOf, Tag, TagsOf, Talk,
    TalkId, TalkMessage, Task, TemplateReview, Transaction, Unsorted, UnsortedCall, UnsortedForm,
    User, Webhook, WebsiteButton, Widget,
};

use crate::{Client, Entities};

/// The services. Each gives a handle; what it can do is what amoCRM allows for its kind.
impl Client {
    /// Leads: `/api/v4/leads`.
    pub fn leads(&self) -> Entities<Lead> {
        self.entities(())
    }

    /// Contacts: `/api/v4/contacts`.
    pub fn contacts(&self) -> Entities<Contact> {
        self.entities(())
    }

    /// Companies: `/api/v4/companies`.
    pub fn companies(&self) -> Entities<Company> {
        self.entities(())
    }

    /// Customers: `/api/v4/customers`. What the account's mode does not allow is refused.
    pub fn customers(&self) -> Entities<Customer> {
        self.entities(())
    }

    /// The statuses of customers: `/api/v4/customers/statuses`.
    pub fn customer_statuses(&self) -> Entities<CustomerStatus> {
        self.entities(())
    }

    /// The segments of customers: `/api/v4/customers/segments`.
    pub fn segments(&self) -> Entities<Segment> {
        self.entities(())
    }

    /// The purchases of a customer: `/api/v4/customers/{customer_id}/transactions`.
    pub fn transactions(&self, customer: CustomerId) -> Entities<Transaction> {
        self.entities(customer)
    }

    /// Catalogs, which the web interface calls lists: `/api/v4/catalogs`.
    pub fn catalogs(&self) -> Entities<Catalog> {
        self.entities(())
    }

    /// The elements of a catalog: `/api/v4/catalogs/{catalog_id}/elements`.
    pub fn elements(&self, catalog: CatalogId) -> Entities<Element> {
        self.entities(catalog)
    }

    /// Tasks: `/api/v4/tasks`.
    pub fn tasks(&self) -> Entities<Task> {
        self.entities(())
    }

    /// The notes of one entity, or of all entities of a kind: `/api/v4/{parent}/notes`.
    pub fn notes(&self, parent: impl Into<NoteParent>) -> Entities<Note> {
        self.entities(parent.into())
    }

    /// Telephone calls, which become notes of whoever has the number: `/api/v4/calls`.
    pub fn calls(&self) -> Entities<Call> {
        self.entities(())
    }

    /// The tags of a kind of entity: `/api/v4/{entity}/tags`.
    pub fn tags(&self, of: TagsOf) -> Entities<Tag> {
        self.entities(of)
    }

    /// Custom fields: `/api/v4/{entity}/custom_fields`.
    pub fn custom_fields(&self, of: CustomFieldsOf) -> Entities<CustomField> {
        self.entities(of)
    }

    /// Groups of custom fields: `/api/v4/{entity}/custom_fields/groups`.
    pub fn custom_field_groups(&self, of: CustomFieldGroupsOf) -> Entities<CustomFieldGroup> {
        self.entities(of)
    }

    /// Incoming leads: `/api/v4/leads/unsorted`.
    pub fn unsorted(&self) -> Entities<Unsorted> {
        self.entities(())
    }

    /// Incoming leads from forms, to create them: `/api/v4/leads/unsorted/forms`.
    pub fn unsorted_forms(&self) -> Entities<UnsortedForm> {
        self.entities(())
    }

    /// Incoming leads from calls, to create them: `/api/v4/leads/unsorted/sip`.
    pub fn unsorted_calls(&self) -> Entities<UnsortedCall> {
        self.entities(())
    }

    /// Pipelines of leads: `/api/v4/leads/pipelines`.
    pub fn pipelines(&self) -> Entities<Pipeline> {
        self.entities(())
    }

    /// The statuses of a pipeline: `/api/v4/leads/pipelines/{pipeline_id}/statuses`.
    pub fn statuses(&self, pipeline: PipelineId) -> Entities<Status> {
        self.entities(pipeline)
    }

    /// The reasons why leads are lost: `/api/v4/leads/loss_reasons`.
    pub fn loss_reasons(&self) -> Entities<LossReason> {
        self.entities(())
    }

    /// Sources of leads: `/api/v4/sources`.
    pub fn sources(&self) -> Entities<Source> {
        self.entities(())
    }

    /// The buttons of web sites: `/api/v4/website_buttons`.
    pub fn website_buttons(&self) -> Entities<WebsiteButton> {
        self.entities(())
    }

    /// Users: `/api/v4/users`.
    pub fn users(&self) -> Entities<User> {
        self.entities(())
    }

    /// Roles of users: `/api/v4/roles`.
    pub fn roles(&self) -> Entities<Role> {
        self.entities(())
    }

    /// What happened in the account: `/api/v4/events`.
    pub fn events(&self) -> Entities<Event> {
        self.entities(())
    }

    /// The types of events: `/api/v4/events/types`.
    pub fn event_types(&self) -> Entities<EventTypeInfo> {
        self.entities(())
    }

    /// Who is told of changes: `/api/v4/webhooks`.
    pub fn webhooks(&self) -> Entities<Webhook> {
        self.entities(())
    }

    /// Widgets: `/api/v4/widgets`.
    pub fn widgets(&self) -> Entities<Widget> {
        self.entities(())
    }

    /// Bots: `/api/v4/bots`.
    pub fn bots(&self) -> Entities<Bot> {
        self.entities(())
    }

    /// Agents of artificial intelligence: `/api/v4/amma/agents`.
    pub fn agents(&self) -> Entities<Agent> {
        self.entities(())
    }

    /// Short links, which tell who clicked: `/api/v4/short_links`.
    pub fn short_links(&self) -> Entities<ShortLink> {
        self.entities(())
    }

    /// Talks in chats: `/api/v4/talks`.
    pub fn talks(&self) -> Entities<Talk> {
        self.entities(())
    }

    /// The messages of a talk: `/api/v4/talks/{talk_id}/messages`.
    pub fn messages(&self, talk: TalkId) -> Entities<TalkMessage> {
        self.entities(talk)
    }

    /// Templates of messages: `/api/v4/chats/templates`.
    pub fn chat_templates(&self) -> Entities<ChatTemplate> {
        self.entities(())
    }

    /// The reviews of a template by WhatsApp: `/api/v4/chats/templates/{template_id}/review`.
    pub fn template_reviews(&self, template: ChatTemplateId) -> Entities<TemplateReview> {
        self.entities(template)
    }

    /// Which chats are whose: `/api/v4/contacts/chats`.
    pub fn chat_links(&self) -> Entities<ChatLink> {
        self.entities(())
    }

    /// Files, on the account's drive: `/v1.0/files`.
    pub fn files(&self) -> Entities<File> {
        self.entities(())
    }

    /// The versions of a file: `/v1.0/files/{file_uuid}/versions`.
    pub fn file_versions(&self, file: FileUuid) -> Entities<FileVersion> {
        self.entities(file)
    }

    /// The files of an entity: `/api/v4/{entity}/{entity_id}/files`.
    pub fn entity_files(&self, owner: impl Into<FileOwner>) -> Entities<EntityFile> {
        self.entities(owner.into())
    }

    /// Who follows a lead or a customer: `/api/v4/{entity}/{entity_id}/subscriptions`.
    pub fn subscriptions(&self, of: impl Into<SubscriptionsOf>) -> Entities<Subscription> {
        self.entities(of.into())
    }

    /// The currencies that fields can have: `/api/v4/currencies`.
    pub fn currencies(&self) -> Entities<Currency> {
        self.entities(())
    }

    /// Pop-ups about calls, which users see while the phone rings: `/api/v2/events/`.
    pub fn call_pop_ups(&self) -> Entities<CallPopUp> {
        self.entities(())
    }
}
