//! Events as the models of the API.

mod api;
mod note;
mod unsorted;

use serde_json::Value;

use self::api::Api;
use super::{Event, HookAction, HookEntity};
use crate::{
    ChatTemplate, Company, Contact, CustomFieldValues, Customer, Element, FieldType, Lead, Note,
    Talk, TalkMessage, Task, Timestamp, Unsorted,
};

/// Declares the conversions to the kinds of entities that have custom fields.
macro_rules! entities {
    ($($(#[$meta:meta])* $method:ident, $by:ident: $entity:ident => $model:ty;)*) => {$(
        $(#[$meta])*
        #[inline]
        pub fn $method(&self) -> Option<$model> {
            self.$by(|_| None)
        }

        #[doc = concat!("As [`", stringify!($method), "`](Self::", stringify!($method), "), with")]
        /// the types of custom fields that `type_of` knows, as for
        /// [`custom_fields_by`](Self::custom_fields_by).
        #[inline]
        pub fn $by(
            &self,
            type_of: impl Fn(&CustomFieldValues) -> Option<FieldType>,
        ) -> Option<$model> {
            if self.entity != HookEntity::$entity || self.action == HookAction::Note {
                return None;
            }
            let mut api = Api::of_entity(self);
            let fields = api.take_custom_fields().then(|| self.custom_fields_by(type_of));
            let mut found: $model = api.read("id", |found: &mut $model| &mut found.extra)?;
            found.custom_fields_values = fields.unwrap_or_default();
            Some(found)
        }
    )*};
}

/// # Events as the models of the API
///
/// Each of these methods is for events of one kind of entity; for others, and for an event
/// without an id, it is `None`. They do not fail: a member is where the model has it, under the
/// names of the API (`date_create` becomes `created_at`, `modified_user_id` `updated_by`), and
/// what the model has no member for, or what is not of its member's type, stands in `extra` under
/// the name that it has in the hook.
///
/// A webhook carries less than an answer of the API, and not everything at each event: a member
/// that is `None` says nothing of the entity. A deletion has little more than the id. No hook has
/// the group of the responsible user, the score, the closest task, the time of closing or what
/// `with` asks for; where that matters, ask the API for the entity by its id.
impl Event {
    entities! {
        /// The lead. `is_deleted` is set by deletions and restorations; the statuses, the pipeline
        /// and the responsible user before (`old_status_id`, ...) are in `extra`.
        ///
        /// A webhook does not say why a lead was lost, nor which contacts and company it has.
        ///
        /// ```
        /// use amo_core::webhook::Hook;
        /// use amo_core::{Lead, StatusId, Timestamp};
        ///
        /// fn export(lead: &Lead) -> Option<Timestamp> {
        ///     lead.created_at
        /// }
        ///
        /// let body = b"leads[status][0][id]=501&leads[status][0][status_id]=142\
        ///     &leads[status][0][old_status_id]=20&leads[status][0][date_create]=1699990000";
        /// let hook = Hook::parse(body)?;
        /// let lead = hook.events[0].lead().expect("an event of a lead");
        /// assert_eq!(lead.status_id, Some(StatusId::WON));
        /// assert_eq!(lead.extra.get("old_status_id").and_then(|id| id.as_str()), Some("20"));
        /// assert_eq!(export(&lead), Some(Timestamp::new(1_699_990_000)));
        /// # Ok::<(), amo_core::webhook::HookError>(())
        /// ```
        lead, lead_by: Lead => Lead;
        /// The contact, with the ids of its leads and its company.
        contact, contact_by: Contact => Contact;
        /// The company, with the ids of its leads.
        company, company_by: Company => Company;
        /// The customer. No sample of amoCRM's shows what such a hook carries besides the name
        /// and the next purchase.
        customer, customer_by: Customer => Customer;
        /// The element of a catalog.
        element, element_by: CatalogElement => Element;
    }

    /// The task.
    ///
    /// Hooks have the times of a task as local times of the account without their offset, which
    /// are no points in time, and only some as Unix seconds too (`complete_before`, `created_at`,
    /// `updated_at`). Where there are none, the time is `None` and the text stays in `extra`: the
    /// deadline as `complete_till_local`. [`task_by`](Self::task_by) takes the zone into account.
    #[inline]
    pub fn task(&self) -> Option<Task> {
        self.task_by(|_| None)
    }

    /// As [`task`](Self::task); `local` turns a local time of the account, such as
    /// `2024-03-01 12:00:00`, into a point in time. It is asked only where the hook has no other.
    #[inline]
    pub fn task_by(&self, local: impl Fn(&str) -> Option<Timestamp>) -> Option<Task> {
        if self.entity != HookEntity::Task {
            return None;
        }
        let mut api = Api::of_entity(self);
        api.rename("complete_till", "complete_till_local", |value| {
            super::read::whole(value).is_none().then(|| value.clone())
        });
        api.rename_whole("complete_before", "complete_till");
        let local_times = [
            ("complete_till_local", "complete_till"),
            ("date_create", "created_at"),
            ("last_modified", "updated_at"),
        ];
        for (name, into) in local_times {
            api.fill(into, name, |text| Some(local(text.as_str()?)?.as_unix_seconds().into()));
        }
        api.rename_element();
        api.rename_whole("task_type", "task_type_id");
        api.rename("status", "is_completed", |status| super::read::flag(status).map(Value::Bool));
        api.read("id", |task: &mut Task| &mut task.extra)
    }

    /// The note, of an event that tells of one.
    ///
    /// Its type is the text that the API has for the number of the hook; a number that is not
    /// known stays a number. What a call has is read out of the JSON in its text. The kind of
    /// entity that it belongs to is [`about`](Self::about); what stands beside the note in the
    /// hook is only in [`members`](Self::members).
    #[inline]
    pub fn note(&self) -> Option<Note> {
        let mut api = note::api(self.note_members()?);
        api.read("id", |note: &mut Note| &mut note.extra)
    }

    /// The talk.
    #[inline]
    pub fn talk(&self) -> Option<Talk> {
        if self.entity != HookEntity::Talk {
            return None;
        }
        let mut api = Api::new(self.members().clone());
        api.read("talk_id", |talk: &mut Talk| &mut talk.extra)
    }

    /// The message that came in or went out. The chat, the talk and the entity that it belongs to
    /// are in `extra`.
    #[inline]
    pub fn message(&self) -> Option<TalkMessage> {
        let direction = match self.entity {
            HookEntity::Message => "incoming",
            HookEntity::OutgoingMessage => "outgoing",
            _ => return None,
        };
        let mut api = Api::new(self.members().clone());
        api.put_missing("type", || direction.into());
        api.read("id", |message: &mut TalkMessage| &mut message.extra)
    }

    /// The incoming lead. What was given in by the fields of a form stands in the `extra` of its
    /// metadata, by the names of the fields; the entities that are not made yet stand in `extra`,
    /// as `data`. Whether it was accepted or declined is the text `action` in `extra`.
    #[inline]
    pub fn unsorted(&self) -> Option<Unsorted> {
        if self.entity != HookEntity::Unsorted {
            return None;
        }
        let mut api = unsorted::api(self.members());
        api.read("uid", |unsorted: &mut Unsorted| &mut unsorted.extra)
    }

    /// The template for WhatsApp that was sent to review, with its reviews.
    #[inline]
    pub fn chat_template(&self) -> Option<ChatTemplate> {
        if self.entity != HookEntity::ChatTemplateReview {
            return None;
        }
        let mut api = Api::new(self.members().clone());
        api.embed("reviews", "reviews", |reviews| reviews.is_array().then(|| reviews.clone()));
        api.read("id", |template: &mut ChatTemplate| &mut template.extra)
    }
}
