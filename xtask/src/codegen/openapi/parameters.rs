//! What a list can be asked for: the parameters of the query.

use anyhow::{Context as _, bail};
use serde_json::{Map, Value, json};

use super::schemas::{Schemas, Way, described};
use super::words;
use crate::codegen::sandbox::members::Written;
use crate::codegen::spec::{Enum, Filter, FilterMember};

fn query(name: &str, schema: impl Into<Value>, said: &str) -> Value {
    json!({ "name": name, "in": "query", "schema": schema.into(), "description": said })
}

/// `page` and `limit`.
pub(super) fn paging(most: u16) -> [Value; 2] {
    let page = json!({ "type": "integer", "minimum": 1, "default": 1 });
    let limit = json!({ "type": "integer", "minimum": 1, "maximum": most });
    [query("page", page, "Which page."), query("limit", limit, "How many on a page.")]
}

/// The text that is searched for in all that is filled.
pub(super) fn search() -> Value {
    query("query", json!({ "type": "string" }), "A text that is searched for in what is filled.")
}

/// `with`: a list joined by commas.
pub(super) fn with(one: &str, schemas: &mut Schemas<'_>) -> anyhow::Result<Value> {
    let item = schemas.written(one)?;
    let mut parameter =
        query("with", json!({ "type": "array", "items": item }), "What is wanted besides.");
    parameter["style"] = json!("form");
    parameter["explode"] = json!(false);
    Ok(parameter)
}

/// `order[..]`, one parameter for each thing to order by.
pub(super) fn order<'a>(
    one: &'a Enum,
    schemas: &'a Schemas<'_>,
) -> impl Iterator<Item = Value> + use<'a> {
    one.values.iter().map(|(text, value)| {
        let schema = json!({ "type": "string", "enum": ["asc", "desc"] });
        let by = words::plain(value.doc(), schemas.families);
        query(&format!("order[{text}]"), schema, &format!("Orders by this: {by}"))
    })
}

/// The parameters of a filter.
pub(super) fn filter(filter: &Filter, schemas: &mut Schemas<'_>) -> anyhow::Result<Vec<Value>> {
    let mut parameters = Vec::new();
    for (name, member) in &filter.members {
        let name = member.key.as_deref().unwrap_or(name);
        let outer = if filter.by_hand { name.to_owned() } else { format!("filter[{name}]") };
        one(&mut parameters, &outer, member, filter.custom_fields, schemas)
            .with_context(|| format!("filter {name}"))?;
    }
    if filter.custom_fields {
        let schema = json!({ "type": "object", "additionalProperties": { "type": "string" } });
        let said = "By the values of custom fields: `filter[custom_fields_values][{field_id}][]` \
            for each of several values, `[{field_id}][from]` and `[{field_id}][to]` for a range.";
        parameters.push(deep("filter[custom_fields_values]", schema, &paid(said, true)));
    }
    Ok(parameters)
}

fn deep(name: &str, schema: impl Into<Value>, said: &str) -> Value {
    let mut parameter = query(name, schema, said);
    parameter["style"] = json!("deepObject");
    parameter["explode"] = json!(true);
    parameter
}

fn paid(said: &str, is_paid: bool) -> String {
    let heeded = " Only accounts with the paid option of filters heed it.";
    format!("{said}{}", if is_paid { heeded } else { "" })
}

fn one(
    parameters: &mut Vec<Value>,
    name: &str,
    member: &FilterMember,
    is_paid: bool,
    schemas: &mut Schemas<'_>,
) -> anyhow::Result<()> {
    let said = paid(&words::plain(&member.doc, schemas.families), is_paid);
    if let Some(kind) = &member.one {
        parameters.push(query(name, schemas.written(kind)?, &said));
    } else if let Some(kind) = &member.list {
        let mut list = json!({ "type": "array", "items": schemas.written(kind)? });
        if let Some(most) = member.max {
            list["maxItems"] = json!(most);
        }
        parameters.push(query(&format!("{name}[]"), list, &said));
    } else if let Some(kind) = &member.range {
        let end = schemas.written(kind)?;
        let ends = json!({ "from": end, "to": end });
        let schema = json!({ "type": "object", "properties": ends, "additionalProperties": false });
        parameters.push(deep(name, schema, &said));
    } else if let Some(members) = &member.object {
        let lines = schemas.objects.sent(members, Written::Both)?;
        parameters.push(deep(name, schemas.object(lines.iter(), Map::new(), Way::Written)?, &said));
    } else if let Some(members) = &member.objects {
        let said = format!("{said} Others follow with the numbers 1, 2, ...");
        let lines = schemas.objects.sent(members, Written::Both)?;
        for line in lines.iter() {
            let schema = schemas.schema(&line.kind, Way::Written)?;
            let schema = described(schema, &line.doc);
            parameters.push(query(&format!("{name}[0][{}]", line.name), schema, &said));
        }
    } else if member.flag {
        parameters.push(query(name, json!({ "type": "integer", "enum": [0, 1] }), &said));
    } else {
        bail!("it has no form");
    }
    Ok(())
}
