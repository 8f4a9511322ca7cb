//! The search behind finding people: amoCRM's, or an index of the caller's own.

use std::collections::HashSet;
use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use amo_core::{Company, CompanyId, Contact, ContactId, List};

use super::{Person, PersonKey, PersonKind};
use crate::call::{Action as _, Single as _, Via};
use crate::list::ListPage;
use crate::place::Place;
use crate::prepared::Prepared;
use crate::{ApiCall, Error, ErrorKind, GetOne, Sending};

/// Who is looked for: what a search of the caller's own is asked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PeopleQuery {
    /// The phone or the e-mail address.
    pub key: PersonKey,
    /// What is wanted: contacts, companies or both.
    pub kinds: Vec<PersonKind>,
    /// The account's host, such as `example.amocrm.ru`: a hub has many.
    pub host: String,
}

/// Somebody who may be meant. He is read from amoCRM and verified before he counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Candidate {
    /// A contact.
    Contact(ContactId),
    /// A company.
    Company(CompanyId),
}

impl Candidate {
    fn kind(self) -> PersonKind {
        match self {
            Self::Contact(_) => PersonKind::Contact,
            Self::Company(_) => PersonKind::Company,
        }
    }
}

type BoxError = Box<dyn StdError + Send + Sync>;
type Found = Result<Vec<Candidate>, BoxError>;

/// A search in the place of amoCRM's.
pub(crate) struct OwnSearch(Box<dyn Fn(PeopleQuery) -> Sending<Found> + Send + Sync>);

impl OwnSearch {
    pub(crate) fn new<F, S, E>(search: F) -> Self
    where
        F: Fn(PeopleQuery) -> S + Send + Sync + 'static,
        S: Future<Output = Result<Vec<Candidate>, E>> + Send + 'static,
        E: Into<BoxError>,
    {
        Self(Box::new(move |query| {
            let found = search(query);
            Sending::new(async move { found.await.map_err(Into::into) })
        }))
    }
}

impl fmt::Debug for OwnSearch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OwnSearch")
    }
}

/// How many rows of a kind a page of the search has.
const PAGE: u16 = 250;

/// The first request of amoCRM's search.
pub(super) fn request(key: &PersonKey, kind: PersonKind) -> Result<Prepared, Error> {
    match kind {
        PersonKind::Contact => list::<Contact>(key).prepare(),
        PersonKind::Company => list::<Company>(key).prepare(),
    }
}

fn list<R: List<Scope = ()>>(key: &PersonKey) -> ListPage<R> {
    ListPage::new(&Place(())).search(key.to_search()).limit(PAGE)
}

/// Everybody of these kinds who may have the key, verified: the search may give more, and an index of the
/// caller's may be old. `most` bounds what is read of each kind.
pub(super) async fn people(
    via: &Via,
    key: &PersonKey,
    kinds: &[PersonKind],
    most: usize,
) -> Result<Vec<Person>, Error> {
    if let Some(flaw) = key.flaw() {
        return Err(Error::client(ErrorKind::InvalidRequest, "find_people", flaw));
    }
    let mut people = match &via.client.base().people_search {
        None => by_amocrm(via, key, kinds, most).await?,
        Some(search) => by_own(via, search, key, kinds, most).await?,
    };
    people.retain(|person| person.has(key));
    people.sort_by_key(|person| std::cmp::Reverse((person.created_at(), person.id())));
    Ok(people)
}

/// All kinds at the same time: somebody waits, maybe while the phone rings.
async fn by_amocrm(
    via: &Via,
    key: &PersonKey,
    kinds: &[PersonKind],
    most: usize,
) -> Result<Vec<Person>, Error> {
    let mut under_way: Vec<_> = kinds.iter().map(|kind| of_kind(via, key, *kind, most)).collect();
    let mut people = Vec::new();
    poll_fn(|cx| {
        let mut place = 0;
        while let Some(search) = under_way.get_mut(place) {
            match Pin::new(search).poll(cx) {
                Poll::Ready(found) => {
                    people.extend(found?);
                    drop(under_way.swap_remove(place));
                }
                Poll::Pending => place += 1,
            }
        }
        if under_way.is_empty() { Poll::Ready(Ok::<(), Error>(())) } else { Poll::Pending }
    })
    .await?;
    Ok(people)
}

fn of_kind(
    via: &Via,
    key: &PersonKey,
    kind: PersonKind,
    most: usize,
) -> Sending<Result<Vec<Person>, Error>> {
    let via = via.clone();
    match kind {
        PersonKind::Contact => {
            let list = list::<Contact>(key);
            Sending::new(async move {
                Ok(walk(via, list, most).await?.into_iter().map(Person::Contact).collect())
            })
        }
        PersonKind::Company => {
            let list = list::<Company>(key);
            Sending::new(async move {
                Ok(walk(via, list, most).await?.into_iter().map(Person::Company).collect())
            })
        }
    }
}

async fn walk<R: List>(via: Via, list: ListPage<R>, most: usize) -> Result<Vec<R>, Error> {
    let found = ApiCall { via, action: list }.whole(most).await?;
    found.ok_or_else(|| truncated(most))
}

async fn by_own(
    via: &Via,
    search: &OwnSearch,
    key: &PersonKey,
    kinds: &[PersonKind],
    most: usize,
) -> Result<Vec<Person>, Error> {
    let host = via.client.origin().host().to_owned();
    let query = PeopleQuery { key: key.clone(), kinds: kinds.to_vec(), host };
    let found = (search.0)(query).await;
    let mut found =
        found.map_err(|error| Error::client(ErrorKind::Search, "find_people", error))?;
    found.retain(|candidate| kinds.contains(&candidate.kind()));
    let mut known = HashSet::new();
    found.retain(|candidate| known.insert(*candidate));
    if found.len() > most {
        return Err(truncated(most));
    }
    let mut people = Vec::with_capacity(found.len());
    for candidate in found {
        people.extend(read(via, candidate).await?);
    }
    Ok(people)
}

/// The candidate as he is now; `None` if he is gone.
pub(super) async fn read(via: &Via, candidate: Candidate) -> Result<Option<Person>, Error> {
    Ok(match candidate {
        Candidate::Contact(id) => {
            let get = GetOne { place: Place(()), id, with: Vec::new() };
            get.run(via.clone()).await?.map(Person::Contact)
        }
        Candidate::Company(id) => {
            let get = GetOne { place: Place(()), id, with: Vec::new() };
            get.run(via.clone()).await?.map(Person::Company)
        }
    })
}

fn truncated(most: usize) -> Error {
    let message = format!(
        "the search gives more than {most} of a kind, so that nobody knows who else there is: see `at_most`"
    );
    Error::client(ErrorKind::Truncated, "find_people", message)
}
