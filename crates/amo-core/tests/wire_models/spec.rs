//! What the description of the API says of the models: their members with their types.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use toml::{Table, Value};

/// What stands at a place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    Text,
    /// A text with these other spellings of some.
    Enum(BTreeMap<String, String>),
    Whole,
    Amount,
    Flag,
    /// Any JSON.
    Raw,
    /// Any object.
    Object,
    /// The id of a user or a name.
    Responsible,
    /// The id of a user or an object with it.
    RoleUser,
    /// A list of texts, or one.
    RequestIds,
    /// An object whose only member says what it is.
    EventValue,
    /// The custom fields of an entity.
    Fields,
    List(Box<Shape>),
    Map(Box<Shape>),
    Model(String),
}

pub(crate) struct Model {
    pub(crate) members: Vec<Member>,
    pub(crate) flat: Option<Flat>,
}

pub(crate) struct Member {
    pub(crate) key: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) shape: Shape,
    /// Is an object without it refused?
    pub(crate) must: bool,
    /// Is it an object that is there even if the answer has none?
    pub(crate) always: bool,
}

/// A type and a value whose model hangs on it.
#[derive(Clone, Copy)]
pub(crate) struct Flat {
    pub(crate) type_key: &'static str,
    pub(crate) value_key: &'static str,
    pub(crate) models: &'static [(&'static str, &'static str)],
}

pub(crate) struct Spec {
    pub(crate) models: BTreeMap<String, Model>,
}

pub(crate) static SPEC: LazyLock<Spec> = LazyLock::new(read);

/// Members of hand-written types, by the names that the description has for them.
const BY_HAND: [(&str, Shape); 20] = [
    ("String", Shape::Text),
    ("FieldType", Shape::Text),
    ("SearchIn", Shape::Text),
    ("bool", Shape::Flag),
    ("i64", Shape::Whole),
    ("Amount", Shape::Amount),
    ("Author", Shape::Whole),
    ("Timestamp", Shape::Whole),
    ("StatusKind", Shape::Whole),
    ("CustomerStatusKind", Shape::Whole),
    ("CallStatus", Shape::Whole),
    ("LegalEntityType", Shape::Whole),
    ("Value", Shape::Raw),
    ("CallError", Shape::Raw),
    ("WidgetSettings", Shape::Object),
    ("CallResponsible", Shape::Responsible),
    ("RoleUser", Shape::RoleUser),
    ("RequestIds", Shape::RequestIds),
    ("EventValue", Shape::EventValue),
    ("CustomFields", Shape::Fields),
];

/// Ids of numbers that are declared by hand.
const IDS: [&str; 8] =
    ["AccountId", "CompanyId", "ContactId", "EnumId", "GroupId", "LeadId", "TagId", "TaskTypeId"];

const FLATS: [(&str, Flat); 2] = [
    (
        "NoteContent",
        Flat {
            type_key: "note_type",
            value_key: "params",
            models: &[
                ("common", "CommonParams"),
                ("call_in", "CallParams"),
                ("call_out", "CallParams"),
                ("service_message", "ServiceMessageParams"),
                ("extended_service_message", "ServiceMessageParams"),
                ("message_cashier", "MessageCashierParams"),
                ("geolocation", "GeolocationParams"),
                ("sms_in", "SmsParams"),
                ("sms_out", "SmsParams"),
                ("attachment", "AttachmentParams"),
                ("invoice_paid", "PaidParams"),
                ("bill_paid", "PaidParams"),
                ("targeting_in", "TargetingParams"),
                ("targeting_out", "TargetingParams"),
                ("site_visit", "SiteVisitParams"),
                ("zoom_meeting", "ZoomMeetingParams"),
                ("ai_result", "AiResultParams"),
                ("amomail_message", "AmomailMessageParams"),
                ("transaction", "TransactionParams"),
                ("dropbox_attachment", "DropboxAttachmentParams"),
                ("link_followed", "LinkFollowedParams"),
            ],
        },
    ),
    (
        "UnsortedMetadata",
        Flat {
            type_key: "category",
            value_key: "metadata",
            models: &[
                ("forms", "FormsMetadata"),
                ("sip", "SipMetadata"),
                ("chats", "ChatsMetadata"),
                ("mail", "MailMetadata"),
            ],
        },
    ),
];

/// The models of the values of events, by their keys.
pub(crate) const EVENT_VALUES: [(&str, &str); 18] = [
    ("note", "EventNote"),
    ("lead_status", "EventLeadStatus"),
    ("customer_status", "EventCustomerStatus"),
    ("responsible_user", "EventResponsibleUser"),
    ("custom_field_value", "EventFieldValue"),
    ("task", "EventTask"),
    ("task_type", "EventTaskType"),
    ("task_deadline", "EventTaskDeadline"),
    ("tag", "EventTag"),
    ("link", "EventLink"),
    ("unlink", "EventLink"),
    ("helpbot", "EventHelpbot"),
    ("transaction", "EventTransaction"),
    ("nps", "EventNps"),
    ("message", "EventMessage"),
    ("sale_field_value", "EventSale"),
    ("name_field_value", "EventName"),
    ("ltv_field_value", "EventLtv"),
];

/// The models of the values of custom fields that are objects, by the types of the fields.
const FIELD_VALUES: [(&str, &str); 7] = [
    ("legal_entity", "LegalEntityValue"),
    ("items", "InvoiceItem"),
    ("linked_entity", "LinkedEntityValue"),
    ("chained_list", "ChainedElement"),
    ("file", "FileValue"),
    ("payer", "PayerValue"),
    ("supplier", "SupplierValue"),
];

/// The model of a custom field's values, if they are objects.
pub(crate) fn field_model(kind: &str) -> Option<Shape> {
    let (_, model) = FIELD_VALUES.iter().find(|(known, _)| *known == kind)?;
    Some(Shape::Model((*model).to_owned()))
}

/// All names that types of members may have.
struct Names {
    models: BTreeSet<String>,
    numbers: BTreeSet<String>,
    texts: BTreeSet<String>,
    enums: BTreeMap<String, BTreeMap<String, String>>,
}

fn read() -> Spec {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../xtask/spec");
    let paths = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let families: Vec<Table> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| fs::read_to_string(path).unwrap().parse().unwrap())
        .collect();
    let tables = |kind: &'static str| {
        let of = move |family| Table::get(family, kind).and_then(Value::as_table);
        families.iter().filter_map(of).flatten()
    };
    let names = |kind| tables(kind).map(|(name, _)| name.clone()).collect::<BTreeSet<_>>();
    let mut numbers = names("ids");
    numbers.extend(IDS.map(str::to_owned));
    let mut enums: BTreeMap<_, _> =
        tables("enum").map(|(name, one)| (name.clone(), spellings(one))).collect();
    let plural = [
        ("lead", "leads"),
        ("contact", "contacts"),
        ("company", "companies"),
        ("customer", "customers"),
        ("catalog_element", "catalog_elements"),
    ];
    let plural = plural.map(|(one, many)| (one.to_owned(), many.to_owned()));
    enums.insert("EntityType".to_owned(), plural.into());
    let names = Names { models: names("model"), numbers, texts: names("text_ids"), enums };
    let models = tables("model").map(|(name, table)| (name.clone(), model(table, &names)));
    Spec { models: models.collect() }
}

/// The other spellings of an enum's texts.
fn spellings(one: &Value) -> BTreeMap<String, String> {
    let mut spellings = BTreeMap::new();
    for (text, said) in one["values"].as_table().unwrap() {
        let aliases = said.get("aliases").and_then(Value::as_array);
        for alias in aliases.into_iter().flatten() {
            spellings.insert(alias.as_str().unwrap().to_owned(), text.clone());
        }
    }
    spellings
}

fn model(table: &Value, names: &Names) -> Model {
    let (mut members, mut flat) = (Vec::new(), None);
    for (name, member) in table["members"].as_table().unwrap() {
        let is = |key: &str| member.get(key).and_then(Value::as_bool) == Some(true);
        let kind = member["type"].as_str().unwrap();
        if is("flat") {
            flat = Some(FLATS.iter().find(|(name, _)| *name == kind).unwrap().1);
        } else if !is("write_only") {
            let texts = member.get("aliases").and_then(Value::as_array).into_iter().flatten();
            let shape = shape(kind, names);
            let whole = matches!(shape, Shape::Model(_) | Shape::Fields);
            members.push(Member {
                key: member.get("key").and_then(Value::as_str).unwrap_or(name).to_owned(),
                aliases: texts.map(|text| text.as_str().unwrap().to_owned()).collect(),
                must: is("required") && !whole,
                always: is("required") && whole,
                shape,
            });
        }
    }
    Model { members, flat }
}

fn shape(kind: &str, names: &Names) -> Shape {
    let inside = |start: &str| kind.strip_prefix(start)?.strip_suffix('>');
    if let Some((_, shape)) = BY_HAND.iter().find(|(name, _)| *name == kind) {
        shape.clone()
    } else if let Some(item) = inside("Vec<") {
        Shape::List(shape(item, names).into())
    } else if let Some(item) = inside("BTreeMap<String, ") {
        Shape::Map(shape(item, names).into())
    } else if inside("Id<").is_some() || names.numbers.contains(kind) {
        Shape::Whole
    } else if names.texts.contains(kind) {
        Shape::Text
    } else if let Some(spellings) = names.enums.get(kind) {
        Shape::Enum(spellings.clone())
    } else {
        let model = kind.split('<').next().unwrap();
        assert!(names.models.contains(model), "the tests do not know what a `{kind}` looks like");
        Shape::Model(model.to_owned())
    }
}

impl Spec {
    pub(crate) fn model(&self, name: &str) -> &Model {
        &self.models[name]
    }

    /// Is an empty object refused?
    pub(crate) fn must_have_members(&self, shape: &Shape) -> bool {
        let Shape::Model(name) = shape else { return false };
        self.model(name).members.iter().any(|member| member.must)
    }
}

impl Model {
    pub(crate) fn member(&self, key: &str) -> Option<&Member> {
        let is =
            |member: &&Member| member.key == key || member.aliases.iter().any(|alias| alias == key);
        self.members.iter().find(is)
    }
}

impl Flat {
    /// The model of the value.
    pub(crate) fn model(
        &self,
        object: &serde_json::Map<String, serde_json::Value>,
    ) -> Option<Shape> {
        let kind = object.get(self.type_key)?.as_str()?;
        let model = self.models.iter().find(|(known, _)| *known == kind)?.1;
        Some(Shape::Model(model.to_owned()))
    }
}
