//! How long it takes to create 10,000 contacts in batches of 250, at 7 requests a second and 300 ms for each
//! answer, beside the time that the limit itself takes; and the same with one request at a time.
//!
//! `cargo bench -p amo-api --bench import`. The box runs in a process of its own, which is this program
//! again.

use std::error::Error;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use amo_api::Client;
use amo_auth::{Clock as _, LongLived, SystemClock};
use amo_core::NewContact;
use amo_core::field::{EMAIL, PHONE};
use amo_sandbox::{RateLimit, Sandbox};
use amo_transport::SlidingLog;

type Done<T = ()> = Result<T, Box<dyn Error>>;

const CONTACTS: usize = 10_000;
const PER_REQUEST: usize = 250;
const PER_SECOND: usize = 7;
const LATENCY: Duration = Duration::from_millis(300);
/// What this program is told to be the box.
const BOX: &str = "the-box";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Done {
    if std::env::args().any(|argument| argument == BOX) {
        return be_the_box().await;
    }
    let limit = (CONTACTS.div_ceil(PER_REQUEST)) as f64 / PER_SECOND as f64;
    println!("{CONTACTS} contacts by {PER_REQUEST} at {PER_SECOND}/s take {limit:.2} s at least");
    for (name, concurrency) in [("several requests at a time", None), ("one at a time", Some(1))] {
        let server = Server::start()?;
        let client = server.client()?;
        let start = SystemClock.monotonic();
        let call = client.contacts().create_many((0..CONTACTS).map(contact));
        let call = call.per_request(PER_REQUEST);
        let batch = match concurrency {
            Some(requests) => call.concurrency(requests).await,
            None => call.await,
        };
        let took = SystemClock.monotonic().saturating_sub(start).as_secs_f64();
        if let Some((place, outcome)) = batch.failures().next() {
            return Err(format!("{place}: {outcome}").into());
        }
        let counts = client.counts();
        println!(
            "{name}: {} requests, {} of them repeated, {took:.2} s, {:.3} of the limit's own time",
            counts.requests,
            counts.retries,
            took / limit,
        );
    }
    Ok(())
}

fn contact(number: usize) -> NewContact {
    NewContact::new()
        .name(format!("Person {number}"))
        .add(PHONE, (format!("+7900{number:07}"), "MOB"))
        .add(EMAIL, (format!("person{number}@example.test"), "WORK"))
}

/// Serves until whoever started it is gone.
async fn be_the_box() -> Done {
    let sandbox = Sandbox::builder().rate_limit(RateLimit::PerSecond(7)).latency(LATENCY).build();
    let server = sandbox.serve("127.0.0.1:0").await?;
    println!("{}", server.base_url());
    println!("{}", sandbox.connection().long_lived_token);
    std::io::stdout().flush()?;
    let end = || std::io::stdin().read_to_end(&mut Vec::new());
    tokio::task::spawn_blocking(end).await??;
    Ok(())
}

/// The box in a process of its own, which ends with this.
struct Server {
    process: Child,
    address: String,
    token: String,
}

impl Server {
    fn start() -> Done<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(BOX).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn()?;
        let said = process.stdout.take().ok_or("the box says nothing")?;
        let mut lines = BufReader::new(said).lines();
        let mut line = || lines.next().ok_or("the box ended")?.map_err(Box::<dyn Error>::from);
        Ok(Self { address: line()?, token: line()?, process })
    }

    fn client(&self) -> Done<Client> {
        // One of its own: the second run must not wait for the first one's requests.
        let limiter = SlidingLog::new(SlidingLog::PER_SECOND, std::sync::Arc::new(SystemClock));
        let client =
            Client::builder(self.address.as_str()).auth(LongLived::new(self.token.clone()));
        Ok(client.rate_limiter(limiter).build()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // It has nothing to lose.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
