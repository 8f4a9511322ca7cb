//! How long a large account takes to be made, how much memory it needs, how long its first and its
//! last pages take in every order, and how long it takes to find what is asked for by name.
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
    let (_, events) = ask(&sandbox, &token, "/api/v4/events?limit=1", "").await?;
    let events: serde_json::Value = serde_json::from_slice(&events)?;
    let event = events["_embedded"]["events"][0]["id"].as_str().unwrap_or_default();
    let call =
        r#"[{"direction": "inbound", "duration": 1, "source": "x", "phone": "80000099999"}]"#;
    for (name, path, body) in [
        ("a call by its number", "/api/v4/calls", call),
        ("an event by its id", &format!("/api/v4/events/{event}"), ""),
        ("500 leads of version 2", &format!("/api/v2/leads?limit_offset={}", LEADS - 500), ""),
        ("500 leads of version 2 by a query", "/api/v2/leads?query=a", ""),
        ("tags", "/api/v4/leads/tags", ""),
    ] {
        let (first, _) = ask(&sandbox, &token, path, body).await?;
        let (again, _) = ask(&sandbox, &token, path, body).await?;
        println!("{name}: {first:.1?} at first, then {again:.1?}");
    }
    println!("with all that finds them: {} MiB", (ALLOCATED.current_usage() - before) >> 20);
    Ok(())
}

/// How long a page takes.
async fn page(
    sandbox: &Sandbox,
    token: &str,
    order: &str,
    number: usize,
) -> Result<Duration, Box<dyn std::error::Error>> {
    let path = format!("/api/v4/leads?limit={LIMIT}&page={number}&{order}");
    Ok(ask(sandbox, token, &path, "").await?.0)
}

/// How long an answer takes, and what it says; a POST if there is a body.
async fn ask(
    sandbox: &Sandbox,
    token: &str,
    path: &str,
    body: &str,
) -> Result<(Duration, Bytes), Box<dyn std::error::Error>> {
    let request = Request::builder()
        .method(if body.is_empty() { "GET" } else { "POST" })
        .uri(format!("https://demo.amocrm.ru{path}"))
        .header("authorization", format!("Bearer {token}"))
        .body(Full::<Bytes>::from(body.to_owned()))?;
    let start = now();
    let answer = sandbox.service().call(request).await?;
    assert_eq!(answer.status(), StatusCode::OK, "what is measured succeeds");
    let body = answer.into_body().collect().await?.to_bytes();
    Ok((start.elapsed(), body))
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn now() -> Instant {
    Instant::now()
}
