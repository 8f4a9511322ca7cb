//! What was granted: codes, access tokens and refresh tokens, who holds them and whether they still
//! work.

mod state;

use std::collections::HashMap;

use serde_json::{Value, json};

use super::jwt::{self, Claims};

const CODE_LIFETIME: i64 = 20 * 60;
const REFRESH_LIFETIME: i64 = 90 * 86_400;
const LONG_LIVED_LIFETIME: i64 = 5 * 365 * 86_400;

/// What of the account and the box goes into tokens.
#[derive(Debug, Clone)]
pub(crate) struct Issuer {
    pub(crate) account_id: i64,
    pub(crate) base_domain: String,
    /// Seconds.
    pub(crate) access_lifetime: i64,
    /// Whether a replaced refresh token is taken until the new pair was used.
    pub(crate) grace: bool,
}

/// Whose token it is, and what it may be used for: what the integration asked for when it was
/// granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Holder {
    pub(crate) user_id: i64,
    /// Empty for somebody who came with his API key.
    pub(crate) client_id: String,
    pub(crate) scopes: Vec<String>,
}

impl Holder {
    pub(crate) fn may(&self, scope: &str) -> bool {
        self.scopes.iter().any(|known| known == scope)
    }
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
    holder: Holder,
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
    holder: Holder,
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

    /// Of which domain new tokens tell.
    pub(crate) fn set_base_domain(&mut self, base_domain: &str) {
        base_domain.clone_into(&mut self.issuer.base_domain);
    }

    pub(crate) fn new_code(&mut self, holder: Holder, now: i64) -> String {
        let code = jwt::opaque();
        self.codes.insert(code.clone(), Code { holder, issued: now, used: false });
        code
    }

    pub(crate) fn long_lived(&mut self, holder: Holder, now: i64) -> String {
        self.new_access(holder, now, LONG_LIVED_LIFETIME, None)
    }

    fn new_access(
        &mut self,
        holder: Holder,
        now: i64,
        lifetime: i64,
        pair: Option<usize>,
    ) -> String {
        let expires = now.saturating_add(lifetime);
        let Issuer { account_id, base_domain, .. } = &self.issuer;
        let token = jwt::mint(&Claims {
            holder: &holder,
            account_id: *account_id,
            base_domain,
            issued: now,
            expires,
        });
        self.access.insert(token.clone(), Access { holder, expires, pair });
        token
    }

    /// A new pair, as the token endpoint answers it, and its number.
    fn new_pair(&mut self, holder: Holder, now: i64) -> (Value, usize) {
        let pair = self.pairs.len();
        self.pairs.push(Pair::default());
        let lifetime = self.issuer.access_lifetime;
        let access_token = self.new_access(holder.clone(), now, lifetime, Some(pair));
        let refresh_token = jwt::opaque();
        let expires = now.saturating_add(REFRESH_LIFETIME);
        self.refresh.insert(refresh_token.clone(), Refresh { holder, expires, pair });
        let answer = json!({
            "token_type": "Bearer",
            "expires_in": lifetime,
            "server_time": now,
            "access_token": access_token,
            "refresh_token": refresh_token,
        });
        (answer, pair)
    }

    /// Exchanges a code; it works once and for 20 minutes. That of another integration is like one
    /// that nobody knows: a guess, as for refresh tokens.
    pub(crate) fn exchange_code(
        &mut self,
        code: &str,
        client_id: &str,
        now: i64,
    ) -> Result<Value, Refusal> {
        let own = |code: &&mut Code| code.holder.client_id == client_id;
        let code = self.codes.get_mut(code).filter(own).ok_or(Refusal::CodeUnknown)?;
        if code.used {
            return Err(Refusal::CodeUsed);
        }
        if now >= code.issued.saturating_add(CODE_LIFETIME) {
            return Err(Refusal::CodeExpired);
        }
        code.used = true;
        let holder = code.holder.clone();
        Ok(self.new_pair(holder, now).0)
    }

    /// Exchanges a refresh token; it works once, and in the time of grace until its new pair was
    /// used. The old access token goes on working until it expires (the docs promise no more and no
    /// less).
    pub(crate) fn exchange_refresh(
        &mut self,
        token: &str,
        client_id: &str,
        now: i64,
    ) -> Result<Value, Refusal> {
        let own = |refresh: &&Refresh| refresh.holder.client_id == client_id;
        if self.withdrawn.get(token).as_ref().is_some_and(own) {
            return Err(Refusal::RefreshRevoked);
        }
        let Refresh { holder, expires, pair } =
            self.refresh.get(token).filter(own).ok_or(Refusal::RefreshUnknown)?;
        let (holder, expires, old) = (holder.clone(), *expires, *pair);
        if self.is_replaced(old) {
            return Err(Refusal::RefreshRevoked);
        }
        if now >= expires {
            return Err(Refusal::RefreshExpired);
        }
        let (answer, new) = self.new_pair(holder, now);
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

    /// Withdraws what was granted to those whom this is true of; codes too.
    pub(crate) fn revoke(&mut self, whose: impl Fn(&Holder) -> bool) {
        self.access.retain(|_, access| !whose(&access.holder));
        let withdrawn = self.refresh.extract_if(|_, refresh| whose(&refresh.holder));
        self.withdrawn.extend(withdrawn);
        for code in self.codes.values_mut().filter(|code| whose(&code.holder)) {
            code.used = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grants(grace: bool) -> Grants {
        Grants::new(Issuer {
            account_id: 1,
            base_domain: "amocrm.ru".to_owned(),
            access_lifetime: 86_400,
            grace,
        })
    }

    fn seven() -> Holder {
        Holder { user_id: 7, client_id: "client".to_owned(), scopes: vec!["crm".to_owned()] }
    }

    fn text<'a>(answer: &'a Value, key: &str) -> &'a str {
        answer[key].as_str().unwrap()
    }

    #[test]
    fn a_code_works_once_and_for_twenty_minutes() {
        let mut grants = grants(false);
        let code = grants.new_code(seven(), 0);
        assert!(grants.exchange_code(&code, "client", 1199).is_ok());
        assert_eq!(grants.exchange_code(&code, "client", 1199), Err(Refusal::CodeUsed));
        let late = grants.new_code(seven(), 0);
        assert_eq!(grants.exchange_code(&late, "client", 1200), Err(Refusal::CodeExpired));
        assert_eq!(grants.exchange_code("garbage", "client", 0), Err(Refusal::CodeUnknown));
    }

    #[test]
    fn another_integration_cannot_use_what_was_granted_to_this_one() {
        let mut grants = grants(false);
        let code = grants.new_code(seven(), 0);
        assert_eq!(grants.exchange_code(&code, "other", 0), Err(Refusal::CodeUnknown));
        let pair = grants.exchange_code(&code, "client", 0).unwrap();
        let refresh = text(&pair, "refresh_token");
        assert_eq!(grants.exchange_refresh(refresh, "other", 0), Err(Refusal::RefreshUnknown));
        assert!(grants.exchange_refresh(refresh, "client", 0).is_ok());
    }

    #[test]
    fn without_grace_a_refresh_token_is_dead_at_once() {
        let mut grants = grants(false);
        let code = grants.new_code(seven(), 0);
        let first = grants.exchange_code(&code, "client", 0).unwrap();
        let old = text(&first, "refresh_token");
        grants.exchange_refresh(old, "client", 10).unwrap();
        assert_eq!(grants.exchange_refresh(old, "client", 10), Err(Refusal::RefreshRevoked));
    }

    #[test]
    fn with_grace_a_refresh_token_lives_until_the_new_pair_is_used() {
        let mut grants = grants(true);
        let code = grants.new_code(seven(), 0);
        let first = grants.exchange_code(&code, "client", 0).unwrap();
        let old = text(&first, "refresh_token");
        grants.exchange_refresh(old, "client", 10).unwrap();
        let second = grants.exchange_refresh(old, "client", 11).unwrap();
        assert_eq!(grants.holder(text(&second, "access_token"), 12).unwrap().user_id, 7);
        assert_eq!(grants.exchange_refresh(old, "client", 13), Err(Refusal::RefreshRevoked));
    }

    #[test]
    fn tokens_expire_by_the_calendar_and_can_be_withdrawn() {
        let mut grants = grants(false);
        let code = grants.new_code(seven(), 0);
        let pair = grants.exchange_code(&code, "client", 0).unwrap();
        let access = text(&pair, "access_token");
        assert!(grants.holder(access, 86_399).is_some());
        assert!(grants.holder(access, 86_400).is_none());
        let refresh = text(&pair, "refresh_token");
        assert!(grants.is_refreshable(refresh, REFRESH_LIFETIME - 1));
        assert_eq!(
            grants.exchange_refresh(refresh, "client", REFRESH_LIFETIME),
            Err(Refusal::RefreshExpired)
        );
        grants.revoke(|holder| holder.user_id == 8);
        assert!(grants.holder(access, 1).is_some());
        grants.revoke(|holder| holder.user_id == 7);
        assert!(grants.holder(access, 1).is_none());
        assert_eq!(grants.exchange_refresh(refresh, "client", 1), Err(Refusal::RefreshRevoked));
    }
}
