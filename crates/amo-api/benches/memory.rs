//! Whether the memory of a walk stays flat: the resident memory of the program that walks over 250,000 leads,
//! at 10 % and at 100 % of them, after a warm-up of 2 %.
//!
//! `cargo bench -p amo-api --bench memory`. The box runs in a process of its own, which is this program again.
//! Needs Linux, whose `/proc` tells how much a process holds.

#[allow(dead_code, reason = "it uses a part of it")]
mod common;

use std::fs;

use amo_transport::Unlimited;

use common::{Done, Server, is_the_box};

const LEADS: u64 = 250_000;

#[tokio::main]
async fn main() -> Done {
    if is_the_box().await? {
        return Ok(());
    }
    let server = Server::start(&[&format!("leads={LEADS}")])?;
    let client = server.client(Unlimited)?;
    let mut leads = client.leads().list().items().expecting(LEADS);
    let (mut count, mut most) = (0, 0.0_f64);
    let mut at = Vec::new();
    while let Some(lead) = leads.next().await {
        std::hint::black_box(lead?);
        count += 1;
        if count % 1_000 == 0 && count > LEADS / 50 {
            most = most.max(resident()?);
        }
        if [LEADS / 50, LEADS / 10, LEADS].contains(&count) {
            at.push(resident()?);
            println!("{count} leads: {:.1} MiB", resident()?);
        }
    }
    let [_, tenth, all] = at.as_slice() else {
        return Err(format!("only {count} leads came").into());
    };
    println!("from 10 % to 100 %: {:+.1} MiB, {most:.1} MiB at most", all - tenth);
    Ok(())
}

/// How many MiB this process holds.
fn resident() -> Done<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib / 1024.0)
}
