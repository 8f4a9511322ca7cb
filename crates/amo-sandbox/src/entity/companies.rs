//! What is special to companies.

use super::contacts::nothing_more;
use super::{Entity, Kind, Showing, Shown, Table};
use crate::account::Account;
use crate::check::Change;
use crate::generated::companies;

pub(super) static TABLE: Table = Table {
    resource: &companies::COMPANY,
    ignored: &[],
    coloured_tags: false,
    links_to: &[Kind::Leads, Kind::Contacts, Kind::Customers, Kind::Elements],
    check: nothing_more,
    settle,
    show,
};

fn settle(_: &mut Entity, _: &Change, _: &Account, _: i64) {}

fn show<'a>(company: &'a Entity, showing: &Showing<'a>, shown: &mut Shown<'a>) {
    let from = (Kind::Companies, company.id);
    for word in &showing.with {
        match *word {
            "leads" => shown.embed(word, showing.references(from, Kind::Leads)),
            "contacts" => shown.embed(word, showing.references(from, Kind::Contacts)),
            "customers" => shown.embed(word, showing.references(from, Kind::Customers)),
            "catalog_elements" => shown.embed(word, showing.elements_of(from)),
            _ => {}
        }
    }
}
