//! Prints what is read from answers and what is asked for: models, enums, filters.

use std::fmt::Write as _;

use anyhow::{bail, ensure};

use super::words::{doc, pascal};
use crate::codegen::spec::{Enum, Filter, Member, Model, Numbers, Value, Writes};

/// What holds for every filter.
const ALTERNATIVES: &str =
    "Values of one filter are alternatives, different filters must all be met.";

/// What holds for filters by custom fields.
const PAID: &str = "amoCRM heeds this filter only in accounts where filters are switched on \
    (`Account::is_api_filter_enabled`); elsewhere it may ignore it.";

pub(super) fn model(text: &mut String, name: &str, model: &Model, page: Option<&str>) {
    text.push_str("model! {\n");
    let written = |writes: &Writes| writes.new.is_some() || writes.patch.is_some();
    let words = match page.filter(|_| model.writes.as_ref().is_some_and(written)) {
        Some(page) => format!("{}\n\nSource: <{page}>.", model.doc.trim_end()),
        None => model.doc.clone(),
    };
    doc(text, "    ", &words);
    let generic = model.generic.as_ref().map(|generic| format!("<{generic}>")).unwrap_or_default();
    let _ = writeln!(text, "    pub struct {name}{generic} {{");
    let plain = |member: &Member| !member.write_only && !member.flat;
    for (name, member) in model.members.iter().filter(|(_, member)| plain(member)) {
        doc(text, "        ", &member.doc);
        let kind =
            if member.required { member.kind.clone() } else { format!("Option<{}>", member.kind) };
        let _ = write!(text, "        pub {name}: {kind}");
        if member.key.is_some() || !member.aliases.is_empty() {
            let _ = write!(text, " = \"{}\"", member.key.as_deref().unwrap_or(name));
            for alias in &member.aliases {
                let _ = write!(text, " | \"{alias}\"");
            }
        }
        text.push_str(",\n");
    }
    text.push_str("    }\n");
    flat(text, model, "    ", |member| Some(member.doc.as_str()));
    text.push_str("}\n\n");
    for (constant, texts) in &model.texts {
        let _ = writeln!(text, "impl {name} {{");
        doc(text, "    ", &texts.doc);
        let count = texts.values.len();
        let _ =
            writeln!(text, "    pub const {constant}: [&str; {count}] = {:?};\n}}\n", texts.values);
    }
}

/// The part of several members, if it has one for which there is something to say.
pub(super) fn flat<'a>(
    text: &mut String,
    model: &'a Model,
    indent: &str,
    words: impl Fn(&'a Member) -> Option<&'a str>,
) {
    for (name, member) in model.members.iter().filter(|(_, member)| member.flat) {
        if let Some(words) = words(member) {
            let _ = writeln!(text, "{indent}flat {{");
            doc(text, &format!("{indent}    "), words);
            let _ = writeln!(text, "{indent}    {name}: {},\n{indent}}}", member.kind);
        }
    }
}

pub(super) fn open_enum(text: &mut String, name: &str, one: &Enum) {
    text.push_str("open_enum! {\n");
    doc(text, "    ", &one.doc);
    let _ = writeln!(text, "    pub enum {name} {{");
    for (value, said) in &one.values {
        let (words, variant, aliases) = match said {
            Value::Doc(words) => (words, None, [].as_slice()),
            Value::Full(full) => (&full.doc, full.variant.as_deref(), full.aliases.as_slice()),
        };
        doc(text, "        ", words);
        let variant = variant.map_or_else(|| pascal(value), str::to_owned);
        let _ = write!(text, "        {variant} = \"{value}\"");
        for alias in aliases {
            let _ = write!(text, " | \"{alias}\"");
        }
        text.push_str(",\n");
    }
    text.push_str("    }\n}\n\n");
}

pub(super) fn open_number(text: &mut String, name: &str, numbers: &Numbers) -> anyhow::Result<()> {
    text.push_str("open_number! {\n");
    doc(text, "    ", &numbers.doc);
    let _ = writeln!(text, "    pub struct {name} {{");
    for (number, value) in &numbers.values {
        ensure!(number.parse::<i64>().is_ok(), "`{number}` is no number");
        doc(text, "        ", &value.doc);
        let _ = writeln!(text, "        {} = {number},", value.name);
    }
    text.push_str("    }\n}\n\n");
    Ok(())
}

pub(super) fn filter(text: &mut String, name: &str, filter: &Filter) -> anyhow::Result<()> {
    text.push_str("filter! {\n");
    doc(text, "    ", &filter.doc);
    text.push_str("    ///\n");
    doc(text, "    ", ALTERNATIVES);
    if filter.custom_fields {
        doc(text, "    ", PAID);
    }
    let by = if filter.custom_fields { " by custom_fields" } else { "" };
    let _ = writeln!(text, "    pub struct {name}{by} {{");
    for (name, member) in filter.members.iter().filter(|(_, member)| !member.by_hand) {
        doc(text, "        ", &member.doc);
        let _ = match (&member.list, &member.range, &member.one, member.flag) {
            (Some(kind), None, None, false) => write!(text, "        list {name}: {kind}"),
            (None, Some(kind), None, false) => write!(text, "        range {name}: {kind}"),
            (None, None, Some(kind), false) => write!(text, "        one {name}: {kind}"),
            (None, None, None, true) => write!(text, "        flag {name}"),
            _ => bail!("{name} is one of `list`, `range`, `one` and `flag`"),
        };
        if let Some(key) = &member.key {
            let _ = write!(text, " = \"{key}\"");
        }
        if let Some(max) = member.max {
            ensure!(member.list.is_some(), "{name} is no list and has no `max`");
            let _ = write!(text, "; {max}");
        }
        text.push_str(",\n");
    }
    text.push_str("    }\n}\n\n");
    Ok(())
}
