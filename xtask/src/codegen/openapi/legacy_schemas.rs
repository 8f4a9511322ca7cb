//! What version 2 of the API takes and shows.

use serde_json::{Map, Value, json};

/// An object with these members, each with the name of its type.
fn object(members: &[(&str, &str)]) -> Value {
    let members: Map<String, Value> =
        members.iter().map(|(name, kind)| ((*name).to_owned(), schema(kind))).collect();
    json!({ "type": "object", "properties": members, "additionalProperties": true })
}

/// What is read may be null; what is sent may have its numbers as texts.
fn schema(kind: &str) -> Value {
    match kind {
        "int" => json!({ "type": ["integer", "null"], "format": "int64" }),
        "time" => json!({
            "type": ["integer", "null"], "format": "int64", "description": "Unix seconds.",
        }),
        "text" => json!({ "type": ["string", "null"] }),
        "bool" => json!({ "type": ["boolean", "null"] }),
        "ids" => json!({
            "description": "Ids under `id`, or an empty object.",
            "type": "object",
            "properties": { "id": { "type": "array", "items": { "type": "integer" } } },
        }),
        "map" => json!({
            "description": "By id; without any an empty list.",
            "anyOf": [
                { "type": "object", "additionalProperties": { "type": "object" } },
                { "type": "array", "maxItems": 0 },
            ],
        }),
        "json" => json!({}),
        "number?" => json!({ "type": ["integer", "string"] }),
        "text?" => json!({ "type": "string" }),
        "flag?" => json!({ "type": ["boolean", "integer", "string"] }),
        "numbers?" => json!({
            "anyOf": [
                { "type": "array", "items": { "type": ["integer", "string"] } },
                { "type": ["integer", "string"] },
            ],
        }),
        "tags?" => json!({
            "description": "Texts between commas, or a list of texts and ids.",
            "anyOf": [
                { "type": "string" },
                { "type": "array", "items": { "type": ["string", "integer"] } },
            ],
        }),
        "fields?" => {
            json!({ "type": "array", "items": { "$ref": "#/components/schemas/NewOldField" } })
        }
        one => match one.strip_prefix('*') {
            Some(item) => {
                json!({ "type": "array", "items": { "$ref": format!("#/components/schemas/{item}") } })
            }
            None => json!({ "$ref": format!("#/components/schemas/{one}") }),
        },
    }
}

const CARD: &[(&str, &str)] = &[
    ("id", "int"),
    ("name", "text"),
    ("responsible_user_id", "int"),
    ("created_by", "int"),
    ("created_at", "time"),
    ("updated_at", "time"),
    ("updated_by", "int"),
    ("account_id", "int"),
    ("group_id", "int"),
    ("closest_task_at", "time"),
    ("is_deleted", "bool"),
    ("tags", "*OldTag"),
    ("custom_fields", "*OldField"),
    ("_links", "OldLinks"),
];

const NEW_CARD: &[(&str, &str)] = &[
    ("name", "text?"),
    ("responsible_user_id", "number?"),
    ("created_by", "number?"),
    ("created_at", "number?"),
    ("updated_at", "number?"),
    ("tags", "tags?"),
    ("custom_fields", "fields?"),
    ("contacts_id", "numbers?"),
    ("company_id", "numbers?"),
    ("leads_id", "numbers?"),
    ("customers_id", "numbers?"),
    ("company_name", "text?"),
];

const LINKS: &[(&str, &str)] = &[
    ("contacts_id", "numbers?"),
    ("company_id", "numbers?"),
    ("leads_id", "numbers?"),
    ("customers_id", "numbers?"),
];

fn card(more: &[(&str, &str)]) -> Value {
    object(&[CARD, more].concat())
}

/// Adds under `add` and changes under `update`, which say the id and the time.
fn writes(shared: &[(&str, &str)], more: &[(&str, &str)]) -> Value {
    let new = object(&[shared, more].concat());
    let mut changed =
        object(&[shared, more, &[("id", "number?"), ("unlink", "OldUnlink")]].concat());
    changed["required"] = json!(["id", "updated_at"]);
    json!({
        "type": "object",
        "description": "Something under one of both.",
        "properties": {
            "add": { "type": "array", "items": new, "maxItems": 500 },
            "update": { "type": "array", "items": changed, "maxItems": 500 },
        },
    })
}

fn of_list(key: &str, item: &Value) -> Value {
    json!({
        "type": "object",
        "properties": { key: { "type": "array", "items": item, "minItems": 1 } },
        "required": [key],
    })
}

fn incoming(info: &[(&str, &str)]) -> Value {
    let cards = |more: &[(&str, &str)]| json!({ "type": "array", "items": object(&[NEW_CARD, more].concat()) });
    let mut item = object(&[
        ("source_name", "text?"),
        ("source_uid", "text?"),
        ("created_at", "number?"),
        ("pipeline_id", "number?"),
    ]);
    item["properties"]["incoming_lead_info"] = object(info);
    item["properties"]["incoming_entities"] = json!({
        "type": "object",
        "properties": {
            "leads": cards(&[("sale", "number?")]),
            "contacts": cards(&[]),
            "companies": cards(&[]),
        },
    });
    of_list("add", &item)
}

/// The components.
pub(super) fn components() -> Value {
    let parts = [shared(), cards(), incoming_leads(), small()];
    let all = parts.into_iter().filter_map(|part| match part {
        Value::Object(part) => Some(part),
        _ => None,
    });
    Value::Object(all.flatten().collect())
}

/// What lists and writes have in common.
fn shared() -> Value {
    json!({
        "OldLinks": object(&[("self", "json")]),
        "OldEnvelope": {
            "type": "object",
            "properties": {
                "_links": { "$ref": "#/components/schemas/OldLinks" },
                "_embedded": {
                    "type": "object",
                    "properties": {
                        "items": { "type": "array" },
                        "errors": {
                            "type": "object",
                            "description": "What was not done: under `add` a list, under `update` and \
                                `delete` by ids.",
                        },
                    },
                    "required": ["items"],
                },
            },
            "required": ["_links", "_embedded"],
        },
        "OldReceipt": object(&[("id", "int"), ("request_id", "json"), ("_links", "OldLinks")]),
        "OldTag": object(&[("id", "int"), ("name", "text")]),
        "OldFieldValue": object(&[("value", "json"), ("enum", "text"), ("subtype", "text")]),
        "OldField": object(&[
            ("id", "int"),
            ("name", "text"),
            ("code", "text"),
            ("values", "*OldFieldValue"),
            ("is_system", "bool"),
        ]),
        "NewOldFieldValue": object(&[("value", "json"), ("enum", "number?"), ("subtype", "text?")]),
        "NewOldField": object(&[("id", "number?"), ("values", "*NewOldFieldValue")]),
        "OldUnlink": object(LINKS),
    })
}

/// Cards and tasks.
fn cards() -> Value {
    json!({
        "OldLead": card(&[
            ("status_id", "int"),
            ("pipeline_id", "int"),
            ("sale", "json"),
            ("loss_reason_id", "int"),
            ("closed_at", "time"),
            ("main_contact", "json"),
            ("company", "json"),
            ("contacts", "ids"),
        ]),
        "OldContact": card(&[
            ("first_name", "text"),
            ("last_name", "text"),
            ("company", "json"),
            ("contacts", "ids"),
            ("leads", "ids"),
            ("customers", "ids"),
        ]),
        "OldCustomer": card(&[
            ("next_date", "time"),
            ("next_price", "json"),
            ("periodicity", "int"),
            ("ltv", "json"),
            ("purchases_count", "int"),
            ("period_id", "int"),
            ("company", "json"),
            ("contacts", "ids"),
        ]),
        "OldTask": object(&[
            ("id", "int"),
            ("element_id", "int"),
            ("element_type", "int"),
            ("task_type", "int"),
            ("complete_till_at", "time"),
            ("text", "text"),
            ("is_completed", "bool"),
            ("responsible_user_id", "int"),
            ("created_by", "int"),
            ("created_at", "time"),
            ("updated_at", "time"),
            ("account_id", "int"),
            ("group_id", "int"),
            ("result", "json"),
            ("_links", "OldLinks"),
        ]),
        "OldLeadWrites": writes(NEW_CARD, &[
            ("status_id", "number?"),
            ("pipeline_id", "number?"),
            ("sale", "number?"),
            ("loss_reason_id", "number?"),
        ]),
        "OldCardWrites": writes(NEW_CARD, &[("first_name", "text?"), ("last_name", "text?")]),
        "OldCustomerWrites": writes(NEW_CARD, &[
            ("next_date", "number?"),
            ("next_price", "number?"),
            ("periodicity", "number?"),
            ("period_id", "number?"),
        ]),
        "OldTaskWrites": writes(&[("responsible_user_id", "number?"), ("updated_at", "number?")], &[
            ("element_id", "number?"),
            ("element_type", "number?"),
            ("task_type", "number?"),
            ("text", "text?"),
            ("complete_till_at", "number?"),
            ("is_completed", "flag?"),
        ]),
    })
}

/// Incoming leads.
fn incoming_leads() -> Value {
    let uids = json!({ "type": "string" });
    let mut accepts = of_list("accept", &uids);
    accepts["properties"]["user_id"] = schema("number?");
    accepts["properties"]["status_id"] = schema("number?");
    let mut declines = of_list("decline", &uids);
    declines["properties"]["user_id"] = schema("number?");
    json!({
        "OldIncoming": object(&[
            ("uid", "text"),
            ("category", "text"),
            ("source_name", "text"),
            ("created_at", "time"),
            ("pipeline_id", "int"),
            ("incoming_lead_info", "json"),
            ("incoming_entities", "json"),
        ]),
        "OldSummary": object(&[
            ("sip", "int"),
            ("mail", "int"),
            ("forms", "int"),
            ("chat", "int"),
            ("total", "int"),
            ("avg_time", "int"),
            ("accepted", "int"),
            ("_links", "OldLinks"),
        ]),
        "OldForms": incoming(&[
            ("form_id", "text?"),
            ("form_name", "text?"),
            ("form_page", "text?"),
            ("form_send_at", "number?"),
            ("ip", "text?"),
            ("referer", "text?"),
        ]),
        "OldCalls": incoming(&[
            ("to", "number?"),
            ("from", "text?"),
            ("date_call", "number?"),
            ("duration", "number?"),
            ("link", "text?"),
            ("service_code", "text?"),
            ("uniq", "text?"),
            ("add_note", "flag?"),
        ]),
        "OldAccepts": accepts,
        "OldDeclines": declines,
        "OldOutcome": {
            "type": "object",
            "description": "What was refused comes with 200 too.",
            "properties": {
                "status": { "type": "string", "enum": ["success", "fail"] },
                "data": {
                    "description": "The uids, or by the uids what became of each.",
                    "type": ["array", "object"],
                },
                "error": { "type": "string" },
                "error_code": { "type": "integer" },
                "_links": { "$ref": "#/components/schemas/OldLinks" },
            },
            "required": ["status", "data"],
        },
    })
}

/// The account, webhooks, products, bots, deletions.
fn small() -> Value {
    let run =
        object(&[("bot_id", "number?"), ("entity_id", "number?"), ("entity_type", "number?")]);
    let subscription = object(&[("url", "text?")]);
    let mut new_subscription = subscription.clone();
    new_subscription["properties"]["events"] =
        json!({ "type": "array", "items": { "type": "string" } });
    let switch = object(&[("enabled", "flag?")]);
    json!({
        "OldAccount": {
            "type": "object",
            "properties": {
                "id": { "type": "integer" },
                "name": { "type": "string" },
                "subdomain": { "type": "string" },
                "currency": { "type": "string" },
                "timezone": { "type": "string" },
                "timezone_offset": { "type": "string" },
                "language": { "type": "string" },
                "date_pattern": { "type": "object" },
                "current_user": { "type": "integer" },
                "_embedded": object(&[
                    ("users", "map"),
                    ("pipelines", "map"),
                    ("groups", "map"),
                    ("task_types", "map"),
                    ("note_types", "map"),
                    ("custom_fields", "json"),
                ]),
            },
            "required": ["id", "name", "subdomain"],
        },
        "OldWebhook": {
            "type": "object",
            "properties": {
                "id": { "type": "integer" },
                "url": { "type": "string" },
                "events": { "type": "array", "items": { "type": "string" } },
                "disabled": { "type": "boolean" },
            },
            "required": ["url", "events"],
        },
        "OldSubscribes": of_list("subscribe", &new_subscription),
        "OldUnsubscribes": of_list("unsubscribe", &subscription),
        "OldSubscribed": {
            "type": "object",
            "description": "What became of one address.",
            "properties": {
                "url": {},
                "result": { "type": "boolean" },
                "error": { "type": "string" },
            },
            "required": ["result"],
        },
        "OldProducts": object(&[("is_enabled", "bool"), ("catalog_id", "int")]),
        "OldProductsSwitch": switch,
        "OldRuns": { "type": "array", "items": run, "minItems": 1 },
        "OldDeletes": {
            "type": "object",
            "properties": { "delete": schema("numbers?") },
            "required": ["delete"],
        },
    })
}
