//! What the caller says of one call.

use std::sync::Arc;
use std::time::Duration;

use amo_core::Repeat;
use amo_transport::Priority;
use http::{HeaderName, HeaderValue};

use crate::prepared::Prepared;
use crate::{Error, ErrorKind};

/// What is said of a call, beside what it does.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(crate) timeout: Option<Duration>,
    pub(crate) priority: Option<Priority>,
    pub(crate) repeat: Option<Repeat>,
    /// `Err` has the name of a header that HTTP does not allow.
    headers: Vec<Result<(HeaderName, HeaderValue), String>>,
}

impl Options {
    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        let header = HeaderName::try_from(name).ok().zip(HeaderValue::try_from(value).ok());
        self.headers.push(header.ok_or_else(|| name.to_owned()));
    }

    /// The request as the caller wants it.
    pub(crate) fn apply(&self, mut prepared: Prepared) -> Result<Prepared, Error> {
        if let Some(priority) = self.priority {
            prepared.priority = priority;
        }
        if self.timeout.is_some() {
            prepared.timeout = self.timeout;
        }
        if let Some(repeat) = self.repeat {
            Arc::make_mut(&mut prepared.operation).repeat = repeat;
        }
        for header in &self.headers {
            let (name, value) = header.as_ref().map_err(|name| {
                let message = format!("the header `{}` cannot be sent", name.escape_debug());
                Error::new(ErrorKind::InvalidRequest, &prepared.operation, message)
            })?;
            prepared.headers.insert(name, value.clone());
        }
        Ok(prepared)
    }
}
