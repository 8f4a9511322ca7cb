//! Prints the table of one kind of entities.

use std::fmt::Write as _;

use anyhow::{Context as _, bail};

use super::constant;
use super::members::Written;
use super::objects::{Described, Objects};
use super::types::Type;
use crate::codegen::operation::{Answer, Body, Meaning};
use crate::codegen::spec::{Filter, FilterMember, Operation, Resource};

pub(super) fn resource<'a>(
    text: &mut String,
    name: &str,
    resource: &'a Resource,
    objects: &mut Objects<'a>,
) -> anyhow::Result<()> {
    let service = resource.service();
    let _ = writeln!(
        text,
        "\npub(crate) static {}: Resource = Resource {{\nname: {:?},\nservice: {service:?},\nkey: {:?},",
        constant(name),
        resource.name,
        resource.key
    );
    let _ = writeln!(text, "id: {},", id(resource, objects));
    text.push_str("operations: &[\n");
    let new = objects.new_type(name, resource);
    for (action, one) in &resource.operations {
        operation(text, resource, new, action, one, objects)
            .with_context(|| format!("operation {action}"))?;
    }
    text.push_str("],\n");
    let mut lists = vec![
        ("members", objects.members(name, resource)?.print()),
        ("embedded", objects.embedded(name, resource)?.print()),
        ("with", words(resource.with.as_deref(), objects)?),
        ("orders", words(resource.order.as_deref(), objects)?),
    ];
    let mut paid = false;
    if let Some(filter) = &resource.filter {
        let filter =
            objects.filter(filter).with_context(|| format!("`{filter}` is not described"))?;
        paid = filter.custom_fields;
        lists.push(("filters", self::filter(filter, objects)?));
    }
    for (name, lines) in lists.iter().filter(|(_, lines)| !lines.is_empty()) {
        let _ = writeln!(text, "{name}: &[\n{lines}],");
    }
    if paid {
        text.push_str("paid_filters: true,\n");
    }
    // `filters` is there only if there are some.
    if !paid || lists.len() < 5 || lists.iter().any(|(_, lines)| lines.is_empty()) {
        text.push_str("..Resource::PLAIN\n");
    }
    text.push_str("};\n");
    Ok(())
}

/// Is its id a number or a text?
pub(in crate::codegen) fn id(resource: &Resource, objects: &Objects<'_>) -> Type {
    match resource.id.as_deref() {
        Some(id) if id == "String" || objects.is_text_id(id) => Type::Text,
        Some(id) if matches!(objects.described(id), Some(Described::Enum(_))) => Type::Text,
        _ => Type::Int,
    }
}

/// The texts of an enum, such as the words of `with`.
fn words(name: Option<&str>, objects: &Objects<'_>) -> anyhow::Result<String> {
    let Some(name) = name else { return Ok(String::new()) };
    let Some(Described::Enum(one)) = objects.described(name) else {
        bail!("`{name}` is no enum");
    };
    let texts = one.values.keys().map(|text| format!("{text:?}"));
    Ok(texts.collect::<Vec<_>>().join(", "))
}

fn operation(
    text: &mut String,
    resource: &Resource,
    new: Option<&str>,
    action: &str,
    one: &Operation,
    objects: &mut Objects<'_>,
) -> anyhow::Result<()> {
    let Meaning { body, answer, key, success, filter, shows } = Meaning::of(resource, action, one)?;
    let path = one.at.clone().unwrap_or_else(|| format!("{}{}", resource.path, one.path));
    let _ = write!(text, "op({action:?}, {:?}, {path:?})", one.method);
    let mut sent = |kind: &str| match kind {
        _ if new == Some(kind) => Ok("New".to_owned()),
        _ if resource.patch.as_deref() == Some(kind) => Ok("Patch".to_owned()),
        kind => objects.type_of(kind).map(|kind| kind.to_string()),
    };
    match body {
        Body::Nothing => {}
        Body::Bytes => text.push_str(".takes_bytes()"),
        Body::One(kind) => {
            let _ = write!(text, ".takes({})", sent(kind)?);
        }
        Body::List(kind) => {
            let _ = write!(text, ".takes_list({})", sent(kind)?);
        }
        Body::OneOrList(kind) => {
            let _ = write!(text, ".takes_one_or_list({})", sent(kind)?);
        }
    }
    text.push_str(match answer {
        Answer::Nothing => "",
        Answer::Page => ".gives_page()",
        Answer::Items => ".gives_items()",
        Answer::Item => ".gives_item()",
        Answer::One(_) => ".gives_object()",
        Answer::List(_) => ".gives_list()",
    });
    if key != resource.key {
        let _ = write!(text, ".under({key:?})");
    }
    if let Some(filter) = filter {
        objects.filter(filter).with_context(|| format!("`{filter}` is not described"))?;
        let _ = write!(text, ".filters({})", objects.used(filter));
    }
    if let Some(shows) = shows {
        let _ = write!(text, ".shows(&{shows:?})");
    }
    let usual: &[u16] = match answer {
        Answer::Nothing => &[204],
        Answer::Page | Answer::Items | Answer::Item if one.method == "GET" => &[200, 204],
        _ => &[200],
    };
    if success != usual {
        let _ = write!(text, ".success(&{success:?})");
    }
    let page = one.page.filter(|_| answer == Answer::Page);
    if let Some(most) = page.map(usize::from).or(one.batch.map(|[most, _]| most)) {
        let _ = write!(text, ".most({most})");
    }
    text.push_str(",\n");
    Ok(())
}

/// The lines of a filter.
pub(super) fn filter(filter: &Filter, objects: &mut Objects<'_>) -> anyhow::Result<String> {
    let mut lines = String::new();
    for (name, member) in &filter.members {
        filter_line(&mut lines, name, member, filter.by_hand, objects)
            .with_context(|| format!("filter {name}"))?;
    }
    Ok(lines)
}

fn filter_line(
    text: &mut String,
    name: &str,
    member: &FilterMember,
    by_hand: bool,
    objects: &mut Objects<'_>,
) -> anyhow::Result<()> {
    let name = member.key.as_deref().unwrap_or(name);
    let FilterMember { one, list, range, object, objects: several, .. } = member;
    let plain = [("one_of", one), ("any_of", list), ("range_of", range)];
    let mut forms = Vec::new();
    for (form, kind) in plain.into_iter().filter_map(|(form, kind)| Some((form, kind.as_ref()?))) {
        forms.push(format!("{form}({name:?}, {})", objects.type_of(kind)?));
    }
    let built = [("object_of", object), ("each_of", several)];
    for (form, members) in built.into_iter().filter_map(|(form, all)| Some((form, all.as_ref()?))) {
        let members = objects.sent(members, Written::Both)?.print();
        forms.push(format!("{form}({name:?}, &[{members}])"));
    }
    if member.flag {
        forms.push(format!("flag({name:?})"));
    }
    let [line] = forms.as_slice() else { bail!("it has one form, not {}", forms.len()) };
    text.push_str(line);
    if let Some(most) = member.max {
        let _ = write!(text, ".at_most({most})");
    }
    if by_hand {
        text.push_str(".bare()");
    }
    text.push_str(",\n");
    Ok(())
}
