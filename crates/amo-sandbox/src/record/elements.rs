//! What is special to elements of catalogs.

use serde_json::{Value, json};

use super::catalogs::{catalog, of_type};
use super::{Behaviour, not_blank};
use crate::account::Account;
use crate::call::Call;
use crate::check::Change;
use crate::entity::{Entity, Kind, Shown};
use crate::fields::{FieldType, Required, value};
use crate::flaws::Flaws;
use crate::generated::catalogs::ELEMENT;
use crate::links;
use crate::reply::Reply;

pub(super) static ELEMENTS: Behaviour = Behaviour {
    // The official client sends the filter by ids outside of `filter[…]`.
    bare: &["id"],
    fields: |call| owner(call.parameter("catalog_id").parse().unwrap_or_default()),
    echo,
    scope,
    check,
    settle,
    show,
    other,
    ..Behaviour::of(&ELEMENT)
};

/// Where the definitions of a catalog's fields are.
fn owner(catalog: i64) -> String {
    format!("catalogs/{catalog}")
}

fn scope(call: &Call<'_>) -> Result<String, Reply> {
    let id = call.id(call.parameter("catalog_id"))?;
    catalog(call, id)?;
    Ok(id.to_string())
}

/// The type of the catalog that a request is about.
fn kind<'c>(call: &'c Call<'_>) -> &'c str {
    let id = call.parameter("catalog_id").parse().ok();
    id.and_then(|id| catalog(call, id).ok()).map_or("", |catalog| catalog.text("type"))
}

/// In the docs' examples it is a number: the index of what is added, the id of what is changed.
fn echo(call: &Call<'_>, id: i64, request_id: String, is_named: bool) -> Value {
    match request_id.parse::<i64>() {
        _ if is_named => request_id.into(),
        _ if call.method == "PATCH" => id.into(),
        Ok(index) => index.into(),
        Err(_) => request_id.into(),
    }
}

fn check(change: &Change, old: Option<&Entity>, call: &Call<'_>, flaws: &mut Flaws) {
    not_blank(change, "name", flaws);
    let definitions = call.account.fields_named(&(ELEMENTS.fields)(call));
    if flaws.is_empty() {
        let required = Required {
            definitions,
            stage: None,
            old: old.map_or(&[], |old| &old.fields),
            new: &change.fields,
            is_whole: old.is_none(),
        };
        required.check(flaws);
    }
    let suppliers = of_type(call.account, "suppliers").map(|catalog| catalog.id.to_string());
    for (index, (id, values)) in change.fields.iter().enumerate() {
        let field = definitions.iter().find(|field| field.id == *id);
        if field.is_none_or(|field| field.field_type != FieldType::Supplier) {
            continue;
        }
        let known = |id: i64| {
            let scope = suppliers.as_deref().unwrap_or_default();
            call.account.records.get(ELEMENT.service, scope, id).is_some()
        };
        if values.iter().any(|one| !one.value["entity_id"].as_i64().is_some_and(known)) {
            flaws.not_a_choice(&format!("custom_fields_values.{index}.values.0.value.entity_id"));
        }
    }
}

fn settle(element: &mut Entity, _: &Change, call: &mut Call<'_>) {
    element.set("catalog_id", call.parameter("catalog_id").parse::<i64>().ok());
}

fn show(element: &Entity, call: &Call<'_>, shown: &mut Shown<'_>) {
    let definitions = call.account.fields_named(&(ELEMENTS.fields)(call));
    shown.set("custom_fields_values", value::show(&element.fields, definitions));
    let is_bill = kind(call) == "invoices";
    let is_write = call.method != "GET";
    shown.set("is_deleted", if is_write { Value::from(false) } else { Value::Null });
    let asked = |word: &str| call.query.with().any(|asked| asked == word);
    if is_write || asked("invoice_link") {
        let address = format!("https://{}/invoices/{}", call.account.domain, element.id);
        shown.set("invoice_link", if is_bill { Value::from(address) } else { Value::Null });
    }
    if is_bill {
        shown.embed("warning", json!({"message": warning(element)}));
    }
    if asked("supplier_field_values")
        && let Some(Value::Array(fields)) = shown.get_mut("custom_fields_values")
    {
        for field in fields.iter_mut().filter(|field| field["field_type"] == "supplier") {
            for one in field["values"].as_array_mut().into_iter().flatten() {
                name_supplier(&mut one["value"], call.account);
            }
        }
    }
}

/// The text is a guess.
fn warning(bill: &Entity) -> Option<&'static str> {
    let mut values = bill.fields.iter().flat_map(|(_, values)| values);
    let recalculated = values.any(|one| one.value["is_discount_recalculated"] == true);
    recalculated.then_some("The sums of the bill were calculated anew")
}

/// What a bill says of its supplier besides the id, and the code of the supplier's field with it.
const SUPPLIER: [(&str, &str); 6] = [
    ("vat_id", "SUPPLIER_VAT_ID"),
    ("kpp", "SUPPLIER_TAX_REGISTRATION_REASON_CODE"),
    ("tax_registration_reason_code", "SUPPLIER_PRIMARY_STATE_REGISTRATION_NUMBER"),
    ("bank_code", "SUPPLIER_BANK_IDENTIFICATION_CODE"),
    ("address", "SUPPLIER_LEGAL_ADDRESS"),
    ("bank_account_number", "SUPPLIER_ACCOUNT_NUMBER"),
];

fn name_supplier(value: &mut Value, account: &Account) {
    let Some(id) = value["entity_id"].as_i64() else { return };
    let Some((catalog, supplier)) = account.records.find(ELEMENT.service, id) else { return };
    let definitions = account.fields_named(&format!("catalogs/{catalog}"));
    let field = |code: &str| {
        let field = definitions.iter().find(|field| field.code.as_deref() == Some(code))?;
        let (_, values) = supplier.fields.iter().find(|(id, _)| *id == field.id)?;
        Some(values.first()?.value.clone())
    };
    value["name"] = supplier.text("name").into();
    for (name, code) in SUPPLIER {
        value[name] = field(code).unwrap_or_default();
    }
}

/// Links: those of an element that is not in the catalog are 404, which is a guess.
fn other(call: &mut Call<'_>, action: &str) -> Result<Reply, Reply> {
    let scope = scope(call)?;
    let id = call.path_id().unwrap_or_default();
    if call.account.records.get(ELEMENT.service, &scope, id).is_none() {
        return Err(Reply::not_found("There is no element with this id"));
    }
    links::of_one(call, Kind::Elements, id, action)
}
