//! A state while it is read: the account that it becomes, and who has access to it.

use serde_json::Value;

use super::account::read_next_ids;
use super::error::StateError;
use super::item;
use super::parts::{Part, Stage};
use super::source::{Piece, Wanted};
use crate::account::Account;
use crate::builder::SandboxBuilder;
use crate::calendar::Time;
use crate::flaws::Flaws;
use crate::oauth::grants::{Grants, Issuer};
use crate::oauth::integrations::Integrations;
use crate::oauth::login::Logins;
use crate::record::state::complete_pipelines;
use crate::sandbox::Inner;
use crate::webhooks::{self, Waiting};
use crate::{demo, events, locked};

/// So many things are read before their changes are forgotten: what an account begins with has no
/// history.
const HISTORY: usize = 1024;

/// What a state becomes. What it does not say of access is `None` and stays as it is in the box.
pub(crate) struct Reading {
    pub(crate) account: Account,
    pub(crate) time: Option<Time>,
    pub(crate) integrations: Option<Integrations>,
    pub(crate) grants: Option<Grants>,
    pub(crate) logins: Option<Logins>,
    pub(crate) waiting: Waiting,
    pub(super) next_ids: Option<Value>,
    /// What the tokens tell of the box.
    issuer: Issuer,
    /// What tokens can be of that are of none of the state's integrations.
    known: Integrations,
}

/// How a state is walked over: once for each stage.
pub(super) type Walk<'w> = dyn FnMut(
        &Wanted<'_>,
        &mut dyn FnMut(&'static Part, Piece<'_>) -> Result<(), StateError>,
    ) -> Result<(), StateError>
    + 'w;

impl Reading {
    /// Reads a state over the demo account of the settings.
    pub(super) fn of(
        settings: &SandboxBuilder,
        issuer: Issuer,
        known: Integrations,
        walk: &mut Walk<'_>,
    ) -> Result<Self, StateError> {
        let mut reading = Reading::new(demo::account(&settings.without_cards()), issuer, known);
        reading.read_basis(walk)?;
        let mut count = 0_usize;
        for stage in [Stage::Cards, Stage::Rest] {
            walk(&|part| part.stage == stage, &mut |part, piece| {
                count += 1;
                if count.is_multiple_of(HISTORY) {
                    events::begin(&mut reading.account);
                }
                reading.take(part, piece)
            })?;
        }
        reading.finish()?;
        events::begin(&mut reading.account);
        Ok(reading)
    }

    /// Another account, with which nothing is said of access.
    pub(super) fn of_account(account: Account, inner: &Inner) -> Self {
        let issuer = locked(&inner.grants).issuer().clone();
        let known = locked(&inner.integrations).clone();
        Reading::new(account, issuer, known)
    }

    fn new(account: Account, issuer: Issuer, known: Integrations) -> Self {
        Reading {
            account,
            time: None,
            integrations: None,
            grants: None,
            logins: None,
            waiting: Waiting::default(),
            next_ids: None,
            issuer,
            known,
        }
    }

    /// The members of the basis need one another, so that their order is ours.
    fn read_basis(&mut self, walk: &mut Walk<'_>) -> Result<(), StateError> {
        let mut found: Vec<(&'static Part, Option<usize>, Option<Value>)> = Vec::new();
        walk(&|part| part.stage == Stage::Basis, &mut |part, piece| {
            found.push(match piece {
                Piece::Begins => (part, None, None),
                Piece::Item(index, value) => (part, Some(index), Some(value.clone())),
                Piece::Whole(value) => (part, None, Some(value.clone())),
            });
            Ok(())
        })?;
        for part in Part::all() {
            let own = found.iter().filter(|(known, ..)| std::ptr::eq(*known, part));
            for (_, index, value) in own {
                let piece = match (index, value) {
                    (_, None) => Piece::Begins,
                    (Some(index), Some(value)) => Piece::Item(*index, value),
                    (None, Some(value)) => Piece::Whole(value),
                };
                self.take(part, piece)?;
            }
            let mut flaws = Flaws::default();
            match part.name {
                "groups" if self.account.groups.iter().all(|group| group.id != 0) => {
                    flaws.add("InvalidValue", "groups", "the group 0 must be among them");
                }
                "pipelines" => complete_pipelines(&mut self.account, &mut flaws),
                "users" => {
                    let user = self.account.user(self.account.administrator());
                    if user.is_none_or(|user| !user.is_admin) {
                        let problem = "an administrator must be among them";
                        flaws.add("InvalidValue", "users", problem);
                    }
                }
                _ => {}
            }
            StateError::of(&flaws)?;
        }
        Ok(())
    }

    fn take(&mut self, part: &'static Part, piece: Piece<'_>) -> Result<(), StateError> {
        let mut flaws = Flaws::default();
        match piece {
            Piece::Begins => part.begin(&mut self.account),
            Piece::Whole(value) => {
                flaws.within(part.name, |flaws| part.read(self, value, flaws));
            }
            Piece::Item(index, value) => flaws.within(part.name, |flaws| {
                flaws.within(&index.to_string(), |flaws| part.read(self, value, flaws));
            }),
        }
        StateError::of(&flaws)
    }

    /// What can be said only when all is there.
    fn finish(&mut self) -> Result<(), StateError> {
        let mut flaws = Flaws::default();
        let paths = self.account.fields.keys();
        let catalogs = paths.filter_map(|path| path.strip_prefix("catalogs/"));
        let is_gone = |id: &&str| !id.parse().is_ok_and(|id| self.account.knows("catalogs", id));
        if let Some(gone) = catalogs.into_iter().find(is_gone) {
            flaws.not_a_choice(&format!("custom_fields.catalogs/{gone}"));
        }
        if let Some(next) = self.next_ids.take() {
            flaws.within("next_ids", |flaws| read_next_ids(&mut self.account, &next, flaws));
        }
        StateError::of(&flaws)
    }

    pub(super) fn read_calendar(&mut self, value: &Value, flaws: &mut Flaws) {
        self.time = item::parsed(value, flaws);
    }

    pub(super) fn read_webhook(&mut self, value: &Value, flaws: &mut Flaws) {
        if let Some((id, bad)) =
            webhooks::subscriptions::state::read(value, &mut self.account, flaws)
        {
            self.waiting.had_bad_answers(id, bad);
        }
    }

    pub(super) fn read_post(&mut self, value: &Value, flaws: &mut Flaws) {
        self.waiting.read(value, &self.account, flaws);
    }

    pub(super) fn read_integrations(&mut self, value: &Value, flaws: &mut Flaws) {
        self.integrations = Integrations::read(value, flaws);
    }

    pub(super) fn read_grants(&mut self, value: &Value, flaws: &mut Flaws) {
        let integrations = self.integrations.as_ref().unwrap_or(&self.known);
        let issuer = self.issuer.clone();
        self.grants = Grants::read(value, issuer, integrations, &self.account, flaws);
    }

    pub(super) fn read_logins(&mut self, value: &Value, flaws: &mut Flaws) {
        self.logins = Logins::read(value, &self.account, flaws);
    }
}
