//! The object `rights` of users and roles: checked when it is sent, and laid over what was there.

use serde_json::{Value, json};

use crate::account::Account;
use crate::flaws::Flaws;

/// To whom rights are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Given {
    NewUser,
    Role,
}

/// The actions of a section with the levels that each may have, from the least.
type Levels = &'static [(&'static str, &'static [&'static str])];

const CARDS: Levels = &[
    ("view", &["D", "M", "G", "A"]),
    ("edit", &["D", "M", "G", "A"]),
    ("add", &["D", "A"]),
    ("delete", &["D", "M", "G", "A"]),
    ("export", &["D", "M", "G", "A"]),
];
const TASKS: Levels = &[("edit", &["D", "M", "G", "A"]), ("delete", &["D", "M", "G", "A"])];
const STATUS: Levels = &[
    ("view", &["D", "A"]),
    ("edit", &["D", "A"]),
    ("delete", &["D", "A"]),
    ("export", &["D", "A"]),
];
const CATALOG: Levels = &[
    ("view", &["D", "L", "A"]),
    ("edit", &["D", "L", "A"]),
    ("add", &["D", "A"]),
    ("delete", &["D", "L", "A"]),
    ("export", &["D", "L", "A"]),
];

const SECTIONS: [(&str, Levels); 4] =
    [("leads", CARDS), ("contacts", CARDS), ("companies", CARDS), ("tasks", TASKS)];

/// What no action may exceed: `(what, than what)`.
const NO_FURTHER: [(&str, &str); 4] =
    [("edit", "view"), ("delete", "view"), ("delete", "edit"), ("export", "view")];

/// Finds what is wrong with rights that are sent, beside what the tables say.
pub(crate) fn check(sent: &Value, given: Given, account: &Account, flaws: &mut Flaws) {
    let has = |name: &str| sent.get(name).is_some_and(|value| !value.is_null());
    let only_shown: &[&str] = match given {
        Given::NewUser => &["is_admin", "is_active"],
        // The docs list these for roles too, but no example has them: a guess.
        Given::Role => &["is_admin", "is_active", "is_free", "group_id", "role_id"],
    };
    for name in only_shown.iter().filter(|name| has(name)) {
        flaws.unexpected(name);
    }
    if given == Given::NewUser && (sent["is_free"] == true || has("role_id")) {
        // Everything else is ignored.
        return;
    }
    for (name, levels) in SECTIONS {
        match sent.get(name) {
            Some(section) => flaws.within(name, |flaws| check_levels(section, levels, flaws)),
            None if given == Given::NewUser => flaws.missing(name),
            None => {}
        }
    }
    check_each(sent, "status_rights", STATUS, flaws, |one, flaws| {
        if one.get("entity_type").is_some_and(|kind| kind != "leads") {
            flaws.not_a_choice("entity_type");
        }
        let id = |name: &str| one[name].as_i64();
        for name in ["pipeline_id", "status_id"] {
            if id(name).is_none() {
                flaws.missing(name);
            }
        }
        let pipeline = id("pipeline_id").and_then(|id| account.pipeline(id));
        let other = pipeline.zip(id("status_id")).is_some_and(|(one, id)| !one.has_status(id));
        if other {
            flaws.not_a_choice("status_id");
        }
    });
    check_each(sent, "catalog_rights", CATALOG, flaws, |one, flaws| {
        if one.get("catalog_id").is_none() {
            flaws.missing("catalog_id");
        }
    });
}

fn check_each(
    sent: &Value,
    name: &str,
    levels: Levels,
    flaws: &mut Flaws,
    also: impl Fn(&Value, &mut Flaws),
) {
    flaws.within(name, |flaws| {
        for (index, one) in sent[name].as_array().into_iter().flatten().enumerate() {
            flaws.within(&index.to_string(), |flaws| {
                also(one, flaws);
                match one.get("rights") {
                    Some(rights) => {
                        flaws.within("rights", |flaws| check_levels(rights, levels, flaws));
                    }
                    None => flaws.missing("rights"),
                }
            });
        }
    });
}

/// Each action has its levels, and some may not reach further than others. The docs show that only
/// in a picture, and the official client sees to it before it sends; that the server refuses is a
/// guess. A missing action is denied.
fn check_levels(section: &Value, levels: Levels, flaws: &mut Flaws) {
    for (action, level) in section.as_object().into_iter().flatten() {
        match levels.iter().find(|(known, _)| known == action) {
            None => flaws.unexpected(action),
            Some((_, known)) if !known.iter().any(|known| level == known) => {
                flaws.not_a_choice(action);
            }
            Some(_) => {}
        }
    }
    let rank = |action: &str| {
        let (_, known) = levels.iter().find(|(known, _)| *known == action)?;
        let sent = section[action].as_str();
        Some(known.iter().position(|known| Some(*known) == sent).unwrap_or(0))
    };
    for (action, bound) in NO_FURTHER {
        let exceeds = rank(action).zip(rank(bound)).is_some_and(|(one, other)| one > other);
        if exceeds && !flaws.has_within(action) {
            flaws.not_a_choice(action);
        }
    }
}

/// Every action of a section; what was not sent is denied.
fn whole(section: &Value, levels: Levels) -> Value {
    let level = |action: &str| section[action].as_str().unwrap_or("D").to_owned();
    let all = levels.iter().map(|(action, _)| ((*action).to_owned(), Value::from(level(action))));
    Value::Object(all.collect())
}

/// The rights after a change; without old ones everything that is not sent is denied. Stage rights
/// replace the old ones; that a section does so too, and that a role needs none, is a guess.
pub(crate) fn laid_over(old: Option<&Value>, sent: &Value, account: &Account) -> Value {
    let mut rights = old.cloned().unwrap_or_else(|| {
        json!({
            "mail_access": false,
            "catalog_access": false,
            "catalog_rights": null,
            "status_rights": status_rights(&Value::Null, account),
        })
    });
    for (name, levels) in SECTIONS {
        if old.is_none() || sent.get(name).is_some() {
            rights[name] = whole(&sent[name], levels);
        }
    }
    for name in ["mail_access", "catalog_access"] {
        if let Some(sent) = sent.get(name) {
            rights[name] = sent.clone();
        }
    }
    if let Some(sent) = sent.get("status_rights") {
        rights["status_rights"] = status_rights(sent, account);
    }
    if let Some(sent) = sent.get("catalog_rights") {
        let sent = sent.as_array().into_iter().flatten();
        let all: Vec<Value> = sent
            .map(|one| {
                let rights = whole(&one["rights"], CATALOG);
                json!({"catalog_id": one["catalog_id"], "rights": rights})
            })
            .collect();
        rights["catalog_rights"] = if all.is_empty() { Value::Null } else { all.into() };
    }
    rights
}

/// Rights as they are kept: what is not said is denied. Those in stages and catalogs stay as they
/// are.
pub(crate) fn filled(said: &Value, account: &Account) -> Value {
    let mut rights = laid_over(None, said, account);
    for name in ["status_rights", "catalog_rights"] {
        if let Some(said) = said.get(name) {
            rights[name] = said.clone();
        }
    }
    rights
}

/// The rights of who may do everything.
pub(crate) fn everything() -> Value {
    let mut rights = json!({
        "mail_access": true,
        "catalog_access": true,
        "status_rights": null,
        "catalog_rights": null,
    });
    for (name, levels) in SECTIONS {
        let all = levels.iter().map(|(action, _)| ((*action).to_owned(), Value::from("A")));
        rights[name] = Value::Object(all.collect());
    }
    rights
}

/// Stage rights as they are kept: the stages of incoming leads that are not sent are added with
/// everything denied.
fn status_rights(sent: &Value, account: &Account) -> Value {
    let mut all = Vec::new();
    for one in sent.as_array().into_iter().flatten() {
        let mut rights = whole(&one["rights"], STATUS);
        if let (Value::Object(rights), None) = (&mut rights, one["rights"].get("export")) {
            rights.remove("export");
        }
        all.push(status_right(&one["pipeline_id"], &one["status_id"], &rights));
    }
    for pipeline in account.pipelines() {
        let Some(incoming) = pipeline.incoming() else { continue };
        if !all.iter().any(|one| one["status_id"] == incoming) {
            let denied = json!({"view": "D", "edit": "D", "delete": "D"});
            all.push(status_right(&pipeline.id.into(), &incoming.into(), &denied));
        }
    }
    Value::Array(all)
}

fn status_right(pipeline: &Value, status: &Value, rights: &Value) -> Value {
    json!({
        "entity_type": "leads",
        "pipeline_id": pipeline,
        "status_id": status,
        "rights": rights,
    })
}
