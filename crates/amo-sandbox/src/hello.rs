//! What the binary says when it runs: how to connect.

use std::io::{self, Write as _};
use std::path::PathBuf;

use amo_sandbox::{Accounts, Connection, Sandbox};
use serde::Serialize;

/// How to connect; the one line of `--json`.
#[derive(Serialize)]
pub(crate) struct Introduction {
    address: String,
    /// Where the control API is, if it is served.
    control: Option<String>,
    /// The file with the certificate, if it was written.
    certificate: Option<PathBuf>,
    #[serde(flatten)]
    connections: Connections,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Connections {
    One(Box<Connection>),
    Several { accounts: Vec<Account> },
}

/// One of several accounts.
#[derive(Serialize)]
struct Account {
    account_id: i64,
    #[serde(flatten)]
    connection: Connection,
}

impl Introduction {
    /// For the account itself, or for a list of them if they were asked for by name.
    pub(crate) fn new(
        accounts: &Accounts,
        is_list: bool,
        address: String,
        control: Option<String>,
        certificate: Option<PathBuf>,
    ) -> Self {
        let connections = match accounts.all() {
            [only] if !is_list => Connections::One(Box::new(only.connection())),
            all => Connections::Several { accounts: all.iter().map(Account::of).collect() },
        };
        Introduction { address, control, certificate, connections }
    }

    pub(crate) fn print(&self, json: bool) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if json {
            serde_json::to_writer(&mut out, self)?;
            writeln!(out)?;
            return out.flush();
        }
        let Introduction { address, control, certificate, connections } = self;
        writeln!(out, "amoCRM in a box, stops on Ctrl-C.\n\naddress           {address}")?;
        if let Some(control) = control {
            writeln!(out, "control           {control}")?;
        }
        if let Some(certificate) = certificate {
            writeln!(out, "certificate       {}", certificate.display())?;
        }
        let (first, host) = match connections {
            Connections::One(connection) => (&**connection, String::new()),
            Connections::Several { accounts } => {
                // There is always one: it has a name.
                let Some(Account { connection, .. }) = accounts.first() else { return Ok(()) };
                (connection, format!("-H \"Host: {}\" ", connection.domain))
            }
        };
        let Connection { client_id, client_secret, redirect_uri, .. } = first;
        writeln!(
            out,
            "client id         {client_id}\n\
             client secret     {client_secret}\n\
             redirect URI      {redirect_uri}"
        )?;
        match connections {
            Connections::One(connection) => tokens(&mut out, connection)?,
            Connections::Several { accounts } => {
                for Account { account_id, connection } in accounts {
                    writeln!(out, "\naccount           {account_id} at {}", connection.domain)?;
                    tokens(&mut out, connection)?;
                }
            }
        }
        writeln!(
            out,
            "\nA code works once and for 20 minutes; {address}/oauth?client_id={client_id} gives \
             another one.\n\
             Try: curl {host}-H \"Authorization: Bearer <long-lived token>\" {address}/api/v4/account"
        )?;
        out.flush()
    }
}

impl Account {
    fn of(sandbox: &Sandbox) -> Self {
        Account { account_id: sandbox.account_id(), connection: sandbox.connection() }
    }
}

fn tokens(out: &mut impl io::Write, connection: &Connection) -> io::Result<()> {
    let Connection { code, long_lived_token, .. } = connection;
    writeln!(out, "code              {code}\nlong-lived token  {long_lived_token}")
}
