//! Rules: which events EventBridge lets through for which behaviour, made from the catalog of calls.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::catalog::{CALLS, Call};
use super::delivery::{Behaviour, OWN_NAME};
use crate::Tier;

/// The longest pattern EventBridge takes, in characters.
const LONGEST: usize = 2048;

/// How CloudTrail's events name themselves: its own pages disagree about the sign-in, so every spelling.
const DETAIL_TYPES: [&str; 5] = [
    "AWS API Call via CloudTrail",
    "AWS Console Action via CloudTrail",
    "AWS Console Sign In via CloudTrail",
    "AWS Console Signin via CloudTrail",
    "AWS Service Event via CloudTrail",
];

/// The one call that never comes by way of CloudTrail.
const ANOMALY: (&str, &str) = ("signin", "SignInAnomalyAlert");

/// One rule, of the default bus where events arise or of the bus they are forwarded to.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// `CredentialAddedSubjectRule1` …: its logical id in a template.
    pub id: String,
    /// `credential-added-subject-1` …: what its name ends with where it is named.
    pub name: String,
    /// What its calls are received for.
    pub behaviour: Behaviour,
    /// One line for whoever looks at it.
    pub description: String,
    /// What it lets through.
    pub pattern: Value,
}

/// Every rule the catalog asks for, in a fixed order.
#[must_use]
pub fn all() -> Vec<Rule> {
    let mut rules = Vec::new();
    for behaviour in Behaviour::ALL {
        for tier in [Tier::Subject, Tier::Context] {
            let calls: Vec<&Call> = CALLS
                .iter()
                .filter(|call| call.behaviour() == behaviour && call.tier == tier)
                .filter(|call| (call.source, call.name) != ANOMALY)
                .collect();
            rules.extend(packed(behaviour, tier, &calls));
        }
    }
    rules.push(anomaly());
    rules
}

/// As few rules as the calls fit in, each source's calls together where they can be.
fn packed(behaviour: Behaviour, tier: Tier, calls: &[&Call]) -> Vec<Rule> {
    let mut patterns: Vec<Vec<Value>> = Vec::new();
    for choice in choices(calls) {
        match patterns.last_mut() {
            Some(last) if length(&pattern(&[last.as_slice(), std::slice::from_ref(&choice)].concat())) <= LONGEST => {
                last.push(choice);
            }
            _ => patterns.push(vec![choice]),
        }
    }
    let (tier, about) = match tier {
        Tier::Context => ("Context", "what changes the meaning of the three behaviours"),
        _ => ("Subject", "the behaviour itself"),
    };
    let numbered = patterns.iter().enumerate().map(|(index, choices)| Rule {
        id: format!("{}{tier}Rule{}", behaviour.title(), index + 1),
        name: format!("{}-{}-{}", behaviour.name(), tier.to_lowercase(), index + 1),
        behaviour,
        description: format!("{}: {about}, part {} of {}", behaviour.name(), index + 1, patterns.len()),
        pattern: pattern(choices),
    });
    numbered.collect()
}

/// What a call may look like, source by source.
fn choices(calls: &[&Call]) -> Vec<Value> {
    let mut by_source: BTreeMap<Vec<String>, Vec<&Call>> = BTreeMap::new();
    for call in calls {
        by_source.entry(call.event_sources()).or_default().push(call);
    }
    let mut choices = Vec::new();
    for (sources, calls) in by_source {
        // The prefix lets `.amazonaws.com.cn` through, where China's services call themselves so.
        let sources: Vec<Value> = sources.iter().map(|source| json!({ "prefix": source })).collect();
        let (own, others): (Vec<&Call>, Vec<&Call>) =
            calls.into_iter().partition(|call| call.own_parameter().is_some());
        let (narrow, plain): (Vec<&Call>, Vec<&Call>) =
            others.into_iter().partition(|call| !call.encryption_contexts().is_empty());
        choices.extend(own_choices(&sources, &own));
        if !plain.is_empty() {
            let names: Vec<&str> = plain.iter().map(|call| call.name).collect();
            choices.push(json!({ "eventSource": sources, "eventName": names }));
        }
        for call in narrow {
            for context in call.encryption_contexts() {
                let context: Map<String, Value> =
                    Map::from_iter([((*context).to_owned(), json!([{ "exists": true }]))]);
                choices.push(json!({
                    "eventSource": sources,
                    "eventName": [call.name],
                    "requestParameters": { "encryptionContext": context },
                }));
            }
        }
    }
    choices
}

/// What calls on parts of this detector look like, by the parameter that names the part.
fn own_choices(sources: &[Value], calls: &[&Call]) -> Vec<Value> {
    let mut by_parameter: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for call in calls {
        by_parameter.entry(call.own_parameter().unwrap_or_default()).or_default().push(call.name);
    }
    let choice = |(parameter, names): (&str, Vec<&str>)| {
        let named: Map<String, Value> =
            Map::from_iter([(parameter.to_owned(), json!([{ "wildcard": format!("*{OWN_NAME}*") }]))]);
        json!({ "eventSource": sources, "eventName": names, "requestParameters": named })
    };
    by_parameter.into_iter().map(choice).collect()
}

fn pattern(choices: &[Value]) -> Value {
    // Only AWS may send events whose source begins so: nobody can make us judge an invented record.
    json!({ "source": [{ "prefix": "aws." }], "detail-type": DETAIL_TYPES, "detail": { "$or": choices } })
}

fn anomaly() -> Rule {
    Rule {
        id: "ConsoleLoginAnomalyRule".to_owned(),
        name: "console-login-anomaly".to_owned(),
        behaviour: Behaviour::ConsoleLogin,
        description: "console-login: the warning of the platform itself, which no file of a trail ever holds"
            .to_owned(),
        pattern: json!({ "source": ["aws.signin"], "detail-type": ["Sign-in Anomaly Alert"] }),
    }
}

/// The length EventBridge counts: the pattern as JSON without a space.
fn length(pattern: &Value) -> usize {
    pattern.to_string().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_pattern_is_longer_than_event_bridge_takes() {
        for rule in all() {
            assert!(length(&rule.pattern) <= LONGEST, "{} has {}", rule.id, length(&rule.pattern));
        }
    }

    #[test]
    fn a_source_with_too_many_calls_would_be_noticed() {
        // A single choice is never split: the test above fails first, and this says how near it is.
        let longest = all().iter().map(|rule| length(&rule.pattern)).max().unwrap();
        assert!(longest > LONGEST / 2, "{longest}");
    }
}
