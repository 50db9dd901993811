//! The proof of sight's settings: its environment, read once at cold start.

use std::collections::BTreeMap;

use trailwarden_model::aws::arn::Arn;

use super::report::Place;
use crate::heartbeat::member_role;
use crate::settings::{Form, SettingsError};

/// From where a deployment is sent events, beside its own account and region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forwarded {
    /// From nowhere.
    Nowhere,
    /// From the other regions of its account.
    ThisAccount,
    /// From all accounts of an organisation.
    Organization(String),
}

/// Whose Security Hub takes findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hub {
    /// Nobody's.
    #[default]
    Nobody,
    /// That of the deployment's own account and region.
    Central,
    /// That of each account and region findings are about.
    PerMember,
}

/// What the proof of sight is told by its environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SightSettings {
    /// `STACK_NAME`: the deployment's stack, which its parts in other accounts are called after.
    pub stack: String,
    /// `TABLE_NAME`: the table of the memory, in which heartbeats are noted.
    pub table: String,
    /// `ALARMS_TOPIC_ARN`: who is told when a path becomes blind, and when it sees again.
    pub alarms_topic: String,
    /// `FORWARDED_FROM`: `nowhere`, `this-account` or an organisation's id; `nowhere` where it is not set.
    pub forwarded: Forwarded,
    /// `CENTRAL_BUS_ARN`: where forwarders send events, where there are any.
    pub central_bus: Option<String>,
    /// `ACCOUNTS`: the accounts to look at, with commas between them; those of the organisation where it is not set.
    pub accounts: Vec<String>,
    /// `REGIONS`: the regions to look at, with commas between them; those each account has enabled where it is not set.
    pub regions: Vec<String>,
    /// `MEMBER_ROLE`: the deployment's role in each account; `STACK-member` where it is not set.
    pub member_role: String,
    /// `HOME_RULES`: what the catalog's rules over the default bus are called in the deployment: `NAME=RULE`, with commas.
    pub home_rules: BTreeMap<String, String>,
    /// `CENTRAL_RULES`: the same of those over the central bus.
    pub central_rules: BTreeMap<String, String>,
    /// `HOME_QUEUES`: queues that should be empty: `NAME=URL`, with commas; `failures`, `undelivered`, `hub-refused`.
    pub queues: BTreeMap<String, String>,
    /// `SECURITY_HUB`: whose takes findings: `on` for the deployment's own, `per-member` or `off`; `off` where it is not set.
    pub hub: Hub,
    /// `LEDGER_DAYS`: how many days the ledger keeps a row; 365 where it is not set.
    pub ledger_days: u16,
    /// `LOG_LEVEL`: error, warn, info, debug or trace; info where it is not set.
    pub log_level: tracing::Level,
    /// Where the deployment is, by the topic's ARN.
    pub home: Place,
    /// The part of AWS it is in: `aws`, `aws-cn` …
    pub partition: String,
}

impl SightSettings {
    /// Reads the environment of this process.
    pub fn from_env() -> Result<Self, SettingsError> {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads settings by name; an empty value counts as none.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let mut form = Form::new(lookup);
        let stack = form.required("STACK_NAME", "the deployment's stack");
        let alarms_topic = form.required("ALARMS_TOPIC_ARN", "who is told when a path becomes blind");
        let topic = Arn::parse(&alarms_topic).filter(|arn| arn.service == "sns");
        if topic.is_none() && !alarms_topic.is_empty() {
            form.problem("ALARMS_TOPIC_ARN: is no topic's ARN".to_owned());
        }
        let (home, partition) =
            topic.map(|arn| (Place::new(arn.account, arn.region), arn.partition.to_owned())).unwrap_or_default();
        let forwarded = form.optional("FORWARDED_FROM", forwarded).unwrap_or(Forwarded::Nowhere);
        let central_bus = form.given("CENTRAL_BUS_ARN");
        if forwarded != Forwarded::Nowhere && central_bus.is_none() {
            form.problem("CENTRAL_BUS_ARN is missing (where forwarders send events)".to_owned());
        }
        let read = Self {
            table: form.required("TABLE_NAME", "the table of the memory"),
            accounts: list(form.given("ACCOUNTS")),
            regions: list(form.given("REGIONS")),
            member_role: form.given("MEMBER_ROLE").unwrap_or_else(|| member_role(&stack)),
            home_rules: form.optional("HOME_RULES", named).unwrap_or_default(),
            central_rules: form.optional("CENTRAL_RULES", named).unwrap_or_default(),
            queues: form.optional("HOME_QUEUES", named).unwrap_or_default(),
            hub: form.optional("SECURITY_HUB", hub).unwrap_or_default(),
            ledger_days: form.ledger_days(),
            log_level: form.log_level(),
            stack,
            alarms_topic,
            forwarded,
            central_bus,
            home,
            partition,
        };
        form.finish(read)
    }

    /// The region in which IAM's own events arise.
    pub(crate) fn iam_region(&self) -> &'static str {
        match self.partition.as_str() {
            "aws-cn" => "cn-north-1",
            "aws-us-gov" => "us-gov-west-1",
            _ => "us-east-1",
        }
    }

    /// What the names of services end in.
    pub(crate) fn suffix(&self) -> &'static str {
        if self.partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" }
    }
}

fn list(text: Option<String>) -> Vec<String> {
    let text = text.unwrap_or_default();
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(ToOwned::to_owned).collect()
}

fn named(text: &str) -> Result<BTreeMap<String, String>, String> {
    let pair = |item: &str| item.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    let pairs = list(Some(text.to_owned()));
    pairs.iter().map(|item| pair(item).ok_or_else(|| format!("`{item}` is no NAME=VALUE"))).collect()
}

fn forwarded(text: &str) -> Result<Forwarded, String> {
    match text {
        "nowhere" => Ok(Forwarded::Nowhere),
        "this-account" => Ok(Forwarded::ThisAccount),
        id if id.starts_with("o-") => Ok(Forwarded::Organization(id.to_owned())),
        _ => Err("is neither `nowhere`, `this-account` nor an organisation's id".to_owned()),
    }
}

fn hub(text: &str) -> Result<Hub, String> {
    match text {
        "on" => Ok(Hub::Central),
        "per-member" => Ok(Hub::PerMember),
        "off" => Ok(Hub::Nobody),
        _ => Err("is neither `on`, `per-member` nor `off`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_missing_or_wrong_is_named_at_once() {
        let error = SightSettings::from_lookup(|name| match name {
            "FORWARDED_FROM" => Some("o-abcdefghij".to_owned()),
            "HOME_RULES" => Some("a=b,c".to_owned()),
            "SECURITY_HUB" => Some("perhaps".to_owned()),
            "ALARMS_TOPIC_ARN" => Some("alarms".to_owned()),
            _ => None,
        })
        .unwrap_err();
        let named = ["STACK_NAME", "TABLE_NAME", "ALARMS_TOPIC_ARN", "CENTRAL_BUS_ARN", "HOME_RULES", "SECURITY_HUB"];
        assert!(named.iter().all(|name| error.problems.iter().any(|problem| problem.starts_with(name))), "{error}");
    }
}
