//! What is taken and what is not, by type and by table; and that the tables make sense.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Change, entity};
use crate::account::Account;
use crate::flaws::Flaws;
use crate::generated::{
    self, bots, calls, companies, contacts, leads, pipelines, tasks, unsorted, webhooks,
};
use crate::table::{Body, Moment, Resource, Type};
use crate::{Sandbox, demo};

fn account() -> Account {
    demo::account(&Sandbox::builder().contacts(1).companies(1).leads(1))
}

fn check(resource: &'static Resource, moment: Moment, item: &Value) -> (Change, Vec<String>) {
    let mut flaws = Flaws::default();
    let change = entity(item, resource, moment, &account(), &mut flaws);
    (change, flaws.short())
}

fn refused(resource: &'static Resource, moment: Moment, item: &Value) -> Vec<String> {
    check(resource, moment, item).1
}

#[test]
fn types_are_told_apart() {
    for (item, wanted) in [
        (json!({"name": 5}), "InvalidType name"),
        (json!({"name": null}), "InvalidType name"),
        (json!({"price": "5"}), "InvalidType price"),
        (json!({"price": -0.5}), "TooLow price"),
        (json!({"created_at": 1.5}), "InvalidType created_at"),
        (json!({"created_by": -1}), "NotSupportedChoice created_by"),
        (json!({"responsible_user_id": 0}), "NotSupportedChoice responsible_user_id"),
        (json!({"pipeline_id": 5}), "NotSupportedChoice pipeline_id"),
        (json!({"status_id": 5}), "NotSupportedChoice status_id"),
        (json!({"loss_reason_id": 5}), "NotSupportedChoice loss_reason_id"),
        (json!({"score": 5}), "FieldNotExpected score"),
        (json!({"tags_to_delete": []}), "FieldNotExpected tags_to_delete"),
        (json!({"_embedded": [5]}), "InvalidType _embedded"),
        (json!({"_embedded": {"contacts": {}}}), "InvalidType _embedded.contacts"),
        (json!({"_embedded": {"contacts": [5]}}), "InvalidType _embedded.contacts.0"),
        (json!({"_embedded": {"contacts": [{}]}}), "FieldMissing _embedded.contacts.0.id"),
        (
            json!({"_embedded": {"contacts": [{"id": demo::FIRST_CONTACT, "is_main": 1}]}}),
            "InvalidType _embedded.contacts.0.is_main",
        ),
        (
            json!({"_embedded": {"companies": [{"id": 5}]}}),
            "NotSupportedChoice _embedded.companies.0.id",
        ),
        (
            json!({"_embedded": {"source": {"external_id": "x", "type": "site"}}}),
            "NotSupportedChoice _embedded.source.type",
        ),
        (json!({"_embedded": {"loss_reason": []}}), "FieldNotExpected _embedded.loss_reason"),
        (json!([]), "InvalidType "),
    ] {
        assert_eq!(refused(&leads::LEAD, Moment::Creation, &item), [wanted], "{item}");
    }
    let taken = json!({"name": "x", "price": 0.5, "created_by": 0, "loss_reason_id": null, "request_id": "r",
        "_embedded": {"companies": [{"id": demo::FIRST_COMPANY}], "tags": null}});
    let (change, flaws) = check(&leads::LEAD, Moment::Creation, &taken);
    assert!(flaws.is_empty(), "{flaws:?}");
    assert_eq!(change.text("name"), Some("x"));
    assert_eq!(change.get("loss_reason_id"), Some(&Value::Null));
    assert_eq!(change.tags, Some(Vec::new()));
    assert_eq!(change.embedded, [("companies", json!([{"id": demo::FIRST_COMPANY}]))]);
}

#[test]
fn what_is_new_is_whole_and_what_changes_is_not() {
    let task = json!({"text": "Call"});
    assert_eq!(refused(&tasks::TASK, Moment::Creation, &task), ["FieldMissing complete_till"]);
    assert!(refused(&tasks::TASK, Moment::Change, &json!({"id": 5, "text": "Call"})).is_empty());
    // What is said on creation only, and on a change only.
    let named = json!({"id": 5});
    assert_eq!(refused(&tasks::TASK, Moment::Creation, &named)[0], "FieldNotExpected id");
    let description = json!({"descriptions": [{"level": "newbie"}]});
    assert!(refused(&pipelines::STATUS, Moment::Change, &description).is_empty());
    let status = json!({"name": "x", "sort": 5, "descriptions": [{"level": "newbie"}]});
    assert_eq!(
        refused(&pipelines::STATUS, Moment::Creation, &status),
        ["FieldMissing descriptions.0.description"]
    );
}

#[test]
fn every_entity_can_be_checked() {
    let hook = json!({"destination": "https://x.test", "settings": ["add_lead", "nothing"]});
    assert_eq!(
        refused(&webhooks::WEBHOOK, Moment::Creation, &hook),
        ["NotSupportedChoice settings.1"]
    );
    let call = |responsible: Value| {
        json!({"direction": "inbound", "duration": 5, "source": "pbx", "phone": "1",
            "call_responsible": responsible})
    };
    assert!(refused(&calls::CALL, Moment::Creation, &call(json!("Ann"))).is_empty());
    assert!(refused(&calls::CALL, Moment::Creation, &call(json!(demo::ADMIN))).is_empty());
    assert_eq!(
        refused(&calls::CALL, Moment::Creation, &call(json!(5))),
        ["NotSupportedChoice call_responsible"]
    );
    assert_eq!(
        refused(&calls::CALL, Moment::Creation, &call(json!(true))),
        ["InvalidType call_responsible"]
    );
    let agent = json!({"name": "a", "description": "b", "system_prompt": "c",
        "mcp": {"url": "https://x.test", "transport": "sse", "headers": {"a": "b", "c": 5}}});
    assert_eq!(refused(&bots::AGENT, Moment::Creation, &agent), ["InvalidType mcp.headers.c"]);
    let form = json!({"source_uid": "u", "source_name": "n",
        "metadata": {"form_id": 1, "form_name": "f", "form_page": "p", "form_sent_at": 5},
        "_embedded": {"leads": [{"price": -1, "_embedded": {"tags": [{"name": ""}]}}], "contacts": [
            {"custom_fields_values": [{"field_id": 1, "values": []}]}, {}]}});
    assert_eq!(
        refused(&unsorted::UNSORTED_FORM, Moment::Creation, &form),
        [
            "InvalidValue _embedded.contacts",
            "NotSupportedChoice _embedded.contacts.0.custom_fields_values.0.field_id",
            "TooLow _embedded.leads.0.price",
            "NotBlank _embedded.leads.0._embedded.tags.0.name",
        ]
    );
}

#[test]
fn one_of_two_objects_is_meant() {
    let complex = leads::LEAD.operations.iter().find(|one| one.action == "add_complex").unwrap();
    let Body::List(kind) = complex.body else { panic!("a list") };
    let refused = |embedded: Value| {
        let mut flaws = Flaws::default();
        super::value::value(kind, &json!({"_embedded": embedded}), &account(), &mut flaws);
        flaws.short()
    };
    assert!(refused(json!({"contacts": [{"id": demo::FIRST_CONTACT}]})).is_empty());
    assert_eq!(
        refused(json!({"contacts": [{"id": 5}]})),
        ["NotSupportedChoice _embedded.contacts.0.id"]
    );
    assert!(
        refused(json!({"contacts": [{"name": "Ann"}], "companies": [{"name": "x"}]})).is_empty()
    );
    assert_eq!(
        refused(json!({"contacts": [{"name": 5}], "companies": [{"score": 1}]})),
        ["FieldNotExpected _embedded.companies.0.score", "InvalidType _embedded.contacts.0.name"]
    );
    let form = json!({"category": "forms", "form_id": "1", "form_name": "f", "form_page": "p", "form_sent_at": 5});
    assert!(refused(json!({"metadata": form})).is_empty());
    let call = json!({"category": "sip", "phone": "1", "called_at": 5, "duration": 5, "link": "l"});
    assert_eq!(
        refused(json!({"metadata": call})),
        ["FieldMissing _embedded.metadata.service_code"]
    );
}

#[test]
fn a_text_may_have_a_number_in_it() {
    for (known, text, wanted) in [
        ("lead", "lead", true),
        ("lead", "leads", false),
        ("catalog_{id}", "catalog_1005", true),
        ("catalog_{id}", "catalog_", false),
        ("catalog_{id}", "catalog_x", false),
        ("custom_field_{id}_value_changed", "custom_field_7_value_changed", true),
        ("custom_field_{id}_value_changed", "custom_field_7", false),
    ] {
        assert_eq!(super::is_text_of(known, text), wanted, "{known} {text}");
    }
}

#[test]
fn the_tables_make_sense() {
    let mut requests = BTreeSet::new();
    let services: Vec<&str> = generated::ALL.iter().map(|resource| resource.service).collect();
    for resource in generated::ALL {
        for operation in resource.operations {
            let request = (operation.method, operation.path);
            assert!(requests.insert(request), "{request:?} is there twice");
            assert!(!operation.success.is_empty(), "{request:?}");
        }
        for member in resource.members.iter().chain(resource.embedded) {
            assert!(!member.name.is_empty(), "{}", resource.name);
            if let Type::NewOf(service) | Type::CustomFields(service) | Type::Tags(service) =
                member.kind
            {
                assert!(services.contains(&service), "{service}");
            }
        }
        for moment in [Moment::Creation, Moment::Change] {
            let names = resource.members.iter().filter(|member| member.written.at(moment));
            let names: Vec<&str> = names.map(|member| member.name).collect();
            let once: BTreeSet<&&str> = names.iter().collect();
            assert_eq!(once.len(), names.len(), "{} has a member twice", resource.name);
        }
    }
    for resource in [&contacts::CONTACT, &companies::COMPANY, &leads::LEAD] {
        assert!(resource.paid_filters, "{}", resource.name);
    }
}
