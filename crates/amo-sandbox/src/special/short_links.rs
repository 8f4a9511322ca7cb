//! `POST /short_links`: addresses that tell who opened them.

use serde_json::{Value, json};

use crate::account::Account;
use crate::call::Call;
use crate::check;
use crate::entity::{Entity, Kind};
use crate::flaws::{BatchFlaws, Flaws};
use crate::generated::short_links::SHORT_LINK;
use crate::page::embedding;
use crate::record;
use crate::reply::Reply;
use crate::table::Body;

/// Links for contacts that the user may not see are not made, without a word; and so are those for
/// contacts that are not there (a guess). A contact has one link to an address.
pub(super) fn create(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let (Body::List(kind) | Body::One(kind) | Body::OneOrList(kind)) = call.operation.body else {
        return Err(call.no_method());
    };
    let mut flawed = BatchFlaws::default();
    let mut wanted = Vec::new();
    for (index, item) in call.items()?.into_iter().enumerate() {
        let mut flaws = Flaws::default();
        check::sent(kind, &item, call.account, &mut flaws);
        let metadata = &item["metadata"];
        if metadata["entity_type"].is_string()
            && metadata["entity_type"] != "contacts"
            && !flaws.has("metadata.entity_type")
        {
            flaws.not_a_choice("metadata.entity_type");
        }
        let is_unknown = metadata["entity_id"].is_i64() && flaws.has("metadata.entity_id");
        let may_see = metadata["entity_id"]
            .as_i64()
            .is_none_or(|id| call.account.may_see(call.user_id, Kind::Contacts, id));
        if (is_unknown && flaws.len() == 1) || (flaws.is_empty() && !may_see) {
            continue;
        }
        flawed.of_item(&index.to_string(), &flaws);
        wanted.push(item);
    }
    flawed.refuse_if_any()?;
    let shown: Vec<Value> = wanted.iter().map(|item| shorten(call, item)).collect();
    Ok(embedding(json!({"_links": {"self": {"href": call.own_url()}}}), call.key(), shown))
}

fn shorten(call: &mut Call<'_>, item: &Value) -> Value {
    let service = call.resource.service;
    let contact = &item["metadata"]["entity_id"];
    let mut known = call.account.records.of(service, "").iter();
    let is_same =
        |link: &&Entity| link.get("target") == &item["url"] && link.get("contact_id") == contact;
    let known = known.find(is_same).cloned();
    let link = known.unwrap_or_else(|| {
        let mut link = call.account.records.draft(service);
        link.set("target", item["url"].clone());
        link.set("contact_id", contact.clone());
        call.account.records.keep(service, "", link.clone());
        link
    });
    json!({
        "url": address(link.id),
        "account_id": call.account.id,
        "metadata": {"entity_type": "contacts", "entity_id": contact},
    })
}

fn address(id: i64) -> String {
    format!("https://amo.example.test/{id:x}")
}

/// Somebody opens a short link: a note says so at the contact. Gives where it leads.
pub(crate) fn open(account: &mut Account, url: &str, now: i64) -> Option<String> {
    let mut known = account.records.of(SHORT_LINK.service, "").iter();
    let link = known.find(|link| address(link.id) == url)?;
    let (target, contact) = (link.text("target").to_owned(), link.int("contact_id")?);
    let params = json!({"url": target});
    if account.entity(Kind::Contacts, contact).is_some() {
        record::note_by_robot(account, (Kind::Contacts, contact), "link_followed", params, now);
    }
    Some(target)
}
