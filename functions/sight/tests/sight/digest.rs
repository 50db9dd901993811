//! The weekly digest: asked for as the template asks, and told to whoever is told of alarms.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use trailwarden_aws::LedgerTable;
use trailwarden_fixtures::findings::ordinary;
use trailwarden_model::{Finding, FindingId, Severity, Status};
use trailwarden_pipeline::Publisher;

use crate::deployment::Deployment;
use crate::filter::counted;
use crate::ledger_table::new_table;
use crate::table::{client, emulator};
use crate::world::World;

/// A Monday at seven: the week is that of 23 February to 1 March.
const MONDAY: &str = "2026-03-02T07:00:00Z";

/// What the template's weekly rule says, every name in it standing for itself but for the ledger's.
fn asked(ledger: &str) -> Value {
    let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../template.yaml");
    let template = std::fs::read_to_string(template).unwrap();
    let (_, rest) = template.split_once("InputTemplate: !Sub\n              - |\n").unwrap();
    let (input, _) = rest.split_once("\n              -\n").unwrap();
    let given = [
        ("<time>", "\"\""),
        ("${LedgerTable}", ledger),
        ("${MemorySize}", "128"),
        ("${AlarmMetrics}", "70"),
        ("${Encryption}", "customer-managed"),
        ("${PointInTimeRecovery}", "on"),
    ];
    let input = given.iter().fold(input.to_owned(), |input, (name, value)| input.replace(name, value));
    let input: Value = serde_json::from_str(&input.replace("\"${", "\"").replace("}\"", "\"")).unwrap();
    input["digest"].clone()
}

fn finding(name: &str, day: &str, severity: Severity, status: Status) -> Finding {
    let at = format!("{day}T12:00:00Z").parse().unwrap();
    let (title, id) = (format!("what {name} did"), FindingId::new(&format!("tw-{name}")));
    Finding { id, title, severity, status, created_at: at, last_seen: at, ..ordinary("credential-added.for-itself") }
}

/// A deployment after a week in which something happened.
async fn after_a_week() -> (Deployment, Value) {
    after_a_week_with(&[]).await
}

async fn after_a_week_with(changed: &[(&'static str, &str)]) -> (Deployment, Value) {
    let ledger = new_table().await;
    let rows = LedgerTable::new(client(&emulator()), &ledger, 365);
    for finding in [
        finding("before", "2026-02-22", Severity::Critical, Status::Open),
        finding("low", "2026-02-23", Severity::Low, Status::Open),
        finding("medium", "2026-02-24", Severity::Medium, Status::Open),
        finding("high", "2026-02-25", Severity::High, Status::Open),
        finding("rotation", "2026-02-25", Severity::Medium, Status::Resolved),
        finding("answered", "2026-03-01", Severity::High, Status::Suppressed),
        finding("after", "2026-03-02", Severity::Critical, Status::Open),
    ] {
        rows.follow(&finding).await.unwrap();
    }
    let mut world = World::healthy();
    world.counted = [
        ("AWS/Lambda Invocations CredentialAddedFunction", 1000.0),
        ("AWS/Lambda Invocations SecretAccessedFunction", 20_000.0),
        ("AWS/Lambda Invocations SightFunction", 168.0),
        ("AWS/Lambda Errors SecretAccessedFunction", 3.0),
        ("AWS/Lambda Errors SightFunction", 5.0),
        ("AWS/Lambda Duration SecretAccessedFunction", 8_000_000.0),
        ("trailwarden Events tw judged", 20_300.0),
        ("trailwarden Events tw heartbeat", 690.0),
        ("trailwarden Events tw out-of-scope", 6.0),
        ("trailwarden Events tw rejected", 1.0),
        ("AWS/SNS NumberOfMessagesPublished FindingsTopic.TopicName", 2.0),
        ("AWS/DynamoDB ConsumedWriteCapacityUnits LedgerTable", 9e9),
        ("AWS/Logs IncomingBytes /trailwarden/tw/secret-accessed", 2e9),
    ]
    .map(|(metric, sum)| (metric.to_owned(), sum))
    .into_iter()
    .collect::<BTreeMap<_, _>>();
    world.counted.insert(format!("AWS/DynamoDB ConsumedWriteCapacityUnits {ledger}"), 4e6);
    (Deployment::with(world, changed).await, asked(&ledger))
}

#[tokio::test]
async fn once_a_week_people_are_told_what_was_seen_judged_and_found_and_what_it_cost() {
    let (deployment, asked) = after_a_week().await;
    let digest = deployment.digest(MONDAY, &asked);
    let (subject, body) = deployment.stage.world().mails.last().unwrap().clone();
    eprintln!("{subject}\n\n{body}");
    assert_eq!(subject, "tw: week to 2026-03-01: 2 findings to look at");
    for words in [
        "For you: 2 findings to look at.",
        "5 found; open: 1 HIGH, 1 MEDIUM, 1 LOW; 1 closed themselves; 1 suppressed",
        "2 notices told",
        "- HIGH: what high did (account 111122223333, last seen 2026-02-25T12:00:00Z; trailwarden explain tw-high)",
        "3 accounts, 12 regions of them in all",
        "account 444455556666: well in ap-southeast-2, eu-central-1, eu-west-1, us-east-1",
        "21,000 received = 20,300 judged + 690 heartbeats + 6 out of scope + 1 rejected + 3 given back and tried again",
        "delivered twice counts twice",
        // 20,000 calls of 400 ms at 128 MB.
        "Lambda: 1,000 x GB-second on arm64",
        "$2.50  DynamoDB: 4,000,000 x write request unit",
        "$1.00  CloudWatch: 2.00 x GB of logs",
    ] {
        assert!(body.contains(words), "{words}: {body}");
    }
    // What programs read is what people read, on one line of its own.
    let (_, read) = body.split_once("\n---- the digest, as JSON ----\n").unwrap();
    assert_eq!(serde_json::from_str::<Value>(read).unwrap(), digest);
    let events = digest["events"].as_object().unwrap();
    let sum: i64 =
        events.iter().filter(|(name, _)| *name != "received").map(|(_, count)| count.as_i64().unwrap()).sum();
    assert_eq!((json!(sum), &events["unaccounted"]), (events["received"].clone(), &json!(0)));
    let lines = digest["cost"]["lines"].as_array().unwrap();
    let sum: f64 = lines.iter().map(|line| line["usd"].as_f64().unwrap()).sum();
    assert!((sum - digest["cost"]["usd"].as_f64().unwrap()).abs() < 1e-9);
}

#[tokio::test]
async fn what_does_not_add_up_and_what_cannot_be_read_is_said() {
    let (deployment, asked) = after_a_week().await;
    deployment.stage.world().counted.insert("trailwarden Events tw judged".to_owned(), 20_200.0);
    assert_eq!(deployment.digest(MONDAY, &asked)["events"]["unaccounted"], 100);
    let said = deployment.stage.world().mails.last().unwrap().1.clone();
    assert!(said.contains("100 more than the sum"), "{said}");
    deployment.stage.world().rule("eu-west-1", "tw-console-login-subject-1")["State"] = "DISABLED".into();
    deployment.stage.world().denied.insert("GetMetricData".to_owned());
    let digest = deployment.digest(MONDAY, &asked);
    assert_eq!(
        (&digest["events"], &digest["cost"], &digest["findings"]["found"]),
        (&json!(null), &json!(null), &json!(5))
    );
    let (subject, said) = deployment.stage.world().mails.last().unwrap().clone();
    assert_eq!(subject, "tw: week to 2026-03-01: 2 findings to look at, 1 path blind, 1 number missing");
    for words in [
        "what was received and told: GetMetricData failed: AccessDenied: planned",
        "account 444455556666, eu-west-1: console-login BLIND, credential-added configured, secret-accessed waiting",
        "tw-console-login-subject-1 of account 444455556666 in eu-west-1 is disabled",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[tokio::test]
async fn a_number_that_is_refused_because_many_are_asked_for_is_asked_for_again() {
    let (deployment, asked) = after_a_week_with(&[("AWS_MAX_ATTEMPTS", "2")]).await;
    for code in ["Throttling", "ThrottlingException"] {
        deployment.stage.world().throttled = Some(code);
        let digest = deployment.digest(MONDAY, &asked);
        assert_eq!((&digest["events"]["received"], &digest["unread"]), (&json!(21_000), &json!([])), "{code}");
        assert_eq!(deployment.stage.world().throttled, None, "{code} was said");
    }
}

/// What a judging function wrote of six events; its own test holds it to that.
const LINES: &str = include_str!("../../../credential-added/tests/slice/tally.jsonl");

#[tokio::test]
async fn what_a_judging_function_writes_of_each_event_adds_up_to_what_it_received() {
    let (deployment, asked) = after_a_week().await;
    // One more was given back.
    let aws = [("Invocations", 7.0), ("Errors", 1.0)];
    let aws = aws.map(|(name, times)| (format!("AWS/Lambda {name} CredentialAddedFunction"), times));
    let ours = counted(LINES).into_iter().map(|(metric, times)| (metric, f64::from(times)));
    deployment.stage.world().counted = ours.chain(aws).collect();
    let expected = json!({
        "received": 7, "judged": 3, "heartbeats": 1, "out_of_scope": 1, "rejected": 1, "given_back": 1, "unaccounted": 0,
    });
    assert_eq!(deployment.digest(MONDAY, &asked)["events"], expected);
}
