//! How the control API writes which requests a fault or a script is about.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};

use super::answer::Refusal;
use super::asked::read;
use crate::rule::{Chance, Rule};

#[derive(Deserialize)]
struct RuleBody {
    method: Option<String>,
    path: Option<String>,
    path_prefix: Option<String>,
    skip: Option<usize>,
    times: Option<Times>,
    probability: Option<f64>,
    seed: Option<u64>,
}

const MEMBERS: [&str; 7] =
    ["method", "path", "path_prefix", "skip", "times", "probability", "seed"];

/// A number, or `"always"`.
struct Times(usize);

impl<'de> Deserialize<'de> for Times {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let number = value.as_u64().and_then(|times| usize::try_from(times).ok());
        match number {
            Some(times) if times > 0 => Ok(Times(times)),
            _ if value == "always" => Ok(Times(Rule::ALWAYS)),
            _ => Err(D::Error::custom(format!("{value} is no number from 1 and not \"always\""))),
        }
    }
}

/// Takes the rule out of a body; what is left is for others to read.
pub(super) fn take(body: &mut Map<String, Value>) -> Result<Rule, Refusal> {
    let found = MEMBERS.into_iter().filter_map(|name| body.remove_entry(name));
    let said: RuleBody = read(Value::Object(found.collect()))?;
    let chance = match (said.probability, said.seed) {
        (None, None) => None,
        (None, Some(_)) => return Err(Refusal::bad("`seed` goes with `probability`")),
        (Some(probability), _) if !(0.0..=1.0).contains(&probability) => {
            return Err(Refusal::bad("`probability` must be from 0 to 1"));
        }
        (Some(probability), seed) => Some(Chance::new(probability, seed.unwrap_or_default())),
    };
    Ok(Rule {
        method: said.method.map(|method| method.to_ascii_uppercase()),
        path: said.path,
        prefix: said.path_prefix,
        skip: said.skip.unwrap_or_default(),
        times: said.times.map_or(1, |times| times.0),
        chance,
    })
}

/// The same way back, without what is not said.
pub(super) fn show(rule: &Rule) -> Map<String, Value> {
    let times = if rule.times == Rule::ALWAYS { json!("always") } else { json!(rule.times) };
    let chance = rule.chance.as_ref();
    let members = [
        ("method", json!(rule.method)),
        ("path", json!(rule.path)),
        ("path_prefix", json!(rule.prefix)),
        ("skip", json!(rule.skip)),
        ("times", times),
        ("probability", json!(chance.map(|chance| chance.probability))),
        ("seed", json!(chance.map(|chance| chance.seed))),
    ];
    let said = members.into_iter().filter(|(_, value)| !value.is_null());
    said.map(|(name, value)| (name.to_owned(), value)).collect()
}
