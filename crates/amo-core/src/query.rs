//! Query strings and the typed pieces that print them.

mod list;

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

pub use list::{InvalidQuery, ListQuery};

/// Everything but the unreserved characters of RFC 3986, brackets and commas included.
pub(crate) const RESERVED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The pairs of a query string, in order, not yet encoded.
///
/// ```
/// use amo_core::Query;
///
/// let mut query = Query::new();
/// query.push("filter[name]", "Lotos & Co");
/// assert_eq!(query.to_string(), "filter%5Bname%5D=Lotos%20%26%20Co");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    /// A query without pairs.
    pub const fn new() -> Self {
        Self { pairs: Vec::new() }
    }

    /// Adds a pair at the end.
    pub fn push(&mut self, name: impl Into<String>, value: impl fmt::Display) {
        self.pairs.push((name.into(), value.to_string()));
    }

    /// Reads the pairs of an encoded query string, without its `?`. A plus is a space, as in forms;
    /// bytes that are no UTF-8 are replaced.
    ///
    /// ```
    /// use amo_core::Query;
    ///
    /// let query = Query::parse("filter%5Bname%5D=Lotos%20%26+Co&page=2");
    /// let pairs: Vec<_> = query.pairs().collect();
    /// assert_eq!(pairs, [("filter[name]", "Lotos & Co"), ("page", "2")]);
    /// ```
    pub fn parse(text: &str) -> Self {
        let decoded = |text: &str| {
            let text = text.replace('+', " ");
            percent_decode_str(&text).decode_utf8_lossy().into_owned()
        };
        let mut query = Self::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            query.push(decoded(name), decoded(value));
        }
        query
    }

    /// Whether there are no pairs.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The pairs in order, as they were pushed.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl fmt::Display for Query {
    /// Percent-encoded by RFC 3986, without a leading `?`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.pairs().enumerate() {
            let separator = if index == 0 { "" } else { "&" };
            let (name, value) =
                (utf8_percent_encode(name, RESERVED), utf8_percent_encode(value, RESERVED));
            write!(f, "{separator}{name}={value}")?;
        }
        Ok(())
    }
}

/// Something that adds pairs to a query, such as a filter.
pub trait QueryPart {
    /// Adds the pairs.
    fn write(&self, query: &mut Query);

    /// Checks what the setters took.
    ///
    /// # Errors
    ///
    /// [`InvalidQuery`] if the server would not do what was asked for.
    fn validate(&self) -> Result<(), InvalidQuery> {
        Ok(())
    }
}

/// A name that stands in a query: one of `with`, or what a list is ordered by.
pub trait QueryName: Clone + fmt::Debug + Eq + Send + Sync + 'static {
    /// The name as the API spells it.
    fn name(&self) -> &str;
}

/// The filter of a list that cannot be filtered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct NoFilter;

impl QueryPart for NoFilter {
    fn write(&self, _: &mut Query) {}
}

/// The `with` of what has nothing to ask for besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoWith {}

impl QueryName for NoWith {
    fn name(&self) -> &str {
        match *self {}
    }
}

/// The order of a list that cannot be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoOrder {}

impl QueryName for NoOrder {
    fn name(&self) -> &str {
        match *self {}
    }
}

/// Which end of an order comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The smallest or oldest.
    Asc,
    /// The greatest or newest.
    Desc,
}

impl Direction {
    /// The direction as the API spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asc => "asc",
            Self::Desc => "desc",
        }
    }
}
