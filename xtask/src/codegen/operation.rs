//! What an operation sends and gets: what its line says, else what its capability or its method says.

use anyhow::{Context as _, bail, ensure};

use super::spec::{Operation, Resource};

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Body<'a> {
    Nothing,
    /// A part of a file.
    Bytes,
    One(&'a str),
    List(&'a str),
    /// One as an object, several as a list.
    OneOrList(&'a str),
}

/// What comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer<'a> {
    Nothing,
    /// A page of entities under `_embedded`, with the address of the next one.
    Page,
    /// A whole list of entities under `_embedded`.
    Items,
    /// One entity.
    Item,
    /// An object of this type.
    One(&'a str),
    /// A list of this type, without an envelope.
    List(&'a str),
}

/// Everything that is known of the operation `action`.
pub(super) struct Meaning<'a> {
    pub(super) body: Body<'a>,
    pub(super) answer: Answer<'a>,
    /// The key under `_embedded`.
    pub(super) key: &'a str,
    pub(super) success: Vec<u16>,
    /// The filter, where it is not that of the resource.
    pub(super) filter: Option<&'a str>,
    /// What the answer tells of an entity besides `id`, `request_id` and `_links`; `None` is all.
    pub(super) shows: Option<Vec<String>>,
}

impl<'a> Meaning<'a> {
    pub(super) fn of(
        resource: &'a Resource,
        action: &str,
        one: &'a Operation,
    ) -> anyhow::Result<Self> {
        // An operation with a `doc` is no capability, whatever it is called.
        let capability = if one.doc.is_some() { "" } else { action };
        let body = match &one.body {
            Some(words) => body(words)?,
            None => capability_body(resource, capability, one)?,
        };
        let answer = match one.answer.as_deref() {
            Some("nothing") => Answer::Nothing,
            Some("page") => Answer::Page,
            Some("items") => Answer::Items,
            Some("item") => Answer::Item,
            Some(words) => list_of(words).map_or(Answer::One(words), Answer::List),
            None => match capability {
                "get" | "update" => Answer::Item,
                "create" if one.single => Answer::Item,
                "list" => Answer::Page,
                "create" | "update_many" | "links" | "link" | "links_many" | "link_many" => {
                    Answer::Items
                }
                _ => Answer::Nothing,
            },
        };
        let success = success(capability, one, answer);
        ensure!(!success.is_empty(), "`{action}` succeeds with some code");
        let embedded = matches!(answer, Answer::Page | Answer::Items);
        ensure!(embedded || one.key.is_none(), "`{action}` answers nothing under a key");
        let key = match capability {
            "links" | "link" | "links_many" | "link_many" => "links",
            _ => &resource.key,
        };
        Ok(Self {
            body,
            answer,
            key: one.key.as_deref().unwrap_or(key),
            success,
            filter: one.filter.as_deref().or(match capability {
                "links" | "links_many" => Some("LinkFilter"),
                _ => None,
            }),
            shows: one.shows.clone().or_else(|| receipt(resource, capability)),
        })
    }
}

/// `X`, `Vec<X>`, `X | Vec<X>`, `bytes`.
fn body(words: &str) -> anyhow::Result<Body<'_>> {
    if words == "bytes" {
        return Ok(Body::Bytes);
    }
    if let Some((one, list)) = words.split_once(" | ") {
        ensure!(list_of(list) == Some(one), "`{words}` is not `X | Vec<X>`");
        return Ok(Body::OneOrList(one));
    }
    Ok(list_of(words).map_or(Body::One(words), Body::List))
}

/// The `X` of `Vec<X>`.
pub(super) fn list_of(kind: &str) -> Option<&str> {
    kind.strip_prefix("Vec<")?.strip_suffix('>')
}

fn capability_body<'a>(
    resource: &'a Resource,
    capability: &str,
    one: &Operation,
) -> anyhow::Result<Body<'a>> {
    let need = |what: &'a Option<String>, name: &str| {
        what.as_deref().with_context(|| format!("`{name}` is needed"))
    };
    Ok(match capability {
        "create" if one.single => Body::One(need(&resource.new, "new")?),
        "create" => Body::List(need(&resource.new, "new")?),
        "update" => Body::One(need(&resource.patch, "patch")?),
        "update_many" => Body::List(need(&resource.patch, "patch")?),
        "link" | "unlink" | "link_many" | "unlink_many" => Body::List("NewLink"),
        _ => Body::Nothing,
    })
}

fn success(capability: &str, one: &Operation, answer: Answer<'_>) -> Vec<u16> {
    match (&one.success, capability) {
        (Some(codes), _) => codes.clone(),
        // 204: nothing with this id, nothing in the list.
        (None, "get" | "list" | "links" | "links_many") => vec![200, 204],
        (None, _) if answer == Answer::Nothing => vec![204],
        (None, _) => vec![200],
    }
}

/// What a receipt tells, where writing does not answer with the whole entity.
fn receipt(resource: &Resource, capability: &str) -> Option<Vec<String>> {
    match capability {
        "create" if resource.created.is_none() => Some(Vec::new()),
        "update" | "update_many" if resource.updated.is_none() => {
            Some(vec!["updated_at".to_owned()])
        }
        _ => None,
    }
}

/// The codes, as words join them.
pub(super) fn codes(codes: &[u16]) -> anyhow::Result<String> {
    let Some((last, before)) = codes.split_last() else { bail!("a code of success is needed") };
    let before: Vec<String> = before.iter().map(ToString::to_string).collect();
    Ok(if before.is_empty() {
        last.to_string()
    } else {
        format!("{} or {last}", before.join(", "))
    })
}
