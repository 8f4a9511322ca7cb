//! Bounds on what the crates pull in: compile time is a feature, and a layer must not know what it
//! should not.

use std::collections::BTreeSet;

use anyhow::ensure;
use xshell::{Shell, cmd};

/// The most packages that a crate with default features may bring, itself included.
const MOST: [(&str, usize); 2] = [("amocrm", 80), ("amo-core", 20)];

/// What runs futures, opens connections or encrypts them.
const IO: [&str; 11] = [
    "tokio",
    "futures-util",
    "async-std",
    "smol",
    "mio",
    "hyper",
    "rustls",
    "native-tls",
    "openssl",
    "ring",
    "aws-lc-rs",
];

pub(crate) fn check(sh: &Shell) -> anyhow::Result<()> {
    for (package, most) in MOST {
        let tree = cmd!(sh, "cargo tree --locked -p {package} -e normal --prefix none --no-dedupe");
        let tree = tree.quiet().read()?;
        let packages: BTreeSet<&str> = tree.lines().collect();
        eprintln!("{package}: {} packages, at most {most}", packages.len());
        ensure!(packages.len() <= most, "{package} brings {} packages", packages.len());
    }
    excludes(sh, "amo-core", &["--all-features", "--target", "all"], &IO)?;
    excludes(sh, "amo-api", &[], &["hyper"])?;
    let alone = |tls| ["--no-default-features", "--features", tls];
    excludes(sh, "amocrm", &alone("tls-ring,roots-platform"), &["aws-lc-rs"])?;
    excludes(sh, "amocrm", &alone("tls-ring,roots-webpki"), &["aws-lc-rs"])?;
    excludes(sh, "amocrm", &alone("tls-aws-lc-rs,roots-platform"), &["ring"])?;
    excludes(sh, "amocrm", &alone("tls-aws-lc-rs,roots-webpki"), &["ring"])?;
    excludes(sh, "amocrm", &alone("client"), &["rustls"])
}

/// What was not asked for must not be linked.
fn excludes(sh: &Shell, package: &str, features: &[&str], others: &[&str]) -> anyhow::Result<()> {
    let tree = cmd!(
        sh,
        "cargo tree --locked -p {package} {features...} -e normal --prefix none --no-dedupe"
    );
    let tree = tree.quiet().read()?;
    let mut names = tree.lines().filter_map(|line| line.split(' ').next());
    let found = names.find(|name| others.contains(name));
    ensure!(
        found.is_none(),
        "`{package} {}` depends on {}, which was not asked for",
        features.join(" "),
        found.unwrap_or_default()
    );
    Ok(())
}
