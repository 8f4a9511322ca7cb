//! What comes to the redirect URI when a user has granted access, or declined.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::{AuthorizationCode, Error, ErrorKind, Origin};

/// What a redirect brings: the code, and whose it is.
///
/// Anybody can send anything to a redirect URI. So the state is looked at before anything else, and the
/// account's address must pass the rule for origins before a secret is sent to it, which is done by
/// whoever sends it.
///
/// ```
/// use amo_auth::Redirect;
///
/// # fn main() -> Result<(), amo_auth::Error> {
/// let query = "code=def502&referer=example.amocrm.ru&state=4f1c";
/// let redirect = Redirect::read(query, |state| state == Some("4f1c"))?;
/// assert_eq!(redirect.account.host(), "example.amocrm.ru");
/// # Ok(())
/// # }
/// ```
///
/// Source: the OAuth pages, "step by step"; the page on installing widgets for `from_widget`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Redirect {
    /// The code: lives for 20 minutes and works once.
    pub code: AuthorizationCode,
    /// The address of the account that granted access, from `referer`.
    pub account: Origin,
    /// The integration, where it is named.
    pub client_id: Option<String>,
    /// Was it sent by the server when a widget was installed? It has no state then (a guess), and anybody
    /// can say so.
    pub from_widget: bool,
}

impl Redirect {
    /// Reads the query of the request to the redirect URI; a whole URL serves too.
    ///
    /// `is_ours` is asked whether this state was given to the user who comes now: otherwise somebody could
    /// make a user connect an account that is not his. There is no state where none was sent.
    ///
    /// # Errors
    /// [`ErrorKind::NotGenuine`] if `is_ours` says no, or a part is missing, there twice or not readable;
    /// [`ErrorKind::Declined`] if the user declined.
    pub fn read(query: &str, is_ours: impl FnOnce(Option<&str>) -> bool) -> Result<Self, Error> {
        let query = Parameters::of(query);
        if !is_ours(query.one("state")?.as_deref()) {
            return Err(not_genuine("the redirect's `state` is not one that was given out"));
        }
        if let Some(error) = query.one("error")? {
            return Err(if error == "access_denied" {
                Error::new(ErrorKind::Declined, "the user declined to grant access")
            } else {
                not_genuine("the redirect brings an `error` that is not known")
            });
        }
        let account = Origin::parse(&query.needed("referer")?).map_err(|error| {
            Error::with_source(
                ErrorKind::NotGenuine,
                "the redirect's `referer` is no account",
                error,
            )
        })?;
        Ok(Self {
            code: AuthorizationCode::new(query.needed("code")?),
            account,
            client_id: query.one("client_id")?.map(Cow::into_owned),
            from_widget: query.one("from_widget")?.is_some(),
        })
    }
}

pub(crate) fn not_genuine(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::NotGenuine, message)
}

/// The parameters of a query. Their values may be secrets: they stand in no error.
pub(crate) struct Parameters<'a>(&'a str);

impl<'a> Parameters<'a> {
    /// Of a query, with or without what stands before and after it in a URL.
    pub(crate) fn of(url_or_query: &'a str) -> Self {
        let query = url_or_query.split_once('?').map_or(url_or_query, |(_, query)| query);
        Self(query.split('#').next().unwrap_or_default())
    }

    /// A parameter that may be absent; an empty one is.
    pub(crate) fn one(&self, name: &str) -> Result<Option<Cow<'a, str>>, Error> {
        let pairs = self.0.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let mut values = pairs.filter(|(key, _)| *key == name).map(|(_, value)| value);
        let Some(value) = values.next().filter(|value| !value.is_empty()) else { return Ok(None) };
        if values.next().is_some() {
            // Whoever else reads it might take the other one.
            return Err(not_genuine(format!("`{name}` is there twice")));
        }
        let value =
            if value.contains('+') { Cow::Owned(value.replace('+', " ")) } else { value.into() };
        let unreadable = |_| not_genuine(format!("`{name}` cannot be read"));
        Ok(Some(match value {
            Cow::Borrowed(value) => percent_decode_str(value).decode_utf8().map_err(unreadable)?,
            Cow::Owned(value) => {
                let value = percent_decode_str(&value).decode_utf8().map_err(unreadable)?;
                Cow::Owned(value.into_owned())
            }
        }))
    }

    /// A parameter that must be there.
    pub(crate) fn needed(&self, name: &str) -> Result<Cow<'a, str>, Error> {
        self.one(name)?.ok_or_else(|| not_genuine(format!("`{name}` is missing")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(query: &str) -> ErrorKind {
        Redirect::read(query, |state| state == Some("s 1")).unwrap_err().kind()
    }

    #[test]
    fn reads_what_the_pages_show() {
        let url = "https://mine.test/cb?code=d%2Be&referer=https%3A%2F%2Fa.kommo.com&state=s+1&client_id=c&platform=2#x";
        let redirect = Redirect::read(url, |state| state == Some("s 1")).unwrap();
        assert_eq!(redirect.code.expose(), "d+e");
        assert_eq!(redirect.account.to_string(), "https://a.kommo.com");
        assert_eq!(redirect.client_id.as_deref(), Some("c"));
        assert!(!redirect.from_widget);
        // The server's own post when a widget is installed.
        let query = "code=d&referer=a.amocrm.ru&from_widget=1";
        assert!(Redirect::read(query, |state| state.is_none()).unwrap().from_widget);
    }

    #[test]
    fn refuses_what_is_not_meant_for_us() {
        for query in [
            "",
            "code=d&referer=a.amocrm.ru",
            "code=d&referer=a.amocrm.ru&state=other",
            "code=d&referer=a.amocrm.ru&state=s+1&state=s+1",
            "code=d&code=e&referer=a.amocrm.ru&state=s+1",
            "code=&referer=a.amocrm.ru&state=s+1",
            "code=d&state=s+1",
            "code=d&referer=a.amocrm.ru/path&state=s+1",
            "code=%FF&referer=a.amocrm.ru&state=s+1",
            "error=else&state=s+1",
        ] {
            assert_eq!(kind(query), ErrorKind::NotGenuine, "{query}");
        }
        assert_eq!(kind("error=access_denied&state=s+1"), ErrorKind::Declined);
        // Whoever cannot tell the state learns nothing else.
        assert_eq!(kind("error=access_denied"), ErrorKind::NotGenuine);
    }

    #[test]
    fn no_error_quotes_the_code() {
        let error = Redirect::read("code=s3cret&state=s+1", |_| true).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("s3cret"));
    }
}
