//! What a bot asks a widget: the step `widget_request` of Salesbot.

use std::fmt;

use serde_json::{Map, Value};

use super::body::{self, Notation};
use super::limits::{HookError, Limits};
use crate::{BotKind, Extra, WaitingBot};

/// A bot asks a widget something, and waits to be told how to go on.
///
/// Anybody can post such a request: check the signature of its [token](Self::token) with the
/// secret of the integration before anything is done. The account and the entity stand in the
/// claims of the token. Answer with HTTP 200 within two seconds, and let the bot go on later with
/// a [`BotAnswer`](crate::BotAnswer) to [`waiting_bot`](Self::waiting_bot). It cannot go on if
/// another bot was started for the entity meanwhile.
///
/// It has no `Serialize`, as it holds a token: what waits in a queue is [`data`](Self::data) and
/// [`return_url`](Self::return_url).
///
/// ```
/// use amo_core::webhook::WidgetRequest;
/// use amo_core::{BotId, BotKind};
///
/// let body = br#"{"token":"a.b.c","data":{"message":"hi"},
///     "return_url":"https://demo.amocrm.ru/api/v4/salesbot/321/continue/123"}"#;
/// let request = WidgetRequest::parse(body)?;
/// assert_eq!(request.data["message"], "hi");
/// let bot = request.waiting_bot().expect("a documented address");
/// assert_eq!((bot.kind, bot.bot_id), (BotKind::Salesbot, BotId::new(321)));
/// assert_eq!(bot.continue_id, "123");
/// # Ok::<(), amo_core::webhook::HookError>(())
/// ```
///
/// Source: <https://www.amocrm.ru/developers/content/digital_pipeline/salesbot>.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WidgetRequest {
    /// The signed token, a JWT.
    pub token: BotToken,
    /// What the bot says, by the names that the step of the bot gave: any values if the body is
    /// JSON, texts if it is a form. A list has its numbers for names.
    pub data: Map<String, Value>,
    /// Where the bot waits for its answer, as it came. Send nothing to this address itself before
    /// the token was checked; [`waiting_bot`](Self::waiting_bot) leaves out its host.
    pub return_url: Option<String>,
    /// What is none of these.
    pub extra: Extra,
}

impl WidgetRequest {
    /// Parses the request, a form or JSON, within the default [`Limits`]. `data` may stand in
    /// square brackets, as amoCRM's documentation prints it.
    ///
    /// # Errors
    ///
    /// [`HookError`] if the body is over a limit, starts as JSON and is none, or has no `token`.
    pub fn parse(body: &[u8]) -> Result<Self, HookError> {
        Self::parse_within(Limits::default(), body)
    }

    pub(super) fn parse_within(limits: Limits, body: &[u8]) -> Result<Self, HookError> {
        let members = body::read(body, limits, Notation::AsItCame)?;
        let (mut token, mut return_url) = (None, None);
        let (mut data, mut extra) = (Map::new(), Map::new());
        for (name, value) in members {
            match (name.as_str(), value) {
                ("token", Value::String(text)) if !text.is_empty() => token = Some(BotToken(text)),
                ("return_url", Value::String(text)) => return_url = Some(text),
                ("data", Value::Object(members)) => data = members,
                ("data", Value::Array(list)) => {
                    let numbered = list.into_iter().enumerate();
                    data = numbered.map(|(index, value)| (index.to_string(), value)).collect();
                }
                (_, value) => {
                    extra.insert(name, value);
                }
            }
        }
        let missing = HookError::OtherKind { kind: "request of a bot", member: "token" };
        Ok(Self { token: token.ok_or(missing)?, data, return_url, extra: extra.into() })
    }

    /// The bot that waits, for the answer to it; `None` if the address is not of the documented
    /// form, `…/api/v4/salesbot/321/continue/123`.
    ///
    /// The address may be made up as long as the token was not checked. Its host does not matter
    /// here: the answer goes to the account that the client is for.
    pub fn waiting_bot(&self) -> Option<WaitingBot> {
        let bot = WaitingBot::from_return_url(self.return_url.as_deref()?)?;
        // They become parts of a path, in which `..` would have a meaning.
        let is_plain = |part: &str| part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let documented = !matches!(bot.kind, BotKind::Other(_)) && is_plain(&bot.continue_id);
        documented.then_some(bot)
    }
}

/// The token of a bot's request: a JWT that is signed with the secret of the integration. It is
/// not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct BotToken(String);

impl BotToken {
    /// The text of the token, to check its signature.
    pub fn expose_secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for BotToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BotToken(..)")
    }
}
