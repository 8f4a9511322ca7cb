//! The binary.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::socket::{json, send};
use serde_json::Value;

/// A running box; killed when a test fails.
struct Process {
    child: Child,
    hello: Value,
    rest: BufReader<ChildStdout>,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    fn start(flags: &[&str]) -> Process {
        let mut command = Command::new(env!("CARGO_BIN_EXE_amo-sandbox"));
        command.args(["--listen", "127.0.0.1:0", "--json"]).args(flags).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut rest = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        rest.read_line(&mut line).unwrap();
        Process { child, hello: serde_json::from_str(&line).unwrap(), rest }
    }

    fn text(&self, key: &str) -> &str {
        self.hello[key].as_str().unwrap_or_else(|| panic!("{key}: {}", self.hello))
    }

    fn address(&self, key: &str) -> SocketAddr {
        self.text(key).rsplit('/').next().unwrap().parse().unwrap()
    }

    /// Waits until it is over.
    #[cfg(unix)]
    fn end(mut self) -> Option<i32> {
        let mut rest = String::new();
        self.rest.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
        self.child.wait().unwrap().code()
    }

    #[cfg(unix)]
    fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        let status = kill.args([format!("-{name}"), self.child.id().to_string()]).status();
        assert!(status.unwrap().success());
    }

    /// A request that is answered late, on its way.
    #[cfg(unix)]
    async fn slow_answer(&self) -> tokio::task::JoinHandle<String> {
        let (address, token) = (self.address("address"), self.text("long_lived_token").to_owned());
        let slow = tokio::spawn(async move { send(address, "x", "/api/v4/account", &token).await });
        let (control, host) = (self.address("control"), "localhost");
        while json(&send(control, host, "/log", "").await)["count"] == 0 {
            tokio::task::yield_now().await;
        }
        slow
    }
}

#[tokio::test]
async fn it_says_how_to_connect() {
    let process = Process::start(&["--leads", "2"]);
    for key in ["address", "client_id", "client_secret", "redirect_uri", "code", "long_lived_token"]
    {
        assert!(!process.text(key).is_empty(), "{key}");
    }
    assert_eq!(
        (&process.hello["control"], &process.hello["certificate"]),
        (&Value::Null, &Value::Null)
    );
    let (address, token) = (process.address("address"), process.text("long_lived_token"));
    let leads = json(&send(address, &address.to_string(), "/api/v4/leads", token).await);
    assert_eq!(leads["_embedded"]["leads"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn control_is_served_besides() {
    let flags = ["--control", "0", "--control-host", "box.internal", "--calendar", "7"];
    let process = Process::start(&flags);
    let control = process.address("control");
    assert!(control.ip().is_loopback());
    for (host, status) in [("localhost", 200), ("box.internal", 200), ("evil.example", 403)] {
        let answer = send(control, host, "/calendar", "").await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{host}: {answer}");
    }
    assert_eq!(json(&send(control, "localhost", "/calendar", "").await)["now"], 7);
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn it_speaks_https_with_a_certificate_that_it_writes() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("box.pem");
    let process = Process::start(&["--tls", "--tls-cert-out", path.to_str().unwrap()]);
    assert_eq!(process.text("certificate"), path.to_str().unwrap());
    assert!(process.text("address").starts_with("https://"));
    let connector = crate::tls::trusting(&std::fs::read_to_string(&path).unwrap());
    let (address, token) = (process.address("address"), process.text("long_lived_token"));
    let path = "/api/v4/account";
    let answer = crate::tls::send_over_tls(&connector, address, "localhost", path, token).await;
    assert!(answer.unwrap().starts_with("HTTP/1.1 200"));
}

#[cfg(unix)]
#[tokio::test]
async fn when_it_is_stopped_it_answers_what_has_arrived() {
    for signal in ["TERM", "INT"] {
        let process = Process::start(&["--latency", "300", "--control", "0"]);
        let slow = process.slow_answer().await;
        process.signal(signal);
        assert!(slow.await.unwrap().starts_with("HTTP/1.1 200"), "{signal}");
        assert_eq!(process.end(), Some(0), "{signal}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn when_it_is_stopped_twice_it_waits_for_nobody() {
    let process = Process::start(&["--latency", "3600000", "--control", "0"]);
    let (control, slow) = (process.address("control"), process.slow_answer().await);
    process.signal("TERM");
    // The account's port is closed first, and control's last.
    let address = process.address("address");
    while tokio::net::TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(tokio::net::TcpStream::connect(control).await.is_ok(), "it waits");
    process.signal("INT");
    assert_eq!(slow.await.unwrap(), "", "cut off");
    assert_eq!(process.end(), Some(0));
}

#[cfg(unix)]
#[tokio::test]
async fn what_it_had_when_it_stopped_it_can_begin_with() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("box.json");
    let path = path.to_str().unwrap();
    let first = Process::start(&["--leads", "2", "--control", "0", "--state-out", path]);
    let lead = format!("/entities/leads/{}", amo_sandbox::demo::FIRST_LEAD);
    let read = |process: &Process| {
        let (control, path) = (process.address("control"), lead.clone());
        async move { send(control, "localhost", &path, "").await }
    };
    let before = json(&read(&first).await);
    let token = first.text("long_lived_token").to_owned();
    first.signal("TERM");
    assert_eq!(first.end(), Some(0));
    let second = Process::start(&["--control", "0", "--state", path]);
    assert_eq!(json(&read(&second).await), before);
    let account = send(second.address("address"), "x", "/api/v4/account", &token).await;
    assert!(account.starts_with("HTTP/1.1 200"), "the token goes on: {account}");

    std::fs::write(path, r#"{"leads": [{"id": "x"}]}"#).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_amo-sandbox"));
    let output = command.args(["--listen", "127.0.0.1:0", "--state", path]).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(told.contains(&format!("--state {path}: leads.0")), "{told}");
}

#[cfg(unix)]
#[tokio::test]
async fn several_accounts_are_served_and_kept() {
    let directory = tempfile::tempdir().unwrap();
    let kept = directory.path().join("kept");
    let flags = ["--account", "one.localhost", "--account", "two.localhost", "--leads", "1"];
    let mut first = flags.to_vec();
    first.extend(["--control", "0", "--state-out", kept.to_str().unwrap()]);
    let process = Process::start(&first);
    let hello = process.hello["accounts"].as_array().unwrap().clone();
    let (address, control) = (process.address("address"), process.address("control"));
    let mut names = Vec::new();
    for (place, domain) in ["one.localhost", "two.localhost"].into_iter().enumerate() {
        assert_eq!(hello[place]["domain"], domain);
        let token = hello[place]["long_lived_token"].as_str().unwrap();
        let account = json(&send(address, domain, "/api/v4/account", token).await);
        assert_eq!(account["id"], hello[place]["account_id"]);
        let leads = json(&send(address, domain, "/api/v4/leads", token).await);
        names.push(leads["_embedded"]["leads"][0]["name"].clone());
        let log = format!("/accounts/{domain}/log");
        assert_eq!(json(&send(control, "localhost", &log, "").await)["count"], 2);
    }
    assert_ne!(hello[0]["account_id"], hello[1]["account_id"]);
    assert_ne!(names[0], names[1], "each has cards of its own");
    process.signal("TERM");
    assert_eq!(process.end(), Some(0));

    let path = |domain: &str| kept.join(format!("{domain}.json")).to_str().unwrap().to_owned();
    let [one, two] = ["one", "two"].map(|name| {
        let domain = format!("{name}.localhost");
        format!("{domain}={}", path(&domain))
    });
    let again = Process::start(&["--account", &one, "--account", &two]);
    for (place, domain) in ["one.localhost", "two.localhost"].into_iter().enumerate() {
        let token = hello[place]["long_lived_token"].as_str().unwrap();
        let leads = json(&send(again.address("address"), domain, "/api/v4/leads", token).await);
        assert_eq!(leads["_embedded"]["leads"][0]["name"], names[place]);
    }

    let wrong = format!("three.localhost={}", path("two.localhost"));
    for (flags, wanted) in [
        (
            &["--account", &wrong][..],
            "--account three.localhost: its state is that of two.localhost",
        ),
        (
            &["--account", &two, "--account", "one.localhost"],
            "--account one.localhost: its id 30000002 is that of two.localhost",
        ),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_amo-sandbox"));
        let output = command.args(["--listen", "127.0.0.1:0"]).args(flags).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains(wanted), "{told}");
    }
}

#[test]
fn wrong_flags_are_refused_in_one_sentence() {
    let run = |flags: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_amo-sandbox")).args(flags).output().unwrap()
    };
    for (flags, code, wanted) in [
        (&["--nonsense"][..], 2, "--nonsense"),
        (&["--control", "x"], 2, "--control takes"),
        (&["--state", "/nowhere/x.json"], 1, "--state /nowhere/x.json: "),
        (&["--state-out", "/nowhere/x.json"], 1, "--state-out: /nowhere/x.json: "),
        (&["--listen", "nowhere.invalid:80"], 1, "--listen nowhere.invalid:80: "),
        (&["--listen", "127.0.0.1:0", "--control", "nowhere.invalid:80"], 1, "--control nowhere"),
    ] {
        let output = run(flags);
        assert_eq!(output.status.code(), Some(code), "{flags:?}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains(wanted) && told.lines().count() == 1, "{told}");
        assert!(output.stdout.is_empty());
    }
    let help = run(&["--help"]);
    assert!(
        help.status.success() && String::from_utf8(help.stdout).unwrap().contains("--rate-limit")
    );
}
