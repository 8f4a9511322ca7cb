//! Malformed input of any kind gets the API's error form, and nothing breaks.

use crate::common::{Client, quiet};
use amo_sandbox::demo;

/// Every way to write to the services of this file, with all that is needed to get at them.
async fn doors(client: &Client) -> Vec<(&'static str, String)> {
    let lead = demo::FIRST_LEAD;
    let contact = demo::FIRST_CONTACT;
    let talk = client.sandbox.client_writes(contact, "a").unwrap();
    let bot = client.sandbox.bot_waits("salesbot", demo::BOT).unwrap();
    let note = format!("/api/v4/leads/{lead}/notes");
    let added = client
        .post(&note, serde_json::json!([{ "note_type": "common", "params": { "text": "a" } }]))
        .await;
    let id = added.json()["_embedded"]["notes"][0]["id"].clone();
    let api = |path: &str| format!("/api/v4/{path}");
    vec![
        ("POST", note.clone()),
        ("PATCH", note.clone()),
        ("PATCH", format!("{note}/{id}")),
        ("POST", api("leads/notes")),
        ("PATCH", api("leads/notes")),
        ("POST", api("calls")),
        ("POST", api("leads/tags")),
        ("PATCH", api("leads/tags")),
        ("POST", api("contacts/chats")),
        ("POST", api("short_links")),
        ("POST", api("sources")),
        ("PATCH", api("sources")),
        ("DELETE", api("sources")),
        ("POST", api("website_buttons")),
        ("POST", api(&format!("widgets/{}", demo::WIDGET_TELEPHONY))),
        ("POST", api(&format!("bots/{}/run", demo::BOT))),
        ("POST", api("bots/run")),
        ("POST", bot),
        ("POST", "/api/v2/events/".to_owned()),
        ("POST", api(&format!("talks/{talk}/close"))),
        ("POST", api("chats/templates")),
        ("PATCH", api("chats/templates")),
        ("DELETE", api("chats/templates")),
        ("POST", api("amma/agents")),
    ]
}

#[tokio::test]
async fn odd_bodies_are_refused_in_the_form_of_errors() {
    let client = Client::of(&quiet().leads(1).contacts(1).build());
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let bodies = [
        "{",
        "null",
        "5",
        "\"x\"",
        "true",
        "[null]",
        "[5]",
        "[[]]",
        "[\"x\"]",
        "[{\"id\":{}}]",
        "[{\"id\":99999999999999999999}]",
        "[{\"request_id\":[]}]",
        "{\"id\":\"x\"}",
        "{\"params\":5,\"note_type\":5}",
        "[{\"params\":[5],\"note_type\":\"common\",\"entity_id\":1}]",
        "{\"add\":[5]}",
        "{\"add\":[{\"users\":{}}]}",
        "{\"add\":{}}",
        "add[x]",
        "add[0][type][a]=5",
        "{\"force_close\":5}",
        "{\"trusted_websites\":{\"add\":5}}",
        "{\"execute_handlers\":[5]}",
        "{\"data\":5}",
        "{\"login\":[]}",
        "{\"phones\":5}",
        "[{\"metadata\":5,\"url\":5}]",
        "[{\"services\":[{\"params\":[[]]}],\"external_id\":[]}]",
        "[{\"buttons\":[5],\"waba_examples\":5}]",
        "[{\"mcp\":5}]",
        "\u{0}",
        "{\"a\":1}{",
        &deep,
    ];
    for (method, path) in doors(&client).await {
        for body in bodies {
            let answer = client.try_send(method, &path, body.to_owned()).await.unwrap();
            assert!(
                (400..500).contains(&answer.status),
                "{method} {path} {body}: {} {}",
                answer.status,
                answer.text
            );
            assert_eq!(answer.header("content-type"), "application/problem+json");
            let problem = answer.json();
            assert!(problem["title"].is_string() && problem["detail"].is_string(), "{problem}");
            assert_eq!(problem["status"], answer.status, "{problem}");
        }
    }
}

#[tokio::test]
async fn odd_queries_are_refused_or_passed_over() {
    let client = Client::of(&quiet().leads(1).contacts(1).build());
    client.sandbox.client_writes(demo::FIRST_CONTACT, "a");
    let queries = [
        "page=0",
        "limit=-1",
        "filter=5",
        "filter[]=5",
        "filter[id][][]=5",
        "filter[id][from]=5",
        "filter[[[=5",
        "order[id]=up",
        "order=5",
        "with=,,,",
        "with[]=x",
        "filter[type][a]=b",
        "filter[value_after]=5",
        "filter[value_after][leads_statuses]=5",
        "filter[created_at][]=",
        "contact_id=",
        "contact_id[]=99999999999999999999",
        "chat_id[a][b]=5",
        "language_code[]=en",
        "%5B%5D",
        "page=99999999999999999999",
        "page=18446744073709551615&limit=250",
        "%ff=%fe",
    ];
    for path in [
        "leads/notes",
        "leads/3000001/notes",
        "events",
        "events/types",
        "leads/tags",
        "contacts/chats",
        "leads/3000001/subscriptions",
        "sources",
        "website_buttons",
        "widgets",
        "bots",
        "talks",
        "talks/10001/messages",
        "chats/templates",
        "amma/agents",
    ] {
        for query in queries {
            let answer = client.get(&format!("/api/v4/{path}?{query}")).await;
            assert!(answer.status < 500, "{path}?{query}: {} {}", answer.status, answer.text);
            if answer.status >= 400 {
                assert_eq!(answer.header("content-type"), "application/problem+json");
            }
        }
    }
}
