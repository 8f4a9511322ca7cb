//! Links between entities.

use std::future::IntoFuture;

use amo_core::{Id, Link, Linkable, NewLink, Operation, Page};
use bytes::Bytes;

use crate::pages::after;
use crate::prepared::Prepared;
use crate::{Entities, Error, Sending};

/// How many links go into one request: amoCRM documents no bound, so it is the one it advises elsewhere.
const PER_REQUEST: usize = 50;

/// Reads the links of one entity.
#[derive(Debug)]
#[must_use = "nothing is sent until it is awaited"]
pub struct ListLinks<R: Linkable> {
    entities: Entities<R>,
    id: Id<R>,
}

impl<R: Linkable> ListLinks<R> {
    pub(crate) fn new(entities: Entities<R>, id: Id<R>) -> Self {
        Self { entities, id }
    }

    fn prepare(&self) -> Prepared {
        self.entities.prepare_on(&self.id, R::LINKS)
    }

    /// The request, without sending it.
    ///
    /// # Errors
    /// If the id makes no path.
    pub fn to_request(&self) -> Result<http::Request<Bytes>, Error> {
        self.entities.client().to_http(&self.prepare())
    }
}

impl<R: Linkable> IntoFuture for ListLinks<R> {
    type Output = Result<Vec<Link>, Error>;
    type IntoFuture = Sending<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Sending::new(async move {
            // No pages are documented, but the server's own links name a limit.
            let mut links = Vec::new();
            let mut next = Some(self.prepare());
            while let Some(request) = next {
                let answer = self.entities.client().send(request.clone()).await?;
                let page: Page<Link> = answer.decode(|body| Page::from_slice("links", body))?;
                links.extend(page.items);
                next = page.next.map(|link| after(&request, &link)).transpose()?;
            }
            Ok(links)
        })
    }
}

/// The requests of a change of links, 50 in each.
fn prepare<R: Linkable>(
    entities: &Entities<R>,
    id: Id<R>,
    operation: Operation,
    links: &[NewLink],
) -> Result<Vec<Prepared>, Error> {
    let request = entities.prepare_on(&id, operation);
    links.chunks(PER_REQUEST).map(|links| request.clone().json(links)).collect()
}

macro_rules! change_of_links {
    ($(#[$doc:meta])* $name:ident, $operation:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        #[must_use = "nothing is sent until it is awaited"]
        pub struct $name<R: Linkable> {
            entities: Entities<R>,
            id: Id<R>,
            links: Vec<NewLink>,
        }

        impl<R: Linkable> $name<R> {
            pub(crate) fn new(entities: Entities<R>, id: Id<R>, links: Vec<NewLink>) -> Self {
                Self { entities, id, links }
            }

            /// The requests, without sending them.
            ///
            /// # Errors
            /// If a link cannot be written as JSON.
            pub fn to_requests(&self) -> Result<Vec<http::Request<Bytes>>, Error> {
                let requests = prepare(&self.entities, self.id, R::$operation, &self.links)?;
                requests.iter().map(|request| self.entities.client().to_http(request)).collect()
            }
        }
    };
}

change_of_links!(
    /// Links other entities to one: 50 in each request, no links, no request.
    LinkRequest, LINK
);
change_of_links!(
    /// Takes links away: 50 in each request, no links, no request.
    UnlinkRequest, UNLINK
);

impl<R: Linkable> IntoFuture for LinkRequest<R> {
    type Output = Result<Vec<Link>, Error>;
    type IntoFuture = Sending<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Sending::new(async move {
            let mut links = Vec::with_capacity(self.links.len());
            for request in prepare(&self.entities, self.id, R::LINK, &self.links)? {
                let answer = self.entities.client().send(request).await?;
                links.extend(answer.decode(|body| Page::from_slice("links", body))?.items);
            }
            Ok(links)
        })
    }
}

impl<R: Linkable> IntoFuture for UnlinkRequest<R> {
    type Output = Result<(), Error>;
    type IntoFuture = Sending<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Sending::new(async move {
            for request in prepare(&self.entities, self.id, R::UNLINK, &self.links)? {
                self.entities.client().send(request).await?;
            }
            Ok(())
        })
    }
}
