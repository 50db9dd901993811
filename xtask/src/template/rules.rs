//! Rules: which events reach which function, made from the catalog of calls.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value, json};
use trailwarden_model::Tier;
use trailwarden_model::aws::catalog::{CALLS, Call};
use trailwarden_model::aws::delivery::Behaviour;

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

/// One rule of the default bus.
#[derive(Debug)]
pub(super) struct Rule {
    /// Its logical id.
    pub(super) id: String,
    behaviour: Behaviour,
    description: String,
    pattern: Value,
}

/// Every rule the catalog asks for.
pub(super) fn all() -> Vec<Rule> {
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
        id: format!("{}{tier}Rule{}", title(behaviour), index + 1),
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
        let (narrow, plain): (Vec<&Call>, Vec<&Call>) =
            calls.into_iter().partition(|call| !call.encryption_contexts().is_empty());
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

fn pattern(choices: &[Value]) -> Value {
    // Only AWS may send events whose source begins so: nobody can make us judge an invented record.
    json!({ "source": [{ "prefix": "aws." }], "detail-type": DETAIL_TYPES, "detail": { "$or": choices } })
}

fn anomaly() -> Rule {
    Rule {
        id: "ConsoleLoginAnomalyRule".to_owned(),
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

/// `CredentialAdded` …, as logical ids begin.
fn title(behaviour: Behaviour) -> &'static str {
    match behaviour {
        Behaviour::CredentialAdded => "CredentialAdded",
        Behaviour::SecretAccessed => "SecretAccessed",
        Behaviour::ConsoleLogin => "ConsoleLogin",
    }
}

impl Rule {
    /// The rule and the leave it needs to invoke its function, as resources of the template.
    pub(super) fn yaml(&self) -> String {
        let (id, function) = (&self.id, title(self.behaviour));
        let mut text = String::new();
        let _ = write!(
            text,
            "
  {id}:
    Type: AWS::Events::Rule
    Properties:
      Description: '{}'
      State: ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS
      EventPattern:
",
            self.description
        );
        yaml(&self.pattern, 8, &mut text);
        let _ = write!(
            text,
            "      Targets:
        - Id: {name}
          Arn: !GetAtt {function}Function.Arn
          DeadLetterConfig: {{ Arn: !GetAtt UndeliveredQueue.Arn }}
  {id}Permission:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !Ref {function}Function
      Principal: events.amazonaws.com
      SourceArn: !GetAtt {id}.Arn
",
            name = self.behaviour.name(),
        );
        text
    }

    /// The rule's ARN, as an item of a list.
    pub(super) fn arn_item(&self) -> String {
        format!("                - !GetAtt {}.Arn\n", self.id)
    }
}

/// JSON as block YAML: an array of plain values on one line where it fits.
fn yaml(value: &Value, indent: usize, text: &mut String) {
    let space = " ".repeat(indent);
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let _ = write!(text, "{space}{name}:");
                below(value, indent, text);
            }
        }
        Value::Array(items) => {
            for item in items {
                let mut nested = String::new();
                yaml(item, indent + 2, &mut nested);
                let _ = writeln!(text, "{space}- {}", nested.trim_start().trim_end_matches('\n'));
            }
        }
        plain => {
            let _ = writeln!(text, "{space}{}", scalar(plain));
        }
    }
}

/// A field's value: on the field's line where it is short and flat, else below it.
fn below(value: &Value, indent: usize, text: &mut String) {
    const WIDTH: usize = 100;
    match value {
        Value::Array(items) if items.iter().all(is_flat) => {
            let line = items.iter().map(scalar).collect::<Vec<_>>().join(", ");
            if line.len() + indent <= WIDTH {
                let _ = writeln!(text, " [{line}]");
            } else {
                text.push('\n');
                yaml(value, indent + 2, text);
            }
        }
        _ => {
            text.push('\n');
            yaml(value, indent + 2, text);
        }
    }
}

fn is_flat(value: &Value) -> bool {
    match value {
        Value::Array(_) => false,
        Value::Object(fields) => fields.len() == 1 && fields.values().all(|value| !value.is_array() && is_flat(value)),
        _ => true,
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(fields) => {
            let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name}: {}", scalar(value))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        other => other.to_string(),
    }
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
