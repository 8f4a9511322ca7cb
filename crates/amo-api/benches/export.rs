//! How fast a list comes out: beside the time that the limit itself takes, and beside a bare loop that knows
//! nothing of leads.
//!
//! `cargo bench -p amo-api --bench export`. The box runs in a process of its own, which is this program again.
//! What is to be compared takes turns within one run. Needs Linux, whose `/proc` tells how long a process
//! has computed.

mod common;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use amo_auth::{Clock as _, SystemClock};
use amo_core::{Lead, Page};
use amo_transport::{SlidingLog, Unlimited};
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Empty};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use common::{Done, Server, computing, is_the_box};

const PER_PAGE: u64 = 250;
const PER_SECOND: u64 = 7;
/// Of the walk under the limit.
const PAGES: u64 = 70;
/// Of the walk without one.
const RICH_PAGES: u64 = 100;
const ROUNDS: usize = 5;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Done {
    if is_the_box().await? {
        return Ok(());
    }
    under_the_limit().await?;
    without_a_limit().await
}

async fn under_the_limit() -> Done {
    let limit = PAGES as f64 / PER_SECOND as f64;
    println!(
        "{PAGES} pages of {PER_PAGE} leads, 300 ms for an answer, {PER_SECOND} requests a second: {limit:.1} s"
    );
    for (name, ahead) in [("pages ahead", None), ("one page at a time", Some(0))] {
        let leads = format!("leads={}", PAGES * PER_PAGE);
        let server = Server::start(&[&leads, "latency=300", "rate=7"])?;
        // One of its own: the second walk must not wait for the first one's requests.
        let client =
            server.client(SlidingLog::new(SlidingLog::PER_SECOND, Arc::new(SystemClock)))?;
        let mut pages = client.leads().list().pages();
        if let Some(ahead) = ahead {
            pages = pages.ahead(ahead);
        }
        let start = SystemClock.monotonic();
        let mut leads = 0;
        while let Some(page) = pages.next().await {
            leads += page?.items.len() as u64;
        }
        let took = SystemClock.monotonic().saturating_sub(start).as_secs_f64();
        if leads != PAGES * PER_PAGE {
            return Err(format!("{leads} leads came").into());
        }
        let requests = pages.progress().requests;
        println!(
            "{name}: {took:.2} s, {:.3} of the limit's own time, {requests} requests",
            took / limit
        );
    }
    Ok(())
}

/// How long something took, and how long it computed.
type Cost = (Duration, Duration);

async fn without_a_limit() -> Done {
    let server = Server::start(&[&format!("rich={}", RICH_PAGES * PER_PAGE)])?;
    let client = server.client(Unlimited)?;
    let (mut ours, mut bare, mut bytes) = (Vec::new(), Vec::new(), 0);
    let mut decoding = Vec::new();
    for round in 0..=ROUNDS {
        let our = walk(&client).await?;
        let (their, length, page) = loop_over(&server).await?;
        decoding.push(decode(&page)?);
        // In the first round the box writes what it keeps from then on.
        if round > 0 {
            ours.push(our);
            bare.push(their);
            bytes = length;
        }
    }
    let mib = bytes as f64 / 1024.0 / 1024.0;
    println!(
        "{RICH_PAGES} pages of {PER_PAGE} leads with 10 custom fields, {mib:.1} MiB, no limit, no latency:"
    );
    let (ours, bare) = (median(ours), median(bare));
    for (name, (took, computed)) in [("our walk", ours), ("a bare loop", bare)] {
        let rate = (RICH_PAGES * PER_PAGE) as f64 / took.as_secs_f64();
        println!(
            "{name}: {rate:.0} leads/s, {:.3} s, {:.3} s of CPU",
            took.as_secs_f64(),
            computed.as_secs_f64()
        );
    }
    let decoding = median(decoding).1.as_secs_f64();
    println!("decoding alone: {decoding:.3} s of CPU");
    println!("CPU of ours to the bare loop's: {:.2}", ours.1.as_secs_f64() / bare.1.as_secs_f64());
    Ok(())
}

fn median(mut costs: Vec<Cost>) -> Cost {
    costs.sort_unstable_by_key(|cost| cost.1);
    costs.swap_remove(costs.len() / 2)
}

async fn walk(client: &amo_api::Client) -> Done<Cost> {
    let (start, computed) = (SystemClock.monotonic(), computing()?);
    let mut leads = client.leads().list().items();
    let mut count = 0;
    while let Some(lead) = leads.next().await {
        black_box(lead?);
        count += 1;
    }
    if count != RICH_PAGES * PER_PAGE {
        return Err(format!("{count} leads came").into());
    }
    Ok((SystemClock.monotonic().saturating_sub(start), computing()?.saturating_sub(computed)))
}

/// Asks one page after another over one connection and reads each as JSON without types.
async fn loop_over(server: &Server) -> Done<(Cost, u64, Bytes)> {
    let host = server.address.strip_prefix("http://").ok_or("the box speaks http")?;
    let stream = TcpStream::connect(host).await?;
    stream.set_nodelay(true)?;
    let (mut connection, driver): (SendRequest<Empty<Bytes>>, _) =
        handshake(TokioIo::new(stream)).await?;
    tokio::spawn(driver);
    let (start, computed, mut bytes) = (SystemClock.monotonic(), computing()?, 0);
    let mut last = Bytes::new();
    for page in 1..=RICH_PAGES {
        let request = Request::get(format!("/api/v4/leads?limit={PER_PAGE}&page={page}"))
            .header("host", host)
            .header("authorization", format!("Bearer {}", server.token))
            .body(Empty::new())?;
        connection.ready().await?;
        let body = connection.send_request(request).await?.into_body().collect().await?.to_bytes();
        bytes += body.len() as u64;
        let page: Value = serde_json::from_slice(&body)?;
        let leads = page["_embedded"]["leads"].as_array().map_or(0, Vec::len) as u64;
        if leads != PER_PAGE {
            return Err(format!("{leads} leads on a page").into());
        }
        last = body;
    }
    let took = SystemClock.monotonic().saturating_sub(start);
    Ok(((took, computing()?.saturating_sub(computed)), bytes, last))
}

/// As many pages as of the walk, of bytes that are there.
fn decode(page: &Bytes) -> Done<Cost> {
    let (start, computed) = (SystemClock.monotonic(), computing()?);
    for _ in 0..RICH_PAGES {
        black_box(Page::<Lead>::from_slice("leads", black_box(page))?);
    }
    Ok((SystemClock.monotonic().saturating_sub(start), computing()?.saturating_sub(computed)))
}
