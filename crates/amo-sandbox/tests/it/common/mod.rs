//! A client of the box without a socket.

pub(crate) mod described;
pub(crate) mod drive;
pub(crate) mod inbox;
pub(crate) mod people;
pub(crate) mod world;
pub(crate) mod writing;

use amo_sandbox::{Lost, RateLimit, Sandbox, SandboxBuilder};
use bytes::Bytes;
use http::{HeaderMap, Request, Uri};
use http_body_util::{BodyExt, Full};
use serde_json::Value;
use tower_service::Service;

/// When the boxes of these tests begin.
pub(crate) const START: i64 = 1_750_000_000;

/// A box that stands still in time and takes as many requests as come.
pub(crate) fn quiet() -> SandboxBuilder {
    Sandbox::builder().rate_limit(RateLimit::Off).manual_calendar(START)
}

pub(crate) struct Client {
    pub(crate) sandbox: Sandbox,
    pub(crate) token: String,
    pub(crate) headers: Vec<(&'static str, String)>,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// `(request_id, code, path)` of each validation error.
    pub(crate) fn flaws(&self) -> Vec<(String, String, String)> {
        assert_eq!(self.status, 400, "{}", self.text);
        let json = self.json();
        let items = json["validation-errors"].as_array().unwrap_or_else(|| panic!("{json}"));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        items
            .iter()
            .flat_map(|item| {
                let errors = item["errors"].as_array().unwrap();
                errors.iter().map(move |error| {
                    (text(&item["request_id"]), text(&error["code"]), text(&error["path"]))
                })
            })
            .collect()
    }

    /// The single validation error's code and path.
    pub(crate) fn flaw(&self) -> (String, String) {
        let flaws = self.flaws();
        assert_eq!(flaws.len(), 1, "{flaws:?}");
        (flaws[0].1.clone(), flaws[0].2.clone())
    }
}

impl Client {
    pub(crate) fn of(sandbox: &Sandbox) -> Client {
        let token = sandbox.connection().long_lived_token;
        Client { sandbox: sandbox.clone(), token, headers: Vec::new() }
    }

    pub(crate) fn quiet() -> Client {
        Client::of(&quiet().build())
    }

    pub(crate) async fn try_send(
        &self,
        method: &str,
        path: &str,
        body: impl Into<Bytes>,
    ) -> Result<Answer, Lost> {
        let uri: Uri = format!("http://box.test{path}").parse().unwrap();
        let mut request = Request::builder().method(method).uri(&uri);
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let answer =
            self.sandbox.service().call(request.body(Full::new(body.into())).unwrap()).await?;
        let (head, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        if let Err(differs) = described::check(method, &uri, &head, &body) {
            // What a fault answers is the test's own.
            let is_fault = self.sandbox.log().entries().iter().any(|entry| entry.fault);
            assert!(is_fault, "{differs}");
        }
        let text = String::from_utf8(body.to_vec()).unwrap();
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, text })
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.try_send(method, path, body.to_string()).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.try_send("GET", path, "").await.unwrap()
    }

    /// GET that must be answered with 200.
    pub(crate) async fn read(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.json()
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, &body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send("PATCH", path, &body).await
    }

    /// Adds one entity and gives its id.
    pub(crate) async fn add(&self, collection: &str, item: Value) -> i64 {
        let answer = self.post(&format!("/api/v4/{collection}"), Value::Array(vec![item])).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["_embedded"][collection][0]["id"].as_i64().unwrap()
    }
}

/// Whatever a test did to its box: the state of the box can be loaded into another, which has the
/// same state then.
impl Drop for Client {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            same_again(&self.sandbox);
        }
    }
}

/// A box that was loaded with the state of another, and has the same.
pub(crate) fn same_again(sandbox: &Sandbox) -> Sandbox {
    let state = sandbox.state();
    let again = quiet().build_from(state.clone());
    let again = again.unwrap_or_else(|error| panic!("{error}\n{state:#}"));
    let loaded = again.state();
    for (name, value) in state.as_object().unwrap() {
        assert_eq!(loaded[name], *value, "{name} of a state that was loaded");
    }
    again
}

/// Adds a custom field by the path of its list, and gives its definition.
pub(crate) async fn field_of(client: &Client, path: &str, item: Value) -> Value {
    let answer = client.post(path, Value::Array(vec![item.clone()])).await;
    assert_eq!(answer.status, 201, "{item} {}", answer.text);
    answer.json()["_embedded"]["custom_fields"][0].clone()
}

pub(crate) fn pair(code: &str, path: &str) -> (String, String) {
    (code.to_owned(), path.to_owned())
}

pub(crate) fn ids(list: &Value, collection: &str) -> Vec<i64> {
    list["_embedded"][collection]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_i64().unwrap())
        .collect()
}

/// A catalog of this name.
pub(crate) async fn catalog(client: &Client, name: &str) -> i64 {
    part_of_catalogs(client, "", "catalogs", name).await
}

/// An element of a catalog.
pub(crate) async fn element(client: &Client, catalog: i64, name: &str) -> i64 {
    part_of_catalogs(client, &format!("/{catalog}/elements"), "elements", name).await
}

async fn part_of_catalogs(client: &Client, path: &str, key: &str, name: &str) -> i64 {
    let path = format!("/api/v4/catalogs{path}");
    let answer = client.post(&path, serde_json::json!([{"name": name}])).await;
    if answer.status == 404 {
        // Until the box keeps catalogs, it takes any id of one.
        return 1005 + i64::from(name.as_bytes()[0]);
    }
    answer.json()["_embedded"][key][0]["id"].as_i64().unwrap()
}
