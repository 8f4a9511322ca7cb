//! Records in a state: each service with what is kept of it.

mod services;
mod users;

use serde_json::Value;

pub(crate) use services::*;
pub(crate) use users::USERS;

use crate::account::Account;
use crate::demo;
use crate::entity::{Entity, Shelf};
use crate::fields;
use crate::flaws::Flaws;
use crate::state::item::{self, Kept};

/// A service of records as a state has it.
pub(crate) struct Service {
    kept: Kept,
    /// The member that says in which of the service's collections one is.
    scope: Option<&'static str>,
    /// Whose definitions of custom fields count, by the collection.
    fields: Option<fn(&str) -> String>,
    /// What stands in one: the member, and the service whose collection it is.
    below: Option<(&'static str, &'static Service)>,
    /// Makes of what is written what is kept, before it is read.
    tidy: fn(&mut Entity, &mut Flaws),
    /// Fills what was not said.
    complete: fn(&mut Entity, &str, &mut Account),
    /// Checks what the tables do not say. The second argument is the collection.
    check: fn(&Entity, &str, &Account, &mut Flaws),
    /// Changes what is written of one.
    show: fn(&mut serde_json::Map<String, Value>),
}

impl Service {
    const fn of(kept: Kept) -> Self {
        Service {
            kept,
            scope: None,
            fields: None,
            below: None,
            tidy: |_, _| {},
            complete: |_, _, _| {},
            check: |_, _, _, _| {},
            show: |_| {},
        }
    }

    /// Where they are kept.
    fn records(&self) -> &'static str {
        self.kept.resource.service
    }

    /// Its name, and that of the service below it.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.records()).chain(self.below.map(|(_, below)| below.records()))
    }

    /// Takes away what is there, and what is below it.
    pub(crate) fn clear(&self, account: &mut Account) {
        account.records.clear(self.records());
        if let Some((_, below)) = self.below {
            below.clear(account);
        }
    }

    /// All records of the service.
    pub(crate) fn shown<'a>(&'a self, account: &'a Account) -> impl Iterator<Item = Value> + 'a {
        let all = account.records.all(self.records());
        all.map(move |(scope, record)| self.show_one(record, scope, account))
    }

    fn show_one(&self, record: &Entity, scope: &str, account: &Account) -> Value {
        let mut shown = self.kept.shown(record);
        if let Some(member) = self.scope {
            shown.insert(member.to_owned(), scope.into());
        }
        if let Some(fields) = self.fields {
            let definitions = account.fields_named(&fields(scope));
            if let Some(values) = fields::state::values(&record.fields, definitions) {
                shown.insert("custom_fields_values".to_owned(), values);
            }
        }
        if let Some((member, below)) = self.below {
            let scope = record.id.to_string();
            let records = account.records.of(below.records(), &scope).iter();
            let list: Vec<Value> =
                records.map(|one| below.show_one(one, &scope, account)).collect();
            if !list.is_empty() {
                shown.insert(member.to_owned(), list.into());
            }
        }
        (self.show)(&mut shown);
        Value::Object(shown)
    }

    /// Reads one record and keeps it.
    pub(crate) fn read(&self, item: &Value, account: &mut Account, flaws: &mut Flaws) {
        let scope = match self.scope {
            None => String::new(),
            Some(member) => match item.get(member).and_then(Value::as_str) {
                Some(scope) => scope.to_owned(),
                None if item.is_object() => return flaws.missing(member),
                None => String::new(),
            },
        };
        self.read_into(&scope, item, account, flaws);
    }

    fn read_into(&self, scope: &str, item: &Value, account: &mut Account, flaws: &mut Flaws) {
        let before = flaws.len();
        let mut aside: Vec<&str> = self.scope.into_iter().collect();
        aside.extend(self.fields.map(|_| "custom_fields_values"));
        aside.extend(self.below.map(|(member, _)| member));
        let Some(mut record) = self.kept.read(item, &aside, false, account, flaws) else { return };
        if let (Some(fields), Some(list)) = (self.fields, item.get("custom_fields_values")) {
            record.fields = flaws.within("custom_fields_values", |flaws| {
                let definitions = account.fields_named(&fields(scope));
                fields::state::read_values(list, definitions, account, flaws)
            });
        }
        let mut collections = account.records.collections(self.records());
        let is_there = |(other, records): (&str, &Shelf)| {
            // "Won" and "lost" are in every pipeline.
            let may_share = self.records() == "statuses" && [142, 143].contains(&record.id);
            !(may_share && other != scope) && records.get(record.id).is_some()
        };
        if collections.any(is_there) {
            item::twice("id", flaws);
        }
        drop(collections);
        (self.tidy)(&mut record, flaws);
        (self.check)(&record, scope, account, flaws);
        if flaws.len() > before {
            return;
        }
        let user = account.administrator();
        for member in self.kept.resource.members {
            match member.name {
                name @ ("responsible_user_id" | "created_by" | "updated_by") => {
                    record.set_default(name, user);
                }
                name @ ("created_at" | "updated_at") => record.set_default(name, demo::EPOCH),
                _ => {}
            }
        }
        (self.complete)(&mut record, scope, account);
        let id = record.id;
        account.records.keep(self.records(), scope, record);
        if let Some((member, below)) = self.below
            && let Some(list) = item.get(member)
        {
            let scope = id.to_string();
            item::each(member, list, flaws, |one, flaws| {
                below.read_into(&scope, one, account, flaws);
            });
        }
    }
}
