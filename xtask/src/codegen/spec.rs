//! What a file of `xtask/spec/` may say. Each describes one family of entities; an unknown key is an
//! error, so that a slip of the pen is not lost.

use indexmap::IndexMap;
use serde::Deserialize;

/// A file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Family {
    /// What it is about: the first line of the module.
    pub(super) doc: String,
    /// The page of the API's documentation.
    pub(super) page: Option<String>,
    /// The ids of its models: `LeadId` is the id of a `Lead`.
    #[serde(default)]
    pub(super) ids: IndexMap<String, String>,
    /// Ids that are texts, such as UUIDs.
    #[serde(default)]
    pub(super) text_ids: IndexMap<String, String>,
    #[serde(default, rename = "model")]
    pub(super) models: IndexMap<String, Model>,
    #[serde(default, rename = "enum")]
    pub(super) enums: IndexMap<String, Enum>,
    #[serde(default, rename = "number")]
    pub(super) numbers: IndexMap<String, Numbers>,
    #[serde(default, rename = "filter")]
    pub(super) filters: IndexMap<String, Filter>,
    #[serde(default, rename = "resource")]
    pub(super) resources: IndexMap<String, Resource>,
    /// Types of what is sent that `amo-core` has by hand, for those who read it.
    #[serde(default)]
    pub(super) sent: IndexMap<String, Sent>,
}

/// An object that the server returns.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Model {
    pub(super) doc: String,
    /// A type parameter, such as the `T` of `Reference<T>`.
    pub(super) generic: Option<String>,
    pub(super) members: IndexMap<String, Member>,
    /// What creates and changes it.
    pub(super) writes: Option<Writes>,
    /// Sets of texts that some of its members can be set to, each a constant.
    #[serde(default)]
    pub(super) texts: IndexMap<String, Texts>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Texts {
    pub(super) doc: String,
    pub(super) values: Vec<String>,
}

/// One member: a line of the description.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the description")]
pub(super) struct Member {
    /// Its type in Rust, without the `Option` that it usually gets.
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) doc: String,
    /// How it is spelled where that is not its name.
    pub(super) key: Option<String>,
    /// Other spellings that are read.
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    /// Always there: no `Option`.
    #[serde(default)]
    pub(super) required: bool,
    /// May it be set when the entity is created or changed?
    pub(super) write: Option<Write>,
    /// Is it never returned, only written, like a password?
    #[serde(default)]
    pub(super) write_only: bool,
    /// Its documentation as a setter, where that is another.
    pub(super) write_doc: Option<String>,
    /// Its type in what creates one, where that is another.
    pub(super) new_type: Option<String>,
    /// Its hand-written type in what changes one, where that is another. It makes the difference
    /// itself and has its setters beside it.
    pub(super) patch_type: Option<String>,
    /// What the server takes for it, where that is more than its type.
    pub(super) taken: Option<String>,
    /// The set of texts in `texts` that it can be set to.
    pub(super) texts: Option<String>,
    /// May a change empty it?
    #[serde(default)]
    pub(super) clear: bool,
    /// May the list come as an object, by the places of its items?
    #[serde(default)]
    pub(super) holes: bool,
    /// Is it a part of several members that stand among the others? Its type says which.
    #[serde(default)]
    pub(super) flat: bool,
}

impl Member {
    pub(super) fn kind(&self) -> &str {
        &self.kind
    }

    /// Is it what every document has, the links and what is embedded?
    pub(super) fn is_hal(&self) -> bool {
        matches!(self.key.as_deref(), Some("_links" | "_embedded"))
    }

    /// Its type in what creates one.
    pub(super) fn new_kind(&self) -> &str {
        self.new_type.as_deref().unwrap_or(&self.kind)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Write {
    /// On creation only.
    New,
    /// On creation only, and there it must be.
    Required,
    /// On a change only.
    Patch,
    /// On both.
    Both,
    /// On both, and on creation it must be there.
    Always,
}

impl Write {
    pub(super) fn on_creation(self) -> bool {
        self != Self::Patch
    }

    pub(super) fn on_change(self) -> bool {
        matches!(self, Self::Patch | Self::Both | Self::Always)
    }

    /// Must a new one have it?
    pub(super) fn is_required(self) -> bool {
        matches!(self, Self::Required | Self::Always)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the description")]
pub(super) struct Writes {
    /// The type that creates one.
    pub(super) new: Option<String>,
    pub(super) new_doc: Option<String>,
    /// A hand-written type for what stands under `_embedded` on creation.
    pub(super) new_embedded: Option<String>,
    /// The type that changes one.
    pub(super) patch: Option<String>,
    pub(super) patch_doc: Option<String>,
    /// Has it custom fields?
    #[serde(default)]
    pub(super) fields: bool,
    /// Has it tags?
    #[serde(default)]
    pub(super) tags: bool,
    /// Is it written as a part of something, so that it has setters of its own?
    #[serde(default)]
    pub(super) build: bool,
    /// Is such a part made by hand-written functions alone, since not every choice of members
    /// makes sense?
    #[serde(default)]
    pub(super) made_by_hand: bool,
    /// A change of the first says the second too.
    pub(super) together: Option<[String; 2]>,
    /// Any change says this member too.
    pub(super) always: Option<String>,
}

/// What a type of the hand-written ones is on the wire.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Sent {
    /// Another type, or one of several: `UserId | String`.
    Like(String),
    /// One of these texts.
    OneOf(Vec<String>),
    /// An object: the types of its members, each maybe after `required`, and with `?` behind it if
    /// null is taken. The key `..` names another object whose members it has too.
    Object(IndexMap<String, String>),
}

/// A set of texts that may grow.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Enum {
    pub(super) doc: String,
    /// May it stand in a query, as the values of `with` and `order` do?
    #[serde(default)]
    pub(super) query: bool,
    /// Texts with a number in them, `catalog_{id}`, which no variant has.
    #[serde(default)]
    pub(super) patterns: Vec<String>,
    /// The text, or what is said of it.
    pub(super) values: IndexMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Value {
    /// Its documentation; the variant is named after the text.
    Doc(String),
    Full(FullValue),
}

impl Value {
    pub(super) fn doc(&self) -> &str {
        match self {
            Self::Doc(doc) => doc,
            Self::Full(full) => &full.doc,
        }
    }

    /// The model of the parameters that stand beside it.
    pub(super) fn params(&self) -> Option<&str> {
        match self {
            Self::Doc(_) => None,
            Self::Full(full) => full.params.as_deref(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FullValue {
    pub(super) doc: String,
    pub(super) variant: Option<String>,
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    /// The model of what stands under `params` beside it, in objects whose parameters look by this
    /// set.
    pub(super) params: Option<String>,
}

/// A set of numbers that may grow.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Numbers {
    pub(super) doc: String,
    /// What is said of each that has a name.
    pub(super) values: IndexMap<String, NumberValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NumberValue {
    pub(super) name: String,
    pub(super) doc: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    pub(super) doc: String,
    /// Can custom fields be asked for? Only accounts that pay for such filters have them heeded.
    #[serde(default)]
    pub(super) custom_fields: bool,
    /// Is its type in Rust written by hand? Then each member says how it is spelled in the query.
    #[serde(default)]
    pub(super) by_hand: bool,
    pub(super) members: IndexMap<String, FilterMember>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FilterMember {
    pub(super) doc: String,
    /// How it is spelled where that is not its name.
    pub(super) key: Option<String>,
    /// One value of this type.
    pub(super) one: Option<String>,
    /// Yes or no.
    #[serde(default)]
    pub(super) flag: bool,
    /// Any of several values of this type.
    pub(super) list: Option<String>,
    /// How many values a list may have at most.
    pub(super) max: Option<usize>,
    /// From one value of this type to another.
    pub(super) range: Option<String>,
    /// An object with members of these types.
    pub(super) object: Option<IndexMap<String, String>>,
    /// Any of several such objects.
    pub(super) objects: Option<IndexMap<String, String>>,
    /// Is its setter written by hand?
    #[serde(default)]
    pub(super) by_hand: bool,
}

/// What the API allows to do with a model.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Resource {
    /// One of them.
    pub(super) name: String,
    /// The key under `_embedded` and the name of the service.
    pub(super) key: String,
    /// The name of the service, where it is not the key.
    pub(super) service: Option<String>,
    /// A second key under which answers to creations and changes are found.
    pub(super) written_key: Option<String>,
    pub(super) path: String,
    pub(super) scope: Option<String>,
    pub(super) id: Option<String>,
    /// Its kind in links, a variant of `EntityType`.
    pub(super) entity_type: Option<String>,
    pub(super) with: Option<String>,
    pub(super) order: Option<String>,
    pub(super) filter: Option<String>,
    pub(super) new: Option<String>,
    pub(super) created: Option<String>,
    pub(super) patch: Option<String>,
    pub(super) updated: Option<String>,
    pub(super) operations: IndexMap<String, Operation>,
}

impl Resource {
    /// The name of the service.
    pub(super) fn service(&self) -> &str {
        self.service.as_ref().unwrap_or(&self.key)
    }
}

/// One operation: a line of the description.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of its own in the description")]
pub(super) struct Operation {
    /// What it does, where no capability says so: then it is a constant, such as `Note::PIN`.
    pub(super) doc: Option<String>,
    pub(super) method: String,
    /// What follows the resource's path, such as `/{id}`.
    #[serde(default)]
    pub(super) path: String,
    /// The whole path, where it is not below the resource's.
    pub(super) at: Option<String>,
    /// Is doing it twice the same as doing it once?
    #[serde(default)]
    pub(super) repeat: bool,
    /// The greatest page.
    pub(super) page: Option<u16>,
    /// Is the next page what is before the last id of this one?
    #[serde(default)]
    pub(super) before_id: bool,
    /// How many items a request takes, and how many are advised.
    pub(super) batch: Option<[usize; 2]>,
    /// Is one item sent as an object, where others are sent as lists?
    #[serde(default)]
    pub(super) single: bool,
    /// What is sent, where the capability does not say it: `X`, `Vec<X>`, `X | Vec<X>` or `bytes`.
    pub(super) body: Option<String>,
    /// What comes back, where the capability does not say it: `page`, `items` (a whole list under
    /// `_embedded`), `item`, `nothing`, or a type: `X`, a bare `Vec<X>`.
    pub(super) answer: Option<String>,
    /// The key under `_embedded`, where it is not that of the resource.
    pub(super) key: Option<String>,
    /// What it can be asked for, where that is not the filter of the resource.
    pub(super) filter: Option<String>,
    /// The codes of success, where they are not those of the capability.
    pub(super) success: Option<Vec<u16>>,
    /// Does it save what is right and tell what is not, where others save all or nothing?
    #[serde(default)]
    pub(super) partly: bool,
    /// The kinds of entities that it is for, where those are fewer than its path stands for.
    pub(super) entities: Option<Vec<String>>,
    /// What the answer tells of an entity besides its id, the request id and the links, where it is
    /// not what the capability says.
    pub(super) shows: Option<Vec<String>>,
}
