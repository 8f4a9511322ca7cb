//! `GET /{entity}`.

use super::show::show_deleted;
use super::{Entity, Kind, Showing, show};
use crate::call::Call;
use crate::filter::Filtered;
use crate::listing;
use crate::reply::Reply;
use crate::rights::Reach;

pub(super) fn list(call: &Call<'_>, kind: Kind) -> Result<Reply, Reply> {
    let page = call.page()?;
    let showing = Showing::of(call);
    let only_deleted = showing.has("only_deleted");
    let Some(collection) = call.account.collections.get(&kind) else {
        return Ok(Reply::no_content());
    };
    let entities = if only_deleted { collection.deleted() } else { collection.live() };
    let filtered = Filtered {
        resource: kind.resource(),
        fields: call.account.fields_of(kind),
        api_filter: call.account.api_filter,
        renamed: &[],
        bare: &[],
        below: None,
        only: None,
    };
    let reach = Reach::of(call.account, call.user_id, kind.name(), "view");
    let sees = |entity: &Entity| reach.covers(entity);
    let also = (!reach.is_everything()).then_some(&sees as &dyn Fn(&Entity) -> bool);
    let found = listing::find(call, page, &filtered, entities, also)?;
    let (own, key, more) = (call.own_url(), call.key(), found.more);
    let found = found.entities.into_iter();
    Ok(if only_deleted {
        page.reply(&own, call.query, key, found.map(show_deleted).collect(), more)
    } else {
        let cards = found.map(|entity| (entity.id, entity));
        // Only keys that are no texts could fail.
        let draw = |entity| serde_json::to_vec(&show(kind, entity, &showing)).unwrap_or_default();
        let look = format!("{} {:?}", call.base, showing.with);
        let write = |to: &mut Vec<u8>| call.account.drawn.write(kind, &look, cards, draw, to);
        page.written(&own, call.query, key, write, more)
    })
}
