//! The project's own tasks: `cargo xtask <task>`.

mod ci;
mod clients;
mod codegen;
mod cold_build;
mod schemathesis;
mod tree;

use std::process::ExitCode;

use xshell::Shell;

const HELP: &str = "\
cargo xtask <task>

  ci      all that a change must pass: formatting, clippy, tests, each crate and feature
          on its own, documentation, dependencies
  codegen [--check]
          write (or compare) the tables of amo-core that xtask/spec/ describes
  openapi [--check]
          write (or compare) the OpenAPI description of the API
  schemathesis [--max-time S] [--seed N]
          tries the sandbox with requests made up from that description; needs Python and PyPI
  tree    only the bounds on dependencies
  cold-build
          builds amo-core and its dependencies from nothing, and compares their CPU seconds
  clients [NAME...]
          runs other people's clients against the box; needs the package registries, Node,
          Python and openssl
  help    this text
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let sh = Shell::new()?;
    sh.change_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        ["ci"] => ci::run(&sh),
        ["codegen"] => codegen::run(&sh, false),
        ["codegen", "--check"] => codegen::run(&sh, true),
        ["openapi"] => codegen::openapi::run(&sh, false),
        ["openapi", "--check"] => codegen::openapi::run(&sh, true),
        ["schemathesis", arguments @ ..] => schemathesis::run(&sh, arguments),
        ["cold-build"] => cold_build::report(&sh),
        ["tree"] => tree::check(&sh),
        ["clients", names @ ..] => clients::run(&sh, names),
        other => {
            anyhow::bail!("no task is called `{}`; `cargo xtask help` lists them", other.join(" "))
        }
    }
}
