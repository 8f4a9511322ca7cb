//! Leads, contacts, companies, customers and tasks: lists, adding and updating. Each item of a write
//! stands for itself: what is wrong with one is told beside what became of the others.

use serde_json::{Value, json};

use super::body::{ids, int, list as items_of, number, read};
use super::{MOST_ROWS, Old, message, show};
use crate::account::Account;
use crate::entity::{Collection, Entity, Kind};
use crate::query::encoded;
use crate::reply::Reply;
use crate::rights::Reach;

/// What has a method of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Card {
    Of(Kind),
    Task,
}

/// What cards are linked with, by the members that say so.
const LINKS: [(&str, Kind); 5] = [
    ("contacts_id", Kind::Contacts),
    ("company_id", Kind::Companies),
    ("leads_id", Kind::Leads),
    ("customers_id", Kind::Customers),
    ("contact_id", Kind::Contacts),
];

impl Card {
    pub(super) fn named(name: &str) -> Option<Self> {
        match Kind::named(name) {
            Some(Kind::Elements) => None,
            Some(kind) => Some(Card::Of(kind)),
            None => (name == "tasks").then_some(Card::Task),
        }
    }

    pub(super) fn path(self) -> &'static str {
        match self {
            Card::Of(kind) => kind.name(),
            Card::Task => "tasks",
        }
    }
}

/// Adds and updates. What version 2 says to a body with neither is a guess.
pub(super) fn write(old: &mut Old<'_>, card: Card) -> Result<Reply, Reply> {
    let sent = read(old)?;
    let (add, update) = (items_of(&sent["add"]), items_of(&sent["update"]));
    if add.is_empty() && update.is_empty() {
        return Err(Reply::bad_request("Neither add nor update has anything"));
    }
    if add.len() + update.len() > MOST_ROWS {
        return Err(Reply::over_limit(MOST_ROWS));
    }
    let mut items = Vec::new();
    let mut errors = json!({});
    // Of additions a list, of updates a map by their ids; one that says no id has its place there, which
    // is a guess.
    let mut refused = |how: &str, key: Option<String>, refused: Reply| {
        if [402, 403, 425, 426].contains(&refused.status.as_u16()) {
            return Err(refused);
        }
        let text = message(&refused);
        match (key, &mut errors[how]) {
            (Some(id), known) => known[id] = text.into(),
            (None, Value::Array(known)) => known.push(json!({"code": 400, "msg": text})),
            (None, known) => *known = json!([{"code": 400, "msg": text}]),
        }
        Ok(())
    };
    for (index, item) in add.iter().enumerate() {
        match add_one(old, card, item) {
            Ok(id) => items.push(receipt(card, id, item, index)),
            Err(refusal) => refused("add", None, refusal)?,
        }
    }
    for (index, item) in update.iter().enumerate() {
        match update_one(old, card, item) {
            Ok(id) => items.push(receipt(card, id, item, index)),
            Err(refusal) => {
                let key = int(&item["id"]).unwrap_or(i64::try_from(index).unwrap_or_default());
                refused("update", Some(key.to_string()), refusal)?;
            }
        }
    }
    Ok(old.done(items, &errors))
}

fn receipt(card: Card, id: i64, item: &Value, index: usize) -> Value {
    let request_id = item.get("request_id").cloned().unwrap_or_else(|| index.into());
    let href = format!("/api/v2/{}?id={id}", card.path());
    json!({"id": id, "request_id": request_id, "_links": {"self": {"href": href, "method": "get"}}})
}

fn add_one(old: &mut Old<'_>, card: Card, item: &Value) -> Result<i64, Reply> {
    // What is linked must be there before anything is made.
    let links = links(old, item)?;
    let new = card.translated(item, old.account);
    let added = old.v4("POST", card.path(), "", &json!([new]))?;
    let id = added["_embedded"][card.path()][0]["id"].as_i64().unwrap_or_default();
    link(old, card, id, "link", links)?;
    Ok(id)
}

/// `updated_at` is needed; one that is older than what is stored changes nothing.
fn update_one(old: &mut Old<'_>, card: Card, item: &Value) -> Result<i64, Reply> {
    let id = int(&item["id"]).ok_or_else(|| Reply::bad_request("id is missing"))?;
    let at = int(&item["updated_at"]).ok_or_else(|| Reply::bad_request("updated_at is missing"))?;
    let stored = stored(old.account, card, id).and_then(|card| card.int("updated_at"));
    if stored.is_some_and(|stored| at < stored) {
        return Err(Reply::bad_request("Last modified date is older than in database"));
    }
    let links = links(old, item)?;
    let unlinks = self::links(old, &item["unlink"])?;
    let change = card.translated(item, old.account);
    old.v4("PATCH", &format!("{}/{id}", card.path()), "", &change)?;
    link(old, card, id, "unlink", unlinks)?;
    link(old, card, id, "link", links)?;
    Ok(id)
}

fn stored(account: &Account, card: Card, id: i64) -> Option<&Entity> {
    match card {
        Card::Of(kind) => account.entity(kind, id),
        Card::Task => account.records.get("tasks", "", id),
    }
}

/// Is it there for this user? What may not be seen is not.
fn is_there(old: &Old<'_>, kind: Kind, id: i64) -> bool {
    old.account.entity(kind, id).is_some() && old.account.may_see(old.user_id, kind, id)
}

/// What an item is to be linked with, as version 4 has it: looked at before anything is done. A
/// company that is only named is looked for, and made where there is none.
fn links(old: &mut Old<'_>, item: &Value) -> Result<Vec<Value>, Reply> {
    let mut wanted = Vec::new();
    for (name, kind) in LINKS {
        for id in ids(&item[name], name)?.into_iter().filter(|id| *id != 0) {
            if !is_there(old, kind, id) {
                return Err(Reply::bad_request(&format!("{name}: {id} is not there")));
            }
            wanted.push(json!({"to_entity_id": id, "to_entity_type": kind.name()}));
        }
    }
    let elements = item["catalog_elements_id"].as_object().into_iter().flatten();
    for (catalog, elements) in elements {
        for (element, quantity) in elements.as_object().into_iter().flatten() {
            let named = (catalog.parse::<i64>().ok(), element.parse::<i64>().unwrap_or_default());
            let known = old.account.entity(Kind::Elements, named.1);
            let is_of_catalog = known.is_some_and(|one| one.int("catalog_id") == named.0);
            if !is_of_catalog || !is_there(old, Kind::Elements, named.1) {
                let detail = format!("catalog_elements_id: {element} is not there");
                return Err(Reply::bad_request(&detail));
            }
            wanted.push(json!({
                "to_entity_id": named.1,
                "to_entity_type": "catalog_elements",
                "metadata": {"catalog_id": named.0, "quantity": number(quantity)},
            }));
        }
    }
    if let Some(name) = item["company_name"].as_str().filter(|name| !name.trim().is_empty()) {
        let companies = old.account.collections.get(&Kind::Companies);
        let known = companies.map(|kept| kept.live().with_text("name", name)).unwrap_or_default();
        let mut known = known.into_iter().map(|company| company.id);
        let known = known.find(|id| is_there(old, Kind::Companies, *id));
        let id = match known {
            Some(id) => id,
            None => add_one(old, Card::Of(Kind::Companies), &json!({"name": name}))?,
        };
        wanted.push(json!({"to_entity_id": id, "to_entity_type": "companies"}));
    }
    Ok(wanted)
}

fn link(old: &mut Old<'_>, card: Card, id: i64, how: &str, links: Vec<Value>) -> Result<(), Reply> {
    if !links.is_empty() {
        old.v4("POST", &format!("{}/{id}/{how}", card.path()), "", &Value::Array(links))?;
    }
    Ok(())
}

/// A list: by ids, or by a search, or by whoever is responsible, status and time.
pub(super) fn list(old: &mut Old<'_>, card: Card) -> Result<Reply, Reply> {
    let count = |name: &str, usual: usize| match old.query.get(name) {
        None => Ok(usual),
        Some(text) => text
            .parse::<usize>()
            .map_err(|_| Reply::bad_request(&format!("{name} is a number, not `{text}`"))),
    };
    let rows = count("limit_rows", MOST_ROWS)?.clamp(1, MOST_ROWS);
    let start = count("limit_offset", 0)?;
    if card == Card::Of(Kind::Customers) {
        // Are there customers at all?
        old.v4("GET", card.path(), "limit=1", &Value::Null)?;
    }
    let asked = numbers(old, "id")?;
    let with = "with=contacts,leads,customers,companies,loss_reason";
    let search = old.query.get("query").filter(|_| asked.is_empty());
    let found = if let Some(text) = search {
        let query = format!("{with}&query={}&", encoded(text));
        old.v4_rows(card.path(), card.path(), &query, (start, rows))?
    } else {
        let ids = if asked.is_empty() {
            wanted(old, card, (start, rows))?
        } else {
            asked.into_iter().skip(start).take(rows).collect()
        };
        let mut found = Vec::new();
        for id in ids {
            let one = old.v4("GET", &format!("{}/{id}", card.path()), with, &Value::Null);
            match one {
                Err(refused) if refused.status.as_u16() == 404 => {}
                one => found.extend(Some(one?).filter(Value::is_object)),
            }
        }
        found
    };
    let items = found.iter().map(|one| match card {
        Card::Of(kind) => show::card(kind, one, old.account),
        Card::Task => show::task(one),
    });
    let items = items.collect();
    Ok(old.items(items))
}

/// The values of a parameter, alone or as a list.
fn numbers(old: &Old<'_>, name: &str) -> Result<Vec<i64>, Reply> {
    let listed = old.query.below(name);
    let one = old.query.get(name).into_iter().flat_map(|one| one.split(','));
    let values = one.chain(listed.iter().map(|leaf| leaf.value));
    let read = values.map(|value| value.trim().parse::<i64>());
    let wrong = |_| Reply::bad_request(&format!("{name} takes ids"));
    read.collect::<Result<_, _>>().map_err(wrong)
}

/// The ids of what the filters ask for and the user may see: so many from a place on.
fn wanted(old: &Old<'_>, card: Card, place: (usize, usize)) -> Result<Vec<i64>, Reply> {
    let responsible = numbers(old, "responsible_user_id")?;
    let statuses = numbers(old, "status")?;
    let mut ranges = Vec::new();
    for leaf in old.query.below("filter") {
        let wrong =
            || Reply::bad_request(&format!("filter[{}] is not supported", leaf.path.join("][")));
        let at = leaf.value.trim().parse::<i64>().map_err(|_| wrong())?;
        ranges.push(match leaf.path.as_slice() {
            ["date_create", "from"] => ("created_at", at, i64::MAX),
            ["date_create", "to"] => ("created_at", i64::MIN, at),
            ["date_modify", "from"] => ("updated_at", at, i64::MAX),
            ["date_modify", "to"] => ("updated_at", i64::MIN, at),
            _ => return Err(wrong()),
        });
    }
    ranges.extend(old.modified_since.map(|at| ("updated_at", at, i64::MAX)));
    let all = match card {
        Card::Of(kind) => old.account.collections.get(&kind).map(Collection::live),
        Card::Task => Some(old.account.records.of("tasks", "")),
    };
    let is_in = |ids: &[i64], card: &Entity, name: &str| {
        ids.is_empty() || card.int(name).is_some_and(|id| ids.contains(&id))
    };
    let reach = Reach::of(old.account, old.user_id, card.path(), "view");
    let fits = |card: &Entity| {
        reach.covers(card)
            && is_in(&responsible, card, "responsible_user_id")
            && is_in(&statuses, card, "status_id")
            && ranges.iter().all(|(name, from, to)| {
                card.int(name).is_some_and(|at| (*from..=*to).contains(&at))
            })
    };
    let everything =
        reach.is_everything() && responsible.is_empty() && statuses.is_empty() && ranges.is_empty();
    let fits = (!everything).then_some(&fits as &dyn Fn(&Entity) -> bool);
    let page = all.map(|all| all.page(("id", false), None, fits, place)).unwrap_or_default();
    Ok(page.into_iter().map(|card| card.id).collect())
}
