//! Downloads.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use amo_auth::Origin;
use amo_core::{File, FilePreview, FileVersion, Operation, Repeat};
use amo_transport::Body;
use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http::header::{CONTENT_TYPE, LOCATION};
use http::uri::PathAndQuery;
use http::{HeaderMap, Method, Uri};
use http_body::Body as _;

use crate::answer::Answer;
use crate::call::{Action, Via};
use crate::prepared::Prepared;
use crate::{Error, ErrorKind};

/// How often a download follows the server to another address.
const REDIRECTS: u8 = 3;

fn operation() -> Operation {
    // The link is no operation of the API: a path without the names of people's files.
    Operation::new("files", "download", Method::GET, "/download", Repeat::Repeatable)
}

/// What can be downloaded: a [`File`], a [`FileVersion`], a [`FilePreview`], or a link as text.
#[derive(Clone, Debug)]
pub struct DownloadLink {
    link: Option<String>,
    size: Option<u64>,
}

fn size(size: Option<i64>) -> Option<u64> {
    size.and_then(|size| u64::try_from(size).ok())
}

impl From<&File> for DownloadLink {
    fn from(file: &File) -> Self {
        let link = file.links.download.as_ref().and_then(|link| link.href.clone());
        Self { link, size: size(file.size) }
    }
}

impl From<&FileVersion> for DownloadLink {
    fn from(version: &FileVersion) -> Self {
        let link = version.links.download.as_ref().and_then(|link| link.href.clone());
        Self { link, size: size(version.size) }
    }
}

impl From<&FilePreview> for DownloadLink {
    fn from(preview: &FilePreview) -> Self {
        Self { link: preview.download_link.clone(), size: None }
    }
}

impl From<&str> for DownloadLink {
    fn from(link: &str) -> Self {
        Self { link: Some(link.to_owned()), size: None }
    }
}

/// Downloads a file.
#[derive(Debug)]
pub struct Download {
    link: DownloadLink,
}

impl Download {
    pub(crate) fn new(link: DownloadLink) -> Self {
        Self { link }
    }
}

impl Action for Download {
    type Output = Result<FileDownload, Error>;

    async fn run(self, via: Via) -> Self::Output {
        let operation = operation();
        let invalid = |what: &str| Error::new(ErrorKind::InvalidRequest, &operation, what);
        let Some(link) = &self.link.link else {
            return Err(invalid("the server gave no link to download it by"));
        };
        let mut request = at(&operation, link).ok_or_else(|| invalid("the link is no URL"))?;
        for _ in 0..REDIRECTS {
            let error = match via.open(request.clone()).await {
                Ok((answer, body)) => {
                    return Ok(FileDownload { answer, body, size: self.link.size, received: 0 });
                }
                Err(error) => error,
            };
            let elsewhere = match error.kind() {
                ErrorKind::Moved => error.report().headers.get(LOCATION),
                _ => None,
            };
            let elsewhere = elsewhere.and_then(|link| link.to_str().ok());
            let Some(next) = elsewhere.and_then(|link| follow(&request, link)) else {
                return Err(error);
            };
            request = next;
        }
        Err(Error::new(ErrorKind::Moved, &operation, "the server names one address after another"))
    }
}

/// The request for a whole address.
fn at(operation: &Operation, link: &str) -> Option<Prepared> {
    let uri: Uri = link.parse().ok()?;
    let path = uri.path_and_query().map_or("/", PathAndQuery::as_str).to_owned();
    Some(Prepared::new(operation.clone()).path(path).at(Origin::of(&uri)?))
}

/// The request for the address to which an answer leads: a whole one, or a path.
fn follow(request: &Prepared, link: &str) -> Option<Prepared> {
    if link.starts_with('/') && !link.starts_with("//") {
        return Some(request.clone().path(link.to_owned()));
    }
    at(&request.operation, link)
}

/// The bytes of a file as they arrive.
#[must_use = "nothing of the file is read until it is polled"]
pub struct FileDownload {
    answer: Answer,
    body: Body,
    size: Option<u64>,
    received: u64,
}

impl FileDownload {
    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// If the connection breaks or is silent for too long, or the file ends before its size.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// All of it.
    ///
    /// # Errors
    /// As of [`next`](Self::next), and if it is longer than `most` bytes.
    pub async fn bytes(mut self, most: usize) -> Result<Bytes, Error> {
        let mut all = BytesMut::new();
        while let Some(chunk) = self.next().await {
            let chunk = chunk?;
            if all.len() + chunk.len() > most {
                return Err(self.answer.unreadable(format!("is longer than {most} bytes")));
            }
            all.extend_from_slice(&chunk);
        }
        Ok(all.freeze())
    }

    /// How many bytes it has, where the file says so.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// How many of them are here.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// The media type.
    pub fn content_type(&self) -> Option<&str> {
        self.headers().get(CONTENT_TYPE)?.to_str().ok()
    }

    /// The headers of the answer.
    pub fn headers(&self) -> &HeaderMap {
        &self.answer.report.headers
    }
}

impl Stream for FileDownload {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => {
                    let Ok(data) = frame.into_data() else { continue };
                    self.received += data.len() as u64;
                    return Poll::Ready(Some(Ok(data)));
                }
                Some(Err(error)) => {
                    // An error is told once, and is the end.
                    self.body = Body::whole(Bytes::new());
                    self.size = None;
                    return Poll::Ready(Some(Err(self.answer.failed(error))));
                }
                None => {
                    let size = self.size.take().filter(|size| *size != self.received);
                    return Poll::Ready(size.map(|size| {
                        let received = self.received;
                        Err(self.answer.unreadable(format!("has {received} bytes of {size}")))
                    }));
                }
            }
        }
    }
}

impl fmt::Debug for FileDownload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileDownload")
            .field("size", &self.size)
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}
