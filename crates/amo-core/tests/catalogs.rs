#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_core::field::{invoice, product, supplier};
use amo_core::{
    Catalog, CatalogFilter, CatalogId, CatalogPatch, CatalogType, Changed, ContactId, Create,
    Element, ElementFilter, ElementId, ElementPatch, ElementWith, EntityType, EnumId, Get,
    InvoiceStatus, InvoiceVatType, LeadId, Link, Linkable, List, ListQuery, NewCatalog,
    NewCustomFields, NewElement, NewLink, Number, Operation, Page, PatchBody, PayerType,
    PayerValue, ProductsSettings, Receipt, Resource, Scope, Timestamp, Update, UpdateMany,
    one_from_slice,
};
use common::round_trip;
use serde_json::{Value, json};

fn catalog() -> Value {
    json!({
        "id": 1005, "name": "Vehicles", "created_by": 12, "updated_by": 12,
        "created_at": 1_700_000_000, "updated_at": 1_700_000_000, "sort": 10, "type": "regular",
        "can_add_elements": true, "can_show_in_cards": false, "can_link_multiple": false,
        "can_be_deleted": true, "sdk_widget_code": null, "account_id": 777, "request_id": "v",
        "_links": { "self": { "href": "https://demo.amocrm.ru/api/v4/catalogs/1005" } },
    })
}

fn element() -> Value {
    json!({
        "id": 71, "name": "Bill 7", "created_by": 12, "updated_by": 12,
        "created_at": 1_700_000_000, "updated_at": 1_700_000_300, "is_deleted": null,
        "custom_fields_values": [
            { "field_id": 820, "field_name": "Status", "field_code": "BILL_STATUS",
              "field_type": "select",
              "values": [{ "value": "Paid", "enum_id": 9001, "enum_code": "paid" }] },
            { "field_id": 821, "field_name": "Sum", "field_code": "BILL_PRICE",
              "field_type": "numeric", "values": [{ "value": "190" }] },
            { "field_id": 822, "field_name": "Payer", "field_code": "PAYER", "field_type": "payer",
              "values": [{ "value": { "name": "Oleg", "type": "individual", "entity_id": 501 } }] },
        ],
        "catalog_id": 1005, "account_id": 777, "currency_id": 1,
        "invoice_link": "https://bills.example.test/71",
        "_links": { "self": { "href": "https://demo.amocrm.ru/api/v4/catalogs/1005/elements/71" } },
        "_embedded": { "warning": { "message": "The sum was calculated anew" } },
    })
}

fn sent(body: &impl serde::Serialize) -> String {
    serde_json::to_string(body).unwrap()
}

fn said(operation: &Operation) -> String {
    let Operation { method, path, repeat, .. } = operation;
    format!("{operation} {method} {path} {repeat:?}")
}

fn read<T: serde::de::DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap()
}

#[test]
fn the_fields_of_bills_have_handles() {
    let bill: Element = read(element());
    assert_eq!(bill.warning(), Some("The sum was calculated anew"));
    let status = bill.custom_fields_values.get(invoice::STATUS).unwrap();
    assert_eq!(status.enum_code.as_deref(), Some(InvoiceStatus::Paid.as_str()));
    assert_eq!(bill.custom_fields_values.get(invoice::PRICE), Some(Number::from(190)));
    let payer = bill.custom_fields_values.get(invoice::PAYER).unwrap();
    assert!(payer.entity_id.is_some());
}

#[test]
fn a_catalog_is_written_byte_for_byte() {
    let new = NewCatalog::new("Vehicles")
        .kind(CatalogType::Products)
        .sort(10)
        .can_add_elements(true)
        .can_link_multiple(false)
        .created_at(Timestamp::new(5));
    assert_eq!(
        sent(&new),
        concat!(
            r#"{"name":"Vehicles","type":"products","sort":10,"can_add_elements":true,"#,
            r#""can_link_multiple":false,"created_at":5}"#,
        )
    );
    let patch = CatalogPatch::new().name("Cars").can_show_in_cards(true);
    assert_eq!(sent(&patch), r#"{"name":"Cars","can_show_in_cards":true}"#);
    assert!(CatalogPatch::new().is_empty());
}

#[test]
fn a_difference_says_the_name_too() {
    let before: Catalog = read(catalog());
    assert!(Catalog::diff(&before, &before).unwrap().is_empty());
    let mut after = before.clone();
    after.sort = Some(20);
    assert_eq!(sent(&Catalog::diff(&before, &after).unwrap()), r#"{"name":"Vehicles","sort":20}"#);
    after.kind = Some(CatalogType::Invoices);
    assert!(Catalog::diff(&before, &after).is_err());

    let before: Element = read(element());
    assert!(Element::diff(&before, &before).unwrap().is_empty());
    let mut after = before.clone();
    after.custom_fields_values.set(invoice::STATUS, InvoiceStatus::Created);
    assert_eq!(
        sent(&Element::diff(&before, &after).unwrap()),
        concat!(
            r#"{"name":"Bill 7","custom_fields_values":["#,
            r#"{"field_id":820,"values":[{"enum_code":"created"}]}]}"#,
        )
    );
}

#[test]
fn an_element_is_written_byte_for_byte() {
    let product = NewElement::new("Cable")
        .currency_id(1)
        .set(product::SKU, "C-1")
        .set(product::PRICE, 120)
        .set(product::GROUP, EnumId::new(5555));
    assert_eq!(
        sent(&product),
        concat!(
            r#"{"name":"Cable","currency_id":1,"custom_fields_values":["#,
            r#"{"field_code":"SKU","values":[{"value":"C-1"}]},"#,
            r#"{"field_code":"PRICE","values":[{"value":"120"}]},"#,
            r#"{"field_code":"GROUP","values":[{"enum_id":5555}]}]}"#,
        )
    );
    let bill = NewElement::new("Bill 7").custom_fields(
        NewCustomFields::new()
            .set(invoice::STATUS, InvoiceStatus::PaidInAdvance)
            .set(invoice::VAT_TYPE, InvoiceVatType::VatNotIncluded)
            .set(
                invoice::PAYER,
                PayerValue::contact(ContactId::new(501)).kind(PayerType::Individual),
            ),
    );
    assert_eq!(
        sent(&bill),
        concat!(
            r#"{"name":"Bill 7","custom_fields_values":["#,
            r#"{"field_code":"BILL_STATUS","values":[{"enum_code":"paid_in_advance"}]},"#,
            r#"{"field_code":"BILL_VAT_TYPE","values":[{"enum_code":"vat_not_included"}]},"#,
            r#"{"field_code":"PAYER","values":[{"value":{"entity_id":501,"#,
            r#""entity_type":"contacts","type":"individual"}}]}]}"#,
        )
    );
    let patch = ElementPatch::new().updated_at(Timestamp::new(5)).clear(supplier::VAT_ID);
    assert_eq!(
        sent(&patch),
        concat!(
            r#"{"updated_at":5,"custom_fields_values":["#,
            r#"{"field_code":"SUPPLIER_VAT_ID","values":null}]}"#,
        )
    );
}

#[test]
fn writes_return_whole_entities() {
    let answer = json!({ "_embedded": { "elements": [
        { "id": 71, "name": "Cable", "request_id": 0, "is_deleted": false } ] } })
    .to_string();
    let page: Page<<Element as Create>::Created> =
        Page::from_slice(Element::KEY, answer.as_bytes()).unwrap();
    assert_eq!(page.items[0].request_id(), Some("0"));
    assert_eq!(Receipt::id(&page.items[0]), ElementId::new(71));
    let catalog = catalog().to_string();
    let changed: Changed<Catalog> = one_from_slice(Catalog::KEY, catalog.as_bytes()).unwrap();
    assert_eq!((changed.id.get(), changed.request_id()), (1005, Some("v")));
    assert_eq!(Catalog::unchanged(CatalogId::new(2)).entity, None);
}

#[test]
fn queries_byte_for_byte() {
    let query = ListQuery::<Catalog>::new()
        .filter(CatalogFilter::new().kind(CatalogType::Products).kind(CatalogType::Invoices))
        .limit(10);
    assert_eq!(query.to_query().to_string(), "type=invoices&limit=10");
    assert!(ListQuery::<Catalog>::new().filter(CatalogFilter::new()).to_query().is_empty());
    let query = ListQuery::<Element>::new()
        .with(ElementWith::InvoiceLink)
        .with(ElementWith::SupplierFieldValues)
        .search("van")
        .filter(ElementFilter::new().id([ElementId::new(71), ElementId::new(72)]));
    assert_eq!(
        query.to_query().to_string(),
        "with=invoice_link%2Csupplier_field_values&query=van\
         &filter%5Bid%5D%5B0%5D=71&filter%5Bid%5D%5B1%5D=72"
    );
}

#[test]
fn operations() {
    for (operation, expected) in [
        (Catalog::GET, "catalogs.get GET /api/v4/catalogs/{id} Repeatable"),
        (Catalog::LIST, "catalogs.list GET /api/v4/catalogs Repeatable"),
        (Catalog::CREATE, "catalogs.create POST /api/v4/catalogs ActsOnce"),
        (Catalog::UPDATE, "catalogs.update PATCH /api/v4/catalogs/{id} Repeatable"),
        (Catalog::UPDATE_MANY, "catalogs.update_many PATCH /api/v4/catalogs Repeatable"),
    ] {
        assert_eq!(said(&operation), expected);
    }
    let elements = "/api/v4/catalogs/{catalog_id}/elements";
    for (operation, expected) in [
        (Element::GET, format!("get GET {elements}/{{id}} Repeatable")),
        (Element::LIST, format!("list GET {elements} Repeatable")),
        (Element::CREATE, format!("create POST {elements} ActsOnce")),
        (Element::UPDATE, format!("update PATCH {elements}/{{id}} Repeatable")),
        (Element::UPDATE_MANY, format!("update_many PATCH {elements} Repeatable")),
        (Element::LINKS, format!("links GET {elements}/{{id}}/links Repeatable")),
        (Element::LINK, format!("link POST {elements}/{{id}}/link Repeatable")),
        (Element::UNLINK, format!("unlink POST {elements}/{{id}}/unlink Repeatable")),
    ] {
        assert_eq!(said(&operation), format!("elements.{expected}"));
    }
    let scope: <Element as Resource>::Scope = CatalogId::new(1005);
    assert_eq!(scope.fill(&Element::LINK.path), "/api/v4/catalogs/1005/elements/{id}/link");
    assert_eq!(Element::ENTITY_TYPE, EntityType::CatalogElements);
}

#[test]
fn elements_are_linked_from_both_sides() {
    assert_eq!(
        sent(&NewLink::lead(LeadId::new(90_001)).quantity(2)),
        r#"{"to_entity_id":90001,"to_entity_type":"leads","metadata":{"quantity":2}}"#
    );
    let link: Link = read(json!({ "to_entity_id": 71, "to_entity_type": "catalog_elements" }));
    assert_eq!(link.to::<Element>(), Some(ElementId::new(71)));
}

#[test]
fn products_are_switched_on() {
    let settings: ProductsSettings = round_trip(&json!({ "is_enabled": true, "catalog_id": 1001 }));
    assert_eq!(settings.catalog_id, Some(CatalogId::new(1001)));
    round_trip::<ProductsSettings>(&json!({ "is_enabled": false, "_links": {} }));
    assert_eq!(sent(&ProductsSettings::new(true)), r#"{"is_enabled":true}"#);
    let path = "/api/v4/catalogs/products/settings";
    for (operation, action, method) in [
        (Catalog::PRODUCTS_SETTINGS, "products_settings", "GET"),
        (Catalog::SET_PRODUCTS_SETTINGS, "set_products_settings", "PATCH"),
    ] {
        let expected = format!("catalogs.{action} {method} {path} Repeatable");
        assert_eq!(said(&operation), expected);
    }
}
