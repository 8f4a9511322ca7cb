//! Query strings with brackets: `filter[created_at][from]=1&with=contacts,leads`.

use std::collections::HashMap;
use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What RFC 3986 leaves as it is, and the brackets and commas that amoCRM's own links show raw.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'[')
    .remove(b']')
    .remove(b',');

/// The pairs of a query string, decoded, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
}

/// One value below a root: for `filter[created_at][from]=1` and the root `filter` the path is
/// `created_at`, `from`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leaf<'a> {
    pub(crate) path: Vec<&'a str>,
    pub(crate) value: &'a str,
}

impl Query {
    /// As PHP reads it: a key that comes again takes the place of the one before, unless it appends
    /// by empty brackets. Clients that follow a link and add their own query to it say things twice.
    pub(crate) fn parse(raw: &str) -> Self {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut places = HashMap::new();
        for (key, value) in form_urlencoded::parse(raw.as_bytes()) {
            if !key.contains("[]") {
                if let Some(place) = places.get(&key) {
                    let (_, known): &mut (_, String) = &mut pairs[*place];
                    *known = value.into_owned();
                    continue;
                }
                places.insert(key.clone(), pairs.len());
            }
            pairs.push((key.into_owned(), value.into_owned()));
        }
        Query { pairs }
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    /// The words of the comma list `with`.
    pub(crate) fn with(&self) -> impl Iterator<Item = &str> {
        self.get("with")
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
    }

    /// Everything below a root, in order. A key whose brackets do not close counts as far as it can
    /// be read.
    pub(crate) fn below(&self, root: &str) -> Vec<Leaf<'_>> {
        let mut leaves = Vec::new();
        for (key, value) in &self.pairs {
            let Some(rest) = key.strip_prefix(root) else { continue };
            let Some(rest) = rest.strip_prefix('[') else { continue };
            let path = rest.strip_suffix(']').unwrap_or(rest).split("][").collect();
            leaves.push(Leaf { path, value });
        }
        leaves
    }

    /// The query string with other values for `limit` and `page`.
    pub(crate) fn at_page(&self, limit: usize, page: usize) -> String {
        let mut out = String::new();
        for (key, value) in self.pairs.iter().filter(|(key, _)| key != "limit" && key != "page") {
            // Writing into a String cannot fail.
            let _ = write!(
                out,
                "{}={}&",
                utf8_percent_encode(key, KEPT),
                utf8_percent_encode(value, KEPT)
            );
        }
        let _ = write!(out, "limit={limit}&page={page}");
        out
    }
}

/// Encodes one value for a query string.
pub(crate) fn encoded(value: &str) -> String {
    utf8_percent_encode(value, KEPT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_become_paths() {
        let query = Query::parse(
            "filter%5Bid%5D%5B0%5D=5&filter[created_at][from]=7&filter=x&order[id]=asc&filter[a=1",
        );
        let leaves = query.below("filter");
        assert_eq!(leaves[0], Leaf { path: vec!["id", "0"], value: "5" });
        assert_eq!(leaves[1], Leaf { path: vec!["created_at", "from"], value: "7" });
        assert_eq!(leaves[2], Leaf { path: vec!["a"], value: "1" });
        assert_eq!(leaves.len(), 3);
    }

    #[test]
    fn the_next_page_keeps_the_rest_of_the_query() {
        let query = Query::parse("query=a+b%26c&limit=2&with=contacts,leads&page=1&order[id]=desc");
        assert_eq!(
            query.at_page(2, 2),
            "query=a%20b%26c&with=contacts,leads&order[id]=desc&limit=2&page=2"
        );
    }
}
