//! The watch's settings: its environment, read once at cold start.

use crate::settings::{Form, SettingsError};

/// What a function that only keeps the watch is told by its environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresenceSettings {
    /// `TABLE_NAME`: the table of the memory.
    pub table: String,
    /// `PRESENCE_RULE`: the rule over credentials under watch.
    pub rule: RuleName,
    /// `LOG_LEVEL`: error, warn, info, debug or trace; info where it is not set.
    pub log_level: tracing::Level,
}

/// A rule's name, with its bus where that is not the default one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleName {
    /// The bus.
    pub bus: Option<String>,
    /// The rule.
    pub name: String,
}

impl RuleName {
    /// Reads `RULE` or `BUS|RULE`, as `CloudFormation` refers to a rule.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text.split_once('|') {
            Some((bus, name)) => Self { bus: Some(bus.to_owned()), name: name.to_owned() },
            None => Self { bus: None, name: text.to_owned() },
        }
    }
}

impl PresenceSettings {
    /// Reads the environment of this process.
    pub fn from_env() -> Result<Self, SettingsError> {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads settings by name; an empty value counts as none.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let mut form = Form::new(lookup);
        let read = Self {
            table: form.required("TABLE_NAME", "the table of the memory"),
            rule: RuleName::parse(&form.required("PRESENCE_RULE", "the rule over credentials under watch")),
            log_level: form.log_level(),
        };
        form.finish(read)
    }
}
