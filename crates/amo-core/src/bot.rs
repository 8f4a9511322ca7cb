//! Bots: starting and stopping them, and the answer that lets one go on.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::resource::fill_first;
use crate::{BotId, BotKind, EntityType, Scope};

/// The entity that a bot is started or stopped for: a lead, a contact or, in amoCRM, a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BotTarget {
    entity_id: i64,
    entity_type: EntityType,
}

impl BotTarget {
    /// This entity.
    pub const fn new(entity_type: EntityType, entity_id: i64) -> Self {
        Self { entity_id, entity_type }
    }
}

/// A bot and the entity that it is started for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BotRun {
    bot_id: BotId,
    #[serde(flatten)]
    target: BotTarget,
}

impl BotRun {
    /// This bot, for this entity.
    pub const fn new(bot: BotId, target: BotTarget) -> Self {
        Self { bot_id: bot, target }
    }
}

/// A bot that asked a widget and waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingBot {
    /// Which bot it is.
    pub kind: BotKind,
    /// The id of the bot.
    pub bot_id: BotId,
    /// What waits.
    pub continue_id: String,
}

impl WaitingBot {
    /// Reads the `return_url` of the bot's request, whatever its host; `None` if it is another
    /// address.
    pub fn from_return_url(url: &str) -> Option<Self> {
        let path = url.split(['?', '#']).next()?;
        let (_, path) = path.split_once("/api/v4/")?;
        let mut parts = path.trim_end_matches('/').split('/');
        let (kind, bot_id) = (parts.next()?, parts.next()?);
        let (verb, continue_id) = (parts.next()?, parts.next()?);
        if verb != "continue" || continue_id.is_empty() || parts.next().is_some() {
            return None;
        }
        Some(Self {
            kind: BotKind::from(kind),
            bot_id: bot_id.parse().ok()?,
            continue_id: continue_id.to_owned(),
        })
    }
}

impl Scope for WaitingBot {
    fn fill(&self, template: &str) -> String {
        let kind = fill_first(template, &self.kind);
        fill_first(&fill_first(&kind, self.bot_id), &self.continue_id)
    }
}

/// What a waiting bot is told. Without anything it just goes on.
///
/// ```
/// use amo_core::{BotAnswer, BotGoto, BotShow};
///
/// let answer = BotAnswer::new()
///     .data("status", "success")
///     .show(BotShow::text("Done"))
///     .goto(BotGoto::Question(5));
/// assert_eq!(
///     serde_json::to_value(answer)?,
///     serde_json::json!({
///         "data": { "status": "success" },
///         "execute_handlers": [
///             { "handler": "show", "params": { "type": "text", "value": "Done" } },
///             { "handler": "goto", "params": { "type": "question", "step": 5 } },
///         ],
///     }),
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[must_use = "the bot waits until this is sent"]
pub struct BotAnswer {
    #[serde(skip_serializing_if = "Map::is_empty")]
    data: Map<String, Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    execute_handlers: Vec<BotHandler>,
}

impl BotAnswer {
    /// Nothing is said yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Data for the later steps of the bot, which know it as `{{json.KEY}}`.
    pub fn data(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.data.insert(key.into(), value.into());
        self
    }

    /// Shows something; at most 10 handlers are run, in this order.
    pub fn show(mut self, show: BotShow) -> Self {
        self.execute_handlers.push(BotHandler::Show(show));
        self
    }

    /// Goes to a step.
    pub fn goto(mut self, goto: BotGoto) -> Self {
        self.execute_handlers.push(BotHandler::Goto(goto));
        self
    }
}

/// Something that a bot is told to do.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "handler", content = "params", rename_all = "lowercase")]
#[non_exhaustive]
pub enum BotHandler {
    /// Shows something.
    Show(BotShow),
    /// Goes to a step.
    Goto(BotGoto),
}

/// What a bot shows: a text of at most 80 characters, maybe with at most 25 buttons.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BotShow {
    #[serde(rename = "type")]
    kind: &'static str,
    value: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    buttons: Vec<String>,
}

impl BotShow {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { kind: "text", value: text.into(), buttons: Vec::new() }
    }

    /// A text with buttons, each of which answers with its own text.
    pub fn buttons(
        text: impl Into<String>,
        buttons: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let buttons = buttons.into_iter().map(Into::into).collect();
        Self { kind: "buttons", value: text.into(), buttons }
    }

    /// A text with buttons that open these addresses.
    pub fn urls(
        text: impl Into<String>,
        urls: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self { kind: "buttons_url", ..Self::buttons(text, urls) }
    }
}

/// Where a bot goes on; steps are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BotGoto {
    /// A step of the questions.
    Question(u32),
    /// A step of the answers.
    Answer(u32),
    /// A step of the end.
    Finish(u32),
}

impl Serialize for BotGoto {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Params {
            #[serde(rename = "type")]
            kind: &'static str,
            step: u32,
        }

        let (kind, step) = match *self {
            Self::Question(step) => ("question", step),
            Self::Answer(step) => ("answer", step),
            Self::Finish(step) => ("finish", step),
        };
        Params { kind, step }.serialize(serializer)
    }
}
