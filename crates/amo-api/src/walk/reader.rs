//! Reads pages, whole or in parts.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use amo_core::{List, Page};

use super::Target;
use crate::Error;
use crate::answer::{Answer, Report};
use crate::call::Via;
use crate::list::{read_page, with_next};
use crate::prepared::{Prepared, TIMEOUTS};

/// A page of so few items is not cut any more: it is not its size that is too much.
const FEW: u32 = 5;

/// Reads the pages of one walk. Clones read for the same walk.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    via: Via,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    requests: AtomicU64,
    waited_micros: AtomicU64,
    /// How many items came through at a time, when whole pages were too much; 0 while they are not.
    part: AtomicU32,
}

impl Reader {
    pub(crate) fn new(via: Via) -> Self {
        Self { via, counts: Arc::default() }
    }

    pub(crate) fn via(&self) -> &Via {
        &self.via
    }

    /// How many requests were sent.
    pub(crate) fn requests(&self) -> u64 {
        self.counts.requests.load(Ordering::Relaxed)
    }

    /// How long they waited for the rate limit.
    pub(crate) fn waited(&self) -> Duration {
        Duration::from_micros(self.counts.waited_micros.load(Ordering::Relaxed))
    }

    fn count(&self, report: &Report) {
        let micros = u64::try_from(report.waited.as_micros()).unwrap_or(u64::MAX);
        self.counts.requests.fetch_add(u64::from(report.attempts), Ordering::Relaxed);
        self.counts.waited_micros.fetch_add(micros, Ordering::Relaxed);
    }

    pub(crate) async fn send(&self, request: Prepared) -> Result<Answer, Error> {
        match self.via.send(request).await {
            Ok(mut answer) => {
                // A service in the place of the stack counts none.
                answer.report.attempts = answer.report.attempts.max(1);
                self.count(&answer.report);
                Ok(answer)
            }
            Err(error) => {
                self.count(error.report());
                Err(error)
            }
        }
    }

    /// Reads a page by one request.
    pub(crate) async fn whole<R: List>(&self, request: Prepared) -> Result<Page<R>, Error> {
        let page = read_page(&self.send(request.clone()).await?)?;
        Ok(with_next(page, &request))
    }

    /// Reads a page; one that is too much for the server in parts.
    pub(crate) async fn page<R: List>(&self, mut request: Prepared) -> Result<Page<R>, Error> {
        let target = Target::new(&request.path_and_query);
        let (Some(limit), Some(page)) = (target.limit(), target.page()) else {
            return self.whole(request).await;
        };
        let known = self.counts.part.load(Ordering::Relaxed);
        // What was too much for one page mostly is so for its neighbours: half the pace, but for certain.
        if known > 0 && limit > known && limit.is_multiple_of(known) {
            return self.parts(&request, (limit, page), known).await;
        }
        let Some(part) = smaller(limit) else { return self.whole(request).await };
        request.timeouts = Some(TIMEOUTS);
        match self.whole(request.clone()).await {
            Err(error) if error.is_too_much() => self.parts(&request, (limit, page), part).await,
            result => result,
        }
    }

    /// Reads a page in parts of `size` items. Each begins where one of its size does, since only whole
    /// pages can be skipped.
    async fn parts<R: List>(
        &self,
        request: &Prepared,
        (limit, page): (u32, u32),
        mut size: u32,
    ) -> Result<Page<R>, Error> {
        let target = Target::new(&request.path_and_query);
        let mut whole = Page::<R>::empty();
        let (mut read, before) = (0, u64::from(page - 1) * u64::from(limit));
        while read < limit {
            let number = (before + u64::from(read)) / u64::from(size) + 1;
            let Ok(number) = u32::try_from(number) else { break };
            let part = Prepared {
                path_and_query: target.at(size, number),
                timeouts: smaller(size).map(|_| TIMEOUTS),
                ..request.clone()
            };
            match (self.whole::<R>(part).await, smaller(size)) {
                (Ok(part), _) => {
                    whole.total = whole.total.or(part.total);
                    whole.items.extend(part.items);
                    whole.next = part.next.map(|_| target.at_page(page.saturating_add(1)));
                    read += size;
                    if whole.next.is_none() {
                        break;
                    }
                }
                (Err(error), Some(fewer)) if error.is_too_much() => size = fewer,
                (Err(error), _) => return Err(error),
            }
        }
        self.counts.part.store(size, Ordering::Relaxed);
        whole.page = Some(page);
        Ok(whole)
    }
}

/// The next smaller size of which a page is made: its greatest divisor.
fn smaller(size: u32) -> Option<u32> {
    let divisor = (2..=size).find(|divisor| size.is_multiple_of(*divisor))?;
    Some(size / divisor).filter(|smaller| *smaller >= FEW)
}

#[cfg(test)]
mod tests {
    use super::smaller;

    #[test]
    fn parts_make_up_pages() {
        let sizes = |size| std::iter::successors(Some(size), |size| smaller(*size));
        assert_eq!(sizes(250).collect::<Vec<_>>(), [250, 125, 25, 5]);
        assert_eq!(sizes(100).collect::<Vec<_>>(), [100, 50, 25, 5]);
        assert_eq!(sizes(64).collect::<Vec<_>>(), [64, 32, 16, 8]);
        assert_eq!(sizes(241).collect::<Vec<_>>(), [241], "a prime number has no parts");
        assert_eq!(sizes(1).collect::<Vec<_>>(), [1]);
    }
}
