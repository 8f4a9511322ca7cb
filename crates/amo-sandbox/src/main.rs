//! `amo-sandbox`: the box behind a socket, from the command line.

mod cli;

use std::io::{self, Write as _};
use std::process::ExitCode;

use amo_sandbox::{Connection, Sandbox, Server};
use serde::Serialize;

use cli::{Command, Settings};

fn main() -> ExitCode {
    let settings = match cli::read(lexopt::Parser::from_env()) {
        Ok(Command::Serve(settings)) => settings,
        Ok(Command::Help) => return told(io::stdout().write_all(cli::HELP.as_bytes())),
        Err(error) => {
            // Nothing is left to do when even this cannot be written.
            let _ = writeln!(io::stderr(), "amo-sandbox: {error}; try --help");
            return ExitCode::from(2);
        }
    };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    told(runtime.and_then(|runtime| runtime.block_on(serve(&settings))))
}

fn told(result: io::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "amo-sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(settings: &Settings) -> io::Result<()> {
    let mut builder = Sandbox::builder()
        .contacts(settings.contacts)
        .leads(settings.leads)
        .companies(settings.companies)
        .customers(settings.customers)
        .catalog_elements(settings.catalog_elements)
        .seed(settings.seed)
        .language(settings.language)
        .rate_limit(settings.rate_limit)
        .latency(settings.latency)
        .api_filter(settings.api_filter)
        .duplicate_control(settings.duplicate_control);
    if let Some(mode) = settings.customers_mode {
        builder = builder.customers_mode(mode);
    }
    let sandbox = builder.build();
    let server = sandbox.serve(settings.listen.as_str()).await;
    let server = server
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", settings.listen)))?;
    introduce(&server, sandbox.connection(), settings.json)?;
    tokio::signal::ctrl_c().await?;
    server.shutdown().await;
    Ok(())
}

/// The one line of `--json`.
#[derive(Serialize)]
struct Introduction {
    address: String,
    #[serde(flatten)]
    connection: Connection,
}

fn introduce(server: &Server, connection: Connection, json: bool) -> io::Result<()> {
    let address = server.base_url();
    let mut out = io::stdout().lock();
    if json {
        serde_json::to_writer(&mut out, &Introduction { address, connection })?;
        writeln!(out)?;
    } else {
        let Connection { client_id, client_secret, redirect_uri, code, long_lived_token, .. } =
            connection;
        writeln!(
            out,
            "amoCRM in a box, stops on Ctrl-C.\n\n\
             address           {address}\n\
             client id         {client_id}\n\
             client secret     {client_secret}\n\
             redirect URI      {redirect_uri}\n\
             code              {code}\n\
             long-lived token  {long_lived_token}\n\n\
             The code works once and for 20 minutes; {address}/oauth?client_id={client_id} gives another one.\n\
             Try: curl -H \"Authorization: Bearer <long-lived token>\" {address}/api/v4/account"
        )?;
    }
    out.flush()
}
