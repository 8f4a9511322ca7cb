//! Reading one thing of a state: what its members are is said by the tables of the API, and by a few
//! tables of what is kept besides.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::account::Account;
use crate::check;
use crate::entity::Entity;
use crate::flaws::Flaws;
use crate::table::{Member, Resource};

/// What is kept of a service's things.
pub(crate) struct Kept {
    pub(crate) resource: &'static Resource,
    /// Members that the API does not show, or shows otherwise than they are kept.
    pub(crate) more: &'static [Member],
    /// Members that the API shows and that are worked out.
    pub(crate) not: &'static [&'static str],
    /// Members that may name what is gone: the box leaves them when it is deleted.
    pub(crate) lasting: &'static [&'static str],
    /// Members that must be there.
    pub(crate) needs: &'static [&'static str],
}

/// Members that are worked out, or written only, wherever they are shown.
const NEVER_KEPT: [&str; 10] = [
    "id",
    "account_id",
    "group_id",
    "closest_task_at",
    "is_deleted",
    "custom_fields_values",
    "tags_to_add",
    "tags_to_delete",
    "is_need_to_trigger_digital_pipeline",
    "is_computed",
];

impl Kept {
    pub(crate) const fn of(resource: &'static Resource) -> Self {
        Kept { resource, more: &[], not: &[], lasting: &[], needs: &[] }
    }

    fn member(&self, name: &str) -> Option<&'static Member> {
        let named = |member: &&Member| member.name == name;
        self.more.iter().find(named).or_else(|| {
            let is_kept = !NEVER_KEPT.contains(&name) && !self.not.contains(&name);
            self.resource.members.iter().find(named).filter(|_| is_kept)
        })
    }

    /// Reads a thing with its plain members; those in `aside` are for the caller. `None` when it is
    /// flawed so that there is nothing to go on with.
    ///
    /// `lasts` says that all of its references may be to what is gone, as in the recycle bin.
    pub(crate) fn read(
        &self,
        item: &Value,
        aside: &[&str],
        lasts: bool,
        account: &Account,
        flaws: &mut Flaws,
    ) -> Option<Entity> {
        let item = object(item, flaws)?;
        let id = id(item, flaws)?;
        let mut entity = Entity::new(id);
        let own = item.iter().filter(|(name, _)| *name != "id" && !aside.contains(&name.as_str()));
        for (name, value) in own {
            let Some(member) = self.member(name) else {
                flaws.unexpected(name);
                continue;
            };
            if !value.is_null() {
                let mut found = flaws.at(name);
                check::sent(member.kind, value, account, &mut found);
                if lasts || self.lasting.contains(&member.name) {
                    found.forget("NotSupportedChoice");
                }
                flaws.extend(found);
            }
            entity.set(member.name, value.clone());
        }
        for name in self.needs.iter().filter(|name| entity.get(name).is_null()) {
            flaws.missing(name);
        }
        Some(entity)
    }
}

impl Kept {
    /// A thing as it is written.
    pub(crate) fn shown(&self, entity: &Entity) -> Map<String, Value> {
        let mut shown = shown(entity);
        shown.retain(|name, _| !self.not.contains(&name.as_str()));
        shown
    }
}

/// A thing as it is written: its id and all that is kept.
pub(crate) fn shown(entity: &Entity) -> Map<String, Value> {
    let id = ("id".to_owned(), Value::from(entity.id));
    let own = entity.members().map(|(name, value)| (name.to_owned(), value.clone()));
    std::iter::once(id).chain(own).collect()
}

/// The members of an object.
pub(crate) fn object<'v>(value: &'v Value, flaws: &mut Flaws) -> Option<&'v Map<String, Value>> {
    if !value.is_object() {
        flaws.wrong_type("", "object");
    }
    value.as_object()
}

/// The id of a thing.
pub(crate) fn id(item: &Map<String, Value>, flaws: &mut Flaws) -> Option<i64> {
    let Some(id) = item.get("id") else {
        flaws.missing("id");
        return None;
    };
    let found = id.as_i64().filter(|id| (1..i64::MAX).contains(id));
    if found.is_none() {
        flaws.add("InvalidValue", "id", "this should be a whole number from 1");
    }
    found
}

/// An id that is taken already.
pub(crate) fn twice(path: &str, flaws: &mut Flaws) {
    flaws.add("NotUnique", path, "this is there twice");
}

/// A list inside of a thing: each item with its place.
pub(crate) fn each(
    name: &str,
    list: &Value,
    flaws: &mut Flaws,
    mut look: impl FnMut(&Value, &mut Flaws),
) {
    flaws.within(name, |flaws| {
        let Some(list) = list.as_array() else {
            flaws.wrong_type("", "array");
            return;
        };
        for (index, one) in list.iter().enumerate() {
            flaws.within(&index.to_string(), |flaws| look(one, flaws));
        }
    });
}

/// Something whose form is that of a type of ours. What the value says is not repeated: it may be a
/// secret.
pub(crate) fn parsed<'v, T: Deserialize<'v>>(value: &'v Value, flaws: &mut Flaws) -> Option<T> {
    match serde_path_to_error::deserialize(value) {
        Ok(parsed) => Some(parsed),
        Err(error) => {
            let place = error.path().to_string().replace('[', ".").replace(']', "");
            let place = place.trim_start_matches('.');
            let text = error.inner().to_string();
            let problem = match text.split_once("expected ") {
                Some((said, wanted)) if said.starts_with("invalid") => {
                    format!("this should be {wanted}")
                }
                _ => text,
            };
            flaws.add("InvalidType", place, &problem);
            None
        }
    }
}
