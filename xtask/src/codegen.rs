//! `cargo xtask codegen`: writes the plain tables of `amo-core` from the description in `xtask/spec/`.

mod render;
mod spec;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use xshell::{Shell, cmd};

use self::spec::Family;

const SPEC: &str = "xtask/spec";
const GENERATED: &str = "crates/amo-core/src/generated";

/// Writes the generated files, or with `check` fails if they are not what the description gives.
pub(crate) fn run(sh: &Shell, check: bool) -> anyhow::Result<()> {
    let families = read(&sh.current_dir().join(SPEC))?;
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for (name, family) in &families {
        let text = render::family(name, family, &families)
            .with_context(|| format!("{SPEC}/{name}.toml"))?;
        files.insert(
            format!("{name}.rs"),
            format(sh, &text).with_context(|| format!("{SPEC}/{name}.toml"))?,
        );
    }
    files.insert("mod.rs".to_owned(), format(sh, &render::module(&families))?);
    let directory = sh.current_dir().join(GENERATED);
    let present = present(&directory)?;
    if check {
        let differs = |(name, text): (&String, &String)| present.get(name) != Some(text);
        let stale: Vec<_> =
            files.iter().filter(|file| differs((file.0, file.1))).map(|file| file.0).collect();
        let left: Vec<_> = present.keys().filter(|name| !files.contains_key(*name)).collect();
        if !stale.is_empty() || !left.is_empty() {
            bail!(
                "{GENERATED} is not what {SPEC} describes ({stale:?}, {left:?}): run `cargo xtask codegen`"
            );
        }
        return Ok(());
    }
    fs::create_dir_all(&directory)?;
    for name in present.keys().filter(|name| !files.contains_key(*name)) {
        fs::remove_file(directory.join(name))?;
    }
    for (name, text) in &files {
        if present.get(name) != Some(text) {
            fs::write(directory.join(name), text)?;
            eprintln!("wrote {GENERATED}/{name}");
        }
    }
    Ok(())
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

fn present(directory: &Path) -> anyhow::Result<BTreeMap<String, String>> {
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
