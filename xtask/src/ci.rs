//! `cargo xtask ci`: all that a change must pass, in the order in which a fault is cheapest to find.

use std::time::Instant;

use anyhow::Context as _;
use serde_json::Value;
use xshell::{Shell, cmd};

use crate::{codegen, tree};

pub(crate) fn run(sh: &Shell) -> anyhow::Result<()> {
    let steps: [(&str, Step); 13] = [
        ("formatting", |sh| Ok(cmd!(sh, "cargo fmt --all --check").run()?)),
        ("generated tables", |sh| codegen::run(sh, true)),
        ("OpenAPI description", |sh| codegen::openapi::run(sh, true)),
        ("dependencies", tree::check),
        ("clippy", |sh| {
            let all = ["--workspace", "--all-targets", "--all-features", "--locked"];
            Ok(cmd!(sh, "cargo clippy {all...} -- -D warnings").run()?)
        }),
        ("tests", tests),
        ("documentation tests", |sh| {
            Ok(cmd!(sh, "cargo test --quiet --doc --workspace --all-features --locked").run()?)
        }),
        ("documentation", |sh| {
            let _strict = sh.push_env("RUSTDOCFLAGS", "-D warnings");
            Ok(cmd!(sh, "cargo doc --workspace --no-deps --all-features --locked").run()?)
        }),
        ("each crate and feature alone", each_feature),
        ("each choice of TLS", each_tls),
        ("amo-core for WebAssembly", wasm),
        ("the fuzzer's lock file", |sh| {
            // The targets themselves need a C++ compiler to be checked, and half a minute.
            let fuzz = ["--manifest-path", "fuzz/Cargo.toml"];
            Ok(cmd!(sh, "cargo tree --quiet --locked {fuzz...}").ignore_stdout().run()?)
        }),
        ("licences, bans, sources", deny),
    ];
    let mut times = Vec::new();
    for (name, step) in steps {
        eprintln!("\n== {name}");
        let started = now();
        step(sh).with_context(|| format!("failed at: {name}"))?;
        times.push((name, started.elapsed().as_secs()));
    }
    eprintln!();
    for (name, seconds) in times {
        eprintln!("{seconds:>5} s  {name}");
    }
    eprintln!("cargo xtask ci: all passed");
    Ok(())
}

type Step = fn(&Shell) -> anyhow::Result<()>;

#[expect(clippy::disallowed_methods, reason = "reports how long each step took")]
fn now() -> Instant {
    Instant::now()
}

fn installed(sh: &Shell, tool: &str) -> bool {
    cmd!(sh, "cargo {tool} --version").quiet().ignore_stdout().ignore_stderr().run().is_ok()
}

fn tests(sh: &Shell) -> anyhow::Result<()> {
    let all = ["--workspace", "--all-features", "--locked"];
    if installed(sh, "nextest") {
        cmd!(sh, "cargo nextest run {all...} --status-level fail").run()?;
    } else {
        cmd!(sh, "cargo test --lib --bins --tests --examples {all...}").run()?;
    }
    Ok(())
}

fn deny(sh: &Shell) -> anyhow::Result<()> {
    if installed(sh, "deny") {
        cmd!(sh, "cargo deny --all-features check licenses bans sources").run()?;
    } else {
        eprintln!("cargo-deny is not installed: skipped");
    }
    Ok(())
}

/// No clock, thread or socket can hide in what builds for a machine that has none of them.
fn wasm(sh: &Shell) -> anyhow::Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let library = cmd!(sh, "rustc --print target-libdir --target {TARGET}").quiet().read()?;
    if std::path::Path::new(&library).is_dir() {
        cmd!(sh, "cargo check --locked -p amo-core --all-features --target {TARGET}").run()?;
    } else {
        eprintln!("the target {TARGET} is not installed: skipped");
    }
    Ok(())
}

/// What an https address meets, with each provider and set of roots, and without any.
fn each_tls(sh: &Shell) -> anyhow::Result<()> {
    let providers = ["tls-ring", "tls-aws-lc-rs"];
    let roots = ["roots-platform", "roots-webpki"];
    let pairs =
        providers.iter().flat_map(|provider| roots.map(|roots| format!("{provider},{roots}")));
    for features in pairs.chain(["client".to_owned()]) {
        let alone = ["--no-default-features", "--features", &features];
        cmd!(sh, "cargo test --quiet --locked -p amo-transport {alone...} --test tls").run()?;
    }
    Ok(())
}

/// Every published crate, with no default features and then with each feature alone.
fn each_feature(sh: &Shell) -> anyhow::Result<()> {
    let metadata =
        cmd!(sh, "cargo metadata --format-version 1 --no-deps --locked").quiet().read()?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    for package in packages.iter().filter(|package| package["publish"].is_null()) {
        let name = package["name"].as_str().context("a package without a name")?;
        cmd!(sh, "cargo clippy --quiet --locked -p {name} --no-default-features -- -D warnings")
            .run()?;
        let features = package["features"].as_object().context("a package without features")?;
        for feature in features.keys().filter(|feature| *feature != "default") {
            cmd!(
                sh,
                "cargo clippy --quiet --locked -p {name} --no-default-features --features {feature} -- -D warnings"
            )
            .run()?;
        }
    }
    Ok(())
}
