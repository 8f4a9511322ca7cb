//! Unsorted: where incoming leads came from.

mod write;

pub use write::{AcceptUnsorted, DeclineUnsorted, LinkUnsorted, NewUnsortedCall, NewUnsortedForm};

use crate::by_type::by_type;
use crate::{
    ChatsMetadata, CreatedUnsorted, FormsMetadata, MailMetadata, Receipt, SipMetadata, UnsortedUid,
};

by_type! {
    /// Where an incoming lead came from, by its category: `category` and `metadata` on the wire.
    pub enum UnsortedMetadata by UnsortedCategory as category, metadata {
        /// A form of a site that was filled in.
        Forms(FormsMetadata),
        /// A call that came in.
        Sip(SipMetadata),
        /// A message in a chat.
        Chats(ChatsMetadata),
        /// An e-mail.
        Mail(MailMetadata),
    }
}

/// The way in for incoming leads from forms of sites. They are read as
/// [`Unsorted`](crate::Unsorted).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnsortedForm {}

/// The way in for incoming leads from calls. They are read as [`Unsorted`](crate::Unsorted).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnsortedCall {}

impl Receipt for CreatedUnsorted {
    type Id = UnsortedUid;

    fn id(&self) -> UnsortedUid {
        self.uid.clone()
    }

    fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}
