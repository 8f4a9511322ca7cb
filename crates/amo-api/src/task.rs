//! Work that goes on while nobody polls for it.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::{Error, ErrorKind, Sending};

/// Work that is under way: in a task of tokio's runtime, where there is one, or else whenever it is
/// polled. Dropping it ends the work.
pub(crate) struct Task<T>(Work<T>);

enum Work<T> {
    Spawned(JoinHandle<Result<T, Error>>),
    Here(Sending<Result<T, Error>>),
}

impl<T: Send + 'static> Task<T> {
    pub(crate) fn start(work: impl Future<Output = Result<T, Error>> + Send + 'static) -> Self {
        Self(match Handle::try_current() {
            Ok(runtime) => Work::Spawned(runtime.spawn(work)),
            Err(_) => Work::Here(Sending::new(work)),
        })
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T, Error>> {
        match &mut self.0 {
            Work::Here(work) => Pin::new(work).poll(cx),
            // It panicked, or its runtime is being shut down.
            Work::Spawned(task) => Pin::new(task).poll(cx).map(|done| {
                done.unwrap_or_else(|end| {
                    Err(Error::client(ErrorKind::Transport, "background task", end))
                })
            }),
        }
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        if let Work::Spawned(task) = &self.0 {
            task.abort();
        }
    }
}

impl<T> fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Task")
    }
}
