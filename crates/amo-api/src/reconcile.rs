//! Looking for what may have been created without anybody knowing.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use amo_core::{Field, FieldKey, List};
use serde::Serialize;
use serde_json::Value;

use crate::batch::{Attempt, UnderWay, Unknown};
use crate::call::{Action, Via};
use crate::list::ListPage;
use crate::place::Place;
use crate::{ApiCall, Entities, Error, Sending};

/// How many searches are under way at once.
const CONCURRENCY: usize = 4;

/// By what an item is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReconcileBy(Key);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Field(FieldKey),
    Phone,
}

impl ReconcileBy {
    /// By a custom field in which the caller writes an id of his own, named as the items name it. The
    /// surest way: what holds the same text is the item, whenever it was created.
    pub fn field<K>(field: Field<K>) -> Self {
        Self(Key::Field(field.key()))
    }

    /// By the item's first phone, of which the last ten digits count, and by when it was tried: see
    /// [`margin`](ApiCall::margin). An item that says itself when it was created must have been created
    /// just then.
    pub const fn phone() -> Self {
        Self(Key::Phone)
    }

    fn field_key(self) -> FieldKey {
        match self.0 {
            Key::Field(key) => key,
            Key::Phone => amo_core::field::PHONE.key(),
        }
    }

    /// What the server is asked for, and what entities are compared by.
    fn normal(self, text: &str) -> String {
        match self.0 {
            Key::Field(_) => text.trim().to_owned(),
            Key::Phone => {
                let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
                digits[digits.len().saturating_sub(10)..].iter().collect()
            }
        }
    }

    /// What the field holds, in an item or in an entity, both as JSON.
    fn values(self, json: &Value) -> impl Iterator<Item = String> {
        let key = self.field_key();
        let is_it = move |field: &&Value| match key {
            FieldKey::Id(id) => field["field_id"].as_i64() == Some(id.get()),
            FieldKey::Code(code) => field["field_code"].as_str() == Some(code),
        };
        let fields = json["custom_fields_values"].as_array().into_iter().flatten();
        let values = fields.filter(is_it).filter_map(|field| field["values"].as_array()).flatten();
        let texts = values.filter_map(|value| match &value["value"] {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        });
        texts.map(move |text| self.normal(&text)).filter(|text| !text.is_empty())
    }
}

/// What was found of an item.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Reconciled<R, I> {
    /// It was created.
    Found {
        /// The item.
        item: I,
        /// What it became.
        entity: Box<R>,
    },
    /// It is not there. A server that was given up may still be at it: after a timeout look some minutes
    /// later, before you send it again.
    NotFound {
        /// The item.
        item: I,
    },
    /// Several entities could be it, or several items could be the one that is there.
    Ambiguous {
        /// The item.
        item: I,
        /// All that could be it.
        candidates: Vec<R>,
    },
    /// The item has nothing that it could be looked for by.
    NoKey {
        /// The item.
        item: I,
    },
}

impl<R, I> Reconciled<R, I> {
    /// The item.
    pub fn item(&self) -> &I {
        match self {
            Self::Found { item, .. }
            | Self::NotFound { item }
            | Self::Ambiguous { item, .. }
            | Self::NoKey { item } => item,
        }
    }

    /// The item.
    pub fn into_item(self) -> I {
        match self {
            Self::Found { item, .. }
            | Self::NotFound { item }
            | Self::Ambiguous { item, .. }
            | Self::NoKey { item } => item,
        }
    }
}

/// Looks for items of which nobody knows whether they were created.
pub struct Reconcile<R: List, I> {
    place: Place<R>,
    items: Vec<Unknown<I>>,
    by: ReconcileBy,
    margin: Duration,
}

impl<R: List + Serialize + Clone + Unpin> Entities<R> {
    /// Looks for items of which nobody knows whether they were created, and says of each, in the caller's
    /// order, whether it is there: one search for each different key.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let (sandbox, server) = amo_sandbox::Sandbox::builder().start().await?;
    /// # let token = amo_auth::LongLived::new(sandbox.connection().long_lived_token);
    /// # let client = amo_api::Client::builder(server.base_url()).auth(token).build()?;
    /// use amo_api::{ReconcileBy, Reconciled};
    /// use amo_core::field::Text;
    /// use amo_core::{Field, NewContact};
    ///
    /// // Where this program writes its own ids.
    /// const OWN_ID: Field<Text> = Field::id(7004);
    ///
    /// # let fault = amo_sandbox::Fault::status(504).method("POST").after_work();
    /// # sandbox.faults().add(fault);
    /// let people = ["a-1", "a-2"].map(|id| NewContact::new().name("Vera").set(OWN_ID, id));
    /// let batch = client.contacts().create_many(people).await;
    /// let unknown = batch.into_unknown().map(|(_, unknown)| unknown);
    /// let by = ReconcileBy::field(OWN_ID);
    /// for looked_for in client.contacts().reconcile(unknown, by).await? {
    ///     match looked_for {
    ///         Reconciled::Found { entity, .. } => println!("it is {}", entity.id),
    ///         Reconciled::NotFound { item } => println!("to be sent again: {item:?}"),
    ///         other => println!("for a human: {other:?}"),
    ///     }
    /// #   // The answer was lost after both were created.
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn reconcile<I: Serialize + Send + 'static>(
        &self,
        items: impl IntoIterator<Item = Unknown<I>>,
        by: ReconcileBy,
    ) -> ApiCall<Reconcile<R, I>> {
        // Clocks differ, and a server that nobody waits for any more may work on for a while.
        let margin = Duration::from_secs(300);
        let items = items.into_iter().collect();
        self.call(Reconcile { place: self.place(), items, by, margin })
    }
}

impl<R: List, I> ApiCall<Reconcile<R, I>> {
    /// How long before and after its attempt an item may have been created by the server's clock, where
    /// that counts: 5 minutes unless said.
    pub fn margin(mut self, margin: Duration) -> Self {
        self.action.margin = margin;
        self
    }
}

/// A candidate with its JSON.
type Candidate<R> = (R, Value);

impl<R: List + Serialize + Clone + Unpin, I: Serialize + Send + 'static> Action
    for Reconcile<R, I>
{
    type Output = Result<Vec<Reconciled<R, I>>, Error>;

    async fn run(self, via: Via) -> Self::Output {
        let Self { place, items, by, margin } = self;
        // How many items have each key.
        let mut keys: HashMap<String, usize> = HashMap::new();
        let mut wanted = Vec::with_capacity(items.len());
        for unknown in items {
            // What cannot be written was not sent either.
            let json = serde_json::to_value(&unknown.item).unwrap_or_default();
            let key = by.values(&json).next();
            if let Some(key) = &key {
                *keys.entry(key.clone()).or_default() += 1;
            }
            wanted.push((unknown, json, key));
        }
        let mut waiting: Vec<String> = keys.keys().cloned().collect();
        let mut found: HashMap<String, Vec<Candidate<R>>> = HashMap::new();
        let mut under_way = UnderWay::new();
        loop {
            while under_way.len() < CONCURRENCY
                && let Some(key) = waiting.pop()
            {
                let search = search(place.clone(), by, key.clone(), via.clone());
                under_way.push(key, Sending::new(search));
            }
            match under_way.next().await {
                Some((key, candidates)) => found.insert(key, candidates?),
                None => break,
            };
        }
        let verdicts = wanted.into_iter().map(|(Unknown { item, attempt, .. }, json, key)| {
            let Some(key) = key else { return Reconciled::NoKey { item } };
            let candidates = found.get(&key).map(Vec::as_slice).unwrap_or_default();
            let could_be = |json_there: &Value| {
                by.0 != Key::Phone || is_in_time(json_there, &json, attempt, margin)
            };
            let mut candidates: Vec<R> = candidates
                .iter()
                .filter(|(_, there)| could_be(there))
                .map(|(entity, _)| entity.clone())
                .collect();
            match (candidates.len(), keys.get(&key)) {
                (0, _) => Reconciled::NotFound { item },
                (1, Some(1)) => Reconciled::Found { item, entity: Box::new(candidates.remove(0)) },
                _ => Reconciled::Ambiguous { item, candidates },
            }
        });
        Ok(verdicts.collect())
    }
}

/// All entities whose field holds the key: the search of the server finds more.
async fn search<R: List + Serialize + Unpin>(
    place: Place<R>,
    by: ReconcileBy,
    key: String,
    via: Via,
) -> Result<Vec<Candidate<R>>, Error> {
    let mut pages = ApiCall { via, action: ListPage::new(&place) }.search(&key).pages();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        for entity in page?.items {
            let json = serde_json::to_value(&entity).unwrap_or_default();
            if by.values(&json).any(|value| value == key) {
                found.push((entity, json));
            }
        }
    }
    Ok(found)
}

/// Can the entity have been created by this attempt?
fn is_in_time(there: &Value, item: &Value, attempt: Attempt, margin: Duration) -> bool {
    let Some(created) = there["created_at"].as_i64() else { return false };
    if let Some(said) = item["created_at"].as_i64() {
        return created == said;
    }
    let margin = i64::try_from(margin.as_secs()).unwrap_or(i64::MAX);
    let from = attempt.started.as_unix_seconds().saturating_sub(margin);
    let until = attempt.ended.as_unix_seconds().saturating_add(margin);
    (from..=until).contains(&created)
}

impl<R: List, I> fmt::Debug for Reconcile<R, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reconcile")
            .field("place", &self.place)
            .field("items", &self.items.len())
            .field("by", &self.by)
            .finish_non_exhaustive()
    }
}
