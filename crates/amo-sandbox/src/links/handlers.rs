//! `/{entity}/{id}/links|link|unlink` and the mass forms `/{entity}/links|link|unlink`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::End;
use super::item::{Wanted, read};
use crate::account::Account;
use crate::call::Call;
use crate::entity::{Entity, Kind};
use crate::filter::{self, Filtered, Test};
use crate::flaws::{BatchFlaws, Flaws};
use crate::page::whole;
use crate::reply::Reply;

/// Answers the methods of one entity.
pub(crate) fn of_one(
    call: &mut Call<'_>,
    kind: Kind,
    id: i64,
    action: &str,
) -> Result<Reply, Reply> {
    match (action, call.method) {
        ("links", "GET") => list(call, kind, Some(id)),
        ("link", "POST") => link(call, kind, Some(id)),
        ("unlink", "POST") => unlink(call, kind, Some(id)),
        _ => Err(call.no_method()),
    }
}

/// Answers the mass forms.
pub(crate) fn mass(call: &mut Call<'_>, kind: Kind, action: &str) -> Result<Reply, Reply> {
    match (action, call.method) {
        ("links", "GET") => list(call, kind, None),
        ("link", "POST") => link(call, kind, None),
        ("unlink", "POST") => unlink(call, kind, None),
        _ => Err(call.no_method()),
    }
}

/// Lists what is linked, or 204: also when there is no such entity (a guess). Links whose one end may
/// not be seen are left out.
fn list(call: &Call<'_>, kind: Kind, one: Option<i64>) -> Result<Reply, Reply> {
    let leaves = call.query.below("filter");
    let is_asked = |name| leaves.iter().any(|leaf| leaf.path.first() == Some(&name));
    if one.is_none() && !is_asked("entity_id") {
        return Err(Reply::bad_request("filter[entity_id] must name the entities"));
    }
    if is_asked("to_entity_id") != is_asked("to_entity_type") {
        return Err(Reply::bad_request(
            "filter[to_entity_id] and filter[to_entity_type] go together",
        ));
    }
    let account = &*call.account;
    let filtered = Filtered {
        resource: call.resource,
        fields: &[],
        api_filter: account.api_filter,
        renamed: &[],
        bare: &[],
        below: None,
        only: None,
    };
    let tests =
        filter::read_own(call.query, call.operation.filters.unwrap_or_default(), &filtered)?;
    let asked = tests.iter().find_map(Test::ids_of("entity_id")).unwrap_or_default();
    let ids = one.map_or(asked, |id| vec![id]);
    let mut shown = Vec::new();
    for id in ids {
        let from = (kind, id);
        if !account.may_see(call.user_id, kind, id) {
            continue;
        }
        for other in kind.table().links_to {
            let linked = account.links.of(from, *other).map(|(to, _)| (*other, to));
            let seen = linked.filter(|to| account.may_see(call.user_id, to.0, to.1));
            let wanted = seen.filter(|to| {
                let link = as_entity(account, from, *to);
                tests.iter().all(|test| test.passes(&link))
            });
            shown.extend(wanted.map(|to| show(account, from, to, one.is_none())));
        }
    }
    Ok(whole(&call.own_url(), "links", shown))
}

/// A link in the form that filters look at.
fn as_entity(account: &Account, from: End, to: End) -> Entity {
    let mut link = Entity::new(0);
    link.set("entity_id", from.1);
    link.set("to_entity_id", to.1);
    link.set("to_entity_type", to.0.name());
    link.set("to_catalog_id", catalog_of(account, to));
    link
}

/// The catalog of an element.
fn catalog_of(account: &Account, (kind, id): End) -> Option<i64> {
    account.entity(kind, id).filter(|_| kind == Kind::Elements)?.int("catalog_id")
}

/// What belongs to the link of an element, as links and `with=catalog_elements` show it.
pub(crate) fn element_metadata(account: &Account, from: End, element: i64) -> Value {
    let to = (Kind::Elements, element);
    let goods = account.links.goods(from, to);
    let mut metadata = json!({
        "quantity": goods.map_or(Value::from(1), |goods| goods.quantity.clone()),
        "catalog_id": catalog_of(account, to),
    });
    if let Some(goods) = goods.filter(|goods| !goods.price_id.is_null()) {
        metadata["price_id"] = goods.price_id.clone();
    }
    metadata
}

fn show(account: &Account, from: End, to: End, name_both_ends: bool) -> Value {
    let metadata = match (from.0, to.0) {
        (Kind::Leads | Kind::Customers, Kind::Contacts) => {
            let mut linked = account.links.of(from, to.0);
            json!({"main_contact": linked.any(|(id, is_main)| id == to.1 && is_main)})
        }
        (_, Kind::Elements) => element_metadata(account, from, to.1),
        _ => Value::Null,
    };
    let mut shown =
        json!({"to_entity_id": to.1, "to_entity_type": to.0.name(), "metadata": metadata});
    if name_both_ends {
        shown["entity_id"] = Value::from(from.1);
        shown["entity_type"] = Value::from(from.0.name());
    }
    shown
}

fn link(call: &mut Call<'_>, kind: Kind, id: Option<i64>) -> Result<Reply, Reply> {
    let mut flawed = BatchFlaws::default();
    let mut wanted = Vec::new();
    // Which company each lead and contact gets within this batch.
    let mut companies = BTreeMap::new();
    // And who gets each element that may be linked once only.
    let mut owners = BTreeMap::new();
    for (index, item) in call.items()?.iter().enumerate() {
        let mut flaws = Flaws::default();
        if let Some(found) = read(item, kind, id, call, true, &mut flaws) {
            check_company(&found, call.account, &mut companies, &mut flaws);
            check_single(&found, call.account, &mut owners, &mut flaws);
            wanted.push(found);
        }
        flawed.of_item(&index.to_string(), &flaws);
    }
    flawed.refuse_if_any()?;
    for Wanted { from, to, is_main, quantity, price_id } in &wanted {
        call.account.links.put(*from, *to, *is_main);
        if to.0 == Kind::Elements || from.0 == Kind::Elements {
            call.account.links.set_goods(*from, *to, quantity.clone(), price_id.clone());
        }
    }
    let shown = wanted.iter().map(|one| show(call.account, one.from, one.to, true)).collect();
    // `…/link` becomes `…/links`.
    Ok(whole(&format!("{}s", call.own_url().trim_end_matches('/')), "links", shown))
}

/// Undoing a link that is not there is taken as done (a guess).
fn unlink(call: &mut Call<'_>, kind: Kind, id: Option<i64>) -> Result<Reply, Reply> {
    let mut flawed = BatchFlaws::default();
    let mut wanted = Vec::new();
    for (index, item) in call.items()?.iter().enumerate() {
        let mut flaws = Flaws::default();
        wanted.extend(read(item, kind, id, call, false, &mut flaws));
        flawed.of_item(&index.to_string(), &flaws);
    }
    flawed.refuse_if_any()?;
    for Wanted { from, to, .. } in wanted {
        call.account.links.remove(from, to);
    }
    Ok(Reply::no_content())
}

/// A lead, a contact and a customer have at most one company. What the real service does about a
/// second one is not known; it is refused here, so that who unlinks the first one before is right in
/// either case.
fn check_company(
    wanted: &Wanted,
    account: &Account,
    companies: &mut BTreeMap<End, i64>,
    flaws: &mut Flaws,
) {
    let ((end, (Kind::Companies, company)) | ((Kind::Companies, company), end)) =
        (wanted.from, wanted.to)
    else {
        return;
    };
    // An element may be linked with many.
    if end.0 == Kind::Elements {
        return;
    }
    let linked = account.links.of(end, Kind::Companies).map(|(id, _)| id).next();
    if *companies.entry(end).or_insert_with(|| linked.unwrap_or(company)) != company {
        flaws.not_a_choice("to_entity_id");
    }
}

/// An element of a catalog with `can_link_multiple: false` has one lead or customer at most. That
/// a second one is refused is a guess, made like that about companies.
fn check_single(
    wanted: &Wanted,
    account: &Account,
    owners: &mut BTreeMap<i64, End>,
    flaws: &mut Flaws,
) {
    let ((owner, (Kind::Elements, element)) | ((Kind::Elements, element), owner)) =
        (wanted.from, wanted.to)
    else {
        return;
    };
    let catalog = catalog_of(account, (Kind::Elements, element));
    let catalog = catalog.and_then(|id| account.records.get("catalogs", "", id));
    let is_single = catalog.is_some_and(|catalog| catalog.get("can_link_multiple") == false);
    if !is_single || !matches!(owner.0, Kind::Leads | Kind::Customers) {
        return;
    }
    let linked = [Kind::Leads, Kind::Customers].into_iter().find_map(|kind| {
        let (id, _) = account.links.of((Kind::Elements, element), kind).next()?;
        Some((kind, id))
    });
    if *owners.entry(element).or_insert_with(|| linked.unwrap_or(owner)) != owner {
        flaws.not_a_choice("to_entity_id");
    }
}
