//! Users in a state. As in the API some of what is kept of a user stands in `rights`.

use serde_json::{Map, Value, json};

use super::Service;
use crate::account::Account;
use crate::entity::Entity;
use crate::flaws::Flaws;
use crate::generated::users::USER;
use crate::rights;
use crate::state::item::Kept;

/// The members of `rights` that are kept beside it.
const BESIDE: [&str; 5] = ["is_admin", "is_free", "is_active", "group_id", "role_id"];

pub(crate) static USERS: Service = Service {
    tidy,
    complete,
    check,
    show,
    ..Service::of(Kept {
        // Stages and catalogs can be deleted, and rights keep their ids.
        lasting: &["rights"],
        not: &["password"],
        needs: &["name", "email"],
        ..Kept::of(&USER)
    })
};

fn show(user: &mut Map<String, Value>) {
    let beside = BESIDE.map(|name| (name, user.remove(name).unwrap_or_default()));
    let rights = user.entry("rights").or_insert_with(|| json!({}));
    for (name, value) in beside {
        // What was never said is not so.
        rights[name] = if name.starts_with("is_") { json!(value == true) } else { value };
    }
}

fn tidy(user: &mut Entity, _: &mut Flaws) {
    let Value::Object(mut rights) = user.get("rights").clone() else { return };
    for name in BESIDE {
        if let Some(value) = rights.remove(name) {
            user.set(name, value);
        }
    }
    user.set("rights", rights);
}

fn check(user: &Entity, _: &str, account: &Account, flaws: &mut Flaws) {
    for (name, service) in [("group_id", "groups"), ("role_id", "roles")] {
        if user.int(name).is_some_and(|id| !account.knows(service, id)) {
            flaws.not_a_choice(&format!("rights.{name}"));
        }
    }
    let mut others = account.records.of(USER.service, "").iter();
    if others.any(|other| other.text("email").eq_ignore_ascii_case(user.text("email"))) {
        flaws.add("NotUnique", "email", "this is there twice");
    }
}

/// Who is no administrator may do what is said, and an administrator everything.
fn complete(user: &mut Entity, _: &str, account: &mut Account) {
    user.set_default("lang", "ru");
    user.set_default("group_id", 0);
    for (name, usual) in [("is_admin", false), ("is_free", false), ("is_active", true)] {
        user.set_default(name, usual);
    }
    let is_all = user.get("is_admin") == true && user.get("rights").is_null();
    let rights = if is_all { rights::everything() } else { user.get("rights").clone() };
    user.set("rights", rights::filled(&rights, account));
}
