//! The body of an answer.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use crate::service::Lost;

/// The body of an answer of the box: whole, or cut short by a fault, and then it ends with an
/// error after a part of what its length promised.
#[derive(Debug)]
pub struct AnswerBody {
    /// What is still to be given.
    left: Bytes,
    /// How much is promised besides and will not come.
    withheld: u64,
    /// Whether those who send it had time to do so before the error.
    is_sent: bool,
}

impl AnswerBody {
    pub(crate) fn whole(bytes: Bytes) -> Self {
        AnswerBody { left: bytes, withheld: 0, is_sent: false }
    }

    /// The first half. Nothing can be cut from nothing.
    pub(crate) fn cut_short(mut bytes: Bytes) -> Self {
        let promised = bytes.len();
        bytes.truncate(promised / 2);
        let withheld = (promised - bytes.len()) as u64;
        AnswerBody { left: bytes, withheld, is_sent: false }
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Lost;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Lost>>> {
        if !self.left.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.left)))));
        }
        if self.withheld == 0 {
            return Poll::Ready(None);
        }
        if !self.is_sent {
            // The server sends what it has when there is nothing more for the moment; with an error
            // it would throw it away.
            self.is_sent = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.withheld = 0;
        Poll::Ready(Some(Err(Lost)))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty() && self.withheld == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.len() as u64 + self.withheld)
    }
}
