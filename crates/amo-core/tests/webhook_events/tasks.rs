//! Tasks, with their local times and the doubled index of the documentation.

use amo_core::webhook::{Hook, HookAction, HookEntity};
use amo_core::{EntityType, Timestamp};
use serde_json::{Value, json};

use super::{Case, check, models, printed};

const UPDATE: &[&str] = &[
    "[id]=77",
    "[element_id]=501",
    "[element_type]=2",
    "[task_type]=1",
    "[date_create]=2024-03-01 10:00:00",
    "[text]=Call",
    "[status]=1",
    "[account_id]=1",
    "[created_user_id]=9",
    "[last_modified]=2024-03-01 11:00:00",
    "[responsible_user_id]=8",
    "[complete_till]=2024-03-01 12:00:00",
    "[action_close]=1",
    "[result][id]=6",
    "[result][text]=done",
];

fn updated() -> Value {
    json!({
        "id": 77, "entity_id": 501, "entity_type": "leads", "task_type_id": 1, "text": "Call",
        "is_completed": true, "account_id": 1, "created_by": 9, "responsible_user_id": 8,
        "date_create": "2024-03-01 10:00:00", "last_modified": "2024-03-01 11:00:00",
        "complete_till_local": "2024-03-01 12:00:00", "action_close": "1",
        "result": {"id": "6", "text": "done"},
    })
}

pub(super) fn cases() -> Vec<Case> {
    let task = |setting, action, body, kind, model| Case {
        setting,
        entity: HookEntity::Task,
        action,
        body,
        id: Some(77),
        about: kind,
        model,
    };
    let lead = || Some((EntityType::Leads, 501));
    vec![
        task(
            "add_task",
            HookAction::Add,
            (
                "task[add][0]",
                &[
                    "[id]=77",
                    "[element_id]=7",
                    "[element_type]=1",
                    "[task_type]=2",
                    "[text]=Meet",
                    "[status]=0",
                    "[complete_till]=2024-03-01 12:00:00",
                    "[complete_before]=1709283600",
                    "[date_create]=2024-03-01 10:00:00",
                    "[created_at]=1709276400",
                    "[updated_at]=1709276400",
                ],
            ),
            Some((EntityType::Contacts, 7)),
            json!({
                "id": 77, "entity_id": 7, "entity_type": "contacts", "task_type_id": 2,
                "text": "Meet", "is_completed": false, "complete_till": 1_709_283_600,
                "complete_till_local": "2024-03-01 12:00:00",
                "date_create": "2024-03-01 10:00:00", "created_at": 1_709_276_400,
                "updated_at": 1_709_276_400,
            }),
        ),
        task("update_task", HookAction::Update, ("task[update][0]", UPDATE), lead(), updated()),
        task("update_task", HookAction::Update, ("task[update][0][0]", UPDATE), lead(), updated()),
        task("update_task", HookAction::Update, ("task[update]", UPDATE), lead(), updated()),
        task("update_task", HookAction::Update, ("tasks[update][0]", UPDATE), lead(), updated()),
        task(
            "responsible_task",
            HookAction::Responsible,
            (
                "task[responsible][0]",
                &[
                    "[id]=77",
                    "[element_id]=0",
                    "[element_type]=0",
                    "[responsible_user_id]=8",
                    "[old_responsible_user_id]=9",
                    "[complete_till]=1709283600",
                ],
            ),
            None,
            json!({
                "id": 77, "entity_id": 0, "element_type": "0", "responsible_user_id": 8,
                "old_responsible_user_id": "9", "complete_till": 1_709_283_600,
            }),
        ),
        task(
            "delete_task",
            HookAction::Delete,
            ("task[delete][0]", &["[id]=77", "[element_id]=501", "[element_type]=2"]),
            lead(),
            json!({"id": 77, "entity_id": 501, "entity_type": "leads"}),
        ),
        task(
            "delete_task",
            HookAction::Delete,
            ("task[delete]", &["=77"]),
            None,
            json!({"id": 77}),
        ),
    ]
}

#[test]
fn tasks() {
    check(cases());
}

#[test]
fn local_times_are_for_the_caller_to_place() {
    let pairs: Vec<_> = UPDATE.iter().map(|line| format!("task[update][0]{line}")).collect();
    let hook = Hook::parse(pairs.join("&").as_bytes()).unwrap();
    let moscow = |text: &str| format!("{}+03:00", text.replace(' ', "T")).parse().ok();
    let task = hook.events[0].task_by(moscow).unwrap();
    assert_eq!(task.complete_till, Some(Timestamp::new(1_709_283_600)));
    assert_eq!(task.created_at, Some(Timestamp::new(1_709_276_400)));
    assert_eq!(task.updated_at, Some(Timestamp::new(1_709_280_000)));
    assert_eq!(printed(&task)["complete_till_local"], "2024-03-01 12:00:00");

    // What the hook says itself is not asked for.
    let body = b"task[add][0][id]=1&task[add][0][complete_till]=x&task[add][0][complete_before]=5";
    let hook = Hook::parse(body).unwrap();
    let task = hook.events[0].task_by(|_| Some(Timestamp::new(9))).unwrap();
    assert_eq!(task.complete_till, Some(Timestamp::new(5)));
}

#[test]
fn odd_members_stay() {
    let body = b"task[add][0][id]=1&task[add][0][status]=7&task[add][0][element_type]=rockets\
        &task[add][0][task_type]=call&task[add][0][result]=";
    let hook = Hook::parse(body).unwrap();
    assert_eq!(
        models(&hook.events[0]),
        [json!({
            "id": 1, "status": "7", "entity_type": "rockets", "task_type": "call", "result": "",
        })]
    );
}
