//! `cargo xtask codegen`: writes the plain tables of `amo-core` and of `amo-sandbox` from the
//! description in `xtask/spec/`.

pub(crate) mod openapi;
mod operation;
mod render;
mod sandbox;
mod spec;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use xshell::{Shell, cmd};

use self::spec::Family;

const SPEC: &str = "xtask/spec";
const CORE: &str = "crates/amo-core/src/generated";
const SANDBOX: &str = "crates/amo-sandbox/src/generated";

/// Files by name.
type Files = BTreeMap<String, String>;

/// Writes the generated files, or with `check` fails if they are not what the description gives.
pub(crate) fn run(sh: &Shell, check: bool) -> anyhow::Result<()> {
    let families = read(&sh.current_dir().join(SPEC))?;
    let mut stale = Vec::new();
    for (directory, files) in
        [(CORE, render::files(&families)?), (SANDBOX, sandbox::files(&families)?)]
    {
        let files: Files = files
            .into_iter()
            .map(|(name, text)| {
                let text = format(sh, &text).with_context(|| format!("{directory}/{name}"))?;
                anyhow::Ok((name, text))
            })
            .collect::<Result<_, _>>()?;
        stale.extend(write(&sh.current_dir(), directory, &files, check)?);
    }
    if check && !stale.is_empty() {
        bail!("not what {SPEC} describes: {}: run `cargo xtask codegen`", stale.join(", "));
    }
    Ok(())
}

/// Makes a directory hold these files and no others, unless it is only checked; gives what differed.
fn write(root: &Path, directory: &str, files: &Files, check: bool) -> anyhow::Result<Vec<String>> {
    let path = root.join(directory);
    let present = present(&path)?;
    let left = present.keys().filter(|name| !files.contains_key(*name));
    let differs = files.iter().filter(|(name, text)| present.get(*name) != Some(text));
    let (left, differs): (Vec<_>, Vec<_>) = (left.collect(), differs.collect());
    if !check {
        fs::create_dir_all(&path)?;
        for name in &left {
            fs::remove_file(path.join(name))?;
            eprintln!("removed {directory}/{name}");
        }
        for (name, text) in &differs {
            fs::write(path.join(name), text)?;
            eprintln!("wrote {directory}/{name}");
        }
    }
    let names = left.into_iter().chain(differs.into_iter().map(|(name, _)| name));
    Ok(names.map(|name| format!("{directory}/{name}")).collect())
}

/// Every family, by its file's name.
fn read(directory: &Path) -> anyhow::Result<BTreeMap<String, Family>> {
    let mut families = BTreeMap::new();
    for entry in
        fs::read_dir(directory).with_context(|| format!("cannot read {}", directory.display()))?
    {
        let path = entry?.path();
        let Some(name) = path.file_stem().and_then(|name| name.to_str()) else { continue };
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let text = fs::read_to_string(&path)?;
        let family = toml::from_str(&text).with_context(|| format!("{SPEC}/{name}.toml"))?;
        families.insert(name.to_owned(), family);
    }
    Ok(families)
}

fn present(directory: &Path) -> anyhow::Result<Files> {
    let mut files = BTreeMap::new();
    if directory.exists() {
        for entry in fs::read_dir(directory)? {
            let path = entry?.path();
            if let Some(name) = path.file_name().and_then(|name| name.to_str()) {
                files.insert(name.to_owned(), fs::read_to_string(&path)?);
            }
        }
    }
    Ok(files)
}

fn format(sh: &Shell, text: &str) -> anyhow::Result<String> {
    let mut text = cmd!(sh, "rustfmt --edition 2024 --emit stdout").quiet().stdin(text).read()?;
    text.push('\n');
    Ok(text)
}
