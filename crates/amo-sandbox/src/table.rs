//! What the tables in `generated/` are made of: kinds of entities, their operations, their members,
//! and the filters of their lists.

/// A kind of entities.
pub(crate) struct Resource {
    /// One of them, `lead`.
    pub(crate) name: &'static str,
    /// The name that ids, tags and custom fields of other tables mean it by, `leads`.
    pub(crate) service: &'static str,
    /// The key under `_embedded`.
    pub(crate) key: &'static str,
    /// Whether `{id}` in a path is a number or a text.
    pub(crate) id: Type,
    pub(crate) operations: &'static [Operation],
    pub(crate) members: &'static [Member],
    /// What stands under `_embedded` of one.
    pub(crate) embedded: &'static [Member],
    /// What `with` may ask for.
    pub(crate) with: &'static [&'static str],
    /// What lists can be ordered by.
    pub(crate) orders: &'static [&'static str],
    pub(crate) filters: &'static [Filter],
    /// Whether lists can be filtered only where the account pays for it; then by custom fields too.
    pub(crate) paid_filters: bool,
}

impl Resource {
    /// With nothing but a name.
    pub(crate) const PLAIN: Self = Self {
        name: "",
        service: "",
        key: "",
        id: Type::Int,
        operations: &[],
        members: &[],
        embedded: &[],
        with: &[],
        orders: &[],
        filters: &[],
        paid_filters: false,
    };
}

/// One operation.
pub(crate) struct Operation {
    /// What is done, `create`.
    pub(crate) action: &'static str,
    pub(crate) method: &'static str,
    /// The path with placeholders. `{entity}` and `{parent}` may stand for two segments, as in
    /// `leads/5`, the others for one.
    pub(crate) path: &'static str,
    pub(crate) body: Body,
    pub(crate) answer: Answer,
    /// The key under `_embedded`, where it is not that of the resource.
    pub(crate) key: Option<&'static str>,
    /// What the answer tells of an entity besides `id`, `request_id` and `_links`; `None` is all.
    pub(crate) shows: Option<&'static [&'static str]>,
    /// The codes of success: the first is the usual one, 204 behind it means that nothing was found.
    pub(crate) success: &'static [u16],
    /// What it can be asked for, where that is not what the resource says.
    pub(crate) filters: Option<&'static [Filter]>,
    /// How many items a page or a body may have.
    pub(crate) most: Option<usize>,
}

/// What is sent.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Body {
    Nothing,
    /// A part of a file.
    Bytes,
    One(Type),
    List(Type),
    /// One as an object, several as a list.
    OneOrList(Type),
}

/// What comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Nothing,
    /// A page of entities under `_embedded`.
    Page,
    /// A whole list of entities under `_embedded`.
    Items,
    /// One entity.
    Item,
    /// Another object.
    Object,
    /// A list without an envelope.
    List,
}

/// An operation that takes nothing and answers 204.
pub(crate) const fn op(
    action: &'static str,
    method: &'static str,
    path: &'static str,
) -> Operation {
    Operation {
        action,
        method,
        path,
        body: Body::Nothing,
        answer: Answer::Nothing,
        key: None,
        shows: None,
        success: &[204],
        filters: None,
        most: None,
    }
}

impl Operation {
    pub(crate) const fn takes(self, one: Type) -> Self {
        Self { body: Body::One(one), ..self }
    }

    pub(crate) const fn takes_list(self, item: Type) -> Self {
        Self { body: Body::List(item), ..self }
    }

    pub(crate) const fn takes_one_or_list(self, item: Type) -> Self {
        Self { body: Body::OneOrList(item), ..self }
    }

    pub(crate) const fn takes_bytes(self) -> Self {
        Self { body: Body::Bytes, ..self }
    }

    pub(crate) const fn gives_page(self) -> Self {
        self.gives(Answer::Page)
    }

    pub(crate) const fn gives_items(self) -> Self {
        self.gives(Answer::Items)
    }

    pub(crate) const fn gives_item(self) -> Self {
        self.gives(Answer::Item)
    }

    pub(crate) const fn gives_object(self) -> Self {
        self.gives(Answer::Object)
    }

    pub(crate) const fn gives_list(self) -> Self {
        self.gives(Answer::List)
    }

    /// Reading answers 200, or 204 if there is nothing; all else 200.
    const fn gives(self, answer: Answer) -> Self {
        let entities = matches!(answer, Answer::Page | Answer::Items | Answer::Item);
        let reads = matches!(self.method.as_bytes(), b"GET");
        let success: &[u16] = if reads && entities { &[200, 204] } else { &[200] };
        Self { answer, success, ..self }
    }

    pub(crate) const fn under(self, key: &'static str) -> Self {
        Self { key: Some(key), ..self }
    }

    pub(crate) const fn shows(self, members: &'static [&'static str]) -> Self {
        Self { shows: Some(members), ..self }
    }

    pub(crate) const fn filters(self, filters: &'static [Filter]) -> Self {
        Self { filters: Some(filters), ..self }
    }

    pub(crate) const fn success(self, codes: &'static [u16]) -> Self {
        Self { success: codes, ..self }
    }

    pub(crate) const fn most(self, items: usize) -> Self {
        Self { most: Some(items), ..self }
    }
}

/// One member of an entity or of an object inside of it.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: &'static str,
    pub(crate) kind: Type,
    pub(crate) written: Written,
    /// Whether null is taken too, which empties it.
    pub(crate) nullable: bool,
    /// Whether it is shown when the entity is read.
    pub(crate) is_read: bool,
}

/// When a member may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    Never,
    /// On creation.
    New,
    /// On creation, where it must be.
    Required,
    /// On a change.
    Patch,
    /// On both.
    Both,
    /// On both, and on creation it must be there.
    Always,
}

/// When a write is checked: what is new must be whole, what is changed need not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    Creation,
    Change,
}

impl Written {
    pub(crate) fn at(self, moment: Moment) -> bool {
        match moment {
            Moment::Creation => !matches!(self, Self::Never | Self::Patch),
            Moment::Change => matches!(self, Self::Patch | Self::Both | Self::Always),
        }
    }

    pub(crate) fn is_required(self, moment: Moment) -> bool {
        moment == Moment::Creation && matches!(self, Self::Required | Self::Always)
    }
}

/// Only read.
pub(crate) const fn read(name: &'static str, kind: Type) -> Member {
    member(name, kind, Written::Never)
}

/// Written on creation only.
pub(crate) const fn new(name: &'static str, kind: Type) -> Member {
    member(name, kind, Written::New)
}

/// Needed on creation, and written then only.
pub(crate) const fn required(name: &'static str, kind: Type) -> Member {
    member(name, kind, Written::Required)
}

/// Written on a change only.
pub(crate) const fn patch(name: &'static str, kind: Type) -> Member {
    member(name, kind, Written::Patch)
}

/// Written on creation and on a change.
pub(crate) const fn both(name: &'static str, kind: Type) -> Member {
    member(name, kind, Written::Both)
}

/// Needed on creation, and written on a change too.
pub(crate) const fn always(name: &'static str, kind: Type) -> Member {
    member(name, kind, Written::Always)
}

const fn member(name: &'static str, kind: Type, written: Written) -> Member {
    Member { name, kind, written, nullable: false, is_read: true }
}

impl Member {
    pub(crate) const fn or_null(self) -> Self {
        Self { nullable: true, ..self }
    }

    /// Never shown.
    pub(crate) const fn unread(self) -> Self {
        Self { is_read: false, ..self }
    }
}

/// What a value is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Type {
    Text,
    Int,
    /// A whole or fractional number from 0.
    Amount,
    Bool,
    /// Unix seconds.
    Time,
    /// A user, or 0 for a robot.
    Author,
    /// The id of an entity of a service.
    Id(&'static str),
    /// An object with nothing but such an id.
    Ref(&'static str),
    /// One of these texts. `{id}` in one stands for a number.
    OneOf(&'static [&'static str]),
    List(&'static Type),
    /// A list with at most so many items.
    AtMost(usize, &'static Type),
    Object(&'static [Member]),
    /// An object with any names.
    Map(&'static Type),
    /// The first if it looks so, else the second.
    Either(&'static Type, &'static Type),
    /// What creates one of the resource whose table this is.
    New,
    /// What changes one of the resource whose table this is.
    Patch,
    /// What creates an entity of a service.
    NewOf(&'static str),
    /// Values of custom fields of the entities of a service.
    CustomFields(&'static str),
    /// Tags of the entities of a service.
    Tags(&'static str),
    /// Anything.
    Json,
}

/// One filter of a list.
pub(crate) struct Filter {
    pub(crate) name: &'static str,
    pub(crate) form: Form,
    /// How many values it may have.
    pub(crate) most: Option<usize>,
    /// Whether it stands in the query by its own name and not in `filter[…]`.
    pub(crate) is_bare: bool,
}

/// How a filter is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    /// One value.
    One(Type),
    /// One value or several.
    Any(Type),
    /// `[from]`, `[to]` or both.
    Range(Type),
    /// 1 or 0.
    Flag,
    /// One object.
    Object(&'static [Member]),
    /// Several objects, each under an index.
    Each(&'static [Member]),
}

pub(crate) const fn one_of(name: &'static str, kind: Type) -> Filter {
    filter(name, Form::One(kind))
}

pub(crate) const fn any_of(name: &'static str, kind: Type) -> Filter {
    filter(name, Form::Any(kind))
}

pub(crate) const fn range_of(name: &'static str, kind: Type) -> Filter {
    filter(name, Form::Range(kind))
}

pub(crate) const fn flag(name: &'static str) -> Filter {
    filter(name, Form::Flag)
}

pub(crate) const fn object_of(name: &'static str, members: &'static [Member]) -> Filter {
    filter(name, Form::Object(members))
}

pub(crate) const fn each_of(name: &'static str, members: &'static [Member]) -> Filter {
    filter(name, Form::Each(members))
}

const fn filter(name: &'static str, form: Form) -> Filter {
    Filter { name, form, most: None, is_bare: false }
}

impl Filter {
    /// Whether its one object has such a member.
    pub(crate) fn has(&self, member: &str) -> bool {
        match self.form {
            Form::Object(members) => members.iter().any(|own| own.name == member),
            _ => false,
        }
    }

    pub(crate) const fn at_most(self, values: usize) -> Self {
        Self { most: Some(values), ..self }
    }

    pub(crate) const fn bare(self) -> Self {
        Self { is_bare: true, ..self }
    }
}
