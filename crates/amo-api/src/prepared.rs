//! A request as a pure value: what is sent, without sending it.

use std::sync::Arc;
use std::time::Duration;

use amo_auth::Origin;
use amo_core::{Operation, Query, QueryName};
use amo_transport::Priority;
use bytes::Bytes;
use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use serde::Serialize;

use crate::hosts::Host;
use crate::{Error, ErrorKind};

/// What was too much for the server so often goes in parts, where it can.
pub(crate) const TIMEOUTS: u32 = 2;

/// An operation with its path, query and body.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub(crate) operation: Arc<Operation>,
    pub(crate) path_and_query: String,
    pub(crate) body: Option<Bytes>,
    pub(crate) priority: Priority,
    pub(crate) headers: HeaderMap,
    /// In place of the client's own.
    pub(crate) timeout: Option<Duration>,
    pub(crate) host: Host,
    /// After how many 504s it is given up for smaller requests; see [`amo_transport::Meta::timeouts`].
    pub(crate) timeouts: Option<u32>,
}

impl Prepared {
    pub(crate) fn new(operation: Operation) -> Self {
        let path_and_query = operation.path.clone().into_owned();
        let operation = Arc::new(operation);
        let host = Host::of(&path_and_query);
        Self {
            operation,
            path_and_query,
            body: None,
            priority: Priority::Interactive,
            headers: HeaderMap::new(),
            timeout: None,
            host,
            timeouts: None,
        }
    }

    /// The path with its placeholders filled.
    pub(crate) fn path(mut self, path: String) -> Self {
        self.path_and_query = path;
        self
    }

    pub(crate) fn query(mut self, query: &Query) -> Self {
        if !query.is_empty() {
            self.path_and_query.push(if self.path_and_query.contains('?') { '&' } else { '?' });
            self.path_and_query.push_str(&query.to_string());
        }
        self
    }

    /// What to bring besides, as one list.
    pub(crate) fn with(self, with: &[impl QueryName]) -> Self {
        let mut query = Query::new();
        if !with.is_empty() {
            query.push("with", with.iter().map(QueryName::name).collect::<Vec<_>>().join(","));
        }
        self.query(&query)
    }

    /// At a host that an answer named.
    pub(crate) fn at(mut self, host: Origin) -> Self {
        self.host = Host::Named(host);
        self
    }

    pub(crate) fn json(mut self, body: &(impl Serialize + ?Sized)) -> Result<Self, Error> {
        let bytes = serde_json::to_vec(body).map_err(|error| {
            Error::new(
                ErrorKind::InvalidRequest,
                &self.operation,
                "the body cannot be written as JSON",
            )
            .caused_by(error)
        })?;
        self.body = Some(Bytes::from(bytes));
        Ok(self)
    }

    /// The request as it leaves, but for the credential.
    pub(crate) fn to_http(&self, origin: &Origin) -> Result<http::Request<Bytes>, Error> {
        let invalid = |error: http::Error| {
            let message = format!("`{}` is not a path that can be requested", self.operation.path);
            Error::new(ErrorKind::InvalidRequest, &self.operation, message).caused_by(error)
        };
        let uri = origin.uri(&self.path_and_query).map_err(invalid)?;
        let request = http::Request::builder()
            .method(self.operation.method.clone())
            .uri(uri)
            .header(ACCEPT, "application/json")
            .header(USER_AGENT, concat!("amocrm-rust/", env!("CARGO_PKG_VERSION")));
        let request = match &self.body {
            Some(body) => request.header(CONTENT_TYPE, "application/json").body(body.clone()),
            None => request.body(Bytes::new()),
        };
        let mut request = request.map_err(invalid)?;
        for (name, value) in &self.headers {
            request.headers_mut().insert(name, value.clone());
        }
        Ok(request)
    }
}
