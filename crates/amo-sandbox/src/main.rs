//! `amo-sandbox`: the box behind a socket, from the command line.

mod cli;
mod signals;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use amo_sandbox::{Connection, Sandbox, SandboxBuilder, Server};
use serde::Serialize;

use cli::{Command, Settings};
use signals::Signals;

/// So long requests that have arrived are waited for when it stops.
const LAST_ANSWERS: Duration = Duration::from_secs(10);

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
    told(runtime.and_then(|runtime| runtime.block_on(serve(*settings))))
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

async fn serve(settings: Settings) -> io::Result<()> {
    // Before anybody is told that it runs.
    let mut signals = Signals::catch()?;
    let sandbox = match &settings.state {
        None => settings.builder.build(),
        Some(path) => begun(settings.builder, path)
            .map_err(|error| said(&error, &format!("--state {}", path.display())))?,
    };
    // At once too, so that nobody works with the box and finds in the end that it cannot be kept.
    save(&sandbox, settings.state_out.as_deref())?;
    let listen = settings.listen.as_str();
    let server = start(&sandbox, listen, settings.tls).await;
    let server = server.map_err(|error| said(&error, &format!("--listen {listen}")))?;
    let certificate = match &settings.tls_cert_out {
        None => None,
        Some(path) => {
            write_certificate(&server, path)
                .map_err(|error| said(&error, &format!("--tls-cert-out {}", path.display())))?;
            Some(path.clone())
        }
    };
    let control = match &settings.control {
        None => None,
        Some(listen) => {
            let names = settings.control_hosts.iter();
            let control = names.fold(sandbox.control(), |control, name| control.allow_host(name));
            let control = control.serve(listen.as_str()).await;
            Some(control.map_err(|error| said(&error, &format!("--control {listen}")))?)
        }
    };
    let introduction = Introduction {
        address: server.base_url(),
        control: control.as_ref().map(Server::base_url),
        certificate,
        connection: sandbox.connection(),
    };
    introduction.print(settings.json)?;
    signals.next().await;
    let stop = async {
        server.shutdown_gracefully(LAST_ANSWERS).await;
        if let Some(control) = control {
            control.shutdown().await;
        }
    };
    if signals.or_next(stop).await { save(&sandbox, settings.state_out.as_deref()) } else { Ok(()) }
}

/// The box with the state of a file.
fn begun(builder: SandboxBuilder, path: &Path) -> io::Result<Sandbox> {
    let state = serde_json::from_slice(&std::fs::read(path)?)?;
    builder.build_from(state).map_err(io::Error::other)
}

fn save(sandbox: &Sandbox, path: Option<&Path>) -> io::Result<()> {
    let Some(path) = path else { return Ok(()) };
    // The error names the file.
    sandbox.save_state(path).map_err(|error| said(&io::Error::other(error), "--state-out"))
}

/// An error with what it is about.
fn said(error: &io::Error, what: &str) -> io::Error {
    io::Error::new(error.kind(), format!("{what}: {error}"))
}

async fn start(sandbox: &Sandbox, listen: &str, tls: bool) -> io::Result<Server> {
    #[cfg(feature = "tls")]
    if tls {
        return sandbox.serve_tls(listen).await;
    }
    // Without the feature the command line does not take the flag.
    let _ = tls;
    sandbox.serve(listen).await
}

/// A file that is there is replaced as a whole.
#[cfg(feature = "tls")]
fn write_certificate(server: &Server, path: &Path) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let new = PathBuf::from(name);
    std::fs::write(&new, server.certificate_pem().unwrap_or_default())?;
    std::fs::rename(&new, path)
}

#[cfg(not(feature = "tls"))]
fn write_certificate(_: &Server, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// How to connect; the one line of `--json`.
#[derive(Serialize)]
struct Introduction {
    address: String,
    /// Where the control API is, if it is served.
    control: Option<String>,
    /// The file with the certificate, if it was written.
    certificate: Option<PathBuf>,
    #[serde(flatten)]
    connection: Connection,
}

impl Introduction {
    fn print(&self, json: bool) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if json {
            serde_json::to_writer(&mut out, self)?;
            writeln!(out)?;
            return out.flush();
        }
        let Introduction { address, control, certificate, connection } = self;
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
             long-lived token  {long_lived_token}"
        )?;
        if let Some(control) = control {
            writeln!(out, "control           {control}")?;
        }
        if let Some(certificate) = certificate {
            writeln!(out, "certificate       {}", certificate.display())?;
        }
        writeln!(
            out,
            "\nThe code works once and for 20 minutes; {address}/oauth?client_id={client_id} gives \
             another one.\n\
             Try: curl -H \"Authorization: Bearer <long-lived token>\" {address}/api/v4/account"
        )?;
        out.flush()
    }
}
