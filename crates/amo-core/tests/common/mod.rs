//! The check that nothing of an answer is lost.

use std::fmt::Debug;

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
