//! Users and their groups: `/api/v4/users`.

use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::query::Query;
use crate::reply::Reply;

/// A user of the account.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
    pub(crate) group_id: i64,
    pub(crate) is_admin: bool,
    /// Free users have no seat: nobody can act for them.
    pub(crate) is_free: bool,
    pub(crate) is_active: bool,
}

/// A group of users; the default one has the id 0.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) id: i64,
    pub(crate) name: &'static str,
}

/// Answers everything below `/api/v4/users`. The methods that add and switch users are not there
/// yet.
pub(crate) fn answer(call: &mut Call<'_>, path: &[&str]) -> Result<Reply, Reply> {
    match path {
        [] => {
            call.only_get()?;
            call.only_admin()?;
            let page = call.page()?;
            let shown = |user: &User| show(call, user);
            Ok(page.counted(&call.url("users"), call.query, "users", &call.account.users, shown))
        }
        [id] => {
            let id = call.id(id)?;
            call.only_get()?;
            call.only_admin()?;
            let user = call.account.user(id).ok_or_else(|| call.nothing_found())?;
            Ok(Reply::hal(&show(call, user)))
        }
        _ => Err(call.no_route()),
    }
}

fn show(call: &Call<'_>, user: &User) -> Value {
    let mut shown = json!({
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "lang": "ru",
        "rights": rights(user),
        "_links": {"self": {"href": call.url(&format!("users/{}", user.id))}},
    });
    with(call.query, user, &call.account.groups, &mut shown);
    shown
}

/// Adds what `with` asks for. The demo account knows no roles: its users have rights of their own.
fn with(query: &Query, user: &User, groups: &[Group], shown: &mut Value) {
    let mut embedded = Map::new();
    for word in query.with() {
        match word {
            "role" => {
                embedded.insert("roles".to_owned(), json!([]));
            }
            "group" => {
                let own = groups.iter().filter(|group| group.id == user.group_id);
                let own = own.map(|group| json!({"id": group.id, "name": group.name})).collect();
                embedded.insert("groups".to_owned(), own);
            }
            "uuid" | "amojo_id" | "user_rank" | "phone_number" => shown[word] = Value::Null,
            _ => {}
        }
    }
    if !embedded.is_empty() {
        shown["_embedded"] = Value::Object(embedded);
    }
}

/// An administrator may do everything; the others see their group's things and change their own.
fn rights(user: &User) -> Value {
    let level = |own: &'static str| if user.is_admin { "A" } else { own };
    let section = json!({
        "view": level("G"), "edit": level("M"), "add": "A", "delete": level("D"), "export": level("D"),
    });
    json!({
        "leads": section, "contacts": section, "companies": section,
        "tasks": {"edit": level("M"), "delete": level("M")},
        "mail_access": user.is_admin,
        "catalog_access": user.is_admin,
        "status_rights": null,
        "catalog_rights": null,
        "is_admin": user.is_admin,
        "is_free": user.is_free,
        "is_active": user.is_active,
        "group_id": user.group_id,
        "role_id": null,
    })
}
