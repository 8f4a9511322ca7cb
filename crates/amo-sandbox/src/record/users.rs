//! What is special to users. Only administrators come here, and nobody changes a user.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Behaviour, not_blank};
use crate::account::users::User;
use crate::call::{Call, api_url};
use crate::check::Change;
use crate::entity::{Entity, Shown, target};
use crate::flaws::{BatchFlaws, Flaws};
use crate::generated::users::{ROLE, USER};
use crate::reply::Reply;
use crate::rights::{self, Given};

pub(super) static USERS: Behaviour = Behaviour {
    counted: true,
    linkless: &["create"],
    check,
    together,
    settle,
    show,
    other,
    ..Behaviour::of(&USER)
};

/// With more users than this none can be added.
const MOST: usize = 100;

/// That an account with too many users answers 403 is a guess. An address is no other's, also of the
/// same request.
fn together(
    wanted: &[(String, Change)],
    call: &Call<'_>,
    flawed: &mut BatchFlaws,
) -> Result<(), Reply> {
    if call.account.records.of(USER.service, "").len() > MOST {
        return Err(Reply::forbidden());
    }
    let mut taken = Vec::new();
    for (request_id, change) in wanted {
        let email = change.text("email").map(str::to_lowercase);
        if email.is_some() && taken.contains(&email) {
            let mut flaws = Flaws::default();
            not_unique(&mut flaws);
            flawed.of_item(request_id, &flaws);
        }
        taken.push(email);
    }
    Ok(())
}

/// What the real service does with an address that is taken is a guess.
fn not_unique(flaws: &mut Flaws) {
    flaws.add("NotUnique", "email", "This value is already used.");
}

fn check(change: &Change, _: Option<&Entity>, call: &Call<'_>, flaws: &mut Flaws) {
    not_blank(change, "name", flaws);
    let name = change.text("name").unwrap_or_default();
    if name.chars().count() > 50 {
        flaws.add(
            "TooLong",
            "name",
            "This value is too long. It should have 50 characters or less.",
        );
    }
    let is_plain = |c: char| c.is_alphanumeric() || c == ' ' || ".@-_".contains(c);
    if !name.chars().all(is_plain) || is_link(name) {
        flaws.add("InvalidValue", "name", "This value is not valid.");
    }
    if let Some(email) = change.text("email") {
        let users = call.account.records.of(USER.service, "");
        if !is_email(email) {
            flaws.add("InvalidEmail", "email", "This value is not a valid email address.");
        } else if users.iter().any(|user| user.text("email").eq_ignore_ascii_case(email)) {
            not_unique(flaws);
        }
    }
    if change.text("password").is_some_and(|password| !is_password(password)) {
        flaws.add("InvalidValue", "password", "This value is not valid.");
    }
    if let Some(sent) = change.get("rights") {
        flaws.within("rights", |flaws| rights::check(sent, Given::NewUser, call.account, flaws));
    }
}

/// Colons and slashes are no plain characters anyway.
fn is_link(name: &str) -> bool {
    name.split(' ').any(|word| word.to_lowercase().starts_with("www."))
}

fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else { return false };
    let labels: Vec<&str> = host.split('.').collect();
    !local.is_empty()
        && !text.contains(char::is_whitespace)
        && !host.contains('@')
        && labels.len() > 1
        && labels.iter().all(|label| !label.is_empty())
}

/// At least 6 characters, with a digit, a small and a capital letter.
fn is_password(text: &str) -> bool {
    let has = |is: fn(char) -> bool| text.chars().any(is);
    text.chars().count() >= 6
        && has(|c| c.is_ascii_digit())
        && has(char::is_lowercase)
        && has(char::is_uppercase)
}

/// Users without rights of their own may do nothing; of a free one everything else is ignored.
fn settle(user: &mut Entity, change: &Change, call: &mut Call<'_>) {
    let sent = change.get("rights").cloned().unwrap_or_default();
    let is_free = sent["is_free"] == true;
    let of = |name: &str| if is_free { Value::Null } else { sent[name].clone() };
    let (role, group) = (of("role_id"), of("group_id"));
    let own = if is_free || !role.is_null() { &Value::Null } else { &sent };
    user.set("rights", rights::laid_over(None, own, call.account));
    user.set("role_id", role);
    user.set("group_id", group.as_i64().unwrap_or(0));
    user.set("is_admin", false);
    user.set("is_free", is_free);
    user.set("is_active", true);
    user.set_default("lang", "ru");
    user.set("password", Value::Null);
}

fn show(user: &Entity, call: &Call<'_>, shown: &mut Shown<'_>) {
    let User { group_id, is_admin, is_free, is_active, .. } = User::from(user);
    let mut rights = call.account.rights_of(user.id);
    for (name, value) in [
        ("is_admin", json!(is_admin)),
        ("is_free", json!(is_free)),
        ("is_active", json!(is_active)),
        ("group_id", json!(group_id)),
        ("role_id", user.get("role_id").clone()),
    ] {
        rights[name] = value;
    }
    shown.set("rights", rights);
    for word in call.query.with() {
        match word {
            "role" => {
                let id = user.int("role_id");
                let role = id.and_then(|id| call.account.records.get(ROLE.service, "", id));
                let show = |role: &Entity| {
                    let href = api_url(call.base, &format!("roles/{}", role.id));
                    let links = json!({"self": {"href": href}});
                    json!({"id": role.id, "name": role.get("name"), "_links": links})
                };
                shown.embed("roles", role.map(show).into_iter().collect::<Value>());
            }
            "group" => {
                let own = call.account.groups.iter().filter(|group| group.id == group_id);
                let own: Value =
                    own.map(|group| json!({"id": group.id, "name": group.name})).collect();
                shown.embed("groups", own);
            }
            _ => {}
        }
    }
}

/// Lets users log in again, or not any more. Not documented.
fn other(call: &mut Call<'_>, action: &str) -> Result<Reply, Reply> {
    let is_active = action == "activate";
    let mut flawed = BatchFlaws::default();
    let mut ids = Vec::new();
    for (index, item) in call.items()?.iter().enumerate() {
        let mut flaws = Flaws::default();
        ids.extend(target(item, None, &mut flaws));
        flawed.of_item(&index.to_string(), &flaws);
    }
    flawed.refuse_if_any()?;
    let records = &mut call.account.records;
    let is_unknown = |id: &&i64| records.get(USER.service, "", **id).is_none();
    let unknown: Vec<String> = ids.iter().filter(is_unknown).map(i64::to_string).collect();
    if !unknown.is_empty() {
        let unknown = unknown.join(", ");
        let detail = format!("User(s) {unknown} are not associated with provided account.");
        return Err(Reply::bad_request(&detail));
    }
    for id in ids {
        let Some(mut user) = records.get(USER.service, "", id).cloned() else { continue };
        user.set("is_active", is_active);
        records.keep(USER.service, "", user);
    }
    if is_active {
        return Ok(Reply::html(StatusCode::ACCEPTED, String::new()));
    }
    Ok(Reply::no_content())
}
