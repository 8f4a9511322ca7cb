//! The members of a resource as lines of a table.

use std::fmt::Write as _;

use anyhow::Context as _;

use super::objects::{Described, Objects};
use super::types::Type;
use crate::codegen::spec::{Member, Model, Resource, Sent, Write, Writes};

/// May a member be written?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::codegen) enum Written {
    Read,
    New,
    Required,
    Patch,
    Both,
    Always,
}

impl Written {
    fn of(write: Option<Write>) -> Self {
        match write {
            None => Self::Read,
            Some(Write::New) => Self::New,
            Some(Write::Required) => Self::Required,
            Some(Write::Patch) => Self::Patch,
            Some(Write::Both) => Self::Both,
            Some(Write::Always) => Self::Always,
        }
    }

    /// The same where it must be there.
    pub(super) fn needed(self) -> Self {
        match self {
            Self::New => Self::Required,
            Self::Both => Self::Always,
            other => other,
        }
    }

    /// Both together; `None` if they do not go together.
    fn and(self, other: Self) -> Option<Self> {
        Some(match (self, other) {
            (Self::Read, other) | (other, Self::Read) => other,
            (Self::New, Self::Patch) | (Self::Patch, Self::New) => Self::Both,
            (Self::Required, Self::Patch) | (Self::Patch, Self::Required) => Self::Always,
            (one, other) => return (one == other).then_some(one),
        })
    }

    fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::New => "new",
            Self::Required => "required",
            Self::Patch => "patch",
            Self::Both => "both",
            Self::Always => "always",
        }
    }
}

/// A line.
#[derive(Debug, Clone)]
pub(in crate::codegen) struct Line {
    pub(in crate::codegen) name: String,
    pub(in crate::codegen) written: Written,
    pub(in crate::codegen) kind: Type,
    pub(in crate::codegen) nullable: bool,
    unread: bool,
    /// What is said of it where it is written; empty if nothing is.
    pub(in crate::codegen) doc: String,
}

impl Line {
    pub(super) fn new(name: &str, written: Written, kind: Type) -> Self {
        let doc = String::new();
        Self { name: name.to_owned(), written, kind, nullable: false, unread: false, doc }
    }
}

/// The lines of a table.
#[derive(Debug, Default)]
pub(in crate::codegen) struct Lines(Vec<Line>);

impl Lines {
    pub(in crate::codegen) fn iter(&self) -> impl Iterator<Item = &Line> {
        self.0.iter()
    }

    /// Adds a line. One that was only read is written in the way of the new one.
    pub(super) fn put(&mut self, line: Line) {
        let same = self.0.iter_mut().find(|known| {
            known.name == line.name
                && (known.kind == line.kind || known.written == Written::Read)
                && known.written.and(line.written).is_some()
        });
        let Some(known) = same else {
            self.0.push(line);
            return;
        };
        if let Some(written) = known.written.and(line.written) {
            known.written = written;
            known.kind = line.kind;
            known.nullable |= line.nullable;
            if !line.doc.is_empty() {
                known.doc = line.doc;
            }
        }
    }

    pub(super) fn extend(&mut self, other: Self) {
        other.0.into_iter().for_each(|line| self.put(line));
    }

    /// What creates one.
    pub(super) fn on_creation(mut self) -> Self {
        self.0.retain(|line| !matches!(line.written, Written::Read | Written::Patch));
        for line in &mut self.0 {
            let needed = matches!(line.written, Written::Required | Written::Always);
            line.written = if needed { Written::Always } else { Written::Both };
            line.unread = false;
        }
        self
    }

    pub(super) fn print(&self) -> String {
        let mut text = String::new();
        for Line { name, written, kind, nullable, unread, .. } in &self.0 {
            let or_null = if *nullable { ".or_null()" } else { "" };
            let unread = if *unread { ".unread()" } else { "" };
            let _ = writeln!(text, "{}({name:?}, {kind}){or_null}{unread},", written.word());
        }
        text
    }
}

impl Objects<'_> {
    /// The members of a resource, `_embedded` aside.
    pub(in crate::codegen) fn members(
        &mut self,
        name: &str,
        resource: &Resource,
    ) -> anyhow::Result<Lines> {
        let mut lines = Lines::default();
        let model = self.described_model(name);
        if let Some(model) = model {
            self.model_members(&mut lines, name, resource, model)?;
        }
        let writes = model.and_then(|model| model.writes.as_ref());
        for (what, written) in [(&resource.new, Written::New), (&resource.patch, Written::Patch)] {
            // What the model does not say is written by hand.
            let Some(by_hand) = what.as_deref().filter(|what| !is_generated(writes, what)) else {
                continue;
            };
            match self.described(by_hand) {
                Some(Described::Sent(Sent::Object(members))) => {
                    let members = members.iter().filter(|(name, _)| *name != "_embedded");
                    let members = members.map(|(name, kind)| (name.clone(), kind.clone()));
                    lines.extend(self.sent(&members.collect(), written)?);
                }
                _ => anyhow::bail!(
                    "`{by_hand}` is not described: say under `sent` what it is on the wire"
                ),
            }
        }
        Ok(lines)
    }

    fn model_members(
        &mut self,
        lines: &mut Lines,
        of: &str,
        resource: &Resource,
        model: &Model,
    ) -> anyhow::Result<()> {
        let service = resource.service();
        for (name, member) in &model.members {
            if member.is_hal() || name == "request_id" {
                continue;
            }
            self.member(lines, (of, service), name, member)
                .with_context(|| format!("member {name}"))?;
        }
        let Some(writes) = &model.writes else { return Ok(()) };
        let create = if writes.patch.is_some() { Written::Both } else { Written::New };
        if writes.fields {
            let kind = Type::CustomFields(service.to_owned());
            lines.put(Line::new("custom_fields_values", create, kind));
        }
        if writes.tags {
            for (name, written) in [("tags_to_add", create), ("tags_to_delete", Written::Patch)] {
                let kind = Type::Tags(service.to_owned());
                lines.put(Line { unread: true, ..Line::new(name, written, kind) });
            }
        }
        Ok(())
    }

    fn member(
        &mut self,
        lines: &mut Lines,
        (model, service): (&str, &str),
        name: &str,
        member: &Member,
    ) -> anyhow::Result<()> {
        let key = member.key.as_deref().unwrap_or(name);
        let written = Written::of(member.write);
        if member.flat {
            let Some(Described::Sent(Sent::Object(parts))) = self.described(&member.kind) else {
                anyhow::bail!(
                    "`{}` is not described: say under `sent` what it is on the wire",
                    member.kind
                );
            };
            // Only a part that may be missing can be written without the others.
            let loose = match written {
                Written::Required => Written::New,
                Written::Always => Written::Both,
                other => other,
            };
            let parts = parts.clone();
            lines.extend(self.sent(&parts, loose)?);
            return Ok(());
        }
        if written == Written::Read {
            let kind = match member.kind.as_str() {
                "CustomFields" => Type::CustomFields(service.to_owned()),
                kind => self.read_type(kind),
            };
            lines.put(Line::new(key, written, kind));
            return Ok(());
        }
        let (created, changed) = match (&member.texts, &member.taken) {
            (Some(texts), _) => {
                let texts = self.texts(model, texts)?;
                (texts.clone(), texts)
            }
            (None, Some(taken)) => {
                let taken = self.type_of(taken)?;
                (taken.clone(), taken)
            }
            (None, None) => (
                self.type_of(member.new_kind())?,
                self.type_of(member.patch_type.as_deref().unwrap_or(&member.kind))?,
            ),
        };
        let more = |line: Line| Line {
            nullable: member.clear,
            unread: member.write_only,
            doc: member.write_doc.as_ref().unwrap_or(&member.doc).clone(),
            ..line
        };
        let (on_creation, on_change) = match written {
            Written::Both => (Written::New, Written::Patch),
            Written::Always => (Written::Required, Written::Patch),
            other => (other, other),
        };
        match written {
            Written::Patch => lines.put(more(Line::new(key, written, changed))),
            Written::New | Written::Required => lines.put(more(Line::new(key, written, created))),
            _ => {
                lines.put(more(Line::new(key, on_creation, created)));
                lines.put(more(Line::new(key, on_change, changed)));
            }
        }
        Ok(())
    }

    /// One of a set of texts of a model.
    fn texts(&mut self, model: &str, texts: &str) -> anyhow::Result<Type> {
        let name = format!("{model}::{texts}");
        self.described(&name).with_context(|| format!("`{name}` is not described"))?;
        self.used(&name);
        Ok(Type::OneOf(name))
    }

    /// What stands under `_embedded`.
    pub(in crate::codegen) fn embedded(
        &mut self,
        name: &str,
        resource: &Resource,
    ) -> anyhow::Result<Lines> {
        let mut lines = Lines::default();
        let model = self.described_model(name);
        let writes = model.and_then(|model| model.writes.as_ref());
        if let Some(embedded) = model.and_then(|model| model.members.get("embedded"))
            && let Some(Described::Model(embedded)) = self.described(&embedded.kind)
        {
            for (name, member) in &embedded.members {
                let tags = name == "tags" && writes.is_some_and(|writes| writes.tags);
                let (written, kind) = if tags {
                    (Written::Both, Type::Tags(resource.service().to_owned()))
                } else {
                    (Written::Read, Type::Json)
                };
                let key = member.key.as_deref().unwrap_or(name);
                lines.put(Line { nullable: tags, ..Line::new(key, written, kind) });
            }
        }
        let by_hand = resource.new.as_deref().filter(|new| !is_generated(writes, new));
        let new = match by_hand.and_then(|new| self.described(new)) {
            Some(Described::Sent(Sent::Object(members))) => members.get("_embedded").cloned(),
            _ => writes.and_then(|writes| writes.new_embedded.clone()),
        };
        if let Some(new) = new {
            let name = new.rsplit("::").next().unwrap_or(&new);
            let Some(Described::Sent(Sent::Object(members))) = self.described(name) else {
                anyhow::bail!("`{name}` is not described: say under `sent` what it is on the wire");
            };
            let members = members.clone();
            lines.extend(self.sent(&members, Written::New)?);
        }
        Ok(lines)
    }
}

/// Is this one of the types that the model describes?
fn is_generated(writes: Option<&Writes>, name: &str) -> bool {
    let named = |kind: &Option<String>| kind.as_deref() == Some(name);
    writes.is_some_and(|writes| named(&writes.new) || named(&writes.patch))
}
