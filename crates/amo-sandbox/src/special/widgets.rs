//! `/widgets`: installed with their settings, taken away again.

pub(crate) mod state;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::call::Call;
use crate::demo;
use crate::flaws::Flaws;
use crate::page;
use crate::reply::Reply;

/// A widget that the account can have.
struct Widget {
    id: i64,
    code: &'static str,
    rating: &'static str,
    is_lead_source: bool,
    /// The integration that it belongs to.
    client: Option<&'static str>,
    settings: &'static [Setting],
}

/// What can be set.
struct Setting {
    key: &'static str,
    name: &'static str,
    kind: Kind,
    is_required: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Pass,
    /// A text for each user.
    Users,
    /// A login and a password for each user.
    UsersWithPasswords,
    /// Anything.
    Custom,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Pass => "pass",
            Self::Users => "users",
            Self::UsersWithPasswords => "users_lp",
            Self::Custom => "custom",
        }
    }
}

const fn setting(key: &'static str, name: &'static str, kind: Kind, is_required: bool) -> Setting {
    Setting { key, name, kind, is_required }
}

static ALL: [Widget; 2] = [
    Widget {
        id: 9601,
        code: demo::WIDGET_TELEPHONY,
        rating: "4,5",
        is_lead_source: false,
        client: Some(demo::CLIENT_ID),
        settings: &[
            setting("login", "Login", Kind::Text, true),
            setting("password", "Password", Kind::Pass, true),
            setting("phones", "Extensions", Kind::Users, false),
            setting("accounts", "Accounts", Kind::UsersWithPasswords, false),
            setting("script_path", "Script", Kind::Custom, false),
        ],
    },
    Widget {
        id: 9602,
        code: demo::WIDGET_FORMS,
        rating: "2,8",
        is_lead_source: true,
        client: None,
        settings: &[],
    },
];

/// The settings of the widgets that are installed.
#[derive(Debug, Default)]
pub(crate) struct Widgets {
    installed: BTreeMap<&'static str, Map<String, Value>>,
}

pub(super) fn answer(call: &mut Call<'_>) -> Result<Reply, Reply> {
    if call.operation.action == "list" {
        let page = call.page()?;
        let on_page = ALL.iter().skip(page.start()).take(page.limit);
        let shown = on_page.map(|widget| show(widget, call, false)).collect();
        let more = ALL.len() > page.start().saturating_add(page.limit);
        return Ok(page.reply(&call.own_url(), call.query, call.key(), shown, more));
    }
    let found = ALL.iter().find(|widget| widget.code == call.parameter("id"));
    let widget = found.ok_or_else(|| Reply::not_found("There is no widget with this code"))?;
    match call.operation.action {
        "install" => install(call, widget),
        "delete" => {
            // Taking away what is not installed is 404: a guess.
            let gone = call.account.widgets.installed.remove(widget.code);
            gone.map(|_| Reply::no_content())
                .ok_or_else(|| Reply::not_found("The widget is not installed"))
        }
        _ => Ok(Reply::hal(&show(widget, call, false))),
    }
}

/// What is sent are all settings: those before are gone (a guess).
fn install(call: &mut Call<'_>, widget: &'static Widget) -> Result<Reply, Reply> {
    let settings = match page::document(call.body)? {
        Value::Object(settings) => settings,
        // PHP's empty object.
        Value::Array(empty) if empty.is_empty() => Map::new(),
        _ => return Err(Reply::bad_request("The request body must be a JSON object")),
    };
    let mut flaws = Flaws::default();
    for (key, value) in &settings {
        match widget.settings.iter().find(|known| known.key == key) {
            None => flaws.unexpected(key),
            Some(known) => flaws.within(key, |flaws| check(known.kind, value, call.account, flaws)),
        }
    }
    let needed = widget.settings.iter().filter(|known| known.is_required);
    for known in needed.filter(|known| !settings.contains_key(known.key)) {
        flaws.missing(known.key);
    }
    flaws.refuse_if_any()?;
    call.account.widgets.installed.insert(widget.code, settings);
    Ok(Reply::hal(&show(widget, call, true)))
}

fn check(kind: Kind, value: &Value, account: &Account, flaws: &mut Flaws) {
    match kind {
        Kind::Custom => {}
        Kind::Text | Kind::Pass => text(value, "", flaws),
        Kind::Users | Kind::UsersWithPasswords => {
            let users = match value {
                Value::Object(users) => users,
                Value::Array(empty) if empty.is_empty() => return,
                _ => return flaws.wrong_type("", "object"),
            };
            for (id, value) in users {
                let is_known = id.parse().is_ok_and(|id| account.user(id).is_some());
                if !is_known {
                    flaws.not_a_choice(id);
                } else if kind == Kind::Users {
                    text(value, id, flaws);
                } else {
                    text(&value["login"], &format!("{id}.login"), flaws);
                    text(&value["password"], &format!("{id}.password"), flaws);
                }
            }
        }
    }
}

fn text(value: &Value, path: &str, flaws: &mut Flaws) {
    if !value.is_string() {
        flaws.wrong_type(path, "string");
    }
}

/// The settings are told after an installation and to the widget's own integration.
fn show(widget: &Widget, call: &Call<'_>, is_told: bool) -> Value {
    let settings = call.account.widgets.installed.get(widget.code);
    let template = widget.settings.iter().map(|known| {
        json!({
            "key": known.key,
            "name": known.name,
            "type": known.kind.name(),
            "is_required": known.is_required,
        })
    });
    let main = call.account.pipelines().find(|pipeline| pipeline.is_main);
    let pipeline = main.filter(|_| widget.is_lead_source && settings.is_some());
    let mut shown = json!({
        "id": widget.id,
        "code": widget.code,
        "version": "1.0.0",
        "rating": widget.rating,
        "settings_template": template.collect::<Vec<Value>>(),
        "is_lead_source": widget.is_lead_source,
        "is_work_with_dp": false,
        "is_crm_template": false,
        "is_active_in_account": settings.is_some(),
        "client_uuid": widget.client,
        "pipeline_id": pipeline.map(|pipeline| pipeline.id),
        "_links": {"self": {"href": call.url(&format!("widgets/{}", widget.code))}},
    });
    // The box has one integration, and it is the one that asks.
    if let Some(settings) = settings.filter(|_| is_told || widget.client.is_some()) {
        shown["settings"] = Value::Object(settings.clone());
    }
    shown
}
