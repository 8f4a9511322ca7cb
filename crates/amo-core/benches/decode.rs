//! How long a page of leads takes to decode, against the same bytes as JSON without types; and a
//! webhook, against splitting its form.
//!
//! `cargo bench -p amo-core --bench decode`. The two sides take turns within one run, so that
//! their ratio holds on a machine that does other things too; the medians are compared.

mod common;

use std::hint::black_box;
use std::time::{Duration, Instant};

use amo_core::webhook::Hook;
use amo_core::{Lead, Page};
use common::{Text, page};
use serde_json::Value;

const ROUNDS: usize = 300;

fn main() {
    for (name, text) in [("raw", Text::Raw), ("\\uXXXX", Text::Escaped)] {
        let page = page(text);
        let leads = || Page::<Lead>::from_slice("leads", black_box(page.as_bytes())).is_ok();
        let value = || serde_json::from_slice::<Value>(black_box(page.as_bytes())).is_ok();
        compare(&format!("250 leads, {name}, {} KB", page.len() / 1024), leads, value);
    }
    let hook = hook();
    let parse = || Hook::parse(black_box(hook.as_bytes())).is_ok();
    let split = || form_urlencoded::parse(black_box(hook.as_bytes())).count() > 0;
    compare(&format!("webhook of 20 leads, {} KB", hook.len() / 1024), parse, split);
}

/// A webhook that reports on 20 leads with 10 custom fields each.
fn hook() -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    for index in 0..20 {
        let lead = format!("leads[update][{index}]");
        pairs
            .append_pair(&format!("{lead}[id]"), "4000001")
            .append_pair(&format!("{lead}[name]"), "Сделка по заявке с сайта")
            .append_pair(&format!("{lead}[status_id]"), "142")
            .append_pair(&format!("{lead}[pipeline_id]"), "3177727")
            .append_pair(&format!("{lead}[price]"), "1500")
            .append_pair(&format!("{lead}[responsible_user_id]"), "504141")
            .append_pair(&format!("{lead}[created_at]"), "1608905348");
        for field in 0..10 {
            let field = format!("{lead}[custom_fields][{field}]");
            pairs
                .append_pair(&format!("{field}[id]"), "70001")
                .append_pair(&format!("{field}[name]"), "Комментарий клиента")
                .append_pair(&format!("{field}[values][0][value]"), "Перезвонить после обеда");
        }
    }
    pairs.append_pair("account[id]", "28805383").append_pair("account[subdomain]", "demo").finish()
}

/// Prints the medians of both and their ratio.
fn compare(name: &str, ours: impl Fn() -> bool, plain: impl Fn() -> bool) {
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        times[0].push(time(&ours));
        times[1].push(time(&plain));
    }
    let [ours, plain] = times.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    });
    let ratio = ours.as_secs_f64() / plain.as_secs_f64();
    println!("{name}: {ours:?} against {plain:?}, ratio {ratio:.2}");
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn time(work: impl Fn() -> bool) -> Duration {
    let start = Instant::now();
    let done = work();
    let taken = start.elapsed();
    assert!(done, "what is measured succeeds");
    taken
}
