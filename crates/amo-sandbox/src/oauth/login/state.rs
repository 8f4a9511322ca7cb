//! API keys in a state, and who is logged in with them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Logins;
use crate::account::Account;
use crate::flaws::Flaws;
use crate::state::item;

#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Kept {
    api_keys: Vec<Key>,
    sessions: Vec<LoggedIn>,
    failures: Vec<Failures>,
    exchanges: Vec<Exchange>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    user_id: i64,
    key: String,
}

/// Somebody who is logged in.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LoggedIn {
    session_id: String,
    user_id: i64,
    expires_at: i64,
}

/// How often a login failed in a row.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Failures {
    login: String,
    count: u32,
    last_at: i64,
}

/// When a key was exchanged for a code last.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exchange {
    user_id: i64,
    client_id: String,
    at: i64,
}

impl Logins {
    pub(crate) fn shown(&self) -> Value {
        let keys = self.keys.iter();
        let sessions = self.sessions.iter();
        let failures = self.failures.iter();
        let exchanges = self.exchanges.iter();
        let mut kept = Kept {
            api_keys: keys
                .map(|(user_id, key)| Key { user_id: *user_id, key: key.clone() })
                .collect(),
            sessions: sessions
                .map(|(id, (user_id, expires_at))| LoggedIn {
                    session_id: id.clone(),
                    user_id: *user_id,
                    expires_at: *expires_at,
                })
                .collect(),
            failures: failures
                .map(|(login, (count, last_at))| Failures {
                    login: login.clone(),
                    count: *count,
                    last_at: *last_at,
                })
                .collect(),
            exchanges: exchanges
                .map(|((user_id, client_id), at)| Exchange {
                    user_id: *user_id,
                    client_id: client_id.clone(),
                    at: *at,
                })
                .collect(),
        };
        // In one order every time.
        kept.sessions.sort_by(|one, other| one.session_id.cmp(&other.session_id));
        json!(kept)
    }

    pub(crate) fn read(sent: &Value, account: &Account, flaws: &mut Flaws) -> Option<Self> {
        let kept = item::parsed::<Kept>(sent, flaws)?;
        for (index, one) in kept.api_keys.iter().enumerate() {
            if account.user(one.user_id).is_none() {
                flaws.not_a_choice(&format!("api_keys.{index}.user_id"));
            }
        }
        let sessions = kept.sessions.into_iter();
        let failures = kept.failures.into_iter();
        let exchanges = kept.exchanges.into_iter();
        Some(Logins {
            keys: kept.api_keys.into_iter().map(|one| (one.user_id, one.key)).collect(),
            sessions: sessions.map(|one| (one.session_id, (one.user_id, one.expires_at))).collect(),
            failures: failures.map(|one| (one.login, (one.count, one.last_at))).collect(),
            exchanges: exchanges.map(|one| ((one.user_id, one.client_id), one.at)).collect(),
        })
    }

    /// Adds keys and logins; what both have is as the others have it.
    pub(crate) fn absorb(&mut self, other: Logins) {
        self.keys.extend(other.keys);
        self.sessions.extend(other.sessions);
        self.failures = other.failures;
        self.exchanges = other.exchanges;
    }
}
