//! An account: all that the box keeps, and what is not an entity of its own.

pub(crate) mod currencies;
pub(crate) mod customers;
pub(crate) mod info;
mod lock;
pub(crate) mod paid;
pub(crate) mod pipelines;
pub(crate) mod users;

use std::collections::BTreeMap;

use crate::automation::Automation;
use crate::builder::{ApiFilter, CustomersMode};
use crate::drive::Drive;
use crate::entity::{Collection, Drawn, Kind};
use crate::events::Events;
use crate::fields::{FieldDefinition, FieldGroups};
use crate::links::Links;
use crate::oauth::moved::Moved;
use crate::record::{self, Records};
use crate::special::{Followers, Widgets};
use crate::tags::Tags;
use crate::webhooks::Subscriptions;
use info::TaskType;
pub(crate) use lock::AccountLock;
use users::Group;

/// The state of an account.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) drawn: Drawn,
    pub(crate) id: i64,
    pub(crate) name: String,
    /// The host name, such as `demo.amocrm.ru`.
    pub(crate) domain: String,
    /// Where it was once, and what is answered there.
    pub(crate) moved_from: Vec<(String, Moved)>,
    pub(crate) api_filter: ApiFilter,
    pub(crate) groups: Vec<Group>,
    pub(crate) task_types: Vec<TaskType>,
    /// By the name of the entities' service; of a catalog by its path, `catalogs/5`.
    pub(crate) fields: BTreeMap<String, Vec<FieldDefinition>>,
    pub(crate) field_groups: FieldGroups,
    pub(crate) collections: BTreeMap<Kind, Collection>,
    pub(crate) tags: BTreeMap<Kind, Tags>,
    pub(crate) next_tag: i64,
    pub(crate) links: Links,
    pub(crate) records: Records,
    pub(crate) events: Events,
    pub(crate) followers: Followers,
    pub(crate) widgets: Widgets,
    pub(crate) drive: Drive,
    pub(crate) customers_mode: CustomersMode,
    pub(crate) has_products: bool,
    pub(crate) duplicate_control: bool,
    /// To when it is paid for, in Unix seconds; without end if it does not say.
    pub(crate) paid_until: Option<i64>,
    /// How many chat templates it may have.
    pub(crate) most_templates: Option<usize>,
    pub(crate) webhooks: Subscriptions,
    pub(crate) automation: Automation,
}

impl Account {
    /// The definitions of a kind's custom fields.
    pub(crate) fn fields_of(&self, kind: Kind) -> &[FieldDefinition] {
        self.fields_named(kind.name())
    }

    /// The same by the name of the entities' service; none where the box keeps none.
    pub(crate) fn fields_named(&self, service: &str) -> &[FieldDefinition] {
        self.fields.get(service).map_or(&[], Vec::as_slice)
    }

    /// Is there one with this id? What the box does not keep is taken as it comes.
    pub(crate) fn knows(&self, service: &str, id: i64) -> bool {
        match service {
            // That a task of an unknown type is refused is a guess.
            "task_types" => self.task_types.iter().any(|kind| kind.id == id),
            "groups" => self.groups.iter().any(|group| group.id == id),
            "custom_fields" => self.fields.values().flatten().any(|field| field.id == id),
            service => match Kind::named(service) {
                Some(kind) => self.entity(kind, id).is_some(),
                None => record::knows(&self.records, service, id).unwrap_or(true),
            },
        }
    }

    /// Is this host, with a port or without, the account's own?
    pub(crate) fn is_at(&self, host: &str) -> bool {
        is_host(host, &self.domain)
    }

    /// What is answered at this host, if the account was there once.
    pub(crate) fn moved_from(&self, host: &str) -> Option<Moved> {
        let mut former = self.moved_from.iter();
        former.find(|(domain, _)| is_host(host, domain)).map(|(_, moved)| *moved)
    }

    pub(crate) fn subdomain(&self) -> &str {
        self.domain.split('.').next().unwrap_or_default()
    }

    /// The domain below the subdomain, such as `amocrm.ru`.
    pub(crate) fn base_domain(&self) -> &str {
        self.domain.split_once('.').map_or("", |(_, base)| base)
    }
}

/// A host may be named with its port.
fn is_host(host: &str, domain: &str) -> bool {
    let bare = host.rsplit_once(':').map_or(host, |(bare, _)| bare);
    host.eq_ignore_ascii_case(domain) || bare.eq_ignore_ascii_case(domain)
}
