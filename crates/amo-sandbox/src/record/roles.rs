//! What is special to roles. Only administrators come here.

use serde_json::Value;

use super::{Behaviour, not_blank, nothing_changes};
use crate::call::Call;
use crate::check::Change;
use crate::entity::{Entity, Shown};
use crate::flaws::Flaws;
use crate::generated::users::{ROLE, USER};
use crate::reply::Reply;
use crate::rights::{self, Given};

pub(super) static ROLES: Behaviour = Behaviour {
    counted: true,
    // As the answer that adds users: a guess.
    linkless: &["create"],
    check,
    settle,
    show,
    delete,
    ..Behaviour::of(&ROLE)
};

fn check(change: &Change, old: Option<&Entity>, call: &Call<'_>, flaws: &mut Flaws) {
    nothing_changes(change, old, flaws);
    not_blank(change, "name", flaws);
    if let Some(sent) = change.get("rights") {
        flaws.within("rights", |flaws| rights::check(sent, Given::Role, call.account, flaws));
    }
}

fn settle(role: &mut Entity, change: &Change, call: &mut Call<'_>) {
    let old = call.account.records.get(ROLE.service, "", role.id);
    let old = old.map(|old| old.get("rights").clone());
    let sent = change.get("rights").unwrap_or(&Value::Null);
    role.set("rights", rights::laid_over(old.as_ref(), sent, call.account));
}

fn users<'c>(role: &Entity, call: &'c Call<'_>) -> impl Iterator<Item = &'c Entity> {
    let id = role.id;
    let users = call.account.records.of(USER.service, "").iter();
    users.filter(move |user| user.int("role_id") == Some(id))
}

fn show(role: &Entity, call: &Call<'_>, shown: &mut Shown<'_>) {
    shown.set("rights", call.account.living(role.get("rights")));
    if call.query.with().any(|word| word == "users") {
        shown.embed("users", users(role, call).map(|user| user.id).collect::<Value>());
    }
}

/// Its users keep the rights as their own: a guess.
#[expect(clippy::unnecessary_wraps, reason = "others refuse")]
fn delete(role: &Entity, call: &mut Call<'_>) -> Result<(), Reply> {
    let users: Vec<Entity> = users(role, call).cloned().collect();
    for mut user in users {
        user.set("role_id", Value::Null);
        user.set("rights", role.get("rights").clone());
        call.account.records.keep(USER.service, "", user);
    }
    Ok(())
}
