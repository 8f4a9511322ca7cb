//! A complete walk without filters: page by page by the ids, with a look at what was deleted meanwhile.

use std::collections::{HashSet, VecDeque};

use amo_core::{EventFilter, Timestamp};
use amo_transport::Priority;

use super::Completable;
use super::base::Base;
use super::run::Walk;
use crate::call::Via;
use crate::{Error, Pages};

/// What is restored moves the others to the next page: so many pages back it is remembered who came.
const REMEMBERED: usize = 8;

/// Gives how much happened since `since` that moves rows, or `None` if nobody knows.
pub(super) async fn walk<R: Completable>(
    walk: &mut Walk<R>,
    base: &Base,
    since: i64,
) -> Result<Option<u64>, Error> {
    let mut pages = Pages::<R>::read_by(walk.reader.clone(), Ok(base.request::<R>(None)), 0);
    pages = pages.ahead(walk.at_once);
    let mut known: VecDeque<HashSet<i64>> = VecDeque::new();
    while let Some(page) = pages.next().await {
        let mut rows = page?.items;
        let ids = rows.iter().map(R::number).collect();
        rows.retain(|row| known.iter().all(|ids| !ids.contains(&row.number())));
        known.push_back(ids);
        if known.len() > REMEMBERED {
            known.pop_front();
        }
        walk.give(rows).await;
    }
    Ok(moves::<R>(walk.reader.via(), since).await)
}

async fn moves<R: Completable>(via: &Via, since: i64) -> Option<u64> {
    let filter = EventFilter::new()
        .entity([R::IN_EVENTS])
        .kind(R::MOVES.iter().cloned())
        .created_at(Timestamp::new(since)..);
    let events = via.client.events().list().filter(filter).priority(Priority::Background);
    let mut events = events.items().ahead(1);
    let mut count = 0;
    while let Some(event) = events.next().await {
        event.ok()?;
        count += 1;
    }
    Some(count)
}
