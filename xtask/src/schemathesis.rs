//! `cargo xtask schemathesis`: the description of the API is held against a public validator, and
//! the box against the description by thousands of requests that schemathesis makes up from it. It
//! needs Python and its package index, and is no part of ci.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use xshell::{Shell, cmd};

/// What is installed, with its versions.
const REQUIREMENTS: &str = "xtask/schemathesis/requirements.txt";
/// What it is told.
const CONFIG: &str = "xtask/schemathesis/schemathesis.toml";
const DESCRIPTION: &str = "crates/amo-sandbox/openapi.json";

/// How long and by which seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Settings {
    seconds: u32,
    seed: u32,
}

pub(crate) fn run(sh: &Shell, arguments: &[&str]) -> anyhow::Result<()> {
    let settings = settings(arguments)?;
    let target = target(sh)?;
    let tools = tools(sh, &target)?;
    let validator = tools.join("openapi-spec-validator");
    cmd!(sh, "{validator} {DESCRIPTION}").run().context("the description is not valid")?;
    cmd!(sh, "cargo build --quiet --locked -p amo-sandbox").run()?;
    let program = target.join("debug/amo-sandbox");
    // Each mode of customers opens what the other closes, and whoever switches the mode closes both.
    let rounds =
        [("segments", &["--exclude-operation-id", "customers.set_mode"][..]), ("periodicity", &[])];
    let settings = Settings { seconds: settings.seconds.div_ceil(2), ..settings };
    for (customers, more) in rounds {
        eprintln!("== customers: {customers}");
        round(sh, &tools, &program, customers, settings, more)?;
    }
    Ok(())
}

fn round(
    sh: &Shell,
    tools: &Path,
    program: &Path,
    customers: &str,
    settings: Settings,
    more: &[&str],
) -> anyhow::Result<()> {
    let log = program.with_file_name("schemathesis-box.log");
    let mut sandbox = Sandbox::start(program, customers, &log)?;
    let found = attack(sh, tools, &sandbox, settings, more);
    let is_up = sandbox.child.try_wait().context("asking after the box")?.is_none();
    drop(sandbox);
    let said = fs::read_to_string(&log).unwrap_or_default();
    ensure!(is_up && !said.contains("panicked at"), "the box fell:\n{said}");
    found
}

/// `--max-time S`, `--seed N`.
fn settings(arguments: &[&str]) -> anyhow::Result<Settings> {
    let mut settings = Settings { seconds: 60, seed: 1 };
    for pair in arguments.chunks(2) {
        let (place, value) = match pair {
            ["--max-time", value] => (&mut settings.seconds, value),
            ["--seed", value] => (&mut settings.seed, value),
            ["--max-time" | "--seed"] => bail!("{} needs a number", pair[0]),
            _ => bail!("schemathesis takes --max-time SECONDS and --seed N, not `{}`", pair[0]),
        };
        *place =
            value.parse().with_context(|| format!("{} takes a number, not `{value}`", pair[0]))?;
    }
    ensure!(settings.seconds > 0, "--max-time is at least 1");
    Ok(settings)
}

fn target(sh: &Shell) -> anyhow::Result<PathBuf> {
    let metadata =
        cmd!(sh, "cargo metadata --format-version 1 --no-deps --locked").quiet().read()?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let target = metadata["target_directory"].as_str();
    Ok(PathBuf::from(target.context("cargo metadata names no target directory")?))
}

/// The directory of the programs, in an environment of Python's own below `target`. It is made once
/// and then only looked at.
fn tools(sh: &Shell, target: &Path) -> anyhow::Result<PathBuf> {
    let python = cmd!(sh, "python3 --version").quiet().ignore_stderr().read();
    python.context("python3 is needed; Debian has it in `python3` and `python3-venv`")?;
    let environment = target.join("schemathesis");
    let tools = environment.join("bin");
    if !tools.join("pip").exists() {
        cmd!(sh, "python3 -m venv --clear {environment}")
            .run()
            .context("python3 makes no virtual environment; Debian has that in `python3-venv`")?;
    }
    let pip = tools.join("pip");
    cmd!(sh, "{pip} install --quiet --disable-pip-version-check --requirement {REQUIREMENTS}")
        .run()
        .context("pip installs no schemathesis; does it reach PyPI?")?;
    Ok(tools)
}

fn attack(
    sh: &Shell,
    tools: &Path,
    sandbox: &Sandbox,
    settings: Settings,
    more: &[&str],
) -> anyhow::Result<()> {
    let Settings { seconds, seed } = settings;
    let (seconds, seed) = (seconds.to_string(), seed.to_string());
    let (address, program) = (&sandbox.address, tools.join("schemathesis"));
    let _token = sh.push_env("AMO_SANDBOX_TOKEN", &sandbox.token);
    let limits = ["--url", address, "--max-time", &seconds, "--seed", &seed];
    cmd!(sh, "{program} --config-file {CONFIG} run {address}/openapi.json {limits...} {more...}")
        .run()
        .with_context(|| {
            format!("what is described and what the box does differ (seed {seed}): see above")
        })
}

/// The box behind a socket, until it is dropped.
struct Sandbox {
    child: Child,
    address: String,
    token: String,
}

impl Sandbox {
    fn start(program: &Path, customers: &str, log: &Path) -> anyhow::Result<Self> {
        let errors = File::create(log).with_context(|| format!("creating {}", log.display()))?;
        let flags = "--json --listen 127.0.0.1:0 --rate-limit off --filters on --duplicates on \
            --contacts 30 --companies 10 --leads 30 --customers 10 --catalog-elements 10";
        let mut child = Command::new(program)
            .args(flags.split_whitespace())
            .args(["--customers-mode", customers])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .with_context(|| format!("starting {}", program.display()))?;
        let output = child.stdout.take();
        let mut sandbox = Self { child, address: String::new(), token: String::new() };
        let mut line = String::new();
        let output = output.context("the box has no output")?;
        BufReader::new(output).read_line(&mut line).context("reading what the box says")?;
        let said: Value = serde_json::from_str(&line).with_context(|| {
            let said = fs::read_to_string(log).unwrap_or_default();
            format!("the box does not say where it is: {}", said.trim())
        })?;
        let text = |name: &str| said[name].as_str().map(str::to_owned).context(name.to_owned());
        sandbox.address = text("address")?;
        sandbox.token = text("long_lived_token")?;
        Ok(sandbox)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It may have ended by itself, and nothing is left to do when it does not end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read_and_a_wrong_one_is_named() -> anyhow::Result<()> {
        assert_eq!(settings(&[])?, Settings { seconds: 60, seed: 1 });
        assert_eq!(
            settings(&["--seed", "7", "--max-time", "9"])?,
            Settings { seconds: 9, seed: 7 }
        );
        for (arguments, said) in [
            (&["--seed"][..], "--seed needs a number"),
            (&["--seed", "x"], "--seed takes a number, not `x`"),
            (&["--max-time", "0"], "--max-time is at least 1"),
            (&["--sead", "1"], "not `--sead`"),
        ] {
            let error = settings(arguments).err().map(|error| error.to_string());
            assert!(error.as_ref().is_some_and(|error| error.contains(said)), "{error:?}");
        }
        Ok(())
    }
}
