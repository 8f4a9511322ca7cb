//! `/{leads|customers}/{id}/subscriptions`: who follows a card. It is only read; users follow cards
//! in the web interface.

pub(crate) mod state;

use std::collections::BTreeMap;

use serde_json::json;

use crate::call::Call;
use crate::entity::Kind;
use crate::reply::Reply;

/// Users and groups who follow cards.
#[derive(Debug, Default)]
pub(crate) struct Followers {
    kept: BTreeMap<(Kind, i64), Vec<(i64, Follower)>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Follower {
    User,
    Group,
}

impl Followers {
    pub(crate) fn add(&mut self, card: (Kind, i64), id: i64, follower: Follower) {
        let own = self.kept.entry(card).or_default();
        if !own.contains(&(id, follower)) {
            own.push((id, follower));
        }
    }

    /// The cards of a kind that a user follows, himself or with his group.
    pub(crate) fn of(&self, kind: Kind, user: i64, group: i64) -> Vec<i64> {
        let his = [(user, Follower::User), (group, Follower::Group)];
        let all = self.kept.range((kind, i64::MIN)..=(kind, i64::MAX));
        let followed = all.filter(|(_, followers)| his.iter().any(|one| followers.contains(one)));
        followed.map(|((_, id), _)| *id).collect()
    }
}

/// Nobody follows a card of himself, not even who is responsible for it: a guess.
pub(super) fn list(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let kind = Kind::named(call.parameter("entity"));
    let kind = kind.filter(|kind| ["leads", "customers"].contains(&kind.name()));
    let kind = kind.ok_or_else(|| call.no_route())?;
    let id = call.id(call.parameter("entity_id"))?;
    let page = call.page()?;
    if call.account.entity(kind, id).is_none() {
        return Err(Reply::not_found(&format!(
            "There is no {} with this id",
            kind.resource().name
        )));
    }
    let followers = call.account.followers.kept.get(&(kind, id)).map_or(&[][..], Vec::as_slice);
    Ok(page.counted(&call.own_url(), call.query, call.key(), followers, |(id, follower)| {
        let name = if *follower == Follower::User { "user" } else { "group" };
        json!({"subscriber_id": id, "type": name})
    }))
}
