#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_core::{
    CatalogId, CategoryNode, ChainedList, Changed, Create, CustomField, CustomFieldFilter,
    CustomFieldGroup, CustomFieldGroupPatch, CustomFieldGroupsOf, CustomFieldId, CustomFieldPatch,
    CustomFieldsOf, Delete, EnumId, EnumOption, FieldType, Get, List, NewCustomField,
    NewCustomFieldGroup, Page, PatchBody, PipelineId, Query, QueryPart, Receipt, Remind, Repeat,
    Resource, Scope, SearchIn, StatusId, Update, UpdateMany, one_from_slice,
};
use common::{operations, round_trip, sent};
use serde_json::{Value, json};

fn channel() -> Value {
    json!({
        "id": 70001, "name": "Channel", "type": "select", "account_id": 1, "code": "MY_CHANNEL",
        "sort": 30, "is_api_only": false, "is_computed": false, "is_deletable": true,
        "is_predefined": false, "group_id": "default", "entity_type": "leads",
        "enums": [{ "id": 9001, "value": "Site", "sort": 1, "code": "site" },
            { "id": 9003, "value": "Phone", "sort": 2, "code": null }],
        "required_statuses": [{ "status_id": 20, "pipeline_id": 10 }], "hidden_statuses": [],
        "chained_lists": null, "tracking_callback": null, "remind": null, "triggers": [],
        "currency": null, "settings": null, "nested": null, "request_id": "r1",
        "_links": { "self": { "href": "https://demo.amocrm.ru/api/v4/leads/custom_fields/70001" } },
    })
}

fn group() -> Value {
    json!({
        "id": "leads_10000000000001", "name": "Delivery", "sort": 15, "is_predefined": false,
        "type": "custom_field_group", "entity_type": "leads", "fields": [70001, 70002],
        "request_id": "g1",
        "_links": { "self": { "href":
            "https://demo.amocrm.ru/api/v4/leads/custom_fields/groups/leads_10000000000001" } },
    })
}

#[test]
fn what_a_field_is_linked_with() {
    for (text, search_in) in [
        ("contacts_and_companies", SearchIn::ContactsAndCompanies),
        ("1005", SearchIn::Catalog(CatalogId::new(1005))),
        ("everywhere", SearchIn::Other("everywhere".to_owned())),
        ("007", SearchIn::Other("007".to_owned())),
    ] {
        let field: CustomField = round_trip(&json!({ "id": 1, "search_in": text }));
        assert_eq!(field.search_in, Some(search_in));
    }
}

#[test]
fn a_new_field_byte_for_byte() {
    let field = NewCustomField::select(
        "Channel",
        [EnumOption::new("Site").code("site"), EnumOption::new("Phone").sort(7)],
    )
    .code("MY_CHANNEL")
    .sort(30)
    .group_id("default")
    .is_api_only(false)
    .required_in(PipelineId::new(10), StatusId::new(20));
    assert_eq!(
        sent(&field),
        concat!(
            r#"{"name":"Channel","type":"select","code":"MY_CHANNEL","sort":30,"#,
            r#""group_id":"default","is_api_only":false,"#,
            r#""required_statuses":[{"status_id":20,"pipeline_id":10}],"#,
            r#""enums":[{"value":"Site","sort":1,"code":"site"},{"value":"Phone","sort":7}]}"#,
        )
    );
}

#[test]
fn each_type_is_created_with_what_it_needs() {
    let name = "n";
    let plain = [
        (NewCustomField::text(name), "text"),
        (NewCustomField::textarea(name), "textarea"),
        (NewCustomField::numeric(name), "numeric"),
        (NewCustomField::price(name), "price"),
        (NewCustomField::checkbox(name), "checkbox"),
        (NewCustomField::url(name), "url"),
        (NewCustomField::street_address(name), "streetaddress"),
        (NewCustomField::smart_address(name), "smart_address"),
        (NewCustomField::date(name), "date"),
        (NewCustomField::date_time(name), "date_time"),
        (NewCustomField::multitext(name), "multitext"),
        (NewCustomField::legal_entity(name), "legal_entity"),
        (NewCustomField::file(name), "file"),
        (NewCustomField::items(name), "items"),
        (NewCustomField::payer(name), "payer"),
        (NewCustomField::supplier(name), "supplier"),
        (NewCustomField::of_type("hologram".into(), name), "hologram"),
    ];
    for (field, field_type) in plain {
        assert_eq!(sent(&field), format!(r#"{{"name":"n","type":"{field_type}"}}"#));
    }
    let catalog = CatalogId::new(1005);
    let special = [
        (
            NewCustomField::radiobutton(name, ["a", "b"]),
            r#""radiobutton","enums":[{"value":"a","sort":1},{"value":"b","sort":2}]"#,
        ),
        (
            NewCustomField::multiselect(name, ["a".to_owned()]),
            r#""multiselect","enums":[{"value":"a","sort":1}]"#,
        ),
        (NewCustomField::birthday(name, Remind::Month), r#""birthday","remind":"month""#),
        (NewCustomField::monetary(name, "EUR"), r#""monetary","currency":"EUR""#),
        (
            NewCustomField::category(
                name,
                [
                    CategoryNode::new("Hardware").sort(1).named("a1"),
                    CategoryNode::new("Cables").sort(2).under_named("a1"),
                    CategoryNode::new("Pins").under(EnumId::new(5)),
                ],
            ),
            concat!(
                r#""category","nested":[{"value":"Hardware","sort":1,"request_id":"a1"},"#,
                r#"{"value":"Cables","sort":2,"parent_request_id":"a1"},"#,
                r#"{"parent_id":5,"value":"Pins"}]"#,
            ),
        ),
        (
            NewCustomField::chained_list(
                name,
                [
                    ChainedList::new(catalog),
                    ChainedList::new(CatalogId::new(1006)).title("Model").part_of(catalog),
                ],
            ),
            concat!(
                r#""chained_list","chained_lists":[{"catalog_id":1005},"#,
                r#"{"title":"Model","catalog_id":1006,"parent_catalog_id":1005}]"#,
            ),
        ),
        (
            NewCustomField::linked_entity(name, SearchIn::Companies),
            r#""linked_entity","search_in":"companies""#,
        ),
        (NewCustomField::linked_entity(name, catalog), r#""linked_entity","search_in":"1005""#),
        (
            NewCustomField::tracking_data(name, "utm"),
            r#""tracking_data","tracking_callback":"utm""#,
        ),
    ];
    for (field, rest) in special {
        assert_eq!(sent(&field), format!(r#"{{"name":"n","type":{rest}}}"#));
    }
    let mut settings = serde_json::Map::new();
    settings.insert("a".to_owned(), json!(1));
    let of_catalog = NewCustomField::text(name)
        .is_deletable(true)
        .is_visible(true)
        .is_required(false)
        .settings(settings)
        .hidden_in(PipelineId::new(10), StatusId::LOST);
    assert_eq!(
        sent(&of_catalog),
        concat!(
            r#"{"name":"n","type":"text","is_deletable":true,"is_visible":true,"#,
            r#""is_required":false,"settings":{"a":1},"#,
            r#""hidden_statuses":[{"status_id":143,"pipeline_id":10}]}"#,
        )
    );
}

#[test]
fn a_patch_byte_for_byte() {
    let patch = CustomFieldPatch::new()
        .name("Channel")
        .code(None)
        .remind(Remind::Never)
        .enums([EnumOption::new("Mail")]);
    assert_eq!(
        sent(&patch),
        r#"{"name":"Channel","enums":[{"value":"Mail"}],"code":null,"remind":"never"}"#
    );
    assert!(CustomFieldPatch::new().is_empty());
}

#[test]
fn options_that_stay_are_sent_with_their_ids() {
    let before: CustomField = serde_json::from_value(channel()).unwrap();
    assert!(CustomField::diff(&before, &before).unwrap().is_empty());
    let mut after = before.clone();
    after.enums.as_mut().unwrap().push(EnumOption::new("Mail").sort(3));
    assert_eq!(
        sent(&CustomField::diff(&before, &after).unwrap()),
        concat!(
            r#"{"enums":[{"id":9001,"value":"Site","sort":1,"code":"site"},"#,
            r#"{"id":9003,"value":"Phone","sort":2,"code":null},{"value":"Mail","sort":3}]}"#,
        )
    );
    after = before.clone();
    after.field_type = Some(FieldType::Text);
    assert_eq!(CustomField::diff(&before, &after).unwrap_err().member(), "type");
    after = before.clone();
    after.code = None;
    assert_eq!(sent(&CustomField::diff(&before, &after).unwrap()), r#"{"code":null}"#);
}

#[test]
fn a_filter_byte_for_byte() {
    let filter = CustomFieldFilter::new()
        .field_type([FieldType::Text, FieldType::DateTime])
        .id([CustomFieldId::new(5)]);
    let mut query = Query::new();
    filter.write(&mut query);
    let pairs: Vec<_> = query.pairs().collect();
    assert_eq!(
        pairs,
        [("filter[type][0]", "text"), ("filter[type][1]", "date_time"), ("filter[id][0]", "5")]
    );
    let nothing: [FieldType; 0] = [];
    assert!(CustomFieldFilter::new().field_type(nothing).validate().is_err());
}

#[test]
fn groups_are_listed_and_saved() {
    let list = json!({ "_total_items": 1, "_embedded": { "custom_field_groups": [group()] } });
    let page: Page<CustomFieldGroup> =
        Page::from_slice(CustomFieldGroup::KEY, list.to_string().as_bytes()).unwrap();
    assert_eq!(page.items[0].request_id(), Some("g1"));
    let saved: Changed<CustomFieldGroup> =
        one_from_slice(CustomFieldGroup::KEY, group().to_string().as_bytes()).unwrap();
    assert_eq!(saved.id().to_string(), "leads_10000000000001");
    let unchanged = CustomFieldGroup::unchanged("default".into());
    assert_eq!((unchanged.id().as_str(), unchanged.entity), ("default", None));
}

#[test]
fn groups_byte_for_byte() {
    let fields = || [CustomFieldId::new(70_001), CustomFieldId::new(70_002)];
    assert_eq!(
        sent(&NewCustomFieldGroup::new("Delivery", 15).fields(fields())),
        r#"{"name":"Delivery","sort":15,"fields":[70001,70002]}"#
    );
    assert_eq!(sent(&CustomFieldGroupPatch::new().fields(fields())), r#"{"fields":[70001,70002]}"#);
    let before: CustomFieldGroup = serde_json::from_value(group()).unwrap();
    let mut after = before.clone();
    after.kind = None;
    assert_eq!(CustomFieldGroup::diff(&before, &after).unwrap_err().member(), "type");
}

#[test]
fn operations_are_as_documented() {
    let (all, one) = ("/api/v4/{entity}/custom_fields", "/api/v4/{entity}/custom_fields/{id}");
    operations(&[
        (CustomField::LIST, "custom_fields.list GET", all, Repeat::Repeatable),
        (CustomField::GET, "custom_fields.get GET", one, Repeat::Repeatable),
        (CustomField::CREATE, "custom_fields.create POST", all, Repeat::ActsOnce),
        (CustomField::UPDATE, "custom_fields.update PATCH", one, Repeat::ActsOnce),
        (CustomField::UPDATE_MANY, "custom_fields.update_many PATCH", all, Repeat::ActsOnce),
        (CustomField::DELETE, "custom_fields.delete DELETE", one, Repeat::Repeatable),
    ]);
    let all = "/api/v4/{entity}/custom_fields/groups";
    let one = "/api/v4/{entity}/custom_fields/groups/{id}";
    operations(&[
        (CustomFieldGroup::LIST, "custom_field_groups.list GET", all, Repeat::Repeatable),
        (CustomFieldGroup::GET, "custom_field_groups.get GET", one, Repeat::Repeatable),
        (CustomFieldGroup::CREATE, "custom_field_groups.create POST", all, Repeat::ActsOnce),
        (CustomFieldGroup::UPDATE, "custom_field_groups.update PATCH", one, Repeat::Repeatable),
        (CustomFieldGroup::DELETE, "custom_field_groups.delete DELETE", one, Repeat::Repeatable),
    ]);
    let catalog = CatalogId::new(1005);
    for (scope, path) in [
        (CustomFieldsOf::Leads, "leads"),
        (CustomFieldsOf::Contacts, "contacts"),
        (CustomFieldsOf::Companies, "companies"),
        (CustomFieldsOf::Customers, "customers"),
        (CustomFieldsOf::Segments, "customers/segments"),
        (CustomFieldsOf::Catalog(catalog), "catalogs/1005"),
    ] {
        let expected = format!("/api/v4/{path}/custom_fields/{{id}}");
        assert_eq!(scope.fill(&CustomField::GET.path), expected);
    }
    for (scope, path) in [
        (CustomFieldGroupsOf::Leads, "leads"),
        (CustomFieldGroupsOf::Contacts, "contacts"),
        (CustomFieldGroupsOf::Companies, "companies"),
        (CustomFieldGroupsOf::Customers, "customers"),
        (CustomFieldGroupsOf::Catalog(catalog), "catalogs/1005"),
    ] {
        let expected = format!("/api/v4/{path}/custom_fields/groups");
        assert_eq!(scope.fill(CustomFieldGroup::PATH), expected);
    }
}
