//! When a token is used, renewed or given up: a pure state machine, without secrets, I/O or a clock.

use std::time::Duration;

use amo_core::Timestamp;

use crate::Generation;

/// A token younger than this that is refused will not be helped by another one.
const FRESH: i64 = 60;
/// At most one refresh in this time, in seconds, may be caused by refused requests.
const BETWEEN_REFUSALS: i64 = 60;
/// How long, in seconds, a pair that is used although it is not in the store waits for the next write.
const UNWRITTEN: i64 = 5;
/// How often, in seconds, a dead grant is looked for in the store: somebody may have authorised again.
const LOOK_AGAIN: i64 = 30;

/// What is known of the present token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) generation: Generation,
    pub(super) obtained_at: Timestamp,
    /// From when on it is renewed before it is used.
    pub(super) renew_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A call needs a credential.
    Needed,
    /// The server refused the token of this generation.
    Refused(Generation),
    /// A code is to be exchanged.
    Authorize,
    /// The program ends: what is not in the store gets one more chance, pause or not.
    Close,
}

/// What the one who brought the event does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Takes the present token.
    Use,
    /// Starts this and waits for its landing.
    Start(Job),
    /// Waits for the landing of what is under way.
    Wait,
    /// Takes the error of the last landing.
    FailAsBefore,
    /// The token is too fresh for another one to help.
    FailFresh,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Job {
    /// Looks in the store and, unless somebody else has renewed it, renews the pair.
    Renew {
        /// The server refused the present token, whatever its date says.
        refused: bool,
    },
    /// Looks whether the store has another grant than the dead one.
    Look,
    /// Exchanges the code.
    Exchange,
}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Landing {
    /// There is a token; `durable` says whether it is in the store.
    Token { token: Token, durable: bool },
    /// A new pair came but is not in the store, and may not be used before; nothing is tried again for
    /// so many seconds.
    Unpersisted { pause: i64 },
    /// It may work after so many seconds.
    Failed { pause: i64 },
    /// It will not work until a user authorises again.
    Dead,
    /// A code was refused: nothing changed.
    Nothing,
}

#[derive(Debug, Default)]
pub(super) struct Flight {
    token: Option<Token>,
    flying: Option<Job>,
    /// A new pair is not in the store yet.
    unpersisted: bool,
    /// Nothing is tried again before.
    pause_until: Option<Timestamp>,
    /// The grant is dead; the store is looked at again from then on.
    dead_until: Option<Timestamp>,
    /// When requests were last refused so that the pair was renewed.
    refused_at: Option<Timestamp>,
    /// That renewal failed: another one may still help.
    refusal_failed: bool,
}

impl Flight {
    pub(super) fn flying(&self) -> bool {
        self.flying.is_some()
    }

    pub(super) fn unpersisted(&self) -> bool {
        self.unpersisted
    }

    pub(super) fn token(&self) -> Option<Token> {
        self.token
    }

    /// Can the present token be used, while it is renewed or after its renewal failed?
    pub(super) fn usable(&self, now: Timestamp) -> bool {
        self.dead_until.is_none()
            && self.flying != Some(Job::Renew { refused: true })
            && self.token.is_some_and(|token| now < token.expires_at)
    }

    pub(super) fn on(&mut self, event: Event, now: Timestamp) -> Action {
        let action = self.decide(event, now);
        if let Action::Start(job) = action {
            self.flying = Some(job);
            if job == (Job::Renew { refused: true }) {
                self.refused_at = Some(now);
                self.refusal_failed = false;
            }
        }
        action
    }

    fn decide(&self, event: Event, now: Timestamp) -> Action {
        if self.flying() {
            // An early renewal holds nobody up.
            let use_present = event == Event::Needed && self.usable(now);
            return if use_present { Action::Use } else { Action::Wait };
        }
        if event == Event::Authorize {
            return Action::Start(Job::Exchange);
        }
        if event == Event::Close {
            return Action::Start(Job::Renew { refused: false });
        }
        let paused = self.pause_until.is_some_and(|until| now < until);
        if let Some(until) = self.dead_until {
            return if now < until { Action::FailAsBefore } else { Action::Start(Job::Look) };
        }
        let Some(token) = self.token else {
            return if paused {
                Action::FailAsBefore
            } else {
                Action::Start(Job::Renew { refused: false })
            };
        };
        if event == Event::Refused(token.generation) {
            return self.refused(token, now);
        }
        let due = now >= token.renew_at || self.unpersisted;
        match (due, paused, now < token.expires_at) {
            (false, _, _) | (true, true, true) => Action::Use,
            (true, true, false) => Action::FailAsBefore,
            (true, false, _) => Action::Start(Job::Renew { refused: false }),
        }
    }

    fn refused(&self, token: Token, now: Timestamp) -> Action {
        let recently = self.refused_at.is_some_and(|at| seconds(at, now) < BETWEEN_REFUSALS);
        if recently && self.refusal_failed {
            // Not the token is to blame but its renewal, which says why.
            Action::FailAsBefore
        } else if recently || seconds(token.obtained_at, now) < FRESH {
            Action::FailFresh
        } else {
            Action::Start(Job::Renew { refused: true })
        }
    }

    pub(super) fn land(&mut self, landing: Landing, now: Timestamp) {
        let job = self.flying.take();
        let later = |pause: i64| Some(Timestamp::new(now.as_unix_seconds().saturating_add(pause)));
        self.refusal_failed =
            job == Some(Job::Renew { refused: true }) && !matches!(landing, Landing::Token { .. });
        match landing {
            Landing::Token { token, durable } => {
                self.token = Some(token);
                self.dead_until = None;
                self.unpersisted = !durable;
                self.pause_until = if durable { None } else { later(UNWRITTEN) };
            }
            Landing::Unpersisted { pause } => {
                self.unpersisted = true;
                self.dead_until = None;
                self.pause_until = later(pause);
            }
            Landing::Failed { pause } => self.pause_until = later(pause),
            Landing::Dead => self.dead_until = later(LOOK_AGAIN),
            Landing::Nothing => {}
        }
    }
}

fn seconds(from: Timestamp, to: Timestamp) -> i64 {
    to.as_unix_seconds().saturating_sub(from.as_unix_seconds())
}

/// From when on a token is renewed: `leeway` before its end, or after half of its life if that is later,
/// and up to a tenth of that earlier by `jitter` (0 to 1), so that many processes do not all come at once.
pub(super) fn renew_at(
    obtained_at: Timestamp,
    expires_at: Timestamp,
    leeway: Duration,
    jitter: f64,
) -> Timestamp {
    let life = seconds(obtained_at, expires_at).max(0);
    let leeway = i64::try_from(leeway.as_secs()).unwrap_or(i64::MAX).min(life / 2);
    let early = (leeway as f64 * 0.1 * jitter.clamp(0.0, 1.0)) as i64;
    Timestamp::new(expires_at.as_unix_seconds() - leeway - early)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: fn(i64) -> Timestamp = Timestamp::new;

    fn token(generation: u64, obtained: i64) -> Token {
        Token {
            generation: Generation::new(generation),
            obtained_at: AT(obtained),
            renew_at: AT(obtained + 900),
            expires_at: AT(obtained + 1_000),
        }
    }

    fn with_token() -> Flight {
        let mut flight = Flight::default();
        assert_eq!(flight.on(Event::Needed, AT(0)), Action::Start(Job::Renew { refused: false }));
        flight.land(Landing::Token { token: token(1, 0), durable: true }, AT(0));
        flight
    }

    #[test]
    fn one_flight_serves_everyone() {
        let mut flight = Flight::default();
        assert_eq!(flight.on(Event::Needed, AT(0)), Action::Start(Job::Renew { refused: false }));
        assert_eq!(flight.on(Event::Needed, AT(0)), Action::Wait);
        assert_eq!(flight.on(Event::Authorize, AT(0)), Action::Wait);
        flight.land(Landing::Token { token: token(1, 0), durable: true }, AT(0));
        assert_eq!(flight.on(Event::Needed, AT(899)), Action::Use);
    }

    #[test]
    fn renews_before_the_end_and_survives_a_failure_until_then() {
        let mut flight = with_token();
        assert_eq!(flight.on(Event::Needed, AT(900)), Action::Start(Job::Renew { refused: false }));
        assert_eq!(flight.on(Event::Needed, AT(900)), Action::Use, "nobody is held up");
        assert_eq!(flight.on(Event::Needed, AT(1_000)), Action::Wait, "unless it has ended");
        flight.land(Landing::Failed { pause: 5 }, AT(900));
        assert!(flight.usable(AT(901)));
        assert_eq!(flight.on(Event::Needed, AT(901)), Action::Use);
        assert_eq!(flight.on(Event::Needed, AT(905)), Action::Start(Job::Renew { refused: false }));
        flight.land(Landing::Failed { pause: 5 }, AT(999));
        assert_eq!(flight.on(Event::Needed, AT(1_000)), Action::FailAsBefore);
        assert!(!flight.usable(AT(1_000)));
    }

    #[test]
    fn a_refusal_renews_at_most_once_a_minute_and_never_a_fresh_token() {
        let refused = |n| Event::Refused(Generation::new(n));
        let mut flight = with_token();
        assert_eq!(flight.on(refused(1), AT(59)), Action::FailFresh);
        assert_eq!(flight.on(refused(0), AT(59)), Action::Use, "somebody has renewed it already");
        assert_eq!(flight.on(refused(1), AT(60)), Action::Start(Job::Renew { refused: true }));
        assert_eq!(flight.on(refused(1), AT(60)), Action::Wait);
        assert_eq!(flight.on(Event::Needed, AT(60)), Action::Wait, "the present one was refused");
        flight.land(Landing::Failed { pause: 5 }, AT(60));
        assert_eq!(flight.on(refused(1), AT(119)), Action::FailAsBefore, "the renewal is to blame");
        assert_eq!(flight.on(refused(1), AT(120)), Action::Start(Job::Renew { refused: true }));
        flight.land(Landing::Token { token: token(2, 120), durable: true }, AT(120));
        assert_eq!(flight.on(refused(2), AT(179)), Action::FailFresh);
        assert_eq!(flight.on(refused(2), AT(180)), Action::Start(Job::Renew { refused: true }));
    }

    #[test]
    fn a_dead_grant_is_not_tried_but_looked_for() {
        let mut flight = with_token();
        flight.on(Event::Needed, AT(900));
        flight.land(Landing::Dead, AT(900));
        assert_eq!(flight.on(Event::Needed, AT(929)), Action::FailAsBefore);
        assert_eq!(flight.on(Event::Needed, AT(930)), Action::Start(Job::Look));
        flight.land(Landing::Dead, AT(930));
        assert_eq!(flight.on(Event::Authorize, AT(931)), Action::Start(Job::Exchange));
        flight.land(Landing::Token { token: token(2, 931), durable: true }, AT(931));
        assert_eq!(flight.on(Event::Needed, AT(932)), Action::Use);
    }

    #[test]
    fn an_unwritten_pair_is_written_again_before_anything_else() {
        let mut flight = with_token();
        flight.on(Event::Needed, AT(900));
        flight.land(Landing::Unpersisted { pause: 5 }, AT(900));
        assert_eq!(flight.on(Event::Needed, AT(901)), Action::Use, "the old token still works");
        assert_eq!(flight.on(Event::Needed, AT(905)), Action::Start(Job::Renew { refused: false }));
        flight.land(Landing::Token { token: token(2, 905), durable: true }, AT(905));
        assert!(!flight.unpersisted());
    }

    #[test]
    fn a_pair_used_before_it_is_written_is_written_though_it_is_young() {
        let mut flight = with_token();
        flight.on(Event::Needed, AT(900));
        flight.land(Landing::Token { token: token(2, 900), durable: false }, AT(900));
        assert_eq!(flight.on(Event::Needed, AT(904)), Action::Use);
        assert_eq!(flight.on(Event::Needed, AT(905)), Action::Start(Job::Renew { refused: false }));
    }

    #[test]
    fn leeway_is_at_most_half_of_a_life() {
        let hour = Duration::from_secs(3_600);
        assert_eq!(renew_at(AT(0), AT(86_400), Duration::from_secs(300), 0.0), AT(86_100));
        assert_eq!(renew_at(AT(0), AT(86_400), Duration::from_secs(300), 1.0), AT(86_070));
        assert_eq!(renew_at(AT(0), AT(100), hour, 0.0), AT(50));
        assert_eq!(renew_at(AT(100), AT(0), hour, 1.0), AT(0));
    }
}
