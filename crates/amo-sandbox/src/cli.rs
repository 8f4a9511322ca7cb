//! The command line.

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use amo_sandbox::{
    ApiFilter, Blocked, CustomersMode, Language, Latency, RateLimit, Sandbox, SandboxBuilder,
    TooManyRequests,
};
use lexopt::{Arg, Parser, ValueExt as _};

pub(crate) const HELP: &str = "\
An amoCRM in a box: a server on loopback with a demo account, the same every time.

Usage: amo-sandbox [OPTIONS]

Where:
  --listen ADDR        where to listen, a host and a port [127.0.0.1:8080]; port 0 takes a free one
  --domain NAME        the host name of the account [demo.amocrm.ru]
  --account NAME[=FILE]
                       one of several accounts behind this address: requests to this host name reach
                       it, and so do those with its tokens to a host that is no account's. It begins
                       with the state that the file has (JSON), or as the demo account with cards of
                       its own. The ids count from 30000001, the integration is the same in all. May
                       be said again
  --tls                speak https, with a certificate that it makes for localhost, 127.0.0.1, ::1
                       and the domains
  --tls-cert-out FILE  write that certificate, for clients to trust; with --tls
  --control ADDR       serve the control API too, at a host and a port, or a port of 127.0.0.1;
                       whoever reaches it can do everything
                       (with --account, a call begins with which one: /accounts/NAME/log)
  --control-host NAME  take requests to control by this name too, not only by localhost and IP
                       addresses; may be said again
  --json               say how to connect as one line of JSON

The account, or each of them:
  --contacts N         how many contacts it has [0]
  --companies N        how many companies [0]
  --leads N            how many leads [0]
  --customers N        how many customers [0]
  --catalog-elements N how many elements of catalogs [0]
  --seed N             another number gives other cards; the same one the same [0]
  --language ru|en|mixed
                       what language the cards are in [mixed]
  --customers-mode MODE
                       how it works with customers: off, segments, periodicity or unavailable
                       [off, or periodicity if there are customers]
  --filters on|off|refused
                       whether filter[...] of leads, contacts and companies works, is ignored or is
                       answered with 400 [off]
  --duplicates on|off  whether leads/complex looks for duplicates [off]
  --state FILE         begin with the state that this file has (JSON) in place of the demo account
  --state-out FILE     write the state to this file, at once and when it stops; with secrets and
                       tokens in it. With --account it is a directory, where NAME.json is written
  --paid-until UNIX    to when it is paid for; otherwise it is for ever
  --chat-template-limit N
                       how many chat templates it may have; otherwise as many as come
  --calendar UNIX      its time, which stands still; otherwise it is the machine's

Access:
  --access-token-lifetime S
                       how many seconds access tokens work [86400]
  --refresh-grace on|off
                       whether a refresh token is taken until the pair after it was used [off]
  --allowed-address IP only this address may use the API; may be said again

Limits:
  --rate-limit off|N   how many requests of an integration are taken in any second [7]
  --account-rate-limit off|N
                       how many of the whole account [50, or as many as of an integration]
  --address-rate-limit off|N
                       how many from an IP address [off]
  --too-many-requests json|json-with-wait|json-with-wait:S|html|empty
                       what a request over a limit is answered with, beside 429 [json]; the wait is
                       300 seconds unless said
  --retry-after on|off whether that has the header Retry-After [off]
  --block-after N      block whoever was refused more than N times in a minute, with 403
  --block WHOM         block the integration, the account or the address [integration]
  --latency MS|MS-MS   how many milliseconds every answer takes, or from where to where [0]

  --help               this text

Ctrl-C and SIGTERM stop it when the requests that have arrived are answered, after 10 seconds at
most; a second Ctrl-C stops it at once.
";

/// What the command line asks for.
#[derive(Debug)]
pub(crate) enum Command {
    Serve(Box<Settings>),
    Help,
}

/// One of several accounts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) domain: String,
    /// The file that it begins with.
    pub(crate) state: Option<PathBuf>,
}

#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) builder: SandboxBuilder,
    /// Of the builder.
    pub(crate) seed: u64,
    /// Those that were named, if it is not the builder's alone.
    pub(crate) accounts: Vec<Named>,
    pub(crate) listen: String,
    pub(crate) control: Option<String>,
    pub(crate) control_hosts: Vec<String>,
    pub(crate) tls: bool,
    pub(crate) tls_cert_out: Option<PathBuf>,
    pub(crate) state: Option<PathBuf>,
    pub(crate) state_out: Option<PathBuf>,
    pub(crate) json: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            builder: Sandbox::builder(),
            seed: 0,
            accounts: Vec::new(),
            listen: "127.0.0.1:8080".to_owned(),
            control: None,
            control_hosts: Vec::new(),
            tls: false,
            tls_cert_out: None,
            state: None,
            state_out: None,
            json: false,
        }
    }
}

/// How many cards of the demo account there are: a state has its own.
const CARDS: [&str; 5] = ["contacts", "companies", "leads", "customers", "catalog-elements"];

/// Reads the command line.
///
/// # Errors
/// One sentence that names the flag that is wrong.
pub(crate) fn read(mut arguments: Parser) -> Result<Command, String> {
    let mut settings = Settings::default();
    let mut addresses: Vec<IpAddr> = Vec::new();
    let (mut block_after, mut whom) = (None, None);
    let (mut cards, mut domain) = (None, None);
    while let Some(argument) = arguments.next().map_err(|error| error.to_string())? {
        let flag = match argument {
            Arg::Long(flag) => flag.to_owned(),
            Arg::Short('h') => "help".to_owned(),
            other => return Err(other.unexpected().to_string()),
        };
        if CARDS.contains(&flag.as_str()) {
            cards = Some(flag.clone());
        }
        let mut value = Value { arguments: &mut arguments, flag: &flag };
        match flag.as_str() {
            "help" => return Ok(Command::Help),
            "json" => settings.json = true,
            "tls" if cfg!(feature = "tls") => settings.tls = true,
            "tls" => return Err("--tls: this one was built without the feature `tls`".to_owned()),
            "tls-cert-out" => settings.tls_cert_out = Some(value.os()?.into()),
            "state" => settings.state = Some(value.os()?.into()),
            "state-out" => settings.state_out = Some(value.os()?.into()),
            "account" => settings.accounts.push(value.account(&settings.accounts)?),
            "domain" => domain = Some(value.host()?),
            "seed" => settings.seed = value.number()?,
            "listen" => settings.listen = value.text()?,
            "control" => settings.control = Some(value.address()?),
            "control-host" => settings.control_hosts.push(value.host()?),
            "allowed-address" => addresses.push(value.parsed("an IP address")?),
            "block-after" => block_after = Some(value.number()?),
            "block" => whom = Some(value.choice(BLOCKED)?),
            _ => settings.builder = set(settings.builder, value)?,
        }
    }
    if !settings.accounts.is_empty() {
        if domain.is_some() {
            return Err("--domain does not go with --account, which names one".to_owned());
        }
        if settings.state.is_some() {
            return Err("--state does not go with --account: say --account NAME=FILE".to_owned());
        }
    }
    settings.builder = settings.builder.seed(settings.seed);
    if let Some(domain) = domain {
        settings.builder = settings.builder.domain(&domain);
    }
    if let Some(cards) = cards.filter(|_| settings.state.is_some()) {
        return Err(format!("--{cards} does not go with --state, which has its own"));
    }
    if settings.tls_cert_out.is_some() && !settings.tls {
        return Err("--tls-cert-out goes with --tls".to_owned());
    }
    if !settings.control_hosts.is_empty() && settings.control.is_none() {
        return Err("--control-host goes with --control".to_owned());
    }
    settings.builder = match (block_after, whom) {
        (Some(after), whom) => {
            settings.builder.block_after(after, whom.unwrap_or(Blocked::Integration))
        }
        (None, Some(_)) => return Err("--block goes with --block-after".to_owned()),
        (None, None) => settings.builder,
    };
    settings.builder = settings.builder.allowed_addresses(addresses);
    Ok(Command::Serve(Box::new(settings)))
}

/// The flags that are the builder's.
fn set(builder: SandboxBuilder, mut value: Value<'_>) -> Result<SandboxBuilder, String> {
    Ok(match value.flag {
        "contacts" => builder.contacts(value.number()?),
        "companies" => builder.companies(value.number()?),
        "leads" => builder.leads(value.number()?),
        "customers" => builder.customers(value.number()?),
        "catalog-elements" => builder.catalog_elements(value.number()?),
        "language" => builder.language(value.choice(LANGUAGES)?),
        "customers-mode" => builder.customers_mode(value.choice(MODES)?),
        "filters" => builder.api_filter(value.choice(FILTERS)?),
        "duplicates" => builder.duplicate_control(value.choice(SWITCH)?),
        "paid-until" => builder.paid_until(value.parsed("Unix seconds")?),
        "chat-template-limit" => builder.chat_template_limit(value.number()?),
        "calendar" => builder.manual_calendar(value.parsed("Unix seconds")?),
        "access-token-lifetime" => {
            builder.access_token_lifetime(Duration::from_secs(value.number()?))
        }
        "refresh-grace" => builder.refresh_grace(value.choice(SWITCH)?),
        "rate-limit" => builder.rate_limit(value.limit()?),
        "account-rate-limit" => builder.account_rate_limit(value.limit()?),
        "address-rate-limit" => builder.address_rate_limit(value.limit()?),
        "too-many-requests" => builder.too_many_requests(value.refusal()?),
        "retry-after" => builder.retry_after(value.choice(SWITCH)?),
        "latency" => builder.latency(value.latency()?),
        other => return Err(format!("there is no flag --{other}")),
    })
}

type Choices<T> = &'static [(&'static str, T)];

const SWITCH: Choices<bool> = &[("on", true), ("off", false)];
const LANGUAGES: Choices<Language> =
    &[("ru", Language::Russian), ("en", Language::English), ("mixed", Language::Mixed)];
const MODES: Choices<CustomersMode> = &[
    ("off", CustomersMode::Disabled),
    ("segments", CustomersMode::Segments),
    ("periodicity", CustomersMode::Periodicity),
    ("unavailable", CustomersMode::Unavailable),
];
const FILTERS: Choices<ApiFilter> =
    &[("on", ApiFilter::On), ("off", ApiFilter::Ignored), ("refused", ApiFilter::Refused)];
const BLOCKED: Choices<Blocked> = &[
    ("integration", Blocked::Integration),
    ("account", Blocked::Account),
    ("address", Blocked::Address),
];

fn is_host(value: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
    !value.is_empty() && value.chars().all(is_name)
}

/// The value of a flag, not read yet.
struct Value<'a> {
    arguments: &'a mut Parser,
    flag: &'a str,
}

impl Value<'_> {
    fn os(&mut self) -> Result<OsString, String> {
        self.arguments.value().map_err(|_| format!("--{} needs a value", self.flag))
    }

    fn text(&mut self) -> Result<String, String> {
        let value = self.os()?;
        value.string().map_err(|_| format!("the value of --{} is not UTF-8", self.flag))
    }

    fn not(&self, wanted: &str, value: &str) -> String {
        format!("--{} takes {wanted}, not `{value}`", self.flag)
    }

    fn parsed<T: FromStr>(&mut self, wanted: &str) -> Result<T, String> {
        let value = self.text()?;
        value.parse().map_err(|_| self.not(wanted, &value))
    }

    fn number<T: FromStr>(&mut self) -> Result<T, String> {
        self.parsed("a whole number from 0")
    }

    fn choice<T: Copy>(&mut self, choices: Choices<T>) -> Result<T, String> {
        let value = self.text()?;
        let chosen = choices.iter().find(|(name, _)| *name == value);
        chosen.map(|(_, chosen)| *chosen).ok_or_else(|| {
            let mut names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            let last = names.pop().unwrap_or_default();
            self.not(&format!("{} or {last}", names.join(", ")), &value)
        })
    }

    fn host(&mut self) -> Result<String, String> {
        let value = self.text()?;
        if is_host(&value) { Ok(value) } else { Err(self.not("a host name", &value)) }
    }

    /// A host, and the file that its account begins with.
    fn account(&mut self, others: &[Named]) -> Result<Named, String> {
        let value = self.text()?;
        let (domain, state) = match value.split_once('=') {
            Some((domain, path)) if !path.is_empty() => (domain, Some(path.into())),
            Some(_) => return Err(self.not("a host name and a file", &value)),
            None => (value.as_str(), None),
        };
        // Without a dot it has no domain below which integrations are called.
        if !is_host(domain) || !domain.contains('.') {
            return Err(self.not("a host name such as one.amocrm.ru", domain));
        }
        if others.iter().any(|other| other.domain.eq_ignore_ascii_case(domain)) {
            return Err(format!("--account {domain} is there twice"));
        }
        Ok(Named { domain: domain.to_owned(), state })
    }

    /// A host with a port, or a port of loopback.
    fn address(&mut self) -> Result<String, String> {
        let value = self.text()?;
        if let Ok(port) = value.parse::<u16>() {
            return Ok(format!("127.0.0.1:{port}"));
        }
        let port = value.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
        if port.is_some() {
            Ok(value)
        } else {
            Err(self.not("a host and a port, or a port", &value))
        }
    }

    fn limit(&mut self) -> Result<RateLimit, String> {
        let value = self.text()?;
        match (value.as_str(), value.parse()) {
            ("off", _) => Ok(RateLimit::Off),
            (_, Ok(limit)) => Ok(RateLimit::PerSecond(limit)),
            (_, Err(_)) => Err(self.not("off or a number of requests", &value)),
        }
    }

    fn refusal(&mut self) -> Result<TooManyRequests, String> {
        let value = self.text()?;
        let wait = value.strip_prefix("json-with-wait:").map(str::parse);
        match (value.as_str(), wait) {
            ("json", _) => Ok(TooManyRequests::Json),
            ("json-with-wait", _) => Ok(TooManyRequests::JsonWithWait(300)),
            (_, Some(Ok(seconds))) => Ok(TooManyRequests::JsonWithWait(seconds)),
            ("html", _) => Ok(TooManyRequests::Html),
            ("empty", _) => Ok(TooManyRequests::Empty),
            _ => Err(self.not("json, json-with-wait, json-with-wait:S, html or empty", &value)),
        }
    }

    fn latency(&mut self) -> Result<Latency, String> {
        let value = self.text()?;
        let (from, to) = value.split_once('-').unwrap_or((&value, &value));
        match (from.parse(), to.parse()) {
            (Ok(from), Ok(to)) if from <= to => {
                let [from, to] = [from, to].map(Duration::from_millis);
                Ok(Latency::between(from, to, 0))
            }
            _ => Err(self.not("milliseconds, or from where to where", &value)),
        }
    }
}

#[cfg(test)]
mod tests;
