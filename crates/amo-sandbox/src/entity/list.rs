//! `GET /{entity}`.

use serde_json::Value;

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
    };
    let reach = Reach::of(call.account, call.user_id, kind.name(), "view");
    let sees = |entity: &Entity| reach.covers(entity);
    let also = (!reach.is_everything()).then_some(&sees as &dyn Fn(&Entity) -> bool);
    let found = listing::find(call, page, &filtered, entities, also)?;
    let show_one = |entity: &&Entity| {
        if only_deleted { show_deleted(entity) } else { show(kind, entity, &showing) }
    };
    let shown: Vec<Value> = found.entities.iter().map(show_one).collect();
    Ok(page.reply(&call.own_url(), call.query, call.key(), shown, found.more))
}
