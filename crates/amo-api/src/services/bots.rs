//! Bots: starting, stopping, and letting one go on that asked a widget.

use amo_core::{Bot, BotAnswer, BotId, BotRun, BotTarget, Scope as _, WaitingBot, Widget};
use amo_core::{WidgetCode, WidgetSettings};

use crate::one::{One, entity, nothing};
use crate::prepared::Prepared;
use crate::{ApiCall, Client, Entities, SendMany};

impl Entities<Bot> {
    /// Starts a bot for an entity.
    pub fn run(&self, bot: BotId, target: &BotTarget) -> ApiCall<One<()>> {
        self.call(One::new(self.place().on(&bot, Bot::RUN), nothing).json(target))
    }

    /// Starts bots, 100 in each request.
    pub fn run_many(&self, runs: impl IntoIterator<Item = BotRun>) -> ApiCall<SendMany<BotRun>> {
        self.call(SendMany::of(self.place().of(Bot::RUN_MANY), runs, 100))
    }

    /// Stops a bot; its target is a lead.
    pub fn stop(&self, bot: BotId, target: &BotTarget) -> ApiCall<One<()>> {
        self.call(One::new(self.place().on(&bot, Bot::STOP), nothing).json(target))
    }
}

impl Client {
    /// Lets a bot go on that asked a widget and waits for what it says. Needs an administrator.
    pub fn continue_bot(&self, waiting: &WaitingBot, answer: &BotAnswer) -> ApiCall<One<()>> {
        let path = waiting.fill(&Bot::CONTINUE.path);
        let request = Prepared::new(Bot::CONTINUE).path(path);
        ApiCall::new(self.clone(), One::new(request, nothing).json(answer))
    }
}

impl Entities<Widget> {
    /// Installs a widget, or replaces its settings. Needs an administrator.
    pub fn install(&self, code: &WidgetCode, settings: &WidgetSettings) -> ApiCall<One<Widget>> {
        self.call(One::new(self.place().on(code, Widget::INSTALL), entity).json(settings))
    }
}
