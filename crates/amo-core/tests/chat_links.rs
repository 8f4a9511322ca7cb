#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use amo_core::{
    ChatId, ChatLink, ChatLinkFilter, ChatLinkId, ContactId, Create, InvalidQuery, List, ListQuery,
    NewChatLink, Page, Receipt, Resource,
};
use serde_json::json;

const CHAT: &str = "31d4b2a0-1111-4c5e-9d4f-aa5be1b8a111";

#[test]
fn bodies_byte_for_byte() {
    assert_eq!(
        serde_json::to_string(&NewChatLink::new(ContactId::new(556), CHAT)).unwrap(),
        format!(r#"{{"contact_id":556,"chat_id":"{CHAT}"}}"#)
    );
    let answer = json!({ "_total_items": 1, "_embedded": { "chats": [
        { "id": 8, "contact_id": 556, "chat_id": CHAT, "request_id": "0" } ] } })
    .to_string();
    let page: Page<<ChatLink as Create>::Created> =
        Page::from_slice(ChatLink::KEY, answer.as_bytes()).unwrap();
    assert_eq!(Receipt::id(&page.items[0]), ChatLinkId::new(8));
    assert_eq!(page.items[0].request_id(), Some("0"));
}

#[test]
fn filters_byte_for_byte() {
    let list = |filter| ListQuery::<ChatLink>::new().filter(filter);
    let contacts = list(ChatLinkFilter::Contacts(vec![ContactId::new(5), ContactId::new(6)]));
    assert_eq!(contacts.validate(), Ok(()));
    assert_eq!(contacts.to_query().to_string(), "contact_id%5B%5D=5&contact_id%5B%5D=6");
    let chats = list(ChatLinkFilter::Chats(vec![ChatId::from("a-b")]));
    assert_eq!(chats.to_query().to_string(), "chat_id%5B%5D=a-b");
    for (filter, member) in [
        (ChatLinkFilter::Contacts(Vec::new()), "contact_id"),
        (ChatLinkFilter::Chats(Vec::new()), "chat_id"),
    ] {
        let error = list(filter).validate().unwrap_err();
        assert_eq!(error, InvalidQuery::EmptyFilter { member: member.to_owned() });
    }
}

#[test]
fn operations() {
    for (operation, expected) in [
        (ChatLink::LIST, "contact_chats.list GET /api/v4/contacts/chats Repeatable"),
        (ChatLink::CREATE, "contact_chats.create POST /api/v4/contacts/chats Repeatable"),
    ] {
        let (method, path, repeat) = (&operation.method, &operation.path, operation.repeat);
        assert_eq!(format!("{operation} {method} {path} {repeat:?}"), expected);
    }
}
