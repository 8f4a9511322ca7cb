//! Incoming leads from forms and calls.

use serde_json::{Value, json};

use super::{SERVICE, WAITING, embedded, link};
use crate::account::Account;
use crate::call::Call;
use crate::check::{self, Change};
use crate::entity::{self, Entity, Kind, add_one};
use crate::flaws::{self, Flaws, request_id};
use crate::page;
use crate::record;
use crate::reply::Reply;
use crate::table::Moment;

/// What an item asks for.
struct Wanted {
    change: Change,
    /// As it was sent.
    metadata: Value,
    lead: Change,
    contact: Option<Change>,
    company: Option<Change>,
    /// Where the lead comes to: the pipeline and its stage of incoming leads.
    place: Option<(i64, i64)>,
}

/// The answer counts what was added and has no links of its own.
pub(super) fn add(call: &mut Call<'_>, category: &'static str) -> Result<Reply, Reply> {
    let wanted = flaws::each(&call.items()?, |index, item, flaws| {
        let request_id = request_id(item, index, flaws);
        let one = read(item, call, flaws);
        (request_id, one)
    })?;
    let mut shown = Vec::new();
    for (request_id, one) in wanted {
        let id = save(one, category, call.account, call.user_id, call.now);
        let Some(one) = call.account.records.get(SERVICE, "", id) else { continue };
        shown.push(json!({
            "uid": one.get("uid"),
            "account_id": call.account.id,
            "request_id": request_id,
            "_links": link(one, call),
            "_embedded": embedded(one, call),
        }));
    }
    Ok(page::embedding(json!({"_total_items": shown.len()}), call.key(), shown))
}

fn read(item: &Value, call: &Call<'_>, flaws: &mut Flaws) -> Wanted {
    let account = &*call.account;
    let mut plain = item.clone();
    let metadata = item["metadata"].clone();
    if let Some(members) = plain.get_mut("metadata").and_then(Value::as_object_mut) {
        // A call without a record has a null in its place.
        if let Some(record) = members.get_mut("link").filter(|record| record.is_null()) {
            *record = "".into();
        }
        members.retain(|_, value| !value.is_null());
    }
    let change = check::entity(&plain, call.resource, Moment::Creation, account, flaws);
    // The lead does not choose its stage.
    let mut lead = item["_embedded"]["leads"][0].clone();
    if let Some(lead) = lead.as_object_mut() {
        lead.remove("status_id");
    }
    let part = |kind: Kind, sent: &Value, flaws: &mut Flaws| {
        // What the tables say of it was looked at above; more is looked at once that is right.
        let is_sound = flaws.is_empty();
        let mut own = Flaws::default();
        let place = format!("_embedded.{}.0", kind.name());
        let flaws = if is_sound { flaws } else { &mut own };
        sent.is_object()
            .then(|| flaws.within(&place, |flaws| entity::check(sent, kind, None, account, flaws)))
    };
    let lead = part(Kind::Leads, &lead, flaws).unwrap_or_default();
    let contact = part(Kind::Contacts, &item["_embedded"]["contacts"][0], flaws);
    let company = part(Kind::Companies, &item["_embedded"]["companies"][0], flaws);
    let pipeline = change.int("pipeline_id").or_else(|| lead.int("pipeline_id"));
    let place = place(pipeline, account);
    if place.is_none() && !flaws.has("pipeline_id") {
        // That a pipeline without a stage of incoming leads is refused is a guess.
        flaws.not_a_choice("pipeline_id");
    }
    Wanted { change, metadata, lead, contact, company, place }
}

/// The pipeline, else the main one, and its stage of incoming leads.
fn place(pipeline: Option<i64>, account: &Account) -> Option<(i64, i64)> {
    let pipeline = match pipeline {
        Some(id) => account.pipeline(id),
        None => account.pipelines().find(|pipeline| pipeline.is_main),
    }
    .filter(|pipeline| pipeline.is_unsorted_on)?;
    Some((pipeline.id, pipeline.incoming()?))
}

/// Makes the entities, links them with each other, and keeps the incoming lead; gives its id.
fn save(wanted: Wanted, category: &'static str, account: &mut Account, user: i64, now: i64) -> i64 {
    let Wanted { change, metadata, mut lead, contact, company, place } = wanted;
    let contact = contact.map(|mut contact| {
        contact.members.push(("is_unsorted", true.into()));
        add_one(account, Kind::Contacts, &contact, user, now)
    });
    let company = company.map(|company| add_one(account, Kind::Companies, &company, user, now));
    lead.members.retain(|(name, _)| *name != "pipeline_id");
    if let Some((pipeline, status)) = place {
        lead.members.extend([("pipeline_id", pipeline.into()), ("status_id", status.into())]);
    }
    let lead = add_one(account, Kind::Leads, &lead, user, now);
    let ends = [
        contact.map(|id| ((Kind::Leads, lead), (Kind::Contacts, id), Some(true))),
        company.map(|id| ((Kind::Leads, lead), (Kind::Companies, id), None)),
        contact.zip(company).map(|(id, to)| ((Kind::Contacts, id), (Kind::Companies, to), None)),
    ];
    for (from, to, is_main) in ends.into_iter().flatten() {
        account.links.put(from, to, is_main);
    }
    let source = |name| change.get(name).cloned().unwrap_or_default();
    keep(
        account,
        Incoming {
            category,
            metadata,
            source: (source("source_uid"), source("source_name")),
            created_at: change.int("created_at").unwrap_or(now),
            lead,
            contact: contact.map(Whose::Own),
            company: company.map(Whose::Own),
        },
        user,
        now,
    )
}

/// What came, when its entities are made.
pub(crate) struct Incoming {
    pub(crate) category: &'static str,
    /// As it was sent.
    pub(crate) metadata: Value,
    /// The `source_uid` and the `source_name`.
    pub(crate) source: (Value, Value),
    pub(crate) created_at: i64,
    pub(crate) lead: i64,
    pub(crate) contact: Option<Whose>,
    pub(crate) company: Option<Whose>,
}

/// An entity that came with an incoming lead.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Whose {
    /// It was made with it.
    Own(i64),
    /// It was there before.
    Known(i64),
}

impl Whose {
    fn id(self) -> i64 {
        match self {
            Whose::Own(id) | Whose::Known(id) => id,
        }
    }
}

/// Keeps an incoming lead whose entities are there, and gives its id. A call becomes a note of the
/// lead where that is asked for; that it is the lead's, and is not made unless said, is a guess.
pub(crate) fn keep(account: &mut Account, incoming: Incoming, user: i64, now: i64) -> i64 {
    let Incoming { category, mut metadata, source, created_at, lead, contact, company } = incoming;
    let is_told = metadata["is_call_event_needed"] == true;
    if let Some(members) = metadata.as_object_mut() {
        members.remove("is_call_event_needed");
    }
    if is_told {
        note_call(account, lead, &metadata, now);
    }
    let pipeline = account.entity(Kind::Leads, lead).and_then(|lead| lead.int("pipeline_id"));
    let known = [("contact", contact), ("company", company)].into_iter();
    let known = known.filter(|(_, part)| matches!(part, Some(Whose::Known(_))));
    let known: Vec<&str> = known.map(|(name, _)| name).collect();
    let mut one = account.records.draft(SERVICE);
    // The same ones in every run, and nothing that a client could count up.
    let uid = fastrand::Rng::with_seed(one.id as u64).u128(..);
    for (name, value) in [
        ("uid", json!(format!("{uid:032x}"))),
        ("source_uid", source.0),
        ("source_name", source.1),
        ("category", json!(category)),
        ("metadata", metadata),
        ("pipeline_id", json!(pipeline)),
        ("created_at", json!(created_at)),
        ("updated_at", json!(now)),
        ("created_by", json!(user)),
        ("state", json!(WAITING)),
        ("lead", json!(lead)),
        ("contact", json!(contact.map(Whose::id))),
        ("company", json!(company.map(Whose::id))),
        ("known", json!(known)),
    ] {
        one.set(name, value);
    }
    let id = one.id;
    account.records.keep(SERVICE, "", one);
    id
}

fn note_call(account: &mut Account, lead: i64, call: &Value, now: i64) {
    let params = json!({
        "uniq": call["uniq"],
        "duration": call["duration"],
        "source": call["service_code"],
        "link": call["link"],
        // A number here, and a text in every note.
        "phone": call["phone"].as_i64().map_or(call["phone"].clone(), |it| it.to_string().into()),
        "call_responsible": call["call_responsible"],
    });
    record::note_by_robot(account, (Kind::Leads, lead), "call_in", params, now);
}

/// An incoming lead from a chat, which only the chats themselves can bring; gives its uid.
pub(crate) fn chat(account: &mut Account, name: &str, text: &str, now: i64) -> String {
    let chat = format!("{:032x}", fastrand::Rng::with_seed(now as u64).u128(..));
    let members = [("source_uid", "chats"), ("source_name", "Chats")];
    let metadata = json!({
        "from": name,
        "to": "Chats",
        "received_at": now,
        "service": "sandbox",
        "client": {"name": name, "avatar": null},
        "origin": {"chat_id": chat, "ref": null, "visitor_uid": null},
        "last_message_text": text,
        "source_name": "Chats",
    });
    let wanted = Wanted {
        change: Change {
            members: members.map(|(name, value)| (name, value.into())).into(),
            ..Change::default()
        },
        metadata,
        lead: Change::default(),
        contact: Some(Change { members: vec![("name", name.into())], ..Change::default() }),
        company: None,
        place: place(None, account),
    };
    let id = save(wanted, "chats", account, 0, now);
    let kept = account.records.get(SERVICE, "", id);
    kept.map_or_else(String::new, |one| one.text("uid").to_owned())
}

/// The client of a chat that is still to be sorted writes again.
pub(crate) fn wrote(account: &mut Account, contact: i64, text: &str, now: i64) {
    let own = account.records.of(SERVICE, "").with("contact", contact);
    let waits = |one: &&Entity| one.text("state") == WAITING && one.text("category") == "chats";
    let Some(mut one) = own.into_iter().find(waits).cloned() else { return };
    let mut metadata = one.get("metadata").clone();
    metadata["last_message_text"] = text.into();
    metadata["received_at"] = now.into();
    one.set("metadata", metadata);
    one.set("updated_at", now);
    account.records.keep(SERVICE, "", one);
}
