//! The posts that amoCRM sends to a server: webhooks, triggers of the digital pipeline, bots.
//!
//! amoCRM posts what happened as a form with the bracketed keys of PHP, and not in the shapes of
//! the API: `custom_fields` instead of `custom_fields_values`, companies among the contacts,
//! everything as text. Here bytes become [`Event`]s, and events the models of the API:
//! [`Event::lead`] gives the [`Lead`](crate::Lead) that the rest of a program works with.
//!
//! # Which door
//!
//! | who posts | door |
//! |---|---|
//! | a webhook of the account ([`Webhook`](crate::Webhook), subscribed through the API or by hand) | [`Hook::parse`] |
//! | the trigger "API: send webhook" of the digital pipeline; [`Event::is_trigger`] tells it apart | [`Hook::parse`] |
//! | a trigger with a widget, to the `dp.webhook_url` of its manifest | [`WidgetHook::parse`] |
//! | the step `widget_request` of Salesbot | [`WidgetRequest::parse`] |
//!
//! All of them read a form or JSON by what the body looks like, whatever its content type says,
//! within the same [`Limits`]. They take the keys in any order, and what real posts get wrong:
//! escaped ampersands, missing and doubled indexes, bytes that are no UTF-8. What they do not know
//! is kept and never an error. Give each kind of post an address of its own.
//!
//! # A handler
//!
//! A webhook is not signed. Who may send one is known by a secret in the address that was
//! subscribed, and the account by [`HookAccount::id`]; a hook that names no account is of the one
//! whose address it is.
//!
//! amoCRM waits two seconds for the answer. Any status from 100 to 299 will do; after any other or
//! none it posts the same again, four times within 95 minutes, and switches the webhook off after
//! more than 100 failures in two hours. So answer first and work later; and drop what
//! [`Event::key`] was there before. Whatever server it is, it hands over bytes and takes a status:
//!
//! ```
//! use std::collections::{HashMap, VecDeque};
//!
//! use amo_core::webhook::{Event, Hook, HookAction};
//! use amo_core::{LeadId, Timestamp};
//!
//! /// In a real program: a table and a queue that outlive it. A `Hook` and an `Event` can be
//! /// printed as JSON and read back.
//! #[derive(Default)]
//! struct Inbox {
//!     seen: HashMap<String, Timestamp>,
//!     queue: VecDeque<Event>,
//! }
//!
//! /// Gives the status to answer with; does nothing that takes time.
//! fn receive(inbox: &mut Inbox, secret: &str, body: &[u8], now: Timestamp) -> u16 {
//!     if secret != "the one of the address that was subscribed" {
//!         return 404;
//!     }
//!     // It is over the limits, or broken JSON: amoCRM sends neither.
//!     let Ok(hook) = Hook::parse(body) else { return 400 };
//!     let two_hours_ago = now.as_unix_seconds() - 2 * 60 * 60;
//!     inbox.seen.retain(|_, at| at.as_unix_seconds() > two_hours_ago);
//!     for event in hook.events {
//!         // Triggers are posted once: two equal calls are two calls.
//!         if event.is_trigger() || inbox.seen.insert(event.key(), now).is_none() {
//!             inbox.queue.push_back(event);
//!         }
//!     }
//!     200
//! }
//!
//! /// Called by a worker, in its own time.
//! fn work(event: &Event) -> Option<LeadId> {
//!     if event.action == HookAction::Delete {
//!         return None;
//!     }
//!     // The model of the API, though not all of its members: `client.leads().get(id)` has all.
//!     let lead = event.lead()?;
//!     Some(lead.id)
//! }
//!
//! let mut inbox = Inbox::default();
//! let body = b"leads[add][0][id]=501&leads[add][0][name]=Deal&account[id]=1";
//! let (secret, now) = ("the one of the address that was subscribed", Timestamp::new(1_700_000_000));
//! assert_eq!(receive(&mut inbox, secret, body, now), 200);
//! assert_eq!(receive(&mut inbox, secret, body, now), 200, "the same again");
//! let events: Vec<_> = inbox.queue.iter().map(work).collect();
//! assert_eq!(events, [Some(LeadId::new(501))]);
//! assert_eq!(receive(&mut inbox, "a guess", body, now), 404);
//! ```
//!
//! An event does not say who is right: the entity may have changed since, and events may arrive in
//! another order than they happened. Where that matters, take the id and ask the API. A change that
//! a program makes through the API comes back as a webhook too; [`Event::modified_by`] says whose
//! it is, and `Client::whose` of `amo-api` knows what the client itself has written.
//!
//! Sources: <https://www.amocrm.ru/developers/content/crm_platform/webhooks-format>,
//! <https://www.amocrm.ru/developers/content/digital_pipeline/webhooks>.

mod body;
mod convert;
mod event;
mod fields;
mod form;
mod json;
mod key;
mod limits;
mod read;
mod tree;
mod widget_hook;
mod widget_request;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use event::{Event, HookAction, HookEntity};
pub use limits::{HookError, Limits};
pub use widget_hook::{Movement, WidgetEvent, WidgetHook};
pub use widget_request::{BotToken, WidgetRequest};

use crate::{AccountId, Extra};
use body::Notation;

/// The longest name of an entity or an action, in bytes; each event has a copy of it, so that a
/// long one in JSON, which has it once for many events, would take very much memory.
const LONGEST_NAME: usize = 64;

/// One webhook: what happened, and in which account.
///
/// It can be printed as JSON and read back, so that it can wait in a queue.
///
/// ```
/// use amo_core::webhook::{Hook, HookAction, HookEntity};
/// use amo_core::{LeadId, StatusId};
///
/// let body = b"leads[status][0][id]=501&leads[status][0][status_id]=142\
///     &leads[status][0][old_status_id]=20&account[id]=1&account[subdomain]=demo";
/// let hook = Hook::parse(body)?;
/// for event in &hook.events {
///     assert_eq!((&event.entity, &event.action), (&HookEntity::Lead, &HookAction::Status));
///     assert_eq!(event.lead_id(), Some(LeadId::new(501)));
///     assert_eq!(event.status_id(), Some(StatusId::WON));
/// }
/// # Ok::<(), amo_core::webhook::HookError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Hook {
    /// The account, if the hook names it.
    pub account: Option<HookAccount>,
    /// What happened: by kind of entity, by action, then in the order of the hook.
    pub events: Vec<Event>,
    /// What is neither the account nor events.
    pub extra: Extra,
}

impl Hook {
    /// Parses the body of a webhook within the default [`Limits`].
    ///
    /// It is read as JSON if it starts as a JSON object and as a form otherwise, whatever its
    /// content type says. Numbers and truth values of JSON become the texts of the form. Text that
    /// is no UTF-8 gets replacement characters. A body without events is no error.
    ///
    /// # Errors
    ///
    /// [`HookError`] if the body is over a limit, or starts as JSON and is none.
    pub fn parse(body: &[u8]) -> Result<Self, HookError> {
        Self::parse_within(Limits::default(), body)
    }

    fn parse_within(limits: Limits, body: &[u8]) -> Result<Self, HookError> {
        body::read(body, limits, Notation::Form).map(Self::from_tree)
    }

    fn from_tree(root: Map<String, Value>) -> Self {
        let mut hook = Self::default();
        let mut extra = Map::new();
        for (key, value) in root {
            match value {
                Value::Object(members) if key == "account" => {
                    hook.account = Some(HookAccount { members });
                }
                // The review of a chat template has no level for the entity.
                Value::Array(_) if key == "add" => {
                    hook.collect(&HookEntity::ChatTemplateReview, &HookAction::Add, value);
                }
                Value::Object(actions) if holds_events(&key, &actions) => {
                    let entity = HookEntity::from(key.as_str());
                    let (named, odd): (Map<_, _>, Map<_, _>) =
                        actions.into_iter().partition(|(action, _)| action.len() <= LONGEST_NAME);
                    for (action, events) in named {
                        hook.collect(&entity, &HookAction::from(action.as_str()), events);
                    }
                    if !odd.is_empty() {
                        extra.insert(key, odd.into());
                    }
                }
                _ => {
                    extra.insert(key, value);
                }
            }
        }
        hook.extra = Extra::from(extra);
        hook
    }

    fn collect(&mut self, entity: &HookEntity, action: &HookAction, events: Value) {
        tree::elements(events, &mut |element| {
            self.events.push(Event::new(entity.clone(), action.clone(), element));
        });
    }
}

/// Whether what stands under a top key is events by action. Under a key that is not known it is
/// so only if it looks like nothing else: lists of objects.
fn holds_events(key: &str, actions: &Map<String, Value>) -> bool {
    let are_objects = |value: &Value| {
        let list = value.as_array();
        list.is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_object))
    };
    let known = !matches!(HookEntity::from(key), HookEntity::Other(_));
    let plausible = key.len() <= LONGEST_NAME && !actions.is_empty();
    known || (plausible && actions.values().all(are_objects))
}

/// The account that a webhook comes from. Some hooks name only a part of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HookAccount {
    members: Map<String, Value>,
}

impl HookAccount {
    /// The id.
    pub fn id(&self) -> Option<AccountId> {
        self.members.get("id").and_then(read::whole).map(AccountId::new)
    }

    /// The first part of the account's host name.
    pub fn subdomain(&self) -> Option<&str> {
        self.members.get("subdomain")?.as_str()
    }

    /// The account's address: `https://demo.amocrm.ru`.
    pub fn address(&self) -> Option<&str> {
        self.members.get("_links")?.get("self")?.as_str()
    }

    /// All that the hook says of the account.
    pub const fn members(&self) -> &Map<String, Value> {
        &self.members
    }
}
