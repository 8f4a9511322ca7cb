//! The work of a complete walk.

use amo_core::{Account, AccountWith, Timestamp, from_slice};
use amo_transport::Priority;
use tokio::sync::mpsc;

use super::base::Base;
use super::{Completable, Completeness, by_id, by_time};
use crate::prepared::Prepared;
use crate::walk::Reader;
use crate::{Error, ListPage, server_time};

/// A server that does not say what time it has may be so many seconds behind.
const MARGIN: i64 = 600;

/// A walk that goes on by itself and hands out what it reads.
pub(super) struct Walk<R> {
    pub(super) reader: Reader,
    pub(super) rows: mpsc::Sender<Vec<R>>,
    pub(super) at_once: usize,
    pub(super) items: u64,
}

/// What is known of the account before the walk.
struct Beginning {
    filters: bool,
    /// When the walk began, by the server's clock, or a little before.
    since: i64,
}

impl<R: Completable> Walk<R> {
    pub(super) async fn run(
        mut self,
        list: ListPage<R>,
        filters: Option<bool>,
    ) -> Result<Completeness, Error> {
        let base = Base::of(&list)?;
        let now = self.reader.via().client.clock().now().as_unix_seconds();
        let beginning = match filters {
            Some(true) => Beginning { filters: true, since: now },
            _ => self.ask_account(now - MARGIN).await?,
        };
        if filters.unwrap_or(beginning.filters) {
            by_time::walk(&mut self, &base, now).await?;
            return Ok(Completeness { items: self.items, by_filter: true, moves: None });
        }
        if base.is_filtered() {
            let what = "filters do not work in this account: everything would come";
            return Err(base.invalid(what));
        }
        let moves = by_id::walk(&mut self, &base, beginning.since).await?;
        Ok(Completeness { items: self.items, by_filter: false, moves })
    }

    async fn ask_account(&self, otherwise: i64) -> Result<Beginning, Error> {
        let request = Prepared::new(Account::GET).with(&[AccountWith::IsApiFilterEnabled]);
        let request = Prepared { priority: Priority::Background, ..request };
        let answer = self.reader.send(request).await?;
        let account: Account = answer.decode(from_slice)?;
        let since = server_time::of(&answer.report.headers);
        Ok(Beginning {
            filters: account.is_api_filter_enabled == Some(true),
            since: since.map_or(otherwise, Timestamp::as_unix_seconds),
        })
    }

    /// Hands them out; waits until somebody takes them.
    pub(super) async fn give(&mut self, rows: Vec<R>) {
        if !rows.is_empty() {
            self.items += rows.len() as u64;
            // Nobody listens any more: then this is about to be dropped.
            let _ = self.rows.send(rows).await;
        }
    }
}
