//! Any request to the account's server.

use amo_core::{Operation, Query, Repeat, from_slice};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::answer::Answer;
use crate::call::Single;
use crate::prepared::Prepared;
use crate::{ApiCall, Error, ErrorKind};

/// A request of the caller's own making. GET, HEAD, PUT and DELETE may be repeated when the outcome of an
/// attempt is not known, the others not; see [`ApiCall::repeat`].
#[derive(Debug)]
pub struct RawRequest {
    method: Method,
    path: String,
    query: Query,
    body: Option<Result<Bytes, serde_json::Error>>,
}

impl RawRequest {
    pub(crate) fn new(method: Method, path: String) -> Self {
        Self { method, path, query: Query::new(), body: None }
    }
}

impl ApiCall<RawRequest> {
    /// Adds a pair to the query; it is percent-encoded.
    pub fn query(mut self, name: impl Into<String>, value: impl std::fmt::Display) -> Self {
        self.action.query.push(name, value);
        self
    }

    /// The body.
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        self.action.body = Some(serde_json::to_vec(body).map(Bytes::from));
        self
    }
}

impl Single for RawRequest {
    type Output = RawAnswer;

    fn prepare(&self) -> Result<Prepared, Error> {
        let repeat = match self.method {
            Method::GET | Method::HEAD | Method::PUT | Method::DELETE => Repeat::Repeatable,
            _ => Repeat::ActsOnce,
        };
        // The template goes to logs, and a query may hold people's data.
        let template = self.path.split('?').next().unwrap_or_default().to_owned();
        let operation =
            Operation::new("raw", "request", self.method.clone(), "", repeat).with_path(template);
        let mut prepared = Prepared::new(operation).path(self.path.clone()).query(&self.query);
        let invalid =
            |message: &str| Error::new(ErrorKind::InvalidRequest, &prepared.operation, message);
        if !self.path.starts_with('/') {
            return Err(invalid(
                "the path of a raw request begins with `/`, such as /api/v4/tasks",
            ));
        }
        prepared.body = match &self.body {
            Some(Ok(body)) => Some(body.clone()),
            Some(Err(error)) => {
                return Err(invalid(&format!("the body cannot be written as JSON: {error}")));
            }
            None => None,
        };
        Ok(prepared)
    }

    fn read(&self, answer: &Answer) -> Result<RawAnswer, Error> {
        Ok(RawAnswer(answer.clone()))
    }
}

/// The answer to a raw request: a success, whatever it holds.
#[derive(Debug)]
pub struct RawAnswer(Answer);

impl RawAnswer {
    /// The status, 200 to 299.
    pub fn status(&self) -> StatusCode {
        self.0.report.status.unwrap_or_default()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.report.headers
    }

    /// The body as it came; empty for 204.
    pub fn body(&self) -> &Bytes {
        &self.0.body
    }

    /// What was asked for.
    pub fn operation(&self) -> &Operation {
        &self.0.operation
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    /// If it is not what `T` takes; the error names the place.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.0.decode(from_slice)
    }
}
