//! Prints what creates and changes models.

use std::fmt::Write as _;

use anyhow::{Context as _, bail};

use super::Families;
use super::data::flat;
use super::words::{doc, names};
use crate::codegen::spec::{Member, Model, Write, Writes};

pub(super) fn writes(
    text: &mut String,
    name: &str,
    model: &Model,
    writes: &Writes,
    families: &Families,
) -> anyhow::Result<()> {
    if writes.build {
        build(text, name, model, writes.made_by_hand)?;
    }
    if let Some(new) = &writes.new {
        create(text, new, model, writes)?;
    }
    if let Some(patch) = &writes.patch {
        writable(text, patch, name, model, writes, families)?;
    }
    Ok(())
}

/// Setters of an object that is both read and written.
fn build(text: &mut String, name: &str, model: &Model, by_hand: bool) -> anyhow::Result<()> {
    if let Some((member, _)) = model.members.iter().find(|(_, member)| member.required) {
        bail!("`build` needs members that may be absent, `{member}` is required");
    }
    let elsewhere = if by_hand { " elsewhere" } else { "" };
    let _ = writeln!(text, "build! {{\n    {name}{elsewhere} {{");
    setters(text, "required", Member::kind, written(model, |write, _| write.is_required()));
    setters(text, "optional", Member::kind, written(model, |write, _| !write.is_required()));
    let unset = model.members.iter().filter(|(_, member)| member.write.is_none());
    names(text, "unset", unset.map(|(name, _)| name.clone()));
    text.push_str("    }\n}\n\n");
    Ok(())
}

/// What creates one.
fn create(text: &mut String, new: &str, model: &Model, writes: &Writes) -> anyhow::Result<()> {
    text.push_str("create! {\n");
    doc(text, "    ", writes.new_doc.as_deref().context("`new_doc` is needed")?);
    let _ = writeln!(text, "    pub struct {new} {{");
    flat_part(text, model, Write::on_creation);
    setters(text, "required", Member::new_kind, written(model, |write, _| write.is_required()));
    let optional = written(model, |write, _| write.on_creation() && !write.is_required());
    setters(text, "optional", Member::new_kind, optional);
    for (has, label, kind) in
        [(writes.fields, "fields", "NewCustomFields"), (writes.tags, "tags", "TagRef")]
    {
        if has {
            let _ = writeln!(text, "        {label} {{ crate::{kind} }}");
        }
    }
    if let Some(embedded) = &writes.new_embedded {
        let _ = writeln!(text, "        embedded {{ {embedded} }}");
    }
    text.push_str("    }\n}\n\n");
    Ok(())
}

/// What changes one.
fn writable(
    text: &mut String,
    patch: &str,
    name: &str,
    model: &Model,
    writes: &Writes,
    families: &Families,
) -> anyhow::Result<()> {
    text.push_str("writable! {\n");
    doc(text, "    ", writes.patch_doc.as_deref().context("`patch_doc` is needed")?);
    let _ = writeln!(text, "    pub struct {patch} of {name} {{");
    flat_part(text, model, Write::on_change);
    let plain = |one: &Member| !one.write_only && one.patch_type.is_none();
    let members = written(model, |write, one| write.on_change() && !one.clear);
    setters(text, "members", Member::kind, members.filter(|(_, one)| plain(one)));
    let clearable = written(model, |write, one| write.on_change() && one.clear);
    setters(text, "clearable", Member::kind, clearable.filter(|(_, one)| plain(one)));
    let write_only = written(model, |write, one| write.on_change() && one.write_only);
    setters(text, "write_only", Member::kind, write_only);
    for (name, member) in written(model, |write, _| write.on_change()) {
        if let Some(kind) = &member.patch_type {
            let _ = writeln!(text, "        changes {{ {name}: {kind} }}");
        }
    }
    if let Some([first, second]) = &writes.together {
        let _ = writeln!(text, "        together {{ {first}, {second}, }}");
    }
    if let Some(always) = &writes.always {
        let _ = writeln!(text, "        always {{ {always}, }}");
    }
    // Custom fields and tags have differences of their own, and addresses do not matter.
    let special = ["custom_fields_values", "links", "embedded", "request_id"];
    let read_only = model.members.iter().filter(|(name, member)| {
        let written = member.write.is_some_and(Write::on_change) || member.write_only;
        !written && !special.contains(&name.as_str())
    });
    let spelled = read_only.map(|(name, member)| match &member.key {
        Some(key) => format!("{name} = \"{key}\""),
        None => name.clone(),
    });
    names(text, "read_only", spelled);
    let embedded = model.members.get("embedded").map(|embedded| {
        let family = families.values().find_map(|family| family.models.get(&embedded.kind));
        family.with_context(|| format!("`{}` is not described", embedded.kind))
    });
    let linked =
        embedded.transpose()?.map(|embedded| embedded.members.keys()).into_iter().flatten();
    names(text, "linked", linked.filter(|name| !(writes.tags && *name == "tags")).cloned());
    for (has, label, kind) in
        [(writes.fields, "fields", "NewCustomFields"), (writes.tags, "tags", "tag::TagChanges")]
    {
        if has {
            let _ = writeln!(text, "        {label} {{ crate::{kind} }}");
        }
    }
    text.push_str("    }\n}\n\n");
    Ok(())
}

/// The members that may be written and of which `wanted` is true.
fn written(
    model: &Model,
    wanted: fn(Write, &Member) -> bool,
) -> impl Iterator<Item = (&String, &Member)> {
    let members = model.members.iter().filter(|(_, member)| !member.flat);
    members.filter(move |(_, member)| member.write.is_some_and(|write| wanted(write, member)))
}

/// The part of several members, if it may be written.
fn flat_part(text: &mut String, model: &Model, wanted: fn(Write) -> bool) {
    flat(text, model, "        ", |member| {
        let words = member.write_doc.as_deref().unwrap_or(&member.doc);
        member.write.is_some_and(wanted).then_some(words)
    });
}

/// The braces around setters.
fn setters<'a>(
    text: &mut String,
    label: &str,
    kind: fn(&Member) -> &str,
    members: impl Iterator<Item = (&'a String, &'a Member)>,
) {
    let _ = write!(text, "        {label} {{");
    let mut members = members.peekable();
    if members.peek().is_some() {
        text.push('\n');
        for (name, member) in members {
            doc(text, "            ", member.write_doc.as_deref().unwrap_or(&member.doc));
            let key = member.key.as_ref().map(|key| format!(" = \"{key}\"")).unwrap_or_default();
            let _ = writeln!(text, "            {name}: {}{key},", kind(member));
        }
        text.push_str("        ");
    }
    text.push_str("}\n");
}
