//! A copy of an account that is kept by what changes tell.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use amo_api::{AnyChange, Change, Checkpoint, Client, Error, Followed};
use amo_core::{List, NoteParent};
use futures_util::{StreamExt as _, TryStreamExt as _};
use serde::Serialize;
use serde_json::Value;

/// The lists that are followed.
pub const ALL: [Followed; 7] = [
    Followed::Leads,
    Followed::Contacts,
    Followed::Companies,
    Followed::Customers,
    Followed::Tasks,
    Followed::Notes(NoteParent::Leads),
    Followed::Events,
];

/// By the kind and the id.
pub type Copied = BTreeMap<(&'static str, String), Value>;

pub struct Mirror {
    pub lists: Vec<Followed>,
    pub copy: Copied,
    pub checkpoint: Checkpoint,
    pub overlap: Duration,
}

impl Mirror {
    pub fn of(lists: Vec<Followed>) -> Self {
        Self {
            lists,
            copy: Copied::new(),
            checkpoint: Checkpoint::beginning(),
            overlap: Duration::ZERO,
        }
    }

    /// One run. Gives how many changes it told of.
    pub async fn follow(&mut self, client: &Client) -> Result<usize, Error> {
        // As it is kept between two programs.
        let kept = serde_json::to_string(&self.checkpoint).unwrap();
        let checkpoint: Checkpoint = serde_json::from_str(&kept).unwrap();
        let mut changes = client
            .changes(checkpoint)
            .of(self.lists.clone())
            .overlap(self.overlap)
            .limit(20)
            .items();
        let (mut count, mut told) = (0, HashSet::new());
        while let Some(change) = changes.next().await {
            assert!(changes.checkpoint().is_none(), "there is none as long as there are changes");
            count += 1;
            match change? {
                AnyChange::Lead(change) => self.take("leads", change, &mut told),
                AnyChange::Contact(change) => self.take("contacts", change, &mut told),
                AnyChange::Company(change) => self.take("companies", change, &mut told),
                AnyChange::Customer(change) => self.take("customers", change, &mut told),
                AnyChange::Task(change) => self.take("tasks", change, &mut told),
                AnyChange::Note(_, change) => self.take("notes", change, &mut told),
                AnyChange::Event(change) => self.take("events", change, &mut told),
                other => panic!("{other:?}"),
            }
        }
        self.checkpoint = changes.into_checkpoint().expect("it has come to its end");
        Ok(count)
    }

    fn take<R>(
        &mut self,
        kind: &'static str,
        change: Change<R>,
        told: &mut HashSet<(&'static str, String)>,
    ) where
        R: List + Serialize,
    {
        match change {
            Change::Upsert(entity) => {
                let entity = lasting(&entity);
                let key = key(kind, &entity["id"]);
                assert!(told.insert(key.clone()), "{key:?} is told twice");
                self.copy.insert(key, entity);
            }
            Change::Gone(id) => {
                let key = (kind, id.to_string());
                assert!(told.insert(key.clone()), "{key:?} is told twice");
                self.copy.remove(&key);
            }
            Change::Restored(id) => {
                let key = (kind, id.to_string());
                assert!(!told.contains(&key), "{key:?}: how it is now comes behind");
            }
        }
    }
}

fn key(kind: &'static str, id: &Value) -> (&'static str, String) {
    (kind, id.as_str().map_or_else(|| id.to_string(), str::to_owned))
}

/// What only a change of the entity itself changes.
fn lasting(entity: &impl Serialize) -> Value {
    let mut entity = serde_json::to_value(entity).unwrap();
    entity.as_object_mut().unwrap().remove("closest_task_at");
    entity
}

/// What the account has, read while nothing happens.
pub async fn everything(client: &Client, lists: &[Followed]) -> Copied {
    let mut all = Copied::new();
    for list in lists {
        match list {
            Followed::Leads => put(&mut all, "leads", client.leads().list().items().boxed()).await,
            Followed::Contacts => {
                put(&mut all, "contacts", client.contacts().list().items().boxed()).await;
            }
            Followed::Companies => {
                put(&mut all, "companies", client.companies().list().items().boxed()).await;
            }
            Followed::Customers => {
                put(&mut all, "customers", client.customers().list().items().boxed()).await;
            }
            Followed::Tasks => put(&mut all, "tasks", client.tasks().list().items().boxed()).await,
            Followed::Notes(parent) => {
                put(&mut all, "notes", client.notes(*parent).list().items().boxed()).await;
            }
            Followed::Events => {
                put(&mut all, "events", client.events().list().items().boxed()).await;
            }
            other => panic!("{other:?}"),
        }
    }
    all
}

async fn put<R: Serialize>(
    all: &mut Copied,
    kind: &'static str,
    items: futures_util::stream::BoxStream<'static, Result<R, Error>>,
) {
    let items: Vec<R> = items.try_collect().await.unwrap();
    for item in items {
        let item = lasting(&item);
        all.insert(key(kind, &item["id"]), item);
    }
}

/// What is in one and not in the other, in few words.
pub fn difference(copy: &Copied, account: &Copied) -> Vec<String> {
    let keys: std::collections::BTreeSet<_> = copy.keys().chain(account.keys()).collect();
    keys.into_iter()
        .filter(|key| copy.get(*key) != account.get(*key))
        .map(|key| match (copy.get(key), account.get(key)) {
            (Some(copy), Some(account)) => format!("{key:?} differs: {copy} is {account}"),
            (Some(_), None) => format!("{key:?} is gone"),
            _ => format!("{key:?} is missing"),
        })
        .collect()
}
