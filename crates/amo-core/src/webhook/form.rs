//! The bracketed form that PHP writes, as a tree.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use percent_encoding::percent_decode;
use serde_json::{Map, Value};

use super::limits::{Budget, Excess, HookError};
use super::tree::{index, settle};

/// A place in the tree. It can have a text and children at once (`a=1&a[b]=2`), so that nothing
/// is lost and the order of the keys has no meaning.
#[derive(Default)]
struct Node {
    text: Option<String>,
    children: BTreeMap<String, Node>,
    /// What `[]` stands for next.
    next: u64,
}

/// Reads the whole body.
pub(super) fn parse(body: &[u8], budget: &Budget) -> Result<Map<String, Value>, HookError> {
    let mut root = Node::default();
    let mut at = 0;
    for pair in body.split(|byte| *byte == b'&') {
        if !pair.is_empty() {
            let read = root.read(pair, budget);
            read.map_err(|excess| budget.error(excess, format!("byte {at}")))?;
        }
        at += pair.len() + 1;
    }
    Ok(root.into_members())
}

impl Node {
    fn read(&mut self, pair: &[u8], budget: &Budget) -> Result<(), Excess> {
        let end = pair.iter().position(|byte| *byte == b'=');
        let (key, value) = match end {
            Some(end) => (&pair[..end], &pair[end + 1..]),
            None => (pair, &pair[pair.len()..]),
        };
        let key = decode(unescape(key));
        // Checked before anything is stored; a bracket that opens nothing counts too.
        let brackets = key.bytes().filter(|byte| *byte == b'[').count();
        budget.path(brackets + 1)?;
        let names = names(&key).unwrap_or_else(|| vec![key.as_str()]);
        let mut node = self;
        for (level, name) in names.into_iter().enumerate() {
            // Empty brackets stand for the next number; an empty key is just that.
            let name =
                if level > 0 && name.is_empty() { node.next.to_string() } else { name.into() };
            node = node.child(name, budget)?;
        }
        node.text = Some(decode(value));
        Ok(())
    }

    fn child(&mut self, name: String, budget: &Budget) -> Result<&mut Self, Excess> {
        if let Some(index) = index(&name) {
            self.next = self.next.max(index.saturating_add(1));
        }
        match self.children.entry(name) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => {
                budget.key()?;
                Ok(place.insert(Self::default()))
            }
        }
    }

    fn into_members(self) -> Map<String, Value> {
        let mut members: Map<_, _> =
            self.children.into_iter().map(|(name, node)| (name, node.into_json())).collect();
        if let Some(text) = self.text {
            // No child has an empty name: empty brackets got a number.
            members.insert(String::new(), text.into());
        }
        members
    }

    fn into_json(self) -> Value {
        if self.children.is_empty() {
            self.text.unwrap_or_default().into()
        } else {
            settle(self.into_members())
        }
    }
}

/// The names in a key such as `leads[add][0][id]`; `None` if its brackets do not match, then the
/// whole key is one name.
fn names(key: &str) -> Option<Vec<&str>> {
    let (first, mut rest) = key.split_once('[')?;
    if first.is_empty() {
        return None;
    }
    let mut names = vec![first];
    loop {
        let (name, after) = rest.split_once(']')?;
        names.push(name);
        if after.is_empty() {
            return Some(names);
        }
        rest = after.strip_prefix('[')?;
    }
}

/// Drops what is left of an ampersand that was escaped for HTML: `a=1&amp;b=2`.
fn unescape(mut key: &[u8]) -> &[u8] {
    while let Some(rest) = key.strip_prefix(b"amp;").or_else(|| key.strip_prefix(b"#38;")) {
        key = rest;
    }
    key
}

/// Bytes that are no UTF-8 become U+FFFD.
fn decode(text: &[u8]) -> String {
    let text: Cow<'_, [u8]> = if text.contains(&b'+') {
        text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect()
    } else {
        text.into()
    };
    percent_decode(&text).decode_utf8_lossy().into_owned()
}
