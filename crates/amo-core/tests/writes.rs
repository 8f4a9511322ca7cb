#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use amo_core::field::{EMAIL, PHONE, Select, Text};
use amo_core::{
    Amount, Author, CatalogId, Company, CompanyId, CompanyPatch, Contact, ContactId, ContactPatch,
    CustomerId, DiffError, ElementId, EnumId, Field, Lead, LeadId, LeadPatch, LossReasonId,
    NewCompany, NewContact, NewCustomFields, NewLead, NewLink, PatchBody, PipelineId, StatusId,
    Tag, TagId, TagRef, Timestamp, UserId,
};
use serde_json::{Value, json};

/// What is sent, as text.
fn sent(body: &impl serde::Serialize) -> String {
    serde_json::to_string(body).unwrap()
}

const REMARK: Field<Text> = Field::id(7001);
const CHANNEL: Field<Select> = Field::id(7002);

fn read<T: serde::de::DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap()
}

fn lead() -> Lead {
    read(json!({
        "id": 90001, "name": "Chairs", "price": 48000, "status_id": 142, "pipeline_id": 31,
        "loss_reason_id": null, "responsible_user_id": 12, "updated_at": 1_700_000_000,
        "account_id": 777, "score": 5,
        "custom_fields_values": [
            { "field_id": 7001, "field_name": "Remark", "field_type": "text",
              "values": [{ "value": "urgent" }] },
            { "field_id": 7002, "field_name": "Channel", "field_type": "select",
              "values": [{ "value": "Mail", "enum_id": 9001, "enum_code": null }] },
            { "field_id": 7003, "field_name": "Scan", "field_type": "file",
              "values": [{ "value": { "file_uuid": "f" } }] },
        ],
        "_embedded": { "tags": [{ "id": 9, "name": "vip", "color": "FF8F92" },
            { "id": 10, "name": "b2b", "color": null }], "companies": [] },
    }))
}

fn contact() -> Contact {
    read(json!({
        "id": 556, "name": "Oleg", "first_name": "Oleg", "last_name": "",
        "custom_fields_values": [{ "field_id": 1, "field_code": "PHONE", "field_type": "multitext",
            "values": [{ "value": "+7001", "enum_id": 61, "enum_code": "WORK" }] }],
        "_embedded": { "tags": [], "companies": [{ "id": 557 }] },
    }))
}

#[test]
fn a_new_contact_byte_for_byte() {
    let contact = NewContact::new()
        .first_name("Oleg")
        .last_name("Petrov")
        .responsible_user_id(UserId::new(12))
        .created_by(Author::Robot)
        .created_at(Timestamp::new(1_700_000_000))
        .add(PHONE, ("+70000000002", "WORK"))
        .set(REMARK, "x")
        .tag("vip")
        .tag(TagId::new(9));
    assert_eq!(
        sent(&contact),
        concat!(
            r#"{"first_name":"Oleg","last_name":"Petrov","responsible_user_id":12,"#,
            r#""created_by":0,"created_at":1700000000,"custom_fields_values":["#,
            r#"{"field_code":"PHONE","values":[{"value":"+70000000002","enum_code":"WORK"}]},"#,
            r#"{"field_id":7001,"values":[{"value":"x"}]}],"#,
            r#""tags_to_add":[{"name":"vip"},{"id":9}]}"#,
        )
    );
    assert_eq!(sent(&NewContact::new()), "{}");
    assert_eq!(sent(&NewCompany::new().name("Lotos")), r#"{"name":"Lotos"}"#);
}

#[test]
fn a_new_lead_byte_for_byte() {
    let lead = NewLead::new()
        .name("Office chairs")
        .price(48_000)
        .pipeline_id(PipelineId::new(31))
        .status_id(StatusId::new(3102))
        .loss_reason_id(LossReasonId::new(8))
        .contact(ContactId::new(554))
        .main_contact(ContactId::new(555))
        .main_contact(ContactId::new(556))
        .company(CompanyId::new(557))
        .company(CompanyId::new(558))
        .source("site-1");
    assert_eq!(
        sent(&lead),
        concat!(
            r#"{"name":"Office chairs","price":48000,"status_id":3102,"pipeline_id":31,"#,
            r#""loss_reason_id":8,"_embedded":{"contacts":[{"id":554},{"id":555},"#,
            r#"{"id":556,"is_main":true}],"companies":[{"id":558}],"#,
            r#""source":{"external_id":"site-1","type":"widget"}}}"#,
        )
    );
    let fraction = NewLead::new().price(Amount::from_f64(200.75).unwrap());
    assert_eq!(sent(&fraction), r#"{"price":200.75}"#);
}

#[test]
fn a_patch_byte_for_byte() {
    let patch = LeadPatch::new()
        .name("Chairs")
        .loss_reason_id(None)
        .set(REMARK, "late")
        .clear(CHANNEL)
        .add_tag("hot")
        .delete_tag(TagId::new(9));
    assert_eq!(
        sent(&patch),
        concat!(
            r#"{"name":"Chairs","loss_reason_id":null,"custom_fields_values":["#,
            r#"{"field_id":7001,"values":[{"value":"late"}]},{"field_id":7002,"values":null}],"#,
            r#""tags_to_add":[{"name":"hot"}],"tags_to_delete":[{"id":9}]}"#,
        )
    );
    assert!(!patch.is_empty());
    let lost = LeadPatch::new().status_id(StatusId::LOST).loss_reason_id(LossReasonId::new(8));
    assert_eq!(sent(&lost), r#"{"status_id":143,"loss_reason_id":8}"#);
}

#[test]
fn a_patch_without_changes_is_empty() {
    assert!(ContactPatch::new().is_empty() && CompanyPatch::new().is_empty());
    assert_eq!(sent(&LeadPatch::new()), "{}");
    assert!(LeadPatch::new().custom_fields(NewCustomFields::new()).is_empty());
    assert!(!LeadPatch::new().clear_tags().is_empty());
    assert!(!LeadPatch::new().clear(REMARK).is_empty());
    assert!(!ContactPatch::new().first_name("").is_empty());
}

#[test]
fn a_patch_can_be_put_into_an_item_of_a_batch() {
    #[derive(serde::Serialize)]
    struct Item<'a, P> {
        id: LeadId,
        #[serde(flatten)]
        patch: &'a P,
    }

    let patch = LeadPatch::new().price(5).clear_tags();
    assert_eq!(
        sent(&Item { id: LeadId::new(7), patch: &patch }),
        r#"{"id":7,"price":5,"_embedded":{"tags":null}}"#
    );
    assert_eq!(
        sent(&Item { id: LeadId::new(7), patch: &NewLink::lead(LeadId::new(8)) }),
        r#"{"id":7,"to_entity_id":8,"to_entity_type":"leads"}"#
    );
}

#[test]
fn replacing_tags_and_adding_to_them_never_stand_together() {
    let replace = || ContactPatch::new().add_tag("old").replace_tags(["a", "b"]);
    let tags = |patch: ContactPatch| sent(&patch);
    assert_eq!(tags(replace()), r#"{"_embedded":{"tags":[{"name":"a"},{"name":"b"}]}}"#);
    assert_eq!(
        tags(replace().add_tag(TagId::new(3)).add_tag("a").delete_tag("b")),
        r#"{"_embedded":{"tags":[{"name":"a"},{"id":3}]}}"#
    );
    assert_eq!(tags(replace().delete_tag("a").delete_tag("b")), r#"{"_embedded":{"tags":null}}"#);
    assert_eq!(tags(replace().clear_tags().delete_tag("a")), r#"{"_embedded":{"tags":null}}"#);
    assert_eq!(
        tags(ContactPatch::new().clear_tags().add_tag("c")),
        r#"{"_embedded":{"tags":[{"name":"c"}]}}"#
    );
    let none: [&str; 0] = [];
    assert_eq!(tags(ContactPatch::new().replace_tags(none)), r#"{"_embedded":{"tags":null}}"#);
}

#[test]
fn the_last_word_about_a_tag_counts() {
    let patch = ContactPatch::new().add_tag("a").delete_tag("a").delete_tag("b").add_tag("b");
    assert_eq!(sent(&patch), r#"{"tags_to_add":[{"name":"b"}],"tags_to_delete":[{"name":"a"}]}"#);
    assert_eq!(TagRef::from("x".to_owned()), TagRef::from("x"));
}

#[test]
fn nothing_differs_from_itself() {
    assert!(Lead::diff(&lead(), &lead()).unwrap().is_empty());
    assert!(Contact::diff(&contact(), &contact()).unwrap().is_empty());
    let company: Company = read(json!({ "id": 1, "name": "x" }));
    assert!(Company::diff(&company, &company).unwrap().is_empty());
}

#[test]
fn only_what_differs_is_sent() {
    let before = lead();
    let mut after = before.clone();
    after.price = Some(Amount::new(50_000));
    after.responsible_user_id = Some(UserId::new(0));
    after.custom_fields_values.set(REMARK, "late");
    after.embedded.tags.as_mut().unwrap().retain(|tag| tag.id != Some(TagId::new(9)));
    after.embedded.tags.as_mut().unwrap().push(Tag::new("hot"));
    assert_eq!(
        sent(&Lead::diff(&before, &after).unwrap()),
        concat!(
            r#"{"price":50000,"responsible_user_id":0,"custom_fields_values":["#,
            r#"{"field_id":7001,"values":[{"value":"late"}]}],"#,
            r#""tags_to_add":[{"name":"hot"}],"tags_to_delete":[{"id":9}]}"#,
        )
    );
}

#[test]
fn custom_fields_differ_one_by_one() {
    let before = contact();
    let mut after = before.clone();
    after.custom_fields_values.add(PHONE, ("+7002", "MOB"));
    after.custom_fields_values.add(EMAIL, ("o@example.test", "WORK"));
    assert_eq!(
        sent(&Contact::diff(&before, &after).unwrap()),
        concat!(
            r#"{"custom_fields_values":[{"field_id":1,"values":["#,
            r#"{"value":"+7001","enum_code":"WORK"},{"value":"+7002","enum_code":"MOB"}]},"#,
            r#"{"field_code":"EMAIL","values":[{"value":"o@example.test","enum_code":"WORK"}]}]}"#,
        )
    );
    assert_eq!(
        sent(&Contact::diff(&after, &contact()).unwrap()),
        concat!(
            r#"{"custom_fields_values":[{"field_id":1,"values":["#,
            r#"{"value":"+7001","enum_code":"WORK"}]},{"field_code":"EMAIL","values":null}]}"#,
        )
    );
}

#[test]
fn the_same_choice_said_otherwise_is_no_difference() {
    let mut after = lead();
    after.custom_fields_values.set(CHANNEL, EnumId::new(9001));
    assert!(Lead::diff(&lead(), &after).unwrap().is_empty());
}

/// The same state is no difference, whatever an answer holds: a request names a field once, and
/// only by an id or a code.
#[test]
fn fields_without_a_name_and_fields_that_stand_twice() {
    let with = |fields: Value| -> Lead { read(json!({ "id": 1, "custom_fields_values": fields })) };
    let field = |id: i64, text: &str| json!({ "field_id": id, "field_type": "text", "values": [{ "value": text }] });
    let nameless = |text: &str| json!({ "field_type": "text", "values": [{ "value": text }] });
    let none = with(Value::Null);
    let odd = with(json!([field(1, "a"), nameless("x"), field(1, "b"), nameless("y")]));
    assert!(Lead::diff(&odd, &odd).unwrap().is_empty());
    assert_eq!(
        sent(&Lead::diff(&none, &odd).unwrap()),
        r#"{"custom_fields_values":[{"field_id":1,"values":[{"value":"b"}]}]}"#,
        "the last counts, as of members that stand twice"
    );
    assert_eq!(
        sent(&Lead::diff(&odd, &none).unwrap()),
        r#"{"custom_fields_values":[{"field_id":1,"values":null}]}"#
    );
}

#[test]
fn a_file_is_cleared_in_its_own_way() {
    let mut after = lead();
    after.custom_fields_values.clear(Field::<Text>::id(7003));
    assert_eq!(
        sent(&Lead::diff(&lead(), &after).unwrap()),
        r#"{"custom_fields_values":[{"field_id":7003,"values":[{"value":null}]}]}"#
    );
}

#[test]
fn a_member_that_can_be_emptied_is() {
    let mut before = lead();
    before.loss_reason_id = Some(LossReasonId::new(8));
    let mut after = before.clone();
    after.loss_reason_id = None;
    assert_eq!(sent(&Lead::diff(&before, &after).unwrap()), r#"{"loss_reason_id":null}"#);
}

#[test]
fn moving_to_another_pipeline_sends_the_status_too() {
    let mut after = lead();
    after.pipeline_id = Some(PipelineId::new(32));
    assert_eq!(
        sent(&Lead::diff(&lead(), &after).unwrap()),
        r#"{"status_id":142,"pipeline_id":32}"#
    );
}

#[test]
fn a_change_of_what_cannot_be_changed_is_named() {
    type Change = fn(&mut Lead);
    let changes: [(Change, &str); 6] = [
        (|lead| lead.id = LeadId::new(1), "id"),
        (|lead| lead.account_id = None, "account_id"),
        (|lead| lead.score = Some(6), "score"),
        (|lead| lead.price_with_minor_units = Some(Amount::new(1)), "price_with_minor_units"),
        (|lead| lead.embedded.companies = None, "_embedded.companies"),
        (|lead| lead.is_deleted = Some(true), "is_deleted"),
    ];
    for (change, member) in changes {
        let mut after = lead();
        change(&mut after);
        let error = Lead::diff(&lead(), &after).unwrap_err();
        assert_eq!(error, DiffError::ReadOnly { entity: "lead", member });
        assert!(error.to_string().contains(&format!("`{member}` of a lead")), "{error}");
    }
    let mut after = contact();
    after.name = None;
    let error = Contact::diff(&contact(), &after).unwrap_err();
    assert_eq!(error, DiffError::NotClearable { entity: "contact", member: "name" });
    assert_eq!(error.member(), "name");
}

#[test]
fn when_it_was_changed_is_never_sent_by_itself() {
    let mut after = lead();
    after.name = Some("New".to_owned());
    assert!(!sent(&Lead::diff(&lead(), &after).unwrap()).contains("updated_at"));
    after.updated_at = Some(Timestamp::new(1_700_000_500));
    assert!(sent(&Lead::diff(&lead(), &after).unwrap()).contains(r#""updated_at":1700000500"#));
}

#[test]
fn links_byte_for_byte() {
    for (link, expected) in [
        (
            NewLink::contact(ContactId::new(5)).main(false).updated_by(UserId::new(12)),
            r#"{"to_entity_id":5,"to_entity_type":"contacts","metadata":{"is_main":false,"updated_by":12}}"#,
        ),
        (
            NewLink::company(CompanyId::new(5)).from(LeadId::new(90_001)),
            r#"{"entity_id":90001,"to_entity_id":5,"to_entity_type":"companies"}"#,
        ),
        (
            NewLink::customer(CustomerId::new(5)),
            r#"{"to_entity_id":5,"to_entity_type":"customers"}"#,
        ),
        (
            NewLink::element(CatalogId::new(1005), ElementId::new(71))
                .quantity(Amount::from_f64(1.5).unwrap())
                .price_id(amo_core::CustomFieldId::new(3)),
            r#"{"to_entity_id":71,"to_entity_type":"catalog_elements","metadata":{"catalog_id":1005,"quantity":1.5,"price_id":3}}"#,
        ),
    ] {
        assert_eq!(sent(&link), expected);
    }
}
