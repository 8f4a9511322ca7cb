//! How long amo-core takes to build from nothing, next to its dependencies: `cargo xtask
//! cold-build`. It is no part of ci, since a time depends on the machine; the ratio hardly does.

use anyhow::{Context as _, ensure};
use xshell::{Shell, cmd};

/// The most that a cold build may take, as a multiple of the dependencies' part of it.
const MOST: f64 = 3.0;

pub(crate) fn report(sh: &Shell) -> anyhow::Result<()> {
    cmd!(sh, "cargo fetch --quiet --locked").run()?;
    // As for whoever depends on a published amo-core.
    let _plain = sh.push_env("CARGO_INCREMENTAL", "0");
    let mut slow = Vec::new();
    for profile in ["dev", "release"] {
        let ratio = measure(sh, profile)?;
        if ratio > MOST {
            slow.push(format!("{ratio:.2} ({profile})"));
        }
    }
    ensure!(slow.is_empty(), "more than {MOST} times the dependencies: {}", slow.join(", "));
    Ok(())
}

/// Builds in a directory of its own, prints the CPU seconds and returns the ratio.
fn measure(sh: &Shell, profile: &str) -> anyhow::Result<f64> {
    let directory = sh.create_temp_dir()?;
    let target = directory.path();
    let package = ["-p", "amo-core", "--locked", "--quiet", "--profile", profile];
    let build = cmd!(sh, "cargo build {package...} --target-dir {target}").to_string();
    let total = cpu_seconds(sh, &build)?;
    cmd!(sh, "cargo clean {package...} --target-dir {target}").quiet().run()?;
    let own = cpu_seconds(sh, &build)?;
    let dependencies = total - own;
    ensure!(dependencies > 0.0, "{profile}: {total} s for all and {own} s for amo-core alone");
    let ratio = total / dependencies;
    println!(
        "{profile}: {total:.1} CPU seconds = {dependencies:.1} for dependencies + {own:.1} for \
         amo-core; {ratio:.2} times the dependencies, at most {MOST}"
    );
    Ok(ratio)
}

/// What a command takes, with all that it starts: the builtin `times` of POSIX shells has it.
fn cpu_seconds(sh: &Shell, command: &str) -> anyhow::Result<f64> {
    let script = format!("LC_ALL=C; {command} && times");
    let times = cmd!(sh, "sh -c {script}").quiet().read()?;
    // The second line is of the children: `1m2.5s 0m0.3s`, user and system.
    let children = times.lines().nth(1).unwrap_or_default();
    let parts: Option<Vec<f64>> = children.split_whitespace().map(seconds).collect();
    let parts = parts.filter(|parts| parts.len() == 2);
    Ok(parts.with_context(|| format!("`times` says {times:?}"))?.iter().sum())
}

fn seconds(time: &str) -> Option<f64> {
    let (minutes, seconds) = time.strip_suffix('s')?.split_once('m')?;
    Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.parse::<f64>().ok()?)
}
