//! The command line.

use std::ffi::OsString;
use std::str::FromStr;
use std::time::Duration;

use amo_sandbox::{ApiFilter, CustomersMode, Language, RateLimit};
use lexopt::{Arg, Parser, ValueExt as _};

pub(crate) const HELP: &str = "\
An amoCRM in a box: a server on loopback with one demo account, the same every time.

Usage: amo-sandbox [OPTIONS]

Options:
  --listen ADDR        where to listen, a host and a port [127.0.0.1:8080]; port 0 takes a free one
  --contacts N         how many contacts the account has [0]
  --companies N        how many companies [0]
  --leads N            how many leads [0]
  --customers N        how many customers [0]
  --catalog-elements N how many elements of catalogs [0]
  --seed N             another number gives other cards; the same one the same [0]
  --language ru|en|mixed
                       what language the cards are in [mixed]
  --rate-limit off|N   how many requests are taken in any second [7]
  --latency MS         how many milliseconds every answer takes [0]
  --filters on|off     whether filter[...] of leads, contacts and companies works or is ignored [off]
  --customers-mode MODE
                       how the account works with customers: off, segments, periodicity or
                       unavailable [off, or periodicity if there are customers]
  --duplicates on|off  whether leads/complex looks for duplicates [off]
  --json               say how to connect as one line of JSON
  --help               this text
";

/// What the command line asks for.
#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    Serve(Settings),
    Help,
}

#[derive(Debug, PartialEq)]
pub(crate) struct Settings {
    pub(crate) listen: String,
    pub(crate) contacts: usize,
    pub(crate) companies: usize,
    pub(crate) leads: usize,
    pub(crate) customers: usize,
    pub(crate) catalog_elements: usize,
    pub(crate) seed: u64,
    pub(crate) language: Language,
    pub(crate) rate_limit: RateLimit,
    pub(crate) latency: Duration,
    pub(crate) api_filter: ApiFilter,
    pub(crate) customers_mode: Option<CustomersMode>,
    pub(crate) duplicate_control: bool,
    pub(crate) json: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            listen: "127.0.0.1:8080".to_owned(),
            contacts: 0,
            companies: 0,
            leads: 0,
            customers: 0,
            catalog_elements: 0,
            seed: 0,
            language: Language::default(),
            rate_limit: RateLimit::default(),
            latency: Duration::ZERO,
            api_filter: ApiFilter::Ignored,
            customers_mode: None,
            duplicate_control: false,
            json: false,
        }
    }
}

/// Reads the command line.
///
/// # Errors
/// One sentence that names the flag that is wrong.
pub(crate) fn read(mut arguments: Parser) -> Result<Command, String> {
    let mut settings = Settings::default();
    while let Some(argument) = arguments.next().map_err(|error| error.to_string())? {
        let flag = match argument {
            Arg::Long(flag) => flag.to_owned(),
            Arg::Short('h') => "help".to_owned(),
            other => return Err(other.unexpected().to_string()),
        };
        match flag.as_str() {
            "help" => return Ok(Command::Help),
            "json" => settings.json = true,
            "listen" => settings.listen = text(&mut arguments, &flag)?,
            "contacts" => settings.contacts = number(&mut arguments, &flag)?,
            "companies" => settings.companies = number(&mut arguments, &flag)?,
            "leads" => settings.leads = number(&mut arguments, &flag)?,
            "customers" => settings.customers = number(&mut arguments, &flag)?,
            "catalog-elements" => settings.catalog_elements = number(&mut arguments, &flag)?,
            "seed" => settings.seed = number(&mut arguments, &flag)?,
            "language" => settings.language = language(&mut arguments, &flag)?,
            "latency" => settings.latency = Duration::from_millis(number(&mut arguments, &flag)?),
            "rate-limit" => {
                settings.rate_limit = match text(&mut arguments, &flag)?.as_str() {
                    "off" => RateLimit::Off,
                    limit => {
                        RateLimit::PerSecond(parsed(limit, &flag, "off or a number of requests")?)
                    }
                }
            }
            "filters" => {
                let is_on = switch(&mut arguments, &flag)?;
                settings.api_filter = if is_on { ApiFilter::On } else { ApiFilter::Ignored };
            }
            "customers-mode" => settings.customers_mode = Some(mode(&mut arguments, &flag)?),
            "duplicates" => settings.duplicate_control = switch(&mut arguments, &flag)?,
            _ => return Err(format!("there is no flag --{flag}")),
        }
    }
    Ok(Command::Serve(settings))
}

fn text(arguments: &mut Parser, flag: &str) -> Result<String, String> {
    let value: OsString = arguments.value().map_err(|_| format!("--{flag} needs a value"))?;
    value.string().map_err(|_| format!("the value of --{flag} is not UTF-8"))
}

fn mode(arguments: &mut Parser, flag: &str) -> Result<CustomersMode, String> {
    match text(arguments, flag)?.as_str() {
        "off" => Ok(CustomersMode::Disabled),
        "segments" => Ok(CustomersMode::Segments),
        "periodicity" => Ok(CustomersMode::Periodicity),
        "unavailable" => Ok(CustomersMode::Unavailable),
        other => {
            Err(format!("--{flag} takes off, segments, periodicity or unavailable, not `{other}`"))
        }
    }
}

fn language(arguments: &mut Parser, flag: &str) -> Result<Language, String> {
    match text(arguments, flag)?.as_str() {
        "mixed" => Ok(Language::Mixed),
        "ru" => Ok(Language::Russian),
        "en" => Ok(Language::English),
        other => Err(format!("--{flag} takes ru, en or mixed, not `{other}`")),
    }
}

fn switch(arguments: &mut Parser, flag: &str) -> Result<bool, String> {
    match text(arguments, flag)?.as_str() {
        "on" => Ok(true),
        "off" => Ok(false),
        other => Err(format!("--{flag} takes on or off, not `{other}`")),
    }
}

fn number<T: FromStr>(arguments: &mut Parser, flag: &str) -> Result<T, String> {
    parsed(&text(arguments, flag)?, flag, "a whole number from 0")
}

fn parsed<T: FromStr>(value: &str, flag: &str, wanted: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("--{flag} takes {wanted}, not `{value}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(arguments: &[&str]) -> Result<Command, String> {
        read(Parser::from_args(arguments))
    }

    #[test]
    fn flags_are_read() {
        let wanted = Settings {
            listen: "[::1]:0".to_owned(),
            contacts: 3,
            leads: 4,
            rate_limit: RateLimit::PerSecond(5),
            latency: Duration::from_millis(20),
            api_filter: ApiFilter::On,
            customers: 6,
            catalog_elements: 7,
            seed: 8,
            language: Language::Russian,
            customers_mode: Some(CustomersMode::Segments),
            duplicate_control: true,
            json: true,
            ..Settings::default()
        };
        let flags = "--listen [::1]:0 --contacts=3 --leads 4 --rate-limit 5 --latency 20 \
                     --filters on --customers-mode segments --duplicates on --json \
                     --customers 6 --catalog-elements 7 --seed 8 --language ru";
        assert_eq!(command(&flags.split(' ').collect::<Vec<_>>()), Ok(Command::Serve(wanted)));
        assert_eq!(command(&["--rate-limit", "0", "--help"]), Ok(Command::Help));
    }

    #[test]
    fn a_wrong_flag_is_named() {
        for (arguments, wanted) in [
            (&["--contacts", "-1"][..], "--contacts takes a whole number from 0, not `-1`"),
            (&["--leads"], "--leads needs a value"),
            (
                &["--rate-limit", "fast"],
                "--rate-limit takes off or a number of requests, not `fast`",
            ),
            (&["--duplicates", "yes"], "--duplicates takes on or off, not `yes`"),
            (
                &["--customers-mode", "on"],
                "--customers-mode takes off, segments, periodicity or unavailable, not `on`",
            ),
            (&["--language", "fr"], "--language takes ru, en or mixed, not `fr`"),
            (&["--colour"], "there is no flag --colour"),
        ] {
            assert_eq!(command(arguments), Err(wanted.to_owned()));
        }
        assert!(command(&["stray"]).unwrap_err().contains("stray"));
    }
}
