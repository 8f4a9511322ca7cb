//! Website buttons: what creates and changes them, which is unlike other entities.

use serde::Serialize;

use crate::writable::is_default;
use crate::{PatchBody, PipelineId, Receipt, SourceId, WebsiteButton};

/// What creates a website button ([`WebsiteButton::CREATE_ONE`]).
///
/// ```
/// use amo_core::{NewWebsiteButton, PipelineId};
///
/// let button = NewWebsiteButton::on_sites(PipelineId::new(10), ["shop.example"]);
/// assert_eq!(
///     serde_json::to_string(&button)?,
///     r#"{"pipeline_id":10,"trusted_websites":["shop.example"],"is_used_in_app":false}"#,
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[must_use = "nothing is created until this is sent"]
pub struct NewWebsiteButton {
    pipeline_id: PipelineId,
    trusted_websites: Vec<String>,
    is_used_in_app: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

impl NewWebsiteButton {
    /// A button that these sites may show: from 1 to 10 domains.
    pub fn on_sites(
        pipeline: PipelineId,
        domains: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self {
            pipeline_id: pipeline,
            trusted_websites: domains.into_iter().map(Into::into).collect(),
            is_used_in_app: false,
            name: None,
        }
    }

    /// A button for an app, which needs no site.
    pub fn in_app(pipeline: PipelineId) -> Self {
        let none: [String; 0] = [];
        Self { is_used_in_app: true, ..Self::on_sites(pipeline, none) }
    }

    /// Whether an app may show it too.
    pub fn used_in_app(mut self, used: bool) -> Self {
        // Without sites there must be an app.
        self.is_used_in_app = used || self.trusted_websites.is_empty();
        self
    }

    /// The name; not documented.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

/// What changes a website button. What is not set stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[must_use = "nothing is changed until this is sent"]
pub struct WebsiteButtonPatch {
    #[serde(skip_serializing_if = "is_default")]
    trusted_websites: TrustedWebsites,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct TrustedWebsites {
    add: Vec<String>,
}

impl WebsiteButtonPatch {
    /// Nothing is changed yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets a site show it. amoCRM adds domains only to a button that has one already.
    pub fn add_site(mut self, domain: impl Into<String>) -> Self {
        self.trusted_websites.add.push(domain.into());
        self
    }

    /// The name; not documented.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

impl PatchBody for WebsiteButtonPatch {
    fn is_empty(&self) -> bool {
        is_default(self)
    }
}

impl Receipt for WebsiteButton {
    type Id = SourceId;

    fn id(&self) -> SourceId {
        self.source_id
    }

    fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}
