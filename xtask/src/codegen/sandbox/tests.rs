//! What the descriptions become in the sandbox.

use super::{Families, constant, files};

pub(in crate::codegen) const SPEC: &str = r#"
    doc = "Things."
    [ids]
    ThingId = "The id of a thing."
    [text_ids]
    BoxId = "The id of a box."
    [model.Thing]
    doc = "A thing."
    [model.Thing.members]
    id = { type = "ThingId", required = true, doc = "The id." }
    name = { type = "String", write = "always", doc = "The name." }
    size = { type = "Size", key = "_size", write = "both", clear = true, doc = "The size." }
    weight = { type = "f64", doc = "The weight." }
    hue = { type = "String", write = "both", texts = "HUES", doc = "The hue." }
    level = { type = "Level", write = "new", taken = "Level | String", doc = "The level." }
    part_of = { type = "ThingId", write = "new", doc = "What it is a part of." }
    secret = { type = "String", write = "both", write_only = true, doc = "A secret." }
    parts = { type = "Vec<Part>", write = "patch", patch_type = "crate::thing::Parts", doc = "Parts." }
    boxes = { type = "Vec<BoxId>", doc = "The boxes." }
    content = { type = "Content", flat = true, write = "always", doc = "What it says." }
    request_id = { type = "String", doc = "The request id." }
    links = { type = "Links", required = true, key = "_links", doc = "The addresses." }
    embedded = { type = "ThingEmbedded", required = true, key = "_embedded", doc = "The rest." }
    [model.Thing.writes]
    new = "NewThing"
    new_embedded = "crate::thing::NewThingEmbedded"
    patch = "ThingPatch"
    fields = true
    tags = true
    [model.Thing.texts.HUES]
    doc = "Hues."
    values = ["warm", "cold"]
    [number.Level]
    doc = "A level."
    values = { 1 = { name = "LOW", doc = "Low." } }
    [model.ThingEmbedded]
    doc = "The rest."
    [model.ThingEmbedded.members]
    tags = { type = "Vec<Tag>", doc = "The tags." }
    holes = { type = "Vec<Hole>", doc = "The holes." }
    [model.Part]
    doc = "A part."
    [model.Part.members]
    id = { type = "i64", doc = "The id." }
    color = { type = "Color", write = "required", taken = "Color | i64", doc = "The colour." }
    [enum.Color]
    doc = "A colour."
    patterns = ["grey_{id}"]
    [enum.Color.values]
    red = "Red."
    [enum.ThingWith]
    doc = "What can be asked for."
    [enum.ThingWith.values]
    holes = "The holes."
    [filter.ThingFilter]
    doc = "Which things."
    custom_fields = true
    [filter.ThingFilter.members]
    id = { list = "ThingId", max = 10, doc = "One of these." }
    size = { range = "Size", doc = "Of this size." }
    whole = { flag = true, doc = "Whole ones." }
    pairs = { objects = { a = "required i64" }, by_hand = true, doc = "These." }
    [filter.OtherFilter]
    doc = "Others."
    by_hand = true
    [filter.OtherFilter.members]
    kind = { one = "Color", doc = "Of this." }
    from = { object = { a = "i64?" }, doc = "From this." }
    [resource.Thing]
    name = "thing"
    key = "things"
    service = "small_things"
    path = "/api/v4/things"
    with = "ThingWith"
    filter = "ThingFilter"
    new = "NewThing"
    patch = "ThingPatch"
    [resource.Thing.operations]
    list = { method = "GET", page = 250 }
    create = { method = "POST", batch = [10, 5], success = [201] }
    update = { method = "PATCH", path = "/{id}", shows = ["name"] }
    count = { method = "GET", path = "/count", answer = "Thing", filter = "OtherFilter", doc = "Counts." }
    fold = { method = "POST", path = "/{id}/fold", body = "Fold | Vec<Fold>", answer = "Vec<Thing>", doc = "Folds." }
    [sent]
    Size = "i64 | String"
    Parts = "Vec<Part>; 2"
    [sent.Content]
    kind = "required Color"
    text = "String"
    [sent.NewThingEmbedded]
    holes = "Vec<ById<ThingId>>"
    marks = "both Vec<i64>"
    [sent.Fold]
    ".." = "NewThing"
    times = "BTreeMap<String, i64>"
"#;

fn generated(spec: &str) -> anyhow::Result<String> {
    let families = Families::from([("things".to_owned(), toml::from_str(spec)?)]);
    Ok(files(&families)?.remove("things.rs").unwrap_or_default())
}

#[test]
fn a_resource_becomes_a_table() -> anyhow::Result<()> {
    let text = generated(SPEC)?;
    for piece in [
        "pub(crate) static THING: Resource = Resource {",
        "service: \"small_things\",",
        "op(\"list\", \"GET\", \"/api/v4/things\").gives_page().most(250),",
        ".takes_list(New).gives_items().shows(&[]).success(&[201]).most(10),",
        "op(\"update\", \"PATCH\", \"/api/v4/things/{id}\").takes(Patch).gives_item().shows(&[\"name\"]),",
        ".takes_one_or_list(Object(FOLD)).gives_list(),",
        "read(\"id\", Id(\"small_things\")),",
        "always(\"name\", Text),",
        "both(\"_size\", Either(&Int, &Text)).or_null(),",
        "read(\"weight\", Json),",
        "both(\"hue\", OneOf(THING_HUES)),",
        "new(\"level\", Either(&Int, &Text)),",
        "pub(super) const THING_HUES: &[&str] = &[\"warm\", \"cold\"];",
        ".gives_object().filters(OTHER_FILTER),",
        "pub(super) const OTHER_FILTER: &[Filter] = &[\none_of(\"kind\", OneOf(COLOR)).bare(),\nobject_of(\"from\", &[both(\"a\", Int).or_null(),\n]).bare(),\n];",
        "new(\"part_of\", Id(\"small_things\")),",
        "both(\"secret\", Text).unread(),",
        "patch(\"parts\", AtMost(2, &Object(PART))),",
        "read(\"boxes\", List(&Text)),",
        "always(\"kind\", OneOf(COLOR)),\nboth(\"text\", Text),",
        "both(\"custom_fields_values\", CustomFields(\"small_things\")),",
        "both(\"tags_to_add\", Tags(\"small_things\")).unread(),",
        "patch(\"tags_to_delete\", Tags(\"small_things\")).unread(),",
        "embedded: &[\nboth(\"tags\", Tags(\"small_things\")).or_null(),\nnew(\"holes\", List(&Ref(\"small_things\"))),\nboth(\"marks\", List(&Int)),",
        "with: &[\n\"holes\"],",
        "any_of(\"id\", Id(\"small_things\")).at_most(10),",
        "range_of(\"size\", Either(&Int, &Text)),",
        "flag(\"whole\"),",
        "each_of(\"pairs\", &[always(\"a\", Int),\n]),",
        "paid_filters: true,",
        "pub(super) const COLOR: &[&str] = &[\"red\", \"grey_{id}\"];",
        // What may be written of a model inside of what is sent.
        "pub(super) const PART: &[Member] = &[\nalways(\"color\", Either(&OneOf(COLOR), &Int)),\n];",
        // An object with everything that creates a thing.
        "both(\"tags_to_add\", Tags(\"small_things\")),\nboth(\"times\", Map(&Int)),\n];",
    ] {
        assert!(text.contains(piece), "{piece} in\n{text}");
    }
    assert!(!text.contains("request_id"), "it is no member");
    Ok(())
}

#[test]
fn what_is_not_described_is_an_error_that_says_so() {
    for (what, gone) in [
        ("Size", "Size = \"i64 | String\""),
        ("Content", "[sent.Content]\n    kind = \"required Color\"\n    text = \"String\""),
        ("NewThingEmbedded", "[sent.NewThingEmbedded]\n    holes = \"Vec<ById<ThingId>>\""),
    ] {
        let error = generated(&SPEC.replace(gone, "")).err().map(|error| format!("{error:#}"));
        let error = error.unwrap_or_default();
        assert!(error.contains(&format!("`{what}` is not described")), "{what}: {error}");
    }
    for (wrong, said) in [
        (("answer = \"Vec<Thing>\"", "key = \"x\""), "under a key"),
        (("Vec<Fold>", "Fold"), "is not `X | Vec<X>`"),
        (("list = \"ThingId\"", "list = \"ThingId\", flag = true"), "one form"),
        (("success = [201]", "success = []"), "some code"),
    ] {
        let text = SPEC.replace(wrong.0, wrong.1);
        assert_ne!(text, SPEC);
        let error = generated(&text).err().map(|error| format!("{error:#}")).unwrap_or_default();
        assert!(error.contains(said), "{wrong:?}: {error}");
    }
}

#[test]
fn names_become_constants() {
    for (name, wanted) in [("NewLeadEmbedded", "NEW_LEAD_EMBEDDED"), ("Lead", "LEAD")] {
        assert_eq!(constant(name), wanted);
    }
}

#[test]
fn a_module_imports_what_it_names() -> anyhow::Result<()> {
    let other = "doc = 'Others.'\n[enum.Hue]\ndoc = 'd'\nvalues = { blue = 'b' }";
    let families = Families::from([
        ("others".to_owned(), toml::from_str(other)?),
        ("things".to_owned(), toml::from_str(&SPEC.replace("required Color", "required Hue"))?),
    ]);
    let files = files(&families)?;
    assert!(files["things.rs"].contains("use super::others::{HUE};\n"), "{}", files["things.rs"]);
    assert!(files["others.rs"].contains("pub(super) const HUE"), "{}", files["others.rs"]);
    assert!(files["mod.rs"].contains("pub(crate) mod others;\npub(crate) mod things;\n"));
    assert!(files["mod.rs"].contains("&things::THING,"));
    Ok(())
}
