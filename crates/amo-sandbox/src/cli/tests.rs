//! What the command line says is what the box gets.

use super::*;

fn command(arguments: &[&str]) -> Result<Command, String> {
    read(Parser::from_args(arguments))
}

fn settings(line: &str) -> Settings {
    match command(&line.split_whitespace().collect::<Vec<_>>()) {
        Ok(Command::Serve(settings)) => *settings,
        other => panic!("{other:?}"),
    }
}

#[test]
fn flags_of_the_account_and_the_limits_are_read() {
    let read = settings(
        "--contacts=3 --leads 4 --companies 1 --customers 6 --catalog-elements 7 --seed 8 \
         --language ru --customers-mode segments --filters refused --duplicates on \
         --domain acme.kommo.com --calendar -5 --access-token-lifetime 60 --refresh-grace on \
         --allowed-address ::1 --allowed-address 10.0.0.1 --rate-limit 5 \
         --account-rate-limit off --address-rate-limit 2 --too-many-requests json-with-wait:9 \
         --retry-after on --paid-until 9 --chat-template-limit 2 --block-after 3 --block address --latency 20-40",
    );
    let [from, to] = [20, 40].map(Duration::from_millis);
    let wanted = Sandbox::builder()
        .contacts(3)
        .leads(4)
        .companies(1)
        .customers(6)
        .catalog_elements(7)
        .seed(8)
        .language(Language::Russian)
        .customers_mode(CustomersMode::Segments)
        .api_filter(ApiFilter::Refused)
        .duplicate_control(true)
        .paid_until(9)
        .chat_template_limit(2)
        .domain("acme.kommo.com")
        .manual_calendar(-5)
        .access_token_lifetime(Duration::from_secs(60))
        .refresh_grace(true)
        .allowed_addresses(["::1", "10.0.0.1"].map(|address| address.parse().unwrap()))
        .rate_limit(RateLimit::PerSecond(5))
        .account_rate_limit(RateLimit::Off)
        .address_rate_limit(RateLimit::PerSecond(2))
        .too_many_requests(TooManyRequests::JsonWithWait(9))
        .retry_after(true)
        .block_after(3, Blocked::Address)
        .latency(Latency::between(from, to, 0));
    assert_eq!(format!("{:?}", read.builder), format!("{wanted:?}"));
}

#[test]
fn flags_of_the_server_are_read() {
    let read = settings("--listen [::1]:0 --control 8081 --control-host box.internal --json");
    assert_eq!((read.listen.as_str(), read.json), ("[::1]:0", true));
    assert_eq!(read.control.as_deref(), Some("127.0.0.1:8081"));
    assert_eq!(read.control_hosts, ["box.internal"]);
    let read = settings("--state a.json --state-out b.json");
    assert_eq!((read.state, read.state_out), (Some("a.json".into()), Some("b.json".into())));
    assert_eq!(settings("--control [::1]:0").control.as_deref(), Some("[::1]:0"));
    assert!(matches!(command(&["--rate-limit", "0", "--help"]), Ok(Command::Help)));
}

#[test]
fn accounts_are_read() {
    let read = settings("--account one.amocrm.ru --seed 5 --account two.kommo.com=a=b.json");
    let named = |domain: &str, state: Option<&str>| Named {
        domain: domain.to_owned(),
        state: state.map(PathBuf::from),
    };
    let wanted = [named("one.amocrm.ru", None), named("two.kommo.com", Some("a=b.json"))];
    assert_eq!((read.accounts, read.seed), (wanted.into(), 5));
}

#[test]
#[cfg(feature = "tls")]
fn flags_of_tls_are_read() {
    let read = settings("--tls --tls-cert-out box.pem");
    assert!(read.tls && read.tls_cert_out == Some("box.pem".into()));
}

#[test]
fn a_wrong_flag_is_named() {
    for (line, wanted) in [
        ("--contacts -1", "--contacts takes a whole number from 0, not `-1`"),
        ("--leads", "--leads needs a value"),
        ("--rate-limit fast", "--rate-limit takes off or a number of requests, not `fast`"),
        ("--duplicates yes", "--duplicates takes on or off, not `yes`"),
        (
            "--customers-mode on",
            "--customers-mode takes off, segments, periodicity or unavailable, not `on`",
        ),
        ("--language fr", "--language takes ru, en or mixed, not `fr`"),
        (
            "--too-many-requests json-with-wait:x",
            "--too-many-requests takes json, json-with-wait, json-with-wait:S, html or empty, \
             not `json-with-wait:x`",
        ),
        ("--latency 5-2", "--latency takes milliseconds, or from where to where, not `5-2`"),
        ("--allowed-address x", "--allowed-address takes an IP address, not `x`"),
        ("--domain a/b", "--domain takes a host name, not `a/b`"),
        ("--control x", "--control takes a host and a port, or a port, not `x`"),
        ("--control-host x", "--control-host goes with --control"),
        ("--tls-cert-out x", "--tls-cert-out goes with --tls"),
        ("--block account", "--block goes with --block-after"),
        ("--state x --leads 1", "--leads does not go with --state, which has its own"),
        ("--account one", "--account takes a host name such as one.amocrm.ru, not `one`"),
        ("--account a.b=", "--account takes a host name and a file, not `a.b=`"),
        ("--account a.b --account A.b=x", "--account A.b is there twice"),
        ("--account a.b --domain c.d", "--domain does not go with --account, which names one"),
        ("--state x --account a.b", "--state does not go with --account: say --account NAME=FILE"),
        ("--colour", "there is no flag --colour"),
    ] {
        let told = command(&line.split(' ').collect::<Vec<_>>()).unwrap_err();
        assert_eq!(told, wanted);
    }
    assert!(command(&["stray"]).unwrap_err().contains("stray"));
}

#[test]
fn the_help_has_them_all() {
    let source = include_str!("../cli.rs");
    let arms = source.lines().map(str::trim_start).filter(|line| line.contains("\" => "));
    let mut count = 0;
    for arm in arms.take_while(|line| !line.starts_with("(\"")) {
        let Some(flag) = arm.strip_prefix('"').and_then(|arm| arm.split('"').next()) else {
            continue;
        };
        assert!(HELP.contains(&format!("--{flag} ")), "{flag}");
        count += 1;
    }
    assert!(count >= 29, "{count} flags were found");
}
