//! OAuth: the token endpoint, tokens, the consent page, the look-ups.

use std::time::Duration;

use crate::common::{Answer, Client, START, quiet};
use amo_sandbox::demo;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

const ENDPOINT: &str = "/oauth2/access_token";

fn grant(kind: &str, key: &str, secret: &str) -> Value {
    json!({"client_id": demo::CLIENT_ID, "client_secret": demo::CLIENT_SECRET, "grant_type": kind, key: secret,
        "redirect_uri": demo::REDIRECT_URI})
}

async fn exchange(client: &Client, code: &str) -> Answer {
    client.post(ENDPOINT, grant("authorization_code", "code", code)).await
}

async fn refresh(client: &Client, token: &Value) -> Answer {
    client.post(ENDPOINT, grant("refresh_token", "refresh_token", token.as_str().unwrap())).await
}

/// Status and hint.
fn refusal(answer: &Answer) -> (u16, String) {
    let json = answer.json();
    assert_eq!(json["type"], "https://developers.amocrm.ru/v3/errors/OAuthProblemJson");
    assert_eq!(json["status"], answer.status);
    (answer.status, json["hint"].as_str().unwrap_or_default().to_owned())
}

fn with_token(sandbox: &amo_sandbox::Sandbox, token: &Value) -> Client {
    Client {
        sandbox: sandbox.clone(),
        token: token.as_str().unwrap().to_owned(),
        headers: Vec::new(),
    }
}

fn claims(token: &Value) -> Value {
    let parts: Vec<&str> = token.as_str().unwrap().split('.').collect();
    assert_eq!(parts.len(), 3);
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[0]).unwrap()).unwrap();
    assert_eq!(header["alg"], "RS256");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap()
}

#[tokio::test]
async fn a_code_gives_a_pair_once() {
    let client = Client::quiet();
    let code = client.sandbox.authorization_code();
    let answer = exchange(&client, &code).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    let pair = answer.json();
    assert_eq!(
        (&pair["token_type"], &pair["expires_in"], &pair["server_time"]),
        (&json!("Bearer"), &json!(86400), &json!(START))
    );
    assert!(pair["refresh_token"].as_str().unwrap().starts_with("def50200"));
    let claims = claims(&pair["access_token"]);
    assert_eq!(claims["aud"], demo::CLIENT_ID);
    assert_eq!(claims["sub"], demo::ADMIN.to_string());
    assert_eq!((&claims["iat"], &claims["exp"]), (&json!(START), &json!(START + 86400)));
    assert_eq!(
        (&claims["account_id"], &claims["base_domain"]),
        (&json!(demo::ACCOUNT), &json!("amocrm.ru"))
    );
    assert_eq!(claims["api_domain"], "api-b.amocrm.ru");
    let user = with_token(&client.sandbox, &pair["access_token"]);
    assert_eq!(user.get("/api/v4/account").await.status, 200);
    assert_eq!(
        refusal(&exchange(&client, &code).await),
        (400, "Authorization code has been revoked".to_owned())
    );

    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(
            grant("authorization_code", "code", &client.sandbox.authorization_code())
                .as_object()
                .unwrap()
                .iter()
                .map(|(key, value)| (key, value.as_str().unwrap())),
        )
        .finish();
    assert_eq!(
        client.try_send("POST", ENDPOINT, form).await.unwrap().status,
        200,
        "a form is taken too"
    );
}

#[tokio::test]
async fn a_refresh_token_works_once_and_tokens_expire_by_the_calendar() {
    let client = Client::quiet();
    let first = exchange(&client, &client.sandbox.authorization_code()).await.json();
    let second = refresh(&client, &first["refresh_token"]).await.json();
    assert_eq!(
        refusal(&refresh(&client, &first["refresh_token"]).await),
        (401, "Token has been revoked".to_owned())
    );
    let user = with_token(&client.sandbox, &second["access_token"]);
    assert_eq!(user.get("/api/v4/account").await.status, 200);
    client.sandbox.calendar().advance(Duration::from_secs(86_400));
    let answer = user.get("/api/v4/account").await;
    assert_eq!((answer.status, answer.header("content-type")), (401, "application/problem+json"));
    assert_eq!(answer.json()["detail"], "Invalid user name or password");
    assert_eq!(client.get("/api/v4/account").await.status, 200, "the long-lived token goes on");
    client.sandbox.calendar().advance(Duration::from_secs(89 * 86_400));
    assert_eq!(
        refusal(&refresh(&client, &second["refresh_token"]).await).0,
        401,
        "90 days are over"
    );
    let last = exchange(&client, &client.sandbox.authorization_code()).await.json();
    client.sandbox.revoke_tokens();
    assert_eq!(
        refusal(&refresh(&client, &last["refresh_token"]).await),
        (401, "Token has been revoked".to_owned())
    );
    assert_eq!(client.get("/api/v4/account").await.status, 401);
}

#[tokio::test]
async fn grace_and_lifetime_can_be_set() {
    let sandbox = quiet()
        .refresh_grace(true)
        .access_token_lifetime(Duration::from_secs(60))
        .domain("shop.kommo.com");
    let client = Client::of(&sandbox.build());
    let first = exchange(&client, &client.sandbox.authorization_code()).await.json();
    assert_eq!(first["expires_in"], 60);
    assert_eq!(claims(&first["access_token"])["base_domain"], "kommo.com");
    refresh(&client, &first["refresh_token"]).await.json();
    let third = refresh(&client, &first["refresh_token"]).await;
    assert_eq!(third.status, 200, "the answer may have been lost");
    with_token(&client.sandbox, &third.json()["access_token"]).get("/api/v4/account").await;
    assert_eq!(
        refusal(&refresh(&client, &first["refresh_token"]).await).0,
        401,
        "the new pair was used"
    );
}

#[tokio::test]
async fn wrong_requests_get_their_hints() {
    let client = Client::quiet();
    let code = client.sandbox.authorization_code();
    let late = client.sandbox.authorization_code();
    let good = grant("authorization_code", "code", &code);
    let changed = |key: &str, value: &str| {
        let mut body = good.clone();
        body[key] = Value::from(value);
        body
    };
    for (body, status, hint) in [
        (changed("client_id", "x"), 400, "Check the `client_id` parameter"),
        (changed("client_id", ""), 400, "Check the `client_id` parameter"),
        (changed("client_secret", "x"), 401, ""),
        (changed("client_secret", ""), 400, "Check the `client_secret` parameter"),
        (changed("grant_type", "password"), 400, "Check the `grant_type` parameter"),
        (
            changed("redirect_uri", "https://example.test/"),
            400,
            "Redirect URI is not associated with client",
        ),
        (changed("code", "x"), 400, "Cannot decrypt the authorization code"),
        (grant("refresh_token", "refresh_token", "x"), 400, "Invalid refresh token"),
        (json!([]), 400, ""),
    ] {
        let answer = client.post(ENDPOINT, body.clone()).await;
        assert_eq!(refusal(&answer), (status, hint.to_owned()), "{body}");
    }
    assert_eq!(exchange(&client, &code).await.status, 200, "refusals do not use a code up");
    client.sandbox.calendar().advance(Duration::from_secs(20 * 60));
    assert_eq!(
        refusal(&exchange(&client, &late).await),
        (400, "Authorization code has expired".to_owned())
    );
}

#[tokio::test]
async fn the_api_wants_a_valid_token() {
    let mut client = Client::quiet();
    for token in ["", "nonsense", "é"] {
        let other = Client {
            sandbox: client.sandbox.clone(),
            token: token.to_owned(),
            headers: Vec::new(),
        };
        assert_eq!(other.get("/api/v4/leads").await.status, 401, "{token}");
    }
    for (user, status) in
        [(demo::MANAGER.to_string(), 200), ("5".to_owned(), 401), ("x".to_owned(), 401)]
    {
        client.headers = vec![("x-context-user-id", user)];
        assert_eq!(client.get("/api/v4/account").await.status, status);
    }
    client.headers = vec![("x-context-user-id", demo::MANAGER.to_string())];
    let id = client.add("leads", json!({})).await;
    let lead = client.sandbox.entity("leads", id).unwrap();
    assert_eq!(
        (&lead["created_by"], &lead["responsible_user_id"]),
        (&json!(demo::MANAGER), &json!(demo::MANAGER))
    );
    assert_eq!(client.sandbox.log().entries().last().unwrap().authorized_as, Some(demo::MANAGER));
}

#[tokio::test]
async fn the_account_can_be_looked_up() {
    let mut client = Client::quiet();
    let wanted = json!({"id": demo::ACCOUNT, "subdomain": "demo", "domain": "demo.amocrm.ru", "top_level_domain": "ru"});
    assert_eq!(client.read("/oauth2/account/subdomain").await, wanted);
    let pair = exchange(&client, &client.sandbox.authorization_code()).await.json();
    client.token = String::new();
    assert_eq!(client.get("/oauth2/account/subdomain").await.status, 401);
    let refresh_token = pair["refresh_token"].as_str().unwrap().to_owned();
    client.headers = vec![("x-refresh-token", refresh_token)];
    assert_eq!(client.read("/oauth2/account/current/subdomain").await, wanted);
    refresh(&client, &pair["refresh_token"]).await;
    assert_eq!(client.get("/oauth2/account/current/subdomain").await.status, 401, "it was used up");
}

#[tokio::test]
async fn the_consent_page_sends_the_user_back_with_a_code() {
    let client = Client::quiet();
    let page = client
        .get(&format!("/oauth?client_id={}&state=%22%3E%3Cb%3E&mode=popup", demo::CLIENT_ID))
        .await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(
        page.text.contains("value=\"&quot;&gt;&lt;b&gt;\"") && page.text.contains("Allow"),
        "{}",
        page.text
    );
    assert_eq!(client.get("/oauth?client_id=x").await.status, 400);

    let decide = async |decision: &str| {
        let form = format!("client_id={}&state=a%26b&decision={decision}", demo::CLIENT_ID);
        let answer = client.try_send("POST", "/oauth", form).await.unwrap();
        assert_eq!(answer.status, 302);
        let (address, query) = answer.header("location").split_once('?').unwrap();
        assert_eq!(address, demo::REDIRECT_URI);
        form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect::<std::collections::BTreeMap<_, _>>()
    };
    let allowed = decide("allow").await;
    assert_eq!((allowed["state"].as_str(), allowed["referer"].as_str()), ("a&b", "box.test"));
    assert_eq!(
        (allowed["platform"].as_str(), allowed["client_id"].as_str()),
        ("1", demo::CLIENT_ID)
    );
    assert_eq!(exchange(&client, &allowed["code"]).await.status, 200);
    let denied = decide("deny").await;
    assert_eq!((denied["error"].as_str(), denied["state"].as_str()), ("access_denied", "a&b"));
    assert!(!denied.contains_key("code"));
}

#[test]
fn secrets_are_not_printed() {
    let connection = quiet().build().connection();
    let printed = format!("{connection:?}");
    for secret in [&connection.client_secret, &connection.code, &connection.long_lived_token] {
        assert!(!printed.contains(secret.as_str()));
    }
    let json = serde_json::to_value(&connection).unwrap();
    assert_eq!(json["client_secret"], demo::CLIENT_SECRET);
    assert_ne!(quiet().build().connection().code, connection.code);
}
