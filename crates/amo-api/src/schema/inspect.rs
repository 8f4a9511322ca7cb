//! What is looked at before a request leaves, and after it was refused.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;

use amo_core::{CatalogId, CustomFieldsOf, ItemErrors, Operation, Repeat, ValidationCode};
use bytes::Bytes;
use http::Method;
use serde_json::Value;

use super::cache::Got;
use super::check::{By, Flaws, item};
use super::explain::explain;
use super::filters::heeds_filters;
use super::part::{Part, get};
use super::{Fields, Pipelines};
use crate::prepared::Prepared;
use crate::{Client, Error, ErrorKind};

/// What a request is about, as far as that is looked at.
#[derive(Clone, Debug)]
pub(crate) enum Inspection {
    /// A list with a filter that the account may ignore.
    Filtered(Arc<Operation>),
    /// Something is written that has custom fields.
    Write(Box<Write>),
}

#[derive(Clone, Debug)]
pub(crate) struct Write {
    operation: Arc<Operation>,
    of: CustomFieldsOf,
    is_new: bool,
    is_complex: bool,
    body: Bytes,
}

/// What a complex lead brings along, and whose fields that has.
const BROUGHT: [(&str, CustomFieldsOf); 2] =
    [("contacts", CustomFieldsOf::Contacts), ("companies", CustomFieldsOf::Companies)];

type Looking<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

impl Inspection {
    /// What is to be looked at of a request; `None` of most.
    pub(crate) fn of(client: &Client, prepared: &Prepared) -> Option<Self> {
        let settings = client.base().schema;
        let operation = &prepared.operation;
        let path = &prepared.path_and_query;
        if operation.action == "list" {
            let may_ignore =
                ["leads", "contacts", "companies", "customers"].contains(&operation.service);
            let is_filtered =
                ["filter%5B", "filter%5b", "filter["].iter().any(|key| path.contains(key));
            return (settings.check_filters && may_ignore && is_filtered)
                .then(|| Self::Filtered(Arc::clone(operation)));
        }
        let is_new = match operation.action {
            "create" | "add_complex" => true,
            "update" | "update_many" => false,
            _ => return None,
        };
        let of = match operation.service {
            "leads" => CustomFieldsOf::Leads,
            "contacts" => CustomFieldsOf::Contacts,
            "companies" => CustomFieldsOf::Companies,
            "customers" => CustomFieldsOf::Customers,
            "elements" => CustomFieldsOf::Catalog(catalog(path)?),
            _ => return None,
        };
        // Where nobody uses the schema there is nothing to say about a refusal either.
        let is_used = || client.memories()?.schema.held_fields(of);
        if !settings.check_writes && is_used().is_none() {
            return None;
        }
        let body = prepared.body.clone()?;
        let (operation, is_complex) = (Arc::clone(operation), operation.action == "add_complex");
        Some(Self::Write(Box::new(Write { operation, of, is_new, is_complex, body })))
    }

    /// Looks before the request leaves.
    pub(crate) fn before<'a>(&'a self, client: &'a Client) -> Looking<'a, Result<(), Error>> {
        Box::pin(async move {
            match self {
                Self::Filtered(operation) => heeds_filters(client, operation).await,
                Self::Write(write) if client.base().schema.check_writes => {
                    write.check(client).await
                }
                Self::Write(_) => Ok(()),
            }
        })
    }

    /// Looks after the request was refused: what the server does not know may have been there when the
    /// schema was read. The error then says names.
    pub(crate) fn after<'a>(&'a self, client: &'a Client, error: Error) -> Looking<'a, Error> {
        Box::pin(async move {
            match self {
                Self::Write(write) if names_nothing(&error) => write.refused(client, error).await,
                _ => error,
            }
        })
    }
}

/// Forgets what a success may have changed.
pub(crate) fn done(client: &Client, operation: &Operation) {
    if let Some(memory) = client.memories().filter(|_| operation.method != Method::GET) {
        memory.schema.forget_after(&operation.path);
    }
}

fn catalog(path: &str) -> Option<CatalogId> {
    path.strip_prefix("/api/v4/catalogs/")?.split('/').next()?.parse().ok()
}

fn names_nothing(error: &Error) -> bool {
    let mut errors = error.validation().iter().flat_map(|item| &item.errors);
    error.kind() == ErrorKind::Validation
        && errors.any(|one| one.code == Some(ValidationCode::NotSupportedChoice))
}

/// The parts that a write is checked by.
#[derive(Default)]
struct Known {
    fields: HashMap<CustomFieldsOf, Got<Fields>>,
    pipelines: Option<Got<Pipelines>>,
}

impl Known {
    fn is_fresh(&self) -> bool {
        self.fields.values().all(|got| got.is_fresh)
            && self.pipelines.as_ref().is_none_or(|got| got.is_fresh)
    }
}

/// Reads a part, or one that is newer.
async fn newer<P: Part>(
    client: &Client,
    of: P::Of,
    old: Option<&Got<P>>,
) -> Result<Got<P>, Arc<Error>> {
    match old {
        Some(old) if old.is_fresh => Ok(Got { value: Arc::clone(&old.value), is_fresh: true }),
        old => get(client, of, old.map(|old| &old.value)).await,
    }
}

/// A part that is there, read again if it can be.
async fn again<P: Part>(client: &Client, of: P::Of, old: Arc<P>) -> Got<P> {
    let got = get(client, of, Some(&old)).await;
    got.unwrap_or(Got { value: old, is_fresh: false })
}

impl Write {
    /// What is sent; one item is not in a list.
    fn items(&self) -> Vec<Value> {
        match serde_json::from_slice(&self.body) {
            Ok(Value::Array(items)) => items,
            Ok(one) => vec![one],
            // What is sent is JSON.
            Err(_) => Vec::new(),
        }
    }

    async fn check(&self, client: &Client) -> Result<(), Error> {
        let items = self.items();
        let because = |error| Error::because(&self.operation, error);
        let known = self.know(client, &items, None).await.map_err(because)?;
        let mut flawed = self.flaws(&items, &known);
        if !flawed.is_empty() && !known.is_fresh() {
            // What is named may have been made since.
            let newer = self.know(client, &items, Some(&known)).await.map_err(because)?;
            flawed = self.flaws(&items, &newer);
        }
        if flawed.is_empty() { Ok(()) } else { Err(Error::unfit(&self.operation, flawed)) }
    }

    /// Whose fields the items may have, and whether they name pipelines.
    fn needs(&self, items: &[Value]) -> (Vec<CustomFieldsOf>, bool) {
        let mut kinds = vec![self.of];
        if self.is_complex {
            let brought =
                |(key, _): &(&str, _)| items.iter().any(|item| !item["_embedded"][key].is_null());
            kinds.extend(BROUGHT.into_iter().filter(brought).map(|(_, of)| of));
        }
        let names = |key: &str| items.iter().any(|item| item.get(key).is_some());
        let is_lead = self.of == CustomFieldsOf::Leads;
        (kinds, is_lead && (names("status_id") || names("pipeline_id")))
    }

    async fn know(
        &self,
        client: &Client,
        items: &[Value],
        old: Option<&Known>,
    ) -> Result<Known, Arc<Error>> {
        let (kinds, names_pipelines) = self.needs(items);
        let mut known = Known::default();
        for of in kinds {
            let old = old.and_then(|old| old.fields.get(&of));
            known.fields.insert(of, newer(client, of, old).await?);
        }
        if names_pipelines {
            let old = old.and_then(|old| old.pipelines.as_ref());
            known.pipelines = Some(newer(client, (), old).await?);
        }
        Ok(known)
    }

    /// What is wrong, item by item.
    fn flaws(&self, items: &[Value], known: &Known) -> Vec<ItemErrors> {
        let mut flawed = Vec::new();
        for (place, one) in items.iter().enumerate() {
            let mut flaws = Flaws::default();
            let pipelines = known.pipelines.as_ref().map(|got| &*got.value);
            if let Some(got) = known.fields.get(&self.of) {
                let by = By { fields: &got.value, pipelines, is_new: self.is_new };
                item(one, by, &mut flaws);
            }
            for (key, of) in BROUGHT {
                let brought = one["_embedded"][key].as_array().filter(|_| self.is_complex);
                let (Some(got), Some(brought)) = (known.fields.get(&of), brought) else { continue };
                for (place, one) in brought.iter().enumerate() {
                    let by = By { fields: &got.value, pipelines: None, is_new: true };
                    flaws.within(&format!("_embedded.{key}.{place}"), |flaws| item(one, by, flaws));
                }
            }
            let errors = flaws.into_errors();
            if !errors.is_empty() {
                let mut item = ItemErrors::default();
                let request_id = one.get("request_id").and_then(Value::as_str);
                item.request_id = Some(request_id.map_or_else(|| place.to_string(), str::to_owned));
                item.errors = errors;
                flawed.push(item);
            }
        }
        flawed
    }

    /// What the server does not know, with names, by what somebody has asked for before: that is read
    /// again.
    async fn refused(&self, client: &Client, error: Error) -> Error {
        let memory = &client.memory().schema;
        let items = self.items();
        let (kinds, names_pipelines) = self.needs(&items);
        let mut known = Known::default();
        for of in kinds {
            if let Some(old) = memory.held_fields(of) {
                known.fields.insert(of, again(client, of, old).await);
            }
        }
        if let Some(old) = memory.pipelines.peek().filter(|_| names_pipelines) {
            known.pipelines = Some(again(client, (), old).await);
        }
        let flawed = self.flaws(&items, &known);
        let fields = known.fields.get(&self.of).map(|got| &*got.value);
        let said = explain(error.validation(), &flawed, &items, fields);
        if said.is_empty() { error } else { error.explained(said) }
    }
}

/// Checks one item that is not sent.
pub(super) async fn check_one(
    client: &Client,
    item: serde_json::Result<Vec<u8>>,
    of: CustomFieldsOf,
    is_new: bool,
) -> Result<(), Error> {
    let operation = Operation::new("schema", "check", Method::GET, "", Repeat::Repeatable);
    let item = item.map_err(|error| {
        let message = "it cannot be written as JSON";
        Error::new(ErrorKind::InvalidRequest, &operation, message).caused_by(error)
    })?;
    let (operation, body) = (Arc::new(operation), item.into());
    Write { operation, of, is_new, is_complex: false, body }.check(client).await
}
