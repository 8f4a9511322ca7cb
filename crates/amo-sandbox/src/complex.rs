//! `POST /api/v4/leads/complex`: leads together with a contact and a company.
//!
//! A lead with the data of a form or a call comes among the incoming leads.

use serde_json::{Value, json};

use crate::account::Account;
use crate::call::Call;
use crate::check::{self, Change};
use crate::duplicates;
use crate::entity::{self, Kind, add_one};
use crate::flaws::{BatchFlaws, Flaws, request_id_for};
use crate::record::source_named;
use crate::reply::Reply;
use crate::table::{Body, Member, Type};
use crate::unsorted::{self, Incoming, Whose};

/// How many custom fields a lead, a contact or a company may have here.
const MOST_FIELDS: usize = 40;

/// What one item asks for.
pub(crate) struct Wanted {
    pub(crate) lead: Change,
    pub(crate) contact: Option<Part>,
    pub(crate) company: Option<Part>,
    /// The data of a form or a call, which make it an incoming lead; null for others.
    metadata: Value,
}

/// A contact or a company: one that is there, or a new one.
pub(crate) enum Part {
    Known(i64),
    New(Box<Change>),
}

/// One object of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) lead: i64,
    pub(crate) contact: Option<i64>,
    pub(crate) company: Option<i64>,
    pub(crate) merged: bool,
}

/// Answers with a list that has no envelope. Duplicates are looked for before anything of the
/// request is done, so that its items never find each other.
pub(crate) fn add(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let mut flawed = BatchFlaws::default();
    let mut wanted = Vec::new();
    for (index, item) in call.items()?.iter().enumerate() {
        let mut flaws = Flaws::default();
        let request_id = request_id_for("leads", item, index, &mut flaws);
        wanted.push((request_id.clone(), read(item, call, &mut flaws)));
        flawed.of_item(&request_id, &flaws);
    }
    flawed.refuse_if_any()?;
    let found: Vec<Option<i64>> = wanted
        .iter()
        .map(|(_, one)| {
            if call.account.duplicate_control { duplicates::find(one, call.account) } else { None }
        })
        .collect();
    let (user, now) = (call.user_id, call.now);
    let mut outcomes: Vec<(Outcome, Vec<String>)> = Vec::new();
    for ((request_id, one), lead) in wanted.into_iter().zip(found) {
        let outcome = match lead {
            Some(lead) => duplicates::merge(call.account, lead, one, user, now),
            None => create(call.account, one, user, now),
        };
        match outcomes.iter_mut().find(|(known, _)| known.lead == outcome.lead) {
            Some((known, ids)) => {
                *known = outcome;
                ids.push(request_id);
            }
            None => outcomes.push((outcome, vec![request_id])),
        }
    }
    let shown = outcomes.into_iter().map(|(outcome, request_ids)| {
        json!({
            "id": outcome.lead,
            "contact_id": outcome.contact,
            "company_id": outcome.company,
            "request_id": request_ids,
            "merged": outcome.merged,
        })
    });
    Ok(Reply::hal(&shown.collect::<Value>()))
}

/// The members of `_embedded` that differ from those of a lead that is added alone.
const OWN: [&str; 3] = ["contacts", "companies", "metadata"];

fn read(item: &Value, call: &Call<'_>, flaws: &mut Flaws) -> Wanted {
    let account = &*call.account;
    let mut alone = item.clone();
    if let Some(embedded) = alone.get_mut("_embedded").and_then(Value::as_object_mut) {
        embedded.retain(|name, _| !OWN.contains(&name.as_str()));
    }
    let lead = entity::check(&alone, Kind::Leads, None, account, flaws);
    few_fields(item, "custom_fields_values", flaws);
    let embedded = &item["_embedded"];
    flaws.within("_embedded", |flaws| {
        for member in embedded_members(call).iter().filter(|one| OWN.contains(&one.name)) {
            let Some(sent) = embedded.get(member.name) else { continue };
            let kind = match (member.name, member.kind) {
                // Which of the two is meant is said by its category.
                ("metadata", Type::Either(form, call)) => {
                    if sent["category"] == "sip" {
                        *call
                    } else {
                        *form
                    }
                }
                (_, kind) => kind,
            };
            flaws.within(member.name, |flaws| check::sent(kind, sent, account, flaws));
        }
        few_fields(&embedded["contacts"][0], "contacts.0.custom_fields_values", flaws);
        few_fields(&embedded["companies"][0], "companies.0.custom_fields_values", flaws);
    });
    let wanted = Wanted {
        lead,
        contact: part(&embedded["contacts"][0], Kind::Contacts, account),
        company: part(&embedded["companies"][0], Kind::Companies, account),
        metadata: embedded["metadata"].clone(),
    };
    if flaws.is_empty() {
        check_stage(&wanted, account, flaws);
    }
    wanted
}

/// What the stage asks of who comes with the lead; incoming leads wait in another one.
fn check_stage(wanted: &Wanted, account: &Account, flaws: &mut Flaws) {
    let waits = !wanted.metadata.is_null() && incoming_status(&wanted.lead, account).is_some();
    let Some(stage) = entity::comes_to(&wanted.lead, None, account).filter(|_| !waits) else {
        return;
    };
    for (kind, part) in entity::BESIDE.into_iter().zip([&wanted.contact, &wanted.company]) {
        let fields = match part {
            Some(Part::New(change)) => Some(change.fields.as_slice()),
            Some(Part::Known(id)) => account.entity(kind, *id).map(|card| card.fields.as_slice()),
            None => None,
        };
        if let Some(fields) = fields {
            entity::check_beside(kind, fields, stage, account, flaws);
        }
    }
}

/// What the tables say of `_embedded`.
fn embedded_members(call: &Call<'_>) -> &'static [Member] {
    let Body::List(Type::Object(members)) = call.operation.body else { return &[] };
    match members.iter().find(|member| member.name == "_embedded").map(|member| member.kind) {
        Some(Type::Object(embedded)) => embedded,
        _ => &[],
    }
}

fn few_fields(item: &Value, path: &str, flaws: &mut Flaws) {
    let fields = item.get("custom_fields_values").and_then(Value::as_array);
    if fields.is_some_and(|fields| fields.len() > MOST_FIELDS) {
        let detail = format!("This collection should contain at most {MOST_FIELDS} elements.");
        flaws.add("InvalidValue", path, &detail);
    }
}

/// A part that was checked already. Whether the real service applies more than the id of one that
/// is there is not known; here more is refused by the check.
fn part(item: &Value, kind: Kind, account: &Account) -> Option<Part> {
    if !item.is_object() {
        return None;
    }
    if let Some(id) = item.get("id") {
        return id.as_i64().map(Part::Known);
    }
    let change = entity::check(item, kind, None, account, &mut Flaws::default());
    Some(Part::New(Box::new(change)))
}

pub(crate) fn save_part(
    account: &mut Account,
    kind: Kind,
    part: Option<Part>,
    user_id: i64,
    now: i64,
) -> Option<i64> {
    Some(match part? {
        Part::Known(id) => id,
        Part::New(change) => add_one(account, kind, &change, user_id, now),
    })
}

fn create(account: &mut Account, wanted: Wanted, user_id: i64, now: i64) -> Outcome {
    let Wanted { mut lead, mut contact, company, metadata } = wanted;
    // Where the stage of incoming leads is switched off it is a lead like others: a guess.
    let stage = incoming_status(&lead, account).filter(|_| !metadata.is_null());
    if let Some(status) = stage {
        lead.members.retain(|(name, _)| *name != "status_id");
        lead.members.push(("status_id", status.into()));
        if let Some(Part::New(contact)) = &mut contact {
            contact.members.push(("is_unsorted", true.into()));
        }
    }
    let source = source_of(&lead, account);
    let [is_new_contact, is_new_company] =
        [&contact, &company].map(|part| matches!(part, Some(Part::New(_))));
    let contact = save_part(account, Kind::Contacts, contact, user_id, now);
    let company = save_part(account, Kind::Companies, company, user_id, now);
    let lead = add_one(account, Kind::Leads, &lead, user_id, now);
    if let Some(contact) = contact {
        account.links.put((Kind::Leads, lead), (Kind::Contacts, contact), Some(true));
    }
    if let Some(company) = company {
        link_company(account, (Kind::Leads, lead), company);
        if let Some(contact) = contact {
            link_company(account, (Kind::Contacts, contact), company);
        }
    }
    if stage.is_some() {
        let whose = |is_new| move |id| if is_new { Whose::Own(id) } else { Whose::Known(id) };
        let incoming = Incoming {
            category: if metadata["category"] == "sip" { "sip" } else { "forms" },
            metadata: without_category(metadata),
            source,
            created_at: now,
            lead,
            contact: contact.map(whose(is_new_contact)),
            company: company.map(whose(is_new_company)),
        };
        unsorted::keep(account, incoming, user_id, now);
    }
    Outcome { lead, contact, company, merged: false }
}

fn without_category(mut metadata: Value) -> Value {
    if let Some(members) = metadata.as_object_mut() {
        members.remove("category");
    }
    metadata
}

/// The `source_uid` and the `source_name` of an incoming lead are those of the source that the lead
/// names: a guess.
fn source_of(lead: &Change, account: &Account) -> (Value, Value) {
    let own = lead.embedded.iter().find(|(name, _)| *name == "source");
    let id = own.and_then(|(_, source)| source["external_id"].as_str());
    let source = id.and_then(|id| source_named(id, account));
    let source = source.and_then(|id| account.records.get("sources", "", id));
    let name = source.map(|source| source.get("name").clone());
    (id.into(), name.unwrap_or_default())
}

/// Links a company with who has none yet: a contact that was there may have another one, which
/// stays (a guess).
pub(crate) fn link_company(account: &mut Account, to: (Kind, i64), company: i64) {
    if account.links.of(to, Kind::Companies).next().is_none() {
        account.links.put(to, (Kind::Companies, company), None);
    }
}

/// The stage of incoming leads of the pipeline that a new lead comes to.
fn incoming_status(lead: &Change, account: &Account) -> Option<i64> {
    let pipeline = match lead.int("pipeline_id") {
        Some(id) => account.pipeline(id),
        None => account.pipelines().find(|pipeline| pipeline.is_main),
    };
    pipeline.filter(|pipeline| pipeline.is_unsorted_on)?.incoming()
}
