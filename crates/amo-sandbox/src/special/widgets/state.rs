//! Widgets in a state: the settings of those that are installed, by their codes.

use serde_json::Value;

use super::{ALL, Widgets, check};
use crate::account::Account;
use crate::flaws::Flaws;
use crate::state::item;

impl Widgets {
    pub(crate) fn shown(&self) -> Value {
        let all = self.installed.iter();
        all.map(|(code, settings)| ((*code).to_owned(), Value::Object(settings.clone()))).collect()
    }
}

/// Reads all widgets.
pub(crate) fn read(all: &Value, account: &mut Account, flaws: &mut Flaws) {
    account.widgets = Widgets::default();
    for (code, settings) in item::object(all, flaws).into_iter().flatten() {
        let Some(widget) = ALL.iter().find(|widget| widget.code == code) else {
            flaws.unexpected(code);
            continue;
        };
        flaws.within(code, |flaws| {
            let Some(settings) = item::object(settings, flaws) else { return };
            for (key, value) in settings {
                match widget.settings.iter().find(|known| known.key == key) {
                    None => flaws.unexpected(key),
                    Some(known) => flaws.within(key, |flaws| {
                        check(known.kind, value, account, flaws);
                    }),
                }
            }
            account.widgets.installed.insert(widget.code, settings.clone());
        });
    }
}
