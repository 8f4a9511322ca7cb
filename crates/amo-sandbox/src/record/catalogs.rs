//! What is special to catalogs, and the settings of products.

use serde_json::{Value, json};

use super::{Behaviour, at_most, not_blank};
use crate::account::Account;
use crate::call::Call;
use crate::check::{self, Change};
use crate::entity::{Entity, Shown};
use crate::fields::special;
use crate::flaws::Flaws;
use crate::generated::catalogs::CATALOG;
use crate::reply::Reply;

/// An account has at most so many.
const MOST: usize = 10;

pub(super) static CATALOGS: Behaviour =
    Behaviour { echo, scope, tidy, check, settle, show, other, ..Behaviour::of(&CATALOG) };

/// That there are one catalog of bills and one of products is checked over a batch here, and over
/// those that are there in [`check`].
fn scope(call: &Call<'_>) -> Result<String, Reply> {
    if call.method == "POST" {
        let items = call.items()?;
        let is_double = |kind| items.iter().filter(|item| item["type"] == kind).count() > 1;
        if is_double("invoices") || is_double("products") {
            return Err(Reply::bad_request("There is one catalog of bills and one of products"));
        }
        at_most(MOST, "", items.len(), call)?;
    }
    Ok(String::new())
}

/// A catalog. That one that is not there is 404 is a guess.
pub(crate) fn catalog<'c>(call: &'c Call<'_>, id: i64) -> Result<&'c Entity, Reply> {
    let known = call.account.records.get(CATALOG.service, "", id);
    known.ok_or_else(|| Reply::not_found("There is no catalog with this id"))
}

/// The catalog of a type that an account has one of.
pub(crate) fn of_type<'a>(account: &'a Account, kind: &str) -> Option<&'a Entity> {
    account.records.of(CATALOG.service, "").iter().find(|catalog| catalog.text("type") == kind)
}

/// The docs' answer to the change of one catalog has the id as `request_id`.
fn echo(call: &Call<'_>, id: i64, request_id: String, is_named: bool) -> Value {
    if call.method == "PATCH" && call.path_id().is_some() && !is_named {
        id.to_string().into()
    } else {
        request_id.into()
    }
}

/// The official client sends what it read back; it may not be changed.
fn tidy(item: &mut Value, old: Option<&Entity>, _: &Call<'_>, _: &mut Flaws) {
    let (Some(old), Value::Object(item)) = (old, item) else { return };
    for name in ["type", "can_be_deleted", "created_at"] {
        if item.get(name).is_some_and(|sent| sent == old.get(name)) {
            item.remove(name);
        }
    }
}

/// There is one catalog of bills and one of products; that of suppliers comes with the bills.
fn check(change: &Change, old: Option<&Entity>, call: &Call<'_>, flaws: &mut Flaws) {
    not_blank(change, "name", flaws);
    let kind = change.text("type").filter(|_| old.is_none());
    let is_taken = match kind {
        Some("suppliers") => true,
        Some(kind @ ("invoices" | "products")) => of_type(call.account, kind).is_some(),
        _ => false,
    };
    if is_taken && !flaws.has("type") {
        flaws.not_a_choice("type");
    }
}

/// What is not said gets a value: which one is a guess, except that a catalog is a regular one.
fn settle(catalog: &mut Entity, _: &Change, call: &mut Call<'_>) {
    let place = call.account.records.of(CATALOG.service, "").len();
    furnish(call.account, catalog, place);
    if catalog.text("type") == "invoices" && of_type(call.account, "suppliers").is_none() {
        add_special(call, "suppliers", "Suppliers");
    }
    if catalog.text("type") == "products" {
        call.account.has_products = true;
    }
}

/// Gives a new catalog what is not said of it, and the fields of its type.
pub(crate) fn furnish(account: &mut Account, catalog: &mut Entity, place: usize) {
    catalog.set_default("type", "regular");
    catalog.set_default("sort", place.saturating_add(1).saturating_mul(10));
    catalog.set_default("can_add_elements", true);
    catalog.set_default("can_show_in_cards", false);
    catalog.set_default("can_link_multiple", true);
    let is_products = catalog.text("type") == "products";
    catalog.set("can_be_deleted", !is_products);
    let owner = format!("catalogs/{}", catalog.id);
    if !account.fields.contains_key(&owner) {
        let definitions = special::definitions(account, catalog.text("type"));
        account.fields.insert(owner, definitions);
    }
}

/// Adds a catalog that amoCRM itself makes.
fn add_special(call: &mut Call<'_>, kind: &str, name: &str) {
    let mut catalog = call.account.records.draft(CATALOG.service);
    catalog.set("name", name);
    catalog.set("type", kind);
    for name in ["created_by", "updated_by"] {
        catalog.set(name, call.user_id);
    }
    for name in ["created_at", "updated_at"] {
        catalog.set(name, call.now);
    }
    let place = call.account.records.of(CATALOG.service, "").len();
    furnish(call.account, &mut catalog, place);
    call.account.records.keep(CATALOG.service, "", catalog);
}

/// Answers to writes leave the widget out.
fn show(_: &Entity, call: &Call<'_>, shown: &mut Shown<'_>) {
    if call.method != "GET" {
        shown.remove("sdk_widget_code");
    }
}

fn other(call: &mut Call<'_>, action: &str) -> Result<Reply, Reply> {
    match action {
        "products_settings" => {}
        "set_products_settings" => {
            let mut flaws = Flaws::default();
            let body = check::body(call, &mut flaws)?;
            if body.get("is_enabled").is_none() {
                flaws.missing("is_enabled");
            }
            flaws.refuse_if_any()?;
            call.account.has_products = body["is_enabled"] == true;
            if call.account.has_products && of_type(call.account, "products").is_none() {
                add_special(call, "products", "Products");
            }
        }
        _ => return Err(call.no_route()),
    }
    let mut shown = json!({"is_enabled": call.account.has_products});
    // That the catalog is named at all is a guess.
    if let Some(catalog) = of_type(call.account, "products") {
        shown["catalog_id"] = catalog.id.into();
    }
    Ok(Reply::hal(&shown))
}
