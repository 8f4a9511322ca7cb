//! Entities by their ids that are asked for again and again: what was read is remembered, within bounds.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use amo_core::{Get, ListByIds, Resource};

use crate::call::{Action, Via};
use crate::get_many::{Found, Reader, Row, chunks, unique};
use crate::key_locks::{KeyLocks, Turn};
use crate::{ApiCall, Client, Entities, Error};

/// Entities by their ids, each read once: made by [`Entities::lookup`]. Clones share what they remember.
///
/// It is for one job, such as an export: what it remembers does not change when the entity does.
pub struct Lookup<R: ListByIds> {
    client: Client,
    reader: Arc<Reader<R>>,
    known: Arc<Mutex<Known<R>>>,
    reading: Arc<KeyLocks<String>>,
}

/// What was read, also that there is nothing. The oldest is forgotten first.
struct Known<R: Resource> {
    rows: HashMap<R::Id, Option<Arc<R>>>,
    order: VecDeque<R::Id>,
    most: usize,
}

impl<R: Resource> Known<R> {
    fn put(&mut self, (id, row): Row<R>) {
        if self.rows.insert(id.clone(), row).is_none() {
            self.order.push_back(id);
        }
        while self.rows.len() > self.most
            && let Some(oldest) = self.order.pop_front()
        {
            self.rows.remove(&oldest);
        }
    }
}

impl<R: ListByIds> Entities<R> {
    /// Entities by their ids, each read once while it is remembered: for joins over many pages. At most
    /// 10,000 are remembered; see [`Lookup::remember`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let (sandbox, server) = amo_sandbox::Sandbox::builder().contacts(9).leads(9).start().await?;
    /// # let token = amo_auth::LongLived::new(sandbox.connection().long_lived_token);
    /// # let client = amo_api::Client::builder(server.base_url()).auth(token).build()?;
    /// use amo_core::{Lead, LeadWith};
    ///
    /// let people = client.contacts().lookup();
    /// let mut pages = client.leads().list().with(LeadWith::Contacts).limit(3).pages();
    /// while let Some(page) = pages.next().await {
    ///     let leads = page?.items;
    ///     let contacts = people.get_many(leads.iter().flat_map(Lead::contact_ids)).await?;
    ///     println!("{} leads, {} contacts", leads.len(), contacts.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn lookup(&self) -> Lookup<R> {
        let known = Known { rows: HashMap::new(), order: VecDeque::new(), most: 10_000 };
        Lookup {
            client: self.client.clone(),
            reader: Arc::new(Reader::new(self.place())),
            known: Arc::new(Mutex::new(known)),
            reading: Arc::default(),
        }
    }
}

impl<R: ListByIds> Lookup<R> {
    /// How many entities are remembered at most.
    #[must_use]
    pub fn remember(self, most: usize) -> Self {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).most = most;
        self
    }

    /// What to bring besides. What was remembered without it is forgotten; clones go on without it.
    #[must_use]
    pub fn with(self, with: <R as Get>::With) -> Self {
        let most = self.known.lock().unwrap_or_else(PoisonError::into_inner).most;
        let mut reader = Reader::clone(&self.reader);
        reader.and(with);
        let known = Known { rows: HashMap::new(), order: VecDeque::new(), most };
        Self { reader: Arc::new(reader), known: Arc::new(Mutex::new(known)), ..self }
    }

    /// The entities with these ids; only those that are not remembered are read. What others are reading
    /// at the same time is waited for, and not read twice.
    ///
    /// # Errors
    /// When it is sent: if one of the requests fails.
    pub fn get_many(&self, ids: impl IntoIterator<Item = R::Id>) -> ApiCall<LookUpMany<R>> {
        let action = LookUpMany { lookup: self.clone(), ids: unique(ids) };
        ApiCall::new(self.client.clone(), action)
    }

    /// What is remembered of these entities, and the ids of which nothing is.
    fn recall(&self, ids: &[R::Id]) -> (Vec<Row<R>>, Vec<R::Id>) {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut rows, mut unknown) = (Vec::new(), Vec::new());
        for id in ids {
            match known.rows.get(id) {
                Some(row) => rows.push((id.clone(), row.clone())),
                None => unknown.push(id.clone()),
            }
        }
        (rows, unknown)
    }

    async fn rows(&self, via: &Via, ids: &[R::Id]) -> Result<Vec<Row<R>>, Error> {
        let (mut rows, unknown) = self.recall(ids);
        if unknown.is_empty() {
            return Ok(rows);
        }
        let _reading = self.lock(&unknown).await;
        // What others have read in the meantime.
        let (more, unknown) = self.recall(&unknown);
        rows.extend(more);
        if !unknown.is_empty() {
            let read = self.reader.read(via, &unknown).await?;
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            for row in &read {
                known.put(row.clone());
            }
            rows.extend(read);
        }
        Ok(rows)
    }

    /// Waits until nobody else reads any of them. Everybody takes them in the same order, so that no two
    /// wait for each other.
    async fn lock(&self, ids: &[R::Id]) -> Vec<Turn<'_, String>> {
        let mut keys: Vec<String> = ids.iter().map(ToString::to_string).collect();
        keys.sort_unstable();
        let mut turns = Vec::with_capacity(keys.len());
        for key in keys {
            turns.push(self.reading.lock(key).await);
        }
        turns
    }
}

/// Looks entities up by their ids.
#[derive(Debug)]
pub struct LookUpMany<R: ListByIds> {
    lookup: Lookup<R>,
    ids: Vec<R::Id>,
}

impl<R: ListByIds> Action for LookUpMany<R> {
    type Output = Result<Found<R>, Error>;

    async fn run(self, via: Via) -> Self::Output {
        let Self { lookup, ids } = self;
        let mut found = HashMap::with_capacity(ids.len());
        for ids in chunks::<R>(&via, &ids) {
            found.extend(lookup.rows(&via, ids).await?);
        }
        Ok(Found::of(ids.into_iter().map(|id| {
            let row = found.remove(&id).flatten();
            (id, row)
        })))
    }
}

impl<R: ListByIds> Clone for Lookup<R> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            reader: Arc::clone(&self.reader),
            known: Arc::clone(&self.known),
            reading: Arc::clone(&self.reading),
        }
    }
}

impl<R: ListByIds> fmt::Debug for Lookup<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        write!(f, "Lookup<{}>({} of {})", R::NAME, known.rows.len(), known.most)
    }
}
