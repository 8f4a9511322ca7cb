//! Custom fields: their definitions and `/api/v4/{entity}/custom_fields`.

mod moment;
mod objects;
pub(crate) mod special;
pub(crate) mod value;

pub(crate) use moment::written_time;

use serde_json::{Value, json};

use crate::call::Call;
use crate::record::catalogs;
use crate::reply::Reply;

/// The type of a custom field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldType {
    Text,
    Textarea,
    Numeric,
    Checkbox,
    Url,
    TrackingData,
    Date,
    DateTime,
    Birthday,
    Select,
    Radiobutton,
    Multiselect,
    Multitext,
    SmartAddress,
    LegalEntity,
    Price,
    Category,
    Items,
    Payer,
    Supplier,
}

/// What the values of a type look like, and how they can be filtered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Text,
    Number,
    Flag,
    Moment,
    /// One option.
    Choice,
    /// Any number of options.
    Choices,
    /// Texts, each with a kind such as `WORK`.
    Multitext,
    /// Parts of an address: their six options are the same in all accounts.
    Address,
    LegalEntity,
    /// An object: a line of a bill, a payer and so on.
    Object,
}

impl FieldType {
    pub(crate) fn name(self) -> &'static str {
        match self {
            FieldType::Text => "text",
            FieldType::Textarea => "textarea",
            FieldType::Numeric => "numeric",
            FieldType::Checkbox => "checkbox",
            FieldType::Url => "url",
            FieldType::TrackingData => "tracking_data",
            FieldType::Date => "date",
            FieldType::DateTime => "date_time",
            FieldType::Birthday => "birthday",
            FieldType::Select => "select",
            FieldType::Radiobutton => "radiobutton",
            FieldType::Multiselect => "multiselect",
            FieldType::Multitext => "multitext",
            FieldType::SmartAddress => "smart_address",
            FieldType::LegalEntity => "legal_entity",
            FieldType::Price => "price",
            FieldType::Category => "category",
            FieldType::Items => "items",
            FieldType::Payer => "payer",
            FieldType::Supplier => "supplier",
        }
    }

    pub(crate) fn shape(self) -> Shape {
        match self {
            FieldType::Text | FieldType::Textarea | FieldType::Url | FieldType::TrackingData => {
                Shape::Text
            }
            FieldType::Numeric | FieldType::Price => Shape::Number,
            FieldType::Checkbox => Shape::Flag,
            FieldType::Date | FieldType::DateTime | FieldType::Birthday => Shape::Moment,
            FieldType::Select | FieldType::Radiobutton | FieldType::Category => Shape::Choice,
            FieldType::Multiselect => Shape::Choices,
            FieldType::Multitext => Shape::Multitext,
            FieldType::SmartAddress => Shape::Address,
            FieldType::LegalEntity => Shape::LegalEntity,
            FieldType::Items | FieldType::Payer | FieldType::Supplier => Shape::Object,
        }
    }
}

/// An option of a field.
#[derive(Debug, Clone)]
pub(crate) struct EnumOption {
    pub(crate) id: i64,
    pub(crate) value: String,
    pub(crate) code: Option<String>,
}

/// The definition of a custom field.
#[derive(Debug, Clone)]
pub(crate) struct FieldDefinition {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) code: Option<String>,
    pub(crate) field_type: FieldType,
    pub(crate) sort: i64,
    pub(crate) options: Vec<EnumOption>,
}

impl FieldDefinition {
    /// What the values of this field say about their option: of a multitext the code stands in the
    /// option's text.
    pub(crate) fn code_of<'a>(&self, option: &'a EnumOption) -> Option<&'a str> {
        if self.field_type == FieldType::Multitext {
            Some(&option.value)
        } else {
            option.code.as_deref()
        }
    }

    /// Fields that every account has from the start.
    fn is_predefined(&self) -> bool {
        let code = self.code.as_deref().unwrap_or_default();
        matches!(code, "PHONE" | "EMAIL" | "POSITION" | "WEB" | "ADDRESS") || special::is_code(code)
    }

    /// Bills must say their status; of other fields this cannot be said as yet.
    fn is_required(&self) -> bool {
        self.code.as_deref() == Some("BILL_STATUS")
    }

    /// `owner` is what stands in the path before `custom_fields`.
    fn show(&self, call: &Call<'_>, owner: &str) -> Value {
        let path = format!("{owner}/custom_fields/{}", self.id);
        let group =
            if self.field_type == FieldType::TrackingData { "statistic" } else { "default" };
        let mut shown = json!({
            "id": self.id,
            "name": self.name,
            "type": self.field_type.name(),
            "account_id": call.account.id,
            "code": self.code,
            "sort": self.sort,
            "is_api_only": false,
            "enums": self.show_options(),
            "group_id": group,
            "required_statuses": [],
            "is_deletable": !self.is_predefined(),
            "is_predefined": self.is_predefined(),
            "entity_type": entity_type(owner),
            "remind": null,
            "triggers": [],
            "currency": null,
            "chained_lists": null,
            "tracking_callback": null,
            "_links": {"self": {"href": call.url(&path)}},
        });
        if self.field_type == FieldType::Birthday {
            shown["remind"] = Value::from("never");
        }
        if owner == "leads" {
            shown["is_computed"] = Value::from(false);
            shown["hidden_statuses"] = json!([]);
        }
        if let Some(catalog) = owner.strip_prefix("catalogs/") {
            shown["catalog_id"] = catalog.parse::<i64>().ok().into();
            shown["is_visible"] = true.into();
            shown["is_required"] = self.is_required().into();
            shown["settings"] = Value::Null;
        }
        if self.field_type == FieldType::Category {
            let nodes = self.options.iter().zip(1..);
            shown["enums"] = Value::Null;
            shown["nested"] = nodes
                .map(|(node, sort)| json!({"id": node.id, "parent_id": null, "value": node.value, "sort": sort}))
                .collect();
        }
        shown
    }

    fn show_options(&self) -> Value {
        if self.options.is_empty() {
            return Value::Null;
        }
        let sorted = self.options.iter().zip(1..);
        sorted
            .map(|(option, sort)| {
                let mut shown = json!({"id": option.id, "value": option.value, "sort": sort});
                if self.field_type != FieldType::Multitext {
                    shown["code"] = json!(option.code);
                }
                shown
            })
            .collect()
    }
}

/// What definitions call the entities whose fields they are.
fn entity_type(owner: &str) -> &str {
    match owner {
        "customers/segments" => "segments",
        owner => owner.split('/').next().unwrap_or_default(),
    }
}

/// Answers everything below `/api/v4/{entity}/custom_fields`: read only as yet. A field that is not
/// there is 404 (a guess).
pub(crate) fn answer(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let owner = call.parameter("entity");
    let known = match owner {
        "customers/segments" => "customer_segments",
        "leads" | "contacts" | "companies" | "customers" => owner,
        catalog => {
            let id = catalog.strip_prefix("catalogs/").and_then(|id| id.parse().ok());
            catalogs::catalog(call, id.ok_or_else(|| call.no_route())?)?;
            catalog
        }
    };
    let definitions = call.account.fields_named(known);
    call.only_get()?;
    if let Some(id) = call.path_id() {
        let field = definitions.iter().find(|field| field.id == id);
        let field = field.ok_or_else(|| call.nothing_found())?;
        return Ok(Reply::hal(&field.show(call, owner)));
    }
    let page = call.page()?;
    let found = chosen(call, definitions)?;
    let show = |field: &&FieldDefinition| field.show(call, owner);
    Ok(page.counted(&call.own_url(), call.query, "custom_fields", &found, show))
}

/// The fields that the filters leave, in the order asked for (by `sort` unless said).
fn chosen<'a>(
    call: &Call<'_>,
    definitions: &'a [FieldDefinition],
) -> Result<Vec<&'a FieldDefinition>, Reply> {
    let mut types = Vec::new();
    let mut ids = Vec::new();
    for leaf in call.query.below("filter") {
        match leaf.path.first() {
            Some(&"type") => types.push(leaf.value),
            Some(&"id") => ids.push(leaf.value),
            _ => return Err(Reply::bad_request("Custom fields are filtered by type or by id")),
        }
    }
    let mut found: Vec<&FieldDefinition> = definitions
        .iter()
        .filter(|field| types.is_empty() || types.contains(&field.field_type.name()))
        .filter(|field| ids.is_empty() || ids.contains(&field.id.to_string().as_str()))
        .collect();
    let orders = call.query.below("order");
    let Some(order) = orders.first() else {
        found.sort_by_key(|field| field.sort);
        return Ok(found);
    };
    match order.path.as_slice() {
        ["sort"] => found.sort_by_key(|field| field.sort),
        ["id"] => found.sort_by_key(|field| field.id),
        _ => return Err(Reply::bad_request("Custom fields are ordered by sort or by id")),
    }
    match order.value {
        "asc" => {}
        "desc" => found.reverse(),
        _ => return Err(Reply::bad_request("An order is asc or desc")),
    }
    Ok(found)
}
