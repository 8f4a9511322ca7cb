//! The documentation of the description as plain Markdown: what speaks of Rust is left out or said
//! as it is on the wire.

use super::Families;
use crate::codegen::render::words::pascal;
use crate::codegen::spec::Value;

/// Without examples in Rust and links into the crates.
pub(super) fn plain(doc: &str, families: &Families) -> String {
    let mut text = String::new();
    let mut fenced = false;
    for line in doc.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            text.push_str(line);
            text.push('\n');
        }
    }
    unlinked(text.trim(), families)
}

/// ``[`LeadWith::Contacts`](..)`` → `` `contacts` ``.
fn unlinked(text: &str, families: &Families) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("[`") {
        let Some((name, after)) = behind.split_once("`]") else { break };
        out.push_str(before);
        out.push('`');
        out.push_str(&on_the_wire(name, families));
        out.push('`');
        rest = match after.strip_prefix('(').and_then(|target| target.split_once(')')) {
            Some((_, after)) => after,
            None => after,
        };
    }
    out + rest
}

/// Constants of ids.
const CONSTANTS: [(&str, &str); 3] =
    [("StatusId::WON", "142"), ("StatusId::LOST", "143"), ("GroupId::DEFAULT", "0")];

/// The text of a variant of an enum; anything else stays.
fn on_the_wire(name: &str, families: &Families) -> String {
    let text = || {
        let (one, variant) = name.split_once("::")?;
        let one = families.values().find_map(|family| family.enums.get(one))?;
        let mut values = one.values.iter();
        let (text, _) = values.find(|(text, value)| match value {
            Value::Full(full) if full.variant.is_some() => full.variant.as_deref() == Some(variant),
            _ => pascal(text) == variant,
        })?;
        Some(text.clone())
    };
    let name = name.strip_prefix("crate::").unwrap_or(name);
    if let Some((_, id)) = CONSTANTS.iter().find(|(constant, _)| *constant == name) {
        return (*id).to_owned();
    }
    text().unwrap_or_else(|| match name.rsplit_once("::") {
        // A member or a function of its type, in words of the wire a member.
        Some((_, member)) if member.starts_with(char::is_lowercase) => member.to_owned(),
        _ => name.replace("::", "."),
    })
}
