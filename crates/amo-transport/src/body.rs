//! The body of a response: whole, or as it arrives.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt as _;
use http_body_util::combinators::UnsyncBoxBody;

use crate::{Error, ErrorKind};

/// The body of a response. Usually whole; of a streaming call it comes in chunks.
pub struct Body(Kind);

enum Kind {
    Whole(Option<Bytes>),
    Streaming(UnsyncBoxBody<Bytes, Error>),
}

impl Body {
    /// A body that is there.
    pub fn whole(bytes: impl Into<Bytes>) -> Self {
        Self(Kind::Whole(Some(bytes.into())))
    }

    /// A body that arrives in chunks.
    pub fn streaming<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let body = body.map_err(|error| {
            Error::from_box(ErrorKind::Io, "the connection failed within the body", error.into())
        });
        Self(Kind::Streaming(UnsyncBoxBody::new(body)))
    }

    /// Is all of it there?
    pub fn is_whole(&self) -> bool {
        matches!(self.0, Kind::Whole(_))
    }

    /// Collects the body.
    ///
    /// # Errors
    /// If it is longer than `most` bytes or the connection fails.
    pub async fn collect(self, most: usize) -> Result<Bytes, Error> {
        let mut body = match self.0 {
            Kind::Whole(bytes) => {
                let bytes = bytes.unwrap_or_default();
                return if bytes.len() > most { Err(too_large(most)) } else { Ok(bytes) };
            }
            Kind::Streaming(body) => body,
        };
        if body.size_hint().lower() > most as u64 {
            return Err(too_large(most));
        }
        let mut first = Bytes::new();
        let mut all = BytesMut::new();
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame?.into_data() else { continue };
            if first.len() + all.len() + data.len() > most {
                return Err(too_large(most));
            }
            if first.is_empty() && all.is_empty() {
                // Most answers are one chunk: it is not copied.
                first = data;
            } else {
                if all.is_empty() {
                    all.extend_from_slice(&std::mem::take(&mut first));
                }
                all.extend_from_slice(&data);
            }
        }
        Ok(if all.is_empty() { first } else { all.freeze() })
    }
}

fn too_large(most: usize) -> Error {
    Error::new(ErrorKind::BodyTooLarge, format!("the answer's body is longer than {most} bytes"))
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        match &mut self.0 {
            Kind::Whole(bytes) => {
                let rest = bytes.take().filter(|bytes| !bytes.is_empty());
                Poll::Ready(rest.map(|bytes| Ok(Frame::data(bytes))))
            }
            Kind::Streaming(body) => Pin::new(body).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Whole(bytes) => bytes.as_ref().is_none_or(Bytes::is_empty),
            Kind::Streaming(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, Bytes::len) as u64),
            Kind::Streaming(body) => body.size_hint(),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Whole(bytes) => write!(f, "Body({} bytes)", bytes.as_ref().map_or(0, Bytes::len)),
            Kind::Streaming(_) => f.write_str("Body(streaming)"),
        }
    }
}
