//! Pages and single entities, out of whatever stands in the place of an answer.

use amo_core::{
    Account, Contact, Event, Lead, Note, Page, Resource, Task, from_slice, one_from_slice,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::json::{assert_clear, parse, printed};

pub(crate) fn work(input: &[u8]) {
    let _ = Page::<Lead>::from_slice(Lead::KEY, input);
    let _ = one_from_slice::<Lead>(Lead::KEY, input);
}

pub(crate) fn check(input: &[u8]) {
    let leads = page::<Lead>(input);
    page::<Contact>(input);
    page::<Task>(input);
    page::<Note>(input);
    page::<Event>(input);
    for lead in leads.iter().flat_map(|page| &page.items) {
        let patch = Lead::diff(lead, lead).expect("nothing differs");
        assert_eq!(printed(&patch), b"{}");
    }
    match one_from_slice::<Lead>(Lead::KEY, input) {
        Ok(lead) => stays(&lead),
        Err(error) => assert_clear(&error),
    }
    match from_slice::<Account>(input) {
        Ok(account) => stays(&account),
        Err(error) => assert_clear(&error),
    }
}

/// Reads a page; what is read stays the same when it is printed and read again.
fn page<R>(input: &[u8]) -> Option<Page<R>>
where
    R: Resource + DeserializeOwned + Serialize + PartialEq + std::fmt::Debug,
{
    let page = match Page::<R>::from_slice(R::KEY, input) {
        Ok(page) => page,
        Err(error) => {
            assert_clear(&error);
            return None;
        }
    };
    // What is passed over, such as unknown members beside `_embedded`, need not be good UTF-8.
    if let Some(json) = parse(input) {
        let embedded = || json.get("_embedded")?.get(R::KEY);
        let list = if json.is_array() { Some(&json) } else { embedded() };
        // A list may come as an object, whose meaning hangs on its first key: that is left to the
        // tests of the library.
        if !list.is_some_and(serde_json::Value::is_object) {
            let items = list.and_then(serde_json::Value::as_array).into_iter().flatten();
            let there = items.filter(|item| !item.is_null()).count();
            assert_eq!(page.items.len(), there, "no item is lost, but nulls are no items");
        }
    }
    page.items.iter().for_each(stays);
    // A bare list is read as well as one in its envelope.
    let again = Page::<R>::from_slice(R::KEY, &printed(&page.items)).expect("a list is a page");
    assert_eq!(again.items.len(), page.items.len());
    Some(page)
}

/// Reading loses nothing that printing and reading again would not lose either.
fn stays<T: DeserializeOwned + Serialize>(entity: &T) {
    let text = printed(entity);
    let again: T = from_slice(&text).expect("what was printed can be read");
    assert_eq!(String::from_utf8_lossy(&printed(&again)), String::from_utf8_lossy(&text));
}
