//! Bounds on what the crates pull in: compile time is a feature, and a layer must not know what it
//! should not.

use std::collections::BTreeSet;

use anyhow::ensure;
use xshell::{Shell, cmd};

/// The most packages that a crate with default features may bring, itself included.
const MOST: [(&str, usize); 2] = [("amocrm", 80), ("amo-core", 20)];

pub(crate) fn check(sh: &Shell) -> anyhow::Result<()> {
    for (package, most) in MOST {
        let tree = cmd!(sh, "cargo tree --locked -p {package} -e normal --prefix none --no-dedupe");
        let tree = tree.quiet().read()?;
        let packages: BTreeSet<&str> = tree.lines().collect();
        eprintln!("{package}: {} packages, at most {most}", packages.len());
        ensure!(packages.len() <= most, "{package} brings {} packages", packages.len());
    }
    let tree = cmd!(sh, "cargo tree --locked -p amo-api -e normal --prefix none --no-dedupe");
    let tree = tree.quiet().read()?;
    ensure!(
        !tree.lines().any(|line| line.starts_with("hyper ")),
        "amo-api must not depend on hyper unless asked to"
    );
    Ok(())
}
