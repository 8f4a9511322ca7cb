//! A whole list, for somebody who waits for it.

use amo_core::List;
use amo_transport::Priority;

use crate::list::ListPage;
use crate::{ApiCall, Error};

impl<R: List> ApiCall<ListPage<R>> {
    /// All entities of the list, in pages as large as they can be; `None` if there are more than `most`.
    pub(crate) async fn whole(mut self, most: usize) -> Result<Option<Vec<R>>, Error> {
        // Unlike most walks.
        self.via.options.priority.get_or_insert(Priority::Interactive);
        let mut pages = self.pages();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            found.extend(page?.items);
            if found.len() > most {
                return Ok(None);
            }
        }
        Ok(Some(found))
    }
}
