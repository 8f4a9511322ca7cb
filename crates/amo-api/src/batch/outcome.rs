//! What became of one item.

use std::fmt;
use std::sync::Arc;

use amo_core::ValidationError;

use crate::{Error, Unknown};

/// What became of one item of a batch. All but [`Done`](Outcome::Done) give the item back.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome<T, I = ()> {
    /// It is done; the receipt has its id.
    Done(T),
    /// The server found its data wrong; nothing of it was saved.
    Invalid {
        /// The item.
        item: Box<I>,
        /// What is wrong with it.
        errors: Vec<ValidationError>,
    },
    /// The server did not do it, for a reason that is not in the data, such as a call of a number that
    /// nobody has. Other items of the same request may be done.
    Rejected {
        /// The item.
        item: Box<I>,
        /// What the server said of it.
        reasons: Vec<ValidationError>,
    },
    /// Its request was refused as a whole, by the server or, if it makes no request, before it was sent;
    /// nothing of it was saved.
    Refused {
        /// The item.
        item: Box<I>,
        /// The refusal.
        error: Arc<Error>,
    },
    /// Its request succeeded, but the answer does not mention it.
    NotMentioned {
        /// The item.
        item: Box<I>,
    },
    /// It was not sent, or its request saved nothing because of other items and was not sent again without
    /// them: the batch was stopped.
    NotSent {
        /// The item.
        item: Box<I>,
        /// The failure that stopped the batch; `None` if [`Stop`](crate::Stop) did.
        error: Option<Arc<Error>>,
    },
    /// It was sent, but nobody knows what became of it. It is never sent again by itself;
    /// [`reconcile`](crate::Entities::reconcile) looks for it.
    OutcomeUnknown(Box<Unknown<I>>),
}

impl<T, I> Outcome<T, I> {
    /// The receipt, if it is done.
    pub fn done(&self) -> Option<&T> {
        match self {
            Self::Done(receipt) => Some(receipt),
            _ => None,
        }
    }

    /// The item, if it is not done.
    pub fn item(&self) -> Option<&I> {
        match self {
            Self::Done(_) => None,
            Self::Invalid { item, .. }
            | Self::Rejected { item, .. }
            | Self::Refused { item, .. }
            | Self::NotMentioned { item }
            | Self::NotSent { item, .. } => Some(item),
            Self::OutcomeUnknown(unknown) => Some(&unknown.item),
        }
    }

    /// The item, if it is not done.
    pub fn into_item(self) -> Option<I> {
        match self {
            Self::Done(_) => None,
            Self::Invalid { item, .. }
            | Self::Rejected { item, .. }
            | Self::Refused { item, .. }
            | Self::NotMentioned { item }
            | Self::NotSent { item, .. } => Some(*item),
            Self::OutcomeUnknown(unknown) => Some(unknown.item),
        }
    }

    /// The error of its request, or the one after which it was not sent.
    pub fn error(&self) -> Option<&Arc<Error>> {
        match self {
            Self::Refused { error, .. } | Self::NotSent { error: Some(error), .. } => Some(error),
            Self::OutcomeUnknown(unknown) => Some(&unknown.error),
            _ => None,
        }
    }
}

impl<T, I> fmt::Display for Outcome<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = |f: &mut fmt::Formatter<'_>, what: &str, errors: &[ValidationError]| {
            f.write_str(what)?;
            for (index, error) in errors.iter().enumerate() {
                write!(f, "{} {error}", if index == 0 { ":" } else { ";" })?;
            }
            Ok(())
        };
        match self {
            Self::Done(_) => f.write_str("done"),
            Self::Invalid { errors, .. } => said(f, "invalid", errors),
            Self::Rejected { reasons, .. } => said(f, "rejected", reasons),
            Self::Refused { error, .. } => write!(f, "refused: {error}"),
            Self::NotMentioned { .. } => f.write_str("the server's answer does not mention it"),
            Self::NotSent { error: Some(error), .. } => write!(f, "not sent, after: {error}"),
            Self::NotSent { error: None, .. } => f.write_str("not sent: the batch was stopped"),
            Self::OutcomeUnknown(unknown) => write!(f, "not known: {}", unknown.error),
        }
    }
}
