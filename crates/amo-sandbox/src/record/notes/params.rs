//! The parameters of notes, by their type.

use serde_json::{Map, Value};

use crate::account::Account;
use crate::fields::file_version;
use crate::flaws::Flaws;
use crate::table::Type::{Bool, Either, Id, Int, Json, OneOf, Text};
use crate::table::{Member, always, both};

/// What can be sent for a type; `None` for those that only the service itself writes.
pub(super) fn of(note_type: &str) -> Option<&'static [Member]> {
    Some(match note_type {
        "common" => TEXT,
        "call_in" | "call_out" => CALL,
        "service_message" | "extended_service_message" => SERVICE,
        "message_cashier" => CASHIER,
        "geolocation" => PLACE,
        "sms_in" | "sms_out" => SMS,
        "attachment" => ATTACHMENT,
        "invoice_paid" | "bill_paid" => PAID,
        "targeting_in" | "targeting_out" => TARGETING,
        "site_visit" => VISIT,
        "zoom_meeting" => MEETING,
        "ai_result" => AI_RESULT,
        _ => return None,
    })
}

const TEXT: &[Member] = &[always("text", Text)];

const SERVICE: &[Member] = &[always("service", Text), always("text", Text)];

const CASHIER: &[Member] =
    &[always("status", OneOf(&["created", "shown", "canceled"])), always("text", Text)];

/// Degrees are texts, and the vendor's own example has a latitude over 90.
const PLACE: &[Member] = &[
    always("text", Text),
    always("address", Text),
    always("longitude", Text),
    always("latitude", Text),
];

const SMS: &[Member] = &[always("text", Text), always("phone", Text)];

const PAID: &[Member] =
    &[always("service", Text), always("text", Text), both("icon_url", Text).or_null()];

const TARGETING: &[Member] = &[
    always("contacts", Json),
    always("campaign", Json),
    always("service", OneOf(&["facebook", "vkontakte", "mailchimp", "adwords"])),
];

const VISIT: &[Member] = &[always("url", Text)];

const MEETING: &[Member] = &[always("conference", Json), both("recordings", Json)];

const AI_RESULT: &[Member] = &[
    always("text", Text),
    both("answer_id", Text).or_null(),
    both("talk_id", Int).or_null(),
    both("is_error", Bool),
];

/// Of a call nothing is needed, and what is not set comes as null from the official client.
const CALL: &[Member] = &[
    both("uniq", Text).or_null(),
    both("duration", Int).or_null(),
    both("source", Text).or_null(),
    both("link", Text).or_null(),
    both("phone", Text).or_null(),
    both("call_responsible", Either(&Id("users"), &Text)).or_null(),
    both("call_result", Text).or_null(),
    both("call_status", Int).or_null(),
];

/// What reading adds may come back.
const ATTACHMENT: &[Member] = &[
    always("file_uuid", Text),
    always("file_name", Text),
    both("version_uuid", Text).or_null(),
    both("text", Text).or_null(),
    both("original_name", Text).or_null(),
    both("is_drive_attachment", Bool),
];

/// What a table cannot say; paths begin at the parameters. That a file or a version that is not on
/// the drive is no choice is a guess.
pub(super) fn check(note_type: &str, sent: &Value, account: &Account, flaws: &mut Flaws) {
    match (note_type, sent) {
        ("call_in" | "call_out", _) => call_status(sent, flaws),
        ("attachment", Value::Object(sent)) => {
            file_version(sent, account, flaws);
        }
        _ => {}
    }
}

/// How a call ended: a number from 1 to 8.
pub(in crate::record) fn call_status(sent: &Value, flaws: &mut Flaws) {
    let status = sent.get("call_status").and_then(Value::as_i64);
    if status.is_some_and(|status| !(1..=8).contains(&status)) {
        flaws.not_a_choice("call_status");
    }
}

/// What the service says of a file besides what was sent: the version that is the latest now, and
/// what it is called on the drive.
pub(super) fn complete_attachment(params: &mut Map<String, Value>, account: &Account) {
    if let Some(version) = file_version(params, account, &mut Flaws::default()) {
        for (key, known) in
            [("version_uuid", version.uuid.clone()), ("original_name", version.file_name())]
        {
            if params.get(key).is_none_or(Value::is_null) {
                params.insert(key.to_owned(), known.into());
            }
        }
    }
    params.insert("is_drive_attachment".to_owned(), true.into());
}
