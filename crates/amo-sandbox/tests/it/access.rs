//! Who has access: several integrations and users, API keys, scopes, an account that moves.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use crate::common::inbox::Inbox;
use crate::common::{Answer, Client, START, described, quiet};
use amo_sandbox::{Moved, Sandbox, demo};
use serde_json::{Value, json};
use tower_service::Service;

const ENDPOINT: &str = "/oauth2/access_token";
const LOGIN: &str = "/private/api/auth.php?type=json";
const EXCHANGE: &str = "//oauth2/exchange_api_key";
const REDIRECT: &str = "https://other.example.test/cb?x=1";

fn with(sandbox: &Sandbox, token: &str) -> Client {
    Client { sandbox: sandbox.clone(), token: token.to_owned(), headers: Vec::new() }
}

fn query(address: &str) -> BTreeMap<String, String> {
    let (_, query) = address.split_once('?').unwrap();
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

async fn current_user(client: &Client) -> Value {
    client.read("/api/v4/account").await["current_user_id"].clone()
}

async fn pair(client: &Client, of: &amo_sandbox::Connection) -> Value {
    let grant = json!({"client_id": of.client_id, "client_secret": of.client_secret,
        "grant_type": "authorization_code", "code": of.code, "redirect_uri": of.redirect_uri});
    let answer = client.post(ENDPOINT, grant).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

async fn refresh(client: &Client, of: &amo_sandbox::Connection, pair: &Value) -> Answer {
    let grant = json!({"client_id": of.client_id, "client_secret": of.client_secret,
        "grant_type": "refresh_token", "refresh_token": pair["refresh_token"],
        "redirect_uri": of.redirect_uri});
    client.post(ENDPOINT, grant).await
}

#[tokio::test]
async fn users_grant_access_to_integrations_side_by_side() {
    let sandbox = quiet().build();
    let client = with(&sandbox, "");
    let other = sandbox.add_integration(REDIRECT);
    assert!(sandbox.connection_of(&other, demo::MANAGER).is_none(), "it is not installed yet");
    assert!(sandbox.connection_of("nobody", demo::ADMIN).is_none());
    assert!(sandbox.connection_of(&other, 5).is_none());
    let admin = sandbox.connection_of(&other, demo::ADMIN).unwrap();
    let manager = sandbox.connection_of(&other, demo::MANAGER).unwrap();
    assert_eq!((&manager.client_id, manager.redirect_uri.as_str()), (&other, REDIRECT));
    assert_ne!(manager.client_secret, demo::CLIENT_SECRET);
    let user = with(&sandbox, &manager.long_lived_token);
    assert_eq!(current_user(&user).await, demo::MANAGER);

    let demo_pair = pair(&client, &sandbox.connection()).await;
    let admin_pair = pair(&client, &admin).await;
    let manager_pair = pair(&client, &manager).await;
    let of_manager = with(&sandbox, manager_pair["access_token"].as_str().unwrap());
    assert_eq!(current_user(&of_manager).await, demo::MANAGER);
    let foreign = refresh(&client, &sandbox.connection(), &manager_pair).await;
    assert_eq!((foreign.status, &foreign.json()["hint"]), (400, &json!("Invalid refresh token")));

    sandbox.revoke_grant(&other, demo::MANAGER);
    assert_eq!(of_manager.get("/api/v4/account").await.status, 401);
    let revoked = refresh(&client, &manager, &manager_pair).await;
    assert_eq!((revoked.status, &revoked.json()["hint"]), (401, &json!("Token has been revoked")));
    assert_eq!(refresh(&client, &admin, &admin_pair).await.status, 200, "another user's");
    assert_eq!(refresh(&client, &sandbox.connection(), &demo_pair).await.status, 200);
}

#[tokio::test]
async fn each_integration_has_its_own_seven_requests_and_all_together_fifty() {
    let sandbox = Sandbox::builder().manual_calendar(START).build();
    let mut statuses = BTreeMap::new();
    for _ in 0..8 {
        let id = sandbox.add_integration(REDIRECT);
        let token = sandbox.connection_of(&id, demo::ADMIN).unwrap().long_lived_token;
        let client = with(&sandbox, &token);
        for _ in 0..7 {
            *statuses.entry(client.get("/api/v4/account").await.status).or_insert(0) += 1;
        }
    }
    assert_eq!(statuses, BTreeMap::from([(200, 50), (429, 6)]));
}

#[tokio::test]
async fn the_consent_page_lets_users_choose_who_they_are() {
    let sandbox = quiet().build();
    let client = with(&sandbox, "");
    let id = sandbox.add_integration(REDIRECT);
    let page = client.get(&format!("/oauth?client_id={id}")).await;
    assert!(page.text.contains("Ada Admin") && !page.text.contains("Paul Partner"));
    let decide = async |user: &str| {
        let form = format!("client_id={id}&decision=allow&user_id={user}");
        client.try_send("POST", "/oauth", form).await.unwrap()
    };
    for user in [demo::MANAGER.to_string(), "5".to_owned(), "x".to_owned()] {
        assert_eq!(decide(&user).await.status, 400, "{user}");
    }
    let answer = decide(&demo::ADMIN.to_string()).await;
    assert!(answer.header("location").starts_with("https://other.example.test/cb?x=1&code="));
    let page = client.get(&format!("/oauth?client_id={id}")).await;
    assert!(page.text.contains("Paul Partner"), "it is installed now");
    let answer = decide(&demo::MANAGER.to_string()).await;
    let code = query(answer.header("location"))["code"].clone();
    let mut connection = sandbox.connection_of(&id, demo::ADMIN).unwrap();
    connection.code = code;
    let token = pair(&client, &connection).await["access_token"].clone();
    assert_eq!(current_user(&with(&sandbox, token.as_str().unwrap())).await, demo::MANAGER);
}

#[tokio::test]
async fn an_integration_that_is_switched_off_loses_everything_and_is_told() {
    let inbox = Inbox::default();
    let sandbox = quiet().webhook_sink(inbox.clone()).build();
    let client = with(&sandbox, "");
    let id = sandbox.add_integration(REDIRECT);
    assert!(!sandbox.uninstall(&id), "it is not on");
    let connection = sandbox.connection_of(&id, demo::ADMIN).unwrap();
    let old = pair(&client, &connection).await;
    assert!(sandbox.set_uninstall_hook(&id, "https://other.example.test/off"));
    assert!(!sandbox.set_uninstall_hook("nobody", "https://x.test/"));
    assert!(sandbox.uninstall(&id) && !sandbox.uninstall(&id));
    for token in [&connection.long_lived_token, old["access_token"].as_str().unwrap()] {
        assert_eq!(with(&sandbox, token).get("/api/v4/account").await.status, 401);
    }
    assert_eq!(refresh(&client, &connection, &old).await.status, 401);
    assert_eq!(Client::of(&sandbox).get("/api/v4/account").await.status, 200, "only this one");

    sandbox.webhooks().settled().await;
    let letters = inbox.take();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].method, "GET");
    assert_eq!(letters[0].headers["user-agent"], "amoService-oAuth-Code-Sender/1.0");
    let query = query(&letters[0].uri.to_string());
    assert_eq!((&query["client_uuid"], &query["account_id"]), (&id, &demo::ACCOUNT.to_string()));
    assert!(
        query["signature"].len() == 64 && query["signature"].chars().all(|c| c.is_ascii_hexdigit())
    );
    assert!(sandbox.connection_of(&id, demo::MANAGER).is_none());
    assert!(sandbox.connection_of(&id, demo::ADMIN).is_some(), "installed again");
}

#[tokio::test]
async fn a_token_is_good_for_what_was_granted() {
    let sandbox = quiet().build();
    let client = with(&sandbox, "");
    assert!(!sandbox.set_scopes("nobody", &[]));
    assert!(sandbox.set_scopes(demo::CLIENT_ID, &["notifications"]));
    let connection = sandbox.connection();
    let narrow = pair(&client, &connection).await;
    let user = with(&sandbox, narrow["access_token"].as_str().unwrap());
    let refused = user.get("/api/v4/leads").await;
    assert_eq!((refused.status, &refused.json()["detail"]), (403, &json!("Invalid scope")));
    sandbox.set_scopes(demo::CLIENT_ID, &["crm"]);
    let still = refresh(&client, &connection, &narrow).await.json();
    let user = with(&sandbox, still["access_token"].as_str().unwrap());
    assert_eq!(user.get("/api/v4/leads").await.status, 403, "a refresh widens nothing");
    assert_eq!(Client::of(&sandbox).get("/api/v4/leads").await.status, 204);
}

fn exchange(sandbox: &Sandbox, user: i64, login: &str) -> Value {
    json!({"login": login, "api_key": sandbox.api_key(user).unwrap(),
        "client_uuid": demo::CLIENT_ID, "client_secret": demo::CLIENT_SECRET, "state": "s&1"})
}

#[tokio::test]
async fn an_api_key_is_exchanged_for_a_code_that_comes_by_itself() {
    let inbox = Inbox::default();
    let sandbox = quiet().webhook_sink(inbox.clone()).build();
    let client = with(&sandbox, "");
    let good = exchange(&sandbox, demo::MANAGER, "manager@example.test");
    for (member, value) in [
        ("login", json!("nobody@example.test")),
        ("api_key", json!("x")),
        ("client_uuid", json!("x")),
        ("client_secret", json!("x")),
        ("client_secret", Value::Null),
    ] {
        let mut bad = good.clone();
        bad[member] = value;
        assert_eq!(client.post(EXCHANGE, bad.clone()).await.status, 400, "{bad}");
    }
    assert_eq!(client.post(EXCHANGE, json!([])).await.status, 400);
    assert_eq!(client.get(EXCHANGE).await.status, 405);
    let answer = client.post(EXCHANGE, good.clone()).await;
    assert_eq!((answer.status, answer.text.as_str()), (202, ""));
    sandbox.webhooks().settled().await;
    let letters = inbox.take();
    assert_eq!(letters.len(), 1);
    let address = letters[0].uri.to_string();
    assert!(address.starts_with(demo::REDIRECT_URI), "{address}");
    let came = query(&address);
    assert_eq!((came["from_exchange"].as_str(), came["state"].as_str()), ("1", "s&1"));
    let mut connection = sandbox.connection();
    connection.code.clone_from(&came["code"]);
    let token = pair(&client, &connection).await["access_token"].clone();
    assert_eq!(current_user(&with(&sandbox, token.as_str().unwrap())).await, demo::MANAGER);

    assert_eq!(client.post(EXCHANGE, good.clone()).await.status, 429, "once in five minutes");
    let other = exchange(&sandbox, demo::ADMIN, "admin@example.test");
    assert_eq!(client.post(EXCHANGE, other).await.status, 202, "for each user");
    sandbox.calendar().advance(Duration::from_secs(300));
    assert_eq!(client.post("/oauth2/exchange_api_key", good.clone()).await.status, 202);
    sandbox.uninstall(demo::CLIENT_ID);
    sandbox.calendar().advance(Duration::from_secs(300));
    assert_eq!(client.post(EXCHANGE, good).await.status, 403, "it is not installed");
}

#[tokio::test]
async fn a_user_logs_in_with_his_key_and_a_cookie() {
    let sandbox = quiet().build();
    let mut client = with(&sandbox, "");
    let key = sandbox.api_key(demo::MANAGER).unwrap();
    assert_eq!(sandbox.api_key(demo::MANAGER), Some(key.clone()));
    assert_eq!(sandbox.api_key(5), None);
    let credentials = json!({"USER_LOGIN": "Manager@example.test", "USER_HASH": key});
    let answer = client.post(LOGIN, credentials.clone()).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    let response = answer.json()["response"].clone();
    assert_eq!((&response["auth"], &response["server_time"]), (&json!(true), &json!(START)));
    assert_eq!(response["accounts"][0]["subdomain"], "demo");
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    client.headers = vec![("cookie", format!("a=b; {cookie}"))];
    assert_eq!(current_user(&client).await, demo::MANAGER);
    sandbox.calendar().advance(Duration::from_secs(15 * 60));
    assert_eq!(
        client.get("/api/v4/account").await.status,
        401,
        "a session is a quarter of an hour"
    );

    client.headers = Vec::new();
    let form = format!("USER_LOGIN=manager%40example.test&USER_HASH={key}");
    let xml = client.try_send("POST", "/private/api/auth.php", form).await.unwrap();
    assert_eq!((xml.status, xml.header("content-type")), (200, "text/xml; charset=utf-8"));
    assert!(
        xml.text.contains("<response>") && xml.text.contains("<auth>true</auth>"),
        "{}",
        xml.text
    );
    let cookie = xml.header("set-cookie").split(';').next().unwrap().to_owned();
    client.headers = vec![("cookie", cookie)];
    assert_eq!(client.get("/api/v4/account").await.status, 200);
    sandbox.revoke_tokens();
    assert_eq!(client.get("/api/v4/account").await.status, 401);
}

#[tokio::test]
async fn version_two_takes_the_key_in_the_query() {
    let sandbox = quiet().build();
    let client = with(&sandbox, "");
    let key = sandbox.api_key(demo::ADMIN).unwrap();
    let body =
        json!({"add": [{"type": "phone_call", "phone_number": "+7", "users": [demo::ADMIN]}]});
    for (query, wanted) in [
        (format!("login=admin@example.test&api_key={key}"), 200),
        (format!("USER_LOGIN=admin@example.test&USER_HASH={key}"), 200),
        ("login=admin@example.test&api_key=x".to_owned(), 401),
        ("login=admin@example.test".to_owned(), 401),
    ] {
        let answer = client.post(&format!("/api/v2/events/?{query}"), body.clone()).await;
        assert_eq!(answer.status, wanted, "{query}: {}", answer.text);
    }
    let path = format!("/api/v4/account?login=admin@example.test&api_key={key}");
    assert_eq!(client.get(&path).await.status, 401, "only version 2 does");
}

/// HTTP status and code of a refused login.
fn refusal(answer: &Answer) -> (u16, String) {
    let response = answer.json()["response"].clone();
    assert_eq!(response["auth"], false);
    (answer.status, response["error_code"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn refused_logins_have_their_codes() {
    let sandbox = quiet().build();
    let client = with(&sandbox, "");
    let key = sandbox.api_key(demo::ADMIN).unwrap();
    let credentials = |key: &str| json!({"USER_LOGIN": "admin@example.test", "USER_HASH": key});
    for body in [json!([]), json!({}), json!({"USER_LOGIN": 5}), json!("x")] {
        assert_eq!(refusal(&client.post(LOGIN, body).await), (401, "110".to_owned()));
    }
    for _ in 0..5 {
        assert_eq!(refusal(&client.post(LOGIN, credentials("x")).await), (401, "110".to_owned()));
    }
    let captcha = client.post(LOGIN, credentials(&key)).await;
    assert_eq!(refusal(&captcha), (401, "111".to_owned()), "even with the right key");
    sandbox.calendar().advance(Duration::from_secs(15 * 60));
    assert_eq!(client.post(LOGIN, credentials(&key)).await.status, 200);

    sandbox.move_account("new.amocrm.ru", Moved::NotFound);
    let moved = at(&sandbox, "demo.amocrm.ru", LOGIN, None).await;
    assert_eq!(refusal(&moved), (401, "101".to_owned()));
}

#[tokio::test]
async fn who_is_switched_off_cannot_log_in_and_what_an_administrator_granted_goes_on() {
    let sandbox = quiet().build();
    let client = with(&sandbox, "");
    let key = sandbox.api_key(demo::MANAGER).unwrap();
    let credentials = json!({"USER_LOGIN": "manager@example.test", "USER_HASH": key});
    let of = |user| {
        let token = sandbox.connection_of(demo::CLIENT_ID, user).unwrap().long_lived_token;
        with(&sandbox, &token)
    };
    let (admin, manager) = (of(demo::ADMIN), of(demo::MANAGER));
    assert!(!sandbox.set_user_active(5, false));
    for user in [demo::ADMIN, demo::MANAGER] {
        assert!(sandbox.set_user_active(user, false));
        assert!(sandbox.connection_of(demo::CLIENT_ID, user).is_none());
    }
    assert_eq!(admin.get("/api/v4/account").await.status, 200);
    assert_eq!(manager.get("/api/v4/account").await.status, 401);
    assert_eq!(refusal(&client.post(LOGIN, credentials.clone()).await), (401, "112".to_owned()));
    let exchanged = exchange(&sandbox, demo::MANAGER, "manager@example.test");
    assert_eq!(client.post(EXCHANGE, exchanged).await.status, 403);
    assert!(sandbox.set_user_active(demo::MANAGER, true));
    assert_eq!(client.post(LOGIN, credentials).await.status, 200);
    assert_eq!(manager.get("/api/v4/account").await.status, 200);
}

/// A POST without a body, from an address, to a host.
async fn at(sandbox: &Sandbox, host: &str, path: &str, from: Option<SocketAddr>) -> Answer {
    let uri: http::Uri = format!("https://{host}{path}").parse().unwrap();
    let mut request =
        http::Request::post(&uri).body(http_body_util::Full::<bytes::Bytes>::default()).unwrap();
    if let Some(from) = from {
        request.extensions_mut().insert(from);
    }
    let (head, body) = sandbox.service().call(request).await.unwrap().into_parts();
    let body = http_body_util::BodyExt::collect(body).await.unwrap().to_bytes();
    described::check("POST", &uri, &head, &body).unwrap();
    let text = String::from_utf8(body.to_vec()).unwrap();
    Answer { status: head.status.as_u16(), headers: head.headers, text }
}

#[tokio::test]
async fn a_white_list_closes_the_api_for_other_addresses() {
    let allowed = IpAddr::from([10, 0, 0, 1]);
    let sandbox = quiet().allowed_addresses([allowed]).build();
    let host = "demo.amocrm.ru";
    let from = |last| Some(SocketAddr::from(([10, 0, 0, last], 5000)));
    let refused = at(&sandbox, host, LOGIN, from(2)).await;
    assert_eq!(refusal(&refused), (403, "113".to_owned()));
    assert_eq!(
        at(&sandbox, host, LOGIN, from(1)).await.status,
        401,
        "no key, but the address is right"
    );
    assert_eq!(at(&sandbox, host, "/api/v4/leads", from(2)).await.status, 403);
    assert_eq!(at(&sandbox, host, "/api/v4/leads", None).await.status, 403);
    assert_eq!(at(&sandbox, host, "/api/v4/leads", from(1)).await.status, 401);
    assert_eq!(at(&sandbox, host, ENDPOINT, from(2)).await.status, 400, "tokens are for all");
}

#[tokio::test]
async fn a_moved_account_is_found_by_its_refresh_token() {
    let sandbox = quiet().build();
    let client = with(&sandbox, "");
    let old = pair(&client, &sandbox.connection()).await;
    sandbox.move_account("shop.amocrm.ru", Moved::Redirect);
    let former = "demo.amocrm.ru";
    let moved = at(&sandbox, former, "/api/v4/leads?limit=1", None).await;
    assert_eq!(
        (moved.status, moved.header("location")),
        (301, "https://shop.amocrm.ru/api/v4/leads?limit=1")
    );
    assert_eq!(at(&sandbox, &format!("{former}:443"), "/api/v4/leads", None).await.status, 301);
    assert_eq!(at(&sandbox, former, ENDPOINT, None).await.status, 404);

    let mut look = with(&sandbox, "");
    look.headers = vec![("x-refresh-token", old["refresh_token"].as_str().unwrap().to_owned())];
    let found = look.read("/oauth2/account/current/subdomain").await;
    assert_eq!((&found["domain"], &found["id"]), (&json!("shop.amocrm.ru"), &json!(demo::ACCOUNT)));
    assert_eq!(
        refresh(&client, &sandbox.connection(), &old).await.status,
        200,
        "it is not used up"
    );

    sandbox.move_account("store.amocrm.ru", Moved::Unauthorized);
    assert_eq!(at(&sandbox, "shop.amocrm.ru", "/api/v4/leads", None).await.status, 401);
    assert_eq!(at(&sandbox, "shop.amocrm.ru", ENDPOINT, None).await.status, 401);
    assert_eq!(
        at(&sandbox, former, "/", None).await.header("location"),
        "https://store.amocrm.ru/",
        "the older one goes on"
    );
    sandbox.move_account(former, Moved::NotFound);
    assert_eq!(at(&sandbox, former, ENDPOINT, None).await.status, 400, "back again");
    assert_eq!(at(&sandbox, "store.amocrm.ru", "/api/v4/leads", None).await.status, 404);
}

#[tokio::test]
async fn the_accounts_own_host_does_not_look_itself_up_by_a_refresh_token() {
    let sandbox = quiet().build();
    let client = with(&sandbox, "");
    let token = pair(&client, &sandbox.connection()).await["refresh_token"].clone();
    for (host, wanted) in [("demo.amocrm.ru", 403), ("api-b.amocrm.ru", 200)] {
        let request =
            http::Request::get(format!("https://{host}/oauth2/account/current/subdomain"))
                .header("x-refresh-token", token.as_str().unwrap())
                .body(http_body_util::Full::<bytes::Bytes>::default())
                .unwrap();
        let answer = sandbox.service().call(request).await.unwrap();
        assert_eq!(answer.status(), wanted, "{host}");
    }
}
