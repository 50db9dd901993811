//! The template: every call of the catalog reaches its function, and nothing else does; nothing that matters is left open.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod template {
    pub(crate) mod document;
    pub(crate) mod events;
    mod hub;
    mod organization;
    pub(crate) mod pattern;
    mod sight;
}

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::{Value, json};
use template::document::{self, WITH_READS, every_rule, reached, repository, resources, rules};
use template::events::{DETAIL_TYPES, by_trail, event, function, looks};
use template::pattern;
use trailwarden_model::aws::catalog::CALLS;
use trailwarden_model::aws::delivery::Behaviour;

#[test]
fn every_call_in_scope_reaches_its_function_once_however_it_is_written() {
    let rules = rules(&document::template());
    let (mut looked, mut let_through) = (0, BTreeMap::<String, usize>::new());
    for call in by_trail() {
        for event in looks(call) {
            assert_eq!(reached(&rules, &event), [function(call.behaviour())], "{event}");
            let rule = rules.iter().find(|rule| !reached(std::slice::from_ref(rule), &event).is_empty()).unwrap();
            *let_through.entry(format!("{:30} {}", rule.id, rule.state)).or_default() += 1;
            looked += 1;
        }
    }
    assert!(looked >= 10 * by_trail().count());
    eprintln!("{looked} events of {} calls, each to one function: {let_through:#?}", by_trail().count());
}

#[test]
fn the_warning_of_the_platform_reaches_console_login_without_cloudtrail() {
    let rules = rules(&document::template());
    let warning =
        json!({ "source": "aws.signin", "detail-type": "Sign-in Anomaly Alert", "detail": { "any": "thing" } });
    assert_eq!(reached(&rules, &warning), [function(Behaviour::ConsoleLogin)]);
    let other = json!({ "source": "aws.iam", "detail-type": "Sign-in Anomaly Alert", "detail": {} });
    assert_eq!(reached(&rules, &other), Vec::<String>::new());
}

#[test]
fn what_only_looks_like_a_call_in_scope_reaches_nobody() {
    let rules = rules(&document::template());
    let in_scope: BTreeSet<(&str, &str)> = CALLS.iter().map(|call| (call.source, call.name)).collect();
    let looked = Cell::new(0);
    let quiet = |event: Value| {
        assert_eq!(reached(&rules, &event), Vec::<String>::new(), "{event}");
        looked.set(looked.get() + 1);
    };
    for call in by_trail() {
        for event in looks(call) {
            let with = |field: &str, value: Value| {
                let mut changed = event.clone();
                changed[field] = value;
                changed
            };
            let within = |field: &str, value: String| {
                let mut changed = event.clone();
                changed["detail"][field] = Value::from(value);
                changed
            };
            // Anybody may put events on the bus, but under no name that begins with `aws.`.
            quiet(with("source", json!("trailwarden.test")));
            quiet(with("source", json!(format!("my.{}", event["source"].as_str().unwrap()))));
            quiet(with("detail-type", json!("AWS Insight via CloudTrail")));
            quiet(with("detail-type", json!("aws api call via cloudtrail")));
            quiet(within("eventName", format!("{}Elsewhere", call.name)));
            quiet(within("eventName", call.name.to_lowercase()));
            quiet(within("eventSource", format!("x{}", event["detail"]["eventSource"].as_str().unwrap())));
        }
        // The same name at another service, and other names at this one.
        for other in CALLS.iter().filter(|other| !in_scope.contains(&(call.source, other.name))) {
            quiet(event(&call.event_sources()[0], DETAIL_TYPES[0], other.name, other.read_only));
        }
    }
    eprintln!("{} events that only look like one, to nobody", looked.get());
}

#[test]
fn a_decryption_that_is_not_for_a_secret_reaches_nobody() {
    let rules = rules(&document::template());
    let mut decrypt = event("kms.amazonaws.com", DETAIL_TYPES[0], "Decrypt", true);
    assert_eq!(reached(&rules, &decrypt), Vec::<String>::new());
    decrypt["detail"]["requestParameters"] = json!({ "encryptionContext": { "aws:s3:arn": "arn:aws:s3:::bucket" } });
    assert_eq!(reached(&rules, &decrypt), Vec::<String>::new());
    decrypt["detail"]["requestParameters"] = Value::Null;
    assert_eq!(reached(&rules, &decrypt), Vec::<String>::new());
}

#[test]
fn a_credential_under_watch_reaches_the_function_for_the_rest_whatever_it_does() {
    let mut rules = rules(&document::template());
    let call = event("s3.amazonaws.com", DETAIL_TYPES[0], "ListBuckets", true);
    assert_eq!(reached(&rules, &call), Vec::<String>::new(), "nobody is watched at first");
    let presence = rules.iter_mut().find(|rule| rule.id == "PresenceRule").unwrap();
    presence.pattern["detail"]["userIdentity"]["accessKeyId"] = json!(["AKIAIOSFODNN7EXAMPLE"]);
    for detail_type in DETAIL_TYPES {
        let call = event("s3.amazonaws.com", detail_type, "ListBuckets", true);
        assert_eq!(reached(&rules, &call), ["CredentialUsedFunction.Arn"]);
    }
    let mut other = call.clone();
    other["detail"]["userIdentity"]["accessKeyId"] = json!("AKIAOTHER");
    assert_eq!(reached(&rules, &other), Vec::<String>::new());
}

#[test]
fn what_a_rule_cannot_deliver_or_a_function_fails_at_is_given_to_it_again() {
    let template = document::template();
    let redrive = &template["Resources"]["RedriveFunction"]["Properties"]["Environment"]["Variables"];
    let mut invoked: Vec<Value> =
        rules(&template).into_iter().flat_map(|rule| rule.targets).map(|target| target["Arn"].clone()).collect();
    invoked.sort_by_key(Value::to_string);
    invoked.dedup();
    let mut again = redrive["FUNCTION_ARNS"][1].as_array().unwrap().clone();
    again.sort_by_key(Value::to_string);
    assert_eq!(again, invoked);
    let role = &template["Resources"]["RedriveRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"];
    let mut may = role[1]["Resource"].as_array().unwrap().clone();
    may.sort_by_key(Value::to_string);
    assert_eq!(may, invoked);
}

#[test]
fn the_rule_over_credentials_under_watch_is_changed_by_two_functions_and_no_other_rule_by_any() {
    let template = document::template();
    let mut changers = Vec::new();
    for (id, role) in resources(&template, "AWS::IAM::Role") {
        for policy in role["Properties"]["Policies"].as_array().into_iter().flatten() {
            for statement in policy["PolicyDocument"]["Statement"].as_array().unwrap() {
                // Of what is there on a condition, the second is the statement.
                let statement = statement.get(1).unwrap_or(statement);
                let looks = ["events:DescribeEventBus", "events:DescribeRule", "events:ListTargetsByRule"];
                let action = &statement["Action"];
                let actions = action.as_array().map_or(std::slice::from_ref(action), Vec::as_slice);
                let only_looks = actions.iter().all(|action| looks.iter().any(|look| action == look));
                if action.to_string().contains("events:") && !only_looks {
                    assert_eq!(statement["Action"], json!(["events:DescribeRule", "events:PutRule"]), "{id}");
                    assert_eq!(statement["Resource"], "PresenceRule.Arn", "{id}");
                    changers.push(id.clone());
                }
            }
        }
    }
    assert_eq!(changers, ["CredentialAddedRole", "UpkeepRole"]);
    for function in ["CredentialAddedFunction", "UpkeepFunction"] {
        let variables = &template["Resources"][function]["Properties"]["Environment"]["Variables"];
        assert_eq!(variables["PRESENCE_RULE"], "PresenceRule", "{function}");
    }
    let variables = &template["Resources"]["CredentialUsedFunction"]["Properties"]["Environment"]["Variables"];
    assert_eq!(variables["COVERAGE"], "rest");
}

#[test]
fn findings_of_ours_come_back_from_security_hub_and_others_do_not() {
    let mut rules = rules(&document::template());
    // `!If [WithHub, ENABLED, DISABLED]`.
    let hub = rules.iter_mut().find(|rule| rule.id == "SecurityHubRule").unwrap();
    assert_eq!(hub.state, json!(["WithHub", "ENABLED", "DISABLED"]));
    hub.state = json!("ENABLED");
    let imported = |product: &str| {
        json!({ "source": "aws.securityhub", "detail-type": "Security Hub Findings - Imported",
                "detail": { "findings": [{ "ProductName": product, "Workflow": { "Status": "SUPPRESSED" } }] } })
    };
    assert_eq!(reached(&rules, &imported("trailwarden")), ["AnswersFunction.Arn"]);
    assert_eq!(reached(&rules, &imported("GuardDuty")), Vec::<String>::new());
}

#[test]
fn every_rule_over_cloudtrail_is_in_the_state_that_receives_reads() {
    for rule in every_rule(&document::template())
        .iter()
        .filter(|rule| !["SecurityHubRule", "ExpectedChangesRule"].contains(&rule.id.as_str()))
    {
        assert_eq!(rule.state, WITH_READS, "{}", rule.id);
    }
}

#[test]
fn no_pattern_is_longer_than_event_bridge_takes() {
    let rules = rules(&document::template());
    assert!(rules.len() > 5);
    for rule in rules {
        let length = rule.pattern.to_string().len();
        assert!(length <= 2048, "{} has {length} characters", rule.id);
    }
}

#[test]
fn what_a_rule_cannot_deliver_waits_in_a_queue_that_lets_it_in() {
    let template = document::template();
    let statement = &template["Resources"]["UndeliveredQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"][0];
    let allowed = statement["Condition"]["ArnEquals"]["aws:SourceArn"].as_array().unwrap();
    // Of what is there on a condition, the tag is dropped: what is left is the condition, the rule, and nothing.
    let allowed: Vec<&Value> = allowed.iter().map(|entry| entry.get(1).unwrap_or(entry)).collect();
    let permissions: Vec<Value> =
        resources(&template, "AWS::Lambda::Permission").into_iter().map(|(_, resource)| resource).collect();
    let rules = every_rule(&template);
    assert_eq!(allowed.len(), rules.len());
    for rule in rules {
        let arn = Value::from(format!("{}.Arn", rule.id));
        assert!(allowed.contains(&&arn), "{} may not use the queue", rule.id);
        for target in &rule.targets {
            assert_eq!(target["DeadLetterConfig"]["Arn"], "UndeliveredQueue.Arn", "{}", rule.id);
            let leave = permissions.iter().any(|permission| {
                let properties = &permission["Properties"];
                properties["SourceArn"] == arn
                    && format!("{}.Arn", properties["FunctionName"].as_str().unwrap()) == target["Arn"]
            });
            assert!(leave, "{} may not invoke {}", rule.id, target["Arn"]);
        }
    }
}

#[test]
fn what_was_learned_outlives_the_stack() {
    let template = document::template();
    let kept = resources(&template, "AWS::DynamoDB::Table").into_iter().chain(resources(&template, "AWS::KMS::Key"));
    let kept: Vec<(String, Value)> = kept.collect();
    assert_eq!(kept.len(), 3);
    for (id, resource) in kept {
        assert_eq!(resource["DeletionPolicy"], "Retain", "{id}");
        assert_eq!(resource["UpdateReplacePolicy"], "Retain", "{id}");
    }
}

#[test]
fn a_judging_function_tries_thrice_and_keeps_what_it_cannot_do() {
    let template = document::template();
    assert_eq!(template["Globals"]["Function"]["Architectures"], json!(["arm64"]));
    for id in Behaviour::ALL.map(function).into_iter().chain(["CredentialUsedFunction.Arn"]) {
        let id = id.trim_end_matches(".Arn");
        let properties = &template["Resources"][id]["Properties"];
        let invoke = &properties["EventInvokeConfig"];
        assert_eq!((&invoke["MaximumRetryAttempts"], &invoke["MaximumEventAgeInSeconds"]), (&json!(2), &json!(21_600)));
        assert_eq!(invoke["DestinationConfig"]["OnFailure"]["Destination"], "FailuresQueue.Arn");
        assert_eq!(properties["ReservedConcurrentExecutions"], Value::Null);
    }
}

#[test]
fn the_ledger_is_kept_as_long_as_an_operator_says() {
    let template = document::template();
    let table = &template["Resources"]["LedgerTable"]["Properties"];
    assert_eq!(table["TimeToLiveSpecification"], json!({ "AttributeName": "ttl", "Enabled": true }));
    let keys = json!([{ "AttributeName": "pk", "KeyType": "HASH" }, { "AttributeName": "sk", "KeyType": "RANGE" }]);
    assert_eq!(table["KeySchema"], keys);
    let days = &template["Parameters"]["LedgerDays"];
    assert_eq!((&days["Default"], &days["MinValue"], &days["MaxValue"]), (&json!(365), &json!(1), &json!(3650)));
    let told = &template["Globals"]["Function"]["Environment"]["Variables"];
    assert_eq!((&told["LEDGER_TABLE_NAME"], &told["LEDGER_DAYS"]), (&json!("LedgerTable"), &json!("LedgerDays")));
}

#[test]
fn an_alarm_has_no_more_metrics_than_cloudwatch_adds_up() {
    for (id, alarm) in resources(&document::template(), "AWS::CloudWatch::Alarm") {
        let metrics = alarm["Properties"]["Metrics"].as_array().unwrap().len() - 1;
        assert!((1..=10).contains(&metrics), "{id} has {metrics}");
    }
}

#[test]
fn the_matcher_gives_the_verdicts_of_the_genuine_one() {
    let path = repository().join("../shared/data/event-patterns.jsonl");
    let Ok(cases) = fs::read_to_string(&path) else {
        eprintln!("{} is not here: the matcher is not held against it", path.display());
        return;
    };
    let mut held = 0;
    for case in cases.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        if let Some(verdict) = pattern::matches(&case["pattern"], &case["event"]) {
            assert_eq!(verdict, case["matches"], "{}", case["case"]);
            held += 1;
        }
    }
    assert!(held > 20, "only {held} cases use our operators");
}
