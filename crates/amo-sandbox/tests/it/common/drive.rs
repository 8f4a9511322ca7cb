//! A client of the drive, whose answers may be any bytes.

use amo_sandbox::Sandbox;
use bytes::Bytes;
use http::{Request, Uri};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use tower_service::Service;

use super::described;

pub(crate) struct Drive {
    pub(crate) sandbox: Sandbox,
    pub(crate) token: String,
}

#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    /// The content type.
    pub(crate) kind: String,
    pub(crate) body: Vec<u8>,
}

impl Answered {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {} {:?}", self.status, self.body))
    }
}

impl Drive {
    pub(crate) fn of(sandbox: &Sandbox) -> Drive {
        let token = sandbox.connection().long_lived_token;
        Drive { sandbox: sandbox.clone(), token }
    }

    pub(crate) fn quiet() -> Drive {
        Drive::of(&super::quiet().build())
    }

    /// Sends to an address, or to a path of the drive.
    pub(crate) async fn send(&self, method: &str, url: &str, body: impl Into<Bytes>) -> Answered {
        let url = if url.starts_with('/') {
            format!("https://drive-b.amocrm.ru{url}")
        } else {
            url.to_owned()
        };
        let uri: Uri = url.parse().unwrap();
        let request = Request::builder()
            .method(method)
            .uri(&uri)
            .header("authorization", format!("Bearer {}", self.token))
            .body(Full::new(body.into()))
            .unwrap();
        let (head, body) = self.sandbox.service().call(request).await.unwrap().into_parts();
        let kind = head.headers.get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        described::check(method, &uri, &head, &body).unwrap();
        Answered { status: head.status.as_u16(), kind: kind.unwrap_or_default(), body }
    }

    /// GET that must be answered with 200.
    pub(crate) async fn read(&self, url: &str) -> Value {
        let answer = self.send("GET", url, "").await;
        assert_eq!(answer.status, 200, "{url}: {answer:?}");
        answer.json()
    }

    /// Opens an upload.
    pub(crate) async fn open(&self, body: Value) -> Value {
        let answer = self.send("POST", "/v1.0/sessions", body.to_string()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// Sends all bytes as the only part.
    pub(crate) async fn finish(&self, opened: &Value, bytes: &[u8]) -> Value {
        let url = opened["upload_url"].as_str().unwrap();
        let answer = self.send("POST", url, bytes.to_vec()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// Uploads a small file.
    pub(crate) async fn upload(&self, name: &str, bytes: &[u8]) -> Value {
        let opened = self.open(json!({"file_name": name, "file_size": bytes.len()})).await;
        self.finish(&opened, bytes).await
    }
}

/// The ids of a list of files.
pub(crate) fn uuids(list: &Value) -> Vec<String> {
    let files = list["_embedded"]["files"].as_array().unwrap();
    files.iter().map(|file| file["uuid"].as_str().unwrap().to_owned()).collect()
}
