//! Whether an item that is to be written fits the account.

use amo_core::{
    CompanyPatch, ContactPatch, CustomField, CustomFieldId, CustomFieldsOf, CustomerPatch,
    LeadPatch, NewCompany, NewContact, NewCustomer, NewLead, Pipeline, PipelineId, StatusId,
    ValidationCode, ValidationError,
};
use serde::Serialize;
use serde_json::{Map, Value};

use super::fields::Whose;
use super::pipelines::{has, pipeline, status, statuses};
use super::{Fields, Pipelines, values};

mod sealed {
    /// Only what has custom fields is checked.
    pub trait Sealed {}
}

/// What creates something and can be checked: leads, contacts, companies and customers.
pub trait CheckedNew: sealed::Sealed + Serialize {
    /// Whose fields it has.
    const OF: CustomFieldsOf;
}

/// What changes something and can be checked: leads, contacts, companies and customers.
pub trait CheckedPatch: sealed::Sealed + Serialize {
    /// Whose fields it has.
    const OF: CustomFieldsOf;
}

macro_rules! checked {
    ($($checked:ident: $($kind:ident of $of:ident),*;)*) => {$($(
        impl sealed::Sealed for $kind {}

        impl $checked for $kind {
            const OF: CustomFieldsOf = CustomFieldsOf::$of;
        }
    )*)*};
}

checked! {
    CheckedNew: NewLead of Leads, NewContact of Contacts, NewCompany of Companies,
        NewCustomer of Customers;
    CheckedPatch: LeadPatch of Leads, ContactPatch of Contacts, CompanyPatch of Companies,
        CustomerPatch of Customers;
}

/// What is wrong with an item, in the form that the server has for it.
#[derive(Debug, Default)]
pub(super) struct Flaws {
    found: Vec<ValidationError>,
    place: Vec<String>,
}

impl Flaws {
    pub(super) fn add(&mut self, code: ValidationCode, path: &str, detail: String) {
        let mut error = ValidationError::default();
        let mut place: Vec<&str> = self.place.iter().map(String::as_str).collect();
        place.extend((!path.is_empty()).then_some(path));
        error.code = Some(code);
        error.path = Some(place.join("."));
        error.detail = Some(detail);
        self.found.push(error);
    }

    /// Looks into a member: what is found there has a path that begins with it.
    pub(super) fn within(&mut self, place: &impl ToString, look: impl FnOnce(&mut Self)) {
        self.place.push(place.to_string());
        look(self);
        self.place.pop();
    }

    pub(super) fn into_errors(self) -> Vec<ValidationError> {
        self.found
    }
}

/// What an item is checked by.
#[derive(Clone, Copy, Debug)]
pub(super) struct By<'a> {
    pub(super) fields: &'a Fields,
    /// Of leads, where the item names a pipeline or a status.
    pub(super) pipelines: Option<&'a Pipelines>,
    pub(super) is_new: bool,
}

/// Looks for what the server would refuse.
pub(super) fn item(item: &Value, by: By<'_>, flaws: &mut Flaws) {
    let Some(item) = item.as_object() else { return };
    let sent = item.get("custom_fields_values").and_then(Value::as_array);
    let sent: Vec<Sent<'_>> =
        sent.into_iter().flatten().map(|one| Sent::of(one, by.fields)).collect();
    for (place, one) in sent.iter().enumerate() {
        flaws.within(&"custom_fields_values", |flaws| {
            flaws.within(&place, |flaws| one.check(by.fields, flaws));
        });
    }
    let stage = by.pipelines.and_then(|pipelines| stage(item, pipelines, flaws));
    required(&sent, by, stage, flaws);
}

/// What an item says of one field.
struct Sent<'a> {
    item: &'a Value,
    field: Option<&'a CustomField>,
}

impl<'a> Sent<'a> {
    fn of(item: &'a Value, fields: &'a Fields) -> Self {
        let by_id = id(item, "field_id").and_then(|id| fields.by_id(CustomFieldId::new(id)));
        let by_code = || fields.by_code(item.get("field_code")?.as_str()?);
        Self { item, field: by_id.or_else(by_code) }
    }

    fn check(&self, fields: &Fields, flaws: &mut Flaws) {
        let Some(field) = self.field else {
            let key = if id(self.item, "field_id").is_some() { "field_id" } else { "field_code" };
            let named = self.item.get(key).unwrap_or(&Value::Null);
            let detail = format!("there is no custom field {named} of {}", Whose(fields.of()));
            flaws.add(ValidationCode::NotSupportedChoice, key, detail);
            return;
        };
        if field.is_computed == Some(true) {
            let detail = format!("amoCRM computes the {} itself", fields.describe(field));
            flaws.add(ValidationCode::FieldNotExpected, "", detail);
            return;
        }
        flaws.within(&"values", |flaws| {
            values::check(field, self.item.get("values").unwrap_or(&Value::Null), flaws);
        });
    }

    fn is_filled(&self) -> bool {
        let values = self.item.get("values").and_then(Value::as_array);
        values.is_some_and(|values| {
            // So a file is taken out of its field.
            let is_null = |one: &Value| one.get("value").is_some_and(Value::is_null);
            !values.is_empty() && !values.iter().all(is_null)
        })
    }
}

fn id(item: &Value, key: &str) -> Option<i64> {
    item.get(key)?.as_i64()
}

/// The pipeline and the status that a lead comes to, if it says so and they are there.
fn stage<'a>(
    item: &Map<String, Value>,
    pipelines: &'a Pipelines,
    flaws: &mut Flaws,
) -> Option<(&'a Pipeline, StatusId)> {
    let member = |key: &str| item.get(key).and_then(Value::as_i64);
    let named = member("pipeline_id").map(PipelineId::new);
    let found = named.and_then(|id| pipelines.by_id(id));
    if let (Some(named), None) = (named, found) {
        let known = list(pipelines.iter().map(|one| pipeline(one).to_string()));
        let detail = format!("there is no pipeline {named}{known}");
        flaws.add(ValidationCode::NotSupportedChoice, "pipeline_id", detail);
        return None;
    }
    let id = member("status_id").map(StatusId::new)?;
    match found {
        Some(found) if has(found, id) => Some((found, id)),
        Some(found) => {
            let known = list(statuses(found).iter().map(|one| status(one).to_string()));
            let detail = format!("the pipeline {} has no status {id}{known}", pipeline(found));
            flaws.add(ValidationCode::NotSupportedChoice, "status_id", detail);
            None
        }
        None => {
            let mut with = pipelines.with(id);
            let Some(first) = with.next() else {
                let detail = format!("no pipeline has the status {id}");
                flaws.add(ValidationCode::NotSupportedChoice, "status_id", detail);
                return None;
            };
            // Won and lost are in all of them: in which the lead is, is not said.
            with.next().is_none().then_some((first, id))
        }
    }
}

pub(super) fn list(known: impl Iterator<Item = String>) -> String {
    let known: Vec<String> = known.collect();
    if known.is_empty() { String::new() } else { format!("; there are {}", known.join(", ")) }
}

/// Fields that must be filled: in a status, of leads; always, of elements. What an entity holds already
/// is not known, so that a change is only kept from emptying them. That the API asks for them as the web
/// interface does is a guess.
fn required(
    sent: &[Sent<'_>],
    by: By<'_>,
    stage: Option<(&Pipeline, StatusId)>,
    flaws: &mut Flaws,
) {
    for field in by.fields.iter().filter(|field| is_required(field, stage)) {
        let said = sent.iter().rev().find(|one| one.field.is_some_and(|one| one.id == field.id));
        if said.map_or(!by.is_new, Sent::is_filled) {
            continue;
        }
        let place = match stage {
            Some((of, id)) => {
                let status = statuses(of).iter().find(|one| one.id == id).map(status);
                let status = status.map_or_else(|| id.to_string(), |status| status.to_string());
                format!("in the status {status} of the pipeline {}", pipeline(of))
            }
            None => "always".to_owned(),
        };
        let detail = format!("the {} must be filled {place}", by.fields.describe(field));
        flaws.add(ValidationCode::RequiredFilled, "custom_fields_values", detail);
    }
}

fn is_required(field: &CustomField, stage: Option<(&Pipeline, StatusId)>) -> bool {
    let in_stage = |(of, id): (&Pipeline, StatusId)| {
        let stages = field.required_statuses.as_deref().unwrap_or_default();
        stages.iter().any(|one| one.pipeline_id == Some(of.id) && one.status_id == Some(id))
    };
    // It may be computed, and yet be asked for; nobody could fill it.
    field.is_computed != Some(true)
        && (field.is_required == Some(true) || stage.is_some_and(in_stage))
}
