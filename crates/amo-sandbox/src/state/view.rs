//! All that is written of a box, while it stands still.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::parts::{Part, Shown};
use crate::account::Account;
use crate::calendar::Time;
use crate::locked;
use crate::oauth::grants::Grants;
use crate::oauth::integrations::Integrations;
use crate::oauth::login::Logins;
use crate::sandbox::Inner;
use crate::webhooks::Outbox;

/// The parts of a box that are its state.
pub(super) struct View<'v> {
    pub(super) time: Time,
    pub(super) account: &'v Account,
    pub(super) integrations: &'v Integrations,
    pub(super) grants: &'v Grants,
    pub(super) logins: &'v Logins,
    pub(super) outbox: &'v Outbox,
}

impl View<'_> {
    /// Looks at a box, which waits meanwhile.
    pub(super) fn of<T>(inner: &Inner, look: impl FnOnce(&View<'_>) -> T) -> T {
        let integrations = locked(&inner.integrations);
        let account = inner.account.read();
        let logins = locked(&inner.logins);
        let grants = locked(&inner.grants);
        look(&View {
            time: inner.calendar.time(),
            account: &account,
            integrations: &integrations,
            grants: &grants,
            logins: &logins,
            outbox: &inner.outbox,
        })
    }
}

/// What an account is made of is all in [`Part::all`]: who adds something to it finds here that a
/// state has to have it.
fn is_whole(account: &Account) {
    let Account {
        drawn: _,
        id: _,
        name: _,
        domain: _,
        moved_from: _,
        api_filter: _,
        groups: _,
        task_types: _,
        fields: _,
        field_groups: _,
        collections: _,
        tags: _,
        next_tag: _,
        links: _,
        records: _,
        events: _,
        followers: _,
        widgets: _,
        drive: _,
        customers_mode: _,
        has_products: _,
        duplicate_control: _,
        paid_until: _,
        most_templates: _,
        automation: _,
        webhooks: _,
    } = account;
}

/// Written thing by thing, so that never the whole of it stands in memory twice.
impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        is_whole(self.account);
        let parts = Part::all();
        let mut map = serializer.serialize_map(Some(parts.len()))?;
        for part in parts {
            match part.show(self) {
                Shown::One(value) => map.serialize_entry(part.name, &value)?,
                Shown::List(things) => map.serialize_entry(part.name, &Once::of(things))?,
            }
        }
        map.end()
    }
}

/// Serialises what an iterator gives, once.
struct Once<I>(std::cell::RefCell<Option<I>>);

impl<I> Once<I> {
    fn of(things: I) -> Self {
        Once(std::cell::RefCell::new(Some(things)))
    }
}

impl<I: Iterator<Item = Value>> Serialize for Once<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let things = self.0.borrow_mut().take();
        serializer.collect_seq(things.into_iter().flatten())
    }
}
