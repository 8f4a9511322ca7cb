//! Notes: their content by type, and what they belong to.

use std::fmt;

use crate::by_type::by_type;
use crate::writable::Sent;
use crate::{
    AiResultParams, AmomailMessageParams, AttachmentParams, CallParams, CommonParams, CompanyId,
    ContactId, CustomerId, DropboxAttachmentParams, EntityType, Extra, GeolocationParams, LeadId,
    LinkFollowedParams, Links, MessageCashierParams, NewNote, NoteId, NoteReceipt, PaidParams,
    Receipt, Scope, ServiceMessageParams, SiteVisitParams, SmsParams, TargetingParams,
    TransactionParams, UserId, ZoomMeetingParams,
};

by_type! {
    /// What a note says, by its type: `note_type` and `params` on the wire.
    ///
    /// Types without parameters of their own, such as chats, are [`NoteContent::Other`] too.
    pub enum NoteContent by NoteType as note_type, params {
        /// An ordinary note.
        Common(CommonParams),
        /// A call that came in.
        CallIn(CallParams),
        /// A call that went out.
        CallOut(CallParams),
        /// A message of a service.
        ServiceMessage(ServiceMessageParams),
        /// A long message of a service.
        ExtendedServiceMessage(ServiceMessageParams),
        /// A message for the cashier.
        MessageCashier(MessageCashierParams),
        /// A place.
        Geolocation(GeolocationParams),
        /// A text message that came in.
        SmsIn(SmsParams),
        /// A text message that went out.
        SmsOut(SmsParams),
        /// A file.
        Attachment(AttachmentParams),
        /// An invoice was paid.
        InvoicePaid(PaidParams),
        /// A bill was paid.
        BillPaid(PaidParams),
        /// Contacts came into an advertising campaign.
        TargetingIn(TargetingParams),
        /// Contacts left an advertising campaign.
        TargetingOut(TargetingParams),
        /// A page of the site was visited.
        SiteVisit(SiteVisitParams),
        /// A meeting in Zoom.
        ZoomMeeting(ZoomMeetingParams),
        /// What an AI made of a talk.
        AiResult(AiResultParams),
        /// An e-mail; it can only be read.
        AmomailMessage(AmomailMessageParams),
        /// A purchase of a customer; it can only be read.
        Transaction(TransactionParams),
        /// A file in Dropbox; it can only be read.
        DropboxAttachment(DropboxAttachmentParams),
        /// A link was followed; it can only be read.
        LinkFollowed(LinkFollowedParams),
    }
}

impl NoteContent {
    /// An ordinary note with this text.
    pub fn common(text: impl Into<String>) -> Self {
        Self::Common(CommonParams::new(text))
    }

    /// The text, if the type has one.
    pub fn text(&self) -> Option<&str> {
        let text = match self {
            Self::Common(params) => &params.text,
            Self::ServiceMessage(params) | Self::ExtendedServiceMessage(params) => &params.text,
            Self::MessageCashier(params) => &params.text,
            Self::Geolocation(params) => &params.text,
            Self::SmsIn(params) | Self::SmsOut(params) => &params.text,
            Self::Attachment(params) => &params.text,
            Self::InvoicePaid(params) | Self::BillPaid(params) => &params.text,
            Self::AiResult(params) => &params.text,
            _ => return None,
        };
        text.as_deref()
    }
}

impl NewNote {
    /// By this user: it becomes the one who is said to have created the note and the one who is
    /// responsible for it alike, without which a call does not count in the analytics.
    pub fn by(self, user: UserId) -> Self {
        self.created_by(user).responsible_user_id(user)
    }
}

/// Whose notes are meant: those of all entities of a kind, or those of one entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoteParent {
    /// The notes of all leads.
    Leads,
    /// The notes of all contacts.
    Contacts,
    /// The notes of all companies.
    Companies,
    /// The notes of all customers.
    Customers,
    /// The notes of one lead.
    Lead(LeadId),
    /// The notes of one contact.
    Contact(ContactId),
    /// The notes of one company.
    Company(CompanyId),
    /// The notes of one customer.
    Customer(CustomerId),
}

impl NoteParent {
    /// All entities of the same kind.
    #[must_use]
    pub const fn kind(self) -> Self {
        match self {
            Self::Leads | Self::Lead(_) => Self::Leads,
            Self::Contacts | Self::Contact(_) => Self::Contacts,
            Self::Companies | Self::Company(_) => Self::Companies,
            Self::Customers | Self::Customer(_) => Self::Customers,
        }
    }

    /// The kind of the entities.
    pub const fn entity_type(self) -> EntityType {
        match self {
            Self::Leads | Self::Lead(_) => EntityType::Leads,
            Self::Contacts | Self::Contact(_) => EntityType::Contacts,
            Self::Companies | Self::Company(_) => EntityType::Companies,
            Self::Customers | Self::Customer(_) => EntityType::Customers,
        }
    }

    /// The id of the entity, where one is meant.
    pub const fn entity_id(self) -> Option<i64> {
        match self {
            Self::Lead(id) => Some(id.get()),
            Self::Contact(id) => Some(id.get()),
            Self::Company(id) => Some(id.get()),
            Self::Customer(id) => Some(id.get()),
            Self::Leads | Self::Contacts | Self::Companies | Self::Customers => None,
        }
    }
}

impl fmt::Display for NoteParent {
    /// `leads` or `leads/90001`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.entity_type())?;
        self.entity_id().map_or(Ok(()), |id| write!(f, "/{id}"))
    }
}

impl Scope for NoteParent {
    fn fill(&self, template: &str) -> String {
        template.replacen("{parent}", &self.to_string(), 1)
    }
}

macro_rules! parents {
    ($($variant:ident($id:ty)),*) => {$(
        impl From<$id> for NoteParent {
            fn from(id: $id) -> Self {
                Self::$variant(id)
            }
        }
    )*};
}

parents!(Lead(LeadId), Contact(ContactId), Company(CompanyId), Customer(CustomerId));

macro_rules! sent {
    ($($kind:ident)*) => {
        impl Sent for NoteContent {
            fn stripped(self) -> Self {
                match self {
                    $(Self::$kind(params) => Self::$kind(params.stripped()),)*
                    read_only => read_only,
                }
            }
        }
    };
}

sent!(Common CallIn CallOut ServiceMessage ExtendedServiceMessage MessageCashier Geolocation SmsIn
    SmsOut Attachment InvoicePaid BillPaid TargetingIn TargetingOut SiteVisit ZoomMeeting AiResult);

impl NoteReceipt {
    /// The receipt for a patch that changes nothing, for which nothing is sent.
    pub fn unchanged(id: NoteId) -> Self {
        let (links, extra) = (Links { this: None, extra: Extra::default() }, Extra::default());
        Self { id, entity_id: None, updated_at: None, request_id: None, links, extra }
    }
}

impl Receipt for NoteReceipt {
    type Id = NoteId;

    fn id(&self) -> NoteId {
        self.id
    }

    fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}
