//! Many entities by their ids, without a request for each where the account allows it.
//!
//! Lists can be asked for by ids, 250 at a time: of tasks, notes, elements and events in every account, of
//! leads, contacts, companies and customers where filters are paid for. Elsewhere the server ignores the
//! filter and sends any rows, or refuses it; that is noticed, and the entities are read one by one.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use amo_core::{Get, ListByIds, Resource};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use crate::call::{Action, Single as _, Via};
use crate::get::GetOne;
use crate::list::{ListPage, read_page};
use crate::place::Place;
use crate::schema::filters;
use crate::walk::after;
use crate::{ApiCall, Entities, Error, ErrorKind};

/// How many requests of one call are under way at a time. The rate limit says when they leave.
const AT_ONCE: usize = 8;

/// What the reads give, in their order, a few under way at a time; the first error ends it all.
async fn all<T, F>(reads: Vec<F>) -> Result<Vec<T>, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    stream::iter(reads).buffered(AT_ONCE).try_collect().await
}

/// Entities that were looked for by their ids.
///
/// Those that are not there (or may not be seen by the user of the token) are named, so that nobody takes
/// them for read.
pub struct Found<R: Resource> {
    entities: HashMap<R::Id, Arc<R>>,
    missing: Vec<R::Id>,
}

impl<R: Resource> Found<R> {
    /// The entity with this id, if it was looked for and is there.
    pub fn get(&self, id: &R::Id) -> Option<&R> {
        self.entities.get(id).map(Arc::as_ref)
    }

    /// What was found, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &R> {
        self.entities.values().map(Arc::as_ref)
    }

    /// The ids that were looked for and are not there, in the caller's order.
    pub fn missing(&self) -> &[R::Id] {
        &self.missing
    }

    /// How many were found.
    pub fn len(&self) -> usize {
        self.entities.len()
    }

    /// Was nothing found?
    pub fn is_empty(&self) -> bool {
        self.entities.is_empty()
    }

    /// What was found, by ids. An entity may be shared with a [`Lookup`](crate::Lookup).
    pub fn into_map(self) -> HashMap<R::Id, Arc<R>> {
        self.entities
    }

    pub(crate) fn of(rows: impl IntoIterator<Item = Row<R>>) -> Self {
        let mut found = Self { entities: HashMap::new(), missing: Vec::new() };
        for (id, row) in rows {
            match row {
                Some(row) => {
                    found.entities.insert(id, row);
                }
                None => found.missing.push(id),
            }
        }
        found
    }
}

impl<R: Resource> fmt::Debug for Found<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Found<{}>({}, missing: {:?})", R::NAME, self.len(), self.missing)
    }
}

/// Reads many entities by their ids.
#[derive(Debug)]
pub struct GetMany<R: ListByIds> {
    reader: Reader<R>,
    ids: Vec<R::Id>,
}

impl<R: ListByIds> Entities<R> {
    /// Reads the entities with these ids, such as the contacts of the leads of a page: by lists of 250 ids
    /// where the account's filters allow it, otherwise one by one, a few at a time. An id that is named
    /// twice is read once. For the same entities again and again see [`lookup`](Self::lookup).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let (sandbox, server) = amo_sandbox::Sandbox::builder().contacts(9).leads(9).start().await?;
    /// # let token = amo_auth::LongLived::new(sandbox.connection().long_lived_token);
    /// # let client = amo_api::Client::builder(server.base_url()).auth(token).build()?;
    /// use amo_core::{Lead, LeadWith};
    ///
    /// let leads = client.leads().list().with(LeadWith::Contacts).await?.items;
    /// let contacts = client.contacts().get_many(leads.iter().flat_map(Lead::contact_ids)).await?;
    /// for lead in &leads {
    ///     for contact in lead.contact_ids().filter_map(|id| contacts.get(&id)) {
    ///         println!("{:?}: {:?}", lead.name, contact.name);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When it is sent: if one of the requests fails. Missing entities are no error:
    /// [`Found::missing`].
    pub fn get_many(&self, ids: impl IntoIterator<Item = R::Id>) -> ApiCall<GetMany<R>> {
        self.call(GetMany { reader: Reader::new(self.place()), ids: unique(ids) })
    }
}

impl<R: ListByIds> ApiCall<GetMany<R>> {
    /// What to bring besides.
    pub fn with(mut self, with: <R as Get>::With) -> Self {
        self.action.reader.and(with);
        self
    }
}

impl<R: ListByIds> Action for GetMany<R> {
    type Output = Result<Found<R>, Error>;

    async fn run(self, via: Via) -> Self::Output {
        let Self { reader, ids } = self;
        let mut reads = Vec::new();
        for ids in chunks::<R>(&via, &ids) {
            reads.push(reader.read(&via, ids));
        }
        Ok(Found::of(all(reads).await?.into_iter().flatten()))
    }
}

/// Each id once, in order.
pub(crate) fn unique<I: Clone + Eq + std::hash::Hash>(ids: impl IntoIterator<Item = I>) -> Vec<I> {
    let mut seen = HashSet::new();
    ids.into_iter().filter(|id| seen.insert(id.clone())).collect()
}

/// How many ids a list may be asked for at a time: as many as there may be rows on a page, or as few as the
/// server let the address be long.
pub(crate) struct IdsPerList(AtomicUsize);

impl Default for IdsPerList {
    fn default() -> Self {
        Self(AtomicUsize::new(250))
    }
}

impl IdsPerList {
    fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// An address with so many ids was too long.
    fn too_many(&self, ids: usize) {
        self.0.fetch_min((ids / 2).max(1), Ordering::Relaxed);
    }
}

/// The ids in portions that [`Reader::read`] takes well.
pub(crate) fn chunks<'a, R: ListByIds>(
    via: &Via,
    ids: &'a [R::Id],
) -> impl Iterator<Item = &'a [R::Id]> {
    ids.chunks(usize::from(R::MAX_LIMIT).min(via.client.shared().ids_per_list.get()))
}

/// An id, and what is there under it.
pub(crate) type Row<R> = (<R as Resource>::Id, Option<Arc<R>>);

/// How entities are read by their ids.
#[derive(Debug)]
pub(crate) struct Reader<R: ListByIds> {
    place: Place<R>,
    with: Vec<<R as Get>::With>,
}

impl<R: ListByIds> Reader<R> {
    pub(crate) fn new(place: Place<R>) -> Self {
        Self { place, with: Vec::new() }
    }

    /// What to bring besides.
    pub(crate) fn and(&mut self, with: <R as Get>::With) {
        self.with.push(with);
    }

    /// Reads some entities: a row for each id, in order.
    pub(crate) async fn read(&self, via: &Via, ids: &[R::Id]) -> Result<Vec<Row<R>>, Error> {
        if let [id] = ids {
            return Ok(vec![self.read_one(via, id).await?]);
        }
        if !R::PAID || filters::are_heeded(&via.client, &R::LIST).await? {
            if let Some(rows) = self.list(via, ids).await? {
                return Ok(rows);
            }
            filters::are_ignored(&via.client);
        }
        let mut reads = Vec::with_capacity(ids.len());
        for id in ids {
            reads.push(self.read_one(via, id));
        }
        all(reads).await
    }

    async fn read_one(&self, via: &Via, id: &R::Id) -> Result<Row<R>, Error> {
        let get = GetOne { place: self.place.clone(), id: id.clone(), with: self.with.clone() };
        Ok((id.clone(), get.run(via.clone()).await?.map(Arc::new)))
    }

    /// By a filter; `None` if the account does not heed it.
    async fn list(&self, via: &Via, ids: &[R::Id]) -> Result<Option<Vec<Row<R>>>, Error> {
        let mut list = ListPage::new(&self.place)
            .filter(R::by_ids(ids.iter().cloned()))
            .limit(u16::try_from(ids.len()).unwrap_or(R::MAX_LIMIT));
        for with in &self.with {
            list = list.and(with.clone());
        }
        let mut rows: HashMap<R::Id, Option<Arc<R>>> =
            ids.iter().map(|id| (id.clone(), None)).collect();
        let mut next = Some(list.prepare()?);
        while let Some(request) = next {
            let page = match via.send(request.clone()).await {
                Ok(answer) => read_page::<R>(&answer)?,
                Err(error) if R::PAID && is_filter_refused(&error) => return Ok(None),
                // The address was too long, or it took too long: both may be a matter of size.
                Err(error) if matches!(error.status(), Some(414 | 504)) && ids.len() > 1 => {
                    if error.status() == Some(414) {
                        via.client.shared().ids_per_list.too_many(ids.len());
                    }
                    let (some, others) = ids.split_at(ids.len() / 2);
                    let some = Box::pin(self.list(via, some)).await?;
                    let others = Box::pin(self.list(via, others)).await?;
                    return Ok(some.zip(others).map(|(mut some, others)| {
                        some.extend(others);
                        some
                    }));
                }
                Err(error) => return Err(error),
            };
            for row in page.items {
                match rows.get_mut(&row.own_id()) {
                    Some(place) => *place = Some(Arc::new(row)),
                    None if R::PAID => return Ok(None),
                    None => {
                        let message = "the list has entities that were not asked for";
                        return Err(Error::new(ErrorKind::Decode, &R::LIST, message));
                    }
                }
            }
            // The server may make pages smaller than it was asked to.
            next = page.next.map(|link| after(&request, &link)).transpose()?;
        }
        let row = |id: &R::Id| (id.clone(), rows.remove(id).flatten());
        Ok(Some(ids.iter().map(row).collect()))
    }
}

impl<R: ListByIds> Clone for Reader<R> {
    fn clone(&self) -> Self {
        Self { place: self.place.clone(), with: self.with.clone() }
    }
}

/// 400 "Invalid filter for current account", in whatever words: of a list by ids there is nothing else to
/// refuse.
fn is_filter_refused(error: &Error) -> bool {
    error.kind() == ErrorKind::Validation
}
