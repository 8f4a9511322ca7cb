//! Step 1: authorise once, come back from the store, and let the token be refreshed.

use std::path::Path;
use std::time::Duration;

use amo_sandbox::{Connection, Sandbox};
use amocrm::auth::clock::ShiftedClock;
use amocrm::{Client, ClientBuilder, FileStore, LongLived, OAuth, SlidingLog};
use examples::{Access, Report};

use super::Outcome;

fn oauth(connection: &Connection, tokens: &Path) -> OAuth {
    let Connection { client_id, client_secret, redirect_uri, .. } = connection;
    OAuth::new(client_id, client_secret, redirect_uri).store(FileStore::new(tokens))
}

fn client(
    connection: &Connection,
    address: &str,
    tokens: &Path,
    clock: &ShiftedClock,
) -> Outcome<Client> {
    // With a clock of its own a client would get a limiter of its own too; here both share one, as all
    // clients of a program do unless told otherwise.
    Ok(Client::builder(address)
        .auth(oauth(connection, tokens))
        .clock(clock.clone())
        .rate_limiter(SlidingLog::shared())
        .build()?)
}

/// Exchanges the code; the tokens go to a file.
pub(crate) async fn first(
    report: &mut Report,
    connection: &Connection,
    address: &str,
    tokens: &Path,
    clock: &ShiftedClock,
) -> Outcome<Client> {
    report.step("Authorise");
    let client = client(connection, address, tokens, clock)?;
    client.authorize(connection.code.as_str()).await?;
    report.line("code exchanged, stored in", file_name(tokens)?);
    Ok(client)
}

/// A second client knows nothing but the store.
pub(crate) async fn again(
    report: &Report,
    connection: &Connection,
    address: &str,
    tokens: &Path,
    clock: &ShiftedClock,
) -> Outcome<Client> {
    let client = client(connection, address, tokens, clock)?;
    let account = client.account().await?;
    report.line("a second client, from there", account.name.unwrap_or_default());
    Ok(client)
}

/// The access token lives for a day: the next call after that refreshes it.
pub(crate) async fn tomorrow(
    report: &Report,
    client: &Client,
    sandbox: &Sandbox,
    clock: &ShiftedClock,
    tokens: &Path,
) -> Outcome {
    let before = std::fs::read(tokens.join(file_name(tokens)?))?;
    let day = Duration::from_secs(25 * 3_600);
    sandbox.calendar().advance(day);
    clock.advance(day);
    let requests = client.counts().token_requests;
    client.account().await?;
    let refreshes = client.counts().token_requests - requests;
    let after = std::fs::read(tokens.join(file_name(tokens)?))?;
    report.line("25 hours later, refreshes", refreshes);
    report.line("the store has a new pair", if before == after { "no" } else { "yes" });
    Ok(())
}

fn file_name(tokens: &Path) -> Outcome<String> {
    for entry in std::fs::read_dir(tokens)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json")
            && let Some(name) = path.file_name()
        {
            return Ok(name.to_string_lossy().into_owned());
        }
    }
    Err("the token store is empty".into())
}

/// A real account, by whatever the environment gives.
pub(crate) async fn account(
    report: &mut Report,
    builder: ClientBuilder,
    access: Access,
) -> Outcome<Client> {
    report.step("Authorise");
    match access {
        Access::LongLived(token) => {
            report.line("with", "a long-lived token");
            Ok(builder.auth(LongLived::new(token)).build()?)
        }
        Access::OAuth { client_id, client_secret, redirect_uri, code } => {
            let store = FileStore::new("tokens");
            let client = builder
                .auth(OAuth::new(client_id, client_secret, redirect_uri).store(store))
                .build()?;
            match (client.account().await, code) {
                (Ok(_), _) => report.line("with", "the grant in ./tokens"),
                (Err(error), Some(code)) if error.authorise_again() => {
                    client.authorize(code).await?;
                    report.line("with", "the code; the grant is in ./tokens now");
                }
                (Err(error), None) if error.authorise_again() => {
                    return Err(
                        format!("{error}; set AMO_CODE to a fresh authorisation code").into()
                    );
                }
                (Err(error), _) => return Err(error.into()),
            }
            Ok(client)
        }
    }
}
