//! Changes as a stream, and all of them at once.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::Checkpoint;
use super::session::Session;
use crate::{Error, Sending};

/// Changes, one after the other. It ends with the last one, or with the first error.
///
/// Requests wait behind those that somebody waits for, and have no deadline of their own.
#[must_use = "nothing is read until it is polled"]
pub struct Changes<T> {
    state: State<T>,
    found: VecDeque<T>,
}

/// A step of a run, and the run after it.
type Stepped<T> = (Box<Session<T>>, Result<Option<Vec<T>>, Error>);

enum State<T> {
    Between(Box<Session<T>>),
    Reading(Sending<Stepped<T>>),
    Ended(Option<Box<Checkpoint>>),
}

impl<T: Send + 'static> Changes<T> {
    pub(super) fn new(session: Session<T>) -> Self {
        Self { state: State::Between(Box::new(session)), found: VecDeque::new() }
    }

    /// The next change; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl<T> Changes<T> {
    /// From where the next run goes on. There is one only after the last change, when the stream has ended:
    /// not while changes are still to come, and not after an error. Then begin with the old one again.
    pub fn checkpoint(&self) -> Option<&Checkpoint> {
        match &self.state {
            State::Ended(checkpoint) if self.found.is_empty() => checkpoint.as_deref(),
            _ => None,
        }
    }

    /// The [`checkpoint`](Self::checkpoint), to keep.
    pub fn into_checkpoint(self) -> Option<Checkpoint> {
        self.checkpoint().cloned()
    }
}

// Nothing in it is pinned.
impl<T> Unpin for Changes<T> {}

impl<T: Send + 'static> Stream for Changes<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(change) = self.found.pop_front() {
                return Poll::Ready(Some(Ok(change)));
            }
            match std::mem::replace(&mut self.state, State::Ended(None)) {
                State::Ended(checkpoint) => {
                    self.state = State::Ended(checkpoint);
                    return Poll::Ready(None);
                }
                State::Between(mut session) => {
                    let step = async move {
                        let found = session.next().await;
                        (session, found)
                    };
                    self.state = State::Reading(Sending::new(step));
                }
                State::Reading(mut step) => {
                    let Poll::Ready((session, found)) = Pin::new(&mut step).poll(cx) else {
                        self.state = State::Reading(step);
                        return Poll::Pending;
                    };
                    match found {
                        Ok(Some(found)) => {
                            self.found = found.into();
                            self.state = State::Between(session);
                        }
                        Ok(None) => {
                            self.state = State::Ended(session.into_checkpoint().map(Box::new));
                        }
                        Err(error) => return Poll::Ready(Some(Err(error))),
                    }
                }
            }
        }
    }
}

impl<T> fmt::Debug for Changes<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes").field("checkpoint", &self.checkpoint()).finish_non_exhaustive()
    }
}

/// All changes of a run, and from where the next one goes on.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ChangeSet<T> {
    /// What has changed.
    pub changes: Vec<T>,
    /// The beginning of the next run.
    pub checkpoint: Checkpoint,
}

impl<T: Send + 'static> ChangeSet<T> {
    pub(super) async fn of(mut stream: Changes<T>) -> Result<Self, Error> {
        let mut changes = Vec::new();
        while let Some(change) = stream.next().await {
            changes.push(change?);
        }
        // There is one: the stream has ended without an error.
        let checkpoint = stream.into_checkpoint().unwrap_or_else(Checkpoint::beginning);
        Ok(Self { changes, checkpoint })
    }
}
