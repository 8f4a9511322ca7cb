//! What is special to chat templates and to their reviews by WhatsApp.

use serde_json::{Map, Value, json};

use super::{Behaviour, at_most};
use crate::call::Call;
use crate::check::{self, Change};
use crate::entity::{Entity, Shelf, Shown};
use crate::flaws::Flaws;
use crate::generated::chat_templates;
use crate::page::{self, embedding};
use crate::reply::Reply;
use crate::table::Body;

pub(super) static CHAT_TEMPLATES: Behaviour = Behaviour {
    counted: true,
    plain_pages: true,
    scope,
    tidy,
    check,
    settle,
    show,
    ..Behaviour::of(&chat_templates::CHAT_TEMPLATE)
};

pub(super) static REVIEWS: Behaviour =
    Behaviour { other: review, ..Behaviour::of(&chat_templates::TEMPLATE_REVIEW) };

/// The reviews of a template, the newest last.
fn reviews<'c>(template: i64, call: &'c Call<'_>) -> &'c Shelf {
    call.account.records.of(REVIEWS.resource.service, &template.to_string())
}

/// The limit is looked at here, before anything of the items is.
fn scope(call: &Call<'_>) -> Result<String, Reply> {
    if let Some(most) = call.account.most_templates.filter(|_| call.method == "POST") {
        at_most(most, "", call.items()?.len(), call)?;
    }
    Ok(String::new())
}

/// Empty examples come as a list from PHP.
fn tidy(item: &mut Value, _: Option<&Entity>, _: &Call<'_>, _: &mut Flaws) {
    let Some(examples) = item.get_mut("waba_examples") else { return };
    if examples.as_array().is_some_and(Vec::is_empty) || examples.is_null() {
        *examples = json!({});
    }
}

fn check(change: &Change, old: Option<&Entity>, call: &Call<'_>, flaws: &mut Flaws) {
    let member = |name: &str| change.get(name).or_else(|| Some(old?.get(name)));
    // A template that WhatsApp has seen cannot be changed; the form of this refusal is a guess.
    let is_draft = old.is_none_or(|old| {
        let last = reviews(old.id, call).iter().next_back();
        old.text("type") != "waba" || last.is_none_or(|last| last.text("status") == "draft")
    });
    if !is_draft {
        flaws.not_a_choice("id");
    }
    if change.text("waba_header").is_some_and(|header| header.chars().count() > 60) {
        flaws.add("TooLong", "waba_header", "This value is too long: at most 60 characters.");
    }
    let is_media = member("waba_header_type").is_some_and(|kind| *kind == "media");
    let has_file = member("attachment").is_some_and(Value::is_object);
    if is_media && !has_file && !flaws.has("attachment") {
        flaws.missing("attachment");
    }
    let buttons = change.get("buttons").and_then(Value::as_array);
    let first = buttons.and_then(|buttons| buttons.first()).map(|button| &button["type"]);
    for (index, button) in buttons.into_iter().flatten().enumerate() {
        let place = format!("buttons.{index}");
        let mut needed = vec!["type", "text"];
        if button["type"] == "url" {
            needed.push("url");
        }
        for name in needed.into_iter().filter(|name| button[*name].is_null()) {
            flaws.missing(&format!("{place}.{name}"));
        }
        if first.is_some_and(|first| button["type"] != *first) {
            flaws.not_a_choice(&format!("{place}.type"));
        }
    }
}

fn settle(template: &mut Entity, _: &Change, _: &mut Call<'_>) {
    template.set_default("type", "amocrm");
    template.set_default("is_editable", false);
    if let Value::Object(mut file) = template.get("attachment").clone() {
        file.entry("is_external").or_insert(false.into());
        template.set("attachment", file);
    }
}

/// What has become of its review is told only if it was asked for.
fn show(template: &Entity, call: &Call<'_>, shown: &mut Shown<'_>) {
    if template.get("waba_examples").as_object().is_none_or(Map::is_empty) {
        shown.set("waba_examples", json!([]));
    }
    if !call.query.with().any(|word| word == "reviews") {
        shown.remove("review_status");
        shown.remove("is_on_review");
        return;
    }
    let reviews = reviews(template.id, call);
    let last = reviews.iter().next_back().map(|review| review.text("status"));
    shown.set("review_status", last);
    shown.set("is_on_review", last == Some("review"));
    shown.embed("reviews", reviews.iter().map(show_review).collect::<Value>());
}

fn show_review(review: &Entity) -> Value {
    json!({
        "id": review.id,
        "source_id": review.get("source_id"),
        "status": review.get("status"),
        "reject_reason": review.get("reject_reason"),
    })
}

fn review(call: &mut Call<'_>, action: &str) -> Result<Reply, Reply> {
    let id = call.id(call.parameter("template_id"))?;
    let template = call.account.records.get(CHAT_TEMPLATES.resource.service, "", id);
    let template = template.ok_or_else(|| Reply::not_found("There is no chat template"))?;
    match action {
        "request" => {
            let is_waba = template.text("type") == "waba";
            request(call, id, is_waba)
        }
        "decide" => decide(call, id),
        _ => Err(call.no_route()),
    }
}

/// A review for each source that manages templates of WhatsApp. What the real service says where
/// there is none, or to a template of another type, is not known: this is a guess.
fn request(call: &mut Call<'_>, template: i64, is_waba: bool) -> Result<Reply, Reply> {
    let sources = call.account.records.of("sources", "").iter();
    let is_manager = |source: &&Entity| {
        let mut services = source.get("services").as_array().into_iter().flatten();
        services.any(|service| service["params"]["waba"] == true)
    };
    let managers: Vec<i64> = sources.filter(is_manager).map(|source| source.id).collect();
    if !is_waba || managers.is_empty() {
        return Err(Reply::bad_request("Nobody reviews this template"));
    }
    let service = REVIEWS.resource.service;
    let mut shown = Vec::new();
    for source in managers {
        let known = reviews(template, call).iter().cloned();
        let known = known.rev().find(|review| review.int("source_id") == Some(source));
        let mut review = known.unwrap_or_else(|| call.account.records.draft(service));
        review.set("source_id", source);
        review.set("status", "review");
        review.set("reject_reason", "");
        shown.push(show_review(&review));
        call.account.records.keep(service, &template.to_string(), review);
    }
    Ok(embedding(json!({"_total_items": shown.len()}), call.key(), shown))
}

/// The official client sends the whole review.
fn decide(call: &mut Call<'_>, template: i64) -> Result<Reply, Reply> {
    let mut sent = page::object(call.body)?;
    if let Value::Object(sent) = &mut sent {
        sent.remove("id");
        sent.remove("source_id");
    }
    let mut flaws = Flaws::default();
    if let Body::One(kind) = call.operation.body {
        check::sent(kind, &sent, call.account, &mut flaws);
    }
    let status = sent["status"].as_str();
    if !flaws.has("status")
        && status.is_some_and(|status| !["approved", "paused", "rejected"].contains(&status))
    {
        flaws.not_a_choice("status");
    }
    if sent["reject_reason"].as_str().is_some_and(|reason| reason.chars().count() > 65_535) {
        flaws.add("TooLong", "reject_reason", "This value is too long: at most 65535 characters.");
    }
    flaws.refuse_if_any()?;
    let service = REVIEWS.resource.service;
    let scope = template.to_string();
    let known = call.path_id().and_then(|id| call.account.records.get(service, &scope, id));
    let mut review = known.cloned().ok_or_else(|| Reply::bad_request("There is no such review"))?;
    for name in ["status", "reject_reason"] {
        if let Some(value) = sent.get(name) {
            review.set(name, value.clone());
        }
    }
    call.account.records.keep(service, &scope, review.clone());
    Ok(Reply::hal(&show_review(&review)))
}
