//! Version 2 of the API, as far as integrations still meet it. It has no tables: nothing new is built
//! on it, and version 4 has taken the place of nearly all of it.

use serde_json::{Map, Value, json};

use super::fixed;
use super::responses::{self, Asked};

const TAG: &str = "version_2";
const KIND: &str = "application/hal+json";

/// The tag of these operations.
pub(super) fn tag() -> Value {
    json!({
        "name": TAG,
        "description": "Version 2: nothing new should be built on it. Bodies may be forms with \
            brackets too, and numbers texts. Each item of a write stands for itself: `errors` says \
            what was not done.",
    })
}

#[derive(Clone, Copy)]
struct Old {
    method: &'static str,
    /// Below `/api/v2/`.
    path: &'static str,
    name: &'static str,
    said: &'static str,
    query: &'static [&'static str],
    /// What is sent and what comes back: names of schemas.
    sent: Option<&'static str>,
    shown: &'static str,
    is_repeatable: bool,
}

const CARDS: &[&str] = &[
    "id",
    "query",
    "responsible_user_id",
    "limit_rows",
    "limit_offset",
    "filter[date_create]",
    "filter[date_modify]",
    "If-Modified-Since",
];
const LEADS: &[&str] = &[
    "id",
    "query",
    "responsible_user_id",
    "status",
    "limit_rows",
    "limit_offset",
    "filter[date_create]",
    "filter[date_modify]",
    "If-Modified-Since",
];

/// Without a body it can be done twice.
const fn read(
    path: &'static str,
    name: &'static str,
    said: &'static str,
    query: &'static [&'static str],
    shown: &'static str,
) -> Old {
    Old { method: "get", path, name, said, query, sent: None, shown, is_repeatable: true }
}

const fn write(
    path: &'static str,
    name: &'static str,
    said: &'static str,
    sent: &'static str,
    shown: &'static str,
) -> Old {
    let sent = Some(sent);
    Old { method: "post", path, name, said, query: &[], sent, shown, is_repeatable: false }
}

const fn again(old: Old) -> Old {
    Old { is_repeatable: true, ..old }
}

const ALL: [Old; 25] = [
    read("account", "account.get", "Reads the account", &["with", "free_users"], "OldAccount"),
    read("leads", "leads.list", "Lists leads", LEADS, "OldLead"),
    write("leads", "leads.write", "Adds and changes leads", "OldLeadWrites", "OldReceipt"),
    read("contacts", "contacts.list", "Lists contacts", CARDS, "OldContact"),
    write("contacts", "contacts.write", "Adds and changes contacts", "OldCardWrites", "OldReceipt"),
    read("companies", "companies.list", "Lists companies", CARDS, "OldContact"),
    write(
        "companies",
        "companies.write",
        "Adds and changes companies",
        "OldCardWrites",
        "OldReceipt",
    ),
    read("customers", "customers.list", "Lists customers", CARDS, "OldCustomer"),
    write(
        "customers",
        "customers.write",
        "Adds and changes customers",
        "OldCustomerWrites",
        "OldReceipt",
    ),
    read("tasks", "tasks.list", "Lists tasks", CARDS, "OldTask"),
    write("tasks", "tasks.write", "Adds and changes tasks", "OldTaskWrites", "OldReceipt"),
    read(
        "incoming_leads",
        "incoming_leads.list",
        "Lists incoming leads",
        &["page", "page_size", "categories", "pipeline_id"],
        "OldIncoming",
    ),
    read(
        "incoming_leads/summary",
        "incoming_leads.summary",
        "Counts incoming leads",
        &["filter[date]"],
        "OldSummary",
    ),
    write(
        "incoming_leads/form",
        "incoming_leads.add_form",
        "Adds incoming leads from forms",
        "OldForms",
        "OldOutcome",
    ),
    write(
        "incoming_leads/sip",
        "incoming_leads.add_call",
        "Adds incoming leads from calls",
        "OldCalls",
        "OldOutcome",
    ),
    write(
        "incoming_leads/accept",
        "incoming_leads.accept",
        "Accepts incoming leads",
        "OldAccepts",
        "OldOutcome",
    ),
    write(
        "incoming_leads/decline",
        "incoming_leads.decline",
        "Declines incoming leads",
        "OldDeclines",
        "OldOutcome",
    ),
    read("webhooks", "webhooks.list", "Lists subscriptions", &[], "OldWebhook"),
    again(write(
        "webhooks/subscribe",
        "webhooks.subscribe",
        "Subscribes addresses",
        "OldSubscribes",
        "OldSubscribed",
    )),
    again(write(
        "webhooks/unsubscribe",
        "webhooks.unsubscribe",
        "Ends subscriptions",
        "OldUnsubscribes",
        "OldSubscribed",
    )),
    read(
        "products_settings",
        "products_settings.get",
        "Says whether products are switched on",
        &[],
        "OldProducts",
    ),
    again(write(
        "products_settings",
        "products_settings.set",
        "Switches products on or off",
        "OldProductsSwitch",
        "OldProducts",
    )),
    write("salesbot/run", "salesbot.run", "Runs bots", "OldRuns", ""),
    again(write(
        "catalogs",
        "catalogs.delete",
        "Deletes catalogs, which version 4 cannot",
        "OldDeletes",
        "OldReceipt",
    )),
    again(write(
        "catalog_elements",
        "catalog_elements.delete",
        "Deletes elements of catalogs, which version 4 cannot",
        "OldDeletes",
        "OldReceipt",
    )),
];

/// What comes back under `_embedded.items`; the others come as they are.
const LISTED: [&str; 8] = [
    "OldLead",
    "OldContact",
    "OldCustomer",
    "OldTask",
    "OldIncoming",
    "OldWebhook",
    "OldReceipt",
    "OldSubscribed",
];

/// The paths.
pub(super) fn paths() -> Map<String, Value> {
    let mut all: Map<String, Value> = Map::new();
    for old in &ALL {
        let path = format!("/api/v2/{}", old.path);
        let operation = old.describe(&path);
        let item = all.entry(path.clone()).or_insert_with(
            || json!({ "parameters": fixed::shared_parameters(&path).unwrap_or_default() }),
        );
        item[old.method] = operation;
    }
    all
}

impl Old {
    fn describe(&self, path: &str) -> Value {
        let success = match self.shown {
            "" => json!({ "202": { "description": "Accepted, as a word." } }),
            name if LISTED.contains(&name) => {
                let reference = format!("#/components/schemas/{name}");
                let schema = json!({
                    "allOf": [{ "$ref": "#/components/schemas/OldEnvelope" }],
                    "properties": { "_embedded": { "properties": {
                        "items": { "type": "array", "items": { "$ref": reference } },
                    } } },
                });
                json!({ "200": { "description": "Done.", "content": { KIND: { "schema": schema } } } })
            }
            name => {
                let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
                json!({ "200": { "description": "Done.", "content": { KIND: { "schema": schema } } } })
            }
        };
        let mut responses = success.as_object().cloned().unwrap_or_default();
        if self.method == "get" && LISTED.contains(&self.shown) {
            let nothing = json!({ "description": "Nothing is there; the body is empty." });
            responses.insert("204".to_owned(), nothing);
        }
        responses.extend(responses::failures(&Asked {
            path,
            has_body: self.sent.is_some(),
            // Every kind of cards may be linked with customers.
            about_customers: true,
        }));
        let mut operation = json!({
            "operationId": format!("v2.{}", self.name),
            "tags": [TAG],
            "summary": self.said,
            "deprecated": !self.said.contains("version 4 cannot"),
            "x-repeatable": self.is_repeatable,
            "responses": responses,
        });
        if !self.query.is_empty() {
            operation["parameters"] = self.query.iter().copied().map(parameter).collect();
        }
        if let Some(sent) = self.sent {
            let schema = json!({ "$ref": format!("#/components/schemas/{sent}") });
            operation["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": schema } } });
        }
        operation
    }
}

fn parameter(name: &str) -> Value {
    let number = json!({ "type": "integer", "format": "int64" });
    let (name, schema, said) = match name {
        "id" => ("id[]", json!({ "type": "array", "items": number }), "With these ids."),
        "status" => ("status[]", json!({ "type": "array", "items": number }), "In these stages."),
        "responsible_user_id" => (name, number, "Whose."),
        "pipeline_id" => (name, number, "Of this pipeline."),
        "query" => (name, json!({ "type": "string" }), "A part of what they say."),
        "with" => (
            name,
            json!({ "type": "string" }),
            "What is told besides, with commas: custom_fields, users, pipelines, groups, note_types, \
             task_types.",
        ),
        "free_users" => (name, json!({ "enum": ["Y"] }), "Free users too."),
        "limit_rows" | "page_size" => {
            let said = "How many at most.";
            (name, json!({ "type": "integer", "minimum": 1, "maximum": 500 }), said)
        }
        "limit_offset" => {
            let said = "After so many others.";
            (name, json!({ "type": "integer", "minimum": 0, "maximum": 1_000_000 }), said)
        }
        "page" => {
            (name, json!({ "type": "integer", "minimum": 1, "maximum": 1_000_000 }), "The page.")
        }
        "categories" => {
            let known = json!({ "enum": ["sip", "mail", "forms", "chats"] });
            ("categories[]", json!({ "type": "array", "items": known }), "Of these categories.")
        }
        "If-Modified-Since" => {
            let said = "What was changed after this, as HTTP writes a time.";
            return json!({
                "name": name, "in": "header", "schema": { "type": "string" }, "description": said,
            });
        }
        range => {
            let ends = json!({ "type": "object", "additionalProperties": false,
                "properties": { "from": number, "to": number } });
            return json!({
                "name": range, "in": "query", "style": "deepObject", "explode": true,
                "schema": ends, "description": "In this time, in Unix seconds.",
            });
        }
    };
    json!({ "name": name, "in": "query", "schema": schema, "description": said })
}
