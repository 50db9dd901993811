//! A function's settings: the environment, read once at cold start, with everything wrong named at once.

use std::fmt;

use trailwarden_model::Severity;
use trailwarden_model::aws::Coverage;
use trailwarden_networks::NetworkTable;
use trailwarden_pipeline::Intake;

use crate::heartbeat::{Senders, member_role};

/// What a function is told by its environment.
#[derive(Debug)]
pub struct FunctionSettings {
    /// `TABLE_NAME`: the table of the memory.
    pub table: String,
    /// `LEDGER_TABLE_NAME`: the table of the ledger, where one is kept.
    pub ledger: Option<String>,
    /// `LEDGER_DAYS`: how many days the ledger keeps a row, from 1 to 3650; 365 where it is not set.
    pub ledger_days: u16,
    /// `TOPIC_ARN`: the topic findings are told to.
    pub topic: String,
    /// `CHAT_TOPIC_ARN`: the topic a chat listens to, where there is one.
    pub chat_topic: Option<String>,
    /// `HUB_QUEUE_URL`: the queue of what Security Hub is to import, where it is to.
    pub hub_queue: Option<String>,
    /// `PRESENCE_RULE`: the rule over credentials under watch, where this function is to watch new ones.
    pub presence_rule: Option<String>,
    /// `STACK_NAME`: the deployment's stack, which heartbeats name; none are known where it is not set.
    pub stack: Option<String>,
    /// `MEMBER_ROLE`: the deployment's role in each account; `STACK-member` where it is not set.
    pub member_role: Option<String>,
    /// `SIGHT_ROLE`: the role by which the proof of sight sends heartbeats in its own account.
    pub sight_role: Option<String>,
    /// `COVERAGE`: `catalog`, or `rest` for what the catalog leaves out; `catalog` where it is not set.
    pub coverage: Coverage,
    /// `TELL_FROM`: the severity from which findings are told; MEDIUM where it is not set.
    pub tell_from: Severity,
    /// `SETTINGS_PARAMETER`: the parameter that holds what an operator turned; the defaults where it is not set.
    pub parameter: Option<String>,
    /// `LOG_LEVEL`: error, warn, info, debug or trace; info where it is not set.
    pub log_level: tracing::Level,
    networks: NetworkTable,
}

/// Everything that is missing or wrong in the environment.
#[derive(Debug, PartialEq, Eq)]
pub struct SettingsError {
    /// One sentence for each.
    pub problems: Vec<String>,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the function's environment is not complete: {}", self.problems.join("; "))
    }
}

impl std::error::Error for SettingsError {}

impl FunctionSettings {
    /// Reads the environment of this process.
    pub fn from_env() -> Result<Self, SettingsError> {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads settings by name; an empty value counts as none.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let mut form = Form::new(lookup);
        let read = Self {
            table: form.required("TABLE_NAME", "the table of the memory"),
            ledger: form.given("LEDGER_TABLE_NAME"),
            ledger_days: form.ledger_days(),
            topic: form.required("TOPIC_ARN", "the topic findings are told to"),
            chat_topic: form.given("CHAT_TOPIC_ARN"),
            hub_queue: form.given("HUB_QUEUE_URL"),
            presence_rule: form.given("PRESENCE_RULE"),
            stack: form.given("STACK_NAME"),
            member_role: form.given("MEMBER_ROLE"),
            sight_role: form.given("SIGHT_ROLE"),
            coverage: form.optional("COVERAGE", coverage).unwrap_or_default(),
            tell_from: form
                .optional("TELL_FROM", |text| Severity::parse(text).ok_or("is no severity".to_owned()))
                .unwrap_or(Severity::Medium),
            parameter: form.given("SETTINGS_PARAMETER"),
            log_level: form.log_level(),
            networks: form.optional("NETWORKS_FILE", networks).unwrap_or_else(NetworkTable::empty),
        };
        form.finish(read)
    }

    /// Whose heartbeats this function knows.
    pub(crate) fn senders(&self) -> Option<Senders> {
        let stack = self.stack.clone()?;
        let member = self.member_role.clone().unwrap_or_else(|| member_role(&stack));
        Some(Senders { stack, member, own: self.sight_role.clone() })
    }

    /// The intake of this function: what its rules send, looked up in the deployment's address table, which goes with
    /// it: a copy would be megabytes, and milliseconds of every cold start.
    pub(crate) fn take_intake(&mut self) -> Intake {
        Intake { coverage: self.coverage, networks: std::mem::replace(&mut self.networks, NetworkTable::empty()) }
    }
}

fn coverage(text: &str) -> Result<Coverage, String> {
    match text {
        "catalog" => Ok(Coverage::Catalog),
        "rest" => Ok(Coverage::Rest),
        _ => Err("is neither `catalog` nor `rest`".to_owned()),
    }
}

/// How many days the ledger keeps a row where nobody says otherwise: a year, as the template does.
const LEDGER_DAYS: u16 = 365;

fn days(text: &str) -> Result<u16, String> {
    let days = text.parse().ok().filter(|days| (1..=3650).contains(days));
    days.ok_or_else(|| "must be a number of days, from 1 to 3650".to_owned())
}

pub(crate) fn networks(path: &str) -> Result<NetworkTable, String> {
    let file = std::fs::File::open(path).map_err(|error| format!("cannot be read: {error}"))?;
    NetworkTable::from_file(file).map_err(|error| error.to_string())
}

/// The environment as a form to be filled in, with what is wrong with it.
pub(crate) struct Form<L> {
    lookup: L,
    problems: Vec<String>,
}

impl<L: Fn(&str) -> Option<String>> Form<L> {
    pub(crate) fn new(lookup: L) -> Self {
        Self { lookup, problems: Vec::new() }
    }

    /// What was read, if nothing is wrong with it.
    pub(crate) fn finish<T>(self, read: T) -> Result<T, SettingsError> {
        if self.problems.is_empty() { Ok(read) } else { Err(SettingsError { problems: self.problems }) }
    }

    pub(crate) fn log_level(&mut self) -> tracing::Level {
        let read = |text: &str| text.parse().map_err(|_| "is no log level".to_owned());
        self.optional("LOG_LEVEL", read).unwrap_or(tracing::Level::INFO)
    }

    pub(crate) fn ledger_days(&mut self) -> u16 {
        self.optional("LEDGER_DAYS", days).unwrap_or(LEDGER_DAYS)
    }

    pub(crate) fn given(&self, name: &str) -> Option<String> {
        (self.lookup)(name).filter(|value| !value.is_empty())
    }

    pub(crate) fn problem(&mut self, problem: String) {
        self.problems.push(problem);
    }

    pub(crate) fn required(&mut self, name: &str, what: &str) -> String {
        self.given(name).unwrap_or_else(|| {
            self.problems.push(format!("{name} is missing ({what})"));
            String::new()
        })
    }

    pub(crate) fn optional<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let value = self.given(name)?;
        match read(&value) {
            Ok(read) => Some(read),
            Err(problem) => {
                self.problem(format!("{name}: {problem}"));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_missing_or_wrong_is_named_at_once() {
        let error = FunctionSettings::from_lookup(|name| match name {
            "TELL_FROM" => Some("loud".to_owned()),
            "LEDGER_DAYS" => Some("0".to_owned()),
            "COVERAGE" => Some("everything".to_owned()),
            "NETWORKS_FILE" => Some("/nowhere/networks.bin".to_owned()),
            _ => None,
        })
        .unwrap_err();
        let named = ["TABLE_NAME", "TOPIC_ARN", "COVERAGE", "TELL_FROM", "LEDGER_DAYS", "NETWORKS_FILE"];
        assert!(named.iter().all(|name| error.problems.iter().any(|problem| problem.starts_with(name))), "{error}");
    }

    #[test]
    fn a_table_and_a_topic_are_enough() {
        let settings = FunctionSettings::from_lookup(|name| match name {
            "TABLE_NAME" | "TOPIC_ARN" => Some(name.to_lowercase()),
            _ => None,
        })
        .unwrap();
        assert_eq!((settings.tell_from, settings.parameter), (Severity::Medium, None));
        assert_eq!((settings.ledger, settings.ledger_days), (None, 365));
    }
}
