//! The proof of sight, as the templates let it look: it is told every rule, and refused what makes a heartbeat.

use std::collections::BTreeSet;

use serde_json::Value;
use trailwarden_model::aws::rules;

use super::document;

/// What it calls in another account.
const NEEDED: [&str; 7] = [
    "cloudtrail:DescribeTrails",
    "cloudtrail:GetTrailStatus",
    "cloudtrail:GetEventSelectors",
    "events:DescribeRule",
    "events:ListTargetsByRule",
    "iam:GetRole",
    "iam:GetRolePolicy",
];

fn environment() -> Value {
    document::template()["Resources"]["SightFunction"]["Properties"]["Environment"]["Variables"].clone()
}

/// `NAME=${ID}` as name and id; where the id is taken from an ARN, it stands beside it.
fn named(items: &Value) -> BTreeSet<(String, String)> {
    let pair = |item: &Value| {
        let text = item.get(0).unwrap_or(item).as_str().unwrap();
        let (name, id) = text.split_once('=').unwrap();
        let id = item.pointer("/1/Rule/1/1").and_then(Value::as_str).unwrap_or(id);
        (name.to_owned(), id.trim_start_matches("${").trim_end_matches('}').to_owned())
    };
    items.as_array().unwrap().iter().map(pair).collect()
}

/// Every action some policy of a role allows, whatever the condition it stands under.
fn actions(role: &Value) -> BTreeSet<String> {
    let statements = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].as_array().unwrap();
    let statements = statements.iter().map(|statement| statement.get(1).unwrap_or(statement));
    let named = statements.flat_map(|statement| match &statement["Action"] {
        Value::Array(actions) => actions.clone(),
        one => vec![one.clone()],
    });
    named.map(|action| action.as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_proof_of_sight_is_told_what_every_rule_of_the_catalog_is_called() {
    let environment = environment();
    let expected = |id: fn(&rules::Rule) -> String| -> BTreeSet<(String, String)> {
        rules::all().iter().map(|rule| (rule.name.clone(), id(rule))).collect()
    };
    assert_eq!(named(&environment["HOME_RULES"][1]), expected(|rule| rule.id.clone()));
    assert_eq!(named(&environment["CENTRAL_RULES"][1][1]), expected(|rule| format!("Central{}.Arn", rule.id)));
}

#[test]
fn nobody_who_sends_a_heartbeat_may_do_what_it_is_refused() {
    let roles = [
        document::template()["Resources"]["SightRole"].clone(),
        document::forwarder()["Resources"]["MemberRole"].clone(),
    ];
    for role in roles {
        let allowed = actions(&role);
        assert!(NEEDED.iter().all(|action| allowed.contains(*action)), "{allowed:?}");
        for action in allowed {
            let refused =
                action.starts_with("secretsmanager:") || action == "iam:CreateAccessKey" || action.contains('*');
            assert!(!refused || action.starts_with("kms:"), "{action}");
        }
    }
}

#[test]
fn the_proof_of_sight_runs_each_hour_under_the_name_doctor_asks_for() {
    let resources = document::template()["Resources"].clone();
    assert_eq!(resources["SightFunction"]["Properties"]["FunctionName"], "${AWS::StackName}-sight");
    let schedule = &resources["SightSchedule"]["Properties"];
    assert_eq!(schedule["ScheduleExpression"], "rate(1 hour)");
    assert_eq!(schedule["Targets"][0]["Arn"], "SightFunction.Arn");
}
