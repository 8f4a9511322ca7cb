//! The whole way of a first integration: authorise, look around, create, change, write many, link, walk,
//! and go on when the server refuses.
//!
//! ```text
//! cargo run --example quickstart              # against a sandbox that it starts itself
//! AMO_DOMAIN=example.amocrm.ru AMO_TOKEN=... cargo run --example quickstart            # reads only
//! AMO_DOMAIN=example.amocrm.ru AMO_TOKEN=... cargo run --example quickstart -- --write # writes too
//! ```
//!
//! `RUST_LOG=debug` shows every request.

mod authorise;
mod faults;
mod read;
mod write;

use std::process::ExitCode;

use amocrm::auth::clock::ShiftedClock;
use amocrm::{Client, SlidingLog};
use examples::{Access, Connect, Report, connect};

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// So many contacts are there before the quickstart adds its own.
pub(crate) const CONTACTS: usize = 30;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::from_default_env();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("quickstart: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Outcome {
    let mut writes = false;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--write" => writes = true,
            other => {
                return Err(format!("`{other}` is not known; the only option is --write").into());
            }
        }
    }
    match connect(CONTACTS).await? {
        Connect::Demo { sandbox, server } => demo(&sandbox, &server.base_url()).await,
        Connect::Account { domain, access } => account(&domain, access, writes).await,
    }
}

/// Everything, against the sandbox.
pub(crate) async fn demo(sandbox: &amo_sandbox::Sandbox, address: &str) -> Outcome {
    let mut report = Report::default();
    report.text(format_args!("A sandbox listens on {address}; nothing leaves this machine."));

    // The calendar of the client, so that it can see tomorrow together with the sandbox.
    let clock = ShiftedClock::new();
    let directory = tempfile::tempdir()?;
    let connection = sandbox.connection();
    let client =
        authorise::first(&mut report, &connection, address, directory.path(), &clock).await?;
    let second = authorise::again(&report, &connection, address, directory.path(), &clock).await?;
    authorise::tomorrow(&report, &client, sandbox, &clock, directory.path()).await?;

    read::account(&mut report, &client).await?;
    let contact = write::create(&mut report, &client).await?;
    write::change(&mut report, &client, contact).await?;
    write::create_many(&mut report, &client).await?;
    write::link(&mut report, &client).await?;
    read::walk(&mut report, &client).await?;
    faults::go_on(&mut report, &client, sandbox, &clock).await?;

    client.close().await;
    second.close().await;
    report.step("Sum");
    let (counts, others) = (client.counts(), second.counts());
    report.text(format_args!(
        "   requests {}, refreshes {}, retries {}, most requests in one second {}",
        counts.requests + others.requests,
        // The first request of the token endpoint exchanged the code.
        counts.token_requests + others.token_requests - 1,
        counts.retries + others.retries,
        sandbox.log().peak_per_second(),
    ));
    Ok(())
}

/// The reading part, and with `--write` the writing part, against a real account.
async fn account(domain: &str, access: Access, writes: bool) -> Outcome {
    let mut report = Report::default();
    let builder = Client::builder(domain).rate_limiter(SlidingLog::shared());
    let client = authorise::account(&mut report, builder, access).await?;
    read::account(&mut report, &client).await?;
    if writes {
        let contact = write::create(&mut report, &client).await?;
        write::change(&mut report, &client, contact).await?;
        write::create_many(&mut report, &client).await?;
        write::link(&mut report, &client).await?;
    }
    read::walk(&mut report, &client).await?;
    client.close().await;
    report.step("Sum");
    let counts = client.counts();
    report.text(format_args!(
        "   requests {}, token requests {}, retries {}",
        counts.requests, counts.token_requests, counts.retries
    ));
    Ok(())
}
