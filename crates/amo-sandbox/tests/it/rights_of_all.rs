//! Every operation that the description names, by users who are no administrators: one without any
//! rights, and one who has all that can be given.

use crate::common::drive::Drive;
use crate::common::people::with_rights;
use crate::common::world::world;
use crate::common::writing::{place, whole};
use crate::common::{Client, described::DOCUMENT};
use amo_sandbox::demo;
use serde_json::{Value, json};

/// Who is without any rights is answered: `admin`, 403 like everybody but administrators; `open`,
/// not 403, like everybody; or a number, which he would not be with rights.
const DECIDED: &str = "
open POST /api/v2/events/
open GET /api/v4/account
open GET /api/v4/amma/agents
admin POST /api/v4/amma/agents
admin DELETE /api/v4/amma/agents/{id}
open GET /api/v4/amma/agents/{id}
admin PATCH /api/v4/amma/agents/{id}
open GET /api/v4/bots
403 POST /api/v4/bots/run
open GET /api/v4/bots/{id}
403 POST /api/v4/bots/{id}/run
403 POST /api/v4/bots/{id}/stop
403 POST /api/v4/calls
403 GET /api/v4/catalogs
403 PATCH /api/v4/catalogs
403 POST /api/v4/catalogs
403 GET /api/v4/catalogs/products/settings
admin PATCH /api/v4/catalogs/products/settings
open GET /api/v4/catalogs/{catalog_id}/custom_fields
admin PATCH /api/v4/catalogs/{catalog_id}/custom_fields
admin POST /api/v4/catalogs/{catalog_id}/custom_fields
open GET /api/v4/catalogs/{catalog_id}/custom_fields/groups
admin POST /api/v4/catalogs/{catalog_id}/custom_fields/groups
admin DELETE /api/v4/catalogs/{catalog_id}/custom_fields/groups/{id}
open GET /api/v4/catalogs/{catalog_id}/custom_fields/groups/{id}
admin PATCH /api/v4/catalogs/{catalog_id}/custom_fields/groups/{id}
admin DELETE /api/v4/catalogs/{catalog_id}/custom_fields/{id}
open GET /api/v4/catalogs/{catalog_id}/custom_fields/{id}
admin PATCH /api/v4/catalogs/{catalog_id}/custom_fields/{id}
403 GET /api/v4/catalogs/{catalog_id}/elements
403 PATCH /api/v4/catalogs/{catalog_id}/elements
403 POST /api/v4/catalogs/{catalog_id}/elements
403 GET /api/v4/catalogs/{catalog_id}/elements/{id}
403 PATCH /api/v4/catalogs/{catalog_id}/elements/{id}
403 POST /api/v4/catalogs/{catalog_id}/elements/{id}/link
403 GET /api/v4/catalogs/{catalog_id}/elements/{id}/links
403 POST /api/v4/catalogs/{catalog_id}/elements/{id}/unlink
403 DELETE /api/v4/catalogs/{catalog_id}/{entity_id}/files
403 GET /api/v4/catalogs/{catalog_id}/{entity_id}/files
403 PUT /api/v4/catalogs/{catalog_id}/{entity_id}/files
403 GET /api/v4/catalogs/{id}
403 PATCH /api/v4/catalogs/{id}
admin DELETE /api/v4/chats/templates
admin GET /api/v4/chats/templates
admin PATCH /api/v4/chats/templates
admin POST /api/v4/chats/templates
admin DELETE /api/v4/chats/templates/{id}
open GET /api/v4/chats/templates/{id}
admin PATCH /api/v4/chats/templates/{id}
admin POST /api/v4/chats/templates/{template_id}/review
admin POST /api/v4/chats/templates/{template_id}/review/{id}
204 GET /api/v4/companies
403 PATCH /api/v4/companies
403 POST /api/v4/companies
403 POST /api/v4/companies/link
204 GET /api/v4/companies/links
403 POST /api/v4/companies/unlink
204 GET /api/v4/companies/{id}
403 PATCH /api/v4/companies/{id}
403 POST /api/v4/companies/{id}/link
204 GET /api/v4/companies/{id}/links
403 POST /api/v4/companies/{id}/unlink
204 GET /api/v4/contacts
403 PATCH /api/v4/contacts
403 POST /api/v4/contacts
admin GET /api/v4/contacts/chats
admin POST /api/v4/contacts/chats
403 POST /api/v4/contacts/link
204 GET /api/v4/contacts/links
403 POST /api/v4/contacts/unlink
204 GET /api/v4/contacts/{id}
403 PATCH /api/v4/contacts/{id}
403 POST /api/v4/contacts/{id}/link
204 GET /api/v4/contacts/{id}/links
403 POST /api/v4/contacts/{id}/unlink
open GET /api/v4/currencies
204 GET /api/v4/customers
403 PATCH /api/v4/customers
403 POST /api/v4/customers
403 POST /api/v4/customers/link
204 GET /api/v4/customers/links
admin PATCH /api/v4/customers/mode
open GET /api/v4/customers/segments
admin POST /api/v4/customers/segments
open GET /api/v4/customers/segments/custom_fields
admin PATCH /api/v4/customers/segments/custom_fields
admin POST /api/v4/customers/segments/custom_fields
admin DELETE /api/v4/customers/segments/custom_fields/{id}
open GET /api/v4/customers/segments/custom_fields/{id}
admin PATCH /api/v4/customers/segments/custom_fields/{id}
admin DELETE /api/v4/customers/segments/{id}
open GET /api/v4/customers/segments/{id}
admin PATCH /api/v4/customers/segments/{id}
open GET /api/v4/customers/statuses
admin POST /api/v4/customers/statuses
admin DELETE /api/v4/customers/statuses/{id}
open GET /api/v4/customers/statuses/{id}
admin PATCH /api/v4/customers/statuses/{id}
204 GET /api/v4/customers/transactions
403 DELETE /api/v4/customers/transactions/{id}
204 GET /api/v4/customers/transactions/{id}
403 POST /api/v4/customers/unlink
204 GET /api/v4/customers/{customer_id}/transactions
403 POST /api/v4/customers/{customer_id}/transactions
403 DELETE /api/v4/customers/{customer_id}/transactions/{id}
204 GET /api/v4/customers/{customer_id}/transactions/{id}
204 GET /api/v4/customers/{id}
403 PATCH /api/v4/customers/{id}
403 POST /api/v4/customers/{id}/bonus_points
403 POST /api/v4/customers/{id}/link
204 GET /api/v4/customers/{id}/links
403 POST /api/v4/customers/{id}/unlink
204 GET /api/v4/events
open GET /api/v4/events/types
204 GET /api/v4/events/{id}
open GET /api/v4/files/{id}/links
204 GET /api/v4/leads
403 PATCH /api/v4/leads
403 POST /api/v4/leads
403 POST /api/v4/leads/complex
403 POST /api/v4/leads/link
204 GET /api/v4/leads/links
open GET /api/v4/leads/loss_reasons
admin POST /api/v4/leads/loss_reasons
admin DELETE /api/v4/leads/loss_reasons/{id}
open GET /api/v4/leads/loss_reasons/{id}
admin PATCH /api/v4/leads/loss_reasons/{id}
open GET /api/v4/leads/pipelines
admin POST /api/v4/leads/pipelines
admin DELETE /api/v4/leads/pipelines/{id}
open GET /api/v4/leads/pipelines/{id}
admin PATCH /api/v4/leads/pipelines/{id}
open GET /api/v4/leads/pipelines/{pipeline_id}/statuses
admin POST /api/v4/leads/pipelines/{pipeline_id}/statuses
admin DELETE /api/v4/leads/pipelines/{pipeline_id}/statuses/{id}
open GET /api/v4/leads/pipelines/{pipeline_id}/statuses/{id}
admin PATCH /api/v4/leads/pipelines/{pipeline_id}/statuses/{id}
403 POST /api/v4/leads/unlink
204 GET /api/v4/leads/unsorted
403 POST /api/v4/leads/unsorted/forms
403 POST /api/v4/leads/unsorted/sip
open GET /api/v4/leads/unsorted/summary
204 GET /api/v4/leads/unsorted/{id}
404 POST /api/v4/leads/unsorted/{id}/accept
404 DELETE /api/v4/leads/unsorted/{id}/decline
403 POST /api/v4/leads/unsorted/{id}/link
204 GET /api/v4/leads/{id}
403 PATCH /api/v4/leads/{id}
403 POST /api/v4/leads/{id}/link
204 GET /api/v4/leads/{id}/links
403 POST /api/v4/leads/{id}/unlink
admin GET /api/v4/roles
admin POST /api/v4/roles
admin DELETE /api/v4/roles/{id}
admin GET /api/v4/roles/{id}
admin PATCH /api/v4/roles/{id}
open POST /api/v4/short_links
admin DELETE /api/v4/sources
admin GET /api/v4/sources
admin PATCH /api/v4/sources
admin POST /api/v4/sources
admin DELETE /api/v4/sources/{id}
admin GET /api/v4/sources/{id}
admin PATCH /api/v4/sources/{id}
204 GET /api/v4/talks
403 GET /api/v4/talks/{id}
403 POST /api/v4/talks/{id}/close
403 GET /api/v4/talks/{talk_id}/messages
204 GET /api/v4/tasks
403 PATCH /api/v4/tasks
403 POST /api/v4/tasks
204 GET /api/v4/tasks/{id}
403 PATCH /api/v4/tasks/{id}
admin GET /api/v4/users
admin POST /api/v4/users
admin POST /api/v4/users/activate
admin POST /api/v4/users/deactivate
admin GET /api/v4/users/{id}
admin DELETE /api/v4/webhooks
admin GET /api/v4/webhooks
admin POST /api/v4/webhooks
admin GET /api/v4/website_buttons
admin POST /api/v4/website_buttons
admin GET /api/v4/website_buttons/{id}
admin PATCH /api/v4/website_buttons/{id}
admin POST /api/v4/website_buttons/{id}/online_chat
open GET /api/v4/widgets
admin DELETE /api/v4/widgets/{id}
open GET /api/v4/widgets/{id}
admin POST /api/v4/widgets/{id}
admin POST /api/v4/{bot_type}/{bot_id}/continue/{continue_id}
open GET /api/v4/{entity}/custom_fields
admin PATCH /api/v4/{entity}/custom_fields
admin POST /api/v4/{entity}/custom_fields
open GET /api/v4/{entity}/custom_fields/groups
admin POST /api/v4/{entity}/custom_fields/groups
admin DELETE /api/v4/{entity}/custom_fields/groups/{id}
open GET /api/v4/{entity}/custom_fields/groups/{id}
admin PATCH /api/v4/{entity}/custom_fields/groups/{id}
admin DELETE /api/v4/{entity}/custom_fields/{id}
open GET /api/v4/{entity}/custom_fields/{id}
admin PATCH /api/v4/{entity}/custom_fields/{id}
204 GET /api/v4/{entity}/notes
403 PATCH /api/v4/{entity}/notes
403 POST /api/v4/{entity}/notes
204 GET /api/v4/{entity}/notes/{id}
403 PATCH /api/v4/{entity}/notes/{id}
403 POST /api/v4/{entity}/notes/{id}/pin
403 POST /api/v4/{entity}/notes/{id}/unpin
open GET /api/v4/{entity}/tags
open PATCH /api/v4/{entity}/tags
open POST /api/v4/{entity}/tags
open PATCH /api/v4/{entity}/tags/{id}
403 DELETE /api/v4/{entity}/{entity_id}/files
403 GET /api/v4/{entity}/{entity_id}/files
403 PUT /api/v4/{entity}/{entity_id}/files
204 GET /api/v4/{entity}/{entity_id}/notes
403 PATCH /api/v4/{entity}/{entity_id}/notes
403 POST /api/v4/{entity}/{entity_id}/notes
204 GET /api/v4/{entity}/{entity_id}/notes/{id}
403 PATCH /api/v4/{entity}/{entity_id}/notes/{id}
403 POST /api/v4/{entity}/{entity_id}/notes/{id}/pin
403 POST /api/v4/{entity}/{entity_id}/notes/{id}/unpin
403 GET /api/v4/{entity}/{entity_id}/subscriptions
open DELETE /v1.0/files
open GET /v1.0/files
open POST /v1.0/files/restore
open GET /v1.0/files/stats
open GET /v1.0/files/{file_uuid}/versions
open GET /v1.0/files/{id}
open PATCH /v1.0/files/{id}
open POST /v1.0/sessions
open POST /v1.0/sessions/upload/{session_token}
";

/// Each operation with its method.
fn operations() -> Vec<(String, &'static str, &'static Value)> {
    let mut found = Vec::new();
    for (path, operations) in DOCUMENT["paths"].as_object().unwrap() {
        // Version 2 asks version 4, with the same rights; `legacy` and `legacy_cards` test it.
        if path.starts_with("/api/v2/") && path != "/api/v2/events/" {
            continue;
        }
        let is_ours = path.starts_with("/api/") || path.starts_with("/v1.0/");
        for (method, operation) in operations.as_object().unwrap() {
            if is_ours && operation.get("responses").is_some() {
                found.push((method.to_uppercase(), path.as_str(), operation));
            }
        }
    }
    // What is deleted cannot be asked for any more.
    found.sort_by_key(|(method, path, _)| (method == "DELETE", *path));
    found
}

/// The first card of the kind that a path is about.
fn card_of(path: &str) -> (&'static str, i64) {
    let others = [
        ("contacts", demo::FIRST_CONTACT),
        ("companies", demo::FIRST_COMPANY),
        ("customers", demo::FIRST_CUSTOMER),
    ];
    let other = others.into_iter().find(|(kind, _)| path.starts_with(&format!("/api/v4/{kind}/")));
    other.unwrap_or(("leads", demo::FIRST_LEAD))
}

/// A body that names the cards that are meant, and is refused by whoever looks further.
async fn body(admin: &Client, path: &str, operation: &Value) -> String {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    if schema.is_null() {
        return String::new();
    }
    // What can be listed can be changed by the id.
    let mut own = json!(1);
    if DOCUMENT["paths"][path].get("get").is_some() {
        let one = place(admin, &format!("{path}/{{id}}")).await;
        own = serde_json::from_str(one.rsplit('/').next().unwrap()).unwrap_or(own);
    }
    let (kind, card) = card_of(path);
    let to = if kind == "contacts" {
        ("companies", demo::FIRST_COMPANY)
    } else {
        ("contacts", demo::FIRST_CONTACT)
    };
    let item = json!({ "id": own, "entity_id": card, "entity_type": kind,
        "to_entity_type": to.0, "to_entity_id": to.1, "phone": "+70000000001", "bot_id": demo::BOT,
        "link": { "entity_type": kind, "entity_id": card }, "no_such_member": 1 });
    if whole(schema)["type"] == "array" { json!([item]) } else { item }.to_string()
}

async fn answered(client: &Client, method: &str, path: &str, body: &str) -> u16 {
    if path.starts_with("/v1.0/") {
        let drive = Drive { sandbox: client.sandbox.clone(), token: client.token.clone() };
        return drive.send(method, path, body.to_owned()).await.status;
    }
    client.try_send(method, path, body.to_owned()).await.unwrap().status
}

/// The client with a token that the user himself granted.
fn by_own_token(client: &Client) -> Client {
    let user = client.headers[0].1.parse().unwrap();
    let connection = client.sandbox.connection_of(demo::CLIENT_ID, user).unwrap();
    Client {
        sandbox: client.sandbox.clone(),
        token: connection.long_lived_token,
        headers: Vec::new(),
    }
}

#[tokio::test]
async fn every_operation_takes_the_right_that_is_decided() {
    let admin = world().await;
    let phone = json!({ "custom_fields_values": [
        { "field_code": "PHONE", "values": [{ "value": "+70000000001", "enum_code": "WORK" }] }] });
    let first = format!("/api/v4/contacts/{}", demo::FIRST_CONTACT);
    assert_eq!(admin.patch(&first, phone).await.status, 200);
    let all = json!({ "view": "A", "edit": "A", "add": "A", "delete": "A", "export": "A" });
    let pipelines = admin.read("/api/v4/leads/pipelines").await;
    let pipelines = pipelines["_embedded"]["pipelines"].as_array().unwrap().clone();
    let incoming = pipelines.iter().map(|pipeline| {
        let stages = pipeline["_embedded"]["statuses"].as_array().unwrap();
        let stage = stages.iter().find(|stage| stage["type"] == 1).unwrap();
        json!({ "entity_type": "leads", "pipeline_id": pipeline["id"], "status_id": stage["id"],
            "rights": { "view": "A", "edit": "A", "delete": "A" } })
    });
    let everything = json!({ "leads": all, "status_rights": incoming.collect::<Vec<_>>(), "contacts": all, "companies": all,
        "tasks": { "edit": "A", "delete": "A" }, "mail_access": true, "catalog_access": true });
    let nobody = by_own_token(&with_rights(&admin.sandbox, json!({})).await);
    let everybody = by_own_token(&with_rights(&admin.sandbox, everything).await);
    let mut found = Vec::new();
    for (method, path, operation) in operations() {
        let mut at = place(&admin, &path.replace("{talk_id}", "{id}")).await;
        if path.contains("{catalog_id}/{entity_id}") {
            at = at.replace("/3000001/", "/10001/");
        }
        for (name, value) in
            [("{bot_type}", "salesbot"), ("{bot_id}", "9501"), ("{continue_id}", "1")]
        {
            at = at.replace(name, value);
        }
        if path.ends_with("s/links") && !path.contains('{') {
            at = format!("{at}?filter[entity_id]={}", card_of(path).1);
        }
        let body = body(&admin, path, operation).await;
        let nobodys = answered(&nobody, &method, &at, &body).await;
        let everybodys = answered(&everybody, &method, &at, &body).await;
        let who = match (nobodys, everybodys) {
            (403, 403) => "admin".to_owned(),
            (nobodys, everybodys) if nobodys == everybodys => "open".to_owned(),
            (nobodys, 403) => format!("{nobodys} and then 403"),
            (nobodys, _) => nobodys.to_string(),
        };
        found.push(format!("{who} {method} {path}"));
    }
    let decided: Vec<&str> = DECIDED.trim().lines().collect();
    let decided_otherwise = found.iter().filter(|line| !decided.contains(&line.as_str()));
    let decided_otherwise: Vec<&String> = decided_otherwise.collect();
    assert!(decided_otherwise.is_empty(), "{decided_otherwise:#?}");
    assert_eq!(decided.len(), found.len());
}
