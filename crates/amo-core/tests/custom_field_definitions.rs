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
    CustomFieldGroup, CustomFieldGroupId, CustomFieldGroupKind, CustomFieldGroupPatch,
    CustomFieldGroupsOf, CustomFieldId, CustomFieldPatch, CustomFieldsOf, Delete, EntityType,
    EnumId, EnumOption, FieldType, Get, List, NewCustomField, NewCustomFieldGroup, Page, PatchBody,
    PipelineId, Query, QueryPart, Receipt, Remind, Repeat, Resource, Scope, SearchIn, StatusId,
    StatusReference, Update, UpdateMany, one_from_slice,
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
fn a_field_round_trips() {
    let field: CustomField = round_trip(&channel());
    assert!(field.extra.is_empty());
    assert_eq!(field.field_type, Some(FieldType::Select));
    assert_eq!(field.entity_type, Some(EntityType::Leads));
    let enums = field.enums.unwrap();
    assert_eq!((enums[0].id, enums[1].code.as_deref()), (Some(EnumId::new(9001)), None));
    assert_eq!(field.group_id, Some(CustomFieldGroupId::new("default")));
}

#[test]
fn fields_of_special_types_round_trip() {
    let bodies = [
        json!({ "id": 1, "type": "category", "catalog_id": 1005, "is_visible": true,
            "is_required": false, "settings": { "any": [1] }, "nested": [
                { "id": 5, "parent_id": null, "value": "Hardware", "sort": 1, "request_id": "a1" },
                { "id": 6, "parent_id": 5, "value": "Cables", "sort": 2 } ] }),
        json!({ "id": 2, "type": "birthday", "remind": "week", "hidden_statuses": null }),
        json!({ "id": 3, "type": "monetary", "currency": "EUR", "enums": null }),
        json!({ "id": 4, "type": "chained_list", "chained_lists": [
            { "title": null, "catalog_id": 1005, "parent_catalog_id": null },
            { "title": "Model", "catalog_id": 1006, "parent_catalog_id": 1005 }] }),
        json!({ "id": 5, "type": "tracking_data", "tracking_callback": "f()", "code": "UTM" }),
        json!({ "id": 6, "type": "linked_entity", "search_in": "contacts_and_companies" }),
        json!({ "id": 7, "type": "linked_entity", "search_in": "1005" }),
        json!({ "id": 8, "type": "hologram", "search_in": "everywhere", "remind": "year",
            "entity_type": "segments", "depth": 3, "triggers": [{ "id": 1 }] }),
        json!({ "id": 9 }),
    ];
    let fields: Vec<CustomField> = bodies.iter().map(round_trip).collect();
    assert_eq!(fields[0].nested.as_ref().unwrap()[1].parent_id, Some(EnumId::new(5)));
    assert_eq!(fields[1].remind, Some(Remind::Week));
    assert_eq!(fields[5].search_in, Some(SearchIn::ContactsAndCompanies));
    assert_eq!(fields[6].search_in, Some(SearchIn::Catalog(CatalogId::new(1005))));
    assert_eq!(fields[7].search_in, Some(SearchIn::Other("everywhere".to_owned())));
    assert_eq!(fields[7].field_type, Some(FieldType::Other("hologram".to_owned())));
}

#[test]
fn lists_that_php_prints_as_objects_are_read() {
    let field: CustomField = serde_json::from_str(
        r#"{"id":1,"enums":{"3":{"id":9,"value":"a"},"4":{"id":10,"value":"b"}},
            "chained_lists":{"1005":{"title":"x","catalog_id":1005}},
            "required_statuses":{"status_id":5,"pipeline_id":6}}"#,
    )
    .unwrap();
    let ids: Vec<_> = field.enums.unwrap().iter().map(|option| option.id.unwrap().get()).collect();
    assert_eq!(ids, [9, 10]);
    assert_eq!(field.chained_lists.unwrap()[0].catalog_id, Some(CatalogId::new(1005)));
    // An object without numbers for keys is one item.
    let one = field.required_statuses.unwrap();
    assert_eq!(one, [StatusReference::new(PipelineId::new(6), StatusId::new(5))]);
    let wrong = amo_core::from_slice::<CustomField>(br#"{"id":1,"enums":{"3":5}}"#).unwrap_err();
    assert!(wrong.path().starts_with("enums"), "{wrong}");
}

#[test]
fn odd_forms_are_read() {
    let odd = json!({
        "id": "1", "name": 5, "sort": "30", "is_api_only": 1, "group_id": 10, "search_in": 1005,
        "remind": 1, "enums": [], "_links": [],
    });
    let field: CustomField = serde_json::from_value(odd).unwrap();
    assert_eq!((field.id, field.sort), (CustomFieldId::new(1), Some(30)));
    assert_eq!((field.name.as_deref(), field.is_api_only), (Some("5"), Some(true)));
    assert_eq!(field.group_id.unwrap().as_str(), "10");
    assert_eq!(field.search_in, Some(SearchIn::Catalog(CatalogId::new(1005))));
    assert_eq!(field.remind, Some(Remind::Other("1".to_owned())));
    let zeros: CustomField = round_trip(&json!({ "id": 1, "search_in": "007" }));
    assert_eq!(zeros.search_in, Some(SearchIn::Other("007".to_owned())));
    assert!(serde_json::from_value::<CustomField>(json!({ "id": 1, "enums": 5 })).is_err());
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
fn a_group_round_trips() {
    let read: CustomFieldGroup = round_trip(&group());
    assert!(read.extra.is_empty());
    assert_eq!(read.kind, Some(CustomFieldGroupKind::CustomFieldGroup));
    assert_eq!(read.fields.as_ref().unwrap()[1], CustomFieldId::new(70_002));
    assert_eq!(read.request_id(), Some("g1"));
    round_trip::<CustomFieldGroup>(&json!({ "id": "statistic", "type": "linked_group" }));
    round_trip::<CustomFieldGroup>(&json!({ "id": "x", "type": "new", "fields": null, "y": 1 }));
    let number: CustomFieldGroup = serde_json::from_str(r#"{"id":10,"fields":["5"]}"#).unwrap();
    assert_eq!((number.id.as_str(), number.fields.unwrap()[0].get()), ("10", 5));
    let list = json!({ "_total_items": 1, "_embedded": { "custom_field_groups": [group()] } });
    let page: Page<CustomFieldGroup> =
        Page::from_slice(CustomFieldGroup::KEY, list.to_string().as_bytes()).unwrap();
    assert_eq!(page.items.len(), 1);
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
