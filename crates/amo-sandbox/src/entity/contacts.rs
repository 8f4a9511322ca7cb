//! What is special to contacts.

use serde_json::Value;

use super::{Entity, Kind, Showing, Shown, Table};
use crate::account::Account;
use crate::check::Change;
use crate::flaws::Flaws;
use crate::generated::contacts;

pub(super) static TABLE: Table = Table {
    resource: &contacts::CONTACT,
    ignored: &[],
    coloured_tags: false,
    links_to: &[Kind::Leads, Kind::Companies, Kind::Customers, Kind::Elements],
    check: nothing_more,
    settle,
    show,
};

pub(super) fn nothing_more(_: &Change, _: Option<&Entity>, _: &Account, _: &mut Flaws) {}

/// A name sent in parts makes the whole name, first name first; a whole name that is sent alone
/// empties the parts.
fn settle(contact: &mut Entity, change: &Change, _: &Account, _: i64) {
    if change.text("first_name").is_some() || change.text("last_name").is_some() {
        let parts = [contact.text("first_name").trim(), contact.text("last_name").trim()];
        let whole: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let whole = whole.join(" ");
        contact.set("name", whole);
    } else if change.text("name").is_some() {
        contact.set("first_name", "");
        contact.set("last_name", "");
    }
    contact.set_default("first_name", "");
    contact.set_default("last_name", "");
}

fn show<'a>(contact: &'a Entity, showing: &Showing<'a>, shown: &mut Shown<'a>) {
    let from = (Kind::Contacts, contact.id);
    shown.set("is_unsorted", contact.get("is_unsorted") == true);
    shown.embed("companies", showing.references(from, Kind::Companies));
    for word in &showing.with {
        match *word {
            "leads" => shown.embed(word, showing.references(from, Kind::Leads)),
            "customers" => shown.embed(word, showing.references(from, Kind::Customers)),
            "catalog_elements" => shown.embed(word, showing.elements_of(from)),
            "social_profiles" => shown.embed(word, Vec::<Value>::new()),
            _ => {}
        }
    }
}
