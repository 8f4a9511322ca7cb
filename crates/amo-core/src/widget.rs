//! Widgets: their settings, which hold passwords.

use std::fmt;

use serde::de::{self, MapAccess};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};

use crate::UserId;
use crate::lenient::{Members, Object};
use crate::member::always_printed;

/// The settings of a widget by their names. `Debug` shows the names only: there are passwords among
/// the values.
///
/// ```
/// use amo_core::{UserId, WidgetSettings};
///
/// let settings = WidgetSettings::new()
///     .text("login", "demo")
///     .users("phones", [(UserId::new(9), "101")]);
/// assert_eq!(serde_json::to_string(&settings)?, r#"{"login":"demo","phones":{"9":"101"}}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct WidgetSettings {
    values: Map<String, Value>,
}

impl WidgetSettings {
    /// Nothing is set.
    pub fn new() -> Self {
        Self::default()
    }

    /// A text or a password.
    #[must_use]
    pub fn text(self, key: impl Into<String>, text: impl Into<String>) -> Self {
        self.custom(key, text.into())
    }

    /// A text for each of these users, such as their internal numbers.
    #[must_use]
    pub fn users(
        self,
        key: impl Into<String>,
        users: impl IntoIterator<Item = (UserId, impl Into<String>)>,
    ) -> Self {
        let users = users.into_iter().map(|(user, text)| (user, Value::from(text.into())));
        self.by_user(key.into(), users)
    }

    /// A login and a password for each of these users.
    #[must_use]
    pub fn users_with_passwords<T: Into<String>>(
        self,
        key: impl Into<String>,
        users: impl IntoIterator<Item = (UserId, T, T)>,
    ) -> Self {
        let users = users.into_iter().map(|(user, login, password)| {
            let (login, password): (String, String) = (login.into(), password.into());
            (user, json!({ "login": login, "password": password }))
        });
        self.by_user(key.into(), users)
    }

    /// Anything.
    #[must_use]
    pub fn custom(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.values.insert(key.into(), value.into());
        self
    }

    fn by_user(mut self, key: String, users: impl Iterator<Item = (UserId, Value)>) -> Self {
        let users: Map<String, Value> =
            users.map(|(user, value)| (user.to_string(), value)).collect();
        self.values.insert(key, Value::Object(users));
        self
    }

    /// What is set under this name.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.values.get(key)
    }

    /// Everything that is set, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().map(|(key, value)| (key.as_str(), value))
    }
}

impl fmt::Debug for WidgetSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WidgetSettings ")?;
        f.debug_set().entries(self.values.keys()).finish()
    }
}

impl<'de> Deserialize<'de> for WidgetSettings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        de::DeserializeSeed::deserialize(Object(Settings), deserializer)
    }
}

/// Reads settings; without any the server says `[]`.
struct Settings;

impl<'de> Members<'de> for Settings {
    type Value = WidgetSettings;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings of a widget")
    }

    fn read<A: MapAccess<'de>>(self, mut members: A) -> Result<WidgetSettings, A::Error> {
        let mut values = Map::new();
        while let Some((key, value)) = members.next_entry()? {
            values.insert(key, value);
        }
        Ok(WidgetSettings { values })
    }

    fn empty<E: de::Error>(self) -> Result<WidgetSettings, E> {
        Ok(WidgetSettings::new())
    }
}

always_printed! { [] WidgetSettings: Deserialize::deserialize; }
