//! The answer of a call, before it is decoded.

use std::sync::Arc;

use amo_core::{DecodeError, Operation};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::{Error, ErrorKind};

/// A successful answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) operation: Arc<Operation>,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// Decodes the body; the error names the operation and the place in the JSON.
    pub(crate) fn decode<T>(
        &self,
        decode: impl FnOnce(&[u8]) -> Result<T, DecodeError>,
    ) -> Result<T, Error> {
        decode(&self.body).map_err(|error| {
            // It was a success: what was to be done is done, though nobody can read what.
            Error::new(
                ErrorKind::Decode,
                &self.operation,
                format!("the answer cannot be read: {error}"),
            )
            .answered(self.status, &self.headers)
            .perhaps_done()
        })
    }
}
