//! What is wrong with a state: named with its place, and without what stands there.

use crate::common::quiet;
use amo_sandbox::StateError;
use amo_sandbox::demo;
use serde_json::{Value, json};

fn check(wrong: &[(Value, &str)]) {
    for (state, wanted) in wrong {
        let error = quiet().build_from(state.clone()).unwrap_err();
        assert_eq!(error.to_string(), *wanted, "{state}");
    }
}

#[test]
fn cards_are_checked() {
    let lead = |more: Value| {
        let mut lead = json!({"id": 7});
        lead.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"leads": [{"id": 1}, lead]})
    };
    let value = |value: Value| {
        lead(json!({"custom_fields_values": [{"field_id": 7202, "values": [value]}]}))
    };
    check(&[
        (json!([]), "the state: This value should be of type object."),
        (json!({"lead": []}), "lead: a state has no such member"),
        (json!({"leads": {}}), "leads: this should be a list"),
        (json!({"leads": [5]}), "leads.0: This value should be of type object."),
        (json!({"leads": [{}]}), "leads.0.id: this member is missing"),
        (json!({"leads": [{"id": 0}]}), "leads.0.id: this should be a whole number from 1"),
        (lead(json!({"id": 1})), "leads.1.id: this is there twice"),
        (lead(json!({"colour": 1})), "leads.1.colour: this member is not known here"),
        (lead(json!({"group_id": 1})), "leads.1.group_id: this member is not known here"),
        (lead(json!({"price": "5"})), "leads.1.price: This value should be of type numeric."),
        (lead(json!({"status_id": 5})), "leads.1.status_id: this names nothing that is there"),
        (
            lead(json!({"responsible_user_id": 5})),
            "leads.1.responsible_user_id: this names nothing that is there",
        ),
        (lead(json!({"is_deleted": 1})), "leads.1.is_deleted: This value should be of type bool."),
        (lead(json!({"tags": [{"id": 5}]})), "leads.1.tags.0.id: this names nothing that is there"),
        (lead(json!({"segments": []})), "leads.1.segments: this member is not known here"),
        (
            lead(json!({"custom_fields_values": [{"field_id": 5, "values": []}]})),
            "leads.1.custom_fields_values.0.field_id: this names nothing that is there",
        ),
        (
            value(json!({"enum_id": 5})),
            "leads.1.custom_fields_values.0.values.0.enum_id: this names nothing that is there",
        ),
    ]);
}

#[test]
fn what_hangs_on_cards_is_checked() {
    check(&[
        (
            json!({"links": [{"entity_type": "leads", "entity_id": 5, "to_entity_type": "contacts", "to_entity_id": 6}]}),
            "links.0.entity_id: this names nothing that is there",
        ),
        (
            json!({"tasks": [{"id": 1, "text": "t", "complete_till": 5, "entity_type": "leads", "entity_id": 5}]}),
            "tasks.0.entity_id: this names nothing that is there",
        ),
        (
            json!({"tasks": [{"id": 1, "text": "t"}]}),
            "tasks.0.complete_till: this member is missing",
        ),
        (
            json!({"notes": [{"id": 1, "note_type": "common"}]}),
            "notes.0.entity_type: this member is missing",
        ),
        (
            json!({"pipelines": [{"id": 1, "name": "a"}, {"id": 2, "name": "b", "is_main": true}]}),
            "pipelines: one of the pipelines must be the main one",
        ),
        (
            json!({"pipelines": [{"id": 1, "name": "a", "statuses": [{"id": 5}]}]}),
            "pipelines.0.statuses.0.name: this member is missing",
        ),
        (
            json!({"users": [{"id": 1, "name": "a", "email": "a@b.c"}]}),
            "users: an administrator must be among them",
        ),
        (
            json!({"users": [{"id": 1, "name": "a", "email": "a@b.c", "rights": {"group_id": 5}}]}),
            "users.0.rights.group_id: this names nothing that is there",
        ),
    ]);
}

#[test]
fn what_cards_are_made_of_is_checked() {
    check(&[
        (json!({"groups": []}), "groups: the group 0 must be among them"),
        (
            json!({"custom_fields": {"leads": [{"id": 7001, "name": "x", "type": "text"}]}}),
            "custom_fields.leads.0.id: this is there twice",
        ),
        (
            json!({"custom_fields": {"leads": [{"id": 1, "name": "x", "type": "texts"}]}}),
            "custom_fields.leads.0.type: this names nothing that is there",
        ),
        (
            json!({"custom_fields": {"leads": [{"id": 1, "name": "x", "type": "text", "enums": []}]}}),
            "custom_fields.leads.0.enums: this member is not known here",
        ),
        (
            json!({"custom_fields": {"catalogs/5": []}}),
            "custom_fields.catalogs/5: this names nothing that is there",
        ),
        (
            json!({"catalogs": [{"id": 5, "name": "c", "elements": [{"id": 1, "name": "e", "sku": 1}]}]}),
            "catalogs.0.elements.0.sku: this member is not known here",
        ),
        (
            json!({"files": [{"uuid": "u", "versions": [{"uuid": "v", "name": "n", "content": "?"}]}]}),
            "files.0.versions.0.content: this is no base64",
        ),
        (
            json!({"grants": {"access_tokens": [{"token": "secret", "expires_at": "secret"}]}}),
            "grants.access_tokens.0.expires_at: this should be i64",
        ),
        (
            json!({"grants": {"access_tokens": [{"token": "secret", "user_id": 5}]}}),
            "grants.access_tokens.0.user_id: this names nothing that is there",
        ),
        (
            json!({"events": [{"type": "lead_eaten", "entity_type": "lead", "entity_id": 1}]}),
            "events.0.type: this names nothing that is there",
        ),
        (
            json!({"leads": [{"id": 7}], "next_ids": {"leads": 7}}),
            "next_ids.leads: this should be above all ids that are taken",
        ),
        (json!({"next_ids": {"cows": 7}}), "next_ids.cows: this member is not known here"),
        (
            json!({"calendar": {"now": 7}}),
            "calendar: unknown variant `now`, expected `manual_ms` or `moved_by_ms`",
        ),
    ]);
}

#[test]
fn what_is_wrong_with_a_file_is_said() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state.json");
    let sandbox = quiet().build();
    let before = sandbox.state();
    let name = path.display().to_string();
    let missing = sandbox.load_state_file(&path).unwrap_err();
    assert!(matches!(missing, StateError::File { .. }) && missing.to_string().starts_with(&name));
    for (text, wanted) in [
        ("{\"leads\": [\n{\"id\": }]}", "line 2, column 8: expected value"),
        ("{\"leads\": [", "line 1, column 11: EOF while parsing a list"),
        ("{} {}", "line 1, column 4: trailing characters"),
        ("\"secret\"", "line 1, column 8: expected a state: an object"),
        ("{\"leads\": 5}", "line 1, column 12: expected `leads` to be a list"),
        (
            "{\"leads\": [{\"id\": 1}, {\"id\": 2, \"x\": 1}]}",
            "leads.1.x: this member is not known here",
        ),
        ("{\"leads\": [], \"leads\": []}", "leads: this member is there twice"),
        ("{\"cows\": []}", "cows: a state has no such member"),
    ] {
        std::fs::write(&path, text).unwrap();
        let error = sandbox.load_state_file(&path).unwrap_err().to_string();
        assert_eq!(error, format!("{name}: {wanted}"), "{text}");
    }
    let nowhere = directory.path().join("none/state.json");
    assert!(
        matches!(sandbox.save_state(&nowhere), Err(StateError::File { path, .. }) if path == nowhere)
    );
    assert_eq!(sandbox.state(), before);
}

#[test]
fn secrets_are_not_shown() {
    let builder = quiet();
    let state = json!({"integrations": [{"client_id": "c", "client_secret": "hush", "redirect_uri": "r"}],
        "grants": {"access_tokens": [{"token": "hush"}]}, "logins": {"api_keys": [{"user_id": demo::ADMIN, "key": "hush"}]}});
    let sandbox = builder.build_from(state).unwrap();
    assert!(!format!("{sandbox:?}").contains("hush"));
    let written = sandbox.state().to_string();
    assert_eq!(written.matches("hush").count(), 3);
    for state in [
        json!({"grants": "hush"}),
        json!({"grants": {"codes": [{"code": "hush", "user_id": "hush"}]}}),
        json!({"integrations": [{"client_id": "hush"}]}),
        json!({"widgets": {"sandbox_telephony": "hush"}}),
    ] {
        let error = sandbox.load_state(&state).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hush"), "{error:?}");
    }
}
