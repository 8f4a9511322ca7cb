//! People by phone or e-mail: finding them, and creating them only if they are not there.

mod create;
mod find;
mod key;
mod recent;
mod search;

use std::fmt;

use amo_core::{Company, Contact, Timestamp};

pub use create::{FindOrCreate, FoundOrCreated, NewPerson};
pub use find::FindPeople;
pub use key::PersonKey;
pub(crate) use recent::PeopleMemory;
pub(crate) use search::OwnSearch;
pub use search::{Candidate, PeopleQuery};

use crate::{ApiCall, Client};

impl Client {
    /// People by phone or e-mail.
    pub fn people(&self) -> People {
        People { client: self.clone() }
    }
}

/// Finds contacts and companies by phone or e-mail, which amoCRM cannot filter by: it is asked by its
/// full-text search, and every hit is verified on the fields `PHONE` and `EMAIL`.
///
/// Phones are the same however they are written, with +7 or 8, in brackets or without; those that say
/// different countries are different. They are searched by their last ten digits. That the search finds
/// them so, also where the account has them with brackets and spaces, is a guess that the vendor's own way
/// with calls suggests; a number with fewer than ten digits is found by exactly these.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (sandbox, server) = amo_sandbox::Sandbox::builder().contacts(3).start().await?;
/// # let token = amo_auth::LongLived::new(sandbox.connection().long_lived_token);
/// # let client = amo_api::Client::builder(server.base_url()).auth(token).build()?;
/// use amo_api::PersonKey;
/// use amo_core::NewContact;
///
/// for person in client.people().find_by_phone("8 (000) 000-00-01").await? {
///     println!("{:?}", person.name());
/// }
///
/// let key = PersonKey::email("nina@example.test");
/// let new = NewContact::new().name("Nina");
/// let nina = client.people().find_or_create(key, new).newest().await?;
/// println!("contact {}", nina.id());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct People {
    client: Client,
}

impl People {
    /// All contacts and companies that have the phone, newest first. See [`PersonKey::phone`]. It takes a
    /// request for contacts and one for companies, at the same time.
    pub fn find_by_phone(&self, number: impl AsRef<str>) -> ApiCall<FindPeople> {
        self.find(PersonKey::phone(number))
    }

    /// All contacts and companies that have the e-mail address, newest first.
    pub fn find_by_email(&self, address: impl AsRef<str>) -> ApiCall<FindPeople> {
        self.find(PersonKey::email(address))
    }

    /// All contacts and companies that have the phone or the e-mail address, newest first.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the key is neither;
    /// [`ErrorKind::Truncated`](crate::ErrorKind::Truncated) if the search gives more than
    /// [`at_most`](ApiCall::<FindPeople>::at_most) says: then nobody knows who else has it.
    pub fn find(&self, key: PersonKey) -> ApiCall<FindPeople> {
        ApiCall::new(self.client.clone(), FindPeople::new(key))
    }

    /// The contact or company, whichever `new` is, that has the phone or the e-mail address; if there is
    /// none, it is created. It gets the key in its field, if it has it in none.
    ///
    /// Within this client and its clones two calls with the same key never create two: the second waits
    /// for the first, and then looks again. Other processes may; amoCRM has no lock.
    ///
    /// If several have it, it is an error, unless [`newest`](ApiCall::<FindOrCreate<NewContact>>::newest),
    /// `oldest` or `choose` says which is meant.
    ///
    /// [`NewContact`]: amo_core::NewContact
    ///
    /// # Errors
    /// As of [`find`](Self::find), and of creating;
    /// [`ErrorKind::Ambiguous`](crate::ErrorKind::Ambiguous) with the ids if several have it.
    pub fn find_or_create<N: NewPerson>(&self, key: PersonKey, new: N) -> ApiCall<FindOrCreate<N>> {
        ApiCall::new(self.client.clone(), FindOrCreate::new(key, new))
    }
}

/// A contact or a company.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Person {
    /// A contact.
    Contact(Contact),
    /// A company.
    Company(Company),
}

/// What somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PersonKind {
    /// A contact.
    Contact,
    /// A company.
    Company,
}

impl fmt::Display for PersonKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Contact => "contact",
            Self::Company => "company",
        })
    }
}

impl PersonKind {
    fn plural(self) -> &'static str {
        match self {
            Self::Contact => "contacts",
            Self::Company => "companies",
        }
    }
}

impl Person {
    /// What it is.
    pub fn kind(&self) -> PersonKind {
        match self {
            Self::Contact(_) => PersonKind::Contact,
            Self::Company(_) => PersonKind::Company,
        }
    }

    /// The id, among those of its kind.
    pub fn id(&self) -> i64 {
        match self {
            Self::Contact(contact) => contact.id.get(),
            Self::Company(company) => company.id.get(),
        }
    }

    /// The name.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Contact(contact) => contact.name.as_deref(),
            Self::Company(company) => company.name.as_deref(),
        }
    }

    /// When it was created.
    pub fn created_at(&self) -> Option<Timestamp> {
        match self {
            Self::Contact(contact) => contact.created_at,
            Self::Company(company) => company.created_at,
        }
    }

    /// The contact, if it is one.
    pub fn into_contact(self) -> Option<Contact> {
        match self {
            Self::Contact(contact) => Some(contact),
            Self::Company(_) => None,
        }
    }

    /// The company, if it is one.
    pub fn into_company(self) -> Option<Company> {
        match self {
            Self::Company(company) => Some(company),
            Self::Contact(_) => None,
        }
    }

    fn has(&self, key: &PersonKey) -> bool {
        let (fields, is_deleted) = match self {
            Self::Contact(one) => (&one.custom_fields_values, one.is_deleted),
            Self::Company(one) => (&one.custom_fields_values, one.is_deleted),
        };
        is_deleted != Some(true) && key.is_of(fields)
    }
}
