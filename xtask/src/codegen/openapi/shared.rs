//! The schemas that stand for hand-written types: failures, envelopes, tags, values of custom fields.

use anyhow::ensure;
use serde_json::{Value, json};

use super::schemas::Schemas;

/// All schemas: those that the operations named, and those that stand for hand-written types.
pub(super) fn all(schemas: &mut Schemas<'_>) -> anyhow::Result<Value> {
    let code = schemas.read("ValidationCode")?;
    let link = json!({ "type": "object", "properties": { "href": { "type": "string", "format": "uri" } } });
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
                "validation-errors": {
                    "type": "array",
                    "items": { "$ref": "#/components/schemas/ValidationErrors" },
                },
            },
        },
        "ValidationErrors": {
            "type": "object",
            "description": "What is wrong with one item.",
            "properties": {
                "request_id": { "type": "string", "description": "The item's own, or its index." },
                "errors": { "type": "array", "items": {
                    "type": "object",
                    "properties": {
                        "code": code,
                        "path": { "type": "string", "description": "`custom_fields_values.0.field_id`" },
                        "detail": { "type": "string" },
                    },
                } },
            },
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
    let mut all = schemas.take();
    for (name, schema) in [own, values()].iter().filter_map(Value::as_object).flatten() {
        let other = all.insert(name.clone(), schema.clone());
        ensure!(other.is_none(), "`{name}` is described in openapi/shared.rs too");
    }
    Ok(json!(all))
}

/// Tags, and the values of custom fields.
fn values() -> Value {
    let id = json!({ "type": ["integer", "null"], "format": "int64" });
    let text = json!({ "type": ["string", "null"] });
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
        "CustomFieldValues": {
            "type": "array",
            "description": "The custom fields that have a value.",
            "items": {
                "type": "object",
                "properties": {
                    "field_id": { "type": "integer", "format": "int64" },
                    "field_name": text,
                    "field_code": text,
                    "field_type": { "type": "string" },
                    "values": { "type": ["array", "null"], "items": { "type": "object" } },
                },
                "additionalProperties": true,
            },
        },
        "NewCustomFieldValues": {
            "type": "array",
            "description": "The custom fields that change; the others stay as they are.",
            "items": {
                "type": "object",
                "properties": {
                    "field_id": id,
                    "field_code": text,
                    "values": {
                        "type": ["array", "null"],
                        "description": "All values of the field; null empties it. Most types of fields \
                            have `value`, those with options also `enum_id` or `enum_code`.",
                        "items": { "type": "object", "properties": {
                            "value": {}, "enum_id": id, "enum_code": text,
                        } },
                    },
                },
                "required": ["values"],
                "anyOf": [{ "required": ["field_id"] }, { "required": ["field_code"] }],
            },
        },
    })
}
