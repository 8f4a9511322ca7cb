//! Entities: leads, contacts, companies, customers. What they share is done here once; what is special to a
//! kind stands in its [`Table`], in a file of its own.

mod collection;
mod companies;
mod contacts;
mod customers;
mod drawn;
mod elements;
mod leads;
mod list;
mod rank;
mod shelf;
mod show;
mod sorted;
mod stage;
pub(crate) mod state;
mod write;

pub(crate) use collection::{Collection, Entity, Touched};
pub(crate) use drawn::Drawn;
pub(crate) use leads::{comes_to, must_be_filled};
pub(crate) use rank::Only;
pub(crate) use shelf::Shelf;
pub(crate) use show::{Showing, Shown, show};
pub(crate) use sorted::{Keyed, Sorted};
pub(crate) use stage::{BESIDE, Stage, check_beside};
pub(crate) use write::{add_one, change_one, check, set_fields, target};

use crate::account::Account;
use crate::call::Call;
use crate::check::Change;
use crate::flaws::Flaws;
use crate::reply::Reply;
use crate::table::Resource;
use crate::{links, tags};

/// A kind of entities. To add one: a name here, a file with its table, and the demo data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Leads,
    Contacts,
    Companies,
    Customers,
    /// Elements of catalogs: they are linked like the others, and kept as records.
    Elements,
}

/// What is special to a kind of entities.
pub(crate) struct Table {
    /// What the description says of it.
    resource: &'static Resource,
    /// Members that are taken and that the box has no use for.
    ignored: &'static [&'static str],
    /// Whether the kind's tags have colours.
    pub(crate) coloured_tags: bool,
    /// The kinds that can be linked to one.
    pub(crate) links_to: &'static [Kind],
    /// Checks what concerns several members at once; the entity is there when it is an update.
    check: fn(&Change, Option<&Entity>, &Account, &mut Flaws),
    /// Fills the members that follow from others, after a change was laid over the entity.
    settle: fn(&mut Entity, &Change, &Account, i64),
    /// Adds what only this kind shows, to the entity and under its `_embedded`.
    show: for<'a> fn(&'a Entity, &Showing<'a>, &mut Shown<'a>),
}

impl Kind {
    pub(crate) const ALL: [Kind; 5] =
        [Kind::Leads, Kind::Contacts, Kind::Companies, Kind::Customers, Kind::Elements];

    pub(crate) fn table(self) -> &'static Table {
        match self {
            Kind::Leads => &leads::TABLE,
            Kind::Contacts => &contacts::TABLE,
            Kind::Companies => &companies::TABLE,
            Kind::Customers => &customers::TABLE,
            Kind::Elements => &elements::TABLE,
        }
    }

    pub(crate) fn resource(self) -> &'static Resource {
        self.table().resource
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Elements => "catalog_elements",
            kind => kind.resource().service,
        }
    }

    pub(crate) fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Answers everything below `/api/v4/{entity}`.
pub(crate) fn answer(call: &mut Call<'_>, kind: Kind, path: &[&str]) -> Result<Reply, Reply> {
    match path {
        [] => match call.method {
            "GET" => list::list(call, kind),
            "POST" => write::add(call, kind),
            "PATCH" => write::update_many(call, kind),
            _ => Err(call.no_method()),
        },
        ["tags", ..] => tags::answer(call, kind),
        [action @ ("links" | "link" | "unlink")] => links::mass(call, kind, action),
        [id] => {
            let id = call.id(id)?;
            match call.method {
                "GET" => Ok(one(call, kind, id)),
                "PATCH" => write::update_one(call, kind, id),
                _ => Err(call.no_method()),
            }
        }
        [id, action @ ("links" | "link" | "unlink")] => {
            let id = call.id(id)?;
            links::of_one(call, kind, id, action)
        }
        _ => Err(call.no_route()),
    }
}

fn one(call: &Call<'_>, kind: Kind, id: i64) -> Reply {
    let Some(entity) = call.account.entity(kind, id) else {
        return call.nothing_found();
    };
    Reply::hal(&show(kind, entity, &Showing::of(call)))
}

impl Account {
    /// Moves an entity to the recycle bin; false when there is no such one.
    pub(crate) fn bin(&mut self, kind: Kind, id: i64, user_id: i64, now: i64) -> bool {
        let Some(collection) = self.collections.get_mut(&kind) else { return false };
        let is_deleted = collection.delete(id, |entity| {
            entity.set("updated_at", now);
            entity.set("updated_by", user_id);
        });
        if is_deleted {
            self.links.remove_all((kind, id));
        }
        is_deleted
    }

    /// An entity that is not deleted.
    pub(crate) fn entity(&self, kind: Kind, id: i64) -> Option<&Entity> {
        match kind {
            Kind::Elements => self.records.find("elements", id).map(|(_, element)| element),
            kind => self.collections.get(&kind)?.get(id),
        }
    }
}
