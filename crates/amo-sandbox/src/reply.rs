//! Answers: HAL documents, problems, pages of HTML.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};

/// An answer before it becomes an HTTP response. Handlers give it as their error too.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Bytes,
}

const HAL: &str = "application/hal+json";
const PROBLEM: &str = "application/problem+json";
const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";
const XML: &str = "text/xml; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

impl Reply {
    fn new(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let headers = vec![(CONTENT_TYPE, HeaderValue::from_static(content_type))];
        Reply { status, headers, body: body.into() }
    }

    pub(crate) fn hal(document: &impl Serialize) -> Self {
        // Only keys that are no texts could fail.
        let body = serde_json::to_vec(document).unwrap_or_default();
        Reply::new(StatusCode::OK, HAL, body)
    }

    /// The same, written already.
    pub(crate) fn hal_bytes(document: Vec<u8>) -> Self {
        Reply::new(StatusCode::OK, HAL, document)
    }

    /// Plain JSON, as the OAuth endpoints speak it.
    pub(crate) fn json(status: StatusCode, document: &Value) -> Self {
        Reply::new(status, JSON, document.to_string())
    }

    /// The description of the API that `cargo xtask openapi` writes.
    pub(crate) fn openapi() -> Self {
        Reply::new(StatusCode::OK, JSON, include_str!("../openapi.json"))
    }

    pub(crate) fn xml(status: StatusCode, page: String) -> Self {
        Reply::new(status, XML, page)
    }

    pub(crate) fn html(status: StatusCode, page: String) -> Self {
        Reply::new(status, HTML, page)
    }

    /// 204: an empty list, nothing with this id, or done.
    pub(crate) fn no_content() -> Self {
        Reply::empty(StatusCode::NO_CONTENT)
    }

    /// Nothing but a status.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Reply { status, headers: Vec::new(), body: Bytes::new() }
    }

    /// 202 in words: the one answer of success that is no JSON.
    pub(crate) fn accepted() -> Self {
        Reply::new(StatusCode::ACCEPTED, TEXT, "Accepted")
    }

    /// 202 without a body.
    pub(crate) fn accepted_without_words() -> Self {
        Reply { status: StatusCode::ACCEPTED, headers: Vec::new(), body: Bytes::new() }
    }

    pub(crate) fn redirect(location: &str) -> Self {
        match HeaderValue::try_from(location) {
            Ok(location) => Reply {
                status: StatusCode::FOUND,
                headers: vec![(LOCATION, location)],
                body: Bytes::new(),
            },
            Err(_) => Reply::problem(StatusCode::BAD_REQUEST, "The redirect URI is not a URI."),
        }
    }

    pub(crate) fn problem(status: StatusCode, detail: &str) -> Self {
        Reply::problem_with(status, detail, Value::Null)
    }

    /// A problem with further members: `more` is an object or null.
    pub(crate) fn problem_with(status: StatusCode, detail: &str, more: Value) -> Self {
        let code = status.as_u16();
        let mut problem = json!({
            "title": status.canonical_reason().unwrap_or("Error"),
            "type": format!("https://httpstatus.es/{code}"),
            "status": code,
            "detail": detail,
        });
        if let (Value::Object(problem), Value::Object(more)) = (&mut problem, more) {
            problem.extend(more);
        }
        Reply::new(status, PROBLEM, problem.to_string())
    }

    pub(crate) fn bad_request(detail: &str) -> Self {
        Reply::problem(StatusCode::BAD_REQUEST, detail)
    }

    pub(crate) fn unauthorized() -> Self {
        Reply::problem(StatusCode::UNAUTHORIZED, "Invalid user name or password")
    }

    pub(crate) fn forbidden() -> Self {
        Reply::problem(StatusCode::FORBIDDEN, "You have no rights for this action")
    }

    pub(crate) fn not_found(detail: &str) -> Self {
        Reply::problem(StatusCode::NOT_FOUND, detail)
    }

    pub(crate) fn method_not_allowed(method: &str) -> Self {
        Reply::problem(
            StatusCode::METHOD_NOT_ALLOWED,
            &format!("The method {method} is not allowed here"),
        )
    }

    pub(crate) fn over_limit(most: usize) -> Self {
        Reply::problem(StatusCode::UNPROCESSABLE_ENTITY, &format!("Limit {most} per page"))
    }

    /// The same with another code of success.
    pub(crate) fn with_success(mut self, code: u16) -> Self {
        if self.status == StatusCode::OK {
            self.status = StatusCode::from_u16(code).unwrap_or(self.status);
        }
        self
    }

    /// What a request over the limit is told.
    pub(crate) const TOO_MANY: &'static str =
        "You have sent too many requests in a given amount of time";

    /// The page of the gateway.
    pub(crate) fn gateway(status: StatusCode) -> Self {
        let heading =
            format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or("Error"));
        let page = format!(
            "<html>\r\n<head><title>{heading}</title></head>\r\n<body>\r\n<center><h1>{heading}</h1></center>\
             \r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
        );
        Reply::html(status, page)
    }

    /// The answer that the real service is known to give with a status when something outside the
    /// request itself is wrong; its gateway speaks HTML.
    pub(crate) fn usual(status: StatusCode) -> Self {
        match status.as_u16() {
            204 => Reply::no_content(),
            401 => Reply::unauthorized(),
            402 => Reply::problem(status, "Payment required"),
            429 => Reply::problem(status, Reply::TOO_MANY),
            500 => {
                let problem = json!({
                    "title": "ErrInternalServer", "status": 500, "detail": "Internal server error",
                    "trace_id": format!("{:032x}", fastrand::u128(..)),
                });
                Reply::new(status, PROBLEM, problem.to_string())
            }
            403 | 502..=504 => Reply::gateway(status),
            200..=299 => Reply::new(status, HAL, "{}"),
            _ => Reply::problem(status, status.canonical_reason().unwrap_or("Error")),
        }
    }

    /// The same as plain JSON, without the names of its kind.
    pub(crate) fn in_plain_json(mut self) -> Self {
        for (_, value) in self.headers.iter_mut().filter(|(name, _)| name == CONTENT_TYPE) {
            if value == HAL || value == PROBLEM {
                *value = HeaderValue::from_static(JSON);
            }
        }
        self
    }

    /// Sets a header, in place of one of the same name.
    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value));
        self
    }

    pub(crate) fn into_response(self) -> Response<Bytes> {
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        for (name, value) in self.headers {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
