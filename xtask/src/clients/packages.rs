//! The clients' packages, as they are pinned, below the target directory.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use xshell::{Shell, cmd};

use super::FOLDER;

/// How a script is run.
pub(super) struct Runner {
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<PathBuf>,
    /// Where Node looks for packages.
    pub(super) packages: Option<PathBuf>,
}

/// Where cargo builds.
pub(super) fn target(sh: &Shell) -> anyhow::Result<PathBuf> {
    let metadata = cmd!(sh, "cargo metadata --format-version 1 --no-deps").quiet().read()?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    let target = metadata["target_directory"].as_str();
    Ok(target.context("cargo metadata names no target_directory")?.into())
}

/// Installs what the client's script needs. What is there already is checked, not fetched again.
pub(super) fn install(
    sh: &Shell,
    target: &Path,
    name: &str,
    script: &str,
) -> anyhow::Result<Runner> {
    let folder = sh.current_dir().join(FOLDER);
    let own = folder.join(name);
    let place = target.join("clients").join(name);
    sh.create_dir(&place)?;
    let script_path = own.join(script);
    match Path::new(script).extension().and_then(|extension| extension.to_str()) {
        Some("py") => {
            let program = place.join("bin/python");
            if !sh.path_exists(&program) {
                let python = program_named(sh, "python3")?;
                cmd!(sh, "{python} -m venv {place}").run()?;
            }
            let pinned = own.join("requirements.txt");
            cmd!(sh, "{program} -m pip install --quiet --no-deps --requirement {pinned}").run()?;
            Ok(Runner { program, arguments: vec![script_path], packages: None })
        }
        Some("cjs") => {
            let program = program_named(sh, "node")?;
            let npm = program_named(sh, "npm")?;
            for file in ["package.json", "package-lock.json"] {
                sh.copy_file(own.join(file), place.join(file))?;
            }
            let _there = sh.push_dir(&place);
            cmd!(sh, "{npm} ci --silent --ignore-scripts --no-audit --no-fund").run()?;
            let arguments =
                vec!["--require".into(), folder.join("common/redirect.cjs"), script_path];
            Ok(Runner { program, arguments, packages: Some(place.join("node_modules")) })
        }
        _ => bail!("{name}: a script ends in .py or .cjs, not `{script}`"),
    }
}

/// The version that is pinned.
pub(super) fn version(sh: &Shell, name: &str, package: &str) -> anyhow::Result<String> {
    let folder = Path::new(FOLDER).join(name);
    let found = match sh.read_file(folder.join("package.json")) {
        Ok(text) => {
            let manifest: serde_json::Value = serde_json::from_str(&text)?;
            manifest["dependencies"][package].as_str().map(str::to_owned)
        }
        Err(_) => sh
            .read_file(folder.join("requirements.txt"))?
            .lines()
            .find_map(|line| line.strip_prefix(package)?.strip_prefix("=="))
            .map(str::to_owned),
    };
    found.with_context(|| format!("{name}: {package} is not pinned"))
}

/// A program that has to be on the machine.
pub(super) fn program_named(sh: &Shell, name: &str) -> anyhow::Result<PathBuf> {
    // openssl knows no `--version`.
    let version = if name == "openssl" { "version" } else { "--version" };
    let asked = cmd!(sh, "{name} {version}").quiet().ignore_stdout().ignore_stderr();
    asked.run().with_context(|| format!("{name} is needed to run the clients and is not there"))?;
    Ok(name.into())
}
