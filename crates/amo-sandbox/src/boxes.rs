//! The accounts that the command line asks for: what they begin with, and where they are kept.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use amo_sandbox::{Accounts, Sandbox, SandboxBuilder, demo};

use crate::cli::{Named, Settings};
use crate::said;

/// The accounts, and the file of each if they are kept.
pub(crate) struct Boxes {
    pub(crate) accounts: Accounts,
    files: Vec<PathBuf>,
}

impl Boxes {
    /// Builds them. They are kept at once too, so that nobody works with them and finds in the end
    /// that they cannot be.
    pub(crate) fn begin(settings: &Settings) -> io::Result<Boxes> {
        let boxes = if settings.accounts.is_empty() {
            vec![match &settings.state {
                None => settings.builder.clone().build(),
                Some(path) => begun(settings.builder.clone(), path)
                    .map_err(|error| said(&error, &format!("--state {}", path.display())))?,
            }]
        } else {
            several(settings)?
        };
        let files = match &settings.state_out {
            None => Vec::new(),
            Some(path) if settings.accounts.is_empty() => vec![path.clone()],
            Some(directory) => {
                std::fs::create_dir_all(directory).map_err(|error| {
                    said(&error, &format!("--state-out {}", directory.display()))
                })?;
                let names = settings.accounts.iter();
                names.map(|one| directory.join(format!("{}.json", one.domain))).collect()
            }
        };
        let boxes = Boxes { accounts: Accounts::new(boxes), files };
        boxes.keep()?;
        Ok(boxes)
    }

    /// Writes the states to their files; that one cannot be written does not keep the others from it.
    pub(crate) fn keep(&self) -> io::Result<()> {
        let mut kept = Ok(());
        for (one, path) in self.accounts.all().iter().zip(&self.files) {
            // The error names the file.
            let saved = one.save_state(path);
            kept = kept.and(saved.map_err(|error| said(&io::Error::other(error), "--state-out")));
        }
        kept
    }
}

/// Each with an id and cards of its own.
fn several(settings: &Settings) -> io::Result<Vec<Sandbox>> {
    let mut domains = BTreeMap::new();
    let mut boxes = Vec::new();
    for ((Named { domain, state }, id), seed) in
        settings.accounts.iter().zip(demo::ACCOUNT..).zip(settings.seed..)
    {
        let builder = settings.builder.clone().domain(domain).account_id(id).seed(seed);
        let sandbox = match state {
            None => builder.build(),
            Some(path) => begun(builder, path)
                .map_err(|error| said(&error, &format!("--account {domain}={}", path.display())))?,
        };
        let refused = |told: String| {
            Err(io::Error::new(io::ErrorKind::InvalidInput, format!("--account {domain}: {told}")))
        };
        if !sandbox.domain().eq_ignore_ascii_case(domain) {
            return refused(format!("its state is that of {}", sandbox.domain()));
        }
        let id = sandbox.account_id();
        if let Some(other) = domains.insert(id, domain) {
            return refused(format!("its id {id} is that of {other}"));
        }
        boxes.push(sandbox);
    }
    Ok(boxes)
}

/// The box with the state of a file.
fn begun(builder: SandboxBuilder, path: &Path) -> io::Result<Sandbox> {
    let state = serde_json::from_slice(&std::fs::read(path)?)?;
    builder.build_from(state).map_err(io::Error::other)
}
