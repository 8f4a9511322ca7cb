//! Values that are objects: requisites, lines of bills, payers, suppliers, links, files.

use serde_json::{Map, Value, json};

use super::element::text;
use super::{FieldDefinition, FieldType};
use crate::account::Account;
use crate::drive::Version;
use crate::entity::Kind;
use crate::flaws::Flaws;

/// What a member of such an object is.
#[derive(Clone, Copy)]
enum Part {
    /// A text; a number is tolerated and becomes one.
    Text,
    Int,
    /// Shown as a fractional number, also if it is whole.
    Number,
    TextOrInt,
    OneOf(&'static [&'static str]),
    /// One of the numbers from 1 to this.
    UpTo(i64),
    Object,
    /// Only read, or only of accounts in another country: null is taken and nothing else.
    OnlyNull,
}

use Part::{Int, Number, Object, OneOf, OnlyNull, Text, TextOrInt, UpTo};

type Parts = [(&'static str, Part)];

/// Which members are taken depends on the account's country, and this one is in Russia. The others
/// are read as empty texts, and refused if they are sent back so: how it is exactly is a guess.
const LEGAL_ENTITY: &Parts = &[
    ("name", Text),
    ("entity_type", UpTo(2)),
    ("vat_id", Text),
    ("tax_registration_reason_code", Text),
    ("kpp", Text),
    ("bank_code", Text),
    ("address", Text),
    ("real_address", Text),
    ("bank_account_number", Text),
    ("director", Text),
    ("external_uid", Text),
    ("unp", OnlyNull),
    ("bin", OnlyNull),
    ("egrpou", OnlyNull),
    ("mfo", OnlyNull),
    ("oked", OnlyNull),
];

const ITEM: &Parts = &[
    ("sku", TextOrInt),
    ("description", TextOrInt),
    ("unit_price", Number),
    ("quantity", Number),
    ("unit_type", Text),
    ("discount", Object),
    ("vat_rate_id", TextOrInt),
    ("vat_rate_value", Int),
    ("external_uid", TextOrInt),
    ("product_id", Int),
    ("bonus_points_per_purchase", Number),
    ("metadata", Object),
    ("is_discount_recalculated", OnlyNull),
    ("is_total_sum_recalculated", OnlyNull),
    ("total_sum", OnlyNull),
];

const DISCOUNT: &Parts = &[("type", OneOf(&["amount", "percentage"])), ("value", Number)];

const PAYER: &Parts = &[
    ("name", Text),
    ("address", Text),
    ("real_address", Text),
    ("bank_account_number", Text),
    ("director", Text),
    ("vat_id", Text),
    ("tax_registration_reason_code", Text),
    ("kpp", Text),
    ("bank_code", Text),
    ("unp", Text),
    ("bin", Text),
    ("egrpou", Text),
    ("mfo", Text),
    ("oked", Text),
    ("phone", Text),
    ("email", Text),
    ("entity_type", OneOf(&["contacts", "companies"])),
    ("entity_id", Int),
    ("type", OneOf(&["legal", "individual"])),
];

const SUPPLIER: &Parts = &[("entity_id", Int)];

const LINKED_ENTITY: &Parts = &[
    ("name", Text),
    ("entity_id", Int),
    ("entity_type", OneOf(&["contacts", "companies", "catalog_elements"])),
    ("catalog_id", Int),
];

const FILE: &Parts =
    &[("file_uuid", Text), ("version_uuid", Text), ("file_name", Text), ("file_size", Int)];

/// Reads the object of a value, where paths begin.
pub(super) fn check(
    field: &FieldDefinition,
    sent: &Value,
    account: &Account,
    flaws: &mut Flaws,
) -> Option<Value> {
    let Value::Object(sent) = sent else {
        flaws.wrong_type("", "object");
        return None;
    };
    let before = flaws.len();
    let value = match field.field_type {
        FieldType::LegalEntity => legal_entity(sent, flaws),
        FieldType::Items => item(sent, flaws),
        FieldType::Payer => payer(sent, account, flaws),
        FieldType::Supplier => supplier(sent, account, flaws),
        FieldType::LinkedEntity => linked_entity(field, sent, account, flaws),
        FieldType::File => file(sent, account, flaws),
        _ => return None,
    };
    (flaws.len() == before).then_some(value)
}

/// The members that were sent and are not null.
fn taken(sent: &Map<String, Value>, parts: &Parts, flaws: &mut Flaws) -> Map<String, Value> {
    let mut taken = Map::new();
    for (key, value) in sent {
        let part = parts.iter().find(|(name, _)| name == key).map(|(_, part)| *part);
        let (Some(part), false) = (part, value.is_null()) else {
            if part.is_none() {
                flaws.unexpected(key);
            }
            continue;
        };
        let (read, wanted) = match part {
            OnlyNull => {
                flaws.unexpected(key);
                continue;
            }
            Text => (text(value), "string"),
            Int => (value.as_i64().map(Value::from), "int"),
            Number => (value.as_f64().map(Value::from), "numeric"),
            TextOrInt => {
                (Some(value.clone()).filter(|one| one.is_string() || one.is_i64()), "string or int")
            }
            // PHP prints an empty object as a list.
            Object if *value == json!([]) => (Some(json!({})), "object"),
            Object => (Some(value.clone()).filter(Value::is_object), "object"),
            OneOf(texts) => match value.as_str() {
                Some(known) if texts.contains(&known) => (Some(value.clone()), "string"),
                Some(_) => {
                    flaws.not_a_choice(key);
                    continue;
                }
                None => (None, "string"),
            },
            UpTo(most) => match value.as_i64() {
                Some(number) if (1..=most).contains(&number) => (Some(value.clone()), "int"),
                Some(_) => {
                    flaws.not_a_choice(key);
                    continue;
                }
                None => (None, "int"),
            },
        };
        match read {
            Some(read) => {
                taken.insert(key.clone(), read);
            }
            None => flaws.wrong_type(key, wanted),
        }
    }
    taken
}

/// Needed and not blank; a wrong type is told where the members are taken.
fn need(taken: &Map<String, Value>, sent: &Map<String, Value>, key: &str, flaws: &mut Flaws) {
    match taken.get(key) {
        Some(value) if value == "" => {
            flaws.add("NotBlank", key, "This value should not be blank.");
        }
        None if sent.get(key).is_none_or(Value::is_null) => flaws.missing(key),
        _ => {}
    }
}

fn legal_entity(sent: &Map<String, Value>, flaws: &mut Flaws) -> Value {
    let mut taken = taken(sent, LEGAL_ENTITY, flaws);
    need(&taken, sent, "name", flaws);
    for (key, part) in LEGAL_ENTITY {
        let empty = if matches!(part, OnlyNull) { Value::from("") } else { Value::Null };
        taken.entry(*key).or_insert(empty);
    }
    Value::Object(taken)
}

/// A line of a bill. That its sum is without the tax, and that a discount over the price is cut
/// down to it, are guesses.
fn item(sent: &Map<String, Value>, flaws: &mut Flaws) -> Value {
    let mut line = taken(sent, ITEM, flaws);
    let number = |key: &str| line.get(key).and_then(Value::as_f64).unwrap_or_default();
    let whole = number("unit_price") * number("quantity");
    let (mut sum, mut is_cut) = (whole, false);
    if let Some(Value::Object(discount)) = line.get_mut("discount") {
        let sent = std::mem::take(discount);
        *discount = flaws.within("discount", |flaws| {
            let discount = taken(&sent, DISCOUNT, flaws);
            for key in ["type", "value"] {
                need(&discount, &sent, key, flaws);
            }
            discount
        });
        let is_percentage = discount.get("type").is_some_and(|kind| kind == "percentage");
        let most = if is_percentage { 100.0 } else { whole.max(0.0) };
        let value = discount.get("value").and_then(Value::as_f64).unwrap_or_default();
        is_cut = value > most;
        if is_cut {
            discount.insert("value".to_owned(), most.into());
        }
        let value = value.min(most);
        sum -= if is_percentage { whole * value / 100.0 } else { value };
    }
    if line.get("metadata").is_none_or(|metadata| *metadata == json!({})) {
        line.insert("metadata".to_owned(), json!([]));
    }
    for (key, usual) in [
        ("sku", Value::Null),
        ("description", Value::Null),
        ("unit_price", Value::Null),
        ("quantity", Value::Null),
        ("unit_type", Value::Null),
        ("discount", Value::Null),
        ("vat_rate_id", Value::Null),
        ("vat_rate_value", json!(0)),
        ("external_uid", json!("")),
        ("product_id", Value::Null),
        ("bonus_points_per_purchase", json!(0.0)),
        ("is_discount_recalculated", is_cut.into()),
        ("is_total_sum_recalculated", json!(false)),
        ("total_sum", json!((sum * 100.0).round() / 100.0)),
    ] {
        line.entry(key).or_insert(usual);
    }
    Value::Object(line)
}

/// Free data or a link. Which of the data there must be is not known; none is asked for.
fn payer(sent: &Map<String, Value>, account: &Account, flaws: &mut Flaws) -> Value {
    let mut payer = taken(sent, PAYER, flaws);
    if payer.contains_key("entity_id") || payer.contains_key("entity_type") {
        for key in ["entity_id", "entity_type"] {
            need(&payer, sent, key, flaws);
        }
        name_of_linked(&mut payer, account, flaws);
    }
    Value::Object(payer)
}

fn supplier(sent: &Map<String, Value>, account: &Account, flaws: &mut Flaws) -> Value {
    let before = flaws.len();
    let supplier = taken(sent, SUPPLIER, flaws);
    need(&supplier, sent, "entity_id", flaws);
    let id = supplier.get("entity_id").and_then(Value::as_i64);
    let is_known = id.is_some_and(|id| account.knows("elements", id));
    if flaws.len() == before && !is_known {
        flaws.not_a_choice("entity_id");
    }
    Value::Object(supplier)
}

/// A name alone, or an entity of what the definition searches in.
fn linked_entity(
    field: &FieldDefinition,
    sent: &Map<String, Value>,
    account: &Account,
    flaws: &mut Flaws,
) -> Value {
    let mut link = taken(sent, LINKED_ENTITY, flaws);
    if link.contains_key("entity_id") || link.contains_key("entity_type") {
        for key in ["entity_id", "entity_type"] {
            need(&link, sent, key, flaws);
        }
        let search_in = field.more("search_in").as_str().unwrap_or_default();
        let kind = link.get("entity_type").and_then(Value::as_str).unwrap_or_default();
        let catalog = link.get("catalog_id").and_then(Value::as_i64);
        let fits = match search_in {
            "contacts_and_companies" => ["contacts", "companies"].contains(&kind),
            "contacts" | "companies" => kind == search_in,
            id => {
                if kind == "catalog_elements" && catalog.is_some_and(|own| own.to_string() != id) {
                    flaws.not_a_choice("catalog_id");
                }
                kind == "catalog_elements" || id.is_empty()
            }
        };
        if !fits && !kind.is_empty() {
            flaws.not_a_choice("entity_type");
        } else {
            name_of_linked(&mut link, account, flaws);
        }
        if kind_of(&link) == "catalog_elements" {
            let id = link.get("entity_id").and_then(Value::as_i64);
            let own = id.and_then(|id| account.records.find("elements", id));
            if fits && own.is_some_and(|(own, _)| !search_in.is_empty() && own != search_in) {
                flaws.not_a_choice("entity_id");
            }
            if catalog.is_none() {
                link.insert("catalog_id".to_owned(), search_in.parse::<i64>().ok().into());
            }
        }
    } else {
        need(&link, sent, "name", flaws);
    }
    for (key, _) in LINKED_ENTITY {
        link.entry(*key).or_insert(Value::Null);
    }
    Value::Object(link)
}

fn kind_of(link: &Map<String, Value>) -> &str {
    link.get("entity_type").and_then(Value::as_str).unwrap_or_default()
}

/// The entity of a link must be there, and gives the link its name unless one is sent.
fn name_of_linked(link: &mut Map<String, Value>, account: &Account, flaws: &mut Flaws) {
    let Some(id) = link.get("entity_id").and_then(Value::as_i64) else { return };
    let (is_known, name) = match kind_of(link) {
        "" => return,
        "catalog_elements" => {
            let mut elements = account.records.all("elements");
            let found = elements.find(|(_, element)| element.id == id);
            (account.knows("elements", id), found.map(|(_, element)| element.text("name")))
        }
        kind => {
            let found = Kind::named(kind).and_then(|kind| account.entity(kind, id));
            (found.is_some(), found.map(|entity| entity.text("name")))
        }
    };
    if !is_known {
        flaws.not_a_choice("entity_id");
    }
    if let Some(name) = name {
        link.entry("name").or_insert(name.into());
    }
}

/// A file without more than its id is the latest version; what it is called shows a little later in
/// the real service, and at once here.
fn file(sent: &Map<String, Value>, account: &Account, flaws: &mut Flaws) -> Value {
    let mut file = taken(sent, FILE, flaws);
    need(&file, sent, "file_uuid", flaws);
    if let Some(version) = version_of(&file, account, flaws) {
        for (key, known) in [
            ("version_uuid", json!(version.uuid)),
            ("file_name", json!(version.file_name())),
            ("file_size", json!(version.size())),
        ] {
            file.entry(key).or_insert(known);
        }
    }
    Value::Object(file)
}

/// The version that `file_uuid` and `version_uuid` name. The docs say that deleted files cannot be
/// used; how they are refused, and that unknown ones are, is a guess.
pub(crate) fn version_of<'a>(
    sent: &Map<String, Value>,
    account: &'a Account,
    flaws: &mut Flaws,
) -> Option<&'a Version> {
    let text = |key: &str| sent.get(key).and_then(Value::as_str);
    let file = text("file_uuid").filter(|uuid| !uuid.is_empty())?;
    if account.drive.version(file, None).is_none() {
        flaws.not_a_choice("file_uuid");
        return None;
    }
    let found = account.drive.version(file, text("version_uuid"));
    if found.is_none() {
        flaws.not_a_choice("version_uuid");
    }
    found
}
