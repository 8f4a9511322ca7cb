//! Whether an answer is one that `openapi.json` describes: every answer of these tests is held
//! against it.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use http::Uri;
use http::header::CONTENT_TYPE;
use http::response::Parts;
use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};

const ADDRESS: &str = "https://box.test/openapi.json";

pub(crate) static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../../openapi.json")).unwrap());
/// Every path with its segments.
static TEMPLATES: LazyLock<Vec<(&str, Vec<&str>)>> = LazyLock::new(|| {
    let templates = DOCUMENT["paths"].as_object().unwrap().keys();
    let split = |path: &'static String| (&**path, path.trim_matches('/').split('/').collect());
    templates.map(split).collect()
});
static REGISTRY: LazyLock<Registry<'static>> = LazyLock::new(|| {
    let registry = Registry::new().draft(Draft::Draft202012);
    registry.add(ADDRESS, &*DOCUMENT).unwrap().prepare().unwrap()
});
/// What was needed so far, by the place of the schema in the document.
static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

/// Says in which way the description has not this answer to this request. A path that it does not
/// know, or that is not on this host, can only be refused.
pub(crate) fn check(method: &str, uri: &Uri, head: &Parts, body: &[u8]) -> Result<(), String> {
    let status = head.status.as_u16();
    let differs = |said: &str| {
        let body = String::from_utf8_lossy(body);
        Err(format!("{method} {uri} {status} is not as described: {said}\n{body}"))
    };
    let path: Vec<&str> = uri.path().trim_matches('/').split('/').collect();
    let is_drive = uri.host().is_some_and(|host| host.starts_with("drive"));
    // Where the host has a port it is both.
    let is_elsewhere = is_drive != (path[0] == "v1.0") && uri.port().is_none();
    let Some(operation) = operation(method, &path).filter(|_| !is_elsewhere) else {
        let is_outside = ["oauth", "openapi.json", "download"].contains(&path[0]);
        let is_refused = is_outside || status >= 300;
        return if is_refused { Ok(()) } else { differs("the operation is not there") };
    };
    let Some((place, response)) = response(&operation, status) else {
        return differs("the status");
    };
    let kind = head.headers.get(CONTENT_TYPE).map(|kind| kind.to_str().unwrap());
    let kind = kind.map(|kind| kind.split(';').next().unwrap_or_default());
    let Some(content) = response.get("content") else {
        // What is accepted is confirmed by nothing, an empty object or a word.
        let is_empty =
            body.is_empty() || (status == 202 && [&b"{}"[..], b"Accepted"].contains(&body));
        return if is_empty { Ok(()) } else { differs("there should be no body") };
    };
    if body.is_empty() {
        return if status >= 300 { Ok(()) } else { differs("there should be a body") };
    }
    let Some(kind) = kind.filter(|kind| content.get(kind).is_some()) else {
        return differs("the content type");
    };
    if kind.ends_with("json") {
        let Ok(body) = serde_json::from_slice::<Value>(body) else {
            return differs("it should be JSON");
        };
        let validator = validator(format!("{place}/content/{}/schema", escaped(kind)));
        let errors = validator.iter_errors(&body).into_errors();
        return if errors.is_empty() { Ok(()) } else { differs(&errors.to_string()) };
    }
    Ok(())
}

/// Panics unless the description allows this body of a request.
pub(crate) fn is_valid_request(template: &str, method: &str, body: &Value) {
    let content = "requestBody/content/application~1json/schema";
    let validator = validator(format!("/paths/{}/{method}/{content}", escaped(template)));
    let errors = validator.iter_errors(body).into_errors();
    assert!(errors.is_empty(), "{method} {template} takes no such body: {errors}\n{body:#}");
}

/// The pointer to an operation.
fn operation(method: &str, path: &[&str]) -> Option<String> {
    let fitting = TEMPLATES.iter().filter_map(|(template, segments)| {
        let fits = |(wanted, given): (&&str, &&str)| {
            if wanted.starts_with('{') { !given.is_empty() } else { wanted == given }
        };
        let fits = segments.len() == path.len() && segments.iter().zip(path).all(fits);
        let fixed = segments.iter().filter(|segment| !segment.starts_with('{')).count();
        fits.then_some((fixed, template))
    });
    let (_, template) = fitting.max_by_key(|(fixed, _)| *fixed)?;
    let method = method.to_lowercase();
    let parameters = DOCUMENT["paths"][template].get(&method)?["parameters"].as_array();
    // `{entity}` is not of every kind everywhere.
    let is_meant = parameters.into_iter().flatten().all(|parameter| {
        let name = format!("{{{}}}", parameter["name"].as_str().unwrap_or_default());
        let place = template.trim_matches('/').split('/').position(|segment| segment == name);
        let kinds = parameter["schema"]["enum"].as_array();
        place.zip(kinds).is_none_or(|(place, kinds)| kinds.iter().any(|kind| kind == path[place]))
    });
    is_meant.then(|| format!("/paths/{}/{method}", escaped(template)))
}

/// Where the response of an operation is described, and how.
fn response(operation: &str, status: u16) -> Option<(String, &'static Value)> {
    let responses = DOCUMENT.pointer(&format!("{operation}/responses")).unwrap();
    let range = format!("{}XX", status / 100);
    let code =
        [status.to_string(), range].into_iter().find(|code| responses.get(code).is_some())?;
    let place = match responses[&code]["$ref"].as_str() {
        Some(reference) => reference.trim_start_matches('#').to_owned(),
        None => format!("{operation}/responses/{code}"),
    };
    let response = DOCUMENT.pointer(&place).unwrap();
    Some((place, response))
}

fn validator(place: String) -> Arc<Validator> {
    let mut validators = VALIDATORS.lock().unwrap();
    let validator = validators.entry(place).or_insert_with_key(|place| {
        let fragment = place.replace('{', "%7B").replace('}', "%7D");
        let schema = json!({ "$ref": format!("{ADDRESS}#{fragment}") });
        let options = jsonschema::options().with_draft(Draft::Draft202012).with_registry(&REGISTRY);
        Arc::new(options.build(&schema).unwrap_or_else(|error| panic!("{place}: {error}")))
    });
    Arc::clone(validator)
}

/// As a segment of a JSON pointer.
fn escaped(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}
