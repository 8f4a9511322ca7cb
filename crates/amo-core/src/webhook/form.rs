//! The bracketed form that PHP writes, as a tree.
//!
//! While it is read, the tree is one flat map of edges, which costs about the same for each key
//! however the keys are nested: a map of its own in each node would take a kilobyte for a node
//! with one child, and two bytes of a body can ask for a node.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use percent_encoding::percent_decode;
use serde_json::{Map, Value};

use super::limits::{Budget, Excess, HookError};
use super::tree::{index, settle};

/// A place in the tree, by its number; each has a higher one than its parent.
type Place = usize;

const ROOT: Place = 0;

/// What stands at a place besides its children. It can have a text and children at once
/// (`a=1&a[b]=2`), so that nothing is lost and the order of the keys has no meaning.
#[derive(Default)]
struct Node {
    text: Option<Box<str>>,
    /// What `[]` stands for next.
    next: u64,
}

/// All nodes, and the names that lead from one to another.
struct Tree {
    nodes: Vec<Node>,
    edges: BTreeMap<(Place, Box<str>), Place>,
}

/// Reads the whole body.
pub(super) fn parse(body: &[u8], budget: &Budget) -> Result<Map<String, Value>, HookError> {
    let mut tree = Tree { nodes: vec![Node::default()], edges: BTreeMap::new() };
    let mut at = 0;
    for pair in body.split(|byte| *byte == b'&') {
        if !pair.is_empty() {
            let read = tree.read(pair, budget);
            read.map_err(|excess| budget.error(excess, format!("byte {at}")))?;
        }
        at += pair.len() + 1;
    }
    Ok(tree.into_members())
}

impl Tree {
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
        let names = names(&key).unwrap_or_else(|| vec![&key]);
        let mut place = ROOT;
        for (level, name) in names.into_iter().enumerate() {
            // Empty brackets stand for the next number; an empty key is just that.
            place = if level > 0 && name.is_empty() {
                let next = self.nodes[place].next.to_string();
                self.child(place, next.into(), budget)?
            } else {
                self.child(place, name.into(), budget)?
            };
        }
        self.nodes[place].text = Some(decode(value).into());
        Ok(())
    }

    fn child(&mut self, of: Place, name: Box<str>, budget: &Budget) -> Result<Place, Excess> {
        if let Some(index) = index(&name) {
            let next = &mut self.nodes[of].next;
            *next = (*next).max(index.saturating_add(1));
        }
        match self.edges.entry((of, name)) {
            Entry::Occupied(known) => Ok(*known.get()),
            Entry::Vacant(edge) => {
                budget.key()?;
                self.nodes.push(Node::default());
                Ok(*edge.insert(self.nodes.len() - 1))
            }
        }
    }

    /// Puts the tree together from its leaves up: in the reverse order of their parents, the
    /// edges of a place stand together and come after those of all its children.
    fn into_members(self) -> Map<String, Value> {
        let mut texts: Vec<_> = self.nodes.into_iter().map(|node| node.text).collect();
        let mut built: BTreeMap<Place, Value> = BTreeMap::new();
        let mut edges = self.edges.into_iter().rev().peekable();
        while let Some(((parent, name), place)) = edges.next() {
            let mut members = Map::new();
            let mut edge = Some((name, place));
            while let Some((name, place)) = edge {
                let children = built.remove(&place);
                let value =
                    children.unwrap_or_else(|| text(texts[place].take().unwrap_or_default()));
                members.insert(name.into(), value);
                let sibling = edges.next_if(|((other, _), _)| *other == parent);
                edge = sibling.map(|((_, name), place)| (name, place));
            }
            if let Some(own) = texts[parent].take() {
                // No child has an empty name: empty brackets got a number.
                members.insert(String::new(), text(own));
            }
            if parent == ROOT {
                return members;
            }
            built.insert(parent, settle(members));
        }
        Map::new()
    }
}

fn text(text: Box<str>) -> Value {
    Value::String(text.into())
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
