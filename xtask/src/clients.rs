//! Other people's clients against the box: `cargo xtask clients [NAME...]`. It is no part of ci, since
//! it needs the package registries, Node and Python.

mod packages;
mod stage;

use anyhow::{Context as _, bail, ensure};
use indexmap::IndexMap;
use serde::Deserialize;
use xshell::{Shell, cmd};

use stage::{Over, Stage};

const FOLDER: &str = "crates/amo-sandbox/clients";

/// What `clients.toml` says of a client.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Client {
    package: String,
    run: String,
    over: Vec<Over>,
}

/// A line of the table.
struct Row {
    name: String,
    version: String,
    over: Over,
    /// The steps that went well, in order, and whether the script ended well.
    steps: Vec<String>,
    ok: bool,
}

pub(crate) fn run(sh: &Shell, names: &[&str]) -> anyhow::Result<()> {
    let clients: IndexMap<String, Client> =
        toml::from_str(&sh.read_file(format!("{FOLDER}/clients.toml"))?).context("clients.toml")?;
    if let Some(unknown) = names.iter().find(|name| !clients.contains_key(**name)) {
        let known: Vec<&str> = clients.keys().map(String::as_str).collect();
        bail!("no client is called `{unknown}`; there are {}", known.join(", "));
    }
    cmd!(sh, "cargo build --locked --quiet -p amo-sandbox").run()?;
    let target = packages::target(sh)?;
    let mut rows = Vec::new();
    for (name, client) in &clients {
        if !names.is_empty() && !names.contains(&name.as_str()) {
            continue;
        }
        let runner = packages::install(sh, &target, name, &client.run)?;
        let version = packages::version(sh, name, &client.package)?;
        for over in &client.over {
            // A box of its own for each: what one client writes, another would read.
            let stage = Stage::open(sh, &target)?;
            let (steps, ok) = stage.play(sh, &runner, *over)?;
            rows.push(Row { name: name.clone(), version: version.clone(), over: *over, steps, ok });
        }
    }
    print!("{}", table(&rows));
    let failed = rows.iter().filter(|row| !row.ok).count();
    ensure!(failed == 0, "{failed} of {} runs failed", rows.len());
    Ok(())
}

fn table(rows: &[Row]) -> String {
    let line = |name: &str, version: &str, over: &str, ok: &str, steps: &str| {
        format!("{name:<20} {version:<8} {over:<6} {ok:<7} {steps}\n")
    };
    let mut text = line("client", "version", "over", "", "exercised");
    text.extend(rows.iter().map(|row| {
        let ok = if row.ok { "ok" } else { "FAILED" };
        line(&row.name, &row.version, row.over.name(), ok, &row.steps.join(", "))
    }));
    text
}
