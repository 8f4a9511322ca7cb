//! One API request while it is being answered: what was asked, by whom, of which account.

use serde_json::Value;

use crate::account::Account;
use crate::operations::Parameters;
use crate::page::{self, Page};
use crate::query::Query;
use crate::reply::Reply;
use crate::table::{Body, Operation, Resource};

/// What every handler gets.
pub(crate) struct Call<'a> {
    pub(crate) method: &'a str,
    /// What the tables say of it.
    pub(crate) operation: &'static Operation,
    /// What it is about.
    pub(crate) resource: &'static Resource,
    /// What stands in the path for the placeholders.
    pub(crate) parameters: Parameters,
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

    /// What stands in the path for a placeholder.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        let known = self.parameters.iter().find(|(known, _)| *known == name);
        known.map_or("", |(_, value)| value)
    }

    /// The `{id}` of the path, if there is a number.
    pub(crate) fn path_id(&self) -> Option<i64> {
        self.parameter("id").parse().ok()
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

    /// Which page was asked for.
    pub(crate) fn page(&self) -> Result<Page, Reply> {
        Page::of(self.query, self.operation.most)
    }

    /// The items of the body, in the form and the number that the operation takes.
    pub(crate) fn items(&self) -> Result<Vec<Value>, Reply> {
        match self.operation.body {
            Body::Nothing | Body::Bytes => Ok(Vec::new()),
            Body::One(_) => Ok(vec![page::object(self.body)?]),
            Body::List(_) => page::batch(self.body, self.operation.most),
            Body::OneOrList(_) => match page::document(self.body)? {
                one @ Value::Object(_) => Ok(vec![one]),
                _ => page::batch(self.body, self.operation.most),
            },
        }
    }

    /// The answer where nothing has the id: 204 or 404, as the operation says.
    pub(crate) fn nothing_found(&self) -> Reply {
        if self.operation.success.contains(&204) {
            Reply::no_content()
        } else {
            Reply::not_found(&format!("There is no {} with this id", self.resource.name))
        }
    }

    /// The key of the answer under `_embedded`.
    pub(crate) fn key(&self) -> &'static str {
        self.operation.key.unwrap_or(self.resource.key)
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
