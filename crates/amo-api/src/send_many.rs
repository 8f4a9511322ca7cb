//! Many items of one operation, whose answers say nothing of each.

use std::sync::Arc;

use amo_core::Operation;
use amo_transport::Priority;
use bytes::Bytes;
use serde::Serialize;

use crate::batch::{Batch, Outcome, failed};
use crate::call::{Action, Several, Via};
use crate::prepared::Prepared;
use crate::{Error, ErrorKind};

/// Sends a list of items in as many requests as it takes, and tells the outcome of each. What is said of
/// an item is what became of its request: such operations are done as a whole or not at all.
#[derive(Debug)]
pub struct SendMany {
    request: Prepared,
    items: Vec<Result<Vec<u8>, String>>,
    per_request: usize,
}

impl SendMany {
    /// `most` is how many go into one request.
    pub(crate) fn new<T: Serialize>(
        request: Prepared,
        items: impl IntoIterator<Item = T>,
        most: usize,
    ) -> Self {
        let json = |item: T| serde_json::to_vec(&item).map_err(|error| error.to_string());
        Self { request, items: items.into_iter().map(json).collect(), per_request: most }
    }

    fn request_for(&self, items: &[Result<Vec<u8>, String>]) -> Result<Prepared, Error> {
        let mut body = vec![b'['];
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                body.push(b',');
            }
            body.extend(item.as_ref().map_err(|why| unwritable(&self.request.operation, why))?);
        }
        body.push(b']');
        let mut request = self.request.clone();
        request.body = Some(Bytes::from(body));
        request.priority = Priority::Background;
        Ok(request)
    }
}

fn unwritable(operation: &Operation, why: &str) -> Error {
    let message = format!("an item cannot be written as JSON: {why}");
    Error::new(ErrorKind::InvalidRequest, operation, message)
}

impl Action for SendMany {
    type Output = Batch<()>;

    async fn run(self, via: Via) -> Batch<()> {
        let mut outcomes = Vec::with_capacity(self.items.len());
        let mut stopped: Option<Arc<Error>> = None;
        for items in self.items.chunks(self.per_request) {
            let outcome = match &stopped {
                Some(error) => Outcome::NotSent(Arc::clone(error)),
                None => match self.request_for(items) {
                    Err(error) => Outcome::Refused(Arc::new(error)),
                    Ok(request) => match via.send(request).await {
                        Ok(_) => Outcome::Done(()),
                        Err(error) => failed(stopped.insert(Arc::new(error))),
                    },
                },
            };
            outcomes.extend(items.iter().map(|_| outcome.clone()));
        }
        Batch::new(outcomes)
    }
}

impl Several for SendMany {
    fn prepare_all(&self) -> Result<Vec<Prepared>, Error> {
        self.items.chunks(self.per_request).map(|items| self.request_for(items)).collect()
    }
}
