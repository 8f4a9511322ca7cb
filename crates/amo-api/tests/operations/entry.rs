//! One operation in the table.

use std::fmt::Debug;
use std::pin::Pin;

use amo_api::{Batch, Error};
use bytes::Bytes;
use http::Request;

use crate::common::line;

pub struct Entry {
    /// Service and operation, as the description has them.
    pub name: &'static str,
    /// The call as it is written in the table.
    pub call: &'static str,
    /// The request as a value.
    pub line: String,
    /// Sends it.
    pub done: Pin<Box<dyn Future<Output = Result<(), String>>>>,
}

impl Entry {
    pub fn new<F>(
        (name, call): (&'static str, &'static str),
        requests: &[Request<Bytes>],
        future: F,
    ) -> Self
    where
        F: Future<Output: Succeeded> + 'static,
    {
        assert_eq!(requests.len(), 1, "{name}");
        let done = Box::pin(async { future.await.succeeded() });
        Self { name, call, line: line(&requests[0]), done }
    }
}

/// Whether a call did what it was to do.
pub trait Succeeded {
    fn succeeded(self) -> Result<(), String>;
}

impl<T: Debug> Succeeded for Result<T, Error> {
    /// In the prepared sandbox there is always something to read.
    fn succeeded(self) -> Result<(), String> {
        let value = self.map_err(|error| error.to_string())?;
        let shown = format!("{value:?}");
        let is_nothing = shown == "None" || shown == "[]" || shown.starts_with("Page { items: []");
        if is_nothing { Err(format!("nothing came: {shown}")) } else { Ok(()) }
    }
}

impl<T, I> Succeeded for Batch<T, I> {
    fn succeeded(self) -> Result<(), String> {
        let failure = self.failures().next();
        failure.map_or(Ok(()), |(_, outcome)| Err(outcome.to_string()))
    }
}
