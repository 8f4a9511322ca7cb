//! Creating somebody only if he is not there.

use std::fmt;

use amo_core::field::{EMAIL, PHONE};
use amo_core::{Company, Contact, Create, Created, Id, NewCompany, NewContact};

use super::find::MOST;
use super::search::{people, read};
use super::{Candidate, Person, PersonKey, PersonKind};
use crate::call::{Action, Single as _, Via};
use crate::place::Place;
use crate::{ApiCall, CreateOne, Error, ErrorKind};

mod sealed {
    /// Only contacts and companies are people.
    pub trait Sealed {}
}

/// What creates a contact or a company: [`NewContact`] and [`NewCompany`].
pub trait NewPerson: sealed::Sealed + serde::Serialize + Sized + Send + Sync + 'static {
    /// What it creates.
    type Person: Create<New = Self, Created = Created<Self::Person>, Scope = (), Id = Id<Self::Person>>
        + fmt::Debug;
    /// Of which kind that is.
    const KIND: PersonKind;

    #[doc(hidden)]
    fn of(person: Person) -> Option<Self::Person>;

    #[doc(hidden)]
    fn candidate(id: Id<Self::Person>) -> Candidate;

    #[doc(hidden)]
    fn with_phone(self, number: &str) -> Self;

    #[doc(hidden)]
    fn with_email(self, address: &str) -> Self;
}

macro_rules! people {
    ($($new:ident creates $entity:ident by $into:ident;)*) => {$(
        impl sealed::Sealed for $new {}

        impl NewPerson for $new {
            type Person = $entity;
            const KIND: PersonKind = PersonKind::$entity;

            fn of(person: Person) -> Option<$entity> {
                person.$into()
            }

            fn candidate(id: Id<$entity>) -> Candidate {
                Candidate::$entity(id)
            }

            fn with_phone(self, number: &str) -> Self {
                self.add(PHONE, (number, "WORK"))
            }

            fn with_email(self, address: &str) -> Self {
                self.add(EMAIL, (address, "WORK"))
            }
        }

        impl FoundOrCreated<$entity> {
            /// The id.
            pub fn id(&self) -> Id<$entity> {
                match self {
                    Self::Found(found) => found.id,
                    Self::Created(created) => created.id,
                }
            }
        }
    )*};
}

people! {
    NewContact creates Contact by into_contact;
    NewCompany creates Company by into_company;
}

/// Who has the key: somebody who was there, or somebody new.
#[derive(Clone, Debug, PartialEq)]
pub enum FoundOrCreated<R> {
    /// He was there.
    Found(R),
    /// He was not, and was created.
    Created(Created<R>),
}

type Choose<R> = Box<dyn FnOnce(&[R]) -> Option<usize> + Send + Sync>;

/// Finds somebody, or creates him.
pub struct FindOrCreate<N: NewPerson> {
    key: PersonKey,
    new: N,
    choose: Option<Choose<N::Person>>,
}

impl<N: NewPerson> FindOrCreate<N> {
    pub(super) fn new(key: PersonKey, new: N) -> Self {
        Self { key, new, choose: None }
    }
}

impl<N: NewPerson> ApiCall<FindOrCreate<N>> {
    /// Of several the one that was created last.
    pub fn newest(self) -> Self {
        self.choose(|_| Some(0))
    }

    /// Of several the one that was created first.
    pub fn oldest(self) -> Self {
        self.choose(|people| people.len().checked_sub(1))
    }

    /// Says which of several is meant: by his place among those who have the key, of whom the newest
    /// comes first. `None` is an error, as if nothing had been said.
    pub fn choose(
        mut self,
        choose: impl FnOnce(&[N::Person]) -> Option<usize> + Send + Sync + 'static,
    ) -> Self {
        self.action.choose = Some(Box::new(choose));
        self
    }
}

impl<N: NewPerson> Action for FindOrCreate<N> {
    type Output = Result<FoundOrCreated<N::Person>, Error>;

    async fn run(self, via: Via) -> Self::Output {
        let Self { key, new, choose } = self;
        let found = people(&via, &key, &[N::KIND], MOST).await?;
        if !found.is_empty() {
            return one_of::<N>(found, choose);
        }
        let kept = &via.client.memory().people;
        let name = format!("{} {}", N::KIND, key.to_lock());
        let turn = kept.locks.lock(name.clone()).await;
        // Whoever had the turn before may have created him, or another process.
        let mut found = people(&via, &key, &[N::KIND], MOST).await?;
        if found.is_empty()
            && let Some(candidate) = kept.created(&name, via.client.clock().monotonic())
        {
            found.extend(read(&via, candidate).await?.filter(|person| person.has(&key)));
        }
        if !found.is_empty() {
            return one_of::<N>(found, choose);
        }
        let create = CreateOne::<N::Person> { place: Place(()), new: with_key(new, &key)? };
        let created: Created<N::Person> = create.read(&via.send(create.prepare()?).await?)?;
        kept.remember(name, N::candidate(created.id), via.client.clock().monotonic());
        drop(turn);
        Ok(FoundOrCreated::Created(created))
    }
}

fn one_of<N: NewPerson>(
    found: Vec<Person>,
    choose: Option<Choose<N::Person>>,
) -> Result<FoundOrCreated<N::Person>, Error> {
    let ids: Vec<String> = found.iter().map(|person| person.id().to_string()).collect();
    let mut found: Vec<N::Person> = found.into_iter().filter_map(N::of).collect();
    let chosen = match (found.len(), choose) {
        (1, _) => Some(0),
        (_, Some(choose)) => choose(&found).filter(|place| *place < found.len()),
        (_, None) => None,
    };
    if let Some(place) = chosen {
        return Ok(FoundOrCreated::Found(found.swap_remove(place)));
    }
    let message = format!(
        "{} {} have it: {}; say by `newest`, `oldest` or `choose` which is meant",
        ids.len(),
        N::KIND.plural(),
        ids.join(", ")
    );
    Err(Error::client(ErrorKind::Ambiguous, "find_or_create", message))
}

/// With the key in its field, unless some field has it already: nobody would find it again.
fn with_key<N: NewPerson>(new: N, key: &PersonKey) -> Result<N, Error> {
    let json = serde_json::to_value(&new)
        .map_err(|error| Error::client(ErrorKind::InvalidRequest, "find_or_create", error))?;
    let fields = json["custom_fields_values"].as_array().into_iter().flatten();
    let mut values = fields.flat_map(|field| field["values"].as_array().into_iter().flatten());
    if values.any(|value| value["value"].as_str().is_some_and(|text| key.is(text))) {
        return Ok(new);
    }
    Ok(match (key.to_field(), key.as_email()) {
        (Some(number), _) => new.with_phone(&number),
        (None, Some(address)) => new.with_email(address),
        (None, None) => new,
    })
}

impl<N: NewPerson> fmt::Debug for FindOrCreate<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FindOrCreate").field("key", &self.key).finish_non_exhaustive()
    }
}
