//! Sources: their services and pages, as they are written.

use crate::{Extra, SourcePage, SourceParams, SourceService, SourceServiceKind};

impl SourceService {
    /// `WhatsApp`, the only service that the API takes.
    pub fn whatsapp(pages: impl IntoIterator<Item = SourcePage>) -> Self {
        Self {
            kind: Some(SourceServiceKind::Whatsapp),
            pages: Some(pages.into_iter().collect()),
            params: None,
            extra: Extra::default(),
        }
    }

    fn params(&mut self) -> &mut SourceParams {
        self.params.get_or_insert_with(|| SourceParams {
            waba: None,
            is_supports_list_message: None,
            extra: Extra::default(),
        })
    }

    /// Whether its templates can be managed.
    pub fn waba(mut self, waba: bool) -> Self {
        self.params().waba = Some(waba);
        self
    }

    /// Whether a bot can send lists to choose from.
    pub fn list_messages(mut self, supported: bool) -> Self {
        self.params().is_supports_list_message = Some(supported);
        self
    }
}

impl SourcePage {
    /// An entry with the integration's own id, the name that visitors see, and a phone.
    pub fn new(id: impl Into<String>, name: impl Into<String>, link: impl Into<String>) -> Self {
        Self {
            id: Some(id.into()),
            name: Some(name.into()),
            link: Some(link.into()),
            extra: Extra::default(),
        }
    }
}
