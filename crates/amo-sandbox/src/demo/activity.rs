//! What was done about the cards: notes of every tenth, and a task of every tenth.

use serde_json::{Value, json};

use super::dice::Dice;
use super::seed::Seeding;
use super::{people, words};
use crate::demo;
use crate::entity::{Entity, Kind};
use crate::events::What;

const DAY: i64 = 24 * 3600;

pub(super) fn about(seeding: &mut Seeding<'_>, card: (Kind, i64), number: usize, dice: &mut Dice) {
    match number % 10 {
        5 => {
            for _ in 0..dice.between(1, 2) {
                note(seeding, card, number, dice);
            }
        }
        6 => task(seeding, card, dice),
        _ => {}
    }
}

fn worker(number: i64) -> i64 {
    if number % 2 == 0 { demo::MANAGER } else { demo::PARTNER_MANAGER }
}

/// A new record of a service with what all have.
fn draft(seeding: &mut Seeding<'_>, service: &'static str, by: i64, dates: (i64, i64)) -> Entity {
    let mut record = seeding.account.records.draft(service);
    for (name, value) in [
        ("responsible_user_id", by),
        ("created_by", by),
        ("updated_by", by),
        ("created_at", dates.0),
        ("updated_at", dates.1),
    ] {
        record.set(name, value);
    }
    record
}

fn note(seeding: &mut Seeding<'_>, card: (Kind, i64), number: usize, dice: &mut Dice) {
    let by = worker(dice.between(0, 1));
    let at = dice.between(dice.created_at, dice.updated_at);
    let (note_type, params) = content(number, by, dice);
    let mut note = draft(seeding, "notes", by, (at, at));
    note.set("entity_id", card.1);
    note.set("note_type", note_type);
    note.set("params", params);
    let scope = card.0.name();
    seeding.record(("notes", scope), note, (at, by));
}

fn content(number: usize, by: i64, dice: &mut Dice) -> (&'static str, Value) {
    let kinds = ["common", "common", "call_in", "call_out", "sms_in", "sms_out", "service_message"];
    let kind = dice.pick(&kinds);
    let params = match kind {
        "call_in" | "call_out" => {
            let is_answered = !dice.one_in(4);
            let result = dice.word(&["Поговорили", "Перезвонить"], &["Talked", "Call back"]);
            json!({
                "uniq": dice.uuid(),
                "duration": if is_answered { dice.between(10, 900) } else { 0 },
                "source": "sandbox-pbx",
                "link": if is_answered { json!(format!("https://pbx.example.test/{}.mp3", dice.uuid())) } else { Value::Null },
                "phone": people::phone(number),
                "call_responsible": by,
                "call_result": if is_answered { Value::from(result) } else { Value::Null },
                // 4 is a talk, 6 is nobody there.
                "call_status": if is_answered { 4 } else { 6 },
            })
        }
        "sms_in" | "sms_out" => {
            json!({"text": words::message(dice), "phone": people::phone(number)})
        }
        "service_message" => json!({"service": "Sandbox Mail", "text": words::message(dice)}),
        _ => json!({"text": words::remark(dice)}),
    };
    (kind, params)
}

/// Done, due and not done, or to be done later.
fn task(seeding: &mut Seeding<'_>, card: (Kind, i64), dice: &mut Dice) {
    let by = worker(dice.between(0, 1));
    let (from, changed_at) = (dice.created_at, dice.updated_at);
    let is_done = dice.one_in(3);
    let till = match (is_done, dice.one_in(2)) {
        (true, _) => changed_at,
        (false, true) => dice.between(from, demo::EPOCH),
        (false, false) => demo::EPOCH + dice.between(1, 30) * DAY,
    };
    let dates = (from, if is_done { changed_at } else { from });
    let mut task = draft(seeding, "tasks", by, dates);
    for (name, value) in [
        ("text", Value::from(words::errand(dice))),
        ("complete_till", till.into()),
        ("task_type_id", dice.pick(&[1, 2, demo::TASK_TYPE_LETTER]).into()),
        ("entity_id", card.1.into()),
        ("entity_type", card.0.name().into()),
        ("duration", dice.pick(&[0, 1800, 3600]).into()),
        ("is_completed", is_done.into()),
    ] {
        task.set(name, value);
    }
    if is_done {
        task.set("result", json!({"text": words::result(dice)}));
    }
    if is_done {
        seeding.tell(changed_at, by, [What::new("task_completed", ("task", task.id))]);
    }
    seeding.record(("tasks", ""), task, (from, by));
}
