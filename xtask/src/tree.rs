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
    excludes(sh, "amo-api", &[], "hyper")?;
    let alone = |tls| ["--no-default-features", "--features", tls];
    excludes(sh, "amocrm", &alone("tls-ring,roots-platform"), "aws-lc-rs")?;
    excludes(sh, "amocrm", &alone("tls-ring,roots-webpki"), "aws-lc-rs")?;
    excludes(sh, "amocrm", &alone("tls-aws-lc-rs,roots-platform"), "ring")?;
    excludes(sh, "amocrm", &alone("tls-aws-lc-rs,roots-webpki"), "ring")?;
    excludes(sh, "amocrm", &alone("client"), "rustls")
}

/// What was not asked for must not be linked.
fn excludes(sh: &Shell, package: &str, features: &[&str], other: &str) -> anyhow::Result<()> {
    let tree = cmd!(
        sh,
        "cargo tree --locked -p {package} {features...} -e normal --prefix none --no-dedupe"
    );
    let tree = tree.quiet().read()?;
    let found = tree.lines().any(|line| line.split(' ').next() == Some(other));
    ensure!(
        !found,
        "`{package} {}` depends on {other}, which was not asked for",
        features.join(" ")
    );
    Ok(())
}
