//! What the descriptions become.

use super::words::{WIDTH, doc, pascal};
use super::{Families, family};
use crate::codegen::spec::Family;

#[test]
fn variants_are_named_after_their_texts() {
    for (text, variant) in [
        ("only_deleted", "OnlyDeleted"),
        ("leads", "Leads"),
        ("NotSupportedChoice", "NotSupportedChoice"),
        ("PHONE", "Phone"),
        ("catalog_1-2", "Catalog12"),
    ] {
        assert_eq!(pascal(text), variant);
    }
}

#[test]
fn comments_are_wrapped_but_programs_are_not() {
    let long = "word ".repeat(30);
    let program = format!("```\nlet text = \"{long}\";\n```");
    let mut text = String::new();
    doc(&mut text, "    ", &format!("{long}\n\n{program}"));
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].len() <= WIDTH && lines[1].len() <= WIDTH);
    assert_eq!(lines[2], "    ///");
    assert!(lines[4].len() > WIDTH, "{}", lines[4]);
}

fn parse(toml: &str) -> Result<Family, toml::de::Error> {
    toml::from_str(toml)
}

#[test]
fn an_unknown_key_is_an_error_that_names_it() {
    let spec = "doc = 'd'\n[model.A]\ndoc = 'd'\nmembers = { a = { type = 'i64', dok = 'd' } }";
    let error = parse(spec).err().map(|error| error.to_string()).unwrap_or_default();
    assert!(error.contains("dok"), "{error}");
}

#[test]
fn a_family_becomes_lists_and_impls() -> anyhow::Result<()> {
    let spec = r#"
        doc = "Things."
        [ids]
        ThingId = "The id of a thing."
        [model.Thing]
        doc = "A thing."
        [model.Thing.members]
        id = { type = "ThingId", required = true, doc = "The id." }
        name = { type = "String", write = "always", doc = "The name." }
        size = { type = "i64", key = "_size", doc = "The size." }
        [model.Thing.texts.COLORS]
        doc = "The colours."
        values = ["red"]
        [number.Level]
        doc = "A level."
        values = { 1 = { name = "LOW", doc = "Low." } }
        [filter.Other]
        doc = "d"
        by_hand = true
        members = { a = { one = "Unknown", doc = "d" } }
        [model.Thing.writes]
        new = "NewThing"
        new_doc = "What creates a thing."
        [resource.Thing]
        name = "thing"
        key = "things"
        path = "/api/v4/things"
        new = "NewThing"
        service = "small_things"
        written_key = "things_too"
        operations.create = { method = "POST", batch = [10, 5] }
        operations.close = { method = "POST", path = "/{id}/close", doc = "Closes a thing." }
        operations.all = { method = "GET", at = "/v1/all", doc = "All.", answer = "page", success = [200] }
        operations.many = { method = "POST", doc = "Many.", body = "Vec<NewThing>", batch = [9, 9], success = [202] }
        operations.other = { method = "POST", doc = "Another.", body = "Other", answer = "Thing", success = [200, 201] }
        [text_ids]
        BoxId = "The id of a box."
        [filter.ThingFilter]
        doc = "Which things."
        members.kind = { one = "String", key = "type", doc = "Of this kind." }
        members.id = { list = "ThingId", max = 10, doc = "One of these." }
        members.of = { list = "Unknown", by_hand = true, doc = "Of these." }
    "#;
    let things = parse(spec)?;
    let text = family("things", &things, &Families::new())?;
    for piece in [
        "pub type ThingId = Id<Thing>;",
        "pub size: Option<i64> = \"_size\",",
        "required {\n            /// The name.\n            name: String,",
        "Operation::new(\"small_things\", \"create\", Method::POST, \"/api/v4/things\", Repeat::ActsOnce)",
        "const BATCH: usize = 5; const MAX_BATCH: usize = 10;",
        "&[\"things\", \"things_too\"];",
        "/// Closes a thing.\n    ///\n    /// The answer (204) is empty.\n    pub const CLOSE: Operation =",
        "/// The body is a list of at most 9 [`NewThing`]. The answer (202) is empty or not JSON.",
        "/// The answer (200) is a page with a list under `_embedded.things`.",
        "/// The body is one [`Other`](crate::Other). The answer (200 or 201) is one [`Thing`].",
        "\"/api/v4/things/{id}/close\"",
        "\"/v1/all\"",
        "text_id! {\n    /// The id of a box.\n    pub struct BoxId;\n}",
        "one kind: String = \"type\",",
        "list id: ThingId; 10,",
        "impl Thing {\n    /// The colours.\n    pub const COLORS: [&str; 1] = [\"red\"];\n}",
        "open_number! {\n    /// A level.\n    pub struct Level {\n        /// Low.\n        LOW = 1,\n    }\n}",
        "use crate::open_number::open_number;",
        "use crate::{Create, Created, Id, Operation, Repeat, Resource};",
    ] {
        assert!(text.contains(piece), "{piece} in\n{text}");
    }
    assert!(!text.contains("Unknown"), "it is written by hand");
    let wrong = spec.replace("{ 1 = {", "{ one = {");
    assert!(family("things", &parse(&wrong)?, &Families::new()).is_err(), "no number");
    Ok(())
}

#[test]
fn special_members_and_receipts() -> anyhow::Result<()> {
    let spec = r#"
        doc = "Things."
        [ids]
        ThingId = "The id of a thing."
        [model.Thing]
        doc = "A thing."
        [model.Thing.members]
        id = { type = "ThingId", required = true, doc = "The id." }
        kind = { type = "i64", key = "type", doc = "The kind." }
        size = { type = "i64", key = "_size", write = "both", new_type = "NewSize", doc = "The size." }
        parts = { type = "Vec<Part>", write = "patch", patch_type = "crate::thing::Parts", doc = "The parts." }
        [model.Thing.writes]
        new = "NewThing"
        new_doc = "What creates a thing."
        patch = "ThingPatch"
        patch_doc = "What changes a thing."
        [resource.Thing]
        name = "thing"
        key = "things"
        path = "/api/v4/things"
        new = "NewThing"
        created = "Thing"
        operations.create = { method = "POST", single = true }
    "#;
    let text = family("things", &parse(spec)?, &Families::new())?;
    for piece in [
        "size: NewSize = \"_size\",",
        "size: i64 = \"_size\",",
        "changes { parts: crate::thing::Parts }",
        "id, kind = \"type\",",
        "impl Receipt for Thing { type Id = Id<Self>;",
        "const SINGLE: bool = true; const BATCH: usize = 1; const MAX_BATCH: usize = 1;",
        "use crate::{Create, Id, NewSize, Operation, Part, Receipt, Repeat, Resource};",
    ] {
        assert!(text.contains(piece), "{piece} in\n{text}");
    }
    let constant = spec.replace("single = true", "single = true, doc = \"Creates.\"");
    assert!(family("things", &parse(&constant)?, &Families::new()).is_err());
    Ok(())
}

#[test]
fn parts_setters_and_other_operations_are_described() -> anyhow::Result<()> {
    let spec = r#"
        doc = "Remarks."
        [model.Remark]
        doc = "A remark."
        [model.Remark.members]
        id = { type = "i64", required = true, doc = "The id." }
        content = { type = "Content", flat = true, write = "always", doc = "What it says." }
        [model.Remark.writes]
        new = "NewRemark"
        new_doc = "What creates a remark."
        patch = "RemarkPatch"
        patch_doc = "What changes a remark."
        [model.Params]
        doc = "Parameters."
        [model.Params.members]
        text = { type = "String", write = "required", doc = "The text." }
        size = { type = "i64", doc = "The size." }
        [model.Params.writes]
        build = true
        [resource.Remark]
        name = "remark"
        key = "remarks"
        path = "/api/v4/remarks"
        operations.pin = { method = "POST", path = "/{id}/pin", doc = "Pins it." }
        [resource.Door]
        name = "door"
        key = "remarks"
        path = "/api/v4/doors"
        operations.delete = { method = "DELETE", path = "/{id}" }
    "#;
    let text = family("remarks", &parse(spec)?, &Families::new())?;
    let part = "flat {\n        /// What it says.\n        content: Content,\n    }\n}";
    assert_eq!(text.matches("content: Content").count(), 3, "{text}");
    for piece in [
        part,
        "read_only {\n            id,\n        }",
        "    Params {\n        required {\n            /// The text.\n            text: String,",
        "unset {\n            size,\n        }",
        "impl Remark {\n    /// Pins it.\n    ///\n    /// The answer (204) is empty.\n    pub const PIN: Operation = Operation::new(",
        "use crate::writable::{build, create, writable};",
        "use crate::{Content, Delete, Door, Id, Operation, Repeat, Resource};",
    ] {
        assert!(text.contains(piece), "{piece} in\n{text}");
    }
    let unknown = spec.replace(", doc = \"Pins it.\"", "");
    assert!(family("remarks", &parse(&unknown)?, &Families::new()).is_err());
    let required = spec.replace("size = { type", "size = { required = true, type");
    assert!(family("remarks", &parse(&required)?, &Families::new()).is_err());
    Ok(())
}
