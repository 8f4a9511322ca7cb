//! Rights of users and roles, as they are written.
//!
//! amoCRM takes only certain levels for each action, and no action that reaches further than
//! seeing. What is built here keeps both.

use serde::{Serialize, Serializer};

use crate::resource::sealed::Sealed;
use crate::{
    AccessLevel, ActionRights, CatalogId, CatalogRights, EntityType, Extra, GroupId, PipelineId,
    Rights, RoleId, StatusId, StatusRights,
};

/// How far an action with leads, contacts, companies and tasks may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// To none.
    Denied,
    /// To those that the user is responsible for.
    Own,
    /// To those whose responsible user is of the same group.
    Group,
    /// To all.
    All,
}

/// How far an action with the elements of a catalog may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CatalogReach {
    /// To none.
    Denied,
    /// To those that are linked with what the user may see.
    Linked,
    /// To all.
    All,
}

/// How far an action may reach: [`Reach`], [`CatalogReach`], or yes and no in a status.
pub trait Reaches: Copy + Ord + Sealed {
    /// The least.
    const DENIED: Self;
    /// The furthest.
    const ALL: Self;

    /// As amoCRM says it.
    fn level(self) -> AccessLevel;
}

impl Sealed for Reach {}

impl Reaches for Reach {
    const DENIED: Self = Self::Denied;
    const ALL: Self = Self::All;

    fn level(self) -> AccessLevel {
        match self {
            Self::Denied => AccessLevel::Denied,
            Self::Own => AccessLevel::Own,
            Self::Group => AccessLevel::Group,
            Self::All => AccessLevel::All,
        }
    }
}

impl Sealed for CatalogReach {}

impl Reaches for CatalogReach {
    const DENIED: Self = Self::Denied;
    const ALL: Self = Self::All;

    fn level(self) -> AccessLevel {
        match self {
            Self::Denied => AccessLevel::Denied,
            Self::Linked => AccessLevel::Linked,
            Self::All => AccessLevel::All,
        }
    }
}

impl Sealed for bool {}

/// In a status there is only yes and no.
impl Reaches for bool {
    const DENIED: Self = false;
    const ALL: Self = true;

    fn level(self) -> AccessLevel {
        if self { AccessLevel::All } else { AccessLevel::Denied }
    }
}

/// How far each action reaches.
///
/// No action reaches further than seeing, and deleting no further than changing: what is said to
/// is sent as far as it may.
///
/// ```
/// use amo_core::{Access, AccessLevel, NewRights, Reach, Rights};
///
/// let leads = Access::all().view(Reach::Group).edit(Reach::Own);
/// let rights = Rights::from(NewRights::new().leads(leads));
/// let leads = rights.leads.unwrap();
/// assert_eq!(leads.export, Some(AccessLevel::Group));
/// assert_eq!(leads.delete, Some(AccessLevel::Own));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "it does nothing until it is put into rights"]
pub struct Access<L> {
    view: L,
    edit: L,
    add: bool,
    delete: L,
    export: L,
}

impl<L: Reaches> Access<L> {
    /// Nothing may be done.
    pub const fn denied() -> Self {
        Self { view: L::DENIED, edit: L::DENIED, add: false, delete: L::DENIED, export: L::DENIED }
    }

    /// Everything may be done with all.
    pub const fn all() -> Self {
        Self { view: L::ALL, edit: L::ALL, add: true, delete: L::ALL, export: L::ALL }
    }

    /// Seeing.
    pub fn view(mut self, reach: L) -> Self {
        self.view = reach;
        self
    }

    /// Changing.
    pub fn edit(mut self, reach: L) -> Self {
        self.edit = reach;
        self
    }

    /// Creating. It means nothing in a status.
    pub fn can_add(mut self, allowed: bool) -> Self {
        self.add = allowed;
        self
    }

    /// Deleting.
    pub fn delete(mut self, reach: L) -> Self {
        self.delete = reach;
        self
    }

    /// Exporting.
    pub fn export(mut self, reach: L) -> Self {
        self.export = reach;
        self
    }

    fn rights(self) -> ActionRights {
        let edit = self.edit.min(self.view);
        ActionRights {
            view: Some(self.view.level()),
            edit: Some(edit.level()),
            add: Some(self.add.level()),
            delete: Some(self.delete.min(edit).level()),
            export: Some(self.export.min(self.view).level()),
            extra: Extra::default(),
        }
    }
}

/// Rights to send. Leads, contacts, companies and tasks are always said, and denied unless allowed;
/// the others stay as they are, or as the server has them by default.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "nothing is allowed until this is sent"]
pub struct NewRights {
    rights: Rights,
}

impl NewRights {
    /// Nothing is allowed yet.
    pub fn new() -> Self {
        let denied = || Some(Access::<Reach>::denied().rights());
        let rights =
            Rights { leads: denied(), contacts: denied(), companies: denied(), ..nothing() };
        Self { rights }.tasks(Reach::Denied, Reach::Denied)
    }

    /// With leads, and with customers.
    pub fn leads(mut self, access: Access<Reach>) -> Self {
        self.rights.leads = Some(access.rights());
        self
    }

    /// With contacts.
    pub fn contacts(mut self, access: Access<Reach>) -> Self {
        self.rights.contacts = Some(access.rights());
        self
    }

    /// With companies.
    pub fn companies(mut self, access: Access<Reach>) -> Self {
        self.rights.companies = Some(access.rights());
        self
    }

    /// With tasks. Deleting reaches no further than changing.
    pub fn tasks(mut self, edit: Reach, delete: Reach) -> Self {
        self.rights.tasks = Some(ActionRights {
            view: None,
            edit: Some(edit.level()),
            add: None,
            delete: Some(delete.min(edit).level()),
            export: None,
            extra: Extra::default(),
        });
        self
    }

    /// Whether mail may be used.
    pub fn mail(mut self, allowed: bool) -> Self {
        self.rights.mail_access = Some(allowed);
        self
    }

    /// Whether catalogs may be used, all together.
    pub fn catalogs(mut self, allowed: bool) -> Self {
        self.rights.catalog_access = Some(allowed);
        self
    }

    /// With the elements of one catalog; not documented.
    pub fn catalog(mut self, catalog: CatalogId, access: Access<CatalogReach>) -> Self {
        self.rights.catalog_rights.get_or_insert_default().push(CatalogRights {
            catalog_id: Some(catalog),
            rights: Some(access.rights()),
            extra: Extra::default(),
        });
        self
    }

    /// With leads in one status. All stage rights that were there before are replaced.
    pub fn status(mut self, pipeline: PipelineId, status: StatusId, access: Access<bool>) -> Self {
        self.rights.status_rights.get_or_insert_default().push(StatusRights {
            entity_type: Some(EntityType::Leads),
            pipeline_id: Some(pipeline),
            status_id: Some(status),
            rights: Some(ActionRights { add: None, ..access.rights() }),
            extra: Extra::default(),
        });
        self
    }

    /// No stage has rights of its own, but those of incoming leads, where everything is denied.
    pub fn no_statuses(mut self) -> Self {
        self.rights.status_rights = Some(Vec::new());
        self
    }
}

impl Default for NewRights {
    fn default() -> Self {
        Self::new()
    }
}

impl From<NewRights> for Rights {
    fn from(new: NewRights) -> Self {
        new.rights
    }
}

/// The rights of a new user: those of a role, or rights of the user's own, or none.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "nothing is allowed until this is sent"]
pub struct NewUserRights {
    rights: Rights,
}

impl NewUserRights {
    /// A free user, without access.
    pub fn free() -> Self {
        Self { rights: Rights { is_free: Some(true), ..nothing() } }
    }

    /// The rights of a role.
    pub fn role(role: RoleId) -> Self {
        Self { rights: Rights { role_id: Some(role), ..nothing() } }
    }

    /// Rights of the user's own. Of rights that were read, what is said of their user is left out.
    pub fn own(rights: impl Into<Rights>) -> Self {
        let rights = rights.into();
        let (is_admin, is_free, is_active, group_id, role_id) = (None, None, None, None, None);
        // Without `extra`, so that no null of these members is left.
        let extra = Extra::default();
        Self { rights: Rights { is_admin, is_free, is_active, group_id, role_id, extra, ..rights } }
    }

    /// The group; by default the default one. amoCRM ignores it for free users, so that it is not
    /// sent then.
    pub fn group(mut self, group: GroupId) -> Self {
        if self.rights.is_free.is_none() {
            self.rights.group_id = Some(group);
        }
        self
    }
}

impl Serialize for NewUserRights {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.rights.serialize(serializer)
    }
}

/// Rights that say nothing.
fn nothing() -> Rights {
    Rights {
        leads: None,
        contacts: None,
        companies: None,
        tasks: None,
        mail_access: None,
        catalog_access: None,
        catalog_rights: None,
        status_rights: None,
        is_admin: None,
        is_free: None,
        is_active: None,
        group_id: None,
        role_id: None,
        extra: Extra::default(),
    }
}
