//! What an account does by itself: triggers of the digital pipeline that post, and bots that ask
//! widgets. No part of the API sets them up; the box is told of them through its handle.

mod asking;
mod fired;
pub(crate) mod state;

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use asking::{Lesson, asked};
pub(crate) use fired::{by_card, by_record};

use crate::entity::Kind;
use crate::sandbox::Sandbox;
use crate::{demo, locked};

/// When a trigger of the digital pipeline fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TriggerOn {
    /// A lead comes into this status.
    Status(i64),
    /// A customer comes into this status, which triggers call a period.
    Period(i64),
    /// A call from the client of a lead or a customer is noted.
    CallIn,
    /// The client of a lead or a customer writes in a chat.
    Chat,
    /// A visit of the site is noted.
    SiteVisit,
}

/// A trigger: what it waits for, and whom it posts to.
#[derive(Debug, Clone)]
pub(crate) struct Trigger {
    on: TriggerOn,
    address: String,
    /// What the user has set in the trigger, if it is that of a widget.
    settings: Option<Value>,
}

/// Something that is posted once, whatever the answer.
#[derive(Debug, Clone)]
pub(crate) struct Post {
    pub(crate) address: String,
    pub(crate) body: String,
    pub(crate) is_json: bool,
}

/// What an account does by itself, and what is to be posted of it.
#[derive(Default)]
pub(crate) struct Automation {
    triggers: Vec<Trigger>,
    lessons: Vec<Lesson>,
    posts: Vec<Post>,
}

impl fmt::Debug for Automation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Automation").field("triggers", &self.triggers).finish_non_exhaustive()
    }
}

impl Automation {
    pub(crate) fn has_triggers(&self) -> bool {
        !self.triggers.is_empty()
    }

    pub(crate) fn note(&mut self, posts: impl IntoIterator<Item = Post>) {
        self.posts.extend(posts);
    }

    pub(crate) fn take_posts(&mut self) -> Vec<Post> {
        std::mem::take(&mut self.posts)
    }

    /// What a bot was taught last.
    pub(crate) fn lesson(&self, bot: i64) -> Option<&Lesson> {
        self.lessons.iter().rev().find(|lesson| lesson.bot == bot)
    }
}

/// Triggers of the digital pipeline and bots.
impl Sandbox {
    /// Puts a trigger "API: send webhook" into the digital pipeline: it posts a form with the ids of
    /// the lead or the customer once, whatever is answered.
    ///
    /// ```
    /// use amo_sandbox::{Sandbox, TriggerOn, demo};
    ///
    /// let sandbox = Sandbox::new();
    /// let on = TriggerOn::Status(demo::STATUS_CONTRACT);
    /// sandbox.add_trigger(on, "https://hook.example.test/contract");
    /// ```
    pub fn add_trigger(&self, on: TriggerOn, address: &str) {
        self.put_trigger(on, address, None);
    }

    /// Puts a widget's trigger into the digital pipeline, with what the user has set in it: it
    /// posts what happened to the `dp.webhook_url` of the widget's manifest, once.
    pub fn add_widget_trigger(&self, on: TriggerOn, address: &str, settings: Value) {
        self.put_trigger(on, address, Some(settings));
    }

    fn put_trigger(&self, on: TriggerOn, address: &str, settings: Option<Value>) {
        let trigger = Trigger { on, address: address.to_owned(), settings };
        self.inner.account.write().automation.triggers.push(trigger);
    }

    /// Takes all triggers out of the digital pipeline.
    pub fn clear_triggers(&self) {
        self.inner.account.write().automation.triggers.clear();
    }

    /// Teaches a bot the step `widget_request`: whenever it is run on a card, as by
    /// `POST /api/v4/bots/run`, it posts these data once, with a token that is signed with the secret
    /// of the demo integration (HS512), and waits at the `return_url` that it names. False when
    /// there is no such bot.
    ///
    /// [`settled`](crate::Webhooks::settled) waits for the post.
    pub fn teach_bot(&self, bot: i64, address: &str, data: Value) -> bool {
        let integration = locked(&self.inner.integrations).first().clone();
        let mut account = self.inner.account.write();
        let lesson = Lesson {
            bot,
            address: address.to_owned(),
            data,
            client_id: demo::CLIENT_ID.to_owned(),
            client_secret: integration.client_secret,
        };
        let is_bot = account.records.get("bots", "", bot).is_some();
        if is_bot {
            account.automation.lessons.push(lesson);
        }
        is_bot
    }
}

/// The word that a kind of cards has in posts, its number, and that for its status.
fn words(kind: Kind) -> Option<(&'static str, i64, &'static str)> {
    match kind {
        Kind::Leads => Some(("leads", 2, "status_id")),
        Kind::Customers => Some(("customers", 12, "period_id")),
        _ => None,
    }
}
