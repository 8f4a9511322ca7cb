#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use amo_core::{
    AccrueBonus, Amount, CatalogId, Create, Created, CustomerId, Delete, ElementId, Get, List,
    ListQuery, NewTransaction, Operation, Page, Query, QueryPart, Receipt, Resource, Scope,
    Timestamp, Transaction, TransactionFilter, TransactionId, TransactionMetadata, UserId,
};

fn sent(body: &impl serde::Serialize) -> String {
    serde_json::to_string(body).unwrap()
}

fn said(operation: &Operation) -> String {
    let Operation { method, path, repeat, .. } = operation;
    format!("{operation} {method} {path} {repeat:?}")
}

#[test]
fn a_new_transaction_byte_for_byte() {
    let new = NewTransaction::new(640)
        .comment("cakes")
        .completed_at(Timestamp::new(1_700_000_000))
        .next_price(700)
        .next_date(Timestamp::new(1_702_592_000))
        .created_by(UserId::new(12))
        .metadata(
            TransactionMetadata::new().receipt_link("https://r.example.test/1").external_id("r1"),
        )
        .element(CatalogId::new(1005), ElementId::new(71), 2)
        .element(CatalogId::new(1005), ElementId::new(72), Amount::from_f64(0.5).unwrap());
    assert_eq!(
        sent(&new),
        concat!(
            r#"{"price":640,"comment":"cakes","completed_at":1700000000,"next_price":700,"#,
            r#""next_date":1702592000,"created_by":12,"metadata":{"#,
            r#""receipt_link":"https://r.example.test/1","external_id":"r1"},"#,
            r#""_embedded":{"catalog_elements":["#,
            r#"{"id":71,"metadata":{"catalog_id":1005,"quantity":2}},"#,
            r#"{"id":72,"metadata":{"catalog_id":1005,"quantity":0.5}}]}}"#,
        )
    );
    assert_eq!(sent(&NewTransaction::new(1)), r#"{"price":1}"#);
    assert_eq!(sent(&TransactionMetadata::new()), "{}");
}

#[test]
fn the_answer_to_a_creation_is_found_under_either_key() {
    for body in [
        r#"{"_embedded":{"transactions":[{"id":810,"price":640,"request_id":"t1"}]}}"#,
        r#"{"_embedded":{"customers":[{"id":810,"customer_id":3301,"request_id":"t1"}]}}"#,
    ] {
        let page: Page<Created<Transaction>> =
            Page::from_slice_any(Transaction::WRITTEN_KEYS, body.as_bytes()).unwrap();
        assert_eq!(page.items[0].id(), TransactionId::new(810));
        assert_eq!(page.items[0].request_id(), Some("t1"));
    }
}

#[test]
fn filters_byte_for_byte() {
    let filter = TransactionFilter::new().id([TransactionId::new(810), TransactionId::new(811)]);
    let query = ListQuery::<Transaction>::new().filter(filter).limit(250);
    assert_eq!(
        query.to_query().to_string(),
        "filter%5Bid%5D%5B0%5D=810&filter%5Bid%5D%5B1%5D=811&limit=250"
    );
}

#[test]
fn bonus_points_are_asked_for_in_the_query() {
    for (yes, expected) in [(true, "accrue_bonus=true"), (false, "accrue_bonus=false")] {
        let mut query = Query::new();
        AccrueBonus(yes).write(&mut query);
        assert_eq!(query.to_string(), expected);
    }
}

#[test]
fn operations() {
    let of_customer = "/api/v4/customers/{customer_id}/transactions";
    for (operation, expected) in [
        (Transaction::GET, format!("get GET {of_customer}/{{id}} Repeatable")),
        (Transaction::LIST, format!("list GET {of_customer} Repeatable")),
        (Transaction::CREATE, format!("create POST {of_customer} ActsOnce")),
        (Transaction::DELETE, format!("delete DELETE {of_customer}/{{id}} Repeatable")),
        (
            Transaction::LIST_ALL,
            "list_all GET /api/v4/customers/transactions Repeatable".to_owned(),
        ),
    ] {
        assert_eq!(said(&operation), format!("transactions.{expected}"));
    }
    let scope: <Transaction as Resource>::Scope = CustomerId::new(3301);
    assert_eq!(scope.fill(&Transaction::GET.path), "/api/v4/customers/3301/transactions/{id}");
}
