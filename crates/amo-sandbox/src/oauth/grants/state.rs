//! What was granted, in a state. It holds the tokens themselves.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Access, Code, Grants, Holder, Issuer, Pair, Refresh};
use crate::account::Account;
use crate::flaws::Flaws;
use crate::oauth::integrations::Integrations;
use crate::state::item;

#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Kept {
    codes: Vec<KeptCode>,
    access_tokens: Vec<KeptAccess>,
    refresh_tokens: Vec<KeptRefresh>,
    pairs: Vec<KeptPair>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptCode {
    code: String,
    #[serde(default)]
    user_id: Option<i64>,
    #[serde(default)]
    client_id: Option<String>,
    #[serde(default)]
    scopes: Option<Vec<String>>,
    #[serde(default = "never")]
    issued_at: i64,
    #[serde(default)]
    is_used: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptAccess {
    token: String,
    #[serde(default)]
    user_id: Option<i64>,
    #[serde(default)]
    client_id: Option<String>,
    #[serde(default)]
    scopes: Option<Vec<String>>,
    #[serde(default = "never")]
    expires_at: i64,
    #[serde(default)]
    pair: Option<usize>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptRefresh {
    token: String,
    #[serde(default)]
    user_id: Option<i64>,
    #[serde(default)]
    client_id: Option<String>,
    #[serde(default)]
    scopes: Option<Vec<String>>,
    #[serde(default = "never")]
    expires_at: i64,
    #[serde(default)]
    pair: Option<usize>,
    #[serde(default)]
    is_withdrawn: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptPair {
    #[serde(default)]
    is_used: bool,
    #[serde(default)]
    successors: Vec<usize>,
}

/// What has no end ends then.
fn never() -> i64 {
    i64::MAX
}

impl Grants {
    pub(crate) fn shown(&self) -> Value {
        let client = |holder: &Holder| Some(holder.client_id.clone());
        let scopes = |holder: &Holder| Some(holder.scopes.clone());
        let codes = self.codes.iter().map(|(text, code)| KeptCode {
            code: text.clone(),
            user_id: Some(code.holder.user_id),
            client_id: client(&code.holder),
            scopes: scopes(&code.holder),
            issued_at: code.issued,
            is_used: code.used,
        });
        let access = self.access.iter().map(|(token, access)| KeptAccess {
            token: token.clone(),
            user_id: Some(access.holder.user_id),
            client_id: client(&access.holder),
            scopes: scopes(&access.holder),
            expires_at: access.expires,
            pair: access.pair,
        });
        let refresh = |(token, refresh): (&String, &Refresh), is_withdrawn| KeptRefresh {
            token: token.clone(),
            user_id: Some(refresh.holder.user_id),
            client_id: client(&refresh.holder),
            scopes: scopes(&refresh.holder),
            expires_at: refresh.expires,
            pair: Some(refresh.pair),
            is_withdrawn,
        };
        let live = self.refresh.iter().map(|one| refresh(one, false));
        let withdrawn = self.withdrawn.iter().map(|one| refresh(one, true));
        let pairs = self
            .pairs
            .iter()
            .map(|pair| KeptPair { is_used: pair.used, successors: pair.successors.clone() });
        let mut kept = Kept {
            codes: codes.collect(),
            access_tokens: access.collect(),
            refresh_tokens: live.chain(withdrawn).collect(),
            pairs: pairs.collect(),
        };
        // In one order every time.
        kept.codes.sort_by(|one, other| one.code.cmp(&other.code));
        kept.access_tokens.sort_by(|one, other| one.token.cmp(&other.token));
        kept.refresh_tokens.sort_by(|one, other| one.token.cmp(&other.token));
        json!(kept)
    }

    /// Reads all that was granted.
    pub(crate) fn read(
        sent: &Value,
        issuer: Issuer,
        integrations: &Integrations,
        account: &Account,
        flaws: &mut Flaws,
    ) -> Option<Self> {
        let kept = item::parsed::<Kept>(sent, flaws)?;
        let mut grants = Grants::new(issuer);
        let count = kept.pairs.len();
        grants.pairs = kept
            .pairs
            .into_iter()
            .map(|pair| Pair { used: pair.is_used, successors: pair.successors })
            .collect();
        let successors = grants.pairs.iter().flat_map(|pair| &pair.successors);
        if successors.into_iter().any(|pair| *pair >= count) {
            flaws.not_a_choice("pairs");
        }
        let usual = integrations.usual();
        let holder = |user: Option<i64>, client: Option<String>, scopes: Option<Vec<String>>| {
            let client_id = client.unwrap_or_else(|| usual.client_id.clone());
            let asked = || integrations.find(&client_id).unwrap_or(usual).scopes.clone();
            Holder {
                user_id: user.unwrap_or_else(|| account.administrator()),
                scopes: scopes.unwrap_or_else(asked),
                client_id,
            }
        };
        let check = |list: &str, index: usize, holder: &Holder, pair, flaws: &mut Flaws| {
            let place = |name: &str| format!("{list}.{index}.{name}");
            if account.user(holder.user_id).is_none() {
                flaws.not_a_choice(&place("user_id"));
            }
            if !holder.client_id.is_empty() && integrations.find(&holder.client_id).is_none() {
                flaws.not_a_choice(&place("client_id"));
            }
            if pair >= Some(count) {
                flaws.not_a_choice(&place("pair"));
            }
        };
        for (index, one) in kept.codes.into_iter().enumerate() {
            let holder = holder(one.user_id, one.client_id, one.scopes);
            check("codes", index, &holder, None, flaws);
            let code = Code { holder, issued: one.issued_at, used: one.is_used };
            grants.codes.insert(one.code, code);
        }
        for (index, one) in kept.access_tokens.into_iter().enumerate() {
            let holder = holder(one.user_id, one.client_id, one.scopes);
            check("access_tokens", index, &holder, one.pair, flaws);
            let access = Access { holder, expires: one.expires_at, pair: one.pair };
            grants.access.insert(one.token, access);
        }
        for (index, one) in kept.refresh_tokens.into_iter().enumerate() {
            let holder = holder(one.user_id, one.client_id, one.scopes);
            check("refresh_tokens", index, &holder, one.pair, flaws);
            let pair = one.pair.unwrap_or_else(|| {
                grants.pairs.push(Pair::default());
                grants.pairs.len() - 1
            });
            let refresh = Refresh { holder, expires: one.expires_at, pair };
            let all = if one.is_withdrawn { &mut grants.withdrawn } else { &mut grants.refresh };
            all.insert(one.token, refresh);
        }
        Some(grants)
    }

    /// Adds what others granted; what both have is as they have it.
    pub(crate) fn absorb(&mut self, other: Grants) {
        let first = self.pairs.len();
        self.pairs.extend(other.pairs.into_iter().map(|pair| Pair {
            successors: pair.successors.iter().map(|pair| pair + first).collect(),
            ..pair
        }));
        self.codes.extend(other.codes);
        self.access.extend(other.access.into_iter().map(|(token, access)| {
            (token, Access { pair: access.pair.map(|pair| pair + first), ..access })
        }));
        for (token, refresh) in other.refresh {
            self.withdrawn.remove(&token);
            self.refresh.insert(token, Refresh { pair: refresh.pair + first, ..refresh });
        }
        for (token, refresh) in other.withdrawn {
            self.refresh.remove(&token);
            self.withdrawn.insert(token, Refresh { pair: refresh.pair + first, ..refresh });
        }
    }

    pub(crate) fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// Of which account new tokens tell.
    pub(crate) fn set_account(&mut self, account: &Account) {
        self.issuer.account_id = account.id;
        self.set_base_domain(account.base_domain());
    }
}
