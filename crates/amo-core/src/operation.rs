//! What is known about an operation of the API before it is sent.

use std::borrow::Cow;
use std::fmt;

use http::Method;

/// One operation of the API: its names, its request line and whether it may be repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The group of operations, `"contacts"`.
    pub service: &'static str,
    /// What is done, `"list"`.
    pub action: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path as a template, `"/api/v4/contacts/{id}"`: safe to log, it holds no data.
    pub path: Cow<'static, str>,
    /// Whether an attempt whose outcome is unknown may be repeated.
    pub repeat: Repeat,
}

impl Operation {
    /// One operation of the API.
    pub const fn new(
        service: &'static str,
        action: &'static str,
        method: Method,
        path: &'static str,
        repeat: Repeat,
    ) -> Self {
        Self { service, action, method, path: Cow::Borrowed(path), repeat }
    }
}

impl Operation {
    /// The same with a path that is not known in advance.
    #[must_use]
    pub fn with_path(mut self, path: impl Into<Cow<'static, str>>) -> Self {
        self.path = path.into();
        self
    }
}

impl fmt::Display for Operation {
    /// `contacts.list`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.service, self.action)
    }
}

/// Whether doing an operation twice is the same as doing it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Repeat {
    /// Twice is the same as once: reading, setting absolute values, linking.
    Repeatable,
    /// Twice would be twice: creating, calling, starting a bot. Repeated only when it is certain
    /// that nothing was done.
    ActsOnce,
}
