//! Chat templates: what their tables do not say.

use serde::Serialize;

use crate::{
    Extra, FileUuid, ReviewStatus, TemplateAttachment, TemplateAttachmentType, TemplateButton,
    TemplateButtonType,
};

impl TemplateButton {
    /// A button that answers with its text.
    pub fn reply(text: impl Into<String>) -> Self {
        let kind = Some(TemplateButtonType::Inline);
        Self { kind, text: Some(text.into()), url: None, extra: Extra::default() }
    }

    /// A button that opens an address.
    pub fn url(text: impl Into<String>, url: impl Into<String>) -> Self {
        let kind = Some(TemplateButtonType::Url);
        Self { kind, text: Some(text.into()), url: Some(url.into()), extra: Extra::default() }
    }
}

impl TemplateAttachment {
    /// A file of the drive.
    pub fn new(file: FileUuid, name: impl Into<String>, kind: TemplateAttachmentType) -> Self {
        Self {
            id: Some(file),
            name: Some(name.into()),
            kind: Some(kind),
            is_external: None,
            extra: Extra::default(),
        }
    }
}

/// What became of a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "nothing is decided until this is sent"]
pub struct ReviewDecision {
    status: ReviewStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    reject_reason: Option<String>,
}

impl ReviewDecision {
    /// The template may be used.
    pub const fn approved() -> Self {
        Self { status: ReviewStatus::Approved, reject_reason: None }
    }

    /// The template may not be used for now.
    pub const fn paused() -> Self {
        Self { status: ReviewStatus::Paused, reject_reason: None }
    }

    /// The template may not be used, for this reason of at most 65535 characters.
    pub fn rejected(reason: impl Into<String>) -> Self {
        Self { status: ReviewStatus::Rejected, reject_reason: Some(reason.into()) }
    }
}
