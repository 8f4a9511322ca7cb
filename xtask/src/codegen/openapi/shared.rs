//! The schemas that stand for hand-written types: failures, envelopes, tags, values of custom fields.

use anyhow::ensure;
use serde_json::{Value, json};

use super::schemas::Schemas;
use super::{access, fields, legacy_schemas};

/// All schemas: those that the operations named, and those that stand for hand-written types.
pub(super) fn all(schemas: &mut Schemas<'_>) -> anyhow::Result<Value> {
    let code = schemas.read("ValidationCode")?;
    let link = json!({ "type": "object", "properties": { "href": {
        "type": "string",
        "description": "An absolute address; brackets in its query are not encoded.",
    } } });
    let flaw = json!({
        "type": "object",
        "properties": {
            "code": code,
            "path": { "type": "string", "description": "`custom_fields_values.0.field_id`" },
            "detail": { "type": "string" },
        },
        "required": ["code"],
    });
    let own = json!({
        "Problem": {
            "type": "object",
            "description": "A failure.",
            "properties": {
                "title": { "type": "string" },
                "type": { "type": "string" },
                "status": { "type": "integer" },
                "detail": { "type": "string" },
                "hint": { "type": "string", "description": "What is wrong with a token." },
                "retry_after": { "type": "integer", "description": "Seconds to wait." },
                "trace_id": { "type": "string", "description": "What support asks for after a 500." },
                "validation-errors": {
                    "type": "array",
                    "items": { "$ref": "#/components/schemas/ValidationErrors" },
                },
                "errors": {
                    "type": "array",
                    "description": "The same where several were to be deleted.",
                    "items": { "$ref": "#/components/schemas/ItemError" },
                },
            },
            "required": ["title", "status"],
        },
        "ItemError": {
            "type": "object",
            "description": "What is wrong with one item.",
            "properties": { "request_id": { "type": "string" }, "errors": flaw },
        },
        "ValidationErrors": {
            "type": "object",
            "description": "What is wrong with one item.",
            "properties": {
                "request_id": { "type": "string", "description": "The item's own, or its index." },
                "errors": { "type": "array", "items": flaw },
            },
            "required": ["errors"],
        },
        "ListEnvelope": {
            "type": "object",
            "description": "A whole list.",
            "properties": {
                "_total_items": { "type": "integer" },
                "_links": { "type": "object", "additionalProperties": link },
            },
        },
        "PageEnvelope": {
            "type": "object",
            "description": "A page of a list; the last one has no `next`.",
            "properties": {
                "_page": { "type": "integer" },
                "_total_items": { "type": "integer" },
                "_page_count": { "type": "integer" },
                "_links": { "type": "object", "properties": {
                    "self": link, "next": link, "prev": link, "first": link, "last": link,
                } },
            },
        },
    });
    let fields = Value::Object(fields::components(schemas)?);
    let access = access::schemas(schemas)?;
    let mut all = schemas.take();
    let legacy = legacy_schemas::components();
    for (name, schema) in
        [own, tag(), fields, access, legacy].iter().filter_map(Value::as_object).flatten()
    {
        let other = all.insert(name.clone(), schema.clone());
        ensure!(other.is_none(), "`{name}` is described in openapi/shared.rs too");
    }
    Ok(json!(all))
}

/// A tag as it is put on entities.
fn tag() -> Value {
    json!({
        "TagRef": {
            "description": "A tag by its id, or by its text: one that is not there is made.",
            "oneOf": [
                { "type": "object", "required": ["id"], "additionalProperties": false,
                  "properties": { "id": { "type": "integer", "format": "int64" } } },
                { "type": "object", "required": ["name"], "additionalProperties": false,
                  "properties": { "name": { "type": "string" } } },
            ],
        },
    })
}
