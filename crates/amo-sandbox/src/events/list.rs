//! `GET /events`, `/events/{id}` and `/events/types`.

use serde_json::{Value, json};

use super::filter::Filter;
use super::{Event, types};
use crate::account::Account;
use crate::call::Call;
use crate::entity::Kind;
use crate::page;
use crate::reply::Reply;
use crate::rights::Reach;

/// The list, the newest first (a guess), and one event.
pub(crate) fn answer(call: &mut Call<'_>) -> Result<Reply, Reply> {
    if call.operation.action == "get" {
        let id = call.parameter("id");
        let sight = Sight::of(call);
        let event = call.account.events.find(id).filter(|event| sight.sees(event));
        return Ok(
            event.map_or_else(|| call.nothing_found(), |event| Reply::hal(&show(event, call)))
        );
    }
    let page = call.page()?;
    let filter = Filter::read(call.query)?;
    let all = call.account.events.all.iter().rev();
    let (start, wanted) = (page.start(), page.limit + 1);
    let sight = Sight::of(call);
    let sees_all = sight.is_everything();
    let found: Vec<&Event> = if sees_all && filter.asks_nothing() {
        all.skip(start).take(wanted).collect()
    } else {
        let fitting = all.filter(|event| filter.passes(event) && (sees_all || sight.sees(event)));
        fitting.skip(start).take(wanted).collect()
    };
    let shown = found.iter().take(page.limit).map(|event| show(event, call)).collect();
    let more = found.len() > page.limit;
    Ok(page.reply(&call.own_url(), call.query, call.key(), shown, more))
}

/// The kind of cards that an event is of.
fn kind_of(event: &Event) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| super::one_of(*kind) == event.what.entity_type)
}

/// What the user may see, looked up once for all events.
struct Sight<'a> {
    account: &'a Account,
    cards: Vec<(Kind, Reach<'a>)>,
    tasks: Reach<'a>,
}

impl<'a> Sight<'a> {
    fn of(call: &'a Call<'_>) -> Self {
        let account = &*call.account;
        let reach = |service| Reach::of(account, call.user_id, service, "view");
        let cards = Kind::ALL.into_iter().map(|kind| (kind, reach(kind.name())));
        Self { account, cards: cards.collect(), tasks: reach("tasks") }
    }

    fn is_everything(&self) -> bool {
        self.cards.iter().all(|(_, reach)| reach.is_everything())
    }

    /// Events of cards and tasks that the user may not see are left out. What is not there any more
    /// hides nothing.
    fn sees(&self, event: &Event) -> bool {
        let id = event.what.entity_id;
        let (reach, about) = match kind_of(event) {
            Some(kind) => {
                let known = self.cards.iter().find(|(known, _)| *known == kind);
                (known.map(|(_, reach)| reach), self.account.entity(kind, id))
            }
            None if event.what.entity_type == "task" => {
                (Some(&self.tasks), self.account.records.get("tasks", "", id))
            }
            None => return true,
        };
        reach.zip(about).is_none_or(|(reach, about)| reach.covers(about))
    }
}

fn show(event: &Event, call: &Call<'_>) -> Value {
    let what = &event.what;
    let mut shown = json!({
        "id": event.id,
        "type": what.kind,
        "entity_id": what.entity_id,
        "entity_type": what.entity_type,
        "created_by": event.by,
        "created_at": event.at,
        "value_after": what.after,
        "value_before": what.before,
        "account_id": call.account.id,
        "_links": {"self": {"href": call.url(&format!("events/{}", event.id))}},
        "_embedded": {"entity": entity(event, call)},
    });
    if let Some(contact) = what.talk_contact.filter(|_| what.entity_type != "contact") {
        shown["linked_talk_contact_id"] = contact.into();
    }
    if call.query.with().any(|word| word == "note")
        && let Some(note) = note(event, call)
    {
        shown["_embedded"]["note"] = note;
    }
    shown
}

/// The entity of an event, with its name if `with` asks for the names of its kind and it is there
/// still; an element names its catalog too.
fn entity(event: &Event, call: &Call<'_>) -> Value {
    let (one, id) = (event.what.entity_type, event.what.entity_id);
    let kind = kind_of(event);
    let service = match (one, kind, event.what.catalog) {
        ("customer_segment", ..) => "customers/segments".to_owned(),
        (_, None, _) => "tasks".to_owned(),
        (.., Some(catalog)) => format!("catalogs/{catalog}/elements"),
        (_, Some(kind), None) => kind.name().to_owned(),
    };
    let href = call.url(&format!("{service}/{id}"));
    let mut shown = json!({"id": id, "_links": {"self": {"href": href}}});
    let asked = |one: &str| call.query.with().any(|word| word.strip_suffix("_name") == Some(one));
    let card = kind.and_then(|kind| call.account.entity(kind, id));
    if let Some(card) = card.filter(|_| asked(one)) {
        shown["name"] = card.get("name").clone();
    }
    if let Some(id) = event.what.catalog {
        let catalog = call.account.records.get("catalogs", "", id).filter(|_| asked("catalog"));
        shown["catalog"] = json!({"id": id});
        if let Some(catalog) = catalog {
            shown["catalog"]["name"] = catalog.get("name").clone();
        }
    }
    shown
}

/// The note that a value of the event names. Its form is not documented: this is a guess.
fn note(event: &Event, call: &Call<'_>) -> Option<Value> {
    let mut values = event.what.after.iter().chain(&event.what.before);
    let id = values.find_map(|value| value["note"]["id"].as_i64())?;
    let (_, note) = call.account.records.find("notes", id)?;
    let mut shown = json!({"id": id});
    for (name, value) in note.members() {
        shown[name] = value.clone();
    }
    Some(shown)
}

/// The types that events have in this account, named in the language asked for or in the user's.
pub(crate) fn answer_types(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let language = match call.query.get("language_code") {
        None => types::Language::of("ru"),
        Some(code) => types::Language::of(code),
    };
    let language =
        language.ok_or_else(|| Reply::bad_request("language_code is one of: en, es, ru, pt"))?;
    let mut shown: Vec<Value> = types::ALL
        .iter()
        .map(|known| json!({"key": known.key, "type": known.number, "lang": known.name(language)}))
        .collect();
    for field in call.account.fields.values().flatten() {
        shown.push(json!({
            "key": format!("custom_field_{}_value_changed", field.id),
            "type": types::FIELD_CHANGED,
            "lang": types::field_changed(&field.name, language),
        }));
    }
    Ok(page::whole(&call.own_url(), call.key(), shown))
}
