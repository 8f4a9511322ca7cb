//! Where secrets may be sent: scheme, host and port of a server, and the rule that decides whom to trust.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use http::Uri;
use http::uri::{Authority, Scheme};

/// The endings of amoCRM's own hosts.
const OFFICIAL: [&str; 3] = [".amocrm.ru", ".amocrm.com", ".kommo.com"];

/// Scheme, host and port of a server: `https://example.amocrm.ru`.
///
/// Tokens and client secrets are sent only to origins that are [official](Self::is_official) or that
/// the program's own code has named.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    scheme: Scheme,
    authority: Authority,
}

/// Why a text is no origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not the address of an account: {reason}")]
pub struct InvalidOrigin {
    text: String,
    reason: &'static str,
}

impl Origin {
    /// Reads `example.amocrm.ru`, `https://example.amocrm.ru/` or, for a sandbox,
    /// `http://127.0.0.1:8080`. Without a scheme it is https.
    ///
    /// # Errors
    /// If it has a path, a query, a user, an unknown scheme, or no host.
    pub fn parse(text: &str) -> Result<Self, InvalidOrigin> {
        let invalid = |reason| InvalidOrigin { text: shorten(text), reason };
        let trimmed = text.trim();
        let with_scheme =
            if trimmed.contains("://") { trimmed.to_owned() } else { format!("https://{trimmed}") };
        let uri: Uri = with_scheme.parse().map_err(|_| invalid("it cannot be read as a URL"))?;
        if uri.path() != "/" && !uri.path().is_empty() || uri.query().is_some() {
            return Err(invalid("it must end after the host, without a path or a query"));
        }
        let scheme = uri.scheme().cloned().ok_or_else(|| invalid("it has no scheme"))?;
        if scheme != Scheme::HTTPS && scheme != Scheme::HTTP {
            return Err(invalid("only https and http are known"));
        }
        let authority = uri.authority().cloned().ok_or_else(|| invalid("it has no host"))?;
        if authority.as_str().contains('@') {
            return Err(invalid("it must not name a user"));
        }
        if authority.host().is_empty() {
            return Err(invalid("it has no host"));
        }
        // Hosts are compared as text below.
        let usual = if scheme == Scheme::HTTPS { ":443" } else { ":80" };
        let text = authority.as_str().to_ascii_lowercase();
        let authority = Authority::try_from(text.strip_suffix(usual).unwrap_or(&text))
            .map_err(|_| invalid("its host cannot be read"))?;
        Ok(Self { scheme, authority })
    }

    /// The origin of an absolute URI, if it has one.
    pub fn of(uri: &Uri) -> Option<Self> {
        let scheme = uri.scheme()?;
        let authority = uri.authority()?;
        Self::parse(&format!("{scheme}://{authority}")).ok()
    }

    /// Is it https and one of amoCRM's own hosts (`*.amocrm.ru`, `*.amocrm.com`, `*.kommo.com`) on the
    /// usual port?
    pub fn is_official(&self) -> bool {
        self.scheme == Scheme::HTTPS
            && matches!(self.authority.port_u16(), None | Some(443))
            && OFFICIAL.iter().any(|ending| {
                self.host().strip_suffix(ending).is_some_and(|account| !account.is_empty())
            })
    }

    /// Is it this machine itself: `localhost`, `127.0.0.1` or `[::1]`?
    pub fn is_loopback(&self) -> bool {
        let host = self.host().trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// The host's name, in lower case.
    pub fn host(&self) -> &str {
        self.authority.host()
    }

    /// Is it plain http?
    pub fn is_plain_http(&self) -> bool {
        self.scheme == Scheme::HTTP
    }

    /// The absolute URI of a path, which begins with `/`, and query on this origin.
    ///
    /// # Errors
    /// If path and query have characters that no URI may carry.
    pub fn uri(&self, path_and_query: &str) -> Result<Uri, http::Error> {
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(path_and_query)
            .build()
    }
}

/// Without what may be a password.
fn shorten(text: &str) -> String {
    let text = text.rsplit_once('@').map_or(text, |(_, host)| host);
    text.chars().take(80).collect()
}

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        Self::parse(text)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        for (text, printed) in [
            ("example.amocrm.ru", "https://example.amocrm.ru"),
            (" https://Example.AMOCRM.ru/ ", "https://example.amocrm.ru"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("example.kommo.com", "https://example.kommo.com"),
        ] {
            assert_eq!(Origin::parse(text).unwrap().to_string(), printed);
        }
    }

    #[test]
    fn refuses_what_is_no_origin() {
        for text in [
            "",
            "https://",
            "ftp://a.amocrm.ru",
            "a.amocrm.ru/api",
            "https://u:p@a.amocrm.ru",
            "a b",
            "https://a.amocrm.ru?x=1",
        ] {
            assert!(Origin::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn knows_this_machine() {
        for (text, loopback) in [
            ("http://127.0.0.1:8080", true),
            ("http://localhost", true),
            ("https://[::1]:8443", true),
            ("http://127.0.0.1.evil.test", false),
            ("http://10.0.0.1", false),
            ("localhost.evil.test", false),
        ] {
            assert_eq!(Origin::parse(text).unwrap().is_loopback(), loopback, "{text}");
        }
    }

    #[test]
    fn the_usual_port_is_no_difference() {
        assert_eq!(
            Origin::parse("https://a.amocrm.ru:443").unwrap(),
            Origin::parse("a.amocrm.ru").unwrap()
        );
    }

    #[test]
    fn trusts_only_amocrms_own_hosts_over_https() {
        for (text, official) in [
            ("https://example.amocrm.ru", true),
            ("https://www.kommo.com", true),
            ("https://api-b.amocrm.com:443", true),
            ("http://example.amocrm.ru", false),
            ("https://example.amocrm.ru:8443", false),
            ("https://amocrm.ru.evil.test", false),
            ("https://evilamocrm.ru", false),
            ("https://amocrm.ru", false),
            ("http://127.0.0.1:8080", false),
        ] {
            assert_eq!(Origin::parse(text).unwrap().is_official(), official, "{text}");
        }
    }
}
