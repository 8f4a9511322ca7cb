//! Services in forms of their own, which the engine for records does not have.

mod agents;
mod call_pop_ups;
mod chat_links;
mod short_links;
pub(crate) mod subscriptions;
pub(crate) mod widgets;

pub(crate) use short_links::open as open_short_link;
pub(crate) use subscriptions::{Follower, Followers};
pub(crate) use widgets::Widgets;

use crate::call::Call;
use crate::events;
use crate::reply::Reply;

/// Answers a request about one of them; `None` if it is about something else.
pub(crate) fn answer(call: &mut Call<'_>) -> Option<Result<Reply, Reply>> {
    Some(match call.resource.service {
        "agents" => agents::answer(call),
        "call_pop_ups" => call_pop_ups::show(call),
        "contact_chats" => chat_links::answer(call),
        "event_types" => events::answer_types(call),
        "events" => events::answer(call),
        "short_links" => short_links::create(call),
        "subscriptions" => subscriptions::list(call),
        "widgets" => widgets::answer(call),
        _ => return None,
    })
}
