//! A complete walk with filters: spans of the time of creation, each in one request.

use std::collections::HashSet;
use std::pin::Pin;
use std::task::Poll;

use amo_core::{Page, Timestamp};

use super::Completable;
use super::base::Base;
use super::plan::{Asked, Plan, Span};
use super::run::Walk;
use crate::prepared::Prepared;
use crate::task::Task;
use crate::walk::Target;
use crate::{Error, ErrorKind};

/// What is under way.
type Crew<R> = Vec<(Asked, Task<Page<R>>)>;

/// What one request brings was there at one moment, so that nothing in it can have moved.
pub(super) async fn walk<R: Completable>(
    walk: &mut Walk<R>,
    base: &Base,
    now: i64,
) -> Result<(), Error> {
    if base.span.from > base.span.to {
        return Ok(());
    }
    let first = walk.reader.whole::<R>(request::<R>(base, base.span)).await;
    let sample: Vec<i64> = match first {
        Ok(page) if page.next.is_none() => {
            check(&page, base, base.span)?;
            walk.give(page.items).await;
            return Ok(());
        }
        Ok(page) => times(&page),
        Err(error) if error.is_too_much() => Vec::new(),
        Err(error) => return Err(error),
    };
    let mut plan = Plan::new(base.span, &sample, now, base.limit);
    let mut crew: Crew<R> = Vec::new();
    loop {
        while crew.len() < walk.at_once
            && let Some(asked) = plan.next()
        {
            let (reader, request) = (walk.reader.clone(), request::<R>(base, asked.span));
            crew.push((asked, Task::start(async move { reader.whole(request).await })));
        }
        let Some((asked, page)) = next(&mut crew).await else { return Ok(()) };
        let sample = match page {
            Ok(page) => {
                check(&page, base, asked.span)?;
                if page.next.is_none() {
                    plan.fits(asked, page.items.len());
                    walk.give(page.items).await;
                    continue;
                }
                times(&page)
            }
            Err(error) if error.is_too_much() => Vec::new(),
            Err(error) => return Err(error),
        };
        if !plan.cut(asked, &sample) {
            crowded(walk, base, asked.span).await?;
        }
    }
}

fn times<R: Completable>(page: &Page<R>) -> Vec<i64> {
    page.items.iter().filter_map(R::created).map(Timestamp::as_unix_seconds).collect()
}

fn request<R: Completable>(base: &Base, span: Span) -> Prepared {
    // What is too much is asked for in smaller spans.
    Prepared { timeouts: Some(2), ..base.request::<R>(Some(span)) }
}

/// The first answer that comes; `None` if nothing was asked for.
async fn next<R: Completable>(crew: &mut Crew<R>) -> Option<(Asked, Result<Page<R>, Error>)> {
    if crew.is_empty() {
        return None;
    }
    let (place, page) = std::future::poll_fn(|cx| {
        for (place, (_, task)) in crew.iter_mut().enumerate() {
            if let Poll::Ready(page) = Pin::new(task).poll(cx) {
                return Poll::Ready((place, page));
            }
        }
        Poll::Pending
    })
    .await;
    Some((crew.swap_remove(place).0, page))
}

/// An account that ignores the filter answers with everybody.
fn check<R: Completable>(page: &Page<R>, base: &Base, span: Span) -> Result<(), Error> {
    let mut times = page.items.iter().filter_map(R::created);
    if times.all(|at| span.has(at.as_unix_seconds())) {
        return Ok(());
    }
    let what = "the account ignores the filter by the time of creation: walk with `filters(false)`";
    Err(Error::new(ErrorKind::Decode, &base.request::<R>(None).operation, what))
}

/// One second with more than a page. Its pages are read to the last one, and then back to the first: on
/// the way back a deletion moves what is behind it to pages that are still to be read, so that nothing is
/// missed. (Unless something is restored in the same moment that was created in this second.)
async fn crowded<R: Completable>(walk: &mut Walk<R>, base: &Base, span: Span) -> Result<(), Error> {
    let first = base.request::<R>(Some(span));
    let at = |page| {
        let target = Target::new(&first.path_and_query);
        Prepared { path_and_query: target.at_page(page), ..first.clone() }
    };
    let mut known = HashSet::new();
    let mut last = 1;
    loop {
        let page: Page<R> = walk.reader.page(at(last)).await?;
        let is_last = page.next.is_none();
        new(walk, &mut known, page).await;
        if is_last {
            break;
        }
        last += 1;
    }
    for number in (1..last).rev() {
        let page = walk.reader.page(at(number)).await?;
        new(walk, &mut known, page).await;
    }
    Ok(())
}

async fn new<R: Completable>(walk: &mut Walk<R>, known: &mut HashSet<i64>, page: Page<R>) {
    let rows = page.items.into_iter().filter(|row| known.insert(row.number())).collect();
    walk.give(rows).await;
}
