//! One API request while it is being answered: what was asked, by whom, of which account.

use crate::account::Account;
use crate::query::Query;
use crate::reply::Reply;

/// What every handler gets.
pub(crate) struct Call<'a> {
    pub(crate) method: &'a str,
    /// The path as sent.
    pub(crate) path: &'a str,
    pub(crate) query: &'a Query,
    pub(crate) body: &'a [u8],
    /// Scheme and host by which the box was reached: links in answers begin with it.
    pub(crate) base: &'a str,
    /// The calendar's time.
    pub(crate) now: i64,
    /// With whose rights the request runs.
    pub(crate) user_id: i64,
    pub(crate) account: &'a mut Account,
}

impl Call<'_> {
    /// The absolute address of something below `/api/v4/`.
    pub(crate) fn url(&self, path: &str) -> String {
        api_url(self.base, path)
    }

    /// The address that was asked for, without its query.
    pub(crate) fn own_url(&self) -> String {
        format!("{}{}", self.base, self.path)
    }

    /// An id in the path; a route with anything but a number there does not exist.
    pub(crate) fn id(&self, segment: &str) -> Result<i64, Reply> {
        segment.parse().map_err(|_| self.no_route())
    }

    pub(crate) fn no_route(&self) -> Reply {
        Reply::not_found(&format!("Cannot {} {}", self.method, self.own_url()))
    }

    pub(crate) fn no_method(&self) -> Reply {
        Reply::method_not_allowed(self.method)
    }

    /// For a route that can only be read.
    pub(crate) fn only_get(&self) -> Result<(), Reply> {
        if self.method == "GET" { Ok(()) } else { Err(self.no_method()) }
    }

    /// For what only an administrator may do.
    pub(crate) fn only_admin(&self) -> Result<(), Reply> {
        if self.account.user(self.user_id).is_some_and(|user| user.is_admin) {
            Ok(())
        } else {
            Err(Reply::forbidden())
        }
    }
}

/// The absolute address of something below `/api/v4/`.
pub(crate) fn api_url(base: &str, path: &str) -> String {
    format!("{base}/api/v4/{path}")
}
