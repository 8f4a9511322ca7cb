//! Going on with a walk from where it was.

use amo_core::{List, Page};
use amo_transport::Priority;

use crate::answer::Answer;
use crate::call::Single;
use crate::list::{read_page, with_next};
use crate::place::Place;
use crate::prepared::Prepared;
use crate::walk::{Cursor, Target};
use crate::{ApiCall, Error, ErrorKind, Items, Pages};

/// A list from a place on: the page there by `.await`, all from there on by
/// [`items`](ApiCall::items) or [`pages`](ApiCall::pages).
#[derive(Debug)]
pub struct ResumeList<R: List> {
    pub(crate) place: Place<R>,
    pub(crate) cursor: Cursor,
}

impl<R: List> Single for ResumeList<R> {
    type Output = Page<R>;

    fn prepare(&self) -> Result<Prepared, Error> {
        let list = self.place.of(R::LIST);
        let path = Target::new(&self.cursor.target).path();
        if path != list.path_and_query {
            let message =
                format!("the cursor is a place in {path}, not in {}", list.path_and_query);
            return Err(Error::new(ErrorKind::InvalidRequest, &list.operation, message));
        }
        Ok(Prepared { path_and_query: self.cursor.target.clone(), ..list })
    }

    fn read(&self, answer: &Answer) -> Result<Page<R>, Error> {
        let mut page = with_next(read_page::<R>(answer)?, &self.prepare()?);
        page.items.drain(..self.cursor.skip.min(page.items.len()));
        Ok(page)
    }
}

impl<R: List> ApiCall<ResumeList<R>> {
    /// All pages from there on; of the first one only what is not done with.
    pub fn pages(self) -> Pages<R> {
        let first = self.action.prepare();
        let first = first.map(|first| Prepared { priority: Priority::Background, ..first });
        Pages::new(self.via, first, self.action.cursor.skip)
    }

    /// All entities from there on.
    pub fn items(self) -> Items<R> {
        Items::new(self.pages())
    }
}
