//! The control API: over a socket, and without one.

use crate::common::inbox::Inbox;
use crate::common::{Client, quiet};
use amo_sandbox::{ControlService, Sandbox, demo};
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Full};
use serde_json::{Value, json};
use tower_service::Service as _;

/// Sends one request, and gives the status and the body.
async fn send(
    control: &ControlService,
    request: http::request::Builder,
    body: &str,
) -> (u16, Value) {
    let request = request.body(Full::new(Bytes::from(body.to_owned()))).unwrap();
    let answer = control.clone().call(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() };
    (status, body)
}

async fn ask(sandbox: &Sandbox, method: &str, path: &str, body: Value) -> (u16, Value) {
    let request = Request::builder().method(method).uri(path);
    let body = if body.is_null() { String::new() } else { body.to_string() };
    send(&sandbox.control(), request, &body).await
}

/// It must be answered with success.
async fn told(sandbox: &Sandbox, method: &str, path: &str, body: Value) -> Value {
    let (status, answer) = ask(sandbox, method, path, body).await;
    assert!((200..300).contains(&status), "{method} {path}: {status} {answer}");
    answer
}

#[tokio::test]
async fn the_list_is_in_the_docs() {
    let sandbox = Sandbox::new();
    let list = told(&sandbox, "GET", "/", Value::Null).await;
    let docs = include_str!("../../docs/control.md");
    let calls = list["calls"].as_array().unwrap();
    for call in calls {
        let line =
            format!("`{} {}`", call["method"].as_str().unwrap(), call["path"].as_str().unwrap());
        assert!(docs.contains(&line), "docs/control.md does not have {line}");
    }
    let documented = docs.lines().filter(|line| line.starts_with("- `")).count();
    assert_eq!(documented, calls.len() - 1, "the docs have calls that are not there");
}

#[tokio::test]
async fn only_those_on_the_machine_get_in() {
    let sandbox = Sandbox::new();
    let control = sandbox.control().allow_host("box.internal");
    for (host, wanted) in [
        ("localhost:8081", 200),
        ("127.0.0.1:8081", 200),
        ("[::1]:8081", 200),
        ("10.0.0.5", 200),
        ("BOX.internal:1", 200),
        ("evil.example", 403),
        ("localhost.evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("a b", 403),
        ("", 403),
    ] {
        let request = Request::get("/calendar").header("host", host);
        assert_eq!(send(&control, request, "").await.0, wanted, "{host}");
    }
    let page =
        Request::post("/unblock").header("host", "127.0.0.1").header("origin", "http://x.test");
    let (status, answer) = send(&control, page, "").await;
    assert_eq!(status, 403);
    assert!(answer["error"].as_str().unwrap().contains("Origin"), "{answer}");
    assert_eq!(send(&control, Request::get("http://box.internal/calendar"), "").await.0, 200);
    assert_eq!(send(&control, Request::get("http://evil.example/calendar"), "").await.0, 403);
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let sandbox = Sandbox::new();
    for (method, path, body, status, wanted) in [
        ("GET", "/nothing", Value::Null, 404, "`/nothing`"),
        ("PATCH", "/limits", json!({}), 405, "GET, PUT"),
        ("POST", "/faults", json!({}), 400, "`status`, `cut`, `cut_short` and `delay_ms`"),
        ("POST", "/faults", json!({"status": 503, "cut": true}), 400, "Only one"),
        ("POST", "/faults", json!({"status": "x"}), 400, "`status`: invalid type"),
        ("POST", "/faults", json!({"status": 99}), 400, "`status`: 99"),
        ("POST", "/faults", json!({"status": 503, "colour": 1}), 400, "unknown field `colour`"),
        ("POST", "/faults", json!({"status": 503, "headers": {"a b": "c"}}), 400, "`headers.a b`"),
        ("POST", "/faults", json!({"cut": true, "body": "x"}), 400, "`headers` and `body`"),
        ("POST", "/faults", json!({"cut": true, "times": 0}), 400, "`times`: 0"),
        ("POST", "/faults", json!({"cut": true, "probability": 1.5}), 400, "`probability`"),
        ("POST", "/faults", json!({"cut": true, "seed": 1}), 400, "`seed`"),
        ("POST", "/faults", json!([]), 400, "The body: "),
        ("POST", "/faults", Value::Null, 400, "The body: "),
        ("POST", "/scripts", json!({"steps": []}), 400, "`steps`"),
        ("POST", "/scripts", json!({"steps": [{"method": "GET"}]}), 400, "`steps[0]`"),
        (
            "POST",
            "/scripts",
            json!({"steps": [{"method": "G T", "path": "/"}]}),
            400,
            "`steps[0].method`",
        ),
        (
            "POST",
            "/scripts",
            json!({"steps": [{"method": "GET", "path": "x"}]}),
            400,
            "`steps[0].path`",
        ),
        ("PUT", "/latency", json!({"from_ms": 2, "to_ms": 1}), 400, "`to_ms`"),
        ("PUT", "/limits", json!({"account": "fast"}), 400, "`account`: \"fast\""),
        ("PUT", "/limits", json!({"block": {"after": 1, "whom": "x"}}), 400, "`block.whom`"),
        ("PUT", "/allowed-addresses", json!({"addresses": ["x"]}), 400, "`addresses[0]`"),
        ("PUT", "/calendar", json!({"now": "x"}), 400, "`now`"),
        ("POST", "/calendar", json!({"advance": -1}), 400, "`advance`"),
        ("GET", "/log?status=x", Value::Null, 400, "`status`"),
        ("GET", "/log?secrets=x", Value::Null, 400, "`secrets`"),
        ("GET", "/entities/leads/x", Value::Null, 400, "id"),
        ("GET", "/entities/leads/1", Value::Null, 404, "entity"),
        ("DELETE", "/entities/cats/1", Value::Null, 404, "entity"),
        ("POST", "/entities/leads/1/followers", json!({}), 400, "`user_id`"),
        ("POST", "/messages", json!({"contact_id": 1, "text": ""}), 404, "`contact_id`"),
        ("POST", "/talks/1/messages", json!({"user_id": 1, "text": ""}), 404, "talk"),
        ("POST", "/talks/1/mark", json!({"rate": 11}), 400, "`rate`"),
        ("POST", "/talks/1/miss", Value::Null, 404, "talk"),
        ("POST", "/short-links/open", json!({"url": "x"}), 404, "`url`"),
        ("PUT", "/bots/1/lesson", json!({"address": "http://x"}), 404, "bot"),
        ("POST", "/triggers", json!({"on": "moon", "address": "http://x"}), 400, "`on`"),
        ("PUT", "/paid-until", json!({}), 400, "missing field `end`"),
        ("POST", "/bots/salesbot/1/wait", Value::Null, 404, "bot"),
        ("PUT", "/domain", json!({"domain": "x/y"}), 400, "`domain`"),
        ("DELETE", "/tokens?user_id=1", Value::Null, 400, "`client_id`"),
        ("DELETE", "/tokens?user_id=1&client_id=x", Value::Null, 404, "integration"),
        ("PATCH", "/integrations/x", json!({}), 404, "integration"),
        ("DELETE", "/integrations/x", Value::Null, 404, "integration"),
        ("GET", "/connection?client_id=x", Value::Null, 404, "integration"),
        ("GET", "/users/1/api-key", Value::Null, 404, "user"),
        ("POST", "/webhooks/enable", json!({"destination": "http://x"}), 404, "address"),
    ] {
        let (got, answer) = ask(&sandbox, method, path, body.clone()).await;
        let sentence = answer["error"].as_str().unwrap_or_default();
        assert!(
            got == status && sentence.contains(wanted),
            "{method} {path} {body}: {got} {answer}"
        );
    }
    assert_eq!((sandbox.faults().pending(), sandbox.scripts().pending()), (0, 0));
    let scopes = format!("/integrations/{}", demo::CLIENT_ID);
    let (_, answer) = ask(&sandbox, "PATCH", &scopes, json!({"scopes": ["crm", "moon"]})).await;
    assert!(answer["error"].as_str().unwrap().contains("`moon`"), "{answer}");
}

#[tokio::test]
async fn faults_limits_and_latency() {
    let client = Client::quiet();
    let sandbox = &client.sandbox;
    let fault = json!({"status": 429, "headers": {"Retry-After": "3"}, "body": "slow down",
        "method": "get", "path_prefix": "/api/v4/l", "skip": 1, "times": 2});
    assert_eq!(told(sandbox, "POST", "/faults", fault).await, json!({"pending": 1}));
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(client.get("/api/v4/leads").await.status);
        let left = told(sandbox, "GET", "/faults", Value::Null).await;
        assert_eq!(left["faults"].as_array().unwrap().len(), usize::from(statuses.len() < 3));
    }
    assert_eq!(statuses, [204, 429, 429]);
    let chance = json!({"cut_short": true, "times": "always", "probability": 0.5, "seed": 9});
    told(sandbox, "POST", "/faults", chance).await;
    let shown = told(sandbox, "GET", "/faults", Value::Null).await;
    let wanted = json!({"cut_short": true, "times": "always", "probability": 0.5, "seed": 9,
        "skip": 0, "after_work": false, "delay_ms": 0});
    assert_eq!(shown["faults"], json!([wanted]));
    told(sandbox, "POST", "/faults", wanted).await;
    told(sandbox, "DELETE", "/faults", Value::Null).await;
    assert_eq!(sandbox.faults().pending(), 0);

    let limits = json!({"integration": 0, "account": "off", "address": null,
        "block": {"after": 1, "whom": "account"}, "too_many_requests": {"json-with-wait": 30},
        "retry_after": true});
    assert_eq!(told(sandbox, "PUT", "/limits", limits.clone()).await, limits);
    assert_eq!(told(sandbox, "GET", "/limits", Value::Null).await, limits);
    let refused = client.get("/api/v4/leads").await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "30"));
    assert_eq!(client.get("/api/v4/leads").await.status, 403);
    told(sandbox, "PUT", "/limits", json!({"integration": "off"})).await;
    assert_eq!(client.get("/api/v4/leads").await.status, 403, "still blocked");
    told(sandbox, "POST", "/unblock", Value::Null).await;
    assert_eq!(client.get("/api/v4/leads").await.status, 204);
    told(sandbox, "PUT", "/allowed-addresses", json!({"addresses": ["10.0.0.1"]})).await;
    assert_eq!(client.get("/api/v4/leads").await.status, 403);
    told(sandbox, "PUT", "/allowed-addresses", json!({"addresses": []})).await;

    let latency =
        told(sandbox, "PUT", "/latency", json!({"from_ms": 1, "to_ms": 3, "seed": 4})).await;
    assert_eq!(latency, json!({"from_ms": 1, "to_ms": 3, "seed": 4}));
    let latency = told(sandbox, "PUT", "/latency", json!({"from_ms": 0})).await;
    assert_eq!(latency, told(sandbox, "GET", "/latency", Value::Null).await);
}

#[tokio::test]
async fn the_calendar_and_the_log() {
    let mut client = Client::quiet();
    let now = client.sandbox.calendar().now();
    let moved = told(&client.sandbox, "POST", "/calendar", json!({"advance": 60})).await;
    assert_eq!(moved, json!({"now": now + 60, "is_manual": true}));
    told(&client.sandbox, "PUT", "/calendar", json!({"now": 5})).await;
    assert_eq!(told(&client.sandbox, "GET", "/calendar", Value::Null).await["now"], 5);
    client.sandbox.calendar().set(now);

    client.get("/api/v4/leads?page=1").await;
    client.post("/oauth2/access_token", json!({"client_secret": "very secret"})).await;
    client.try_send("POST", "/api/v4/leads", b"\xff".as_slice()).await.unwrap();
    let log = told(&client.sandbox, "GET", "/log", Value::Null).await;
    assert_eq!(log["count"], 3);
    let first = &log["requests"][0];
    assert_eq!((&first["path"], &first["query"]), (&json!("/api/v4/leads"), &json!("page=1")));
    assert_eq!((&first["status"], &first["authorized_as"]), (&json!(204), &json!(demo::ADMIN)));
    assert_eq!(log["requests"][1]["hidden_bytes"], 31);
    assert_eq!(log["requests"][2]["body_base64"], "/w==");
    assert!(!log.to_string().contains("very secret"));
    let path = "/log?path_prefix=/oauth&secrets=true&method=post";
    let asked = told(&client.sandbox, "GET", path, Value::Null).await;
    assert_eq!(asked["count"], 1);
    assert!(asked["requests"][0]["body"].as_str().unwrap().contains("very secret"));
    let last = told(&client.sandbox, "GET", "/log?path=/api/v4/leads&last=1", Value::Null).await;
    assert_eq!((&last["count"], last["requests"].as_array().unwrap().len()), (&json!(2), 1));
    assert_eq!(told(&client.sandbox, "GET", "/log?status=400", Value::Null).await["count"], 2);
    told(&client.sandbox, "DELETE", "/log", Value::Null).await;
    assert!(client.sandbox.log().is_empty(), "control is not in the log");

    let connection = told(&client.sandbox, "GET", "/connection", Value::Null).await;
    client.token = connection["long_lived_token"].as_str().unwrap().to_owned();
    assert_eq!(client.get("/api/v4/account").await.status, 200);
}

#[tokio::test]
async fn who_has_access() {
    let mut client = Client::quiet();
    let sandbox = client.sandbox.clone();
    let code = told(&sandbox, "POST", "/codes", Value::Null).await["code"].clone();
    let connection = told(&sandbox, "GET", "/connection", Value::Null).await;
    let exchange = json!({"client_id": connection["client_id"], "client_secret": connection["client_secret"],
        "grant_type": "authorization_code", "code": code, "redirect_uri": connection["redirect_uri"]});
    assert_eq!(client.post("/oauth2/access_token", exchange).await.status, 200);
    let made =
        told(&sandbox, "POST", "/integrations", json!({"redirect_uri": "https://x.test/"})).await;
    let id = made["client_id"].as_str().unwrap();
    told(&sandbox, "PATCH", &format!("/integrations/{id}"), json!({"scopes": ["files"]})).await;
    let other = told(&sandbox, "GET", &format!("/connection?client_id={id}"), Value::Null).await;
    client.token = other["long_lived_token"].as_str().unwrap().to_owned();
    assert_eq!(client.get("/api/v4/account").await.status, 403, "no scope for it");
    let grant = format!("/tokens?client_id={id}&user_id={}", demo::ADMIN);
    told(&sandbox, "DELETE", &grant, Value::Null).await;
    assert_eq!(client.get("/api/v4/account").await.status, 401);
    told(&sandbox, "DELETE", &format!("/integrations/{id}"), Value::Null).await;
    client.token = connection["long_lived_token"].as_str().unwrap().to_owned();
    assert_eq!(client.get("/api/v4/account").await.status, 200);
    told(&sandbox, "DELETE", "/tokens", Value::Null).await;
    assert_eq!(client.get("/api/v4/account").await.status, 401);
    let user = format!("/users/{}", demo::ADMIN);
    let key = told(&sandbox, "GET", &format!("{user}/api-key"), Value::Null).await;
    assert_eq!(key["api_key"].as_str(), sandbox.api_key(demo::ADMIN).as_deref());
    told(&sandbox, "PATCH", &user, json!({"is_active": false})).await;
    told(&sandbox, "PUT", "/domain", json!({"domain": "box.test2.ru", "former": "not-found"}))
        .await;
    assert_eq!(sandbox.connection().domain, "box.test2.ru");
}

#[tokio::test]
async fn the_whole_state() {
    let client = Client::of(&quiet().leads(2).build());
    let sandbox = &client.sandbox;
    let began = told(sandbox, "GET", "/state", Value::Null).await;
    assert_eq!(began["leads"].as_array().unwrap().len(), 2);
    told(sandbox, "PUT", "/state", json!({"leads": [{"id": 7, "name": "Chairs"}]})).await;
    assert_eq!(told(sandbox, "GET", "/entities/leads/7", Value::Null).await["name"], "Chairs");
    let wrong = json!({"leads": [{"id": 8, "name": 5}]});
    let (status, answer) = ask(sandbox, "PUT", "/state", wrong).await;
    assert!(
        status == 400 && answer["error"].as_str().unwrap().starts_with("leads.0.name"),
        "{answer}"
    );
    told(sandbox, "GET", "/entities/leads/7", Value::Null).await;
    told(sandbox, "POST", "/faults", json!({"cut": true})).await;
    told(sandbox, "POST", "/scripts", json!({"steps": [{"method": "GET", "path": "/"}]})).await;
    told(sandbox, "PUT", "/limits", json!({"integration": 0})).await;
    told(sandbox, "PUT", "/latency", json!({"from_ms": 3_600_000})).await;
    told(sandbox, "PUT", "/allowed-addresses", json!({"addresses": ["10.0.0.1"]})).await;
    told(sandbox, "POST", "/reset", Value::Null).await;
    let leads = client.read("/api/v4/leads").await;
    assert_eq!(crate::common::ids(&leads, "leads").len(), 2, "as it began, for the same token");
    assert_eq!(told(sandbox, "GET", "/state", Value::Null).await["leads"], began["leads"]);
    assert_eq!(sandbox.scripts().pending(), 0);
}

#[tokio::test]
async fn triggers_fire_and_their_posts_are_shown() {
    let inbox = Inbox::default();
    let client = Client::of(&quiet().webhook_sink(inbox.clone()).build());
    let trigger = json!({"on": {"status": demo::STATUS_CONTRACT}, "address": "https://x.test/dp"});
    told(&client.sandbox, "POST", "/triggers", trigger).await;
    let lead = json!([{"status_id": demo::STATUS_CONTRACT}]);
    assert_eq!(client.post("/api/v4/leads", lead.clone()).await.status, 200);
    told(&client.sandbox, "POST", "/webhooks/settle", Value::Null).await;
    let posted = told(&client.sandbox, "GET", "/webhooks/deliveries", Value::Null).await;
    assert_eq!(posted["deliveries"][0]["destination"], "https://x.test/dp");
    assert_eq!(
        (&posted["deliveries"][0]["status"], &posted["deliveries"][1]),
        (&json!(200), &json!(null))
    );
    told(&client.sandbox, "DELETE", "/webhooks/deliveries", Value::Null).await;
    told(&client.sandbox, "DELETE", "/triggers", Value::Null).await;
    assert_eq!(client.post("/api/v4/leads", lead).await.status, 200);
    told(&client.sandbox, "POST", "/webhooks/settle", Value::Null).await;
    assert!(client.sandbox.webhooks().deliveries().is_empty());
}

#[tokio::test]
async fn what_users_clients_and_bots_do() {
    let client = Client::of(&quiet().leads(2).contacts(1).build());
    let sandbox = &client.sandbox;
    let lead = format!("/entities/leads/{}", demo::FIRST_LEAD);
    assert_eq!(told(sandbox, "GET", &lead, Value::Null).await["id"], demo::FIRST_LEAD);
    told(sandbox, "POST", &format!("{lead}/followers"), json!({"user_id": demo::ADMIN})).await;
    told(sandbox, "DELETE", &lead, Value::Null).await;
    assert_eq!(ask(sandbox, "GET", &lead, Value::Null).await.0, 404);
    told(sandbox, "POST", &format!("{lead}/restore"), Value::Null).await;
    told(sandbox, "GET", &lead, Value::Null).await;
    let chat = told(sandbox, "POST", "/chats", json!({"name": "Anna", "text": "Hello"})).await;
    let incoming = client.read("/api/v4/leads/unsorted").await;
    assert_eq!(incoming["_embedded"]["unsorted"][0]["uid"], chat["uid"]);
    let message = json!({"contact_id": demo::FIRST_CONTACT, "text": "Me again"});
    let talk = told(sandbox, "POST", "/messages", message).await;
    let talks = client.read("/api/v4/talks").await;
    assert_eq!(talks["_embedded"]["talks"][0]["talk_id"], talk["talk_id"]);
    let talk = format!("/talks/{}", talk["talk_id"]);
    let reply = json!({"user_id": demo::ADMIN, "text": "I am here"});
    told(sandbox, "POST", &format!("{talk}/messages"), reply).await;
    told(sandbox, "POST", &format!("{talk}/miss"), Value::Null).await;
    told(sandbox, "POST", &format!("{talk}/mark"), json!({"rate": 9})).await;
    let (status, _) = ask(sandbox, "POST", &format!("{talk}/mark"), json!({"rate": 9})).await;
    assert_eq!(status, 404, "it ended by the first mark");
    told(sandbox, "PUT", "/paid-until", json!({"end": 1})).await;
    assert_eq!(client.get("/api/v4/leads").await.status, 402);
    told(sandbox, "PUT", "/paid-until", json!({"end": null})).await;
    assert_eq!(client.get("/api/v4/leads").await.status, 200);
    told(sandbox, "POST", "/webhooks/settle", Value::Null).await;
    let posted = told(sandbox, "GET", "/webhooks/deliveries", Value::Null).await;
    assert_eq!(posted, json!({"deliveries": []}));
    told(sandbox, "DELETE", "/webhooks/deliveries", Value::Null).await;
}
