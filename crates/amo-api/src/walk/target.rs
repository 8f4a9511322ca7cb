//! The path and query of a page of a list, and those of its neighbours.

use amo_core::Query;

use crate::prepared::Prepared;
use crate::{Error, ErrorKind};

/// What is asked for: the path and the query of a page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    path: &'a str,
    query: &'a str,
}

impl<'a> Target<'a> {
    pub(crate) fn new(path_and_query: &'a str) -> Self {
        let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        Self { path, query }
    }

    pub(crate) fn path(self) -> &'a str {
        self.path
    }

    pub(crate) fn query(self) -> &'a str {
        self.query
    }

    /// Which page; a list begins with the first. `None` if nobody can tell.
    pub(crate) fn page(self) -> Option<u32> {
        self.number("page", Some(1))
    }

    /// How many items are on a page, if it says so.
    pub(crate) fn limit(self) -> Option<u32> {
        self.number("limit", None)
    }

    /// A number from 1. Said twice it is not known which one counts.
    fn number(self, name: &str, missing: Option<u32>) -> Option<u32> {
        let query = Query::parse(self.query);
        let values: Vec<_> = query.pairs().filter(|(known, _)| *known == name).collect();
        match values.as_slice() {
            [] => missing,
            [(_, value)] => value.parse().ok().filter(|number| *number > 0),
            _ => None,
        }
    }

    /// The same with another page.
    pub(crate) fn at_page(self, page: u32) -> String {
        self.with(&[("page", page.into())])
    }

    /// The same with other pages: so many items on each, and which of them.
    pub(crate) fn at(self, limit: u32, page: u32) -> String {
        self.with(&[("limit", limit.into()), ("page", page.into())])
    }

    /// The same list from below this id on.
    pub(crate) fn before(self, id: i64) -> String {
        self.with(&[("before_id", id)])
    }

    /// The same with these numbers, each where it stood or else at the end; all else as it was written.
    fn with(self, numbers: &[(&str, i64)]) -> String {
        let mut missing = numbers.to_vec();
        let mut pairs: Vec<String> = Vec::new();
        for pair in self.query.split('&').filter(|pair| !pair.is_empty()) {
            let name = pair.split_once('=').map_or(pair, |(name, _)| name);
            match missing.iter().position(|(known, _)| *known == name) {
                Some(place) => {
                    let (name, number) = missing.remove(place);
                    pairs.push(format!("{name}={number}"));
                }
                None => pairs.push(pair.to_owned()),
            }
        }
        pairs.extend(missing.iter().map(|(name, number)| format!("{name}={number}")));
        format!("{}?{}", self.path, pairs.join("&"))
    }

    /// All but the page, in an order of its own: how it is encoded and ordered means nothing.
    fn besides_page(self) -> Vec<(String, String)> {
        let query = Query::parse(self.query);
        let others = query.pairs().filter(|(name, _)| *name != "page");
        let mut others: Vec<_> =
            others.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        others.sort_unstable();
        others
    }

    /// Does `next` name the page behind this one, and differ in nothing else? Then the pages behind that
    /// one are known too.
    pub(crate) fn is_followed_by(self, next: Target<'_>) -> bool {
        let follows = self
            .page()
            .zip(next.page())
            .is_some_and(|(page, next)| page.checked_add(1) == Some(next));
        follows && self.path == next.path && self.besides_page() == next.besides_page()
    }

    /// Is it the same page, though perhaps written in another way?
    pub(crate) fn is_same(self, other: Target<'_>) -> bool {
        self.path == other.path
            && self.page() == other.page()
            && self.besides_page() == other.besides_page()
    }
}

/// Where the page after `read` is. Of the server's link only path and query are used: whatever host it
/// names, the request goes to the account's own server.
pub(crate) fn after(read: &Prepared, link: &str) -> Result<Prepared, Error> {
    let wrong = |what: &str| {
        Error::new(ErrorKind::Decode, &read.operation, format!("the link to the next page {what}"))
    };
    let uri: http::Uri = link.parse().map_err(|_| wrong("is no URL"))?;
    let next = uri.path_and_query().ok_or_else(|| wrong("has no path"))?.as_str();
    if Target::new(next).path != Target::new(&read.path_and_query).path {
        return Err(wrong("leads to another list"));
    }
    if next == read.path_and_query {
        return Err(wrong("leads to the same page: the walk would never end"));
    }
    Ok(Prepared { path_and_query: next.to_owned(), ..read.clone() })
}

#[cfg(test)]
mod tests {
    use super::Target;

    #[test]
    fn only_the_page_is_replaced() {
        let target = Target::new("/api/v4/leads?filter%5Bid%5D[]=5&page=3&limit=50");
        assert_eq!(target.at_page(4), "/api/v4/leads?filter%5Bid%5D[]=5&page=4&limit=50");
        assert_eq!(target.at(25, 7), "/api/v4/leads?filter%5Bid%5D[]=5&page=7&limit=25");
        assert_eq!(Target::new("/api/v4/leads").at_page(2), "/api/v4/leads?page=2");
        assert_eq!(Target::new("/api/v4/leads?limit=9").at_page(2), "/api/v4/leads?limit=9&page=2");
    }

    #[test]
    fn a_page_is_followed_by_one_that_differs_in_the_page_alone() {
        let first = Target::new("/a?with=x%2Cy&order[id]=asc&limit=250");
        let follows = |next: &str| first.is_followed_by(Target::new(next));
        assert!(follows("/a?page=2&limit=250&order%5Bid%5D=asc&with=x,y"));
        assert!(!follows("/a?page=3&limit=250&order%5Bid%5D=asc&with=x,y"), "not the next one");
        assert!(!follows("/a?page=2&limit=50&order%5Bid%5D=asc&with=x,y"), "another size");
        assert!(!follows("/a?page=2&limit=250&with=x,y"), "another order");
        assert!(!follows("/b?page=2&limit=250&order%5Bid%5D=asc&with=x,y"), "another list");
        assert!(!follows("/a?page=x&limit=250&order%5Bid%5D=asc&with=x,y"), "no number");
        assert!(!follows("/a?page=2&page=2&limit=250&order%5Bid%5D=asc&with=x,y"), "twice");
    }
}
