//! What is said of an operation that is no capability: what is sent, and what comes back.

use super::items;
use crate::codegen::operation::{Answer, Body, Meaning, codes};
use crate::codegen::spec::{Family, Operation, Resource};

/// `The body is one [`X`]. The answer (200) is a page of ...`
pub(super) fn words(
    resource: &Resource,
    action: &str,
    one: &Operation,
    family: &Family,
) -> anyhow::Result<String> {
    let Meaning { body, answer, key, success, .. } = Meaning::of(resource, action, one)?;
    let link = |kind: &str| link(kind, family);
    let many = match one.batch {
        Some([most, _]) => format!("a list of at most {most}"),
        None => "a list of".to_owned(),
    };
    let body = match body {
        Body::Nothing => None,
        Body::Bytes => Some("bytes".to_owned()),
        Body::One(kind) => Some(format!("one {}", link(kind))),
        Body::List(kind) => Some(format!("{many} {}", link(kind))),
        Body::OneOrList(kind) => Some(format!("one {0} or {many} {0}", link(kind))),
    };
    let body = body.map(|body| format!("The body is {body}. ")).unwrap_or_default();
    let answer = match answer {
        // What is only accepted is sometimes confirmed by a word that is no JSON.
        Answer::Nothing if success.contains(&202) => "is empty or not JSON".to_owned(),
        Answer::Nothing => "is empty".to_owned(),
        Answer::Page => format!("is a page with a list under `_embedded.{key}`"),
        Answer::Items => format!("has a list under `_embedded.{key}`"),
        Answer::Item => format!("is the {}", resource.name),
        Answer::One(kind) => format!("is one {}", link(kind)),
        Answer::List(kind) => format!("is a bare list of {}", link(kind)),
    };
    Ok(format!("{body}The answer ({}) {answer}.", codes(&success)?))
}

/// A link to a type, without its parameters.
fn link(kind: &str, family: &Family) -> String {
    let name = kind.split('<').next().unwrap_or(kind);
    if items(family).contains(name) {
        format!("[`{name}`]")
    } else {
        format!("[`{name}`](crate::{name})")
    }
}
