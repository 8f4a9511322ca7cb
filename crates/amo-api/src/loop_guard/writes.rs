//! What a request writes, and what its answer says of it.

use amo_core::Timestamp;
use bytes::Bytes;
use http::Method;
use serde_json::Value;

use crate::prepared::Prepared;

/// The kinds of entity that webhooks tell of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Leads,
    /// Companies too: webhooks have them among the contacts, and do not always say which of the two one is.
    /// That both count their ids together is a guess.
    Contacts,
    Customers,
    Tasks,
    Notes,
}

impl Kind {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "leads" | "lead" => Self::Leads,
            "contacts" | "contact" | "companies" | "company" => Self::Contacts,
            "customers" | "customer" => Self::Customers,
            "tasks" => Self::Tasks,
            _ => return None,
        })
    }
}

/// One entity.
pub(super) type Which = (Kind, i64);

/// What is known of a write before it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Write {
    /// New ones of a kind.
    Creates(Kind),
    /// Leads with what belongs to them, new or merged into others.
    CreatesComplex,
    /// These, of this kind; when, the answer says.
    Changes(Kind, Vec<i64>),
    /// Something that belongs to these; when, nobody says.
    Touches(Vec<Which>),
}

/// What an answer says was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Created(Which),
    /// At this time, if it is known.
    Changed(Which, Option<Timestamp>),
}

impl Write {
    /// What a request will write; `None` if nothing that webhooks tell of is known of it.
    pub(super) fn of(request: &Prepared) -> Option<Self> {
        let method = &request.operation.method;
        if *method == Method::GET {
            return None;
        }
        let path = request.path_and_query.split('?').next()?;
        let path: Vec<&str> = path.strip_prefix("/api/v4/")?.split('/').collect();
        let is_new = *method == Method::POST;
        let body = || json(request.body.as_ref());
        Some(match path.as_slice() {
            ["leads", "complex"] => Self::CreatesComplex,
            ["calls"] => Self::Creates(Kind::Notes),
            [_, "notes"] | [_, _, "notes"] if is_new => Self::Creates(Kind::Notes),
            [] | [_, "notes", ..] | [_, _, "notes", ..] => return None,
            [kind, "link" | "unlink"] => Self::Touches(linked(Kind::named(kind)?, None, &body())),
            [kind] if is_new => Self::Creates(Kind::named(kind)?),
            [kind] => {
                let items = body();
                let ids =
                    items.as_array().into_iter().flatten().filter_map(|item| whole(&item["id"]));
                Self::Changes(Kind::named(kind)?, ids.collect())
            }
            [kind, id] => Self::Changes(Kind::named(kind)?, vec![id.parse().ok()?]),
            [kind, id, "link" | "unlink"] => {
                Self::Touches(linked(Kind::named(kind)?, id.parse().ok(), &body()))
            }
            [kind, id, ..] => Self::Touches(vec![(Kind::named(kind)?, id.parse().ok()?)]),
        })
    }

    /// The entities that are known before the answer.
    pub(super) fn known(&self) -> Vec<Which> {
        match self {
            Self::Changes(kind, ids) => ids.iter().map(|id| (*kind, *id)).collect(),
            Self::Touches(which) => which.clone(),
            Self::Creates(_) | Self::CreatesComplex => Vec::new(),
        }
    }

    /// The kinds that it makes new ones of.
    pub(super) const fn creates(&self) -> &'static [Kind] {
        match self {
            Self::Creates(Kind::Leads) => &[Kind::Leads],
            Self::Creates(Kind::Contacts) => &[Kind::Contacts],
            Self::Creates(Kind::Customers) => &[Kind::Customers],
            Self::Creates(Kind::Tasks) => &[Kind::Tasks],
            Self::Creates(Kind::Notes) => &[Kind::Notes],
            // The note is that of a form or a call.
            Self::CreatesComplex => &[Kind::Leads, Kind::Contacts, Kind::Notes],
            Self::Changes(..) | Self::Touches(_) => &[],
        }
    }

    /// What was written, by the answer of a success.
    pub(super) fn done(&self, answer: &Bytes) -> Vec<Written> {
        let answer = json(Some(answer));
        match self {
            Self::Creates(kind) => items(&answer)
                .filter_map(|item| Some(Written::Created((*kind, whole(&item["id"])?))))
                .collect(),
            Self::CreatesComplex => items(&answer).flat_map(complex).collect(),
            Self::Changes(kind, ids) => {
                // Those of which the answer says nothing were changed too, as far as is known.
                let time = |id: &i64| {
                    let own = items(&answer).find(|item| whole(&item["id"]) == Some(*id));
                    own.and_then(|item| whole(&item["updated_at"])).map(Timestamp::new)
                };
                ids.iter().map(|id| Written::Changed((*kind, *id), time(id))).collect()
            }
            Self::Touches(which) => {
                which.iter().map(|which| Written::Changed(*which, None)).collect()
            }
        }
    }
}

/// A lead that was merged into another one was not made; whether its contact and its company were, is not
/// said.
fn complex(item: &Value) -> Vec<Written> {
    let id = |name: &str, kind| whole(&item[name]).map(|id| (kind, id));
    let lead = id("id", Kind::Leads).map(|lead| match item["merged"].as_bool() {
        Some(false) => Written::Created(lead),
        _ => Written::Changed(lead, None),
    });
    let others = [id("contact_id", Kind::Contacts), id("company_id", Kind::Contacts)];
    let others = others.into_iter().flatten().map(|other| Written::Changed(other, None));
    lead.into_iter().chain(others).collect()
}

/// Both ends of the links of a body.
fn linked(kind: Kind, id: Option<i64>, body: &Value) -> Vec<Which> {
    let mut ends: Vec<Which> = id.map(|id| (kind, id)).into_iter().collect();
    for link in body.as_array().into_iter().flatten() {
        ends.extend(whole(&link["entity_id"]).map(|id| (kind, id)));
        let other = link["to_entity_type"].as_str().and_then(Kind::named);
        ends.extend(other.zip(whole(&link["to_entity_id"])));
    }
    ends
}

/// The items of an answer: a list as it is, the list in `_embedded`, or the one entity at the root.
fn items(answer: &Value) -> impl Iterator<Item = &Value> {
    let embedded = answer["_embedded"]
        .as_object()
        .and_then(|embedded| embedded.values().find_map(Value::as_array));
    let list = answer.as_array().or(embedded).map_or(&[] as &[Value], Vec::as_slice);
    let one = Some(answer).filter(|one| list.is_empty() && one.get("id").is_some());
    list.iter().chain(one)
}

fn json(body: Option<&Bytes>) -> Value {
    body.and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default()
}

/// A whole number, also as a text.
fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}
