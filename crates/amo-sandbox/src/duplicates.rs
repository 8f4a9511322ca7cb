//! The control of duplicates: a lead that is added together with its contact is looked for by the
//! contact's telephone numbers and e-mail addresses among the leads that are there.
//!
//! In the real service each pipeline has settings of its own that no method can read. The box has
//! one set of them, which is a guess at the usual ones: open leads of the same pipeline, the newest
//! of up to three, which what comes in changes.

use std::collections::BTreeSet;

use crate::account::Account;
use crate::account::pipelines::{LOST, WON};
use crate::check::Change;
use crate::complex::{Outcome, Part, Wanted, link_company, save_part};
use crate::entity::{Kind, change_one};
use crate::fields::FieldDefinition;
use crate::fields::value::{FieldValues, StoredValue};
use crate::spelling::Spelling;

/// Of more leads than this none is taken for a duplicate.
const MOST: usize = 3;

/// How the values of a field are compared; `None` where they are not.
fn spelling(field: &FieldDefinition) -> Option<Spelling> {
    match field.code.as_deref() {
        Some("PHONE") => Some(Spelling::Digits),
        Some("EMAIL") => Some(Spelling::Address),
        _ => None,
    }
}

fn key(field: &FieldDefinition, stored: &StoredValue) -> Option<String> {
    spelling(field)?.of(stored.value.as_str()?)
}

/// The contacts that have a telephone number or an e-mail address of these.
fn alike(fields: &[FieldValues], account: &Account) -> BTreeSet<i64> {
    let definitions = account.fields_of(Kind::Contacts);
    let Some(contacts) = account.collections.get(&Kind::Contacts) else { return BTreeSet::new() };
    let mut found = BTreeSet::new();
    for (id, values) in fields {
        let Some(field) = definitions.iter().find(|field| field.id == *id) else { continue };
        let Some(spelling) = spelling(field) else { continue };
        for key in values.iter().filter_map(|value| key(field, value)) {
            let own = contacts.live().with_value(*id, spelling, &key);
            found.extend(own.iter().map(|contact| contact.id));
        }
    }
    found
}

/// The lead that is meant, if there is one. A contact counts for the leads whose main one it is,
/// and only what the request says of it.
pub(crate) fn find(wanted: &Wanted, account: &Account) -> Option<i64> {
    let Some(Part::New(contact)) = &wanted.contact else { return None };
    let main = account.pipelines().find(|pipeline| pipeline.is_main);
    let pipeline = wanted.lead.int("pipeline_id").or_else(|| main.map(|main| main.id));
    let mut leads = BTreeSet::new();
    for contact in alike(&contact.fields, account) {
        for (id, _) in account.links.of((Kind::Contacts, contact), Kind::Leads) {
            let mut own = account.links.of((Kind::Leads, id), Kind::Contacts);
            let is_main = own.any(|(id, is_main)| id == contact && is_main);
            let lead = account.entity(Kind::Leads, id);
            let is_open = lead.is_some_and(|lead| {
                lead.int("pipeline_id") == pipeline
                    && !matches!(lead.int("status_id"), Some(WON | LOST))
            });
            if is_main && is_open {
                leads.insert(id);
            }
        }
    }
    // Ids grow, so the greatest is the newest.
    leads.last().copied().filter(|_| leads.len() <= MOST)
}

/// Changes a lead and its contact by what came in for a duplicate. The lead stays where it is in
/// its pipeline, and its company stays too.
pub(crate) fn merge(
    account: &mut Account,
    lead: i64,
    wanted: Wanted,
    user_id: i64,
    now: i64,
) -> Outcome {
    let mut change = wanted.lead;
    change.members.retain(|(name, _)| !["status_id", "pipeline_id"].contains(name));
    change.embedded.clear();
    change_one(account, Kind::Leads, lead, &change, user_id, now);
    let from = (Kind::Leads, lead);
    let main = account.links.of(from, Kind::Contacts).find(|(_, is_main)| *is_main);
    let contact = main.map(|(id, _)| id);
    if let (Some(id), Some(Part::New(mut change))) = (contact, wanted.contact) {
        add_to_known(account, id, &mut change);
        change_one(account, Kind::Contacts, id, &change, user_id, now);
    }
    if account.links.of(from, Kind::Companies).next().is_none() {
        let company = save_part(account, Kind::Companies, wanted.company, user_id, now);
        if let Some(company) = company {
            link_company(account, from, company);
            if let Some(contact) = contact {
                link_company(account, (Kind::Contacts, contact), company);
            }
        }
    }
    let company = account.links.of(from, Kind::Companies).next().map(|(id, _)| id);
    Outcome { lead, contact, company, merged: true }
}

/// Numbers and addresses are added to those that the contact has; they do not replace them.
fn add_to_known(account: &Account, contact: i64, change: &mut Change) {
    let Some(known) = account.entity(Kind::Contacts, contact) else { return };
    let definitions = account.fields_of(Kind::Contacts);
    for (id, values) in &mut change.fields {
        let Some(field) = definitions.iter().find(|field| field.id == *id) else { continue };
        if !matches!(field.code.as_deref(), Some("PHONE" | "EMAIL")) {
            continue;
        }
        let own = known.fields.iter().find(|(known, _)| known == id);
        let mut all: Vec<StoredValue> = own.map(|(_, values)| values.clone()).unwrap_or_default();
        for value in values.drain(..) {
            if !all.iter().any(|known| key(field, known) == key(field, &value)) {
                all.push(value);
            }
        }
        *values = all;
    }
}
