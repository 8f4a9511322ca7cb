//! Agents: the server of their tools, as it is written.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::McpTransport;

/// The server of an agent's tools. It replaces the one before as a whole, its headers included.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct NewAgentMcp {
    url: String,
    transport: McpTransport,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
}

impl NewAgentMcp {
    /// A server at this address (https).
    pub fn new(url: impl Into<String>, transport: McpTransport) -> Self {
        Self { url: url.into(), transport, headers: BTreeMap::new() }
    }

    /// A header that is sent to it, such as its credential; amoCRM never tells it again.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.insert(name.into(), value.into());
        self
    }
}

// By hand: the values of headers are secrets.
impl fmt::Debug for NewAgentMcp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewAgentMcp")
            .field("url", &self.url)
            .field("transport", &self.transport)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .finish()
    }
}
