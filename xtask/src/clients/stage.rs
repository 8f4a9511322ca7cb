//! Where a client plays: a box, and TLS in front of it under amoCRM's own host names.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use xshell::{Shell, cmd};

use super::FOLDER;
use super::packages::{Runner, program_named};

/// How a client reaches the box.
#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Over {
    Http,
    Https,
}

impl Over {
    pub(super) fn name(self) -> &'static str {
        match self {
            Over::Http => "http",
            Over::Https => "https",
        }
    }
}

/// A process that ends with us.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then nothing is left to do.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(super) struct Stage {
    /// The one line of JSON that the box says about itself.
    introduction: String,
    address: String,
    port: String,
    tls_port: String,
    certificate: PathBuf,
    domain: String,
    _processes: [Running; 2],
}

impl Stage {
    pub(super) fn open(sh: &Shell, target: &Path) -> anyhow::Result<Self> {
        let place = target.join("clients");
        let (certificate, key) = certificate(sh, &place)?;
        let mut command = Command::new(target.join("debug/amo-sandbox"));
        command.args(["--json", "--listen", "127.0.0.1:0", "--rate-limit", "off"]);
        // By it scripts move the calendar, so that tokens really expire.
        command.args(["--control", "0"]);
        command.args(["--filters", "on", "--customers-mode", "segments"]);
        let (running_box, introduction) = started(command).context("the box")?;
        let said: serde_json::Value = serde_json::from_str(&introduction)?;
        let text = |member: &str| {
            said[member].as_str().map(str::to_owned).with_context(|| format!("no {member}"))
        };
        let (address, domain) = (text("address")?, text("domain")?);
        let (_, port) = address.rsplit_once(':').context("an address without a port")?;
        let mut command = Command::new(program_named(sh, "python3")?);
        command.arg(Path::new(FOLDER).join("common/front.py")).args([&certificate, &key]);
        command.arg(port).current_dir(sh.current_dir());
        let (front, tls_port) = started(command).context("TLS in front of the box")?;
        Ok(Stage {
            port: port.to_owned(),
            introduction,
            address,
            tls_port,
            certificate,
            domain,
            _processes: [front, running_box],
        })
    }

    /// Runs a script, and returns the steps that it says went well, and whether it ended well.
    pub(super) fn play(
        &self,
        sh: &Shell,
        runner: &Runner,
        over: Over,
    ) -> anyhow::Result<(Vec<String>, bool)> {
        let origin = match over {
            Over::Http => self.address.clone(),
            Over::Https => format!("https://{}", self.domain),
        };
        let Runner { program, arguments, packages } = runner;
        let common = sh.current_dir().join(FOLDER).join("common");
        let mut script = cmd!(sh, "{program} {arguments...}")
            .quiet()
            .ignore_status()
            .env("AMO_BOX", &self.introduction)
            .env("AMO_ORIGIN", origin)
            .env("AMO_PORT", &self.port)
            .env("AMO_TLS_PORT", &self.tls_port)
            .env("PYTHONPATH", common)
            .env("PYTHONDONTWRITEBYTECODE", "1");
        for trust in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"] {
            script = script.env(trust, &self.certificate);
        }
        if let Some(packages) = packages {
            script = script.env("NODE_PATH", packages);
        }
        let output = script.output()?;
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
        let steps = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
        Ok((steps, output.status.success()))
    }
}

/// Starts a program that says one line when it is ready.
fn started(mut command: Command) -> anyhow::Result<(Running, String)> {
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut running = Running(child);
    let said = running.0.stdout.take().context("no output")?;
    let mut line = String::new();
    BufReader::new(said).read_line(&mut line)?;
    ensure!(!line.is_empty(), "it ended at once");
    Ok((running, line.trim_end().to_owned()))
}

/// A certificate for amoCRM's hosts that only the scripts trust, made anew each time.
fn certificate(sh: &Shell, place: &Path) -> anyhow::Result<(PathBuf, PathBuf)> {
    let openssl = program_named(sh, "openssl")?;
    let (certificate, key) = (place.join("certificate.pem"), place.join("key.pem"));
    let names = "subjectAltName=DNS:*.amocrm.ru,DNS:*.amocrm.com,DNS:*.kommo.com";
    cmd!(
        sh,
        "{openssl} req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2
            -subj /CN=amo-sandbox -addext {names} -keyout {key} -out {certificate}"
    )
    .quiet()
    .ignore_stderr()
    .run()?;
    Ok((certificate, key))
}
