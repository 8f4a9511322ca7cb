//! `POST /private/api/auth.php`: how a user of older days logs in with his API key, and the session
//! that he gets.

mod state;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use http::header::SET_COOKIE;
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::endpoint::fields;
use super::grants::Holder;
use super::integrations::all_scopes;
use super::jwt;
use super::people::people;
use crate::account::Account;
use crate::query::Query;
use crate::reply::Reply;

/// That using a session does not make it longer is a guess.
const SESSION: i64 = 15 * 60;
/// The cookie's name is a guess: clients keep whatever they get.
const COOKIE: &str = "session_id";
/// After so many wrong keys in a row a login has to solve a captcha: the number is a guess.
const MOST_FAILURES: u32 = 5;
/// Nobody can solve a captcha here, so that it goes away by itself: a guess too.
const CAPTCHA: i64 = 15 * 60;

/// The API keys of users, and who is logged in.
#[derive(Default)]
pub(crate) struct Logins {
    keys: BTreeMap<i64, String>,
    sessions: HashMap<String, (i64, i64)>,
    /// How often a login failed in a row, and when it did last.
    failures: BTreeMap<String, (u32, i64)>,
    /// When a user exchanged his key for an integration's code last.
    exchanges: BTreeMap<(i64, String), i64>,
}

/// Why a login is refused, by the vendor's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    NoAccount = 101,
    WrongKey = 110,
    Captcha = 111,
    SwitchedOff = 112,
    WrongAddress = 113,
}

impl Refusal {
    fn text(self) -> &'static str {
        match self {
            Refusal::NoAccount => "Account not found",
            Refusal::WrongKey => "Wrong login or API key",
            Refusal::Captcha => "Too many failed attempts: solve the captcha in a browser",
            Refusal::SwitchedOff => "The user is switched off or not in the account",
            Refusal::WrongAddress => "The API is closed for this IP address",
        }
    }

    /// The form of these answers is that of version 1 of the API: a guess.
    pub(crate) fn reply(self, is_json: bool, now: i64) -> Reply {
        let status = match self {
            Refusal::WrongAddress => StatusCode::FORBIDDEN,
            _ => StatusCode::UNAUTHORIZED,
        };
        let code = (self as i32).to_string();
        let response = json!({
            "auth": false, "error": self.text(), "error_code": code, "server_time": now,
        });
        print(status, &response, is_json)
    }
}

impl Logins {
    /// A user's API key, the same until he changes it.
    pub(crate) fn key_of(&mut self, user_id: i64) -> String {
        self.keys.entry(user_id).or_insert_with(|| jwt::hex(20)).clone()
    }

    /// Who has this login and this key.
    pub(crate) fn user(
        &mut self,
        login: &str,
        key: &str,
        account: &Account,
        now: i64,
    ) -> Result<i64, Refusal> {
        let (failed, last) = self.failures.get(login).copied().unwrap_or_default();
        let is_over = now >= last.saturating_add(CAPTCHA);
        if failed >= MOST_FAILURES && !is_over {
            return Err(Refusal::Captcha);
        }
        let mut people = people(account).into_iter();
        let user = people.find(|user| user.email.eq_ignore_ascii_case(login));
        let right = user.filter(|user| self.keys.get(&user.id).is_some_and(|known| known == key));
        let Some(user) = right else {
            let failed = if is_over { 0 } else { failed };
            self.failures.insert(login.to_owned(), (failed + 1, now));
            return Err(Refusal::WrongKey);
        };
        self.failures.remove(login);
        if user.can_act { Ok(user.id) } else { Err(Refusal::SwitchedOff) }
    }

    /// Whether a user may exchange his key for a code of an integration now: once in five minutes.
    pub(crate) fn may_exchange(&mut self, user_id: i64, client_id: &str, now: i64) -> bool {
        let key = (user_id, client_id.to_owned());
        let is_soon = self.exchanges.get(&key).is_some_and(|last| now < last.saturating_add(300));
        if !is_soon {
            self.exchanges.insert(key, now);
        }
        !is_soon
    }

    /// Who sent this `Cookie` header, if he is logged in.
    pub(crate) fn holder(&self, cookies: &str, now: i64) -> Option<Holder> {
        let mut cookies = cookies.split(';').filter_map(|cookie| cookie.trim().split_once('='));
        let (_, session) = cookies.find(|(name, _)| *name == COOKIE)?;
        let (user_id, expires) = *self.sessions.get(session)?;
        (now < expires).then(|| by_key(user_id))
    }

    /// Who says his login and key in the query, as version 2 takes it.
    pub(crate) fn holder_by_query(
        &mut self,
        query: &Query,
        account: &Account,
        now: i64,
    ) -> Option<Holder> {
        let get = |one: &str, other: &str| query.get(one).or_else(|| query.get(other));
        let (login, key) = (get("login", "USER_LOGIN")?, get("api_key", "USER_HASH")?);
        self.user(login, key, account, now).ok().map(by_key)
    }

    /// Forgets who is logged in.
    pub(crate) fn log_out(&mut self) {
        self.sessions.clear();
    }
}

/// Somebody who came with his API key: all his rights apply.
fn by_key(user_id: i64) -> Holder {
    Holder { user_id, client_id: String::new(), scopes: all_scopes() }
}

/// Answers the login: JSON when it is asked for, otherwise XML.
pub(super) fn answer(
    body: &[u8],
    is_json: bool,
    logins: &mut Logins,
    account: &Account,
    now: i64,
) -> Reply {
    let fields = fields(body).unwrap_or_default();
    let get = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let user_id = match logins.user(get("USER_LOGIN"), get("USER_HASH"), account, now) {
        Ok(user_id) => user_id,
        Err(refusal) => return refusal.reply(is_json, now),
    };
    let session = jwt::hex(16);
    logins.sessions.insert(session.clone(), (user_id, now.saturating_add(SESSION)));
    let response = json!({
        "auth": true,
        "accounts": [{
            "id": account.id.to_string(),
            "name": account.name,
            "subdomain": account.subdomain(),
            "language": "ru",
            "timezone": "Europe/Moscow",
        }],
        "user": {"id": user_id.to_string(), "language": "ru"},
        "server_time": now,
    });
    let reply = print(StatusCode::OK, &response, is_json);
    match HeaderValue::try_from(format!("{COOKIE}={session}; path=/; HttpOnly")) {
        Ok(cookie) => reply.with_header(SET_COOKIE, cookie),
        Err(_) => reply,
    }
}

fn print(status: StatusCode, response: &Value, is_json: bool) -> Reply {
    if is_json {
        return Reply::json(status, &json!({"response": response}));
    }
    let mut page = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    element("response", response, &mut page);
    Reply::xml(status, page)
}

/// Items of a list are called `item`: how the real XML looks is a guess.
fn element(name: &str, value: &Value, page: &mut String) {
    // Writing into a String cannot fail.
    let _ = write!(page, "<{name}>");
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| element(name, value, page));
        }
        Value::Array(items) => items.iter().for_each(|item| element("item", item, page)),
        Value::String(text) => page.push_str(&super::consent::escaped(text)),
        Value::Null => {}
        other => page.push_str(&other.to_string()),
    }
    let _ = write!(page, "</{name}>");
}
