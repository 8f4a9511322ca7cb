//! The members of a state: how each is written and read, in the order in which they are.

use serde_json::{Value, json};

use super::account;
use super::error::StateError;
use super::reading::Reading;
use super::view::View;
use crate::account::Account;
use crate::entity::{Kind, state as cards};
use crate::fields::{groups, state as fields};
use crate::flaws::Flaws;
use crate::record::state::{self as records, Service};
use crate::special::{subscriptions, widgets};
use crate::{automation, drive, events, links};

/// When a member is read: what is later may name what is earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// What others are made of; small enough to be in memory at once.
    Basis,
    Cards,
    Rest,
}

/// One member of a state.
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) stage: Stage,
    content: Content,
}

type Read = fn(&mut Reading, &Value, &mut Flaws);
type Things<'v> = Box<dyn Iterator<Item = Value> + 'v>;

enum Content {
    One {
        show: fn(&View<'_>) -> Value,
        read: Read,
    },
    /// A list; what was there before is cleared when it begins.
    List {
        show: for<'v> fn(&'v View<'v>) -> Things<'v>,
        clear: fn(&mut Account),
        read: Read,
    },
    Records(&'static Service),
    Cards(Kind),
}

/// What is written of a member.
pub(super) enum Shown<'v> {
    One(Value),
    List(Things<'v>),
}

const fn one(name: &'static str, show: fn(&View<'_>) -> Value, read: Read) -> Part {
    Part { name, stage: Basis, content: Content::One { show, read } }
}

const fn list(
    name: &'static str,
    stage: Stage,
    show: for<'v> fn(&'v View<'v>) -> Things<'v>,
    clear: fn(&mut Account),
    read: Read,
) -> Part {
    Part { name, stage, content: Content::List { show, clear, read } }
}

const fn of(name: &'static str, stage: Stage, service: &'static Service) -> Part {
    Part { name, stage, content: Content::Records(service) }
}

const fn cards_of(name: &'static str, kind: Kind) -> Part {
    Part { name, stage: Cards, content: Content::Cards(kind) }
}

/// The things of a list that is shown at once.
fn things<'v>(list: Value) -> Things<'v> {
    match list {
        Value::Array(list) => Box::new(list.into_iter()),
        _ => Box::new(std::iter::empty()),
    }
}

use Stage::{Basis, Cards, Rest};

/// All members, in the order in which they are written; those of the basis are read in it too.
static ALL: &[Part] = &[
    one("calendar", |view| json!(view.time), Reading::read_calendar),
    one("account", account::show, account::read),
    list(
        "groups",
        Basis,
        |view| things(json!(view.account.groups)),
        |account| account.groups.clear(),
        account::read_group,
    ),
    list(
        "task_types",
        Basis,
        |view| things(json!(view.account.task_types)),
        |account| account.task_types.clear(),
        account::read_task_type,
    ),
    of("pipelines", Basis, &records::PIPELINES),
    of("roles", Basis, &records::ROLES),
    of("users", Basis, &records::USERS),
    of("loss_reasons", Basis, &records::LOSS_REASONS),
    of("sources", Basis, &records::SOURCES),
    one(
        "custom_field_groups",
        |view| view.account.field_groups.shown(),
        |reading, value, flaws| groups::state::read(value, &mut reading.account, flaws),
    ),
    one(
        "custom_fields",
        |view| fields::definitions(view.account),
        |reading, value, flaws| fields::read_definitions(value, &mut reading.account, flaws),
    ),
    one("tags", account::show_tags, account::read_tags),
    of("segments", Basis, &records::SEGMENTS),
    of("customer_statuses", Basis, &records::CUSTOMER_STATUSES),
    of("chat_templates", Basis, &records::CHAT_TEMPLATES),
    of("website_buttons", Basis, &records::WEBSITE_BUTTONS),
    of("bots", Basis, &records::BOTS),
    list(
        account::WAITING_BOTS,
        Basis,
        |view| things(account::show_waiting_bots(view)),
        |account| account.records.clear(account::WAITING_BOTS),
        account::read_waiting_bot,
    ),
    list(
        "triggers",
        Basis,
        |view| Box::new(view.account.automation.shown_triggers()),
        |_| {},
        |reading, value, flaws| {
            automation::state::read_trigger(value, &mut reading.account, flaws);
        },
    ),
    list(
        "bot_lessons",
        Basis,
        |view| Box::new(view.account.automation.shown_lessons()),
        |_| {},
        |reading, value, flaws| {
            automation::state::read_lesson(value, &mut reading.account, flaws);
        },
    ),
    of("agents", Basis, &records::AGENTS),
    one(
        "widgets",
        |view| view.account.widgets.shown(),
        |reading, value, flaws| widgets::state::read(value, &mut reading.account, flaws),
    ),
    list(
        "files",
        Basis,
        |view| Box::new(view.account.drive.shown_files()),
        |_| {},
        |reading, value, flaws| {
            drive::store::state::read_file(value, &mut reading.account, flaws);
        },
    ),
    list(
        "upload_sessions",
        Basis,
        |view| Box::new(view.account.drive.shown_sessions()),
        |_| {},
        |reading, value, flaws| {
            drive::store::state::read_session(value, &mut reading.account, flaws);
        },
    ),
    list(
        "webhooks",
        Basis,
        |view| things(view.account.webhooks.shown(|id| view.outbox.bad_answers(id))),
        |_| {},
        Reading::read_webhook,
    ),
    list("webhook_posts", Basis, |view| things(view.outbox.shown()), |_| {}, Reading::read_post),
    one("integrations", |view| view.integrations.shown(), Reading::read_integrations),
    one("grants", |view| view.grants.shown(), Reading::read_grants),
    one("logins", |view| view.logins.shown(), Reading::read_logins),
    one("next_ids", account::show_next_ids, |reading, value, _| {
        reading.next_ids = Some(value.clone());
    }),
    of("catalogs", Cards, &records::CATALOGS),
    cards_of("companies", Kind::Companies),
    cards_of("contacts", Kind::Contacts),
    cards_of("customers", Kind::Customers),
    cards_of("leads", Kind::Leads),
    list(
        "links",
        Rest,
        |view| Box::new(view.account.links.shown()),
        |_| {},
        |reading, value, flaws| links::store::state::read(value, &mut reading.account, flaws),
    ),
    of("tasks", Rest, &records::TASKS),
    of("notes", Rest, &records::NOTES),
    of("transactions", Rest, &records::TRANSACTIONS),
    of("unsorted", Rest, &records::UNSORTED),
    of("talks", Rest, &records::TALKS),
    of("chat_links", Rest, &records::CHAT_LINKS),
    of("short_links", Rest, &records::SHORT_LINKS),
    list(
        "followers",
        Rest,
        |view| Box::new(view.account.followers.shown()),
        |_| {},
        |reading, value, flaws| {
            subscriptions::state::read(value, &mut reading.account, flaws);
        },
    ),
    list(
        "file_links",
        Rest,
        |view| Box::new(view.account.drive.shown_links()),
        |_| {},
        |reading, value, flaws| {
            drive::store::state::read_link(value, &mut reading.account, flaws);
        },
    ),
    list(
        "events",
        Rest,
        |view| Box::new(view.account.events.shown()),
        |_| {},
        |reading, value, flaws| events::state::read(value, &mut reading.account, flaws),
    ),
];

/// Services of which only ids are kept apart from the members above.
const ONLY_IDS: [&str; 4] =
    ["custom_fields", "enums", "custom_field_groups", "status_descriptions"];

/// All services that number their things as records do.
pub(super) fn record_services() -> impl Iterator<Item = &'static str> {
    let own = ALL.iter().filter_map(|part| match part.content {
        Content::Records(service) => Some(service),
        _ => None,
    });
    let own = own.flat_map(Service::names);
    own.chain(ONLY_IDS).chain([account::WAITING_BOTS])
}

impl Part {
    pub(super) fn all() -> &'static [Part] {
        ALL
    }

    pub(super) fn named(name: &str) -> Result<&'static Part, StateError> {
        let known = ALL.iter().find(|part| part.name == name);
        known.ok_or_else(|| StateError::at(name, "a state has no such member"))
    }

    pub(super) fn is_list(&self) -> bool {
        !matches!(self.content, Content::One { .. })
    }

    pub(super) fn show<'v>(&'static self, view: &'v View<'v>) -> Shown<'v> {
        match &self.content {
            Content::One { show, .. } => Shown::One(show(view)),
            Content::List { show, .. } => Shown::List(show(view)),
            Content::Records(service) => Shown::List(Box::new(service.shown(view.account))),
            Content::Cards(kind) => Shown::List(Box::new(cards::shown(*kind, view.account))),
        }
    }

    /// Takes away what the demo account has of it.
    pub(super) fn begin(&self, account: &mut Account) {
        match &self.content {
            Content::List { clear, .. } => clear(account),
            Content::Records(service) => service.clear(account),
            Content::One { .. } | Content::Cards(_) => {}
        }
    }

    /// Reads the whole member, or one thing of its list.
    pub(super) fn read(&self, reading: &mut Reading, value: &Value, flaws: &mut Flaws) {
        match &self.content {
            Content::One { read, .. } | Content::List { read, .. } => read(reading, value, flaws),
            Content::Records(service) => service.read(value, &mut reading.account, flaws),
            Content::Cards(kind) => cards::read(*kind, value, &mut reading.account, flaws),
        }
    }
}
