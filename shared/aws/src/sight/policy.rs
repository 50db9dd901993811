//! Policies: what a document lets somebody do, as far as the proof of sight asks.

use std::collections::BTreeSet;

use serde_json::Value;
use wildmatch::WildMatch;

/// Whether a document allows an action on a resource, and does not deny it.
pub(super) fn allows(document: &str, action: &str, resource: &str) -> bool {
    let speaks = |effect: &str| {
        statements(document).iter().any(|statement| {
            statement.get("Effect").and_then(Value::as_str) == Some(effect)
                && many(statement.get("Action")).iter().any(|one| like(&one.to_lowercase(), &action.to_lowercase()))
                && many(statement.get("Resource")).iter().any(|one| like(one, resource))
        })
    };
    speaks("Allow") && !speaks("Deny")
}

/// Whether a service may wear a role with this trust policy.
pub(super) fn trusts(document: &str, service: &str) -> bool {
    statements(document).iter().any(|statement| {
        statement.get("Effect").and_then(Value::as_str) == Some("Allow")
            && many(statement.pointer("/Principal/Service")).contains(&service)
    })
}

/// Whom the policy of a bus lets in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Guests {
    /// The organisations it names.
    pub(super) organizations: BTreeSet<String>,
}

/// Which organisations the policy of a bus lets put events on it.
pub(super) fn guests(document: &str, bus: &str) -> Guests {
    let mut guests = Guests::default();
    for statement in statements(document) {
        let allowed = allows(&serde_json::json!({ "Statement": [statement] }).to_string(), "events:PutEvents", bus);
        let operators = statement.get("Condition").and_then(Value::as_object).filter(|_| allowed);
        for conditions in operators.into_iter().flat_map(|operators| operators.values()).filter_map(Value::as_object) {
            for (key, values) in conditions {
                let named = match key.to_lowercase().as_str() {
                    "aws:principalorgid" => many(Some(values)),
                    "aws:principalorgpaths" => {
                        many(Some(values)).into_iter().filter_map(|path| path.split('/').next()).collect()
                    }
                    _ => Vec::new(),
                };
                guests.organizations.extend(named.into_iter().map(ToOwned::to_owned));
            }
        }
    }
    guests
}

fn statements(document: &str) -> Vec<Value> {
    let parsed: Option<Value> = serde_json::from_str(document).ok();
    match parsed.as_ref().and_then(|policy| policy.get("Statement")) {
        Some(Value::Array(list)) => list.clone(),
        Some(one @ Value::Object(_)) => vec![one.clone()],
        _ => Vec::new(),
    }
}

fn many(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(one)) => vec![one],
        _ => Vec::new(),
    }
}

/// Whether a text is as a pattern with `*` and `?` says.
fn like(pattern: &str, text: &str) -> bool {
    WildMatch::new(pattern).matches(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUS: &str = "arn:aws:events:eu-central-1:111122223333:event-bus/tw-central";

    #[test]
    fn a_pattern_stands_for_what_iam_takes_it_for() {
        for (pattern, text, is) in [
            ("events:*", "events:putevents", true),
            ("*", "", true),
            ("a?c*e", "abcde", true),
            ("a*b", "ab", true),
            ("a*b", "a", false),
            ("abc", "abcd", false),
        ] {
            assert_eq!(like(pattern, text), is, "{pattern} {text}");
        }
    }

    #[test]
    fn a_denial_takes_what_was_allowed() {
        let allow = r#"{"Effect":"Allow","Action":["events:Put*"],"Resource":"*"}"#;
        let deny = r#"{"Effect":"Deny","Action":"events:PutEvents","Resource":"arn:aws:events:*:*:event-bus/*"}"#;
        assert!(allows(&format!(r#"{{"Statement":{allow}}}"#), "events:PutEvents", BUS));
        assert!(!allows(&format!(r#"{{"Statement":[{allow},{deny}]}}"#), "events:PutEvents", BUS));
        assert!(!allows("not json", "events:PutEvents", BUS));
    }

    #[test]
    fn the_organisations_of_a_bus_are_those_its_conditions_name() {
        let policy = format!(
            r#"{{"Statement":[{{"Effect":"Allow","Principal":"*","Action":"events:PutEvents","Resource":"{BUS}",
            "Condition":{{"StringEquals":{{"aws:PrincipalOrgID":"o-aaaaaaaaaa"}},"StringLike":{{"events:source":"aws.*"}}}}}}]}}"#
        );
        assert_eq!(guests(&policy, BUS).organizations, BTreeSet::from(["o-aaaaaaaaaa".to_owned()]));
        assert_eq!(guests(&policy, "arn:other").organizations, BTreeSet::new());
    }
}
