//! `amo-sandbox`: the box behind a socket, from the command line.

mod boxes;
mod cli;
mod hello;
mod signals;

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use amo_sandbox::{Accounts, Server};

use boxes::Boxes;
use cli::{Command, Settings};
use hello::Introduction;
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
    let boxes = Boxes::begin(&settings)?;
    let listen = settings.listen.as_str();
    let server = start(&boxes.accounts, listen, settings.tls).await;
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
            let control =
                names.fold(boxes.accounts.control(), |control, name| control.allow_host(name));
            let control = control.serve(listen.as_str()).await;
            Some(control.map_err(|error| said(&error, &format!("--control {listen}")))?)
        }
    };
    let introduction = Introduction::new(
        &boxes.accounts,
        !settings.accounts.is_empty(),
        server.base_url(),
        control.as_ref().map(Server::base_url),
        certificate,
    );
    introduction.print(settings.json)?;
    signals.next().await;
    let stop = async {
        server.shutdown_gracefully(LAST_ANSWERS).await;
        if let Some(control) = control {
            control.shutdown().await;
        }
    };
    if signals.or_next(stop).await { boxes.keep() } else { Ok(()) }
}

/// An error with what it is about.
fn said(error: &io::Error, what: &str) -> io::Error {
    io::Error::new(error.kind(), format!("{what}: {error}"))
}

async fn start(accounts: &Accounts, listen: &str, tls: bool) -> io::Result<Server> {
    #[cfg(feature = "tls")]
    if tls {
        return accounts.serve_tls(listen).await;
    }
    // Without the feature the command line does not take the flag.
    let _ = tls;
    accounts.serve(listen).await
}

/// A file that is there is replaced as a whole.
#[cfg(feature = "tls")]
fn write_certificate(server: &Server, path: &Path) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let new = Path::new(&name);
    std::fs::write(new, server.certificate_pem().unwrap_or_default())?;
    std::fs::rename(new, path)
}

#[cfg(not(feature = "tls"))]
fn write_certificate(_: &Server, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
