//! The examples of requests in `openapi.json`: the box takes them.

use amo_sandbox::{CustomersMode, Sandbox};
use serde_json::Value;

use crate::common::described::{DOCUMENT, is_valid_request};
use crate::common::drive::Drive;
use crate::common::{Client, quiet};
use crate::nonsense::{odd, places, put};

/// Those that others need: a number that somebody calls, a subscription that is ended.
const FIRST: [&str; 2] = ["contacts.create", "webhooks.subscribe"];

/// A box of its own for each, with what they name.
fn sandbox(name: &str) -> Sandbox {
    let customers = match name.split('.').next() {
        Some("customer_segments") => CustomersMode::Segments,
        _ => CustomersMode::Periodicity,
    };
    quiet().contacts(3).companies(3).leads(3).customers_mode(customers).build()
}

/// The parameters of an operation that stand in the path or in the query.
fn parameters<'o>(operation: &'o Value, place: &str) -> impl Iterator<Item = &'o Value> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    parameters.filter(move |parameter| parameter["in"] == place)
}

/// The path of a template with the examples of its parameters, or with something for them.
fn path(template: &str, operation: &Value) -> String {
    parameters(operation, "path").fold(template.to_owned(), |path, parameter| {
        let name = parameter["name"].as_str().unwrap();
        let known =
            [&parameter["example"], &parameter["schema"]["enum"][0], &Value::from(3_000_001)];
        let example = known.into_iter().find(|example| !example.is_null()).unwrap();
        let example = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
        path.replace(&format!("{{{name}}}"), &example)
    })
}

/// All operations with an example: method, path, body, name.
fn examples() -> Vec<(String, String, Value, String)> {
    let mut found = Vec::new();
    for (template, item) in DOCUMENT["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let body = &operation["requestBody"]["content"]["application/json"];
            let Some(example) = body.get("example") else { continue };
            let name = operation["operationId"].as_str().unwrap().to_owned();
            is_valid_request(template, method, example);
            let path = path(template, operation);
            found.push((method.to_uppercase(), path, example.clone(), name));
        }
    }
    found
}

/// Sends to the host of the path.
async fn send(client: &Client, method: &str, path: &str, body: &str) -> (u16, String) {
    if path.starts_with("/v1.0/") {
        let answer = Drive::of(&client.sandbox).send(method, path, body.to_owned()).await;
        (answer.status, String::from_utf8_lossy(&answer.body).into_owned())
    } else {
        let answer = client.try_send(method, path, body.to_owned()).await.unwrap();
        (answer.status, answer.text)
    }
}

#[tokio::test]
async fn each_is_valid_and_done() {
    let examples = examples();
    assert!(examples.len() > 60, "{}", examples.len());
    let mut refused = Vec::new();
    for (method, path, body, name) in &examples {
        let client = Client::of(&sandbox(name));
        for (method, path, body, _) in examples.iter().filter(|(.., name)| FIRST.contains(&&**name))
        {
            client.send(method, path, body).await;
        }
        let (status, text) = send(&client, method, path, &body.to_string()).await;
        // A secret is no example.
        if status >= 300 && !name.starts_with("access.") {
            refused.push(format!("{name} {status} {text}"));
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

#[tokio::test]
async fn whatever_stands_in_one_is_answered_as_described() {
    for (method, path, sound, name) in examples() {
        let client = Client::of(&sandbox(&name));
        for place in 0..places(&sound) {
            for odd in &odd() {
                let mut body = sound.clone();
                put(&mut body, &mut place.clone(), odd);
                let (status, text) = send(&client, &method, &path, &body.to_string()).await;
                assert!(status < 500, "{method} {path} {body}: {text}");
            }
        }
        for body in ["", "[", "\"", "[]", "{}", "nil", "\u{0}", &"[".repeat(100_000)] {
            let (status, text) = send(&client, &method, &path, body).await;
            assert!(status < 500, "{method} {path} {body:.9}: {text}");
        }
    }
}

#[tokio::test]
async fn whatever_stands_in_a_query_is_answered_as_described() {
    let odd = ["", "x", "-1", "1,,2", "%00%FF", "99999999999999999999"];
    let client = Client::of(&sandbox(""));
    let mut asked = 0;
    for (template, item) in DOCUMENT["paths"].as_object().unwrap() {
        let Some(operation) = item.get("get") else { continue };
        let path = path(template, operation);
        for parameter in parameters(operation, "query") {
            let name = parameter["name"].as_str().unwrap();
            for more in ["", "[]", "[from]"] {
                for odd in odd {
                    send(&client, "GET", &format!("{path}?{name}{more}={odd}"), "").await;
                    asked += 1;
                }
            }
        }
    }
    assert!(asked > 3000, "{asked}");
}
