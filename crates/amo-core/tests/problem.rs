#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use std::time::Duration;

use amo_core::{Problem, ProblemCode, ValidationCode};
use serde_json::json;

fn problem(body: &serde_json::Value) -> Problem {
    Problem::from_slice(body.to_string().as_bytes()).unwrap()
}

#[test]
fn what_the_server_says_stays_in_one_line() {
    let body = serde_json::json!({ "title": "Bad\nRequest\u{1b}[31m", "detail": "x".repeat(9000),
        "hint": "a\r\nb", "validation-errors": [{ "request_id": "1\n", "errors": [
            { "code": "A\tB", "path": "p\n", "detail": "d\u{0}" }] }] });
    let problem = Problem::from_slice(body.to_string().as_bytes()).unwrap();
    let shown = problem.to_string();
    assert!(shown.starts_with("Bad Request [31m: xxx"), "{shown}");
    assert!(!shown.contains(char::is_control) && shown.contains("x… (hint: a  b)"), "{shown}");
    assert!(shown.ends_with("; item 1 : `p ` d  [A B]"), "{shown}");
    assert!(shown.chars().count() < 700);
    assert_eq!(problem.detail.unwrap().len(), 9000, "the text itself is whole");
}

#[test]
fn form_a_problem_document() {
    let problem = problem(&json!({
        "title": "Too Many Requests", "type": "https://httpstatus.es/429", "status": 429,
        "detail": "You have sent too many requests", "retry_after": 300,
        "trace_id": "t-1", "request_id": "r-1",
    }));
    assert_eq!(problem.title.as_deref(), Some("Too Many Requests"));
    assert_eq!(problem.kind.as_deref(), Some("https://httpstatus.es/429"));
    assert_eq!(problem.status, Some(429));
    assert_eq!(problem.retry_after, Some(Duration::from_secs(300)));
    assert_eq!(problem.trace_id.as_deref(), Some("t-1"));
    assert_eq!(problem.request_id.as_deref(), Some("r-1"));
    assert!(problem.validation.is_empty());
    assert_eq!(problem.to_string(), "Too Many Requests: You have sent too many requests");
}

#[test]
fn form_b_validation_errors() {
    let problem = problem(&json!({
        "validation-errors": [
            { "request_id": "0", "errors": [
                { "code": "NotSupportedChoice", "path": "custom_fields_values.0.field_id",
                  "detail": "The value you selected is not a valid choice." },
                { "code": "FieldMissing", "path": "name" },
            ] },
            { "request_id": 7, "errors": [{ "detail": "no place" }] },
        ],
        "title": "Bad Request", "type": "https://httpstatus.es/400", "status": 400,
        "detail": "Request validation failed",
    }));
    assert_eq!(problem.validation.len(), 2);
    assert_eq!(problem.validation[0].request_id.as_deref(), Some("0"));
    let first = &problem.validation[0].errors[0];
    assert_eq!(first.code, Some(ValidationCode::NotSupportedChoice));
    assert_eq!(first.path.as_deref(), Some("custom_fields_values.0.field_id"));
    assert_eq!(problem.validation[0].errors[1].detail, None);
    assert_eq!(problem.validation[1].request_id.as_deref(), Some("7"));
    assert_eq!(
        problem.to_string(),
        "Bad Request: Request validation failed; \
         item 0: `custom_fields_values.0.field_id` The value you selected is not a valid choice. \
         [NotSupportedChoice], `name` FieldMissing; item 7: no place"
    );
}

#[test]
fn form_b2_one_object_where_a_list_should_be() {
    let problem = problem(&json!({
        "errors": [{ "request_id": "0", "errors":
            { "code": "EntityNotFound", "path": "id", "detail": "source with id = 5 not found" } }],
        "title": "Bad Request", "status": "400", "detail": "Invalid request items",
    }));
    assert_eq!(problem.status, Some(400));
    assert_eq!(problem.validation[0].errors[0].code, Some(ValidationCode::EntityNotFound));
}

#[test]
fn several_request_ids_of_one_item_are_all_named() {
    let problem = problem(&json!({
        "validation-errors": { "request_id": ["a", 1], "errors": [] }
    }));
    assert_eq!(problem.validation[0].request_id.as_deref(), Some("a,1"));
    assert!(problem.validation[0].errors.is_empty());
}

#[test]
fn forms_c_and_d_authorisation() {
    let oauth = problem(&json!({
        "hint": "Token has been revoked", "title": "Bad request",
        "type": "https://www.amocrm.ru/v3/errors/OAuthProblemJson", "status": 400,
        "detail": "The refresh token is invalid.",
    }));
    assert_eq!(oauth.hint.as_deref(), Some("Token has been revoked"));
    assert_eq!(
        oauth.to_string(),
        "Bad request: The refresh token is invalid. (hint: Token has been revoked)"
    );
    let denied = problem(&json!({
        "title": "Access denied", "status": 403,
        "type": "https://developers.amocrm.ru/v3/errors/AccessDenied",
    }));
    assert_eq!(denied.to_string(), "Access denied");
}

#[test]
fn form_f_the_older_interface() {
    let problem = problem(&json!({ "response": {
        "error": "Account not found", "error_code": "101", "ip": "192.0.2.1",
        "domain": "demo.amocrm.com", "server_time": 1_700_000_000,
    } }));
    assert_eq!(problem.detail.as_deref(), Some("Account not found"));
    assert_eq!(problem.code, Some(ProblemCode::NO_SUCH_ACCOUNT));
    assert_eq!(problem.domain.as_deref(), Some("demo.amocrm.com"));
    assert_eq!(problem.to_string(), "Account not found (code 101)");
}

#[test]
fn form_e_errors_inside_a_success() {
    let read = |body: serde_json::Value| Problem::in_success(body.to_string().as_bytes());
    let listed = read(json!({ "_embedded": {
        "items": [{ "id": 5 }],
        "errors": {
            "add": [{ "code": 244, "msg": "No rights" }, { "request_id": 7, "message": "Bad" }],
            "update": { "90001": "Last modified date is older than in database" },
        },
    } }))
    .unwrap();
    assert_eq!(listed.validation.len(), 3);
    let code = listed.validation[0].errors[0].code.clone();
    assert_eq!(code, Some(ValidationCode::Other("244".to_owned())));
    assert_eq!(listed.validation[1].request_id.as_deref(), Some("7"));
    assert_eq!(listed.validation[2].request_id.as_deref(), Some("90001"));
    assert_eq!(
        listed.to_string(),
        "some items failed; item: No rights [244]; item 7: Bad; \
         item 90001: Last modified date is older than in database"
    );
    let call = json!([{ "msg": "Entity not found", "code": 263, "item": { "request_id": "c1" } }]);
    for body in [json!({ "errors": call.clone() }), json!({ "_embedded": { "errors": call } })] {
        let problem = read(body).unwrap();
        assert_eq!(problem.validation[0].request_id.as_deref(), Some("c1"));
        assert_eq!(problem.to_string(), "some items failed; item c1: Entity not found [263]");
    }
    for body in [
        json!({ "_embedded": { "items": [{ "id": 5 }] } }),
        json!({ "_embedded": { "items": [], "errors": [] } }),
        json!({ "_embedded": { "errors": { "add": [], "update": {} } }, "errors": [] }),
        json!([{ "id": 5 }]),
    ] {
        assert_eq!(read(body), None);
    }
    assert_eq!(Problem::in_success(b""), None);
}

#[test]
fn form_g_the_older_incoming_leads() {
    let body = json!({ "status": "fail", "data": [], "error": "No such form", "error_code": 3 });
    let problem = Problem::in_success(body.to_string().as_bytes()).unwrap();
    assert_eq!((problem.status, problem.code), (None, Some(ProblemCode::new(3))));
    assert_eq!(problem.to_string(), "No such form (code 3)");
    let body = json!({ "status": "success", "data": ["u1"] });
    assert_eq!(Problem::in_success(body.to_string().as_bytes()), None);
}

#[test]
fn form_h_chats() {
    let problem = problem(&json!({
        "status": 0, "error_code": 12, "error_type": "ORIGIN_INVALID_SIGNATURE",
        "error_description": "Signature is wrong",
    }));
    assert_eq!(problem.status, None, "0 is no HTTP status");
    assert_eq!(problem.kind.as_deref(), Some("ORIGIN_INVALID_SIGNATURE"));
    assert_eq!(
        (problem.code, problem.detail.as_deref()),
        (Some(ProblemCode::new(12)), Some("Signature is wrong"))
    );
}

#[test]
fn what_is_no_json_is_no_problem() {
    for body in ["", " ", "<html>403 Forbidden</html>", "Forbidden", "{\"title\":", "\u{feff}{}"] {
        assert_eq!(Problem::from_slice(body.as_bytes()), None, "{body}");
    }
}

#[test]
fn wrong_types_are_survived() {
    let strange = problem(&json!({
        "title": ["x"], "detail": { "a": 1 }, "status": "soon", "retry_after": -5,
        "validation-errors": { "errors": "all of it", "request_id": {} },
        "errors": [null, 5, "text", { "errors": [[]] }], "response": "no",
    }));
    assert_eq!((strange.title, strange.detail, strange.status), (None, None, None));
    assert_eq!(strange.retry_after, None);
    assert_eq!(strange.validation[0].errors[0].detail.as_deref(), Some("all of it"));
    assert_eq!(strange.validation.len(), 5);
    for body in [json!(null), json!(5), json!([]), json!([{ "title": "x" }]), json!({})] {
        assert_eq!(problem(&body).to_string(), "no description");
    }
    assert_eq!(problem(&json!("just text")).to_string(), "just text");
    assert_eq!(
        problem(&json!({ "retry_after": "1.5" })).retry_after,
        Some(Duration::from_millis(1500))
    );
    assert_eq!(problem(&json!({ "retry_after": 1e300 })).retry_after, None);
}

#[test]
fn a_blank_text_says_nothing() {
    for body in [json!(""), json!({ "title": "", "detail": " " }), json!({ "hint": "\n" })] {
        assert_eq!(problem(&body).to_string(), "no description");
    }
    let older = problem(&json!({ "title": "", "detail": "", "error_description": "expired" }));
    assert_eq!((older.title, older.detail.as_deref()), (None, Some("expired")));
}
