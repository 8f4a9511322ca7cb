//! What is special to companies.

use serde_json::json;

use super::contacts::{PEOPLE_FILTERS, nothing_more};
use super::member::{MemberType, member};
use super::{Change, Entity, Kind, Showing, Shown, Table};
use crate::account::Account;

pub(super) static TABLE: Table = Table {
    name: "companies",
    members: &[
        member("name", MemberType::Text),
        member("responsible_user_id", MemberType::User),
        member("created_by", MemberType::Author),
        member("updated_by", MemberType::Author),
        member("created_at", MemberType::Time),
        member("updated_at", MemberType::Time),
    ],
    orders: &["updated_at", "id"],
    filters: PEOPLE_FILTERS,
    coloured_tags: false,
    links_to: &[Kind::Leads, Kind::Contacts],
    links_on_add: &[],
    shown_after_update: &["name"],
    check: nothing_more,
    settle,
    show,
};

fn settle(_: &mut Entity, _: &Change, _: &Account, _: i64) {}

fn show(company: &Entity, showing: &Showing<'_>, shown: &mut Shown) {
    let from = (Kind::Companies, company.id);
    for word in &showing.with {
        match *word {
            "leads" => shown.embed(word, showing.references(from, Kind::Leads)),
            "contacts" => shown.embed(word, showing.references(from, Kind::Contacts)),
            "customers" | "catalog_elements" => shown.embed(word, json!([])),
            _ => {}
        }
    }
}
