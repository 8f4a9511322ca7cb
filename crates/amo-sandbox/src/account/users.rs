//! Users as other services look at them: their groups, and what they may do.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Account;
use crate::demo;
use crate::entity::Entity;
use crate::generated::users::{ROLE, USER};

/// A user of the account.
#[derive(Debug, Clone, Copy)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) group_id: i64,
    pub(crate) is_admin: bool,
    /// Free users have no seat: nobody can act for them.
    pub(crate) is_free: bool,
    pub(crate) is_active: bool,
}

/// A group of users; the default one has the id 0.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    pub(crate) id: i64,
    pub(crate) name: String,
}

impl From<&Entity> for User {
    fn from(user: &Entity) -> Self {
        User {
            id: user.id,
            group_id: user.int("group_id").unwrap_or(0),
            is_admin: user.get("is_admin") == true,
            is_free: user.get("is_free") == true,
            is_active: user.get("is_active") == true,
        }
    }
}

impl User {
    /// Can requests run with this user's rights?
    pub(crate) fn can_act(self) -> bool {
        self.is_active && !self.is_free
    }
}

impl Account {
    pub(crate) fn user(&self, id: i64) -> Option<User> {
        self.records.get(USER.service, "", id).map(User::from)
    }

    /// Who acts where nobody is named: the demo account's administrator, else the first one.
    pub(crate) fn administrator(&self) -> i64 {
        let users = self.records.of(USER.service, "").iter().map(User::from);
        let first = users
            .filter(|user| user.is_admin)
            .min_by_key(|user| (!user.can_act(), user.id != demo::ADMIN, user.id));
        first.map_or(demo::ADMIN, |user| user.id)
    }

    pub(crate) fn users_of_group(&self, group: i64) -> Vec<i64> {
        let users = self.records.of(USER.service, "").iter().map(User::from);
        users.filter(|user| user.group_id == group).map(|user| user.id).collect()
    }

    /// The rights of a user: those of the role, where there is one. Stages that are gone are left
    /// out.
    pub(crate) fn rights_of(&self, user: i64) -> Value {
        let Some(user) = self.records.get(USER.service, "", user) else { return Value::Null };
        let role = user.int("role_id").and_then(|id| self.records.get(ROLE.service, "", id));
        self.living(role.unwrap_or(user).get("rights"))
    }

    /// Rights without those in stages that are gone.
    pub(crate) fn living(&self, rights: &Value) -> Value {
        let mut rights = rights.clone();
        if let Some(Value::Array(stages)) = rights.get_mut("status_rights") {
            stages.retain(|one| {
                let pipeline = one["pipeline_id"].as_i64().and_then(|id| self.pipeline(id));
                pipeline.zip(one["status_id"].as_i64()).is_some_and(|(one, id)| one.has_status(id))
            });
        }
        rights
    }
}
