//! Where the box posts to in tests: a service that keeps what it got and answers as told.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, Uri};
use http_body_util::{BodyExt, Full};
use tower_service::Service;

use super::Client;

/// What arrived.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Letter {
    pub(crate) fn form(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.body.as_bytes()).into_owned().collect()
    }

    /// The value of a key that must be there.
    pub(crate) fn get(&self, key: &str) -> String {
        let form = self.form();
        let found = form.iter().find(|(known, _)| known == key);
        found.unwrap_or_else(|| panic!("no {key} in {form:#?}")).1.clone()
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.form().iter().any(|(known, _)| known == key)
    }
}

/// What an inbox answers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Behaves {
    Answers(u16),
    /// Never answers.
    Hangs,
}

/// Keeps what it got. It answers 200 when it was not told otherwise.
#[derive(Clone, Default)]
pub(crate) struct Inbox {
    letters: Arc<Mutex<Vec<Letter>>>,
    behaviour: Arc<Mutex<(VecDeque<Behaves>, Option<Behaves>)>>,
}

impl Inbox {
    /// How it answers next; afterwards as before.
    pub(crate) fn then(&self, next: Behaves) {
        self.behaviour.lock().unwrap().0.push_back(next);
    }

    /// How it answers from now on.
    pub(crate) fn always(&self, behaves: Behaves) {
        self.behaviour.lock().unwrap().1 = Some(behaves);
    }

    /// What arrived since this was asked last.
    pub(crate) fn take(&self) -> Vec<Letter> {
        std::mem::take(&mut *self.letters.lock().unwrap())
    }
}

/// What the box has posted since this was asked last.
pub(crate) async fn letters((client, inbox): &(Client, Inbox)) -> Vec<Letter> {
    client.sandbox.webhooks().settled().await;
    inbox.take()
}

/// The only thing that it has posted.
pub(crate) async fn letter(told: &(Client, Inbox)) -> Letter {
    let mut letters = letters(told).await;
    assert_eq!(letters.len(), 1, "{letters:#?}");
    letters.remove(0)
}

impl Service<Request<Full<Bytes>>> for Inbox {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Full<Bytes>>) -> Self::Future {
        let inbox = self.clone();
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            let body = String::from_utf8(body.to_vec()).unwrap();
            let letter = Letter { method: head.method, uri: head.uri, headers: head.headers, body };
            inbox.letters.lock().unwrap().push(letter);
            let behaves = {
                let (next, always) = &mut *inbox.behaviour.lock().unwrap();
                next.pop_front().or(*always).unwrap_or(Behaves::Answers(200))
            };
            match behaves {
                Behaves::Answers(status) => {
                    Ok(Response::builder().status(status).body(Full::default()).unwrap())
                }
                Behaves::Hangs => std::future::pending().await,
            }
        })
    }
}
