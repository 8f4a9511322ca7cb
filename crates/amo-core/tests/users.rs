#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_core::{
    Access, CatalogId, CatalogReach, Changed, Create, Delete, Get, GroupId, Language, List,
    NewRights, NewRole, NewUser, NewUserRights, PatchBody, PipelineId, Reach, Receipt, Repeat,
    Resource, Rights, Role, RoleId, RolePatch, StatusId, Update, User, UserId, one_from_slice,
};
use common::{operations, round_trip, sent};
use serde_json::{Value, json};

fn rights() -> Value {
    json!({
        "leads": { "view": "G", "edit": "M", "add": "A", "delete": "D", "export": "D" },
        "contacts": { "view": "A", "edit": "A", "add": "G", "delete": "D", "export": "D" },
        "companies": { "view": "A", "edit": "A", "add": "A", "delete": "D", "export": "D" },
        "tasks": { "edit": "M", "delete": "M" },
        "mail_access": false, "catalog_access": true,
        "catalog_rights": [{ "catalog_id": 5001,
            "rights": { "view": "A", "edit": "L", "add": "D", "delete": "L", "export": "L" } }],
        "status_rights": [{ "entity_type": "leads", "pipeline_id": 10, "status_id": 142,
            "rights": { "view": "A", "edit": "A", "delete": "D", "export": "D" } }],
        "is_admin": false, "is_free": false, "is_active": true, "group_id": 7, "role_id": null,
    })
}

fn role() -> Value {
    json!({
        "id": 31, "name": "Sales",
        "rights": { "leads": { "view": "A", "edit": "A", "add": "A", "delete": "A", "export": "D" },
            "mail_access": true, "status_rights": [] },
        "_links": { "self": { "href": "https://demo.amocrm.ru/api/v4/roles/31" } },
        "_embedded": { "users": [12, 13] },
    })
}

#[test]
fn the_users_of_a_role_are_ids_or_objects() {
    let read: Role = round_trip(&role());
    let ids: Vec<_> = read.embedded.users.unwrap().iter().map(amo_core::RoleUser::id).collect();
    assert_eq!(ids, [UserId::new(12), UserId::new(13)]);
    let objects = json!({ "id": 1, "_embedded": { "users": [{ "id": 12, "name": "Ann" }, 13] } });
    let users = round_trip::<Role>(&objects).embedded.users.unwrap();
    assert_eq!((users[0].id(), users[1].id()), (UserId::new(12), UserId::new(13)));
    let text = json!({ "id": 1, "_embedded": { "users": ["14"] } });
    let users = serde_json::from_value::<Role>(text).unwrap().embedded.users.unwrap();
    assert_eq!(users[0].id(), UserId::new(14));
    let wrong = amo_core::from_slice::<Role>(br#"{"id":1,"_embedded":{"users":[12,true]}}"#);
    assert_eq!(wrong.unwrap_err().path(), "_embedded.users[1]");
}

#[test]
fn a_new_user_byte_for_byte() {
    let user = || NewUser::new("Ann Test", "ann@example.test", "Passw0rd");
    let role = NewUserRights::role(RoleId::new(31)).group(GroupId::new(7));
    assert_eq!(
        sent(&user().lang(Language::En).rights(role)),
        concat!(
            r#"{"name":"Ann Test","email":"ann@example.test","password":"Passw0rd","#,
            r#""lang":"en","rights":{"group_id":7,"role_id":31}}"#,
        )
    );
    let free = NewUserRights::free().group(GroupId::new(7));
    assert_eq!(sent(&free), r#"{"is_free":true}"#);
    let shown = format!("{:?}", user());
    assert!(shown.contains("ann@example.test") && !shown.contains("Passw0rd"), "{shown}");
}

#[test]
fn rights_say_only_what_amocrm_takes() {
    let denied = r#"{"view":"D","edit":"D","add":"D","delete":"D","export":"D"}"#;
    let rights = NewRights::new();
    assert_eq!(
        sent(&Rights::from(rights)),
        format!(
            r#"{{"leads":{denied},"contacts":{denied},"companies":{denied},"tasks":{{"edit":"D","delete":"D"}}}}"#
        )
    );
    let leads = Access::all().view(Reach::Group).edit(Reach::Own).export(Reach::Own);
    let rights = Rights::from(
        NewRights::new()
            .leads(leads)
            .contacts(Access::all().view(Reach::Denied))
            .companies(Access::all())
            .tasks(Reach::Own, Reach::All)
            .mail(true)
            .catalogs(true)
            .catalog(CatalogId::new(5001), Access::all().edit(CatalogReach::Linked).can_add(false))
            .status(PipelineId::new(10), StatusId::WON, Access::all().edit(false)),
    );
    assert_eq!(
        sent(&rights),
        concat!(
            r#"{"leads":{"view":"G","edit":"M","add":"A","delete":"M","export":"M"},"#,
            r#""contacts":{"view":"D","edit":"D","add":"A","delete":"D","export":"D"},"#,
            r#""companies":{"view":"A","edit":"A","add":"A","delete":"A","export":"A"},"#,
            r#""tasks":{"edit":"M","delete":"M"},"mail_access":true,"catalog_access":true,"#,
            r#""catalog_rights":[{"catalog_id":5001,"rights":{"view":"A","edit":"L","add":"D","#,
            r#""delete":"L","export":"A"}}],"status_rights":[{"entity_type":"leads","#,
            r#""pipeline_id":10,"status_id":142,"rights":{"view":"A","edit":"D","delete":"D","#,
            r#""export":"A"}}]}"#,
        )
    );
}

#[test]
fn rights_that_were_read_can_be_given_to_others() {
    let read: Rights = serde_json::from_value(rights()).unwrap();
    let own: Value = serde_json::to_value(NewUserRights::own(read)).unwrap();
    let mut expected = rights();
    for member in ["is_admin", "is_free", "is_active", "group_id", "role_id"] {
        expected.as_object_mut().unwrap().remove(member);
    }
    assert_eq!(own, expected);
    let role: Role = serde_json::from_value(role()).unwrap();
    let new = NewRole::new("Copy", role.rights.clone().unwrap());
    assert_eq!(
        sent(&new),
        concat!(
            r#"{"name":"Copy","rights":{"leads":{"view":"A","edit":"A","add":"A","delete":"A","#,
            r#""export":"D"},"mail_access":true,"status_rights":[]}}"#,
        )
    );
}

#[test]
fn roles_differ() {
    let before: Role = serde_json::from_value(role()).unwrap();
    assert!(Role::diff(&before, &before).unwrap().is_empty());
    let mut after = before.clone();
    after.name = Some("Sellers".to_owned());
    assert_eq!(sent(&Role::diff(&before, &after).unwrap()), r#"{"name":"Sellers"}"#);
    after.embedded.users = None;
    assert_eq!(Role::diff(&before, &after).unwrap_err().member(), "_embedded.users");
    let patch = RolePatch::new().rights(NewRights::new().no_statuses());
    assert!(sent(&patch).ends_with(r#""status_rights":[]}}"#), "{}", sent(&patch));
}

#[test]
fn the_answer_to_a_change_is_the_role() {
    let saved: Changed<Role> = one_from_slice(Role::KEY, role().to_string().as_bytes()).unwrap();
    assert_eq!(saved.id(), RoleId::new(31));
    assert_eq!(saved.entity.unwrap().name.as_deref(), Some("Sales"));
}

#[test]
fn operations_are_as_documented() {
    let (all, one) = ("/api/v4/users", "/api/v4/users/{id}");
    operations(&[
        (User::LIST, "users.list GET", all, Repeat::Repeatable),
        (User::GET, "users.get GET", one, Repeat::Repeatable),
        (User::CREATE, "users.create POST", all, Repeat::ActsOnce),
        (User::ACTIVATE, "users.activate POST", "/api/v4/users/activate", Repeat::Repeatable),
        (User::DEACTIVATE, "users.deactivate POST", "/api/v4/users/deactivate", Repeat::Repeatable),
    ]);
    assert_eq!(<User as Create>::MAX_BATCH, 10);
    let (all, one) = ("/api/v4/roles", "/api/v4/roles/{id}");
    operations(&[
        (Role::LIST, "roles.list GET", all, Repeat::Repeatable),
        (Role::GET, "roles.get GET", one, Repeat::Repeatable),
        (Role::CREATE, "roles.create POST", all, Repeat::ActsOnce),
        (Role::UPDATE, "roles.update PATCH", one, Repeat::Repeatable),
        (Role::DELETE, "roles.delete DELETE", one, Repeat::Repeatable),
    ]);
}
