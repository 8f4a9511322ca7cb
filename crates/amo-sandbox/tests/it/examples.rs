//! The examples of requests in `openapi.json`: the box takes them.

use amo_sandbox::{CustomersMode, Sandbox};
use serde_json::Value;

use crate::common::described::{DOCUMENT, is_valid_request};
use crate::common::drive::Drive;
use crate::common::{Client, quiet};

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

/// The path of a template with the examples of its parameters.
fn path(template: &str, operation: &Value) -> String {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let named = parameters.filter(|parameter| parameter["in"] == "path");
    named.fold(template.to_owned(), |path, parameter| {
        let name = parameter["name"].as_str().unwrap();
        let example = &parameter["example"];
        assert!(!example.is_null(), "{template}: {name} has no example");
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
        let (status, text) = if path.starts_with("/v1.0/") {
            let answer = Drive::of(&client.sandbox).send(method, path, body.to_string()).await;
            (answer.status, String::from_utf8(answer.body).unwrap())
        } else {
            let answer = client.send(method, path, body).await;
            (answer.status, answer.text)
        };
        // A secret is no example.
        if status >= 300 && !name.starts_with("access.") {
            refused.push(format!("{name} {status} {text}"));
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}
