//! Every operation's request as a pure value, byte for byte.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_core::field::{EMAIL, PHONE, Select, Text};
use amo_core::{
    AccountWith, Choice, ContactFilter, ContactId, ContactOrder, ContactPatch, ContactWith,
    Direction, EnumText, Field, LeadId, LeadPatch, LeadWith, NewContact, NewLead, NewLink, UserId,
};
use http::Method;

use common::{line, offline};

#[test]
fn headers_say_who_asks_and_what_for() {
    let request = offline().contacts().create(NewContact::new().name("Vera")).to_request().unwrap();
    assert_eq!(request.uri().host(), Some("example.amocrm.ru"));
    assert_eq!(request.uri().scheme_str(), Some("https"));
    assert_eq!(request.headers()["accept"], "application/json");
    assert_eq!(request.headers()["content-type"], "application/json");
    assert!(request.headers()["user-agent"].to_str().unwrap().starts_with("amocrm-rust/"));
    // The credential is attached by the stack, at the last moment.
    assert!(!request.headers().contains_key("authorization"));
    let request = offline().contacts().get(ContactId::new(1)).to_request().unwrap();
    assert!(!request.headers().contains_key("content-type"));
}

#[test]
fn get_and_list() {
    let client = offline();
    let get = client
        .contacts()
        .get(ContactId::new(5))
        .with(ContactWith::Leads)
        .with(ContactWith::Customers);
    assert_eq!(line(&get.to_request().unwrap()), "GET /api/v4/contacts/5?with=leads%2Ccustomers");
    let get = client.leads().get(LeadId::new(-1));
    assert_eq!(line(&get.to_request().unwrap()), "GET /api/v4/leads/-1");
    assert_eq!(line(&client.companies().list().to_request().unwrap()), "GET /api/v4/companies");
    let list = client
        .contacts()
        .list()
        .page(2)
        .limit(50)
        .search("+7 000 & Co")
        .with(ContactWith::Leads)
        .order(ContactOrder::UpdatedAt, Direction::Desc)
        .filter(ContactFilter::new().id([ContactId::new(5), ContactId::new(9)]));
    let line = line(&list.to_request().unwrap());
    let (path, query) = line.split_once('?').unwrap();
    assert_eq!(path, "GET /api/v4/contacts");
    let mut pairs: Vec<_> = query.split('&').collect();
    pairs.sort_unstable();
    assert_eq!(
        pairs,
        [
            "filter%5Bid%5D%5B0%5D=5",
            "filter%5Bid%5D%5B1%5D=9",
            "limit=50",
            "order%5Bupdated_at%5D=desc",
            "page=2",
            "query=%2B7%20000%20%26%20Co",
            "with=leads",
        ]
    );
}

#[test]
fn create() {
    let contact = NewContact::new()
        .name("Vera")
        .responsible_user_id(UserId::new(12))
        .add(PHONE, EnumText::new("+70000000001", "MOB"))
        .add(EMAIL, EnumText::new("v@example.test", "WORK"))
        .set(Field::<Text>::id(7), "text")
        .set(Field::<Select>::id(8), Choice::code("gold"))
        .tag("vip");
    let request = offline().contacts().create(contact).to_request().unwrap();
    assert_eq!(
        line(&request),
        concat!(
            r#"POST /api/v4/contacts [{"name":"Vera","responsible_user_id":12,"custom_fields_values":["#,
            r#"{"field_code":"PHONE","values":[{"value":"+70000000001","enum_code":"MOB"}]},"#,
            r#"{"field_code":"EMAIL","values":[{"value":"v@example.test","enum_code":"WORK"}]},"#,
            r#"{"field_id":7,"values":[{"value":"text"}]},{"field_id":8,"values":[{"enum_code":"gold"}]}],"#,
            r#""tags_to_add":[{"name":"vip"}],"request_id":"0"}]"#,
        )
    );
    let lead = NewLead::new().name("Chairs").price(48_000).main_contact(ContactId::new(5));
    assert_eq!(
        line(&offline().leads().create(lead).to_request().unwrap()),
        concat!(
            r#"POST /api/v4/leads [{"name":"Chairs","price":48000,"#,
            r#""_embedded":{"contacts":[{"id":5,"is_main":true}]},"request_id":"0"}]"#,
        )
    );
}

#[test]
fn create_many_splits_and_numbers() {
    let new = (0..5).map(|number| NewContact::new().name(format!("C{number}")));
    let requests = offline().contacts().create_many(new).per_request(2).to_requests().unwrap();
    let lines: Vec<_> = requests.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            r#"POST /api/v4/contacts [{"name":"C0","request_id":"0"},{"name":"C1","request_id":"1"}]"#,
            r#"POST /api/v4/contacts [{"name":"C2","request_id":"2"},{"name":"C3","request_id":"3"}]"#,
            r#"POST /api/v4/contacts [{"name":"C4","request_id":"4"}]"#,
        ]
    );
    let many = |size| {
        (0..251).map(|_| NewContact::new().name("C")).collect::<Vec<_>>().into_iter().take(size)
    };
    let requests = |size, per| {
        offline().contacts().create_many(many(size)).per_request(per).to_requests().unwrap()
    };
    assert_eq!(requests(251, 1_000).len(), 2, "250 at most");
    assert_eq!(requests(3, 0).len(), 3, "one at least");
    assert!(requests(0, 50).is_empty());
}

#[test]
fn update() {
    let patch =
        ContactPatch::new().name("Vera").clear(Field::<Text>::id(7)).add_tag("a").delete_tag("b");
    let request = offline().contacts().update(ContactId::new(5), patch).to_request().unwrap();
    assert_eq!(
        line(&request),
        concat!(
            r#"PATCH /api/v4/contacts/5 {"name":"Vera","custom_fields_values":[{"field_id":7,"values":null}],"#,
            r#""tags_to_add":[{"name":"a"}],"tags_to_delete":[{"name":"b"}]}"#,
        )
    );
}

#[test]
fn update_many_leaves_out_what_changes_nothing() {
    let patches = [
        (LeadId::new(1), LeadPatch::new().name("one")),
        (LeadId::new(2), LeadPatch::new()),
        (LeadId::new(3), LeadPatch::new().price(7)),
    ];
    let requests = offline().leads().update_many(patches).to_requests().unwrap();
    let lines: Vec<_> = requests.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            r#"PATCH /api/v4/leads [{"id":1,"name":"one","request_id":"0"},{"id":3,"price":7,"request_id":"2"}]"#
        ]
    );
}

#[test]
fn links() {
    let client = offline();
    let links =
        || [NewLink::contact(ContactId::new(5)).main(true), NewLink::contact(ContactId::new(6))];
    let lead = LeadId::new(9);
    assert_eq!(
        line(&client.leads().links(lead).to_requests().unwrap()[0]),
        "GET /api/v4/leads/9/links"
    );
    let link = client.leads().link(lead, links()).to_requests().unwrap();
    assert_eq!(
        link.iter().map(line).collect::<Vec<_>>(),
        [concat!(
            r#"POST /api/v4/leads/9/link [{"to_entity_id":5,"to_entity_type":"contacts","metadata":{"is_main":true}},"#,
            r#"{"to_entity_id":6,"to_entity_type":"contacts"}]"#,
        )]
    );
    let unlink =
        client.leads().unlink(lead, [NewLink::contact(ContactId::new(6))]).to_requests().unwrap();
    assert_eq!(
        unlink.iter().map(line).collect::<Vec<_>>(),
        [r#"POST /api/v4/leads/9/unlink [{"to_entity_id":6,"to_entity_type":"contacts"}]"#]
    );
    let many = (0..101).map(|id| NewLink::contact(ContactId::new(id)));
    assert_eq!(client.leads().link(lead, many).to_requests().unwrap().len(), 3);
    assert!(client.leads().link(lead, []).to_requests().unwrap().is_empty());
}

#[test]
fn account_and_raw() {
    let client = offline();
    assert_eq!(line(&client.account().to_request().unwrap()), "GET /api/v4/account");
    let account = client.account().with(AccountWith::UsersGroups).with(AccountWith::TaskTypes);
    assert_eq!(
        line(&account.to_request().unwrap()),
        "GET /api/v4/account?with=users_groups%2Ctask_types"
    );
    let raw = client
        .raw(Method::PUT, "/api/v4/any?a=1")
        .query("filter[b]", 2)
        .json(&serde_json::json!({"c": 3}));
    assert_eq!(line(&raw.to_request().unwrap()), r#"PUT /api/v4/any?a=1&filter%5Bb%5D=2 {"c":3}"#);
}

#[test]
fn what_makes_no_request_is_refused_with_the_reason() {
    let client = offline();
    for (error, words) in [
        (client.leads().list().limit(0).to_request().unwrap_err(), "not 0"),
        (
            client.leads().list().with(LeadWith::Contacts).limit(251).to_request().unwrap_err(),
            "250",
        ),
        (client.raw(Method::GET, "api/v4/leads").to_request().unwrap_err(), "begins with"),
        (client.raw(Method::GET, "/a b").to_request().unwrap_err(), "/a b"),
    ] {
        assert_eq!(error.kind(), amo_api::ErrorKind::InvalidRequest);
        assert!(error.to_string().contains(words), "{error}");
    }
}
