//! Events of calls in scope, in every way they have been seen to be written.

use serde_json::{Value, json};
use trailwarden_model::aws::catalog::{CALLS, Call};
use trailwarden_model::aws::delivery::Behaviour;

/// How CloudTrail's events have been seen to name themselves.
pub(crate) const DETAIL_TYPES: [&str; 5] = [
    "AWS API Call via CloudTrail",
    "AWS Console Action via CloudTrail",
    "AWS Console Sign In via CloudTrail",
    "AWS Console Signin via CloudTrail",
    "AWS Service Event via CloudTrail",
];

/// An event as EventBridge sends it.
pub(crate) fn event(source: &str, detail_type: &str, name: &str, read_only: bool) -> Value {
    json!({
        "source": format!("aws.{}", source.split('.').next().unwrap()), "detail-type": detail_type,
        "account": "111122223333", "region": "us-east-1", "time": "2026-03-03T09:15:00Z",
        "detail": {
            "eventSource": source, "eventName": name, "readOnly": read_only,
            "userIdentity": { "type": "IAMUser", "accessKeyId": "AKIAIOSFODNN7EXAMPLE" },
            "requestParameters": { "userName": "bob" },
        },
    })
}

/// Every call that comes by way of CloudTrail.
pub(crate) fn by_trail() -> impl Iterator<Item = &'static Call> {
    CALLS.iter().filter(|call| call.name != "SignInAnomalyAlert")
}

/// Every way an event of that call may look, in each partition.
pub(crate) fn looks(call: &Call) -> Vec<Value> {
    let mut looks = Vec::new();
    for source in call.event_sources().iter().flat_map(|source| [source.clone(), format!("{source}.cn")]) {
        for detail_type in DETAIL_TYPES {
            let plain = event(&source, detail_type, call.name, call.read_only);
            if let Some(parameter) = call.own_parameter() {
                let mut with = plain;
                with["detail"]["requestParameters"] = json!({ parameter: "arn:aws:x:trailwarden-part-1A2B" });
                looks.push(with);
                continue;
            }
            if call.encryption_contexts().is_empty() {
                looks.push(plain);
                continue;
            }
            for context in call.encryption_contexts() {
                let mut with = plain.clone();
                with["detail"]["requestParameters"] = json!({ "encryptionContext": { *context: "arn:aws:x" } });
                looks.push(with);
            }
        }
    }
    looks
}

/// The target that is the function of a behaviour.
pub(crate) fn function(behaviour: Behaviour) -> &'static str {
    match behaviour {
        Behaviour::CredentialAdded => "CredentialAddedFunction.Arn",
        Behaviour::SecretAccessed => "SecretAccessedFunction.Arn",
        Behaviour::ConsoleLogin => "ConsoleLoginFunction.Arn",
    }
}
