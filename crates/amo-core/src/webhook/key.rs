//! A key of an event that is the same whenever the event is sent again.

use serde_json::{Map, Value};

/// FNV-1a with 128 bits: stable for all time, unlike the hashes of the standard library.
struct Hash(u128);

impl Hash {
    const START: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(Self::PRIME);
        }
    }

    /// A text with its length, so that no two sequences of texts are the same bytes.
    fn text(&mut self, text: &str) {
        self.bytes(&(text.len() as u64).to_le_bytes());
        self.bytes(text.as_bytes());
    }

    /// A value; what the form has no form for (null, the empty list) counts as not there.
    fn value(&mut self, value: &Value) {
        match value {
            Value::Object(members) => self.members(members),
            Value::Array(list) => {
                self.bytes(b"[");
                for value in list {
                    self.value(value);
                }
                self.bytes(b"]");
            }
            Value::String(text) => {
                self.bytes(b"s");
                self.text(text);
            }
            // A parsed tree has only texts; one that was made elsewhere may have more.
            Value::Null => {}
            Value::Bool(_) | Value::Number(_) => {
                self.bytes(b"s");
                self.text(&value.to_string());
            }
        }
    }

    fn members(&mut self, members: &Map<String, Value>) {
        let mut sorted: Vec<_> = members.iter().filter(|(_, value)| !is_absent(value)).collect();
        sorted.sort_by_key(|(name, _)| *name);
        self.bytes(b"{");
        for (name, value) in sorted {
            self.text(name);
            self.value(value);
        }
        self.bytes(b"}");
    }
}

fn is_absent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

pub(super) fn of(entity: &str, action: &str, members: &Map<String, Value>) -> String {
    let mut hash = Hash(Hash::START);
    hash.text(entity);
    hash.text(action);
    hash.members(members);
    format!("{:032x}", hash.0)
}
