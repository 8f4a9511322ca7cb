//! Any request to the account's server.

use std::future::IntoFuture;

use amo_core::{Operation, Query, Repeat, from_slice};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::answer::Answer;
use crate::prepared::Prepared;
use crate::{Client, Error, ErrorKind, Sending};

/// A request of the caller's own making.
#[derive(Debug)]
#[must_use = "nothing is sent until it is awaited"]
pub struct RawRequest {
    client: Client,
    method: Method,
    path: String,
    query: Query,
    body: Option<Result<Bytes, serde_json::Error>>,
    repeat: Repeat,
}

impl RawRequest {
    pub(crate) fn new(client: Client, method: Method, path: String) -> Self {
        let repeat = if matches!(method, Method::GET | Method::HEAD | Method::PUT | Method::DELETE)
        {
            Repeat::Repeatable
        } else {
            Repeat::ActsOnce
        };
        Self { client, method, path, query: Query::new(), body: None, repeat }
    }

    /// Adds a pair to the query; it is percent-encoded.
    pub fn query(mut self, name: impl Into<String>, value: impl std::fmt::Display) -> Self {
        self.query.push(name, value);
        self
    }

    /// The body.
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        self.body = Some(serde_json::to_vec(body).map(Bytes::from));
        self
    }

    /// Whether it may be sent again when its outcome is unknown. By default GET, PUT and DELETE may, and
    /// POST and PATCH may not.
    pub fn repeat(mut self, repeat: Repeat) -> Self {
        self.repeat = repeat;
        self
    }

    fn prepare(&self) -> Result<Prepared, Error> {
        // The template goes to logs, and a query may hold people's data.
        let template = self.path.split('?').next().unwrap_or_default().to_owned();
        let operation = Operation::new("raw", "request", self.method.clone(), "", self.repeat)
            .with_path(template);
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

    /// The request, without sending it.
    ///
    /// # Errors
    /// If the path or the body cannot be sent.
    pub fn to_request(&self) -> Result<http::Request<Bytes>, Error> {
        self.client.to_http(&self.prepare()?)
    }
}

impl IntoFuture for RawRequest {
    type Output = Result<RawAnswer, Error>;
    type IntoFuture = Sending<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Sending::new(async move { self.client.send(self.prepare()?).await.map(RawAnswer) })
    }
}

/// The answer to a raw request: a success, whatever it holds.
#[derive(Debug)]
pub struct RawAnswer(Answer);

impl RawAnswer {
    /// The status, 200 to 299.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
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
