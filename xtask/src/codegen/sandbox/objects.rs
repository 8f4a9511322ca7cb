//! Objects and sets of texts inside of what is sent: each becomes a constant in the module of its
//! family, if some resource needs it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::{Context as _, bail};

use super::members::{Line, Lines, Written};
use super::{Families, constant};
use crate::codegen::spec::{Enum, Filter, Model, Numbers, Resource, Sent, Texts, Write};

/// Where a name is described.
#[derive(Clone, Copy)]
pub(in crate::codegen) enum Described<'a> {
    Model(&'a Model),
    Enum(&'a Enum),
    Sent(&'a Sent),
    Numbers(&'a Numbers),
    Filter(&'a Filter),
    /// A set of texts of a model, by the names of both: `Tag::COLORS`.
    Texts(&'a Texts),
}

/// Everything that is described, and what of it is used.
pub(in crate::codegen) struct Objects<'a> {
    families: &'a Families,
    used: BTreeSet<String>,
}

impl<'a> Objects<'a> {
    pub(in crate::codegen) fn of(families: &'a Families) -> Self {
        Self { families, used: BTreeSet::new() }
    }

    /// The description of a type, and whose it is. What is said of the wire goes first.
    fn find(&self, name: &str) -> Option<(&'a str, Described<'a>)> {
        let families = self.families.iter();
        let sent = families.clone().find_map(|(family, all)| {
            Some((family.as_str(), Described::Sent(all.sent.get(name)?)))
        });
        let model = families.clone().find_map(|(family, all)| {
            Some((family.as_str(), Described::Model(all.models.get(name)?)))
        });
        let one_of = families.clone().find_map(|(family, all)| {
            Some((family.as_str(), Described::Enum(all.enums.get(name)?)))
        });
        let numbers = families.clone().find_map(|(family, all)| {
            Some((family.as_str(), Described::Numbers(all.numbers.get(name)?)))
        });
        let filter = families.clone().find_map(|(family, all)| {
            Some((family.as_str(), Described::Filter(all.filters.get(name)?)))
        });
        let texts = families.clone().find_map(|(family, all)| {
            let (model, texts) = name.split_once("::")?;
            let texts = all.models.get(model)?.texts.get(texts)?;
            Some((family.as_str(), Described::Texts(texts)))
        });
        sent.or(model).or(one_of).or(numbers).or(filter).or(texts)
    }

    pub(in crate::codegen) fn described(&self, name: &str) -> Option<Described<'a>> {
        self.find(name).map(|(_, described)| described)
    }

    /// What is described as a model.
    pub(super) fn described_model(&self, name: &str) -> Option<&'a Model> {
        match self.described(name) {
            Some(Described::Model(model)) => Some(model),
            _ => None,
        }
    }

    /// The name of the constant of a type that is needed.
    pub(super) fn used(&mut self, name: &str) -> String {
        self.used.insert(name.to_owned());
        constant(name)
    }

    /// What is used, and the families that it belongs to.
    pub(super) fn places(&self) -> impl Iterator<Item = (&'a str, &str)> {
        self.used.iter().filter_map(|name| Some((self.find(name)?.0, name.as_str())))
    }

    pub(in crate::codegen) fn resources(&self) -> impl Iterator<Item = (&'a String, &'a Resource)> {
        self.families.values().flat_map(|family| &family.resources)
    }

    /// The service of the resource of a model.
    pub(in crate::codegen) fn service_of(&self, model: &str) -> Option<&'a str> {
        self.resources().find(|(name, _)| *name == model).map(|(_, resource)| resource.service())
    }

    /// The service of the resource that this creates one of.
    pub(in crate::codegen) fn service_of_new(&self, new: &str) -> Option<&'a str> {
        let mut all = self.resources();
        all.find(|(name, one)| self.new_type(name, one) == Some(new)).map(|(_, one)| one.service())
    }

    /// The type that creates one of a resource: the resource says it if that is a capability, else
    /// its model.
    pub(in crate::codegen) fn new_type(
        &self,
        name: &str,
        resource: &'a Resource,
    ) -> Option<&'a str> {
        let of_model = || match self.described(name) {
            Some(Described::Model(model)) => model.writes.as_ref()?.new.as_deref(),
            _ => None,
        };
        resource.new.as_deref().or_else(of_model)
    }

    pub(in crate::codegen) fn filter(&self, name: &str) -> Option<&'a Filter> {
        self.families.values().find_map(|family| family.filters.get(name))
    }

    pub(super) fn is_text_id(&self, name: &str) -> bool {
        self.families.values().any(|family| family.text_ids.contains_key(name))
    }

    /// The constants of each family; what they need in turn is found on the way.
    pub(super) fn finish(&mut self) -> anyhow::Result<BTreeMap<&'a str, String>> {
        let mut done: BTreeMap<String, (&'a str, String)> = BTreeMap::new();
        while let Some(name) = self.used.iter().find(|name| !done.contains_key(*name)).cloned() {
            let (family, described) =
                self.find(&name).with_context(|| format!("`{name}` is not described"))?;
            let text = self.constant(&name, described).with_context(|| format!("type {name}"))?;
            done.insert(name, (family, text));
        }
        let mut bodies: BTreeMap<&str, String> = BTreeMap::new();
        for (family, text) in done.into_values() {
            bodies.entry(family).or_default().push_str(&text);
        }
        Ok(bodies)
    }

    fn constant(&mut self, name: &str, described: Described<'a>) -> anyhow::Result<String> {
        let texts: Vec<&str> = match described {
            Described::Enum(one) => {
                one.values.keys().chain(&one.patterns).map(String::as_str).collect()
            }
            Described::Texts(texts) => texts.values.iter().map(String::as_str).collect(),
            Described::Sent(Sent::OneOf(texts)) => texts.iter().map(String::as_str).collect(),
            Described::Sent(Sent::Like(other)) => bail!("it is `{other}` and has no constant"),
            Described::Numbers(_) => bail!("it is a number and has no constant"),
            Described::Filter(filter) => {
                let lines = super::resource::filter(filter, self)?;
                return Ok(format!(
                    "\npub(super) const {}: &[Filter] = &[\n{lines}];\n",
                    constant(name)
                ));
            }
            Described::Model(_) | Described::Sent(Sent::Object(_)) => {
                let lines = self.lines(name, described)?;
                let mut text = String::new();
                let _ = writeln!(text, "\npub(super) const {}: &[Member] = &[", constant(name));
                text.push_str(&lines.print());
                text.push_str("];\n");
                return Ok(text);
            }
        };
        let texts: Vec<String> = texts.iter().map(|text| format!("{text:?}")).collect();
        Ok(format!("\npub(super) const {}: &[&str] = &[{}];\n", constant(name), texts.join(", ")))
    }

    /// The members of an object that is sent.
    pub(in crate::codegen) fn lines(
        &mut self,
        name: &str,
        described: Described<'a>,
    ) -> anyhow::Result<Lines> {
        match described {
            Described::Sent(Sent::Object(members)) => self.sent(members, Written::Both),
            Described::Model(model) => self.model(model),
            _ => bail!("`{name}` is no object"),
        }
    }

    /// The members of a hand-written object; those that say neither `required` nor `both` are
    /// `written`.
    pub(in crate::codegen) fn sent(
        &mut self,
        members: &indexmap::IndexMap<String, String>,
        written: Written,
    ) -> anyhow::Result<Lines> {
        let mut lines = Lines::default();
        for (member, kind) in members {
            if member == ".." {
                lines.extend(self.new_of(kind)?);
                continue;
            }
            let (kind, nullable) =
                kind.strip_suffix('?').map_or((&**kind, false), |kind| (kind, true));
            let (written, kind) = match kind.split_once(' ') {
                Some(("required", kind)) => (written.needed(), kind),
                Some(("both", kind)) => (Written::Both, kind),
                _ => (written, kind),
            };
            let kind = self.type_of(kind).context(member.clone())?;
            let mut line = Line::new(member, written, kind);
            line.nullable = nullable;
            lines.put(line);
        }
        Ok(lines)
    }

    /// The members of what creates one of a resource, for an object that has more of them.
    fn new_of(&mut self, new: &str) -> anyhow::Result<Lines> {
        let found = self.resources().find(|(name, one)| self.new_type(name, one) == Some(new));
        if let Some((name, resource)) = found {
            return Ok(self.members(name, resource)?.on_creation());
        }
        let described = self.described(new).with_context(|| format!("`{new}` is not described"))?;
        self.lines(new, described)
    }

    /// The members of a model inside of what is sent: those that may be written, or all if it does
    /// not say.
    fn model(&mut self, model: &Model) -> anyhow::Result<Lines> {
        let any = model.members.values().any(|member| member.write.is_some());
        let mut lines = Lines::default();
        for (name, member) in &model.members {
            let wanted = if any { member.write.is_some() } else { !member.is_hal() };
            if !wanted {
                continue;
            }
            let needed = member.write.is_some_and(Write::is_required);
            let written = if needed { Written::Always } else { Written::Both };
            let kind = self
                .type_of(member.taken.as_ref().unwrap_or(&member.kind))
                .context(name.clone())?;
            let mut line = Line::new(member.key.as_deref().unwrap_or(name), written, kind);
            line.nullable = member.clear;
            line.doc.clone_from(member.write_doc.as_ref().unwrap_or(&member.doc));
            lines.put(line);
        }
        Ok(lines)
    }
}
