//! How far an action of a user reaches over the entities of a kind.

use serde_json::Value;

use crate::account::Account;
use crate::entity::{Entity, Kind};

/// What a user may do one thing with.
pub(crate) struct Reach {
    whose: Whose,
    /// Leads in certain stages, whatever else holds: pipeline, status, and whether it may be done.
    stages: Vec<(i64, i64, bool)>,
}

enum Whose {
    Everybodys,
    /// Those that one of these users is responsible for.
    Of(Vec<i64>),
}

impl Account {
    /// May a user see this card? One that is not there hides nothing.
    pub(crate) fn may_see(&self, user_id: i64, kind: Kind, id: i64) -> bool {
        let reach = Reach::of(self, user_id, kind.name(), "view");
        reach.is_everything() || self.entity(kind, id).is_none_or(|card| reach.covers(card))
    }

    /// May a user see all cards of a kind?
    pub(crate) fn may_see_all(&self, user_id: i64, kind: Kind) -> bool {
        Reach::of(self, user_id, kind.name(), "view").is_everything()
    }
}

impl Reach {
    /// How far `view`, `edit`, `add` or `delete` reaches. Kinds that rights say nothing of are open
    /// to everybody. Customers have no section: what holds for leads holds for them.
    pub(crate) fn of(account: &Account, user_id: i64, service: &str, action: &str) -> Reach {
        let everything = || Reach { whose: Whose::Everybodys, stages: Vec::new() };
        let section = match service {
            "leads" | "customers" => "leads",
            "contacts" | "companies" | "tasks" => service,
            _ => return everything(),
        };
        let Some(user) = account.user(user_id) else {
            return Reach { whose: Whose::Of(Vec::new()), stages: Vec::new() };
        };
        // That everybody sees all tasks is a guess: rights have no word for seeing them.
        if user.is_admin || (section == "tasks" && action != "edit" && action != "delete") {
            return everything();
        }
        let rights = account.rights_of(user_id);
        let whose = match rights[section][action].as_str() {
            Some("A") => Whose::Everybodys,
            Some("G") => Whose::Of(account.users_of_group(user.group_id)),
            Some("M") => Whose::Of(vec![user_id]),
            _ => Whose::Of(Vec::new()),
        };
        let stages = if service == "leads" { stages(&rights, action) } else { Vec::new() };
        Reach { whose, stages }
    }

    pub(crate) fn is_everything(&self) -> bool {
        matches!(self.whose, Whose::Everybodys) && self.stages.iter().all(|(.., may)| *may)
    }

    /// Does it reach this entity?
    pub(crate) fn covers(&self, entity: &Entity) -> bool {
        let at = (entity.int("pipeline_id"), entity.int("status_id"));
        let stage =
            self.stages.iter().find(|(pipeline, status, _)| (Some(*pipeline), Some(*status)) == at);
        match (stage, &self.whose) {
            (Some((.., may)), _) => *may,
            (None, Whose::Everybodys) => true,
            (None, Whose::Of(users)) => {
                entity.int("responsible_user_id").is_some_and(|user| users.contains(&user))
            }
        }
    }
}

/// What is said of the action in certain stages.
fn stages(rights: &Value, action: &str) -> Vec<(i64, i64, bool)> {
    let said = rights["status_rights"].as_array().into_iter().flatten();
    said.filter_map(|one| {
        let level = one["rights"][action].as_str()?;
        Some((one["pipeline_id"].as_i64()?, one["status_id"].as_i64()?, level == "A"))
    })
    .collect()
}
