//! Webhooks: who is told of which changes, what they are told, and how it reaches them.
//!
//! What a request changes is noted while its work is done; then it waits in the outbox, apart from
//! all requests, until its address has answered or was asked often enough.

mod cards;
pub(crate) mod dates;
mod elements;
mod form;
mod handle;
mod notice;
pub(crate) mod outbox;
mod post;
mod pump;
mod records;
mod reviews;
pub(crate) mod subscriptions;
mod talks;
#[cfg(feature = "tls")]
mod tls;
mod unsorted;

pub use handle::{WebhookDelivery, Webhooks};

pub(crate) use cards::changed as card_changed;
pub(crate) use form::Form;
pub(crate) use notice::Notice;
pub(crate) use outbox::Outbox;
pub(crate) use outbox::state::Waiting;
pub(crate) use post::Sink;
pub(crate) use pump::start;
pub(crate) use records::changed as record_changed;
pub(crate) use subscriptions::{Subscriptions, answer};

use crate::account::Account;
use crate::entity::Kind;
use crate::sandbox::Inner;

/// Notes that a card came back out of the recycle bin.
pub(crate) fn card_restored(account: &mut Account, kind: Kind, id: i64) {
    let notice = account.entity(kind, id).and_then(|card| cards::restored(kind, card, account));
    account.webhooks.note(notice);
}

/// Puts what was noted into the outbox. The account is locked meanwhile, so that posts leave in the
/// order of the changes.
pub(crate) fn post_noted(inner: &Inner, account: &mut Account) {
    let notices = account.webhooks.take_noted();
    let posts = account.automation.take_posts();
    if notices.is_empty() && posts.is_empty() {
        return;
    }
    let mut about = Form::default();
    about.set("subdomain", account.subdomain());
    about.set("id", account.id);
    let home = format!("https://{}", account.domain);
    about.set("_links", serde_json::json!({"self": home}));
    let now = inner.calendar.now();
    for subscription in account.webhooks.listening() {
        for body in notice::bodies(&notices, &subscription.settings, &about) {
            inner.outbox.post(subscription.id, &subscription.destination, body, now);
        }
    }
    for post in posts {
        inner.outbox.post_once(post, now);
    }
    start(inner);
}
