//! What the descriptions become in `OpenAPI`.

use serde_json::{Map, Value, json};

use super::{Families, document, fields, sorted, text};
use crate::codegen::sandbox::tests::SPEC;

/// What comes of the description of things, and of the few models that every document needs.
fn described(spec: &str) -> anyhow::Result<Value> {
    Ok(sorted(document(&families(spec)?, "")?))
}

fn families(spec: &str) -> anyhow::Result<Families> {
    let shared = r#"
        doc = "Shared."
        [model.Links]
        doc = "Addresses."
        [model.Links.members]
        this = { type = "String", key = "self", doc = "Its own." }
        [enum.ValidationCode]
        doc = "What is wrong."
        [enum.ValidationCode.values]
        NotBlank = "Empty."
        [number.ProblemCode]
        doc = "What older answers say."
        [number.ProblemCode.values]
        101 = { name = "NO_SUCH_ACCOUNT", doc = "No account." }
    "#;
    // The objects that values of custom fields can be.
    let objects = fields::models().map(|name| {
        format!(
            "[model.{name}]\ndoc = \"An object.\"\nwrites = {{ build = true }}\n\
             members.name = {{ type = \"String\", write = \"new\", doc = \"Its name.\" }}\n"
        )
    });
    let shared = objects.fold(shared.to_owned(), |shared, object| shared + &object);
    Ok(Families::from([
        ("shared".to_owned(), toml::from_str(&shared)?),
        ("things".to_owned(), toml::from_str(spec)?),
    ]))
}

fn error(spec: &str) -> String {
    described(spec).err().map(|error| format!("{error:#}")).unwrap_or_default()
}

/// Every reference of the document.
fn references<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match value.as_str().filter(|_| key == "$ref") {
                    Some(reference) => found.push(reference),
                    None => references(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

fn parameter<'v>(operation: &'v Value, name: &str) -> &'v Value {
    let mut all = operation["parameters"].as_array().into_iter().flatten();
    all.find(|one| one["name"] == name).unwrap_or(&Value::Null)
}

#[test]
fn a_list_says_all_that_it_can_be_asked_for() -> anyhow::Result<()> {
    let all = described(SPEC)?;
    let list = &all["paths"]["/api/v4/things"]["get"];
    assert_eq!(list["operationId"], "small_things.list");
    assert_eq!(list["tags"], json!(["small_things"]));
    assert_eq!(parameter(list, "limit")["schema"]["maximum"], 250);
    assert_eq!(parameter(list, "with")["explode"], false);
    assert_eq!(parameter(list, "filter[id][]")["schema"]["maxItems"], 10);
    assert_eq!(parameter(list, "filter[_size]"), &Value::Null);
    let range = parameter(list, "filter[size]");
    assert_eq!(range["style"], "deepObject");
    let ends = json!({ "anyOf": [{ "type": "integer", "format": "int64" }, { "type": "string" }] });
    assert_eq!(range["schema"]["properties"], json!({ "from": ends, "to": ends }));
    assert_eq!(parameter(list, "filter[whole]")["schema"]["enum"], json!([0, 1]));
    assert_eq!(parameter(list, "filter[pairs][0][a]")["schema"]["type"], "integer");
    assert_eq!(parameter(list, "filter[custom_fields_values]")["style"], "deepObject");
    // A filter that is written by hand says its names whole, and goes alone.
    let count = &all["paths"]["/api/v4/things/count"]["get"];
    assert_eq!(parameter(count, "kind")["schema"]["$ref"], "#/components/schemas/Color");
    assert_eq!(parameter(count, "with"), &Value::Null);
    let page = &list["responses"]["200"]["content"]["application/hal+json"]["schema"];
    let item = json!({ "$ref": "#/components/schemas/Thing" });
    assert_eq!(page["properties"]["_embedded"]["properties"]["things"]["items"], item);
    assert_eq!(page["allOf"][0]["$ref"], "#/components/schemas/PageEnvelope");
    assert!(list["responses"]["204"].is_object() && list["responses"]["404"].is_object());
    Ok(())
}

#[test]
fn what_is_read_is_tolerant_and_what_is_sent_is_strict() -> anyhow::Result<()> {
    let best = "best = { type = \"Part\", doc = \"The best part.\" }\n    boxes = ";
    let all = described(&SPEC.replace("boxes = ", best))?;
    let schemas = &all["components"]["schemas"];
    let (thing, new, patch) = (&schemas["Thing"], &schemas["NewThing"], &schemas["ThingPatch"]);
    assert_eq!(thing["additionalProperties"], true);
    assert_eq!(thing["required"], json!(["id"]));
    assert_eq!(thing["properties"]["weight"]["type"], Value::Null, "f64 is not described");
    assert_eq!(thing["properties"]["name"]["type"], json!(["string", "null"]));
    let part = json!([
        { "$ref": "#/components/schemas/Part" }, { "type": "array", "maxItems": 0 }, { "type": "null" },
    ]);
    assert_eq!(thing["properties"]["best"]["anyOf"], part);
    assert_eq!(thing["properties"]["secret"], Value::Null, "it is never told");
    assert_eq!(new["additionalProperties"], false);
    assert_eq!(new["required"], json!(["name", "kind"]));
    assert_eq!(new["properties"]["weight"], Value::Null, "it is only read");
    assert_eq!(new["properties"]["parts"], Value::Null, "a change has it");
    assert_eq!(new["properties"]["request_id"]["type"], "string");
    let size =
        json!([{ "type": "integer", "format": "int64" }, { "type": "string" }, { "type": "null" }]);
    assert_eq!(new["properties"]["_size"]["anyOf"], size);
    let hue = json!({ "$ref": "#/components/schemas/Thing.HUES", "description": "The hue." });
    assert_eq!(new["properties"]["hue"], hue);
    let hues = json!([{ "type": "string", "enum": ["warm", "cold"] }, { "type": "string" }]);
    assert_eq!(schemas["Thing.HUES"]["anyOf"], hues, "the set may grow");
    let embedded = &new["properties"]["_embedded"]["properties"];
    assert_eq!(embedded["tags"]["items"]["$ref"], "#/components/schemas/TagRef");
    assert_eq!(embedded["holes"]["items"]["required"], json!(["id"]));
    assert_eq!(patch["required"], Value::Null, "what is left out stays");
    assert_eq!(patch["properties"]["level"], Value::Null);
    assert_eq!(patch["properties"]["parts"]["maxItems"], 2);
    let part = &schemas["PartInput"];
    assert_eq!((&part["required"], &part["properties"]["id"]), (&json!(["color"]), &Value::Null));
    assert_eq!(schemas["Part"]["properties"]["id"]["format"], "int64");
    let color = &schemas["Color"];
    assert_eq!(color["anyOf"][0]["enum"], json!(["red"]));
    assert!(color["description"].as_str().is_some_and(|said| said.contains("grey_{id}")));
    let fold = &all["paths"]["/api/v4/things/{id}/fold"]["post"]["requestBody"];
    let fold = &fold["content"]["application/json"]["schema"]["oneOf"];
    assert_eq!(fold[0]["$ref"], "#/components/schemas/Fold");
    assert_eq!(fold[1]["items"], fold[0]);
    assert_eq!(schemas["Fold"]["properties"]["request_id"]["type"], "string");
    Ok(())
}

#[test]
fn parameters_look_by_the_kind_of_their_object() -> anyhow::Result<()> {
    let mut spec = SPEC.to_owned();
    for (before, after) in [
        ("red = \"Red.\"", "red = { doc = \"Red.\", params = \"Part\" }\n    blue = \"Blue.\""),
        ("text = \"String\"", "params = \"BTreeMap<String, Value>\""),
        ("doc = \"A part.\"", "doc = \"A part.\"\n    writes = { build = true }"),
    ] {
        assert!(spec.contains(before));
        spec = spec.replace(before, after);
    }
    let all = described(&spec)?;
    let schemas = &all["components"]["schemas"];
    let place = |name: &str| format!("#/components/schemas/{name}");
    let kinds = |name: &str| -> Vec<Value> {
        let kinds = schemas[name]["oneOf"].as_array().into_iter().flatten();
        kinds.map(|kind| kind["$ref"].clone()).collect()
    };
    assert_eq!(kinds("Thing"), [place("ThingPart"), place("ThingOther")]);
    assert_eq!(kinds("NewThing"), [place("NewThingPart")], "nobody writes what is not described");
    assert_eq!(kinds("ThingPatch"), [place("ThingPatchPart"), place("ThingPatchOther")]);
    assert_eq!(schemas["NewThing"]["discriminator"]["mapping"]["red"], place("NewThingPart"));
    assert!(schemas["ThingPatch"]["discriminator"].is_null(), "a change need not say the kind");
    let new = &schemas["NewThingPart"];
    assert_eq!(new["properties"]["kind"]["enum"], json!(["red"]));
    assert_eq!(new["properties"]["params"]["$ref"], place("PartInput"));
    assert_eq!(new["required"], json!(["name", "kind", "params"]));
    let read = &schemas["ThingPart"]["properties"]["params"]["anyOf"];
    assert_eq!(read[0]["$ref"], place("Part"));
    let other = &schemas["ThingOther"]["properties"]["kind"];
    assert_eq!(other["not"]["enum"], json!(["red"]));
    assert!(schemas["ThingPatchOther"]["properties"]["params"].is_null());
    assert_eq!(schemas["ThingPatchPart"]["required"], json!(["kind"]));
    Ok(())
}

#[test]
fn version_2_says_what_version_4_cannot() -> anyhow::Result<()> {
    let all = described(SPEC)?;
    let path = |name: &str| &all["paths"][format!("/api/v2/{name}")];
    assert_eq!(path("leads")["get"]["deprecated"], true);
    assert_eq!(path("catalogs")["post"]["deprecated"], false);
    let list = &path("leads")["get"]["responses"];
    assert!(list["204"].is_object() && list["413"].is_null());
    let rows = parameter(&path("leads")["get"], "limit_rows");
    assert_eq!(rows["schema"]["maximum"], 500);
    assert!(path("salesbot/run")["post"]["responses"]["202"].is_object());
    Ok(())
}

#[test]
fn values_of_custom_fields_are_told_apart_by_their_types() -> anyhow::Result<()> {
    let all = described(SPEC)?;
    let schemas = &all["components"]["schemas"];
    let read = &schemas["CustomFieldValues"]["items"];
    let mapping = &read["discriminator"]["mapping"];
    assert_eq!(mapping["date_time"], "#/components/schemas/MomentValues");
    let one = &schemas["MomentValues"]["properties"]["values"]["items"];
    assert_eq!(one["properties"]["value"]["type"], "integer");
    let known = mapping.as_object().map_or(0, Map::len);
    let other = &schemas["OtherValues"]["properties"]["field_type"]["not"]["enum"];
    assert_eq!(other.as_array().map(Vec::len), Some(known), "no type is of two kinds");
    let chained = &schemas["ChainedValues"]["properties"]["values"]["items"];
    assert_eq!(chained["$ref"], "#/components/schemas/ChainedElement");
    let file = &schemas["NewFileValue"]["properties"]["value"]["anyOf"];
    assert_eq!(file[0]["$ref"], "#/components/schemas/FileValueInput");
    assert_eq!(schemas["NewLabelledValue"]["required"], json!(["value"]));
    Ok(())
}

#[test]
fn failures_hang_on_what_is_asked_for() -> anyhow::Result<()> {
    let create = "create = { method = \"POST\", ";
    let spec = SPEC.replace(create, &format!("{create}partly = true, "));
    assert_ne!(spec, SPEC);
    let all = described(&spec)?;
    let create = &all["paths"]["/api/v4/things"]["post"]["responses"];
    assert!(create["413"].is_object());
    let kinds: Vec<_> = create["400"]["content"].as_object().into_iter().flatten().collect();
    assert_eq!(kinds.len(), 2, "nothing was saved, or all of it is malformed");
    let list = &all["paths"]["/api/v4/things"]["get"]["responses"];
    assert!(list["413"].is_null() && list["426"].is_null());
    assert_eq!(list["5XX"]["$ref"], "#/components/responses/ServerError");
    let drive = described(&SPEC.replace("/api/v4/things", "/v1.0/things"))?;
    let list = &drive["paths"]["/v1.0/things"]["get"]["responses"];
    assert!(list["301"].is_null() && list["200"]["content"]["application/json"].is_object());
    assert_eq!(list["400"]["$ref"], "#/components/responses/PlainBadRequest");
    Ok(())
}

#[test]
fn writes_answer_with_receipts_and_refusals() -> anyhow::Result<()> {
    let all = described(SPEC)?;
    let create = &all["paths"]["/api/v4/things"]["post"];
    let body = &create["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!((&body["type"], &body["maxItems"]), (&json!("array"), &json!(10)));
    assert!(create["responses"]["201"].is_object() && create["responses"]["200"].is_null());
    assert_eq!(create["responses"]["422"]["$ref"], "#/components/responses/UnprocessableEntity");
    let update = &all["paths"]["/api/v4/things/{id}"]["patch"];
    assert!(update["responses"]["404"].is_object());
    let receipt = &update["responses"]["200"]["content"]["application/hal+json"]["schema"];
    let members: Vec<_> = receipt["properties"].as_object().into_iter().flatten().collect();
    let names: Vec<_> = members.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["_links", "id", "name", "request_id"]);
    Ok(())
}

#[test]
fn every_reference_has_its_component_and_the_text_is_the_same_each_time() -> anyhow::Result<()> {
    let all = described(SPEC)?;
    let mut found = Vec::new();
    references(&all, &mut found);
    assert!(found.len() > 20);
    for reference in found {
        let place = reference.trim_start_matches('#');
        assert!(all.pointer(place).is_some_and(Value::is_object), "{reference}");
    }
    assert_eq!(text(&families(SPEC)?, "")?, text(&families(SPEC)?, "")?);
    Ok(())
}

#[test]
fn examples_stand_where_they_are_named() -> anyhow::Result<()> {
    let with = |examples: &str| document(&families(SPEC)?, examples);
    let all = with(r#""small_things.update" = { path = { id = 5 }, body = '{"name": "a"}' }"#)?;
    let update = &all["paths"]["/api/v4/things/{id}"]["patch"];
    assert_eq!(parameter(update, "id")["example"], 5);
    let body = &update["requestBody"]["content"]["application/json"];
    assert_eq!(body["example"], json!({ "name": "a" }));
    for (examples, said) in [
        ("\"small_things.burn\" = { body = '1' }", "no operation `small_things.burn`"),
        ("\"small_things.list\" = { body = '1' }", "it has no body"),
        ("\"small_things.create\" = { path = { id = 1 }, body = '[]' }", "`id` is not in the path"),
        ("\"small_things.create\" = { body = '[' }", "example of small_things.create"),
    ] {
        let error = with(examples).err().map(|error| format!("{error:#}")).unwrap_or_default();
        assert!(error.contains(said), "{examples}: {error}");
    }
    Ok(())
}

#[test]
fn documentation_speaks_of_the_wire() -> anyhow::Result<()> {
    let doc = "doc = \"With [`ThingWith::Holes`], [`Part::id`](crate::Part::id) and [`Thing`].\\n```\\nlet x;\\n```\"";
    let spec = SPEC.replace("doc = \"A thing.\"", doc);
    assert_ne!(spec, SPEC);
    let said = &described(&spec)?["components"]["schemas"]["Thing"]["description"];
    assert_eq!(said, "With `holes`, `id` and `Thing`.");
    Ok(())
}

#[test]
fn kinds_of_entities_are_parameters_without_slashes() -> anyhow::Result<()> {
    let scoped = SPEC.replace(
        "path = \"/api/v4/things\"",
        "path = \"/api/v4/{entity}/things\"\nscope = \"CustomFieldsOf\"",
    );
    let all = described(&scoped)?;
    let path = |place: &str| all["paths"][format!("/api/v4/{place}/things")]["get"].clone();
    let plain = path("{entity}");
    let kinds = json!(["leads", "contacts", "companies", "customers"]);
    assert_eq!(parameter(&plain, "entity")["schema"]["enum"], kinds);
    assert_eq!(path("customers/segments")["operationId"], "small_things.list.of_segments");
    assert_eq!(parameter(&path("catalogs/{catalog_id}"), "catalog_id")["required"], true);
    assert!(plain["responses"]["426"].is_object(), "customers can be switched off");
    assert!(path("catalogs/{catalog_id}")["responses"]["426"].is_null());
    Ok(())
}

#[test]
fn what_cannot_be_said_is_an_error_that_names_the_place() {
    for ((before, after), said) in [
        (("\"/api/v4/things\"", "\"/api/v4/{entity}/things\""), "`{entity}` of `` is not known"),
        (("path = \"/count\"", "path = \"/{what}\""), "what is `what`?"),
        (("path = \"/count\"", "path = \"\""), "get /api/v4/things is there twice"),
        (("path = \"/{id}/fold\"", "path = \"/{thing_id}\""), "are one path"),
        (("doc = \"Counts.\" ", ""), "`count` is no known capability"),
        (("Size = \"i64 | String\"", ""), "`Size` is not described"),
        (("Fold", "TagRef"), "`TagRef` is described in openapi/shared.rs too"),
    ] {
        let spec = SPEC.replace(before, after);
        assert_ne!(spec, SPEC, "{before}");
        let error = error(&spec);
        assert!(error.contains(said), "{before}: {error}");
    }
}
