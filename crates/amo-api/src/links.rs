//! Links between entities.

use amo_core::{Link, LinkFilter, NewLink, Page, Query, QueryPart as _};

use crate::call::{Action, Several, Via};
use crate::pages::after;
use crate::prepared::Prepared;
use crate::{ApiCall, Error, ErrorKind};

/// How many links go into one request: amoCRM documents no bound, so it is the one it advises elsewhere.
const PER_REQUEST: usize = 50;

/// Reads links, all of them.
#[derive(Debug)]
pub struct ListLinks {
    pub(crate) request: Prepared,
    pub(crate) filter: LinkFilter,
}

impl ListLinks {
    fn prepare(&self) -> Result<Prepared, Error> {
        self.filter.validate().map_err(|error| {
            Error::new(ErrorKind::InvalidRequest, &self.request.operation, error.to_string())
        })?;
        let mut query = Query::new();
        self.filter.write(&mut query);
        Ok(self.request.clone().query(&query))
    }
}

impl ApiCall<ListLinks> {
    /// Which links.
    pub fn filter(mut self, filter: LinkFilter) -> Self {
        self.action.filter = filter;
        self
    }
}

impl Action for ListLinks {
    type Output = Result<Vec<Link>, Error>;

    async fn run(self, via: Via) -> Self::Output {
        // No pages are documented, but the server's own links name a limit.
        let mut links = Vec::new();
        let mut next = Some(self.prepare()?);
        while let Some(request) = next {
            let answer = via.send(request.clone()).await?;
            let page: Page<Link> = answer.decode(|body| Page::from_slice("links", body))?;
            links.extend(page.items);
            next = page.next.map(|link| after(&request, &link)).transpose()?;
        }
        Ok(links)
    }
}

impl Several for ListLinks {
    fn prepare_all(&self) -> Result<Vec<Prepared>, Error> {
        Ok(vec![self.prepare()?])
    }
}

fn prepare(request: &Prepared, links: &[NewLink]) -> Result<Vec<Prepared>, Error> {
    links.chunks(PER_REQUEST).map(|links| request.clone().json(links)).collect()
}

/// Links entities: 50 links in each request; no links, no request. It gives the links as they are now.
#[derive(Debug)]
pub struct LinkEntities {
    pub(crate) request: Prepared,
    pub(crate) links: Vec<NewLink>,
}

impl Action for LinkEntities {
    type Output = Result<Vec<Link>, Error>;

    async fn run(self, via: Via) -> Self::Output {
        let mut links = Vec::with_capacity(self.links.len());
        for request in self.prepare_all()? {
            let answer = via.send(request).await?;
            links.extend(answer.decode(|body| Page::from_slice("links", body))?.items);
        }
        Ok(links)
    }
}

impl Several for LinkEntities {
    fn prepare_all(&self) -> Result<Vec<Prepared>, Error> {
        prepare(&self.request, &self.links)
    }
}

/// Takes links away: 50 in each request; no links, no request.
#[derive(Debug)]
pub struct UnlinkEntities {
    pub(crate) request: Prepared,
    pub(crate) links: Vec<NewLink>,
}

impl Action for UnlinkEntities {
    type Output = Result<(), Error>;

    async fn run(self, via: Via) -> Self::Output {
        for request in self.prepare_all()? {
            via.send(request).await?;
        }
        Ok(())
    }
}

impl Several for UnlinkEntities {
    fn prepare_all(&self) -> Result<Vec<Prepared>, Error> {
        prepare(&self.request, &self.links)
    }
}
