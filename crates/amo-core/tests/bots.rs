#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod wire;

use amo_core::{
    Agent, AgentId, AgentModelSize, AgentPatch, Bot, BotAnswer, BotFilter, BotFunctionality,
    BotGoto, BotId, BotKind, BotRun, BotShow, BotTarget, Create, Delete, DiffError, EntityType,
    Get, List, McpTransport, NewAgent, NewAgentMcp, PatchBody, Receipt, Resource, Scope, Update,
    WaitingBot, Written,
};
use serde_json::{Value, json};
use wire::{asked, read, said, sent};

#[test]
fn a_return_url_becomes_a_path_again() {
    let waiting =
        WaitingBot::from_return_url("https://demo.amocrm.ru/api/v4/salesbot/321/continue/123?a=1")
            .unwrap();
    assert_eq!((&waiting.kind, waiting.bot_id), (&BotKind::Salesbot, BotId::new(321)));
    assert_eq!(waiting.fill(&Bot::CONTINUE.path), "/api/v4/salesbot/321/continue/123");
    let strange = WaitingBot { continue_id: "a/b c".to_owned(), ..waiting };
    assert_eq!(strange.fill(&Bot::CONTINUE.path), "/api/v4/salesbot/321/continue/a%2Fb%20c");
    for url in [
        "",
        "https://demo.amocrm.ru/api/v4/salesbot/321/run/123",
        "https://demo.amocrm.ru/api/v4/salesbot/x/continue/123",
        "https://demo.amocrm.ru/api/v4/salesbot/321/continue/",
        "https://demo.amocrm.ru/api/v4/salesbot/321/continue/1/2",
    ] {
        assert_eq!(WaitingBot::from_return_url(url), None, "{url}");
    }
}

#[test]
fn bodies_byte_for_byte() {
    let lead = BotTarget::new(EntityType::Leads, 90_001);
    assert_eq!(sent(&lead), r#"{"entity_id":90001,"entity_type":"leads"}"#);
    assert_eq!(
        sent(&[BotRun::new(BotId::new(5), lead)]),
        r#"[{"bot_id":5,"entity_id":90001,"entity_type":"leads"}]"#
    );
    let answer = BotAnswer::new()
        .data("status", "success")
        .show(BotShow::buttons("Sure?", ["Yes", "No"]))
        .show(BotShow::urls("Look", ["https://a.test/"]))
        .goto(BotGoto::Answer(1))
        .goto(BotGoto::Finish(0));
    assert_eq!(
        sent(&answer),
        concat!(
            r#"{"data":{"status":"success"},"execute_handlers":["#,
            r#"{"handler":"show","params":{"type":"buttons","value":"Sure?","buttons":["Yes","No"]}},"#,
            r#"{"handler":"show","params":{"type":"buttons_url","value":"Look","buttons":["https://a.test/"]}},"#,
            r#"{"handler":"goto","params":{"type":"answer","step":1}},"#,
            r#"{"handler":"goto","params":{"type":"finish","step":0}}]}"#,
        )
    );
    assert_eq!(sent(&BotAnswer::new()), "{}");
}

fn agent() -> Value {
    json!({
        "id": "6f1e", "name": "Ann", "description": "Answers", "system_prompt": "Be kind",
        "ai_instructions": null, "avatar": "https://a.test/a.png", "model_size": "S",
        "mcp": { "url": "https://mcp.test/", "transport": "sse", "has_headers": true },
        "is_active": true, "client_uuid": "c-1", "created_by": 12,
        "created_at": 1_700_000_000, "updated_at": 1_700_000_000,
    })
}

#[test]
fn agents_are_written_byte_for_byte() {
    let mcp = NewAgentMcp::new("https://mcp.test/", McpTransport::StreamableHttp)
        .header("Authorization", "s3cret");
    let new = NewAgent::new("Ann", "Answers", "Be kind")
        .model_size(AgentModelSize::Large)
        .mcp(mcp)
        .is_active(true);
    assert!(!format!("{new:?}").contains("s3cret"));
    assert_eq!(
        sent(&new),
        concat!(
            r#"{"name":"Ann","description":"Answers","system_prompt":"Be kind","model_size":"L","#,
            r#""mcp":{"url":"https://mcp.test/","transport":"streamable-http","#,
            r#""headers":{"Authorization":"s3cret"}},"is_active":true}"#,
        )
    );
    let mcp = NewAgentMcp::new("https://mcp.test/", McpTransport::Sse);
    assert_eq!(
        sent(&AgentPatch::new().name("Eve").mcp(mcp)),
        r#"{"name":"Eve","mcp":{"url":"https://mcp.test/","transport":"sse"}}"#
    );
    let before: Agent = read(&agent());
    let mut after = before.clone();
    after.is_active = Some(false);
    assert_eq!(sent(&Agent::diff(&before, &after).unwrap()), r#"{"is_active":false}"#);
    after.mcp_server = None;
    let error = Agent::diff(&before, &after).unwrap_err();
    assert_eq!(error, DiffError::ReadOnly { entity: "agent", member: "mcp" });
    assert!(AgentPatch::new().is_empty());
    let written: Written<AgentId> = read(&json!({ "id": "6f1e", "request_id": 0, "name": "Ann" }));
    assert_eq!((written.id(), written.request_id()), (AgentId::new("6f1e"), Some("0")));
    assert_eq!(written.extra.get("name"), Some(&json!("Ann")));
    assert_eq!(Agent::unchanged(AgentId::new("a")).id(), AgentId::new("a"));
}

#[test]
fn filters_and_operations() {
    let filter = BotFilter::new()
        .id([BotId::new(5)])
        .type_functionality([BotFunctionality::Regular, BotFunctionality::Nps]);
    assert_eq!(
        asked(&filter),
        "filter[id][0]=5&filter[type_functionality][0]=regular&filter[type_functionality][1]=nps"
    );
    assert_eq!(Bot::KEY, "items");
    assert_eq!(said(&Bot::LIST), "bots.list GET /api/v4/bots Repeatable");
    assert_eq!(said(&Bot::GET), "bots.get GET /api/v4/bots/{id} Repeatable");
    assert_eq!(said(&Bot::RUN), "bots.run POST /api/v4/bots/{id}/run ActsOnce");
    assert_eq!(said(&Bot::RUN_MANY), "bots.run_many POST /api/v4/bots/run ActsOnce");
    assert_eq!(said(&Bot::STOP), "bots.stop POST /api/v4/bots/{id}/stop Repeatable");
    assert_eq!(
        said(&Bot::CONTINUE),
        "bots.continue POST /api/v4/{bot_type}/{bot_id}/continue/{continue_id} ActsOnce"
    );
    assert_eq!(said(&Agent::LIST), "agents.list GET /api/v4/amma/agents Repeatable");
    assert_eq!(Agent::MAX_LIMIT, 50);
    assert_eq!(said(&Agent::GET), "agents.get GET /api/v4/amma/agents/{id} Repeatable");
    assert_eq!(said(&Agent::CREATE), "agents.create POST /api/v4/amma/agents ActsOnce");
    assert_eq!(said(&Agent::UPDATE), "agents.update PATCH /api/v4/amma/agents/{id} Repeatable");
    assert_eq!(said(&Agent::DELETE), "agents.delete DELETE /api/v4/amma/agents/{id} Repeatable");
}
