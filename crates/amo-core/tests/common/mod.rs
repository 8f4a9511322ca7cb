//! What the tests of models share. Not every one of them uses all of it.

#![allow(dead_code, reason = "each test file is a program of its own")]

use std::fmt::Debug;

use amo_core::{Operation, Repeat};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads the JSON and checks that exactly the same is printed back, also after a copy.
pub(crate) fn round_trip<T>(json: &Value) -> T
where
    T: DeserializeOwned + Serialize + Clone + PartialEq + Debug,
{
    let text = json.to_string();
    let read: T = amo_core::from_slice(text.as_bytes()).unwrap();
    assert_eq!(&serde_json::to_value(&read).unwrap(), json, "printed back");
    // A JSON value is another deserializer than a text.
    let again: T = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(read.clone(), again);
    read
}

/// What is sent, as text.
pub(crate) fn sent(body: &impl Serialize) -> String {
    serde_json::to_string(body).unwrap()
}

/// Checks the name and method, the path and the repeatability of operations.
pub(crate) fn operations(all: &[(Operation, &str, &str, Repeat)]) {
    for (operation, name, path, repeat) in all {
        assert_eq!(format!("{operation} {}", operation.method), *name);
        assert_eq!((operation.path.as_ref(), operation.repeat), (*path, *repeat), "{name}");
    }
}
