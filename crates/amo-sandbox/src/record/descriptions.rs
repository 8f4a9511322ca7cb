//! The descriptions of a status: what is to be done in it, one text for each level of users.

use serde_json::{Value, json};

use crate::call::Call;
use crate::fields::written_time;
use crate::flaws::Flaws;

/// The most characters of a text.
const LONGEST: usize = 1000;

fn items(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

/// Finds what is wrong with descriptions that are sent, beside what the tables say. `written` are
/// those that the status has.
pub(super) fn check(sent: &Value, written: &Value, flaws: &mut Flaws) {
    let mut levels = Vec::new();
    for (index, one) in items(sent).iter().enumerate() {
        flaws.within(&index.to_string(), |flaws| {
            let text = one["description"].as_str();
            if text.is_some_and(|text| text.chars().count() > LONGEST) {
                let detail = "This value is too long. It should have 1000 characters or less.";
                flaws.add("TooLong", "description", detail);
            }
            let id = one.get("id");
            let old = items(written).iter().find(|old| Some(&old["id"]) == id);
            if id.is_some() && old.is_none() {
                flaws.not_a_choice("id");
            }
            if id.is_none() && text.is_none() {
                flaws.missing("description");
            }
            // One that moves to another level must find it free.
            let of_level = items(written).iter().find(|other| other["level"] == one["level"]);
            let is_taken = old.is_some() && of_level.is_some_and(|other| Some(other) != old);
            if is_taken || levels.contains(&one["level"].as_str()) {
                flaws.not_a_choice("level");
            }
            levels.push(one["level"].as_str());
        });
    }
}

/// The descriptions after a change: with an id one is edited, or deleted if no text is sent; without
/// an id that of the level is made or overwritten. Levels that are not mentioned stay: a guess.
pub(super) fn laid_over(
    written: &Value,
    sent: &Value,
    (pipeline, status): (i64, i64),
    call: &mut Call<'_>,
) -> Value {
    let mut all = items(written).to_vec();
    for one in items(sent) {
        let same = |old: &Value| match one.get("id") {
            Some(id) => old["id"] == *id,
            None => old["level"] == one["level"],
        };
        let Some(text) = one["description"].as_str() else {
            all.retain(|old| !same(old));
            continue;
        };
        let now = written_time(call.now);
        if let Some(old) = all.iter_mut().find(|old| same(old)) {
            old["level"] = one["level"].clone();
            old["description"] = text.into();
            old["updated_by"] = 0.into();
            old["updated_at"] = now.into();
            continue;
        }
        // Through the API nobody is named as the author.
        all.push(json!({
            "id": call.account.records.draft("status_descriptions").id,
            "account_id": call.account.id,
            "created_at": now,
            "updated_at": now,
            "created_by": 0,
            "updated_by": null,
            "level": one["level"],
            "description": text,
            "pipeline_id": pipeline,
            "status_id": status,
        }));
    }
    Value::Array(all)
}
