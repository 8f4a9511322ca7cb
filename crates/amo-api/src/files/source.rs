//! What is uploaded: bytes, a file of this machine, or a stream.

use std::error::Error as StdError;
use std::fmt;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;

type BoxError = Box<dyn StdError + Send + Sync>;

/// The bytes of a file that is to be uploaded: [bytes](From), a [file](Self::open) of this machine, or a
/// [stream](Self::stream).
pub struct UploadSource {
    size: u64,
    kind: Kind,
}

enum Kind {
    Bytes(Bytes),
    /// Away while a thread reads from it.
    File(Option<File>),
    Stream {
        stream: Pin<Box<dyn Stream<Item = Result<Bytes, BoxError>> + Send + Sync>>,
        /// What came with the last part, and is of the next one.
        rest: Bytes,
    },
}

impl UploadSource {
    /// A file of this machine. It is read while it is uploaded, on a thread that may block.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let file = File::open(path)?;
        let about = file.metadata()?;
        if !about.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
        }
        Ok(Self { size: about.len(), kind: Kind::File(Some(file)) })
    }

    /// A stream of exactly `size` bytes: amoCRM wants to know the size beforehand. One that turns out to be
    /// longer or shorter is an error.
    pub fn stream<S, B, E>(size: u64, stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + Sync + 'static,
        B: Into<Bytes>,
        E: Into<BoxError>,
    {
        let stream = Box::pin(Plain(Box::pin(stream)));
        Self { size, kind: Kind::Stream { stream, rest: Bytes::new() } }
    }

    /// How many bytes it has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Leaves the first bytes out.
    pub(super) async fn skip(&mut self, mut bytes: u64) -> Result<(), BoxError> {
        match &mut self.kind {
            Kind::Bytes(all) => {
                let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
                drop(all.split_to(bytes.min(all.len())));
            }
            Kind::File(Some(file)) => {
                file.seek(SeekFrom::Start(bytes))?;
            }
            Kind::File(None) => return Err(gone()),
            Kind::Stream { stream, rest } => {
                while bytes > 0 {
                    let Some(chunk) = next(stream).await else { break };
                    let mut chunk = chunk?;
                    let here = usize::try_from(bytes).unwrap_or(usize::MAX).min(chunk.len());
                    drop(chunk.split_to(here));
                    bytes -= here as u64;
                    *rest = chunk;
                }
            }
        }
        Ok(())
    }

    /// The next part: `most` bytes, or what is left. No bytes are the end.
    pub(super) async fn part(&mut self, most: usize) -> Result<Bytes, BoxError> {
        match &mut self.kind {
            Kind::Bytes(bytes) => Ok(bytes.split_to(most.min(bytes.len()))),
            Kind::File(place) => {
                let mut file = place.take().ok_or_else(gone)?;
                let read = move || {
                    let mut part = Vec::with_capacity(most);
                    let read = file.by_ref().take(most as u64).read_to_end(&mut part);
                    (file, read.map(|_| part))
                };
                let (file, part) = match tokio::runtime::Handle::try_current() {
                    Ok(runtime) => runtime.spawn_blocking(read).await?,
                    // Whoever has no runtime of tokio's waits for the disk.
                    Err(_) => read(),
                };
                *place = Some(file);
                Ok(Bytes::from(part?))
            }
            Kind::Stream { stream, rest } => {
                if rest.len() >= most {
                    return Ok(rest.split_to(most));
                }
                let mut part = BytesMut::from(std::mem::take(rest));
                while part.len() < most {
                    let Some(chunk) = next(stream).await else { break };
                    let mut chunk = chunk?;
                    let here = chunk.split_to(chunk.len().min(most - part.len()));
                    part.extend_from_slice(&here);
                    *rest = chunk;
                }
                Ok(part.freeze())
            }
        }
    }
}

fn gone() -> BoxError {
    "an earlier read of the file was broken off".into()
}

async fn next<S: Stream + ?Sized>(stream: &mut Pin<Box<S>>) -> Option<S::Item> {
    std::future::poll_fn(|cx| stream.as_mut().poll_next(cx)).await
}

/// A stream whose chunks and errors are of our own types.
struct Plain<S>(Pin<Box<S>>);

impl<S, B, E> Stream for Plain<S>
where
    S: Stream<Item = Result<B, E>>,
    B: Into<Bytes>,
    E: Into<BoxError>,
{
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.0.as_mut().poll_next(cx);
        next.map(|next| next.map(|chunk| chunk.map(Into::into).map_err(Into::into)))
    }
}

impl From<Bytes> for UploadSource {
    fn from(bytes: Bytes) -> Self {
        Self { size: bytes.len() as u64, kind: Kind::Bytes(bytes) }
    }
}

macro_rules! bytes {
    ($($type:ty),*) => {$(
        impl From<$type> for UploadSource {
            fn from(bytes: $type) -> Self {
                Bytes::from(bytes).into()
            }
        }
    )*};
}

bytes!(Vec<u8>, String, &'static [u8], &'static str);

impl fmt::Debug for UploadSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UploadSource({} bytes)", self.size)
    }
}
