//! Groups of custom fields in a state.

use serde_json::Value;

use super::{FieldGroups, Group};
use crate::account::Account;
use crate::fields::owner::Owner;
use crate::flaws::Flaws;
use crate::state::item;

impl FieldGroups {
    /// The groups of the kinds of entities where they are not as in every account, by what stands
    /// in paths before `custom_fields`.
    pub(crate) fn shown(&self) -> Value {
        let all = self.kept.iter();
        let all = all.filter_map(|(key, groups)| {
            Some((Owner::by_key(key)?.path(), serde_json::to_value(groups).ok()?))
        });
        all.collect()
    }
}

/// Reads the groups of some kinds of entities.
pub(crate) fn read(all: &Value, account: &mut Account, flaws: &mut Flaws) {
    for (path, list) in item::object(all, flaws).into_iter().flatten() {
        let Some(owner) = Owner::by_path(path).filter(|owner| *owner != Owner::Segments) else {
            flaws.unexpected(path);
            continue;
        };
        let mut groups: Vec<Group> = Vec::new();
        item::each(path, list, flaws, |one, flaws| {
            let Some(group) = item::parsed::<Group>(one, flaws) else { return };
            if groups.iter().any(|known| known.id == group.id) {
                item::twice("id", flaws);
            }
            groups.push(group);
        });
        if !groups.iter().any(|group| group.id == super::DEFAULT) {
            groups.insert(0, Group::predefined(super::DEFAULT, "Main", 1));
        }
        account.field_groups.keep(owner, groups);
    }
}
