//! Links between entities.
//!
//! The server may answer 500 when it is asked to link what is linked already. So after a failure that says
//! little, the links are read: what is as it was asked for is done, and only the rest is asked for again.

use std::borrow::Borrow;

use amo_core::{Link, LinkFilter, NewLink, Page, Query, QueryPart as _, Repeat};

use crate::answer::Answer;
use crate::call::{Action, Several, Via};
use crate::prepared::Prepared;
use crate::walk::after;
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

    async fn read(&self, via: &Via) -> Result<Vec<Link>, Error> {
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
        self.read(&via).await
    }
}

impl Several for ListLinks {
    fn prepare_all(&self) -> Result<Vec<Prepared>, Error> {
        Ok(vec![self.prepare()?])
    }
}

/// A list of links and the two requests about it.
#[derive(Debug)]
struct Wanted {
    /// What makes or takes away links.
    write: Prepared,
    /// What reads the links of the same entities.
    read: Prepared,
    links: Vec<NewLink>,
}

impl Wanted {
    fn requests(&self) -> Result<Vec<Prepared>, Error> {
        self.links.chunks(PER_REQUEST).map(|links| self.request(links)).collect()
    }

    fn request(&self, links: &[impl Borrow<NewLink>]) -> Result<Prepared, Error> {
        let links: Vec<&NewLink> = links.iter().map(Borrow::borrow).collect();
        self.write.clone().json(&links)
    }

    /// The links of the entities that `links` are from, as they are now.
    async fn now(&self, via: &Via, links: &[NewLink]) -> Result<Vec<Link>, Error> {
        let mut from: Vec<i64> = links.iter().filter_map(NewLink::entity_id).collect();
        from.sort_unstable();
        from.dedup();
        let filter = LinkFilter::new();
        let filter = if from.is_empty() { filter } else { filter.entity_id(from) };
        ListLinks { request: self.read.clone(), filter }.read(via).await
    }

    /// Sends `links` and says what was read: of the answer, or, if the request failed and yet all is
    /// `well`, of the links that were read then.
    async fn send<T>(
        &self,
        via: &Via,
        links: &[NewLink],
        read: impl Fn(Answer) -> Result<T, Error>,
        well: impl Fn(&NewLink, &[Link]) -> bool,
    ) -> Result<Sent<T>, Error> {
        // Not repeated blindly: what is linked already would fail each time.
        let error = match via.once().send(self.request(links)?).await {
            Ok(answer) => return Ok(Sent { answer: Some(read(answer)?), found: Vec::new() }),
            Err(error) if says_little(&error) => error,
            Err(error) => return Err(error),
        };
        // If they cannot be read, the rest is everything.
        let found = self.now(via, links).await.unwrap_or_default();
        let rest: Vec<&NewLink> = links.iter().filter(|link| !well(link, &found)).collect();
        if rest.is_empty() {
            return Ok(Sent { answer: None, found });
        }
        let was_refused = matches!(error.kind(), ErrorKind::Validation | ErrorKind::NotFound);
        if was_refused || via.options.repeat == Some(Repeat::ActsOnce) {
            return Err(error);
        }
        match via.send(self.request(&rest)?).await {
            Ok(answer) => Ok(Sent { answer: Some(read(answer)?), found }),
            Err(error) => match self.now(via, links).await {
                Ok(found) if links.iter().all(|link| well(link, &found)) => {
                    Ok(Sent { answer: None, found })
                }
                _ => Err(error),
            },
        }
    }
}

/// What is known after links were sent.
struct Sent<T> {
    answer: Option<T>,
    /// What had to be read because the first request failed.
    found: Vec<Link>,
}

/// May the links be as they were asked to be, although the request failed?
fn says_little(error: &Error) -> bool {
    error.maybe_done() || matches!(error.kind(), ErrorKind::Validation | ErrorKind::NotFound)
}

/// Links entities: 50 links in each request; no links, no request. It gives the links as they are now.
///
/// Linking what is linked already is a success, whatever the server answers: after a failure the links are
/// read, and only what is not there is asked for again. After an error some may be linked; to ask for all
/// once more does no harm.
#[derive(Debug)]
pub struct LinkEntities(Wanted);

impl LinkEntities {
    pub(crate) fn new(write: Prepared, read: Prepared, links: Vec<NewLink>) -> Self {
        Self(Wanted { write, read, links })
    }
}

impl Action for LinkEntities {
    type Output = Result<Vec<Link>, Error>;

    async fn run(self, via: Via) -> Self::Output {
        let mut links = Vec::with_capacity(self.0.links.len());
        for wanted in self.0.links.chunks(PER_REQUEST) {
            let read = |answer: Answer| {
                answer.decode(|body| Page::<Link>::from_slice("links", body)).map(|page| page.items)
            };
            let well =
                |link: &NewLink, found: &[Link]| found.iter().any(|found| link.is_met_by(found));
            let sent = self.0.send(&via, wanted, read, well).await?;
            let found = sent.found.into_iter();
            links.extend(found.filter(|found| wanted.iter().any(|link| link.is_met_by(found))));
            links.extend(sent.answer.into_iter().flatten());
        }
        Ok(links)
    }
}

impl Several for LinkEntities {
    fn prepare_all(&self) -> Result<Vec<Prepared>, Error> {
        self.0.requests()
    }
}

/// Takes links away: 50 in each request; no links, no request.
///
/// Taking away what is not linked is a success, whatever the server answers: after a failure the links are
/// read, and only what is still there is asked for again.
#[derive(Debug)]
pub struct UnlinkEntities(Wanted);

impl UnlinkEntities {
    pub(crate) fn new(write: Prepared, read: Prepared, links: Vec<NewLink>) -> Self {
        Self(Wanted { write, read, links })
    }
}

impl Action for UnlinkEntities {
    type Output = Result<(), Error>;

    async fn run(self, via: Via) -> Self::Output {
        for wanted in self.0.links.chunks(PER_REQUEST) {
            let well =
                |link: &NewLink, found: &[Link]| !found.iter().any(|found| link.joins(found));
            self.0.send(&via, wanted, |_| Ok(()), well).await?;
        }
        Ok(())
    }
}

impl Several for UnlinkEntities {
    fn prepare_all(&self) -> Result<Vec<Prepared>, Error> {
        self.0.requests()
    }
}
