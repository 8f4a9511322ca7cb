//! The values of custom fields by the types of the fields: what comes back names its type, what is
//! sent does not.

use serde_json::{Map, Value, json};

use super::schemas::Schemas;

/// Types of fields whose values look alike.
struct Kind {
    /// The components are `TextValues` and `NewTextValue`.
    name: &'static str,
    types: &'static [&'static str],
    looks: Looks,
}

/// What one value looks like.
enum Looks {
    Text,
    Number,
    Flag,
    Moment,
    /// An option, named on writing by its id, its code or its text.
    Choice,
    /// A text with an option that says what it is.
    Labelled,
    /// An object of this model under `value`.
    Object(&'static str),
    /// This model itself.
    Bare(&'static str),
}

const KINDS: [Kind; 13] = [
    Kind {
        name: "Text",
        types: &["text", "textarea", "url", "streetaddress", "tracking_data"],
        looks: Looks::Text,
    },
    Kind { name: "Number", types: &["numeric", "price", "monetary"], looks: Looks::Number },
    Kind { name: "Flag", types: &["checkbox"], looks: Looks::Flag },
    Kind { name: "Moment", types: &["date", "date_time", "birthday"], looks: Looks::Moment },
    Kind {
        name: "Choice",
        types: &["select", "multiselect", "radiobutton", "category"],
        looks: Looks::Choice,
    },
    Kind { name: "Labelled", types: &["multitext", "smart_address"], looks: Looks::Labelled },
    Kind {
        name: "LegalEntity",
        types: &["legal_entity"],
        looks: Looks::Object("LegalEntityValue"),
    },
    Kind { name: "InvoiceItem", types: &["items"], looks: Looks::Object("InvoiceItem") },
    Kind {
        name: "LinkedEntity",
        types: &["linked_entity"],
        looks: Looks::Object("LinkedEntityValue"),
    },
    Kind { name: "File", types: &["file"], looks: Looks::Object("FileValue") },
    Kind { name: "Payer", types: &["payer"], looks: Looks::Object("PayerValue") },
    Kind { name: "Supplier", types: &["supplier"], looks: Looks::Object("SupplierValue") },
    Kind { name: "Chained", types: &["chained_list"], looks: Looks::Bare("ChainedElement") },
];

/// The models that values are made of.
#[cfg(test)]
pub(super) fn models() -> impl Iterator<Item = &'static str> {
    KINDS.iter().filter_map(|kind| match kind.looks {
        Looks::Object(model) | Looks::Bare(model) => Some(model),
        _ => None,
    })
}

/// The components of both ways.
pub(super) fn components(schemas: &mut Schemas<'_>) -> anyhow::Result<Map<String, Value>> {
    let mut all = Map::new();
    let mut mapping = Map::new();
    let mut read = Vec::new();
    let mut written = Vec::new();
    for kind in &KINDS {
        let (values, new) = (format!("{}Values", kind.name), format!("New{}Value", kind.name));
        let reference = |name: &str| format!("#/components/schemas/{name}");
        mapping.extend(kind.types.iter().map(|one| ((*one).to_owned(), json!(reference(&values)))));
        read.push(json!({ "$ref": reference(&values) }));
        written.push(json!({ "$ref": reference(&new) }));
        let types = json!({ "type": "string", "enum": kind.types });
        all.insert(values, field(&kind.said("The values"), &types, &kind.looks.read(schemas)?));
        let mut one = kind.looks.written(schemas)?;
        one["description"] = json!(kind.said("One value"));
        all.insert(new, one);
    }
    let known: Vec<&str> = KINDS.iter().flat_map(|kind| kind.types).copied().collect();
    let other = json!({ "type": "string", "not": { "enum": known } });
    let said = "The values of a field of a type that is not described.";
    all.insert("OtherValues".to_owned(), field(said, &other, &json!({ "type": "object" })));
    read.push(json!({ "$ref": "#/components/schemas/OtherValues" }));
    all.insert(
        "CustomFieldValues".to_owned(),
        json!({
            "type": "array",
            "description": "The custom fields that have a value.",
            "items": {
                "oneOf": read,
                "discriminator": { "propertyName": "field_type", "mapping": mapping },
            },
        }),
    );
    all.insert("NewCustomFieldValues".to_owned(), new_values(&written));
    Ok(all)
}

/// A field of these types with its values, as it is read.
fn field(said: &str, types: &Value, value: &Value) -> Value {
    json!({
        "type": "object",
        "description": said,
        "properties": {
            "field_id": { "type": "integer", "format": "int64" },
            "field_name": { "type": ["string", "null"] },
            "field_code": { "type": ["string", "null"] },
            "field_type": types,
            "values": { "type": "array", "items": value },
        },
        "required": ["field_id", "field_type", "values"],
        "additionalProperties": true,
    })
}

/// What a write says of custom fields.
fn new_values(written: &[Value]) -> Value {
    json!({
        "type": "array",
        "description": "The custom fields that change; the others stay as they are.",
        "items": {
            "type": "object",
            "properties": {
                "field_id": { "type": ["integer", "null"], "format": "int64" },
                "field_code": { "type": ["string", "null"] },
                "values": {
                    "type": ["array", "null"],
                    "description": "All values of the field, in the form of its type; null empties it, \
                        but for a file, which `[{\"value\": null}]` does.",
                    "items": { "anyOf": written },
                },
            },
            "required": ["values"],
            "anyOf": [
                { "required": ["field_id"], "properties": { "field_id": { "type": "integer" } } },
                { "required": ["field_code"], "properties": { "field_code": { "type": "string" } } },
            ],
            "additionalProperties": false,
        },
    })
}

impl Kind {
    fn said(&self, what: &str) -> String {
        let types: Vec<String> = self.types.iter().map(|one| format!("`{one}`")).collect();
        match types.as_slice() {
            [one] => format!("{what} of a field of the type {one}."),
            several => format!("{what} of a field of one of the types {}.", several.join(", ")),
        }
    }
}

impl Looks {
    /// One value as it is read.
    fn read(&self, schemas: &mut Schemas<'_>) -> anyhow::Result<Value> {
        let value = match self {
            Self::Text => json!({ "type": "string" }),
            Self::Number => json!({ "type": ["string", "number"] }),
            Self::Flag => json!({ "type": "boolean" }),
            Self::Moment => json!({
                "type": "integer", "format": "int64", "description": "Unix seconds.",
            }),
            Self::Choice | Self::Labelled => {
                return Ok(json!({
                    "type": "object",
                    "properties": {
                        "value": { "type": "string" },
                        "enum_id": { "type": "integer", "format": "int64" },
                        "enum_code": { "type": ["string", "null"] },
                    },
                    "required": ["value", "enum_id"],
                }));
            }
            Self::Object(model) => schemas.read(model)?,
            Self::Bare(model) => return schemas.read(model),
        };
        let properties = json!({ "value": value });
        Ok(json!({ "type": "object", "properties": properties, "required": ["value"] }))
    }

    /// One value as it is sent.
    fn written(&self, schemas: &mut Schemas<'_>) -> anyhow::Result<Value> {
        let value = match self {
            Self::Text | Self::Number => json!({ "type": ["string", "number"] }),
            Self::Flag => json!({ "type": "boolean" }),
            Self::Moment => json!({
                "type": ["integer", "string"],
                "description": "Unix seconds, or a moment by RFC 3339.",
            }),
            Self::Choice => {
                return Ok(labelled(
                    &json!({ "type": ["string", "null"] }),
                    &json!({
                        "anyOf": [
                            { "required": ["enum_id"] }, { "required": ["enum_code"] }, { "required": ["value"] },
                        ],
                    }),
                ));
            }
            Self::Labelled => {
                return Ok(labelled(
                    &json!({ "type": ["string", "number"] }),
                    &json!({ "required": ["value"] }),
                ));
            }
            // The one type that null does not empty.
            Self::Object(model @ "FileValue") => {
                json!({ "anyOf": [schemas.written(model)?, { "type": "null" }] })
            }
            Self::Object(model) => schemas.written(model)?,
            Self::Bare(model) => {
                return Ok(json!({ "allOf": [schemas.written(model)?] }));
            }
        };
        Ok(json!({
            "type": "object",
            "properties": { "value": value },
            "required": ["value"],
            "additionalProperties": false,
        }))
    }
}

/// A value that an option belongs to, with what must be there.
fn labelled(value: &Value, must: &Value) -> Value {
    let mut one = json!({
        "type": "object",
        "properties": {
            "value": value,
            "enum_id": { "type": ["integer", "null"], "format": "int64" },
            "enum_code": { "type": ["string", "null"] },
        },
        "additionalProperties": false,
    });
    if let (Some(one), Some(must)) = (one.as_object_mut(), must.as_object()) {
        one.extend(must.clone());
    }
    one
}
