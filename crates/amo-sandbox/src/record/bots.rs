//! What is special to bots: they are run, stopped and answered.

use serde_json::{Value, json};

use super::Behaviour;
use crate::account::Account;
use crate::automation::asked;
use crate::call::Call;
use crate::check;
use crate::demo;
use crate::entity::{Entity, Kind, Shown};
use crate::flaws::{BatchFlaws, Flaws};
use crate::generated::bots;
use crate::reply::Reply;
use crate::table::Body;

pub(super) static BOTS: Behaviour = Behaviour { show, other, ..Behaviour::of(&bots::BOT) };

/// Bots that asked a widget and wait for an answer, by what stands in the path before `continue`.
const WAITING: &str = "waiting_bots";

/// Puts the demo account's bots there: no part of the API makes any.
pub(crate) fn seed(account: &mut Account) {
    for (id, name, functionality) in
        [(demo::BOT, "Qualification", "regular"), (demo::BOT_GREETING, "Welcome", "greeting")]
    {
        let mut bot = Entity::new(id);
        bot.set("name", name);
        bot.set("type_functionality", functionality);
        bot.set("is_visual_editor", true);
        bot.set("settings", json!({"active": true}));
        bot.set("is_favorite", id == demo::BOT);
        account.records.keep(BOTS.resource.service, "", bot);
    }
}

/// A bot asks a widget; the path where it waits for the answer.
pub(crate) fn wait(account: &mut Account, bot_type: &str, bot: i64) -> Option<String> {
    let is_bot = account.records.get(BOTS.resource.service, "", bot).is_some();
    if !is_bot || !is_type(bot_type) {
        return None;
    }
    let waiting = account.records.draft(WAITING);
    let id = waiting.id;
    account.records.keep(WAITING, &format!("{bot_type}/{bot}"), waiting);
    Some(format!("/api/v4/{bot_type}/{bot}/continue/{id}"))
}

fn is_type(bot_type: &str) -> bool {
    ["salesbot", "marketingbot"].contains(&bot_type)
}

fn show(_: &Entity, call: &Call<'_>, shown: &mut Shown<'_>) {
    if !call.query.with().any(|word| word == "favorite") {
        shown.remove("is_favorite");
    }
}

fn other(call: &mut Call<'_>, action: &str) -> Result<Reply, Reply> {
    if action == "continue" {
        return go_on(call);
    }
    if let Some(id) = call.path_id()
        && call.account.records.get(BOTS.resource.service, "", id).is_none()
    {
        return Err(Reply::not_found("There is no bot with this id"));
    }
    let targets: &[&str] =
        if action == "stop" { &["leads"] } else { &["leads", "contacts", "customers"] };
    refuse(call, |item, flaws| {
        let kind = item["entity_type"].as_str().unwrap_or_default();
        if !flaws.is_empty() {
            return;
        }
        match Kind::named(kind).filter(|_| targets.contains(&kind)) {
            None => flaws.not_a_choice("entity_type"),
            Some(kind) => {
                let id = item["entity_id"].as_i64();
                if id.is_none_or(|id| call.account.entity(kind, id).is_none()) {
                    flaws.not_a_choice("entity_id");
                }
            }
        }
    })?;
    for item in call.items()? {
        let bot = call.path_id().or_else(|| item["bot_id"].as_i64()).unwrap_or_default();
        let kind = item["entity_type"].as_str().and_then(Kind::named);
        let Some(card) = kind.zip(item["entity_id"].as_i64()) else { continue };
        forget(call.account, card, (action == "stop").then_some(bot));
        if action != "stop" {
            run(call, bot, card);
        }
    }
    Ok(Reply::accepted())
}

/// A bot that was taught nothing does nothing.
fn run(call: &mut Call<'_>, bot: i64, (kind, id): (Kind, i64)) {
    if call.account.automation.lesson(bot).is_none() {
        return;
    }
    let mut waiting = call.account.records.draft(WAITING);
    waiting.set("entity_type", kind.name());
    waiting.set("entity_id", id);
    let return_url = call.url(&format!("salesbot/{bot}/continue/{}", waiting.id));
    call.account.records.keep(WAITING, &format!("salesbot/{bot}"), waiting);
    let account = &*call.account;
    let lesson = account.automation.lesson(bot);
    let post = lesson.map(|lesson| asked(lesson, (kind, id), &return_url, account, call.now));
    call.account.automation.note(post);
}

/// Bots that wait at a card wait no more when another one is run on it, or when they are stopped.
fn forget(account: &mut Account, (kind, id): (Kind, i64), only: Option<i64>) {
    let waits = account.records.all(WAITING).filter(|(scope, waiting)| {
        let is_his =
            only.is_none_or(|bot| scope.split_once('/') == Some(("salesbot", &bot.to_string())));
        is_his && waiting.text("entity_type") == kind.name() && waiting.int("entity_id") == Some(id)
    });
    let waits: Vec<(String, i64)> =
        waits.map(|(scope, waiting)| (scope.to_owned(), waiting.id)).collect();
    for (scope, id) in waits {
        account.records.remove(WAITING, &scope, id);
    }
}

/// Refuses the request if an item is not what the table says, or by `more`.
fn refuse(call: &Call<'_>, more: impl Fn(&Value, &mut Flaws)) -> Result<(), Reply> {
    let mut flawed = BatchFlaws::default();
    for (index, item) in call.items()?.iter().enumerate() {
        let mut flaws = Flaws::default();
        if let Body::One(kind) | Body::List(kind) = call.operation.body {
            check::sent(kind, item, call.account, &mut flaws);
        }
        more(item, &mut flaws);
        flawed.of_item(&index.to_string(), &flaws);
    }
    flawed.refuse_if_any()
}

/// The answer of a widget to a bot that waits for it: it is taken once.
fn go_on(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let bot_type = call.parameter("bot_type");
    if !is_type(bot_type) {
        return Err(call.no_route());
    }
    let scope = format!("{bot_type}/{}", call.parameter("bot_id"));
    let id = call.id(call.parameter("continue_id"))?;
    if call.account.records.get(WAITING, &scope, id).is_none() {
        return Err(Reply::not_found("No bot waits here"));
    }
    refuse(call, |item, flaws| {
        for (index, handler) in
            item["execute_handlers"].as_array().into_iter().flatten().enumerate()
        {
            let name = handler["handler"].as_str().unwrap_or_default();
            let place = format!("execute_handlers.{index}.params");
            flaws.within(&place, |flaws| match name {
                "show" => check_show(&handler["params"], flaws),
                "goto" => check_goto(&handler["params"], flaws),
                _ => {}
            });
        }
    })?;
    call.account.records.remove(WAITING, &scope, id);
    Ok(Reply::accepted_without_words())
}

fn check_show(params: &Value, flaws: &mut Flaws) {
    let has_buttons = match params["type"].as_str() {
        Some("text") => false,
        Some("buttons" | "buttons_url") => true,
        _ => return flaws.not_a_choice("type"),
    };
    match params["value"].as_str() {
        None => flaws.wrong_type("value", "string"),
        Some(text) if text.chars().count() > 80 => {
            flaws.add("TooLong", "value", "This value is too long: at most 80 characters.");
        }
        Some(_) => {}
    }
    if !has_buttons {
        return;
    }
    match params["buttons"].as_array() {
        None => flaws.wrong_type("buttons", "array"),
        Some(buttons) if buttons.len() > 25 => {
            flaws.add(
                "InvalidValue",
                "buttons",
                "This collection should contain at most 25 elements.",
            );
        }
        Some(buttons) => {
            for (index, _) in buttons.iter().enumerate().filter(|(_, button)| !button.is_string()) {
                flaws.wrong_type(&format!("buttons.{index}"), "string");
            }
        }
    }
}

fn check_goto(params: &Value, flaws: &mut Flaws) {
    if !matches!(params["type"].as_str(), Some("question" | "answer" | "finish")) {
        flaws.not_a_choice("type");
    }
    match params["step"].as_i64() {
        None => flaws.wrong_type("step", "int"),
        Some(step) if step < 0 => flaws.add("TooLow", "step", "This value should be 0 or more."),
        Some(_) => {}
    }
}
