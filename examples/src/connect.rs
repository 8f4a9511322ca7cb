//! Where an example connects: to a sandbox of its own, or to the account that the environment names.

use std::env;

use amo_sandbox::{Sandbox, Server};

/// What an example works with.
#[derive(Debug)]
pub enum Connect {
    /// Nothing is set: a sandbox on loopback.
    Demo {
        /// The sandbox, for moving its calendar and reading its log.
        sandbox: Sandbox,
        /// Its server.
        server: Server,
    },
    /// The environment names a real account.
    Account {
        /// Its address.
        domain: String,
        /// How to get in.
        access: Access,
    },
}

/// How to get into a real account.
pub enum Access {
    /// `AMO_TOKEN`.
    LongLived(String),
    /// `AMO_CLIENT_ID`, `AMO_CLIENT_SECRET`, `AMO_REDIRECT_URI`, and `AMO_CODE` the first time.
    OAuth {
        /// The integration's id.
        client_id: String,
        /// Its secret.
        client_secret: String,
        /// Its redirect URI.
        redirect_uri: String,
        /// A code, until the token store has a grant.
        code: Option<String>,
    },
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::LongLived(_) => "LongLived",
            Self::OAuth { .. } => "OAuth",
        })
    }
}

/// Reads the environment; without any setting starts a sandbox with `contacts` people in it.
///
/// # Errors
/// One sentence that says which setting is missing, or why the sandbox did not start.
pub async fn connect(contacts: usize) -> Result<Connect, String> {
    let set = |name: &str| {
        env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    let oauth = ["AMO_CLIENT_ID", "AMO_CLIENT_SECRET", "AMO_REDIRECT_URI"];
    let named = ["AMO_TOKEN", "AMO_CODE"].into_iter().chain(oauth).find(|name| set(name).is_some());
    let Some(domain) = set("AMO_DOMAIN") else {
        return match named {
            Some(name) => Err(format!(
                "{name} is set but AMO_DOMAIN is not: set it to the account's address, such as example.amocrm.ru"
            )),
            None => demo(contacts).await,
        };
    };
    if let Some(token) = set("AMO_TOKEN") {
        return Ok(Connect::Account { domain, access: Access::LongLived(token) });
    }
    let missing: Vec<&str> = oauth.into_iter().filter(|name| set(name).is_none()).collect();
    match [set(oauth[0]), set(oauth[1]), set(oauth[2])] {
        [Some(client_id), Some(client_secret), Some(redirect_uri)] => {
            let access =
                Access::OAuth { client_id, client_secret, redirect_uri, code: set("AMO_CODE") };
            Ok(Connect::Account { domain, access })
        }
        [None, None, None] => Err(format!(
            "AMO_DOMAIN is set, but no way to authorise: set AMO_TOKEN to a long-lived token, or set {}",
            oauth.join(", ")
        )),
        _ => Err(format!("to authorise by OAuth 2.0, set {} too", missing.join(" and "))),
    }
}

async fn demo(contacts: usize) -> Result<Connect, String> {
    let sandbox = Sandbox::builder().contacts(contacts).leads(5).build();
    let server = sandbox
        .serve("127.0.0.1:0")
        .await
        .map_err(|error| format!("the sandbox cannot listen on 127.0.0.1: {error}"))?;
    Ok(Connect::Demo { sandbox, server })
}
