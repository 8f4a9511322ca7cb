//! How long a large account takes to be made, how much memory it needs, and how long its first and
//! its last pages take in every order.
//!
//! `cargo bench -p amo-sandbox --bench million`. The counting of memory costs a little of the time.

use std::time::{Duration, Instant};

use amo_sandbox::{RateLimit, Sandbox};
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use peak_alloc::PeakAlloc;
use tower_service::Service;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

const LEADS: usize = 1_000_000;
const OTHERS: usize = 100_000;
const LIMIT: usize = 250;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let before = ALLOCATED.current_usage();
    let start = now();
    let sandbox = Sandbox::builder()
        .leads(LEADS)
        .contacts(OTHERS)
        .companies(OTHERS)
        .rate_limit(RateLimit::Off)
        .build();
    let made_in = start.elapsed();
    let settled = ALLOCATED.current_usage() - before;
    println!(
        "{LEADS} leads, {OTHERS} contacts and {OTHERS} companies: made in {made_in:.1?}, {} MiB, {} bytes each, {} MiB at the peak",
        settled >> 20,
        settled / (LEADS + 2 * OTHERS),
        ALLOCATED.peak_usage() >> 20,
    );
    let token = sandbox.connection().long_lived_token;
    let last = LEADS / LIMIT;
    for order in ["", "order[id]=desc", "order[created_at]=asc", "order[updated_at]=desc"] {
        // The first request in an order may have to prepare it.
        let first = page(&sandbox, &token, order, 1).await?;
        let mut times = Vec::new();
        for number in [1, last / 2, last] {
            let mut rounds = Vec::new();
            for _ in 0..21 {
                rounds.push(page(&sandbox, &token, order, number).await?);
            }
            rounds.sort();
            times.push(rounds[rounds.len() / 2]);
        }
        let name = if order.is_empty() { "no order" } else { order };
        println!(
            "{name}: {first:.1?} at first, then {:.1?} for page 1, {:.1?} for page {}, {:.1?} for page {last}",
            times[0],
            times[1],
            last / 2,
            times[2],
        );
    }
    println!("with all orders in use: {} MiB", (ALLOCATED.current_usage() - before) >> 20);
    Ok(())
}

/// How long a page takes.
async fn page(
    sandbox: &Sandbox,
    token: &str,
    order: &str,
    number: usize,
) -> Result<Duration, Box<dyn std::error::Error>> {
    let url = format!("https://demo.amocrm.ru/api/v4/leads?limit={LIMIT}&page={number}&{order}");
    let request = Request::get(url)
        .header("authorization", format!("Bearer {token}"))
        .body(Full::<Bytes>::default())?;
    let start = now();
    let answer = sandbox.service().call(request).await?;
    assert_eq!(answer.status(), StatusCode::OK, "what is measured succeeds");
    answer.into_body().collect().await?;
    Ok(start.elapsed())
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn now() -> Instant {
    Instant::now()
}
