//! What was granted: codes, access tokens and refresh tokens, who holds them and whether they still
//! work.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::jwt::{self, Claims};

const CODE_LIFETIME: i64 = 20 * 60;
const REFRESH_LIFETIME: i64 = 90 * 86_400;
const LONG_LIVED_LIFETIME: i64 = 5 * 365 * 86_400;

/// What of the account and the box goes into tokens.
#[derive(Debug, Clone)]
pub(crate) struct Issuer {
    pub(crate) client_id: String,
    pub(crate) account_id: i64,
    pub(crate) base_domain: String,
    /// Seconds.
    pub(crate) access_lifetime: i64,
    /// Whether a replaced refresh token is taken until the new pair was used.
    pub(crate) grace: bool,
}

/// Whose token it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Holder {
    pub(crate) user_id: i64,
    pub(crate) client_id: String,
}

/// Why a code or a refresh token is not taken: the hints of the real service with their statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    CodeUnknown,
    CodeUsed,
    CodeExpired,
    RefreshUnknown,
    /// Replaced by a newer one, or withdrawn.
    RefreshRevoked,
    RefreshExpired,
}

struct Code {
    user_id: i64,
    issued: i64,
    used: bool,
}

struct Access {
    holder: Holder,
    expires: i64,
    /// The pair that it belongs to; a long-lived token belongs to none.
    pair: Option<usize>,
}

struct Refresh {
    user_id: i64,
    expires: i64,
    pair: usize,
}

/// An access token and a refresh token that were given out together.
#[derive(Default)]
struct Pair {
    used: bool,
    /// The pairs that its refresh token was exchanged for: one, or more in the time of grace.
    successors: Vec<usize>,
}

/// Everything that was granted.
pub(crate) struct Grants {
    issuer: Issuer,
    codes: HashMap<String, Code>,
    access: HashMap<String, Access>,
    refresh: HashMap<String, Refresh>,
    pairs: Vec<Pair>,
    /// Tokens that were withdrawn: refused as revoked, not as unknown.
    withdrawn: HashMap<String, Refresh>,
}

impl Grants {
    pub(crate) fn new(issuer: Issuer) -> Self {
        Grants {
            issuer,
            codes: HashMap::new(),
            access: HashMap::new(),
            refresh: HashMap::new(),
            pairs: Vec::new(),
            withdrawn: HashMap::new(),
        }
    }

    pub(crate) fn new_code(&mut self, user_id: i64, now: i64) -> String {
        let code = jwt::opaque();
        self.codes.insert(code.clone(), Code { user_id, issued: now, used: false });
        code
    }

    pub(crate) fn long_lived(&mut self, user_id: i64, now: i64) -> String {
        self.new_access(user_id, now, LONG_LIVED_LIFETIME, None)
    }

    fn new_access(&mut self, user_id: i64, now: i64, lifetime: i64, pair: Option<usize>) -> String {
        let expires = now.saturating_add(lifetime);
        let Issuer { client_id, account_id, base_domain, .. } = &self.issuer;
        let token = jwt::mint(&Claims {
            client_id,
            user_id,
            account_id: *account_id,
            base_domain,
            issued: now,
            expires,
        });
        let holder = Holder { user_id, client_id: client_id.clone() };
        self.access.insert(token.clone(), Access { holder, expires, pair });
        token
    }

    /// A new pair, as the token endpoint answers it, and its number.
    fn new_pair(&mut self, user_id: i64, now: i64) -> (Value, usize) {
        let pair = self.pairs.len();
        self.pairs.push(Pair::default());
        let lifetime = self.issuer.access_lifetime;
        let access_token = self.new_access(user_id, now, lifetime, Some(pair));
        let refresh_token = jwt::opaque();
        let expires = now.saturating_add(REFRESH_LIFETIME);
        self.refresh.insert(refresh_token.clone(), Refresh { user_id, expires, pair });
        let answer = json!({
            "token_type": "Bearer",
            "expires_in": lifetime,
            "server_time": now,
            "access_token": access_token,
            "refresh_token": refresh_token,
        });
        (answer, pair)
    }

    /// Exchanges a code; it works once and for 20 minutes.
    pub(crate) fn exchange_code(&mut self, code: &str, now: i64) -> Result<Value, Refusal> {
        let code = self.codes.get_mut(code).ok_or(Refusal::CodeUnknown)?;
        if code.used {
            return Err(Refusal::CodeUsed);
        }
        if now >= code.issued.saturating_add(CODE_LIFETIME) {
            return Err(Refusal::CodeExpired);
        }
        code.used = true;
        let user_id = code.user_id;
        Ok(self.new_pair(user_id, now).0)
    }

    /// Exchanges a refresh token; it works once, and in the time of grace until its new pair was
    /// used. The old access token goes on working until it expires (the docs promise no more and no
    /// less).
    pub(crate) fn exchange_refresh(&mut self, token: &str, now: i64) -> Result<Value, Refusal> {
        if self.withdrawn.contains_key(token) {
            return Err(Refusal::RefreshRevoked);
        }
        let Refresh { user_id, expires, pair } =
            self.refresh.get(token).ok_or(Refusal::RefreshUnknown)?;
        let (user_id, expires, old) = (*user_id, *expires, *pair);
        if self.is_replaced(old) {
            return Err(Refusal::RefreshRevoked);
        }
        if now >= expires {
            return Err(Refusal::RefreshExpired);
        }
        let (answer, new) = self.new_pair(user_id, now);
        if let Some(old) = self.pairs.get_mut(old) {
            old.used = true;
            old.successors.push(new);
        }
        Ok(answer)
    }

    fn is_replaced(&self, pair: usize) -> bool {
        let Some(pair) = self.pairs.get(pair) else { return true };
        let mut successors =
            pair.successors.iter().filter_map(|successor| self.pairs.get(*successor));
        if self.issuer.grace {
            successors.any(|successor| successor.used)
        } else {
            successors.next().is_some()
        }
    }

    /// Who holds this access token, if it works now. Asking counts as using it.
    pub(crate) fn holder(&mut self, token: &str, now: i64) -> Option<Holder> {
        let access = self.access.get(token).filter(|access| now < access.expires)?;
        if let Some(pair) = access.pair.and_then(|pair| self.pairs.get_mut(pair)) {
            pair.used = true;
        }
        Some(access.holder.clone())
    }

    /// Whether this refresh token could be exchanged now.
    pub(crate) fn is_refreshable(&self, token: &str, now: i64) -> bool {
        self.refresh
            .get(token)
            .is_some_and(|refresh| now < refresh.expires && !self.is_replaced(refresh.pair))
    }

    /// Withdraws everything that was granted; codes too.
    pub(crate) fn revoke(&mut self) {
        self.access.clear();
        self.withdrawn.extend(self.refresh.drain());
        for code in self.codes.values_mut() {
            code.used = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grants(grace: bool) -> Grants {
        Grants::new(Issuer {
            client_id: "client".to_owned(),
            account_id: 1,
            base_domain: "amocrm.ru".to_owned(),
            access_lifetime: 86_400,
            grace,
        })
    }

    fn text<'a>(answer: &'a Value, key: &str) -> &'a str {
        answer[key].as_str().unwrap()
    }

    #[test]
    fn a_code_works_once_and_for_twenty_minutes() {
        let mut grants = grants(false);
        let code = grants.new_code(7, 0);
        assert!(grants.exchange_code(&code, 1199).is_ok());
        assert_eq!(grants.exchange_code(&code, 1199), Err(Refusal::CodeUsed));
        let late = grants.new_code(7, 0);
        assert_eq!(grants.exchange_code(&late, 1200), Err(Refusal::CodeExpired));
        assert_eq!(grants.exchange_code("garbage", 0), Err(Refusal::CodeUnknown));
    }

    #[test]
    fn without_grace_a_refresh_token_is_dead_at_once() {
        let mut grants = grants(false);
        let code = grants.new_code(7, 0);
        let first = grants.exchange_code(&code, 0).unwrap();
        let old = text(&first, "refresh_token");
        grants.exchange_refresh(old, 10).unwrap();
        assert_eq!(grants.exchange_refresh(old, 10), Err(Refusal::RefreshRevoked));
    }

    #[test]
    fn with_grace_a_refresh_token_lives_until_the_new_pair_is_used() {
        let mut grants = grants(true);
        let code = grants.new_code(7, 0);
        let first = grants.exchange_code(&code, 0).unwrap();
        let old = text(&first, "refresh_token");
        grants.exchange_refresh(old, 10).unwrap();
        let second = grants.exchange_refresh(old, 11).unwrap();
        assert_eq!(grants.holder(text(&second, "access_token"), 12).unwrap().user_id, 7);
        assert_eq!(grants.exchange_refresh(old, 13), Err(Refusal::RefreshRevoked));
    }

    #[test]
    fn tokens_expire_by_the_calendar_and_can_be_withdrawn() {
        let mut grants = grants(false);
        let code = grants.new_code(7, 0);
        let pair = grants.exchange_code(&code, 0).unwrap();
        let access = text(&pair, "access_token");
        assert!(grants.holder(access, 86_399).is_some());
        assert!(grants.holder(access, 86_400).is_none());
        let refresh = text(&pair, "refresh_token");
        assert!(grants.is_refreshable(refresh, REFRESH_LIFETIME - 1));
        assert_eq!(
            grants.exchange_refresh(refresh, REFRESH_LIFETIME),
            Err(Refusal::RefreshExpired)
        );
        grants.revoke();
        assert!(grants.holder(access, 1).is_none());
        assert_eq!(grants.exchange_refresh(refresh, 1), Err(Refusal::RefreshRevoked));
    }
}
