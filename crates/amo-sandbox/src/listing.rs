//! Lists: which entities a query means, in which order, and which of them are on the page.

use std::collections::BTreeSet;

use crate::call::Call;
use crate::entity::{Entity, Shelf};
use crate::fields::FieldDefinition;
use crate::fields::value::is_searched;
use crate::filter::{self, Filtered, Test};
use crate::page::Page;
use crate::reply::Reply;
use crate::table::Resource;

/// By what a list is ordered.
struct Order {
    member: &'static str,
    descending: bool,
}

/// What is on a page, and whether there is more behind it.
pub(crate) struct OnPage<'e> {
    pub(crate) entities: Vec<&'e Entity>,
    pub(crate) more: bool,
}

/// Finds what is on the page. Without an order the ids grow. `also` is what an entity has to be
/// besides what the query says.
pub(crate) fn find<'e>(
    call: &Call<'_>,
    page: Page,
    of: &Filtered<'_>,
    shelf: &'e Shelf,
    also: Option<&dyn Fn(&Entity) -> bool>,
) -> Result<OnPage<'e>, Reply> {
    let order = order(call, of.resource)?;
    let mut tests = filter::read(call.query, of)?;
    tests.extend(of.below.map(|(member, value)| Test::Ids(member, vec![value])));
    let search = call.query.get("query").map(Search::new).filter(|search| !search.text.is_empty());
    let fits = |entity: &Entity| {
        tests.iter().all(|test: &Test| test.passes_in(entity, call.account))
            && search.as_ref().is_none_or(|search| search.finds(entity, of.fields))
            && also.is_none_or(|also| also(entity))
    };
    let everything = tests.is_empty() && search.is_none() && also.is_none();
    let order_of = (order.member, order.descending);
    let fits = (!everything).then_some(&fits as &dyn Fn(&Entity) -> bool);
    // One more than the page holds, to know whether there is more.
    let place = (page.start(), page.limit + 1);
    let mut found = match tests.iter().find_map(|test| named(test, shelf)) {
        None => shelf.page(order_of, of.only, fits, place),
        Some(mut named) => {
            named.retain(|entity| {
                of.only.is_none_or(|only| only.covers(entity))
                    && fits.is_none_or(|fits| fits(entity))
            });
            named.sort_by_key(|entity| (entity.int(order.member), entity.id));
            if order.descending {
                named.reverse();
            }
            named.into_iter().skip(place.0).take(place.1).collect()
        }
    };
    let more = found.len() > page.limit;
    found.truncate(page.limit);
    Ok(OnPage { entities: found, more })
}

/// Those that can pass: no others are looked at where a test names them. Ordered by id.
pub(crate) fn candidates<'e>(tests: &[Test], shelf: &'e Shelf) -> Vec<&'e Entity> {
    let named = tests.iter().find_map(|test| named(test, shelf));
    let mut found = named.unwrap_or_else(|| shelf.iter().collect());
    found.sort_by_key(|entity| entity.id);
    found
}

/// Those that a test names, where it does so by what the shelf can find at once: their ids, or what
/// they hang on.
fn named<'e>(test: &Test, shelf: &'e Shelf) -> Option<Vec<&'e Entity>> {
    match test {
        Test::Ids(
            member @ ("id" | "entity_id" | "customer_id" | "contact_id" | "chat_id"),
            ids,
        ) => {
            let ids: BTreeSet<i64> = ids.iter().copied().collect();
            Some(match *member {
                "id" => ids.into_iter().filter_map(|id| shelf.get(id)).collect(),
                member => ids.into_iter().flat_map(|id| shelf.with(member, id)).collect(),
            })
        }
        Test::Names(member @ ("uid" | "chat_id"), names) => {
            let (member, names) = (*member, names.iter().collect::<BTreeSet<_>>());
            Some(names.into_iter().flat_map(|name| shelf.with_text(member, name)).collect())
        }
        _ => None,
    }
}

fn order(call: &Call<'_>, resource: &Resource) -> Result<Order, Reply> {
    let orders = call.query.below("order");
    let Some(order) = orders.first() else {
        return Ok(Order { member: "id", descending: false });
    };
    let members = resource.orders;
    let member = match order.path.as_slice() {
        [name] if orders.len() == 1 => members.iter().find(|member| *member == name),
        _ => None,
    };
    let refused = || match (members, resource.service) {
        ([], service) => Reply::bad_request(&format!("{service} have no other order")),
        (_, service) => {
            let members = members.join(", ");
            Reply::bad_request(&format!("{service} are ordered by one of: {members}"))
        }
    };
    let member = member.ok_or_else(refused)?;
    let descending = match order.value {
        "asc" => false,
        "desc" => true,
        _ => return Err(Reply::bad_request("An order is asc or desc")),
    };
    Ok(Order { member, descending })
}

/// The full-text search: a part of the name (of a task: its text) or of a value of a field that is
/// a text or a number, upper and lower case alike.
struct Search {
    text: String,
    /// The query if it looks like a telephone number: then only digits count.
    digits: Option<String>,
}

impl Search {
    fn new(text: &str) -> Self {
        let text = text.trim().to_lowercase();
        let is_number = text.chars().all(|c| c.is_ascii_digit() || "+-() ".contains(c));
        let digits = Some(digits(&text)).filter(|digits| is_number && digits.len() >= 5);
        Search { text, digits }
    }

    fn finds(&self, entity: &Entity, definitions: &[FieldDefinition]) -> bool {
        let is_called = |member| entity.text(member).to_lowercase().contains(&self.text);
        if is_called("name") || is_called("text") {
            return true;
        }
        entity.fields.iter().any(|(id, values)| {
            let field =
                definitions.iter().find(|field| field.id == *id && is_searched(field.field_type));
            field.is_some()
                && values
                    .iter()
                    .filter_map(|value| value.value.as_str())
                    .any(|value| self.is_in(value))
        })
    }

    fn is_in(&self, value: &str) -> bool {
        value.to_lowercase().contains(&self.text)
            || self.digits.as_ref().is_some_and(|wanted| digits(value).contains(wanted))
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
