//! `/amma/agents`: artificial intelligence that answers clients.

use serde_json::{Value, json};

use crate::call::Call;
use crate::check::{self, Change};
use crate::entity::Entity;
use crate::flaws::{self, Flaws, request_id_for};
use crate::page::{self, embedding};
use crate::reply::Reply;
use crate::table::Moment;

/// The most agents of an integration.
const MOST: usize = 2;

/// Members that a list leaves out.
const LONG: [&str; 2] = ["system_prompt", "ai_instructions"];

pub(super) fn answer(call: &mut Call<'_>) -> Result<Reply, Reply> {
    match call.operation.action {
        "list" => return list(call),
        "create" => return create(call),
        _ => {}
    }
    let service = call.resource.service;
    let id = call.parameter("id");
    let known = call.account.records.of(service, "").iter().find(|agent| uuid(agent) == id);
    let Some(agent) = known.cloned() else {
        return Err(match call.operation.action {
            "get" => call.nothing_found(),
            _ => Reply::not_found("There is no agent with this id"),
        });
    };
    match call.operation.action {
        "get" => Ok(Reply::hal(&show(&agent, call))),
        "delete" => {
            call.account.records.remove(service, "", agent.id);
            Ok(Reply::no_content())
        }
        _ => update(call, agent),
    }
}

fn uuid(agent: &Entity) -> String {
    format!("a6e20000-0000-4000-8000-{:012x}", agent.id)
}

fn list(call: &Call<'_>) -> Result<Reply, Reply> {
    let page = call.page()?;
    let all = call.account.records.of(call.resource.service, "");
    let on_page = all.iter().skip(page.start()).take(page.limit);
    let shown = on_page.map(|agent| {
        let mut shown = show(agent, call);
        if let Value::Object(shown) = &mut shown {
            shown.retain(|name, _| !LONG.contains(&name.as_str()));
        }
        shown
    });
    let more = all.len() > page.start().saturating_add(page.limit);
    Ok(page.reply(&call.own_url(), call.query, call.key(), shown.collect(), more))
}

/// One that cannot be created refuses all. What the real service says to too many is not known:
/// this is a guess.
fn create(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let service = call.resource.service;
    let wanted = flaws::each(&call.items()?, |index, item, flaws| {
        let request_id = request_id_for(service, item, index, flaws);
        let change = checked(item, Moment::Creation, call, flaws);
        (request_id, change)
    })?;
    let known = call.account.records.of(service, "").len();
    if known.saturating_add(wanted.len()) > MOST {
        return Err(Reply::bad_request("An integration can have 2 agents at most"));
    }
    let mut shown = Vec::new();
    for (request_id, change) in wanted {
        let mut agent = call.account.records.draft(service);
        agent.set("is_active", true);
        agent.set("model_size", "M");
        agent.set("client_uuid", crate::demo::CLIENT_ID);
        agent.set("created_by", call.user_id);
        agent.set("created_at", call.now);
        lay_over(&mut agent, change, call.now);
        let mut item = show(&agent, call);
        item["request_id"] = request_id.into();
        shown.push(item);
        call.account.records.keep(service, "", agent);
    }
    Ok(embedding(json!({"_links": {"self": {"href": call.own_url()}}}), call.key(), shown))
}

fn update(call: &mut Call<'_>, mut agent: Entity) -> Result<Reply, Reply> {
    let mut sent = page::object(call.body)?;
    let mut flaws = Flaws::default();
    let own = sent.as_object_mut().and_then(|sent| sent.remove("id"));
    if own.is_some_and(|own| own != uuid(&agent)) {
        flaws.not_a_choice("id");
    }
    let change = checked(&sent, Moment::Change, call, &mut flaws);
    flaws.refuse_if_any()?;
    lay_over(&mut agent, change, call.now);
    call.account.records.keep(call.resource.service, "", agent.clone());
    Ok(Reply::hal(&show(&agent, call)))
}

fn checked(item: &Value, moment: Moment, call: &Call<'_>, flaws: &mut Flaws) -> Change {
    let change = check::entity(item, call.resource, moment, call.account, flaws);
    let mcp_url = change.get("mcp").and_then(|mcp| mcp["url"].as_str());
    for (path, url) in [("avatar", change.text("avatar")), ("mcp.url", mcp_url)] {
        if url.is_some_and(|url| !url.starts_with("https://")) {
            flaws.add("InvalidUrl", path, "This value is not a valid URL.");
        }
    }
    change
}

/// The server of the tools is replaced as a whole, like any other member.
fn lay_over(agent: &mut Entity, change: Change, now: i64) {
    for (name, value) in change.members {
        agent.set(name, value);
    }
    agent.set("updated_at", now);
}

/// The headers of the server of the tools are never told.
fn show(agent: &Entity, call: &Call<'_>) -> Value {
    let mut shown = json!({"id": uuid(agent)});
    for member in call.resource.members.iter().filter(|member| member.name != "id") {
        shown[member.name] = agent.get(member.name).clone();
    }
    if let Value::Object(mcp) = &mut shown["mcp"] {
        let headers = mcp.remove("headers");
        let has_headers = headers.and_then(|headers| Some(!headers.as_object()?.is_empty()));
        mcp.insert("has_headers".to_owned(), has_headers.unwrap_or_default().into());
    }
    let href = call.url(&format!("amma/agents/{}", uuid(agent)));
    shown["_links"] = json!({"self": {"href": href}});
    shown
}
