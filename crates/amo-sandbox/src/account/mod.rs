//! An account: all that the box keeps, and what is not an entity of its own.

pub(crate) mod info;
pub(crate) mod pipelines;
pub(crate) mod users;

use std::collections::BTreeMap;

use crate::builder::ApiFilter;
use crate::entity::{Collection, Kind};
use crate::events::Events;
use crate::fields::FieldDefinition;
use crate::links::Links;
use crate::record::{self, Records};
use crate::special::{Followers, Widgets};
use crate::tags::Tag;
use info::TaskType;
use users::Group;

/// The state of an account.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) name: String,
    /// The host name, such as `demo.amocrm.ru`.
    pub(crate) domain: String,
    pub(crate) api_filter: ApiFilter,
    pub(crate) groups: Vec<Group>,
    pub(crate) task_types: Vec<TaskType>,
    pub(crate) fields: BTreeMap<Kind, Vec<FieldDefinition>>,
    pub(crate) collections: BTreeMap<Kind, Collection>,
    pub(crate) tags: BTreeMap<Kind, Vec<Tag>>,
    pub(crate) next_tag: i64,
    pub(crate) links: Links,
    pub(crate) records: Records,
    pub(crate) events: Events,
    pub(crate) followers: Followers,
    pub(crate) widgets: Widgets,
}

impl Account {
    /// The definitions of a kind's custom fields.
    pub(crate) fn fields_of(&self, kind: Kind) -> &[FieldDefinition] {
        self.fields.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// The same by the name of the entities' service; none where the box keeps none.
    pub(crate) fn fields_named(&self, service: &str) -> &[FieldDefinition] {
        Kind::named(service).map_or(&[], |kind| self.fields_of(kind))
    }

    /// Is there one with this id? What the box does not keep is taken as it comes.
    pub(crate) fn knows(&self, service: &str, id: i64) -> bool {
        match service {
            // That a task of an unknown type is refused is a guess.
            "task_types" => self.task_types.iter().any(|kind| kind.id == id),
            "groups" => self.groups.iter().any(|group| group.id == id),
            service => match Kind::named(service) {
                Some(kind) => self.entity(kind, id).is_some(),
                None => record::knows(&self.records, service, id).unwrap_or(true),
            },
        }
    }

    pub(crate) fn subdomain(&self) -> &str {
        self.domain.split('.').next().unwrap_or_default()
    }

    /// The domain below the subdomain, such as `amocrm.ru`.
    pub(crate) fn base_domain(&self) -> &str {
        self.domain.split_once('.').map_or("", |(_, base)| base)
    }
}
